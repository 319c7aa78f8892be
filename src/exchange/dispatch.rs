//! What comes in goes to the machine it is for; what the machines say goes to the calls or out.

use std::time::Instant;

use bytes::Bytes;
use codecs::isup::{Cic, Message, Pdu};
use codecs::mtp::{ServiceIndicator, Transfer};
use protocols::isup::{self, CircuitId, Event as CircuitEvent, GroupId};

use super::call::LegKey;
use super::leg::Signal;
use super::sip_side::label;
use super::telemetry::{Telemetry, Way};
use super::{Exchange, Input, Output, border, isup_leg};
use crate::alerts;

impl Exchange {
    pub(super) fn accept(&mut self, input: Input, now: Instant) {
        match input {
            Input::Transfer(transfer) => self.received(transfer, now),
            Input::Available(remote) => {
                self.circuits.handle(isup::Input::Available(remote), now);
                if let Some(locator) = &mut self.locator {
                    locator.available(remote);
                }
            }
            Input::Unavailable(remote) => {
                self.circuits.handle(isup::Input::Unavailable(remote), now);
                if let Some(locator) = &mut self.locator {
                    locator.unavailable(remote);
                }
            }
            Input::Congested(remote, level) => {
                let input = isup::Input::Congested { remote, level };
                self.circuits.handle(input, now);
            }
            Input::UserPartUnavailable(remote, cause) => {
                let input = isup::Input::UserPartUnavailable { remote, cause };
                self.circuits.handle(input, now);
            }
            Input::Datagram(datagram) => {
                self.report(Telemetry::Sip(Way::Received, label(&datagram.bytes)));
                self.agent.handle(datagram, now);
            }
            Input::Undeliverable(transmit) => self.agent.transport_failed(transmit, now),
            Input::Found { icscf, locations } => self.found(icscf, locations, now),
            Input::ContinuityHeard { timeslot, heard } => {
                self.continuity_heard(timeslot, heard, now);
            }
            Input::PathFailed { path, reason } => self.path_failed(path, &reason, now),
        }
    }

    /// Lets the machines' outputs take effect until none has any left.
    pub(super) fn settle(&mut self, now: Instant) {
        loop {
            if let Some(output) = self.circuits.poll_output() {
                self.circuit_output(output, now);
            } else if let Some(output) = self.agent.poll_output() {
                self.agent_output(output, now);
            } else if let Some(output) = self.locator.as_mut().and_then(|map| map.poll_output()) {
                self.locator_output(output, now);
            } else if !self.watch_output(now) {
                return;
            }
        }
    }

    fn received(&mut self, transfer: Transfer, now: Instant) {
        match transfer.si {
            ServiceIndicator::ISUP => self.received_isup(&transfer, now),
            ServiceIndicator::SCCP => self.received_sccp(transfer, now),
            ServiceIndicator(other) => self.malformed("MTP", format!("service indicator {other}")),
        }
    }

    fn received_isup(&mut self, transfer: &Transfer, now: Instant) {
        let Transfer {
            network, opc, dpc, ..
        } = *transfer;
        let Some(variant) = self.circuits.variant(network, dpc, opc) else {
            return self.stranger(transfer);
        };
        match Pdu::decode_as(variant, &transfer.data) {
            Ok(pdu) => {
                self.report(Telemetry::Isup(Way::Received, pdu.message.name()));
                let input = isup::Input::Received {
                    network,
                    opc,
                    dpc,
                    pdu,
                };
                self.circuits.handle(input, now);
            }
            Err(error) => {
                let from = self.settings.point_codes.write(transfer.origin());
                let hint = alerts::misread(variant, &transfer.data);
                self.malformed("ISUP", format!("from {from}: {error}{hint}"));
            }
        }
    }

    /// A message between point codes that no trunk group connects has nobody to answer it.
    fn stranger(&mut self, transfer: &Transfer) {
        let ends = [transfer.origin(), transfer.destination()];
        if !self.strangers.is_new(ends) {
            return self.report(Telemetry::MalformedAgain { protocol: "ISUP" });
        }
        let [from, to] = ends.map(|end| self.settings.point_codes.write(end));
        let reason = format!("from {from} to {to}, which no trunk connects; said once");
        self.malformed("ISUP", reason);
    }

