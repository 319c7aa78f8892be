//! Every ISUP message with every typed parameter, judged by Wireshark.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use codecs::isup::*;

#[path = "support/isup_samples.rs"]
mod samples;
#[path = "support/tshark.rs"]
mod tshark;

use samples::*;

fn iam(optional: Parameters) -> Message {
    Message::Iam(Iam {
        nature_of_connection: NatureOfConnection {
            satellites: Satellites::ONE,
            continuity_check: ContinuityCheck::PREVIOUS_CIRCUIT,
            echo_control: true,
        },
        forward_call: ForwardCallIndicators {
            international: true,
            end_to_end_method: EndToEndMethod::SCCP,
            isup_all_the_way: true,
            isup_preference: IsupPreference::NOT_REQUIRED,
            isdn_access: true,
            sccp_method: SccpMethod::CONNECTIONLESS,
            ..ForwardCallIndicators::default()
        },
        category: CallingPartyCategory::PAYPHONE,
        medium: TransmissionMediumRequirement::AUDIO_3K1,
        called: called("4917154070901F"),
        optional,
    })
}

/// The messages of a call with a given optional part, each with what Wireshark shows for the rest.
fn call_messages(optional: &Parameters) -> Vec<(Message, Shown)> {
    let optional = || optional.clone();
    let backward_call = backward_call();
    vec![
        (iam(optional()), IAM),
        (
            Message::Sam(Sam {
                subsequent: digits("123"),
                optional: optional(),
            }),
            &[("isup.subsequent_number", "123")],
        ),
        (
            Message::Acm(Acm {
                backward_call,
                optional: optional(),
            }),
            &[("isup.called_partys_status_indicator", "0x0001")],
        ),
        (
            Message::Con(Con {
                backward_call,
                optional: optional(),
            }),
            &[("isup.charge_indicator", "0x0002")],
        ),
        (
            Message::Cpg(Cpg {
                event: EventInformation {
                    event: Event::ALERTING,
                    presentation_restricted: false,
                },
                optional: optional(),
            }),
            &[("isup.event_ind", "1")],
        ),
        (
            Message::Anm(Anm {
                optional: optional(),
            }),
            &[],
        ),
        (
            Message::Rel(Rel {
                cause: CauseIndicators::new(Cause::USER_BUSY, Location::BEYOND_INTERWORKING),
                optional: optional(),
            }),
            &[
                ("isup.cause_indicator", "17"),
                ("q931.cause_location", "10"),
            ],
        ),
        (
            Message::Rlc(Rlc {
                optional: optional(),
            }),
            &[],
        ),
        (
            Message::Sus(Sus {
                initiator: SuspendResume::Network,
                optional: optional(),
            }),
            &[("isup.suspend_resume_indicator", "1")],
        ),
        (
            Message::Res(Res {
                initiator: SuspendResume::Subscriber,
                optional: optional(),
            }),
            &[("isup.suspend_resume_indicator", "0")],
        ),
        (
            Message::Inr(Inr {
                request: InformationRequestIndicators {
                    calling_party_address: true,
                    calling_party_category: true,
                    ..InformationRequestIndicators::default()
                },
                optional: optional(),
            }),
            &[
                ("isup.calling_party_address_request_indicator", "1"),
                ("isup.calling_partys_category_request_indicator", "1"),
                ("isup.charge_information_request_indicator", "0"),
            ],
        ),
        (
            Message::Inf(Inf {
                information: InformationIndicators {
                    calling_party_address: AddressResponse::INCLUDED,
                    calling_party_category: true,
                    ..InformationIndicators::default()
                },
                optional: optional(),
            }),
            &[
                ("isup.calling_party_address_response_indicator", "0x0003"),
                ("isup.calling_partys_category_response_indicator", "1"),
                ("isup.solicited_indicator", "0"),
            ],
        ),
        (
            Message::Cfn(Cfn {
                cause: CauseIndicators {
                    diagnostics: Contents::from([0x18]),
                    ..CauseIndicators::new(Cause::MESSAGE_TYPE_UNKNOWN, Location::USER)
                },
                optional: optional(),
            }),
            &[
                ("isup.cause_indicator", "97"),
                ("q931.cause_call.message_type", "0x18"),
            ],
        ),
    ]
}

