//! Calls received: INVITE and re-INVITE, their responses, ACK and CANCEL (RFC 3261 §9.2, §13.3, §14.2).

use std::hash::BuildHasher;
use std::time::Instant;

use codecs::sip::{HeaderName, Message};

use super::session::{Answer, Offer, Session, State};
use super::writing::{add, describes, finish};
use super::{Body, Content, Context, Event, Header, SessionId, Timer, UserAgent};
use crate::sip::dialog::{Dialog, Negotiation};
use crate::sip::{Hop, ServerId};

impl UserAgent {
    /// What all copies of a request have in common, however they came (§8.2.2.2).
    pub(super) fn origin_of(&self, request: &Message) -> u64 {
        let from = request.from().ok().and_then(|from| from.tag());
        let cseq = request.cseq().ok().map(|cseq| cseq.number);
        self.origin
            .hash_one((from, request.header(HeaderName::CallId), cseq))
    }

    pub(super) fn offered(
        &mut self,
        transaction: ServerId,
        request: Message,
        mut dialog: Dialog,
        source: Hop,
        now: Instant,
    ) {
        let replaces = match self.replaced(&request) {
            Ok(replaces) => replaces,
            Err(status) => return self.refuse(transaction, &request, source, status, &[], now),
        };
        let tag = self.transactions.identifiers().token();
        let origin = self.origin_of(&request);
        let serial = self.next_serial();
        let to = request.header(HeaderName::To).unwrap_or_default();
        let suffix = format!(";tag={}", self.spell(tag));
        let call_id = request.call_id().unwrap_or_default().into();
        let local = [to, suffix.as_bytes()].concat().into();
        let mut session = Session::new(serial, tag, call_id, local);
        session.origin = Some(origin);
        session.updates = request.lists(HeaderName::Allow, "UPDATE");
        dialog.negotiation = asked(&request);
        let offer = Offer {
            transaction,
            request: request.clone(),
            source,
        };
        session.state = State::Offered(Box::new(offer), dialog);
        let session = self.admit(session);
        self.by_origin.insert(origin, session.slot);
        self.trying(session, transaction, &request, source, now);
        self.tell(Event::Invite {
            session,
            request,
            source,
            replaces,
        });
    }

    pub(super) fn reoffered(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        self.drop_retry(id);
        let Some(State::Confirmed(mut dialog)) = self.take(id) else {
            return;
        };
        dialog.negotiation = asked(&request);
        let offer = Offer {
            transaction,
            request: request.clone(),
            source,
        };
        self.put(id, State::Reoffered(Box::new(offer), dialog));
        self.trying(id, transaction, &request, source, now);
        self.tell(Event::Reinvited {
            session: id,
            request,
        });
    }

    fn trying(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        now: Instant,
    ) {
        self.transactions.assign(transaction, Context::Offer(id));
        let bytes = codecs::sip::Writer::reply(request, 100, None, Some(source.address)).finish();
        self.transactions.respond(transaction, 100, bytes, now);
    }

    pub(super) fn accept(
        &mut self,
        id: SessionId,
        headers: &[Header],
        body: Option<&Body>,
        now: Instant,
    ) {
        let Some(tag) = self.session(id).map(|session| session.tag) else {
            return;
        };
        if self.postpone_answer(id, headers, body) {
            return;
        }
        let (offer, mut dialog) = match self.take(id) {
            Some(State::Offered(offer, dialog) | State::Reoffered(offer, dialog)) => {
                (offer, dialog)
            }
            Some(state) => return self.put(id, state),
            None => return,
        };
        let tag = self.spell(tag);
        let mut writer = self.reply_in_dialog(&offer.request, 200, &tag, offer.source);
        add(
            &mut writer,
            &self.agree_on_refreshing(id, &offer.request, now),
        );
        add(&mut writer, headers);
        let response = finish(&mut writer, body);
        dialog.refresh(&offer.request);
        if body.is_some_and(Body::describes) {
            dialog.negotiation = dialog.negotiation.described();
        }
        self.transactions
            .respond(offer.transaction, 200, response.clone(), now);
        let timings = *self.transactions.timings();
        self.end_provisionals(id);
        self.timers.arm(Timer::Answer(id), now + timings.t1);
        self.timers.arm(Timer::NoAck(id), now + timings.lifetime());
        let answer = Answer {
            transaction: offer.transaction,
            response,
            cseq: offer.request.cseq().map_or(0, |cseq| cseq.number),
            interval: timings.t1,
            leaving: None,
        };
        self.put(id, State::Answered(Box::new(answer), dialog));
    }

