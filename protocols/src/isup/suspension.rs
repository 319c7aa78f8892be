//! Suspended calls: for how long a party may be away (`Q.764 §2.5`, `Q.733.4`).

use std::time::Instant;

use codecs::isup::{Cause, SuspendResume};

use super::circuit::{CircuitId, Direction};
use super::circuits::Circuits;
use super::timers::Timer;

impl Circuits {
    /// The exchange that controls the call, where it began, gives a called party who hung up T6 to
    /// come back, and one who moves to another terminal T2.
    pub(super) fn received_suspend(&mut self, id: CircuitId, by: SuspendResume, now: Instant) {
        if self.controls(id) {
            self.arm_in_call(id, suspended(by), now);
        }
    }

    pub(super) fn received_resume(&mut self, id: CircuitId, by: SuspendResume) {
        self.stop(id, suspended(by));
    }

    /// The exchange that suspends a call does not rely upon the other one's T6.
    pub(super) fn sent_suspend(&mut self, id: CircuitId, by: SuspendResume, now: Instant) {
        let incoming = self.direction(id) == Some(Direction::Incoming);
        if by == SuspendResume::Network && incoming && !self.is_transit(id) {
            self.arm_in_call(id, Timer::T38, now);
        }
    }

    pub(super) fn sent_resume(&mut self, id: CircuitId, by: SuspendResume) {
        if by == SuspendResume::Network {
            self.stop(id, Timer::T38);
        }
    }

    /// T2, T6, T38.
    pub(super) fn suspended_for_too_long(&mut self, id: CircuitId, now: Instant) {
        self.fail_and_release(id, Cause::TIMER_EXPIRY, now);
    }

    fn controls(&self, id: CircuitId) -> bool {
        self.direction(id) == Some(Direction::Outgoing) && !self.is_transit(id)
    }
}

fn suspended(by: SuspendResume) -> Timer {
    match by {
        SuspendResume::Subscriber => Timer::T2,
        SuspendResume::Network => Timer::T6,
    }
}
