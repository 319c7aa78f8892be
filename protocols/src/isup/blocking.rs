//! Blocking and unblocking of circuits in both directions (`Q.764 §2.8.2`, `§2.9.4`).

use std::time::Instant;

use codecs::isup::{Cause, CircuitGroup, Message, RangeAndStatus, Supervision};

use super::circuit::{CircuitId, LocalBlocking, State};
use super::circuits::Circuits;
use super::output::Alert;
use super::reset::MAX_RANGE;
use super::timers::Timer;

impl Circuits {
    /// Blocks a circuit for calls of the other exchange and our own, test calls excepted. A call on
    /// it goes on.
    pub fn block(&mut self, circuit: CircuitId, now: Instant) {
        if self.exists(circuit) && !self.blocking_of(circuit).locally() {
            self.send_blo(circuit, now);
        }
    }

    /// Takes our blocking of a circuit away.
    pub fn unblock(&mut self, circuit: CircuitId, now: Instant) {
        if self.exists(circuit) && self.blocking_of(circuit).locally() {
            self.send_ubl(circuit, now);
        }
    }

    pub(super) fn send_blo(&mut self, id: CircuitId, now: Instant) {
        self.set_local(id, LocalBlocking::Blocking);
        self.say(id, Message::Blo);
        self.arm(id, Timer::T12, now);
        self.arm(id, Timer::T13, now);
    }

    fn send_ubl(&mut self, id: CircuitId, now: Instant) {
        self.set_local(id, LocalBlocking::Unblocking);
        self.say(id, Message::Ubl);
        self.arm(id, Timer::T14, now);
        self.arm(id, Timer::T15, now);
    }

    /// An IAM came on a circuit whose blocking the other exchange had acknowledged. One that
    /// crosses our BLO needs nothing: the other exchange releases it when it sees the BLO.
    pub(super) fn block_again(&mut self, id: CircuitId, now: Instant) {
        if self.blocking_of(id).local == LocalBlocking::Blocked {
            self.send_blo(id, now);
        }
    }

    pub(super) fn set_local(&mut self, id: CircuitId, local: LocalBlocking) {
        for timer in [Timer::T12, Timer::T13, Timer::T14, Timer::T15] {
            self.stop(id, timer);
        }
        self.edit(id, |circuit| circuit.blocking.local = local);
    }

    /// An outgoing call for which nothing came back moves to another circuit
    /// (`Q.764 §2.8.2.1`).
    pub(super) fn received_blo(&mut self, id: CircuitId, now: Instant) {
        self.edit(id, |circuit| circuit.blocking.remote = true);
        self.say(id, Message::Bla);
        if matches!(self.state(id), State::Offered(_)) {
            self.lose_and_release(id, Cause::NORMAL_UNSPECIFIED, now);
        }
    }

    pub(super) fn received_ubl(&mut self, id: CircuitId) {
        self.edit(id, |circuit| circuit.blocking.remote = false);
        self.say(id, Message::Uba);
    }

    /// Group blocking: one with a range that is not allowed, or naming a circuit we do not have, is
    /// discarded (`Q.764 §2.9.3.3`). Of hardware failures the calls do not survive.
    pub(super) fn received_cgb(&mut self, first: CircuitId, group: CircuitGroup, now: Instant) {
        let Some(circuits) = self.named(first, &group.range_and_status) else {
            return;
        };
        for &id in &circuits {
            self.edit(id, |circuit| circuit.blocking.remote = true);
        }
        let hardware_failure = group.supervision == Supervision::HARDWARE_FAILURE;
        self.say(first, Message::Cgba(group));
        for id in circuits {
            let call = self.state(id).call().is_some();
            if matches!(self.state(id), State::Offered(_)) {
                self.lose_and_release(id, Cause::NORMAL_UNSPECIFIED, now);
            } else if call && hardware_failure {
                self.fail_and_release(id, Cause::NORMAL_UNSPECIFIED, now);
            }
        }
    }

    pub(super) fn received_cgu(&mut self, first: CircuitId, group: CircuitGroup) {
        if let Some(circuits) = self.named(first, &group.range_and_status) {
            for id in circuits {
                self.edit(id, |circuit| circuit.blocking.remote = false);
            }
            self.say(first, Message::Cgua(group));
        }
    }

    /// The circuits whose status bit is set.
    fn named(&self, first: CircuitId, group: &RangeAndStatus) -> Option<Vec<CircuitId>> {
        if group.range == 0 || group.range > MAX_RANGE {
            return None;
        }
        let circuits = self.range(first, group.range)?;
        let named = (0..).zip(circuits).filter(|&(at, _)| group.is_set(at));
        Some(named.map(|(_, id)| id).collect())
    }

    /// One that was not expected tells that the other exchange thinks the circuit blocked.
    pub(super) fn received_bla(&mut self, id: CircuitId, now: Instant) {
        match self.blocking_of(id).local {
            LocalBlocking::Blocking => self.set_local(id, LocalBlocking::Blocked),
            LocalBlocking::Unblocked => self.send_ubl(id, now),
            LocalBlocking::Blocked | LocalBlocking::Unblocking => {}
        }
    }

    /// One that was not expected tells that the other exchange thinks the circuit unblocked.
    pub(super) fn received_uba(&mut self, id: CircuitId, now: Instant) {
        match self.blocking_of(id).local {
            LocalBlocking::Unblocking => self.set_local(id, LocalBlocking::Unblocked),
            LocalBlocking::Blocked => self.send_blo(id, now),
            LocalBlocking::Unblocked | LocalBlocking::Blocking => {}
        }
    }

    /// T12 and T14 repeat; T13 and T15 alert, end them, and repeat from then on.
    pub(super) fn blocking_unanswered(&mut self, id: CircuitId, timer: Timer, now: Instant) {
        match timer {
            Timer::T12 | Timer::T13 => self.say(id, Message::Blo),
            _ => self.say(id, Message::Ubl),
        }
        match timer {
            Timer::T13 => {
                self.stop(id, Timer::T12);
                self.alert(id, Alert::BlockingUnacknowledged);
            }
            Timer::T15 => {
                self.stop(id, Timer::T14);
                self.alert(id, Alert::UnblockingUnacknowledged);
            }
            _ => {}
        }
        self.arm(id, timer, now);
    }
}
