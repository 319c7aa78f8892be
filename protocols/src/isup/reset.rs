//! Reset of circuits and of groups of circuits: by the other exchange, by staff, at start-up
//! (`Q.764 §2.9.3`).

use std::time::Instant;

use codecs::isup::{Cause, Gra, Grs, Message, RangeAndStatus, Rlc, Supervision};

use super::circuit::{CircuitId, Direction, Phase, Reset, State};
use super::circuits::Circuits;
use super::group_blocking::Change;
use super::output::Alert;
use super::runs::{MAX_RANGE, Run};
use super::timers::Timer;

// Resets we send.
impl Circuits {
    /// Resets circuits, RSC for one that stands alone and GRS for consecutive ones: calls on them
    /// are lost, and they are idle when the other exchange acknowledges. Those being reset already
    /// go on as they are. Towards an unavailable exchange the reset waits.
    pub fn reset(&mut self, circuits: &[CircuitId], now: Instant) {
        self.tick(now);
        let fresh = |&id: &CircuitId| self.exists(id) && !self.is_resetting(id);
        let circuits: Vec<_> = circuits.iter().copied().filter(fresh).collect();
        for run in self.runs(&circuits) {
            let relation = self.trunk_of(run.first).relation;
            if run.range == 0 && self.relations[relation].reached() {
                self.begin_reset(run.first, now);
                continue;
            }
            let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
            for id in self.range(run.first, run.range).unwrap_or_default() {
                self.lose_call(id, State::Resetting(Reset::Queued), cause.clone());
            }
            self.relations[relation].resets.push_back(run);
            self.pace_resets(relation, now);
        }
    }

    fn is_resetting(&self, id: CircuitId) -> bool {
        matches!(self.state(id), State::Resetting(_))
    }

    pub(super) fn begin_reset(&mut self, id: CircuitId, now: Instant) {
        let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
        self.lose_call(id, State::Resetting(Reset::Queued), cause);
        self.send_rsc(id, false, now);
    }

    /// Queues a reset of every circuit of a relation.
    pub(super) fn queue_all_resets(&mut self, relation: usize) {
        let circuits: Vec<CircuitId> = self.relations[relation].circuits().collect();
        self.relations[relation].resets = self.runs(&circuits).into();
    }

    /// Sends queued resets as long as few enough are unanswered.
    pub(super) fn pace_resets(&mut self, relation: usize, now: Instant) {
        let limit = self.settings.resets_at_once.max(1);
        while self.relations[relation].reached()
            && self.relations[relation].unanswered_resets < limit
        {
            let Some(run) = self.relations[relation].resets.pop_front() else {
                return;
            };
            self.start(relation, run, now);
        }
    }

    fn start(&mut self, relation: usize, run: Run, now: Instant) {
        let Some(circuits) = self.range(run.first, run.range) else {
            return;
        };
        let queued = |id: &CircuitId| matches!(self.state(*id), State::Resetting(Reset::Queued));
        let waiting: Vec<_> = circuits.iter().copied().filter(queued).collect();
        if waiting.len() < circuits.len() {
            self.queue_singly(relation, &waiting);
        } else if run.range == 0 {
            self.send_rsc(run.first, true, now);
        } else {
            self.send_grs(&circuits, run.range, now);
        }
    }

    fn queue_singly(&mut self, relation: usize, circuits: &[CircuitId]) {
        let runs = circuits.iter().map(|&first| Run { first, range: 0 });
        self.relations[relation].resets.extend(runs);
    }

    fn send_rsc(&mut self, id: CircuitId, paced: bool, now: Instant) {
        self.expect_reset(id, Reset::Single { paced });
        self.say(id, Message::Rsc);
        self.arm(id, Timer::T16, now);
        self.arm(id, Timer::T17, now);
        self.take_place(id, paced);
    }

