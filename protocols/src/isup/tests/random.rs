//! Random messages, commands and pauses: nothing panics, counters stay true, nothing leaks.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use codecs::isup::{Cic, Message, Pdu, Supervision};
use codecs::mtp::{NetworkId, UnavailabilityCause};
use proptest::prelude::*;

use super::script::*;
use crate::isup::*;

const NAMES: [&str; 49] = [
    "IAM", "SAM", "ACM", "CON", "CPG", "ANM", "REL", "RLC", "COT", "CCR", "LPA", "RSC", "BLO",
    "BLA", "UBL", "UBA", "UCIC", "GRS", "GRA", "CGB", "CGU", "CGBA", "CGUA", "SUS", "RES", "INR",
    "INF", "CFN", "OTHER", "IAM", "REL", "OLM", "FOT", "FAC", "NRM", "IDR", "IRS", "SGM", "LOP",
    "APM", "PRI", "SDM", "CRG", "PAM", "USR", "CQM", "CQR", "UPT", "UPA",
];

#[derive(Debug, Clone)]
enum Step {
    Receive(u16, usize, u8, u8),
    Seize,
    Send(u16, usize, u8),
    Release(u16),
    Block(u16, u16, bool),
    Unblock(u16, u16, bool),
    Reset(u16, u16),
    Query(u16, u16, bool),
    Congested(u8),
    UserPart(u8),
    Check(u16),
    Heard(u16),
    Available(bool),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let cic = 1u16..=6;
    let run = (cic.clone(), prop_oneof![Just(0u16), 1u16..5]);
    let decoration = prop_oneof![4 => Just(0u8), 1 => 1u8..6];
    prop_oneof![
        8 => (cic.clone(), 0..NAMES.len(), 0u8..6, decoration.clone())
            .prop_map(|(c, m, r, d)| Step::Receive(c, m, r, d)),
        4 => Just(Step::Seize),
        4 => (cic.clone(), 0..NAMES.len(), decoration).prop_map(|(c, m, d)| Step::Send(c, m, d)),
        2 => cic.clone().prop_map(Step::Release),
        1 => (run.clone(), any::<bool>()).prop_map(|((c, n), h)| Step::Block(c, n, h)),
        1 => (run.clone(), any::<bool>()).prop_map(|((c, n), h)| Step::Unblock(c, n, h)),
        1 => (run.clone(), any::<bool>()).prop_map(|((c, n), r)| Step::Query(c, n, r)),
        1 => (0u8..4).prop_map(Step::Congested),
        1 => (0u8..3).prop_map(Step::UserPart),
        1 => run.prop_map(|(c, n)| Step::Reset(c, n)),
        1 => cic.clone().prop_map(Step::Check),
        2 => cic.prop_map(Step::Heard),
        1 => any::<bool>().prop_map(Step::Available),
        2 => prop_oneof![0u64..40, 100u64..400].prop_map(Step::Wait),
    ]
}

fn random_message(name: usize, range: u8, decorated: u8) -> Message {
    let range = format!("range={range}");
    let details: &[&str] = match NAMES[name] {
        "REL" | "SAM" => &["16"],
        "OTHER" => return message("OTHER", &["7e"]),
        "CQR" => &["range=1", "states=0c04"],
        _ => &[&range, "status=15"],
    };
    let decoration = [
        &[][..],
        &["segment"],
        &["par=fe", "for=fe:82"],
        &["par=fe"],
        &["check=1", "failed"],
        &["check=2", "user"],
    ];
    let decoration = decoration[usize::from(decorated)];
    message(NAMES[name], &[details, decoration].concat())
}

fn run(bench: &Bench, cic: u16, more: u16) -> Vec<CircuitId> {
    let cics = cic..=(cic + more).min(5);
    cics.map(|cic| bench.circuit(cic)).collect()
}

fn kind(hardware: bool) -> Supervision {
    match hardware {
        true => Supervision::HARDWARE_FAILURE,
        false => Supervision::MAINTENANCE,
    }
}

/// Nobody blocks for long.
fn unblock_all(bench: &mut Bench) {
    for hardware in [false, true] {
        let (circuits, now) = (run(bench, 1, 5), bench.now);
        bench.machine.unblock(&circuits, kind(hardware), now);
    }
}

