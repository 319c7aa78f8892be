//! Networks, exchanges and their references: which network a call goes through, whose code or group
//! it is, which connection belongs to it (`Q.763 §3.8`, `§3.15`, `§3.17`, `§3.34`, `§3.40`, `§3.50`,
//! `§3.53`, `§3.69`).

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::Contents;
use super::call_indicators::{bit, flag};
use super::wire::Field;
use crate::code_point::{Bits, OutOfRange, Uint24, code_points};
use crate::mtp::{PointCode, PointCodeFormat};
use crate::number::Digits;

code_points! {
    /// Type of network identification (`Q.763 §3.53 b)`).
    NetworkType: 3 bits, "spare" {
        ITU_T = 0, "ITU-T standardized identification";
        NATIONAL = 2, "national network identification";
    }

    /// Network identification plan (`Q.763 §3.53 c)`): the names are those of an ITU-T standardized
    /// identification.
    NetworkPlan: 4 bits, "spare or national" {
        UNKNOWN = 0, "unknown";
        X121 = 3, "public data network identification code (X.121)";
        E212 = 6, "public land mobile network identification code (E.212)";
    }

    /// Look ahead for busy (`Q.763 §3.34 a)`).
    LookAhead: 2 bits, "spare" {
        ALLOWED = 0, "look ahead for busy allowed";
        PATH_RESERVED = 1, "path reserved";
        NOT_ALLOWED = 2, "look ahead for busy not allowed";
    }

    /// Precedence level (`Q.763 §3.34 b)`).
    PrecedenceLevel: 4 bits, "spare" {
        FLASH_OVERRIDE = 0, "flash override";
        FLASH = 1, "flash";
        IMMEDIATE = 2, "immediate";
        PRIORITY = 3, "priority";
        ROUTINE = 4, "routine";
    }

    /// Map type (`Q.763 §3.69 a)`).
    MapType: 6 bits, "spare" {
        PATH_1544 = 1, "1544 kbit/s digital path, 64 kbit/s base rate";
        PATH_2048 = 2, "2048 kbit/s digital path, 64 kbit/s base rate";
    }
}

/// Network identity (`Q.763 §3.15 a)`): four digits, of a country code and a network in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NetworkIdentity([u8; 2]);

impl fmt::Display for NetworkIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", u16::from_be_bytes(self.0))
    }
}

impl fmt::Debug for NetworkIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl FromStr for NetworkIdentity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        let digits = text.len() == 4 && text.bytes().all(|c| c.is_ascii_digit());
        let code = u16::from_str_radix(text, 16).ok().filter(|_| digits);
        code.map(|code| Self(code.to_be_bytes()))
            .ok_or(NotAnIdentity)
    }
}

/// A text that is no network identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a network identity has four digits")]
pub struct NotAnIdentity;

impl Serialize for NetworkIdentity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A point code as a parameter (`Q.763 §3.50`), 14 bits; origination ISC point code (`§3.40`) has the
/// same format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignallingPointCode(PointCode);

/// A point code of ANSI T1.113 within a parameter, 24 bits: network, cluster, member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnsiPointCode(PointCode);

/// A point code within a parameter.
pub(super) trait PointCodeOctets: Copy {
    /// Reads it from the front.
    fn split(octets: &[u8]) -> Option<(Self, &[u8])>;

    /// Appends it, least significant octet first.
    fn append(self, out: &mut Vec<u8>);
}

macro_rules! point_codes {
    ($($type:ident, $octets:literal, $mask:literal, $format:ident;)*) => {$(
        impl $type {
            /// The point code.
            pub fn value(self) -> PointCode {
                self.0
            }
        }

        impl TryFrom<PointCode> for $type {
            type Error = OutOfRange;

            fn try_from(code: PointCode) -> Result<Self, OutOfRange> {
                OutOfRange::check(code.value(), $mask).map(|_| Self(code))
            }
        }

        /// In three parts.
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&PointCodeFormat::$format.write(self.0))
            }
        }

        impl PointCodeOctets for $type {
            fn split(octets: &[u8]) -> Option<(Self, &[u8])> {
                let (code, rest) = octets.split_at_checked($octets)?;
                let mut octets = [0; 4];
                octets[..$octets].copy_from_slice(code);
                let code = PointCode::try_from(u32::from_le_bytes(octets) & $mask).ok()?;
                Some((Self(code), rest))
            }

            fn append(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0.value().to_le_bytes()[..$octets]);
            }
        }
    )*};
}