    fn send_grs(&mut self, circuits: &[CircuitId], range: u8, now: Instant) {
        let Some((&lead, members)) = circuits.split_first() else {
            return;
        };
        self.expect_reset(lead, Reset::Lead { range, paced: true });
        for &member in members {
            self.expect_reset(member, Reset::Member(lead));
        }
        self.say_of_group(lead, Message::Grs(Grs { range }));
        self.arm(lead, Timer::T22, now);
        self.arm(lead, Timer::T23, now);
        self.take_place(lead, true);
    }

    /// A reset lifts the blocking of either side; the acknowledgement tells what remains.
    fn expect_reset(&mut self, id: CircuitId, reset: Reset) {
        self.lift_remote(id);
        self.settle_blocking(id);
        self.enter(id, State::Resetting(reset));
    }

    fn take_place(&mut self, id: CircuitId, paced: bool) {
        let relation = self.trunk_of(id).relation;
        self.relations[relation].unanswered_resets += usize::from(paced);
    }

    fn give_place_back(&mut self, id: CircuitId, now: Instant) {
        let relation = self.trunk_of(id).relation;
        let unanswered = &mut self.relations[relation].unanswered_resets;
        *unanswered = unanswered.saturating_sub(1);
        self.pace_resets(relation, now);
    }

    /// RLC to our RSC.
    pub(super) fn reset_done(&mut self, id: CircuitId, now: Instant) {
        let paced = matches!(
            self.state(id),
            State::Resetting(Reset::Single { paced: true })
        );
        self.usable_again(&[id], now);
        if paced {
            self.give_place_back(id, now);
        }
    }

    /// The other exchange has forgotten what we blocked.
    fn usable_again(&mut self, circuits: &[CircuitId], now: Instant) {
        self.block_once_more(circuits, now);
        for &id in circuits {
            self.enter(id, State::Idle);
        }
    }

    /// GRA: one that does not answer a GRS of ours is discarded (`Q.764 §2.9.3.3`). Its status bits
    /// tell what the other exchange blocks for maintenance.
    pub(super) fn received_gra(&mut self, id: CircuitId, answer: &RangeAndStatus, now: Instant) {
        let &State::Resetting(Reset::Lead { range, paced }) = self.state(id) else {
            return;
        };
        if answer.range != range {
            return;
        }
        let circuits = self.range(id, range).unwrap_or_default();
        let reset: Vec<(u8, CircuitId)> = (0..=u8::MAX)
            .zip(circuits)
            .filter(|&(_, member)| self.is_reset_by(member, id))
            .collect();
        for &(offset, member) in &reset {
            if answer.is_set(offset) {
                self.set_remote(member, Supervision::MAINTENANCE, true);
            }
        }
        let circuits: Vec<CircuitId> = reset.into_iter().map(|(_, member)| member).collect();
        self.usable_again(&circuits, now);
        if paced {
            self.give_place_back(id, now);
        }
    }

    fn is_reset_by(&self, id: CircuitId, lead: CircuitId) -> bool {
        match self.state(id) {
            State::Resetting(Reset::Lead { .. }) => id == lead,
            State::Resetting(Reset::Member(of)) => *of == lead,
            _ => false,
        }
    }

    /// T16 and T22 repeat; T17 and T23 alert, end them, and repeat from then on without holding
    /// other resets up.
    pub(super) fn reset_unanswered(&mut self, id: CircuitId, timer: Timer, now: Instant) {
        match self.state(id) {
            State::Resetting(Reset::Single { .. }) => self.say(id, Message::Rsc),
            &State::Resetting(Reset::Lead { range, .. }) => {
                self.say_of_group(id, Message::Grs(Grs { range }));
            }
            _ => return,
        }
        if matches!(timer, Timer::T17 | Timer::T23) {
            self.stop(id, Timer::T16);
            self.stop(id, Timer::T22);
            self.alert(id, Alert::ResetUnacknowledged);
            self.stop_pacing(id, now);
        }
        self.arm(id, timer, now);
    }

    fn stop_pacing(&mut self, id: CircuitId, now: Instant) {
        let held = self.edit(id, |circuit| match &mut circuit.state {
            State::Resetting(Reset::Single { paced } | Reset::Lead { paced, .. }) => {
                std::mem::take(paced)
            }
            _ => false,
        });
        if held {
            self.give_place_back(id, now);
        }
    }

