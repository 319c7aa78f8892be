//! How operators write point codes: in three parts, as their network divides the bits (ITU-T Q.708,
//! ANSI T1.111.8, GF 001-9001 of China, NTT-Q704 of Japan).

use std::fmt;

use super::PointCode;

/// How point codes are written and read in a kind of network.
///
/// ```
/// use codecs::mtp::{PointCode, PointCodeFormat};
///
/// let ansi = &PointCodeFormat::ANSI;
/// assert_eq!(ansi.read("5-1-200").unwrap(), PointCode::from_be_bytes([0x05, 0x01, 0xC8]));
/// assert_eq!(ansi.write(PointCode::from_be_bytes([0x05, 0x01, 0xC8])).to_string(), "5-1-200");
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct PointCodeFormat {
    /// How the configuration calls it.
    pub name: &'static str,
    /// How it is called in messages.
    title: &'static str,
    /// The parts from the most significant bit downwards: name and number of bits.
    parts: [(&'static str, u32); 3],
}

impl PointCodeFormat {
    /// 14 bits of ITU-T Q.708: zone, network, point, as in `2-100-3`.
    pub const ITU: Self = Self {
        name: "itu",
        title: "ITU",
        parts: [("zone", 3), ("network", 8), ("point", 3)],
    };

    /// 24 bits of ANSI T1.111.8: network, cluster, member, as in `5-1-200`.
    pub const ANSI: Self = Self {
        name: "ansi",
        title: "ANSI",
        parts: [("network", 8), ("cluster", 8), ("member", 8)],
    };

    /// 24 bits of the Chinese national network: main area, sub-area, point, as in `21-3-7`.
    pub const CHINA: Self = Self {
        name: "china",
        title: "Chinese",
        parts: [("main area", 8), ("sub-area", 8), ("point", 8)],
    };

    /// 16 bits of the Japanese national network: unit, sub-area, main area, as in `90-3-7`.
    pub const JAPAN: Self = Self {
        name: "japan",
        title: "Japanese",
        parts: [("unit", 7), ("sub-area", 4), ("main area", 5)],
    };

    /// Every format.
    pub const ALL: [&'static Self; 4] = [&Self::ITU, &Self::ANSI, &Self::CHINA, &Self::JAPAN];

    /// The format with that name in the configuration.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|format| format.name == name)
    }

    /// The largest point code.
    pub fn last(&self) -> PointCode {
        let bits: u32 = self.parts.iter().map(|(_, bits)| bits).sum();
        PointCode((1 << bits) - 1)
    }

    /// Reads a point code: three parts joined by hyphens, or one plain number.
    ///
    /// # Errors
    /// [`PointCodeError`] if it is neither, or the number or a part of it is too large.
    pub fn read(&'static self, text: &str) -> Result<PointCode, PointCodeError> {
        let error = |fault| PointCodeError {
            text: text.to_owned(),
            format: self,
            fault,
        };
        if let Ok(number) = text.parse() {
            return self.number(number);
        }
        let mut written = text.split('-');
        let mut code = 0;
        for (part, bits) in self.parts {
            let digits = written.next().ok_or_else(|| error(Fault::Form))?;
            let value: u32 = digits.parse().map_err(|_| error(Fault::Form))?;
            if value >> bits != 0 {
                let most = (1 << bits) - 1;
                return Err(error(Fault::Part { part, value, most }));
            }
            code = code << bits | value;
        }
        match written.next() {
            None => Ok(PointCode(code)),
            Some(_) => Err(error(Fault::Form)),
        }
    }

    /// The point code that has this number.
    ///
    /// # Errors
    /// [`PointCodeError`] if it is beyond [`PointCodeFormat::last`].
    pub fn number(&'static self, number: u32) -> Result<PointCode, PointCodeError> {
        if number <= self.last().0 {
            return Ok(PointCode(number));
        }
        Err(PointCodeError {
            text: number.to_string(),
            format: self,
            fault: Fault::Number,
        })
    }

    /// The point code in three parts; one with more bits than the format as a plain number.
    pub fn write(&'static self, code: PointCode) -> WrittenPointCode {
        WrittenPointCode { format: self, code }
    }
}

/// A point code as a network writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenPointCode {
    format: &'static PointCodeFormat,
    code: PointCode,
}

impl fmt::Display for WrittenPointCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, code } = self;
        if *code > format.last() {
            return write!(f, "{}", code.0);
        }
        let [_, (_, middle), (_, low)] = format.parts;
        let part = |bits: u32, shift: u32| code.0 >> shift & ((1 << bits) - 1);
        let first = code.0 >> (middle + low);
        write!(f, "{first}-{}-{}", part(middle, low), part(low, 0))
    }
}