    pub(super) fn malformed(&mut self, protocol: &'static str, reason: String) {
        self.report(Telemetry::Malformed { protocol, reason });
    }

    fn circuit_output(&mut self, output: isup::Output, now: Instant) {
        match output {
            isup::Output::Send {
                group,
                cic,
                message,
            } => self.send_isup(group, cic, message),
            isup::Output::Event { circuit, event } => self.circuit_event(circuit, event, now),
            isup::Output::Continuity { circuit, action } => self.check(circuit, action),
            isup::Output::Queried { group, cic, answer } => {
                let trunk = self.trunk_name(group);
                self.report(Telemetry::Queried { trunk, cic, answer });
            }
            isup::Output::Alert { group, cic, alert } => {
                let trunk = self.trunk_name(group);
                self.report(Telemetry::Alert { trunk, cic, alert });
            }
        }
    }

    fn trunk_name(&self, group: GroupId) -> String {
        let trunk = self.settings.trunks.get(usize::from(group.0));
        trunk.map_or_else(|| "?".into(), |trunk| trunk.name.clone())
    }

    fn send_isup(&mut self, group: GroupId, cic: Cic, mut message: Message) {
        if self.leads_abroad(group) {
            border::write_abroad(&mut message, &self.settings.numbering);
        }
        let Some(config) = self.circuits.group(group) else {
            return;
        };
        let name = message.name();
        self.scratch.clear();
        Pdu { cic, message }.encode_as(config.variant, &mut self.scratch);
        let transfer = Transfer {
            network: config.network,
            opc: config.local,
            dpc: config.remote,
            si: ServiceIndicator::ISUP,
            ni: config.network_indicator,
            priority: 0,
            // All messages of a circuit take the same way (Q.704 §2.3.4, Q.763 §1.1).
            sls: (cic.value() & 0xF) as u8,
            data: Bytes::copy_from_slice(&self.scratch),
        };
        self.report(Telemetry::Isup(Way::Sent, name));
        self.outputs.push_back(Output::Transfer(transfer));
    }

    fn circuit_event(&mut self, circuit: CircuitId, event: CircuitEvent, now: Instant) {
        if let CircuitEvent::Message(message) = &event {
            self.deny_echo_control(circuit, message, now);
        }
        match event {
            CircuitEvent::Setup(iam) => self.digits_begin(circuit, iam, now),
            CircuitEvent::Message(Message::Inf(inf)) => self.informed(circuit, inf, now),
            CircuitEvent::Message(Message::Sam(sam)) => self.more_digits(circuit, sam, now),
            CircuitEvent::Message(Message::Cot(cot)) => self.continuous(circuit, cot, now),
            CircuitEvent::Message(message) if isup_leg::is_relayed(&message) => {
                self.serve(LegKey::Circuit(circuit), message, now);
            }
            CircuitEvent::Message(message) => self.heard(LegKey::Circuit(circuit), message, now),
            CircuitEvent::Released(rel) => {
                self.not_begun(circuit, now);
                self.heard(LegKey::Circuit(circuit), Message::Rel(rel), now);
            }
            CircuitEvent::Failed(cause) => {
                self.not_begun(circuit, now);
                self.indicated(LegKey::Circuit(circuit), Signal::Release(cause).into(), now);
            }
            CircuitEvent::Reattempt(iam) => self.reattempt(circuit, iam, now),
            CircuitEvent::Unidentified | CircuitEvent::Idle => {}
        }
    }

    /// A leg said something in ISUP.
    pub(super) fn heard(&mut self, leg: LegKey, message: Message, now: Instant) {
        if let Some(indication) = isup_leg::indication(message, &self.settings.numbering) {
            self.indicated(leg, indication, now);
        }
    }

    /// A trunk group's name and a circuit, for people.
    pub(super) fn circuit_name(&self, group: GroupId, cic: Cic) -> String {
        match self.settings.trunks.get(usize::from(group.0)) {
            Some(trunk) => format!("{}/{}", trunk.name, cic.value()),
            None => format!("?/{}", cic.value()),
        }
    }
}
