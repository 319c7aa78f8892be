//! Subaddresses: information elements in access transport, and `isub` in the URIs of SIP
//! (`TS 29.163 §7.4.7`, `Q.931 §4.5.8`–`9`, RFC 4715).

use std::fmt::Write;

use codecs::isup::{AccessTransport, ElementIdentifier, Parameter, Parameters};
use codecs::sip::TelUri;

use super::table::{Direction, Heading, Table};

/// What tells terminals behind one number apart: 1 to 19 characters of IA5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subaddress(Box<str>);

/// Both parties' subaddresses, where there are some.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subaddresses {
    /// Of whom to reach.
    pub called: Option<Subaddress>,
    /// Of who calls.
    pub calling: Option<Subaddress>,
}

/// Octet 3: a type of NSAP (`Q.931 table 4-10`); whether the digits are odd means nothing here.
const NSAP: u8 = 0x80;
const TYPE: u8 = 0xF0;

/// The authority and format identifier of a local subaddress in IA5 (`X.213 annex A`).
const LOCAL_IA5: u8 = 0x50;

/// What is left of a subaddress's 20 octets after that.
const LONGEST: usize = 19;

/// The encodings of RFC 4715 §4 that are NSAP in IA5: the one of that name, or none said.
const ENCODING: &str = "nsap-ia5";

impl Subaddress {
    fn new(text: &[u8]) -> Option<Self> {
        let fits = (1..=LONGEST).contains(&text.len()) && text.is_ascii();
        let text = std::str::from_utf8(text).ok().filter(|_| fits)?;
        Some(Self(text.into()))
    }

    /// That of a URI; none if it is no NSAP in IA5.
    pub fn of_uri(number: &TelUri<'_>) -> Option<Self> {
        let encoding = number.isdn_subaddress_encoding().unwrap_or(ENCODING);
        let text = number.isdn_subaddress()?;
        Self::new(&text).filter(|_| encoding.eq_ignore_ascii_case(ENCODING))
    }

    fn of_element(contents: &[u8]) -> Option<Self> {
        match contents {
            [kind, LOCAL_IA5, text @ ..] if kind & TYPE == NSAP => Self::new(text),
            _ => None,
        }
    }

    /// The parameters of a URI that has it, the first `;` included.
    pub fn in_uri(&self) -> String {
        let mut text = String::from(";isub=");
        for byte in self.0.bytes() {
            // Writing into memory does not fail.
            let _ = match byte.is_ascii_alphanumeric() {
                true => write!(text, "{}", char::from(byte)),
                false => write!(text, "%{byte:02X}"),
            };
        }
        text + ";isub-encoding=" + ENCODING
    }

    fn element(&self, identifier: ElementIdentifier) -> Vec<u8> {
        let length = self.0.len() as u8 + 2;
        let mut octets = vec![identifier.value(), length, NSAP, LOCAL_IA5];
        octets.extend(self.0.bytes());
        octets
    }
}

impl Subaddresses {
    /// Those that an IAM tells of.
    pub fn of_iam(parameters: &Parameters) -> Self {
        let Some(transport) = parameters.access_transport() else {
            return Self::default();
        };
        let of = |identifier| {
            let mut elements = transport.elements();
            let element = elements.find(|e| e.codeset == 0 && e.identifier == identifier)?;
            Subaddress::of_element(element.contents)
        };
        Self {
            called: of(ElementIdentifier::CALLED_SUBADDRESS),
            calling: of(ElementIdentifier::CALLING_SUBADDRESS),
        }
    }

    /// The parameter that tells of them.
    pub fn parameter(&self) -> Option<Parameter> {
        let of = |own: &Option<Subaddress>, identifier| {
            let element = own.as_ref().map(|own| own.element(identifier));
            element.unwrap_or_default()
        };
        let octets = [
            of(&self.called, ElementIdentifier::CALLED_SUBADDRESS),
            of(&self.calling, ElementIdentifier::CALLING_SUBADDRESS),
        ]
        .concat();
        let transport = AccessTransport::try_from(&*octets).ok();
        let said = transport.filter(|_| !octets.is_empty());
        said.map(Parameter::AccessTransport)
    }
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "subaddress",
        title: "subaddresses in access transport, and isub",
        clause: "TS 29.163 §7.4.7; Q.931 §4.5.8–9; RFC 4715 §4",
        direction: Direction::Both,
    };
    let rows = [
        [
            "called party subaddress, NSAP, AFI 50",
            "request URI",
            "isub=…;isub-encoding=nsap-ia5",
        ],
        [
            "calling party subaddress, NSAP, AFI 50",
            "P-Asserted-Identity",
            "isub=…;isub-encoding=nsap-ia5",
        ],
        ["other subaddresses", "", "not told"],
    ];
    let columns = ["information element", "field", "URI parameters"];
    vec![Table::new(
        heading,
        columns,
        rows.map(|row| row.map(str::to_owned)),
    )]
}

#[cfg(test)]
mod tests {
    use codecs::sip::Uri;

    use super::*;

    fn of(uri: &str) -> Option<Subaddress> {
        Subaddress::of_uri(&Uri::parse(uri).unwrap().telephone().unwrap())
    }

    /// RFC 4715 §4, §6; RFC 3966 §5.1.2.
    #[test]
    fn a_subaddress_of_a_uri_is_one_in_ia5() {
        let plain = of("tel:+17005554141;isub=12345").unwrap();
        assert_eq!(plain.in_uri(), ";isub=12345;isub-encoding=nsap-ia5");
        let said = of("tel:+17005554141;isub=12%2F3;isub-encoding=NSAP-IA5").unwrap();
        assert_eq!(said.in_uri(), ";isub=12%2F3;isub-encoding=nsap-ia5");
        assert_eq!(
            of("tel:+17005554141;isub=1234;isub-encoding=nsap-bcd"),
            None
        );
        assert_eq!(of("tel:+17005554141;isub=12345678901234567890"), None);
        assert_eq!(of("tel:+17005554141"), None);
    }

    /// `Q.931 §4.5.8`: identifier, length, NSAP, AFI 50, then IA5.
    #[test]
    fn a_subaddress_is_an_element_of_access_transport() {
        let subaddresses = Subaddresses {
            called: of("tel:+1;isub=45"),
            calling: of("tel:+1;isub=6"),
        };
        let parameter = subaddresses.parameter().unwrap();
        let Parameter::AccessTransport(transport) = &parameter else {
            panic!("{parameter:?}");
        };
        let expected = [0x71, 4, 0x80, 0x50, b'4', b'5', 0x6D, 3, 0x80, 0x50, b'6'];
        assert_eq!(transport.octets(), expected);
        let parameters = Parameters::default().with(parameter);
        assert_eq!(Subaddresses::of_iam(&parameters), subaddresses);
        assert_eq!(Subaddresses::default().parameter(), None);
    }

    #[test]
    fn subaddresses_of_users_own_kinds_are_none() {
        assert_eq!(Subaddress::of_element(&[0xA0, 0x50, b'1']), None);
        assert_eq!(Subaddress::of_element(&[0x80, 0x49, 0x12]), None);
        assert_eq!(Subaddress::of_element(&[0x80]), None);
        assert!(Subaddress::of_element(&[0x88, 0x50, b'1']).is_some());
    }
}
