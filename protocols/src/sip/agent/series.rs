//! INVITEs of one call whose number grows: each takes the place of the one before, with its Call-ID
//! and tag (RFC 3578 §2).

use std::time::Instant;

use super::calling::Origin;
use super::session::{Phase, State};
use super::{Content, Invite, SessionId, Timer, UserAgent};

/// What the INVITEs of one call have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    latest: SessionId,
    tag: u64,
    call_id: Box<str>,
    /// The number of the latest.
    cseq: u32,
}

/// Numbers that an INVITE may take which is sent once more, with credentials or a longer interval.
const STEP: u32 = 8;

impl UserAgent {
    /// What a further INVITE needs to go on with a call that was placed here and is not answered.
    pub fn series(&mut self, session: SessionId) -> Option<Series> {
        let of = self.session(session)?;
        let State::Calling(calling) = &of.state else {
            return None;
        };
        Some(Series {
            latest: session,
            tag: of.tag,
            call_id: of.call_id.clone(),
            cseq: calling.cseq,
        })
    }

    /// Places a call again with more digits. The INVITE before is to be answered 484; it is
    /// cancelled if somebody is alerted by it, or if it is not answered in 64 × T1.
    pub fn invite_further(&mut self, series: Series, invite: Invite, now: Instant) -> SessionId {
        self.supersede(series.latest, now);
        let origin = Origin {
            tag: series.tag,
            call_id: series.call_id,
            cseq: series.cseq.saturating_add(STEP),
        };
        let session = self.place(origin, invite, now);
        self.settle(now);
        session
    }

    fn supersede(&mut self, id: SessionId, now: Instant) {
        match self.take(id) {
            Some(State::Calling(mut calling)) => {
                calling.phase = match calling.phase {
                    Phase::Sent | Phase::Proceeding if calling.early.is_empty() => {
                        let lifetime = self.transactions.timings().lifetime();
                        self.timers.arm(Timer::NoEnd(id), now + lifetime);
                        Phase::Superseded
                    }
                    Phase::Proceeding => {
                        self.send_cancel(id, calling.invite, Content::default(), now)
                    }
                    other => other,
                };
                self.put(id, State::Calling(calling));
            }
            Some(state) => self.put(id, state),
            None => {}
        }
    }
}
