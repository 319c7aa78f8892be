//! Code points: numbers of a few bits to most of which a standard gives a name. They are open: a
//! number without a name is kept as it is.

use serde::Serialize;

/// A number that does not fit into the bits a field has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{value} is more than {max}, the most this field holds")]
pub struct OutOfRange {
    /// The number.
    pub value: u32,
    /// The largest one that fits.
    pub max: u32,
}

impl OutOfRange {
    /// `value`, if it is at most `max`.
    pub(crate) fn check(value: u32, max: u32) -> Result<u32, Self> {
        if value > max {
            return Err(Self { value, max });
        }
        Ok(value)
    }
}

/// A value that stands in some neighbouring bits of an octet.
pub(crate) trait Bits: Copy {
    /// How many bits it has, 1–8.
    const WIDTH: u32;

    /// The value of the [`Bits::WIDTH`] low bits of an octet.
    fn from_bits(octet: u8) -> Self;

    /// The bits of the value.
    fn bits(self) -> u8;

    /// The value that stands from bit `first` of an octet upwards.
    #[inline]
    fn from_octet(octet: u8, first: u32) -> Self {
        Self::from_bits(octet >> first)
    }

    /// Its bits from bit `first` of an octet upwards.
    #[inline]
    fn in_octet(self, first: u32) -> u8 {
        self.bits() << first
    }
}

impl Bits for bool {
    const WIDTH: u32 = 1;

    fn from_bits(octet: u8) -> Self {
        octet & 1 == 1
    }

    fn bits(self) -> u8 {
        u8::from(self)
    }
}

/// A number of `BITS` bits (1–8) whose values have no names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct Uint<const BITS: u32>(u8);

impl<const BITS: u32> Uint<BITS> {
    /// The number.
    pub const fn value(self) -> u8 {
        self.0
    }
}

impl<const BITS: u32> TryFrom<u8> for Uint<BITS> {
    type Error = OutOfRange;

    fn try_from(value: u8) -> Result<Self, OutOfRange> {
        OutOfRange::check(u32::from(value), (1 << BITS) - 1).map(|_| Self(value))
    }
}

impl<const BITS: u32> Bits for Uint<BITS> {
    const WIDTH: u32 = BITS;

    fn from_bits(octet: u8) -> Self {
        Self(octet & u8::MAX >> (8 - BITS))
    }

    fn bits(self) -> u8 {
        self.0
    }
}

/// A number of 24 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct Uint24(u32);

impl Uint24 {
    /// The number.
    pub const fn value(self) -> u32 {
        self.0
    }

    pub(crate) fn from_be_bytes([high, middle, low]: [u8; 3]) -> Self {
        Self(u32::from_be_bytes([0, high, middle, low]))
    }

    pub(crate) fn to_be_bytes(self) -> [u8; 3] {
        let [_, high, middle, low] = self.0.to_be_bytes();
        [high, middle, low]
    }
}

impl TryFrom<u32> for Uint24 {
    type Error = OutOfRange;

    fn try_from(value: u32) -> Result<Self, OutOfRange> {
        OutOfRange::check(value, 0xFF_FFFF).map(Self)
    }
}

/// How a code point is serialised.
#[derive(Serialize)]
pub(crate) struct Named<N> {
    pub(crate) value: N,
    pub(crate) name: &'static str,
}

/// Declares code point types: how many bits they have, what the numbers without a name are called,
/// and the numbers that have one. A type of 8 bits may be made of any octet; a narrower one is made
/// of a number that fits, or is one of the named.
macro_rules! code_points {
    ($(
        $(#[$doc:meta])*
        $type:ident: $width:tt bits, $else:literal {
            $($constant:ident = $value:literal, $name:literal;)*
        }
    )*) => {$(
        $crate::code_point::code_points!(@type $width $(#[$doc])* $type);

        impl $type {
            $(
                #[doc = concat!($value, ": ", $name, ".")]
                pub const $constant: Self = {
                    assert!($value < 1_u32 << $width);
                    Self($value)
                };
            )*

            /// The number.
            pub const fn value(self) -> u8 {
                self.0
            }

            /// Whether the standard gives the number a name.
            #[allow(clippy::manual_range_patterns)] // of some types the numbers are a range
            pub const fn is_named(self) -> bool {
                matches!(self.0, $($value)|*)
            }

            #[doc = concat!("The name in the standard, or \"", $else, "\".")]
            pub const fn name(self) -> &'static str {
                match self.0 {
                    $($value => $name,)*
                    _ => $else,
                }
            }
        }

        impl TryFrom<u8> for $type {
            type Error = $crate::code_point::OutOfRange;

            fn try_from(value: u8) -> Result<Self, Self::Error> {
                $crate::code_point::OutOfRange::check(u32::from(value), (1 << $width) - 1)?;
                Ok(Self(value))
            }
        }

        impl $crate::code_point::Bits for $type {
            const WIDTH: u32 = $width;

            fn from_bits(octet: u8) -> Self {
                Self(octet & u8::MAX >> (8 - $width))
            }

            fn bits(self) -> u8 {
                self.0
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let (value, name) = (self.0, self.name());
                serde::Serialize::serialize(&$crate::code_point::Named { value, name }, serializer)
            }
        }
    )*};
    (@type 8 $(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $type(pub u8);
    };
    (@type $width:tt $(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $type(u8);
    };
}

pub(crate) use code_points;

#[cfg(test)]
mod tests {
    use super::Uint;
    use crate::number::NumberingPlan;

    #[test]
    fn a_number_without_a_name_is_kept_and_one_too_large_refused() {
        assert_eq!(NumberingPlan::try_from(1), Ok(NumberingPlan::E164));
        let spare = NumberingPlan::try_from(7).unwrap();
        assert_eq!((spare.value(), spare.name()), (7, "spare or national use"));
        let refused = NumberingPlan::try_from(8).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "8 is more than 7, the most this field holds"
        );
        assert!(Uint::<8>::try_from(255).is_ok() && Uint::<5>::try_from(32).is_err());
    }
}
