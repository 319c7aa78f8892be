//! Reset of circuits and of groups of circuits: by the other exchange, by staff, at start-up
//! (`Q.764 §2.9.3`).

use std::time::Instant;

use codecs::isup::{Cause, Cic, Gra, Grs, Message, RangeAndStatus, Rlc};

use super::circuit::{CircuitId, LocalBlocking, Reset, State};
use super::circuits::Circuits;
use super::output::Alert;
use super::timers::Timer;

/// The most circuits after the first one that a group reset names (`Q.764 §2.9.3.3`).
pub(super) const MAX_RANGE: u8 = 31;

/// `Q.850`: requested circuit/channel not available.
const REQUESTED_CIRCUIT_NOT_AVAILABLE: Cause = Cause(44);

/// A reset whose turn has not come: this circuit and `range` more with the codes that follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    first: CircuitId,
    range: u8,
}

// Resets we send.
impl Circuits {
    /// Resets a circuit: a call on it is lost, and it is idle when RLC comes.
    pub fn reset(&mut self, circuit: CircuitId, now: Instant) {
        if self.exists(circuit) && !matches!(self.state(circuit), State::Resetting(_)) {
            self.begin_reset(circuit, now);
        }
    }

    pub(super) fn begin_reset(&mut self, id: CircuitId, now: Instant) {
        let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
        self.lose_call(id, State::Resetting(Reset::Queued), cause);
        self.send_rsc(id, false, now);
    }

    /// Queues a reset of every circuit of a relation that waits for one, as few messages as
    /// possible: GRS for circuits with consecutive codes, RSC for one that stands alone.
    pub(super) fn queue_all_resets(&mut self, relation: usize) {
        let mut jobs: Vec<(u16, Job)> = Vec::new();
        for id in self.relations[relation].circuits() {
            let circuit = &self.circuits[id.index()];
            match jobs.last_mut() {
                Some((next, job))
                    if *next == circuit.cic.0
                        && job.range < MAX_RANGE
                        && self.circuits[job.first.index()].group == circuit.group =>
                {
                    job.range += 1;
                    *next += 1;
                }
                _ => jobs.push((
                    circuit.cic.0 + 1,
                    Job {
                        first: id,
                        range: 0,
                    },
                )),
            }
        }
        self.relations[relation].resets = jobs.into_iter().map(|(_, job)| job).collect();
    }

    /// Sends queued resets as long as few enough are unanswered.
    pub(super) fn pace_resets(&mut self, relation: usize, now: Instant) {
        let limit = self.settings.resets_at_once.max(1);
        while self.relations[relation].available
            && self.relations[relation].unanswered_resets < limit
        {
            let Some(job) = self.relations[relation].resets.pop_front() else {
                return;
            };
            self.start(relation, job, now);
        }
    }

    fn start(&mut self, relation: usize, job: Job, now: Instant) {
        let Some(circuits) = self.range(job.first, job.range) else {
            return;
        };
        let queued = |id: &CircuitId| {
            matches!(
                self.circuits[id.index()].state,
                State::Resetting(Reset::Queued)
            )
        };
        let waiting: Vec<_> = circuits.iter().copied().filter(queued).collect();
        if waiting.len() < circuits.len() {
            self.queue_singly(relation, &waiting);
        } else if job.range == 0 {
            self.send_rsc(job.first, true, now);
        } else {
            self.send_grs(&circuits, job.range, now);
        }
    }

    fn queue_singly(&mut self, relation: usize, circuits: &[CircuitId]) {
        let jobs = circuits.iter().map(|&first| Job { first, range: 0 });
        self.relations[relation].resets.extend(jobs);
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
        self.say(lead, Message::Grs(Grs { range }));
        self.arm(lead, Timer::T22, now);
        self.arm(lead, Timer::T23, now);
        self.take_place(lead, true);
    }

    /// A reset lifts the blocking of either side; the acknowledgement tells what remains.
    fn expect_reset(&mut self, id: CircuitId, reset: Reset) {
        self.edit(id, |circuit| circuit.blocking.remote = false);
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
        self.usable_again(id, now);
        if paced {
            self.give_place_back(id, now);
        }
    }

    /// The other exchange has forgotten that we blocked the circuit.
    fn usable_again(&mut self, id: CircuitId, now: Instant) {
        if self.blocking_of(id).locally() {
            self.send_blo(id, now);
        }
        self.enter(id, State::Idle);
    }

    /// GRA: one that does not answer a GRS of ours is discarded (`Q.764 §2.9.3.3`).
    pub(super) fn received_gra(&mut self, id: CircuitId, answer: &RangeAndStatus, now: Instant) {
        let &State::Resetting(Reset::Lead { range, paced }) = self.state(id) else {
            return;
        };
        if answer.range != range {
            return;
        }
        let circuits = self.range(id, range).unwrap_or_default();
        for (position, member) in (0u8..).zip(circuits) {
            if !self.is_reset_by(member, id) {
                continue;
            }
            let blocked = answer.is_set(position);
            self.edit(member, |circuit| circuit.blocking.remote |= blocked);
            self.usable_again(member, now);
        }
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
                self.say(id, Message::Grs(Grs { range }));
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

    /// UCIC: the other exchange does not have the circuit. Those that were reset together with it
    /// are reset one by one.
    pub(super) fn received_ucic(&mut self, id: CircuitId, now: Instant) {
        self.alert(id, Alert::UnequippedThere);
        let local = match self.blocking_of(id).locally() {
            true => LocalBlocking::Blocked,
            false => LocalBlocking::Unblocked,
        };
        self.set_local(id, local);
        let (others, paced) = self.reset_along_with(id);
        let cause = self.cause(REQUESTED_CIRCUIT_NOT_AVAILABLE);
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
    /// (`Q.764 §2.9.3.1 c`).
    pub(super) fn received_rsc(&mut self, id: CircuitId, now: Instant) {
        if self.blocking_of(id).locally() {
            self.send_blo(id, now);
        }
        self.clear(id);
        self.say(id, Message::Rlc(Rlc::default()));
    }

    /// A range that is not allowed or covers a circuit we do not have is discarded
    /// (`Q.764 §2.9.3.3`). The answer tells which circuits we have blocked.
    pub(super) fn received_grs(&mut self, first: CircuitId, range: u8) {
        if range == 0 || range > MAX_RANGE {
            return;
        }
        let Some(circuits) = self.range(first, range) else {
            return;
        };
        for &id in &circuits {
            self.clear(id);
        }
        let blocked = |offset| self.blocking_of(circuits[usize::from(offset)]).locally();
        let range_and_status = RangeAndStatus::new(range, blocked);
        self.say(first, Message::Gra(Gra { range_and_status }));
    }

    /// What a reset of the other exchange does to a circuit; one of our own goes on.
    fn clear(&mut self, id: CircuitId) {
        self.edit(id, |circuit| circuit.blocking.remote = false);
        if !matches!(self.state(id), State::Resetting(_)) {
            let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
            self.lose_call(id, State::Idle, cause);
        }
    }

    /// The circuits with the codes of `first` and the `range` that follow, if all exist.
    pub(super) fn range(&self, first: CircuitId, range: u8) -> Option<Vec<CircuitId>> {
        let relation = &self.relations[self.trunk_of(first).relation];
        let cic = self.circuits[first.index()].cic.0;
        (cic..=cic + u16::from(range))
            .map(|cic| relation.circuit(Cic(cic)))
            .collect()
    }
}