point_codes! {
    SignallingPointCode, 2, 0x3FFF, ITU;
    AnsiPointCode, 3, 0xFF_FFFF, ANSI;
}

impl Field for SignallingPointCode {
    const NAME: &'static str = "signalling point code";
    const CLAUSE: &'static str = "Q.763 §3.50";

    fn read(contents: &[u8]) -> Option<Self> {
        Self::split(contents).map(|(code, _)| code)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.append(out);
    }
}

/// Call reference (`Q.763 §3.8`): identifies a call within an exchange. ANSI's has a longer point
/// code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CallReference<P = SignallingPointCode> {
    /// Call identity.
    pub identity: Uint24,
    /// The exchange.
    pub point_code: P,
}

impl<P: PointCodeOctets> Field for CallReference<P> {
    const NAME: &'static str = "call reference";
    const CLAUSE: &'static str = "Q.763 §3.8";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&identity, rest) = contents.split_first_chunk()?;
        Some(Self {
            identity: Uint24::from_be_bytes(identity),
            point_code: P::split(rest)?.0,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.identity.to_be_bytes());
        self.point_code.append(out);
    }
}

/// Connection request (`Q.763 §3.17`): of a connection of the SCCP that belongs to the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ConnectionRequest<P = SignallingPointCode> {
    /// Local reference.
    pub local_reference: Uint24,
    /// The exchange.
    pub point_code: P,
    /// Protocol class.
    pub protocol_class: u8,
    /// Credit; of protocol class 2 it may be missing.
    pub credit: Option<u8>,
}

impl<P: PointCodeOctets> Field for ConnectionRequest<P> {
    const NAME: &'static str = "connection request";
    const CLAUSE: &'static str = "Q.763 §3.17";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&reference, rest) = contents.split_first_chunk()?;
        let (point_code, rest) = P::split(rest)?;
        let (&protocol_class, rest) = rest.split_first()?;
        Some(Self {
            local_reference: Uint24::from_be_bytes(reference),
            point_code,
            protocol_class,
            credit: rest.first().copied(),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.local_reference.to_be_bytes());
        self.point_code.append(out);
        out.push(self.protocol_class);
        out.extend(self.credit);
    }
}

/// Closed user group interlock code (`Q.763 §3.15`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ClosedUserGroup {
    /// The network that gave the code.
    pub network: NetworkIdentity,
    /// The group within it.
    pub code: u16,
}

impl Field for ClosedUserGroup {
    const NAME: &'static str = "closed user group interlock code";
    const CLAUSE: &'static str = "Q.763 §3.15";

    fn read(contents: &[u8]) -> Option<Self> {
        let &[first, second, high, low] = contents.first_chunk()?;
        Some(Self {
            network: NetworkIdentity([first, second]),
            code: u16::from_be_bytes([high, low]),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.network.0);
        out.extend_from_slice(&self.code.to_be_bytes());
    }
}

/// MLPP precedence (`Q.763 §3.34`): multi-level precedence and preemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct MlppPrecedence {
    /// Look ahead for busy.
    pub look_ahead: LookAhead,
    /// How urgent the call is.
    pub level: PrecedenceLevel,
    /// The network that gave the service domain.
    pub network: NetworkIdentity,
    /// MLPP service domain.
    pub service_domain: Uint24,
}

impl Field for MlppPrecedence {
    const NAME: &'static str = "MLPP precedence";
    const CLAUSE: &'static str = "Q.763 §3.34";

