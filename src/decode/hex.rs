//! Octets as people have them at hand: hexadecimal digits with all kinds of separators, and the
//! dumps of `xxd`, `hexdump -C` and Wireshark.

use std::fmt::Write as _;

/// Octets as digits.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        // Writing into memory does not fail.
        let _ = write!(text, "{octet:02x}");
        text
    })
}

/// The octets of one line: digits, two for each octet, with spaces, colons, commas or hyphens
/// wherever they like between them and `0x` or `\x` before them; what follows a `#` is left out.
///
/// # Errors
/// What stands there instead, and where.
pub(super) fn octets(line: &str) -> Result<Vec<u8>, String> {
    let line = line.split('#').next().unwrap_or_default();
    let mut digits = String::new();
    let groups = line.split(|c: char| c.is_whitespace() || ":,;-".contains(c));
    for group in groups {
        let bare = group
            .strip_prefix("0x")
            .or_else(|| group.strip_prefix("0X"));
        digits += &bare.unwrap_or(group).replace("\\x", "");
    }
    read(&digits)
}

fn read(digits: &str) -> Result<Vec<u8>, String> {
    if let Some((at, stranger)) = digits.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
        let octet = at / 2;
        return Err(format!(
            "octet {octet}: {stranger:?} is no hexadecimal digit"
        ));
    }
    if !digits.len().is_multiple_of(2) {
        return Err(format!(
            "octet {}: {} hexadecimal digits, expected two for each octet",
            digits.len() / 2,
            digits.len(),
        ));
    }
    let pairs = (0..digits.len()).step_by(2);
    let values = pairs.filter_map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok());
    Ok(values.collect())
}

/// Lines that become messages: each of digits is one, those of a dump are joined.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The message whose dump is being read.
    dump: Vec<u8>,
}

/// The octets of a message, or why there are none.
type Octets = Result<Vec<u8>, String>;

impl Lines {
    /// Takes a line, and gives the messages that are whole now: of a dump before it, and its own.
    pub(super) fn take(&mut self, line: &str) -> [Option<Octets>; 2] {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            return [self.finish(), None];
        }
        if !self.dump.is_empty() && lone_offset(text) == Some(self.dump.len()) {
            // So ends `hexdump -C`.
            return [self.finish(), None];
        }
        match dumped(text) {
            Some((0, octets)) => {
                let before = self.finish();
                self.dump = octets;
                [before, None]
            }
            Some((offset, octets)) if offset == self.dump.len() && offset > 0 => {
                self.dump.extend(octets);
                [None, None]
            }
            Some((offset, _)) if !self.dump.is_empty() => {
                let octets = std::mem::take(&mut self.dump).len();
                let error = format!(
                    "a line of a dump with offset {offset:#x} after {octets} octets: lines are missing"
                );
                [Some(Err(error)), None]
            }
            _ => [self.finish(), Some(octets(text))],
        }
    }

    /// What the last dump held.
    pub(super) fn finish(&mut self) -> Option<Octets> {
        let dump = std::mem::take(&mut self.dump);
        (!dump.is_empty()).then_some(Ok(dump))
    }
}

/// The octets on a line of a dump.
const WIDTH: usize = 16;

