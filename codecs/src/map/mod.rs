//! MAP operations (3GPP TS 29.002): sendRoutingInfo, its argument, result and errors.
//!
//! A parameter is read whole or refused; what a later release added is kept as it came.

mod address;
mod argument;
mod ber;
mod extension;
mod result;
mod sequence;
#[cfg(test)]
mod tests;
mod user_error;

pub use address::{AddressError, AddressNature, AddressPlan, AddressString, Imsi};
pub use argument::{ForwardingReason, InterrogationType, SendRoutingInfoArg};
pub use ber::Raw;
pub use extension::{
    ExtensionContainer, HostName, HostNameError, PrivateExtension, PrivateExtensionList,
};
pub use result::{
    ExtendedRoutingInfo, ForwardingData, ForwardingOptions, NumberPortabilityStatus, RoutingInfo,
    SendRoutingInfoRes, SsCode, SsList, UnavailabilityCause,
};
pub use user_error::{ErrorCode, UserError};

use crate::tcap::Oid;

/// Operation code of sendRoutingInfo (TS 29.002 §17.6.3).
pub const SEND_ROUTING_INFO: i64 = 22;

/// locationInfoRetrievalContext-v3 (TS 29.002 §17.3.2.6), under which sendRoutingInfo runs; the
/// last arc is the version.
pub const LOCATION_INFO_RETRIEVAL_V3: &Oid = Oid::const_new(&[0, 4, 0, 0, 1, 0, 5, 3]);

/// Why a parameter cannot be read; names the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// No well-formed element, or primitive where it has to be constructed, or the other way round.
    #[error("{0} is no well-formed element")]
    Encoding(&'static str),
    /// The element is of another type.
    #[error("{0} has an unexpected tag")]
    Tag(&'static str),
    /// A mandatory member is absent.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member comes twice or out of order.
    #[error("{0} is repeated or out of place")]
    Misplaced(&'static str),
    /// The content is none the type allows.
    #[error("{0} has an impossible value")]
    Value(&'static str),
    /// Octets follow the end.
    #[error("octets follow {0}")]
    Trailing(&'static str),
}
