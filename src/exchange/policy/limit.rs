//! How many calls there may be at a time, and how many may begin in a time.

use std::time::{Duration, Instant};

/// A rate that may be exceeded for a moment (a token bucket).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// From one call to the next in the long run.
    pub interval: Duration,
    /// How many at once after a long silence, 1 or more.
    pub burst: u32,
}

/// When the next call would come if they came evenly, and how many there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meter {
    pub(super) calls: u32,
    next: Option<Instant>,
}

impl Meter {
    /// How long it is until one more keeps to the rate.
    pub(super) fn wait(&self, rate: Rate, now: Instant) -> Duration {
        let ahead = self
            .next
            .map_or(Duration::ZERO, |next| next.saturating_duration_since(now));
        ahead.saturating_sub(rate.interval.saturating_mul(rate.burst.max(1) - 1))
    }

    /// One more begins.
    pub(super) fn count(&mut self, rate: Option<Rate>, now: Instant) {
        self.calls += 1;
        if let Some(rate) = rate {
            let next = self.next.filter(|&next| next > now).unwrap_or(now);
            self.next = next.checked_add(rate.interval);
        }
    }

    /// One is over.
    pub(super) fn end(&mut self) {
        self.calls = self.calls.saturating_sub(1);
    }
}

/// The policies that count one side of a call, by their places.
#[derive(Debug, Default)]
pub(in crate::exchange) struct Places(pub(super) Vec<usize>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_one_an_interval() {
        let interval = Duration::from_millis(500);
        let rate = Rate { interval, burst: 3 };
        let mut meter = Meter::default();
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(meter.wait(rate, start), Duration::ZERO);
            meter.count(Some(rate), start);
        }
        assert_eq!(meter.wait(rate, start), interval);
        assert_eq!(meter.wait(rate, start + interval), Duration::ZERO);
        meter.count(Some(rate), start + interval);
        assert_eq!(meter.wait(rate, start + interval), interval);
        let later = start + Duration::from_secs(60);
        for _ in 0..3 {
            assert_eq!(meter.wait(rate, later), Duration::ZERO);
            meter.count(Some(rate), later);
        }
        assert_eq!(meter.wait(rate, later), interval);
    }
}