/// Offset and octets of a line of a dump: an offset of four digits or more, with a colon or two
/// spaces after it; octets in pairs of digits or, after a colon, in groups of them; then maybe the
/// same as text. Nothing where it is no such line.
fn dumped(line: &str) -> Option<(usize, Vec<u8>)> {
    let (offset, rest) = line.split_once(char::is_whitespace)?;
    let grouped = offset.ends_with(':');
    if !grouped && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let offset = lone_offset(offset.trim_end_matches(':'))?;
    let mut rest = rest.split('|').next().unwrap_or_default().trim();
    let mut octets = Vec::new();
    while !rest.is_empty() && octets.len() < WIDTH {
        let (digits, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if !grouped && digits.len() != 2 {
            return None;
        }
        octets.extend(read(digits).ok()?);
        rest = after.trim_start();
        if after.len() > rest.len() && is_text_of(rest, octets.len()) {
            break;
        }
    }
    let whole = offset.is_multiple_of(WIDTH) && !octets.is_empty() && octets.len() <= WIDTH;
    whole.then_some((offset, octets))
}

fn lone_offset(text: &str) -> Option<usize> {
    let is_offset = (4..=8).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
    is_offset.then(|| usize::from_str_radix(text, 16).ok())?
}

/// Whether what stands apart from the octets is as long as they are: the same as letters.
fn is_text_of(apart: &str, octets: usize) -> bool {
    let letters = apart.chars().count();
    // Wireshark leaves a space after eight letters.
    letters == octets || (octets > 8 && letters == octets + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Octets> {
        let mut lines = Lines::default();
        let mut messages: Vec<_> = text
            .lines()
            .flat_map(|line| lines.take(line))
            .flatten()
            .collect();
        messages.extend(lines.finish());
        messages
    }

    #[test]
    fn digits_are_separated_in_many_ways() {
        for line in [
            "01000c",
            "01 00 0C",
            " 0x01000c ",
            "0x01 0x00 0x0c",
            "0x01, 0x00, 0x0c",
            "01:00:0c",
            "01-00-0c",
            "0100 0c",
            "\\x01\\x00\\x0c",
            "0 10 00 c",
            "01 00 0c # RLC",
            "01\t00\t0c\r",
        ] {
            assert_eq!(octets(line), Ok(vec![1, 0, 12]), "{line}");
            assert_eq!(all(line), [Ok(vec![1, 0, 12])], "{line}");
        }
        assert_eq!(octets("# nothing"), Ok(vec![]));
    }

    #[test]
    fn what_is_no_octet_is_named_with_its_place() {
        for (line, error) in [
            ("01 0g", "octet 1: 'g' is no hexadecimal digit"),
            (
                "01 00 c",
                "octet 2: 5 hexadecimal digits, expected two for each octet",
            ),
            ("REL", "octet 0: 'R' is no hexadecimal digit"),
            ("01 é", "octet 1: 'é' is no hexadecimal digit"),
            ("01 \u{fffd}", "octet 1: '\u{fffd}' is no hexadecimal digit"),
        ] {
            assert_eq!(octets(line), Err(error.to_owned()), "{line}");
        }
    }

    #[test]
    fn dumps_are_joined_to_messages() {
        let long: Vec<u8> = (0x20..0x34).collect();
        let xxd = "00000000: 2021 2223 2425 2627 2829 2a2b 2c2d 2e2f   !\"#$%&'()*+,-./\n\
                   00000010: 3031 3233                                0123";
        let hexdump = "00000000  20 21 22 23 24 25 26 27  28 29 2a 2b 2c 2d 2e 2f  | !\"#$%&'()*+,-./|\n\
                       00000010  30 31 32 33                                       |0123|\n\
                       00000014";
        let wireshark = "0000   20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f    !\"#$%&'()*+,-./\n\
                         0010   30 31 32 33                                       0123";
        for dump in [xxd, hexdump, wireshark] {
            assert_eq!(all(dump), [Ok(long.clone())], "{dump}");
            let twice = format!("{dump}\n\n{dump}");
            assert_eq!(all(&twice), [Ok(long.clone()), Ok(long.clone())]);
            let then = format!("{dump}\n01002e");
            assert_eq!(all(&then), [Ok(long.clone()), Ok(vec![1, 0, 0x2E])]);
        }
        assert_eq!(all("0000   61 62   ab"), [Ok(vec![0x61, 0x62])]);
    }

    #[test]
    fn a_dump_with_a_gap_is_refused() {
        let [Err(error)] = &all("0000   01 02\n0020   03 04")[..] else {
            panic!("refused once");
        };
        assert!(error.contains("offset 0x20 after 2 octets"), "{error}");
        // Grouped digits are no dump, whatever they begin with.
        assert_eq!(all("0000 0c02"), [Ok(vec![0, 0, 12, 2])]);
    }
}
