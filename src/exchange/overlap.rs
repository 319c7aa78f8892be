//! Calls whose digits come in several messages: collected until the number is complete
//! (`Q.764 §2.1.2`, `TS 29.163 §7.2.3.1.3`).

use std::time::{Duration, Instant};

use codecs::isup::{Iam, Message, Sam};
use codecs::number::Digits;
use protocols::deadlines::Deadlines;
use protocols::isup::{CircuitId, Timer as IsupTimer};

use super::Exchange;
use super::call::Side;
use super::interworking::number;
use super::interworking::release::Own;
use super::settings::{Destination, Overlap};

/// What the digits so far are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Complete,
    /// Nobody knows: it is complete when no further digit follows for T10.
    Open,
    /// Shorter than numbers of its kind are.
    Incomplete,
}

impl Exchange {
    /// A call begins. On circuits without overlap its number is complete.
    pub(super) fn digits_begin(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        if self.overlaps(circuit) {
            self.collect(circuit, iam, now);
        } else {
            self.identify(circuit, iam, now);
        }
    }

    /// Digits that come late complete a number, or go where the call went by those before them, if
    /// that is a trunk.
    pub(super) fn more_digits(&mut self, circuit: CircuitId, sam: Sam, now: Instant) {
        if let Some(mut iam) = self.collecting.remove(&circuit) {
            append(&mut iam, &sam);
            return self.collect(circuit, iam, now);
        }
        if let Some(iam) = self.asking.get_mut(&circuit) {
            return append(iam, &sam);
        }
        let Some(&key) = self.by_circuit.get(&circuit) else {
            return;
        };
        match self.calls[key].circuit(Side::Outgoing) {
            Some(circuit) => {
                // Refused when the other exchange has had enough already.
                let _ = self.circuits.send(circuit, Message::Sam(sam), now);
            }
            None => self.more_digits_for_sip(key, circuit, &sam, now),
        }
    }

    fn collect(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        self.last_digits.cancel(&circuit);
        match self.judge(circuit, &iam) {
            Number::Complete => return self.digits_end(circuit, iam, now),
            Number::Incomplete => {}
            Number::Open => {
                if let Some(patience) = self.patience(circuit, &iam) {
                    self.last_digits.arm(circuit, now + patience);
                }
            }
        }
        self.collecting.insert(circuit, iam);
    }

    /// T10: what has come is the number.
    pub(super) fn digits_stopped(&mut self, circuit: CircuitId, now: Instant) {
        if let Some(iam) = self.collecting.remove(&circuit) {
            self.digits_end(circuit, iam, now);
        }
    }

    fn digits_end(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        self.circuits.address_complete(circuit);
        self.identify(circuit, iam, now);
    }

    /// The call is over before its number was complete or its caller known: it begins after all,
    /// so that it is told of and counted as others are when they end.
    pub(super) fn not_begun(&mut self, circuit: CircuitId, now: Instant) {
        self.last_digits.cancel(&circuit);
        let collecting = self.collecting.remove(&circuit);
        if let Some(iam) = collecting.or_else(|| self.asking.remove(&circuit)) {
            self.end_in_vain(circuit, iam, now);
        }
    }

    /// Releases the calls whose numbers are not complete or whose callers not known.
    pub(super) fn begin_no_more(&mut self, now: Instant) {
        self.last_digits = Deadlines::new();
        let collecting = std::mem::take(&mut self.collecting);
        for (circuit, iam) in collecting
            .into_iter()
            .chain(std::mem::take(&mut self.asking))
        {
            self.end_in_vain(circuit, iam, now);
            self.release_circuit(circuit, Own::Stopping.cause(), now);
        }
    }

    fn judge(&self, circuit: CircuitId, iam: &Iam) -> Number {
        if iam.called.digits.without_st().1 {
            return Number::Complete;
        }
        let called = &self.rewritten(circuit, iam.clone()).called;
        let area = &self.settings.numbering;
        let Ok(number) = area.globalise(called.nature, called.plan, &called.digits) else {
            return Number::Incomplete;
        };
        let digits = number.digits();
        match self.settings.lengths.longest(digits) {
            Some(&length) if digits.len() >= usize::from(length) => Number::Complete,
            Some(_) => Number::Incomplete,
            None if self.policies_await(circuit, iam, &number) => Number::Open,
            None if self.goes_on_in_overlap(digits) => Number::Complete,
            None => Number::Open,
        }
    }

    /// Whichever way the call goes on, further digits may follow as they come.
    fn goes_on_in_overlap(&self, digits: &Digits) -> bool {
        match self.settings.routes.longest(digits) {
            Some(Destination::Trunk(groups)) => {
                groups.iter().all(|&group| self.takes_digits(group))
            }
            Some(Destination::Fixed) => self.settings.flow.overlap == Overlap::Invites,
            _ => false,
        }
    }

    /// How long a further digit is waited for: T10 where the call goes on in ISUP, else T(oiw1).
    fn patience(&self, circuit: CircuitId, iam: &Iam) -> Option<Duration> {
        let (group, _) = self.circuits.identity(circuit)?;
        let group = self.circuits.group(group)?;
        let iam = self.rewritten(circuit, iam.clone());
        let to_trunk = number::of_iam(&iam, &self.settings.numbering)
            .ok()
            .and_then(|(called, _)| self.settings.routes.longest(called.digits()))
            .is_some_and(|route| matches!(route, Destination::Trunk(_)));
        Some(match to_trunk {
            true => group.timers.value(IsupTimer::T10),
            false => self.settings.flow.last_digit,
        })
    }
}

/// Digits beyond what a number can have are none.
pub(super) fn append(iam: &mut Iam, sam: &Sam) {
    if let Ok(digits) = iam.called.digits.join(&sam.subsequent) {
        iam.called.digits = digits;
    }
}
