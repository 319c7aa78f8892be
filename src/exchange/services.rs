//! Messages of supplementary services and of applications: passed on where the call goes on in
//! ISUP; where it goes over into SIP this exchange is the last one, and answers for itself
//! (`Q.764 §2.1.6`, `Q.731.7`, `Q.732.7`, `Q.737.1`, `Q.765`).

use std::time::Instant;

use codecs::isup::{
    Apm, CallingPartyNumber, Cause, Far, Frj, Idr, Irs, LoopPrevention, LoopResponse, Lop,
    McidResponse, Message, Parameter, ParameterCode, Parameters,
};
use protocols::isup::{CircuitId, Refused};

use super::call::{LegKey, Side};
use super::interworking::cause::here;
use super::interworking::line;
use super::interworking::release::Own;
use super::{Exchange, applications, isup_leg};

impl Exchange {
    /// Passes a message on to the other side of a call that has ISUP there too, or answers it.
    pub(super) fn serve(&mut self, from: LegKey, message: Message, now: Instant) {
        let Some(key) = self.call_of(from) else {
            return;
        };
        let Some(side) = self.calls[key].side(&from) else {
            return;
        };
        if self.pass_on(key, side, message.clone(), now) {
            return;
        }
        let answer = match message {
            Message::Inr(inr) => {
                let setup = &self.calls[key].setup;
                Message::Inf(isup_leg::information(&inr, setup, &self.settings.numbering))
            }
            Message::Far(far) => Message::Frj(refusal(&far)),
            Message::Idr(idr) => {
                let caller = self.caller_as_told(key, side);
                Message::Irs(identification(&idr, caller))
            }
            Message::Apm(Apm { optional }) if applications::want_release(&optional) => {
                return self.end(key, Own::Application, now);
            }
            Message::Apm(Apm { optional }) => match applications::notification(&optional) {
                Some(notification) => notification,
                None => return,
            },
            Message::Lop(lop) => match loop_response(&lop) {
                Some(response) => response,
                None => return,
            },
            // It was for users or exchanges that are not there: nobody waits for an answer.
            _ => return,
        };
        match from {
            // Refused only where the call is being cleared: then nobody waits any more.
            LegKey::Circuit(circuit) => drop(self.circuits.send(circuit, answer, now)),
            LegKey::Session(_) => drop(self.inform(key, side, &answer, now)),
        }
    }

    /// Tells the caller's exchange of an application in its IAM that there is none of here.
    pub(super) fn tell_of_applications(&mut self, key: usize, circuit: CircuitId, now: Instant) {
        let iam = self.calls[key].setup.isup.as_deref();
        let notification = iam.and_then(|iam| applications::notification(&iam.optional));
        if let Some(notification) = notification {
            // Refused only where the call is being cleared.
            let _ = self.circuits.send(circuit, notification, now);
        }
    }

    /// Whether the message was for an exchange beyond this one, and goes there.
    fn pass_on(&mut self, key: usize, from: Side, message: Message, now: Instant) -> bool {
        let call = &self.calls[key];
        // The called party's exchange asks who calls, and it is known here.
        if matches!(message, Message::Inr(_)) && call.setup.calling.number.is_some() {
            return false;
        }
        let Some(circuit) = call.circuit(from.other()) else {
            return self.inform(key, from.other(), &message, now);
        };
        let sent = match call.circuit(from) {
            Some(from) => self.circuits.pass_on(from, circuit, message, now),
            None => self.circuits.send(circuit, message, now),
        };
        match sent {
            // The ISUP there has no such message: it goes no further than here.
            Err(Refused::NoSuchMessage) => false,
            // What is out of sequence there was sent too late.
            Ok(()) | Err(_) => true,
        }
    }

    /// The caller's number for an exchange that a call from SIP went out to.
    fn caller_as_told(&self, key: usize, to: Side) -> Option<CallingPartyNumber> {
        let outgoing = to == Side::Outgoing;
        let calling = outgoing.then_some(&self.calls[key].setup.calling)?;
        line::calling_party_number(calling, &self.settings.numbering)
    }
}

/// No facility that could be asked for during a call is provided (`Q.737.1`: user-to-user
/// signalling service 3).
fn refusal(far: &Far) -> Frj {
    Frj {
        facility: far.facility,
        cause: here(Cause::FACILITY_NOT_IMPLEMENTED),
        optional: Parameters::default(),
    }
}

/// Who calls, whether or not it may be shown (`Q.731.7 §7.5.2`). The call is not held.
fn identification(idr: &Idr, caller: Option<CallingPartyNumber>) -> Irs {
    let request = idr.optional.iter().find_map(|parameter| match parameter {
        Parameter::McidRequest(request) => Some(request),
        _ => None,
    });
    let asked = request.is_none_or(|request| request.identification);
    let caller = caller.filter(|_| asked);
    let mut optional = Parameters::default().with(Parameter::McidResponse(McidResponse {
        identification: caller.is_some(),
        holding: false,
    }));
    if let Some(number) = caller {
        optional.push(Parameter::CallingPartyNumber(number));
    }
    Irs { optional }
}

/// What answers the question whether the transfer of this call would close a loop (`Q.732.7`): which
/// way it goes in SIP is not known here. The transfer it is about is named again.
fn loop_response(lop: &Lop) -> Option<Message> {
    let asked = lop.optional.iter().any(|parameter| {
        matches!(parameter, Parameter::LoopPrevention(indicators) if !indicators.is_response)
    });
    let reference = lop.optional.find(ParameterCode::CALL_TRANSFER_REFERENCE);
    let indicators = Parameter::LoopPrevention(LoopPrevention {
        is_response: true,
        response: LoopResponse::INSUFFICIENT,
    });
    let optional = reference.cloned().into_iter().chain([indicators]).collect();
    asked.then_some(Message::Lop(Lop { optional }))
}
