//! Availability of the other exchange, as the message transfer part tells it (`Q.764 §2.13`).

use std::time::Instant;

use codecs::isup::Cause;
use codecs::mtp::PointCode;

use super::circuit::{CircuitId, Reset, State};
use super::circuits::{Circuits, Deadline};

impl Circuits {
    /// MTP-RESUME: new calls are possible, and resets that have waited are sent.
    pub(super) fn destination_available(&mut self, remote: PointCode, now: Instant) {
        for relation in self.relations_to(remote) {
            self.relations[relation].available = true;
            self.deadlines.cancel(&Deadline::Hold(relation));
            self.pace_resets(relation, now);
        }
    }

    /// MTP-PAUSE: no new calls; the others are held for a while.
    pub(super) fn destination_unavailable(&mut self, remote: PointCode, now: Instant) {
        let hold = self.settings.hold_calls;
        for relation in self.relations_to(remote) {
            if std::mem::take(&mut self.relations[relation].available) {
                self.arm_after(Deadline::Hold(relation), hold, now);
            }
        }
    }

    /// The other exchange may have lost its calls, or released ours in vain: all circuits start
    /// anew.
    pub(super) fn hold_expired(&mut self, relation: usize) {
        let circuits: Vec<CircuitId> = self.relations[relation].circuits().collect();
        for id in circuits {
            let cause = self.cause(Cause::DESTINATION_OUT_OF_ORDER);
            self.fail_call(id, State::Resetting(Reset::Queued), cause);
        }
        self.relations[relation].unanswered_resets = 0;
        self.queue_all_resets(relation);
    }

    fn relations_to(&self, remote: PointCode) -> Vec<usize> {
        let to = |&(number, _): &(usize, &super::group::Relation)| {
            let group = &self.trunks[usize::from(self.relations[number].first_group.0)];
            group.config.remote == remote
        };
        self.relations
            .iter()
            .enumerate()
            .filter(to)
            .map(|(number, _)| number)
            .collect()
    }
}
