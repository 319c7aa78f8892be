//! What SIP is told of a call: how it goes, that it is answered, and that it is over
//! (`TS 29.163 §7.2.3.1.4`, `§7.2.3.1.5`, `§7.2.3.1.7`).

use std::time::Instant;

use codecs::isup::CauseIndicators;
use codecs::sip::HeaderName;
use protocols::sip::{Content, Header, Reliability, SessionId};

use super::call::{Described, Leg, Phase, Side};
use super::interworking::release::Own;
use super::interworking::{early_media, progress, reason, trust, user_to_user};
use super::leg::{Indication, Signal};
use super::telemetry::{MessageLabel, SipEnd, Way};
use super::{Exchange, sip_leg};

impl Exchange {
    /// Tells the calling party in SIP how its call goes.
    pub(super) fn tell_sip(
        &mut self,
        key: usize,
        session: SessionId,
        indication: &Indication,
        now: Instant,
    ) {
        match &indication.signal {
            Signal::Hold | Signal::Retrieve => {
                self.set_aside(key, indication);
                return self.hold(key, indication.signal == Signal::Hold, now);
            }
            _ => {}
        }
        if self.inform_of(key, session, indication, now) {
            return;
        }
        let call = &self.calls[key];
        let Leg::Sip { description, .. } = &call.incoming else {
            return;
        };
        let peer = self.peer_of(key);
        let domain = self.settings.domain(peer);
        let rules = self.settings.rules(self.neighbours(key));
        let mut headers =
            sip_leg::response_headers(indication, &call.setup, &peer.identities, &domain, rules);
        let trusted = peer.trusted;
        trust::keep(&mut headers, trusted);
        let body = description.as_ref().filter(|described| !described.told);
        let Some((status, in_band)) = progress::provisional(&indication.signal) else {
            if indication.signal == Signal::Answer {
                let body = body.map(Described::body);
                let body = self.telling(key, indication, body);
                self.agent.answer(session, &headers, body.as_ref(), now);
            }
            return;
        };
        // An offer stands in a reliable response only (RFC 3261 §13.2.1).
        let body = body.filter(|described| call.reliable || !described.offers);
        let body = body.map(Described::body);
        let direction = (HeaderName::PEarlyMedia, early_media::BACKWARD.to_owned());
        headers.extend((in_band && call.authorises && trusted).then_some(direction));
        headers.extend(stated(indication));
        let reliable = call.reliable;
        let body = self.telling(key, indication, body);
        let reliability = match reliable {
            true => Reliability::WhenSupported,
            false => Reliability::WhenRequired,
        };
        if reliable && let Some(Some(described)) = self.calls[key].description(session) {
            described.told = true;
        }
        self.agent
            .progress(session, status, &headers, body.as_ref(), reliability, now);
    }

    /// Ends a session: with a final response, CANCEL or BYE, as its state demands.
    pub(super) fn release_sip(
        &mut self,
        key: usize,
        side: Side,
        session: SessionId,
        indication: &Indication,
        now: Instant,
    ) {
        let Signal::Release(cause) = &indication.signal else {
            return;
        };
        let reason = reason::written(cause);
        let mut headers = vec![(HeaderName::Reason, reason.clone())];
        let user_to_user = indication.user_to_user.as_ref().map(user_to_user::value);
        headers.extend(user_to_user.map(|value| (HeaderName::UserToUser, value)));
        headers.extend(self.retry_after(key));
        let body = self.parting(key, indication);
        let content = Content {
            headers: &headers,
            body: body.as_ref(),
        };
        let answered = self.calls[key].phase == Phase::Answered;
        let message = if side == Side::Incoming && !answered {
            let status = self.status(key, cause);
            self.agent.reject(session, status, content, now);
            MessageLabel::Status(status)
        } else {
            self.agent.hang_up(session, content, now);
            MessageLabel::Method(if answered { "BYE" } else { "CANCEL" })
        };
        self.calls[key].sip_end = Some(SipEnd {
            way: Way::Sent,
            message,
            reason: Some(reason),
        });
    }

    /// The final response for a cause: what the operator says, then what a release of the gateway's
    /// own has, then what the tables say.
    pub(super) fn status(&self, key: usize, cause: &CauseIndicators) -> u16 {
        let call = &self.calls[key];
        let denial = call.denial.as_ref().map(|denial| denial.status);
        let own = denial.or(call.ended_by.and_then(Own::status));
        self.settings.status(cause, own, self.neighbours(key))
    }
}

/// Why an announcement is given, where ACM or CPG says so (`TS 29.163 §7.2.3.1.4D`).
fn stated(indication: &Indication) -> Option<Header> {
    let cause = indication.isup.as_ref()?.optional()?.cause()?;
    Some((HeaderName::Reason, reason::written(cause)))
}
