//! Messages that are unknown, out of sequence, or for circuits that do not exist
//! (`Q.764 §2.9.5`, `§2.12`).

use std::time::Instant;

use codecs::isup::{
    Cause, CauseIndicators, Cfn, Contents, Instruction, Message, MessageType, ParameterCode,
    Parameters, Pdu, Rel,
};

use super::circuit::{CircuitId, Phase, State};
use super::circuits::Circuits;
use super::output::Alert;

impl Circuits {
    /// A known message out of sequence (`Q.764 §2.9.5.1`): on an idle circuit, or before the first
    /// backward message of a call, the circuit is reset; later it is ignored. A confusion is never
    /// a reason for anything.
    pub(super) fn unexpected(&mut self, id: CircuitId, message: &Message, now: Instant) {
        match self.state(id) {
            _ if matches!(message, Message::Cfn(_)) => {}
            State::Call(_, Phase::AwaitingAnswer | Phase::Answered) => {}
            State::Idle | State::Offered(_) | State::Call(..) => self.unreasonable(id, now),
            State::Apart(_) | State::Releasing(_) | State::Resetting(_) | State::OutOfService => {}
        }
    }

    /// Resets the circuit; an outgoing call moves to another one, an incoming one has failed.
    pub(super) fn unreasonable(&mut self, id: CircuitId, now: Instant) {
        self.alert(id, Alert::UnreasonableMessage);
        self.begin_reset(id, now);
    }

    /// A message whose type has no procedure here (`Q.764 §2.9.5.2`, `§2.9.5.3.1`).
    pub(super) fn received_unknown(&mut self, id: CircuitId, message: &Message, now: Instant) {
        let call = self.state(id).call().is_some();
        let idle = matches!(self.state(id), State::Idle);
        let cause = self.not_implemented(message.message_type());
        let optional = Parameters::default();
        match Remedy::of(compatibility(message)) {
            Remedy::Release if call => self.fail_and_send(id, Rel { cause, optional }, now),
            Remedy::Notify if call || idle => self.say(id, Message::Cfn(Cfn { cause, optional })),
            Remedy::Release | Remedy::Notify | Remedy::Discard => {}
        }
    }

    fn not_implemented(&self, code: MessageType) -> CauseIndicators {
        CauseIndicators {
            diagnostics: Contents::from([code.0]),
            ..self.cause(Cause::MESSAGE_TYPE_UNKNOWN)
        }
    }

    /// A message for a circuit we do not have. What would set up a call or supervise the circuit
    /// is answered (`Q.764 §2.12`).
    pub(super) fn received_for_unequipped(&mut self, relation: usize, pdu: Pdu) {
        let group = self.relations[relation].first_group;
        self.alert_for(group, pdu.cic, Alert::UnequippedHere);
        if matches!(
            pdu.message,
            Message::Iam(_) | Message::Rsc | Message::Blo | Message::Ubl
        ) {
            self.say_to(group, pdu.cic, Message::Ucic);
        }
    }
}

/// What is to be done with an unknown message by an exchange that cannot pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    Release,
    Notify,
    Discard,
}

impl Remedy {
    fn of(instruction: Option<Instruction>) -> Self {
        let Some(instruction) = instruction else {
            return Self::Notify;
        };
        // Bit E of a message's instruction: discard it where passing on is not possible.
        let discard = instruction.discard_message() || instruction.0 >> 4 & 1 == 1;
        if instruction.release_call() || !discard {
            Self::Release
        } else if instruction.send_notification() {
            Self::Notify
        } else {
            Self::Discard
        }
    }
}

fn compatibility(message: &Message) -> Option<Instruction> {
    match message {
        Message::Other(other) => compatibility_in(&other.body),
        message => Some(message.optional()?.message_compatibility()?.instruction()),
    }
}

/// Reads the compatibility information of a message whose parameters are all optional, as those of
/// every message added since 1992 are: a pointer, then code, length and contents of each.
fn compatibility_in(body: &[u8]) -> Option<Instruction> {
    let mut rest = body.get(usize::from(*body.first()?)..)?;
    while let [code, length, tail @ ..] = rest {
        let (contents, tail) = tail.split_at_checked(usize::from(*length))?;
        if *code == ParameterCode::MESSAGE_COMPATIBILITY_INFORMATION.0 {
            return contents.first().map(|&octet| Instruction(octet & 0x7F));
        }
        rest = tail;
    }
    None
}
