//! The transaction layer: client and server transactions, INVITE and others (RFC 3261 §17, RFC 6026).

mod client;
mod client_invite;
mod derived;
mod desk;
mod events;
mod key;
mod received;
mod server;
mod server_invite;
mod slots;
mod way;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method};
use slab::Slab;

use self::desk::{Alarm, Slot};
use self::key::{Key, Keys};
use self::slots::{ClientMachine, ClientSlot, ServerMachine, ServerSlot};
use self::way::Way;
use super::identifiers::Identifiers;
use super::{Datagram, Hop, Transmit};
use crate::deadlines::Deadlines;
use crate::quick::QuickMap;

pub use self::desk::Timings;
pub use self::events::{ClientId, Failure, ServerId, TransactionEvent, TransactionOutput};

/// How a transaction layer behaves.
#[derive(Debug, Clone)]
pub struct TransactionConfig {
    /// Where this element listens.
    pub local: Hop,
    /// Where else it does. A request goes from the first listener of its transport and its
    /// version of IP; one of more than 1300 octets over TCP where there is TCP (§18.1.1).
    pub others: Vec<Hop>,
    /// What every branch, tag and Call-ID made here begins with (letters and digits), so that it
    /// can be told which of several elements behind one address a message belongs to.
    pub owner: String,
    /// Timer values.
    pub timings: Timings,
    /// The most transactions at a time. Further requests are answered 503 and forgotten.
    pub capacity: usize,
}

impl TransactionConfig {
    /// One listener, the standard's timers, no owner, a million transactions.
    pub fn new(local: Hop) -> Self {
        Self {
            local,
            others: Vec::new(),
            owner: String::new(),
            timings: Timings::default(),
            capacity: 1_000_000,
        }
    }
}

/// The identifier of a client transaction in the making; [`Transactions::via`] spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Branch(u64);

/// All transactions of one element.
///
/// `C` is what the user wants to get back with the events of a transaction.
///
/// Requests go to the user as [`TransactionEvent::Request`], to be answered with
/// [`Transactions::respond`]. An INVITE is answered within 200 ms, if only with 100 (§17.2.1).
#[derive(Debug)]
pub struct Transactions<C> {
    config: TransactionConfig,
    identifiers: Identifiers,
    keys: Keys,
    clients: Slab<ClientSlot<C>>,
    /// By token of the branch, and whether it is the CANCEL that shares it with its INVITE.
    by_branch: QuickMap<(u64, bool), usize>,
    servers: Slab<ServerSlot<C>>,
    by_key: QuickMap<Key, usize>,
    timers: Deadlines<(Slot, Alarm)>,
    outputs: VecDeque<TransactionOutput<C>>,
    serial: u32,
}

impl<C: Copy> Transactions<C> {
    /// No transactions. `seed` makes the identifiers unguessable; it comes from the system's
    /// random source, except in tests.
    pub fn new(config: TransactionConfig, seed: [u8; 32]) -> Self {
        Self {
            identifiers: Identifiers::new(&config.owner, seed),
            config,
            keys: Keys::new(),
            clients: Slab::new(),
            by_branch: QuickMap::default(),
            servers: Slab::new(),
            by_key: QuickMap::default(),
            timers: Deadlines::new(),
            outputs: VecDeque::new(),
            serial: 0,
        }
    }

    /// Takes a message in.
    pub fn handle(&mut self, datagram: Datagram, now: Instant) {
        self.received(datagram, now);
    }

