//! M3UA procedures over one SCTP association (RFC 4666 §4): ASP, signalling gateway process, and
//! both ends of a single exchange between IP servers.
//!
//! ```text
//!              Up                                     Send, Transfer
//!  SCTP  ────► Down        ┌─────────────┐  ────►     Active, Inactive
//!              Received ──►│ Association │            Available, Unavailable …
//!  users ────► Transfer    └─────────────┘            Stopped, Abort
//! ```
//!
//! The side that asks ([`Role::Asp`], [`Role::IpspClient`]) comes up and becomes active by itself
//! whenever the association is up; the other side answers. After [`Input::Down`] all is as at the
//! start, except that a gateway keeps messages for its ASP for a while (AS-PENDING).

mod asp;
mod link;
mod sgp;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::m3ua::{CongestionLevel, ErrorCode, MaskedPointCode, TrafficMode, UserCause};
use codecs::mtp::{NetworkIndicator, PointCode, Transfer};

use asp::Asp;
use link::Link;
use sgp::Sgp;

/// Which end of the association this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Application server process: asks a gateway for traffic.
    Asp,
    /// Signalling gateway process: gives traffic to an ASP and tells it of the network.
    Sgp,
    /// IP server process which asks its peer (single exchange, `RFC 4666 §4.3.1`).
    IpspClient,
    /// IP server process which is asked.
    IpspServer,
}

/// How one association is set up; both ends must agree on contexts and network.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which end this is.
    pub role: Role,
    /// The routing context of the application server the association carries; none where the two
    /// ends know without.
    pub routing_context: Option<u32>,
    /// Network appearance, where the two ends agreed on one.
    pub network_appearance: Option<u32>,
    /// Network indicator all messages have.
    pub network_indicator: NetworkIndicator,
    /// As ASP: the identifier to come up with. As gateway: the one to insist on.
    pub asp_identifier: Option<u32>,
    /// Traffic mode to ask for, or to insist on.
    pub mode: Option<TrafficMode>,
    /// As gateway: destinations that are available at the start, for audits.
    pub destinations: Vec<PointCode>,
    /// Times and limits.
    pub timers: Timers,
}

impl Config {
    /// An association of national traffic, with the standard's timers and nothing optional.
    pub fn new(role: Role) -> Self {
        Self {
            role,
            routing_context: None,
            network_appearance: None,
            network_indicator: NetworkIndicator::NATIONAL,
            asp_identifier: None,
            mode: None,
            destinations: Vec::new(),
            timers: Timers::default(),
        }
    }
}

/// Times and limits (`RFC 4666 §4.3.4`).
#[derive(Debug, Clone, Copy)]
pub struct Timers {
    /// T(ack): how long to wait before a request is sent again.
    pub ack: Duration,
    /// How often a request is sent before the association is given up.
    pub attempts: u32,
    /// T(beat): time between heartbeats; a peer silent for twice as long is gone. `None`: none.
    pub beat: Option<Duration>,
    /// T(r): how long a gateway keeps messages for an ASP that left.
    pub recovery: Duration,
    /// How many messages it keeps.
    pub kept: usize,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            ack: Duration::from_secs(2),
            attempts: 5,
            beat: Some(Duration::from_secs(30)),
            recovery: Duration::from_secs(2),
            kept: 256,
        }
    }
}

/// What the association's owner reports.
#[derive(Debug, Clone)]
pub enum Input {
    /// The SCTP association is up, or restarted, with so many streams each way.
    Up {
        /// The lesser of inbound and outbound streams.
        streams: u16,
    },
    /// The SCTP association is gone.
    Down,
    /// A message came with M3UA's payload protocol identifier.
    Received {
        /// On this stream.
        stream: u16,
        /// The message.
        payload: Bytes,
    },
    /// A user part sends a message.
    Transfer(Transfer),
    /// Gateway: a destination became available, or ceased to be.
    Destination {
        /// Which.
        code: PointCode,
        /// Whether it is available from now on.
        available: bool,
    },
    /// Gateway: management locks the ASP out (true), or lets it in again.
    Lock(bool),
    /// Traffic is to stop in order; [`Output::Stopped`] follows.
    Stop,
}

