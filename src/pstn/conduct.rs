//! How calls are conducted: what a local exchange does at each step, in both directions.

use std::time::{Duration, Instant};

use codecs::isup::{
    CalledPartyNumber, Cause, Iam, Message, TransmissionMediumRequirement as Medium,
};
use codecs::number::Digits;
use media::Timeslot;
use protocols::isup::{CircuitId, Event, Unavailable};

use super::call::{Answer, Call, Called, Next};
use super::messages;
use super::switch::{Deadline, Output, Switch};
use crate::party::{Direction, ReleasedBy};

/// Circuits a call may lose before anything came back (`Q.764 §2.8.1`, automatic repeat attempt).
const ATTEMPTS: u8 = 3;

/// How long the rest of a number may take (T10 of `Q.764`, 4–6 s).
const MORE_DIGITS: Duration = Duration::from_secs(5);

// Calls placed here.
impl Switch {
    pub(super) fn dial(&mut self, call: Call, iam: Iam, now: Instant) {
        match self.circuits.seize(call.group, iam, now) {
            Ok(circuit) => {
                let give_up_after = call.give_up_after;
                self.calls.insert(circuit, call);
                if let Some(time) = give_up_after {
                    self.later(circuit, Next::HangUp, time, now);
                }
            }
            Err(Unavailable::Destination) => {
                self.finish(
                    call,
                    None,
                    Cause::NETWORK_OUT_OF_ORDER,
                    ReleasedBy::Failure,
                    now,
                );
            }
            Err(Unavailable::Congestion) => {
                let cause = Cause::CONGESTION;
                self.finish(call, None, cause, ReleasedBy::Failure, now);
            }
            // A call of our own asks for nothing that must not be left out.
            Err(
                Unavailable::NoIdleCircuit | Unavailable::NoSuchGroup | Unavailable::Inexpressible,
            ) => {
                self.finish(call, None, Cause::NO_CIRCUIT, ReleasedBy::Failure, now);
            }
        }
    }

    fn dial_again(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        let Some(mut call) = self.take(circuit) else {
            return;
        };
        call.attempts += 1;
        if call.attempts < ATTEMPTS {
            self.dial(call, iam, now);
        } else {
            self.finish(call, None, Cause::NO_CIRCUIT, ReleasedBy::Failure, now);
        }
    }
}

// Calls taken here.
impl Switch {
    fn offered(&mut self, circuit: CircuitId, iam: &Iam, now: Instant) {
        let Some((group, _)) = self.circuits.identity(circuit) else {
            return;
        };
        let mut call = Call::offered(self.new_id(), group, iam.called, now);
        call.calling = messages::caller(iam, &self.settings.numbering);
        self.calls.insert(circuit, call);
        if !is_carried(iam.medium) {
            return self.release(circuit, Cause::BEARER_NOT_IMPLEMENTED, now);
        }
        self.find_subscriber(circuit, iam.called, now);
    }

    fn more_digits(&mut self, circuit: CircuitId, digits: &Digits, now: Instant) {
        let Some(call) = self.calls.get(&circuit) else {
            return;
        };
        let Called::Digits(mut called) = call.called else {
            return;
        };
        match called.digits.join(digits) {
            Ok(digits) => {
                called.digits = digits;
                self.find_subscriber(circuit, called, now);
            }
            Err(_) => self.release(circuit, Cause::UNALLOCATED_NUMBER, now),
        }
    }

    fn find_subscriber(&mut self, circuit: CircuitId, called: CalledPartyNumber, now: Instant) {
        let area = &self.settings.numbering;
        let Ok(number) = area.globalise(called.nature, called.plan, &called.digits) else {
            return self.release(circuit, Cause::ADDRESS_INCOMPLETE, now);
        };
        let Some(call) = self.calls.get_mut(&circuit) else {
            return;
        };
        call.called = Called::Digits(called);
        if let Some(subscriber) = self.settings.subscribers.get(&number) {
            call.called = Called::Number(number);
            call.conversation = subscriber.conversation;
            let answer = subscriber.answer;
            self.ring(circuit, answer, now);
        } else if !called.digits.without_st().1 && self.settings.is_beginning(&number) {
            self.later(circuit, Next::GiveUpDigits, MORE_DIGITS, now);
        } else {
            call.called = Called::Number(number);
            self.release(circuit, Cause::UNALLOCATED_NUMBER, now);
        }
    }

    fn ring(&mut self, circuit: CircuitId, answer: Answer, now: Instant) {
        self.deadlines.cancel(&Deadline::Call(circuit));
        match answer {
            Answer::Busy => return self.release(circuit, Cause::USER_BUSY, now),
            Answer::After(Duration::ZERO) => return self.answer(circuit, messages::connect(), now),
            Answer::After(time) => self.later(circuit, Next::Answer, time, now),
            Answer::RejectAfter(time, cause) => {
                self.later(circuit, Next::Reject(cause), time, now);
            }
            Answer::Never => {}
        }
        self.say(circuit, messages::ringing(), now);
    }

