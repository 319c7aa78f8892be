//! What the four machines work with: timer values, and a way to send and to set their timers.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::deadlines::Deadlines;
use crate::sip::Transmit;

use super::TransactionOutput;
use super::way::Way;

/// Timer values (RFC 3261 §17.1.1.1, table 4).
#[derive(Debug, Clone, Copy)]
pub struct Timings {
    /// Estimate of the round trip; retransmission begins with it, and 64 of it end a transaction.
    pub t1: Duration,
    /// Longest interval between retransmissions of all but INVITE.
    pub t2: Duration,
    /// How long a message may stay in the network.
    pub t4: Duration,
    /// Timer B: how long an INVITE may go without any response. The standard has 64 × T1; one who
    /// has another server to try waits less.
    pub timer_b: Duration,
}

impl Default for Timings {
    /// 500 ms, 4 s, 5 s.
    fn default() -> Self {
        Self {
            t1: Duration::from_millis(500),
            t2: Duration::from_secs(4),
            t4: Duration::from_secs(5),
            timer_b: Duration::from_secs(32),
        }
    }
}

impl Timings {
    /// 64 × T1: timers F, H, L, M.
    pub(in crate::sip) fn lifetime(&self) -> Duration {
        self.t1 * 64
    }

    /// At least 32 s, and never less than a server goes on retransmitting.
    pub(super) fn timer_d(&self) -> Duration {
        self.lifetime().max(Duration::from_secs(32))
    }
}

/// A timer of a transaction; which letter it has depends on the machine and its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Alarm {
    /// A, E, G.
    Retransmit,
    /// B, D, F, H, I, J, K, L, M.
    Expire,
}

/// Which side of which transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Slot {
    Client(usize),
    Server(usize),
}

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nobody hears of it.
    Absorbed,
    /// The user does.
    Told,
    /// The transaction is over.
    Ended,
    /// The user hears of it, and the transaction is over.
    ToldAndEnded,
}

impl Outcome {
    pub(super) fn tells(self) -> bool {
        matches!(self, Self::Told | Self::ToldAndEnded)
    }

    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Ended | Self::ToldAndEnded)
    }
}

/// One transaction's access to the world.
pub(super) struct Desk<'a, C> {
    pub(super) outputs: &'a mut VecDeque<TransactionOutput<C>>,
    pub(super) timers: &'a mut Deadlines<(Slot, Alarm)>,
    pub(super) timings: &'a Timings,
    pub(super) slot: Slot,
    pub(super) way: Way,
    pub(super) now: Instant,
}

impl<C> Desk<'_, C> {
    pub(super) fn send(&mut self, bytes: &Bytes) {
        self.outputs
            .push_back(TransactionOutput::Transmit(Transmit {
                bytes: bytes.clone(),
                to: self.way.to,
                local: self.way.local,
            }));
    }

    /// Whether nothing needs to be sent twice (§17).
    pub(super) fn is_reliable(&self) -> bool {
        self.way.to.transport.is_reliable()
    }

    pub(super) fn timer_j(&self) -> Duration {
        if self.is_reliable() {
            Duration::ZERO
        } else {
            self.timings.lifetime()
        }
    }

    pub(super) fn arm(&mut self, alarm: Alarm, after: Duration) {
        self.timers.arm((self.slot, alarm), self.now + after);
    }

    pub(super) fn disarm(&mut self) {
        for alarm in [Alarm::Retransmit, Alarm::Expire] {
            self.timers.cancel(&(self.slot, alarm));
        }
    }
}
