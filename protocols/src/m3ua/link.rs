//! What both ends do alike: sending, heartbeats, and answering what breaches the protocol
//! (RFC 4666 §3.8.1, §4.3.4.6, §4.7).

use std::collections::VecDeque;
use std::time::Instant;

use bytes::Bytes;
use codecs::m3ua::{Beat, Data, Error, ErrorCode, MaskedPointCode, Message};
use codecs::mtp::Transfer;

use super::{Config, Output, Timer, stream_for};
use crate::deadlines::Deadlines;

/// Octets of an offending message that an Error message returns (`§3.8.1`).
const DIAGNOSTIC: usize = 40;

/// Why a message is not taken, as the Error message will say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    code: ErrorCode,
    routing_contexts: Vec<u32>,
    network_appearance: Option<u32>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            routing_contexts: Vec::new(),
            network_appearance: None,
        }
    }
}

impl Refusal {
    pub(super) fn contexts(routing_contexts: Vec<u32>) -> Self {
        Self {
            routing_contexts,
            ..ErrorCode::INVALID_ROUTING_CONTEXT.into()
        }
    }
}

/// The association as both ends see it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) config: Config,
    /// While the association is up.
    streams: Option<u16>,
    outputs: VecDeque<Output>,
    timers: Deadlines<Timer>,
    /// When the peer last said something, while the association is up.
    heard: Option<Instant>,
    /// Heartbeats sent, which is also their data.
    beats: u64,
}

