//! What operators ask about: the state of circuits, why they are not idle, and the blocking that
//! outlives the program.

use std::fmt;
use std::time::Instant;

use codecs::isup::{Cic, Supervision};

use super::blocking::{Blocking, KINDS};
use super::circuit::{Apart, CircuitId, Class, Direction, Reset, State};
use super::circuits::Circuits;
use super::config::GroupId;
use super::timers::Timer;

/// A circuit at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitStatus {
    /// Its trunk group.
    pub group: GroupId,
    /// Its code.
    pub cic: Cic,
    /// What it is occupied with.
    pub class: Class,
    /// Who began the call on it; none without one, and for one that is being released.
    pub direction: Option<Direction>,
    /// Why it cannot be seized; none for one that can.
    pub reason: Option<Reason>,
    /// By whom it is blocked, also while it is occupied with something else.
    pub blocking: Blocking,
    /// Since when it is in this class; none: since the machine was made.
    pub since: Option<Instant>,
}

/// How well an exchange is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The signalling network leads there.
    pub available: bool,
    /// Its ISDN user part takes messages, as far as is known.
    pub user_part: bool,
    /// How many of a hundred new calls are refused because of congestion or overload.
    pub refused: u8,
    /// How many of its messages were not acted on, because there were too many.
    pub discarded: u64,
}

/// Why a circuit cannot be seized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A call is on it, or was and is not released by both exchanges.
    Busy,
    /// Its continuity is being checked.
    Tested,
    /// Its continuity check failed; it is repeated when this timer expires: T25 after the first
    /// check, T26 after later ones.
    Discontinuous(Timer),
    /// Its continuity is being checked again.
    TestedAgain,
    /// Its turn to be reset has not come, or the other exchange cannot be reached.
    AwaitsReset,
    /// RSC or GRS sent.
    ResetUnacknowledged,
    /// This exchange blocks it, for one reason or both.
    BlockedHere,
    /// The other exchange blocks it.
    BlockedThere,
    /// Both block it.
    BlockedByBoth,
    /// The other exchange says that it does not have it.
    UnequippedThere,
    /// The signalling network does not reach the other exchange, or its user part takes no
    /// messages.
    DestinationUnavailable,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "a call is on it or being released",
            Self::Tested => "its continuity is being checked",
            Self::Discontinuous(timer) => {
                return write!(f, "continuity failed, repeated at {}", timer.name());
            }
            Self::TestedAgain => "continuity failed, being repeated",
            Self::AwaitsReset => "waits for its reset",
            Self::ResetUnacknowledged => "reset, not acknowledged",
            Self::BlockedHere => "blocked by this exchange",
            Self::BlockedThere => "blocked by the other exchange",
            Self::BlockedByBoth => "blocked by both exchanges",
            Self::UnequippedThere => "not equipped at the other exchange",
            Self::DestinationUnavailable => "the other exchange is unavailable",
        })
    }
}

impl Circuits {
    /// The state of a circuit; nothing for one that does not exist.
    pub fn status(&self, circuit: CircuitId) -> Option<CircuitStatus> {
        let one = self.circuits.get(circuit.index())?;
        Some(CircuitStatus {
            group: one.group,
            cic: one.cic,
            class: one.class(),
            direction: one.state.call().map(|(direction, _)| direction),
            reason: self.reason(circuit),
            blocking: one.blocking,
            since: one.since,
        })
    }

    fn reason(&self, id: CircuitId) -> Option<Reason> {
        let reached = self.relations[self.trunk_of(id).relation].reached();
        let blocking = self.blocking_of(id);
        let blocked = (blocking.locally(), blocking.remotely());
        Some(match (self.state(id), blocked) {
            (State::Resetting(Reset::Queued), _) => Reason::AwaitsReset,
            (State::Resetting(_), _) => Reason::ResetUnacknowledged,
            (State::OutOfService, _) => Reason::UnequippedThere,
            (State::Apart(Apart::Overloaded | Apart::Announced), _) => Reason::Busy,
            (State::Apart(Apart::Faulty { repeated }), _) => {
                Reason::Discontinuous(Apart::next_check(*repeated))
            }
            (State::Apart(Apart::Testing { repeated: true }), _) => Reason::TestedAgain,
            (State::Apart(_), _) => Reason::Tested,
            (State::Idle, (true, true)) => Reason::BlockedByBoth,
            (State::Idle, (true, false)) => Reason::BlockedHere,
            (State::Idle, (false, true)) => Reason::BlockedThere,
            (State::Idle, _) if !reached => Reason::DestinationUnavailable,
            (State::Idle, _) => return None,
            _ => Reason::Busy,
        })
    }

    /// How well the exchange at the other end of a group is reached.
    pub fn reach(&self, group: GroupId) -> Option<Reach> {
        let relation = &self.relations[self.trunk(group)?.relation];
        Some(Reach {
            available: relation.available,
            user_part: relation.user_part,
            refused: relation.congestion.refused(),
            discarded: relation.discarded,
        })
    }

    /// The circuits of a group, in the order in which they are configured.
    pub fn circuits_of(&self, group: GroupId) -> impl Iterator<Item = CircuitId> + use<> {
        let circuits = self.trunk(group).map(|trunk| trunk.circuits.clone());
        circuits.unwrap_or_default().map(CircuitId)
    }

    /// Every circuit this exchange blocks, once for each reason.
    pub fn blocking_snapshot(&self) -> impl Iterator<Item = (CircuitId, Supervision)> + '_ {
        let circuits = (0..).map(CircuitId).zip(&self.circuits);
        circuits.flat_map(|(id, circuit)| {
            let blocked = move |kind: &Supervision| circuit.blocking.of(*kind).locally();
            KINDS
                .into_iter()
                .filter(blocked)
                .map(move |kind| (id, kind))
        })
    }

    /// Blocks what was blocked when [`Self::blocking_snapshot`] was taken. At start-up the other
    /// exchange hears of it when the circuits are reset.
    pub fn restore(&mut self, blocked: &[(CircuitId, Supervision)], now: Instant) {
        for kind in KINDS {
            let of_kind = blocked.iter().filter(|(_, blocked)| *blocked == kind);
            let circuits: Vec<CircuitId> = of_kind.map(|&(id, _)| id).collect();
            self.block(&circuits, kind, now);
        }
    }
}
