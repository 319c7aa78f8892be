//! Circuit group blocking and unblocking: CGB, CGU and their acknowledgements (`Q.764 §2.8.2`).

use std::time::Instant;

use codecs::isup::{Cic, CircuitGroup, Message, RangeAndStatus, Supervision};

use super::blocking::{KINDS, LocalBlocking};
use super::circuit::CircuitId;
use super::circuits::{Circuits, Deadline};
use super::output::Alert;
use super::runs::MAX_RANGE;
use super::timers::Timer;

/// The most circuits one message may block or unblock (`Q.763 §3.43`).
const MAX_CIRCUITS: usize = 32;

/// What an exchange asks the other one for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Change {
    Block,
    Unblock,
}

impl Change {
    /// Until it is acknowledged.
    pub(super) fn pending(self) -> LocalBlocking {
        match self {
            Self::Block => LocalBlocking::Blocking,
            Self::Unblock => LocalBlocking::Unblocking,
        }
    }

    /// From then on.
    pub(super) fn done(self) -> LocalBlocking {
        match self {
            Self::Block => LocalBlocking::Blocked,
            Self::Unblock => LocalBlocking::Unblocked,
        }
    }

    pub(super) fn unacknowledged(self) -> Alert {
        match self {
            Self::Block => Alert::BlockingUnacknowledged,
            Self::Unblock => Alert::UnblockingUnacknowledged,
        }
    }

    /// The timer that repeats a group message, and the one that alerts.
    fn timers(self) -> [Timer; 2] {
        match self {
            Self::Block => [Timer::T18, Timer::T19],
            Self::Unblock => [Timer::T20, Timer::T21],
        }
    }
}

/// A group message of ours that is not acknowledged yet; beside it is known for which circuits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Request {
    first: CircuitId,
    kind: Supervision,
    change: Change,
}

impl Request {
    fn message(self, range_and_status: RangeAndStatus) -> Message {
        let group = CircuitGroup {
            supervision: self.kind,
            range_and_status,
        };
        match self.change {
            Change::Block => Message::Cgb(group),
            Change::Unblock => Message::Cgu(group),
        }
    }
}

// By us.
impl Circuits {
    /// Asks for a change of circuits that are in order, in as few messages as possible: BLO or UBL
    /// for one that stands alone, where there is such a message.
    pub(super) fn ask(
        &mut self,
        mut circuits: &[CircuitId],
        kind: Supervision,
        change: Change,
        now: Instant,
    ) {
        while let Some(&first) = circuits.first() {
            let near = circuits.iter().take_while(|&&id| self.is_near(first, id));
            let (together, rest) = circuits.split_at(near.count());
            circuits = rest;
            if together.len() == 1 && kind == Supervision::MAINTENANCE {
                self.ask_singly(first, change, now);
            } else {
                self.ask_together(first, together, kind, change, now);
            }
        }
    }

    fn is_near(&self, first: CircuitId, id: CircuitId) -> bool {
        let [from, to] = [first, id].map(|id| &self.circuits[id.index()]);
        let longest = u16::from(self.longest_range(first));
        from.group == to.group && to.cic.value() - from.cic.value() <= longest
    }

    fn ask_together(
        &mut self,
        first: CircuitId,
        circuits: &[CircuitId],
        kind: Supervision,
        change: Change,
        now: Instant,
    ) {
        for &id in circuits {
            self.set_local(id, kind, change.pending());
        }
        // A range of 0 is not allowed, so that a lone circuit is the first of two.
        let last = circuits.last().copied().unwrap_or(first);
        let range = (self.code(last).value() - self.code(first).value()).max(1);
        let range = u8::try_from(range).unwrap_or(MAX_RANGE);
        let status = self.status_of(first, range, |id| circuits.contains(&id));
        let request = Request {
            first,
            kind,
            change,
        };
        self.say_of_group(first, request.message(status.clone()));
        self.requests.insert(request, status);
        for timer in change.timers() {
            self.arm_request(request, timer, now);
        }
    }

    fn status_of(
        &self,
        first: CircuitId,
        range: u8,
        set: impl Fn(CircuitId) -> bool,
    ) -> RangeAndStatus {
        let mut named = self.named(first, range);
        RangeAndStatus::new(range, |_| named.next().flatten().is_some_and(&set))
    }

    fn arm_request(&mut self, request: Request, timer: Timer, now: Instant) {
        let value = self.trunk_of(request.first).config.timers.value(timer);
        self.arm_after(Deadline::Request(request, timer), value, now);
    }

    fn stop_request(&mut self, request: Request, timer: Timer) {
        self.deadlines.cancel(&Deadline::Request(request, timer));
    }

    fn end_request(&mut self, request: Request) {
        self.requests.remove(&request);
        for timer in request.change.timers() {
            self.stop_request(request, timer);
        }
    }

    /// T18 and T20 repeat; T19 and T21 alert, end them, and repeat from then on. What was decided
    /// otherwise in the meantime is not asked for again.
    pub(super) fn request_unanswered(&mut self, request: Request, timer: Timer, now: Instant) {
        let Some(status) = self.still_awaited(request) else {
            return self.end_request(request);
        };
        self.say_of_group(request.first, request.message(status.clone()));
        self.requests.insert(request, status);
        let [repeat, alert] = request.change.timers();
        if timer == alert {
            self.stop_request(request, repeat);
            self.alert(request.first, request.change.unacknowledged());
        }
        self.arm_request(request, timer, now);
    }

