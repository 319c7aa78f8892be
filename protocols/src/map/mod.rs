//! TCAP dialogues and the MAP operation that rides on them: sendRoutingInfo (ITU-T Q.774,
//! 3GPP TS 29.002 §10.1), asked by a [`Client`] in the GMSC and answered by a [`Server`] in the HLR.
//!
//! Both speak SCCP: a message in with the point code it came from, a message out with the point
//! code it goes to. Q.774 says what answers a message that is wrong: P-Abort below the transaction,
//! ABRT in the dialogue, Reject in a component.

mod answer;
mod client;
mod envelope;
mod outcome;
mod server;
#[cfg(test)]
mod tests;

pub use client::{Client, ClientConfig, ClientOutput, HlrAddress, Invocation};
pub use envelope::{Discard, Outgoing, Received};
pub use outcome::{Failure, Route, RoutingInfo};
pub use server::{DialogueId, Server, ServerConfig, ServerOutput};
