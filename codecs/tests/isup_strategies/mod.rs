//! Any ISUP message with any parameters, for property tests.

use codecs::isup::*;
use codecs::number::{Digits, NatureOfAddress, NumberingPlan};
use proptest::collection::vec;
use proptest::prelude::*;

fn digits() -> impl Strategy<Value = Digits> {
    vec(0u8..16, 0..=Digits::MAX).prop_map(|signals| {
        let mut digits = Digits::EMPTY;
        signals.iter().for_each(|&s| digits.push(s).unwrap());
        digits
    })
}

fn contents<const MAX: usize>() -> impl Strategy<Value = Contents<MAX>> {
    vec(any::<u8>(), 0..=MAX).prop_map(|octets| Contents::new(&octets).unwrap())
}

fn called() -> impl Strategy<Value = CalledPartyNumber> {
    (0u8..128, any::<bool>(), 0u8..8, digits()).prop_map(
        |(nature, inn_not_allowed, plan, digits)| CalledPartyNumber {
            nature: NatureOfAddress(nature),
            inn_not_allowed,
            plan: NumberingPlan(plan),
            digits,
        },
    )
}

fn calling() -> impl Strategy<Value = CallingPartyNumber> {
    (called(), 0u8..4, 0u8..4).prop_map(|(number, presentation, screening)| CallingPartyNumber {
        nature: number.nature,
        incomplete: number.inn_not_allowed,
        plan: number.plan,
        presentation: Presentation(presentation),
        screening: Screening(screening),
        digits: number.digits,
    })
}

fn connected() -> impl Strategy<Value = ConnectedNumber> {
    calling().prop_map(|number| ConnectedNumber {
        nature: number.nature,
        plan: number.plan,
        presentation: number.presentation,
        screening: number.screening,
        digits: number.digits,
    })
}

fn redirecting() -> impl Strategy<Value = RedirectingNumber> {
    calling().prop_map(|number| RedirectingNumber {
        nature: number.nature,
        plan: number.plan,
        presentation: number.presentation,
        digits: number.digits,
    })
}

fn location_number() -> impl Strategy<Value = LocationNumber> {
    calling().prop_map(|number| LocationNumber {
        nature: number.nature,
        inn_not_allowed: number.incomplete,
        plan: number.plan,
        presentation: number.presentation,
        screening: number.screening,
        digits: number.digits,
    })
}

fn backward_call() -> impl Strategy<Value = BackwardCallIndicators> {
    (any::<[bool; 6]>(), [0u8..4, 0u8..4, 0u8..4, 0u8..4, 0u8..4]).prop_map(|(flags, values)| {
        BackwardCallIndicators {
            charge: values[0],
            called_status: values[1],
            called_category: values[2],
            end_to_end_method: values[3],
            interworking: flags[0],
            end_to_end_information: flags[1],
            isup_all_the_way: flags[2],
            holding: flags[3],
            isdn_access: flags[4],
            echo_control: flags[5],
            sccp_method: values[4],
        }
    })
}

fn forward_call() -> impl Strategy<Value = ForwardCallIndicators> {
    (any::<[bool; 5]>(), [0u8..4, 0u8..4, 0u8..4], 0u8..16).prop_map(|(flags, values, national)| {
        ForwardCallIndicators {
            international: flags[0],
            end_to_end_method: values[0],
            interworking: flags[1],
            end_to_end_information: flags[2],
            isup_all_the_way: flags[3],
            isup_preference: values[1],
            isdn_access: flags[4],
            sccp_method: values[2],
            national,
        }
    })
}

fn cause() -> impl Strategy<Value = CauseIndicators> {
    (
        0u8..4,
        0u8..16,
        proptest::option::of(0u8..128),
        0u8..128,
        contents(),
    )
        .prop_map(
            |(coding, location, recommendation, cause, diagnostics)| CauseIndicators {
                coding,
                location: Location(location),
                recommendation,
                cause: Cause(cause),
                diagnostics,
            },
        )
}

fn event() -> impl Strategy<Value = EventInformation> {
    (0u8..128, any::<bool>()).prop_map(|(event, presentation_restricted)| EventInformation {
        event: Event(event),
        presentation_restricted,
    })
}

