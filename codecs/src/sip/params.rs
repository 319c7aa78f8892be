//! Parameters `;name=value` of header fields and URIs (RFC 3261 §7.3.1, §19.1.1).

use super::grammar::{find_outside, is_lws, is_token, quoted_len, trim_str, unescape_percent};

/// A sequence of parameters, already checked; names compare without regard to case.
#[derive(Debug, Clone, Copy, Default)]
pub struct Params<'a> {
    /// Without the leading semicolon.
    text: &'a str,
}

impl Params<'static> {
    /// No parameters.
    pub(super) const NONE: Self = Self { text: "" };
}

impl<'a> Params<'a> {
    /// Reads `;a=b;c` or nothing, as it follows a header field's value.
    pub(super) fn of_field(text: &'a [u8]) -> Option<Self> {
        let params = Self::split_off(std::str::from_utf8(text).ok()?)?;
        is_sound(params.text.as_bytes()).then_some(params)
    }

    /// Reads `a=b;c`, as a header field that is nothing but parameters has it.
    pub(super) fn of_list(text: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        is_sound(text.as_bytes()).then_some(Self { text })
    }

    /// Reads `;a=b;c` or nothing, as it stands in a URI whose characters are checked already.
    pub(super) fn of_uri(text: &'a str) -> Option<Self> {
        let params = Self::split_off(text)?;
        let is_named = |piece: &str| !matches!(piece.as_bytes(), [] | [b'=', ..]);
        params.pieces().all(is_named).then_some(params)
    }

    fn split_off(text: &'a str) -> Option<Self> {
        let text = trim_str(text);
        match text.strip_prefix(';') {
            Some(text) if !text.is_empty() => Some(Self { text }),
            None if text.is_empty() => Some(Self::default()),
            _ => None,
        }
    }

    /// The value of the first parameter called `name`, without quotes; empty if it has none.
    /// Percent-escapes in the names of parameters do not matter, those in values are kept.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.iter()
            .find(|(candidate, _)| is_called(candidate, name))
            .map(|(_, value)| unquoted(value.unwrap_or_default()))
    }

    /// Whether there is a parameter called `name`.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Names and values as received, values with their quotes.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> + use<'a> {
        self.pieces().map(|piece| match piece.split_once('=') {
            Some((name, value)) => (trim_str(name), Some(trim_str(value))),
            None => (trim_str(piece), None),
        })
    }

    /// As received, without the leading semicolon.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    fn pieces(&self) -> Pieces<'a> {
        Pieces((!self.text.is_empty()).then_some(self.text))
    }
}

struct Pieces<'a>(Option<&'a str>);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let (piece, rest) = match find_outside(rest.as_bytes(), b';') {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        self.0 = rest;
        Some(piece)
    }
}

fn is_called(candidate: &str, name: &str) -> bool {
    candidate.eq_ignore_ascii_case(name)
        || (candidate.contains('%')
            && unescape_percent(candidate).eq_ignore_ascii_case(name.as_bytes()))
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}

/// Whether a field's parameters, but for the first semicolon, follow their grammar.
fn is_sound(mut text: &[u8]) -> bool {
    if text.is_empty() {
        return true;
    }
    loop {
        let Some(rest) = after_param(text) else {
            return false;
        };
        match rest {
            [] => return true,
            [b';', rest @ ..] => text = rest,
            _ => return false,
        }
    }
}

/// What follows `name` or `name=value` and the white space around them.
fn after_param(text: &[u8]) -> Option<&[u8]> {
    let rest = after(skip(text, is_lws), is_token)?;
    let Some(value) = skip(rest, is_lws).strip_prefix(b"=") else {
        return Some(skip(rest, is_lws));
    };
    let value = skip(value, is_lws);
    let rest = match value {
        [b'"', ..] => &value[quoted_len(value)?..],
        _ => after(value, is_value)?,
    };
    Some(skip(rest, is_lws))
}

/// token / host; hosts of all kinds and bare URIs are let through.
const fn is_value(byte: u8) -> bool {
    !is_lws(byte) && !matches!(byte, b';' | b'"' | b',' | b'<' | b'>')
}

fn skip(text: &[u8], class: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|&byte| !class(byte));
    &text[end.unwrap_or(text.len())..]
}

/// What follows one or more bytes of a class.
fn after(text: &[u8], class: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let rest = skip(text, class);
    (rest.len() < text.len()).then_some(rest)
}
