//! Messages in the words of scripts, both ways, and those a friendly exchange answers with.

use codecs::isup::*;
use codecs::number::{NatureOfAddress, NumberingPlan};

/// Parameters that matter here, in the words of [`parameter`].
pub(super) fn extras(optional: &Parameters) -> String {
    let word = |parameter: &Parameter| match parameter {
        Parameter::Other { code, .. } => format!(" par={:02x}", code.0),
        Parameter::UserToUserInformation(uui) => format!(" uui={}", uui.data.len() + 1),
        Parameter::AccessTransport(atp) => format!(" atp={}", atp.octets().len()),
        Parameter::OptionalForwardCall(indicators) if indicators.segmentation => " segment".into(),
        Parameter::OptionalBackwardCall(indicators) if indicators.segmentation => " segment".into(),
        Parameter::Notification(notification) => format!(" note={:02x}", notification.value()),
        Parameter::Cause(cause) => format!(" {} {:?}", cause.cause.value(), cause.diagnostics),
        _ => String::new(),
    };
    optional.iter().map(word).collect()
}

pub(super) fn details(message: &Message) -> String {
    match message {
        Message::Iam(iam) => match iam.nature_of_connection.continuity_check.value() {
            0 => String::new(),
            check => format!(" check={check}"),
        },
        Message::Cot(cot) if !cot.successful => " failed".into(),
        Message::Rel(rel) => {
            let overload = rel.optional.congestion_level();
            let overload = overload.map_or(String::new(), |level| format!(" overload={}", level.0));
            format!(" {}{overload}", rel.cause.cause.value())
        }
        Message::Cfn(cfn) => format!(" {} {:?}", cfn.cause.cause.value(), cfn.cause.diagnostics),
        Message::Grs(grs) => format!(" range={}", grs.range),
        Message::Cqm(cqm) => format!(" range={}", cqm.range),
        Message::Cqr(cqr) => {
            let octet = |state: CircuitState| format!("{:02x}", state.octet());
            let states: String = cqr.states.iter().map(octet).collect();
            format!(" range={} states={states}", cqr.range)
        }
        Message::Gra(gra) => format!(" {}", range_and_status_text(&gra.range_and_status)),
        Message::Cgb(group) | Message::Cgba(group) | Message::Cgu(group) | Message::Cgua(group) => {
            let hardware = group.supervision == Supervision::HARDWARE_FAILURE;
            let kind = if hardware { " hardware" } else { "" };
            format!(" {}{kind}", range_and_status_text(&group.range_and_status))
        }
        _ => String::new(),
    }
}

fn range_and_status_text(group: &RangeAndStatus) -> String {
    format!("range={} status={:?}", group.range, group.status)
}

pub(super) fn supervision(details: &[&str]) -> Supervision {
    if details.contains(&"hardware") {
        Supervision::HARDWARE_FAILURE
    } else {
        Supervision::MAINTENANCE
    }
}

/// What a friendly exchange answers.
pub(super) fn acknowledge(message: Message) -> Option<Message> {
    Some(match message {
        Message::Rel(_) | Message::Rsc => Message::Rlc(Rlc::default()),
        Message::Grs(Grs { range }) => Message::Gra(Gra {
            range_and_status: RangeAndStatus::new(range, |_| false),
        }),
        Message::Blo => Message::Bla,
        Message::Ubl => Message::Uba,
        Message::Cgb(group) => Message::Cgba(group),
        Message::Cgu(group) => Message::Cgua(group),
        Message::Upt(_) => Message::Upa(Upa::default()),
        _ => return None,
    })
}

pub(super) fn iam() -> Iam {
    Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators::default(),
        category: CallingPartyCategory::ORDINARY,
        medium: TransmissionMediumRequirement::SPEECH,
        called: CalledPartyNumber {
            nature: NatureOfAddress::NATIONAL,
            inn_not_allowed: false,
            plan: NumberingPlan::E164,
            digits: "7219578290".parse().unwrap(),
        },
        optional: Parameters::default(),
    }
}

pub(super) fn rel(cause: u8) -> Rel {
    Rel {
        cause: CauseIndicators::new(cause.try_into().unwrap(), Location::USER),
        optional: Parameters::default(),
    }
}

