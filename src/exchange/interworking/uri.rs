//! The called number in a URI: `tel:` and `sip:` with the parameters of number portability and
//! carrier selection (RFC 3966, RFC 4694; `TS 29.163 §7.2.3.1.2.1`, `§7.2.3.2.2.1`).

use std::fmt::Write;

use codecs::number::{Digits, DigitsError};
use codecs::sip::TelUri;
use routing::{AnalysisError, E164, E164Error, NumberingArea};

use super::subaddress::Subaddress;
use super::table::{Direction, Heading, Table};
use crate::exchange::leg::{Portability, Setup};

/// The global number of a `tel:` URI: itself, or completed by its context (RFC 3966 §5.1.5), or as
/// dialled here.
///
/// # Errors
/// [`AnalysisError`] if it names nobody here.
pub fn of_tel(number: &TelUri<'_>, area: &NumberingArea) -> Result<E164, AnalysisError> {
    let digits = number.digits().map_err(E164Error::from)?;
    if digits.is_empty() {
        return Err(AnalysisError::Incomplete);
    }
    if number.is_global() {
        return Ok(E164::new(digits)?);
    }
    match number.phone_context().and_then(|c| c.strip_prefix('+')) {
        Some(prefix) => {
            let prefix: Digits = prefix.parse().map_err(E164Error::from)?;
            Ok(E164::new(prefix.join(&digits).map_err(E164Error::from)?)?)
        }
        None => area.dialled(&digits),
    }
}

/// What a URI says of its number's network.
pub fn portability(number: &TelUri<'_>) -> Portability {
    let context = number.routing_number_context();
    Portability {
        routing_number: number
            .routing_number()
            .and_then(|rn| in_context(rn, context)),
        queried: number.is_dipped(),
    }
}

/// The carrier that a URI asks for.
pub fn carrier(number: &TelUri<'_>) -> Option<Digits> {
    in_context(number.carrier()?, number.carrier_context())
}

/// Digits that are global, or completed by a context that is a global prefix.
fn in_context(text: &str, context: Option<&str>) -> Option<Digits> {
    let digits: Result<Digits, DigitsError> = match text.strip_prefix('+') {
        Some(global) => global.parse(),
        None => {
            let prefix: Digits = context?.strip_prefix('+')?.parse().ok()?;
            prefix.join(&text.parse().ok()?)
        }
    };
    digits.ok().filter(|digits| !digits.is_empty())
}

/// The request URI of a call: its called number, and what is known of that number's network.
pub fn request_uri(setup: &Setup, area: &NumberingArea) -> String {
    let mut uri = setup.called.tel_uri();
    let subaddress = setup.subaddresses.called.as_ref();
    uri.extend(subaddress.map(Subaddress::in_uri));
    if let Some(carrier) = &setup.carrier {
        add(&mut uri, "cic", carrier, area);
    }
    if setup.portability.queried {
        uri.push_str(";npdi");
    }
    if let Some(routing_number) = &setup.portability.routing_number {
        add(&mut uri, "rn", routing_number, area);
    }
    uri
}

/// A global number with `+`; digits that no global number has stand in the context of this country
/// (RFC 4694 §4).
fn add(uri: &mut String, name: &str, digits: &Digits, area: &NumberingArea) {
    let country = &area.country_code;
    // Writing into memory does not fail.
    let _ = if digits.signals().all(|signal| signal < 10) {
        write!(uri, ";{name}=+{digits}")
    } else {
        let local = digits.skip(country.len());
        write!(uri, ";{name}={local};{name}-context=+{country}")
    };
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = |title, clause| Heading {
        subject: "number",
        title,
        clause,
        direction: Direction::Both,
    };
    let called = [
        ["called party number, nature 3, 4, 1, 2", "tel:+CC NDC SN"],
        [
            "called party number, nature 6, 7, with called directory number",
            "tel:+DN;npdi;rn=…",
        ],
        [
            "network routing number (written for calls from SIP)",
            "rn=+… or rn=…;rn-context=+CC",
        ],
        [
            "number portability forward information 2, 3; FCI bit M",
            "npdi",
        ],
        ["transit network selection, national", "cic=+CC…"],
    ];
    let natures = [
        ["country code is ours", "national (significant) number"],
        ["another country code", "international number"],
    ];
    let text = |row: [&str; 2]| row.map(str::to_owned);
    vec![
        Table::new(
            heading(
                "called number, its network and carrier",
                "TS 29.163 §7.2.3.1.2.1, §7.2.3.2.2.1; RFC 4694 §4; Q.769.1 §6",
            ),
            ["ISUP", "request URI"],
            called.map(text),
        ),
        Table::new(
            Heading {
                direction: Direction::ToIsup,
                ..heading("nature of address", "TS 29.163 §7.2.3.1.2.1; Q.763 §3.9 b)")
            },
            ["number", "nature of address"],
            natures.map(text),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use codecs::sip::Uri;

    use super::*;

    fn of(text: &str) -> (Portability, Option<String>) {
        let uri = Uri::parse(text).unwrap();
        let number = uri.telephone().unwrap();
        let carrier = carrier(&number).map(|digits| digits.to_string());
        (portability(&number), carrier)
    }

    /// The examples of RFC 4694 §6, and hexadecimal digits as its §4 has them.
    #[test]
    fn routing_numbers_and_carriers() {
        let (ported, carrier) = of("tel:+1-800-123-4567;cic=+1-6789;npdi;rn=+1-202-533-1234");
        assert!(ported.queried);
        assert_eq!(ported.routing_number.unwrap().to_string(), "12025331234");
        assert_eq!(carrier.as_deref(), Some("16789"));
        let (local, _) = of("tel:+49721;rn=D123;rn-context=+49");
        assert_eq!(local.routing_number.unwrap().to_string(), "49D123");
        assert!(!local.queried);
        let (nowhere, carrier) = of("tel:+1800;rn=123;rn-context=example.com;cic=12");
        assert_eq!((nowhere, carrier), (Portability::default(), None));
    }
}
