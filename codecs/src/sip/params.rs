//! Parameters `;name=value` of header fields and URIs (RFC 3261 §7.3.1, §19.1.1).

use super::grammar::{find_outside, is_lws, is_token_text, trim_str};

/// A sequence of parameters, already checked; names compare without regard to case.
#[derive(Debug, Clone, Copy, Default)]
pub struct Params<'a> {
    /// Without the leading semicolon.
    text: &'a str,
}

impl<'a> Params<'a> {
    /// Reads `;a=b;c` or nothing, as it follows a header field's value.
    pub(super) fn of_field(text: &'a [u8]) -> Option<Self> {
        let params = Self::split_off(std::str::from_utf8(text).ok()?)?;
        params.pieces().all(is_field_param).then_some(params)
    }

    /// Reads `;a=b;c` or nothing, as it stands in a URI: no white space, no quoted strings.
    pub(super) fn of_uri(text: &'a str) -> Option<Self> {
        let params = Self::split_off(text)?;
        params.pieces().all(is_uri_param).then_some(params)
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
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
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

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}

fn is_field_param(piece: &str) -> bool {
    let (name, value) = match piece.split_once('=') {
        Some((name, value)) => (name, Some(trim_str(value).as_bytes())),
        None => (piece, None),
    };
    is_token_text(trim_str(name).as_bytes()) && value.is_none_or(is_field_value)
}

/// token / host / quoted-string; hosts of all kinds and bare URIs are let through.
fn is_field_value(value: &[u8]) -> bool {
    match value {
        [] => false,
        [b'"', ..] => super::grammar::quoted_len(value) == Some(value.len()),
        _ => !value
            .iter()
            .any(|&b| is_lws(b) || matches!(b, b'"' | b',' | b'<' | b'>')),
    }
}

fn is_uri_param(piece: &str) -> bool {
    let name = piece.split_once('=').map_or(piece, |(name, _)| name);
    !name.is_empty()
        && piece
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'@' | b','))
        && super::grammar::escapes_are_sound(piece.as_bytes())
}