/// A message by its acronym; `range=`, `status=` (octets in hexadecimal), `category=`, `check=`,
/// `called=`, `hardware`, `user` (instead of the network) suspends, a cause for REL, the digits of a
/// SAM, and code and body in hexadecimal for any other message. Optional parameters: `segment`
/// (the indicator), `uui=100` and `atp=100` (so many octets), and in hexadecimal `note=02`
/// (generic notification), `par=fe` (a parameter nobody knows), `for=fe:82` (the instruction for it), `mci=82` (for the message).
pub(super) fn message(name: &str, details: &[&str]) -> Message {
    let mut message = plain(name, details);
    let forward = name == "IAM";
    if let Some(optional) = message.optional_mut() {
        for detail in details {
            let (key, value) = detail.split_once('=').unwrap_or((detail, ""));
            if let Some(parameter) = parameter(key, value, forward) {
                optional.push(parameter);
            }
        }
    }
    message
}

fn parameter(key: &str, value: &str, forward: bool) -> Option<Parameter> {
    let hex = |text: &str| u8::from_str_radix(text, 16).unwrap();
    let octets = |octet: u8| vec![octet; value.parse().unwrap()];
    Some(match key {
        "segment" if forward => Parameter::OptionalForwardCall(OptionalForwardCallIndicators {
            segmentation: true,
            ..Default::default()
        }),
        "segment" => Parameter::OptionalBackwardCall(OptionalBackwardCallIndicators {
            segmentation: true,
            ..Default::default()
        }),
        "uui" => Parameter::UserToUserInformation(UserToUserInformation {
            protocol: UserProtocol::IA5,
            data: Contents::new(&octets(4)[1..]).unwrap(),
        }),
        // Elements of one octet.
        "atp" => Parameter::AccessTransport(octets(0xA1)[..].try_into().unwrap()),
        "note" => Parameter::Notification(hex(value).try_into().unwrap()),
        "par" => Parameter::Other {
            code: ParameterCode(hex(value)),
            contents: Contents::from([1]),
        },
        "for" => {
            let instruction = |text: &str| {
                let (code, instruction) = text.split_once(':').unwrap();
                (
                    ParameterCode(hex(code)),
                    ParameterInstruction::from(hex(instruction)),
                )
            };
            let instructions: Vec<_> = value.split(',').map(instruction).collect();
            Parameter::ParameterCompatibility(ParameterCompatibility::new(&instructions).unwrap())
        }
        "mci" => Parameter::MessageCompatibility(MessageCompatibility::from(hex(value))),
        _ => return None,
    })
}

