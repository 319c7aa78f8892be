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
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, UnavailabilityCause};

pub(super) use super::messages::{acknowledge, iam, message, rel};
use super::messages::{details, extras, supervision};
use crate::isup::Event;
use crate::isup::*;

pub(super) const LOW: PointCode = PointCode::new(100);
pub(super) const HIGH: PointCode = PointCode::new(200);

/// Circuits from [`LOW`] to [`HIGH`]: this exchange controls the odd ones.
pub(super) fn group(cics: &[std::ops::RangeInclusive<u16>]) -> Group {
    Group {
        name: "test".into(),
        local: LOW,
        remote: HIGH,
        network_indicator: NetworkIndicator::NATIONAL,
        cics: cics.to_vec(),
        control: Control::PointCode,
        hunting: Hunting::ControlledFirst,
        timers: Timers::default(),
        unequipped_circuit_message: true,
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
        bench.input(Input::Available(HIGH.into()));
        while let Some(output) = bench.machine.poll_output() {
            if let Output::Send { cic, message, .. } = output {
                bench.receive(cic.value(), acknowledge(message).unwrap());
            }
        }
        bench
    }

    pub(super) fn input(&mut self, input: Input) {
        self.machine.handle(input, self.now);
    }

    pub(super) fn receive(&mut self, cic: u16, message: Message) {
        let cic = Cic::try_from(cic).unwrap();
        self.input(Input::Received {
            network: NetworkId::default(),
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
            if let Some(circuit) = self
                .machine
                .circuit(GroupId(0), Cic::try_from(cic).unwrap())
            {
                self.input(Input::ContinuityHeard {
                    circuit,
                    heard: true,
                });
            }
        }
    }

    pub(super) fn circuit(&self, cic: u16) -> CircuitId {
        self.machine
            .circuit(GroupId(0), Cic::try_from(cic).unwrap())
            .unwrap()
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
                let (remote, level) = (HIGH.into(), level.parse().unwrap());
                Box::new(move |bench| bench.input(Input::Congested { remote, level }))
            }
            ["user-part", cause] => {
                let (remote, cause) = (HIGH.into(), UnavailabilityCause(cause.parse().unwrap()));
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
                match command {
                    // It goes on in the same ISUP.
                    "transit" => Box::new(move |bench| bench.machine.transit(id, id)),
                    _ => Box::new(move |bench| bench.machine.address_complete(id)),
                }
            }
            ["available"] => Box::new(|bench| bench.input(Input::Available(HIGH.into()))),
            ["unavailable"] => Box::new(|bench| bench.input(Input::Unavailable(HIGH.into()))),
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
                format!("> {} {}{details}{optional}", message.name(), cic.value())
            }
            Output::Event { circuit, event } => {
                let cic = self.machine.identity(*circuit).unwrap().1.value();
                match event {
                    Event::Setup(iam) => format!("{cic} setup{}", extras(&iam.optional)),
                    Event::Message(message) => {
                        let optional = message.optional().map(extras).unwrap_or_default();
                        format!("{cic} {}{optional}", message.name())
                    }
                    Event::Unidentified => format!("{cic} unidentified"),
                    Event::Released(rel) => format!("{cic} released {}", rel.cause.cause.value()),
                    Event::Failed(cause) => format!("{cic} failed {}", cause.cause.value()),
                    Event::Reattempt(iam) => format!("{cic} reattempt {}", iam.called.digits),
                    Event::Idle => format!("{cic} idle"),
                }
            }
            Output::Continuity { circuit, action } => {
                let cic = self.machine.identity(*circuit).unwrap().1.value();
                format!("{cic} {action:?}")
            }
            Output::Queried { cic, answer, .. } => {
                let [here, there] = [answer.here, answer.there].map(CircuitState::octet);
                let remedy = answer.remedy;
                format!(
                    "{} here={here:02x} there={there:02x} {remedy:?}",
                    cic.value()
                )
            }
            Output::Alert { cic, alert, .. } => format!("! {} {alert:?}", cic.value()),
        }
    }
}
