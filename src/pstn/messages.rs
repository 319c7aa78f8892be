//! The ISUP messages a local exchange makes up (ITU-T Q.763).

use codecs::isup::*;
use codecs::number::{Digits, NumberingPlan};
use routing::{E164, NumberingArea};

use super::call::Order;

/// The address signal that says that no more digits follow.
const ST: u8 = 0xF;

/// The IAM of a call that one of our subscribers places.
pub(super) fn iam(order: &Order, area: &NumberingArea) -> Iam {
    let (nature, digits) = area.localise(&order.called);
    let calling = order
        .calling
        .map(|number| Parameter::CallingPartyNumber(calling(&number, order.presentation, area)));
    Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators {
            isup_all_the_way: true,
            isdn_access: true,
            ..ForwardCallIndicators::default()
        },
        category: CallingPartyCategory::ORDINARY,
        medium: TransmissionMediumRequirement::AUDIO_3K1,
        called: CalledPartyNumber {
            nature,
            inn_not_allowed: true,
            plan: NumberingPlan::E164,
            digits: complete(digits),
        },
        optional: calling.into_iter().collect(),
    }
}

/// An E.164 number leaves room for the one signal more.
fn complete(mut digits: Digits) -> Digits {
    let _ = digits.push(ST);
    digits
}

fn calling(number: &E164, presentation: Presentation, area: &NumberingArea) -> CallingPartyNumber {
    let (nature, digits) = area.localise(number);
    CallingPartyNumber {
        nature,
        incomplete: false,
        plan: NumberingPlan::E164,
        presentation,
        screening: Screening::NETWORK,
        digits,
    }
}

/// Who calls, as far as the IAM tells it.
pub(super) fn caller(iam: &Iam, area: &NumberingArea) -> Option<E164> {
    let number = iam.optional.calling_party_number()?;
    area.globalise(number.nature, number.plan, &number.digits)
        .ok()
}

/// Address complete, the subscriber is being rung.
pub(super) fn ringing() -> Message {
    Message::Acm(Acm {
        backward_call: backward_call(CalledStatus::SUBSCRIBER_FREE),
        optional: Parameters::new(),
    })
}

/// Address complete and answer in one.
pub(super) fn connect() -> Message {
    Message::Con(Con {
        backward_call: backward_call(CalledStatus::NO_INDICATION),
        optional: Parameters::new(),
    })
}

pub(super) fn answer() -> Message {
    Message::Anm(Anm::default())
}

/// The answer to an information request: nothing of it is available.
pub(super) fn no_information() -> Message {
    Message::Inf(Inf {
        information: InformationIndicators::default(),
        optional: Parameters::new(),
    })
}

/// The answer to a facility request: none is provided.
pub(super) fn refusal(far: &Far) -> Message {
    Message::Frj(Frj {
        facility: far.facility,
        cause: CauseIndicators::new(Cause::FACILITY_NOT_IMPLEMENTED, Location::PUBLIC_LOCAL),
        optional: Parameters::new(),
    })
}

/// The answer to an identification request: nobody is named, and the call is not held.
pub(super) fn no_identification() -> Message {
    let nothing = Parameter::McidResponse(McidResponse::default());
    Message::Irs(Irs {
        optional: Parameters::new().with(nothing),
    })
}

pub(super) fn release(cause: Cause) -> Rel {
    Rel {
        cause: CauseIndicators::new(cause, Location::USER),
        optional: Parameters::new(),
    }
}

fn backward_call(called_status: CalledStatus) -> BackwardCallIndicators {
    BackwardCallIndicators {
        charge: Charge::CHARGE,
        called_status,
        called_category: CalledCategory::ORDINARY,
        isup_all_the_way: true,
        isdn_access: true,
        ..BackwardCallIndicators::default()
    }
}

/// Whether a backward message says that the called party is rung or has answered.
pub(super) fn says_ringing(message: &Message) -> bool {
    match message {
        Message::Acm(acm) => acm.backward_call.called_status == CalledStatus::SUBSCRIBER_FREE,
        Message::Cpg(cpg) => cpg.event.event == Event::ALERTING,
        Message::Anm(_) | Message::Con(_) => true,
        _ => false,
    }
}
