//! URIs: `sip:`, `sips:` (RFC 3261 §19.1) and the choice among them and `tel:`.

use std::fmt;

use super::Malformed;
use super::grammar::{escapes_are_sound, unescape_percent};
use super::host::{Host, host_and_port};
use super::params::Params;
use super::tel::TelUri;

const CLAUSE: &str = "RFC 3261 §19.1.1";

/// A URI as it stands in a request line or an address.
#[derive(Debug, Clone, Copy)]
pub enum Uri<'a> {
    /// `sip:` or `sips:`
    Sip(SipUri<'a>),
    /// `tel:`
    Tel(TelUri<'a>),
    /// Any other scheme, whole.
    Other(&'a str),
}

/// `sip:user:password@host:port;params?headers`
#[derive(Debug, Clone, Copy)]
pub struct SipUri<'a> {
    /// The whole URI as received.
    pub text: &'a str,
    /// `sips:`
    pub secure: bool,
    /// The user part with its own parameters, percent-escaped as received.
    pub user: Option<&'a str>,
    /// The password, which nobody should send.
    pub password: Option<&'a str>,
    /// Domain or address.
    pub host: Host<'a>,
    /// The port, where one is given.
    pub port: Option<u16>,
    /// `;transport=udp;lr;user=phone` …
    pub params: Params<'a>,
    /// What follows `?`, as received.
    pub headers: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Reads a URI.
    ///
    /// # Errors
    /// [`Malformed`] if there is no scheme, or if a `sip:`, `sips:` or `tel:` URI does not follow
    /// its grammar (RFC 3261 §19.1.1, RFC 3966 §3).
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        Self::read(text).ok_or_else(|| Malformed::syntax("URI", text.as_bytes(), CLAUSE))
    }

    fn read(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        if scheme.eq_ignore_ascii_case("sip") {
            SipUri::read(text, false, rest).map(Self::Sip)
        } else if scheme.eq_ignore_ascii_case("tel") {
            TelUri::read(text, rest).map(Self::Tel)
        } else if scheme.eq_ignore_ascii_case("sips") {
            SipUri::read(text, true, rest).map(Self::Sip)
        } else {
            is_other(scheme, rest).then_some(Self::Other(text))
        }
    }

    /// As received.
    pub fn as_str(&self) -> &'a str {
        match self {
            Self::Sip(uri) => uri.text,
            Self::Tel(uri) => uri.text,
            Self::Other(text) => text,
        }
    }

    /// The `sip:` or `sips:` URI, where it is one.
    pub fn sip(&self) -> Option<&SipUri<'a>> {
        match self {
            Self::Sip(uri) => Some(uri),
            _ => None,
        }
    }

    /// The telephone number: of a `tel:` URI, or of a `sip:` URI marked `;user=phone` or with a
    /// user part that begins with `+` (RFC 3261 §19.1.6).
    pub fn telephone(&self) -> Option<TelUri<'a>> {
        match self {
            Self::Tel(uri) => Some(*uri),
            Self::Sip(uri) => uri.telephone(),
            Self::Other(_) => None,
        }
    }

    /// Whether both mean the same resource (RFC 3261 §19.1.4, RFC 3966 §4).
    pub fn matches(&self, other: &Uri<'_>) -> bool {
        match (self, other) {
            (Self::Sip(a), Uri::Sip(b)) => a.matches(b),
            (Self::Tel(a), Uri::Tel(b)) => a.matches(b),
            (Self::Other(a), Uri::Other(b)) => a == b,
            _ => false,
        }
    }
}

/// Where the parts of a `sip:` URI begin.
#[derive(Default)]
struct Marks {
    /// The `@` after the user.
    at: Option<usize>,
    /// The `:` before the password.
    colon: Option<usize>,
    /// The `;` before the parameters.
    params: Option<usize>,
    /// The `?` before the headers.
    headers: Option<usize>,
}

impl Marks {
    /// `None` where there is what no URI may hold: white space, controls, quotes, angle brackets,
    /// a second `@`, an unsound escape.
    fn of(text: &[u8]) -> Option<Self> {
        let mut marks = Self::default();
        let mut first_colon = None;
        for (at, &byte) in text.iter().enumerate() {
            match byte {
                _ if PLAIN[usize::from(byte)] => {}
                b'@' if marks.at.is_some() => return None,
                b'@' => {
                    marks = Self {
                        at: Some(at),
                        colon: first_colon,
                        ..Self::default()
                    };
                }
                b':' if first_colon.is_none() => first_colon = Some(at),
                b';' if marks.params.is_none() && marks.headers.is_none() => {
                    marks.params = Some(at);
                }
                b'?' if marks.headers.is_none() => marks.headers = Some(at),
                b'%' if !escapes_are_sound(&text[at..text.len().min(at + 3)]) => return None,
                _ if !is_printable_byte(byte) => return None,
                // A mark of which there has been one.
                _ => {}
            }
        }
        Some(marks)
    }
}

fn is_other(scheme: &str, rest: &str) -> bool {
    let well_formed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(well_formed)
        && is_printable(rest)
}

/// No white space, controls, quotes, angle brackets.
fn is_printable(text: &str) -> bool {
    text.bytes().all(is_printable_byte)
}

pub(super) const fn is_printable_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>')
}

/// Bytes that may stand anywhere in a URI and divide nothing: most of them.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        plain[byte as usize] =
            is_printable_byte(byte) && !matches!(byte, b'@' | b':' | b';' | b'?' | b'%');
        byte += 1;
    }
    plain
};

