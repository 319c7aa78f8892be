//! Values of settings: as text, and as bits of a parameter's contents (`Q.763 §3`).

/// How the value of a setting is written and where it stands in its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number or one of `names`: `width` bits from bit `shift` of an octet.
    Bits {
        octet: usize,
        shift: u8,
        width: u8,
        names: &'static [(&'static str, u32)],
    },
    /// A number of two octets.
    Wide,
    /// Address signals, two an octet from octet `at`, odd or even in the first bit of another octet;
    /// F is ST.
    Digits { odd: usize, at: usize },
    /// A cause value (`Q.850 §2.1`).
    Cause,
    /// Where in the network the cause was made.
    Location,
    /// What follows the cause value, in hexadecimal.
    Diagnostic,
    /// A bit a circuit, the first circuit first, such as 1010.
    Status,
    /// What to do with an unknown message, such as release+notify.
    Instruction,
    /// The same for parameters: F0:release+notify,F1:pass.
    Instructions,
    /// All octets, in hexadecimal.
    Octets,
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Number(u32),
    Text(String),
    Octets(Vec<u8>),
}

type Bits = &'static [(&'static str, u8)];

/// Bits of the instruction for a message (`Q.763 §3.33`); without any, it is passed on, and the call
/// released where it cannot be.
const FOR_MESSAGE: Bits = &[
    ("pass", 0x00),
    ("end", 0x01),
    ("release", 0x02),
    ("notify", 0x04),
    ("discard-message", 0x08),
    ("else-discard", 0x10),
];

/// Bits of the instruction for a parameter (`Q.763 §3.41`).
const FOR_PARAMETER: Bits = &[
    ("pass", 0x00),
    ("end", 0x01),
    ("release", 0x02),
    ("notify", 0x04),
    ("discard-message", 0x08),
    ("discard", 0x10),
    ("else-discard-message", 0x20),
    ("else-discard", 0x40),
];

impl Kind {
    /// Reads a value as it stands in a scenario.
    pub(super) fn parse(self, text: &str) -> Result<Value, String> {
        match self {
            Self::Bits { width, names, .. } => number(text, names, (1 << width) - 1),
            Self::Wide => number(text, &[], 0xFFFF),
            Self::Cause => number(text, &[], 127),
            Self::Location => number(text, &[], 15),
            Self::Digits { .. } => word(text, "digits", |c| c.is_ascii_hexdigit()),
            Self::Status => word(text, "a row of 0 and 1", |c| matches!(c, '0' | '1')),
            Self::Diagnostic | Self::Octets => hex(text).map(Value::Octets),
            Self::Instruction => {
                instruction(text, FOR_MESSAGE).map(|octet| Value::Octets(vec![octet]))
            }
            Self::Instructions => instructions(text).map(Value::Octets),
        }
    }

    /// The value within the contents of its parameter, if that is long enough.
    pub(super) fn find(self, contents: &[u8]) -> Option<Value> {
        Some(match self {
            Self::Bits {
                octet,
                shift,
                width,
                ..
            } => {
                let octet = u32::from(*contents.get(octet)?);
                Value::Number(octet >> shift & ((1 << width) - 1))
            }
            Self::Wide => {
                let [high, low] = *contents.first_chunk()?;
                Value::Number(u32::from(u16::from_be_bytes([high, low])))
            }
            Self::Digits { odd, at } => Value::Text(signals(contents, odd, at)?),
            Self::Location => Value::Number(u32::from(contents.first()? & 0x0F)),
            Self::Cause => {
                let cause = contents.get(cause_at(contents))?;
                Value::Number(u32::from(cause & 0x7F))
            }
            Self::Diagnostic => Value::Octets(contents.get(cause_at(contents) + 1..)?.to_vec()),
            Self::Status => Value::Text(status(contents)?),
            Self::Instruction | Self::Instructions | Self::Octets => {
                Value::Octets(contents.to_vec())
            }
        })
    }

    /// Puts a value into the contents of its parameter, which grow as needed.
    pub(super) fn put(self, value: &Value, contents: &mut Vec<u8>) {
        match (self, value) {
            (
                Self::Bits {
                    octet,
                    shift,
                    width,
                    ..
                },
                Value::Number(number),
            ) => {
                // Values are checked against the width when they are read.
                let mask = ((1u32 << width) - 1) << shift;
                put_bits(contents, octet, mask, number << shift);
            }
            (Self::Location, Value::Number(number)) => put_bits(contents, 0, 0x0F, *number),
            (Self::Cause, Value::Number(number)) => {
                let at = cause_at(contents);
                put_bits(contents, at, 0x7F, *number);
            }
            (Self::Wide, Value::Number(number)) => {
                *contents = number.to_be_bytes()[2..].to_vec();
            }
            (Self::Digits { odd, at }, Value::Text(digits)) => {
                put_digits(contents, odd, at, digits)
            }
            (Self::Status, Value::Text(bits)) => put_status(contents, bits),
            (Self::Diagnostic, Value::Octets(octets)) => {
                contents.truncate(cause_at(contents) + 1);
                contents.extend(octets);
            }
            (_, Value::Octets(octets)) => contents.clone_from(octets),
            // `parse` makes no such pairs.
            _ => {}
        }
    }

