//! Header fields that only the trust domain may set and see: they are not sent to other peers, and
//! what those say in them is not believed (RFC 3325 §5, §7; TS 24.229 §4.4).

use codecs::sip::HeaderName::{self, Other};
use protocols::sip::Header;

use super::table::{Direction, Heading, Table};

/// Each with what makes it one for the trust domain.
const FIELDS: &[(HeaderName<'static>, &str)] = &[
    //= RFC 3325 §5
    (HeaderName::PAssertedIdentity, "RFC 3325 §5"),
    //= RFC 6050 §4.2
    (Other("P-Asserted-Service"), "RFC 6050 §4.2"),
    //= RFC 5009 §6
    (HeaderName::PEarlyMedia, "RFC 5009 §6"),
    //= RFC 7044 §10.1, RFC 5806 §10
    (HeaderName::HistoryInfo, "RFC 7044 §10.1"),
    (HeaderName::Diversion, "RFC 5806 §10"),
    //= RFC 4412 §4.3
    (HeaderName::ResourcePriority, "RFC 4412 §4.3"),
    //= RFC 7315 §4, which replaces RFC 3455
    (HeaderName::PAssociatedUri, "RFC 7315 §4.1"),
    (HeaderName::PCalledPartyId, "RFC 7315 §4.2"),
    (HeaderName::PVisitedNetworkId, "RFC 7315 §4.3"),
    (HeaderName::PAccessNetworkInfo, "RFC 7315 §4.4"),
    (Other("P-Charging-Function-Addresses"), "RFC 7315 §4.5"),
    (HeaderName::PChargingVector, "RFC 7315 §4.6"),
    (Other("P-User-Database"), "RFC 4457"),
    (Other("P-Profile-Key"), "RFC 5002"),
    (Other("P-Served-User"), "RFC 5502"),
    (Other("P-Private-Network-Indication"), "RFC 7316"),
    //= RFC 8224 §1: Identity is signed, so it is for everybody; what was verified is not.
    (Other("Attestation-Info"), "TS 24.229 §4.4"),
    (Other("Origination-Id"), "TS 24.229 §4.4"),
    (Other("Additional-Identity"), "TS 24.229 §4.4"),
    (Other("Priority-Verstat"), "TS 24.229 §4.4"),
    (Other("Cellular-Network-Info"), "TS 24.229 §4.4"),
    (Other("Feature-Caps"), "TS 24.229 §4.4"),
    (Other("Relayed-Charge"), "TS 24.229 §4.4"),
    (Other("Restoration-Info"), "TS 24.229 §4.4"),
    (Other("Service-Interact-Info"), "TS 24.229 §4.4"),
];

/// Whether only the trust domain may set and see a header field.
pub fn is_guarded(name: HeaderName<'_>) -> bool {
    FIELDS.iter().any(|(field, _)| *field == name)
}

/// Takes out what a peer outside of the trust domain may not see.
pub fn keep(headers: &mut Vec<Header>, trusted: bool) {
    headers.retain(|(name, _)| trusted || !is_guarded(*name));
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "trust",
        title: "header fields of the trust domain",
        clause: "RFC 3325 §5, §7",
        direction: Direction::Both,
    };
    let rows = FIELDS.iter().map(|(name, clause)| {
        let rest = ["not believed", "not sent"].map(str::to_owned);
        let [believed, sent] = rest;
        [name.to_string(), (*clause).to_owned(), believed, sent]
    });
    let columns = ["field", "clause", "from peers not trusted", "to them"];
    vec![Table::new(heading, columns, rows)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_see_no_identity_but_what_from_says() {
        let all = || -> Vec<Header> {
            let names = [
                HeaderName::PAssertedIdentity,
                HeaderName::Privacy,
                HeaderName::HistoryInfo,
                HeaderName::Diversion,
                HeaderName::UserToUser,
                Other("p-served-user"),
                Other("Identity"),
            ];
            names.map(|name| (name, String::new())).into()
        };
        let kept = |trusted| {
            let mut headers = all();
            keep(&mut headers, trusted);
            headers
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        let theirs = [
            HeaderName::Privacy,
            HeaderName::UserToUser,
            Other("Identity"),
        ];
        assert_eq!(kept(false), theirs);
        assert_eq!(kept(true).len(), 7);
    }

    #[test]
    fn each_field_is_listed_once_by_the_name_it_is_found_under() {
        for (index, (name, _)) in FIELDS.iter().enumerate() {
            let before = &FIELDS[..index];
            assert!(before.iter().all(|(other, _)| other != name), "{name}");
            let read = HeaderName::parse(name.as_str());
            assert_eq!(matches!(read, Other(_)), matches!(name, Other(_)), "{name}");
        }
    }
}
