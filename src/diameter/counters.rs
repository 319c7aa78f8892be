//! Counts of a client or server, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// What went on since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections that opened: capabilities were exchanged.
    pub opened: Count,
    /// Connections that ended other than in order, attempts included.
    pub lost: Count,
    /// Connections closed because what came was not Diameter.
    pub garbage: Count,
    /// Connections not accepted, since there are as many as there may be.
    pub turned_away: Count,
    /// Queries sent, or received.
    pub queries: Count,
    /// Queries that got no answer, or none that could be read.
    pub failed: Count,
}

/// One count, read and increased from any thread.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
