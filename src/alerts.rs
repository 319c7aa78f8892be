//! Alerts of the circuits for maintenance staff: their names in metrics, and the lines of the log.

use codecs::isup::Cic;
use protocols::isup::{Alert, Answer, Remedy};
use tracing::{debug, warn};

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

/// Tells staff.
pub(crate) fn log(trunk: &str, cic: Cic, alert: Alert) {
    warn!(
        trunk,
        cic = cic.0,
        alert = name(alert),
        "circuit needs attention"
    );
}

/// Tells staff what both exchanges think of a circuit.
pub(crate) fn log_answer(trunk: &str, cic: Cic, answer: Answer) {
    let Answer {
        here,
        there,
        remedy,
    } = answer;
    match remedy {
        Remedy::Nothing | Remedy::AskAgain => {
            debug!(trunk, cic = cic.0, ?here, ?there, "circuit queried");
        }
        _ => warn!(
            trunk,
            cic = cic.0,
            ?here,
            ?there,
            ?remedy,
            "exchanges differ"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_have_names_for_metrics() {
        assert_eq!(name(Alert::ResetUnacknowledged), "reset_unacknowledged");
        assert_eq!(name(Alert::UnequippedThere), "unequipped_there");
    }
}
