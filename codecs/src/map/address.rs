//! Numbers and identities in MAP: AddressString, ISDN-AddressString, IMSI (3GPP TS 29.002 §17.7.8).

use super::Malformed;
use super::ber::{self, Element, Tag};
use super::sequence::Value;
use crate::number::{Digits, NatureOfAddress, NumberingPlan};

/// Nature of address in an AddressString, 3 bits. Its values differ from those of ISUP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct AddressNature(u8);

impl AddressNature {
    /// Unknown.
    pub const UNKNOWN: Self = Self(0);
    /// International number: begins with the country code.
    pub const INTERNATIONAL: Self = Self(1);
    /// National significant number.
    pub const NATIONAL: Self = Self(2);
    /// Network-specific number.
    pub const NETWORK_SPECIFIC: Self = Self(3);
    /// Subscriber number: no area code.
    pub const SUBSCRIBER: Self = Self(4);
}

/// Numbering plan in an AddressString, 4 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct AddressPlan(u8);

impl AddressPlan {
    /// Unknown.
    pub const UNKNOWN: Self = Self(0);
    /// ISDN/telephony numbering plan, E.164.
    pub const E164: Self = Self(1);
    /// Data numbering plan, X.121.
    pub const X121: Self = Self(3);
    /// Telex numbering plan, F.69.
    pub const F69: Self = Self(4);
    /// Land mobile numbering plan, E.212.
    pub const E212: Self = Self(6);
    /// National numbering plan.
    pub const NATIONAL: Self = Self(8);
    /// Private numbering plan.
    pub const PRIVATE: Self = Self(9);
}

/// An AddressString: nature, plan and up to [`AddressString::MAX_DIGITS`] digits without ST.
///
/// The same type stands for ISDN-AddressString (16 digits) and FTN-AddressString (28 digits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct AddressString {
    nature: AddressNature,
    plan: AddressPlan,
    digits: Digits,
}

impl AddressString {
    /// The longest number made here: an ISDN-AddressString of 9 octets.
    pub const MAX_DIGITS: usize = 16;
    /// The longest number read: an FTN-AddressString of 15 octets.
    const MAX_READ: usize = 28;

    /// A number of any nature and plan.
    ///
    /// # Errors
    /// [`AddressError`] when there are more than [`Self::MAX_DIGITS`] digits, or one is ST (code F).
    pub fn new(
        nature: AddressNature,
        plan: AddressPlan,
        digits: Digits,
    ) -> Result<Self, AddressError> {
        if digits.len() > Self::MAX_DIGITS {
            return Err(AddressError::TooLong);
        }
        if digits.signals().any(|signal| signal == 0xF) {
            return Err(AddressError::St);
        }
        Ok(Self {
            nature,
            plan,
            digits,
        })
    }

    /// An international E.164 number, country code first.
    ///
    /// # Errors
    /// As [`AddressString::new`].
    pub fn international(digits: Digits) -> Result<Self, AddressError> {
        Self::new(AddressNature::INTERNATIONAL, AddressPlan::E164, digits)
    }

    /// A number as ISUP has it; natures and plans MAP has no code for become "unknown".
    ///
    /// # Errors
    /// As [`AddressString::new`].
    pub fn from_isup(
        nature: NatureOfAddress,
        plan: NumberingPlan,
        digits: Digits,
    ) -> Result<Self, AddressError> {
        let nature = match nature {
            NatureOfAddress::INTERNATIONAL => AddressNature::INTERNATIONAL,
            NatureOfAddress::NATIONAL => AddressNature::NATIONAL,
            NatureOfAddress::NETWORK_SPECIFIC => AddressNature::NETWORK_SPECIFIC,
            NatureOfAddress::SUBSCRIBER => AddressNature::SUBSCRIBER,
            _ => AddressNature::UNKNOWN,
        };
        let plan = match plan {
            NumberingPlan::E164 => AddressPlan::E164,
            NumberingPlan::X121 => AddressPlan::X121,
            NumberingPlan::F69 => AddressPlan::F69,
            NumberingPlan::PRIVATE => AddressPlan::PRIVATE,
            _ => AddressPlan::UNKNOWN,
        };
        Self::new(nature, plan, digits)
    }

    /// The nature of address.
    pub fn nature(&self) -> AddressNature {
        self.nature
    }

    /// The numbering plan.
    pub fn plan(&self) -> AddressPlan {
        self.plan
    }

    /// The digits.
    pub fn digits(&self) -> Digits {
        self.digits
    }

    /// Whether this is an international E.164 number.
    pub fn is_international(&self) -> bool {
        self.nature == AddressNature::INTERNATIONAL && self.plan == AddressPlan::E164
    }

    /// The nature of address as ISUP codes it; what ISUP has no code for becomes "unknown".
    pub fn isup_nature(&self) -> NatureOfAddress {
        match self.nature {
            AddressNature::INTERNATIONAL => NatureOfAddress::INTERNATIONAL,
            AddressNature::NATIONAL => NatureOfAddress::NATIONAL,
            AddressNature::NETWORK_SPECIFIC => NatureOfAddress::NETWORK_SPECIFIC,
            AddressNature::SUBSCRIBER => NatureOfAddress::SUBSCRIBER,
            _ => NatureOfAddress::UNKNOWN,
        }
    }
}

