//! Questions about a call that the other exchange answers: INR with INF, IDR with IRS
//! (`Q.764 §2.1.6`, `Q.731.7`). What is in them is the owner's affair.

use std::time::Instant;

use codecs::isup::Cause;

use super::circuit::CircuitId;
use super::circuits::Circuits;
use super::output::{Alert, Event};
use super::timers::Timer;

impl Circuits {
    /// Awaits the answer to INR or IDR that this exchange has sent for itself.
    pub(super) fn asked(&mut self, id: CircuitId, timer: Timer, now: Instant) {
        if !self.is_transit(id) {
            self.arm_in_call(id, timer, now);
        }
    }

    /// T33.
    pub(super) fn information_missing(&mut self, id: CircuitId, now: Instant) {
        self.alert(id, Alert::InformationMissing);
        self.fail_and_release(id, Cause::TIMER_EXPIRY, now);
    }

    /// T39: the call goes on.
    pub(super) fn identification_missing(&mut self, id: CircuitId) {
        self.event(id, Event::Unidentified);
    }
}
