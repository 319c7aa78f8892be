//! Availability of the other exchange, as the message transfer part tells it (`Q.764 §2.13`).

use std::time::Instant;

use codecs::isup::Cause;
use codecs::mtp::SignallingPoint;

use super::circuit::{CircuitId, Class, Reset, State};
use super::circuits::{Circuits, Deadline};
use super::relation::Relation;

impl Circuits {
    /// MTP-RESUME: new calls are possible, and resets that have waited are sent. Of the user part
    /// the best is assumed again.
    pub(super) fn destination_available(&mut self, remote: SignallingPoint, now: Instant) {
        for relation in self.relations_to(remote) {
            self.relations[relation].available = true;
            self.relations[relation].user_part = true;
            self.end_user_part_test(relation);
            self.deadlines.cancel(&Deadline::Hold(relation));
            self.pace_resets(relation, now);
        }
    }

    /// MTP-PAUSE: no new calls. Those that nobody has answered are over, as their messages are
    /// lost; the others are held for a while.
    pub(super) fn destination_unavailable(&mut self, remote: SignallingPoint, now: Instant) {
        let hold = self.settings.hold_calls;
        for relation in self.relations_to(remote) {
            if std::mem::take(&mut self.relations[relation].available) {
                self.end_user_part_test(relation);
                self.arm_after(Deadline::Hold(relation), hold, now);
                self.end_set_ups(relation, now);
            }
        }
    }

    /// T1 repeats the REL until the destination is back, or T5 makes it a reset.
    fn end_set_ups(&mut self, relation: usize, now: Instant) {
        let circuits: Vec<CircuitId> = self.relations[relation].circuits().collect();
        for id in circuits {
            let cause = Cause::DESTINATION_OUT_OF_ORDER;
            match (self.state(id), self.circuits[id.index()].class()) {
                (State::Offered(_), _) => self.lose_and_release(id, cause, now),
                (_, Class::Outgoing | Class::Incoming) => self.fail_and_release(id, cause, now),
                _ => {}
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

    pub(super) fn relations_to(&self, remote: SignallingPoint) -> Vec<usize> {
        let leads_there = |relation: &Relation| {
            let group = &self.trunks[usize::from(relation.first_group.0)];
            group.config.destination() == remote
        };
        let relations = self.relations.iter().enumerate();
        let there = relations.filter(|(_, relation)| leads_there(relation));
        there.map(|(number, _)| number).collect()
    }
}
