//! Alerts of the circuits for maintenance staff: their names in metrics, and the lines of the log.

use std::collections::HashSet;
use std::time::Instant;

use codecs::isup::{Cic, Pdu, Variant};
use codecs::mtp::SignallingPoint;
use protocols::isup::{Alert, Answer, Remedy};
use tracing::{debug, info, warn};

use crate::admin::words;
use crate::repeats::Repeats;

/// An alert's name in metrics and logs, such as `reset_unacknowledged`.
pub(crate) fn name(alert: Alert) -> String {
    let variant = format!("{alert:?}");
    let variant = variant.split(|c: char| !c.is_ascii_alphanumeric()).next();
    let mut name = String::new();
    for letter in variant.unwrap_or_default().chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// The log of alerts.
#[derive(Debug, Default)]
pub(crate) struct Log(Repeats<(String, String)>);

impl Log {
    /// Tells staff.
    pub(crate) fn take(&mut self, trunk: &str, cic: Cic, alert: Alert, now: Instant) {
        if alert == Alert::ContinuityPassed {
            return info!(trunk, cic = cic.value(), "continuity check passed");
        }
        let name = name(alert);
        let omitted = match is_of_each_message(alert) {
            true => self.0.due((trunk.to_owned(), name.clone()), now),
            false => Some(0),
        };
        let cic = cic.value();
        match omitted {
            Some(omitted) => warn!(trunk, cic, alert = name, omitted, "circuit needs attention"),
            None => debug!(trunk, cic, alert = name, "circuit needs attention"),
        }
    }
}

/// Whether every message of a kind brings it about, whatever has come before.
fn is_of_each_message(alert: Alert) -> bool {
    matches!(
        alert,
        Alert::UnequippedHere
            | Alert::UnequippedInCall
            | Alert::NoCircuitSelected
            | Alert::AcknowledgedUnasked
    )
}

/// Tells staff what both exchanges think of a circuit.
pub(crate) fn log_answer(trunk: &str, cic: Cic, answer: Answer) {
    let (here, there) = (words::here(&answer), words::there(&answer));
    match answer.remedy {
        Remedy::Nothing | Remedy::AskAgain => {
            debug!(trunk, cic = cic.value(), here, there, "circuit queried");
        }
        remedy => warn!(
            trunk,
            cic = cic.value(),
            here,
            there,
            remedy = words::remedy(remedy),
            "exchanges differ"
        ),
    }
}

/// What may be wrong where a message makes no sense in the ISUP of its trunks, but does in another;
/// to be said after the error.
pub(crate) fn misread(variant: &Variant, message: &[u8]) -> String {
    let reads =
        |other: &&Variant| !other.understands(variant) && Pdu::decode_as(other, message).is_ok();
    match Variant::ALL.into_iter().find(reads) {
        Some(other) => format!(
            "; trunks to there have variant {:?}, and the message reads as one of {:?}",
            variant.name, other.name
        ),
        None => String::new(),
    }
}

/// Pairs of point codes that messages came with, but that no trunk group connects: the log names
/// each once.
#[derive(Debug, Default)]
pub(crate) struct Strangers(HashSet<[SignallingPoint; 2]>);

impl Strangers {
    /// More of them are not named, so that nobody fills log or memory.
    const MOST: usize = 256;

    /// Whether a pair, from where to where, is to be named, being new.
    pub(crate) fn is_new(&mut self, ends: [SignallingPoint; 2]) -> bool {
        self.0.len() < Self::MOST && self.0.insert(ends)
    }
}

#[cfg(test)]
mod tests {
    use codecs::mtp::PointCode;

    use super::*;

    #[test]
    fn strangers_are_named_once_and_not_without_end() {
        let mut strangers = Strangers::default();
        let codes = || (0..1000).map(|code| PointCode::new(code).into());
        let own = PointCode::new(1).into();
        let first = codes()
            .filter(|&code| strangers.is_new([code, own]))
            .count();
        let again = codes()
            .filter(|&code| strangers.is_new([code, own]))
            .count();
        assert_eq!((first, again), (Strangers::MOST, 0));
    }

    /// The pointer to the user service information of T1.113 is the medium in Q.763.
    #[test]
    fn a_message_of_another_isup_is_recognized() {
        let iam = [1, 0, 1, 0, 0, 0, 10, 3, 2, 0, 4, 0x03, 0x10, 0x21, 0x43];
        let error = Pdu::decode_as(&Variant::ANSI, &iam).unwrap_err();
        assert!(error.to_string().contains("pointer"), "{error}");
        let hint = misread(&Variant::ANSI, &iam);
        assert!(
            hint.ends_with("variant \"ansi\", and the message reads as one of \"itu\""),
            "{hint}"
        );
        assert_eq!(misread(&Variant::ANSI, &iam[..6]), "");
    }

    #[test]
    fn alerts_have_names_for_metrics() {
        assert_eq!(name(Alert::ResetUnacknowledged), "reset_unacknowledged");
        assert_eq!(name(Alert::UnequippedThere), "unequipped_there");
    }
}
