//! Where one server is found (RFC 3263 §4.2): several addresses in order of priority, by weight
//! (RFC 2782), without those that failed lately or want to be left alone.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Instant;

use crate::pool::drawn;

/// One address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location<T> {
    /// The address.
    pub target: T,
    /// Lower ones are tried first.
    pub priority: u16,
    /// Its share among those of the same priority.
    pub weight: u16,
}

impl<T> Location<T> {
    /// The only address of a server.
    pub fn only(target: T) -> Self {
        Self {
            target,
            priority: 0,
            weight: 0,
        }
    }
}

/// Why an address is not tried at present.
#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Instant,
    /// It asked not to be: it is not even tried when there is no other.
    asked: bool,
}

/// The addresses of one server.
#[derive(Debug, Clone)]
pub struct Locations<T> {
    locations: Vec<Location<T>>,
    pauses: HashMap<T, Pause>,
}

impl<T: Copy + Eq + Hash> Locations<T> {
    /// A server at these addresses.
    pub fn new(locations: Vec<Location<T>>) -> Self {
        let mut these = Self {
            locations: Vec::new(),
            pauses: HashMap::new(),
        };
        these.replace(locations);
        these
    }

    /// Found anew. What is known of addresses that stay is kept.
    pub fn replace(&mut self, mut locations: Vec<Location<T>>) {
        locations.sort_by_key(|location| location.priority);
        self.locations = locations;
        let stays = |target: &T| self.locations.iter().any(|one| one.target == *target);
        self.pauses.retain(|target, _| stays(target));
    }

    /// All addresses.
    pub fn targets(&self) -> impl Iterator<Item = T> {
        self.locations.iter().map(|location| location.target)
    }

    /// In which order to try them for one call: those that failed, or are `bad`, only if there are
    /// no others.
    pub fn order(&self, random: u64, now: Instant, bad: impl Fn(T) -> bool) -> Vec<T> {
        let pause = |target| self.pauses.get(&target).filter(|pause| now < pause.until);
        let (mut good, mut others) = (Vec::new(), Vec::new());
        for group in self.locations.chunk_by(|a, b| a.priority == b.priority) {
            for index in drawn((0..group.len()).collect(), |at| group[at].weight, random) {
                let target = group[index].target;
                match pause(target) {
                    Some(pause) if pause.asked => {}
                    None if !bad(target) => good.push(target),
                    _ => others.push(target),
                }
            }
        }
        if good.is_empty() { others } else { good }
    }

    /// Whether an address failed lately or wants to rest.
    pub fn is_paused(&self, target: T, now: Instant) -> bool {
        self.pauses
            .get(&target)
            .is_some_and(|pause| now < pause.until)
    }

    /// Notes that an address did not answer: until then it is tried only if there is no other.
    pub fn failed(&mut self, target: T, until: Instant) {
        self.pause(target, until, false);
    }

    /// Notes that an address wants no requests until then.
    pub fn rests(&mut self, target: T, until: Instant) {
        self.pause(target, until, true);
    }

    fn pause(&mut self, target: T, until: Instant, asked: bool) {
        if self.targets().any(|one| one == target) {
            self.pauses.insert(target, Pause { until, asked });
        }
    }

    /// Notes that an address answered. One that wants to rest still does.
    pub fn answered(&mut self, target: T) {
        if self.pauses.get(&target).is_some_and(|pause| !pause.asked) {
            self.pauses.remove(&target);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn locations(list: &[(char, u16, u16)]) -> Locations<char> {
        let location = |&(target, priority, weight): &(char, u16, u16)| Location {
            target,
            priority,
            weight,
        };
        Locations::new(list.iter().map(location).collect())
    }

    fn order(locations: &Locations<char>, random: u64, now: Instant) -> String {
        locations
            .order(random, now, |_| false)
            .into_iter()
            .collect()
    }

    #[test]
    fn priorities_come_in_order_and_weights_share_within() {
        let these = locations(&[('c', 20, 1), ('a', 10, 3), ('b', 10, 1)]);
        let now = Instant::now();
        let orders: Vec<_> = (0..400).map(|random| order(&these, random, now)).collect();
        let count = |text: &str| orders.iter().filter(|order| *order == text).count();
        assert_eq!((count("abc"), count("bac")), (300, 100));
    }

    #[test]
    fn one_that_failed_is_tried_only_where_there_is_no_other() {
        let mut these = locations(&[('a', 10, 0), ('b', 20, 0)]);
        let now = Instant::now();
        these.failed('a', now + 30 * S);
        assert_eq!(order(&these, 0, now), "b");
        these.failed('b', now + 30 * S);
        assert_eq!(order(&these, 0, now), "ab");
        these.answered('b');
        assert_eq!(order(&these, 0, now), "b");
        assert_eq!(order(&these, 0, now + 30 * S), "ab");
        let bad = these.order(0, now + 30 * S, |target| target == 'a');
        assert_eq!(bad, ['b']);
    }

    #[test]
    fn one_that_wants_to_rest_is_left_alone() {
        let mut these = locations(&[('a', 10, 0)]);
        let now = Instant::now();
        these.rests('a', now + 5 * S);
        these.answered('a');
        assert_eq!(order(&these, 0, now), "");
        assert_eq!(order(&these, 0, now + 5 * S), "a");
    }

    #[test]
    fn what_is_known_outlives_a_new_look_at_the_names() {
        let mut these = locations(&[('a', 10, 0), ('b', 20, 0)]);
        let now = Instant::now();
        these.failed('a', now + 30 * S);
        these.failed('c', now + 30 * S);
        these.replace(vec![Location::only('c'), Location::only('a')]);
        assert_eq!(order(&these, 0, now), "c");
    }
}
