//! What the HSS says of a subscriber who cannot be called, and the causes that tell of it
//! (`TS 29.010 §4.5`).

use codecs::isup::{Cause, CauseIndicators};
use codecs::map::ErrorCode;

use super::cause::here;
use super::table::{Direction, Heading, Table};

//= TS 29.010 §4.5: MAP user errors of sendRoutingInfo to Q.850 causes; all others are 127
const ERRORS: &[(ErrorCode, &str, Cause)] = &[
    (
        ErrorCode::UNKNOWN_SUBSCRIBER,
        "unknown subscriber",
        Cause::UNALLOCATED_NUMBER,
    ),
    (
        ErrorCode::NUMBER_CHANGED,
        "number changed",
        Cause::NUMBER_CHANGED,
    ),
    (
        ErrorCode::ABSENT_SUBSCRIBER,
        "absent subscriber",
        Cause::SUBSCRIBER_ABSENT,
    ),
    (ErrorCode::CALL_BARRED, "call barred", Cause::CALL_REJECTED),
    (
        ErrorCode::FORWARDING_VIOLATION,
        "forwarding violation",
        Cause::CALL_REJECTED,
    ),
    (
        ErrorCode::TELESERVICE_NOT_PROVISIONED,
        "teleservice not provisioned",
        Cause::BEARER_NOT_AUTHORIZED,
    ),
    (
        ErrorCode::BEARER_SERVICE_NOT_PROVISIONED,
        "bearer service not provisioned",
        Cause::BEARER_NOT_AUTHORIZED,
    ),
    (
        ErrorCode::FACILITY_NOT_SUPPORTED,
        "facility not supported",
        Cause::FACILITY_NOT_IMPLEMENTED,
    ),
    (
        ErrorCode::CUG_REJECT,
        "closed user group reject",
        Cause::FACILITY_REJECTED,
    ),
    (
        ErrorCode::BUSY_SUBSCRIBER,
        "busy subscriber",
        Cause::USER_BUSY,
    ),
    (
        ErrorCode::NO_SUBSCRIBER_REPLY,
        "no subscriber reply",
        Cause::NO_ANSWER,
    ),
    (
        ErrorCode::SYSTEM_FAILURE,
        "system failure",
        Cause::NETWORK_OUT_OF_ORDER,
    ),
];

/// The cause for an error of the HSS.
pub fn cause(error: ErrorCode) -> CauseIndicators {
    let row = ERRORS.iter().find(|(of, _, _)| *of == error);
    here(row.map_or(Cause::INTERWORKING, |&(_, _, cause)| cause))
}

/// The rows as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "hss",
        title: "errors of the HSS, and the causes that tell of them",
        clause: "TS 29.010 §4.5",
        direction: Direction::ToIsup,
    };
    let shown = |error: &str, cause: Cause| {
        [error, &cause.value().to_string(), cause.name()].map(str::to_owned)
    };
    let rows = ERRORS.iter().map(|&(_, error, cause)| shown(error, cause));
    let rows = rows.chain([shown("others", Cause::INTERWORKING)]);
    vec![Table::new(heading, ["error", "cause", "name"], rows)]
}
