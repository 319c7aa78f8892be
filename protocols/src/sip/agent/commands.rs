//! What the owner of a user agent may have it do.

use std::time::Instant;

use super::reliable::Progress;
use super::{Asked, Body, Content, DialogId, Header, Invite, Reliability, SessionId, UserAgent};
use crate::sip::ServerId;

impl UserAgent {
    /// Places a call.
    pub fn invite(&mut self, invite: Invite, now: Instant) -> SessionId {
        let session = self.call(invite, now);
        self.settle(now);
        session
    }

    /// Answers an INVITE provisionally, `status` 101 to 199 (§13.3.1.1). It is said again every
    /// minute until a final response. A reliable response that the caller has not acknowledged
    /// makes the reliable ones after it wait, and a 2xx if it described the session; if it never
    /// is, the call is answered 504 and ends (RFC 3262 §3).
    pub fn progress(
        &mut self,
        session: SessionId,
        status: u16,
        headers: &[Header],
        body: Option<&Body>,
        reliability: Reliability,
        now: Instant,
    ) {
        let progress = Progress {
            status,
            headers,
            body,
            reliability,
        };
        self.ring(session, &progress, now);
        self.settle(now);
    }

    /// Acknowledges a reliable provisional response that had an offer ([`Event::Progress`]) with
    /// PRACK, which has the answer.
    ///
    /// [`Event::Progress`]: crate::sip::Event::Progress
    pub fn prack(
        &mut self,
        session: SessionId,
        dialog: DialogId,
        headers: &[Header],
        body: &Body,
        now: Instant,
    ) {
        self.answer_progress((session, dialog), headers, body, now);
        self.settle(now);
    }

    /// Acknowledges a 2xx that had an offer ([`Event::Answered`], [`Event::Replied`]) with ACK,
    /// which has the answer.
    ///
    /// [`Event::Answered`]: crate::sip::Event::Answered
    /// [`Event::Replied`]: crate::sip::Event::Replied
    pub fn acknowledge(
        &mut self,
        session: SessionId,
        headers: &[Header],
        body: &Body,
        now: Instant,
    ) {
        self.send_answer(session, headers, Some(body));
        self.settle(now);
    }

    /// Sends UPDATE (RFC 3311), also in an early dialog. [`Event::Replied`] follows. One that is
    /// answered 491 is sent again after a while of its own accord (§14.1).
    ///
    /// [`Event::Replied`]: crate::sip::Event::Replied
    pub fn update(
        &mut self,
        session: SessionId,
        dialog: DialogId,
        headers: &[Header],
        body: Option<&Body>,
        now: Instant,
    ) {
        self.ask((session, dialog), Asked::Update, headers, body, now);
        self.settle(now);
    }

    /// Sends INVITE within an established session; without a session description the peer is asked
    /// for its offer. [`Event::Replied`] follows, and a refusal leaves the session as it was. One
    /// that is answered 491 is sent again after a while of its own accord (§14.1).
    ///
    /// [`Event::Replied`]: crate::sip::Event::Replied
    pub fn reinvite(
        &mut self,
        session: SessionId,
        headers: &[Header],
        body: Option<&Body>,
        now: Instant,
    ) {
        if let Some(dialog) = self.confirmed(session) {
            self.ask((session, dialog), Asked::Reinvite, headers, body, now);
        }
        self.settle(now);
    }

    /// Sends INFO (RFC 6086 §3, legacy usage). [`Event::Replied`] follows.
    ///
    /// [`Event::Replied`]: crate::sip::Event::Replied
    pub fn info(
        &mut self,
        session: SessionId,
        dialog: DialogId,
        headers: &[Header],
        body: &Body,
        now: Instant,
    ) {
        self.ask((session, dialog), Asked::Info, headers, Some(body), now);
        self.settle(now);
    }

    /// Answers a request within a dialog that an event named by its transaction, `status` 200 to
    /// 699.
    pub fn respond(
        &mut self,
        session: SessionId,
        transaction: ServerId,
        status: u16,
        headers: &[Header],
        body: Option<&Body>,
        now: Instant,
    ) {
        self.respond_to(session, transaction, status, (headers, body), now);
        self.settle(now);
    }

    /// Accepts a REFER ([`Event::Referred`]) with 202, and tells its sender by NOTIFY how far it has
    /// come, `status` 100 to 699, if that wants to know (RFC 4488). Others are refused with
    /// [`UserAgent::respond`].
    ///
    /// [`Event::Referred`]: crate::sip::Event::Referred
    pub fn accept_referral(
        &mut self,
        session: SessionId,
        transaction: ServerId,
        status: u16,
        now: Instant,
    ) {
        self.follow(session, transaction, status.clamp(100, 699), now);
        self.settle(now);
    }

    /// Tells the sender of the REFER that was accepted what has come of it, `status` 100 to 699; a
    /// final one ends the telling (RFC 3515 §2.4.5).
    pub fn report_referral(&mut self, session: SessionId, status: u16, now: Instant) {
        self.notify_referral(session, status.clamp(100, 699), now);
        self.settle(now);
    }

    /// Answers an INVITE or re-INVITE with 200. It is sent again until ACK comes; without one the
    /// session ends (§13.3.1.4).
    pub fn answer(
        &mut self,
        session: SessionId,
        headers: &[Header],
        body: Option<&Body>,
        now: Instant,
    ) {
        self.accept(session, headers, body, now);
        self.settle(now);
    }

    /// Refuses an INVITE or re-INVITE, `status` 300 to 699. A refused re-INVITE leaves its session
    /// as it was.
    pub fn reject<'a>(
        &mut self,
        session: SessionId,
        status: u16,
        content: impl Into<Content<'a>>,
        now: Instant,
    ) {
        self.refuse_offer(session, status, content.into(), now);
        self.settle(now);
    }

    /// Ends a session as its state demands: CANCEL as soon as the peer may be sent one, 480 to an
    /// INVITE not answered, BYE, where 2xx was sent only after its ACK (§9.1, §15). CANCEL has no body (table 2).
    pub fn hang_up<'a>(
        &mut self,
        session: SessionId,
        content: impl Into<Content<'a>>,
        now: Instant,
    ) {
        self.leave(session, content.into(), now);
        self.settle(now);
    }

    /// From now on a BYE of the peer's is answered with this body in the 200.
    pub fn part_with(&mut self, session: SessionId, body: Body) {
        if let Some(session) = self.session(session) {
            session.parting = Some(Box::new(body));
        }
    }

    /// If the peer gives its INVITE up, by CANCEL or BYE, this body is in the 487.
    pub fn give_up_with(&mut self, session: SessionId, body: Body) {
        if let Some(session) = self.session(session) {
            session.given_up = Some(Box::new(body));
        }
    }

    /// The dialog of a session that has just one.
    fn confirmed(&mut self, id: SessionId) -> Option<DialogId> {
        self.session(id)?.only_dialog()
    }
}
