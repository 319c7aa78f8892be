//! Scenarios on virtual time, one end against a script or both ends against each other.

mod asp;
mod codes;
mod conformance;
mod faults;
mod gateways;
mod matrix;
mod mismatches;
mod networks;
mod pair;
mod servers;
mod sgp;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::m3ua::*;
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator, Transfer};

use super::*;

/// The layer of one end, driven by a script.
struct End {
    layer: Layer,
    now: Instant,
    /// Servers that are active, as it said.
    active: BTreeSet<usize>,
    associations: usize,
}

impl End {
    fn new(config: Config) -> Self {
        Self {
            associations: config.associations.len(),
            layer: Layer::new(config),
            now: Instant::now(),
            active: BTreeSet::new(),
        }
    }

    /// Of role `role`, with routing context 100 and no heartbeats.
    fn of(role: Role) -> Self {
        Self::new(config(role))
    }

    /// The same with something changed.
    fn with(role: Role, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(role);
        change(&mut config);
        Self::new(config)
    }

    /// Brought up, through the acknowledgements or requests its role expects.
    fn active(role: Role) -> Self {
        let mut end = Self::of(role);
        end.activate();
        end
    }

    fn activate(&mut self) {
        self.input(up(16));
        match self.layer.associations[0].config.role.asks() {
            true => {
                self.hears(aspup_ack());
                self.hears(aspac_ack(&[100]));
            }
            false => {
                self.hears(aspup());
                self.hears(aspac(&[100]));
            }
        }
        assert!(self.says().contains(&"Active".to_owned()));
    }

    fn input(&mut self, input: Input) {
        self.layer.handle(input, self.now);
    }

    /// Receives `message` on stream 0, DATA on stream 1.
    fn hears(&mut self, message: Message) {
        self.hears_at(0, message);
    }

    /// The same on one of several associations.
    fn hears_at(&mut self, association: usize, message: Message) {
        let stream = u16::from(matches!(message, Message::Data(_)));
        self.hears_bytes_at(association, stream, bytes_of(&message));
    }

    fn hears_on(&mut self, stream: u16, message: Message) {
        self.hears_bytes(stream, bytes_of(&message));
    }

    fn hears_bytes(&mut self, stream: u16, payload: Bytes) {
        self.hears_bytes_at(0, stream, payload);
    }

    fn hears_bytes_at(&mut self, association: usize, stream: u16, payload: Bytes) {
        self.input(Input::Received {
            association,
            stream,
            payload,
        });
    }

    /// Lets time pass, stopping at each deadline.
    fn advance(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.layer.poll_timeout().filter(|&at| at <= end) {
            self.now = at;
            self.layer.handle_timeout(at);
        }
        self.now = end;
    }

