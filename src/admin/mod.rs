//! The port for operators: metrics, and the circuits and peers of an exchange as JSON over HTTP.
//!
//! ```text
//!   tandem circuits, curl ──HTTP──► http ──Ask──► desk, within the program's loop ──► Circuits
//!                                    │ ◄─ answer ─┘  │
//!                                    └── waits until ▼
//!                                              state: what is blocked, on disk
//! ```

mod answer;
mod check;
mod client;
mod command;
mod desk;
mod http;
mod outcome;
mod peers;
mod picture;
mod port;
mod query;
mod question;
mod state;
#[cfg(test)]
mod tests;
pub(crate) mod words;

pub use command::{Options, run};
pub(crate) use desk::{Desk, Operated};
pub(crate) use http::Ask;
pub(crate) use outcome::ranges;
pub use peers::{PeerOptions, run as run_peers};
pub use port::AdminError;
pub(crate) use port::{Asked, serve};
pub(crate) use state::State;
pub use state::StateError;
