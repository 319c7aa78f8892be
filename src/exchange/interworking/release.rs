//! Releases of the gateway's own: what it tells both sides of a call that it ends itself
//! (`TS 29.163 §7.2.3.1.10`, `§7.2.3.2.16`; `Q.764`).

use codecs::isup::{Cause, CauseIndicators, Location};

use super::table::{Direction, Heading, Table};

/// Why the gateway ends a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// No route leads to the called number, or only one that calls like this may not take.
    NoRoute,
    /// The called number cannot be reached from here, whatever follows it.
    NoSuchNumber,
    /// Digits are lacking, and none follow.
    Incomplete,
    /// SIP lacked digits, and none followed in time.
    NoMoreDigits,
    /// No trunk group of the route has an idle circuit, or too many were tried in vain.
    NoCircuit,
    /// The exchanges or the network on the way to them are congested.
    Congestion,
    /// No exchange of the route can be reached.
    Unreachable,
    /// No I-CSCF took the call, or none answered.
    NoAnswerFromSip,
    /// What the call needs cannot be said on the circuits of its route.
    Inexpressible,
    /// SIP or the circuits cannot have its medium.
    Medium,
    /// It needs user-to-user signalling that SIP has not.
    UserToUser,
    /// It may pass no further exchange.
    NoHops,
    /// It would return to where it came from, or was forwarded too often.
    Loop,
    /// No voice path could be had.
    NoPath,
    /// The voice path was lost.
    PathLost,
    /// Our answer to an INVITE was never acknowledged.
    Unacknowledged,
    /// An application wants the call to end that is not understood (`Q.765`).
    Application,
    /// The HSS was asked in vain.
    NoLocation,
    /// Whom a call was to be transferred to does not answer.
    TransferUnanswered,
    /// A transfer names a call to take the place of, which is beyond the circuits.
    NothingToReplace,
    /// The gateway stops.
    Stopping,
}

/// A reason, in words; its cause and, where the table of causes would not say it, its final response;
/// the clause.
type Row = (Own, &'static str, Cause, Option<u16>, &'static str);