impl<'a> SipUri<'a> {
    fn read(text: &'a str, secure: bool, rest: &'a str) -> Option<Self> {
        let marks = Marks::of(rest.as_bytes())?;
        let (user, password) = match (marks.at, marks.colon) {
            (Some(at), Some(colon)) => (Some(&rest[..colon]), Some(&rest[colon + 1..at])),
            (Some(at), None) => (Some(&rest[..at]), None),
            (None, _) => (None, None),
        };
        let headers = marks.headers.unwrap_or(rest.len());
        let params = marks.params.unwrap_or(headers);
        let (host, port) = host_and_port(&rest[marks.at.map_or(0, |at| at + 1)..params])?;
        (user != Some("")).then_some(Self {
            text,
            secure,
            user,
            password,
            host,
            port,
            params: Params::of_uri(&rest[params..headers])?,
            headers: marks.headers.map(|at| &rest[at + 1..]),
        })
    }

    /// The part of the URI up to the parameters, or `None` if it has no user.
    fn telephone(&self) -> Option<TelUri<'a>> {
        let user = self.user?;
        let marked = self
            .params
            .get("user")
            .is_some_and(|user| user.eq_ignore_ascii_case("phone"));
        (marked || user.starts_with('+'))
            .then(|| TelUri::read(user, user))
            .flatten()
    }

    /// Whether the URI says that this next hop routes loosely (`;lr`, RFC 3261 §16.12).
    pub fn is_loose_router(&self) -> bool {
        self.params.has("lr")
    }

    fn matches(&self, other: &SipUri<'_>) -> bool {
        self.secure == other.secure
            && self.host == other.host
            && self.port == other.port
            && same_text(self.user, other.user)
            && same_text(self.password, other.password)
            && self.params_match(other)
            && other.params_match(self)
            && self.headers_match(other)
    }

    /// Parameters in both must agree; `user`, `ttl`, `method`, `maddr` must be in both or none.
    fn params_match(&self, other: &SipUri<'_>) -> bool {
        self.params
            .iter()
            .all(|(name, value)| match other.params.get(name) {
                Some(theirs) => same_folded(value.unwrap_or_default(), theirs),
                None => !["user", "ttl", "method", "maddr", "transport"]
                    .iter()
                    .any(|strict| name.eq_ignore_ascii_case(strict)),
            })
    }

    /// Header components must be the same set, in any order.
    fn headers_match(&self, other: &SipUri<'_>) -> bool {
        let ours = || self.headers.unwrap_or_default().split('&');
        let theirs = || other.headers.unwrap_or_default().split('&');
        ours().all(|a| theirs().any(|b| same_folded(a, b)))
            && theirs().all(|b| ours().any(|a| same_folded(a, b)))
    }
}

fn same_text(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => unescape_percent(a) == unescape_percent(b),
        (None, None) => true,
        _ => false,
    }
}

fn same_folded(a: &str, b: &str) -> bool {
    unescape_percent(a).eq_ignore_ascii_case(&unescape_percent(b))
}

impl fmt::Display for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri<'_> {
        Uri::parse(text).unwrap()
    }

    #[test]
    fn the_parts_of_a_sip_uri() {
        let parsed = uri("SIPS:alice;x=1:secret@[2001:db8::9]:5061;transport=TCP;lr?Subject=a%20b");
        let sip = parsed.sip().unwrap();
        assert!(sip.secure && sip.is_loose_router());
        assert_eq!(
            (sip.user, sip.password),
            (Some("alice;x=1"), Some("secret"))
        );
        assert_eq!(sip.host.to_string(), "[2001:db8::9]");
        assert_eq!((sip.port, sip.headers), (Some(5061), Some("Subject=a%20b")));
        assert_eq!(sip.params.get("Transport"), Some("TCP"));
    }

    #[test]
    fn what_is_no_uri_is_refused() {
        for bad in [
            "",
            "sip",
            "sip:",
            "sip:@host",
            "sip:a@",
            "sip:a@b:99999",
            "sip:a@b;",
            "sip:a@b;=c",
            "sip:a b@c",
            "sip:a@b@c",
            "sip:%4@c",
            "sip:a\"@c",
            "1x:y",
            "tel:",
            "tel:+",
            "tel:+12A",
            "tel:12;",
            "http:<x>",
        ] {
            assert!(Uri::parse(bad).is_err(), "{bad}");
        }
    }

    /// The examples of RFC 3261 §19.1.4.
    #[test]
    fn comparison_follows_the_examples() {
        for (a, b) in [
            (
                "sip:%61lice@atlanta.com;transport=TCP",
                "sip:alice@AtLanTa.CoM;Transport=tcp",
            ),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            (
                "sip:carol@chicago.com;security=on",
                "sip:carol@chicago.com;newparam=5",
            ),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
            ),
        ] {
            assert!(
                uri(a).matches(&uri(b)) && uri(b).matches(&uri(a)),
                "{a} {b}"
            );
        }
        for (a, b) in [
            (
                "SIP:ALICE@AtLanTa.CoM;Transport=udp",
                "sip:alice@AtLanTa.CoM;Transport=UDP",
            ),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            (
                "sip:bob@biloxi.com",
                "sip:bob@biloxi.com:6000;transport=tcp",
            ),
            (
                "sip:carol@chicago.com",
                "sip:carol@chicago.com?Subject=next%20meeting",
            ),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            (
                "sip:carol@chicago.com;security=on",
                "sip:carol@chicago.com;security=off",
            ),
            ("sip:a@b", "sips:a@b"),
            ("sip:+1@b", "tel:+1"),
        ] {
            assert!(
                !uri(a).matches(&uri(b)) && !uri(b).matches(&uri(a)),
                "{a} {b}"
            );
        }
    }
}
