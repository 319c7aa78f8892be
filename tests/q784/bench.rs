//! The circuits under test and the player of a scenario, on virtual time.

use std::time::Instant;

use codecs::isup::{Cic, Message, Pdu, RangeAndStatus, Rlc, Supervision};
use codecs::mtp::{NetworkIndicator, PointCode};
use protocols::isup::{
    CircuitId, Circuits, Config, Control, Event, Group, GroupId, Input, Output, Role, Timers,
};
use tandem::scenario::{
    self, Conditions, Listener, Notice, Operation, Patience, Pattern, Player, Request, Scenario,
    Side, Verb, Verdict,
};

const SUT: PointCode = PointCode(100);
const PT: PointCode = PointCode(200);
const GROUP: GroupId = GroupId(0);

pub(crate) struct Bench {
    circuits: Circuits,
    player: Player,
    now: Instant,
    /// What has been played so far.
    ladder: String,
}

impl Bench {
    /// Plays a scenario to its end.
    ///
    /// # Errors
    /// What went otherwise, below what went well.
    pub(crate) fn play(scenario: Scenario) -> Result<(), String> {
        let now = Instant::now();
        let mut circuits = Circuits::new(config(&scenario.conditions)).unwrap();
        make_ready(&mut circuits, now);
        let bench = Self {
            circuits,
            player: Player::new(scenario, Patience::EXACT, now),
            now,
            ladder: String::new(),
        };
        bench.run()
    }

    fn run(mut self) -> Result<(), String> {
        loop {
            if let Some(verdict) = self.follow() {
                return match verdict {
                    Verdict::Passed => Ok(()),
                    failed @ Verdict::Failed { .. } => Err(format!("{}{failed}", self.ladder)),
                };
            }
            self.let_time_pass();
        }
    }

    /// Carries what the two say to each other until both are silent.
    fn follow(&mut self) -> Option<Verdict> {
        loop {
            if let Some(output) = self.circuits.poll_output() {
                if let Some(input) = self.seen(output) {
                    self.player.handle(input, self.now);
                }
                continue;
            }
            match self.player.poll_output()? {
                scenario::Output::Send(side, octets) => self.receive(side, &octets),
                scenario::Output::Ask(request) => self.carry_out(request),
                scenario::Output::Done(step) | scenario::Output::Unseen(step) => {
                    self.ladder += &format!("{step}\n")
                }
                scenario::Output::Over(verdict) => return Some(verdict),
            }
        }
    }

    /// To the next timer; what the circuits do at a moment comes before the player misses it.
    fn let_time_pass(&mut self) {
        let circuits = self.circuits.poll_timeout();
        let player = self.player.poll_timeout().expect("the player is waiting");
        match circuits.filter(|&at| at <= player) {
            Some(at) => {
                self.now = at;
                self.circuits.handle_timeout(at);
            }
            None => {
                self.now = player;
                self.player.handle_timeout(player);
            }
        }
    }

    fn receive(&mut self, side: Side, octets: &[u8]) {
        assert_eq!(side, Side::Near, "these circuits have no other side");
        // What cannot be read never reaches the circuits.
        if let Ok(pdu) = Pdu::decode(octets) {
            let input = Input::Received {
                opc: PT,
                dpc: SUT,
                pdu,
            };
            self.circuits.handle(input, self.now);
        }
    }

    fn carry_out(&mut self, request: Request) {
        let now = self.now;
        match request {
            Request::Seize(pattern) => {
                let Message::Iam(iam) = message(&pattern) else {
                    panic!("no IAM");
                };
                self.circuits.seize(GROUP, iam, now).unwrap();
            }
            Request::Say(pattern) => {
                let circuit = self.circuits.circuit(GROUP, Cic(pattern.cic)).unwrap();
                self.circuits
                    .send(circuit, message(&pattern), now)
                    .unwrap_or_else(|error| panic!("{pattern:?}: {error}"));
            }
            Request::Release(pattern) => {
                let Message::Rel(rel) = message(&pattern) else {
                    panic!("no REL");
                };
                let circuit = self.circuits.circuit(GROUP, Cic(pattern.cic)).unwrap();
                self.circuits.release(circuit, rel, now);
            }
            Request::Operate(operation) => self.operate(&operation),
            Request::Tone(cic) => {
                let circuit = self.circuits.circuit(GROUP, Cic(cic)).unwrap();
                let heard = true;
                let input = Input::ContinuityHeard { circuit, heard };
                self.circuits.handle(input, now);
            }
            Request::Mtp(news) => {
                let input = match news.as_str() {
                    "pause" => Input::Unavailable(PT),
                    "resume" => Input::Available(PT),
                    news => panic!("no news of the message transfer part: {news:?}"),
                };
                self.circuits.handle(input, now);
            }
        }
    }

