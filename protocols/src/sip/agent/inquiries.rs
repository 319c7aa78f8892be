//! Requests of the peer's within a dialog that the owner answers: UPDATE, PRACK with an offer, INFO
//! (RFC 3311 §5.2, RFC 6086).

use std::time::Instant;

use codecs::sip::{HeaderName, Message, Method};

use super::session::{Pending, State};
use super::writing::{add, describes, finish};
use super::{Body, DialogId, Event, Header, SessionId, UserAgent};
use crate::sip::dialog::Negotiation;
use crate::sip::{Hop, ServerId};

/// The most requests of a session that wait for its owner.
const MAX_PENDING: usize = 8;

impl UserAgent {
    /// Keeps a request until the owner answers it; refuses it if there are too many.
    pub(super) fn keep(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        now: Instant,
    ) -> Option<ServerId> {
        let dialog = self.dialog_of(id, request)?;
        let session = self.session(id)?;
        if session.pending.len() >= MAX_PENDING {
            self.refuse_for_now(transaction, request, source, now);
            return None;
        }
        session.pending.push(Pending {
            transaction,
            dialog,
            request: request.clone(),
            source,
        });
        Some(transaction)
    }

    /// The dialog a request of the peer's came in.
    fn dialog_of(&mut self, id: SessionId, request: &Message) -> Option<DialogId> {
        let from = request.from().ok()?;
        let session = self.session(id)?;
        let dialog = session.dialog_with(from.tag().unwrap_or_default())?;
        Some(dialog.id)
    }

    pub(super) fn updated(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        let offers = describes(&request);
        let Some(dialog) = self.dialog_of(id, &request) else {
            return self.refuse(transaction, &request, source, 481, &[], now);
        };
        match self.objection_to_update((id, dialog), offers) {
            Some(500) => return self.refuse_for_now(transaction, &request, source, now),
            Some(status) => return self.refuse(transaction, &request, source, status, &[], now),
            None => {}
        }
        if self.is_too_brief(transaction, &request, source, now) {
            return;
        }
        let Some(kept) = self.keep(id, transaction, &request, source, now) else {
            return;
        };
        if offers {
            self.drop_retry(id);
            if let Some(dialog) = self.session(id).and_then(|s| s.dialog(dialog)) {
                dialog.negotiation = Negotiation::TheirOffer;
            }
        } else {
            self.respond_to(id, kept, 200, (&[], None), now);
        }
        self.tell(Event::Updated {
            session: id,
            dialog,
            request,
            transaction: offers.then_some(kept),
        });
    }

    /// The status of an UPDATE that comes at a wrong time (RFC 3311 §5.2).
    fn objection_to_update(
        &mut self,
        (id, dialog): (SessionId, DialogId),
        offers: bool,
    ) -> Option<u16> {
        let Some(session) = self.session(id) else {
            return Some(481);
        };
        let is_update = |pending: &Pending| {
            pending.dialog == dialog && pending.request.method() == Method::Update
        };
        if session.state.is_over() {
            return Some(481);
        }
        if session.pending.iter().any(is_update) {
            return Some(500);
        }
        let reinviting = matches!(session.state, State::Reinviting(..));
        let dialog = session.dialog(dialog)?;
        match dialog.negotiation {
            _ if !offers => None,
            Negotiation::OurOffer => Some(491),
            Negotiation::TheirOffer => Some(500),
            _ if reinviting => Some(491),
            Negotiation::Unbegun | Negotiation::Agreed => None,
        }
    }

    pub(super) fn informed(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        // No package was ever agreed upon (RFC 6086 §4.2.2).
        if request.header(INFO_PACKAGE).is_some() {
            let none = [(RECV_INFO, "")];
            return self.refuse(transaction, &request, source, 469, &none, now);
        }
        let Some(dialog) = self.dialog_of(id, &request) else {
            return self.refuse(transaction, &request, source, 481, &[], now);
        };
        let kept = if request.body().is_empty() {
            self.refuse(transaction, &request, source, 200, &[], now);
            None
        } else {
            let Some(kept) = self.keep(id, transaction, &request, source, now) else {
                return;
            };
            Some(kept)
        };
        self.tell(Event::Info {
            session: id,
            dialog,
            request,
            transaction: kept,
        });
    }

    /// The owner's answer to a request it was told of.
    pub(super) fn respond_to(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        status: u16,
        (headers, body): (&[Header], Option<&Body>),
        now: Instant,
    ) {
        let status = status.clamp(200, 699);
        let Some(session) = self.session(id) else {
            return;
        };
        let is_it = |pending: &Pending| pending.transaction == transaction;
        let Some(at) = session.pending.iter().position(is_it) else {
            return;
        };
        let pending = session.pending.swap_remove(at);
        let tag = session.tag;
        if let Some(dialog) = session.dialog(pending.dialog) {
            if describes(&pending.request) && pending.request.method() != Method::Info {
                dialog.negotiation = Negotiation::Agreed;
            }
            if status < 300 && pending.request.method() == Method::Update {
                dialog.refresh(&pending.request);
            }
        }
        let tag = self.spell(tag);
        let Pending {
            request, source, ..
        } = &pending;
        let mut writer = match request.method() {
            Method::Update | Method::Refer if status < 300 => {
                self.reply_in_dialog(request, status, &tag, *source)
            }
            _ => self.reply(request, status, &tag, *source),
        };
        if request.method() == Method::Update && status < 300 {
            add(&mut writer, &self.agree_on_refreshing(id, request, now));
        }
        add(&mut writer, headers);
        let bytes = finish(&mut writer, body);
        self.transactions.respond(transaction, status, bytes, now);
        self.proceed(id, now);
    }

    /// The session ends before these were answered (§15.1.2).
    pub(super) fn drop_pending(&mut self, id: SessionId, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        for pending in std::mem::take(&mut session.pending) {
            let Pending {
                transaction,
                request,
                source,
                ..
            } = pending;
            self.refuse(transaction, &request, source, 487, &[], now);
        }
    }

    /// 500 with the time to wait (§14.2, RFC 3311 §5.2).
    pub(super) fn refuse_for_now(
        &mut self,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        now: Instant,
    ) {
        let later = (self.transactions.identifiers().token() % 11).to_string();
        let later = [(HeaderName::RetryAfter, later.as_str())];
        self.refuse(transaction, request, source, 500, &later, now);
    }
}

const INFO_PACKAGE: HeaderName<'static> = HeaderName::Other("Info-Package");
const RECV_INFO: HeaderName<'static> = HeaderName::Other("Recv-Info");
