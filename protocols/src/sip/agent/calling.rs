//! Calls placed from here: INVITE, its responses, ACK (RFC 3261 §13.2).

use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Writer};
use smallvec::SmallVec;

use super::events::Kept;
use super::proving::challenges;
use super::session::{Ack, Calling, Phase, Session, State};
use super::writing::{Us, Within, add, describes, finish, with_proofs};
use super::{Body, Content, Context, Event, Header, Invite, SessionId, Timer, UserAgent};
use crate::sip::dialog::{Dialog, Local, Negotiation};
use crate::sip::{Branch, Failure, Hop};

/// What tells the INVITEs of a call from those of others.
pub(super) struct Origin {
    pub(super) tag: u64,
    pub(super) call_id: Box<str>,
    pub(super) cseq: u32,
}

impl UserAgent {
    pub(super) fn call(&mut self, invite: Invite, now: Instant) -> SessionId {
        let identifiers = self.transactions.identifiers();
        let (tag, random) = (identifiers.token(), identifiers.token());
        let call_id = format!("{}{tag:016x}", identifiers.spell(random));
        let origin = Origin {
            tag,
            call_id: call_id.into(),
            cseq: 1,
        };
        self.place(origin, invite, now)
    }

    pub(super) fn place(&mut self, origin: Origin, invite: Invite, now: Instant) -> SessionId {
        let Origin { tag, call_id, cseq } = origin;
        let identifiers = self.transactions.identifiers();
        let local = format!("{};tag={}", invite.from, identifiers.spell(tag));
        let branch = self.transactions.branch();
        let request = self.write_invite(&invite, branch, &local, (&call_id, cseq));
        let serial = self.next_serial();
        let id = SessionId {
            slot: self.sessions.vacant_key(),
            serial,
        };
        let context = Context::Invite(id);
        let to = invite.target;
        let client =
            self.transactions
                .request(branch, Method::Invite, request.clone(), to, context, now);
        let mut session = Session::new(serial, tag, call_id, local.into_bytes().into());
        session.state = State::Calling(Box::new(Calling {
            invite: client,
            request,
            to,
            cseq,
            offers: invite.body.as_ref().is_some_and(Body::describes),
            phase: Phase::Sent,
            early: SmallVec::new(),
            dialogs: 0,
        }));
        self.admit(session)
    }

    fn write_invite(
        &self,
        invite: &Invite,
        branch: Branch,
        local: &str,
        (call_id, cseq): (&str, u32),
    ) -> Bytes {
        let mut writer = Writer::request(Method::Invite, &invite.request_uri);
        let via = self.transactions.via(branch, invite.target);
        writer.header(HeaderName::Via, &format_args!("{via}"));
        let names_hops = |(name, _): &Header| *name == HeaderName::MaxForwards;
        if !invite.headers.iter().any(names_hops) {
            writer.header(HeaderName::MaxForwards, "70");
        }
        writer
            .header(HeaderName::From, local)
            .header(HeaderName::To, &invite.to)
            .header(HeaderName::CallId, call_id)
            .header(HeaderName::CSeq, &format_args!("{cseq} INVITE"));
        self.us()
            .introduce(&mut writer, self.transactions.local(invite.target));
        writer.header(HeaderName::UserAgent, &self.config.product);
        add(&mut writer, &self.wished_refreshing());
        add(&mut writer, &invite.headers);
        finish(&mut writer, invite.body.as_ref())
    }

    pub(super) fn invite_response(
        &mut self,
        id: SessionId,
        response: Message,
        source: Hop,
        now: Instant,
    ) {
        let accepted = (200..300).contains(&response.status());
        match self.take(id) {
            Some(State::Calling(calling)) => match response.status() {
                ..200 => self.provisional(id, calling, response, source, now),
                200..300 => self.accepted(id, calling, response, source, now),
                status if challenges(status) && !calling.phase.is_leaving() => {
                    self.invite_challenged(id, calling, response, now);
                }
                422 if !calling.phase.is_leaving() => self.too_brief(id, calling, response, now),
                status => self.refused(id, calling.phase.is_leaving(), status, Some(response), now),
            },
            Some(state) => {
                self.put(id, state);
                if accepted {
                    self.accepted_again(id, &response, source, now);
                }
            }
            None if accepted => self.accepted_by_another(id, &response, source, now),
            None => {}
        }
    }

