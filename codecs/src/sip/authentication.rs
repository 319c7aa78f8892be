//! Challenges and credentials (RFC 3261 §20.7, §20.27, §20.28, §20.44; RFC 7616 §3.3, §3.4).

use std::borrow::Cow;

use super::Malformed;
use super::grammar::{Elements, is_token_text, trim_str, unescape};

/// A scheme and its parameters: the value of `WWW-Authenticate`, `Proxy-Authenticate`,
/// `Authorization` or `Proxy-Authorization`.
#[derive(Debug, Clone, Copy)]
pub struct Authentication<'a> {
    /// `Digest`
    pub scheme: &'a str,
    /// `realm="…", nonce="…"`
    params: &'a str,
}

impl<'a> Authentication<'a> {
    /// Reads the value of one of these fields.
    ///
    /// # Errors
    /// [`Malformed`] unless it is a scheme and a list of `name=value`.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        const CLAUSE: &str = "RFC 7616 §3.3";
        Self::read(value).ok_or_else(|| Malformed::syntax("Authorization", value, CLAUSE))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let text = trim_str(std::str::from_utf8(value).ok()?);
        let (scheme, params) = text.split_once([' ', '\t', '\r', '\n'])?;
        let this = Self {
            scheme,
            params: trim_str(params),
        };
        let is_named = |(name, _): (&str, &str)| is_token_text(name.as_bytes());
        let named = this.pieces().all(|piece| piece.is_some_and(is_named));
        (is_token_text(scheme.as_bytes()) && named).then_some(this)
    }

    /// Whether the scheme is `Digest`, without regard to case.
    pub fn is_digest(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("Digest")
    }

    /// The value of the first parameter called `name`, without quotes.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut pieces = self.pieces().flatten();
        let (_, value) = pieces.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        Some(quoted.map_or(Cow::Borrowed(value), unescape))
    }

    fn pieces(&self) -> impl Iterator<Item = Option<(&'a str, &'a str)>> + use<'a> {
        Elements::new(self.params.as_bytes()).map(|piece| {
            let (name, value) = std::str::from_utf8(piece).ok()?.split_once('=')?;
            Some((trim_str(name), trim_str(value)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        // RFC 3261 §22.4
        let challenge = b"Digest  realm=\"biloxi.com\",\r\n qop=\"auth,auth-int\",\
            nonce=\"dcd98b\" , opaque=\"a\\\"b=c\", stale=FALSE, algorithm=MD5";
        let challenge = Authentication::parse(challenge).unwrap();
        assert!(challenge.is_digest());
        for (name, value) in [
            ("Realm", Some("biloxi.com")),
            ("qop", Some("auth,auth-int")),
            ("nonce", Some("dcd98b")),
            ("opaque", Some("a\"b=c")),
            ("stale", Some("FALSE")),
            ("algorithm", Some("MD5")),
            ("nc", None),
        ] {
            assert_eq!(challenge.get(name).as_deref(), value, "{name}");
        }
    }

    #[test]
    fn what_has_no_scheme_or_no_names_is_refused() {
        for bad in [
            "",
            "Digest",
            "Di\"gest a=b",
            "Digest a",
            "Digest a=b,,c=d",
            "Digest =b",
        ] {
            assert!(Authentication::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
