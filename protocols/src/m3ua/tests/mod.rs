//! Scenarios on virtual time, one end against a script or both ends against each other.

mod asp;
mod faults;
mod matrix;
mod pair;
mod sgp;

use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::m3ua::*;
use codecs::mtp::{NetworkIndicator, PointCode, ServiceIndicator, Transfer};

use super::*;

/// One end of an association, driven by a script.
struct End {
    association: Association,
    now: Instant,
}

impl End {
    fn new(config: Config) -> Self {
        Self {
            association: Association::new(config),
            now: Instant::now(),
        }
    }

    /// Of role `role`, with routing context 100 and no heartbeats.
    fn of(role: Role) -> Self {
        Self::new(config(role))
    }

    /// Brought up, through the acknowledgements or requests its role expects.
    fn active(role: Role) -> Self {
        let mut end = Self::of(role);
        end.activate();
        end
    }

    fn activate(&mut self) {
        self.input(Input::Up { streams: 16 });
        match self.association.side {
            Side::Asks(_) => {
                self.hears(aspup_ack());
                self.hears(aspac_ack(&[100]));
            }
            Side::Answers(_) => {
                self.hears(aspup());
                self.hears(aspac(&[100]));
            }
        }
        assert!(self.says().contains(&"Active".to_owned()));
    }

    fn input(&mut self, input: Input) {
        self.association.handle(input, self.now);
    }

    /// Receives `message` on stream 0, DATA on stream 1.
    fn hears(&mut self, message: Message) {
        let stream = u16::from(matches!(message, Message::Data(_)));
        self.hears_on(stream, message);
    }

    fn hears_on(&mut self, stream: u16, message: Message) {
        let mut payload = Vec::new();
        message.encode(&mut payload).unwrap();
        self.hears_bytes(stream, payload.into());
    }

    fn hears_bytes(&mut self, stream: u16, payload: Bytes) {
        self.input(Input::Received { stream, payload });
    }

    /// Lets time pass, stopping at each deadline.
    fn advance(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.association.poll_timeout().filter(|&at| at <= end) {
            self.now = at;
            self.association.handle_timeout(at);
        }
        self.now = end;
    }

    fn seconds(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// What it said since the last time, in words.
    fn says(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.association.poll_output())
            .map(|output| words(&output))
            .collect()
    }
}

fn config(role: Role) -> Config {
    Config {
        routing_context: Some(100),
        timers: Timers {
            beat: None,
            ..Timers::default()
        },
        ..Config::new(role)
    }
}

/// An output as a line: `stream NAME details` for a message, the variant for the rest.
fn words(output: &Output) -> String {
    match output {
        Output::Send { stream, payload } => {
            let message = Message::decode(payload).unwrap();
            format!("{stream} {}{}", message.name(), details(&message))
        }
        Output::Transfer(transfer) => format!("Transfer {:?}", transfer.data),
        Output::Undelivered(transfer) => format!("Undelivered {:?}", transfer.data),
        Output::Rejected(code) => format!("Rejected {:#04x}", code.0),
        Output::Error(code) => format!("Error {:#04x}", code.0),
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
            format!(" {code:#04x}{}", contexts(&error.routing_contexts))
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
            let codes: Vec<u32> = to.affected.iter().map(|masked| masked.code.0).collect();
            format!(" {codes:?}")
        }
        Message::Beat(beat) | Message::BeatAck(beat) => format!(" {:?}", beat.data),
        _ => String::new(),
    }
}

fn transfer(text: &'static str) -> Transfer {
    Transfer {
        opc: PointCode(1),
        dpc: PointCode(2),
        si: ServiceIndicator::ISUP,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: 3,
        data: Bytes::from_static(text.as_bytes()),
    }
}

fn data(text: &'static str) -> Data {
    Data {
        network_appearance: None,
        routing_context: Some(100),
        transfer: transfer(text),
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

fn destinations(codes: &[u32]) -> Destinations {
    Destinations {
        network_appearance: None,
        routing_contexts: vec![100],
        affected: codes
            .iter()
            .map(|&code| MaskedPointCode::exact(PointCode(code)))
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