impl Link {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            streams: None,
            outputs: VecDeque::new(),
            timers: Deadlines::new(),
            heard: None,
            beats: 0,
        }
    }

    pub(super) fn up(&mut self, streams: u16, now: Instant) {
        self.streams = Some(streams);
        self.heard = Some(now);
    }

    /// All timers but that of recovery, which outlives the association, stop.
    pub(super) fn down(&mut self) {
        self.streams = None;
        self.heard = None;
        self.timers.cancel(&Timer::Ack);
        self.timers.cancel(&Timer::Beat);
    }

    pub(super) fn put(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(super) fn arm(&mut self, timer: Timer, at: Instant) {
        self.timers.arm(timer, at);
    }

    pub(super) fn cancel(&mut self, timer: Timer) {
        self.timers.cancel(&timer);
    }

    pub(super) fn is_armed(&self, timer: Timer) -> bool {
        self.timers.is_armed(&timer)
    }

    pub(super) fn expire(&mut self, now: Instant) -> Option<Timer> {
        self.timers.expire(now)
    }

    pub(super) fn poll_timeout(&mut self) -> Option<Instant> {
        self.timers.earliest()
    }

    /// Sends anything but DATA.
    pub(super) fn send(&mut self, message: &Message) {
        self.send_on(0, message);
    }

    fn send_on(&mut self, stream: u16, message: &Message) {
        let mut payload = Vec::new();
        // Only DATA and echoed heartbeat data have a length we do not choose; the latter was read
        // from a parameter, so it fits one.
        if message.encode(&mut payload).is_ok() {
            self.put(Output::Send {
                stream,
                payload: payload.into(),
            });
        }
    }

    /// Sends DATA on the stream of its SLS.
    pub(super) fn send_data(&mut self, transfer: Transfer) {
        let stream = stream_for(transfer.sls, self.streams.unwrap_or(0));
        let data = Message::Data(Data {
            network_appearance: self.config.network_appearance,
            routing_context: self.config.routing_context,
            transfer,
            correlation: None,
            other: Vec::new(),
        });
        let mut payload = Vec::with_capacity(64);
        let output = match (data.encode(&mut payload), data) {
            (Err(_), Message::Data(data)) => Output::Undelivered(data.transfer),
            _ => Output::Send {
                stream,
                payload: payload.into(),
            },
        };
        self.put(output);
    }

    /// The message in `payload`, if it is left to the owner: faults and heartbeats are answered.
    pub(super) fn receive(
        &mut self,
        stream: u16,
        payload: &Bytes,
        now: Instant,
    ) -> Option<Message> {
        self.streams?;
        self.heard = Some(now);
        let message = match Message::decode(payload) {
            Ok(message) => message,
            Err(malformed) => {
                self.refuse(malformed.code().into(), payload);
                return None;
            }
        };
        if !self.is_stream_right(stream, &message) {
            self.refuse(ErrorCode::INVALID_STREAM.into(), payload);
            return None;
        }
        match message {
            Message::Beat(beat) => self.send_on(stream, &Message::BeatAck(beat)),
            Message::BeatAck(_) => {}
            Message::Error(error) => self.put(Output::Error(error.code)),
            message => return Some(message),
        }
        None
    }

    /// DATA never comes on stream 0; what is about the ASP and about keys comes on no other
    /// (`§1.4.7`). With one stream only there is no choice.
    fn is_stream_right(&self, stream: u16, message: &Message) -> bool {
        use Message as M;
        match message {
            M::Data(_) => stream > 0 || self.streams <= Some(1),
            M::AspUp(_) | M::AspUpAck(_) | M::AspDown(_) | M::AspDownAck(_) => stream == 0,
            M::RegistrationRequest(_) | M::DeregistrationRequest(_) => stream == 0,
            _ => true,
        }
    }

    /// Answers `offending` with an Error message, unless it is one itself.
    pub(super) fn refuse(&mut self, refusal: Refusal, offending: &Bytes) {
        self.put(Output::Rejected(refusal.code));
        if offending.get(2..4) == Some(&[0, 0]) {
            return;
        }
        self.send(&Message::Error(Error {
            code: refusal.code,
            routing_contexts: refusal.routing_contexts,
            network_appearance: refusal.network_appearance,
            affected: Vec::<MaskedPointCode>::new(),
            diagnostic: Some(offending.slice(..offending.len().min(DIAGNOSTIC))),
            other: Vec::new(),
        }));
    }

    /// Delivers DATA if it belongs to this association.
    pub(super) fn deliver(&mut self, data: Data) -> Result<(), Refusal> {
        self.check_network(data.network_appearance)?;
        self.check_contexts(data.routing_context.as_slice())?;
        if data.transfer.ni != self.config.network_indicator {
            return Err(ErrorCode::INVALID_PARAMETER_VALUE.into());
        }
        self.put(Output::Transfer(data.transfer));
        Ok(())
    }

    /// Whether a message about this network is about ours.
    pub(super) fn check_network(&self, appearance: Option<u32>) -> Result<(), Refusal> {
        if appearance.is_some() && appearance != self.config.network_appearance {
            return Err(Refusal {
                network_appearance: appearance,
                ..ErrorCode::INVALID_NETWORK_APPEARANCE.into()
            });
        }
        Ok(())
    }

    /// Whether ours is among these routing contexts; no context means ours.
    pub(super) fn check_contexts(&self, contexts: &[u32]) -> Result<(), Refusal> {
        let ours = self.config.routing_context;
        if contexts.is_empty() || contexts.iter().any(|&context| Some(context) == ours) {
            return Ok(());
        }
        Err(Refusal::contexts(contexts.to_vec()))
    }

    /// Starts heartbeats, once the peer's M3UA is known to be there.
    pub(super) fn start_beating(&mut self, now: Instant) {
        if let Some(interval) = self.config.timers.beat {
            self.arm(Timer::Beat, now + interval);
        }
    }

    /// Sends the next heartbeat. Answers whether the peer is still to be believed in.
    pub(super) fn beat(&mut self, now: Instant) -> bool {
        let (Some(interval), Some(heard)) = (self.config.timers.beat, self.heard) else {
            return true;
        };
        if now.saturating_duration_since(heard) >= 2 * interval {
            return false;
        }
        self.beats += 1;
        self.send(&Message::Beat(Beat {
            data: Some(Bytes::copy_from_slice(&self.beats.to_be_bytes())),
            ..Beat::default()
        }));
        self.arm(Timer::Beat, now + interval);
        true
    }
}
