//! What every user of the message transfer part speaks in: point codes and the MTP-TRANSFER
//! primitive (ITU-T Q.701 §8, Q.704 §2).

use bytes::Bytes;
use serde::{Serialize, Serializer};

use crate::OutOfRange;

pub use format::{PointCodeError, PointCodeFormat, WrittenPointCode};
pub use label::RoutingLabel;

mod format;
mod label;

/// A signalling point code (`Q.704 §2.2`): 14 bits in ITU-T networks, up to 24 elsewhere. How it is
/// written depends on the network: see [`PointCodeFormat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct PointCode(u32);

impl PointCode {
    /// The largest point code of any network.
    const LAST: u32 = 0xFF_FFFF;

    /// The point code with a number of up to 16 bits.
    pub const fn new(number: u16) -> Self {
        Self(number as u32)
    }

    /// The point code of three octets, the most significant first: in ANSI networks those of
    /// network, cluster and member.
    pub const fn from_be_bytes([high, middle, low]: [u8; 3]) -> Self {
        Self(u32::from_be_bytes([0, high, middle, low]))
    }

    /// The number.
    pub const fn value(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for PointCode {
    type Error = OutOfRange;

    fn try_from(number: u32) -> Result<Self, OutOfRange> {
        OutOfRange::check(number, Self::LAST).map(Self)
    }
}

/// One of the signalling networks that a node stands in, by a number of its own: no octet of a
/// message has it. The same point code may exist in each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct NetworkId(pub u8);

/// A signalling point (`Q.700 §3.2.1`): a point code in its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignallingPoint {
    /// The network.
    pub network: NetworkId,
    /// Its point code there.
    pub code: PointCode,
}

impl From<PointCode> for SignallingPoint {
    /// The signalling point in the first network, which is the only one of most nodes.
    fn from(code: PointCode) -> Self {
        NetworkId::default().point(code)
    }
}

impl NetworkId {
    /// The signalling point that has this code in the network.
    pub const fn point(self, code: PointCode) -> SignallingPoint {
        SignallingPoint {
            network: self,
            code,
        }
    }
}

/// Network indicator (`Q.704 §14.2.2`), 2 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct NetworkIndicator(pub u8);

impl Transfer {
    /// Where it comes from.
    pub const fn origin(&self) -> SignallingPoint {
        self.network.point(self.opc)
    }

    /// Where it goes.
    pub const fn destination(&self) -> SignallingPoint {
        self.network.point(self.dpc)
    }
}

impl NetworkIndicator {
    /// International network.
    pub const INTERNATIONAL: Self = Self(0);
    /// Spare for international use.
    pub const INTERNATIONAL_SPARE: Self = Self(1);
    /// National network.
    pub const NATIONAL: Self = Self(2);
    /// Reserved for national use.
    pub const NATIONAL_SPARE: Self = Self(3);

    /// Whether the network is a national one, so that what is for national use applies.
    pub const fn is_national(self) -> bool {
        self.0 >= Self::NATIONAL.0
    }
}

/// Service indicator (`Q.704 §14.2.1`), 4 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ServiceIndicator(pub u8);

impl ServiceIndicator {
    /// Signalling network management messages.
    pub const MANAGEMENT: Self = Self(0);
    /// Signalling connection control part.
    pub const SCCP: Self = Self(3);
    /// Telephone user part.
    pub const TUP: Self = Self(4);
    /// ISDN user part.
    pub const ISUP: Self = Self(5);
}

/// Why a user part takes no messages, as MTP-STATUS tells it (`Q.704 §15.17.5`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnavailabilityCause(pub u8);

impl UnavailabilityCause {
    /// Not told.
    pub const UNKNOWN: Self = Self(0);
    /// The node has no such user.
    pub const UNEQUIPPED: Self = Self(1);
    /// The node has the user, but it cannot be reached.
    pub const INACCESSIBLE: Self = Self(2);
}

/// The MTP-TRANSFER primitive (`Q.701 §8.1`): one message of a user part, with its routing label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// The network of both point codes, which the messages themselves do not name.
    #[serde(skip)]
    pub network: NetworkId,
    /// From.
    pub opc: PointCode,
    /// To.
    pub dpc: PointCode,
    /// Which user part.
    pub si: ServiceIndicator,
    /// Which network the point codes belong to.
    pub ni: NetworkIndicator,
    /// Message priority, 0–3; 0 where the network has none.
    pub priority: u8,
    /// Signalling link selection: messages of equal value keep their order. 0–15 in ITU-T networks.
    pub sls: u8,
    /// The message of the user part.
    #[serde(serialize_with = "hexadecimal")]
    pub data: Bytes,
}

/// Octets as text.
pub(crate) fn hexadecimal<S: Serializer>(octets: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{octets:x}"))
}
