//! A call on a circuit: seizure, the messages of set-up and conversation in both directions, dual
//! seizure (`Q.764 §2.1`, `§2.9.1`).

use std::time::Instant;

use codecs::isup::{Acm, Anm, Cause, Con, Iam, Message, MessageType, Parameters, Sam, Variant};

use super::circuit::{Apart, Check, CircuitId, Direction, Heading, Offer, Phase, State, sequence};
use super::circuits::Circuits;
use super::config::GroupId;
use super::continuity::{self, REQUIRED_ON_THIS_CIRCUIT};
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
        self.seize_first(&[group], iam, None, now)
    }

    /// Like [`Self::seize`], in the first of these groups, in order of choice, that takes the call.
    /// Of a call that came in ISUP, `from` is the circuit it came on: the IAM is said in the ISUP of
    /// the group as far as it can be.
    ///
    /// # Errors
    /// [`Unavailable`]: none does; why the first choice does not.
    pub fn seize_first(
        &mut self,
        groups: &[GroupId],
        iam: Iam,
        from: Option<CircuitId>,
        now: Instant,
    ) -> Result<CircuitId, Unavailable> {
        self.tick(now);
        let mut refusal = None;
        let found = groups.iter().find_map(|&group| {
            let circuit = self.hunt(group, &iam);
            let said = circuit.and_then(|id| Ok((id, self.in_terms_of(group, from, &iam)?)));
            said.map(|(id, said)| (group, id, said))
                .map_err(|why| *refusal.get_or_insert(why))
                .ok()
        });
        let (group, id, (mut first, lost)) =
            found.ok_or(refusal.unwrap_or(Unavailable::NoSuchGroup))?;
        let check = self.check_for(group);
        if let Message::Iam(first) = &mut first
            && check == Check::Running
        {
            first.nature_of_connection.continuity_check = REQUIRED_ON_THIS_CIRCUIT;
        }
        if let Some(from) = from {
            self.tell_of(from, &lost);
        }
        self.say_whole(id, first);
        self.enter(id, State::Offered(Box::new(Offer { iam, check })));
        self.arm(id, Timer::T7, now);
        if check == Check::Running {
            self.arm(id, Timer::T24, now);
        }
        Ok(id)
    }

    /// Sends a message of the call on a circuit: on an outgoing one SAM, and COT when that came of
    /// a check on a previous circuit; on an incoming one ACM, CPG, ANM, CON, which wait until the
    /// continuity of all circuits is known; SUS and RES once it is answered; the others that belong
    /// to a call, and [`Message::Other`], at any time. What is too long for one message is sent in
    /// two. The message is in the terms of Q.763: where the variant of the group has others, it is
    /// said in those, and ACM and ANM say the same where it has no CON.
    ///
    /// # Errors
    /// [`Refused`]: no call on the circuit, the message does not fit its phase or direction, or the
    /// variant of the group does not have it.
    pub fn send(
        &mut self,
        circuit: CircuitId,
        message: Message,
        now: Instant,
    ) -> Result<(), Refused> {
        self.tick(now);
        if !self.exists(circuit) {
            return Err(Refused::NoCall);
        }
        let mut message = message;
        message.translate(&Variant::ITU, self.trunk_of(circuit).config.variant);
        self.send_as_it_is(circuit, message, now)
    }

    /// Sends a message that is in the terms of the group's variant.
    pub(super) fn send_as_it_is(
        &mut self,
        circuit: CircuitId,
        message: Message,
        now: Instant,
    ) -> Result<(), Refused> {
        let (direction, phase) = self.state(circuit).call().ok_or(Refused::NoCall)?;
        if !matches!(message, Message::Other(_)) {
            let variant = self.trunk_of(circuit).config.variant;
            match message {
                Message::Con(con) if !variant.has(MessageType::CON) => {
                    let (acm, anm) = in_two_steps(con);
                    self.send_as_it_is(circuit, acm, now)?;
                    return self.send_as_it_is(circuit, anm, now);
                }
                _ if !variant.has(message.message_type()) => return Err(Refused::NoSuchMessage),
                _ => {}
            }
            if matches!(phase, Phase::LoopedBack | Phase::AwaitingContinuity)
                && sequence(Heading::Backward, phase, &message).is_none()
            {
                return self.hold(circuit, message);
            }
            let next = sequence(Heading::sent(direction), phase, &message)
                .ok_or(Refused::OutOfSequence)?;
            if next != phase {
                self.enter(circuit, State::Call(direction, next));
            }
        }
        match &message {
            Message::Sam(sam) => self.more_digits(circuit, sam, now),
            Message::Cot(_) if !self.previous_check_done(circuit) => return Ok(()),
            Message::Inr(_) => self.asked(circuit, Timer::T33, now),
            Message::Idr(_) => self.asked(circuit, Timer::T39, now),
            Message::Sus(sus) => self.sent_suspend(circuit, sus.initiator, now),
            Message::Res(res) => self.sent_resume(circuit, res.initiator),
            _ => {}
        }
        self.say_whole(circuit, message);
        Ok(())
    }

    /// The calls on two circuits are one, and this exchange stands in between: the exchanges at the
    /// ends look after suspension and, where they speak one ISUP, after unknown information.
    pub fn transit(&mut self, one: CircuitId, other: CircuitId) {
        for (circuit, beyond) in [(one, other), (other, one)] {
            if self.exists(circuit) && self.exists(beyond) && self.state(circuit).call().is_some() {
                let beyond = self.trunk_of(beyond).config.variant;
                self.circuits[circuit.index()].transit = Some(beyond);
            }
        }
    }

    /// T7 counts from the latest address message, and a repeat attempt needs all digits.
    fn more_digits(&mut self, id: CircuitId, sam: &Sam, now: Instant) {
        self.arm(id, Timer::T7, now);
        if let State::Offered(offer) = &mut self.circuits[id.index()].state
            && let Ok(digits) = offer.iam.called.digits.join(&sam.subsequent)
        {
            offer.iam.called.digits = digits;
        }
    }

    pub(super) fn received_iam(&mut self, id: CircuitId, iam: Iam, now: Instant) {
        self.seizure(id, iam, now);
        // It was whole at last, and not taken.
        if matches!(self.state(id), State::Apart(Apart::Announced)) {
            self.enter(id, State::Idle);
        }
    }

    fn seizure(&mut self, id: CircuitId, iam: Iam, now: Instant) {
        match self.state(id) {
            State::Idle | State::Apart(_) if self.refuses_calls(id, &iam) => {
                self.block_again(id, now);
            }
            State::Idle | State::Apart(_) | State::OutOfService => self.set_up(id, iam, now),
            State::Offered(_) if !self.circuits[id.index()].controlled => self.set_up(id, iam, now),
            // Dual seizure of a circuit we control: the other exchange gives way (§2.9.1.4).
            State::Offered(_) => {}
            State::Call(Direction::Incoming, Phase::AwaitingComplete) => self.unreasonable(id, now),
            State::Call(..) | State::Releasing(_) | State::Resetting(_) => {}
        }
    }

    /// An IAM lifts the other exchange's blocking (`Q.764 §2.8.2.2`).
    fn set_up(&mut self, id: CircuitId, mut iam: Iam, now: Instant) {
        if self.has_unknown(id, &iam.optional) {
            match self.understood_iam(id, iam, now) {
                Some(understood) => iam = understood,
                None => return,
            }
        }
        self.lift_by(id, &iam);
        let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
        let phase = continuity::first_phase(&iam);
        self.lose_call(id, State::Call(Direction::Incoming, phase), cause);
        if phase != Phase::AwaitingComplete {
            self.arm(id, Timer::T8, now);
        }
        self.digits_received(id, &iam.called.digits, now);
        self.event(id, Event::Setup(iam));
    }

    /// Every message that belongs to a call and is not its beginning or end.
    pub(super) fn received_in_call(&mut self, id: CircuitId, message: Message, now: Instant) {
        let Some((direction, phase)) = self.state(id).call() else {
            return self.unexpected(id, &message, now);
        };
        let Some(next) = sequence(Heading::received(direction), phase, &message) else {
            return self.unexpected(id, &message, now);
        };
        let unknown = !matches!(message, Message::Cfn(_))
            && message
                .optional()
                .is_some_and(|optional| self.has_unknown(id, optional));
        let message = match unknown {
            true => self.understood(id, message, now),
            false => Some(message),
        };
        let Some(message) = message else {
            return;
        };
        if next != phase {
            self.enter(id, State::Call(direction, next));
        }
        let complete = next != phase && next == Phase::AwaitingAnswer;
        if complete && direction == Direction::Outgoing && !self.is_transit(id) {
            self.arm(id, Timer::T9, now);
        }
        match &message {
            Message::Sam(sam) => self.more_digits_received(id, &sam.subsequent, now),
            Message::Sus(sus) => self.received_suspend(id, sus.initiator, now),
            Message::Res(res) => self.received_resume(id, res.initiator),
            // What is said unasked is not the answer.
            Message::Inf(inf) if !inf.information.unsolicited => self.stop(id, Timer::T33),
            Message::Irs(_) => self.stop(id, Timer::T39),
            _ => {}
        }
        self.event(id, Event::Message(message));
    }
}

/// The ACM and ANM that say what a CON does. Its parameters go with the ANM, as they would have
/// after ringing.
fn in_two_steps(con: Con) -> (Message, Message) {
    let acm = Acm {
        backward_call: con.backward_call,
        optional: Parameters::default(),
    };
    let anm = Anm {
        optional: con.optional,
    };
    (Message::Acm(acm), Message::Anm(anm))
}