    fn seconds(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// What it said since the last time, in words.
    fn says(&mut self) -> Vec<String> {
        let outputs: Vec<Output> = std::iter::from_fn(|| self.layer.poll_output()).collect();
        let lines = outputs.iter().map(|output| self.line(output));
        lines.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// An output in words; states of ASPs and destinations have tests of their own.
    fn line(&mut self, output: &Output) -> Option<String> {
        match *output {
            Output::Server { server, state } => {
                let is_active = state == ServerState::Active;
                let changed = match is_active {
                    true => self.active.insert(server),
                    false => self.active.remove(&server),
                };
                let word = if is_active { "Active" } else { "Inactive" };
                let servers = self.layer.servers.len();
                changed.then(|| numbered(word, server, servers))
            }
            Output::Process { .. }
            | Output::Mismatch { .. }
            | Output::Resume(_)
            | Output::Pause(_) => None,
            Output::Send { association, .. } => {
                Some(numbered(&words(output), association, self.associations))
            }
            _ => Some(words(output)),
        }
    }
}

/// With a number before it, where there are several.
fn numbered(words: &str, number: usize, of: usize) -> String {
    match of {
        1 => words.to_owned(),
        _ => format!("#{number} {words}"),
    }
}

fn bytes_of(message: &Message) -> Bytes {
    let mut payload = Vec::new();
    message.encode(&mut payload).unwrap();
    payload.into()
}

fn up(streams: u16) -> Input {
    up_at(0, streams)
}

fn up_at(association: usize, streams: u16) -> Input {
    Input::Up {
        association,
        streams,
    }
}

fn down() -> Input {
    Input::Down { association: 0 }
}

fn lock(locked: bool) -> Input {
    Input::Lock {
        association: 0,
        locked,
    }
}

fn timers() -> Timers {
    Timers {
        beat: None,
        ..Timers::default()
    }
}

/// Our point code is 2 and that of the other end 1, and the other way round where we answer.
fn config(role: Role) -> Config {
    let side = match role.asks() {
        true => Side::Ours,
        false => Side::Theirs,
    };
    Config {
        associations: vec![AssociationConfig::new(role)],
        servers: vec![ServerConfig {
            routing_context: Some(100),
            reaches: vec![(PointCode::new(1), 0), (PointCode::new(8), 0)],
            ..ServerConfig::new(side, 0)
        }],
        own: vec![PointCode::new(2).into()],
        timers: timers(),
        ..Config::default()
    }
}

/// An output as a line: `stream NAME details` for a message, the variant for the rest.
fn words(output: &Output) -> String {
    match output {
        Output::Send {
            stream, payload, ..
        } => {
            let message = Message::decode(payload).unwrap();
            format!("{stream} {}{}", message.name(), details(&message))
        }
        Output::Transfer(transfer) => format!("Transfer {:?}", transfer.data),
        Output::Undelivered(transfer) => format!("Undelivered {:?}", transfer.data),
        Output::Mismatch { mismatch, .. } => {
            let Mismatch {
                setting,
                ours,
                theirs,
                ..
            } = mismatch;
            format!("{setting:?} {ours:?} {theirs:?}")
        }
        Output::Rejected { code, .. } => format!("Rejected {:#04x}", code.0),
        Output::Error { code, .. } => format!("Error {:#04x}", code.0),
        Output::Congestion(point, level) => format!("Congestion {} {level}", point.code.value()),
        Output::Stopped { .. } => "Stopped".into(),
        Output::Abort { .. } => "Abort".into(),
        other => format!("{other:?}"),
    }
}

fn details(message: &Message) -> String {
    let contexts = |contexts: &[u32]| match contexts {
        [] => String::new(),
        some => format!(" rc={some:?}"),
    };
    match message {
        Message::Error(error) => {
            let code = error.code.0;
            let contexts = contexts(&error.routing_contexts);
            let network = error
                .network_appearance
                .map(|network| format!(" na={network}"));
            let codes: Vec<u32> = error
                .affected
                .iter()
                .map(|masked| masked.code.value())
                .collect();
            let codes = Some(format!(" {codes:?}")).filter(|_| !error.affected.is_empty());
            let [network, codes] = [network, codes].map(Option::unwrap_or_default);
            format!(" {code:#04x}{contexts}{network}{codes}")
        }
        Message::Notify(notify) => {
            let Status { kind, information } = notify.status;
            let contexts = contexts(&notify.routing_contexts);
            format!(" {kind}/{information}{contexts}")
        }
        Message::Data(data) => {
            format!(
                " rc={:?} {:?}",
                data.routing_context.unwrap(),
                data.transfer.data
            )
        }
        Message::AspActive(active) | Message::AspActiveAck(active) => {
            contexts(&active.routing_contexts)
        }
        Message::AspInactive(inactive) | Message::AspInactiveAck(inactive) => {
            contexts(&inactive.routing_contexts)
        }
        Message::Duna(to) | Message::Dava(to) => {
            let codes: Vec<u32> = to
                .affected
                .iter()
                .map(|masked| masked.code.value())
                .collect();
            format!(" {codes:?}")
        }
        Message::Beat(beat) | Message::BeatAck(beat) => format!(" {:?}", beat.data),
        _ => String::new(),
    }
}

/// A message from us.
fn transfer(text: &'static str) -> Transfer {
    Transfer {
        network: NetworkId::default(),
        opc: PointCode::new(2),
        dpc: PointCode::new(1),
        si: ServiceIndicator::ISUP,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: 3,
        data: Bytes::from_static(text.as_bytes()),
    }
}

/// A message to us.
fn data(text: &'static str) -> Data {
    Data {
        network_appearance: None,
        routing_context: Some(100),
        transfer: Transfer {
            network: NetworkId::default(),
            opc: PointCode::new(1),
            dpc: PointCode::new(2),
            ..transfer(text)
        },
        correlation: None,
        other: Vec::new(),
    }
}

fn aspup() -> Message {
    Message::AspUp(AspUp::default())
}

fn aspup_ack() -> Message {
    Message::AspUpAck(AspUp::default())
}

fn aspdn() -> Message {
    Message::AspDown(AspDown::default())
}

fn aspdn_ack() -> Message {
    Message::AspDownAck(AspDown::default())
}

fn active(contexts: &[u32]) -> AspActive {
    AspActive {
        routing_contexts: contexts.to_vec(),
        ..AspActive::default()
    }
}

fn inactive(contexts: &[u32]) -> AspInactive {
    AspInactive {
        routing_contexts: contexts.to_vec(),
        ..AspInactive::default()
    }
}

fn aspac(contexts: &[u32]) -> Message {
    Message::AspActive(active(contexts))
}

fn aspac_ack(contexts: &[u32]) -> Message {
    Message::AspActiveAck(active(contexts))
}

fn aspia(contexts: &[u32]) -> Message {
    Message::AspInactive(inactive(contexts))
}

fn aspia_ack(contexts: &[u32]) -> Message {
    Message::AspInactiveAck(inactive(contexts))
}

fn notify(status: Status) -> Message {
    Message::Notify(Notify {
        status,
        asp_identifier: None,
        routing_contexts: vec![100],
        info: None,
        other: Vec::new(),
    })
}

fn error(code: ErrorCode) -> Message {
    Message::Error(Error {
        code,
        routing_contexts: Vec::new(),
        network_appearance: None,
        affected: Vec::new(),
        diagnostic: None,
        other: Vec::new(),
    })
}

fn destinations(codes: &[u16]) -> Destinations {
    Destinations {
        network_appearance: None,
        routing_contexts: vec![100],
        affected: codes
            .iter()
            .map(|&code| MaskedPointCode::exact(PointCode::new(code)))
            .collect(),
        info: None,
        other: Vec::new(),
    }
}

fn beat(data: &'static [u8]) -> Beat {
    Beat {
        data: Some(Bytes::from_static(data)),
        ..Beat::default()
    }
}

#[test]
fn data_never_takes_stream_0_unless_it_is_the_only_one() {
    assert!((0..=255).all(|sls| stream_for(sls, 16) > 0 && stream_for(sls, 16) < 16));
    assert!((0..=255).all(|sls| stream_for(sls, 2) == 1));
    assert!((0..=255).all(|sls| stream_for(sls, 1) == 0 && stream_for(sls, 0) == 0));
    let used: std::collections::BTreeSet<u16> = (0..16).map(|sls| stream_for(sls, 17)).collect();
    assert_eq!(used.len(), 16);
}