    fn answer(&mut self, circuit: CircuitId, message: Message, now: Instant) {
        self.say(circuit, message, now);
        self.converse(circuit, now);
    }
}

// Calls in either direction.
impl Switch {
    /// What the circuits tell of a call.
    pub(super) fn hear(&mut self, circuit: CircuitId, event: Event, now: Instant) {
        match event {
            Event::Setup(iam) => self.offered(circuit, &iam, now),
            Event::Message(message) => self.hear_message(circuit, &message, now),
            Event::Released(rel) => self.end(circuit, rel.cause.cause, ReleasedBy::There, now),
            Event::Failed(cause) => self.end(circuit, cause.cause, ReleasedBy::Failure, now),
            Event::Reattempt(iam) => self.dial_again(circuit, iam, now),
            Event::Unidentified | Event::Idle => {}
        }
    }

    fn hear_message(&mut self, circuit: CircuitId, message: &Message, now: Instant) {
        if let Some(call) = self.calls.get_mut(&circuit)
            && call.direction == Direction::Outgoing
            && messages::says_ringing(message)
        {
            call.rang.get_or_insert(now);
        }
        match message {
            Message::Sam(sam) => self.more_digits(circuit, &sam.subsequent, now),
            Message::Anm(_) | Message::Con(_) => self.converse(circuit, now),
            Message::Inr(_) => self.say(circuit, messages::no_information(), now),
            Message::Far(far) => self.say(circuit, messages::refusal(far), now),
            Message::Idr(_) => self.say(circuit, messages::no_identification(), now),
            _ => {}
        }
    }

    /// The call is answered.
    fn converse(&mut self, circuit: CircuitId, now: Instant) {
        let timeslot = self.timeslot(circuit);
        let Some(call) = self.calls.get_mut(&circuit) else {
            return;
        };
        call.answered = Some(now);
        let voice = timeslot.map(|timeslot| call.voice(timeslot));
        let hang_up_after = call.conversation.hang_up_after;
        self.outputs.extend(voice.map(Output::Voice));
        self.deadlines.cancel(&Deadline::Call(circuit));
        if let Some(time) = hang_up_after {
            self.later(circuit, Next::HangUp, time, now);
        }
    }

    /// A call's timer.
    pub(super) fn proceed(&mut self, circuit: CircuitId, now: Instant) {
        match self.calls.get(&circuit).map(|call| call.next) {
            Some(Next::GiveUpDigits) => self.release(circuit, Cause::ADDRESS_INCOMPLETE, now),
            Some(Next::Answer) => self.answer(circuit, messages::answer(), now),
            Some(Next::Reject(cause)) => self.release(circuit, cause, now),
            Some(Next::HangUp) => self.release(circuit, Cause::NORMAL_CLEARING, now),
            Some(Next::Nothing) | None => {}
        }
    }

    fn later(&mut self, circuit: CircuitId, next: Next, after: Duration, now: Instant) {
        if let Some(call) = self.calls.get_mut(&circuit)
            && let Some(at) = now.checked_add(after)
        {
            call.next = next;
            self.deadlines.arm(Deadline::Call(circuit), at);
        }
    }

    /// The call may have ended at the same moment; then there is nobody to say it to.
    fn say(&mut self, circuit: CircuitId, message: Message, now: Instant) {
        let _ = self.circuits.send(circuit, message, now);
    }

    pub(super) fn release(&mut self, circuit: CircuitId, cause: Cause, now: Instant) {
        self.circuits
            .release(circuit, messages::release(cause), now);
        self.end(circuit, cause, ReleasedBy::Here, now);
    }

    fn end(&mut self, circuit: CircuitId, cause: Cause, by: ReleasedBy, now: Instant) {
        if let Some(call) = self.take(circuit) {
            let timeslot = self.timeslot(circuit).filter(|_| call.answered.is_some());
            self.finish(call, timeslot, cause, by, now);
        }
    }

    fn take(&mut self, circuit: CircuitId) -> Option<Call> {
        self.deadlines.cancel(&Deadline::Call(circuit));
        self.calls.remove(&circuit)
    }

    fn finish(
        &mut self,
        call: Call,
        timeslot: Option<Timeslot>,
        cause: Cause,
        by: ReleasedBy,
        now: Instant,
    ) {
        self.outputs.push_back(Output::Ended {
            call: call.id,
            timeslot,
            report: call.report(cause, by, now),
        });
    }

    pub(super) fn timeslot(&self, circuit: CircuitId) -> Option<Timeslot> {
        let (group, cic) = self.circuits.identity(circuit)?;
        self.settings.timeslot(group, cic)
    }
}

/// Whether one circuit carries a medium, as far as it is known (`Q.763 §3.54`).
fn is_carried(medium: Medium) -> bool {
    matches!(
        medium,
        Medium::SPEECH | Medium::AUDIO_3K1 | Medium::UNRESTRICTED_64K | Medium::PREFERRED_64K
    )
}
