//! Calls a terminal places.

use std::time::Instant;

use codecs::isup::Cause;
use codecs::sdp::Description;
use codecs::sip::{HeaderName, Message};
use protocols::sip::{Hop, Invite, SessionId};

use super::{Phone, PhoneConfig, PhoneOutput, body};
use crate::ims::call::{Call, Next, Order};
use crate::party::{CallId, Direction, ReleasedBy};

impl Phone {
    /// Places a call.
    pub fn place(&mut self, order: Order, now: Instant) -> CallId {
        let port = self.ports.insert(());
        let ours = Description::offer(self.audio(port));
        let mut description = self.new_description();
        let body = body(description.write(&ours));
        let PhoneConfig {
            number,
            domain,
            scscf,
            ..
        } = &self.config;
        let called = order.called.tel_uri();
        let invite = Invite {
            request_uri: called.clone(),
            target: Hop::udp(*scscf),
            from: format!("<sip:{number}@{domain};user=phone>"),
            to: format!("<{called}>"),
            headers: vec![(HeaderName::Route, format!("<sip:{scscf};lr>"))],
            body: Some(body),
        };
        let calling = number.to_string();
        let id = self.new_id();
        let call = Call {
            id,
            name: order.name,
            direction: Direction::Outgoing,
            calling: Some(calling),
            called: order.called.to_string(),
            conversation: order.conversation,
            next: Next::HangUp,
            port,
            description,
            ours,
            voice: None,
            begun: now,
            rang: None,
            answered: None,
            end: None,
        };
        let session = self.agent.invite(invite, now);
        self.calls.insert(session, call);
        if let Some(time) = order.give_up_after {
            self.deadlines.arm(session, now + time);
        }
        self.settle(now);
        id
    }

    pub(super) fn progress(&mut self, session: SessionId, response: &Message, now: Instant) {
        if let Some(call) = self.calls.get_mut(&session)
            && response.status() == 180
        {
            call.rang.get_or_insert(now);
        }
        self.agreed(session, response);
    }

    pub(super) fn answered(&mut self, session: SessionId, response: &Message, now: Instant) {
        self.agreed(session, response);
        let Some(call) = self.calls.get_mut(&session) else {
            return;
        };
        call.rang.get_or_insert(now);
        let is_heard = call.voice.is_some();
        self.converse(session, now);
        if !is_heard {
            // Answered, but with nothing that we can speak (RFC 3261 §13.2.2.4).
            self.end(session, |call| {
                call.ends(None, Some(Cause::NORMAL_UNSPECIFIED), ReleasedBy::Here);
            });
            self.agent.hang_up(session, &[], now);
        }
    }

    /// Reads the answer to our offer; the first one there is counts, in 18x or 200.
    pub(super) fn agreed(&mut self, session: SessionId, response: &Message) {
        let Some(call) = self.calls.get(&session).filter(|call| call.voice.is_none()) else {
            return;
        };
        let agreement = Description::parse(response.body())
            .ok()
            .and_then(|answer| call.ours.agree(&answer).ok());
        let voice = agreement.and_then(|agreement| self.voice(call, &agreement));
        if let Some(call) = self.calls.get_mut(&session) {
            call.voice = voice;
            self.outputs
                .extend(call.voice.clone().map(PhoneOutput::Voice));
        }
    }
}