impl Value for AddressString {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        let (&first, signals) = element
            .primitive(name)?
            .split_first()
            .ok_or(Malformed::Value(name))?;
        let digits = read_tbcd(signals, name)?;
        if first & 0x80 == 0 || digits.len() > Self::MAX_READ {
            return Err(Malformed::Value(name));
        }
        Ok(Self {
            nature: AddressNature(first >> 4 & 0x7),
            plan: AddressPlan(first & 0xF),
            digits,
        })
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write(out, tag, false, |out| {
            out.push(0x80 | self.nature.0 << 4 | self.plan.0);
            write_tbcd(&self.digits, out);
        });
    }
}

/// Why a number cannot be an AddressString.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// More digits than the type holds.
    #[error("a number in MAP has at most {max} digits", max = AddressString::MAX_DIGITS)]
    TooLong,
    /// End of pulsing has no code in TBCD.
    #[error("a number in MAP cannot contain ST (F)")]
    St,
    /// An IMSI has 5 to 15 decimal digits.
    #[error("an IMSI has 5 to 15 decimal digits")]
    Imsi,
}

/// International Mobile Subscriber Identity: 5 to 15 decimal digits (3GPP TS 23.003 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Imsi(Digits);

impl Imsi {
    /// An identity of these digits, country and network code first.
    ///
    /// # Errors
    /// [`AddressError::Imsi`] for any other count or a signal that is no decimal digit.
    pub fn new(digits: Digits) -> Result<Self, AddressError> {
        let decimal = digits.signals().all(|signal| signal < 10);
        if decimal && (5..=15).contains(&digits.len()) {
            Ok(Self(digits))
        } else {
            Err(AddressError::Imsi)
        }
    }

    /// The digits.
    pub fn digits(&self) -> Digits {
        self.0
    }
}

impl Value for Imsi {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        let digits = read_tbcd(element.primitive(name)?, name)?;
        Self::new(digits).map_err(|_| Malformed::Value(name))
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write(out, tag, false, |out| write_tbcd(&self.0, out));
    }
}

/// TBCD-STRING: two digits an octet, low half first, filler F after an odd count.
fn read_tbcd(octets: &[u8], name: &'static str) -> Result<Digits, Malformed> {
    let mut digits = Digits::EMPTY;
    for (index, octet) in octets.iter().enumerate() {
        let (low, high) = (octet & 0xF, octet >> 4);
        if low == 0xF || (high == 0xF && index + 1 < octets.len()) {
            return Err(Malformed::Value(name));
        }
        digits.push(low).map_err(|_| Malformed::Value(name))?;
        if high != 0xF {
            digits.push(high).map_err(|_| Malformed::Value(name))?;
        }
    }
    Ok(digits)
}

fn write_tbcd(digits: &Digits, out: &mut Vec<u8>) {
    out.extend_from_slice(digits.packed());
    if let Some(last) = out.last_mut()
        && digits.len() % 2 == 1
    {
        *last |= 0xF0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Digits {
        text.parse().unwrap()
    }

    #[test]
    fn an_international_number_is_91_and_swapped_digits() {
        let number = AddressString::international(digits("79273605819")).unwrap();
        let mut out = Vec::new();
        number.write(Tag::context(0), &mut out);
        assert_eq!(out, [0x80, 0x07, 0x91, 0x97, 0x72, 0x63, 0x50, 0x18, 0xF9]);
        let element = Element::sole(&out, "number").unwrap();
        assert_eq!(AddressString::read(&element, "number"), Ok(number));
    }

    #[test]
    fn filler_inside_a_number_is_refused() {
        for content in [&[0x91, 0x1F][..], &[0x91, 0xF1, 0x22], &[0x11, 0x21], &[]] {
            let mut out = Vec::new();
            ber::write_primitive(&mut out, Tag::context(0), content);
            let element = Element::sole(&out, "number").unwrap();
            assert_eq!(
                AddressString::read(&element, "number"),
                Err(Malformed::Value("number")),
                "{content:02X?}"
            );
        }
    }

    #[test]
    fn natures_map_to_isup_and_back() {
        for nature in [1, 2, 3, 4, 5] {
            let nature = NatureOfAddress::try_from(nature).unwrap();
            let number =
                AddressString::from_isup(nature, NumberingPlan::E164, digits("123")).unwrap();
            assert_eq!(number.isup_nature(), nature);
        }
    }

    #[test]
    fn a_number_too_long_or_with_st_cannot_be_made() {
        assert_eq!(
            AddressString::international(digits("12345678901234567")),
            Err(AddressError::TooLong)
        );
        assert_eq!(
            AddressString::international(digits("123F")),
            Err(AddressError::St)
        );
        assert_eq!(Imsi::new(digits("1234")), Err(AddressError::Imsi));
        assert_eq!(Imsi::new(digits("26201A")), Err(AddressError::Imsi));
    }
}
