//! `tel:` URIs (RFC 3966) with the parameters of number portability (RFC 4694), ISDN (RFC 3966
//! §5.3) and the calling party's category (TS 24.229 §7.2A.12).

use std::borrow::Cow;

use super::grammar::{escapes_are_sound, unescape_percent};
use super::params::Params;
use super::uri::is_printable_byte;
use crate::number::{Digits, DigitsError};

/// A telephone number with its parameters, from `tel:` or from the user part of a `sip:` URI.
#[derive(Debug, Clone, Copy)]
pub struct TelUri<'a> {
    /// As received: the whole `tel:` URI, or the user part of the `sip:` URI.
    pub text: &'a str,
    /// The number as received, with `+`, visual separators and percent-escapes.
    pub number: &'a str,
    /// `;phone-context=…;cpc=…;rn=…;npdi;isub=…`
    pub params: Params<'a>,
}

impl<'a> TelUri<'a> {
    /// Reads `number;params`, which is `text` without its scheme.
    pub(super) fn read(text: &'a str, subscriber: &'a str) -> Option<Self> {
        let (number, params) =
            subscriber.split_at(subscriber.find(';').unwrap_or(subscriber.len()));
        let well_formed = is_number(number)
            && params.bytes().all(|b| is_printable_byte(b) && b != b'@')
            && escapes_are_sound(params.as_bytes());
        Some(Self {
            text,
            number,
            params: well_formed.then(|| Params::of_uri(params))??,
        })
    }

    /// Whether the number is global: begins with `+` and the country code.
    pub fn is_global(&self) -> bool {
        self.number.starts_with('+')
    }

    /// The number without `+` and visual separators, with percent-escapes undone.
    ///
    /// # Errors
    /// [`DigitsError`] where it holds `*` or `#`, or more digits than a number may have.
    pub fn digits(&self) -> Result<Digits, DigitsError> {
        let number = unescape_percent(self.number.trim_start_matches('+'));
        String::from_utf8_lossy(&number).parse()
    }

    /// Where a local number is valid: a domain, or a global number prefix.
    pub fn phone_context(&self) -> Option<&'a str> {
        self.params.get("phone-context")
    }

    /// The calling party's category, such as `ordinary`, `payphone`, `test`.
    pub fn calling_party_category(&self) -> Option<&'a str> {
        self.params.get("cpc")
    }

    /// The routing number of a ported number, global or with [`Self::routing_number_context`].
    pub fn routing_number(&self) -> Option<&'a str> {
        self.params.get("rn")
    }

    /// Where a local routing number is valid.
    pub fn routing_number_context(&self) -> Option<&'a str> {
        self.params.get("rn-context")
    }

    /// The carrier that the caller chose, global or with [`Self::carrier_context`].
    pub fn carrier(&self) -> Option<&'a str> {
        self.params.get("cic")
    }

    /// Where a local carrier identification is valid.
    pub fn carrier_context(&self) -> Option<&'a str> {
        self.params.get("cic-context")
    }

    /// Whether the number portability database has been asked already.
    pub fn is_dipped(&self) -> bool {
        self.params.has("npdi")
    }

    /// The ISDN subaddress, with percent-escapes undone.
    pub fn isdn_subaddress(&self) -> Option<Cow<'a, [u8]>> {
        self.params.get("isub").map(unescape_percent)
    }

    /// How the ISDN subaddress is coded in ISDN, where that is said (RFC 4715 §4).
    pub fn isdn_subaddress_encoding(&self) -> Option<&'a str> {
        self.params.get("isub-encoding")
    }

    /// Whether both are the same number: visual separators, case, and the order of parameters do
    /// not matter (RFC 3966 §4).
    pub fn matches(&self, other: &TelUri<'_>) -> bool {
        same_number(self.number, other.number)
            && self.params_are_in(other)
            && other.params_are_in(self)
    }

    fn params_are_in(&self, other: &TelUri<'_>) -> bool {
        self.params.iter().all(|(name, value)| {
            let value = value.unwrap_or_default();
            other.params.get(name).is_some_and(|theirs| {
                if name.eq_ignore_ascii_case("phone-context") && value.starts_with('+') {
                    same_number(value, theirs)
                } else {
                    value.eq_ignore_ascii_case(theirs)
                }
            })
        })
    }
}

const fn is_visual_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'(' | b')')
}

