//! Any ISUP message with any parameters, for property tests.

use codecs::isup::*;
use codecs::number::Digits;
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
            nature: nature.try_into().unwrap(),
            inn_not_allowed,
            plan: plan.try_into().unwrap(),
            digits,
        },
    )
}

/// What a message whose octets follow its type code says there.
fn decoded<T>(octets: &[u8], part: impl FnOnce(Message) -> Option<T>) -> T {
    let octets = [&[1, 0], octets].concat();
    part(Pdu::decode(&octets).unwrap().message).unwrap()
}

fn backward_call() -> impl Strategy<Value = BackwardCallIndicators> {
    any::<[u8; 2]>().prop_map(|[first, second]| {
        decoded(&[6, first, second, 0], |message| match message {
            Message::Acm(acm) => Some(acm.backward_call),
            _ => None,
        })
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
                coding: coding.try_into().unwrap(),
                location: location.try_into().unwrap(),
                recommendation: recommendation.map(|octet| octet.try_into().unwrap()),
                cause: cause.try_into().unwrap(),
                diagnostics,
            },
        )
}

fn event() -> impl Strategy<Value = EventInformation> {
    any::<u8>().prop_map(|event| {
        decoded(&[0x2C, event, 0], |message| match message {
            Message::Cpg(cpg) => Some(cpg.event),
            _ => None,
        })
    })
}

/// Any value of any parameter: whatever octets say where its code announces it.
fn parameter() -> impl Strategy<Value = Parameter> {
    let octets = prop_oneof![
        4 => vec(any::<u8>(), 1..10),
        1 => vec(any::<u8>(), 0..=255),
    ];
    // Most IAMs have a calling party number.
    let code = prop_oneof![
        1 => Just(ParameterCode::CALLING_PARTY_NUMBER.0),
        4 => 1_u8..=255,
    ];
    (code, octets).prop_map(|(code, octets)| {
        let length = u8::try_from(octets.len()).unwrap();
        let anm = [&[9, 1, code, length][..], &octets, &[0]].concat();
        decoded(&anm, |message| match message {
            Message::Anm(anm) => anm.optional.iter().next().cloned(),
            _ => None,
        })
    })
}

fn optional() -> impl Strategy<Value = Parameters> {
    vec(parameter(), 0..8).prop_map(Parameters::from_iter)
}

fn range_and_status() -> impl Strategy<Value = RangeAndStatus> {
    (any::<u8>(), contents()).prop_map(|(range, status)| RangeAndStatus { range, status })
}

fn circuit_group() -> impl Strategy<Value = CircuitGroup> {
    (0u8..4, range_and_status()).prop_map(|(supervision, range_and_status)| CircuitGroup {
        supervision: supervision.try_into().unwrap(),
        range_and_status,
    })
}

pub(crate) fn iam() -> impl Strategy<Value = Iam> {
    (any::<[u8; 5]>(), called(), optional()).prop_map(|(fixed, called, optional)| {
        let octets = [&[1], &fixed[..], &[2, 0, 2, 0, 0]].concat();
        let iam = decoded(&octets, |message| match message {
            Message::Iam(iam) => Some(iam),
            _ => None,
        });
        Iam {
            called,
            optional,
            ..iam
        }
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
        (any::<[u8; 2]>(), optional()).prop_map(|([first, second], optional)| {
            let inr = decoded(&[3, first, second, 0], |message| match message {
                Message::Inr(inr) => Some(inr),
                _ => None,
            });
            Message::Inr(Inr { optional, ..inr })
        }),
        (any::<[u8; 2]>(), optional()).prop_map(|([first, second], optional)| {
            let inf = decoded(&[4, first, second, 0], |message| match message {
                Message::Inf(inf) => Some(inf),
                _ => None,
            });
            Message::Inf(Inf { optional, ..inf })
        }),
        (cause(), optional()).prop_map(|(cause, optional)| Message::Cfn(Cfn { cause, optional })),
        any::<bool>().prop_map(|successful| Message::Cot(Cot { successful })),
        facility_message(),
        optional_message(),
        (any::<u8>(), contents(), optional()).prop_map(|(protocol, data, optional)| {
            let protocol = UserProtocol(protocol);
            Message::Usr(Usr {
                information: UserToUserInformation { protocol, data },
                optional,
            })
        }),
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
        satellites: Satellites::ONE,
        continuity_check: ContinuityCheck::REQUIRED,
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
                    carrier: values[0].try_into().unwrap(),
                    double_seizing: values[1].try_into().unwrap(),
                    alarm: values[2].try_into().unwrap(),
                    continuity_check: values[3].try_into().unwrap(),
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

/// What the octets of parameters of Q.763 say in ANSI's.
fn read_as_ansi(optional: &Parameters) -> Parameters {
    let cic = Cic::try_from(1).unwrap();
    let message = Message::Anm(Anm {
        optional: optional.clone(),
    });
    let mut octets = Vec::new();
    Pdu { cic, message }.encode(&mut octets);
    match Pdu::decode_as(&Variant::ANSI, &octets).unwrap().message {
        Message::Anm(anm) => anm.optional.iter().cloned().collect(),
        _ => Parameters::new(),
    }
}

/// Any message of a variant, with what it can say: the medium of an ANSI IAM comes from its user
/// service information, its parameters are those of T1.113.3, its RLC is bare.
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
                *optional = read_as_ansi(optional);
            }
            if let Message::Iam(iam) = &mut message {
                let first = Parameter::UserServiceInformation(iam.medium.into());
                iam.medium = TransmissionMediumRequirement::from(&first);
                iam.optional
                    .retain(|p| p.code() != ParameterCode::USER_SERVICE_INFORMATION);
                iam.optional = std::iter::once(&first)
                    .chain(&iam.optional)
                    .cloned()
                    .collect();
            }
            message
        })
        .boxed()
}
