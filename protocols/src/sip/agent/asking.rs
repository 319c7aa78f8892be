//! Requests of ours within a dialog: re-INVITE, UPDATE and INFO, and what they are answered
//! (RFC 3261 §12.2.1, §14.1, RFC 3311 §5.1, RFC 6086).

use std::time::{Duration, Instant};

use codecs::sip::{Message, Method};

use super::session::{Retry, State};
use super::writing::describes;
use super::{Asked, Body, Content, Context, DialogId, Event, Header, SessionId, Timer, UserAgent};
use crate::sip::Hop;
use crate::sip::dialog::{Negotiation, Own};

/// A dialog of a session.
pub(super) type Name = (SessionId, DialogId);

impl Asked {
    pub(super) fn method(self) -> Method<'static> {
        match self {
            Self::Reinvite => Method::Invite,
            Self::Update => Method::Update,
            Self::Info => Method::Info,
        }
    }
}

impl UserAgent {
    /// Sends a request of the owner's, or tells it that it cannot be sent now.
    pub(super) fn ask(
        &mut self,
        name: Name,
        asked: Asked,
        headers: &[Header],
        body: Option<&Body>,
        now: Instant,
    ) {
        let offers = body.is_some_and(Body::describes);
        match self.may_ask(name, asked, offers) {
            None => {}
            Some(false) => self.tell_reply(name, asked, 491, None, false),
            Some(true) => self.send_asked(name, asked, headers, body, false, now),
        }
    }

    /// Whether a request may be sent now; `None` if there is no such dialog.
    fn may_ask(&mut self, (id, dialog): Name, asked: Asked, offers: bool) -> Option<bool> {
        let session = self.session(id)?;
        let retries = session.retry.is_some();
        let confirmed = match session.state {
            ref state if state.is_over() => return None,
            State::Confirmed(_) => true,
            _ => false,
        };
        let early = matches!(session.state, State::Calling(_) | State::Offered(..));
        let dialog = session.dialog(dialog)?;
        let quiet = dialog.update.is_none() && !retries;
        let open = dialog.negotiation.is_open();
        Some(match asked {
            Asked::Info => true,
            Asked::Update if offers => quiet && open && (confirmed || early),
            Asked::Update => quiet,
            Asked::Reinvite => quiet && open && confirmed,
        })
    }

    pub(super) fn send_asked(
        &mut self,
        name: Name,
        asked: Asked,
        headers: &[Header],
        body: Option<&Body>,
        quiet: bool,
        now: Instant,
    ) {
        let offers = body.is_some_and(Body::describes);
        let mut headers = headers.to_vec();
        if asked != Asked::Info {
            headers.extend(self.refreshing_headers(name.0));
        }
        let context = Context::Asked(name.0, name.1, asked);
        let sent = self.send_within(name, asked.method(), &headers, body, context, now);
        let Some(request) = sent.filter(|_| asked != Asked::Info) else {
            return;
        };
        let own = Own {
            request,
            cseq: self.last_cseq(name),
            offers,
            quiet,
        };
        self.note_asked(name, asked, own);
    }

    fn last_cseq(&mut self, (id, dialog): Name) -> u32 {
        let dialog = self.session(id).and_then(|s| s.dialog(dialog));
        dialog.map_or(0, |dialog| dialog.cseq)
    }

    /// Remembers what was sent until it is answered.
    fn note_asked(&mut self, (id, dialog): Name, asked: Asked, own: Own) {
        let offers = own.offers;
        let own = Box::new(own);
        if asked == Asked::Update {
            if let Some(dialog) = self.session(id).and_then(|s| s.dialog(dialog)) {
                dialog.update = Some(own);
                if offers {
                    dialog.negotiation = Negotiation::OurOffer;
                }
            }
            return;
        }
        match self.take(id) {
            Some(State::Confirmed(mut dialog)) => {
                dialog.negotiation = match offers {
                    true => Negotiation::OurOffer,
                    false => Negotiation::Unbegun,
                };
                self.put(id, State::Reinviting(own, dialog));
            }
            Some(state) => self.put(id, state),
            None => {}
        }
    }

    pub(super) fn asked_response(
        &mut self,
        name: Name,
        asked: Asked,
        response: Message,
        source: Hop,
        now: Instant,
    ) {
        let status = response.status();
        if status < 200 {
            return;
        }
        if let Some(dialog) = self.session(name.0).and_then(|s| s.dialog(name.1)) {
            dialog.heard_from(source);
        }
        if asked == Asked::Reinvite && !self.is_open(name.0, &response) {
            if status < 300 {
                self.accepted_again(name.0, &response, source, now);
            }
            return;
        }
        self.replied(name, asked, status, Some(response), now);
    }

    /// Whether a response is to a re-INVITE that has not been answered.
    fn is_open(&mut self, id: SessionId, response: &Message) -> bool {
        let number = response.cseq().map_or(0, |cseq| cseq.number);
        let state = self.session(id).map(|session| &session.state);
        matches!(state, Some(State::Reinviting(own, _)) if own.cseq == number)
    }

