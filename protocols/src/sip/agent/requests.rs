//! Requests that come in, and the answers to those that cannot be served (RFC 3261 §8.2, §11.2, §12.2.2, §15.1.2).

use std::time::Instant;

use codecs::sip::{ContentType, HeaderName, Message, Method, Uri};

use super::session::State;
use super::writing::{ACCEPT, ALLOW, finish};
use super::{Content, Event, SessionId, UserAgent};
use crate::sip::dialog::{Dialog, Negotiation};
use crate::sip::{Hop, ServerId};

type Extra<'a> = (HeaderName<'static>, &'a str);

impl UserAgent {
    pub(super) fn request(
        &mut self,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        let in_dialog = request.to().is_ok_and(|to| to.tag().is_some());
        if !in_dialog && self.is_unproven(transaction, &request, source, now) {
            return;
        }
        match self.objection(&request) {
            None => {}
            Some(Objection::Method(status)) => {
                return self.refuse(transaction, &request, source, status, &[], now);
            }
            Some(Objection::Extensions(tags)) => {
                let extra = [(HeaderName::Unsupported, tags.as_str())];
                return self.refuse(transaction, &request, source, 420, &extra, now);
            }
            Some(Objection::Encoding) => {
                let extra = [(HeaderName::AcceptEncoding, "identity")];
                return self.refuse(transaction, &request, source, 415, &extra, now);
            }
        }
        if in_dialog {
            self.within(transaction, request, source, now);
        } else {
            self.outside(transaction, request, source, now);
        }
    }

    fn outside(&mut self, transaction: ServerId, request: Message, source: Hop, now: Instant) {
        let status = match (request.method(), request.uri()) {
            (Method::Bye | Method::Prack | Method::Update | Method::Info, _) => 481,
            // Who is no party of a call may not have it go elsewhere.
            (Method::Refer, _) => 403,
            (_, Err(_)) => 400,
            // Where calls go on from here, the owner may know who serves a service (RFC 5031).
            (_, Ok(Uri::Other(uri))) if !(self.config.bridges && is_service(uri)) => 416,
            (Method::Options, _) => 200,
            _ if self.by_origin.contains_key(&self.origin_of(&request)) => 482,
            _ if !accepts_description(&request) => 406,
            _ if self.is_too_brief(transaction, &request, source, now) => return,
            _ => match Dialog::of_request(&request, source) {
                Some(dialog) => {
                    return self.offered(transaction, request, dialog, source, now);
                }
                None => 400,
            },
        };
        self.refuse(transaction, &request, source, status, &[], now);
    }

    fn within(&mut self, transaction: ServerId, request: Message, source: Hop, now: Instant) {
        let Some(id) = self.session_of(&request) else {
            return self.refuse(transaction, &request, source, 481, &[], now);
        };
        if !self.is_in_order(id, &request, source) {
            return self.refuse(transaction, &request, source, 500, &[], now);
        }
        match request.method() {
            Method::Options => self.refuse(transaction, &request, source, 200, &[], now),
            Method::Bye => self.bye_received(id, transaction, request, source, now),
            Method::Prack => self.pracked(id, transaction, request, source, now),
            Method::Update => self.updated(id, transaction, request, source, now),
            Method::Info => self.informed(id, transaction, request, source, now),
            Method::Refer => self.referred(id, transaction, request, source, now),
            _ => self.reinvited(id, transaction, request, source, now),
        }
    }

    /// The session a request within a dialog belongs to, from To tag, Call-ID and From tag.
    pub(super) fn session_of(&mut self, request: &Message) -> Option<SessionId> {
        let to = request.to().ok()?;
        let from = request.from().ok()?;
        let token = self.transactions.identifiers().read(to.tag()?)?;
        let slot = *self.by_tag.get(&token)?;
        let session = &mut self.sessions[slot];
        let known = *session.call_id == *request.call_id().ok()?
            && session
                .dialog_with(from.tag().unwrap_or_default())
                .is_some();
        known.then_some(SessionId {
            slot,
            serial: session.serial,
        })
    }

    fn is_in_order(&mut self, id: SessionId, request: &Message, source: Hop) -> bool {
        let from = request.from();
        let tag = from.as_ref().ok().and_then(|from| from.tag());
        let session = self.session(id);
        let Some(dialog) = session.and_then(|s| s.dialog_with(tag.unwrap_or_default())) else {
            return true;
        };
        dialog.heard_from(source);
        dialog.is_next(request)
    }

    fn reinvited(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        let Some(session) = self.session(id) else {
            return;
        };
        let status = match &session.state {
            // An UPDATE of ours, or of the peer's, has an offer that is not answered.
            State::Confirmed(dialog) if dialog.negotiation == Negotiation::OurOffer => 491,
            State::Confirmed(dialog) if dialog.negotiation == Negotiation::TheirOffer => 500,
            State::Confirmed(_) => 200,
            // We have an INVITE of our own in progress, or an answer is not acknowledged (§14.2).
            State::Calling(_) | State::Answered(..) | State::Owing(..) | State::Reinviting(..) => {
                491
            }
            State::Offered(..) | State::Reoffered(..) => 500,
            State::Closing(_) | State::Lingering(_) | State::Void => 481,
        };
        match status {
            200 if self.is_too_brief(transaction, &request, source, now) => {}
            200 => self.reoffered(id, transaction, request, source, now),
            500 => self.refuse_for_now(transaction, &request, source, now),
            status => self.refuse(transaction, &request, source, status, &[], now),
        }
    }

