//! Causes of ISUP and final responses of SIP, both ways, and the `Reason` header that carries a
//! cause through SIP (RFC 3326, RFC 6432).

use std::fmt::Write;

use codecs::isup::{Cause, CauseIndicators, Location};

use super::table::{Direction, Heading, Table};

/// Which standard's tables a gateway follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CauseTables {
    /// 3GPP TS 29.163 (an IMS's MGCF).
    #[default]
    Ts29163,
    /// RFC 3398 (a SIP network other than an IMS).
    Rfc3398,
}

//= TS 29.163 §7.2.3.1.7 table 8 (Q.1912.5 table 21): REL received before answer to final response
const TS29163_CAUSE_TO_STATUS: &[(u8, u16)] = &[
    (1, 404),
    (2, 500),
    (3, 500),
    (4, 500),
    (5, 404),
    (8, 500),
    (9, 500),
    (16, 480),
    (17, 486),
    (18, 480),
    (19, 480),
    (20, 480),
    (21, 480),
    (22, 410),
    (24, 433),
    (25, 480),
    (27, 502),
    (28, 484),
    (29, 500),
    (31, 480),
    (34, 480),
    (38, 480),
    (41, 480),
    (42, 480),
    (43, 480),
    (44, 480),
    (46, 480),
    (47, 480),
    (50, 500),
    (55, 500),
    (57, 500),
    (58, 500),
    (63, 500),
    (65, 500),
    (70, 500),
    (79, 500),
    (87, 500),
    (88, 500),
    (95, 500),
    (97, 500),
    (99, 500),
    (102, 480),
    (103, 500),
    (110, 500),
    (111, 500),
    (127, 480),
];

//= RFC 3398 §7.2.4.1, §8.2.6.1: release cause to final response
const RFC3398_CAUSE_TO_STATUS: &[(u8, u16)] = &[
    (1, 404),
    (2, 404),
    (3, 404),
    (17, 486),
    (18, 408),
    (19, 480),
    (20, 480),
    (21, 403),
    (22, 410),
    (23, 410),
    (26, 404),
    (27, 502),
    (28, 484),
    (29, 501),
    (31, 480),
    (34, 503),
    (38, 503),
    (41, 503),
    (42, 503),
    (47, 503),
    (55, 403),
    (57, 403),
    (58, 503),
    (65, 488),
    (70, 488),
    (79, 501),
    (87, 403),
    (88, 503),
    (102, 504),
    (111, 500),
    (127, 500),
];

//= TS 29.163 §7.2.3.2.11 table 18 (Q.1912.5 table 40): final response to cause; others are 127
const TS29163_STATUS_TO_CAUSE: &[(u16, u8)] = &[
    (404, 1),
    (410, 22),
    (433, 24),
    (480, 20),
    (484, 28),
    (486, 17),
    (600, 17),
    (603, 21),
    (604, 1),
];

//= RFC 3398 §8.2.6.1: final response to cause; others are 127 (§8.2.6.1, last paragraph: 31)
const RFC3398_STATUS_TO_CAUSE: &[(u16, u8)] = &[
    (400, 41),
    (401, 21),
    (402, 21),
    (403, 21),
    (404, 1),
    (405, 63),
    (406, 79),
    (407, 21),
    (408, 102),
    (410, 22),
    (413, 127),
    (414, 127),
    (415, 79),
    (416, 127),
    (420, 127),
    (421, 127),
    (423, 127),
    (480, 18),
    (481, 41),
    (482, 25),
    (483, 25),
    (484, 28),
    (485, 1),
    (486, 17),
    (500, 41),
    (501, 79),
    (502, 38),
    (503, 41),
    (504, 102),
    (505, 127),
    (513, 127),
    (600, 17),
    (603, 21),
    (604, 1),
];

impl CauseTables {
    /// The final response that tells SIP of a release. A cause without a row gets the answer that
    /// its class gets.
    pub fn status(self, cause: Cause) -> u16 {
        let (rows, other) = self.to_status();
        row(rows, cause.value()).unwrap_or(other)
    }

    /// The cause that tells ISUP of a final response without a `Reason` of its own.
    pub fn cause(self, status: u16) -> Cause {
        let (rows, other) = self.to_cause();
        let stated = row(rows, status).and_then(|cause| Cause::try_from(cause).ok());
        stated.unwrap_or(other)
    }
}

impl CauseTables {
    fn shown_to_sip(self, clause: &'static str) -> Table {
        let heading = Heading {
            subject: "causes",
            title: "The final response that tells of a release before answer",
            clause,
            direction: Direction::ToSip,
        };
        let (rows, other) = self.to_status();
        let shown = |&(cause, status): &(u8, u16)| {
            let name = Cause::try_from(cause).map_or("", Cause::name);
            [cause.to_string(), name.into(), status.to_string()]
        };
        let others = ["others".into(), String::new(), other.to_string()];
        let rows = rows.iter().map(shown).chain([others]);
        Table::new(heading, ["cause", "name", "status"], rows)
    }

