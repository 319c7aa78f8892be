//! The circuits alone under test: call control, staff and media are the scenario's.

use std::time::Instant;

use codecs::isup::{Cic, Message, Parameters, Pdu, Rel, Supervision, Variant};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, UnavailabilityCause};
use protocols::isup::{
    CircuitId, Circuits, Config, Control, Event, Group, GroupId, Input, Output, Timers,
};
use tandem::scenario::{
    self, Conditions, Listener, Notice, Operation, Pattern, Request, Side, Verb,
};

use crate::bench::{Sut, acknowledgement, octets};

pub(crate) const SUT: PointCode = PointCode::new(100);
pub(crate) const PT: PointCode = PointCode::new(200);
const GROUP: GroupId = GroupId(0);

pub(crate) struct Calls {
    circuits: Circuits,
    variant: &'static Variant,
}

impl Calls {
    /// The PT is available, and the circuits are idle.
    pub(crate) fn new(conditions: &Conditions, now: Instant) -> Self {
        let config = Config {
            groups: vec![group(conditions)],
            ..Config::default()
        };
        let mut circuits = Circuits::new(config).unwrap();
        circuits.handle(Input::Available(PT.into()), now);
        while let Some(output) = circuits.poll_output() {
            if let Output::Send { cic, message, .. } = output {
                let message = acknowledgement(&message);
                circuits.handle(received(Pdu { cic, message }), now);
            }
        }
        let variant = conditions.variant;
        Self { circuits, variant }
    }

    fn circuit(&self, cic: u16) -> CircuitId {
        self.circuits
            .circuit(GROUP, Cic::try_from(cic).unwrap())
            .unwrap()
    }

    fn operate(&mut self, operation: &Operation, now: Instant) {
        let circuits: Vec<_> = operation
            .circuits
            .clone()
            .map(|c| self.circuit(c))
            .collect();
        let kind = match operation.hardware {
            true => Supervision::HARDWARE_FAILURE,
            false => Supervision::MAINTENANCE,
        };
        match operation.verb {
            Verb::Block => self.circuits.block(&circuits, kind, now),
            Verb::Unblock => self.circuits.unblock(&circuits, kind, now),
            Verb::Reset => self.circuits.reset(&circuits, now),
            Verb::Check => {
                for circuit in circuits {
                    self.circuits.check_continuity(circuit, now);
                }
            }
        }
    }

    fn message(&self, pattern: &Pattern) -> Message {
        let pdu = Pdu::decode_as(self.variant, &pattern.octets());
        pdu.unwrap().message
    }

    /// What the player is told; that a circuit is idle shows in what it can be used for.
    fn seen(&self, output: Output) -> Option<scenario::Input> {
        let cic = |circuit| self.circuits.identity(circuit).unwrap().1;
        Some(match output {
            Output::Send { cic, message, .. } => {
                scenario::Input::Received(Side::Near, octets(self.variant, &Pdu { cic, message }))
            }
            Output::Event { circuit, event } => {
                let (cic, (what, message)) = (cic(circuit), in_words(event)?);
                notice(
                    Listener::User,
                    cic,
                    what,
                    Some(octets(self.variant, &Pdu { cic, message })),
                )
            }
            Output::Continuity { circuit, action } => {
                let what = scenario::continuity(action).to_owned();
                notice(Listener::Media, cic(circuit), what, None)
            }
            Output::Alert { cic, alert, .. } => {
                let what = scenario::alert(alert).to_owned();
                notice(Listener::Staff, cic, what, None)
            }
            Output::Queried { .. } => return None,
        })
    }
}

impl Sut for Calls {
    fn receive(&mut self, side: Side, octets: &[u8], now: Instant) {
        assert_eq!(side, Side::Near, "these circuits have no other side");
        // What cannot be read never reaches the circuits.
        if let Ok(pdu) = Pdu::decode_as(self.variant, octets) {
            self.circuits.handle(received(pdu), now);
        }
    }