    /// The final response goes out: no provisional one does any more.
    fn end_provisionals(&mut self, id: SessionId) {
        for timer in [Timer::Progress(id), Timer::Reliable(id), Timer::NoPrack(id)] {
            self.timers.cancel(&timer);
        }
        if let Some(provisionals) = self.session(id).and_then(|s| s.provisionals.as_mut()) {
            provisionals.stop();
        }
    }

    pub(super) fn answer_again(&mut self, id: SessionId, now: Instant) {
        let t2 = self.transactions.timings().t2;
        let Some(session) = self.session(id) else {
            return;
        };
        if let State::Answered(answer, _) = &mut session.state {
            answer.interval = (answer.interval * 2).min(t2);
            let (transaction, interval) = (answer.transaction, answer.interval);
            let response = answer.response.clone();
            self.transactions.respond(transaction, 200, response, now);
            self.timers.arm(Timer::Answer(id), now + interval);
        }
    }

    /// The session ends, as the peer may not even know of it (§13.3.1.4).
    pub(super) fn not_acknowledged(&mut self, id: SessionId, now: Instant) {
        match self.take(id) {
            Some(State::Answered(answer, dialog)) => {
                self.timers.cancel(&Timer::Answer(id));
                let leaving = answer.leaving.unwrap_or_default();
                self.bye(id, dialog, leaving.content(), now);
            }
            Some(state) => self.put(id, state),
            None => {}
        }
    }

    pub(super) fn ack(&mut self, request: Message, source: Hop, now: Instant) {
        let Some(id) = self.session_of(&request) else {
            return;
        };
        let number = request.cseq().map_or(0, |cseq| cseq.number);
        match self.take(id) {
            Some(State::Answered(answer, mut dialog)) if answer.cseq == number => {
                self.timers.cancel(&Timer::Answer(id));
                self.timers.cancel(&Timer::NoAck(id));
                dialog.heard_from(source);
                dialog.negotiation = Negotiation::Agreed;
                if let Some(session) = self.session(id) {
                    session.provisionals = None;
                }
                if let Some(leaving) = answer.leaving {
                    return self.bye(id, dialog, leaving.content(), now);
                }
                self.put(id, State::Confirmed(dialog));
                self.tell(Event::Acknowledged {
                    session: id,
                    request,
                });
            }
            Some(state) => self.put(id, state),
            None => {}
        }
    }

    pub(super) fn refuse_offer(
        &mut self,
        id: SessionId,
        status: u16,
        content: Content<'_>,
        now: Instant,
    ) {
        let status = status.clamp(300, 699);
        match self.take(id) {
            Some(State::Offered(offer, _)) => {
                self.reply_to_offer(id, &offer, status, content, now);
                self.terminate(id, now);
            }
            Some(State::Reoffered(offer, mut dialog)) => {
                self.reply_to_offer(id, &offer, status, content, now);
                dialog.negotiation = Negotiation::Agreed;
                self.put(id, State::Confirmed(dialog));
            }
            Some(state) => self.put(id, state),
            None => {}
        }
    }

    pub(super) fn reply_to_offer(
        &mut self,
        id: SessionId,
        offer: &Offer,
        status: u16,
        content: Content<'_>,
        now: Instant,
    ) {
        let Some(tag) = self.session(id).map(|session| session.tag) else {
            return;
        };
        let tag = self.spell(tag);
        let mut writer = self.reply(&offer.request, status, &tag, offer.source);
        add(&mut writer, content.headers);
        let bytes = finish(&mut writer, content.body);
        self.transactions
            .respond(offer.transaction, status, bytes, now);
    }

    /// CANCEL has come for an INVITE (§9.2).
    pub(super) fn cancel(
        &mut self,
        transaction: ServerId,
        invite: Option<Option<Context>>,
        open: bool,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        let id = match invite {
            None => return self.refuse(transaction, &request, source, 481, &[], now),
            Some(Some(Context::Offer(id))) => Some(id),
            Some(_) => None,
        };
        let tag = id
            .and_then(|id| self.session(id))
            .map(|session| session.tag);
        let tag = match tag {
            Some(tag) => self.spell(tag),
            None => self.transactions.tag(),
        };
        let bytes = self.reply(&request, 200, &tag, source).finish();
        self.transactions.respond(transaction, 200, bytes, now);
        let Some(id) = id.filter(|_| open) else {
            return;
        };
        let mut body = None;
        if let Some(Session {
            state: State::Offered(..),
            given_up,
            ..
        }) = self.session(id)
        {
            body = given_up.take();
            self.tell(Event::Cancelled {
                session: id,
                request,
            });
        }
        self.refuse_offer(id, 487, Content::of(body.as_deref()), now);
    }
}

/// Where offers and answers stand after an INVITE.
fn asked(invite: &Message) -> Negotiation {
    match describes(invite) {
        true => Negotiation::TheirOffer,
        false => Negotiation::Unbegun,
    }
}
