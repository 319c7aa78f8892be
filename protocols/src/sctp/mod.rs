//! SCTP in user space (RFC 9260) over UDP encapsulation (RFC 6951), without sockets.
//!
//! An [`Endpoint`] stands for one local UDP address. It listens, connects, tells associations
//! apart and answers packets that belong to none; the association itself is `dcsctp`'s. An INIT
//! creates no state: all of it travels in the state cookie, which the endpoint signs
//! (RFC 9260 §5.1.3), and an association exists from a genuine COOKIE ECHO on.

mod association;
mod config;
mod cookie;
mod endpoint;
mod made_up;
mod packet;
#[cfg(test)]
mod tests;

pub use config::Config;
pub use endpoint::{Counters, Endpoint};
pub use made_up::MadeUp;

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;

/// Names an association of an endpoint; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssociationId(pub u64);

/// One UDP datagram as received.
#[derive(Debug, Clone, Copy)]
pub struct Datagram<'a> {
    /// The peer's UDP address.
    pub from: SocketAddr,
    /// One SCTP packet.
    pub bytes: &'a [u8],
}

/// Where an association leads: UDP address and SCTP port of the peer, and our SCTP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Path {
    /// UDP address of the peer's encapsulation.
    pub peer: SocketAddr,
    /// SCTP port of the peer.
    pub peer_port: u16,
    /// Our SCTP port.
    pub local_port: u16,
}

/// Streams of an association, as negotiated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    /// How many the peer may send on.
    pub incoming: u16,
    /// How many we may send on: ids `0..outgoing`.
    pub outgoing: u16,
}

/// What the owner of an endpoint has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this SCTP packet in a datagram.
    Transmit {
        /// UDP address to send to.
        to: SocketAddr,
        /// One SCTP packet.
        bytes: Vec<u8>,
    },
    /// Something happened to an association.
    Event(Event),
}

/// What happened to an association. Each ends with exactly one `Closed` or `Lost`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The association is established.
    Up {
        /// Which one.
        association: AssociationId,
        /// Where it leads.
        path: Path,
        /// Its streams.
        streams: Streams,
        /// Whether the peer opened it.
        accepted: bool,
    },
    /// A whole message arrived.
    Message {
        /// On which association.
        association: AssociationId,
        /// Stream it came on.
        stream: u16,
        /// Payload protocol identifier: 3 for M3UA.
        ppid: u32,
        /// The message.
        payload: Bytes,
    },
    /// The peer lost its state and started again (RFC 9260 §5.2.4): messages may be lost, the
    /// association goes on.
    Restarted {
        /// Which one.
        association: AssociationId,
        /// Its streams from now on.
        streams: Streams,
    },
    /// One of the peer's addresses changed; a single-homed stack never says it.
    Path {
        /// To which association it belongs.
        association: AssociationId,
        /// The address.
        peer: IpAddr,
        /// What it has become.
        change: PathChange,
    },
    /// The association ended in order, by SHUTDOWN of either side.
    Closed {
        /// Which one.
        association: AssociationId,
    },
    /// The association ended otherwise, or never came up.
    Lost {
        /// Which one.
        association: AssociationId,
        /// Why.
        reason: Loss,
    },
}

impl Event {
    /// The association it happened to.
    pub fn association(&self) -> AssociationId {
        match *self {
            Self::Up { association, .. }
            | Self::Message { association, .. }
            | Self::Restarted { association, .. }
            | Self::Path { association, .. }
            | Self::Closed { association }
            | Self::Lost { association, .. } => association,
        }
    }

    /// The same, to be renamed by an owner of several endpoints.
    pub fn association_mut(&mut self) -> &mut AssociationId {
        match self {
            Self::Up { association, .. }
            | Self::Message { association, .. }
            | Self::Restarted { association, .. }
            | Self::Path { association, .. }
            | Self::Closed { association }
            | Self::Lost { association, .. } => association,
        }
    }
}

/// What became of one of the peer's addresses (RFC 6458 §6.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathChange {
    /// It answers.
    Reachable,
    /// It does not answer; the others carry the traffic.
    Unreachable,
    /// It is the one that is used first.
    Primary,
}

/// Why an association was lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    /// The peer does not answer: retransmissions or heartbeats are exhausted.
    #[error("the peer does not answer")]
    Unreachable,
    /// The peer answered our INIT with ABORT.
    #[error("the peer refuses associations")]
    Refused,
    /// The peer sent ABORT; its words.
    #[error("aborted by the peer: {0:?}")]
    Aborted(String),
    /// The peer broke the protocol.
    #[error("protocol violation by the peer: {0:?}")]
    Violation(String),
    /// We sent ABORT, by [`Endpoint::abort`].
    #[error("aborted")]
    Abandoned,
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No such association, or it is not established.
    #[error("the association is not up")]
    NotUp,
    /// The association is shutting down.
    #[error("the association is shutting down")]
    Closing,
    /// The stream was not negotiated.
    #[error("the association has no such stream")]
    NoSuchStream,
    /// The send buffer is full: the peer acknowledges too slowly.
    #[error("the send buffer is full")]
    Full,
    /// An empty message, or one over 256 KiB.
    #[error("a message has 1 byte to 256 KiB")]
    Length,
}

/// Why a connection was not attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// An association with these addresses and ports exists.
    #[error("an association on this path exists")]
    InUse,
    /// [`Config::max_associations`] is reached.
    #[error("too many associations")]
    TooMany,
}
