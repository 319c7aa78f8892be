//! Questions that the other exchange is to answer first: CQM sent, CQR awaited (`Q.764 §2.8.3`).

use std::collections::BTreeSet;

use codecs::isup::{BlockedBy, CallProcessing, Cic, CircuitState};
use protocols::isup;

use super::answer::{Circuit, Content, View, Views};
use super::http::Asker;

/// An operator who waits for what another exchange says.
#[derive(Debug)]
pub(super) struct Pending {
    asker: Asker,
    awaited: BTreeSet<Circuit>,
    answered: usize,
    differing: usize,
    changing: usize,
    views: Vec<View>,
    unanswered: Vec<Circuit>,
    /// Whether only differences are told.
    differences: bool,
}

impl Pending {
    pub(super) fn new(asker: Asker, circuits: BTreeSet<Circuit>, differences: bool) -> Self {
        Self {
            asker,
            awaited: circuits,
            answered: 0,
            differing: 0,
            changing: 0,
            views: Vec::new(),
            unanswered: Vec::new(),
            differences,
        }
    }

    /// Whether nobody waits any more.
    pub(super) fn is_given_up(&self) -> bool {
        self.asker.is_closed()
    }

    /// The other exchange told of a circuit.
    pub(super) fn answered(&mut self, circuit: &Circuit, answer: isup::Answer) {
        if !self.awaited.remove(circuit) {
            return;
        }
        self.answered += 1;
        // A call that begins or ends is no difference.
        let changing = answer.remedy == isup::Remedy::AskAgain;
        self.changing += usize::from(changing);
        let remedy = remedy(answer.remedy);
        let differs = !changing && remedy.is_some();
        self.differing += usize::from(differs);
        if self.differences && !differs {
            return;
        }
        self.views.push(View {
            trunk: circuit.trunk.clone(),
            cic: circuit.cic,
            here: state(answer.here, Sayer::Here),
            there: state(answer.there, Sayer::There),
            remedy: remedy.map(str::to_owned),
        });
    }

    /// The other exchange told nothing of a circuit and those that were asked for along with it,
    /// which are the ones with the codes that follow.
    pub(super) fn unanswered(&mut self, trunk: &str, first: Cic) {
        for cic in (first.0..).take(ALONG) {
            let trunk = trunk.to_owned();
            match self.awaited.take(&Circuit { trunk, cic }) {
                Some(circuit) => self.unanswered.push(circuit),
                None => return,
            }
        }
    }

    /// Tells the operator, once nothing is awaited any more.
    pub(super) fn finish(self) -> Option<Self> {
        if !self.awaited.is_empty() {
            return Some(self);
        }
        let content = Content::Views(Views {
            answered: self.answered,
            differing: self.differing,
            changing: self.changing,
            circuits: self.views,
            unanswered: self.unanswered,
        });
        // Who does not wait any more does not miss it.
        let _ = self.asker.send(Ok(content.into()));
        None
    }
}

/// The most circuits of one CQM (`Q.763 §3.43`).
const ALONG: usize = 32;

/// Which exchange says something: this one or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sayer {
    Here,
    There,
}

/// What an exchange says of a circuit, in words that are the same where both agree.
fn state(state: CircuitState, sayer: Sayer) -> String {
    let (maintenance, processing, hardware) = match state {
        CircuitState::Transient => return "changing".into(),
        CircuitState::Unequipped => return "not equipped".into(),
        CircuitState::Spare(state) => return format!("state {state}"),
        CircuitState::Equipped {
            maintenance,
            processing,
            hardware,
        } => (maintenance, processing, hardware),
    };
    let mut words = match (processing, sayer) {
        (CallProcessing::Idle, _) => "idle",
        // Of a call that comes in at one end the other one says that it goes out.
        (CallProcessing::IncomingBusy, Sayer::Here)
        | (CallProcessing::OutgoingBusy, Sayer::There) => "incoming",
        _ => "outgoing",
    }
    .to_owned();
    for side in [Sayer::Here, Sayer::There] {
        let blocks = |by| {
            let own = matches!(by, BlockedBy::Local | BlockedBy::Both);
            let others = matches!(by, BlockedBy::Remote | BlockedBy::Both);
            if side == sayer { own } else { others }
        };
        let name = match side {
            Sayer::Here => "here",
            Sayer::There => "there",
        };
        let reasons = [("maintenance", maintenance), ("hardware", hardware)];
        for (reason, _) in reasons.into_iter().filter(|&(_, by)| blocks(by)) {
            words += &format!(", {reason} blocked {name}");
        }
    }
    words
}

fn remedy(remedy: isup::Remedy) -> Option<&'static str> {
    match remedy {
        isup::Remedy::Nothing => None,
        isup::Remedy::AskAgain => Some("ask again"),
        isup::Remedy::Reset => Some("reset"),
        isup::Remedy::Blocking => Some("align blocking"),
        isup::Remedy::OutOfService => Some("out of service"),
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn circuit(cic: u16) -> Circuit {
        Circuit {
            trunk: "a".into(),
            cic,
        }
    }

    #[test]
    fn an_answer_waits_for_every_circuit_and_leaves_out_what_agrees() {
        let idle = CircuitState::Equipped {
            maintenance: BlockedBy::Nobody,
            processing: CallProcessing::Idle,
            hardware: BlockedBy::Remote,
        };
        let answer = |there, remedy| isup::Answer {
            here: idle,
            there,
            remedy,
        };
        let (asker, mut told) = oneshot::channel();
        let circuits = [1, 2, 4, 5, 7].map(circuit).into();
        let mut pending = Pending::new(asker, circuits, true);
        pending.answered(&circuit(1), answer(idle, isup::Remedy::Nothing));
        pending.answered(&circuit(3), answer(idle, isup::Remedy::Reset));
        pending.answered(
            &circuit(2),
            answer(CircuitState::Unequipped, isup::Remedy::OutOfService),
        );
        let mut pending = pending.finish().unwrap();
        // Circuit 7 was asked for in another message.
        pending.unanswered("b", Cic(4));
        pending.unanswered("a", Cic(4));
        let mut pending = pending.finish().unwrap();
        assert!(told.try_recv().is_err());
        pending.answered(
            &circuit(7),
            answer(CircuitState::Transient, isup::Remedy::AskAgain),
        );
        assert!(pending.finish().is_none());

        let answer = told.try_recv().unwrap().unwrap();
        let json = serde_json::to_value(&answer.content).unwrap();
        let expected = serde_json::json!({
            "answered": 3, "differing": 1, "changing": 1,
            "circuits": [{
                "trunk": "a", "cic": 2, "remedy": "out of service",
                "here": "idle, hardware blocked there", "there": "not equipped",
            }],
            "unanswered": [{ "trunk": "a", "cic": 4 }, { "trunk": "a", "cic": 5 }],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn exchanges_that_agree_are_shown_with_the_same_words() {
        let equipped = |maintenance, processing, hardware| CircuitState::Equipped {
            maintenance,
            processing,
            hardware,
        };
        use CallProcessing::{IncomingBusy, OutgoingBusy};
        let here = equipped(BlockedBy::Local, OutgoingBusy, BlockedBy::Remote);
        let there = equipped(BlockedBy::Remote, IncomingBusy, BlockedBy::Local);
        let words = "outgoing, maintenance blocked here, hardware blocked there";
        assert_eq!(state(here, Sayer::Here), words);
        assert_eq!(state(there, Sayer::There), words);
    }
}
