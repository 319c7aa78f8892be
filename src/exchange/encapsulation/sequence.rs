//! Backward messages in the order of `Q.764`: ACM or CON first, the others after them. SIP does not
//! keep it: a 200 may come first, an 18x after the gateway itself has said ACM.

use codecs::isup::{
    Acm, Anm, BackwardCallIndicators, CalledStatus, Con, Cpg, Event, EventInformation, Message,
    Parameter, ParameterCode, Parameters,
};

use crate::exchange::interworking::progress;

/// The message that says the same as this one where it stands: `first` is whether it is the first
/// backward message of the call (`Q.764 §2.1.4`, `§2.1.7`). What it has beyond its meaning stays.
pub(in crate::exchange) fn in_sequence(message: Message, first: bool) -> Message {
    match (message, first) {
        (Message::Acm(acm), false) => Message::Cpg(Cpg {
            event: event(match acm.backward_call.called_status {
                CalledStatus::SUBSCRIBER_FREE => Event::ALERTING,
                _ => Event::PROGRESS,
            }),
            optional: with_indicators(acm.backward_call, acm.optional),
        }),
        (Message::Con(con), false) => Message::Anm(Anm {
            optional: with_indicators(con.backward_call, con.optional),
        }),
        (Message::Cpg(cpg), true) => {
            let alerting = cpg.event.event == Event::ALERTING;
            let (backward_call, optional) = without_indicators(cpg.optional, alerting);
            Message::Acm(Acm {
                backward_call,
                optional,
            })
        }
        (Message::Anm(anm), true) => {
            let (backward_call, optional) = without_indicators(anm.optional, false);
            Message::Con(Con {
                backward_call,
                optional,
            })
        }
        (message, _) => message,
    }
}

fn event(event: Event) -> EventInformation {
    EventInformation {
        event,
        presentation_restricted: false,
    }
}

fn with_indicators(indicators: BackwardCallIndicators, mut optional: Parameters) -> Parameters {
    optional.push(Parameter::BackwardCall(indicators));
    optional
}

fn without_indicators(
    mut optional: Parameters,
    alerting: bool,
) -> (BackwardCallIndicators, Parameters) {
    let said = optional.backward_call().copied();
    optional.retain(|parameter| parameter.code() != ParameterCode::BACKWARD_CALL_INDICATORS);
    let usual = progress::backward_call(alerting);
    let indicators = said.map_or(usual, |said| BackwardCallIndicators {
        called_status: match alerting {
            true => CalledStatus::SUBSCRIBER_FREE,
            false => said.called_status,
        },
        ..said
    });
    (indicators, optional)
}
