//! A stateful, forking proxy (RFC 3261 §16).
//!
//! Requests that no route leads on are put before the owner, who says where they go. Everything
//! else follows its Route or its request URI. What this proxy does not do: recurse on 3xx, follow
//! a strict router before it, resolve names, forward a CANCEL it knows no INVITE for (481).

mod context;
mod forward;
mod identity;
mod requests;
mod responses;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use codecs::sip::{Message, Writer};
use slab::Slab;

use self::context::ResponseContext;
use super::{
    Datagram, Header, Hop, ServerId, TransactionConfig, TransactionEvent, TransactionOutput,
    Transactions, Transmit,
};
use crate::deadlines::Deadlines;

/// How a proxy behaves.
#[derive(Debug, Clone)]
pub struct ProxyConfig {
    /// Its transaction layer.
    pub transactions: TransactionConfig,
    /// The host name of its own in a Route, if it has one.
    pub name: Option<String>,
    /// Whether it stays on the way of the dialogs that it helps to set up.
    pub record_route: bool,
    /// Those whose asserted identities it believes, and who are told those of callers who want
    /// privacy: the trust domain (RFC 3325 §2.3).
    pub trusted: HashSet<SocketAddr>,
    /// How long a branch may ring without a sign, more than three minutes (§16.6, timer C).
    pub timer_c: Duration,
}

impl ProxyConfig {
    /// The listener that is given to a neighbour.
    fn local(&self, neighbour: Hop) -> Hop {
        self.transactions.way(neighbour).listener()
    }

    /// Whether a neighbour is in the trust domain. Over a connection its port says nothing.
    fn trusts(&self, neighbour: Hop) -> bool {
        let address = neighbour.address;
        match neighbour.transport.is_reliable() {
            false => self.trusted.contains(&address),
            true => (self.trusted.iter()).any(|trusted| trusted.ip() == address.ip()),
        }
    }

    fn listens_at(&self, hop: Hop) -> bool {
        let TransactionConfig { local, others, .. } = &self.transactions;
        let mut listeners = std::iter::once(local).chain(others);
        listeners.any(|listener| listener.address == hop.address)
    }
}

/// A next hop for a request.
#[derive(Debug, Clone)]
pub struct Target {
    /// The request URI to put in; the received one if there is none.
    pub uri: Option<String>,
    /// A Route to put on top, a name-addr.
    pub route: Option<String>,
    /// Header fields to add. A P-Asserted-Identity takes the place of a received one.
    pub headers: Vec<Header>,
    /// Where to send it.
    pub to: Hop,
}

/// Names a request that is being forwarded; not used again for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForwardId {
    slot: usize,
    serial: u32,
}

/// What a proxy puts out.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // moved once; a box would cost an allocation per message
pub enum ProxyOutput {
    /// To be sent.
    Transmit(Transmit),
    /// A request has come that the owner must find the way for, with [`Proxy::forward`] or
    /// [`Proxy::reject`]. For an INVITE, 100 was sent.
    Request {
        /// Its name.
        id: ForwardId,
        /// The request.
        request: Message,
        /// Who sent it.
        source: Hop,
    },
}

/// Any number of requests on their way.
#[derive(Debug)]
pub struct Proxy {
    config: ProxyConfig,
    transactions: Transactions<Context>,
    contexts: Slab<ResponseContext>,
    timers: Deadlines<Timer>,
    outputs: VecDeque<ProxyOutput>,
    serial: u32,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy)]
enum Context {
    /// A request received.
    Upstream(ForwardId),
    /// The branch of this index. Its upstream transaction may outlive the response context.
    Branch(ForwardId, usize, ServerId),
    /// A CANCEL of our own.
    Cancel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Timer {
    /// C: a branch has rung too long.
    Ringing(ForwardId, usize),
    /// A cancelled branch has not answered in 64 × T1 (§9.1).
    NoEnd(ForwardId, usize),
}

impl Proxy {
    /// Nothing on its way. `seed` makes tags and branches unguessable.
    pub fn new(config: ProxyConfig, seed: [u8; 32]) -> Self {
        Self {
            transactions: Transactions::new(config.transactions.clone(), seed),
            config,
            contexts: Slab::new(),
            timers: Deadlines::new(),
            outputs: VecDeque::new(),
            serial: 0,
        }
    }

