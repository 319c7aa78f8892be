//! Requests on their way downstream (RFC 3261 §16.3–16.6, §16.10).

use std::time::Instant;

use codecs::sip::{HeaderName, Message, Method, Writer};
use smallvec::SmallVec;

use super::context::{Branch, BranchState, ResponseContext};
use super::forward::{Way, forwarded, way};
use super::{Context, ForwardId, Header, Proxy, ProxyOutput, Target, Timer};
use crate::sip::{Hop, ServerId};

impl Proxy {
    pub(super) fn request(
        &mut self,
        transaction: ServerId,
        request: Message,
        source: Hop,
        now: Instant,
    ) {
        if request.max_forwards().is_ok_and(|hops| hops == Some(0)) {
            return self.answer(transaction, &request, source, 483, now);
        }
        if request.header(HeaderName::ProxyRequire).is_some() {
            return self.refuse_extensions(transaction, &request, source, now);
        }
        if request.method() == Method::Invite {
            let trying = Writer::reply(&request, 100, None, Some(source.address)).finish();
            self.transactions.respond(transaction, 100, trying, now);
        }
        let way = way(&request, &self.config).0;
        let id = self.admit(transaction, request.clone(), source);
        match way {
            Way::On(to) => {
                let target = Target {
                    uri: None,
                    route: None,
                    headers: Vec::new(),
                    to,
                };
                self.fork(id, &[target], now);
            }
            Way::Nowhere => self.refuse(id, 404, now),
            Way::Open => self.ask(id, request, source),
        }
    }

    /// Asks the owner, after what was sent before is on its way.
    fn ask(&mut self, id: ForwardId, request: Message, source: Hop) {
        while let Some(transmit) = self.transactions.poll_transmit() {
            self.outputs.push_back(ProxyOutput::Transmit(transmit));
        }
        self.outputs.push_back(ProxyOutput::Request {
            id,
            request,
            source,
        });
    }

    fn refuse_extensions(
        &mut self,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        now: Instant,
    ) {
        let tag = self.transactions.tag();
        let mut writer = Writer::reply(request, 420, Some(&tag), Some(source.address));
        for extension in request.headers(HeaderName::ProxyRequire) {
            writer.header(HeaderName::Unsupported, extension);
        }
        let bytes = writer.finish();
        self.transactions.respond(transaction, 420, bytes, now);
    }

    fn admit(&mut self, upstream: ServerId, request: Message, source: Hop) -> ForwardId {
        self.serial = self.serial.wrapping_add(1);
        let slot = self.contexts.insert(ResponseContext {
            serial: self.serial,
            upstream,
            request,
            source,
            decided: false,
            answered: false,
            branches: SmallVec::new(),
            best: None,
        });
        let id = ForwardId {
            slot,
            serial: self.serial,
        };
        self.transactions.assign(upstream, Context::Upstream(id));
        id
    }

    pub(super) fn fork(&mut self, id: ForwardId, targets: &[Target], now: Instant) {
        if targets.is_empty() {
            return self.refuse(id, 480, now);
        }
        let Some(context) = self.contexts.get_mut(id.slot) else {
            return;
        };
        if context.serial != id.serial || std::mem::replace(&mut context.decided, true) {
            return;
        }
        let is_invite = context.request.method() == Method::Invite;
        let own_routes = way(&context.request, &self.config).1;
        for (index, target) in targets.iter().enumerate() {
            let branch = self.transactions.branch();
            let bytes = forwarded(
                &context.request,
                context.source,
                target,
                own_routes,
                &self.config,
                format_args!("{}", self.transactions.via(branch, target.to)),
            );
            let client = self.transactions.request(
                branch,
                context.request.method(),
                bytes,
                target.to,
                Context::Branch(id, index, context.upstream),
                now,
            );
            context.branches.push(Branch {
                client,
                state: BranchState::Sent,
            });
            if is_invite {
                let at = now + self.config.timer_c;
                self.timers.arm(Timer::Ringing(id, index), at);
            }
        }
    }

    /// The ACK for a 2xx belongs to no transaction and goes on as it came.
    pub(super) fn ack(&mut self, request: &Message, source: Hop) {
        let (Way::On(to), own_routes) = way(request, &self.config) else {
            return;
        };
        if request.max_forwards().is_ok_and(|hops| hops == Some(0)) {
            return;
        }
        let target = Target {
            uri: None,
            route: None,
            headers: Vec::new(),
            to,
        };
        // Every copy goes on alike (§16.11).
        let branch = self.transactions.branch_of_ack(request);
        let bytes = forwarded(
            request,
            source,
            &target,
            own_routes,
            &self.config,
            format_args!("{}", self.transactions.via(branch, to)),
        );
        self.transactions.transmit(bytes, to);
    }

    /// CANCEL goes to every branch that has not answered.
    pub(super) fn cancelled(
        &mut self,
        transaction: ServerId,
        invite: Option<Option<Context>>,
        request: &Message,
        source: Hop,
        now: Instant,
    ) {
        let Some(invite) = invite else {
            return self.answer(transaction, request, source, 481, now);
        };
        self.answer(transaction, request, source, 200, now);
        let Some(Context::Upstream(id)) = invite else {
            return;
        };
        let Some(context) = self.context(id) else {
            return;
        };
        if !context.decided {
            return self.refuse(id, 487, now);
        }
        let reason = |value: &[u8]| Some(std::str::from_utf8(value).ok()?.to_string());
        let reasons = request.headers(HeaderName::Reason).filter_map(reason);
        let headers: Vec<Header> = reasons.map(|value| (HeaderName::Reason, value)).collect();
        self.cancel_branches(id, &headers, now);
    }

    pub(super) fn cancel_branches(&mut self, id: ForwardId, headers: &[Header], now: Instant) {
        let Some(context) = self.contexts.get_mut(id.slot) else {
            return;
        };
        let mut due = SmallVec::<[usize; 4]>::new();
        for (index, branch) in context.branches.iter_mut().enumerate() {
            match branch.state {
                BranchState::Sent => branch.state = BranchState::Leaving(headers.to_vec()),
                BranchState::Proceeding => due.push(index),
                BranchState::Leaving(_) | BranchState::Cancelled | BranchState::Done => {}
            }
        }
        for index in due {
            self.cancel_branch(id, index, headers, now);
        }
    }

    pub(super) fn cancel_branch(
        &mut self,
        id: ForwardId,
        index: usize,
        headers: &[Header],
        now: Instant,
    ) {
        let Some(context) = self.contexts.get_mut(id.slot) else {
            return;
        };
        let branch = &mut context.branches[index];
        branch.state = BranchState::Cancelled;
        self.transactions
            .cancel(branch.client, headers, Context::Cancel, now);
        let lifetime = self.transactions.timings().lifetime();
        self.timers.cancel(&Timer::Ringing(id, index));
        self.timers.arm(Timer::NoEnd(id, index), now + lifetime);
    }
}
