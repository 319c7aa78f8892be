//! Whether the other exchange's ISDN user part takes messages, and the test of it
//! (`Q.764 §2.13`, `§2.14`).

use std::time::Instant;

use codecs::isup::{Cic, Message, MessageType, Upa, Upt};
use codecs::mtp::{SignallingPoint, UnavailabilityCause};

use super::circuits::{Circuits, Deadline};
use super::output::Alert;
use super::timers::Timer;

impl Circuits {
    /// MTP-STATUS: no new calls. A user part that exists is tested until it answers; one that is
    /// not equipped is a matter for staff.
    pub(super) fn user_part_unavailable(
        &mut self,
        remote: SignallingPoint,
        cause: UnavailabilityCause,
        now: Instant,
    ) {
        for relation in self.relations_to(remote) {
            // Each message in vain brings another indication.
            if !std::mem::take(&mut self.relations[relation].user_part) {
                continue;
            }
            if cause == UnavailabilityCause::UNEQUIPPED {
                self.alert_of(relation, Alert::UserPartUnequipped);
            } else {
                self.alert_of(relation, Alert::UserPartUnavailable);
                self.test_user_part(relation, now);
            }
        }
    }

    /// At first and with every T4. Where the variant has no such message, any other one tells.
    pub(super) fn test_user_part(&mut self, relation: usize, now: Instant) {
        if self.variant_of(relation).has(MessageType::UPT) {
            let group = self.relations[relation].first_group;
            self.say_to(group, Cic::NONE, Message::Upt(Upt::default()));
            self.arm_relation(relation, Timer::T4, now);
        }
    }

    /// Whatever comes from the other exchange ends the test.
    pub(super) fn user_part_speaks(&mut self, relation: usize, now: Instant) {
        if !std::mem::replace(&mut self.relations[relation].user_part, true) {
            self.end_user_part_test(relation);
            self.pace_resets(relation, now);
        }
    }

    pub(super) fn end_user_part_test(&mut self, relation: usize) {
        let test = Deadline::Relation(relation, Timer::T4);
        self.deadlines.cancel(&test);
    }

    pub(super) fn received_upt(&mut self, relation: usize, cic: Cic) {
        let group = self.relations[relation].first_group;
        self.say_to(group, cic, Message::Upa(Upa::default()));
    }
}
