//! ISUP that has no message of its own in SIP: it travels in INFO (RFC 3372 §4, RFC 6086 §3 legacy
//! usage, `Q.1912.5 §5.4.1`).

use std::time::Instant;

use codecs::isup::Message as IsupMessage;
use codecs::sip::Message;
use protocols::sip::{ServerId, SessionId};

use super::carriage::{self, Place};
use super::contents::{self, Unreadable};
use crate::exchange::call::{Leg, LegKey, Phase, Side};
use crate::exchange::leg::{Indication, Signal};
use crate::exchange::sip_leg::Refusal;
use crate::exchange::{Exchange, isup_leg};

impl Exchange {
    /// INFO has come. It is answered before what it says takes effect.
    pub(in crate::exchange) fn info(
        &mut self,
        session: SessionId,
        request: &Message,
        transaction: ServerId,
        now: Instant,
    ) {
        let leg = LegKey::Session(session);
        let read = match self.call_of(leg) {
            Some(key) => self.information(key, request),
            None => Err(Refusal::new(481, "the call is over")),
        };
        let (status, headers) = match &read {
            Ok(_) => (200, Vec::new()),
            Err(refusal) => (refusal.status, refusal.headers()),
        };
        self.agent
            .respond(session, transaction, status, &headers, None, now);
        match read {
            Ok(Some(message)) if isup_leg::is_relayed(&message) => self.serve(leg, message, now),
            Ok(Some(message)) => self.heard(leg, message, now),
            Ok(None) => {}
            Err(refusal) => self.malformed("SIP", format!("INFO: {}", refusal.reason)),
        }
    }

    /// The ISUP message of an INFO; none where there is nothing that must be understood.
    fn information(
        &mut self,
        key: usize,
        request: &Message,
    ) -> Result<Option<IsupMessage>, Refusal> {
        match contents::isup(request, self.encapsulation(key)) {
            Err(Unreadable { refusal, optional }) if !optional => return Err(refusal),
            _ => {}
        }
        // A description in INFO describes nothing, and other bodies nobody understands.
        match contents::description(request) {
            Some(Err(refusal)) => Err(refusal),
            Some(Ok(_)) => Err(Refusal::new(415, "a session description in INFO")),
            None => Ok(self.enclosed(key, request, Place::Info)),
        }
    }

    /// Tells a session what no response of it says: what happens in a call that is answered. Answers
    /// whether it was told.
    pub(in crate::exchange) fn inform_of(
        &mut self,
        key: usize,
        session: SessionId,
        indication: &Indication,
        now: Instant,
    ) -> bool {
        let call = &self.calls[key];
        let side = call.side(&LegKey::Session(session));
        let answers = indication.signal == Signal::Answer;
        let Some(side) = side.filter(|_| call.phase == Phase::Answered && !answers) else {
            return false;
        };
        let message = self.as_isup(key, indication, false);
        self.inform(key, side, &message, now)
    }

    /// Sends a message to a side of a call that is in SIP. Answers whether it can be said there.
    pub(in crate::exchange) fn inform(
        &mut self,
        key: usize,
        side: Side,
        message: &IsupMessage,
        now: Instant,
    ) -> bool {
        let call = &self.calls[key];
        let Some(leg @ Leg::Sip { session, .. }) = call.leg(side) else {
            return false;
        };
        let dialog = call.carrier.as_ref().and_then(|carrier| carrier.dialog);
        let Some((how, dialog)) = self.encapsulation(key).zip(dialog) else {
            return false;
        };
        let known = how.variant.has(message.message_type());
        if !known || !self.speaks_isup(key, leg) || !carriage::fits(message, Place::Info) {
            return false;
        }
        let (session, body) = (*session, how.body(message, None));
        self.agent.info(session, dialog, &[], &body, now);
        true
    }
}
