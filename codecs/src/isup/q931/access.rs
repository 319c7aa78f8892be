//! Access transport: information elements that one terminal sends another (`Q.763 §3.3`,
//! `Q.931 §4.5.1`–`§4.5.4`).

use serde::{Serialize, Serializer};

use crate::code_point::code_points;
use crate::isup::call_indicators::{bit, bits};
use crate::isup::wire::Field;
use crate::isup::{Contents, TooLong};

code_points! {
    /// Identifier of an information element; the names are those of codeset 0 (`Q.931 table 4-3`). One
    /// with the highest bit set is the whole element.
    ElementIdentifier: 8 bits, "other" {
        BEARER_CAPABILITY = 0x04, "bearer capability";
        CAUSE = 0x08, "cause";
        FACILITY = 0x1C, "facility";
        PROGRESS_INDICATOR = 0x1E, "progress indicator";
        NETWORK_SPECIFIC_FACILITIES = 0x20, "network-specific facilities";
        NOTIFICATION_INDICATOR = 0x27, "notification indicator";
        DISPLAY = 0x28, "display";
        DATE_TIME = 0x29, "date/time";
        KEYPAD_FACILITY = 0x2C, "keypad facility";
        SIGNAL = 0x34, "signal";
        CONNECTED_NUMBER = 0x4C, "connected number";
        CONNECTED_SUBADDRESS = 0x4D, "connected subaddress";
        CALLING_NUMBER = 0x6C, "calling party number";
        CALLING_SUBADDRESS = 0x6D, "calling party subaddress";
        CALLED_NUMBER = 0x70, "called party number";
        CALLED_SUBADDRESS = 0x71, "called party subaddress";
        TRANSIT_NETWORK_SELECTION = 0x78, "transit network selection";
        LOW_LAYER_COMPATIBILITY = 0x7C, "low layer compatibility";
        HIGH_LAYER_COMPATIBILITY = 0x7D, "high layer compatibility";
        USER_USER = 0x7E, "user-user";
        MORE_DATA = 0xA0, "more data";
        SENDING_COMPLETE = 0xA1, "sending complete";
    }
}

/// One information element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InformationElement<'a> {
    /// The codeset it is of, 0–7, as the shifts before it say (`Q.931 §4.5.2`).
    pub codeset: u8,
    /// What it is.
    pub identifier: ElementIdentifier,
    /// What it says, without identifier and length; nothing of an element of one octet.
    pub contents: &'a [u8],
}

impl Serialize for InformationElement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            codeset: u8,
            identifier: ElementIdentifier,
            octets: Contents,
        }
        Shown {
            codeset: self.codeset,
            identifier: self.identifier,
            octets: Contents::new(self.contents).unwrap_or_default(),
        }
        .serialize(serializer)
    }
}

/// Access transport (`Q.763 §3.3`): information elements, one after another, none of them cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessTransport(Contents);

/// Octets that are no information elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotElements {
    /// The last element ends early.
    #[error("the information element at octet {offset} is longer than what is left")]
    CutOff {
        /// Where it begins.
        offset: usize,
    },
    /// More than a parameter holds.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

impl TryFrom<&[u8]> for AccessTransport {
    type Error = NotElements;

    fn try_from(octets: &[u8]) -> Result<Self, NotElements> {
        let mut elements = Elements::of(octets);
        for _ in elements.by_ref() {}
        if !elements.rest.is_empty() {
            let offset = octets.len() - elements.rest.len();
            return Err(NotElements::CutOff { offset });
        }
        Ok(Self(Contents::new(octets)?))
    }
}

impl AccessTransport {
    /// The elements in order, without the shifts.
    pub fn elements(&self) -> impl Iterator<Item = InformationElement<'_>> {
        Elements::of(&self.0)
    }

    /// Their octets, with the shifts.
    pub fn octets(&self) -> &[u8] {
        &self.0
    }
}

/// As a list of elements.
impl Serialize for AccessTransport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.elements())
    }
}

impl Field for AccessTransport {
    const NAME: &'static str = "access transport";
    const CLAUSE: &'static str = "Q.763 §3.3";

    fn read(contents: &[u8]) -> Option<Self> {
        Self::try_from(contents).ok()
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn is_exact(&self, _: &[u8]) -> bool {
        true
    }
}

/// Walks through elements up to the first that is cut off.
struct Elements<'a> {
    rest: &'a [u8],
    /// The codeset a locking shift chose.
    locked: u8,
    /// The codeset of the next element alone.
    once: Option<u8>,
}

impl<'a> Elements<'a> {
    fn of(rest: &'a [u8]) -> Self {
        Self {
            rest,
            locked: 0,
            once: None,
        }
    }

    /// Reads a shift (`Q.931 §4.5.3`, `§4.5.4`): 1 001, then whether it holds for one element, and
    /// the codeset.
    fn shift(&mut self, octet: u8) -> bool {
        let is_shift = bits(octet, 4, 4) == 0b1001;
        if is_shift {
            let codeset = bits(octet, 0, 3);
            match bit(octet, 3) {
                true => self.once = Some(codeset),
                false => self.locked = codeset,
            }
        }
        is_shift
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = InformationElement<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (&octet, tail) = self.rest.split_first()?;
            if self.shift(octet) {
                self.rest = tail;
                continue;
            }
            let (contents, tail) = match bit(octet, 7) {
                true => (&[][..], tail),
                false => {
                    let (&length, tail) = tail.split_first()?;
                    tail.split_at_checked(usize::from(length))?
                }
            };
            self.rest = tail;
            return Some(InformationElement {
                codeset: self.once.take().unwrap_or(self.locked),
                identifier: ElementIdentifier(octet),
                contents,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(codeset: u8, identifier: u8, contents: &[u8]) -> InformationElement<'_> {
        InformationElement {
            codeset,
            identifier: ElementIdentifier(identifier),
            contents,
        }
    }

    #[test]
    fn elements_are_told_apart() {
        let octets = [0x1E, 2, 0x81, 0x88, 0xA1, 0x7D, 2, 0x91, 0x81];
        let transport = AccessTransport::try_from(&octets[..]).unwrap();
        let elements: Vec<_> = transport.elements().collect();
        let expected = [
            element(0, 0x1E, &[0x81, 0x88]),
            element(0, 0xA1, &[]),
            element(0, 0x7D, &[0x91, 0x81]),
        ];
        assert_eq!(elements, expected);
        assert_eq!(elements[1].identifier, ElementIdentifier::SENDING_COMPLETE);
    }

    #[test]
    fn shifts_choose_the_codeset_of_one_element_or_of_all_that_follow() {
        let octets = [0x9E, 1, 0, 2, 0, 0x95, 3, 0, 0x9F, 0xB1, 4, 0];
        let transport = AccessTransport::try_from(&octets[..]).unwrap();
        let elements: Vec<_> = transport.elements().collect();
        let expected = [
            element(6, 1, &[]),
            element(0, 2, &[]),
            element(5, 3, &[]),
            element(7, 0xB1, &[]),
            element(5, 4, &[]),
        ];
        assert_eq!(elements, expected);
    }

    #[test]
    fn an_element_that_is_cut_off_is_refused() {
        for (octets, offset) in [(&[0x1E][..], 0), (&[0xA1, 0x1E, 2, 1], 1)] {
            let refused = AccessTransport::try_from(octets);
            assert_eq!(refused, Err(NotElements::CutOff { offset }));
        }
    }
}
