//! Reliable provisional responses of ours, and PRACK for them (RFC 3262 §3).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sip::{HeaderName, Message};

use super::session::State;
use super::timers::REFRESH;
use super::writing::{add, describes, finish};
use super::{Body, Content, Event, Header, Reliability, SessionId, Timer, UserAgent};
use crate::sip::dialog::Negotiation;
use crate::sip::{Hop, ServerId};

/// The most reliable responses that wait for their turn.
const MAX_WAITING: usize = 8;

/// The reliable provisional responses to one INVITE.
#[derive(Debug)]
pub(super) struct Provisionals {
    /// The number of the next one.
    rseq: u32,
    /// The status of the last one.
    status: u16,
    /// The first was sent; the others wait until it is acknowledged.
    waiting: VecDeque<Reliable>,
    interval: Duration,
    /// The 2xx that waits for the acknowledgement of descriptions.
    answer: Option<(Vec<Header>, Option<Body>)>,
}

#[derive(Debug)]
struct Reliable {
    rseq: u32,
    response: Bytes,
    describes: bool,
}

impl Provisionals {
    fn describes(&self) -> bool {
        self.waiting.iter().any(|reliable| reliable.describes)
    }

    /// The final response ends all but the acknowledgement of the one that was sent.
    pub(super) fn stop(&mut self) {
        self.waiting.truncate(1);
        self.answer = None;
    }
}

/// What a provisional response is about to say.
pub(super) struct Progress<'a> {
    pub(super) status: u16,
    pub(super) headers: &'a [Header],
    pub(super) body: Option<&'a Body>,
    pub(super) reliability: Reliability,
}

impl UserAgent {
    pub(super) fn ring(&mut self, id: SessionId, progress: &Progress<'_>, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        let tag = session.tag;
        let tag = self.spell(tag);
        let Some(State::Offered(offer, _)) = self.sessions.get(id.slot).map(|s| &s.state) else {
            return;
        };
        let transaction = offer.transaction;
        let is_reliable = is_reliable(&offer.request, progress.reliability);
        let status = progress.status.clamp(101, 199);
        let mut writer = self.reply_in_dialog(&offer.request, status, &tag, offer.source);
        add(&mut writer, progress.headers);
        if !is_reliable {
            let bytes = finish(&mut writer, progress.body);
            self.transactions.respond(transaction, 180, bytes, now);
            return self.timers.arm(Timer::Progress(id), now + REFRESH);
        }
        let Some(rseq) = self.next_rseq(id, status) else {
            return;
        };
        writer
            .header(HeaderName::Require, "100rel")
            .header(HeaderName::RSeq, &rseq);
        let describes = progress.body.is_some_and(Body::describes);
        let response = finish(&mut writer, progress.body);
        let reliable = Reliable {
            rseq,
            response,
            describes,
        };
        self.queue(id, transaction, reliable, now);
    }

    /// `None` if too many wait already. The first number is any (§3).
    fn next_rseq(&mut self, id: SessionId, status: u16) -> Option<u32> {
        let first = self.transactions.identifiers().token() % (1 << 30);
        let interval = self.transactions.timings().t1;
        let session = self.session(id)?;
        let provisionals = session.provisionals.get_or_insert_with(|| {
            Box::new(Provisionals {
                rseq: u32::try_from(first).unwrap_or_default() + 1,
                status,
                waiting: VecDeque::new(),
                interval,
                answer: None,
            })
        });
        if provisionals.waiting.len() >= MAX_WAITING {
            return None;
        }
        provisionals.status = status;
        provisionals.rseq += 1;
        Some(provisionals.rseq - 1)
    }

    fn queue(&mut self, id: SessionId, transaction: ServerId, reliable: Reliable, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        let Some(provisionals) = &mut session.provisionals else {
            return;
        };
        let described = reliable.describes;
        provisionals.waiting.push_back(reliable);
        let is_first = provisionals.waiting.len() == 1;
        if let (true, State::Offered(_, dialog)) = (described, &mut session.state) {
            dialog.negotiation = dialog.negotiation.described();
        }
        if is_first {
            self.send_reliable(id, transaction, now);
        }
    }

    /// Sends the response whose turn it is.
    fn send_reliable(&mut self, id: SessionId, transaction: ServerId, now: Instant) {
        let timings = *self.transactions.timings();
        let Some(provisionals) = self.session(id).and_then(|s| s.provisionals.as_mut()) else {
            return;
        };
        let Some(reliable) = provisionals.waiting.front() else {
            return;
        };
        let bytes = reliable.response.clone();
        provisionals.interval = timings.t1;
        self.transactions.respond(transaction, 180, bytes, now);
        self.timers.arm(Timer::Progress(id), now + REFRESH);
        self.timers.arm(Timer::Reliable(id), now + timings.t1);
        self.timers
            .arm(Timer::NoPrack(id), now + timings.lifetime());
    }

    /// T1, 2 × T1, 4 × T1, … have passed without PRACK.
    pub(super) fn reliable_again(&mut self, id: SessionId, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        let (State::Offered(offer, _), Some(provisionals)) =
            (&session.state, &mut session.provisionals)
        else {
            return;
        };
        let Some(reliable) = provisionals.waiting.front() else {
            return;
        };
        provisionals.interval *= 2;
        let (transaction, interval) = (offer.transaction, provisionals.interval);
        let bytes = reliable.response.clone();
        self.transactions.respond(transaction, 180, bytes, now);
        self.timers.arm(Timer::Reliable(id), now + interval);
    }

