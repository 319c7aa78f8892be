//! A machine and what is to happen to it, one step a line:
//!
//! ```text
//! < IAM 3 category=13    the other exchange sends
//! > ACM 3                this one sends
//! 3 setup                the owner hears
//! ! 3 UnequippedThere    maintenance staff hears
//! seize                  the owner seizes a circuit, releases one, sends, blocks …
//! release 3 16
//! send ACM 3
//! block 3 | block 3,5-7 hardware | unblock 3 | reset 3 | check 3
//! transit 3 | complete 3
//! heard 3                the check tone came back
//! query 3-7 | audit 3-7
//! available | unavailable | congested 1 | user-part 0
//! wait 15s               time passes
//! ```
//!
//! Everything the machine says must stand in the script, in order.

use std::time::{Duration, Instant};

use codecs::isup::*;
use codecs::mtp::{NetworkIndicator, PointCode, UnavailabilityCause};
use codecs::number::{NatureOfAddress, NumberingPlan};

use crate::isup::Event;
use crate::isup::*;

pub(super) const LOW: PointCode = PointCode(100);
pub(super) const HIGH: PointCode = PointCode(200);

/// Circuits from [`LOW`] to [`HIGH`]: this exchange controls the odd ones.
pub(super) fn group(cics: &[std::ops::RangeInclusive<u16>]) -> Group {
    Group {
        name: "test".into(),
        local: LOW,
        remote: HIGH,
        network: NetworkIndicator::NATIONAL,
        cics: cics.to_vec(),
        control: Control::PointCode,
        hunting: Hunting::ControlledFirst,
        timers: Timers::default(),
        ..Group::default()
    }
}

pub(super) fn config(cics: &[std::ops::RangeInclusive<u16>]) -> Config {
    Config {
        groups: vec![group(cics)],
        ..Config::default()
    }
}

pub(super) struct Bench {
    pub(super) machine: Circuits,
    pub(super) now: Instant,
    /// Every check tone comes back as soon as a timer has expired.
    pub(super) hears: bool,
}

impl Bench {
    /// Destinations unavailable, circuits not reset.
    pub(super) fn cold(config: Config) -> Self {
        Self {
            machine: Circuits::new(config).unwrap(),
            now: Instant::now(),
            hears: false,
        }
    }

    /// The circuits are idle.
    pub(super) fn ready(config: Config) -> Self {
        let mut bench = Self::cold(config);
        bench.input(Input::Available(HIGH));
        while let Some(output) = bench.machine.poll_output() {
            if let Output::Send { cic, message, .. } = output {
                bench.receive(cic.0, acknowledge(message).unwrap());
            }
        }
        bench
    }

    pub(super) fn input(&mut self, input: Input) {
        self.machine.handle(input, self.now);
    }

    pub(super) fn receive(&mut self, cic: u16, message: Message) {
        let cic = Cic(cic);
        self.input(Input::Received {
            opc: HIGH,
            dpc: LOW,
            pdu: Pdu { cic, message },
        });
    }

    /// Lets time pass, every timer at its moment.
    pub(super) fn wait(&mut self, duration: Duration) {
        let until = self.now + duration;
        while let Some(at) = self.machine.poll_timeout().filter(|&at| at <= until) {
            assert!(at >= self.now, "a timer for the past");
            self.now = at;
            self.machine.handle_timeout(at);
            if self.hears {
                self.hear_tones();
            }
        }
        self.now = until;
    }

    fn hear_tones(&mut self) {
        for cic in 0..=9 {
            if let Some(circuit) = self.machine.circuit(GroupId(0), Cic(cic)) {
                self.input(Input::ContinuityHeard {
                    circuit,
                    heard: true,
                });
            }
        }
    }

    pub(super) fn circuit(&self, cic: u16) -> CircuitId {
        self.machine.circuit(GroupId(0), Cic(cic)).unwrap()
    }