    fn still_awaited(&self, request: Request) -> Option<RangeAndStatus> {
        let asked = self.requests.get(&request)?;
        let kind = request.kind;
        let pending = request.change.pending();
        let awaited = |id| self.blocking_of(id).of(kind).local == pending;
        let bits: Vec<bool> = (0..=asked.range)
            .zip(self.named(request.first, asked.range))
            .map(|(offset, id)| asked.is_set(offset) && id.is_some_and(awaited))
            .collect();
        let status = || RangeAndStatus::new(asked.range, |offset| bits[usize::from(offset)]);
        bits.contains(&true).then(status)
    }

    /// CGBA or CGUA, compared with what was asked for (`Q.764 §2.8.2.3`).
    pub(super) fn group_acknowledged(
        &mut self,
        first: CircuitId,
        answer: &CircuitGroup,
        change: Change,
    ) {
        let request = Request {
            first,
            kind: answer.supervision,
            change,
        };
        let answer = &answer.range_and_status;
        let asked = self.requests.get(&request);
        let Some(asked) = asked.filter(|asked| asked.range == answer.range).cloned() else {
            return self.acknowledged_unasked(request, answer);
        };
        self.end_request(request);
        let mut alerts = [None; 2];
        let named: Vec<_> = self.named(first, asked.range).collect();
        for (offset, id) in (0..=u8::MAX).zip(named) {
            match (id, asked.is_set(offset), answer.is_set(offset)) {
                (Some(id), true, true) => self.acknowledged(id, request, change.done()),
                (Some(id), true, false) => {
                    alerts[0] = Some(Alert::AcknowledgedInPart);
                    // Neither blocked nor unblocked by both: not for calls until staff decides.
                    self.acknowledged(id, request, LocalBlocking::Blocked);
                }
                (_, false, true) => alerts[1] = Some(Alert::AcknowledgedUnasked),
                _ => {}
            }
        }
        for alert in alerts.into_iter().flatten() {
            self.alert(first, alert);
        }
    }

    fn acknowledged(&mut self, id: CircuitId, request: Request, local: LocalBlocking) {
        let kind = request.kind;
        if self.blocking_of(id).of(kind).local == request.change.pending() {
            self.set_local(id, kind, local);
        }
    }

    /// Discarded where it says what is so anyway.
    fn acknowledged_unasked(&mut self, request: Request, answer: &RangeAndStatus) {
        let kind = request.kind;
        if !KINDS.contains(&kind) || !is_allowed(answer) {
            return;
        }
        let blocked = request.change == Change::Block;
        let agrees = |id| self.blocking_of(id).of(kind).locally() == blocked;
        let mut named = (0..=u8::MAX).zip(self.named(request.first, answer.range));
        let contradicted =
            named.any(|(offset, id)| answer.is_set(offset) && id.is_some_and(|id| !agrees(id)));
        drop(named);
        if contradicted {
            self.alert(request.first, Alert::AcknowledgedUnasked);
        }
    }
}

// By the other exchange.
impl Circuits {
    /// CGB or CGU. One with a range of 0 or for more than 32 circuits is discarded; circuits that
    /// we do not have are left out of the answer (`Q.764 §2.8.2.3`).
    pub(super) fn received_group_blocking(
        &mut self,
        relation: usize,
        first: Cic,
        asked: &CircuitGroup,
        change: Change,
        now: Instant,
    ) {
        let kind = asked.supervision;
        let status = &asked.range_and_status;
        if !KINDS.contains(&kind) || !is_allowed(status) {
            return;
        }
        let named = self.codes(relation, first.value(), status.range);
        let meant = (0..=u8::MAX)
            .zip(named)
            .map(|(offset, id)| id.filter(|_| status.is_set(offset)));
        let meant: Vec<Option<CircuitId>> = meant.collect();
        let circuits: Vec<CircuitId> = meant.iter().copied().flatten().collect();
        let group = self.relations[relation].first_group;
        if (0..=status.range).all(|offset| !status.is_set(offset)) {
            // Its answer selects none either, and ends the repetition there.
            self.alert_for(group, first, Alert::NoCircuitSelected);
        } else if circuits.is_empty() {
            return self.alert_for(group, first, Alert::UnequippedHere);
        }
        for &id in &circuits {
            self.set_remote(id, kind, change == Change::Block);
        }
        let done = |offset| meant[usize::from(offset)].is_some();
        let answer = CircuitGroup {
            supervision: kind,
            range_and_status: RangeAndStatus::new(status.range, done),
        };
        match change {
            Change::Block => self.say_to(group, first, Message::Cgba(answer)),
            Change::Unblock => self.say_to(group, first, Message::Cgua(answer)),
        }
        if change == Change::Block {
            self.leave_blocked_group(&circuits, kind, now);
        }
    }

    fn leave_blocked_group(&mut self, circuits: &[CircuitId], kind: Supervision, now: Instant) {
        if kind == Supervision::HARDWARE_FAILURE {
            return self.release_all(circuits, now);
        }
        for &id in circuits {
            self.leave_blocked(id, now);
        }
    }
}

fn is_allowed(status: &RangeAndStatus) -> bool {
    let set = (0..=status.range).filter(|&offset| status.is_set(offset));
    status.range != 0 && set.count() <= MAX_CIRCUITS
}