    /// Lets the timers run that are due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((slot, alarm)) = self.timers.expire(now) {
            let outcome = self.alarm(slot, alarm, now);
            if let (Slot::Client(at), true) = (slot, outcome.tells()) {
                let client = &self.clients[at];
                self.outputs
                    .push_back(TransactionOutput::Event(TransactionEvent::Failed {
                        transaction: ClientId::new(at, client.serial),
                        context: client.context,
                        failure: Failure::Timeout,
                    }));
            }
            if outcome.ends() {
                self.end(slot);
            }
        }
    }

    /// What is to be sent, and what has happened.
    pub fn poll_output(&mut self) -> Option<TransactionOutput<C>> {
        self.outputs.pop_front()
    }

    /// When [`Transactions::handle_timeout`] is due.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.timers.earliest()
    }

    /// How many there are, lingering ones included.
    pub fn len(&self) -> usize {
        self.clients.len() + self.servers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A fresh branch, for a request to come.
    pub fn branch(&mut self) -> Branch {
        Branch(self.identifiers.token())
    }

    /// The branch of the ACK for a 2xx, or of such an ACK that goes on: the same for every copy of
    /// `cause`, as the ACK must be (RFC 3261 §13.2.2.4), and another one for every end that answers.
    pub(super) fn branch_of_ack(&self, cause: &Message) -> Branch {
        let mut hasher = DefaultHasher::new();
        if let (Ok(via), Ok(to)) = (cause.via(), cause.to()) {
            (via.branch(), to.tag()).hash(&mut hasher);
        }
        Branch(hasher.finish())
    }

    /// A fresh tag, for the To of a response.
    pub fn tag(&mut self) -> String {
        let token = self.identifiers.token();
        self.identifiers.spell(token).to_string()
    }

    /// Sends a request, whose first header field is [`Transactions::via`] of `branch`. ACK does not begin
    /// a transaction: see [`Transactions::transmit`].
    pub fn request(
        &mut self,
        branch: Branch,
        method: Method<'_>,
        bytes: Bytes,
        to: Hop,
        context: C,
        now: Instant,
    ) -> ClientId {
        let way = self.config.way(to);
        self.begin((branch.0, false), method, (bytes, way), context, now)
    }

    /// Sends the CANCEL of an INVITE with these header fields added (§9.1), and answers whether
    /// it could be: not before a provisional response and not after a final one.
    pub fn cancel(
        &mut self,
        invite: ClientId,
        headers: &[(HeaderName<'_>, String)],
        context: C,
        now: Instant,
    ) -> bool {
        let Some(slot) = self.client(invite) else {
            return false;
        };
        let client = &self.clients[slot];
        let (token, way) = (client.branch.0, client.way);
        let request = match &client.machine {
            ClientMachine::Invite(machine) => machine.cancellable(),
            ClientMachine::Other(_) => None,
        };
        let Some(request) = request.and_then(|bytes| Message::parse(bytes.clone()).ok()) else {
            return false;
        };
        if self.by_branch.contains_key(&(token, true)) {
            return false;
        }
        let mut writer = derived::cancel(&request);
        for (name, value) in headers {
            writer.header(*name, value);
        }
        let bytes = writer.finish();
        self.begin((token, true), Method::Cancel, (bytes, way), context, now);
        true
    }

    /// Forgets a client transaction; a response to it is a stray one from here on.
    pub fn abandon(&mut self, transaction: ClientId) {
        if let Some(slot) = self.client(transaction) {
            self.end(Slot::Client(slot));
        }
    }

    /// Sends a response, `status` being the one it has. After a 2xx to INVITE only 2xx follow,
    /// for as long as the transaction lingers; after any other final response none.
    pub fn respond(&mut self, transaction: ServerId, status: u16, response: Bytes, now: Instant) {
        let Some(slot) = self.server(transaction) else {
            return;
        };
        let (server, mut desk) = self.server_desk(slot, now);
        match &mut server.machine {
            ServerMachine::Invite(machine) => machine.respond(status, response, &mut desk),
            ServerMachine::Other(machine) => machine.respond(status, response, &mut desk),
        }
    }

    /// Sends the last response again, unless it was a 2xx to INVITE.
    pub fn repeat(&mut self, transaction: ServerId, now: Instant) {
        if let Some(slot) = self.server(transaction) {
            self.sent_again(slot, now);
        }
    }

    /// Notes what the user wants to get back with a CANCEL of this transaction.
    pub fn assign(&mut self, transaction: ServerId, context: C) {
        if let Some(slot) = self.server(transaction) {
            self.servers[slot].context = Some(context);
        }
    }

    /// Sends what belongs to no transaction: the ACK for a 2xx.
    pub fn transmit(&mut self, bytes: Bytes, to: Hop) {
        let way = self.config.way(to);
        self.transmit_on(way, bytes);
    }

    fn transmit_on(&mut self, Way { to, local }: Way, bytes: Bytes) {
        let transmit = Transmit { bytes, to, local };
        self.outputs
            .push_back(TransactionOutput::Transmit(transmit));
    }

    /// The next output if it is something to be sent.
    pub(in crate::sip) fn poll_transmit(&mut self) -> Option<Transmit> {
        let is_transmit = |output: &mut _| matches!(output, TransactionOutput::Transmit(_));
        match self.outputs.pop_front_if(is_transmit)? {
            TransactionOutput::Transmit(transmit) => Some(transmit),
            TransactionOutput::Event(_) => None,
        }
    }

    pub(in crate::sip) fn identifiers(&mut self) -> &mut Identifiers {
        &mut self.identifiers
    }

    pub(in crate::sip) fn timings(&self) -> &Timings {
        &self.config.timings
    }
}