    /// Takes a message in.
    pub fn handle(&mut self, datagram: Datagram, now: Instant) {
        self.transactions.handle(datagram, now);
        self.settle(now);
    }

    /// A message that was to be transmitted could not be: its branch has failed with 503.
    pub fn transport_failed(&mut self, transmit: Transmit, now: Instant) {
        self.transactions.transport_failed(transmit, now);
        self.settle(now);
    }

    /// Lets the timers run that are due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.transactions.handle_timeout(now);
        self.settle(now);
        while let Some(timer) = self.timers.expire(now) {
            match timer {
                Timer::Ringing(id, branch) => self.rung_too_long(id, branch, now),
                Timer::NoEnd(id, branch) => self.not_ended(id, branch, now),
            }
        }
        self.settle(now);
    }

    /// What is to be sent, and what has happened.
    pub fn poll_output(&mut self) -> Option<ProxyOutput> {
        self.outputs.pop_front()
    }

    /// When [`Proxy::handle_timeout`] is due.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let transactions = self.transactions.poll_timeout();
        transactions.into_iter().chain(self.timers.earliest()).min()
    }

    /// How many requests are on their way.
    pub fn len(&self) -> usize {
        self.contexts.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.contexts.is_empty()
    }

    /// Forwards a request to all targets at once. Without any it is answered 480 (§16.5). If it
    /// was cancelled meanwhile, nothing happens.
    pub fn forward(&mut self, id: ForwardId, targets: &[Target], now: Instant) {
        self.fork(id, targets, now);
        self.settle(now);
    }

    /// Refuses a request, `status` 300 to 699. If it was cancelled meanwhile, nothing happens.
    pub fn reject(&mut self, id: ForwardId, status: u16, now: Instant) {
        self.refuse(id, status.clamp(300, 699), now);
        self.settle(now);
    }

    fn settle(&mut self, now: Instant) {
        while let Some(output) = self.transactions.poll_output() {
            match output {
                TransactionOutput::Transmit(transmit) => {
                    self.outputs.push_back(ProxyOutput::Transmit(transmit));
                }
                TransactionOutput::Event(event) => self.event(event, now),
            }
        }
    }

    fn event(&mut self, event: TransactionEvent<Context>, now: Instant) {
        match event {
            TransactionEvent::Request {
                transaction,
                request,
                source,
            } => self.request(transaction, request, source, now),
            TransactionEvent::Cancel {
                transaction,
                invite,
                request,
                source,
                ..
            } => {
                let invite = invite.map(|(_, context)| context);
                self.cancelled(transaction, invite, &request, source, now);
            }
            TransactionEvent::Ack { request, source } => self.ack(&request, source),
            TransactionEvent::Response {
                context: Context::Branch(id, branch, upstream),
                response,
                source,
                ..
            } => self.response(id, branch, (upstream, source), &response, now),
            TransactionEvent::Failed {
                context: Context::Branch(id, branch, _),
                failure,
                ..
            } => self.branch_failed(id, branch, failure.status(), now),
            TransactionEvent::Response { .. } | TransactionEvent::Failed { .. } => {}
        }
    }

    fn context(&mut self, id: ForwardId) -> Option<&mut ResponseContext> {
        let context = self.contexts.get_mut(id.slot)?;
        (context.serial == id.serial).then_some(context)
    }

    /// Answers a request ourselves.
    fn answer(
        &mut self,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        status: u16,
        now: Instant,
    ) {
        let tag = self.transactions.tag();
        let bytes = Writer::reply(request, status, Some(&tag), Some(source.address)).finish();
        self.transactions.respond(transaction, status, bytes, now);
    }

    fn refuse(&mut self, id: ForwardId, status: u16, now: Instant) {
        let Some(context) = self.context(id).filter(|context| !context.decided) else {
            return;
        };
        let (upstream, source) = (context.upstream, context.source);
        let context = self.contexts.remove(id.slot);
        self.answer(upstream, &context.request, source, status, now);
    }
}
