//! Responses on their way back (RFC 3261 §16.7–16.9).

use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method};

use super::context::BranchState;
use super::forward::returned;
use super::identity::Disclosure;
use super::{ForwardId, Proxy, Timer};
use crate::sip::{Hop, ServerId};

impl Proxy {
    pub(super) fn response(
        &mut self,
        id: ForwardId,
        branch: usize,
        (upstream, source): (ServerId, Hop),
        response: &Message,
        now: Instant,
    ) {
        // A request is forgotten when all is answered; a 2xx that is late is told to a stranger.
        let caller = self.context(id).map(|context| context.source);
        let told = caller.is_some_and(|caller| self.config.trusts(caller));
        let disclosure = Disclosure::of(response, self.config.trusts(source), told);
        let Some(bytes) = returned(response, disclosure) else {
            return;
        };
        match response.status() {
            ..200 => self.provisional(id, branch, upstream, response.status(), bytes, now),
            200..300 => self.accepted(id, branch, upstream, response, bytes, now),
            status => self.final_response(id, branch, status, Some(bytes), now),
        }
    }

    /// 100 stays here, all others go on at once.
    fn provisional(
        &mut self,
        id: ForwardId,
        index: usize,
        upstream: ServerId,
        status: u16,
        bytes: Bytes,
        now: Instant,
    ) {
        let timer_c = self.config.timer_c;
        let Some(context) = self.context(id) else {
            return;
        };
        let is_invite = context.request.method() == Method::Invite;
        let answered = context.answered;
        let Some(branch) = context.branches.get_mut(index) else {
            return;
        };
        let state = std::mem::replace(&mut branch.state, BranchState::Proceeding);
        match state {
            BranchState::Leaving(headers) => return self.cancel_branch(id, index, &headers, now),
            BranchState::Sent | BranchState::Proceeding => {}
            other => branch.state = other,
        }
        if status == 100 || answered {
            return;
        }
        if is_invite && self.timers.is_armed(&Timer::Ringing(id, index)) {
            self.timers.arm(Timer::Ringing(id, index), now + timer_c);
        }
        self.transactions.respond(upstream, status, bytes, now);
    }

    /// Goes on at once, and ends the other branches. To INVITE there may be several.
    fn accepted(
        &mut self,
        id: ForwardId,
        index: usize,
        upstream: ServerId,
        response: &Message,
        bytes: Bytes,
        now: Instant,
    ) {
        self.transactions
            .respond(upstream, response.status(), bytes, now);
        let Some(context) = self.context(id) else {
            return;
        };
        context.answered = true;
        self.done(id, index);
        self.cancel_branches(id, &[answered_elsewhere()], now);
        self.conclude(id, now);
    }

    fn final_response(
        &mut self,
        id: ForwardId,
        index: usize,
        status: u16,
        bytes: Option<Bytes>,
        now: Instant,
    ) {
        let Some(context) = self.context(id) else {
            return;
        };
        context.consider(status, bytes);
        self.done(id, index);
        if status >= 600 {
            self.cancel_branches(id, &[], now);
        }
        self.conclude(id, now);
    }

    /// Nothing came of a branch: as if it had answered with this status.
    pub(super) fn branch_failed(&mut self, id: ForwardId, index: usize, status: u16, now: Instant) {
        self.final_response(id, index, status, None, now);
    }

    pub(super) fn rung_too_long(&mut self, id: ForwardId, index: usize, now: Instant) {
        let Some(context) = self.context(id) else {
            return;
        };
        match context.branches[index].state {
            BranchState::Proceeding => self.cancel_branch(id, index, &[], now),
            BranchState::Done => {}
            _ => {
                let client = context.branches[index].client;
                self.transactions.abandon(client);
                self.branch_failed(id, index, 408, now);
            }
        }
    }

    pub(super) fn not_ended(&mut self, id: ForwardId, index: usize, now: Instant) {
        let Some(context) = self.context(id) else {
            return;
        };
        let client = context.branches[index].client;
        self.transactions.abandon(client);
        self.branch_failed(id, index, 487, now);
    }

    fn done(&mut self, id: ForwardId, index: usize) {
        if let Some(context) = self.context(id) {
            context.branches[index].state = BranchState::Done;
        }
        self.timers.cancel(&Timer::Ringing(id, index));
        self.timers.cancel(&Timer::NoEnd(id, index));
    }

    /// Once every branch is done, the best response goes upstream, unless a 2xx did.
    fn conclude(&mut self, id: ForwardId, now: Instant) {
        if !self.context(id).is_some_and(|context| context.is_done()) {
            return;
        }
        let context = self.contexts.remove(id.slot);
        if context.answered {
            return;
        }
        let Some(best) = context.best else {
            return;
        };
        match best.bytes {
            // A 503 is about a server beyond this one (§16.7 step 6).
            _ if best.status == 503 => {
                self.answer(context.upstream, &context.request, context.source, 500, now);
            }
            Some(bytes) => self
                .transactions
                .respond(context.upstream, best.status, bytes, now),
            None => {
                let status = best.status;
                self.answer(
                    context.upstream,
                    &context.request,
                    context.source,
                    status,
                    now,
                );
            }
        }
    }
}

/// Why a branch is cancelled that need not count the call as missed (RFC 3326 §3.1).
fn answered_elsewhere() -> super::Header {
    let value = "SIP;cause=200;text=\"Call completed elsewhere\"";
    (HeaderName::Reason, value.into())
}
