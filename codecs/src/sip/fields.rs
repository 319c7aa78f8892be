//! Header fields with a grammar of their own: CSeq, Content-Type, Reason, Privacy.

use super::Malformed;
use super::grammar::{find_outside, is_token_text, trim, trim_str, unescape};
use super::method::Method;
use super::params::Params;

/// The CSeq header field (RFC 3261 §20.16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CSeq<'a> {
    /// 0 to 2³¹ − 1.
    pub number: u32,
    /// The method of the request it numbers.
    pub method: Method<'a>,
}

impl<'a> CSeq<'a> {
    /// Reads the value of a CSeq field.
    ///
    /// # Errors
    /// [`Malformed`] unless it is a number below 2³¹ and a method.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(value).ok_or_else(|| Malformed::syntax("CSeq", value, "RFC 3261 §20.16"))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(trim(value)).ok()?;
        let (number, method) = text.split_once([' ', '\t', '\r', '\n'])?;
        let method = trim_str(method);
        Some(Self {
            number: decimal(number.as_bytes()).filter(|&number| number < 1 << 31)?,
            method: is_token_text(method.as_bytes()).then(|| Method::parse(method))?,
        })
    }
}

/// A run of digits that fits 32 bits.
pub(super) fn decimal(text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u32, |number, &byte| {
        let digit = char::from(byte).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// The Content-Type header field (RFC 3261 §20.15).
#[derive(Debug, Clone, Copy)]
pub struct ContentType<'a> {
    /// `application`
    pub kind: &'a str,
    /// `sdp`
    pub subtype: &'a str,
    /// `;boundary=…;version=…`
    pub params: Params<'a>,
}

impl<'a> ContentType<'a> {
    /// Reads the value of a Content-Type field.
    ///
    /// # Errors
    /// [`Malformed`] unless it is `type/subtype[;params]`.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(value).ok_or_else(|| Malformed::syntax("Content-Type", value, "RFC 3261 §20.15"))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let (text, params) = value.split_at(find_outside(value, b';').unwrap_or(value.len()));
        let (kind, subtype) = std::str::from_utf8(text).ok()?.split_once('/')?;
        let (kind, subtype) = (trim_str(kind), trim_str(subtype));
        (is_token_text(kind.as_bytes()) && is_token_text(subtype.as_bytes())).then_some(Self {
            kind,
            subtype,
            params: Params::of_field(params)?,
        })
    }

    /// Whether it is `kind/subtype`, without regard to case.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
    }
}

/// One value of the Reason header field (RFC 3326), `Q.850;cause=16;text="…"`.
#[derive(Debug, Clone, Copy)]
pub struct Reason<'a> {
    /// `Q.850`, `SIP`, …
    pub protocol: &'a str,
    /// `;cause=16;text="…"`
    pub params: Params<'a>,
}

impl<'a> Reason<'a> {
    /// Reads one value of a Reason field.
    ///
    /// # Errors
    /// [`Malformed`] unless it is a token with parameters.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(value).ok_or_else(|| Malformed::syntax("Reason", value, "RFC 3326 §2"))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let (text, params) = value.split_at(find_outside(value, b';').unwrap_or(value.len()));
        let protocol = std::str::from_utf8(trim(text)).ok()?;
        is_token_text(protocol.as_bytes()).then_some(Self {
            protocol,
            params: Params::of_field(params)?,
        })
    }

    /// The cause value, where it is a number.
    pub fn cause(&self) -> Option<u16> {
        self.params.get("cause")?.parse().ok()
    }

    /// The cause value of Q.850 (RFC 6432), 0–127, where the reason is one.
    pub fn q850(&self) -> Option<u8> {
        self.protocol
            .eq_ignore_ascii_case("Q.850")
            .then(|| self.cause())?
            .and_then(|cause| u8::try_from(cause).ok())
            .filter(|&cause| cause < 128)
    }

    /// The text, in words.
    pub fn text(&self) -> Option<std::borrow::Cow<'a, str>> {
        self.params.get("text").map(unescape)
    }
}

/// The Privacy header field (RFC 3323 §4.2): what the caller wants withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Privacy {
    /// Header fields that reveal the user.
    pub header: bool,
    /// Session descriptions.
    pub session: bool,
    /// What a user agent fills in itself.
    pub user: bool,
    /// The asserted identity (RFC 3325 §9.3).
    pub id: bool,
    /// The history of diversions (RFC 7044 §10.1).
    pub history: bool,
    /// Explicitly nothing.
    pub none: bool,
    /// If this cannot be had, the call must fail.
    pub critical: bool,
}

impl Privacy {
    /// Reads the value of a Privacy field: values separated by `;`. Unknown ones are passed over.
    pub fn parse(value: &[u8]) -> Self {
        let mut privacy = Self::default();
        for value in value.split(|&b| matches!(b, b';' | b',')) {
            privacy.add(trim(value));
        }
        privacy
    }

    fn add(&mut self, value: &[u8]) {
        let flags = [
            (&b"header"[..], &mut self.header),
            (b"session", &mut self.session),
            (b"user", &mut self.user),
            (b"id", &mut self.id),
            (b"history", &mut self.history),
            (b"none", &mut self.none),
            (b"critical", &mut self.critical),
        ];
        for (name, flag) in flags {
            *flag |= name.eq_ignore_ascii_case(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_rfc_3326_and_6432() {
        let reason = Reason::parse(b"Q.850 ;cause=16 ;text=\"Terminated \\\"well\\\"\"").unwrap();
        assert_eq!((reason.q850(), reason.cause()), (Some(16), Some(16)));
        assert_eq!(reason.text().unwrap(), "Terminated \"well\"");
        let sip = Reason::parse(b"SIP;cause=200").unwrap();
        assert_eq!((sip.q850(), sip.cause()), (None, Some(200)));
        assert_eq!(Reason::parse(b"Q.850;cause=200").unwrap().q850(), None);
        assert!(Reason::parse(b";cause=16").is_err());
    }

    #[test]
    fn privacy_values_in_any_order() {
        let privacy = Privacy::parse(b"Id ; critical;x");
        let expected = Privacy {
            id: true,
            critical: true,
            ..Privacy::default()
        };
        assert_eq!(privacy, expected);
    }

    #[test]
    fn content_types_with_parameters() {
        let value = b"application / ISUP ; version=itu-t92+ ;base=itu-t92+";
        let isup = ContentType::parse(value).unwrap();
        assert!(isup.is("Application", "isup"));
        assert_eq!(isup.params.get("version"), Some("itu-t92+"));
        assert!(ContentType::parse(b"application").is_err());
    }

    #[test]
    fn sequence_numbers_stay_below_two_to_the_31() {
        assert_eq!(CSeq::parse(b"2147483647 ACK").unwrap().method, Method::Ack);
        for bad in [
            &b"2147483648 ACK"[..],
            b"4294967296 ACK",
            b"-1 ACK",
            b"1",
            b"1 ",
            b"1 A B",
        ] {
            assert!(CSeq::parse(bad).is_err());
        }
    }
}
