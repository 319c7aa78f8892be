//! Calls placed from here: INVITE, its responses, ACK, CANCEL and BYE (RFC 3261 §9.1, §13.2, §15).

use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Writer};
use smallvec::SmallVec;

use super::session::{Calling, Phase, Session, State};
use super::{ALLOW, Context, Event, Header, Invite, SessionId, Timer, UserAgent, add, finish};
use crate::sip::dialog::{Dialog, Local};
use crate::sip::{Branch, ClientId, Failure, Hop, Transactions};

impl UserAgent {
    pub(super) fn call(&mut self, invite: Invite, now: Instant) -> SessionId {
        let identifiers = self.transactions.identifiers();
        let (tag, random) = (identifiers.token(), identifiers.token());
        let local = format!("{};tag={}", invite.from, identifiers.spell(tag));
        let call_id = format!("{}{tag:016x}", identifiers.spell(random));
        let branch = self.transactions.branch();
        let bytes = self.write_invite(&invite, branch, &local, &call_id);
        let serial = self.next_serial();
        let id = SessionId {
            slot: self.sessions.vacant_key(),
            serial,
        };
        let context = Context::Invite(id);
        let to = invite.target;
        let invite = self
            .transactions
            .request(branch, Method::Invite, bytes, to, context, now);
        self.admit(Session {
            serial,
            tag,
            call_id: call_id.into(),
            local: local.into_bytes().into(),
            origin: None,
            cseq: 1,
            state: State::Calling(Calling {
                invite,
                phase: Phase::Sent,
                early: SmallVec::new(),
            }),
        })
    }