    fn bye_received(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        self.agree_to_part(id, transaction, &request, source, now);
        match self.take(id) {
            // Of a branch that gives up; the INVITE itself is still to be answered.
            Some(state @ State::Calling(_)) => {
                self.put(id, state);
                return self.branch_gave_up(id, &request);
            }
            Some(State::Confirmed(dialog) | State::Reinviting(_, dialog))
                if self.is_followed(id) =>
            {
                return self.linger(id, dialog, request, now);
            }
            // Crossed with ours, whose answer ends the session.
            Some(state @ State::Closing(_)) => return self.put(id, state),
            Some(State::Offered(offer, _)) => {
                let body = self.session(id).and_then(|it| it.given_up.take());
                self.reply_to_offer(id, &offer, 487, Content::of(body.as_deref()), now);
            }
            Some(State::Reoffered(offer, _)) => {
                self.reply_to_offer(id, &offer, 487, Content::default(), now);
            }
            _ => {}
        }
        self.tell(Event::Bye {
            session: id,
            request,
        });
        self.terminate(id, now);
    }

    /// 200 to a BYE, with what the owner has to say to it.
    fn agree_to_part(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        now: Instant,
    ) {
        let body = self.session(id).and_then(|session| session.parting.clone());
        let tag = self.transactions.tag();
        let mut writer = self.reply(request, 200, &tag, source);
        let bytes = finish(&mut writer, body.as_deref());
        self.transactions.respond(transaction, 200, bytes, now);
    }

    fn branch_gave_up(&mut self, id: SessionId, bye: &Message) {
        let from = bye.from();
        let tag = from.as_ref().ok().and_then(|from| from.tag());
        let session = self.session(id);
        let dialog = session.and_then(|s| s.dialog_with(tag.unwrap_or_default()));
        if let Some(dialog) = dialog.map(|dialog| dialog.id) {
            self.lose(id, dialog);
        }
    }

    /// Answers a request finally, with what a refusal of this status has to say about us.
    pub(super) fn refuse(
        &mut self,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        status: u16,
        extra: &[Extra<'_>],
        now: Instant,
    ) {
        let tag = self.transactions.tag();
        let mut writer = self.reply(request, status, &tag, source);
        if matches!(status, 405 | 501) || request.method() == Method::Options {
            writer.header(HeaderName::Allow, ALLOW);
        }
        if status == 200 && request.method() == Method::Options {
            writer
                .header(HeaderName::Accept, ACCEPT)
                .header(HeaderName::Supported, &*self.supported);
        }
        for (name, value) in extra {
            writer.header(*name, *value);
        }
        let bytes = writer.finish();
        self.transactions.respond(transaction, status, bytes, now);
    }
}

/// What is wrong with a request as such.
enum Objection {
    /// 405 or 501 (§8.2.1), or 400 for what has no meaning with it.
    Method(u16),
    /// It requires these extensions (§8.2.2.3).
    Extensions(String),
    /// Its body cannot be read as it is encoded, and it is not to be taken without (§8.2.3).
    Encoding,
}

impl UserAgent {
    fn objection(&self, request: &Message) -> Option<Objection> {
        match request.method() {
            Method::Invite
            | Method::Bye
            | Method::Options
            | Method::Prack
            | Method::Update
            | Method::Info
            | Method::Refer => {}
            Method::Other(_) => return Some(Objection::Method(501)),
            _ => return Some(Objection::Method(405)),
        }
        // RFC 3891 §3.
        if request.method() != Method::Invite && self.misplaces(request) {
            return Some(Objection::Method(400));
        }
        let is_ours = |option: &&[u8]| {
            let mut own = self.supported.split(", ");
            own.any(|own| option.eq_ignore_ascii_case(own.as_bytes()))
        };
        let strange: Vec<_> = request
            .headers(HeaderName::Require)
            .filter(|option| !is_ours(option))
            .map(String::from_utf8_lossy)
            .collect();
        if !strange.is_empty() {
            return Some(Objection::Extensions(strange.join(", ")));
        }
        (request.method() != Method::Bye && is_unreadable(request)).then_some(Objection::Encoding)
    }
}

/// Whether a part of the body is encoded that the request is not to be taken without.
fn is_unreadable(request: &Message) -> bool {
    let parts = request.parts().unwrap_or_default();
    parts
        .iter()
        .any(|part| part.is_encoded() && !part.is_optional())
}

/// Whether responses to an INVITE may describe the session (RFC 3261 §20.1, RFC 4475 §3.3.14).
fn accepts_description(request: &Message) -> bool {
    let mut types = request.headers(HeaderName::Accept).peekable();
    types.peek().is_none()
        || types.any(|value| {
            let kind = ContentType::parse(value);
            kind.is_ok_and(|kind| match (kind.kind, kind.subtype) {
                ("*", _) => true,
                (kind, subtype) => {
                    kind.eq_ignore_ascii_case("application")
                        && (subtype == "*" || subtype.eq_ignore_ascii_case("sdp"))
                }
            })
        })
}

/// Whether a URI names a service, as calls for help do.
fn is_service(uri: &str) -> bool {
    const SERVICE: &str = "urn:service:";
    let head = uri.get(..SERVICE.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(SERVICE))
}
