//! A trunk group at work: its idle circuits in hunting order, and how many are in which state.

use std::collections::VecDeque;

use codecs::isup::Cic;

use super::circuit::{Circuit, CircuitId, Class};
use super::config::{Group, GroupId, Hunting};
use super::reset::Job;

/// How many circuits of a group are in which state; together they are the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateCounts {
    /// Free to be seized.
    pub idle: usize,
    /// In a call set up by this exchange, not answered.
    pub outgoing: usize,
    /// In a call set up by the other exchange, not answered.
    pub incoming: usize,
    /// In an answered call.
    pub answered: usize,
    /// REL sent, RLC awaited.
    pub releasing: usize,
    /// Being checked for continuity without a call, or found without.
    pub testing: usize,
    /// To be reset, or reset and not acknowledged.
    pub resetting: usize,
    /// Idle, and blocked by one exchange or both.
    pub blocked: usize,
    /// Not equipped at the other exchange.
    pub out_of_service: usize,
}

impl StateCounts {
    /// Every state's name and count.
    pub fn by_name(&self) -> [(&'static str, usize); 9] {
        [
            ("idle", self.idle),
            ("outgoing", self.outgoing),
            ("incoming", self.incoming),
            ("answered", self.answered),
            ("releasing", self.releasing),
            ("testing", self.testing),
            ("resetting", self.resetting),
            ("blocked", self.blocked),
            ("out_of_service", self.out_of_service),
        ]
    }

    pub(super) fn of(&mut self, class: Class) -> &mut usize {
        match class {
            Class::Idle => &mut self.idle,
            Class::Outgoing => &mut self.outgoing,
            Class::Incoming => &mut self.incoming,
            Class::Answered => &mut self.answered,
            Class::Releasing => &mut self.releasing,
            Class::Testing => &mut self.testing,
            Class::Resetting => &mut self.resetting,
            Class::Blocked => &mut self.blocked,
            Class::OutOfService => &mut self.out_of_service,
        }
    }
}

/// A circuit's neighbours in the idle list it is in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Links {
    previous: Option<CircuitId>,
    next: Option<CircuitId>,
}

/// A list threaded through the circuits: any of them leaves it in constant time.
#[derive(Debug, Default)]
struct IdleList {
    first: Option<CircuitId>,
    last: Option<CircuitId>,
}

impl IdleList {
    fn push_first(&mut self, circuits: &mut [Circuit], id: CircuitId) {
        let next = self.first.replace(id);
        circuits[id.index()].links = Links {
            previous: None,
            next,
        };
        match next {
            Some(next) => circuits[next.index()].links.previous = Some(id),
            None => self.last = Some(id),
        }
    }

    fn push_last(&mut self, circuits: &mut [Circuit], id: CircuitId) {
        let previous = self.last.replace(id);
        circuits[id.index()].links = Links {
            previous,
            next: None,
        };
        match previous {
            Some(previous) => circuits[previous.index()].links.next = Some(id),
            None => self.first = Some(id),
        }
    }

    fn remove(&mut self, circuits: &mut [Circuit], id: CircuitId) {
        let Links { previous, next } = std::mem::take(&mut circuits[id.index()].links);
        match previous {
            Some(previous) => circuits[previous.index()].links.next = next,
            None => self.first = next,
        }
        match next {
            Some(next) => circuits[next.index()].links.previous = previous,
            None => self.last = previous,
        }
    }
}

#[derive(Debug)]
pub(super) struct Trunk {
    pub(super) config: Group,
    pub(super) relation: usize,
    pub(super) counts: StateCounts,
    /// Adds up the percentage of calls that ask for a continuity check.
    pub(super) checks: u8,
    /// Seized from the front; under circular hunting all idle circuits are here.
    preferred: IdleList,
    /// Seized from the front when no preferred one is left.
    others: IdleList,
}

impl Trunk {
    pub(super) fn new(config: Group, relation: usize) -> Self {
        Self {
            config,
            relation,
            counts: StateCounts::default(),
            checks: 0,
            preferred: IdleList::default(),
            others: IdleList::default(),
        }
    }

    /// The circuit whose turn it is; it stays in its list until its state changes.
    pub(super) fn hunt(&self) -> Option<CircuitId> {
        self.preferred.first.or(self.others.first)
    }

    pub(super) fn joins_idle(&mut self, circuits: &mut [Circuit], id: CircuitId) {
        if self.prefers(&circuits[id.index()]) {
            self.preferred.push_last(circuits, id);
        } else {
            self.others.push_first(circuits, id);
        }
    }

    pub(super) fn leaves_idle(&mut self, circuits: &mut [Circuit], id: CircuitId) {
        if self.prefers(&circuits[id.index()]) {
            self.preferred.remove(circuits, id);
        } else {
            self.others.remove(circuits, id);
        }
    }

    fn prefers(&self, circuit: &Circuit) -> bool {
        circuit.controlled || self.config.hunting == Hunting::Circular
    }
}

/// Everything between this exchange's point code and one other's: the trunk groups share its
/// circuit identification codes and its availability.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) first_group: GroupId,
    pub(super) available: bool,
    pub(super) unanswered_resets: usize,
    pub(super) resets: VecDeque<Job>,
    by_cic: Vec<Option<CircuitId>>,
}

impl Relation {
    pub(super) fn new(first_group: GroupId) -> Self {
        Self {
            first_group,
            available: false,
            unanswered_resets: 0,
            resets: VecDeque::new(),
            by_cic: Vec::new(),
        }
    }

    pub(super) fn insert(&mut self, cic: Cic, id: CircuitId) {
        let index = usize::from(cic.0);
        if self.by_cic.len() <= index {
            self.by_cic.resize(index + 1, None);
        }
        self.by_cic[index] = Some(id);
    }

    pub(super) fn circuit(&self, cic: Cic) -> Option<CircuitId> {
        *self.by_cic.get(usize::from(cic.0))?
    }

    /// The circuits in the order of their codes.
    pub(super) fn circuits(&self) -> impl Iterator<Item = CircuitId> + '_ {
        self.by_cic.iter().filter_map(|id| *id)
    }
}
