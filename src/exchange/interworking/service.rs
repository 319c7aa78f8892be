//! The communication service of a call to an IMS: multimedia telephony (`TS 24.173 §5.1`; RFC 6050,
//! RFC 3841; `TS 24.229 §7.2A.8`, `§7.9.2`).

use codecs::sip::HeaderName;
use protocols::sip::Header;

use super::table::{Direction, Heading, Table};

/// Multimedia telephony.
const MMTEL: &str = "urn:urn-7:3gpp-service.ims.icsi.mmtel";

/// Where the call is to go if the called party has several terminals: to one that has the service.
const MMTEL_TERMINALS: &str = "*;+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\"";

const FIELDS: [(HeaderName<'static>, &str, &str); 2] = [
    (
        HeaderName::Other("P-Asserted-Service"),
        MMTEL,
        "RFC 6050 §4.1",
    ),
    (HeaderName::AcceptContact, MMTEL_TERMINALS, "RFC 3841 §9.2"),
];

/// The header fields that say so.
pub fn headers() -> impl Iterator<Item = Header> {
    FIELDS
        .into_iter()
        .map(|(name, value, _)| (name, value.to_owned()))
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "service",
        title: "the service of calls to an IMS (peers with ims_fields)",
        clause: "TS 24.173 §5.1; RFC 6050 §4.1; TS 24.229 §7.9.2",
        direction: Direction::ToSip,
    };
    let rows = FIELDS.map(|(name, value, clause)| [name.to_string(), value.into(), clause.into()]);
    vec![Table::new(heading, ["field", "value", "clause"], rows)]
}
