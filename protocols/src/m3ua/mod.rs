//! The M3UA layer of one program (RFC 4666 §4): its associations, and the application servers
//! above them.
//!
//! ```text
//!  SCTP        Up, Down, Received ┌───────────────────────────────┐ Transfer, Resume,
//!  associations ────────────────► │ Layer                         │ Pause, Congestion
//!               ◄──────────────── │  associations: ASP states     │ ────────────► user parts
//!                           Send  │  servers: AS states, T(r)     │ ◄────────────
//!                                 │  routes: who reaches which PC │  Transfer
//!                                 └───────────────────────────────┘
//! ```
//!
//! An *application server* is a routing context and the associations that carry it. [`Side::Ours`]
//! are those in which this program is an ASP: it asks the processes of a signalling gateway for
//! their traffic. [`Side::Theirs`] are those whose ASPs ask this program. Either way messages of
//! our users leave through an application server, on one of the associations that are active in
//! it; in an exchange between IP servers one and the same serves both directions, or two do
//! ([`Role::IpspDouble`]).

mod answering;
mod asking;
mod association;
mod config;
mod layer;
mod management;
mod mismatch;
mod network;
mod registration;
mod requests;
mod routes;
mod routing_key;
mod server;
#[cfg(test)]
mod tests;
mod transfer;

use bytes::Bytes;
use codecs::m3ua::{ErrorCode, RegistrationStatus, UserCause};
use codecs::mtp::{SignallingPoint, Transfer};

pub use config::{AssociationConfig, Config, Key, Role, ServerConfig, Side, Timers};
pub use layer::Layer;
pub use mismatch::{Mismatch, Setting};
pub use server::ServerState;

/// What the owner reports. Associations and servers are numbered as in [`Config`].
#[derive(Debug, Clone)]
pub enum Input {
    /// An SCTP association is up, or restarted.
    Up {
        /// Which.
        association: usize,
        /// The lesser of its inbound and outbound streams.
        streams: u16,
    },
    /// An SCTP association is gone.
    Down {
        /// Which.
        association: usize,
    },
    /// A message came with M3UA's payload protocol identifier.
    Received {
        /// On this association.
        association: usize,
        /// On this stream.
        stream: u16,
        /// The message.
        payload: Bytes,
    },
    /// A user part sends a message.
    Transfer(Transfer),
    /// Our own point codes are congested so much (1 to 3), or no longer (0).
    Congestion(u8),
    /// As gateway: management locks an ASP out (true), or lets it in again.
    Lock {
        /// The ASP's association.
        association: usize,
        /// Whether it is locked out.
        locked: bool,
    },
    /// Traffic is to stop in order; [`Output::Stopped`] follows for each association.
    Stop,
}

/// What the owner is to do, or to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send a message with M3UA's payload protocol identifier.
    Send {
        /// On this association.
        association: usize,
        /// On this stream.
        stream: u16,
        /// The message.
        payload: Bytes,
    },
    /// A message for a user part here.
    Transfer(Transfer),
    /// A message for a point code that is not ours, and to which we relay nothing.
    Misdirected(Transfer),
    /// A message that no route leads on.
    Unroutable(Transfer),
    /// A message that cannot be sent: its destination is unavailable, or it is too long.
    Undelivered(Transfer),
    /// MTP-RESUME: the destination can be reached. None can at the start.
    Resume(SignallingPoint),
    /// MTP-PAUSE: the destination can no longer be reached.
    Pause(SignallingPoint),
    /// MTP-STATUS: the way to the destination is congested so much, 1 to 3, or no longer (0).
    Congestion(SignallingPoint, u8),
    /// MTP-STATUS: a user part there takes no messages.
    UserPartUnavailable(SignallingPoint, UserCause),
    /// An application server changed its state.
    Server {
        /// Which.
        server: usize,
        /// To this.
        state: ServerState,
    },
    /// The ASP of an association changed its state: ours where we ask, else the peer.
    Process {
        /// Which association.
        association: usize,
        /// To this.
        state: ProcessState,
    },
    /// The gateway did not register our routing key.
    NotRegistered {
        /// The application server with the key.
        server: usize,
        /// Why not.
        status: RegistrationStatus,
    },
    /// The two ends of an association are set up differently. What follows from it comes as well:
    /// `Rejected`, `Error`, `NotRegistered`, `Misdirected`, or the message itself.
    Mismatch {
        /// Which association.
        association: usize,
        /// Which setting, and its values.
        mismatch: Mismatch,
    },
    /// A peer breached the protocol and was told so.
    Rejected {
        /// On which association.
        association: usize,
        /// How.
        code: ErrorCode,
    },
    /// A peer says that we breached the protocol.
    Error {
        /// On which association.
        association: usize,
        /// How.
        code: ErrorCode,
    },
    /// Stopping is done: shut the SCTP association down.
    Stopped {
        /// Which.
        association: usize,
    },
    /// The peer does not answer: abort the SCTP association.
    Abort {
        /// Which.
        association: usize,
    },
}

/// The state of an ASP (`RFC 4666 §4.3.1`), over all its application servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProcessState {
    /// It is not there.
    Down,
    /// It is there, with no traffic.
    Inactive,
    /// It has traffic of one application server at least.
    Active,
}

/// The stream for a message with this SLS (`RFC 4666 §1.4.7`): equal SLS, equal stream; never 0,
/// which is for management, unless there is no other.
pub fn stream_for(sls: u8, streams: u16) -> u16 {
    match streams {
        0 | 1 => 0,
        _ => 1 + u16::from(sls) % (streams - 1),
    }
}
