//! Telephone numbers as every protocol here carries them: digits, nature of address, numbering plan.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::code_point::code_points;

/// Address signals of a number: 0–9 and the codes A–F (`Q.763 §3.9`: B = code 11, C = code 12,
/// F = ST, end of pulsing). At most [`Digits::MAX`], held inline, packed as on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digits {
    len: u8,
    /// Two signals to an octet, the first in bits 1–4; what is beyond the last is 0.
    packed: [u8; Digits::MAX / 2],
}

impl Digits {
    /// The longest number kept. E.164 allows 15 digits; routing prefixes and ST come on top.
    pub const MAX: usize = 32;

    /// No digits.
    pub const EMPTY: Self = Self {
        len: 0,
        packed: [0; Self::MAX / 2],
    };

    /// Appends one address signal (0–15).
    ///
    /// # Errors
    /// [`DigitsError`] for a value over 15 or a number that would exceed [`Digits::MAX`].
    pub fn push(&mut self, signal: u8) -> Result<(), DigitsError> {
        if signal > 15 {
            return Err(DigitsError::NotADigit(signal as char));
        }
        let octet = self
            .packed
            .get_mut(usize::from(self.len / 2))
            .ok_or(DigitsError::TooLong)?;
        *octet |= signal << half(self.len);
        self.len += 1;
        Ok(())
    }

    /// The address signals, each 0–15, first dialled first.
    pub fn signals(&self) -> impl DoubleEndedIterator<Item = u8> + Clone {
        (0..self.len).map(|at| self.packed[usize::from(at / 2)] >> half(at) & 0xF)
    }

    /// How many address signals there are.
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Whether there is no address signal.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the number begins with `prefix`.
    pub fn starts_with(&self, prefix: &Digits) -> bool {
        self.first(prefix.len()) == *prefix
    }

    /// The number without its first `count` signals (empty if there are fewer).
    #[must_use]
    pub fn skip(&self, count: usize) -> Self {
        let mut rest = Self::EMPTY;
        for signal in self.signals().skip(count) {
            // There are no more of them than here.
            let _ = rest.push(signal);
        }
        rest
    }

    /// The first `count` signals, or all if there are fewer.
    fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        Self::from_packed(&self.packed[..count.div_ceil(2)], count % 2 == 1).unwrap_or_default()
    }

    /// `self` followed by `tail`.
    ///
    /// # Errors
    /// [`DigitsError::TooLong`] if the two together exceed [`Digits::MAX`].
    pub fn join(&self, tail: &Digits) -> Result<Self, DigitsError> {
        let mut joined = *self;
        tail.signals().try_for_each(|signal| joined.push(signal))?;
        Ok(joined)
    }

    /// Reads address signals packed two to an octet, the first in bits 1–4 (`Q.763 §3.9 f)`); of an
    /// odd number the last half octet is filler. `None` if there are more than [`Digits::MAX`].
    #[inline]
    pub(crate) fn from_packed(octets: &[u8], odd: bool) -> Option<Self> {
        let len = (2 * octets.len()).saturating_sub(usize::from(odd));
        let len = u8::try_from(len)
            .ok()
            .filter(|_| octets.len() <= Self::MAX / 2)?;
        let (low, high) = octets.split_at(octets.len().min(8));
        let signals = u128::from(word(low)) | u128::from(word(high)) << 64;
        let filler = if odd { 0xF << (4 * len) } else { 0 };
        Some(Self {
            len,
            packed: u128::to_le_bytes(signals & !filler),
        })
    }

    /// The address signals packed two to an octet; the filler of an odd number is 0.
    #[inline]
    pub(crate) fn packed(&self) -> &[u8] {
        &self.packed[..self.len().div_ceil(2)]
    }

    /// The number without a trailing ST (code F), and whether there was one.
    #[must_use]
    pub fn without_st(&self) -> (Self, bool) {
        match self.signals().next_back() {
            Some(0xF) => (self.first(self.len() - 1), true),
            _ => (*self, false),
        }
    }
}