    /// `3`, `3-7`, `1,3,5-7`.
    pub(super) fn circuits(&self, cics: &str) -> Vec<CircuitId> {
        let circuits = cics.split(',').flat_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            first.parse().unwrap()..=last.parse().unwrap()
        });
        circuits.map(|cic| self.circuit(cic)).collect()
    }

    pub(super) fn counts(&self) -> StateCounts {
        self.machine.counts(GroupId(0)).unwrap()
    }

    pub(super) fn drain(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.machine.poll_output()).collect()
    }

    /// Runs a script; see the module.
    pub(super) fn run(&mut self, script: &str) -> &mut Self {
        let mut said = Vec::new();
        for line in script.lines().map(str::trim).filter(|l| !l.is_empty()) {
            said.extend(self.drain());
            let words: Vec<&str> = line.split_whitespace().collect();
            if let Some(step) = self.step(&words) {
                assert!(said.is_empty(), "before {line:?}: {:?}", self.tell(&said));
                step(self);
                continue;
            }
            assert!(!said.is_empty(), "expected {line:?}, nothing happened");
            let next = said.remove(0);
            assert_eq!(self.tell(&[next]), [line], "in {script}");
        }
        said.extend(self.drain());
        assert!(said.is_empty(), "at the end: {:?}", self.tell(&said));
        self
    }

    #[allow(clippy::type_complexity)]
    fn step(&self, words: &[&str]) -> Option<Box<dyn FnOnce(&mut Self)>> {
        let cic = |word: &str| word.parse::<u16>().unwrap();
        Some(match *words {
            ["<", name, number, ref rest @ ..] => {
                let (number, message) = (cic(number), message(name, rest));
                Box::new(move |bench| bench.receive(number, message))
            }
            ["heard", number] => {
                let (circuit, heard) = (self.circuit(cic(number)), true);
                Box::new(move |bench| bench.input(Input::ContinuityHeard { circuit, heard }))
            }
            ["seize", ref rest @ ..] if !rest.is_empty() => {
                let Message::Iam(iam) = message("IAM", rest) else {
                    unreachable!()
                };
                Box::new(move |bench| {
                    let seized = bench.machine.seize(GroupId(0), iam, bench.now);
                    seized.unwrap();
                })
            }
            ["seize"] => Box::new(|bench| {
                let seized = bench.machine.seize(GroupId(0), iam(), bench.now);
                seized.unwrap();
            }),
            ["send", name, number, ref rest @ ..] => {
                let (id, message) = (self.circuit(cic(number)), message(name, rest));
                Box::new(move |bench| bench.machine.send(id, message, bench.now).unwrap())
            }
            ["release", number, cause] => {
                let (id, rel) = (self.circuit(cic(number)), rel(cause.parse().unwrap()));
                Box::new(move |bench| bench.machine.release(id, rel, bench.now))
            }
            [command @ ("query" | "audit"), cics] => {
                let circuits = self.circuits(cics);
                let command = match command {
                    "query" => Circuits::query,
                    _ => Circuits::audit,
                };
                Box::new(move |bench| command(&mut bench.machine, &circuits, bench.now))
            }
            ["congested", level] => {
                let (remote, level) = (HIGH, level.parse().unwrap());
                Box::new(move |bench| bench.input(Input::Congested { remote, level }))
            }
            ["user-part", cause] => {
                let (remote, cause) = (HIGH, UnavailabilityCause(cause.parse().unwrap()));
                Box::new(move |bench| bench.input(Input::UserPartUnavailable { remote, cause }))
            }
            ["reset", cics] => {
                let circuits = self.circuits(cics);
                Box::new(move |bench| bench.machine.reset(&circuits, bench.now))
            }
            ["check", number] => {
                let id = self.circuit(cic(number));
                Box::new(move |bench| bench.machine.check_continuity(id, bench.now))
            }
            [command @ ("block" | "unblock"), cics, ref kind @ ..] => {
                let (circuits, kind) = (self.circuits(cics), supervision(kind));
                let command = match command {
                    "block" => Circuits::block,
                    _ => Circuits::unblock,
                };
                Box::new(move |bench| command(&mut bench.machine, &circuits, kind, bench.now))
            }
            [command @ ("transit" | "complete"), number] => {
                let id = self.circuit(cic(number));
                let command = match command {
                    "transit" => Circuits::transit,
                    _ => Circuits::address_complete,
                };
                Box::new(move |bench| command(&mut bench.machine, id))
            }
            ["available"] => Box::new(|bench| bench.input(Input::Available(HIGH))),
            ["unavailable"] => Box::new(|bench| bench.input(Input::Unavailable(HIGH))),
            ["wait", time] => {
                let seconds = time.trim_end_matches('s').parse().unwrap();
                Box::new(move |bench| bench.wait(Duration::from_secs(seconds)))
            }
            _ => return None,
        })
    }

    pub(super) fn tell(&self, outputs: &[Output]) -> Vec<String> {
        outputs.iter().map(|output| self.line(output)).collect()
    }

    fn line(&self, output: &Output) -> String {
        match output {
            Output::Send { cic, message, .. } => {
                let optional = message.optional().map(extras).unwrap_or_default();
                let details = details(message);
                format!("> {} {}{details}{optional}", message.name(), cic.0)
            }
            Output::Event { circuit, event } => {
                let cic = self.machine.identity(*circuit).unwrap().1.0;
                match event {
                    Event::Setup(iam) => format!("{cic} setup{}", extras(&iam.optional)),
                    Event::Message(message) => {
                        let optional = message.optional().map(extras).unwrap_or_default();
                        format!("{cic} {}{optional}", message.name())
                    }
                    Event::Unidentified => format!("{cic} unidentified"),
                    Event::Released(rel) => format!("{cic} released {}", rel.cause.cause.0),
                    Event::Failed(cause) => format!("{cic} failed {}", cause.cause.0),
                    Event::Reattempt(iam) => format!("{cic} reattempt {}", iam.called.digits),
                    Event::Idle => format!("{cic} idle"),
                }
            }
            Output::Continuity { circuit, action } => {
                let cic = self.machine.identity(*circuit).unwrap().1.0;
                format!("{cic} {action:?}")
            }
            Output::Queried { cic, answer, .. } => {
                let [here, there] = [answer.here, answer.there].map(CircuitState::octet);
                let remedy = answer.remedy;
                format!("{} here={here:02x} there={there:02x} {remedy:?}", cic.0)
            }
            Output::Alert { cic, alert, .. } => format!("! {} {alert:?}", cic.0),
        }
    }
}