fn play(bench: &mut Bench, step: Step) {
    let now = bench.now;
    match step {
        Step::Receive(cic, name, range, decoration) => {
            bench.receive(cic, random_message(name, range, decoration));
        }
        Step::Seize => drop(bench.machine.seize(GroupId(0), iam(), now)),
        Step::Send(cic, name, decoration) if cic < 6 => {
            let id = bench.circuit(cic);
            let _ = bench
                .machine
                .send(id, random_message(name, 1, decoration), now);
        }
        Step::Release(cic) if cic < 6 => {
            let id = bench.circuit(cic);
            bench.machine.release(id, rel(16), now);
        }
        Step::Block(cic, more, hardware) => {
            bench
                .machine
                .block(&run(bench, cic, more), kind(hardware), now);
        }
        Step::Unblock(cic, more, hardware) => {
            bench
                .machine
                .unblock(&run(bench, cic, more), kind(hardware), now);
        }
        Step::Reset(cic, more) => bench.machine.reset(&run(bench, cic, more), now),
        Step::Query(cic, more, false) => bench.machine.query(&run(bench, cic, more), now),
        Step::Query(cic, more, true) => bench.machine.audit(&run(bench, cic, more), now),
        Step::Congested(level) => {
            let remote = HIGH.into();
            bench.input(Input::Congested { remote, level });
        }
        Step::UserPart(cause) => {
            let (remote, cause) = (HIGH.into(), UnavailabilityCause(cause));
            bench.input(Input::UserPartUnavailable { remote, cause });
        }
        Step::Check(cic) if cic < 6 => bench.machine.check_continuity(bench.circuit(cic), now),
        Step::Heard(cic) if cic < 6 => {
            let (circuit, heard) = (bench.circuit(cic), true);
            bench.input(Input::ContinuityHeard { circuit, heard });
        }
        Step::Available(true) => bench.input(Input::Available(HIGH.into())),
        Step::Available(false) => bench.input(Input::Unavailable(HIGH.into())),
        Step::Wait(seconds) => bench.wait(Duration::from_secs(seconds)),
        _ => {}
    }
}

/// The owner's knowledge of calls, and that what it is told fits it.
#[derive(Default)]
struct Owner {
    calls: [bool; 7],
}

impl Owner {
    fn hear(&mut self, machine: &Circuits, output: &Output) {
        let Output::Event { circuit, event } = output else {
            if let Output::Send {
                cic,
                message: Message::Iam(_),
                ..
            } = output
            {
                self.calls[usize::from(cic.value())] = true;
            }
            return;
        };
        let call = &mut self.calls[usize::from(machine.identity(*circuit).unwrap().1.value())];
        match event {
            Event::Setup(_) => assert!(!std::mem::replace(call, true), "a call on top of another"),
            Event::Message(_) | Event::Unidentified => assert!(*call, "a message without a call"),
            Event::Released(_) | Event::Failed(_) | Event::Reattempt(_) => {
                assert!(std::mem::take(call), "the end of no call");
            }
            Event::Idle => assert!(!*call, "idle with a call"),
        }
    }
}

/// Five circuits with every procedure that can be asked for.
fn everything() -> Config {
    Config {
        groups: vec![Group {
            continuity_check: 40,
            overlap: true,
            loop_back_acknowledgement: true,
            ..group(&[1..=5])
        }],
        ..Config::default()
    }
}

fn check_counts(bench: &Bench) {
    let machine = &bench.machine;
    let mut counted = StateCounts::default();
    for circuit in &machine.circuits {
        *counted.of(circuit.class()) += 1;
    }
    assert_eq!(counted, bench.counts());
}

