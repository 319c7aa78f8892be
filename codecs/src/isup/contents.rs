//! Octets of a parameter whose inner format is kept as it is; one length octet counts them (`Q.763 §1.6`, `§1.7`).

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};
use smallvec::SmallVec;

use super::TooLong;

/// At most `MAX` octets (255 unless said otherwise); short ones are held inline.
#[derive(Clone, PartialEq, Eq, Default, Hash)]
pub struct Contents<const MAX: usize = 255>(SmallVec<[u8; 32]>);

impl<const MAX: usize> Contents<MAX> {
    /// A copy of `octets`.
    ///
    /// # Errors
    /// [`TooLong`] if there are more than `MAX`.
    pub fn new(octets: &[u8]) -> Result<Self, TooLong> {
        if octets.len() > MAX {
            return Err(TooLong {
                length: octets.len(),
                max: MAX,
            });
        }
        Ok(Self(SmallVec::from_slice(octets)))
    }
}

impl<const MAX: usize> Deref for Contents<MAX> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<&[u8]> for Contents<MAX> {
    type Error = TooLong;

    fn try_from(octets: &[u8]) -> Result<Self, TooLong> {
        Self::new(octets)
    }
}

impl<const N: usize, const MAX: usize> From<[u8; N]> for Contents<MAX> {
    /// Octets whose number is known to fit when compiled.
    fn from(octets: [u8; N]) -> Self {
        const { assert!(N <= MAX) };
        Self(SmallVec::from_slice(&octets))
    }
}

/// In hexadecimal.
impl<const MAX: usize> Serialize for Contents<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

impl<const MAX: usize> fmt::Debug for Contents<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}
