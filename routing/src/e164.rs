//! International public telecommunication numbers (ITU-T E.164, for mobiles E.213) and their
//! `tel:` form (RFC 3966).

use std::fmt::{self, Write};
use std::str::FromStr;

use codecs::number::{Digits, DigitsError};

/// A global number: country code and national significant number, 1–15 decimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct E164(Digits);

impl E164 {
    /// The longest number (`E.164 §6.1`).
    pub const MAX_DIGITS: usize = 15;

    /// Checks the digits of a global number, country code first.
    ///
    /// # Errors
    /// [`E164Error`] if there is none, more than 15, or one that is not 0–9.
    pub fn new(digits: Digits) -> Result<Self, E164Error> {
        if digits.is_empty() {
            return Err(E164Error::Empty);
        }
        if digits.len() > Self::MAX_DIGITS {
            return Err(E164Error::TooLong(digits.len()));
        }
        match digits.signals().find(|&signal| signal > 9) {
            Some(signal) => Err(E164Error::NotDecimal(signal)),
            None => Ok(Self(digits)),
        }
    }

    /// The digits, country code first.
    pub fn digits(&self) -> &Digits {
        &self.0
    }

    /// The number as a URI, `tel:+491715407090` (`RFC 3966 §3`).
    pub fn tel_uri(&self) -> String {
        let mut uri = String::with_capacity("tel:+".len() + Self::MAX_DIGITS);
        uri.push_str("tel:+");
        // Writing into memory does not fail.
        let _ = write!(uri, "{}", self.0);
        uri
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

impl FromStr for E164 {
    type Err = E164Error;

    /// Reads `+` and digits, with or without visual separators.
    fn from_str(text: &str) -> Result<Self, E164Error> {
        let digits = text.strip_prefix('+').ok_or(E164Error::NotGlobal)?;
        Self::new(digits.parse()?)
    }
}

/// Why digits are not a global number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum E164Error {
    /// No digits at all.
    #[error("no digits")]
    Empty,
    /// More than 15 digits.
    #[error("{0} digits, at most 15 are allowed (E.164 §6.1)")]
    TooLong(usize),
    /// An address signal other than 0–9.
    #[error("address signal {0:X} is not a decimal digit (E.164 §6.1)")]
    NotDecimal(u8),
    /// A text that does not begin with `+`.
    #[error("a global number begins with + (RFC 3966 §5.1.4)")]
    NotGlobal,
    /// A text with other characters than digits.
    #[error(transparent)]
    Digits(#[from] DigitsError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_and_its_uri() {
        let number: E164 = "+49 171 5407090".parse().unwrap();
        assert_eq!(number.tel_uri(), "tel:+491715407090");
    }

    #[test]
    fn what_is_no_global_number() {
        assert_eq!("49171".parse::<E164>(), Err(E164Error::NotGlobal));
        assert_eq!("+".parse::<E164>(), Err(E164Error::Empty));
        assert_eq!(
            "+1234567890123456".parse::<E164>(),
            Err(E164Error::TooLong(16))
        );
        assert_eq!("+49A".parse::<E164>(), Err(E164Error::NotDecimal(10)));
        assert!("+49x".parse::<E164>().is_err());
    }
}