    fn shown_to_isup(self, clause: &'static str) -> Table {
        let heading = Heading {
            subject: "causes",
            title: "The cause that tells of a final response without a Reason",
            clause,
            direction: Direction::ToIsup,
        };
        let (rows, other) = self.to_cause();
        let shown = |&(status, cause): &(u16, u8)| {
            let name = Cause::try_from(cause).map_or("", Cause::name);
            [status.to_string(), cause.to_string(), name.into()]
        };
        let other = [
            "others".into(),
            other.value().to_string(),
            other.name().into(),
        ];
        let rows = rows.iter().map(shown).chain([other]);
        Table::new(heading, ["status", "cause", "name"], rows)
    }

    /// Rows, and the status of causes without one.
    fn to_status(self) -> (&'static [(u8, u16)], u16) {
        match self {
            Self::Ts29163 => (TS29163_CAUSE_TO_STATUS, 480),
            Self::Rfc3398 => (RFC3398_CAUSE_TO_STATUS, 500),
        }
    }

    /// Rows, and the cause of statuses without one.
    fn to_cause(self) -> (&'static [(u16, u8)], Cause) {
        match self {
            Self::Ts29163 => (TS29163_STATUS_TO_CAUSE, Cause::INTERWORKING),
            Self::Rfc3398 => (RFC3398_STATUS_TO_CAUSE, Cause::NORMAL_UNSPECIFIED),
        }
    }
}

fn row<K: Ord + Copy, V: Copy>(rows: &[(K, V)], key: K) -> Option<V> {
    rows.binary_search_by_key(&key, |&(key, _)| key)
        .ok()
        .map(|index| rows[index].1)
}

/// A `Reason` header value for a release (`RFC 3326 §2`, `RFC 6432`): `Q.850;cause=16;text="…"`.
pub fn reason(cause: Cause) -> String {
    let mut value = String::with_capacity(64);
    // Writing into memory does not fail.
    let _ = write!(
        value,
        "Q.850;cause={};text=\"{}\"",
        cause.value(),
        cause.name()
    );
    value
}

/// Cause indicators for something that was decided in SIP (`TS 29.163 §7.2.3.2.11`: the location is
/// the network beyond the interworking point).
pub fn beyond(cause: Cause) -> CauseIndicators {
    CauseIndicators::new(cause, Location::BEYOND_INTERWORKING)
}

/// Cause indicators for something that this gateway decided.
pub fn here(cause: Cause) -> CauseIndicators {
    CauseIndicators::new(cause, Location::PUBLIC_LOCAL)
}

/// The tables of both standards as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let standards = [
        (
            CauseTables::Ts29163,
            "TS 29.163 §7.2.3.1.7, table 8; Q.1912.5 table 21",
            "TS 29.163 §7.2.3.2.11, table 18; Q.1912.5 table 40",
        ),
        (
            CauseTables::Rfc3398,
            "RFC 3398 §7.2.4.1",
            "RFC 3398 §8.2.6.1",
        ),
    ];
    let both = |(tables, to_sip, to_isup): (CauseTables, _, _)| {
        [tables.shown_to_sip(to_sip), tables.shown_to_isup(to_isup)]
    };
    standards.into_iter().flat_map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_sorted_without_duplicates<K: Ord, V>(rows: &[(K, V)]) -> bool {
        rows.windows(2).all(|pair| pair[0].0 < pair[1].0)
    }

    #[test]
    fn the_tables_can_be_searched() {
        assert!(is_sorted_without_duplicates(TS29163_CAUSE_TO_STATUS));
        assert!(is_sorted_without_duplicates(RFC3398_CAUSE_TO_STATUS));
        assert!(is_sorted_without_duplicates(TS29163_STATUS_TO_CAUSE));
        assert!(is_sorted_without_duplicates(RFC3398_STATUS_TO_CAUSE));
    }

    #[test]
    fn every_cause_gets_a_final_response_and_every_response_a_cause() {
        for tables in [CauseTables::Ts29163, CauseTables::Rfc3398] {
            let causes = (0..128).map(|cause| Cause::try_from(cause).unwrap());
            assert!(
                causes
                    .into_iter()
                    .all(|c| (400..700).contains(&tables.status(c)))
            );
            assert!((300..700).all(|status| tables.cause(status) != Cause::default()));
        }
        let rows = [TS29163_STATUS_TO_CAUSE, RFC3398_STATUS_TO_CAUSE].concat();
        assert!(
            rows.iter()
                .all(|&(_, cause)| Cause::try_from(cause).is_ok())
        );
    }

    #[test]
    fn busy_and_unallocated_mean_the_same_on_both_sides() {
        for tables in [CauseTables::Ts29163, CauseTables::Rfc3398] {
            for (cause, status) in [(Cause::USER_BUSY, 486), (Cause::UNALLOCATED_NUMBER, 404)] {
                assert_eq!(tables.status(cause), status);
                assert_eq!(tables.cause(status), cause);
            }
        }
    }
}
