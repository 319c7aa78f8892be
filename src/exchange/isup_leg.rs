//! A leg in ISUP: messages of Q.763 to the neutral vocabulary and back.

use codecs::isup::{
    AddressResponse, Anm, CalledPartyNumber, CallingPartyNumber, Con, ContinuityCheck,
    ForwardCallIndicators, HopCounter, Iam, Inf, InformationIndicators, Inr, IsupPreference,
    Message, NatureOfConnection, Notification, Parameter, ParameterCode, Parameters, Presentation,
    Rel, Res, Sus,
};
use codecs::number::NumberingPlan;
use routing::{AnalysisError, NumberingArea};

use super::interworking::progress;
use super::leg::{Calling, Indication, Setup, Signal};

/// What an initial address message asks for.
///
/// # Errors
/// [`AnalysisError`] if the called party number names nobody here.
pub(super) fn setup(iam: Iam, area: &NumberingArea) -> Result<Setup, AnalysisError> {
    let CalledPartyNumber {
        nature,
        plan,
        digits,
        ..
    } = iam.called;
    Ok(Setup {
        called: area.globalise(nature, plan, &digits)?,
        calling: iam
            .optional
            .calling_party_number()
            .map_or(Calling::UNKNOWN, |n| calling(n, area)),
        category: iam.category,
        medium: iam.medium,
        hops: iam.optional.hop_counter().copied(),
        isup: Some(Box::new(iam)),
    })
}

/// A calling party number as the network knows it. One that is incomplete or cannot be made global
/// is no number that could be called back.
fn calling(number: &CallingPartyNumber, area: &NumberingArea) -> Calling {
    let global = (!number.incomplete)
        .then(|| {
            area.globalise(number.nature, number.plan, &number.digits)
                .ok()
        })
        .flatten();
    Calling {
        number: global.filter(|_| number.presentation != Presentation::NOT_AVAILABLE),
        presentation: number.presentation,
        screening: number.screening,
    }
}

/// The initial address message for a call. What came by ISUP goes on as it came, but for the called
/// party number and the hop counter (`Q.764 §2.1.1.2`, `§2.9.9`).
pub(super) fn iam(setup: &Setup, area: &NumberingArea) -> Iam {
    let (nature, digits) = area.localise(&setup.called);
    let called = CalledPartyNumber {
        nature,
        inn_not_allowed: true,
        plan: NumberingPlan::E164,
        digits,
    };
    match &setup.isup {
        Some(received) => transit(received, called, setup.hops),
        None => originate(setup, called, area),
    }
}

fn transit(received: &Iam, called: CalledPartyNumber, hops: Option<HopCounter>) -> Iam {
    let mut iam = Iam {
        called,
        ..received.clone()
    };
    let continuity_check = &mut iam.nature_of_connection.continuity_check;
    if *continuity_check != ContinuityCheck::NOT_REQUIRED {
        *continuity_check = ContinuityCheck::PREVIOUS_CIRCUIT;
    }
    if let Some(hops) = hops {
        // `Q.764 §2.9.9`: each exchange takes one off; a call with none left was refused.
        iam.optional
            .retain(|parameter| parameter.code() != ParameterCode::HOP_COUNTER);
        iam.optional.push(Parameter::HopCounter(hops.less_one()));
    }
    iam
}

/// An IAM for a call that comes from SIP: interworking encountered, ISUP not used all the way and
/// not required (`TS 29.163 §7.2.3.1.2`).
fn originate(setup: &Setup, called: CalledPartyNumber, area: &NumberingArea) -> Iam {
    let mut optional = Parameters::default();
    if let Some(number) = calling_party_number(&setup.calling, area) {
        optional.push(Parameter::CallingPartyNumber(number));
    }
    Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators {
            interworking: true,
            isup_preference: IsupPreference::NOT_REQUIRED,
            ..ForwardCallIndicators::default()
        },
        category: setup.category,
        medium: setup.medium,
        called,
        optional,
    }
}

/// The answer to an information request about a call that went out with this set-up: the calling
/// party's number and category, as far as they are known (`Q.764 §2.1.8`). Holding and charge
/// information are not provided.
pub(super) fn information(inr: &Inr, setup: &Setup, area: &NumberingArea) -> Inf {
    let mut information = InformationIndicators::default();
    let mut optional = Parameters::default();
    if inr.request.calling_party_address {
        information.calling_party_address = match calling_party_number(&setup.calling, area) {
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

/// A caller as ISUP names it here.
pub(super) fn calling_party_number(
    calling: &Calling,
    area: &NumberingArea,
) -> Option<CallingPartyNumber> {
    let (nature, digits) = area.localise(&calling.number?);
    Some(CallingPartyNumber {
        nature,
        incomplete: false,
        plan: NumberingPlan::E164,
        presentation: calling.presentation,
        screening: calling.screening,
        digits,
    })
}

/// What a message of a call that is set up says; none for messages that say nothing to the other
/// side.
pub(super) fn indication(message: Message) -> Option<Indication> {
    let signal = match &message {
        Message::Acm(acm) => progress::of_acm(acm),
        Message::Cpg(cpg) => progress::of_cpg(cpg),
        Message::Anm(_) | Message::Con(_) => Signal::Answer,
        Message::Sus(sus) => Signal::Suspend(sus.initiator),
        Message::Res(res) => Signal::Resume(res.initiator),
        Message::Rel(rel) => Signal::Release(rel.cause.clone()),
        _ => return None,
    };
    Some(Indication {
        signal,
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
pub(super) fn backward(indication: Indication, first: bool) -> Message {
    if let Some(mut message) = indication.isup.filter(|message| fits(message, first)) {
        if let Message::Rel(rel) = &mut message {
            // What the exchange that released suffers is news for its neighbour (`Q.764 §2.11`).
            let is_level = |parameter: &Parameter| {
                parameter.code() == ParameterCode::AUTOMATIC_CONGESTION_LEVEL
            };
            rel.optional.retain(|parameter| !is_level(parameter));
        }
        return message;
    }
    match (indication.signal, first) {
        (Signal::Alerting { in_band }, true) => Message::Acm(progress::acm(true, in_band)),
        (Signal::Alerting { in_band }, false) => Message::Cpg(progress::cpg(true, in_band)),
        (Signal::Progress { in_band }, true) => Message::Acm(progress::acm(false, in_band)),
        (Signal::Progress { in_band }, false) => Message::Cpg(progress::cpg(false, in_band)),
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
