//! Timers as values: a queue of deadlines where re-arming replaces and cancelling is lazy.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::collections::binary_heap::{BinaryHeap, PeekMut};
use std::hash::Hash;
use std::time::{Duration, Instant};

use crate::quick::QuickMap;

/// Pending deadlines, each under a key; the owner asks for the next one and for those that are due.
///
/// Only the deadlines of the near future are kept in order. Later ones lie unsorted in slices of
/// time, as most of them are cancelled before their slice comes up, and are then only dropped. So
/// arming, cancelling and expiring cost O(log n) in the number of deadlines of one slice. When
/// stale entries outnumber live ones by far, all of them are dropped.
#[derive(Debug)]
pub struct Deadlines<K> {
    live: QuickMap<K, Instant>,
    /// Everything before `near_end`.
    near: BinaryHeap<Reverse<(Instant, K)>>,
    /// Where the slices begin; nothing is or was armed where there is none.
    near_end: Option<Instant>,
    slices: VecDeque<Vec<(Instant, K)>>,
    /// What lay behind the last slice there may be when it was armed.
    far: BinaryHeap<Reverse<(Instant, K)>>,
    /// How many entries there are in all three, stale ones included.
    entries: usize,
}

const SLICES_PER_SECOND: u32 = 16;
const SLICE: Duration = Duration::from_nanos(1_000_000_000 / SLICES_PER_SECOND as u64);
/// 64 s: more than any timer of SIP, and that of ISUP which runs in every call set-up.
const MAX_SLICES: u64 = 64 * SLICES_PER_SECOND as u64;

/// In which slice a time lies, counted from the beginning of the first one.
fn slice(after: Duration) -> u64 {
    let within = after.subsec_nanos() / SLICE.subsec_nanos();
    after.as_secs() * u64::from(SLICES_PER_SECOND) + u64::from(within)
}

impl<K: Copy + Ord + Hash> Deadlines<K> {
    /// No deadlines.
    pub fn new() -> Self {
        Self {
            live: QuickMap::default(),
            near: BinaryHeap::new(),
            near_end: None,
            slices: VecDeque::new(),
            far: BinaryHeap::new(),
            entries: 0,
        }
    }

    /// Sets the deadline of `key`, replacing an earlier one.
    pub fn arm(&mut self, key: K, at: Instant) {
        self.live.insert(key, at);
        self.enter(key, at);
        if self.entries > 64 && self.entries > 4 * self.live.len() {
            self.shed();
        }
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
        loop {
            while let Some(&Reverse((at, key))) = self.near.peek() {
                if self.is_live(key, at) {
                    return Some(at);
                }
                self.near.pop();
                self.entries -= 1;
            }
            if !self.advance() {
                return None;
            }
        }
    }

    /// Takes one deadline that is due at `now`.
    pub fn expire(&mut self, now: Instant) -> Option<K> {
        self.earliest().filter(|&at| at <= now)?;
        let Reverse((_, key)) = self.near.pop()?;
        self.entries -= 1;
        self.live.remove(&key);
        Some(key)
    }

    fn is_live(&self, key: K, at: Instant) -> bool {
        self.live.get(&key) == Some(&at)
    }

    fn enter(&mut self, key: K, at: Instant) {
        self.entries += 1;
        let near_end = *self.near_end.get_or_insert(at);
        let Some(after) = at.checked_duration_since(near_end) else {
            return self.near.push(Reverse((at, key)));
        };
        match usize::try_from(slice(after)) {
            Ok(slice) if (slice as u64) < MAX_SLICES => {
                if self.slices.len() <= slice {
                    self.slices.resize_with(slice + 1, Vec::new);
                }
                self.slices[slice].push((at, key));
            }
            _ => self.far.push(Reverse((at, key))),
        }
    }

    /// Moves the end of the near future on to where something is. Answers whether there is.
    fn advance(&mut self) -> bool {
        let Some(near_end) = &mut self.near_end else {
            return false;
        };
        let is_empty = |slice: &&Vec<_>| slice.is_empty();
        let empty = self.slices.iter().take_while(is_empty).count();
        self.slices.drain(..empty);
        *near_end += SLICE * empty as u32;
        let Some(slice) = self.slices.pop_front() else {
            self.near_end = self.far.peek().map(|&Reverse((at, _))| at + SLICE);
            return self.near_end.is_some_and(|end| self.approach(end));
        };
        *near_end += SLICE;
        let end = *near_end;
        let Self { live, near, .. } = self;
        let before = near.len() + slice.len();
        let still = slice
            .into_iter()
            .filter(|(at, key)| live.get(key) == Some(at));
        near.extend(still.map(Reverse));
        self.entries -= before - near.len();
        self.approach(end)
    }

    /// What lay far away and is near by now. Answers true: there may be something near.
    fn approach(&mut self, end: Instant) -> bool {
        while let Some(first) = self.far.peek_mut().filter(|first| first.0.0 < end) {
            self.near.push(PeekMut::pop(first));
        }
        true
    }

    fn shed(&mut self) {
        self.near.clear();
        self.far.clear();
        self.slices.clear();
        self.entries = 0;
        self.near_end = self.live.values().min().copied();
        let live: Vec<(K, Instant)> = self.live.iter().map(|(&key, &at)| (key, at)).collect();
        for (key, at) in live {
            self.enter(key, at);
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
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

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
        assert!(deadlines.entries <= 65);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Arm(u8, u64),
        Cancel(u8),
        Expire(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let times = prop_oneof![0u64..200, 0u64..70_000, 0u64..1_000_000];
        prop_oneof![
            4 => (any::<u8>(), times.clone()).prop_map(|(key, after)| Step::Arm(key, after)),
            2 => any::<u8>().prop_map(Step::Cancel),
            1 => times.prop_map(Step::Expire),
        ]
    }

    proptest! {
        /// Beside a map that is searched from end to end.
        #[test]
        fn every_deadline_comes_once_in_order_and_in_time(steps in prop::collection::vec(step(), 0..300)) {
            let mut now = Instant::now();
            let mut deadlines = Deadlines::new();
            let mut plain = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Arm(key, after) => {
                        let at = now + Duration::from_millis(after);
                        deadlines.arm(key, at);
                        plain.insert(key, at);
                        prop_assert!(deadlines.entries <= 64.max(4 * plain.len()));
                    }
                    Step::Cancel(key) => {
                        prop_assert_eq!(deadlines.cancel(&key), plain.remove(&key).is_some());
                    }
                    Step::Expire(after) => {
                        now += Duration::from_millis(after);
                        while let Some(key) = deadlines.expire(now) {
                            let first = plain.iter().map(|(&key, &at)| (at, key)).min();
                            prop_assert_eq!(first.map(|(_, key)| key), Some(key));
                            plain.remove(&key);
                        }
                    }
                }
                prop_assert_eq!(deadlines.earliest(), plain.values().min().copied());
            }
        }
    }
}
