//! Blocking and unblocking of circuits in both directions (`Q.764 §2.8.2`): one circuit by BLO and
//! UBL, several by the messages of [`super::group_blocking`].
//!
//! Each exchange blocks for itself, and for maintenance and because of hardware failures
//! independently of each other; a circuit takes calls when nobody blocks it for any reason.

use std::time::Instant;

use codecs::isup::{CallingPartyCategory, Cause, Iam, Message, Supervision};

use super::circuit::{CircuitId, State};
use super::circuits::Circuits;
use super::group_blocking::Change;
use super::timers::Timer;

/// Both kinds of blocking.
pub(super) const KINDS: [Supervision; 2] =
    [Supervision::MAINTENANCE, Supervision::HARDWARE_FAILURE];

/// Blocking of a circuit by this exchange for one reason (`Q.764 §2.8.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LocalBlocking {
    /// Not blocked.
    #[default]
    Unblocked,
    /// BLO or CGB sent, its acknowledgement awaited.
    Blocking,
    /// Blocked; while the circuit is reset or out of service the other exchange is yet to be told.
    Blocked,
    /// UBL or CGU sent, its acknowledgement awaited; calls are possible again.
    Unblocking,
}

/// Blocking of a circuit for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides {
    /// By this exchange.
    pub local: LocalBlocking,
    /// By the other one.
    pub remote: bool,
}

impl Sides {
    /// Whether this exchange blocks.
    pub fn locally(self) -> bool {
        matches!(self.local, LocalBlocking::Blocking | LocalBlocking::Blocked)
    }
}

/// Blocking of a circuit by either exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Blocking {
    /// For maintenance; calls in progress are allowed to finish.
    pub maintenance: Sides,
    /// Because of a hardware failure; calls in progress are released.
    pub hardware: Sides,
}

impl Blocking {
    /// Whether this exchange blocks, for whatever reason.
    pub fn locally(self) -> bool {
        self.maintenance.locally() || self.hardware.locally()
    }

    /// Whether the other exchange blocks, for whatever reason.
    pub fn remotely(self) -> bool {
        self.maintenance.remote || self.hardware.remote
    }

    pub(super) fn of(self, kind: Supervision) -> Sides {
        match kind {
            Supervision::HARDWARE_FAILURE => self.hardware,
            _ => self.maintenance,
        }
    }

    fn of_mut(&mut self, kind: Supervision) -> &mut Sides {
        match kind {
            Supervision::HARDWARE_FAILURE => &mut self.hardware,
            _ => &mut self.maintenance,
        }
    }
}

// Blocking by us.
impl Circuits {
    /// Blocks circuits for calls of the other exchange and our own. For
    /// [`Supervision::MAINTENANCE`] test calls pass and calls in progress go on; for
    /// [`Supervision::HARDWARE_FAILURE`] they are released. Any other kind, unknown circuits and
    /// those blocked already change nothing. The other exchange hears of a circuit that is being
    /// reset when the reset is over.
    pub fn block(&mut self, circuits: &[CircuitId], kind: Supervision, now: Instant) {
        self.tick(now);
        self.change_blocking(circuits, kind, Change::Block, now);
    }

    /// Takes our blocking for this reason away.
    pub fn unblock(&mut self, circuits: &[CircuitId], kind: Supervision, now: Instant) {
        self.tick(now);
        self.change_blocking(circuits, kind, Change::Unblock, now);
    }

    fn change_blocking(
        &mut self,
        circuits: &[CircuitId],
        kind: Supervision,
        change: Change,
        now: Instant,
    ) {
        if !KINDS.contains(&kind) {
            return;
        }
        let (mut told, mut untold) = (Vec::new(), Vec::new());
        for id in self.in_order(circuits) {
            if self.blocking_of(id).of(kind).locally() == (change == Change::Block) {
                continue;
            }
            match self.state(id) {
                State::Resetting(_) | State::OutOfService => untold.push(id),
                _ => told.push(id),
            }
        }
        for id in untold {
            self.set_local(id, kind, change.done());
        }
        self.ask(&told, kind, change, now);
        if (kind, change) == (Supervision::HARDWARE_FAILURE, Change::Block) {
            self.release_all(&told, now);
        }
    }

    /// Says it again of those circuits we block: the other exchange has forgotten it.
    pub(super) fn block_once_more(&mut self, circuits: &[CircuitId], now: Instant) {
        for kind in KINDS {
            let blocked = |id: &CircuitId| self.blocking_of(*id).of(kind).locally();
            let blocked: Vec<_> = circuits.iter().copied().filter(blocked).collect();
            self.ask(&blocked, kind, Change::Block, now);
        }
    }

    /// BLO or UBL.
    pub(super) fn ask_singly(&mut self, id: CircuitId, change: Change, now: Instant) {
        self.set_local(id, Supervision::MAINTENANCE, change.pending());
        let (message, repeat, alert) = match change {
            Change::Block => (Message::Blo, Timer::T12, Timer::T13),
            Change::Unblock => (Message::Ubl, Timer::T14, Timer::T15),
        };
        self.say(id, message);
        self.arm(id, repeat, now);
        self.arm(id, alert, now);
    }

