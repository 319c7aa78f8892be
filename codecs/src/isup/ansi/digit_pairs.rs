//! Digits of a number whose length is fixed.

use serde::{Serialize, Serializer};

use crate::number::Digits;

/// A fixed number of digits, two an octet; of one less the last half octet is filler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DigitPairs<const OCTETS: usize>(pub(super) [u8; OCTETS]);

impl<const OCTETS: usize> DigitPairs<OCTETS> {
    /// The digits, with the filler.
    pub fn digits(self) -> Digits {
        Digits::from_packed(&self.0, false).unwrap_or_default()
    }
}

/// A number that has not as many digits as there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this number has {expected} digits or one less")]
pub struct WrongLength {
    /// How many digits there may be at most.
    pub expected: usize,
}

impl<const OCTETS: usize> TryFrom<Digits> for DigitPairs<OCTETS> {
    type Error = WrongLength;

    fn try_from(digits: Digits) -> Result<Self, WrongLength> {
        let octets = digits.packed().try_into().map_err(|_| WrongLength {
            expected: 2 * OCTETS,
        })?;
        Ok(Self(octets))
    }
}

impl<const OCTETS: usize> Serialize for DigitPairs<OCTETS> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_a_fixed_number_are_checked() {
        let digits = |text: &str| text.parse::<Digits>().unwrap();
        let carrier = DigitPairs::<2>::try_from(digits("288")).unwrap();
        assert_eq!(carrier.0, [0x82, 0x08]);
        assert_eq!(carrier.digits(), digits("2880"));
        assert!(DigitPairs::<2>::try_from(digits("28888")).is_err());
        assert!(DigitPairs::<3>::try_from(digits("2125")).is_err());
    }
}
