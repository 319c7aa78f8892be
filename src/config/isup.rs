//! `[isup]`: what holds for the circuits of all trunk groups together.

use std::time::Duration;

use codecs::isup::Location;
use protocols::isup::{self, Group, Rate};
use serde::Deserialize;

use super::Fault;

/// `[isup]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IsupConfig {
    /// For how long calls outlive the loss of the exchange at the other end of their circuits.
    hold_calls_s: u64,
    /// How many resets may be unanswered at a time towards one exchange.
    resets_at_once: usize,
    /// How many messages of one exchange are acted on that belong to no call.
    outside_calls_per_second: u32,
    /// The same, at once after a silence.
    outside_calls_at_once: u32,
    /// How many messages of one circuit are acted on that its call could do without.
    within_call_per_second: u32,
    /// The same, at once after a silence.
    within_call_at_once: u32,
}

impl Default for IsupConfig {
    fn default() -> Self {
        let machine = isup::Config::default();
        Self {
            hold_calls_s: machine.hold_calls.as_secs(),
            resets_at_once: machine.resets_at_once,
            outside_calls_per_second: machine.outside_calls.per_second,
            outside_calls_at_once: machine.outside_calls.burst,
            within_call_per_second: machine.within_call.per_second,
            within_call_at_once: machine.within_call.burst,
        }
    }
}

impl IsupConfig {
    /// What the machine of these circuits is told; `location` stands in causes that the exchange
    /// makes itself.
    pub(crate) fn machine(&self, groups: Vec<Group>, location: Location) -> isup::Config {
        isup::Config {
            groups,
            location,
            hold_calls: Duration::from_secs(self.hold_calls_s),
            resets_at_once: self.resets_at_once,
            outside_calls: Rate {
                per_second: self.outside_calls_per_second,
                burst: self.outside_calls_at_once,
            },
            within_call: Rate {
                per_second: self.within_call_per_second,
                burst: self.within_call_at_once,
            },
        }
    }

    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.hold_calls_s > 600 {
            let message = format!("{} s, expected 0 to 600 s", self.hold_calls_s);
            faults.push(Fault::new("isup.hold_calls_s", message));
        }
        if !(1..=1000).contains(&self.resets_at_once) {
            let message = format!("{}, expected 1 to 1000", self.resets_at_once);
            faults.push(Fault::new("isup.resets_at_once", message));
        }
        for (key, value) in [
            ("outside_calls_per_second", self.outside_calls_per_second),
            ("outside_calls_at_once", self.outside_calls_at_once),
            ("within_call_per_second", self.within_call_per_second),
            ("within_call_at_once", self.within_call_at_once),
        ] {
            if !(1..=100_000).contains(&value) {
                let message = format!("{value}, expected 1 to 100000");
                faults.push(Fault::new(format!("isup.{key}"), message));
            }
        }
        faults
    }
}
