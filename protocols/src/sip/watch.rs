//! Which neighbours are alive: each is asked OPTIONS now and then (RFC 3261 §11, as 3GPP TS 29.162
//! and operators' practice have it for neighbours that share load).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::Hop;
use crate::deadlines::Deadlines;

/// How neighbours are watched.
#[derive(Debug, Clone, Copy)]
pub struct WatchConfig {
    /// How long after an answer a neighbour is asked again.
    pub interval: Duration,
    /// How long an answer may take.
    pub answer: Duration,
    /// How many questions in a row go without an answer until a neighbour counts as down.
    pub failures: u8,
}

/// How a neighbour is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeerState {
    /// It does not answer.
    Down,
    /// It has not answered yet, or not lately.
    Probing,
    /// It answers.
    Up,
}

/// What is to be done, and what has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchOutput {
    /// Ask this neighbour.
    Probe(Hop),
    /// It is otherwise than before.
    Changed(Hop, PeerState),
}

#[derive(Debug)]
struct Peer {
    state: PeerState,
    /// Questions in a row that went without an answer.
    silent: u8,
    /// Whether a question waits for its answer.
    asked: bool,
}

/// Watches neighbours.
#[derive(Debug)]
pub struct Watch {
    config: WatchConfig,
    peers: BTreeMap<Hop, Peer>,
    /// When an answer is overdue, or the next question is due.
    timers: Deadlines<Hop>,
    outputs: VecDeque<WatchOutput>,
}

impl Watch {
    /// Watches nobody yet.
    pub fn new(config: WatchConfig) -> Self {
        Self {
            config,
            peers: BTreeMap::new(),
            timers: Deadlines::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Watches these from now on, and nobody else. New ones are asked at once.
    pub fn follow(&mut self, hops: &[Hop], now: Instant) {
        let timers = &mut self.timers;
        self.peers.retain(|hop, _| {
            let stays = hops.contains(hop);
            if !stays {
                timers.cancel(hop);
            }
            stays
        });
        for &hop in hops {
            if let Entry::Vacant(entry) = self.peers.entry(hop) {
                entry.insert(Peer {
                    state: PeerState::Probing,
                    silent: 0,
                    asked: false,
                });
                self.ask(hop, now);
            }
        }
    }

    /// A neighbour has answered, whatever it was asked.
    pub fn heard(&mut self, hop: Hop, now: Instant) {
        let Some(peer) = self.peers.get_mut(&hop) else {
            return;
        };
        peer.silent = 0;
        if std::mem::take(&mut peer.asked) {
            self.timers.arm(hop, now + self.config.interval);
        }
        self.becomes(hop, PeerState::Up);
    }

    /// A neighbour cannot be reached, or says that it does not serve.
    pub fn failed(&mut self, hop: Hop, now: Instant) {
        if self.peers.get(&hop).is_some_and(|peer| peer.asked) {
            self.missed(hop, now);
        }
    }

    /// How a neighbour is; `None` if it is not watched.
    pub fn state(&self, hop: Hop) -> Option<PeerState> {
        self.peers.get(&hop).map(|peer| peer.state)
    }

    /// Lets the timers run that are due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(hop) = self.timers.expire(now) {
            match self.peers.get(&hop) {
                Some(peer) if peer.asked => self.missed(hop, now),
                Some(_) => self.ask(hop, now),
                None => {}
            }
        }
    }

    /// What is to be done, and what has happened.
    pub fn poll_output(&mut self) -> Option<WatchOutput> {
        self.outputs.pop_front()
    }