/// The messages of a call that supplementary services use.
fn service_messages(optional: &Parameters) -> Vec<(Message, Shown)> {
    let optional = || optional.clone();
    let facility = FacilityIndicator::USER_TO_USER;
    let of_all_parts = [
        Message::Fot(Fot::default()),
        Message::Nrm(Nrm::default()),
        Message::Fac(Fac::default()),
        Message::Idr(Idr::default()),
        Message::Irs(Irs::default()),
        Message::Sgm(Sgm::default()),
        Message::Lop(Lop::default()),
        Message::Apm(Apm::default()),
        Message::Pri(Pri::default()),
        Message::Upt(Upt::default()),
        Message::Upa(Upa::default()),
        Message::Far(Far {
            facility,
            optional: optional(),
        }),
        Message::Faa(Faa {
            facility,
            optional: optional(),
        }),
    ];
    let mut messages: Vec<(Message, Shown)> = Vec::new();
    for mut message in of_all_parts {
        *message.optional_mut().unwrap() = optional();
        messages.push((message, &[]));
    }
    messages.push((
        Message::Frj(Frj {
            facility,
            cause: CauseIndicators::new(Cause::FACILITY_NOT_SUBSCRIBED, Location::USER),
            optional: optional(),
        }),
        &[("isup.cause_indicator", "50")],
    ));
    messages.push((
        Message::Usr(Usr {
            information: UserToUserInformation::new(UserProtocol::IA5, b"hello").unwrap(),
            optional: optional(),
        }),
        &[("q931.user.string", "hello")],
    ));
    messages
}

/// The messages about circuits, which have no optional part.
fn circuit_messages() -> Vec<(Message, Shown)> {
    let group = || CircuitGroup {
        supervision: Supervision::HARDWARE_FAILURE,
        range_and_status: RangeAndStatus::new(30, |circuit| circuit % 3 == 0),
    };
    let shown: Shown = &[
        ("isup.cgs_message_type", "1"),
        ("isup.range_indicator", "31"),
    ];
    vec![
        (
            Message::Cot(Cot { successful: true }),
            &[("isup.continuity_indicator", "1")],
        ),
        (
            Message::Grs(Grs { range: 30 }),
            &[("isup.range_indicator", "31")],
        ),
        (
            Message::Gra(Gra {
                range_and_status: group().range_and_status,
            }),
            &[("isup.range_indicator", "31")],
        ),
        (Message::Cgb(group()), shown),
        (Message::Cgba(group()), shown),
        (Message::Cgu(group()), shown),
        (Message::Cgua(group()), shown),
        (Message::Rsc, &[]),
        (Message::Blo, &[]),
        (Message::Bla, &[]),
        (Message::Ubl, &[]),
        (Message::Uba, &[]),
        (Message::Ccr, &[]),
        (Message::Lpa, &[]),
        (Message::Ucic, &[]),
        (Message::Olm, &[]),
        (Message::Crg(Crg { body: vec![1, 2] }), &[]),
        (
            Message::Pam(Pam {
                message_type: MessageType::REL,
                body: vec![2, 0, 2, 0x80, 0x90],
            }),
            &[("isup.cause_indicator", "16")],
        ),
        (
            Message::Cqm(Cqm { range: 30 }),
            &[("isup.range_indicator", "31")],
        ),
        (
            Message::Cqr(Cqr {
                range: 1,
                states: CircuitStates::new([
                    CircuitState::Unequipped,
                    CircuitState::Equipped {
                        maintenance: BlockedBy::Remote,
                        processing: CallProcessing::Idle,
                        hardware: BlockedBy::Local,
                    },
                ])
                .unwrap(),
            }),
            &[
                ("isup.mtc_blocking_state", "3"),
                ("isup.call_processing_state", "3"),
                ("isup.hw_blocking_state", "1"),
            ],
        ),
    ]
}