/// Up to eight octets, the first one lowest.
fn word(octets: &[u8]) -> u64 {
    let append = |word, &octet: &u8| word << 8 | u64::from(octet);
    octets.iter().rev().fold(0, append)
}

/// Where in its octet a signal stands.
fn half(at: u8) -> u8 {
    at % 2 * 4
}

impl Default for Digits {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl FromStr for Digits {
    type Err = DigitsError;

    /// Reads `0`–`9` and `A`–`F`; visual separators `-`, `.`, ` `, `(`, `)` are skipped.
    fn from_str(text: &str) -> Result<Self, DigitsError> {
        let mut digits = Self::EMPTY;
        for c in text
            .chars()
            .filter(|c| !matches!(c, '-' | '.' | ' ' | '(' | ')'))
        {
            let signal = c.to_digit(16).ok_or(DigitsError::NotADigit(c))?;
            digits.push(u8::try_from(signal).map_err(|_| DigitsError::NotADigit(c))?)?;
        }
        Ok(digits)
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; Self::MAX];
        for (character, signal) in text.iter_mut().zip(self.signals()) {
            *character = b"0123456789ABCDEF"[usize::from(signal)];
        }
        f.write_str(std::str::from_utf8(&text[..self.len()]).unwrap_or_default())
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// As text.
impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigitsError {
    /// A character that is no address signal.
    #[error("{0:?} is not a digit (0-9, A-F)")]
    NotADigit(char),
    /// More than [`Digits::MAX`] address signals.
    #[error("a number has at most {max} digits", max = Digits::MAX)]
    TooLong,
}

code_points! {
    /// Nature of address indicator (`Q.763 §3.9 b)`).
    NatureOfAddress: 7 bits, "spare or national use" {
        SPARE = 0, "spare";
        SUBSCRIBER = 1, "subscriber number";
        UNKNOWN = 2, "unknown";
        NATIONAL = 3, "national (significant) number";
        INTERNATIONAL = 4, "international number";
        NETWORK_SPECIFIC = 5, "network-specific number";
        ROUTING_NATIONAL = 6, "network routing number in national (significant) number format";
        ROUTING_NETWORK_SPECIFIC = 7, "network routing number in network-specific number format";
        ROUTING_WITH_CALLED = 8, "network routing number concatenated with called directory number";
    }

    /// Numbering plan indicator (`Q.763 §3.9 d)`).
    NumberingPlan: 3 bits, "spare or national use" {
        SPARE = 0, "spare";
        E164 = 1, "ISDN (telephony) numbering plan (E.164)";
        X121 = 3, "data numbering plan (X.121)";
        F69 = 4, "telex numbering plan (F.69)";
        PRIVATE = 5, "private numbering plan";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_without_separators() {
        let digits: Digits = "+49 171-5407090".trim_start_matches('+').parse().unwrap();
        assert_eq!(digits.to_string(), "491715407090");
        assert_eq!(digits.len(), 12);
    }

    #[test]
    fn a_letter_beyond_f_and_a_33rd_digit_are_refused() {
        assert_eq!("12G".parse::<Digits>(), Err(DigitsError::NotADigit('G')));
        assert_eq!("1".repeat(33).parse::<Digits>(), Err(DigitsError::TooLong));
    }

    #[test]
    fn st_is_taken_off_the_end_only() {
        let digits: Digits = "1F2F".parse().unwrap();
        assert_eq!(digits.without_st(), ("1F2".parse().unwrap(), true));
    }

    #[test]
    fn skip_and_join_are_inverse() {
        let number: Digits = "4972195".parse().unwrap();
        let head: Digits = "49".parse().unwrap();
        assert!(number.starts_with(&head));
        assert_eq!(head.join(&number.skip(2)), Ok(number));
    }
}