    /// No PRACK in 64 × T1: the call has failed (§3).
    pub(super) fn not_pracked(&mut self, id: SessionId, now: Instant) {
        self.refuse_offer(id, 504, Content::default(), now);
    }

    /// A minute has passed (§13.3.1.1). What was acknowledged is not sent again, but said anew.
    pub(super) fn progress_again(&mut self, id: SessionId, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        let State::Offered(offer, _) = &session.state else {
            return;
        };
        let transaction = offer.transaction;
        let last = session.provisionals.as_ref();
        let last = last.map(|last| (last.status, last.waiting.is_empty()));
        self.timers.arm(Timer::Progress(id), now + REFRESH);
        match last {
            None => self.transactions.repeat(transaction, now),
            Some((status, true)) => {
                let progress = Progress {
                    status,
                    headers: &[],
                    body: None,
                    reliability: Reliability::WhenSupported,
                };
                self.ring(id, &progress, now);
            }
            Some((_, false)) => {}
        }
    }

    pub(super) fn pracked(
        &mut self,
        id: SessionId,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        if !self.take_acknowledgement(id, &request) {
            return self.refuse(transaction, &request, source, 481, &[], now);
        }
        self.timers.cancel(&Timer::Reliable(id));
        self.timers.cancel(&Timer::NoPrack(id));
        let offers = describes(&request) && self.is_offer(id);
        let pending = if offers {
            self.keep(id, transaction, &request, source, now)
        } else {
            self.refuse(transaction, &request, source, 200, &[], now);
            None
        };
        self.tell(Event::Prack {
            session: id,
            request,
            transaction: pending,
        });
        self.proceed(id, now);
    }

    /// Whether the description of a PRACK is an offer; if not, it is the answer to ours.
    fn is_offer(&mut self, id: SessionId) -> bool {
        let dialog = self
            .session(id)
            .and_then(|s| s.dialog(super::DialogId::FIRST));
        let Some(dialog) = dialog else {
            return false;
        };
        let answers = dialog.negotiation == Negotiation::OurOffer;
        dialog.negotiation = match answers {
            true => Negotiation::Agreed,
            false => Negotiation::TheirOffer,
        };
        !answers
    }

    /// Takes the response off that a PRACK is for, if there is one (§3, §7.2).
    fn take_acknowledgement(&mut self, id: SessionId, prack: &Message) -> bool {
        let Some(session) = self.session(id) else {
            return false;
        };
        let invite = match &session.state {
            State::Offered(offer, _) => offer.request.cseq().map_or(0, |cseq| cseq.number),
            State::Answered(answer, _) => answer.cseq,
            _ => return false,
        };
        let waiting = session.provisionals.as_mut().map(|p| &mut p.waiting);
        let Some(waiting) = waiting else {
            return false;
        };
        let rseq = waiting.front().map(|reliable| reliable.rseq);
        let acknowledged = rseq.is_some() && acknowledged(prack, invite) == rseq;
        if acknowledged {
            waiting.pop_front();
        }
        acknowledged
    }

    /// What waited for an acknowledgement follows: the next response, or the 2xx.
    pub(super) fn proceed(&mut self, id: SessionId, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        let (State::Offered(offer, _), Some(provisionals)) =
            (&session.state, &mut session.provisionals)
        else {
            return;
        };
        let transaction = offer.transaction;
        let answer = match provisionals.describes() {
            true => None,
            false => provisionals.answer.take(),
        };
        match answer {
            Some((headers, body)) => self.accept(id, &headers, body.as_ref(), now),
            None if self.timers.is_armed(&Timer::NoPrack(id)) => {}
            None => self.send_reliable(id, transaction, now),
        }
    }

    /// Whether a 2xx has to wait, as a description was not acknowledged or a PRACK with an offer
    /// not answered (§3); it is kept then.
    pub(super) fn postpone_answer(
        &mut self,
        id: SessionId,
        headers: &[Header],
        body: Option<&Body>,
    ) -> bool {
        let Some(session) = self.session(id) else {
            return false;
        };
        let asked = !session.pending.is_empty();
        let (State::Offered(..), Some(provisionals)) = (&session.state, &mut session.provisionals)
        else {
            return false;
        };
        if !provisionals.describes() && !asked {
            return false;
        }
        provisionals.answer = Some((headers.to_vec(), body.cloned()));
        true
    }
}

fn is_reliable(invite: &Message, reliability: Reliability) -> bool {
    let supported = || invite.lists(HeaderName::Supported, "100rel");
    let required = invite.lists(HeaderName::Require, "100rel");
    required || (reliability == Reliability::WhenSupported && supported())
}

/// The RSeq that a PRACK acknowledges, if it is for this INVITE (RFC 3262 §7.2).
fn acknowledged(prack: &Message, invite: u32) -> Option<u32> {
    let mut parts = prack.text(HeaderName::RAck)?.split_ascii_whitespace();
    let rseq = parts.next()?.parse().ok()?;
    let cseq: u32 = parts.next()?.parse().ok()?;
    (cseq == invite && parts.next()? == "INVITE" && parts.next().is_none()).then_some(rseq)
}