    fn carry_out(&mut self, request: Request, now: Instant) -> Option<scenario::Input> {
        match request {
            Request::Seize(pattern) => {
                let Message::Iam(iam) = self.message(&pattern) else {
                    panic!("no IAM");
                };
                if self.circuits.seize(GROUP, iam, now).is_err() {
                    let (cic, what) = (Cic::try_from(pattern.cic).unwrap(), "refused".to_owned());
                    return Some(notice(Listener::User, cic, what, None));
                }
            }
            Request::Say(pattern) => {
                let sent =
                    self.circuits
                        .send(self.circuit(pattern.cic), self.message(&pattern), now);
                sent.unwrap_or_else(|error| panic!("{pattern:?}: {error}"));
            }
            Request::Release(pattern) => {
                let Message::Rel(rel) = self.message(&pattern) else {
                    panic!("no REL");
                };
                self.circuits.release(self.circuit(pattern.cic), rel, now);
            }
            Request::Operate(operation) => self.operate(&operation, now),
            Request::Tone(cic) => {
                let circuit = self.circuit(cic);
                let heard = true;
                let input = Input::ContinuityHeard { circuit, heard };
                self.circuits.handle(input, now);
            }
            Request::Overloaded(level) => self.circuits.overloaded(level),
            Request::Mtp(news) => {
                assert_eq!(news, "user part unavailable");
                let (remote, cause) = (PT, UnavailabilityCause::INACCESSIBLE);
                let remote = remote.into();
                let input = Input::UserPartUnavailable { remote, cause };
                self.circuits.handle(input, now);
            }
        }
        None
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.circuits.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.circuits.handle_timeout(now);
    }

    fn poll(&mut self) -> Option<scenario::Input> {
        loop {
            let output = self.circuits.poll_output()?;
            if let Some(input) = self.seen(output) {
                return Some(input);
            }
        }
    }
}

/// The trunk group to the PT.
pub(crate) fn group(conditions: &Conditions) -> Group {
    let mut timers = Timers::of(conditions.variant.procedures);
    for &(timer, value) in &conditions.timers {
        timers.set(timer, value);
    }
    Group {
        name: "near".into(),
        local: SUT,
        remote: PT,
        network_indicator: NetworkIndicator::NATIONAL,
        cics: vec![conditions.circuits.clone()],
        control: conditions.control.unwrap_or(Control::PointCode),
        timers,
        continuity_check: if conditions.check_continuity { 100 } else { 0 },
        overlap: conditions.overlap,
        variant: conditions.variant,
        repeat_group_messages: *conditions.variant == Variant::ANSI,
        ..Group::default()
    }
}

fn received(pdu: Pdu) -> Input {
    Input::Received {
        network: NetworkId::default(),
        opc: PT,
        dpc: SUT,
        pdu,
    }
}

/// What call control hears, with the message that says so.
fn in_words(event: Event) -> Option<(String, Message)> {
    let (what, message) = match event {
        Event::Setup(iam) => ("setup", Message::Iam(iam)),
        Event::Message(Message::Other(other)) => {
            let what = format!("X{:02X}", other.code.0);
            return Some((what, Message::Other(other)));
        }
        Event::Message(message) => (message.name(), message),
        Event::Released(rel) => ("released", Message::Rel(rel)),
        Event::Failed(cause) => {
            let optional = Parameters::default();
            ("failed", Message::Rel(Rel { cause, optional }))
        }
        Event::Reattempt(iam) => ("reattempt", Message::Iam(iam)),
        Event::Unidentified | Event::Idle => return None,
    };
    Some((what.to_owned(), message))
}

fn notice(to: Listener, cic: Cic, what: String, octets: Option<Vec<u8>>) -> scenario::Input {
    scenario::Input::Noticed(Notice {
        to,
        cic: cic.value(),
        what,
        octets,
    })
}
