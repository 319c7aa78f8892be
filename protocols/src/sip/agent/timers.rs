//! The timers of sessions.

use std::time::{Duration, Instant};

use super::session::State;
use super::{SessionId, UserAgent};

/// How often a provisional response is sent again (RFC 3261 §13.3.1.1).
pub(super) const REFRESH: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Timer {
    /// 2xx is sent again (§13.3.1.4).
    Answer(SessionId),
    /// ACK has not come in 64 × T1 (§13.3.1.4).
    NoAck(SessionId),
    /// 18x is sent again (§13.3.1.1).
    Progress(SessionId),
    /// A cancelled INVITE has not been answered in 64 × T1 (§9.1).
    NoEnd(SessionId),
}

impl Timer {
    pub(super) fn all(id: SessionId) -> [Self; 4] {
        [
            Self::Answer(id),
            Self::NoAck(id),
            Self::Progress(id),
            Self::NoEnd(id),
        ]
    }
}

impl UserAgent {
    pub(super) fn timer(&mut self, timer: Timer, now: Instant) {
        match timer {
            Timer::Answer(id) => self.answer_again(id, now),
            Timer::NoAck(id) => self.not_acknowledged(id, now),
            Timer::Progress(id) => self.progress_again(id, now),
            Timer::NoEnd(id) => self.not_ended(id),
        }
    }

    fn progress_again(&mut self, id: SessionId, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        if let State::Offered(offer, _) = &session.state {
            let transaction = offer.transaction;
            self.transactions.repeat(transaction, now);
            self.timers.arm(Timer::Progress(id), now + REFRESH);
        }
    }

    fn not_ended(&mut self, id: SessionId) {
        let Some(session) = self.session(id) else {
            return;
        };
        if let State::Calling(calling) = &session.state {
            let invite = calling.invite;
            self.transactions.abandon(invite);
            self.terminate(id);
        }
    }
}
