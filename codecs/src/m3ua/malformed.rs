//! Why bytes are no M3UA message, and which error code says so (RFC 4666 §3.8.1).

use super::parameter::HEADER;
use super::{ErrorCode, Tag};

/// Why bytes are no M3UA message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Fewer octets than the common header has.
    #[error("{0} octets are shorter than the common header")]
    Short(usize),
    /// A version other than 1.
    #[error("version {0} instead of 1")]
    Version(u8),
    /// The header's message length differs from what arrived.
    #[error("message length {stated} in its header, but {actual} octets")]
    Length {
        /// As the header has it.
        stated: u32,
        /// Octets that arrived.
        actual: usize,
    },
    /// A message class that does not exist.
    #[error("message class {0} is unknown")]
    Class(u8),
    /// A message type that its class does not have.
    #[error("message class {class} has no type {kind}")]
    Type {
        /// Message class.
        class: u8,
        /// Message type.
        kind: u8,
    },
    /// Octets after the last parameter that are too few to begin another.
    #[error("{0} octets at the end are shorter than the header of a parameter")]
    Trailing(usize),
    /// A parameter whose length is below 4 or reaches beyond the message.
    #[error("{tag:?} ({:#06x}): length {length} where {room} octets are left", .tag.0)]
    Overrun {
        /// The parameter.
        tag: Tag,
        /// As its header has it.
        length: u16,
        /// Octets from its header to the end.
        room: usize,
    },
    /// A parameter whose length does not fit its kind.
    #[error("{tag:?} ({:#06x}): length {length} does not fit its kind", .tag.0)]
    Field {
        /// The parameter.
        tag: Tag,
        /// As its header has it.
        length: usize,
    },
    /// A parameter that may stand once only stands twice.
    #[error("{0:?} ({code:#06x}) stands twice", code = .0.0)]
    Repeated(Tag),
    /// A mandatory parameter is not there.
    #[error("{0:?} ({code:#06x}) is missing", code = .0.0)]
    Missing(Tag),
}

impl Malformed {
    /// A value that does not fit its parameter.
    pub(super) fn field(tag: Tag, value: &[u8]) -> Self {
        Self::Field {
            tag,
            length: HEADER + value.len(),
        }
    }

    /// The code to answer with in an Error message.
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Version(_) => ErrorCode::INVALID_VERSION,
            Self::Class(_) => ErrorCode::UNSUPPORTED_CLASS,
            Self::Type { .. } => ErrorCode::UNSUPPORTED_TYPE,
            Self::Short(_) | Self::Length { .. } | Self::Trailing(_) => ErrorCode::PROTOCOL_ERROR,
            Self::Overrun { .. } | Self::Field { .. } => ErrorCode::PARAMETER_FIELD,
            Self::Repeated(_) => ErrorCode::UNEXPECTED_PARAMETER,
            Self::Missing(_) => ErrorCode::MISSING_PARAMETER,
        }
    }
}

/// A value that no parameter can hold: its length field counts to 65535, its own header included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} would exceed 65535 octets")]
pub struct TooLong(pub Tag);
