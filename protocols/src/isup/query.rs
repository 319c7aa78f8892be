//! Circuit group query: what both exchanges think of the same circuits (`Q.764 §2.8.3`).

use std::time::Instant;

use codecs::isup::{
    BlockedBy, CallProcessing, Cic, CircuitState, CircuitStates, Cqm, Cqr, Message, MessageType,
    Supervision,
};

use super::blocking::{KINDS, LocalBlocking, Sides};
use super::circuit::{Circuit, CircuitId, Class, Direction, State};
use super::circuits::Circuits;
use super::group_blocking::Change;
use super::output::{Alert, Output};
use super::runs::MAX_RANGE;
use super::timers::Timer;

/// A CQM that is not answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query {
    range: u8,
    /// What does not fit together is put right.
    resolve: bool,
}

/// What two exchanges think of one circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What this one thinks.
    pub here: CircuitState,
    /// What it is occupied with here: why it is transient, if it is.
    pub class: Class,
    /// What the other one thinks.
    pub there: CircuitState,
    /// What puts it right; after [`Circuits::audit`], what is being done.
    pub remedy: Remedy,
}

/// What puts right that two exchanges think differently of a circuit (`Q.764 §2.8.3.3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// They agree.
    Nothing,
    /// One of them is about to change; to be asked again later.
    AskAgain,
    /// Only one of them knows of a call, or both think that they began it, or the circuit was out
    /// of service in vain: it is reset.
    Reset,
    /// One blocks, and the other does not know, or thinks so without cause: our blocking or
    /// unblocking is said again, the other exchange's is noted.
    Blocking,
    /// The other exchange does not have the circuit: it goes out of service.
    OutOfService,
}

// Questions of ours.
impl Circuits {
    /// Asks the other exchange for the states of circuits; [`Output::Queried`] tells what it says
    /// of each. Circuits of a variant without CQM are left out. No answer within T28 is an
    /// [`Alert::QueryUnanswered`].
    pub fn query(&mut self, circuits: &[CircuitId], now: Instant) {
        self.ask_states(circuits, false, now);
    }

    /// Like [`Self::query`], and applies the [`Remedy`] to each circuit.
    pub fn audit(&mut self, circuits: &[CircuitId], now: Instant) {
        self.ask_states(circuits, true, now);
    }

    fn ask_states(&mut self, circuits: &[CircuitId], resolve: bool, now: Instant) {
        self.tick(now);
        for run in self.runs(circuits) {
            let relation = self.trunk_of(run.first).relation;
            if !self.variant_of(relation).has(MessageType::CQM) {
                continue;
            }
            let range = run.range;
            self.queries.insert(run.first, Query { range, resolve });
            self.say(run.first, Message::Cqm(Cqm { range }));
            self.arm(run.first, Timer::T28, now);
        }
    }

    /// T28.
    pub(super) fn query_unanswered(&mut self, first: CircuitId) {
        if self.queries.remove(&first).is_some() {
            self.alert(first, Alert::QueryUnanswered);
        }
    }

    /// CQR: one that answers nothing we asked, or not all of it, is discarded.
    pub(super) fn received_cqr(&mut self, first: CircuitId, answer: &Cqr, now: Instant) {
        let states: Vec<CircuitState> = answer.states.iter().collect();
        let fits = |query: &&Query| {
            query.range == answer.range && states.len() == usize::from(answer.range) + 1
        };
        let Some(&query) = self.queries.get(&first).filter(fits) else {
            return;
        };
        self.queries.remove(&first);
        self.stop(first, Timer::T28);
        let circuits = self.range(first, query.range).unwrap_or_default();
        for (circuit, there) in circuits.into_iter().zip(states) {
            let answer = self.compare(circuit, there);
            let Circuit { group, cic, .. } = self.circuits[circuit.index()];
            self.output(Output::Queried { group, cic, answer });
            if query.resolve {
                self.resolve(circuit, answer, now);
            }
        }
    }

    fn compare(&self, id: CircuitId, there: CircuitState) -> Answer {
        let here = self.circuit_state(id);
        let equipped = matches!(there, CircuitState::Equipped { .. });
        let remedy = match self.state(id) {
            State::OutOfService if equipped => Remedy::Reset,
            _ => remedy(here, there),
        };
        Answer {
            here,
            class: self.circuits[id.index()].class(),
            there,
            remedy,
        }
    }

