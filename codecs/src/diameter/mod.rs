//! Diameter: the base protocol (RFC 6733) and the location query of Cx (3GPP TS 29.228, 29.229).
//!
//! A [`Message`] is a header and AVPs, whatever its command. What is typed ([`Capabilities`],
//! [`cx::LocationInfoRequest`] …) is read from its AVPs; a [`Fault`] says how to answer if it cannot.

mod avp;
pub mod base;
mod code;
pub mod cx;
mod fields;
mod message;
mod stream;
#[cfg(test)]
mod tests;

pub use avp::{Avp, Key};
pub use base::{Capabilities, Identity, Outcome};
pub use code::{ApplicationId, CommandCode, ResultCode, VendorId};
pub use fields::Fault;
pub use message::{Header, Malformed, Message, TooLong};
pub use stream::{FramingError, take_message};

/// The well-known TCP port of Diameter (`RFC 6733 §11`).
pub const PORT: u16 = 3868;
