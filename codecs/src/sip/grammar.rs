//! The lexical pieces every field shares (RFC 3261 §25.1).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Space, tab, and the line ends of a folded value.
pub(super) const fn is_lws(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(super) const fn is_token(byte: u8) -> bool {
    TOKEN[byte as usize]
}

const TOKEN: [bool; 256] = table(b"-.!%*_+`'~");

/// Letters, digits and these.
const fn table(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
}

pub(super) fn is_token_text(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().copied().all(is_token)
}

pub(super) fn trim(text: &[u8]) -> &[u8] {
    &text[trimmed(text)]
}

pub(super) fn trim_str(text: &str) -> &str {
    &text[trimmed(text.as_bytes())]
}

fn trimmed(text: &[u8]) -> Range<usize> {
    let (mut start, mut end) = (0, text.len());
    while start < end && is_lws(text[start]) {
        start += 1;
    }
    while start < end && is_lws(text[end - 1]) {
        end -= 1;
    }
    start..end
}

/// The length of the quoted string that `text` begins with, both quotes included.
pub(super) fn quoted_len(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, &byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Where the first `separator` stands outside quoted strings and angle brackets.
pub(super) fn find_outside(text: &[u8], separator: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr3(separator, b'"', b'<', &text[at..])?;
        at += match text[at] {
            byte if byte == separator => return Some(at),
            b'"' => quoted_len(&text[at..])?,
            _ => memchr::memchr(b'>', &text[at..])? + 1,
        };
    }
}

/// The values of a comma-separated list, trimmed. A list that is blank has none.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a>(Option<&'a [u8]>);

impl<'a> Elements<'a> {
    pub(super) fn new(list: &'a [u8]) -> Self {
        let list = trim(list);
        Self((!list.is_empty()).then_some(list))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0?;
        // Most lists have one element.
        let comma = memchr::memchr(b',', rest).and_then(|_| find_outside(rest, b','));
        let (element, rest) = match comma {
            Some(comma) => (&rest[..comma], Some(&rest[comma + 1..])),
            None => (rest, None),
        };
        self.0 = rest;
        Some(trim(element))
    }
}

/// The contents of a quoted string without its backslashes (RFC 3261 §25.1 `quoted-pair`).
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    Cow::Owned(plain)
}

/// Displays a text as a quoted string, escaped as needed (RFC 3261 §25.1).
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars().filter(|c| !matches!(c, '\r' | '\n')) {
            if matches!(c, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        f.write_str("\"")
    }
}

/// Displays a text as the user part of a URI, percent-escaped as needed (RFC 3261 §25.1 `user`).
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            if is_user_char(byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

const fn is_user_char(byte: u8) -> bool {
    USER[byte as usize]
}

const USER: [bool; 256] = table(b"-_.!~*'()&=+$,;?/");

/// Undoes percent-escapes (RFC 3261 §19.1.2). What is no escape is left as it is.
pub fn unescape_percent(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('%') {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match rest {
            [b'%', high, low, tail @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, tail),
                _ => (b'%', &rest[1..]),
            },
            _ => (*first, tail),
        };
        plain.push(byte);
        rest = tail;
    }
    Cow::Owned(plain)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Whether every `%` begins a well-formed escape.
pub(super) fn escapes_are_sound(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&b| b == b'%') {
        match &rest[at + 1..] {
            [high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest = tail;
            }
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_and_brackets_do_not_separate() {
        let list: Vec<_> = Elements::new(b" \"a,\\\"b\" <sip:x,y@z>;q=1 ,\r\n <sip:c@d>").collect();
        assert_eq!(
            list,
            [&b"\"a,\\\"b\" <sip:x,y@z>;q=1"[..], &b"<sip:c@d>"[..]]
        );
        assert_eq!(Elements::new(b"  ").count(), 0);
        assert_eq!(Elements::new(b"a,,").count(), 3);
    }

    #[test]
    fn percent_escapes_are_undone_and_made() {
        assert_eq!(unescape_percent("%2B49%zz%4").as_ref(), b"+49%zz%4");
        assert_eq!(Escaped("a@b c#").to_string(), "a%40b%20c%23");
        assert!(escapes_are_sound(b"%00a%fF"));
        assert!(!escapes_are_sound(b"%0"));
    }

    #[test]
    fn quoting_is_undone_by_unescaping() {
        let quoted = Quoted("a\"b\\c\r\n").to_string();
        assert_eq!(quoted, r#""a\"b\\c""#);
        assert_eq!(unescape(&quoted[1..quoted.len() - 1]), "a\"b\\c");
    }
}
