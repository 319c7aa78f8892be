//! Why a call is diverted: the reasons of ISUP, the causes in `History-Info`, and the words of
//! `Diversion` (`TS 29.163 §7.5.4`; RFC 4458 §2, RFC 5806 §7, RFC 7544 §3).

use codecs::isup::RedirectionReason as Reason;

use super::table::{Direction, Heading, Table};

//= TS 29.163 §7.5.4, RFC 7544 §3.1: each reason, its cause, and its word
const REASONS: &[(Reason, u16, &str)] = &[
    (Reason::UNKNOWN, 404, "unknown"),
    (Reason::USER_BUSY, 486, "user-busy"),
    (Reason::NO_REPLY, 408, "no-answer"),
    (Reason::UNCONDITIONAL, 302, "unconditional"),
    (Reason::DEFLECTION_ALERTING, 487, "deflection"),
    (Reason::DEFLECTION_IMMEDIATE, 480, "deflection"),
    (Reason::NOT_REACHABLE, 503, "unavailable"),
];

/// The reason that a cause in `History-Info` stands for; `None` if it does not tell of a diversion.
pub fn of_cause(cause: u16) -> Option<Reason> {
    let row = REASONS.iter().find(|(_, of, _)| *of == cause);
    row.map(|&(reason, _, _)| reason)
}

/// The reason that a word of `Diversion` stands for. Deflection is taken for an immediate response,
/// as the word does not say when.
pub fn of_word(word: &str) -> Reason {
    let rows = REASONS.iter().rev();
    let mut named = rows.filter(|(_, _, of)| of.eq_ignore_ascii_case(word));
    named
        .next()
        .map_or(Reason::UNKNOWN, |&(reason, _, _)| reason)
}

/// The cause and the word for a reason.
pub fn cause_and_word(reason: Reason) -> (u16, &'static str) {
    let row = REASONS.iter().find(|(of, _, _)| *of == reason);
    row.map_or((404, "unknown"), |&(_, cause, word)| (cause, word))
}

/// The table as it is shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "redirection",
        title: "reasons of diversions",
        clause: "TS 29.163 §7.5.4; RFC 7544 §3.1",
        direction: Direction::Both,
    };
    let rows = REASONS.iter().map(|&(reason, cause, word)| {
        [
            reason.value().to_string(),
            reason.name().to_owned(),
            cause.to_string(),
            word.to_owned(),
        ]
    });
    let columns = ["reason", "name", "History-Info cause", "Diversion reason"];
    vec![Table::new(heading, columns, rows)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `TS 29.163 §7.5.4` (causes), RFC 7544 §3.1 (words).
    #[test]
    fn reasons_in_three_vocabularies() {
        for (cause, word, reason) in [
            (302, "unconditional", 3),
            (486, "user-busy", 1),
            (408, "no-answer", 2),
            (503, "unavailable", 6),
            (480, "deflection", 5),
            (404, "unknown", 0),
        ] {
            assert_eq!(of_cause(cause).map(Reason::value), Some(reason));
            assert_eq!(of_word(word).value(), reason);
            assert_eq!(cause_and_word(reason.try_into().unwrap()), (cause, word));
        }
        assert_eq!(of_cause(487), Some(Reason::DEFLECTION_ALERTING));
        assert_eq!(of_cause(380), None);
        assert_eq!(of_word("time-of-day"), Reason::UNKNOWN);
    }
}