fn redirection_information() -> impl Strategy<Value = RedirectionInformation> {
    (0u8..8, 0u8..16, 0u8..8, 0u8..16).prop_map(|(indicator, original, count, reason)| {
        RedirectionInformation {
            indicator: RedirectingIndicator(indicator),
            original_reason: RedirectionReason(original),
            count,
            reason: RedirectionReason(reason),
        }
    })
}

fn number_parameter() -> impl Strategy<Value = Parameter> {
    prop_oneof![
        calling().prop_map(Parameter::CallingPartyNumber),
        called().prop_map(Parameter::CalledDirectoryNumber),
        called().prop_map(Parameter::RedirectionNumber),
        connected().prop_map(Parameter::ConnectedNumber),
        redirecting().prop_map(Parameter::RedirectingNumber),
        redirecting().prop_map(Parameter::OriginalCalledNumber),
        location_number().prop_map(Parameter::LocationNumber),
        (any::<u8>(), calling()).prop_map(|(qualifier, number)| {
            Parameter::GenericNumber(GenericNumber {
                qualifier: NumberQualifier(qualifier),
                number,
            })
        }),
    ]
}

fn indicator_parameter() -> impl Strategy<Value = Parameter> {
    prop_oneof![
        backward_call().prop_map(Parameter::BackwardCall),
        cause().prop_map(Parameter::Cause),
        event().prop_map(Parameter::Event),
        redirection_information().prop_map(Parameter::RedirectionInformation),
        (0u8..4, any::<[bool; 2]>()).prop_map(|(closed_user_group, flags)| {
            Parameter::OptionalForwardCall(OptionalForwardCallIndicators {
                closed_user_group,
                segmentation: flags[0],
                connected_line_requested: flags[1],
            })
        }),
        (0u8..16, any::<[bool; 4]>()).prop_map(|(national, flags)| {
            Parameter::OptionalBackwardCall(OptionalBackwardCallIndicators {
                in_band: flags[0],
                diversion_may_occur: flags[1],
                segmentation: flags[2],
                mlpp: flags[3],
                national,
            })
        }),
        ([0u8..4, 0u8..4, 0u8..4], any::<[bool; 2]>()).prop_map(|(services, flags)| {
            Parameter::UserToUserIndicators(UserToUserIndicators {
                response: flags[0],
                service_1: services[0],
                service_2: services[1],
                service_3: services[2],
                discarded: flags[1],
            })
        }),
        (0u32..1 << 24, 0u16..1 << 14).prop_map(|(identity, point_code)| {
            Parameter::CallReference(CallReference {
                identity,
                point_code,
            })
        }),
        any::<bool>().prop_map(|set_up_generated| {
            Parameter::AccessDelivery(AccessDelivery { set_up_generated })
        }),
    ]
}

fn small_parameter() -> impl Strategy<Value = Parameter> {
    prop_oneof![
        any::<u8>().prop_map(|v| Parameter::CongestionLevel(CongestionLevel(v))),
        any::<u8>()
            .prop_map(|v| Parameter::TransmissionMediumUsed(TransmissionMediumRequirement(v))),
        any::<u16>().prop_map(|v| Parameter::CallHistory(CallHistory(v))),
        any::<u16>().prop_map(|v| Parameter::PropagationDelay(PropagationDelay(v))),
        (0u8..32).prop_map(|v| Parameter::HopCounter(HopCounter(v))),
        (0u8..128).prop_map(|v| Parameter::Notification(Notification(v))),
        (0u8..128).prop_map(|v| {
            Parameter::MessageCompatibility(MessageCompatibility::new(Instruction(v)))
        }),
        vec((any::<u8>(), 0u8..128), 0..=127).prop_map(|pairs| {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|&(code, v)| (ParameterCode(code), Instruction(v)))
                .collect();
            Parameter::ParameterCompatibility(ParameterCompatibility::new(&pairs).unwrap())
        }),
        contents().prop_map(|c| Parameter::AccessTransport(AccessTransport(c))),
        contents().prop_map(|c| Parameter::UserServiceInformation(UserServiceInformation(c))),
        contents().prop_map(|c| Parameter::UserToUserInformation(UserToUserInformation(c))),
        // Codes that have no type: unassigned, national.
        (200u8..=255, contents()).prop_map(|(code, contents)| Parameter::Other {
            code: ParameterCode(code),
            contents,
        }),
    ]
}

