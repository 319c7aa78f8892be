//! Timers as values: a queue of deadlines where re-arming replaces and cancelling is lazy.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;
use std::time::Instant;

/// Pending deadlines, each under a key; the owner asks for the next one and for those that are due.
///
/// Arming and cancelling cost O(log n); a cancelled deadline stays in the heap until it comes up
/// or until stale entries outnumber live ones, when the heap is rebuilt.
#[derive(Debug)]
pub struct Deadlines<K> {
    queue: BinaryHeap<Reverse<(Instant, K)>>,
    live: HashMap<K, Instant>,
}

impl<K: Copy + Ord + Hash> Deadlines<K> {
    /// No deadlines.
    pub fn new() -> Self {
        Self {
            queue: BinaryHeap::new(),
            live: HashMap::new(),
        }
    }

    /// Sets the deadline of `key`, replacing an earlier one.
    pub fn arm(&mut self, key: K, at: Instant) {
        self.live.insert(key, at);
        self.queue.push(Reverse((at, key)));
        self.shed();
    }

    /// Takes the deadline of `key` away. Answers whether there was one.
    pub fn cancel(&mut self, key: &K) -> bool {
        self.live.remove(key).is_some()
    }

    /// Whether `key` has a deadline.
    pub fn is_armed(&self, key: &K) -> bool {
        self.live.contains_key(key)
    }

    /// The earliest deadline.
    pub fn earliest(&mut self) -> Option<Instant> {
        while let Some(&Reverse((at, key))) = self.queue.peek() {
            if self.live.get(&key) == Some(&at) {
                return Some(at);
            }
            self.queue.pop();
        }
        None
    }

    /// Takes one deadline that is due at `now`.
    pub fn expire(&mut self, now: Instant) -> Option<K> {
        while let Some(&Reverse((at, key))) = self.queue.peek() {
            if at > now {
                return None;
            }
            self.queue.pop();
            if self.live.get(&key) == Some(&at) {
                self.live.remove(&key);
                return Some(key);
            }
        }
        None
    }

    fn shed(&mut self) {
        if self.queue.len() > 64 && self.queue.len() > 4 * self.live.len() {
            self.queue = self
                .live
                .iter()
                .map(|(&key, &at)| Reverse((at, key)))
                .collect();
        }
    }
}

impl<K: Copy + Ord + Hash> Default for Deadlines<K> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn rearming_replaces_and_cancelling_is_final() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new();
        deadlines.arm("T1", start + Duration::from_secs(15));
        deadlines.arm("T5", start + Duration::from_secs(300));
        deadlines.arm("T1", start + Duration::from_secs(30));
        assert_eq!(deadlines.earliest(), Some(start + Duration::from_secs(30)));
        assert_eq!(deadlines.expire(start + Duration::from_secs(29)), None);
        assert_eq!(
            deadlines.expire(start + Duration::from_secs(30)),
            Some("T1")
        );
        assert!(deadlines.cancel(&"T5"));
        assert_eq!(deadlines.earliest(), None);
        assert_eq!(deadlines.expire(start + Duration::from_secs(999)), None);
    }

    #[test]
    fn a_timer_rearmed_for_ever_does_not_grow_the_queue() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new();
        for second in 0..10_000 {
            deadlines.arm(7u32, start + Duration::from_secs(second));
        }
        assert!(deadlines.queue.len() <= 65);
    }
}
