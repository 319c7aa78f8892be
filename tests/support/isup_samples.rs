//! ISUP parameters with distinct values, and what Wireshark shows for them.

use codecs::isup::*;
use codecs::mtp::PointCode;
use codecs::number::{Digits, NatureOfAddress, NumberingPlan};

pub(crate) fn digits(text: &str) -> Digits {
    text.parse().unwrap()
}

pub(crate) fn called(text: &str) -> CalledPartyNumber {
    CalledPartyNumber {
        nature: NatureOfAddress::INTERNATIONAL,
        inn_not_allowed: true,
        plan: NumberingPlan::E164,
        digits: digits(text),
    }
}

pub(crate) fn calling(text: &str) -> CallingPartyNumber {
    CallingPartyNumber {
        nature: NatureOfAddress::INTERNATIONAL,
        incomplete: false,
        plan: NumberingPlan::E164,
        presentation: Presentation::RESTRICTED,
        screening: Screening::NETWORK,
        digits: digits(text),
    }
}

pub(crate) fn redirecting(text: &str) -> RedirectingNumber {
    RedirectingNumber {
        nature: NatureOfAddress::NATIONAL,
        plan: NumberingPlan::E164,
        presentation: Presentation::ALLOWED,
        digits: digits(text),
    }
}

pub(crate) fn backward_call() -> BackwardCallIndicators {
    BackwardCallIndicators {
        charge: Charge::CHARGE,
        called_status: CalledStatus::SUBSCRIBER_FREE,
        called_category: CalledCategory::ORDINARY,
        interworking: true,
        isdn_access: true,
        sccp_method: SccpMethod::CONNECTIONLESS,
        ..BackwardCallIndicators::default()
    }
}

pub(crate) fn cause() -> CauseIndicators {
    CauseIndicators {
        diagnostics: Contents::from([0x2C, 0x36]),
        ..CauseIndicators::new(Cause::PARAMETER_UNKNOWN, Location::TRANSIT)
    }
}

/// One of each parameter that has a type.
pub(crate) fn every_parameter() -> Parameters {
    let instruction = ParameterInstruction::from(0b100_0000);
    Parameters::from_iter([
        Parameter::AccessDelivery(AccessDelivery {
            set_up_generated: false,
        }),
        Parameter::AccessTransport(AccessTransport::try_from(&[0x1E, 2, 0x81, 0x88][..]).unwrap()),
        Parameter::CongestionLevel(CongestionLevel(2)),
        Parameter::BackwardCall(backward_call()),
        Parameter::CallHistory(CallHistory(120)),
        Parameter::CallReference(CallReference {
            identity: 66051.try_into().unwrap(),
            point_code: PointCode::new(0x1234).try_into().unwrap(),
        }),
        Parameter::CallingPartyNumber(calling("498912345678")),
        Parameter::Cause(cause()),
        Parameter::ConnectedNumber(ConnectedNumber {
            nature: NatureOfAddress::INTERNATIONAL,
            plan: NumberingPlan::E164,
            presentation: Presentation::ALLOWED,
            screening: Screening::USER_VERIFIED,
            digits: digits("49721957829"),
        }),
        Parameter::Event(EventInformation {
            event: Event::IN_BAND,
            presentation_restricted: true,
        }),
        Parameter::Notification(Notification::CALL_DIVERTING),
        Parameter::GenericNumber(GenericNumber {
            qualifier: NumberQualifier::CALLING,
            number: calling("49301234"),
        }),
        Parameter::HopCounter(17.try_into().unwrap()),
        Parameter::LocationNumber(LocationNumber {
            nature: NatureOfAddress::INTERNATIONAL,
            inn_not_allowed: true,
            plan: NumberingPlan::E164,
            presentation: Presentation::RESTRICTED,
            screening: Screening::NETWORK,
            digits: digits("491710000"),
        }),
        Parameter::MessageCompatibility(MessageCompatibility::from(0b0000_0110)),
        Parameter::OptionalBackwardCall(OptionalBackwardCallIndicators {
            in_band: true,
            ..OptionalBackwardCallIndicators::default()
        }),
        Parameter::OptionalForwardCall(OptionalForwardCallIndicators {
            closed_user_group: ClosedUserGroupCall::OUTGOING_NOT_ALLOWED,
            segmentation: false,
            connected_line_requested: true,
        }),
        Parameter::OriginalCalledNumber(redirecting("3090026000")),
        Parameter::ParameterCompatibility(
            ParameterCompatibility::new(&[(ParameterCode::HOP_COUNTER, instruction)]).unwrap(),
        ),
        Parameter::PropagationDelay(PropagationDelay(300)),
        Parameter::RedirectingNumber(redirecting("72195")),
        Parameter::RedirectionInformation(RedirectionInformation {
            indicator: RedirectingIndicator::DIVERTED,
            original_reason: RedirectionReason::USER_BUSY,
            count: 2.try_into().unwrap(),
            reason: RedirectionReason::NO_REPLY,
        }),
        Parameter::RedirectionNumber(called("497211234")),
        Parameter::TransmissionMediumUsed(TransmissionMediumRequirement::AUDIO_3K1),
        Parameter::UserServiceInformation(UserServiceInformation::speech_a_law()),
        Parameter::UserToUserIndicators(UserToUserIndicators {
            service_1: UserToUserService::NOT_ESSENTIAL_OR_PROVIDED,
            ..UserToUserIndicators::default()
        }),
        Parameter::UserToUserInformation(
            UserToUserInformation::new(UserProtocol::IA5, b"AB").unwrap(),
        ),
    ])
}

