//! The messages of ANSI T1.113, judged by Wireshark.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use codecs::isup::*;

#[allow(dead_code)] // it uses a part of them
#[path = "support/isup_samples.rs"]
mod samples;
#[path = "support/tshark.rs"]
mod tshark;

use samples::*;

/// Tells Wireshark that the network is an ANSI one.
const ANSI: &[&str] = &["-o", "mtp3.standard:ANSI"];

/// Beyond the 12 bits of an ITU-T network.
const CIC: u16 = 9029;

fn iam(medium: TransmissionMediumRequirement, optional: Parameters) -> Message {
    Message::Iam(Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators {
            isup_all_the_way: true,
            ..ForwardCallIndicators::default()
        },
        category: CallingPartyCategory::ORDINARY,
        medium,
        called: called("8005551212"),
        optional,
    })
}

/// A number as Wireshark shows it, in a parameter that it shows as octets.
fn other(code: ParameterCode, contents: &[u8]) -> Parameter {
    let contents = Contents::new(contents).unwrap();
    Parameter::Other { code, contents }
}

fn messages() -> Vec<(Message, Shown)> {
    let group = || CircuitGroup {
        supervision: Supervision::MAINTENANCE,
        range_and_status: RangeAndStatus::new(23, |_| true),
    };
    let cause = || CauseIndicators::new(Cause::USER_BUSY, Location::USER);
    let optional = || {
        Parameters::new()
            .with(other(ParameterCode::CHARGE_NUMBER, &[3, 0x10, 0x08, 0x55]))
            .with(other(ParameterCode::ORIGINATING_LINE_INFORMATION, &[0]))
            .with(other(
                ParameterCode::JURISDICTION_INFORMATION,
                &[0x08, 0x55, 0x15],
            ))
            .with(other(
                ParameterCode::CARRIER_IDENTIFICATION,
                &[0x22, 0x88, 0x02],
            ))
    };
    vec![
        (
            iam(TransmissionMediumRequirement::AUDIO_3K1, optional()),
            &[
                ("isup.called", "8005551212"),
                ("q931.information_transfer_capability", "0x10"),
                ("q931.uil1", "0x02"),
                ("isup.calling_partys_category", "0x0a"),
            ],
        ),
        (
            iam(
                TransmissionMediumRequirement::UNRESTRICTED_64K,
                Parameters::new(),
            ),
            &[("q931.information_transfer_capability", "0x08")],
        ),
        (
            Message::Acm(Acm {
                backward_call: backward_call(),
                optional: Parameters::new(),
            }),
            &[("isup.called_partys_status_indicator", "0x0001")],
        ),
        (Message::Anm(Anm::default()), &[]),
        (
            Message::Rel(Rel {
                cause: cause(),
                optional: Parameters::new(),
            }),
            &[("isup.cause_indicator", "17")],
        ),
        (Message::Rlc(Rlc::default()), &[]),
        (Message::Cgb(group()), &[("isup.range_indicator", "24")]),
        (
            Message::Cqm(Cqm { range: 23 }),
            &[("isup.range_indicator", "24")],
        ),
        (Message::Cra, &[]),
        (
            Message::Crm(Crm {
                nature_of_connection: NatureOfConnection {
                    echo_control: true,
                    ..NatureOfConnection::default()
                },
            }),
            &[("isup.echo_control_device_indicator", "1")],
        ),
        (Message::Cvt, &[]),
        (
            Message::Cvr(Cvr {
                response: ValidationResponse::SUCCESSFUL,
                characteristics: GroupCharacteristics::default(),
                optional: Parameters::new(),
            }),
            &[("isup.conn_rsp_ind", "1"), ("isup.cg_carrier_ind", "0x00")],
        ),
    ]
}

#[test]
fn wireshark_reads_messages_of_t1_113_as_they_were_meant() {
    let messages = messages();
    let cic = Cic::try_from(CIC).unwrap();
    let write = |(message, _): &(Message, Shown)| {
        let mut octets = Vec::new();
        let message = message.clone();
        Pdu { cic, message }.encode_as(&Variant::ANSI, &mut octets);
        octets
    };
    let written: Vec<_> = messages.iter().map(write).collect();
    let asked: Vec<_> = written.iter().map(|m| ("isup", m.as_slice())).collect();
    let Some(verdicts) = tshark::judge_with(&asked, ANSI) else {
        return;
    };
    for ((message, shown), verdict) in messages.iter().zip(&verdicts) {
        let problems = &verdict.problems;
        assert!(problems.is_empty(), "{message}: {problems:?}");
        assert_eq!(
            verdict.first("isup.cic"),
            Some(&*CIC.to_string()),
            "{message}"
        );
        let code = message.code().to_string();
        assert_eq!(verdict.first("isup.message_type"), Some(code.as_str()));
        for (field, value) in *shown {
            assert_eq!(verdict.first(field), Some(*value), "{message}: {field}");
        }
    }
}

#[test]
fn wireshark_names_the_codes_of_t1_113_as_we_do() {
    let written: Vec<_> = (192..=239)
        .map(|code| vec![1, 0, 9, 1, code, 1, 0, 0])
        .collect();
    let asked: Vec<_> = written.iter().map(|m| ("isup", m.as_slice())).collect();
    let Some(verdicts) = tshark::judge_with(&asked, ANSI) else {
        return;
    };
    let mut known = 0;
    for (code, verdict) in (192..).zip(&verdicts) {
        let mut lines = verdict.lines.iter();
        let Some(theirs) = lines.find_map(|line| line.strip_prefix("Optional Parameter: ")) else {
            continue;
        };
        let (theirs, _) = theirs.rsplit_once(" (").unwrap();
        let ours = Variant::ANSI.parameter_name(ParameterCode(code));
        let words = |name: &str| {
            let name = name.to_lowercase();
            name.split(' ').next().unwrap_or_default().to_owned()
        };
        if !theirs.starts_with("Unknown") {
            known += 1;
            assert_eq!(words(ours), words(theirs), "{code}");
        }
    }
    assert!(known > 10, "{known}");
}