    fn read(contents: &[u8]) -> Option<Self> {
        let &[octet, first, second, high, middle, low] = contents.first_chunk()?;
        Some(Self {
            look_ahead: LookAhead::from_octet(octet, 5),
            level: PrecedenceLevel::from_octet(octet, 0),
            network: NetworkIdentity([first, second]),
            service_domain: Uint24::from_be_bytes([high, middle, low]),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.look_ahead.in_octet(5) | self.level.in_octet(0));
        out.extend_from_slice(&self.network.0);
        out.extend_from_slice(&self.service_domain.to_be_bytes());
    }
}

/// Transit network selection (`Q.763 §3.53`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct TransitNetworkSelection {
    /// Who standardized the identification.
    pub network_type: NetworkType,
    /// Network identification plan.
    pub plan: NetworkPlan,
    /// Network identification.
    pub network: Digits,
}

impl Field for TransitNetworkSelection {
    const NAME: &'static str = "transit network selection";
    const CLAUSE: &'static str = "Q.763 §3.53";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, signals) = contents.split_first()?;
        Some(Self {
            network_type: NetworkType::from_octet(first, 4),
            plan: NetworkPlan::from_octet(first, 0),
            network: Digits::from_packed(signals, bit(first, 7))?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let odd = flag(self.network.len() % 2 == 1, 7);
        out.push(odd | self.network_type.in_octet(4) | self.plan.in_octet(0));
        out.extend_from_slice(self.network.packed());
    }
}

/// Circuit assignment map (`Q.763 §3.69`): which circuits of a digital path a call of several uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CircuitAssignmentMap {
    /// What the path is.
    pub map_type: MapType,
    /// One bit a circuit, the first one's in the least significant bit of the first octet.
    pub map: Contents<4>,
}

impl CircuitAssignmentMap {
    /// A map of the circuits of a path of 2048 kbit/s, counted from 1.
    ///
    /// # Errors
    /// [`OutOfRange`] for a circuit that such a path has not.
    pub fn of_2048(circuits: &[u8]) -> Result<Self, OutOfRange> {
        let mut map = 0_u32;
        for &circuit in circuits {
            let from_0 = u32::from(circuit).checked_sub(1).unwrap_or(u32::MAX);
            map |= 1 << OutOfRange::check(from_0, 30)?;
        }
        Ok(Self {
            map_type: MapType::PATH_2048,
            map: Contents::from(map.to_le_bytes()),
        })
    }

    /// Whether the circuit, counted from 1, is used.
    pub fn uses(&self, circuit: u8) -> bool {
        let Some(at) = circuit.checked_sub(1) else {
            return false;
        };
        let octet = self.map.get(usize::from(at / 8));
        octet.is_some_and(|&octet| bit(octet, u32::from(at % 8)))
    }
}

impl Field for CircuitAssignmentMap {
    const NAME: &'static str = "circuit assignment map";
    const CLAUSE: &'static str = "Q.763 §3.69";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, map) = contents.split_first()?;
        Some(Self {
            map_type: MapType::from_octet(first, 0),
            map: Contents::new(map).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.map_type.value());
        self.map.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_identity_has_four_digits() {
        let identity: NetworkIdentity = "0049".parse().unwrap();
        assert_eq!(
            (identity.0, identity.to_string()),
            ([0x00, 0x49], "0049".into())
        );
        for text in ["049", "00490", "004A", "+049", ""] {
            assert_eq!(
                text.parse::<NetworkIdentity>(),
                Err(NotAnIdentity),
                "{text}"
            );
        }
    }

    #[test]
    fn point_codes_that_are_too_long_are_refused() {
        assert!(SignallingPointCode::try_from(PointCode::new(0x3FFF)).is_ok());
        assert!(SignallingPointCode::try_from(PointCode::new(0x4000)).is_err());
        assert!(AnsiPointCode::try_from(PointCode::new(0x4000)).is_ok());
    }

    #[test]
    fn circuits_of_a_map_count_from_1() {
        let map = CircuitAssignmentMap::of_2048(&[1, 9, 31]).unwrap();
        assert_eq!(map.map[..], [1, 1, 0, 0x40]);
        let used: Vec<u8> = (0..=255).filter(|&circuit| map.uses(circuit)).collect();
        assert_eq!(used, [1, 9, 31]);
        assert!(CircuitAssignmentMap::of_2048(&[0]).is_err());
        assert!(CircuitAssignmentMap::of_2048(&[32]).is_err());
    }
}
