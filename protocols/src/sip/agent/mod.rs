//! The user agent: calls from one end to the other (RFC 3261 §8, §11–15).
//!
//! The owner commands sessions and hears of them in events. A command that comes too late, because
//! the peer ended the session or it was cancelled meanwhile, has no effect.

mod asking;
mod called;
mod calling;
mod commands;
mod early;
mod events;
mod inquiries;
mod leaving;
mod probe;
mod proving;
mod referral;
mod refreshing;
mod reliable;
mod replacing;
mod requests;
mod series;
mod session;
#[cfg(test)]
mod tests;
mod timers;
mod writing;

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::time::Instant;

use codecs::sip::{HeaderName, Message, Writer};
use slab::Slab;

use self::session::{Session, State};
use self::timers::Timer;
use super::digest::Guard;
use super::{Datagram, Hop, TransactionEvent, TransactionOutput, Transactions, Transmit};
use crate::deadlines::Deadlines;
use crate::quick::QuickMap;

pub use self::events::{
    AgentConfig, Asked, Body, Content, DialogId, Event, Header, Invite, Output, Reliability,
    SessionId, SessionTimer,
};
pub use self::series::Series;
pub use self::writing::ACCEPT;

/// One end of any number of calls.
#[derive(Debug)]
pub struct UserAgent {
    config: AgentConfig,
    /// Its extensions, as they stand in Supported.
    supported: Box<str>,
    /// Whether a call may take the place of another one.
    replaces: bool,
    transactions: Transactions<Context>,
    sessions: Slab<Session>,
    by_tag: QuickMap<u64, usize>,
    /// Calls received, by what copies of their INVITE have in common (§8.2.2.2).
    by_origin: QuickMap<u64, usize>,
    origin: RandomState,
    timers: Deadlines<Timer>,
    guard: Guard,
    outputs: VecDeque<Output>,
    serial: u32,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy)]
enum Context {
    /// The INVITE that began a session here.
    Invite(SessionId),
    /// An INVITE or re-INVITE received.
    Offer(SessionId),
    /// The BYE that ends a session.
    Bye(SessionId),
    /// OPTIONS to a neighbour.
    Probe(Hop),
    /// A request of ours within a dialog.
    Asked(SessionId, DialogId, Asked),
    /// Nobody waits for its end.
    Loose,
}

impl UserAgent {
    /// No sessions. `seed` makes tags and branches unguessable; it comes from the system's random
    /// source, except in tests.
    pub fn new(config: AgentConfig, seed: [u8; 32]) -> Self {
        let mut transactions = Transactions::new(config.transactions.clone(), seed);
        let identifiers = transactions.identifiers();
        let secret = format!("{:016x}{:016x}", identifiers.token(), identifiers.token());
        Self {
            transactions,
            supported: writing::supported(&config),
            replaces: replacing::is_announced(&config.options),
            config,
            sessions: Slab::new(),
            by_tag: QuickMap::default(),
            by_origin: QuickMap::default(),
            origin: RandomState::new(),
            timers: Deadlines::new(),
            guard: Guard::new(secret),
            outputs: VecDeque::new(),
            serial: 0,
        }
    }

    /// Takes a message in.
    pub fn handle(&mut self, datagram: Datagram, now: Instant) {
        self.transactions.handle(datagram, now);
        self.settle(now);
    }

    /// A message that was to be transmitted could not be: a call it began is rejected with 503.
    pub fn transport_failed(&mut self, transmit: Transmit, now: Instant) {
        self.transactions.transport_failed(transmit, now);
        self.settle(now);
    }

