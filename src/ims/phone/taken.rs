//! Calls a terminal receives.

use std::time::{Duration, Instant};

use codecs::sdp::{Description, Incompatible};
use codecs::sip::{HeaderName, Host, Message, Uri};
use protocols::sip::{Body, Reliability, ServerId, SessionId};

use super::{Phone, PhoneOutput, body};
use crate::ims::call::{Answer, Call, Next};
use crate::party::{Direction, ReleasedBy};

impl Phone {
    pub(super) fn offered(&mut self, session: SessionId, request: &Message, now: Instant) {
        let port = self.ports.insert(());
        let answer = Description::parse(request.body())
            .ok()
            .and_then(|offer| offer.answer(&self.audio(port)).ok());
        let Some((ours, agreement)) = answer else {
            self.ports.remove(port);
            return self.agent.reject(session, Incompatible::STATUS, &[], now);
        };
        let (id, conversation) = (self.new_id(), self.config.conversation);
        let mut call = Call {
            id,
            name: None,
            direction: Direction::Incoming,
            calling: caller(request),
            called: self.config.number.to_string(),
            conversation,
            next: Next::Nothing,
            port,
            description: self.new_description(),
            ours,
            voice: None,
            begun: now,
            rang: None,
            answered: None,
            end: None,
        };
        call.voice = self.voice(&call, &agreement);
        self.calls.insert(session, call);
        self.ring(session, now);
    }

    pub(super) fn ring(&mut self, session: SessionId, now: Instant) {
        let (next, time) = match self.config.answer {
            Answer::Busy => return self.reject(session, 486, now),
            Answer::After(Duration::ZERO) => return self.answer(session, now),
            Answer::After(time) => (Next::Answer, Some(time)),
            Answer::RejectAfter(time, status) => (Next::Reject(status), Some(time)),
            Answer::Never => (Next::Nothing, None),
        };
        self.agent
            .progress(session, 180, &[], None, Reliability::WhenRequired, now);
        self.later(session, next, time, now);
    }

    pub(super) fn reject(&mut self, session: SessionId, status: u16, now: Instant) {
        self.end(session, |call| {
            call.ends(Some(status), None, ReleasedBy::Here);
        });
        self.agent.reject(session, status, &[], now);
    }

    pub(super) fn answer(&mut self, session: SessionId, now: Instant) {
        let Some(call) = self.calls.get_mut(&session) else {
            return;
        };
        let body = body(call.description.write(&call.ours));
        self.agent.answer(session, &[], Some(&body), now);
        self.converse(session, now);
    }

    pub(super) fn reoffered(&mut self, session: SessionId, request: &Message, now: Instant) {
        match self.renegotiate(session, request) {
            Some(body) => self.agent.answer(session, &[], Some(&body), now),
            None => self.agent.reject(session, Incompatible::STATUS, &[], now),
        }
    }

    /// UPDATE, or PRACK with an offer.
    pub(super) fn updated(
        &mut self,
        session: SessionId,
        transaction: ServerId,
        request: &Message,
        now: Instant,
    ) {
        let body = self.renegotiate(session, request);
        let status = body.as_ref().map_or(Incompatible::STATUS, |_| 200);
        self.agent
            .respond(session, transaction, status, &[], body.as_ref(), now);
    }

    /// The answer to a further offer, if there can be one.
    fn renegotiate(&mut self, session: SessionId, request: &Message) -> Option<Body> {
        let call = self.calls.get(&session)?;
        let offer = Description::parse(request.body()).ok()?;
        let (ours, agreement) = offer.answer(&self.audio(call.port)).ok()?;
        let voice = self.voice(call, &agreement);
        let call = self.calls.get_mut(&session)?;
        call.ours = ours;
        let body = body(call.description.write(&call.ours));
        if voice.is_some() && voice != call.voice {
            call.voice = voice;
            self.outputs
                .extend(call.voice.clone().map(PhoneOutput::Voice));
        }
        Some(body)
    }

    /// What was described last is offered once more (RFC 4028 §7.4).
    pub(super) fn refresh(&mut self, session: SessionId, now: Instant) {
        if let Some(call) = self.calls.get_mut(&session) {
            let body = body(call.description.write(&call.ours));
            self.agent.reinvite(session, &[], Some(&body), now);
        }
    }
}

/// Who cancelled: the caller, or a proxy because another terminal has answered (RFC 3326 §3.1).
pub(super) fn canceller(cancel: &Message) -> ReleasedBy {
    let elsewhere = cancel
        .reasons()
        .any(|reason| reason.protocol.eq_ignore_ascii_case("SIP") && reason.cause() == Some(200));
    if elsewhere {
        ReleasedBy::Elsewhere
    } else {
        ReleasedBy::There
    }
}

/// Who calls: the asserted identity (RFC 3325 §9.1), or else From, which may name nobody (RFC 3323
/// §4.1.1.3).
fn caller(request: &Message) -> Option<String> {
    let asserted = request.addresses(HeaderName::PAssertedIdentity);
    let claimed = std::iter::once(request.from());
    asserted
        .chain(claimed)
        .find_map(Result::ok)
        .map(|address| match address.uri.telephone() {
            Some(number) => number.number.to_owned(),
            None if is_anonymous(&address.uri) => "anonymous".to_owned(),
            None => address.uri.as_str().to_owned(),
        })
}

fn is_anonymous(uri: &Uri<'_>) -> bool {
    let host = uri.sip().map(|uri| uri.host);
    matches!(host, Some(Host::Name(name)) if name.eq_ignore_ascii_case("anonymous.invalid"))
}
