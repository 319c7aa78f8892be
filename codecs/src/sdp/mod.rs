//! Session descriptions (RFC 8866) and offer/answer (RFC 3264) for one audio stream.
//!
//! A [`Description`] is what one side says: its streams in order, of which at most one, an
//! [`AudioDescription`], is used. [`Description::offer`] makes one, [`Description::answer`] answers
//! one, [`Description::agree`] reads the answer to one; both end in an [`Agreement`], which is what
//! a media gateway must know. An [`Origin`] writes them with identifier and version; a [`Session`]
//! counts the version by itself.

mod description;
mod negotiation;
mod payload;
mod preconditions;
mod write;

#[cfg(test)]
mod tests;

/// Every line of a session description, whether it is of use here or not.
pub use sdp_types::Session as AnySession;

pub use description::{Address, AudioDescription, Description, Direction, Malformed, Stream};
pub use negotiation::{Agreement, Incompatible};
pub use payload::{Encoding, Payload};
pub use preconditions::{Preconditions, Segment};
pub use write::{Origin, Session};
