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
mod identifiers;
mod proxy;
#[cfg(test)]
mod testnet;
mod transaction;

use std::net::SocketAddr;

use bytes::Bytes;

pub use agent::{AgentConfig, Body, Event, Header, Invite, Output, SessionId, UserAgent};
pub use proxy::{ForwardId, Proxy, ProxyConfig, ProxyOutput, Target};
pub use transaction::{
    Branch, ClientId, Failure, ServerId, Timings, TransactionConfig, TransactionEvent,
    TransactionOutput, Transactions,
};

/// A datagram that was received.
#[derive(Debug, Clone)]
pub struct Datagram {
    /// Its payload.
    pub bytes: Bytes,
    /// Who sent it.
    pub from: SocketAddr,
}

/// A datagram to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// Its payload.
    pub bytes: Bytes,
    /// Whom it goes to.
    pub to: SocketAddr,
}
