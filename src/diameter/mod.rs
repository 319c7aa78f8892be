//! Diameter over TCP for the programs (RFC 6733 §2.1): a [`Client`] that asks where users are
//! served, and a [`Server`] that answers.
//!
//! ```text
//! I-CSCF ── Client::location_info ─▶ task ── Peer ── TCP ── Peer ── task ── Query ──▶ HSS
//!        ◀───────────── answer ────                              ◀── Query::answer ──
//! ```

mod client;
mod config;
mod connection;
mod counters;
mod server;
#[cfg(test)]
mod tests;

pub use client::Client;
pub use config::{ClientConfig, ServerConfig};
pub use counters::{Count, Counters};
pub use server::{Query, Server};
