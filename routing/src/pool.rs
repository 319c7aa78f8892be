//! The choice among several I-CSCFs: by weight, the ones that failed lately last.

use std::time::{Duration, Instant};

/// One of several servers that can take the same calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its host name, as the HSS names it.
    pub name: String,
    /// Its share of the load, relative to the others of the pool; 0 is used only when the others
    /// have failed.
    pub weight: u16,
}

/// Servers that share load and stand in for each other.
#[derive(Debug, Clone)]
pub struct Pool {
    members: Vec<Member>,
    penalty: Duration,
}

#[derive(Debug, Clone)]
struct Member {
    server: Server,
    failed_until: Option<Instant>,
    down: bool,
}

impl Pool {
    /// A pool; a server that failed is tried last for the time of `penalty`.
    pub fn new(servers: Vec<Server>, penalty: Duration) -> Self {
        let member = |server| Member {
            server,
            failed_until: None,
            down: false,
        };
        Self {
            members: servers.into_iter().map(member).collect(),
            penalty,
        }
    }

    /// The server at an index that [`Pool::order`] gave.
    pub fn server(&self, index: usize) -> Option<&Server> {
        self.members.get(index).map(|member| &member.server)
    }

    /// The index of the server of this name; names compare without regard to case (RFC 4343).
    pub fn find(&self, name: &str) -> Option<usize> {
        self.members
            .iter()
            .position(|member| member.server.name.eq_ignore_ascii_case(name))
    }

    /// The order in which to try the servers for one call: `preferred` first where it is given,
    /// the others drawn by weight with `random` (uniform over its range), those that failed lately
    /// behind those that did not, and those that are down last.
    pub fn order(&self, preferred: Option<usize>, random: u64, now: Instant) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.members.len()).collect();
        let mut order = Vec::with_capacity(left.len());
        if let Some(at) = preferred.and_then(|index| left.iter().position(|&i| i == index)) {
            order.push(left.remove(at));
        }
        order.extend(drawn(
            left,
            |index| self.members[index].server.weight,
            random,
        ));
        order.sort_by_key(|&index| (self.members[index].down, self.is_failed(index, now)));
        order
    }

    /// Notes that a server did not answer or refused for being overloaded.
    pub fn failed(&mut self, index: usize, now: Instant) {
        if let Some(member) = self.members.get_mut(index) {
            member.failed_until = Some(now + self.penalty);
        }
    }

    /// Notes that a server answered.
    pub fn answered(&mut self, index: usize) {
        if let Some(member) = self.members.get_mut(index) {
            member.failed_until = None;
        }
    }

    /// Notes whether a server is known to be down.
    pub fn set_down(&mut self, index: usize, down: bool) {
        if let Some(member) = self.members.get_mut(index) {
            member.down = down;
        }
    }

    /// Whether a server is neither down nor failed lately.
    pub fn is_available(&self, index: usize, now: Instant) -> bool {
        !self.members[index].down && !self.is_failed(index, now)
    }

    fn is_failed(&self, index: usize, now: Instant) -> bool {
        self.members[index]
            .failed_until
            .is_some_and(|until| now < until)
    }
}

/// Indices in the order in which weights and `random` draw them.
pub(crate) fn drawn(
    mut left: Vec<usize>,
    weight: impl Fn(usize) -> u16,
    mut random: u64,
) -> Vec<usize> {
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let at = draw(&left, &weight, random);
        order.push(left.remove(at));
        // Another independent-looking number for the next draw (splitmix64's increment).
        random = random.rotate_left(17).wrapping_add(0x9E37_79B9_7F4A_7C15);
    }
    order
}

/// The position in `left` that the weights and `random` choose.
fn draw(left: &[usize], weight: impl Fn(usize) -> u16, random: u64) -> usize {
    let weight = |index: usize| u64::from(weight(index));
    let total: u64 = left.iter().map(|&index| weight(index)).sum();
    if total == 0 {
        return 0;
    }
    let mut point = random % total;
    for (at, &index) in left.iter().enumerate() {
        match point.checked_sub(weight(index)) {
            Some(rest) => point = rest,
            None => return at,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(weights: &[u16]) -> Pool {
        let server = |(i, &weight): (usize, &u16)| Server {
            name: format!("icscf{i}.ims.example"),
            weight,
        };
        Pool::new(
            weights.iter().enumerate().map(server).collect(),
            Duration::from_secs(30),
        )
    }

    #[test]
    fn calls_are_shared_by_weight() {
        let pool = pool(&[3, 1, 0]);
        let now = Instant::now();
        let firsts: Vec<_> = (0..400)
            .map(|random| pool.order(None, random, now)[0])
            .collect();
        let count = |index| firsts.iter().filter(|&&first| first == index).count();
        assert_eq!((count(0), count(1), count(2)), (300, 100, 0));
    }

    #[test]
    fn a_failed_server_comes_last_until_its_penalty_is_over() {
        let mut pool = pool(&[1, 1]);
        let start = Instant::now();
        let first = pool.order(None, 0, start)[0];
        pool.failed(first, start);
        assert_eq!(pool.order(Some(first), 0, start)[1], first);
        assert_eq!(
            pool.order(Some(first), 0, start + Duration::from_secs(30))[0],
            first
        );
        pool.failed(first, start);
        pool.answered(first);
        assert_eq!(pool.order(Some(first), 0, start)[0], first);
    }

    #[test]
    fn a_server_that_is_down_comes_behind_one_that_failed() {
        let mut pool = pool(&[1, 1]);
        let now = Instant::now();
        pool.set_down(0, true);
        pool.failed(1, now);
        assert_eq!(pool.order(Some(0), 0, now), [1, 0]);
        pool.set_down(0, false);
        assert_eq!(pool.order(Some(0), 0, now), [0, 1]);
    }

    #[test]
    fn the_server_that_the_hss_names_is_tried_first_and_the_others_stand_in() {
        let pool = pool(&[1, 1, 1]);
        let named = pool.find("ICSCF2.ims.example");
        let order = pool.order(named, 7, Instant::now());
        assert_eq!(order[0], 2);
        assert_eq!(order.len(), 3);
    }
}
