//! Header fields that only the trust domain may set and see: they are not sent to other peers, and
//! what those say in them is not believed (RFC 3325 §5, §7).

use codecs::sip::HeaderName;
use protocols::sip::Header;

use super::table::{Direction, Heading, Table};

//= RFC 3325 §5; RFC 7044 §10.1; RFC 5806 §10; RFC 4412 §4.3; RFC 7315 §5.6
const FIELDS: &[(HeaderName<'static>, &str)] = &[
    (HeaderName::PAssertedIdentity, "RFC 3325 §5"),
    (HeaderName::HistoryInfo, "RFC 7044 §10.1"),
    (HeaderName::Diversion, "RFC 5806 §10"),
    (HeaderName::ResourcePriority, "RFC 4412 §4.3"),
    (HeaderName::PChargingVector, "RFC 7315 §5.6"),
];

/// Takes out what a peer outside of the trust domain may not see.
pub fn keep(headers: &mut Vec<Header>, trusted: bool) {
    let is_for_all = |name: &HeaderName<'_>| FIELDS.iter().all(|(field, _)| field != name);
    headers.retain(|(name, _)| trusted || is_for_all(name));
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
        assert_eq!(kept(false), [HeaderName::Privacy, HeaderName::UserToUser]);
        assert_eq!(kept(true).len(), 5);
    }
}