/// A text or number that is no point code of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointCodeError {
    text: String,
    format: &'static PointCodeFormat,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Neither three parts nor one number.
    Form,
    /// A number beyond the last one.
    Number,
    /// A part beyond its bits.
    Part {
        part: &'static str,
        value: u32,
        most: u32,
    },
}

impl fmt::Display for PointCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [(first, _), (second, _), (third, _)] = self.format.parts;
        let last = self.format.last();
        write!(
            f,
            "{:?} is no {} point code: ",
            self.text, self.format.title
        )?;
        match self.fault {
            Fault::Part { part, value, most } => write!(f, "{part} {value}, expected 0 to {most}"),
            Fault::Number => write!(f, "expected a number up to {}", last.0),
            Fault::Form => write!(
                f,
                "expected {first}-{second}-{third} up to {}, or a number up to {}",
                self.format.write(last),
                last.0
            ),
        }
    }
}

impl std::error::Error for PointCodeError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_network_divides_the_bits_in_its_way() {
        for (format, text, number) in [
            (&PointCodeFormat::ITU, "2-100-3", 4899),
            (&PointCodeFormat::ITU, "7-255-7", 0x3FFF),
            (&PointCodeFormat::ANSI, "5-1-200", 0x05_01C8),
            (&PointCodeFormat::CHINA, "255-255-255", 0xFF_FFFF),
            (&PointCodeFormat::JAPAN, "127-0-1", 127 << 9 | 1),
            (&PointCodeFormat::JAPAN, "0-15-0", 15 << 5),
        ] {
            assert_eq!(format.read(text), Ok(PointCode(number)));
            assert_eq!(format.read(&number.to_string()), Ok(PointCode(number)));
            assert_eq!(format.write(PointCode(number)).to_string(), text);
        }
        let beyond = PointCodeFormat::ITU.write(PointCode::from_be_bytes([0x12, 0x34, 0x56]));
        assert_eq!(beyond.to_string(), "1193046");
    }

    #[test]
    fn a_refusal_names_the_format_and_the_value() {
        for (format, text, message) in [
            (
                &PointCodeFormat::ITU,
                "8-0-0",
                "\"8-0-0\" is no ITU point code: zone 8, expected 0 to 7",
            ),
            (
                &PointCodeFormat::ANSI,
                "1-256-0",
                "\"1-256-0\" is no ANSI point code: cluster 256, expected 0 to 255",
            ),
            (
                &PointCodeFormat::JAPAN,
                "65536",
                "\"65536\" is no Japanese point code: expected a number up to 65535",
            ),
            (
                &PointCodeFormat::CHINA,
                "1-2",
                "\"1-2\" is no Chinese point code: expected main area-sub-area-point up to \
                 255-255-255, or a number up to 16777215",
            ),
        ] {
            assert_eq!(format.read(text).unwrap_err().to_string(), message);
        }
        for text in ["", "1-2-3-4", "a", "-1", "1--2", "+1-2-x"] {
            assert!(PointCodeFormat::ITU.read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            format in prop::sample::select(PointCodeFormat::ALL.to_vec()),
            number in any::<u32>(),
        ) {
            let code = PointCode(number & format.last().0);
            prop_assert_eq!(format.read(&format.write(code).to_string()), Ok(code));
        }
    }
}