    /// Lets the timers run that are due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.transactions.handle_timeout(now);
        self.settle(now);
        while let Some(timer) = self.timers.expire(now) {
            self.timer(timer, now);
        }
        self.settle(now);
    }

    /// What is to be sent, and what has happened.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`UserAgent::handle_timeout`] is due.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let transactions = self.transactions.poll_timeout();
        let sessions = self.timers.earliest();
        transactions.into_iter().chain(sessions).min()
    }

    /// How many sessions there are, those being ended included.
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// How many transactions there are, lingering ones included.
    pub fn transactions(&self) -> usize {
        self.transactions.len()
    }

    /// Passes on what the transactions put out, until they have nothing more to say.
    fn settle(&mut self, now: Instant) {
        while let Some(output) = self.transactions.poll_output() {
            match output {
                TransactionOutput::Transmit(transmit) => {
                    self.outputs.push_back(Output::Transmit(transmit));
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
                open,
                request,
                source,
            } => {
                let invite = invite.map(|(_, context)| context);
                self.cancel(transaction, invite, open, request, source, now);
            }
            TransactionEvent::Ack { request, source } => self.ack(request, source, now),
            TransactionEvent::Response {
                context,
                response,
                source,
                ..
            } => self.response(context, response, source, now),
            TransactionEvent::Failed {
                context, failure, ..
            } => self.failed(context, failure, now),
        }
    }

    fn response(&mut self, context: Context, response: Message, source: Hop, now: Instant) {
        if response.headers(HeaderName::Via).nth(1).is_some() {
            return; // Misrouted (§8.1.3.3).
        }
        match context {
            Context::Invite(id) => self.invite_response(id, response, source, now),
            Context::Bye(id) if response.status() >= 200 => {
                if !self.bye_again(id, &response, now) {
                    self.terminate(id, now);
                }
            }
            Context::Asked(id, dialog, asked) => {
                self.asked_response((id, dialog), asked, response, source, now);
            }
            Context::Probe(target) if response.status() >= 200 => {
                self.probed(target, Some(&response));
            }
            Context::Bye(_) | Context::Probe(_) | Context::Offer(_) | Context::Loose => {}
        }
    }

    fn session(&mut self, id: SessionId) -> Option<&mut Session> {
        let session = self.sessions.get_mut(id.slot)?;
        (session.serial == id.serial).then_some(session)
    }

    /// Takes the state of a session to put another in its place.
    fn take(&mut self, id: SessionId) -> Option<State> {
        let session = self.session(id)?;
        Some(std::mem::replace(&mut session.state, State::Void))
    }

    fn put(&mut self, id: SessionId, state: State) {
        if let Some(session) = self.session(id) {
            session.state = state;
        }
    }

    fn admit(&mut self, session: Session) -> SessionId {
        let (tag, serial) = (session.tag, session.serial);
        let slot = self.sessions.insert(session);
        self.by_tag.insert(tag, slot);
        SessionId { slot, serial }
    }

    fn next_serial(&mut self) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        self.serial
    }

    /// Forgets a session, having said so.
    fn terminate(&mut self, id: SessionId, now: Instant) {
        if self.session(id).is_none() {
            return;
        }
        self.drop_pending(id, now);
        let session = self.sessions.remove(id.slot);
        // A further INVITE of the same call may have the tag by now.
        if self.by_tag.get(&session.tag) == Some(&id.slot) {
            self.by_tag.remove(&session.tag);
        }
        if let Some(origin) = session.origin {
            self.by_origin.remove(&origin);
        }
        for timer in Timer::all(id) {
            self.timers.cancel(&timer);
        }
        self.tell(Event::Terminated { session: id });
    }

    /// Tells the owner, after what was sent before is on its way.
    fn tell(&mut self, event: Event) {
        while let Some(transmit) = self.transactions.poll_transmit() {
            self.outputs.push_back(Output::Transmit(transmit));
        }
        self.outputs.push_back(Output::Event(event));
    }

    fn spell(&mut self, tag: u64) -> String {
        self.transactions.identifiers().spell(tag).to_string()
    }

    /// Begins a response, with our name in it.
    fn reply(&self, request: &Message, status: u16, tag: &str, source: Hop) -> Writer {
        let mut writer = Writer::reply(request, status, Some(tag), Some(source.address));
        writer.header(HeaderName::Server, &self.config.product);
        writer
    }
}