    fn write_invite(&self, invite: &Invite, branch: Branch, local: &str, call_id: &str) -> Bytes {
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
            .header(HeaderName::CSeq, "1 INVITE")
            .header(HeaderName::Contact, &self.contact(invite.target))
            .header(HeaderName::Allow, ALLOW)
            .header(HeaderName::UserAgent, &self.config.product);
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
                ..200 => self.provisional(id, calling, response, now),
                200..300 => self.accepted(id, calling, response, source, now),
                status => self.refused(id, calling.phase.is_leaving(), status, Some(response)),
            },
            Some(state) => {
                self.put(id, state);
                if accepted {
                    self.accepted_again(id, &response, source, now);
                }
            }
            None if accepted => self.accepted_by_another(&response, source, now),
            None => {}
        }
    }

    fn provisional(
        &mut self,
        id: SessionId,
        mut calling: Calling,
        response: Message,
        now: Instant,
    ) {
        let leaving = calling.phase.is_leaving();
        calling.heard(&response);
        calling.phase = match calling.phase {
            Phase::Leaving(headers) => self.send_cancel(id, calling.invite, &headers, now),
            Phase::Sent => Phase::Proceeding,
            other => other,
        };
        self.put(id, State::Calling(calling));
        if response.status() > 100 && !leaving {
            self.tell(Event::Progress {
                session: id,
                response,
            });
        }
    }

    fn send_cancel(
        &mut self,
        id: SessionId,
        invite: ClientId,
        headers: &[Header],
        now: Instant,
    ) -> Phase {
        self.transactions
            .cancel(invite, headers, Context::Loose, now);
        let lifetime = self.transactions.timings().lifetime();
        self.timers.arm(Timer::NoEnd(id), now + lifetime);
        Phase::Cancelled
    }

    fn accepted(
        &mut self,
        id: SessionId,
        calling: Calling,
        response: Message,
        source: Hop,
        now: Instant,
    ) {
        self.timers.cancel(&Timer::NoEnd(id));
        let Some(dialog) = Dialog::of_response(&response, source) else {
            return self.refused(id, calling.phase.is_leaving(), 500, None);
        };
        self.acknowledge(&dialog, &response);
        match calling.phase {
            Phase::Sent | Phase::Proceeding => {
                self.put(id, State::Confirmed(dialog));
                self.tell(Event::Answered {
                    session: id,
                    response,
                });
            }
            // The answer crossed with the CANCEL (§9.1).
            Phase::Leaving(headers) => self.bye(id, dialog, &headers, now),
            Phase::Cancelled => self.bye(id, dialog, &[], now),
        }
    }

    /// A 2xx after the one that was taken: the same once more, or that of another branch.
    fn accepted_again(&mut self, id: SessionId, response: &Message, source: Hop, now: Instant) {
        let tag = response.to().ok().and_then(|to| to.tag());
        let known = self
            .session(id)
            .is_some_and(|session| session.knows(tag.unwrap_or_default()));
        if !known {
            return self.accepted_by_another(response, source, now);
        }
        if let Some(dialog) = Dialog::of_response(response, source) {
            self.acknowledge(&dialog, response);
        }
    }

    /// A branch has answered that has no session any more, or never had: ACK and BYE (§13.2.2.4).
    fn accepted_by_another(&mut self, response: &Message, source: Hop, now: Instant) {
        let Some(dialog) = Dialog::of_response(response, source) else {
            return;
        };
        self.acknowledge(&dialog, response);
        if let Some((local, cseq)) = origin_of(response) {
            let branch = self.transactions.branch();
            let (bytes, to) = Bye {
                dialog: &dialog,
                local,
                cseq: cseq + 1,
                headers: &[],
            }
            .write(&self.transactions, branch, &self.config.product);
            self.transactions
                .request(branch, Method::Bye, bytes, to, Context::Loose, now);
        }
    }

    /// The ACK for a 2xx; whatever it needs to say, the response says.
    fn acknowledge(&mut self, dialog: &Dialog, response: &Message) {
        let Some((local, cseq)) = origin_of(response) else {
            return;
        };
        let branch = self.transactions.branch_of_ack(response);
        let to = dialog.next_hop();
        let mut writer = dialog.request(
            Method::Ack,
            local,
            cseq,
            format_args!("{}", self.transactions.via(branch, to)),
        );
        let bytes = writer.finish();
        self.transactions.transmit(bytes, to);
    }

    pub(super) fn failed(&mut self, context: Context, failure: Failure) {
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
                self.refused(id, leaving, failure.status(), None);
            }
            Context::Bye(id) => self.terminate(id),
            Context::Probe(target) => self.probed(target, None),
            Context::Offer(_) | Context::Loose => {}
        }
    }

    fn refused(&mut self, id: SessionId, leaving: bool, status: u16, response: Option<Message>) {
        if !leaving {
            self.tell(Event::Rejected {
                session: id,
                status,
                response,
            });
        }
        self.terminate(id);
    }

    pub(super) fn leave(&mut self, id: SessionId, headers: &[Header], now: Instant) {
        match self.take(id) {
            Some(State::Calling(mut calling)) => {
                calling.phase = match calling.phase {
                    Phase::Sent => Phase::Leaving(headers.to_vec()),
                    Phase::Proceeding => self.send_cancel(id, calling.invite, headers, now),
                    leaving => leaving,
                };
                self.put(id, State::Calling(calling));
            }
            Some(State::Offered(offer, dialog)) => {
                self.put(id, State::Offered(offer, dialog));
                self.refuse_offer(id, 480, headers, now);
            }
            Some(State::Answered(mut answer, dialog)) => {
                answer.leaving.get_or_insert_with(|| headers.to_vec());
                self.put(id, State::Answered(answer, dialog));
            }
            Some(State::Confirmed(dialog)) => self.bye(id, dialog, headers, now),
            Some(State::Reoffered(offer, dialog)) => {
                self.reply_to_offer(id, &offer, 487, &[], now);
                self.bye(id, dialog, headers, now);
            }
            Some(state) => self.put(id, state),
            None => {}
        }
    }

    /// Sends BYE; the session is over when it is answered.
    pub(super) fn bye(&mut self, id: SessionId, dialog: Dialog, headers: &[Header], now: Instant) {
        let branch = self.transactions.branch();
        let Some(session) = self.sessions.get_mut(id.slot) else {
            return;
        };
        session.cseq += 1;
        let (bytes, to) = Bye {
            dialog: &dialog,
            local: session.local(),
            cseq: session.cseq,
            headers,
        }
        .write(&self.transactions, branch, &self.config.product);
        let context = Context::Bye(id);
        self.transactions
            .request(branch, Method::Bye, bytes, to, context, now);
        self.put(id, State::Closing(dialog));
    }
}

struct Bye<'a> {
    dialog: &'a Dialog,
    local: Local<'a>,
    cseq: u32,
    headers: &'a [Header],
}

impl Bye<'_> {
    fn write(
        &self,
        transactions: &Transactions<Context>,
        branch: Branch,
        product: &str,
    ) -> (Bytes, Hop) {
        let to = self.dialog.next_hop();
        let via = transactions.via(branch, to);
        let via = format_args!("{via}");
        let mut writer = self.dialog.request(Method::Bye, self.local, self.cseq, via);
        writer.header(HeaderName::UserAgent, product);
        add(&mut writer, self.headers);
        (writer.finish(), to)
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
