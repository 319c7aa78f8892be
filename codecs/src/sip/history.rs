//! History-Info: which targets a request had before this one, and why they changed (RFC 7044, with
//! the causes of RFC 4458 and RFC 8119).

use super::address::NameAddr;
use super::error::Malformed;
use super::fields::Privacy;
use super::grammar::unescape_percent;
use super::uri::Uri;

/// One entry of a history.
#[derive(Debug, Clone, Copy)]
pub struct HistoryEntry<'a> {
    /// The target, with the entry's parameters.
    pub target: NameAddr<'a>,
}

impl<'a> HistoryEntry<'a> {
    /// Reads one value of a History-Info field.
    ///
    /// # Errors
    /// [`Malformed`] unless it is an address with parameters.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        let target = NameAddr::parse("History-Info", value)?;
        Ok(Self { target })
    }

    /// Its place in the tree of targets, such as `1.2.1`.
    pub fn index(&self) -> Option<&'a str> {
        self.target.params.get("index")
    }

    /// The place of the entry whose target this one replaced: another user (`mp`), the same one at
    /// another address (`rc`), or one that nothing is known of (`np`).
    pub fn replaces(&self) -> Option<&'a str> {
        let place = |name| self.target.params.get(name);
        place("mp").or_else(|| place("rc")).or_else(|| place("np"))
    }

    /// Why the request was retargeted here: the `cause` parameter of the URI.
    pub fn cause(&self) -> Option<u16> {
        let params = match self.target.uri {
            Uri::Sip(uri) => uri.params,
            Uri::Tel(uri) => uri.params,
            Uri::Other(_) => return None,
        };
        params.get("cause")?.parse().ok()
    }

    /// What is to be withheld of it: the Privacy header field within the URI (§10.1).
    pub fn privacy(&self) -> Privacy {
        let headers = self.target.uri.sip().and_then(|uri| uri.headers);
        let mut pairs = headers.into_iter().flat_map(|headers| headers.split('&'));
        let privacy = pairs.find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.eq_ignore_ascii_case("Privacy")
                .then(|| unescape_percent(value))
        });
        privacy.map_or_else(Privacy::default, |value| Privacy::parse(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> HistoryEntry<'_> {
        HistoryEntry::parse(text.as_bytes()).unwrap()
    }

    /// RFC 7044 §5.1 and its privacy in §10.1; the cause of RFC 4458 §2.
    #[test]
    fn places_causes_and_privacy() {
        let bob = entry("<sip:bob@192.0.2.4?Privacy=history&Reason=SIP%3Bcause%3D302>;index=1.1.1");
        assert_eq!((bob.index(), bob.replaces()), (Some("1.1.1"), None));
        assert!(bob.privacy().history && !bob.privacy().none);
        assert_eq!(bob.cause(), None);
        let office = entry("<sip:+4930@example.com;user=phone;cause=486>;index=1.2;mp=1.1");
        assert_eq!(
            (office.cause(), office.replaces()),
            (Some(486), Some("1.1"))
        );
        assert_eq!(office.privacy(), Privacy::default());
        assert_eq!(
            entry("<tel:+4930;cause=302>;index=1.1;rc=1").cause(),
            Some(302)
        );
        assert!(HistoryEntry::parse(b"index=1").is_err());
    }
}
