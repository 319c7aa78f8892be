//! How procedures look at circuits and change them: timers, states, and what follows from a state.

use std::time::{Duration, Instant};

use codecs::isup::CauseIndicators;

use super::blocking::Blocking;
use super::circuit::{Apart, Aside, Circuit, CircuitId, Class, Direction, State};
use super::circuits::{Circuits, Deadline};
use super::config::GroupId;
use super::group::Trunk;
use super::output::Event;
use super::timers::Timer;

impl Circuits {
    pub(super) fn trunk(&self, group: GroupId) -> Option<&Trunk> {
        self.trunks.get(usize::from(group.0))
    }

    pub(super) fn trunk_of(&self, id: CircuitId) -> &Trunk {
        &self.trunks[usize::from(self.circuits[id.index()].group.0)]
    }

    /// Every verb and command begins with it: the moment things happen.
    pub(super) fn tick(&mut self, now: Instant) {
        self.clock = Some(now);
    }

    /// Whether the command of an owner names a circuit of this machine.
    pub(super) fn exists(&self, id: CircuitId) -> bool {
        id.index() < self.circuits.len()
    }

    pub(super) fn state(&self, id: CircuitId) -> &State {
        &self.circuits[id.index()].state
    }

    pub(super) fn blocking_of(&self, id: CircuitId) -> Blocking {
        self.circuits[id.index()].blocking
    }

    pub(super) fn arm(&mut self, id: CircuitId, timer: Timer, now: Instant) {
        let value = self.trunk_of(id).config.timers.value(timer);
        self.arm_after(Deadline::Circuit(id, timer), value, now);
    }

    pub(super) fn arm_relation(&mut self, relation: usize, timer: Timer, now: Instant) {
        let group = self.relations[relation].first_group;
        let timers = &self.trunks[usize::from(group.0)].config.timers;
        let value = timers.value(timer);
        self.arm_after(Deadline::Relation(relation, timer), value, now);
    }

    /// A deadline beyond what the clock can say never comes.
    pub(super) fn arm_after(&mut self, deadline: Deadline, after: Duration, now: Instant) {
        if let Some(at) = now.checked_add(after) {
            self.deadlines.arm(deadline, at);
        }
    }

    pub(super) fn stop(&mut self, id: CircuitId, timer: Timer) {
        self.deadlines.cancel(&Deadline::Circuit(id, timer));
    }

    /// Puts a circuit into another state; its timers stop.
    pub(super) fn enter(&mut self, id: CircuitId, state: State) {
        self.enter_saying(id, state, |_| None);
    }

    /// Like [`Self::enter`]: what the owner is told of the call comes before the news that the
    /// circuit is idle.
    pub(super) fn enter_saying(
        &mut self,
        id: CircuitId,
        state: State,
        farewell: impl FnOnce(State) -> Option<Event>,
    ) {
        for timer in self.state(id).timers() {
            if !state.timers().contains(timer) {
                self.stop(id, *timer);
            }
        }
        let idle = matches!(state, State::Idle) && !matches!(self.state(id), State::Idle);
        let before = self.edit(id, |circuit| std::mem::replace(&mut circuit.state, state));
        self.follow_signal(id, before.signal());
        let direction = |state: &State| state.call().map(|(direction, _)| direction);
        let announced = matches!(before, State::Apart(Apart::Announced));
        if announced || direction(&before) != direction(self.state(id)) {
            self.put_aside_away(id);
        }
        if let Some(event) = farewell(before) {
            self.event(id, event);
        }
        if idle {
            self.event(id, Event::Idle);
        }
    }

    /// Forgets what belonged to the call that was on a circuit.
    fn put_aside_away(&mut self, id: CircuitId) {
        let circuit = &mut self.circuits[id.index()];
        circuit.transit = None;
        if circuit.aside.take().is_some() {
            for timer in Aside::TIMERS {
                self.stop(id, timer);
            }
        }
    }

    pub(super) fn is_transit(&self, id: CircuitId) -> bool {
        self.circuits[id.index()].transit.is_some()
    }

    pub(super) fn direction(&self, id: CircuitId) -> Option<Direction> {
        Some(self.state(id).call()?.0)
    }

    /// Arms a timer that ends with the call.
    pub(super) fn arm_in_call(&mut self, id: CircuitId, timer: Timer, now: Instant) {
        self.aside(id);
        self.arm(id, timer, now);
    }

    pub(super) fn aside(&mut self, id: CircuitId) -> &mut Aside {
        self.circuits[id.index()].aside.get_or_insert_default()
    }

    /// Changes a circuit and keeps counters and idle lists true.
    pub(super) fn edit<T>(&mut self, id: CircuitId, change: impl FnOnce(&mut Circuit) -> T) -> T {
        let circuit = &mut self.circuits[id.index()];
        let before = circuit.class();
        let result = change(circuit);
        let after = circuit.class();
        if before != after {
            circuit.since = self.clock;
            let trunk = &mut self.trunks[usize::from(circuit.group.0)];
            *trunk.counts.of(before) -= 1;
            *trunk.counts.of(after) += 1;
            if before == Class::Idle {
                trunk.idle.leave(&mut self.circuits, id);
            }
            if after == Class::Idle {
                trunk.idle.join(&mut self.circuits, id);
            }
        }
        result
    }

    /// Takes the call off a circuit that goes into `state`; the owner is told if there was one.
    pub(super) fn fail_call(&mut self, id: CircuitId, state: State, cause: CauseIndicators) {
        self.enter_saying(id, state, |before| {
            before.call().map(|_| Event::Failed(cause))
        });
    }

    /// Like [`Self::fail_call`], but a call for which nothing came back can be tried again.
    pub(super) fn lose_call(&mut self, id: CircuitId, state: State, cause: CauseIndicators) {
        self.enter_saying(id, state, |before| match before {
            State::Offered(offer) => Some(Event::Reattempt(offer.iam)),
            before => before.call().map(|_| Event::Failed(cause)),
        });
    }
}
