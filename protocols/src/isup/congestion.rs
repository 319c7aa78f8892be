//! Congestion of the signalling network and overload of exchanges (`Q.764 §2.10`, `§2.11`).
//!
//! Both take traffic back in steps: a quarter of the new calls each, all but calls with priority
//! with the last one. The signalling network's congestion counts by T29 and T30; what an overloaded
//! exchange says in REL counts for five seconds.

use std::time::{Duration, Instant};

use codecs::isup::{CallingPartyCategory, CongestionLevel, Iam, Parameter, ParameterCode, Rel};
use codecs::mtp::SignallingPoint;

use super::circuit::CircuitId;
use super::circuits::{Circuits, Deadline};
use super::output::Alert;
use super::timers::Timer;

/// From no reduction to none but calls with priority.
const STEPS: u8 = 4;

/// How long an automatic congestion level counts after the latest REL with one.
const OVERLOAD_COUNTS: Duration = Duration::from_secs(5);

/// How much traffic is taken back towards one exchange.
#[derive(Debug, Default)]
pub(super) struct Congestion {
    /// Because of the signalling network.
    network: u8,
    /// Because the exchange says that it is overloaded.
    overload: u8,
    /// Adds up the share that is refused.
    sum: u8,
}

impl Congestion {
    fn steps(&self) -> u8 {
        self.network.max(self.overload)
    }

    /// Whether a new call is one of those to be refused; they are spread evenly.
    pub(super) fn refuses(&mut self, iam: &Iam) -> bool {
        if iam.category == CallingPartyCategory::PRIORITY {
            return false;
        }
        self.sum += self.steps();
        let refused = self.sum >= STEPS;
        if refused {
            self.sum -= STEPS;
        }
        refused
    }

    /// How many of a hundred new calls are refused.
    pub(super) fn refused(&self) -> u8 {
        self.steps() * (100 / STEPS)
    }
}

// What we hear.
impl Circuits {
    /// MTP-STATUS: one step for every T29 that passes with indications, and no fewer than the
    /// network's level of congestion. That congestion has ended (level 0) shows in T30.
    pub(super) fn network_congested(&mut self, remote: SignallingPoint, level: u8, now: Instant) {
        if level == 0 {
            return;
        }
        for relation in self.relations_to(remote) {
            let first = Deadline::Relation(relation, Timer::T29);
            if self.deadlines.is_armed(&first) {
                continue;
            }
            let steps = self.relations[relation].congestion.network + 1;
            let steps = steps.max(level).min(STEPS);
            self.reduce(relation, |congestion| congestion.network = steps);
            self.arm_relation(relation, Timer::T29, now);
            self.arm_relation(relation, Timer::T30, now);
        }
    }

    /// T30: one step more traffic.
    pub(super) fn congestion_eased(&mut self, relation: usize, now: Instant) {
        let congestion = &mut self.relations[relation].congestion;
        congestion.network = congestion.network.saturating_sub(1);
        if congestion.network > 0 {
            self.arm_relation(relation, Timer::T30, now);
        }
    }

    /// The other exchange may be overloaded: level 1 halves the traffic to it, level 2 leaves a
    /// quarter.
    pub(super) fn heed_overload(&mut self, id: CircuitId, rel: &Rel, now: Instant) {
        let Some(&CongestionLevel(level @ (1 | 2))) = rel.optional.congestion_level() else {
            return;
        };
        let relation = self.trunk_of(id).relation;
        self.reduce(relation, |congestion| congestion.overload = level + 1);
        self.arm_after(Deadline::Overload(relation), OVERLOAD_COUNTS, now);
    }

    pub(super) fn overload_ended(&mut self, relation: usize) {
        self.relations[relation].congestion.overload = 0;
    }

    fn reduce(&mut self, relation: usize, change: impl FnOnce(&mut Congestion)) {
        let congestion = &mut self.relations[relation].congestion;
        let before = congestion.steps();
        change(congestion);
        if before == 0 {
            self.alert_of(relation, Alert::TrafficReduced);
        }
    }
}

// What we say.
impl Circuits {
    /// This exchange is overloaded: until it says 0, every REL carries the automatic congestion
    /// level, 1 or 2 (`Q.764 §2.11`).
    pub fn overloaded(&mut self, level: u8) {
        self.overload = level.min(2);
    }

    pub(super) fn confess_overload(&self, rel: &mut Rel) {
        let known = ParameterCode::AUTOMATIC_CONGESTION_LEVEL;
        if self.overload > 0 && rel.optional.find(known).is_none() {
            let level = CongestionLevel(self.overload);
            rel.optional.push(Parameter::CongestionLevel(level));
        }
    }
}
