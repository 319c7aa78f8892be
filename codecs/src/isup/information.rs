//! What an information request asks for and an information message gives (`Q.763 §3.28`, `§3.29`).

use super::wire::Field;

/// Information request indicators (`Q.763 §3.29`), 16 bits, bit A the least significant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InformationRequestIndicators(pub u16);

impl InformationRequestIndicators {
    /// The calling party's address is requested.
    pub const CALLING_PARTY_ADDRESS: Self = Self(1);
    /// Holding is requested.
    pub const HOLDING: Self = Self(1 << 1);
    /// The calling party's category is requested.
    pub const CALLING_PARTY_CATEGORY: Self = Self(1 << 3);
    /// Charge information is requested.
    pub const CHARGE: Self = Self(1 << 4);
    /// Malicious call identification is requested.
    pub const MALICIOUS_CALL: Self = Self(1 << 7);

    /// Whether everything in `wanted` is requested.
    pub fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

/// Information indicators (`Q.763 §3.28`), 16 bits, bit A the least significant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InformationIndicators(pub u16);

impl InformationIndicators {
    /// The calling party's address is not available.
    pub const ADDRESS_NOT_AVAILABLE: Self = Self(1);
    /// The calling party's address is included.
    pub const ADDRESS_INCLUDED: Self = Self(3);
    /// Holding is provided.
    pub const HOLDING: Self = Self(1 << 2);
    /// The calling party's category is included.
    pub const CATEGORY_INCLUDED: Self = Self(1 << 5);
    /// Charge information is included.
    pub const CHARGE_INCLUDED: Self = Self(1 << 6);
    /// Nobody asked for the information.
    pub const UNSOLICITED: Self = Self(1 << 7);

    /// Whether everything in `wanted` is indicated.
    pub fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

/// Octet 1 holds the bits A–H, octet 2 the bits I–P.
macro_rules! indicators {
    ($type:ident, $name:literal, $clause:literal) => {
        impl Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = $clause;

            fn read(contents: &[u8]) -> Option<Self> {
                contents.first_chunk().map(|&o| Self(u16::from_le_bytes(o)))
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0.to_le_bytes());
            }
        }

        impl std::ops::BitOr for $type {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }
    };
}

indicators!(
    InformationRequestIndicators,
    "information request indicators",
    "Q.763 §3.29"
);
indicators!(
    InformationIndicators,
    "information indicators",
    "Q.763 §3.28"
);
