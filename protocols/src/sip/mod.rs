//! SIP transactions, dialogs and the user agent on top of them (RFC 3261, RFC 6026, RFC 3581).
//!
//! ```text
//!   Datagram ──▶ Transactions ──Event──▶ Dialog, Session ──Event──▶ owner
//!   Transmit ◀──      §17      ◀─bytes──  UserAgent §12–15 ◀─command──
//! ```
//!
//! A proxy stands on [`Transactions`] itself, an endpoint on [`UserAgent`].

mod agent;
mod dialog;
mod digest;
mod hop;
mod identifiers;
mod proxy;
#[cfg(test)]
mod testnet;
mod transaction;
mod watch;

use std::net::SocketAddr;

use bytes::Bytes;

pub use agent::{
    ACCEPT, AgentConfig, Asked, Body, Content, DialogId, Event, Header, Invite, Output,
    Reliability, Series, SessionId, SessionTimer, UserAgent,
};
pub use digest::{Account, Algorithm, Demand, Proof, Proofs};
pub use hop::{Hop, NotAHop, Transport, UnknownTransport};
pub use proxy::{ForwardId, Proxy, ProxyConfig, ProxyOutput, Target};
pub use transaction::{
    Branch, ClientId, Failure, ServerId, Timings, TransactionConfig, TransactionEvent,
    TransactionOutput, Transactions,
};

pub use watch::{PeerState, Watch, WatchConfig, WatchOutput};

/// A message that was received: a datagram, or what was cut out of a stream.
#[derive(Debug, Clone)]
pub struct Datagram {
    /// Its octets.
    pub bytes: Bytes,
    /// Who sent it.
    pub from: Hop,
    /// Our address at which it came in.
    pub local: SocketAddr,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// Its octets.
    pub bytes: Bytes,
    /// Whom it goes to.
    pub to: Hop,
    /// Our address from which it goes: that of a listener of the same transport.
    pub local: SocketAddr,
}