fn optional() -> impl Strategy<Value = Parameters> {
    let parameter = prop_oneof![number_parameter(), indicator_parameter(), small_parameter()];
    vec(parameter, 0..8).prop_map(Parameters::from_iter)
}

fn range_and_status() -> impl Strategy<Value = RangeAndStatus> {
    (any::<u8>(), contents()).prop_map(|(range, status)| RangeAndStatus { range, status })
}

fn circuit_group() -> impl Strategy<Value = CircuitGroup> {
    (0u8..4, range_and_status()).prop_map(|(supervision, range_and_status)| CircuitGroup {
        supervision: Supervision(supervision),
        range_and_status,
    })
}

pub(crate) fn iam() -> impl Strategy<Value = Iam> {
    (
        (0u8..4, 0u8..4, any::<bool>()),
        forward_call(),
        any::<[u8; 2]>(),
        called(),
        optional(),
    )
        .prop_map(|(nature, forward_call, values, called, optional)| Iam {
            nature_of_connection: NatureOfConnection {
                satellites: nature.0,
                continuity_check: nature.1,
                echo_control: nature.2,
            },
            forward_call,
            category: CallingPartyCategory(values[0]),
            medium: TransmissionMediumRequirement(values[1]),
            called,
            optional,
        })
}

pub(crate) fn call_message() -> impl Strategy<Value = Message> {
    let initiator = || {
        prop_oneof![
            Just(SuspendResume::Subscriber),
            Just(SuspendResume::Network)
        ]
    };
    prop_oneof![
        iam().prop_map(Message::Iam),
        (digits(), optional()).prop_map(|(subsequent, optional)| Message::Sam(Sam {
            subsequent,
            optional,
        })),
        (backward_call(), optional()).prop_map(|(backward_call, optional)| Message::Acm(Acm {
            backward_call,
            optional,
        })),
        (backward_call(), optional()).prop_map(|(backward_call, optional)| Message::Con(Con {
            backward_call,
            optional,
        })),
        (event(), optional()).prop_map(|(event, optional)| Message::Cpg(Cpg { event, optional })),
        optional().prop_map(|optional| Message::Anm(Anm { optional })),
        (cause(), optional()).prop_map(|(cause, optional)| Message::Rel(Rel { cause, optional })),
        optional().prop_map(|optional| Message::Rlc(Rlc { optional })),
        (initiator(), optional()).prop_map(|(initiator, optional)| Message::Sus(Sus {
            initiator,
            optional,
        })),
        (initiator(), optional()).prop_map(|(initiator, optional)| Message::Res(Res {
            initiator,
            optional,
        })),
        (any::<u16>(), optional()).prop_map(|(request, optional)| Message::Inr(Inr {
            request: InformationRequestIndicators(request),
            optional,
        })),
        (any::<u16>(), optional()).prop_map(|(information, optional)| Message::Inf(Inf {
            information: InformationIndicators(information),
            optional,
        })),
        (cause(), optional()).prop_map(|(cause, optional)| Message::Cfn(Cfn { cause, optional })),
        any::<bool>().prop_map(|successful| Message::Cot(Cot { successful })),
        facility_message(),
        optional_message(),
        (contents(), optional()).prop_map(|(information, optional)| Message::Usr(Usr {
            information: UserToUserInformation(information),
            optional,
        })),
        (any::<u8>(), body()).prop_map(|(message_type, body)| Message::Pam(Pam {
            message_type: MessageType(message_type),
            body,
        })),
        body().prop_map(|body| Message::Crg(Crg { body })),
        Just(Message::Olm),
    ]
}

fn facility_message() -> impl Strategy<Value = Message> {
    let facility = || any::<u8>().prop_map(FacilityIndicator);
    prop_oneof![
        (facility(), optional())
            .prop_map(|(facility, optional)| Message::Far(Far { facility, optional })),
        (facility(), optional())
            .prop_map(|(facility, optional)| Message::Faa(Faa { facility, optional })),
        (facility(), cause(), optional()).prop_map(|(facility, cause, optional)| {
            Message::Frj(Frj {
                facility,
                cause,
                optional,
            })
        }),
    ]
}