    /// A request of ours has come to its end.
    pub(super) fn replied(
        &mut self,
        name: Name,
        asked: Asked,
        status: u16,
        response: Option<Message>,
        now: Instant,
    ) {
        let own = match asked {
            Asked::Info => None,
            Asked::Update => self.end_update(name, status, response.as_ref()),
            Asked::Reinvite => self.end_reinvite(name, status, response.as_ref()),
        };
        if own.is_none() && asked != Asked::Info {
            return;
        }
        let quiet = own.as_ref().is_some_and(|own| own.quiet);
        match (status, own) {
            (200..300, Some(_)) => return self.agreed(name, asked, quiet, response, now),
            (491, Some(own)) => return self.retry_later(name, asked, *own, now),
            (422, Some(own)) if self.stretch(name.0, response.as_ref()) => {
                return self.send_again(name, asked, *own, now);
            }
            (401 | 407, Some(own)) if self.is_asked_for_proof(name, response.as_ref()) => {
                return self.send_again(name, asked, *own, now);
            }
            _ => {}
        }
        let gone = status == 481 || status == 408;
        if quiet && !gone {
            return self.tell(Event::Refresh { session: name.0 });
        }
        if !quiet {
            self.tell_reply(name, asked, status, response, false);
        }
        if gone {
            self.end_dialog(name, now);
        }
    }

    fn end_update(
        &mut self,
        (id, dialog): Name,
        status: u16,
        response: Option<&Message>,
    ) -> Option<Box<Own>> {
        let dialog = self.session(id)?.dialog(dialog)?;
        let own = dialog.update.take()?;
        if own.offers {
            dialog.negotiation = Negotiation::Agreed;
        }
        if let Some(response) = response.filter(|_| status < 300) {
            dialog.refresh(response);
        }
        Some(own)
    }

    fn end_reinvite(
        &mut self,
        (id, _): Name,
        status: u16,
        response: Option<&Message>,
    ) -> Option<Box<Own>> {
        let (own, mut dialog) = match self.take(id)? {
            State::Reinviting(own, dialog) => (own, dialog),
            state => {
                self.put(id, state);
                return None;
            }
        };
        let awaits_offer = dialog.negotiation == Negotiation::Unbegun;
        dialog.negotiation = Negotiation::Agreed;
        let Some(response) = response.filter(|_| status < 300) else {
            self.put(id, State::Confirmed(dialog));
            return Some(own);
        };
        dialog.refresh(response);
        let state = if awaits_offer && describes(response) {
            dialog.negotiation = Negotiation::TheirOffer;
            State::Owing(own.cseq, dialog)
        } else {
            self.acknowledge_plainly(&dialog, response);
            State::Confirmed(dialog)
        };
        self.put(id, state);
        Some(own)
    }

    /// The peer has agreed to what we asked for.
    fn agreed(
        &mut self,
        name: Name,
        asked: Asked,
        quiet: bool,
        response: Option<Message>,
        now: Instant,
    ) {
        let Some(response) = response else {
            return;
        };
        let state = self.session(name.0).map(|session| &session.state);
        let offers = asked == Asked::Reinvite && matches!(state, Some(State::Owing(..)));
        self.refreshed(name.0, &response, now);
        if !quiet {
            let status = response.status();
            self.tell_reply(name, asked, status, Some(response), offers);
        }
    }

    fn tell_reply(
        &mut self,
        (session, dialog): Name,
        asked: Asked,
        status: u16,
        response: Option<Message>,
        offers: bool,
    ) {
        self.tell(Event::Replied {
            session,
            dialog,
            asked,
            status,
            response,
            offers,
        });
    }

    /// The peer does not know the dialog any more (§12.2.1.2).
    fn end_dialog(&mut self, (id, dialog): Name, now: Instant) {
        match self.session(id).map(|session| &session.state) {
            Some(State::Calling(_)) => self.lose(id, dialog),
            Some(_) => self.leave(id, Content::default(), now),
            None => {}
        }
    }

    /// Our request met one of the peer's (§14.1): who made the Call-ID waits longer.
    fn retry_later(&mut self, (id, dialog): Name, asked: Asked, own: Own, now: Instant) {
        let random = self.transactions.identifiers().token();
        let Some(session) = self.session(id) else {
            return;
        };
        let is_ours = session.origin.is_none();
        session.retry = Some(Box::new(Retry { asked, dialog, own }));
        let steps = if is_ours {
            210 + random % 191
        } else {
            random % 201
        };
        let wait = Duration::from_millis(10 * steps);
        self.timers.arm(Timer::Retry(id), now + wait);
    }

    /// The time for another attempt has come.
    pub(super) fn retry(&mut self, id: SessionId, now: Instant) {
        let Some(retry) = self.session(id).and_then(|session| session.retry.take()) else {
            return;
        };
        let Retry { asked, dialog, own } = *retry;
        match self.may_ask((id, dialog), asked, own.offers) {
            Some(true) => self.send_again((id, dialog), asked, own, now),
            _ => self.give_up((id, dialog), asked, own.quiet),
        }
    }

    /// An offer of the peer's makes what was to be sent again a thing of the past.
    pub(super) fn drop_retry(&mut self, id: SessionId) {
        if let Some(retry) = self.session(id).and_then(|session| session.retry.take()) {
            self.timers.cancel(&Timer::Retry(id));
            self.give_up((id, retry.dialog), retry.asked, retry.own.quiet);
        }
    }

    fn give_up(&mut self, name: Name, asked: Asked, quiet: bool) {
        if !quiet {
            self.tell_reply(name, asked, 491, None, false);
        }
    }

    fn send_again(&mut self, name: Name, asked: Asked, own: Own, now: Instant) {
        let mut changed = self.refreshing_headers(name.0);
        changed.extend(self.proofs_again(name.0, &own.request));
        let Some(dialog) = self.session(name.0).and_then(|s| s.dialog(name.1)) else {
            return;
        };
        dialog.cseq += 1;
        let (cseq, to) = (dialog.cseq, dialog.next_hop());
        let context = Context::Asked(name.0, name.1, asked);
        let sent = self.send_changed(&own.request, cseq, &changed, to, context, now);
        if let Some((_, request)) = sent {
            let own = Own {
                request,
                cseq,
                ..own
            };
            self.note_asked(name, asked, own);
        }
    }
}
