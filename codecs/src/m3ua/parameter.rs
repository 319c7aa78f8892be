//! Variable-length parameters: tag, length, value, padding to four octets (RFC 4666 §3.2).

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use serde::Serialize;

use super::{Malformed, TooLong};
use crate::mtp::hexadecimal;

/// Octets of a parameter before its value.
pub(super) const HEADER: usize = 4;

/// Parameter tag; open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Tag(pub u16);

macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident = $value:literal,)+) => {
        impl Tag {
            $($(#[$doc])* pub const $name: Self = Self($value);)+

            /// Whether M3UA has a parameter with this tag.
            pub fn is_assigned(self) -> bool {
                matches!(self.0, $($value)|+)
            }
        }

        impl fmt::Debug for Tag {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    $($value => f.write_str(stringify!($name)),)+
                    other => write!(f, "parameter {other:#06x}"),
                }
            }
        }
    };
}

tags! {
    /// INFO string.
    INFO_STRING = 0x0004,
    /// Routing context.
    ROUTING_CONTEXT = 0x0006,
    /// Diagnostic information.
    DIAGNOSTIC = 0x0007,
    /// Heartbeat data.
    HEARTBEAT_DATA = 0x0009,
    /// Traffic mode type.
    TRAFFIC_MODE = 0x000b,
    /// Error code.
    ERROR_CODE = 0x000c,
    /// Status.
    STATUS = 0x000d,
    /// ASP identifier.
    ASP_IDENTIFIER = 0x0011,
    /// Affected point code.
    AFFECTED_POINT_CODE = 0x0012,
    /// Correlation identifier.
    CORRELATION = 0x0013,
    /// Registration result.
    REGISTRATION_RESULT = 0x0208,
    /// Deregistration result.
    DEREGISTRATION_RESULT = 0x0209,
    /// Registration status.
    REGISTRATION_STATUS = 0x0212,
    /// Deregistration status.
    DEREGISTRATION_STATUS = 0x0213,
    /// Local routing key identifier.
    LOCAL_ROUTING_KEY = 0x020a,
    /// Network appearance.
    NETWORK_APPEARANCE = 0x0200,
    /// User/cause.
    USER_CAUSE = 0x0204,
    /// Congestion indications.
    CONGESTION = 0x0205,
    /// Concerned destination.
    CONCERNED_DESTINATION = 0x0206,
    /// Routing key.
    ROUTING_KEY = 0x0207,
    /// Destination point code.
    DESTINATION_POINT_CODE = 0x020b,
    /// Service indicators.
    SERVICE_INDICATORS = 0x020c,
    /// Originating point code list.
    ORIGINATING_POINT_CODES = 0x020e,
    /// Protocol data.
    PROTOCOL_DATA = 0x0210,
}

/// A parameter without a field of its own in the message it came in: its value, untouched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// Its tag.
    pub tag: Tag,
    /// Its value without padding.
    #[serde(serialize_with = "hexadecimal")]
    pub value: Bytes,
}

/// Octets of a message. What is kept of them shares the message's memory; only that is counted.
#[derive(Clone, Copy)]
pub(super) struct Octets<'a> {
    octets: &'a [u8],
    message: &'a Bytes,
}

impl<'a> Octets<'a> {
    /// A part of a message.
    pub(super) fn of(message: &'a Bytes, octets: &'a [u8]) -> Self {
        Self { octets, message }
    }

    /// The octets as a value of their own.
    pub(super) fn keep(self) -> Bytes {
        self.message.slice_ref(self.octets)
    }

    /// The octets from the one at `start`, which is not beyond the end.
    pub(super) fn from(self, start: usize) -> Self {
        Self::of(self.message, &self.octets[start..])
    }
}

impl Deref for Octets<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.octets
    }
}

/// Takes the next parameter off `rest`; `None` at the end. The last one may lack its padding.
pub(super) fn next<'a>(rest: &mut Octets<'a>) -> Result<Option<(Tag, Octets<'a>)>, Malformed> {
    if rest.is_empty() {
        return Ok(None);
    }
    let Some((&[t0, t1, l0, l1], _)) = rest.split_first_chunk() else {
        return Err(Malformed::Trailing(rest.len()));
    };
    let tag = Tag(u16::from_be_bytes([t0, t1]));
    let stated = u16::from_be_bytes([l0, l1]);
    let length = usize::from(stated);
    if length < HEADER || length > rest.len() {
        return Err(Malformed::Overrun {
            tag,
            length: stated,
            room: rest.len(),
        });
    }
    let value = Octets::of(rest.message, &rest.octets[HEADER..length]);
    *rest = rest.from(length.next_multiple_of(4).min(rest.len()));
    Ok(Some((tag, value)))
}

/// Writes one parameter whose value `fill` appends, with length and padding.
pub(super) fn put(
    out: &mut Vec<u8>,
    tag: Tag,
    fill: impl FnOnce(&mut Vec<u8>) -> Result<(), TooLong>,
) -> Result<(), TooLong> {
    let start = out.len();
    out.extend_from_slice(&tag.0.to_be_bytes());
    out.extend_from_slice(&[0, 0]);
    fill(out)?;
    let length = u16::try_from(out.len() - start).map_err(|_| TooLong(tag))?;
    out[start + 2..start + HEADER].copy_from_slice(&length.to_be_bytes());
    out.resize(start + usize::from(length).next_multiple_of(4), 0);
    Ok(())
}
