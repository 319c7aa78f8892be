//! Switches without wires: time is jumped, messages take [`LATENCY`].

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use codecs::isup::{Cic, Message, Pdu, Presentation};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode};
use media::Timeslot;
use protocols::isup::{self, Continuity, Control, Group, GroupId, Hunting, Input, Timers};
use routing::{E164, NumberingArea};

use crate::exchange::settings::CircuitRange;
use crate::party::{CallReport, Conversation};
use crate::pstn::*;

pub(super) const LATENCY: Duration = Duration::from_millis(10);
pub(super) const CODES: [PointCode; 2] = [PointCode::new(100), PointCode::new(200)];

pub(super) fn number(text: &str) -> E164 {
    text.parse().unwrap()
}

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The switch at the `end` 0 or 1 of `circuits` circuits from 1 on.
pub(super) fn settings(end: usize, circuits: u16) -> Settings {
    let digits = |text: &str| text.parse().unwrap();
    Settings {
        numbering: NumberingArea {
            country_code: digits("49"),
            area_code: Some(digits("30")),
            international_prefix: digits("00"),
            national_prefix: digits("0"),
        },
        circuits: isup::Config {
            groups: vec![Group {
                name: "test".into(),
                local: CODES[end],
                remote: CODES[1 - end],
                network_indicator: NetworkIndicator::NATIONAL,
                cics: vec![1..=circuits],
                control: Control::default(),
                hunting: Hunting::default(),
                timers: Timers::default(),
                ..Group::default()
            }],
            ..isup::Config::default()
        },
        timeslots: vec![vec![CircuitRange {
            cics: 1..=circuits,
            span: 0,
            first_timeslot: 1,
        }]],
        subscribers: HashMap::new(),
    }
}

pub(super) fn with_subscriber(
    mut settings: Settings,
    answer: Answer,
    conversation: Conversation,
) -> Settings {
    let subscriber = Subscriber {
        answer,
        conversation,
    };
    settings
        .subscribers
        .insert(number("+493090026000"), subscriber);
    settings
}

pub(super) fn order(called: &str, hang_up_after: Option<u64>) -> Order {
    Order {
        name: None,
        group: GroupId(0),
        calling: Some(number("+498912345678")),
        presentation: Presentation::RESTRICTED,
        called: number(called),
        give_up_after: None,
        conversation: Conversation {
            hang_up_after: hang_up_after.map(seconds),
            ..Conversation::default()
        },
    }
}

/// Two switches and what came of their calls.
pub(super) struct Pair {
    pub(super) ends: [Switch; 2],
    pub(super) now: Instant,
    pub(super) reports: [Vec<CallReport>; 2],
    pub(super) voices: [Vec<Voice>; 2],
    /// What each end does in the timeslots that are being checked.
    pub(super) checks: [HashMap<Timeslot, Continuity>; 2],
    wire: VecDeque<(Instant, usize, Cic, Message)>,
}

impl Pair {
    /// In service, or on the way to it.
    pub(super) fn new(settings: [Settings; 2]) -> Self {
        let mut pair = Self {
            ends: settings.map(|settings| Switch::new(settings).unwrap()),
            now: Instant::now(),
            reports: Default::default(),
            voices: Default::default(),
            checks: Default::default(),
            wire: VecDeque::new(),
        };
        for (end, switch) in pair.ends.iter_mut().enumerate() {
            assert!(!switch.in_service());
            switch.handle(Input::Available(CODES[1 - end].into()), pair.now);
        }
        pair.run(LATENCY * 4);
        assert!(pair.ends.iter().all(Switch::in_service));
        pair
    }

    pub(super) fn run(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            self.drain();
            let wire = self.wire.front().map(|(at, ..)| *at);
            let timers = self.ends.iter_mut().filter_map(Switch::poll_timeout);
            let Some(next) = wire
                .into_iter()
                .chain(timers)
                .min()
                .filter(|&at| at <= until)
            else {
                break;
            };
            self.now = next;
            while let Some((_, to, cic, message)) = self.wire.pop_front_if(|(at, ..)| *at <= next) {
                let (opc, dpc) = (CODES[1 - to], CODES[to]);
                let pdu = Pdu { cic, message };
                self.ends[to].handle(
                    Input::Received {
                        network: NetworkId::default(),
                        opc,
                        dpc,
                        pdu,
                    },
                    next,
                );
            }
            for end in &mut self.ends {
                end.handle_timeout(next);
            }
            self.drain();
            self.hear_tones();
        }
        self.now = until;
    }

    fn drain(&mut self) {
        for (end, switch) in self.ends.iter_mut().enumerate() {
            while let Some(output) = switch.poll_output() {
                match output {
                    Output::Send { cic, message, .. } => {
                        self.wire
                            .push_back((self.now + LATENCY, 1 - end, cic, message));
                    }
                    Output::Check { timeslot, action } => {
                        self.checks[end].insert(timeslot, action);
                    }
                    Output::Voice(voice) => self.voices[end].push(voice),
                    Output::Ended {
                        timeslot, report, ..
                    } => {
                        assert_eq!(timeslot.is_some(), report.answered);
                        self.reports[end].push(report);
                    }
                    other @ (Output::Queried { .. } | Output::Alert { .. }) => panic!("{other:?}"),
                }
            }
        }
    }

    /// Every tone that is looped back is heard.
    fn hear_tones(&mut self) {
        for end in [0, 1] {
            let sends = |&(_, &action): &(&Timeslot, &Continuity)| action == Continuity::SendTone;
            let tones = self.checks[end].iter().filter(sends);
            let looped =
                |slot: &Timeslot| self.checks[1 - end].get(slot) == Some(&Continuity::LoopBack);
            let heard: Vec<Timeslot> = tones.map(|(&slot, _)| slot).filter(looped).collect();
            for timeslot in heard {
                self.ends[end].continuity_heard(timeslot, true, self.now);
            }
        }
    }

    /// The only report of one end.
    pub(super) fn report(&self, end: usize) -> &CallReport {
        assert_eq!(self.reports[end].len(), 1, "{:?}", self.reports[end]);
        &self.reports[end][0]
    }

    pub(super) fn all_idle(&mut self) -> bool {
        self.ends.iter_mut().all(|end| {
            let counts = end.circuits().counts(GroupId(0)).unwrap();
            counts.idle == end.circuits().len() && end.poll_timeout().is_none()
        })
    }
}
