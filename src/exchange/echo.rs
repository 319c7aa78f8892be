//! Echo control devices: there are none here, and an exchange that asks for one hears so at once
//! instead of waiting for T37 (`Q.764 §2.7`, `Q.115`). In transit its question passes.

use std::time::Instant;

use codecs::isup::{
    EchoControlInformation, EchoDevice, EchoRequest, Message, Nrm, Parameter, Parameters,
};
use protocols::isup::CircuitId;

use super::Exchange;
use super::call::{Leg, LegKey};

impl Exchange {
    /// Answers what a message of a call with one leg in SIP asks of echo control devices.
    pub(super) fn deny_echo_control(
        &mut self,
        circuit: CircuitId,
        message: &Message,
        now: Instant,
    ) {
        let Some(denial) = message.optional().and_then(denial) else {
            return;
        };
        let leg = LegKey::Circuit(circuit);
        let beyond = self.call_of(leg).and_then(|key| {
            let call = &self.calls[key];
            call.leg(call.side(&leg)?.other())
        });
        if matches!(beyond, Some(Leg::Sip { .. })) {
            let optional = Parameters::default().with(denial);
            // Refused where the ISUP has no NRM, or the call is being cleared.
            let _ = self
                .circuits
                .send(circuit, Message::Nrm(Nrm { optional }), now);
        }
    }
}

/// What answers a request for echo control devices.
pub(super) fn denial(asked: &Parameters) -> Option<Parameter> {
    let asked = asked.iter().find_map(|parameter| match parameter {
        Parameter::EchoControlInformation(information) => Some(information),
        _ => None,
    })?;
    let device = |request| match request {
        EchoRequest::ACTIVATE => EchoDevice::NOT_AVAILABLE,
        _ => EchoDevice::NO_INFORMATION,
    };
    let answer = EchoControlInformation {
        outgoing: device(asked.outgoing_request),
        incoming: device(asked.incoming_request),
        ..EchoControlInformation::default()
    };
    (answer != EchoControlInformation::default())
        .then_some(Parameter::EchoControlInformation(answer))
}