/// The messages that have nothing but an optional part.
fn optional_message() -> impl Strategy<Value = Message> {
    let messages = prop::sample::select(vec![
        Message::Fot(Fot::default()),
        Message::Fac(Fac::default()),
        Message::Nrm(Nrm::default()),
        Message::Idr(Idr::default()),
        Message::Irs(Irs::default()),
        Message::Sgm(Sgm::default()),
        Message::Lop(Lop::default()),
        Message::Apm(Apm::default()),
        Message::Pri(Pri::default()),
        Message::Sdm(Sdm::default()),
        Message::Upt(Upt::default()),
        Message::Upa(Upa::default()),
    ]);
    (messages, optional()).prop_map(|(mut message, optional)| {
        *message.optional_mut().unwrap() = optional;
        message
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..300)
}

fn circuit_message() -> impl Strategy<Value = Message> {
    prop_oneof![
        any::<u8>().prop_map(|range| Message::Grs(Grs { range })),
        any::<u8>().prop_map(|range| Message::Cqm(Cqm { range })),
        (any::<u8>(), vec(any::<u8>(), 0..=32)).prop_map(|(range, octets)| {
            let states = octets.into_iter().map(CircuitState::from_octet);
            let states = CircuitStates::new(states).unwrap();
            Message::Cqr(Cqr { range, states })
        }),
        range_and_status().prop_map(|range_and_status| Message::Gra(Gra { range_and_status })),
        circuit_group().prop_map(Message::Cgb),
        circuit_group().prop_map(Message::Cgba),
        circuit_group().prop_map(Message::Cgu),
        circuit_group().prop_map(Message::Cgua),
        Just(Message::Rsc),
        Just(Message::Blo),
        Just(Message::Bla),
        Just(Message::Ubl),
        Just(Message::Uba),
        Just(Message::Ccr),
        Just(Message::Lpa),
        Just(Message::Ucic),
        (0x44u8..0xE9, body()).prop_map(|(code, body)| {
            Message::Other(Other {
                code: MessageType(code),
                body,
            })
        }),
    ]
}

/// The messages that only ANSI T1.113 has.
fn ansi_message() -> impl Strategy<Value = Message> {
    let nature = NatureOfConnection {
        satellites: 1,
        continuity_check: 1,
        ..NatureOfConnection::default()
    };
    prop_oneof![
        optional().prop_map(|optional| Message::Exm(Exm { optional })),
        Just(Message::Crm(Crm {
            nature_of_connection: nature
        })),
        Just(Message::Cra),
        Just(Message::Cvt),
        (any::<u8>(), [0u8..4, 0..4, 0..4, 0..4], optional()).prop_map(
            |(response, values, optional)| Message::Cvr(Cvr {
                response: ValidationResponse(response),
                characteristics: GroupCharacteristics {
                    carrier: values[0],
                    double_seizing: values[1],
                    alarm: values[2],
                    continuity_check: values[3],
                },
                optional,
            })
        ),
    ]
}

/// Any message of Q.763.
pub(crate) fn message() -> impl Strategy<Value = Message> {
    prop_oneof![3 => call_message(), 1 => circuit_message()]
}

/// Any message of a variant, with what it can say: the medium of an ANSI IAM comes from its user
/// service information, parameters that only Q.763 types are not in it, its RLC is bare.
pub(crate) fn message_of(variant: &'static Variant) -> BoxedStrategy<Message> {
    if variant.name != "ansi" {
        let message = message().prop_filter("has it", |m| {
            matches!(m, Message::Other(_)) || variant.has(m.message_type())
        });
        return message.boxed();
    }
    let shared = message().prop_filter("has it", |m| {
        Variant::ANSI.has(m.message_type()) && !matches!(m, Message::Rlc(_))
    });
    let message = prop_oneof![4 => shared, 1 => ansi_message()];
    message
        .prop_map(|mut message| {
            if let Some(optional) = message.optional_mut() {
                optional.retain(|p| !matches!(p, Parameter::GenericNumber(_)));
            }
            if let Message::Iam(iam) = &mut message {
                let bearer = UserServiceInformation::from(iam.medium);
                iam.medium = TransmissionMediumRequirement::from(&bearer);
                iam.optional
                    .retain(|p| !matches!(p, Parameter::UserServiceInformation(_)));
                let first = Parameter::UserServiceInformation(bearer);
                iam.optional = std::iter::once(&first)
                    .chain(&iam.optional)
                    .cloned()
                    .collect();
            }
            message
        })
        .boxed()
}
