//! A leg in ISUP: messages of Q.763 to the neutral vocabulary and back.

use codecs::isup::{
    AddressResponse, Anm, Con, ContinuityCheck, Iam, Inf, InformationIndicators, Inr, Message,
    Notification, NumberQualifier, OptionalForwardCallIndicators, Parameter, ParameterCode,
    Parameters, Rel, Res, Sus,
};
use routing::{AnalysisError, NumberingArea};

use super::encapsulation::in_sequence;
use super::interworking::rows::Rules;
use super::interworking::subaddress::Subaddresses;
use super::interworking::{
    forwarding, indicators, line, medium, number, priority, progress, redirection,
};
use super::leg::{Indication, LineIdentity, Setup, Signal};
use super::user_to_user;

/// What an initial address message asks for.
///
/// # Errors
/// [`AnalysisError`] if the called party number names nobody here.
pub(super) fn setup(iam: Iam, area: &NumberingArea) -> Result<Setup, AnalysisError> {
    let (called, portability) = number::of_iam(&iam, area)?;
    let optional = &iam.optional;
    let indicators = optional.optional_forward_call();
    Ok(Setup {
        called,
        portability,
        subaddresses: Subaddresses::of_iam(optional),
        carrier: number::carrier_of_iam(optional, area),
        calling: optional
            .calling_party_number()
            .map_or(LineIdentity::UNKNOWN, |n| line::of_calling(n, area)),
        additional_calling: line::of_generic(optional, NumberQualifier::CALLING, area),
        category: iam.category,
        medium: iam.medium,
        priority: priority::of_iam(&iam),
        redirection: redirection::of_iam(optional, area).map(Box::new),
        user_to_user: user_to_user::implicit(optional),
        wants_connected: indicators.is_some_and(|i| i.connected_line_requested),
        hops: optional.hop_counter().copied(),
        charging: None,
        rerouted: false,
        isup: Some(Box::new(iam)),
    })
}

/// The initial address message for a call. What came by ISUP goes on as it came, but for the called
/// party number and the hop counter (`Q.764 §2.1.1.2`, `§2.9.9`).
pub(super) fn iam(setup: &Setup, area: &NumberingArea, rules: Rules<'_>) -> Iam {
    match &setup.isup {
        Some(received) => transit(received, setup, area, rules),
        None => originate(setup, area, rules),
    }
}

fn transit(received: &Iam, setup: &Setup, area: &NumberingArea, rules: Rules<'_>) -> Iam {
    let mut iam = Iam {
        called: number::called_party_number(setup, area, rules),
        ..received.clone()
    };
    let continuity_check = &mut iam.nature_of_connection.continuity_check;
    if *continuity_check != ContinuityCheck::NOT_REQUIRED {
        *continuity_check = ContinuityCheck::PREVIOUS_CIRCUIT;
    }
    if let Some(hops) = setup.hops {
        // `Q.764 §2.9.9`: each exchange takes one off; a call with none left was refused.
        iam.optional
            .retain(|parameter| parameter.code() != ParameterCode::HOP_COUNTER);
        iam.optional.push(Parameter::HopCounter(hops.less_one()));
    }
    if setup.rerouted {
        iam.forward_call.ported_number_translated = false;
        number::forget_portability(&mut iam.optional);
        if let Some(redirection) = &setup.redirection {
            redirection::tell(redirection, area, &mut iam.optional);
        }
    }
    iam
}

/// An IAM for a call that comes from SIP (`TS 29.163 §7.2.3.1.2`).
fn originate(setup: &Setup, area: &NumberingArea, rules: Rules<'_>) -> Iam {
    Iam {
        nature_of_connection: indicators::NATURE_OF_CONNECTION,
        forward_call: indicators::forward_call(setup.medium),
        category: priority::category(setup.priority, setup.category),
        medium: setup.medium,
        called: number::called_party_number(setup, area, rules),
        optional: originated(setup, area),
    }
}

fn originated(setup: &Setup, area: &NumberingArea) -> Parameters {
    let mut optional = Parameters::default();
    let calling = line::calling_party_number(&setup.calling, area);
    let additional = setup.additional_calling.as_ref();
    let carrier = setup.carrier.as_ref();
    let user_to_user = setup.user_to_user.clone();
    let connected = setup.wants_connected.then(|| {
        Parameter::OptionalForwardCall(OptionalForwardCallIndicators {
            connected_line_requested: true,
            ..OptionalForwardCallIndicators::default()
        })
    });
    let parameters = [
        calling.map(Parameter::CallingPartyNumber),
        additional.and_then(|line| line::generic_number(line, NumberQualifier::CALLING, area)),
        connected,
        carrier.and_then(|carrier| number::transit_network_selection(carrier, area)),
        setup.hops.map(Parameter::HopCounter),
        priority::precedence(setup.priority),
        user_to_user.map(Parameter::UserToUserInformation),
        medium::user_service(setup.medium),
        setup.subaddresses.parameter(),
    ];
    for parameter in parameters.into_iter().flatten() {
        optional.push(parameter);
    }
    number::tell_portability(&setup.portability, area, &mut optional);
    if let Some(redirection) = &setup.redirection {
        redirection::tell(redirection, area, &mut optional);
    }
    optional
}

