//! Digits of an incoming call that come in several messages (`Q.764 §2.1.2`, `§2.2.4`).

use std::time::Instant;

use codecs::isup::Cause;
use codecs::number::Digits;

use super::circuit::CircuitId;
use super::circuits::{Circuits, Deadline};
use super::timers::Timer;

impl Circuits {
    /// The owner knows the number to be complete, though the called party's side has not said so:
    /// no further digits are awaited. ACM and CON say the same.
    pub fn address_complete(&mut self, circuit: CircuitId) {
        self.stop(circuit, Timer::T35);
    }

    /// T35 counts from the latest digit, unless the owner knows better.
    pub(super) fn more_digits_received(&mut self, id: CircuitId, digits: &Digits, now: Instant) {
        if self.deadlines.is_armed(&Deadline::Circuit(id, Timer::T35)) {
            self.digits_received(id, digits, now);
        }
    }

    /// ST ends a number.
    pub(super) fn digits_received(&mut self, id: CircuitId, digits: &Digits, now: Instant) {
        if digits.without_st().1 {
            self.stop(id, Timer::T35);
        } else if self.trunk_of(id).config.overlap {
            self.arm(id, Timer::T35, now);
        }
    }

    /// T35.
    pub(super) fn digits_missing(&mut self, id: CircuitId, now: Instant) {
        self.fail_and_release(id, Cause::ADDRESS_INCOMPLETE, now);
    }
}
