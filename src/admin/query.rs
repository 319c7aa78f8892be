//! Questions that the other exchange is to answer first: CQM sent, CQR awaited (`Q.764 §2.8.3`).

use std::collections::BTreeSet;

use codecs::isup::Cic;
use protocols::isup;

use super::answer::{Circuit, Content, View, Views};
use super::http::Asker;
use super::question::Comparison;
use super::words;

/// An operator who waits for what another exchange says.
#[derive(Debug)]
pub(super) struct Pending {
    asker: Asker,
    awaited: BTreeSet<Circuit>,
    answered: usize,
    differing: usize,
    transient: usize,
    views: Vec<View>,
    unanswered: Vec<Circuit>,
    what: Comparison,
}

impl Pending {
    pub(super) fn new(asker: Asker, circuits: BTreeSet<Circuit>, what: Comparison) -> Self {
        Self {
            asker,
            awaited: circuits,
            answered: 0,
            differing: 0,
            transient: 0,
            views: Vec::new(),
            unanswered: Vec::new(),
            what,
        }
    }

    /// Whether nobody waits any more.
    pub(super) fn is_given_up(&self) -> bool {
        self.asker.answer.is_closed()
    }

    /// The other exchange told of a circuit.
    pub(super) fn answered(&mut self, circuit: &Circuit, answer: isup::Answer) {
        if !self.awaited.remove(circuit) {
            return;
        }
        self.answered += 1;
        // A call that begins or ends, or a check or a reset under way, is no difference.
        let transient = answer.remedy == isup::Remedy::AskAgain;
        self.transient += usize::from(transient);
        let remedy = words::remedy(answer.remedy);
        let differs = !transient && remedy.is_some();
        self.differing += usize::from(differs);
        if self.what != Comparison::All && !differs {
            return;
        }
        self.views.push(View {
            trunk: circuit.trunk.clone(),
            cic: circuit.cic,
            here: words::here(&answer),
            there: words::there(&answer),
            remedy: remedy.map(str::to_owned),
        });
    }

    /// The other exchange told nothing of a circuit and those that were asked for along with it,
    /// which are the ones with the codes that follow.
    pub(super) fn unanswered(&mut self, trunk: &str, first: Cic) {
        for cic in (first.value()..).take(ALONG) {
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
            transient: self.transient,
            changed: match self.what {
                Comparison::Repair => self.differing,
                _ => 0,
            },
            circuits: self.views,
            unanswered: self.unanswered,
        });
        // Who does not wait any more does not miss it.
        let _ = self.asker.answer.send(Ok(content.into()));
        None
    }
}

/// The most circuits of one CQM (`Q.763 §3.43`).
const ALONG: usize = 32;

#[cfg(test)]
mod tests {
    use codecs::isup::{BlockedBy, CallProcessing, CircuitState};
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
            class: isup::Class::Blocked,
            there,
            remedy,
        };
        let (waiting, mut told) = oneshot::channel();
        let asker = Asker {
            from: "192.0.2.1:1".parse().unwrap(),
            answer: waiting,
        };
        let circuits = [1, 2, 4, 5, 7].map(circuit).into();
        let mut pending = Pending::new(asker, circuits, Comparison::Differences);
        pending.answered(&circuit(1), answer(idle, isup::Remedy::Nothing));
        pending.answered(&circuit(3), answer(idle, isup::Remedy::Reset));
        pending.answered(
            &circuit(2),
            answer(CircuitState::Unequipped, isup::Remedy::OutOfService),
        );
        let mut pending = pending.finish().unwrap();
        // Circuit 7 was asked for in another message.
        pending.unanswered("b", Cic::try_from(4).unwrap());
        pending.unanswered("a", Cic::try_from(4).unwrap());
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
            "answered": 3, "differing": 1, "transient": 1, "changed": 0,
            "circuits": [{
                "trunk": "a", "cic": 2, "remedy": "out of service",
                "here": "blocked (hardware there)", "there": "unequipped",
            }],
            "unanswered": [{ "trunk": "a", "cic": 4 }, { "trunk": "a", "cic": 5 }],
        });
        assert_eq!(json, expected);
    }
}