    fn operate(&mut self, operation: &Operation) {
        let circuit = |cic| self.circuits.circuit(GROUP, Cic(cic)).unwrap();
        let circuits: Vec<CircuitId> = operation.circuits.clone().map(circuit).collect();
        let (now, kind) = (self.now, Supervision(u8::from(operation.hardware)));
        match operation.verb {
            Verb::Block => self.circuits.block(&circuits, kind, now),
            Verb::Unblock => self.circuits.unblock(&circuits, kind, now),
            Verb::Reset => self.circuits.reset(&circuits, now),
            Verb::Check => {
                for &circuit in &circuits {
                    self.circuits.check_continuity(circuit, now);
                }
            }
            Verb::Query => self.circuits.query(&circuits, now),
        }
    }

    /// What the player is told; that a circuit is idle shows in what it can be used for.
    fn seen(&self, output: Output) -> Option<scenario::Input> {
        Some(match output {
            Output::Send { cic, message, .. } => {
                scenario::Input::Received(Side::Near, octets(cic, message))
            }
            Output::Event { circuit, event } => {
                let (_, cic) = self.circuits.identity(circuit).unwrap();
                let (what, message) = event_in_words(event)?;
                notice(Listener::User, cic, what, Some(octets(cic, message)))
            }
            Output::Continuity { circuit, action } => {
                let (_, cic) = self.circuits.identity(circuit).unwrap();
                notice(Listener::Media, cic, in_words(&format!("{action:?}")), None)
            }
            Output::Queried { cic, answer, .. } => {
                let remedy = in_words(&format!("{:?}", answer.remedy));
                notice(Listener::Staff, cic, remedy, None)
            }
            Output::Alert { cic, alert, .. } => {
                notice(Listener::Staff, cic, in_words(&format!("{alert:?}")), None)
            }
        })
    }
}

fn event_in_words(event: Event) -> Option<(String, Message)> {
    let (what, message) = match event {
        Event::Setup(iam) => ("setup", Message::Iam(iam)),
        Event::Message(message) => (message.name(), message),
        Event::Released(rel) => ("released", Message::Rel(rel)),
        Event::Failed(cause) => {
            let optional = codecs::isup::Parameters::default();
            (
                "failed",
                Message::Rel(codecs::isup::Rel { cause, optional }),
            )
        }
        Event::Reattempt(iam) => ("reattempt", Message::Iam(iam)),
        Event::Unidentified | Event::Idle => return None,
    };
    Some((what.to_owned(), message))
}

fn notice(to: Listener, cic: Cic, what: String, octets: Option<Vec<u8>>) -> scenario::Input {
    scenario::Input::Noticed(Notice {
        to,
        cic: cic.0,
        what,
        octets,
    })
}

/// "UnequippedHere" as "unequipped here".
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

fn octets(cic: Cic, message: Message) -> Vec<u8> {
    let mut octets = Vec::new();
    Pdu { cic, message }.encode(&mut octets);
    octets
}

fn message(pattern: &Pattern) -> Message {
    Pdu::decode(&pattern.octets()).unwrap().message
}

fn config(conditions: &Conditions) -> Config {
    let mut timers = Timers::default();
    for &(timer, value) in &conditions.timers {
        timers.set(timer, value);
    }
    Config {
        groups: vec![Group {
            name: "test".into(),
            local: SUT,
            remote: PT,
            network: NetworkIndicator::NATIONAL,
            cics: vec![conditions.circuits.clone()],
            control: conditions.control.unwrap_or(Control::PointCode),
            timers,
            continuity_check: if conditions.check_continuity { 100 } else { 0 },
            overlap: conditions.overlap,
            role: match conditions.transit {
                true => Role::Transit,
                false => Role::EndNode,
            },
            ..Group::default()
        }],
        ..Config::default()
    }
}

/// The PT becomes available and acknowledges the resets that follow.
fn make_ready(circuits: &mut Circuits, now: Instant) {
    circuits.handle(Input::Available(PT), now);
    while let Some(output) = circuits.poll_output() {
        let Output::Send { cic, message, .. } = output else {
            continue;
        };
        let message = match message {
            Message::Rsc => Message::Rlc(Rlc::default()),
            Message::Grs(grs) => Message::Gra(codecs::isup::Gra {
                range_and_status: RangeAndStatus::new(grs.range, |_| false),
            }),
            other => panic!("at the start: {other}"),
        };
        let input = Input::Received {
            opc: PT,
            dpc: SUT,
            pdu: Pdu { cic, message },
        };
        circuits.handle(input, now);
    }
}
