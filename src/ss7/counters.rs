//! Counts of the service, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// What went through the service since its start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Messages sent to peers.
    pub sent: Count,
    /// Messages received from peers.
    pub received: Count,
    /// Messages from or to point codes that no peer leads to, and messages not meant for us.
    pub dropped_no_route: Count,
    /// Messages to point codes that could not be reached, or waited too long for it.
    pub dropped_unavailable: Count,
    /// Messages that found a queue or send buffer full.
    pub dropped_overload: Count,
    /// Associations that came up.
    pub associations_up: Count,
    /// Associations that ended other than in order, attempts included.
    pub associations_lost: Count,
    /// Breaches of M3UA, by the peer or, as it says, by us.
    pub faults: Count,
}

/// One count, read and increased from any thread.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts one more. Answers whether that is worth a line in the log: ever more seldom.
    pub(super) fn add(&self) -> bool {
        (self.0.fetch_add(1, Ordering::Relaxed) + 1).is_power_of_two()
    }
}