    fn provisional(
        &mut self,
        id: SessionId,
        mut calling: Box<Calling>,
        response: Message,
        source: Hop,
        now: Instant,
    ) {
        let leaving = calling.phase.is_leaving();
        let heard = calling.heard(&response, source);
        calling.phase = match calling.phase {
            Phase::Leaving(kept) => self.send_cancel(id, calling.invite, kept.content(), now),
            Phase::Sent => Phase::Proceeding,
            Phase::Superseded if response.status() > 100 => {
                self.send_cancel(id, calling.invite, Content::default(), now)
            }
            other => other,
        };
        self.put(id, State::Calling(calling));
        let Some(heard) = heard else {
            return;
        };
        if let (Some(dialog), true) = (heard.dialog, heard.is_reliable && !heard.offers) {
            self.send_prack((id, dialog), &[], None, now);
        }
        if let (Some(dialog), 199) = (heard.dialog, response.status()) {
            self.lose(id, dialog);
        }
        if response.status() > 100 && !leaving {
            self.tell(Event::Progress {
                session: id,
                dialog: heard.dialog,
                response,
                offers: heard.offers,
            });
        }
    }

    fn accepted(
        &mut self,
        id: SessionId,
        mut calling: Box<Calling>,
        response: Message,
        source: Hop,
        now: Instant,
    ) {
        self.timers.cancel(&Timer::NoEnd(id));
        let Some(mut dialog) = calling.confirm(&response, source) else {
            return self.refused(id, calling.phase.is_leaving(), 500, None, now);
        };
        let (name, cseq) = (dialog.id, calling.cseq);
        if describes(&response) {
            dialog.negotiation = dialog.negotiation.heard();
        }
        if let Some(session) = self.session(id) {
            session.losers.extend(calling.early);
            session.updates = response.lists(HeaderName::Allow, "UPDATE");
        }
        let leaving = match calling.phase {
            Phase::Sent | Phase::Proceeding => None,
            // The answer crossed with the CANCEL (§9.1).
            Phase::Leaving(kept) => Some(kept),
            Phase::Cancelled | Phase::Superseded => Some(Kept::default()),
        };
        if let Some(leaving) = leaving {
            self.acknowledge_plainly(&dialog, &response);
            return self.bye(id, dialog, leaving.content(), now);
        }
        let offers = dialog.negotiation == Negotiation::TheirOffer;
        if offers {
            self.put(id, State::Owing(cseq, dialog));
        } else {
            dialog.negotiation = Negotiation::Agreed;
            self.acknowledge_plainly(&dialog, &response);
            self.put(id, State::Confirmed(dialog));
        }
        self.refreshed(id, &response, now);
        self.tell(Event::Answered {
            session: id,
            dialog: name,
            response,
            offers,
        });
    }

    /// A 2xx after the one that was taken: the same once more, or that of another branch.
    pub(super) fn accepted_again(
        &mut self,
        id: SessionId,
        response: &Message,
        source: Hop,
        now: Instant,
    ) {
        let tag = response.to().ok().and_then(|to| to.tag());
        let number = response.cseq().map_or(0, |cseq| cseq.number);
        let Some(session) = self.session(id) else {
            return;
        };
        if session.dialog_with(tag.unwrap_or_default()).is_none() {
            return self.accepted_by_another(id, response, source, now);
        }
        if matches!(session.state, State::Owing(cseq, _) if cseq == number) {
            return;
        }
        if let Some(ack) = session.ack.as_ref().filter(|ack| ack.cseq == number) {
            let (bytes, to) = (ack.request.clone(), ack.to);
            return self.transactions.transmit(bytes, to);
        }
        if let Some(dialog) = Dialog::of_response(response, source) {
            self.acknowledge_plainly(&dialog, response);
        }
    }