const ROWS: [Row; 21] = [
    (
        Own::NoRoute,
        "no route for the number",
        Cause::NO_ROUTE,
        Some(404),
        "TS 29.163 §7.2.3.1.10",
    ),
    (
        Own::NoSuchNumber,
        "number that cannot be reached from here",
        Cause::NO_ROUTE,
        Some(404),
        "TS 29.163 §7.2.3.2.16",
    ),
    (
        Own::Incomplete,
        "digits lacking",
        Cause::ADDRESS_INCOMPLETE,
        Some(484),
        "TS 29.163 §7.2.3.1.10, §7.2.3.2.16",
    ),
    (
        Own::NoMoreDigits,
        "no further digit in time",
        Cause::ADDRESS_INCOMPLETE,
        None,
        "TS 29.163 §7.2.3.2.12",
    ),
    (
        Own::NoCircuit,
        "no idle circuit",
        Cause::NO_CIRCUIT,
        None,
        "TS 29.163 §7.2.3.1.10; Q.764 §2.1.1.3",
    ),
    (
        Own::Congestion,
        "congestion on the way",
        Cause::CONGESTION,
        None,
        "TS 29.163 §7.2.3.1.10; Q.764 §2.10",
    ),
    (
        Own::Unreachable,
        "no exchange of the route in reach",
        Cause::NETWORK_OUT_OF_ORDER,
        None,
        "Q.764 §2.13",
    ),
    (
        Own::NoAnswerFromSip,
        "no I-CSCF that answers",
        Cause::NETWORK_OUT_OF_ORDER,
        None,
        "TS 29.163 §7.2.3.2.16; RFC 3263 §4.3",
    ),
    (
        Own::Inexpressible,
        "parameter that may not be left out, and must be",
        Cause::PARAMETER_UNKNOWN,
        None,
        "Q.764 §2.9.5.3",
    ),
    (
        Own::Medium,
        "medium that is not supported",
        Cause::BEARER_NOT_IMPLEMENTED,
        None,
        "TS 29.163 §7.2.3.2.1, table 10a",
    ),
    (
        Own::UserToUser,
        "essential user-to-user signalling",
        Cause::FACILITY_NOT_IMPLEMENTED,
        None,
        "Q.737.1 §1",
    ),
    (
        Own::NoHops,
        "no hop left",
        Cause::EXCHANGE_ROUTING_ERROR,
        None,
        "Q.764 §2.9.9",
    ),
    (
        Own::Loop,
        "loop, or forwarded too often",
        Cause::EXCHANGE_ROUTING_ERROR,
        None,
        "Q.764 §2.9.9",
    ),
    (
        Own::NoPath,
        "no voice path to be had",
        Cause::RESOURCE_UNAVAILABLE,
        None,
        "TS 29.163 §7.2.3.1.10, §7.2.3.2.16",
    ),
    (
        Own::PathLost,
        "voice path lost",
        Cause::RESOURCE_UNAVAILABLE,
        None,
        "TS 29.163 §7.2.3.1.10, §7.2.3.2.16",
    ),
    (
        Own::Unacknowledged,
        "answer that nobody acknowledges",
        Cause::TIMER_EXPIRY,
        None,
        "RFC 3261 §13.3.1.4",
    ),
    (
        Own::Application,
        "application that is not understood and wants release",
        Cause::PROTOCOL_ERROR,
        None,
        "Q.765",
    ),
    (
        Own::NoLocation,
        "answer of the HSS without a destination",
        Cause::NETWORK_OUT_OF_ORDER,
        None,
        "TS 29.010 §4.5",
    ),
    (
        Own::TransferUnanswered,
        "no answer from the target of a transfer",
        Cause::NO_ANSWER,
        None,
        "Q.764 §2.1.7",
    ),
    (
        Own::NothingToReplace,
        "call to be replaced that is not one of ours",
        Cause::INTERWORKING,
        Some(481),
        "RFC 3891 §3",
    ),
    (
        Own::Stopping,
        "the gateway stops",
        Cause::TEMPORARY_FAILURE,
        Some(503),
        "RFC 3261 §21.5.4",
    ),
];

impl Own {
    const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        self.row().1
    }

    /// What the side in ISUP is told.
    pub fn cause(self) -> CauseIndicators {
        CauseIndicators::new(self.row().2, self.location())
    }

    /// The gateway is in the local public network; what SIP has refused was decided beyond it
    /// (`TS 29.163 §7.2.3.2.11`).
    const fn location(self) -> Location {
        match self {
            Self::NoMoreDigits => Location::BEYOND_INTERWORKING,
            _ => Location::PUBLIC_LOCAL,
        }
    }

    /// What a side in SIP is told whose call was not answered, unless the table of causes says it.
    pub const fn status(self) -> Option<u16> {
        self.row().3
    }
}

/// The rows as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "releases",
        title: "calls that the gateway itself ends",
        clause: "TS 29.163 §7.2.3.1.10, §7.2.3.2.16",
        direction: Direction::Both,
    };
    let row = |&(own, words, cause, status, clause): &Row| {
        let status = status.map_or_else(|| "as for the cause".into(), |status| status.to_string());
        let (value, location) = (cause.value().to_string(), own.cause().location.name());
        [
            words.into(),
            value,
            cause.name().into(),
            location.into(),
            status,
            clause.into(),
        ]
    };
    let columns = ["reason", "cause", "name", "location", "status", "clause"];
    vec![Table::new(heading, columns, ROWS.iter().map(row))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_finds_its_row() {
        for row in &ROWS {
            assert_eq!(row.0.row(), row);
        }
    }

    #[test]
    fn a_reason_with_a_status_is_no_success() {
        let statuses = ROWS.iter().filter_map(|(own, ..)| own.status());
        assert!(
            statuses
                .into_iter()
                .all(|status| (400..=699).contains(&status))
        );
    }
}
