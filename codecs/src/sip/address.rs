//! Addresses with display name and parameters: From, To, Contact, Route, P-Asserted-Identity …
//! (RFC 3261 §20.10).

use std::borrow::Cow;

use super::Malformed;
use super::grammar::{is_lws, is_token, quoted_len, trim, unescape};
use super::params::Params;
use super::uri::Uri;

/// `"Display name" <uri>;params`, or a bare `uri;params`.
#[derive(Debug, Clone, Copy)]
pub struct NameAddr<'a> {
    display: &'a str,
    /// Whom it points to.
    pub uri: Uri<'a>,
    /// The field's parameters, such as `tag`, `q`, `expires`.
    pub params: Params<'a>,
}

impl<'a> NameAddr<'a> {
    /// Reads one value of the header field called `field`, the name errors speak of.
    ///
    /// # Errors
    /// [`Malformed`] where display name, URI or parameters do not follow their grammar, or where a
    /// URI with `?` stands without angle brackets.
    pub fn parse(field: &'static str, value: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(value).ok_or_else(|| Malformed::syntax(field, value, "RFC 3261 §20.10"))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let value = trim(value);
        let display_end = match value {
            [b'"', ..] => quoted_len(value)?,
            _ => value.iter().position(|&b| b == b'<').unwrap_or(0),
        };
        let (display, rest) = value.split_at(display_end);
        let (uri, params) = match trim(rest) {
            [b'<', rest @ ..] => bracketed(rest)?,
            rest if display.is_empty() => bare(rest)?,
            _ => return None,
        };
        is_display(display).then_some(Self {
            display: std::str::from_utf8(trim(display)).ok()?,
            uri: Uri::parse(std::str::from_utf8(uri).ok()?).ok()?,
            params: Params::of_field(params)?,
        })
    }

    /// The display name without quotes and escapes; empty if there is none.
    pub fn display_name(&self) -> Cow<'a, str> {
        let inner = self
            .display
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        inner.map_or(Cow::Borrowed(self.display), unescape)
    }

    /// The tag of From and To (RFC 3261 §19.3).
    pub fn tag(&self) -> Option<&'a str> {
        self.params.get("tag").filter(|tag| !tag.is_empty())
    }
}

fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'>', text)?;
    Some((&text[..end], &text[end + 1..]))
}

/// Without brackets, what follows `;` belongs to the field, and `?` and `,` are not allowed.
fn bare(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|&b| b == b';').unwrap_or(text.len());
    let (uri, params) = text.split_at(end);
    (!uri.iter().any(|b| matches!(b, b'?' | b','))).then_some((trim(uri), params))
}

/// A quoted string or tokens.
fn is_display(text: &[u8]) -> bool {
    text.first() == Some(&b'"') || text.iter().all(|&b| is_token(b) || is_lws(b))
}