fn plain(name: &str, details: &[&str]) -> Message {
    let value = |key: &str| {
        let found = details.iter().find_map(|detail| detail.strip_prefix(key));
        found.map(|value| value.parse::<u8>().unwrap())
    };
    let called = details
        .iter()
        .find_map(|detail| detail.strip_prefix("called="));
    let initiator = match details.contains(&"user") {
        true => SuspendResume::Subscriber,
        false => SuspendResume::Network,
    };
    let optional = Parameters::default();
    let backward_call = BackwardCallIndicators::default();
    let octets = |key: &str| {
        let found = details.iter().find_map(|detail| detail.strip_prefix(key));
        let pairs = found.unwrap_or_default().as_bytes().chunks(2);
        let octet = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        pairs.map(octet).collect::<Vec<u8>>()
    };
    let status = octets("status=");
    let range_and_status = || {
        let octet = |at: u8| status.get(usize::from(at)).copied().unwrap_or_default();
        let bit = |offset: u8| octet(offset / 8) >> (offset % 8) & 1 == 1;
        RangeAndStatus::new(value("range=").unwrap(), bit)
    };
    let circuit_group = || CircuitGroup {
        supervision: supervision(details),
        range_and_status: range_and_status(),
    };
    match name {
        "IAM" => Message::Iam(Iam {
            category: CallingPartyCategory(value("category=").unwrap_or(10)),
            nature_of_connection: NatureOfConnection {
                continuity_check: value("check=").unwrap_or(0).try_into().unwrap(),
                ..NatureOfConnection::default()
            },
            called: CalledPartyNumber {
                digits: called.unwrap_or("7219578290").parse().unwrap(),
                ..iam().called
            },
            ..iam()
        }),
        "SAM" => Message::Sam(Sam {
            subsequent: details[0].parse().unwrap(),
            optional,
        }),
        "ACM" => Message::Acm(Acm {
            backward_call,
            optional,
        }),
        "CON" => Message::Con(Con {
            backward_call,
            optional,
        }),
        "CPG" => Message::Cpg(Cpg {
            event: EventInformation {
                event: codecs::isup::Event::ALERTING,
                presentation_restricted: false,
            },
            optional,
        }),
        "ANM" => Message::Anm(Anm { optional }),
        "REL" => {
            let mut rel = rel(details[0].parse().unwrap());
            if let Some(level) = value("overload=") {
                let level = Parameter::CongestionLevel(CongestionLevel(level));
                rel.optional.push(level);
            }
            Message::Rel(rel)
        }
        "CQM" => Message::Cqm(Cqm {
            range: value("range=").unwrap(),
        }),
        "CQR" => {
            let states = octets("states=").into_iter().map(CircuitState::from_octet);
            Message::Cqr(Cqr {
                range: value("range=").unwrap(),
                states: CircuitStates::new(states).unwrap(),
            })
        }
        "UPT" => Message::Upt(Upt::default()),
        "UPA" => Message::Upa(Upa::default()),
        "RLC" => Message::Rlc(Rlc::default()),
        "COT" => Message::Cot(Cot {
            successful: !details.contains(&"failed"),
        }),
        "CCR" => Message::Ccr,
        "LPA" => Message::Lpa,
        "RSC" => Message::Rsc,
        "BLO" => Message::Blo,
        "BLA" => Message::Bla,
        "UBL" => Message::Ubl,
        "UBA" => Message::Uba,
        "UCIC" => Message::Ucic,
        "GRS" => Message::Grs(Grs {
            range: value("range=").unwrap(),
        }),
        "GRA" => Message::Gra(Gra {
            range_and_status: range_and_status(),
        }),
        "CGB" => Message::Cgb(circuit_group()),
        "CGU" => Message::Cgu(circuit_group()),
        "CGBA" => Message::Cgba(circuit_group()),
        "CGUA" => Message::Cgua(circuit_group()),
        "SUS" => Message::Sus(Sus {
            initiator,
            optional,
        }),
        "RES" => Message::Res(Res {
            initiator,
            optional,
        }),
        "INR" => Message::Inr(Inr {
            request: InformationRequestIndicators::default(),
            optional,
        }),
        "INF" => Message::Inf(Inf {
            information: InformationIndicators::default(),
            optional,
        }),
        "CFN" => Message::Cfn(Cfn {
            cause: CauseIndicators::new(Cause::MESSAGE_TYPE_UNKNOWN, Location::TRANSIT),
            optional,
        }),
        "OLM" => Message::Olm,
        "FOT" => Message::Fot(Fot::default()),
        "FAC" => Message::Fac(Fac::default()),
        "NRM" => Message::Nrm(Nrm::default()),
        "IDR" => Message::Idr(Idr::default()),
        "IRS" => Message::Irs(Irs::default()),
        "SGM" => Message::Sgm(Sgm::default()),
        "LOP" => Message::Lop(Lop::default()),
        "APM" => Message::Apm(Apm::default()),
        "PRI" => Message::Pri(Pri::default()),
        "SDM" => Message::Sdm(Sdm::default()),
        "CRG" => Message::Crg(Crg { body: vec![1] }),
        "PAM" => Message::Pam(Pam {
            message_type: MessageType::FAC,
            body: vec![0],
        }),
        "USR" => Message::Usr(Usr {
            information: UserToUserInformation::new(UserProtocol::IA5, &[]).unwrap(),
            optional,
        }),
        "OTHER" => {
            let octet = |text: &&str| u8::from_str_radix(text, 16).unwrap();
            let octets: Vec<u8> = details.iter().map(octet).collect();
            let (&code, body) = octets.split_first().unwrap();
            Message::Other(Other {
                code: MessageType(code),
                body: body.to_vec(),
            })
        }
        _ => panic!("no such message: {name}"),
    }
}