    /// A branch has answered that has no session any more, or never had: ACK and BYE (§13.2.2.4).
    fn accepted_by_another(
        &mut self,
        id: SessionId,
        response: &Message,
        source: Hop,
        now: Instant,
    ) {
        let Some(mut dialog) = Dialog::of_response(response, source) else {
            return;
        };
        self.acknowledge_plainly(&dialog, response);
        if let Some(session) = self.session(id) {
            let same = |loser: &Dialog| loser.remote_tag() == dialog.remote_tag();
            let loser = session.losers.iter_mut().find(|loser| same(loser));
            let loser = loser.map(|loser| &mut loser.cseq);
            if let Some(cseq) = loser {
                *cseq += 1;
                dialog.cseq = *cseq - 1;
            }
        }
        if let Some((local, _)) = origin_of(response) {
            let branch = self.transactions.branch();
            let bye = Within {
                method: Method::Bye,
                dialog: &dialog,
                local,
                cseq: dialog.cseq + 1,
                headers: &[],
                body: None,
            };
            let (bytes, to) = bye.write(&self.transactions, branch, &self.us());
            self.transactions
                .request(branch, Method::Bye, bytes, to, Context::Loose, now);
        }
    }

    /// The ACK for a 2xx; whatever it needs to say, the response says.
    pub(super) fn acknowledge_plainly(&mut self, dialog: &Dialog, response: &Message) {
        let Some((local, cseq)) = origin_of(response) else {
            return;
        };
        let branch = self.transactions.branch_of_ack(response);
        let to = dialog.next_hop();
        let mut ack = dialog.request(
            Method::Ack,
            local,
            cseq,
            format_args!("{}", self.transactions.via(branch, to)),
        );
        add(&mut ack, self.proofs_of_invite(response));
        let bytes = ack.finish();
        self.transactions.transmit(bytes, to);
    }

    /// The ACK for a 2xx with an offer, which has the owner's answer.
    pub(super) fn send_answer(&mut self, id: SessionId, headers: &[Header], body: Option<&Body>) {
        let (cseq, mut dialog) = match self.take(id) {
            Some(State::Owing(cseq, dialog)) => (cseq, dialog),
            Some(state) => return self.put(id, state),
            None => return,
        };
        dialog.negotiation = Negotiation::Agreed;
        let branch = self.transactions.branch();
        if let Some(session) = self.sessions.get_mut(id.slot) {
            let local = Local {
                call_id: &session.call_id,
                from: &session.local,
            };
            let wallet = session.wallet.as_ref();
            let proofs = wallet.map_or(&[][..], |wallet| wallet.of_invite());
            let headers = with_proofs(headers, proofs);
            let ack = Within {
                method: Method::Ack,
                dialog: &dialog,
                local,
                cseq,
                headers: &headers,
                body,
            };
            let us = Us {
                config: &self.config,
                supported: &self.supported,
            };
            let (request, to) = ack.write(&self.transactions, branch, &us);
            self.transactions.transmit(request.clone(), to);
            session.ack = Some(Box::new(Ack { cseq, request, to }));
        }
        self.put(id, State::Confirmed(dialog));
    }

    pub(super) fn failed(&mut self, context: Context, failure: Failure, now: Instant) {
        match context {
            Context::Invite(id) => {
                let Some(Session {
                    state: State::Calling(calling),
                    ..
                }) = self.session(id)
                else {
                    return;
                };
                let leaving = calling.phase.is_leaving();
                self.refused(id, leaving, failure.status(), None, now);
            }
            Context::Bye(id) => self.terminate(id, now),
            Context::Asked(id, dialog, asked) => {
                self.replied((id, dialog), asked, failure.status(), None, now);
            }
            Context::Probe(target) => self.probed(target, None),
            Context::Offer(_) | Context::Loose => {}
        }
    }

    pub(super) fn refused(
        &mut self,
        id: SessionId,
        leaving: bool,
        status: u16,
        response: Option<Message>,
        now: Instant,
    ) {
        if !leaving {
            self.tell(Event::Rejected {
                session: id,
                status,
                response,
            });
        }
        self.terminate(id, now);
    }
}

/// Our side of the dialog, as a response to our INVITE repeats it, and the number of the INVITE.
fn origin_of(response: &Message) -> Option<(Local<'_>, u32)> {
    let local = Local {
        call_id: response.call_id().ok()?,
        from: response.header(HeaderName::From)?,
    };
    Some((local, response.cseq().ok()?.number))
}
