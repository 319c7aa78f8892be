//! Hold and retrieval by a party in the telephone network, which the party in SIP hears of by an
//! offer (`TS 29.163 §7.4.10`, `§9.2.10`; RFC 6337 §5.3).

use std::time::{Duration, Instant};

use codecs::isup::Cause;
use codecs::sdp::{AudioDescription, Description, Direction};
use codecs::sip::Message;
use protocols::sip::{Asked, SessionId};

use super::call::{Leg, LegKey, Phase, Timer};
use super::interworking::cause::here;
use super::sip_leg::Refusal;
use super::{Exchange, Through};

/// How long to wait where an offer of the party in SIP is open.
const LATER: Duration = Duration::from_secs(1);

impl Exchange {
    /// A party in the telephone network holds the other one, or has retrieved it.
    pub(super) fn hold(&mut self, key: usize, holds: bool, now: Instant) {
        self.calls[key].holds = holds;
        self.renegotiate(key, now);
    }

    /// Offers what the party in SIP does not know yet.
    pub(super) fn renegotiate(&mut self, key: usize, now: Instant) {
        let call = &self.calls[key];
        let (Some((session, _)), Ok(local)) = (call.session(), self.offered_audio(key)) else {
            return;
        };
        if call.phase != Phase::Answered || call.holding == call.holds {
            return;
        }
        let described = self.next_description(key, session, &Description::offer(local), false);
        let body = self.offering(key, described.body());
        self.describe(key, session, described);
        let call = &mut self.calls[key];
        call.holding = call.holds;
        self.agent.reinvite(session, &[], Some(&body), now);
    }

    /// What we would offer: a party that is held has nothing sent, one that holds sends nothing.
    fn offered_audio(&self, key: usize) -> Result<AudioDescription, Refusal> {
        let local = self.local_audio(key)?;
        Ok(AudioDescription {
            direction: Direction::of(!self.calls[key].held, local.direction.receives()),
            ..local
        })
    }

    /// A request of ours within a session was answered, or cannot be sent now.
    pub(super) fn replied(
        &mut self,
        session: SessionId,
        asked: Asked,
        status: u16,
        response: Option<&Message>,
        now: Instant,
    ) {
        let Some(key) = self.call_of(LegKey::Session(session)) else {
            return;
        };
        if response.is_none() && status == 491 && asked == Asked::Reinvite {
            let call = &mut self.calls[key];
            call.holding = !call.holds;
            self.timers.arm((key, Timer::Renegotiate), now + LATER);
        }
        if asked == Asked::Update
            && (300..=699).contains(&status)
            && status != 491
            && let Some(key) = self.reservation_refused(session)
        {
            return self.fail(key, here(Cause::RESOURCE_UNAVAILABLE), now);
        }
        // One that is refused leaves the session as it was.
        let accepted = response.filter(|_| status < 300);
        if accepted.is_some_and(|answer| self.read_answer(key, answer).is_ok_and(|had| had)) {
            self.through_connect(key, self.audible(key));
        }
    }

    /// Which ways of a voice path are through: backward only until the answer.
    pub(super) fn audible(&self, key: usize) -> Through {
        let call = &self.calls[key];
        match call.incoming {
            _ if call.phase == Phase::Answered => Through::Both,
            Leg::Isup { .. } if call.early_media.flows(self.settings.flow.early_media) => {
                Through::ToTimeslot
            }
            Leg::Isup { .. } => Through::Neither,
            Leg::Sip { .. } => Through::ToRtp,
        }
    }
}
