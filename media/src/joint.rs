//! Two timeslots joined, octet by octet: the voice of a transit call.

use std::collections::VecDeque;

use codecs::cesopsn::FRAMES;

use crate::command::{Statistics, Timeslot};
use crate::connection::SPAN_LAW;

/// Milliseconds a queue holds at most.
const CAPACITY: usize = 512;
/// Milliseconds over which a queue is watched before it is shortened.
const WATCH: usize = 1000;

/// One of the two timeslots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    A,
    B,
}

/// Two timeslots, each of which hears what the other says.
#[derive(Debug)]
pub(crate) struct Joint {
    pub(crate) timeslots: [Timeslot; 2],
    to_a: Queue,
    to_b: Queue,
    pub(crate) statistics: Statistics,
}

impl Joint {
    /// `depth` is in milliseconds, 1 or more.
    pub(crate) fn new(a: Timeslot, b: Timeslot, depth: usize) -> Self {
        Self {
            timeslots: [a, b],
            to_a: Queue::new(depth),
            to_b: Queue::new(depth),
            statistics: Statistics::default(),
        }
    }

    /// Takes a millisecond of a timeslot.
    pub(crate) fn timeslot_said(&mut self, end: End, octets: [u8; FRAMES]) {
        let queue = match end {
            End::A => &mut self.to_b,
            End::B => &mut self.to_a,
        };
        queue.push(octets, &mut self.statistics);
    }

    /// The next millisecond for a timeslot.
    pub(crate) fn timeslot_hears(&mut self, end: End) -> [u8; FRAMES] {
        let queue = match end {
            End::A => &mut self.to_a,
            End::B => &mut self.to_b,
        };
        queue.pull(&mut self.statistics)
    }
}

/// Milliseconds of voice between two clocks.
///
/// Having run empty it fills up to its depth again. It lets bursts through whole; only if it was
/// longer than twice its depth for a second is it cut down to its depth.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: VecDeque<[u8; FRAMES]>,
    depth: usize,
    playing: bool,
    /// Pulls since the watch began, and the fewest milliseconds one of them left.
    pulls: usize,
    fewest: usize,
}

impl Queue {
    pub(crate) fn new(depth: usize) -> Self {
        Self {
            waiting: VecDeque::with_capacity(2 * depth),
            depth,
            playing: false,
            pulls: 0,
            fewest: usize::MAX,
        }
    }

    pub(crate) fn push(&mut self, octets: [u8; FRAMES], statistics: &mut Statistics) {
        if self.waiting.len() == CAPACITY {
            self.drop_oldest(1, statistics);
        }
        self.waiting.push_back(octets);
    }

    pub(crate) fn pull(&mut self, statistics: &mut Statistics) -> [u8; FRAMES] {
        const SILENCE: [u8; FRAMES] = [SPAN_LAW.silence(); FRAMES];
        if !self.playing && self.waiting.len() < self.depth {
            return SILENCE;
        }
        self.playing = true;
        let Some(octets) = self.waiting.pop_front() else {
            statistics.underruns += 1;
            self.playing = false;
            self.watch_anew();
            return SILENCE;
        };
        self.watch(statistics);
        octets
    }

    fn watch(&mut self, statistics: &mut Statistics) {
        self.pulls += 1;
        self.fewest = self.fewest.min(self.waiting.len());
        if self.pulls == WATCH {
            if self.fewest > 2 * self.depth {
                self.drop_oldest(self.fewest - self.depth, statistics);
            }
            self.watch_anew();
        }
    }

    fn watch_anew(&mut self) {
        (self.pulls, self.fewest) = (0, usize::MAX);
    }

    fn drop_oldest(&mut self, milliseconds: usize, statistics: &mut Statistics) {
        statistics.dropped += self.waiting.drain(..milliseconds).count() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: u8 = 0xD5;

    struct Bench {
        queue: Queue,
        statistics: Statistics,
        said: u32,
    }

    impl Bench {
        /// 3 ms deep.
        fn new() -> Self {
            Self {
                queue: Queue::new(3),
                statistics: Statistics::default(),
                said: 0,
            }
        }

        /// Milliseconds that bear their number, from 1.
        fn push(&mut self, milliseconds: u32) {
            for _ in 0..milliseconds {
                self.said += 1;
                let mut octets = [0; FRAMES];
                octets[..4].copy_from_slice(&self.said.to_be_bytes());
                self.queue.push(octets, &mut self.statistics);
            }
        }

        /// The numbers of what is heard; none for silence.
        fn pull(&mut self, milliseconds: usize) -> Vec<Option<u32>> {
            let heard = |_| {
                let octets = self.queue.pull(&mut self.statistics);
                let number = u32::from_be_bytes(octets[..4].try_into().unwrap());
                (octets != [SILENCE; FRAMES]).then_some(number)
            };
            (0..milliseconds).map(heard).collect()
        }

        /// As many milliseconds in step.
        fn run(&mut self, milliseconds: u32) -> Vec<Option<u32>> {
            let step = |_| {
                self.push(1);
                self.pull(1)[0]
            };
            (0..milliseconds).map(step).collect()
        }
    }

    #[test]
    fn it_plays_when_it_is_as_full_as_it_is_deep() {
        let mut bench = Bench::new();
        assert_eq!(bench.run(5), [None, None, Some(1), Some(2), Some(3)]);
        assert_eq!(bench.statistics, Statistics::default());
    }

    #[test]
    fn having_run_empty_it_fills_up_again_and_loses_nothing() {
        let mut bench = Bench::new();
        bench.push(3);
        assert_eq!(bench.pull(5), [Some(1), Some(2), Some(3), None, None]);
        assert_eq!(bench.statistics.underruns, 1);
        bench.push(2);
        assert_eq!(bench.pull(1), [None]);
        bench.push(1);
        assert_eq!(bench.pull(3), [Some(4), Some(5), Some(6)]);
        assert_eq!(bench.statistics.underruns, 1);
    }

    #[test]
    fn a_burst_passes_whole() {
        let mut bench = Bench::new();
        bench.run(10);
        for _ in 0..100 {
            bench.push(50);
            assert!(bench.pull(50).iter().all(Option::is_some));
        }
        assert_eq!(bench.statistics, Statistics::default());
    }

    #[test]
    fn what_stays_too_long_is_cut_down_and_counted() {
        let mut bench = Bench::new();
        bench.run(3);
        bench.push(20);
        // The second that has begun was not too long all the time, the next one is.
        let heard = bench.run(2000);
        assert_eq!(bench.statistics.dropped, 19);
        assert_eq!(heard.last(), Some(&Some(bench.said - 3)));
        bench.run(5000);
        assert_eq!(bench.statistics.dropped, 19);
    }

    #[test]
    fn a_queue_that_nobody_hears_does_not_grow() {
        let mut bench = Bench::new();
        bench.push(100_000);
        assert_eq!(bench.queue.waiting.len(), CAPACITY);
        assert_eq!(bench.statistics.dropped, 100_000 - CAPACITY as u64);
        assert_eq!(bench.pull(1), [Some(100_001 - CAPACITY as u32)]);
    }
}
