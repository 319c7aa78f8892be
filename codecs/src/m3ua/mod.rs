//! M3UA, the MTP3 user adaptation layer (RFC 4666 §3): typed messages; unknown parameters are kept.

mod field;
mod malformed;
mod message;
mod parameter;
mod routing_key;
mod told;
mod value;

use told::tell;

pub use malformed::{Malformed, TooLong};
pub use message::*;
pub use parameter::{Tag, Unknown};
pub use routing_key::{RoutingKey, RoutingKeyDestination};
pub use value::*;

/// SCTP payload protocol identifier of M3UA (`RFC 4666 §7.1`).
pub const PAYLOAD_PROTOCOL: u32 = 3;

/// The well-known SCTP port of M3UA (`RFC 4666 §7.2`).
pub const PORT: u16 = 2905;

#[cfg(test)]
mod tests;