/// Answers everything, releases all calls, unblocks all circuits: now they must all become idle.
fn settle(bench: &mut Bench) {
    bench.input(Input::Available(HIGH.into()));
    for cic in 1..=5 {
        let (id, now) = (bench.circuit(cic), bench.now);
        bench.machine.release(id, rel(16), now);
        bench.receive(cic, Message::Ubl);
        if bench.machine.status(id).unwrap().class == Class::OutOfService {
            bench.machine.reset(&[id], now);
        }
    }
    bench.receive(1, message("CGU", &["range=4", "status=1f", "hardware"]));
    unblock_all(bench);
    bench.hears = true;
    for _ in 0..40 {
        for cic in 1..=5 {
            let id = bench.circuit(cic);
            bench.machine.release(id, rel(16), bench.now);
        }
        while let Some(output) = bench.machine.poll_output() {
            if let Output::Send { cic, message, .. } = output
                && let Some(answer) = acknowledge(message)
            {
                bench.receive(cic.value(), answer);
            }
        }
        bench.wait(Duration::from_secs(20));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_machine_survives_anything(steps in proptest::collection::vec(step(), 0..60)) {
        let mut bench = Bench::ready(everything());
        let mut owner = Owner::default();
        for step in steps {
            let released = match step {
                Step::Release(cic) => Some(cic),
                _ => None,
            };
            play(&mut bench, step);
            if let Some(cic) = released {
                owner.calls[usize::from(cic)] = false;
            }
            for output in bench.drain() {
                owner.hear(&bench.machine, &output);
            }
            check_counts(&bench);
        }
        settle(&mut bench);
        prop_assert_eq!(bench.counts().idle, 5, "{:?}", bench.counts());
        prop_assert_eq!(bench.machine.poll_timeout(), None);
        for _ in 0..5 {
            prop_assert!(bench.machine.seize(GroupId(0), iam(), bench.now).is_ok());
        }
    }

    /// Two exchanges with a wire between them that delays: whatever their owners do, when it is
    /// over both find all circuits idle.
    #[test]
    fn two_machines_agree(steps in proptest::collection::vec((any::<bool>(), step()), 0..60)) {
        let mut pair = Pair::new();
        for (left, step) in steps {
            pair.play(usize::from(left), step);
        }
        pair.settle();
        prop_assert_eq!(pair.ends[0].counts().idle, 5);
        prop_assert_eq!(pair.ends[1].counts().idle, 5);
    }
}

struct Pair {
    ends: [Bench; 2],
    wires: [VecDeque<(Cic, Message)>; 2],
}

impl Pair {
    fn new() -> Self {
        let low = everything();
        let mut high = low.clone();
        (high.groups[0].local, high.groups[0].remote) = (HIGH, LOW);
        let mut pair = Self {
            ends: [Bench::cold(low), Bench::cold(high)],
            wires: Default::default(),
        };
        pair.settle();
        for end in &mut pair.ends {
            end.hears = false;
        }
        pair
    }

    /// Commands act at once; a step that would be a stranger's message delivers one instead.
    fn play(&mut self, end: usize, step: Step) {
        match step {
            Step::Receive(..) => self.deliver(end),
            Step::Available(_) => {}
            Step::Wait(seconds) => {
                for end in &mut self.ends {
                    end.wait(Duration::from_secs(seconds));
                }
            }
            step => play(&mut self.ends[end], step),
        }
        self.collect();
    }

    fn collect(&mut self) {
        for (end, wire) in self.ends.iter_mut().zip(&mut self.wires) {
            for output in end.drain() {
                if let Output::Send { cic, message, .. } = output {
                    wire.push_back((cic, message));
                }
            }
        }
    }

    fn deliver(&mut self, to: usize) {
        if let Some((cic, message)) = self.wires[1 - to].pop_front() {
            let codes = [HIGH, LOW];
            self.ends[to].input(Input::Received {
                network: NetworkId::default(),
                opc: codes[to],
                dpc: codes[1 - to],
                pdu: Pdu { cic, message },
            });
        }
        self.collect();
    }

    fn settle(&mut self) {
        for end in &mut self.ends {
            end.input(Input::Available(HIGH.into()));
            end.input(Input::Available(LOW.into()));
        }
        for end in &mut self.ends {
            end.hears = true;
        }
        for _ in 0..60 {
            self.collect();
            while self.wires.iter().any(|wire| !wire.is_empty()) {
                self.deliver(0);
                self.deliver(1);
            }
            for end in &mut self.ends {
                for cic in 1..=5 {
                    let (id, now) = (end.circuit(cic), end.now);
                    end.machine.release(id, rel(16), now);
                }
                unblock_all(end);
                end.wait(Duration::from_secs(20));
            }
        }
    }
}

/// 100 000 circuits cost memory once, and when they are idle nothing at all.
#[test]
fn many_circuits_are_one_more_row() {
    let exchanges = (0..25).map(|number| codecs::mtp::PointCode::new(1000 + number));
    let groups = exchanges.clone().map(|remote| Group {
        remote,
        ..group(&[0..=3999])
    });
    let mut machine = Circuits::new(Config {
        groups: groups.collect(),
        ..Config::default()
    })
    .unwrap();
    assert_eq!(machine.len(), 100_000);
    let now = Instant::now();
    for remote in exchanges {
        machine.handle(Input::Available(remote.into()), now);
        let mut sent: VecDeque<_> = std::iter::from_fn(|| machine.poll_output()).collect();
        assert_eq!(sent.len(), 8, "paced");
        while let Some(output) = sent.pop_front() {
            if let Output::Send { cic, message, .. } = output {
                let message = acknowledge(message).unwrap();
                let pdu = Pdu { cic, message };
                let (opc, dpc) = (remote, LOW);
                machine.handle(
                    Input::Received {
                        network: NetworkId::default(),
                        opc,
                        dpc,
                        pdu,
                    },
                    now,
                );
                sent.extend(std::iter::from_fn(|| machine.poll_output()));
            }
        }
    }
    let idle = |group| machine.counts(GroupId(group)).unwrap().idle;
    assert_eq!((0..25).map(idle).sum::<usize>(), 100_000);
    assert_eq!(machine.poll_timeout(), None);
}
