//! The words for what both exchanges think of circuits, the same in every answer and in the log.

use codecs::isup::{BlockedBy, CallProcessing, CircuitState, Supervision};
use protocols::isup::{Answer, Remedy};

/// The word for a reason of blocking.
pub(super) fn reason(kind: Supervision) -> &'static str {
    match kind {
        Supervision::HARDWARE_FAILURE => "hardware",
        _ => "maintenance",
    }
}

/// Which exchange says something: this one or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sayer {
    Here,
    There,
}

/// What this exchange thinks of a circuit: `outgoing`, `transient (testing)`,
/// `blocked (maintenance here)`.
pub(crate) fn here(answer: &Answer) -> String {
    match answer.here {
        CircuitState::Transient => format!("transient ({})", answer.class.name()),
        state => words(state, Sayer::Here),
    }
}

/// What the other exchange said, in words that are the same where both agree.
pub(crate) fn there(answer: &Answer) -> String {
    words(answer.there, Sayer::There)
}

fn words(state: CircuitState, sayer: Sayer) -> String {
    let (maintenance, processing, hardware) = match state {
        CircuitState::Transient => return "transient".into(),
        CircuitState::Unequipped => return "unequipped".into(),
        CircuitState::Spare(state) => return format!("spare value {}", state.value()),
        CircuitState::Equipped {
            maintenance,
            processing,
            hardware,
        } => (maintenance, processing, hardware),
    };
    let call = match (processing, sayer) {
        (CallProcessing::Idle, _) => None,
        // Of a call that comes in at one end the other one says that it goes out.
        (CallProcessing::IncomingBusy, Sayer::Here)
        | (CallProcessing::OutgoingBusy, Sayer::There) => Some("incoming"),
        _ => Some("outgoing"),
    };
    match (call, blocking([maintenance, hardware], sayer)) {
        (None, None) => "idle".into(),
        (Some(call), None) => call.into(),
        (None, Some(blocking)) => format!("blocked ({blocking})"),
        (Some(call), Some(blocking)) => format!("{call}, blocked ({blocking})"),
    }
}

/// `maintenance here, hardware there`.
fn blocking([maintenance, hardware]: [BlockedBy; 2], sayer: Sayer) -> Option<String> {
    let mut words = Vec::new();
    for (side, place) in [(Sayer::Here, "here"), (Sayer::There, "there")] {
        for (by, reason) in [(maintenance, "maintenance"), (hardware, "hardware")] {
            let own = matches!(by, BlockedBy::Local | BlockedBy::Both);
            let others = matches!(by, BlockedBy::Remote | BlockedBy::Both);
            if if side == sayer { own } else { others } {
                words.push(format!("{reason} {place}"));
            }
        }
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// What puts it right; nothing where the exchanges agree.
pub(crate) fn remedy(remedy: Remedy) -> Option<&'static str> {
    match remedy {
        Remedy::Nothing => None,
        Remedy::AskAgain => Some("ask again"),
        Remedy::Reset => Some("reset"),
        Remedy::Blocking => Some("align blocking"),
        Remedy::OutOfService => Some("out of service"),
    }
}

#[cfg(test)]
mod tests {
    use CallProcessing::{Idle, IncomingBusy, OutgoingBusy};
    use protocols::isup::Class;

    use super::*;

    fn equipped(
        maintenance: BlockedBy,
        processing: CallProcessing,
        hardware: BlockedBy,
    ) -> CircuitState {
        CircuitState::Equipped {
            maintenance,
            processing,
            hardware,
        }
    }

    #[test]
    fn exchanges_that_agree_are_shown_with_the_same_words() {
        use BlockedBy::{Both, Local, Nobody, Remote};
        for (here, there, words) in [
            (
                equipped(Local, OutgoingBusy, Remote),
                equipped(Remote, IncomingBusy, Local),
                "outgoing, blocked (maintenance here, hardware there)",
            ),
            (
                equipped(Nobody, IncomingBusy, Nobody),
                equipped(Nobody, OutgoingBusy, Nobody),
                "incoming",
            ),
            (
                equipped(Both, Idle, Nobody),
                equipped(Both, Idle, Nobody),
                "blocked (maintenance here, maintenance there)",
            ),
            (
                equipped(Nobody, Idle, Nobody),
                equipped(Nobody, Idle, Nobody),
                "idle",
            ),
        ] {
            let class = Class::Idle;
            let remedy = Remedy::Nothing;
            let answer = Answer {
                here,
                class,
                there,
                remedy,
            };
            assert_eq!(
                (&*self::here(&answer), &*self::there(&answer)),
                (words, words)
            );
        }
    }

    #[test]
    fn a_transient_circuit_says_what_it_is_occupied_with_here() {
        let answer = Answer {
            here: CircuitState::Transient,
            class: Class::Testing,
            there: CircuitState::Transient,
            remedy: Remedy::AskAgain,
        };
        assert_eq!(here(&answer), "transient (testing)");
        assert_eq!(there(&answer), "transient");
    }
}