/// Whether a text is a number. Its escapes mean what they stand for (RFC 3261 §19.1.4), but for that
/// of `+`, which is reserved.
fn is_number(number: &str) -> bool {
    let (digits, global) = match number.strip_prefix('+') {
        Some(digits) => (digits, true),
        None => (number, false),
    };
    let is_digit = |b: u8| {
        b.is_ascii_digit() || (!global && (b.is_ascii_hexdigit() || matches!(b, b'*' | b'#')))
    };
    let digits = unescape_percent(digits);
    digits.iter().any(|&b| is_digit(b))
        && digits
            .iter()
            .all(|&b| is_digit(b) || is_visual_separator(b))
}

fn same_number(a: &str, b: &str) -> bool {
    let (a, b) = (unescape_percent(a), unescape_percent(b));
    significant(&a).eq(significant(&b))
}

fn significant(number: &[u8]) -> impl Iterator<Item = u8> {
    number
        .iter()
        .filter(|&&b| !is_visual_separator(b))
        .map(u8::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use crate::sip::Uri;

    fn uri(text: &str) -> Uri<'_> {
        Uri::parse(text).unwrap()
    }

    #[test]
    fn parameters_of_numbers() {
        let tel = uri("tel:+49-171-5407090;npdi;rn=+4917199;cpc=payphone;isub=12%2034;x-y=z");
        let tel = tel.telephone().unwrap();
        assert!(tel.is_global() && tel.is_dipped());
        assert_eq!(tel.digits().unwrap().to_string(), "491715407090");
        assert_eq!(tel.routing_number(), Some("+4917199"));
        assert_eq!(tel.calling_party_category(), Some("payphone"));
        assert_eq!(tel.isdn_subaddress().unwrap().as_ref(), b"12 34");
        assert_eq!(tel.params.get("x-y"), Some("z"));
        let local = uri("tel:110;phone-context=+4930").telephone().unwrap();
        assert!(!local.is_global());
        assert_eq!(local.phone_context(), Some("+4930"));
        assert!(uri("tel:*21#").telephone().unwrap().digits().is_err());
    }

    #[test]
    fn numbers_in_sip_uris() {
        let sip = uri("sip:+49(171)5407090;phone-context=+49;npdi@gw.example.com;user=phone");
        let tel = sip.telephone().unwrap();
        assert_eq!(tel.number, "+49(171)5407090");
        assert!(tel.is_dipped());
        assert!(uri("sip:+4930@example.com").telephone().is_some());
        assert!(uri("sip:4930@example.com").telephone().is_none());
        assert!(uri("sip:4930@example.com;user=phone").telephone().is_some());
        assert!(
            uri("sip:alice@example.com;user=phone")
                .telephone()
                .is_none()
        );
        assert!(uri("sip:example.com;user=phone").telephone().is_none());
    }

    /// RFC 3261 §19.1.4: what is not reserved means the same when it is escaped.
    #[test]
    fn escapes_in_numbers() {
        let sip = uri("sip:+49%3900%2d123@gw");
        let tel = sip.telephone().unwrap();
        assert_eq!(tel.digits().unwrap().to_string(), "49900123");
        assert!(tel.matches(&uri("sip:+49900123@gw").telephone().unwrap()));
        let service = uri("sip:*21%23@gw;user=phone");
        assert!(service.telephone().unwrap().digits().is_err());
        // `+` is reserved, and no number has an `@`.
        for bad in ["sip:%2B4930@gw;user=phone", "sip:+49%4030@gw"] {
            assert!(uri(bad).telephone().is_none(), "{bad}");
        }
    }

    /// RFC 3966 §4.
    #[test]
    fn comparison_knows_separators_and_order() {
        for (a, b) in [
            ("tel:+1-201-555-0123", "TEL:+12015550123"),
            (
                "tel:7042;phone-context=example.com",
                "tel:70.42;PHONE-context=EXAMPLE.com",
            ),
            (
                "tel:863;phone-context=+1-914-555",
                "tel:863;phone-context=+1914555",
            ),
            ("tel:+1;a=b;c", "tel:+1;c;A=B"),
        ] {
            assert!(uri(a).matches(&uri(b)), "{a} {b}");
        }
        for (a, b) in [
            ("tel:+12015550123", "tel:12015550123"),
            ("tel:7042;phone-context=example.com", "tel:7042"),
            ("tel:+1;isub=1", "tel:+1;isub=2"),
        ] {
            assert!(!uri(a).matches(&uri(b)), "{a} {b}");
        }
    }
}