    /// A value as a scenario writes it.
    pub(super) fn show(self, value: &Value) -> String {
        let names = match self {
            Self::Bits { names, .. } => names,
            _ => &[],
        };
        match value {
            Value::Number(number) => match names.iter().find(|(_, value)| value == number) {
                Some((name, _)) => (*name).to_owned(),
                None => number.to_string(),
            },
            Value::Text(text) => text.clone(),
            Value::Octets(octets) => octets.iter().map(|octet| format!("{octet:02X}")).collect(),
        }
    }
}

fn number(text: &str, names: &[(&str, u32)], highest: u32) -> Result<Value, String> {
    if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
        return Ok(Value::Number(*value));
    }
    match text.parse() {
        Ok(number) if number <= highest => Ok(Value::Number(number)),
        _ => {
            let names: String = names.iter().map(|(name, _)| format!("{name}, ")).collect();
            Err(format!("expected {names}0 … {highest}, found {text:?}"))
        }
    }
}

fn word(text: &str, what: &str, fits: impl Fn(char) -> bool) -> Result<Value, String> {
    match text.chars().all(fits) {
        true => Ok(Value::Text(text.to_ascii_uppercase())),
        false => Err(format!("expected {what}, found {text:?}")),
    }
}

/// Octets in hexadecimal; 131xA5 is 131 times the octet A5.
pub(super) fn hex(text: &str) -> Result<Vec<u8>, String> {
    let (times, octets) = text.split_once('x').unwrap_or(("1", text));
    let times = times.parse::<u8>().ok();
    times
        .zip(plain_hex(octets))
        .map(|(times, octets)| octets.repeat(usize::from(times)))
        .ok_or_else(|| format!("expected octets in hexadecimal, found {text:?}"))
}

fn plain_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !digits || !text.len().is_multiple_of(2) {
        return None;
    }
    let octets = (0..text.len()).step_by(2).map(|at| &text[at..at + 2]);
    octets
        .map(|octet| u8::from_str_radix(octet, 16).ok())
        .collect()
}

fn instruction(text: &str, names: Bits) -> Result<u8, String> {
    let mut bits = text.split('+').map(|word| {
        let found = names.iter().find(|(name, _)| *name == word);
        found.map(|(_, bit)| bit).ok_or_else(|| {
            let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
            format!("expected {} joined by +, found {word:?}", names.join(", "))
        })
    });
    bits.try_fold(0x80, |octet, bit| Ok(octet | bit?))
}

fn instructions(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    for part in text.split(',') {
        let read = part.split_once(':').and_then(|(code, words)| {
            let [code] = plain_hex(code)?[..] else {
                return None;
            };
            Some((code, words))
        });
        let (code, words) =
            read.ok_or_else(|| format!("expected a parameter such as F0:pass, found {part:?}"))?;
        octets.extend([code, instruction(words, FOR_PARAMETER)?]);
    }
    Ok(octets)
}

/// The cause value stands in the second octet, or in the third where octet 1a is there.
fn cause_at(contents: &[u8]) -> usize {
    match contents.first() {
        Some(first) if first & 0x80 == 0 => 2,
        _ => 1,
    }
}

fn put_bits(contents: &mut Vec<u8>, octet: usize, mask: u32, value: u32) {
    if contents.len() <= octet {
        contents.resize(octet + 1, 0);
    }
    // Mask and value are those of one octet.
    #[allow(clippy::cast_possible_truncation)]
    let (mask, value) = (mask as u8, value as u8);
    contents[octet] = contents[octet] & !mask | value & mask;
}

fn signals(contents: &[u8], odd: usize, at: usize) -> Option<String> {
    let odd = contents.get(odd)? & 0x80 != 0;
    let octets = contents.get(at..)?;
    let mut signals: String = octets
        .iter()
        .map(|octet| format!("{:X}{:X}", octet & 0x0F, octet >> 4))
        .collect();
    if odd {
        signals.pop();
    }
    Some(signals)
}

fn put_digits(contents: &mut Vec<u8>, odd: usize, at: usize, digits: &str) {
    contents.resize(at, 0);
    let signals: Vec<u8> = digits
        .chars()
        .filter_map(|c| c.to_digit(16))
        .filter_map(|signal| u8::try_from(signal).ok())
        .collect();
    let is_odd = u32::from(!signals.len().is_multiple_of(2));
    put_bits(contents, odd, 0x80, is_odd << 7);
    let pairs = signals.chunks(2);
    contents.extend(pairs.map(|pair| pair[0] | pair.get(1).unwrap_or(&0) << 4));
}

/// The bits of the circuits of the range; none where the message has none.
fn status(contents: &[u8]) -> Option<String> {
    let (&range, octets) = contents.split_first()?;
    let circuits = 0..=usize::from(range);
    let bits = circuits.map_while(|at| Some(octets.get(at / 8)? >> (at % 8) & 1));
    Some(bits.map(|bit| if bit == 1 { '1' } else { '0' }).collect())
}

fn put_status(contents: &mut Vec<u8>, bits: &str) {
    contents.resize(1, 0);
    contents.resize(1 + bits.len().div_ceil(8), 0);
    for (at, _) in bits.char_indices().filter(|&(_, bit)| bit == '1') {
        contents[1 + at / 8] |= 1 << (at % 8);
    }
}