    /// When [`Watch::handle_timeout`] is due.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.timers.earliest()
    }

    fn ask(&mut self, hop: Hop, now: Instant) {
        if let Some(peer) = self.peers.get_mut(&hop) {
            peer.asked = true;
            self.timers.arm(hop, now + self.config.answer);
            self.outputs.push_back(WatchOutput::Probe(hop));
        }
    }

    /// A question has no answer: it is asked again, until it has been often enough.
    fn missed(&mut self, hop: Hop, now: Instant) {
        let Some(peer) = self.peers.get_mut(&hop) else {
            return;
        };
        peer.asked = false;
        peer.silent = peer.silent.saturating_add(1);
        if peer.silent >= self.config.failures {
            self.timers.arm(hop, now + self.config.interval);
            self.becomes(hop, PeerState::Down);
        } else {
            // Those that refuse at once are not asked in a hurry.
            self.timers.arm(hop, now + self.config.answer);
            self.becomes(hop, PeerState::Probing);
        }
    }

    fn becomes(&mut self, hop: Hop, state: PeerState) {
        if let Some(peer) = self.peers.get_mut(&hop)
            && std::mem::replace(&mut peer.state, state) != state
        {
            self.outputs.push_back(WatchOutput::Changed(hop, state));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn hop(last: u8) -> Hop {
        Hop::udp(([192, 0, 2, last], 5060).into())
    }

    struct Bench {
        watch: Watch,
        start: Instant,
        now: Instant,
    }

    impl Bench {
        fn new() -> Self {
            let config = WatchConfig {
                interval: 30 * S,
                answer: 4 * S,
                failures: 2,
            };
            let now = Instant::now();
            let mut watch = Watch::new(config);
            watch.follow(&[hop(1)], now);
            Self {
                watch,
                start: now,
                now,
            }
        }

        /// What the watch says until so long after the start, each with its second.
        fn says(&mut self, until: u64) -> Vec<(u64, WatchOutput)> {
            let end = self.start + until as u32 * S;
            let mut said = Vec::new();
            loop {
                let second = (self.now - self.start).as_secs();
                said.extend(
                    std::iter::from_fn(|| self.watch.poll_output()).map(|out| (second, out)),
                );
                match self.watch.poll_timeout().filter(|&at| at <= end) {
                    Some(at) => self.now = at,
                    None => break,
                }
                self.watch.handle_timeout(self.now);
            }
            self.now = end;
            said
        }
    }

    use PeerState::{Down, Probing, Up};
    use WatchOutput::{Changed, Probe};

    #[test]
    fn one_that_answers_is_up_and_asked_at_intervals() {
        let mut bench = Bench::new();
        assert_eq!(bench.says(1), [(0, Probe(hop(1)))]);
        assert_eq!(bench.watch.state(hop(1)), Some(Probing));
        bench.watch.heard(hop(1), bench.now);
        assert_eq!(
            bench.says(33),
            [(1, Changed(hop(1), Up)), (31, Probe(hop(1)))]
        );
        bench.watch.heard(hop(1), bench.now);
        assert_eq!(bench.says(63), [(63, Probe(hop(1)))]);
    }

    #[test]
    fn one_that_falls_silent_is_down_after_some_questions_and_up_with_its_first_answer() {
        let mut bench = Bench::new();
        bench.says(0);
        bench.watch.heard(hop(1), bench.now);
        assert_eq!(
            bench.says(75),
            [
                (0, Changed(hop(1), Up)),
                (30, Probe(hop(1))),
                (34, Changed(hop(1), Probing)),
                (38, Probe(hop(1))),
                (42, Changed(hop(1), Down)),
                (72, Probe(hop(1))),
            ]
        );
        bench.watch.heard(hop(1), bench.now);
        assert_eq!(bench.says(76), [(75, Changed(hop(1), Up))]);
    }

    #[test]
    fn one_that_cannot_be_reached_counts_as_silent_at_once() {
        let mut bench = Bench::new();
        bench.says(0);
        bench.watch.failed(hop(1), bench.now);
        // Nothing is asked now: what fails is something else.
        bench.watch.failed(hop(1), bench.now);
        assert_eq!(bench.says(4), [(4, Probe(hop(1)))]);
        bench.watch.failed(hop(1), bench.now);
        assert_eq!(bench.says(5), [(4, Changed(hop(1), Down))]);
        assert_eq!(bench.watch.poll_timeout(), Some(bench.start + 34 * S));
    }

    #[test]
    fn who_is_no_longer_followed_is_forgotten() {
        let mut bench = Bench::new();
        bench.says(0);
        bench.watch.follow(&[hop(2)], bench.now);
        bench.watch.heard(hop(1), bench.now);
        assert_eq!(bench.says(1), [(0, Probe(hop(2)))]);
        assert_eq!(bench.watch.state(hop(1)), None);
        bench.watch.follow(&[], bench.now);
        assert_eq!(bench.watch.poll_timeout(), None);
    }
}
