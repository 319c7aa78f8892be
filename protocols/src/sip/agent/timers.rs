//! The timers of sessions.

use std::time::{Duration, Instant};

use super::session::{Phase, State};
use super::{Content, SessionId, UserAgent};

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
    /// A reliable 18x is sent again (RFC 3262 §3).
    Reliable(SessionId),
    /// PRACK has not come in 64 × T1 (RFC 3262 §3).
    NoPrack(SessionId),
    /// A request that met one of the peer's is sent again (§14.1).
    Retry(SessionId),
    /// The session is to be refreshed by us (RFC 4028 §10).
    Refresh(SessionId),
    /// Nobody has refreshed the session (RFC 4028 §10).
    Expiry(SessionId),
}

impl Timer {
    /// Those of a call that is answered.
    pub(super) fn of_call(id: SessionId) -> [Self; 5] {
        [
            Self::Answer(id),
            Self::NoAck(id),
            Self::Retry(id),
            Self::Refresh(id),
            Self::Expiry(id),
        ]
    }

    pub(super) fn all(id: SessionId) -> [Self; 9] {
        [
            Self::Answer(id),
            Self::NoAck(id),
            Self::Progress(id),
            Self::NoEnd(id),
            Self::Reliable(id),
            Self::NoPrack(id),
            Self::Retry(id),
            Self::Refresh(id),
            Self::Expiry(id),
        ]
    }
}

impl UserAgent {
    pub(super) fn timer(&mut self, timer: Timer, now: Instant) {
        match timer {
            Timer::Answer(id) => self.answer_again(id, now),
            Timer::NoAck(id) => self.not_acknowledged(id, now),
            Timer::Progress(id) => self.progress_again(id, now),
            Timer::NoEnd(id) => self.not_ended(id, now),
            Timer::Reliable(id) => self.reliable_again(id, now),
            Timer::NoPrack(id) => self.not_pracked(id, now),
            Timer::Retry(id) => self.retry(id, now),
            Timer::Refresh(id) => self.refresh(id, now),
            Timer::Expiry(id) => self.leave(id, Content::default(), now),
        }
    }

    fn not_ended(&mut self, id: SessionId, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        if let State::Calling(calling) = &mut session.state {
            let invite = calling.invite;
            if matches!(calling.phase, Phase::Superseded) {
                calling.phase = Phase::Cancelled;
                self.send_cancel(id, invite, Content::default(), now);
                return;
            }
            self.transactions.abandon(invite);
            self.terminate(id, now);
        }
    }
}