fn octets(message: Message) -> Vec<u8> {
    let mut octets = Vec::new();
    let cic = Cic::try_from(0x123).unwrap();
    Pdu { cic, message }.encode(&mut octets);
    octets
}

#[test]
fn wireshark_reads_every_message_and_parameter_as_it_was_meant() {
    let full = every_parameter();
    let mut messages: Vec<_> = circuit_messages();
    messages.extend(call_messages(&Parameters::new()));
    messages.extend(service_messages(&Parameters::new()));
    let bare = messages.len();
    messages.extend(call_messages(&full));
    messages.extend(service_messages(&full));
    let written: Vec<_> = messages.iter().map(|(m, _)| octets(m.clone())).collect();
    let asked: Vec<_> = written.iter().map(|m| ("isup", m.as_slice())).collect();
    let Some(verdicts) = tshark::judge(&asked) else {
        return;
    };
    for (index, ((message, shown), verdict)) in messages.iter().zip(&verdicts).enumerate() {
        let problems = &verdict.problems;
        assert!(problems.is_empty(), "{message}: {problems:?}");
        assert_eq!(verdict.first("isup.cic"), Some("291"), "{message}");
        let code = message.code().to_string();
        assert_eq!(verdict.first("isup.message_type"), Some(code.as_str()));
        for (field, value) in *shown {
            assert_eq!(verdict.first(field), Some(*value), "{message}: {field}");
        }
        for (field, value) in EVERY_PARAMETER.iter().filter(|_| index >= bare) {
            let values = verdict.all(field);
            assert!(values.contains(value), "{message}: {field} {values:?}");
        }
    }
}

/// The text between `label` and the value in parentheses, without "(national use)".
fn named(verdict: &tshark::Verdict, label: &str) -> Option<String> {
    let mut lines = verdict.lines.iter();
    let name = lines.find_map(|line| line.strip_prefix(label))?;
    let (name, _) = name.rsplit_once(" (")?;
    let name = name.replace(" (national use)", "");
    Some(
        name.replace(" (reserved for national use)", "")
            .to_lowercase(),
    )
}

#[test]
fn wireshark_gives_codes_the_same_names() {
    let types: Vec<_> = (1..=0x7F).map(|code| vec![1, 0, code, 0]).collect();
    let parameters: Vec<_> = (1..=193)
        .map(|code| vec![1, 0, 9, 1, code, 1, 0, 0])
        .collect();
    let written = types.iter().chain(&parameters);
    let asked: Vec<_> = written.map(|m| ("isup", m.as_slice())).collect();
    let Some(verdicts) = tshark::judge(&asked) else {
        return;
    };
    let (of_types, of_parameters) = verdicts.split_at(types.len());
    for (code, verdict) in (1..).zip(of_types) {
        let theirs = named(verdict, "Message Type: ").unwrap();
        if !theirs.starts_with("reserved") {
            let ours = MessageType(code).long_name().to_lowercase();
            let theirs = theirs.replace("acknowledgment", "acknowledgement");
            let theirs = theirs.replace("cic", "circuit identification code");
            assert_eq!(ours, theirs);
        }
    }
    for (code, verdict) in (1..).zip(of_parameters) {
        let theirs = named(verdict, "Optional Parameter: ").unwrap();
        let ours = ParameterCode(code).name().to_lowercase();
        match (code, theirs.as_str()) {
            // Codes that Wireshark does not know, or names otherwise than Q.763 table 5 does.
            (16, "continuity request") | (41, "backward call indicators") | (_, "not used") => {}
            (_, "unknown") => {}
            _ => assert_eq!(ours, theirs, "{code}"),
        }
    }
}

#[test]
fn wireshark_refuses_a_message_cut_short_as_the_codec_does() {
    let whole = octets(iam(Parameters::new()));
    let cut = &whole[..whole.len() - 1];
    assert!(Pdu::decode(cut).is_err());
    let Some(verdicts) = tshark::judge(&[("isup", &whole), ("isup", cut)]) else {
        return;
    };
    assert!(verdicts[0].problems.is_empty());
    assert!(!verdicts[1].problems.is_empty());
}