/// The answer to an information request about a call that went out with this set-up: the calling
/// party's number and category, as far as they are known (`Q.764 §2.1.8`). Holding and charge
/// information are not provided.
pub(super) fn information(inr: &Inr, setup: &Setup, area: &NumberingArea) -> Inf {
    let mut information = InformationIndicators::default();
    let mut optional = Parameters::default();
    if inr.request.calling_party_address {
        information.calling_party_address = match line::calling_party_number(&setup.calling, area) {
            Some(number) => {
                optional.push(Parameter::CallingPartyNumber(number));
                AddressResponse::INCLUDED
            }
            None => AddressResponse::NOT_AVAILABLE,
        };
    }
    if inr.request.calling_party_category {
        information.calling_party_category = true;
        optional.push(Parameter::CallingPartyCategory(setup.category));
    }
    Inf {
        information,
        optional,
    }
}

/// What a message of a call that is set up says; none for messages that say nothing to the other
/// side.
pub(super) fn indication(message: Message, area: &NumberingArea) -> Option<Indication> {
    let signal = match &message {
        Message::Acm(acm) => progress::of_acm(acm),
        Message::Cpg(cpg) => progress::of_cpg(cpg),
        Message::Anm(_) | Message::Con(_) => Signal::Answer,
        Message::Sus(sus) => Signal::Suspend(sus.initiator),
        Message::Res(res) => Signal::Resume(res.initiator),
        Message::Rel(rel) => Signal::Release(rel.cause.clone()),
        _ => return None,
    };
    let event = match &message {
        Message::Cpg(cpg) => Some(cpg.event.event),
        _ => None,
    };
    let optional = message.optional();
    Some(Indication {
        signal,
        connected: optional.and_then(|optional| line::of_answer(optional, area)),
        forwarding: optional.and_then(|o| forwarding::of_backward(o, event, area)),
        user_to_user: optional.and_then(user_to_user::implicit),
        isup: Some(message),
    })
}

/// Whether a message means nothing to a call but something to the exchanges at its ends: it is
/// passed on as it is, where the call goes on in ISUP. Confusion is for neighbours only.
pub(super) fn is_relayed(message: &Message) -> bool {
    !matches!(
        message,
        Message::Acm(_)
            | Message::Cpg(_)
            | Message::Anm(_)
            | Message::Con(_)
            | Message::Sus(_)
            | Message::Res(_)
            | Message::Cfn(_)
    )
}

/// The message that says so to the exchange that called us; `first` is whether it is the first
/// backward message of the call (ACM or CON, `Q.764 §2.1.4`, `§2.1.7`).
pub(super) fn backward(indication: Indication, first: bool, area: &NumberingArea) -> Message {
    let Indication {
        signal,
        connected,
        forwarding,
        user_to_user,
        isup,
    } = indication;
    let received = isup.map(|message| in_sequence(message, first));
    if let Some(mut message) = received.filter(|message| fits(message, first)) {
        if let Message::Rel(rel) = &mut message {
            // What the exchange that released suffers is news for its neighbour (`Q.764 §2.11`).
            let is_level = |parameter: &Parameter| {
                parameter.code() == ParameterCode::AUTOMATIC_CONGESTION_LEVEL
            };
            rel.optional.retain(|parameter| !is_level(parameter));
        }
        return message;
    }
    let answers = signal == Signal::Answer;
    let transfers = matches!(signal, Signal::Transferred { .. });
    let mut message = said(signal, first);
    if let Some(optional) = message.optional_mut() {
        if let Some(forwarding) = forwarding {
            forwarding::tell(&forwarding, area, optional);
        }
        if let Some(connected) = connected.filter(|_| answers) {
            line::tell_connected(&connected, area, optional);
        }
        let party = connected.filter(|_| transfers).map(|party| party.line);
        if let Some(number) = party.and_then(|line| line::call_transfer_number(&line, area)) {
            optional.push(number);
        }
        if let Some(information) = user_to_user {
            optional.push(Parameter::UserToUserInformation(information));
        }
    }
    message
}

fn said(signal: Signal, first: bool) -> Message {
    match (signal, first) {
        (
            signal
            @ (Signal::Alerting { .. } | Signal::Progress { .. } | Signal::Forwarding { .. }),
            first,
        ) => match first {
            true => Message::Acm(progress::acm(&signal)),
            false => Message::Cpg(progress::cpg(&signal)),
        },
        (Signal::Answer, true) => Message::Con(Con {
            backward_call: progress::backward_call(false),
            optional: Parameters::default(),
        }),
        (Signal::Answer, false) => Message::Anm(Anm::default()),
        (Signal::Suspend(initiator), _) => Message::Sus(Sus {
            initiator,
            optional: Parameters::default(),
        }),
        (Signal::Resume(initiator), _) => Message::Res(Res {
            initiator,
            optional: Parameters::default(),
        }),
        (Signal::Hold, _) => Message::Cpg(progress::notification(Notification::REMOTE_HOLD)),
        (Signal::Retrieve, _) => {
            Message::Cpg(progress::notification(Notification::REMOTE_RETRIEVAL))
        }
        (Signal::Transferred { alerting }, _) => {
            let notification = match alerting {
                true => Notification::TRANSFER_ALERTING,
                false => Notification::TRANSFER_ACTIVE,
            };
            Message::Cpg(progress::notification(notification))
        }
        (Signal::Release(cause), _) => Message::Rel(Rel {
            cause,
            optional: Parameters::default(),
        }),
    }
}

/// Whether a received message can stand here as it came: ACM and CON only first, the others only
/// after them.
fn fits(message: &Message, first: bool) -> bool {
    match message {
        Message::Acm(_) | Message::Con(_) => first,
        Message::Rel(_) => true,
        _ => !first,
    }
}
