//! Bounds on what another exchange can make this one do, outside of calls and within one.
//!
//! Supervision of circuits is answered whatever state a circuit is in, and so are calls on busy
//! circuits and messages for circuits that do not exist. A faulty exchange could have us answer,
//! alert and reset for ever. Beyond the rate such a message is as good as lost: every procedure of
//! Q.764 repeats what is not answered.
//!
//! Within a call each circuit has a rate of its own for messages that do not carry the call on:
//! questions, unknown messages and parameters are answered one by one, others go on to the far side.
//! What sets a call up or ends it is never refused.

use std::time::{Duration, Instant};

use codecs::isup::{Cic, Message};

use super::circuit::State;
use super::circuits::Circuits;
use super::output::Alert;

/// A rate that may be exceeded for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many a second in the long run, at least 1.
    pub per_second: u32,
    /// How many at once after a long silence, at least 1.
    pub burst: u32,
}

/// When the next message would come if they came evenly.
#[derive(Debug, Default)]
pub(super) struct Meter {
    next: Option<Instant>,
    exceeded: bool,
}

impl Meter {
    /// Whether one more at `now` keeps to the rate.
    fn takes(&mut self, rate: Rate, now: Instant) -> bool {
        let interval = Duration::from_secs(1) / rate.per_second.max(1);
        let next = self.next.filter(|&next| next > now);
        let ahead = next.map_or(Duration::ZERO, |next| next - now);
        if ahead > interval.saturating_mul(rate.burst.max(1) - 1) {
            return false;
        }
        self.next = next.unwrap_or(now).checked_add(interval);
        self.exceeded &= next.is_some();
        true
    }
}

impl Circuits {
    /// Whether a message is to be acted on. Staff hears once of a flood, until it has been silent.
    pub(super) fn within_bounds(
        &mut self,
        relation: usize,
        cic: Cic,
        message: &Message,
        now: Instant,
    ) -> bool {
        let (outside, within) = (self.settings.outside_calls, self.settings.within_call);
        let (meter, rate) = if self.is_outside_calls(relation, cic, message) {
            (&mut self.relations[relation].meter, outside)
        } else if let Some(id) = self.relations[relation].circuit(cic)
            && is_incidental(message)
        {
            (&mut self.circuits[id.index()].meter, within)
        } else {
            return true;
        };
        let takes = meter.takes(rate, now);
        let is_news = !takes && !std::mem::replace(&mut meter.exceeded, true);
        let relation = &mut self.relations[relation];
        relation.discarded += u64::from(!takes);
        if is_news {
            let group = relation.first_group;
            self.alert_for(group, cic, Alert::Flooded);
        }
        takes
    }

    fn is_outside_calls(&self, relation: usize, cic: Cic, message: &Message) -> bool {
        let Some(id) = self.relations[relation].circuit(cic) else {
            return true;
        };
        match message {
            Message::Iam(_) | Message::Crm(_) => !matches!(self.state(id), State::Idle),
            // They end something that was asked for, or change nothing.
            Message::Rlc(_) | Message::Gra(_) | Message::Cqr(_) | Message::Upa(_) => false,
            Message::Rsc
            | Message::Grs(_)
            | Message::Blo
            | Message::Bla
            | Message::Ubl
            | Message::Uba
            | Message::Ucic
            | Message::Ccr
            | Message::Cgb(_)
            | Message::Cgba(_)
            | Message::Cgu(_)
            | Message::Cgua(_)
            | Message::Cqm(_)
            | Message::Cvt
            | Message::Upt(_) => true,
            _ => self.state(id).call().is_none(),
        }
    }
}

/// Whether a call goes on, and can end, without it.
fn is_incidental(message: &Message) -> bool {
    !matches!(
        message,
        Message::Iam(_)
            | Message::Sam(_)
            | Message::Cot(_)
            | Message::Acm(_)
            | Message::Con(_)
            | Message::Anm(_)
            | Message::Rel(_)
            | Message::Rlc(_)
            | Message::Crm(_)
            | Message::Gra(_)
            | Message::Cqr(_)
            | Message::Upa(_)
    )
}
