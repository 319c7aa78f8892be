//! What becomes of a call that SIP does not take: another I-CSCF, another number, or its end
//! (`RFC 3263 §4.3`, `TS 29.163 §7.2.3.2`).

use std::time::Instant;

use codecs::isup::RedirectionReason;
use codecs::sip::Message;
use protocols::sip::SessionId;

use super::call::LegKey;
use super::encapsulation::carriage::Place;
use super::interworking::release::Own;
use super::leg::Indication;
use super::settings::Redirects;
use super::telemetry::{MessageLabel, Telemetry};
use super::{Exchange, sip_leg};

impl Exchange {
    /// A final response that refuses a call, or none at all: another I-CSCF, more digits, another
    /// number or the end of it.
    pub(super) fn rejected(
        &mut self,
        session: SessionId,
        status: u16,
        response: Option<&Message>,
        now: Instant,
    ) {
        let Some(key) = self.call_of(LegKey::Session(session)) else {
            return;
        };
        if self.is_icscf_failure(key, status, response, now) {
            self.by_session.remove(&session);
            self.calls[key].outgoing = None;
            return self.next_icscf(key, now);
        }
        if self.await_digits(key, status, now) || self.redirected(key, status, response, now) {
            return;
        }
        let cause = match response {
            Some(response) => {
                self.heard_end(session, MessageLabel::Status(status), Some(response));
                self.settings.cause(response, self.between(session))
            }
            // Nobody answered at all.
            None => Own::NoAnswerFromSip.cause(),
        };
        let indication = sip_leg::release(cause, response);
        match response {
            Some(response) => self.peer_released(session, indication, response, now),
            None => self.indicated(LegKey::Session(session), indication, now),
        }
    }

    /// The peer ended a session, as a message of its says.
    pub(super) fn peer_released(
        &mut self,
        session: SessionId,
        said: Indication,
        message: &Message,
        now: Instant,
    ) {
        let leg = LegKey::Session(session);
        let key = self.call_of(leg);
        let indication = match key {
            Some(key) => self.with_enclosed(key, Some(said), message, Place::Release),
            None => Some(said),
        };
        if let Some(indication) = indication {
            self.indicated(leg, indication, now);
        }
    }

    /// 3xx names another number: the call goes there, if that is wanted
    /// (`TS 29.163 §7.2.3.2.18`). Answers whether it does.
    fn redirected(
        &mut self,
        key: usize,
        status: u16,
        response: Option<&Message>,
        now: Instant,
    ) -> bool {
        let follows = self.settings.flow.redirects == Redirects::Follow;
        let response = response.filter(|_| follows && (300..400).contains(&status));
        let to = response.and_then(|r| sip_leg::redirection(r, &self.settings.numbering));
        if let Some(to) = to {
            self.leave_session(key, now);
            self.forward(key, to, RedirectionReason::UNKNOWN, now);
        }
        to.is_some()
    }

    /// Whether an I-CSCF did not take a call, so that another one may: no answer at all, or 503
    /// (`RFC 3263 §4.3`). Notes it for the calls to come.
    fn is_icscf_failure(
        &mut self,
        key: usize,
        status: u16,
        response: Option<&Message>,
        now: Instant,
    ) -> bool {
        let call = &mut self.calls[key];
        if response.is_none() {
            let asked = call.icscf.map(|choice| choice.icscf);
            let is_new = |asked: &usize| call.silent.last() != Some(asked);
            call.silent.extend(asked.filter(is_new));
        }
        let failed = response.is_none() || status == 503;
        let Some(choice) = call.icscf.filter(|_| failed && !call.proceeding) else {
            return false;
        };
        let more = !call.icscfs.is_empty();
        let retry_after = response.and_then(Message::retry_after);
        if let Some(pause) = self.peers.failed(choice, retry_after, now) {
            self.report(Telemetry::PassedOver {
                icscf: self.settings.icscfs[choice.icscf].name.clone(),
                status: response.map(Message::status),
                pause,
            });
        }
        more
    }
}