/// What Wireshark shows for `every_parameter`.
pub(crate) const EVERY_PARAMETER: &[(&str, &str)] = &[
    ("isup.access_delivery_ind", "1"),
    ("q931.progress_indicator.description", "0x08"),
    ("isup.automatic_congestion_level", "2"),
    ("isup.charge_indicator", "0x0002"),
    ("isup.called_partys_status_indicator", "0x0001"),
    ("isup.called_partys_category_indicator", "0x0001"),
    ("isup.backw_call_interworking_indicator", "1"),
    ("isup.backw_call_isdn_access_indicator", "1"),
    ("isup.backw_call_sccp_method_indicator", "0x0001"),
    ("isup.call_history_info", "120"),
    ("isup.call_identity", "66051"),
    (
        "",
        "Parameter: (t=1, l=5): Call Reference (national use) : Call ID = 66051, SPC = 4660",
    ),
    ("isup.calling", "498912345678"),
    ("isup.calling_party_nature_of_address_indicator", "4"),
    ("isup.address_presentation_restricted_indicator", "1"),
    ("isup.screening_indicator", "3"),
    ("isup.cause_indicator", "99"),
    ("q931.cause_location", "3"),
    ("isup.connected_number", "49721957829"),
    ("isup.event_ind", "3"),
    ("isup.event_presentation_restr_ind", "1"),
    ("isup.notification_indicator", "123"),
    ("isup.number_qualifier_indicator", "0x06"),
    ("isup.generic_number", "49301234"),
    ("isup.hop_counter", "17"),
    ("isup.location_number", "491710000"),
    ("isup.message_compatibility_information", "0x86"),
    ("isup.inband_information_ind", "1"),
    ("isup.clg_call_ind", "3"),
    ("isup.connected_line_identity_request_ind", "1"),
    ("isup.original_called_number", "3090026000"),
    ("isup.upgraded_parameter", "61"),
    ("isup.Pass_on_not_possible_ind", "0x02"),
    ("isup.propagation_delay_counter", "300"),
    ("isup.redirecting", "72195"),
    ("isup.redirecting_ind", "3"),
    ("isup.original_redirection_reason", "1"),
    ("isup.redirection_counter", "2"),
    ("isup.redirection_reason", "2"),
    ("isup.redirection_number", "497211234"),
    ("isup.transmission_medium_requirement_prime", "3"),
    ("q931.information_transfer_rate", "0x10"),
    ("q931.uil1", "0x03"),
    ("isup.UUI_req_service1", "2"),
    ("q931.user.string", "AB"),
];

pub(crate) type Shown = &'static [(&'static str, &'static str)];

pub(crate) const IAM: Shown = &[
    ("isup.satellite_indicator", "0x01"),
    ("isup.continuity_check_indicator", "0x02"),
    ("isup.echo_control_device_indicator", "1"),
    ("isup.forw_call_natnl_inatnl_call_indicator", "1"),
    ("isup.forw_call_end_to_end_method_indicator", "0x0002"),
    ("isup.forw_call_interworking_indicator", "0"),
    ("isup.forw_call_end_to_end_information_indicator", "0"),
    ("isup.forw_call_isdn_user_part_indicator", "1"),
    ("isup.forw_call_preferences_indicator", "0x0001"),
    ("isup.forw_call_isdn_access_indicator", "1"),
    ("isup.forw_call_sccp_method_indicator", "0x0001"),
    ("isup.calling_partys_category", "0x0f"),
    ("isup.transmission_medium_requirement", "3"),
    ("isup.called", "4917154070901F"),
    ("isup.called_party_nature_of_address_indicator", "4"),
    ("isup.inn_indicator", "1"),
    ("isup.numbering_plan_indicator", "1"),
];
