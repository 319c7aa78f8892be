//! What calls that are to be placed wait for, as the log tells it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use protocols::isup::{Circuits, GroupId};

use super::switch::Switch;

/// Trunk groups that come into service sooner need no line.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at the trunk groups that calls wait for.
pub(super) struct Waits {
    since: Instant,
    told: HashMap<GroupId, String>,
}

impl Waits {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            told: HashMap::new(),
        }
    }

    /// Tells the log what is new.
    pub(super) fn look(&mut self, switch: &Switch, now: Instant) {
        if now - self.since < PATIENCE {
            return;
        }
        for (group, calls) in switch.waiting() {
            let Some((trunk, why)) = why(switch.circuits(), group) else {
                continue;
            };
            if self.told.get(&group) != Some(&why) {
                tracing::warn!(trunk, calls, "calls wait for the trunk: {why}");
                self.told.insert(group, why);
            }
        }
    }
}

/// The name of a trunk group, and why none of its circuits can be seized.
fn why(circuits: &Circuits, group: GroupId) -> Option<(&str, String)> {
    let reach = circuits.reach(group)?;
    let why = if reach.available {
        let first = circuits.circuits_of(group).next()?;
        format!("circuits: {}", circuits.status(first)?.reason?)
    } else {
        "the other exchange is unavailable".into()
    };
    Some((&circuits.group(group)?.name, why))
}