/// What the association's owner is to do, or to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send a message with M3UA's payload protocol identifier.
    Send {
        /// On this stream.
        stream: u16,
        /// The message.
        payload: Bytes,
    },
    /// Traffic flows from now on.
    Active,
    /// Traffic has stopped.
    Inactive,
    /// A message for a user part.
    Transfer(Transfer),
    /// A message that cannot be sent: no traffic flows, or it is too long.
    Undelivered(Transfer),
    /// MTP-RESUME for these destinations.
    Available(MaskedPointCode),
    /// MTP-PAUSE for these destinations.
    Unavailable(MaskedPointCode),
    /// MTP-STATUS: the way to these destinations is congested; how much, where levels exist.
    Congested(MaskedPointCode, Option<CongestionLevel>),
    /// MTP-STATUS: a user part there takes no messages.
    UserPartUnavailable(PointCode, UserCause),
    /// The peer breached the protocol and was told so.
    Rejected(ErrorCode),
    /// The peer says that we breached the protocol.
    Error(ErrorCode),
    /// Stopping is done: shut the SCTP association down.
    Stopped,
    /// The peer does not answer: abort the SCTP association.
    Abort,
}

/// The M3UA machine of one association.
#[derive(Debug)]
pub struct Association {
    link: Link,
    side: Side,
}

#[derive(Debug)]
enum Side {
    Asks(Asp),
    Answers(Sgp),
}

impl Association {
    /// A machine whose SCTP association is not up yet.
    pub fn new(config: Config) -> Self {
        let side = match config.role {
            Role::Asp | Role::IpspClient => Side::Asks(Asp::new()),
            Role::Sgp | Role::IpspServer => Side::Answers(Sgp::new(&config)),
        };
        Self {
            link: Link::new(config),
            side,
        }
    }

    /// Takes note of `input`; then drain [`poll_output`](Self::poll_output).
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Up { streams } => self.up(streams, now),
            Input::Down => self.down(now),
            Input::Received { stream, payload } => self.received(stream, &payload, now),
            Input::Transfer(transfer) => self.transfer(transfer),
            Input::Destination { code, available } => self.destination(code, available),
            Input::Lock(locked) => self.lock(locked),
            Input::Stop => self.stop(now),
        }
    }

    /// Lets timers that are due at `now` expire.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.link.expire(now) {
            match (timer, &mut self.side) {
                (Timer::Beat, _) => self.beat(now),
                (Timer::Ack, Side::Asks(asp)) => asp.unanswered(&mut self.link, now),
                (Timer::Recovery, Side::Answers(sgp)) => sgp.not_recovered(&mut self.link),
                (Timer::Ack, Side::Answers(_)) | (Timer::Recovery, Side::Asks(_)) => {}
            }
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.link.poll_output()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.link.poll_timeout()
    }

    fn up(&mut self, streams: u16, now: Instant) {
        self.down(now);
        self.link.up(streams, now);
        if let Side::Asks(asp) = &mut self.side {
            asp.up(&mut self.link, now);
        }
    }

    fn down(&mut self, now: Instant) {
        self.link.down();
        match &mut self.side {
            Side::Asks(asp) => asp.down(&mut self.link),
            Side::Answers(sgp) => sgp.down(&mut self.link, now),
        }
    }

    fn received(&mut self, stream: u16, payload: &Bytes, now: Instant) {
        let Some(message) = self.link.receive(stream, payload, now) else {
            return;
        };
        let taken = match &mut self.side {
            Side::Asks(asp) => asp.received(&mut self.link, message, now),
            Side::Answers(sgp) => sgp.received(&mut self.link, message, now),
        };
        if let Err(refusal) = taken {
            self.link.refuse(refusal, payload);
        }
    }

    fn transfer(&mut self, transfer: Transfer) {
        match &mut self.side {
            Side::Asks(asp) => asp.transfer(&mut self.link, transfer),
            Side::Answers(sgp) => sgp.transfer(&mut self.link, transfer),
        }
    }

    fn destination(&mut self, code: PointCode, available: bool) {
        if let Side::Answers(sgp) = &mut self.side {
            sgp.destination(&mut self.link, code, available);
        }
    }

    fn lock(&mut self, locked: bool) {
        if let Side::Answers(sgp) = &mut self.side {
            sgp.lock(locked);
        }
    }

    fn stop(&mut self, now: Instant) {
        match &mut self.side {
            Side::Asks(asp) => asp.stop(&mut self.link, now),
            Side::Answers(sgp) => sgp.stop(&mut self.link),
        }
    }

    fn beat(&mut self, now: Instant) {
        if self.link.beat(now) {
            return;
        }
        self.down(now);
        self.link.put(Output::Abort);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Timer {
    Ack,
    Beat,
    Recovery,
}

/// The stream for a message with this SLS (`RFC 4666 §1.4.7`): equal SLS, equal stream; never 0,
/// which is for management, unless there is no other.
pub fn stream_for(sls: u8, streams: u16) -> u16 {
    match streams {
        0 | 1 => 0,
        _ => 1 + u16::from(sls) % (streams - 1),
    }
}
