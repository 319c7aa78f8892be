//! Texts of ANSI T1.113.3: names of parties, of circuits and of places.

use std::fmt;

use serde::{Serialize, Serializer};

use super::T1_113;
use crate::code_point::{Bits, code_points};
use crate::isup::call_indicators::{bit, flag};
use crate::isup::wire::Field;
use crate::isup::{Contents, TooLong};

code_points! {
    /// Type of a generic name.
    NameType: 3 bits, "spare" {
        CALLING = 1, "calling name";
        ORIGINAL_CALLED = 2, "original called name";
        REDIRECTING = 3, "redirecting name";
        CONNECTED = 4, "connected name";
    }

    /// Presentation of a generic name.
    NamePresentation: 2 bits, "spare" {
        ALLOWED = 0, "presentation allowed";
        RESTRICTED = 1, "presentation restricted";
        BLOCKING_TOGGLE = 2, "blocking toggle";
        NO_INDICATION = 3, "no indication";
    }
}

/// Characters of International Alphabet No. 5, at most `MAX`.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Ia5<const MAX: usize>(Contents<MAX>);

impl<const MAX: usize> Ia5<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn read(octets: &[u8]) -> Option<Self> {
        let contents = Contents::new(octets).ok()?;
        octets.is_ascii().then_some(Self(contents))
    }
}

/// A text that has other characters, or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotIa5 {
    /// Not of the alphabet.
    #[error("the text has characters that are not in International Alphabet No. 5")]
    Characters,
    /// Too many characters.
    #[error(transparent)]
    Length(#[from] TooLong),
}

impl<const MAX: usize> TryFrom<&str> for Ia5<MAX> {
    type Error = NotIa5;

    fn try_from(text: &str) -> Result<Self, NotIa5> {
        if !text.is_ascii() {
            return Err(NotIa5::Characters);
        }
        Ok(Self(Contents::new(text.as_bytes())?))
    }
}

impl<const MAX: usize> fmt::Debug for Ia5<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl<const MAX: usize> Serialize for Ia5<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Common language location identification: town, state, building and entity, 11 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct LocationIdentification(pub Ia5<11>);

impl Field for LocationIdentification {
    const NAME: &'static str = "common language location identification";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        Ia5::read(contents).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.0.write(out);
    }
}

/// Circuit identification name: trunk number and the locations of both ends, 26 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct CircuitName(pub Ia5<26>);

impl Field for CircuitName {
    const NAME: &'static str = "circuit identification name";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        Ia5::read(contents).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.0.write(out);
    }
}

/// Generic name: of a party of the call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct GenericName {
    /// Whose name it is.
    pub kind: NameType,
    /// The name is not available.
    pub not_available: bool,
    /// May it be shown.
    pub presentation: NamePresentation,
    /// The name.
    pub name: Ia5<15>,
}

impl Field for GenericName {
    const NAME: &'static str = "generic name";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, name) = contents.split_first()?;
        Some(Self {
            kind: NameType::from_octet(first, 5),
            not_available: bit(first, 4),
            presentation: NamePresentation::from_octet(first, 0),
            name: Ia5::read(name)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let flags = self.kind.in_octet(5) | flag(self.not_available, 4);
        out.push(flags | self.presentation.value());
        self.name.0.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_of_the_alphabet_and_short_enough() {
        assert!(Ia5::<5>::try_from("ALICE").is_ok());
        assert_eq!(Ia5::<5>::try_from("ALIÇE"), Err(NotIa5::Characters));
        let refused = Ia5::<4>::try_from("ALICE").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "5 octets do not fit into a parameter that holds 4"
        );
        assert_eq!(Ia5::<4>::read(&[0x80]), None);
    }
}
