//! What services of intelligent and private networks exchange: digits of several kinds, features,
//! messages of applications (`Q.763 §3.24`, `§3.49`, `§3.82`).

use serde::{Serialize, Serializer};

use super::Contents;
use super::call_indicators::{bit, flag};
use super::wire::Field;
use crate::code_point::{Bits, Uint, code_points};
use crate::number::Digits;

code_points! {
    /// Encoding scheme of generic digits (`Q.763 §3.24 a)`).
    DigitsEncoding: 3 bits, "spare" {
        BCD_EVEN = 0, "BCD, even number of digits";
        BCD_ODD = 1, "BCD, odd number of digits";
        IA5 = 2, "IA5 characters";
        BINARY = 3, "binary";
    }

    /// Type of generic digits (`Q.763 §3.24 b)`).
    DigitsType: 5 bits, "reserved or national use" {
        ACCOUNT = 0, "account code";
        AUTHORISATION = 1, "authorisation code";
        TRAVELLING_CLASS_MARK = 2, "private network travelling class mark";
        BUSINESS_GROUP = 3, "business communication group identity";
    }

    /// Feature code (`Q.763 §3.49`).
    FeatureCode: 8 bits, "spare or national use" {
        CALL_TRANSFER = 1, "call transfer";
    }

    /// Application context identifier (`Q.763 §3.82 a)`).
    ApplicationContext: 7 bits, "spare or non-standardized" {
        UNIDENTIFIED = 0, "unidentified context and error handling";
        PSS1 = 1, "PSS1 (VPN)";
        CHARGING = 3, "charging";
        GAT = 4, "generic addressing and transport";
        BAT = 5, "bearer association transport";
        ENHANCED_UNIDENTIFIED = 6, "enhanced unidentified context and error handling";
    }
}

/// Generic digits (`Q.763 §3.24`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenericDigits {
    /// How they are encoded.
    pub encoding: DigitsEncoding,
    /// What they are.
    pub kind: DigitsType,
    /// The digits so encoded.
    pub octets: Contents<254>,
}

impl GenericDigits {
    /// Digits in BCD.
    pub fn bcd(kind: DigitsType, digits: &Digits) -> Self {
        Self {
            encoding: match digits.len() % 2 {
                0 => DigitsEncoding::BCD_EVEN,
                _ => DigitsEncoding::BCD_ODD,
            },
            kind,
            octets: Contents::new(digits.packed()).unwrap_or_default(),
        }
    }

    /// The digits as text, if they are BCD of no more than [`Digits::MAX`] or IA5 characters.
    pub fn text(&self) -> Option<String> {
        match self.encoding {
            DigitsEncoding::BCD_EVEN | DigitsEncoding::BCD_ODD => {
                let odd = self.encoding == DigitsEncoding::BCD_ODD;
                Digits::from_packed(&self.octets, odd).map(|digits| digits.to_string())
            }
            DigitsEncoding::IA5 if self.octets.is_ascii() => {
                String::from_utf8(self.octets.to_vec()).ok()
            }
            _ => None,
        }
    }
}

impl Serialize for GenericDigits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            encoding: DigitsEncoding,
            kind: DigitsType,
            text: Option<String>,
            octets: &'a Contents<254>,
        }
        Shown {
            encoding: self.encoding,
            kind: self.kind,
            text: self.text(),
            octets: &self.octets,
        }
        .serialize(serializer)
    }
}

impl Field for GenericDigits {
    const NAME: &'static str = "generic digits";
    const CLAUSE: &'static str = "Q.763 §3.24";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, octets) = contents.split_first()?;
        Some(Self {
            encoding: DigitsEncoding::from_octet(first, 5),
            kind: DigitsType::from_octet(first, 0),
            octets: Contents::new(octets).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.encoding.in_octet(5) | self.kind.in_octet(0));
        self.octets.write(out);
    }
}

/// Service activation (`Q.763 §3.49`): the features asked for or used, one octet each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceActivation(pub Contents);

impl ServiceActivation {
    /// The features.
    pub fn features(&self) -> impl Iterator<Item = FeatureCode> {
        self.0.iter().map(|&code| FeatureCode(code))
    }
}

/// As a list of features.
impl Serialize for ServiceActivation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.features())
    }
}

impl Field for ServiceActivation {
    const NAME: &'static str = "service activation";
    const CLAUSE: &'static str = "Q.763 §3.49";

    fn read(contents: &[u8]) -> Option<Self> {
        Contents::new(contents).ok().map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

/// Application transport (`Q.763 §3.82`, `Q.765`): a message of an application between two exchanges
/// of the call, or a segment of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApplicationTransport {
    /// Which application.
    pub context: ApplicationContext,
    /// Release the call where the application is unknown.
    pub release_call: bool,
    /// Send a notification where the application is unknown.
    pub send_notification: bool,
    /// This begins a new message.
    pub new_sequence: bool,
    /// Segments that follow; 0 for the last or only one.
    pub segments_to_follow: Uint<6>,
    /// Which message a segment belongs to.
    pub local_reference: Option<Uint<7>>,
    /// What the application says, in a format of its own (with addresses where it has any).
    pub data: Contents<251>,
}

impl Field for ApplicationTransport {
    const NAME: &'static str = "application transport";
    const CLAUSE: &'static str = "Q.763 §3.82";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&[context, instructions, segmentation], rest) = contents.split_first_chunk()?;
        // Longer identifiers and instructions are not known.
        if !bit(context, 7) || !bit(instructions, 7) {
            return None;
        }
        let (local_reference, data) = match bit(segmentation, 7) {
            true => (None, rest),
            false => {
                let (&reference, rest) = rest.split_first()?;
                (Some(Uint::from_octet(reference, 0)), rest)
            }
        };
        Some(Self {
            context: ApplicationContext::from_octet(context, 0),
            release_call: bit(instructions, 0),
            send_notification: bit(instructions, 1),
            new_sequence: bit(segmentation, 6),
            segments_to_follow: Uint::from_octet(segmentation, 0),
            local_reference,
            data: Contents::new(data).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let last = flag(self.local_reference.is_none(), 7);
        out.extend_from_slice(&[
            0x80 | self.context.value(),
            0x80 | flag(self.release_call, 0) | flag(self.send_notification, 1),
            last | flag(self.new_sequence, 6) | self.segments_to_follow.value(),
        ]);
        out.extend(
            self.local_reference
                .map(|reference| 0x80 | reference.value()),
        );
        self.data.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_digits_are_text_in_bcd_and_ia5() {
        let digits: Digits = "12345".parse().unwrap();
        let bcd = GenericDigits::bcd(DigitsType::ACCOUNT, &digits);
        assert_eq!(bcd.encoding, DigitsEncoding::BCD_ODD);
        assert_eq!(bcd.text().as_deref(), Some("12345"));
        let ia5 = GenericDigits::read(&[0x41, b'7', b'#']).unwrap();
        assert_eq!(
            (ia5.kind, ia5.text()),
            (DigitsType::AUTHORISATION, Some("7#".into()))
        );
        let binary = GenericDigits::read(&[0x60, 1]).unwrap();
        assert_eq!(binary.text(), None);
    }
}
