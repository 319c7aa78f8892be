//! Provisional responses to a call placed from here: early dialogs, and PRACK for reliable ones
//! (RFC 3261 §12.1.2, RFC 3262 §4, RFC 6228).

use std::time::Instant;

use codecs::sip::{HeaderName, Message, Method};

use super::session::{Calling, State};
use super::writing::describes;
use super::{Body, Context, DialogId, Header, SessionId, UserAgent};
use crate::sip::Hop;
use crate::sip::dialog::Negotiation;

/// What a provisional response is.
pub(super) struct Heard {
    /// Its dialog, if it has one.
    pub(super) dialog: Option<DialogId>,
    /// It is to be acknowledged.
    pub(super) is_reliable: bool,
    /// It has an offer.
    pub(super) offers: bool,
}

impl Calling {
    /// Takes note of a provisional response; `None` for a reliable one that came before or whose
    /// turn it is not (RFC 3262 §4).
    pub(super) fn heard(&mut self, response: &Message, source: Hop) -> Option<Heard> {
        let rseq = rseq(response);
        let Some(dialog) = self.branch(response, source) else {
            return rseq.is_none().then_some(Heard {
                dialog: None,
                is_reliable: false,
                offers: false,
            });
        };
        let mut offers = false;
        if let Some(rseq) = rseq {
            if dialog
                .rseq
                .is_some_and(|last| last.checked_add(1) != Some(rseq))
            {
                return None;
            }
            dialog.rseq = Some(rseq);
            if describes(response) {
                dialog.negotiation = dialog.negotiation.heard();
                offers = dialog.negotiation == Negotiation::TheirOffer;
            }
        }
        Some(Heard {
            dialog: Some(dialog.id),
            is_reliable: rseq.is_some(),
            offers,
        })
    }
}

/// The number of a response that is to be acknowledged.
fn rseq(response: &Message) -> Option<u32> {
    let demanded = response.status() > 100 && response.lists(HeaderName::Require, "100rel");
    let rseq = response.text(HeaderName::RSeq).filter(|_| demanded)?;
    rseq.trim().parse().ok()
}

impl UserAgent {
    pub(super) fn send_prack(
        &mut self,
        (id, dialog): (SessionId, DialogId),
        headers: &[Header],
        body: Option<&Body>,
        now: Instant,
    ) {
        let Some(session) = self.session(id) else {
            return;
        };
        let State::Calling(calling) = &mut session.state else {
            return;
        };
        let cseq = calling.cseq;
        let Some(dialog) = calling.early.iter_mut().find(|early| early.id == dialog) else {
            return;
        };
        let Some(rseq) = dialog.rseq else {
            return;
        };
        if body.is_some_and(Body::describes) {
            dialog.negotiation = dialog.negotiation.described();
        }
        let name = (id, dialog.id);
        let rack = (HeaderName::RAck, format!("{rseq} {cseq} INVITE"));
        let headers: Vec<_> = std::iter::once(rack)
            .chain(headers.iter().cloned())
            .collect();
        self.send_within(name, Method::Prack, &headers, body, Context::Loose, now);
    }

    /// The answer to an offer that came in a reliable response.
    pub(super) fn answer_progress(
        &mut self,
        name: (SessionId, DialogId),
        headers: &[Header],
        body: &Body,
        now: Instant,
    ) {
        let dialog = self.session(name.0).and_then(|s| s.dialog(name.1));
        if dialog.is_some_and(|dialog| dialog.negotiation == Negotiation::TheirOffer) {
            self.send_prack(name, headers, Some(body), now);
        }
    }

    /// An early dialog has ended while others may go on (RFC 6228).
    pub(super) fn lose(&mut self, id: SessionId, dialog: DialogId) {
        let Some(session) = self.session(id) else {
            return;
        };
        if let State::Calling(calling) = &mut session.state
            && let Some(at) = calling.early.iter().position(|early| early.id == dialog)
        {
            session.losers.push(calling.early.remove(at));
        }
    }
}
