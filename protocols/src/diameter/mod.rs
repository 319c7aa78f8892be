//! A Diameter peer over one connection (RFC 6733 §5, watchdog of RFC 3539), and Cx on top of it.
//!
//! The peer state machine is that of §5.6 without the election: whoever connects is the initiator,
//! whoever accepts the responder.

mod base;
pub mod cx;
mod peer;
mod pending;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use codecs::diameter::base::{DisconnectCause, VendorApplication};
use codecs::diameter::{
    ApplicationId, Capabilities, CommandCode, FramingError, Identity, Message, Outcome, VendorId,
};

pub use peer::Peer;

/// What we are, and what we expect of the peer.
#[derive(Debug, Clone)]
pub struct Config {
    /// Our name.
    pub identity: Identity,
    /// Our addresses.
    pub addresses: Vec<IpAddr>,
    /// What the product is called.
    pub product: String,
    /// Origin-State-Id: rises whenever we start anew.
    pub state: u32,
    /// Applications we offer.
    pub applications: Vec<VendorApplication>,
    /// Requests we answer, each with its application.
    pub serves: Vec<(ApplicationId, CommandCode)>,
    /// Hosts that may be the peer; any when empty.
    pub peers: Vec<String>,
    /// Times and limits.
    pub timers: Timers,
}

impl Config {
    /// A client of Cx.
    pub fn cx_client(identity: Identity) -> Self {
        Self {
            identity,
            addresses: Vec::new(),
            product: "tandem".into(),
            state: 1,
            applications: vec![VendorApplication::CX],
            serves: Vec::new(),
            peers: Vec::new(),
            timers: Timers::default(),
        }
    }

    /// A server of Cx, which answers location queries.
    pub fn cx_server(identity: Identity) -> Self {
        Self {
            serves: vec![(ApplicationId::CX, CommandCode::LOCATION_INFO)],
            ..Self::cx_client(identity)
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            identity: self.identity.clone(),
            addresses: self.addresses.clone(),
            vendor: VendorId::IETF,
            product: self.product.clone(),
            state: Some(self.state),
            vendors: vec![VendorId::TGPP],
            applications: Vec::new(),
            vendor_applications: self.applications.clone(),
            firmware: None,
        }
    }
}

/// Times and limits.
#[derive(Debug, Clone, Copy)]
pub struct Timers {
    /// How long capabilities may take to be exchanged, and a disconnection to be answered.
    pub handshake: Duration,
    /// Tw: silence after which the peer is asked whether it is there (`RFC 3539 §3.4.1`).
    pub watchdog: Duration,
    /// By how much Tw varies either way, so that peers do not ask all at once.
    pub jitter: Duration,
    /// How long an answer may take.
    pub answer: Duration,
    /// How many requests may wait for one.
    pub outstanding: usize,
    /// The largest message taken, in octets.
    pub message: usize,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            watchdog: Duration::from_secs(30),
            jitter: Duration::from_secs(2),
            answer: Duration::from_secs(5),
            outstanding: 16_384,
            message: 65_536,
        }
    }
}

/// Who opened the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// We did: we speak first.
    Initiator,
    /// The peer did.
    Responder,
}

/// What the connection's owner reports.
#[derive(Debug, Clone)]
pub enum Input {
    /// There is a connection.
    Connected(Role),
    /// Octets came, not necessarily whole messages.
    Received(Bytes),
    /// The connection is gone.
    Disconnected,
    /// The connection is to be closed in order; [`Output::Close`] follows.
    Stop,
}

/// What the connection's owner is to do, or to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Send these octets.
    Send(Bytes),
    /// Send what is left, then close the connection.
    Close(Reason),
    /// The peer is who it says; requests flow.
    Opened(Box<Capabilities>),
    /// No more requests flow.
    Down,
    /// A request for us, to be answered with [`Peer::answer`].
    Request(Message),
    /// The answer to a request of ours.
    Answer(RequestId, Message),
    /// There will be no answer.
    Failed(RequestId, Failure),
}

/// Names a request of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u32);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// There is no open connection.
    #[error("no connection to the peer")]
    NotOpen,
    /// Too many requests wait already.
    #[error("too many requests wait for an answer")]
    Overload,
    /// The request is longer than a message can be.
    #[error("the request is too long")]
    TooLong,
    /// The answer did not come in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection went before the answer came.
    #[error("the connection was lost")]
    Lost,
    /// The answer could not be read.
    #[error("the answer is malformed")]
    Malformed,
}

/// Why a connection is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// What comes is not Diameter.
    #[error("not Diameter: {0}")]
    Framing(#[from] FramingError),
    /// Something else came before capabilities were exchanged.
    #[error("no capabilities exchange first")]
    NoCapabilities,
    /// Capabilities were not exchanged in time.
    #[error("no capabilities in time")]
    Timeout,
    /// The two cannot be peers; who says so sent this.
    #[error("refused: {0}")]
    Refused(Outcome),
    /// The peer does not answer any more.
    #[error("the peer is silent")]
    Silent,
    /// The peer took its leave.
    #[error("the peer disconnects: {0}")]
    Left(DisconnectCause),
    /// We took ours.
    #[error("stopped")]
    Stopped,
}
