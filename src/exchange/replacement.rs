//! A party in SIP takes the place of another one in a call (RFC 3891, RFC 5589 §7).

use std::time::Instant;

use codecs::sdp::Description;
use codecs::sip::Message;
use protocols::sip::SessionId;

use super::Exchange;
use super::agreement::answer;
use super::call::{Leg, LegKey, Phase, Side};
use super::interworking::identity;
use super::leg::{Indication, Signal};
use super::settings::PeerId;
use super::sip_leg::Refusal;

impl Exchange {
    /// Has the caller of a new session speak where another one speaks.
    ///
    /// # Errors
    /// [`Refusal`] if its peer may not do so, or its session description does not suit.
    pub(super) fn replace(
        &mut self,
        old: SessionId,
        (session, peer): (SessionId, PeerId),
        request: &Message,
        now: Instant,
    ) -> Result<(), Refusal> {
        let leg = LegKey::Session(old);
        let key = self
            .call_of(leg)
            .ok_or_else(|| Refusal::new(481, "no such call"))?;
        if !self.may_replace(key, peer) {
            return Err(Refusal::new(603, "not for this peer"));
        }
        let rules = self.settings.rules(self.neighbours(key));
        let offer = self.acceptable_offer(request, rules)?;
        let local = self.local_audio(key)?;
        let described = match offer {
            Some(offer) => {
                let (answer, agreement) = answer(&offer, &local)?;
                self.agreed(key, &agreement)?;
                self.first_description(key, &answer, false)
            }
            None => self.first_description(key, &Description::offer(local), true),
        };
        let body = described.body();
        let offers = described.offers;
        let call = &mut self.calls[key];
        let is_outgoing = call.side(&leg) == Some(Side::Outgoing);
        let answered = call.phase == Phase::Answered;
        call.peer = Some(peer);
        let new = Leg::Sip {
            session,
            description: Some(described),
        };
        match is_outgoing {
            true => call.outgoing = Some(new),
            false => call.incoming = new,
        }
        self.by_session.remove(&old);
        self.by_session.insert(session, key);
        self.agent.answer(session, &[], Some(&body), now);
        self.agent.hang_up(old, &[], now);
        let signal = match answered {
            true => Signal::Transferred { alerting: false },
            false => Signal::Answer,
        };
        let trusted = self.settings.sip.peer(peer).trusted;
        let rules = self.settings.rules(self.neighbours(key));
        let connected = identity::connected(request, &self.settings.numbering, rules);
        let indication = Indication {
            connected: connected.filter(|_| trusted),
            ..signal.into()
        };
        self.indicated(LegKey::Session(session), indication, now);
        if !offers {
            self.reconnect(key, session, now);
        }
        Ok(())
    }

    /// Who may take a place in a call: its own peer, or another one that is believed.
    fn may_replace(&self, key: usize, peer: PeerId) -> bool {
        self.calls[key].peer == Some(peer) || self.settings.sip.peer(peer).trusted
    }
}
