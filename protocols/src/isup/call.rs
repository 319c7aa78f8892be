//! A call on a circuit: seizure, the messages of set-up and conversation in both directions, dual
//! seizure (`Q.764 §2.1`, `§2.9.1`).

use std::time::Instant;

use codecs::isup::{CallingPartyCategory, Cause, Iam, Message, Sam};

use super::circuit::{CircuitId, Direction, Heading, Phase, State, sequence};
use super::circuits::Circuits;
use super::config::GroupId;
use super::output::{Event, Refused, Unavailable};
use super::timers::Timer;

impl Circuits {
    /// Seizes an idle circuit of a group and sends the IAM on it.
    ///
    /// # Errors
    /// [`Unavailable`]: no such group, other exchange unavailable, no idle circuit.
    pub fn seize(
        &mut self,
        group: GroupId,
        iam: Iam,
        now: Instant,
    ) -> Result<CircuitId, Unavailable> {
        let trunk = self.trunk(group).ok_or(Unavailable::NoSuchGroup)?;
        if !self.relations[trunk.relation].available {
            return Err(Unavailable::Destination);
        }
        let id = trunk.hunt().ok_or(Unavailable::NoIdleCircuit)?;
        self.enter(id, State::Offered(Box::new(iam.clone())));
        self.arm(id, Timer::T7, now);
        self.say(id, Message::Iam(iam));
        Ok(id)
    }

    /// Sends a message of the call on a circuit: on an outgoing one SAM, on an incoming one ACM,
    /// CPG, ANM, CON; SUS and RES once it is answered; INR, INF, CFN and
    /// [`Message::Other`] at any time.
    ///
    /// # Errors
    /// [`Refused`]: no call on the circuit, or the message does not fit its phase or direction.
    pub fn send(
        &mut self,
        circuit: CircuitId,
        message: Message,
        now: Instant,
    ) -> Result<(), Refused> {
        if !self.exists(circuit) {
            return Err(Refused::NoCall);
        }
        let (direction, phase) = self.state(circuit).call().ok_or(Refused::NoCall)?;
        if !matches!(message, Message::Other(_)) {
            let next = sequence(Heading::sent(direction), phase, &message)
                .ok_or(Refused::OutOfSequence)?;
            if next != phase {
                self.enter(circuit, State::Call(direction, next));
            }
        }
        if let Message::Sam(sam) = &message {
            self.more_digits(circuit, sam, now);
        }
        self.say(circuit, message);
        Ok(())
    }

    /// T7 counts from the latest address message, and a repeat attempt needs all digits.
    fn more_digits(&mut self, id: CircuitId, sam: &Sam, now: Instant) {
        self.arm(id, Timer::T7, now);
        if let State::Offered(iam) = &mut self.circuits[id.index()].state
            && let Ok(digits) = iam.called.digits.join(&sam.subsequent)
        {
            iam.called.digits = digits;
        }
    }

    pub(super) fn received_iam(&mut self, id: CircuitId, iam: Iam, now: Instant) {
        match self.state(id) {
            State::Idle if self.refuses_calls(id, &iam) => self.block_again(id, now),
            State::Idle | State::OutOfService => self.set_up(id, iam),
            State::Offered(_) if !self.circuits[id.index()].controlled => self.set_up(id, iam),
            // Dual seizure of a circuit we control: the other exchange gives way (§2.9.1.4).
            State::Offered(_) => {}
            State::Call(Direction::Incoming, Phase::AwaitingComplete) => self.unreasonable(id, now),
            State::Call(..) | State::Releasing(_) | State::Resetting(_) => {}
        }
    }

    /// A circuit we have blocked takes test calls only (`Q.764 §2.8.2.1`).
    fn refuses_calls(&self, id: CircuitId, iam: &Iam) -> bool {
        self.blocking_of(id).locally() && iam.category != CallingPartyCategory::TEST
    }

    /// An IAM lifts the other exchange's blocking (`Q.764 §2.8.2.2`).
    fn set_up(&mut self, id: CircuitId, iam: Iam) {
        self.edit(id, |circuit| circuit.blocking.remote = false);
        let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
        let state = State::Call(Direction::Incoming, Phase::AwaitingComplete);
        self.lose_call(id, state, cause);
        self.event(id, Event::Setup(iam));
    }

    /// SAM, COT, ACM, CPG, ANM, CON, SUS, RES, INR, INF, CFN.
    pub(super) fn received_in_call(&mut self, id: CircuitId, message: Message, now: Instant) {
        let Some((direction, phase)) = self.state(id).call() else {
            return self.unexpected(id, &message, now);
        };
        let Some(next) = sequence(Heading::received(direction), phase, &message) else {
            return self.unexpected(id, &message, now);
        };
        if next != phase {
            self.enter(id, State::Call(direction, next));
        }
        if (direction, next) == (Direction::Outgoing, Phase::AwaitingAnswer) && next != phase {
            self.arm(id, Timer::T9, now);
        }
        self.event(id, Event::Message(message));
    }
}
