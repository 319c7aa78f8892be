//! What every user of the message transfer part speaks in: point codes and the MTP-TRANSFER
//! primitive (ITU-T Q.701 §8, Q.704 §2).

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use serde::{Serialize, Serializer};

/// A signalling point code (`Q.704 §2.2`): 14 bits in ITU-T networks, up to 24 elsewhere.
///
/// Read and written in the ITU-T form of 3, 8 and 3 bits, `2-100-3`; a plain number is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PointCode(pub u32);

impl PointCode {
    /// The largest ITU-T point code, 7-255-7.
    pub const MAX_ITU: Self = Self(0x3FFF);
}

impl fmt::Display for PointCode {
    /// `zone-network-point`; a code of more than 14 bits as a plain number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self > Self::MAX_ITU {
            return write!(f, "{}", self.0);
        }
        let Self(code) = self;
        write!(f, "{}-{}-{}", code >> 11, code >> 3 & 0xFF, code & 7)
    }
}

impl FromStr for PointCode {
    type Err = PointCodeError;

    fn from_str(text: &str) -> Result<Self, PointCodeError> {
        let refuse = || PointCodeError(text.to_owned());
        let parts: Vec<u32> = text
            .split('-')
            .map(|part| part.parse().map_err(|_| refuse()))
            .collect::<Result<_, _>>()?;
        match parts[..] {
            [code] if Self(code) <= Self::MAX_ITU => Ok(Self(code)),
            [zone @ 0..=7, network @ 0..=255, point @ 0..=7] => {
                Ok(Self(zone << 11 | network << 3 | point))
            }
            _ => Err(refuse()),
        }
    }
}

/// A text that is no ITU-T point code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a point code: expected 3-8-3 form such as 2-100-3, or a number up to 16383")]
pub struct PointCodeError(String);

/// Network indicator (`Q.704 §14.2.2`), 2 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct NetworkIndicator(pub u8);

impl NetworkIndicator {
    /// International network.
    pub const INTERNATIONAL: Self = Self(0);
    /// Spare for international use.
    pub const INTERNATIONAL_SPARE: Self = Self(1);
    /// National network.
    pub const NATIONAL: Self = Self(2);
    /// Reserved for national use.
    pub const NATIONAL_SPARE: Self = Self(3);
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

impl Serialize for PointCode {
    /// As text, see [`fmt::Display`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Octets as text.
pub(crate) fn hexadecimal<S: Serializer>(octets: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{octets:x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point_codes_read_and_write_in_3_8_3() {
        assert_eq!("2-100-3".parse(), Ok(PointCode(4899)));
        assert_eq!("4899".parse(), Ok(PointCode(4899)));
        assert_eq!(PointCode(4899).to_string(), "2-100-3");
        assert_eq!("7-255-7".parse(), Ok(PointCode::MAX_ITU));
        assert_eq!(PointCode(0x12_3456).to_string(), "1193046");
    }

    #[test]
    fn what_is_no_point_code_is_refused() {
        for text in [
            "", "8-0-0", "0-256-0", "0-0-8", "1-2", "1-2-3-4", "16384", "a", "-1",
        ] {
            assert!(text.parse::<PointCode>().is_err(), "{text}");
        }
    }
}
