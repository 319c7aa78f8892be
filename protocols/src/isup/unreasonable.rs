//! Messages out of sequence, or for circuits that do not exist (`Q.764 §2.9.5.1`, `§2.12`).

use std::time::Instant;

use codecs::isup::{Message, MessageType, Pdu, ValidationResponse};

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

    /// A message for a circuit we do not have. What would set up a call or supervise the circuit
    /// is answered where the network has an answer (`Q.764 §2.12`).
    pub(super) fn received_for_unequipped(&mut self, relation: usize, pdu: Pdu) {
        let group = self.relations[relation].first_group;
        self.alert_for(group, pdu.cic, Alert::UnequippedHere);
        let asked = matches!(
            pdu.message,
            Message::Iam(_) | Message::Ccr | Message::Rsc | Message::Blo | Message::Ubl
        );
        let config = &self.trunks[usize::from(group.0)].config;
        if asked && config.unequipped_circuit_message && config.variant.has(MessageType::UCIC) {
            self.say_to(group, pdu.cic, Message::Ucic);
        }
        if matches!(pdu.message, Message::Cvt) {
            let failed = self.validation(group, ValidationResponse::FAILED);
            self.say_to(group, pdu.cic, failed);
        }
    }
}
