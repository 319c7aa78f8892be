//! The peer asks for its call to go on with somebody else, and hears what comes of it
//! (RFC 3515, RFC 4488).

use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, phrase};

use super::session::State;
use super::{Body, Context, DialogId, Event, SessionId, Timer, UserAgent};
use crate::sip::dialog::Dialog;
use crate::sip::{Hop, ServerId};

/// A REFER that was accepted and whose sender awaits what comes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Referral {
    dialog: DialogId,
    /// The number of the REFER, which tells its notifications from those of others (RFC 3515
    /// §2.4.6).
    cseq: u32,
}

/// How long the sender of a REFER is told of what comes of it, in seconds: longer than any call
/// takes to be answered.
const LIFETIME: u32 = 300;

const SIPFRAG: &str = "message/sipfrag;version=2.0";
const REFER_SUB: HeaderName<'static> = HeaderName::Other("Refer-Sub");

impl UserAgent {
    pub(super) fn referred(
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
        let is_refer = |request: &Message| request.method() == Method::Refer;
        let waits = session.pending.iter().any(|p| is_refer(&p.request));
        let is_over = session.state.is_over();
        if is_over {
            return self.refuse(transaction, &request, source, 481, &[], now);
        }
        // One after the other: what comes of the first decides whether there is a second.
        if waits || session.referral.is_some() {
            return self.refuse_for_now(transaction, &request, source, now);
        }
        // RFC 3515 §2.4.2.
        let mut targets = request.addresses(HeaderName::ReferTo);
        if !matches!((targets.next(), targets.next()), (Some(Ok(_)), None)) {
            drop(targets);
            return self.refuse(transaction, &request, source, 400, &[], now);
        }
        drop(targets);
        if let Some(transaction) = self.keep(id, transaction, &request, source, now) {
            self.tell(Event::Referred {
                session: id,
                request,
                transaction,
            });
        }
    }

    /// Answers 202, and NOTIFY follows at once (RFC 3515 §2.4.4), unless the peer does not want to
    /// know (RFC 4488).
    pub(super) fn follow(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        status: u16,
        now: Instant,
    ) {
        let Some(session) = self.session(id) else {
            return;
        };
        let mut pending = session.pending.iter();
        let Some(pending) = pending.find(|pending| pending.transaction == transaction) else {
            return;
        };
        let referral = Referral {
            dialog: pending.dialog,
            cseq: pending.request.cseq().map_or(0, |cseq| cseq.number),
        };
        if declines(&pending.request) {
            let headers = [(REFER_SUB, "false".to_owned())];
            return self.respond_to(id, transaction, 202, (&headers, None), now);
        }
        session.referral = Some(referral);
        self.respond_to(id, transaction, 202, (&[], None), now);
        self.notify_referral(id, status, now);
    }

    /// Tells the sender of a REFER what came of it; a final status is the last it hears.
    pub(super) fn notify_referral(&mut self, id: SessionId, status: u16, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        let Some(Referral { dialog, cseq }) = session.referral else {
            return;
        };
        let is_last = status >= 200;
        let state = match is_last {
            true => "terminated;reason=noresource".to_owned(),
            false => format!("active;expires={LIFETIME}"),
        };
        let headers = [
            (HeaderName::Event, format!("refer;id={cseq}")),
            (HeaderName::SubscriptionState, state),
        ];
        let body = Body {
            content_type: SIPFRAG.into(),
            bytes: Bytes::from(format!("SIP/2.0 {status} {}\r\n", phrase(status))),
        };
        if is_last {
            session.referral = None;
        }
        let name = (id, dialog);
        self.send_within(
            name,
            Method::Notify,
            &headers,
            Some(&body),
            Context::Loose,
            now,
        );
        let state = self.session(id).map(|session| &session.state);
        if is_last && matches!(state, Some(State::Lingering(_))) {
            self.terminate(id, now);
        }
    }

    /// Whether the dialog outlives the call, as the peer awaits what comes of its REFER
    /// (RFC 5057 §4.1).
    pub(super) fn is_followed(&mut self, id: SessionId) -> bool {
        self.session(id)
            .is_some_and(|session| session.referral.is_some())
    }

    /// The peer has ended the call, and nothing but its REFER goes on.
    pub(super) fn linger(&mut self, id: SessionId, dialog: Dialog, bye: Message, now: Instant) {
        self.put(id, State::Lingering(dialog));
        self.drop_pending(id, now);
        for timer in Timer::of_call(id) {
            self.timers.cancel(&timer);
        }
        self.tell(Event::Bye {
            session: id,
            request: bye,
        });
    }
}

/// Whether the sender of a REFER does not want to be told what comes of it (RFC 4488 §4).
fn declines(refer: &Message) -> bool {
    let value = refer.header(REFER_SUB).unwrap_or_default();
    let value = value.split(|&byte| byte == b';').next();
    value.is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"false"))
}