    /// UCIC answers IAM, CCR, a reset or a block (`Q.764 §2.12`); for the circuit of a call that has
    /// gone on it is not expected, and ignored (`§2.9.5.1`).
    pub(super) fn received_ucic(&mut self, id: CircuitId, now: Instant) {
        match self.state(id) {
            State::Call(Direction::Outgoing, Phase::AwaitingComplete) => self.unequipped(id, now),
            State::Call(..) => {
                self.alert(id, Alert::UnequippedInCall);
                self.unexpected(id, &Message::Ucic, now);
            }
            _ => self.unequipped(id, now),
        }
    }

    /// The other exchange does not have the circuit. Those that were reset together with it are
    /// reset one by one.
    pub(super) fn unequipped(&mut self, id: CircuitId, now: Instant) {
        self.alert(id, Alert::UnequippedThere);
        self.settle_blocking(id);
        let (others, paced) = self.reset_along_with(id);
        let cause = self.cause(Cause::REQUESTED_CIRCUIT_NOT_AVAILABLE);
        self.lose_call(id, State::OutOfService, cause);
        for &other in &others {
            self.enter(other, State::Resetting(Reset::Queued));
        }
        let relation = self.trunk_of(id).relation;
        self.queue_singly(relation, &others);
        if paced {
            self.give_place_back(id, now);
        }
    }

    /// The other circuits of the reset that is under way on a circuit, and whether it takes a place.
    fn reset_along_with(&self, id: CircuitId) -> (Vec<CircuitId>, bool) {
        let lead = match *self.state(id) {
            State::Resetting(Reset::Single { paced }) => return (Vec::new(), paced),
            State::Resetting(Reset::Member(lead)) => lead,
            _ => id,
        };
        let &State::Resetting(Reset::Lead { range, paced }) = self.state(lead) else {
            return (Vec::new(), false);
        };
        let mut others = self.range(lead, range).unwrap_or_default();
        others.retain(|&other| other != id && self.is_reset_by(other, lead));
        (others, paced)
    }
}

// Resets we receive.
impl Circuits {
    /// A circuit we have blocked is blocked again before the reset is acknowledged
    /// (`Q.764 §2.9.3.1 c`), unless a reset of our own is under way.
    pub(super) fn received_rsc(&mut self, id: CircuitId, now: Instant) {
        if !self.is_resetting(id) {
            self.block_once_more(&[id], now);
        }
        self.clear(id);
        self.say(id, Message::Rlc(Rlc::default()));
    }

    /// A range that is not allowed or covers a circuit we do not have is discarded
    /// (`Q.764 §2.9.3.3`). The answer tells which circuits we have blocked for maintenance; what is
    /// blocked because of a hardware failure is said before it.
    pub(super) fn received_grs(&mut self, first: CircuitId, range: u8, now: Instant) {
        if range == 0 || range > MAX_RANGE {
            return;
        }
        let Some(circuits) = self.range(first, range) else {
            return;
        };
        let blocked =
            |id: CircuitId, kind| !self.is_resetting(id) && self.blocking_of(id).of(kind).locally();
        let maintenance = |&id: &CircuitId| blocked(id, Supervision::MAINTENANCE);
        let bits: Vec<bool> = circuits.iter().map(maintenance).collect();
        let kind = Supervision::HARDWARE_FAILURE;
        let failed = circuits.iter().copied().filter(|&id| blocked(id, kind));
        let failed: Vec<CircuitId> = failed.collect();
        for &id in &circuits {
            self.clear(id);
        }
        self.ask(&failed, kind, Change::Block, now);
        let range_and_status = RangeAndStatus::new(range, |offset| bits[usize::from(offset)]);
        self.say(first, Message::Gra(Gra { range_and_status }));
    }

    /// What a reset of the other exchange does to a circuit; one of our own goes on.
    fn clear(&mut self, id: CircuitId) {
        self.lift_remote(id);
        if !self.is_resetting(id) {
            let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
            self.lose_call(id, State::Idle, cause);
        }
    }
}
