//! Which idle circuit of a trunk group is seized next (`Q.764 §2.9.1.3`).
//!
//! Orders by time are lists threaded through the circuits, orders by code are a sorted set: a
//! circuit joins and leaves in O(1) and O(log n).

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};

use codecs::isup::Cic;

use super::circuit::{Circuit, CircuitId};
use super::config::Hunting;

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

/// The idle circuits of a trunk group in the order in which they are seized.
#[derive(Debug)]
pub(super) struct IdleCircuits {
    hunting: Hunting,
    /// Seized from the front.
    preferred: IdleList,
    /// Seized from the front when no preferred one is left.
    others: IdleList,
    /// For orders by code: those with the wrong parity behind the others.
    by_code: BTreeSet<(bool, Cic, CircuitId)>,
    /// The code seized last.
    latest: Option<Cic>,
}

impl IdleCircuits {
    pub(super) fn new(hunting: Hunting) -> Self {
        Self {
            hunting,
            preferred: IdleList::default(),
            others: IdleList::default(),
            by_code: BTreeSet::new(),
            latest: None,
        }
    }

    /// The circuit whose turn it is; it stays until its state changes.
    pub(super) fn hunt(&mut self) -> Option<CircuitId> {
        if !self.hunting.by_code() {
            return self.preferred.first.or(self.others.first);
        }
        let (_, code, id) = *self.after_latest().or_else(|| self.by_code.first())?;
        if self.hunting == Hunting::Circular {
            self.latest = Some(code);
        }
        Some(id)
    }

    fn after_latest(&self) -> Option<&(bool, Cic, CircuitId)> {
        let latest = (false, self.latest?, CircuitId(u32::MAX));
        self.by_code.range((Excluded(latest), Unbounded)).next()
    }

    pub(super) fn join(&mut self, circuits: &mut [Circuit], id: CircuitId) {
        let circuit = &circuits[id.index()];
        if self.hunting.by_code() {
            self.by_code.insert(self.key(circuit, id));
        } else if self.hunting == Hunting::LeastIdle {
            self.preferred.push_first(circuits, id);
        } else if self.prefers(circuit) {
            self.preferred.push_last(circuits, id);
        } else {
            self.others.push_first(circuits, id);
        }
    }

    pub(super) fn leave(&mut self, circuits: &mut [Circuit], id: CircuitId) {
        let circuit = &circuits[id.index()];
        if self.hunting.by_code() {
            self.by_code.remove(&self.key(circuit, id));
        } else if self.prefers(circuit) {
            self.preferred.remove(circuits, id);
        } else {
            self.others.remove(circuits, id);
        }
    }

    fn key(&self, circuit: &Circuit, id: CircuitId) -> (bool, Cic, CircuitId) {
        let even = circuit.cic.value().is_multiple_of(2);
        let behind = match self.hunting {
            Hunting::Even => !even,
            Hunting::Odd => even,
            _ => false,
        };
        (behind, circuit.cic, id)
    }

    fn prefers(&self, circuit: &Circuit) -> bool {
        circuit.controlled || self.hunting != Hunting::ControlledFirst
    }
}