    pub(super) fn set_local(&mut self, id: CircuitId, kind: Supervision, local: LocalBlocking) {
        if kind == Supervision::MAINTENANCE {
            for timer in [Timer::T12, Timer::T13, Timer::T14, Timer::T15] {
                self.stop(id, timer);
            }
        }
        self.edit(id, |circuit| circuit.blocking.of_mut(kind).local = local);
    }

    /// The other exchange need not answer any more, or cannot: it forgets our blocking in a reset.
    pub(super) fn settle_blocking(&mut self, id: CircuitId) {
        for kind in KINDS {
            let settled = match self.blocking_of(id).of(kind).locally() {
                true => LocalBlocking::Blocked,
                false => LocalBlocking::Unblocked,
            };
            self.set_local(id, kind, settled);
        }
    }

    /// A circuit we have blocked takes test calls only (`Q.764 §2.8.2.1`), and one with a hardware
    /// failure none at all.
    pub(super) fn refuses_calls(&self, id: CircuitId, iam: &Iam) -> bool {
        let blocking = self.blocking_of(id);
        let test = iam.category == CallingPartyCategory::TEST;
        blocking.hardware.locally() || (blocking.maintenance.locally() && !test)
    }

    /// An IAM came on a circuit whose blocking the other exchange had acknowledged. One that
    /// crosses our BLO needs nothing: the other exchange releases it when it sees the BLO.
    pub(super) fn block_again(&mut self, id: CircuitId, now: Instant) {
        for kind in KINDS {
            if self.blocking_of(id).of(kind).local == LocalBlocking::Blocked {
                self.ask(&[id], kind, Change::Block, now);
            }
        }
    }

    /// One that was not expected tells that the other exchange thinks the circuit blocked.
    pub(super) fn received_bla(&mut self, id: CircuitId, now: Instant) {
        let kind = Supervision::MAINTENANCE;
        match self.blocking_of(id).maintenance.local {
            LocalBlocking::Blocking => self.set_local(id, kind, LocalBlocking::Blocked),
            LocalBlocking::Unblocked => self.ask_singly(id, Change::Unblock, now),
            LocalBlocking::Blocked | LocalBlocking::Unblocking => {}
        }
    }

    /// One that was not expected tells that the other exchange thinks the circuit unblocked.
    pub(super) fn received_uba(&mut self, id: CircuitId, now: Instant) {
        let kind = Supervision::MAINTENANCE;
        match self.blocking_of(id).maintenance.local {
            LocalBlocking::Unblocking => self.set_local(id, kind, LocalBlocking::Unblocked),
            LocalBlocking::Blocked => self.ask_singly(id, Change::Block, now),
            LocalBlocking::Unblocked | LocalBlocking::Blocking => {}
        }
    }

    /// T12 and T14 repeat; T13 and T15 alert, end them, and repeat from then on.
    pub(super) fn blocking_unanswered(&mut self, id: CircuitId, timer: Timer, now: Instant) {
        let (change, message, repeat) = match timer {
            Timer::T12 | Timer::T13 => (Change::Block, Message::Blo, Timer::T12),
            _ => (Change::Unblock, Message::Ubl, Timer::T14),
        };
        self.say(id, message);
        if timer != repeat {
            self.stop(id, repeat);
            self.alert(id, change.unacknowledged());
        }
        self.arm(id, timer, now);
    }
}

// Blocking by the other exchange.
impl Circuits {
    pub(super) fn received_blo(&mut self, id: CircuitId, now: Instant) {
        self.set_remote(id, Supervision::MAINTENANCE, true);
        self.say(id, Message::Bla);
        self.leave_blocked(id, now);
    }

    pub(super) fn received_ubl(&mut self, id: CircuitId) {
        self.set_remote(id, Supervision::MAINTENANCE, false);
        self.say(id, Message::Uba);
    }

    pub(super) fn set_remote(&mut self, id: CircuitId, kind: Supervision, remote: bool) {
        self.edit(id, |circuit| circuit.blocking.of_mut(kind).remote = remote);
    }

    /// An outgoing call for which nothing came back moves to another circuit
    /// (`Q.764 §2.8.2.1`).
    pub(super) fn leave_blocked(&mut self, id: CircuitId, now: Instant) {
        if matches!(self.state(id), State::Offered(_)) {
            self.lose_and_release(id, Cause::NORMAL_UNSPECIFIED, now);
        }
    }

    /// Of hardware failures the calls do not survive.
    pub(super) fn release_all(&mut self, circuits: &[CircuitId], now: Instant) {
        for &id in circuits {
            self.leave_blocked(id, now);
            if self.state(id).call().is_some() {
                self.fail_and_release(id, Cause::NORMAL_UNSPECIFIED, now);
            }
        }
    }

    /// The other exchange uses the circuit again: after its own IAM, unless that is for a test
    /// call, it is not blocked any more (`Q.764 §2.8.2.2`).
    pub(super) fn lift_by(&mut self, id: CircuitId, iam: &Iam) {
        if iam.category != CallingPartyCategory::TEST {
            self.lift_remote(id);
        }
    }

    pub(super) fn lift_remote(&mut self, id: CircuitId) {
        for kind in KINDS {
            self.set_remote(id, kind, false);
        }
    }
}
