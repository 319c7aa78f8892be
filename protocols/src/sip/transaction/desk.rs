//! What the four machines work with: timer values, and a way to send and to set their timers.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::deadlines::Deadlines;
use crate::sip::Transmit;

use super::TransactionOutput;

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
    /// Whether the transport delivers by itself (TCP, TLS), so that nothing is retransmitted.
    pub reliable: bool,
}

impl Default for Timings {
    /// 500 ms, 4 s, 5 s, unreliable.
    fn default() -> Self {
        Self {
            t1: Duration::from_millis(500),
            t2: Duration::from_secs(4),
            t4: Duration::from_secs(5),
            timer_b: Duration::from_secs(32),
            reliable: false,
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

    pub(super) fn timer_j(&self) -> Duration {
        if self.reliable {
            Duration::ZERO
        } else {
            self.lifetime()
        }
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
    pub(super) to: SocketAddr,
    pub(super) now: Instant,
}

impl<C> Desk<'_, C> {
    pub(super) fn send(&mut self, bytes: &Bytes) {
        self.outputs
            .push_back(TransactionOutput::Transmit(Transmit {
                bytes: bytes.clone(),
                to: self.to,
            }));
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
