//! Release of a call from either side, and what happens when it is not acknowledged
//! (`Q.764 §2.3`, `§2.9.6`).

use std::time::Instant;

use codecs::isup::{Cause, Message, Parameters, Rel};

use super::circuit::{Apart, CircuitId, Reset, State};
use super::circuits::Circuits;
use super::output::{Alert, Event};
use super::timers::Timer;

impl Circuits {
    /// Releases the call on a circuit. Without a call, as when both sides release at once, nothing
    /// is to be done and nothing is sent.
    pub fn release(&mut self, circuit: CircuitId, rel: Rel, now: Instant) {
        self.tick(now);
        if self.exists(circuit) && self.state(circuit).call().is_some() {
            self.say(circuit, Message::Rel(rel.clone()));
            self.enter(circuit, State::Releasing(Box::new(rel)));
            self.arm_release(circuit, now);
        }
    }

    /// Releases a call that cannot go on.
    pub(super) fn fail_and_release(&mut self, id: CircuitId, cause: Cause, now: Instant) {
        self.fail_and_send(id, self.rel(cause), now);
    }

    pub(super) fn fail_and_send(&mut self, id: CircuitId, rel: Rel, now: Instant) {
        let cause = rel.cause.clone();
        self.say(id, Message::Rel(rel.clone()));
        self.fail_call(id, State::Releasing(Box::new(rel)), cause);
        self.arm_release(id, now);
    }

    /// Releases a call that was never taken; one of ours on the same circuit tries another.
    pub(super) fn refuse(&mut self, id: CircuitId, rel: Rel, now: Instant) {
        let cause = rel.cause.clone();
        self.say(id, Message::Rel(rel.clone()));
        self.lose_call(id, State::Releasing(Box::new(rel)), cause);
        self.arm_release(id, now);
    }

    /// Releases a circuit on which nothing came back; the call is tried on another one.
    pub(super) fn lose_and_release(&mut self, id: CircuitId, cause: Cause, now: Instant) {
        self.refuse(id, self.rel(cause), now);
    }

    pub(super) fn rel(&self, cause: Cause) -> Rel {
        Rel {
            cause: self.cause(cause),
            optional: Parameters::default(),
        }
    }

    pub(super) fn arm_release(&mut self, id: CircuitId, now: Instant) {
        self.arm(id, Timer::T1, now);
        self.arm(id, Timer::T5, now);
    }

    /// Whatever the state, REL is answered; in a collision both exchanges do so and both await
    /// their own RLC (`Q.764 §2.3.3`).
    pub(super) fn received_rel(&mut self, id: CircuitId, mut rel: Rel) {
        let rlc = self.understood_rel(id, &mut rel);
        self.say(id, Message::Rlc(rlc));
        if self.state(id).call().is_some() {
            self.enter_saying(id, State::Idle, |_| Some(Event::Released(rel)));
        } else if matches!(self.state(id), State::Apart(_)) {
            self.enter(id, State::Idle);
        }
    }

    pub(super) fn received_rlc(&mut self, id: CircuitId, now: Instant) {
        match self.state(id) {
            State::Releasing(_) => self.enter(id, State::Idle),
            State::Resetting(Reset::Single { .. }) => self.reset_done(id, now),
            // A busy circuit that nobody has released (§2.9.5.1): clear both ends.
            State::Offered(_) | State::Call(..) => {
                self.fail_and_release(id, Cause::NORMAL_UNSPECIFIED, now);
            }
            State::Idle | State::Apart(_) | State::Resetting(_) | State::OutOfService => {}
        }
    }

    /// OLM: the other exchange is overloaded. The call tries another circuit, and this one is
    /// released after T3, so that it is not seized at once again (`Q.764 §2.11`).
    pub(super) fn received_olm(&mut self, id: CircuitId, now: Instant) {
        match self.state(id) {
            State::Offered(_) => {
                let cause = self.cause(Cause::CONGESTION);
                self.lose_call(id, State::Apart(Apart::Overloaded), cause);
                self.arm(id, Timer::T3, now);
            }
            _ => self.unexpected(id, &Message::Olm, now),
        }
    }

    /// T3.
    pub(super) fn overload_over(&mut self, id: CircuitId, now: Instant) {
        self.fail_and_release(id, Cause::CONGESTION, now);
    }

    /// T1.
    pub(super) fn release_unanswered(&mut self, id: CircuitId, now: Instant) {
        if let State::Releasing(rel) = self.state(id) {
            let rel = Rel::clone(rel);
            self.say(id, Message::Rel(rel));
            self.arm(id, Timer::T1, now);
        }
    }

    /// T5.
    pub(super) fn release_given_up(&mut self, id: CircuitId, now: Instant) {
        self.alert(id, Alert::ReleaseUnacknowledged);
        self.settle_blocking(id);
        self.say(id, Message::Rsc);
        self.enter(id, State::Resetting(Reset::Single { paced: false }));
        self.arm(id, Timer::T17, now);
    }
}
