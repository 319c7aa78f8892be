//! A bound on what another exchange can make this one do outside of calls.
//!
//! Supervision of circuits is answered whatever state a circuit is in, and so are calls on busy
//! circuits and messages for circuits that do not exist. A faulty exchange could have us answer,
//! alert and reset for ever. Beyond the rate such a message is as good as lost: every procedure of
//! Q.764 repeats what is not answered. Messages of calls are never refused.

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
    /// How many messages were not acted on.
    pub(super) discarded: u64,
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
        if !self.is_outside_calls(relation, cic, message) {
            return true;
        }
        let rate = self.settings.outside_calls;
        let relation = &mut self.relations[relation];
        let takes = relation.meter.takes(rate, now);
        relation.meter.discarded += u64::from(!takes);
        if !takes && !std::mem::replace(&mut relation.meter.exceeded, true) {
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
