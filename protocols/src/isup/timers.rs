//! Timers of the ISDN user part (`Q.764 annex A`): names, and values with the standard's defaults.

use std::time::Duration;

/// A timer of one circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timer {
    /// REL sent: sends it again.
    T1,
    /// First REL sent: resets the circuit and alerts maintenance.
    T5,
    /// Latest address message sent: no address complete, releases.
    T7,
    /// Address complete received: no answer, releases.
    T9,
    /// BLO sent: sends it again.
    T12,
    /// First BLO sent: alerts maintenance, goes on at this interval.
    T13,
    /// UBL sent: sends it again.
    T14,
    /// First UBL sent: alerts maintenance, goes on at this interval.
    T15,
    /// RSC sent: sends it again.
    T16,
    /// First RSC sent: alerts maintenance, goes on at this interval.
    T17,
    /// GRS sent: sends it again.
    T22,
    /// First GRS sent: alerts maintenance, goes on at this interval.
    T23,
}

/// Timer values of a trunk group; [`Default`] lies within the ranges of `Q.764 table A.1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timers {
    /// 15–60 s.
    pub t1: Duration,
    /// 5–15 min.
    pub t5: Duration,
    /// 20–30 s.
    pub t7: Duration,
    /// 2–4 min (`Q.118`).
    pub t9: Duration,
    /// 15–60 s.
    pub t12: Duration,
    /// 5–15 min.
    pub t13: Duration,
    /// 15–60 s.
    pub t14: Duration,
    /// 5–15 min.
    pub t15: Duration,
    /// 15–60 s.
    pub t16: Duration,
    /// 5–15 min.
    pub t17: Duration,
    /// 15–60 s.
    pub t22: Duration,
    /// 5–15 min.
    pub t23: Duration,
}

impl Timers {
    /// The value of one timer.
    pub fn value(&self, timer: Timer) -> Duration {
        match timer {
            Timer::T1 => self.t1,
            Timer::T5 => self.t5,
            Timer::T7 => self.t7,
            Timer::T9 => self.t9,
            Timer::T12 => self.t12,
            Timer::T13 => self.t13,
            Timer::T14 => self.t14,
            Timer::T15 => self.t15,
            Timer::T16 => self.t16,
            Timer::T17 => self.t17,
            Timer::T22 => self.t22,
            Timer::T23 => self.t23,
        }
    }
}

impl Default for Timers {
    fn default() -> Self {
        let repeat = Duration::from_secs(15);
        let alert = Duration::from_secs(300);
        Self {
            t1: repeat,
            t5: alert,
            t7: Duration::from_secs(20),
            t9: Duration::from_secs(120),
            t12: repeat,
            t13: alert,
            t14: repeat,
            t15: alert,
            t16: repeat,
            t17: alert,
            t22: repeat,
            t23: alert,
        }
    }
}