    fn resolve(&mut self, id: CircuitId, answer: Answer, now: Instant) {
        match answer.remedy {
            Remedy::Nothing | Remedy::AskAgain => {}
            Remedy::Reset => self.begin_reset(id, now),
            Remedy::OutOfService => self.unequipped(id, now),
            Remedy::Blocking => self.align_blocking(id, answer.there, now),
        }
    }

    fn align_blocking(&mut self, id: CircuitId, there: CircuitState, now: Instant) {
        for kind in KINDS {
            let Some(by) = blocked_by(there, kind) else {
                continue;
            };
            let (by_them, by_us) = sides(by);
            self.set_remote(id, kind, by_them);
            match (self.blocking_of(id).of(kind).locally(), by_us) {
                (true, false) => self.ask(&[id], kind, Change::Block, now),
                (false, true) => self.ask(&[id], kind, Change::Unblock, now),
                _ => {}
            }
        }
        if self.blocking_of(id).hardware.remote {
            self.release_all(&[id], now);
        }
    }
}

// Questions of the other exchange.
impl Circuits {
    /// CQM: more than 32 circuits are too many (`Q.763 §3.43`).
    pub(super) fn received_cqm(&mut self, relation: usize, first: Cic, range: u8) {
        if range > MAX_RANGE {
            return;
        }
        let circuits = self.codes(relation, first.value(), range);
        let states = circuits.map(|id| match id {
            Some(id) => self.circuit_state(id),
            None => CircuitState::Unequipped,
        });
        let Ok(states) = CircuitStates::new(states) else {
            return;
        };
        let group = self.relations[relation].first_group;
        self.say_to(group, first, Message::Cqr(Cqr { range, states }));
    }

    /// What we think of a circuit (`Q.764 §2.8.3.2`): transient while an answer is awaited.
    pub(super) fn circuit_state(&self, id: CircuitId) -> CircuitState {
        let blocking = self.blocking_of(id);
        let awaits = |sides: Sides| {
            matches!(
                sides.local,
                LocalBlocking::Blocking | LocalBlocking::Unblocking
            )
        };
        if awaits(blocking.maintenance) || awaits(blocking.hardware) {
            return CircuitState::Transient;
        }
        let processing = match self.state(id) {
            State::Idle | State::OutOfService => CallProcessing::Idle,
            State::Call(Direction::Incoming, _) => CallProcessing::IncomingBusy,
            State::Call(Direction::Outgoing, _) => CallProcessing::OutgoingBusy,
            _ => return CircuitState::Transient,
        };
        CircuitState::Equipped {
            maintenance: blocked(blocking.maintenance),
            processing,
            hardware: blocked(blocking.hardware),
        }
    }
}

fn blocked(sides: Sides) -> BlockedBy {
    match (sides.locally(), sides.remote) {
        (false, false) => BlockedBy::Nobody,
        (true, false) => BlockedBy::Local,
        (false, true) => BlockedBy::Remote,
        (true, true) => BlockedBy::Both,
    }
}

/// Whether the exchange that says it blocks, and whether the other one does.
fn sides(by: BlockedBy) -> (bool, bool) {
    match by {
        BlockedBy::Nobody => (false, false),
        BlockedBy::Local => (true, false),
        BlockedBy::Remote => (false, true),
        BlockedBy::Both => (true, true),
    }
}

fn blocked_by(state: CircuitState, kind: Supervision) -> Option<BlockedBy> {
    match state {
        CircuitState::Equipped { hardware, .. } if kind == Supervision::HARDWARE_FAILURE => {
            Some(hardware)
        }
        CircuitState::Equipped { maintenance, .. } => Some(maintenance),
        _ => None,
    }
}

/// What two opinions of a circuit call for.
fn remedy(here: CircuitState, there: CircuitState) -> Remedy {
    use CallProcessing::{Idle, IncomingBusy, OutgoingBusy};
    use CircuitState::Equipped;
    let (
        Equipped {
            processing: ours, ..
        },
        Equipped {
            processing: theirs, ..
        },
    ) = (here, there)
    else {
        return match there {
            CircuitState::Unequipped => Remedy::OutOfService,
            _ => Remedy::AskAgain,
        };
    };
    match (ours, theirs) {
        (Idle, Idle) | (IncomingBusy, OutgoingBusy) | (OutgoingBusy, IncomingBusy) => {}
        _ => return Remedy::Reset,
    }
    let agreed = KINDS.into_iter().all(|kind| {
        let opinions = [here, there].map(|state| blocked_by(state, kind).map(sides));
        opinions[0] == opinions[1].map(|(theirs, ours)| (ours, theirs))
    });
    match agreed {
        true => Remedy::Nothing,
        false => Remedy::Blocking,
    }
}
