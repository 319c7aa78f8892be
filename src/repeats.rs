//! What others can bring about as often as they like: the log says it the first time, and then at
//! most once a minute with how often it was left out.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// Time between two lines about the same.
const PAUSE: Duration = Duration::from_secs(60);

/// Keeps the log from being filled.
#[derive(Debug)]
pub(crate) struct Repeats<K>(HashMap<K, Told>);

#[derive(Debug)]
struct Told {
    at: Instant,
    /// How often it happened since.
    since: u64,
}

impl<K> Default for Repeats<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Repeats<K> {
    /// How many lines were left out since the last one, if it is time for the next.
    pub(crate) fn due(&mut self, what: K, now: Instant) -> Option<u64> {
        let first = Told { at: now, since: 0 };
        let Some(told) = self.0.get_mut(&what) else {
            self.0.insert(what, first);
            return Some(0);
        };
        if now.saturating_duration_since(told.at) < PAUSE {
            told.since += 1;
            return None;
        }
        Some(std::mem::replace(told, first).since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_a_minute_for_each_subject() {
        let (mut repeats, start) = (Repeats::default(), Instant::now());
        let mut at = |seconds, what| repeats.due(what, start + Duration::from_secs(seconds));
        assert_eq!(at(0, "a"), Some(0));
        assert_eq!(at(1, "a"), None);
        assert_eq!(at(59, "a"), None);
        assert_eq!(at(59, "b"), Some(0));
        assert_eq!(at(60, "a"), Some(2));
        assert_eq!(at(61, "a"), None);
    }
}