/// Parameters that matter here, in the words of [`parameter`].
fn extras(optional: &Parameters) -> String {
    let word = |parameter: &Parameter| match parameter {
        Parameter::Other { code, .. } => format!(" par={:02x}", code.0),
        Parameter::UserToUserInformation(uui) => format!(" uui={}", uui.0.len()),
        Parameter::AccessTransport(atp) => format!(" atp={}", atp.0.len()),
        Parameter::OptionalForwardCall(indicators) if indicators.segmentation => " segment".into(),
        Parameter::OptionalBackwardCall(indicators) if indicators.segmentation => " segment".into(),
        Parameter::Cause(cause) => format!(" {} {:?}", cause.cause.0, cause.diagnostics),
        _ => String::new(),
    };
    optional.iter().map(word).collect()
}

fn details(message: &Message) -> String {
    match message {
        Message::Iam(iam) => match iam.nature_of_connection.continuity_check.value() {
            0 => String::new(),
            check => format!(" check={check}"),
        },
        Message::Cot(cot) if !cot.successful => " failed".into(),
        Message::Rel(rel) => {
            let overload = rel.optional.congestion_level();
            let overload = overload.map_or(String::new(), |level| format!(" overload={}", level.0));
            format!(" {}{overload}", rel.cause.cause.0)
        }
        Message::Cfn(cfn) => format!(" {} {:?}", cfn.cause.cause.0, cfn.cause.diagnostics),
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

fn supervision(details: &[&str]) -> Supervision {
    Supervision(u8::from(details.contains(&"hardware")))
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
        cause: CauseIndicators::new(Cause(cause), Location::USER),
        optional: Parameters::default(),
    }
}

/// A message by its acronym; `range=`, `status=` (octets in hexadecimal), `category=`, `check=`,
/// `called=`, `hardware`, `user` (instead of the network) suspends, a cause for REL, the digits of a
/// SAM, and code and body in hexadecimal for any other message. Optional parameters: `segment`
/// (the indicator), `uui=100` and `atp=100` (so many octets), and in hexadecimal `par=fe` (a
/// parameter nobody knows), `for=fe:82` (the instruction for it), `mci=82` (for the message).
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
    let octets = || vec![4; value.parse().unwrap()];
    Some(match key {
        "segment" if forward => Parameter::OptionalForwardCall(OptionalForwardCallIndicators {
            segmentation: true,
            ..Default::default()
        }),
        "segment" => Parameter::OptionalBackwardCall(OptionalBackwardCallIndicators {
            segmentation: true,
            ..Default::default()
        }),
        "uui" => Parameter::UserToUserInformation(UserToUserInformation(
            Contents::new(&octets()).unwrap(),
        )),
        "atp" => Parameter::AccessTransport(AccessTransport(Contents::new(&octets()).unwrap())),
        "par" => Parameter::Other {
            code: ParameterCode(hex(value)),
            contents: Contents::from([1]),
        },
        "for" => {
            let instruction = |text: &str| {
                let (code, instruction) = text.split_once(':').unwrap();
                (
                    ParameterCode(hex(code)),
                    Instruction(hex(instruction) & 0x7F),
                )
            };
            let instructions: Vec<_> = value.split(',').map(instruction).collect();
            Parameter::ParameterCompatibility(ParameterCompatibility::new(&instructions).unwrap())
        }
        "mci" => {
            let instruction = Instruction(hex(value) & 0x7F);
            Parameter::MessageCompatibility(MessageCompatibility::new(instruction))
        }
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
            information: UserToUserInformation(Contents::from([4])),
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
