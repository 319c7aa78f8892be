//! From datagrams to transactions (RFC 3261 §17.1.3, §17.2.3, §18.1.2, §18.2.1).

use std::net::SocketAddr;
use std::time::Instant;

use codecs::sip::{HeaderName, Malformed, Message, Method, Via, Writer};

use super::server::Server;
use super::server_invite::ServerInvite;
use super::slots::{ClientMachine, ServerMachine, ServerSlot};
use super::{
    ClientId, Datagram, Hop, Key, ServerId, Slot, TransactionEvent, TransactionOutput,
    Transactions, Way,
};

impl<C: Copy> Transactions<C> {
    pub(super) fn received(&mut self, datagram: Datagram, now: Instant) {
        let (source, local) = (datagram.from, datagram.local);
        let parsed = Message::parse(datagram.bytes).and_then(|message| match message.check() {
            Ok(()) => Ok(message),
            Err(fault) => Err(Malformed {
                message: message.is_request().then(|| Box::new(message)),
                ..fault
            }),
        });
        match parsed {
            Ok(message) if message.is_request() => {
                self.request_received(message, source, local, now);
            }
            Ok(message) => self.response_received(message, source, now),
            Err(fault) => self.refuse_malformed(fault, source, local),
        }
    }

    fn response_received(&mut self, response: Message, source: Hop, now: Instant) {
        let Some(slot) = self.client_of(&response) else {
            return;
        };
        let (client, mut desk) = self.client_desk(slot, now);
        let outcome = match &mut client.machine {
            ClientMachine::Invite(machine) => machine.response(&response, &mut desk),
            ClientMachine::Other(machine) => machine.response(&response, &mut desk),
        };
        if outcome.tells() {
            let event = TransactionEvent::Response {
                transaction: ClientId::new(slot, client.serial),
                context: client.context,
                response,
                source,
            };
            self.tell(event);
        }
        if outcome.ends() {
            self.end(Slot::Client(slot));
        }
    }

    fn request_received(&mut self, request: Message, source: Hop, local: SocketAddr, now: Instant) {
        let Ok(via) = request.via() else {
            return;
        };
        let key = self.keys.of(&request, &via, request.method());
        match self.by_key.get(&key) {
            Some(&slot) => self.again(slot, request, source, now),
            None if request.method() == Method::Ack => {
                self.tell(TransactionEvent::Ack { request, source });
            }
            None if self.len() >= self.config.capacity => {
                self.refuse(&request, 503, key, source, local);
            }
            None => self.serve(key, request, source, local),
        }
    }

    fn again(&mut self, slot: usize, request: Message, source: Hop, now: Instant) {
        if request.method() != Method::Ack {
            return self.sent_again(slot, now);
        }
        let (server, mut desk) = self.server_desk(slot, now);
        let ServerMachine::Invite(machine) = &mut server.machine else {
            return;
        };
        let outcome = machine.ack(&mut desk);
        if outcome.tells() {
            self.tell(TransactionEvent::Ack { request, source });
        }
        if outcome.ends() {
            self.end(Slot::Server(slot));
        }
    }

    fn serve(&mut self, key: Key, request: Message, source: Hop, local: SocketAddr) {
        let Ok(via) = request.via() else {
            return;
        };
        let method = request.method();
        let way = way_back(&via, source, local);
        let invite = (method == Method::Cancel).then(|| self.cancelled(&request, &via));
        self.serial = self.serial.wrapping_add(1);
        let slot = self.servers.insert(ServerSlot {
            serial: self.serial,
            key,
            way,
            context: None,
            machine: match method {
                Method::Invite => ServerMachine::Invite(ServerInvite::start()),
                _ => ServerMachine::Other(Server::start()),
            },
        });
        self.by_key.insert(key, slot);
        let transaction = ServerId::new(slot, self.serial);
        let event = match invite {
            None => TransactionEvent::Request {
                transaction,
                request,
                source,
            },
            Some(invite) => TransactionEvent::Cancel {
                transaction,
                invite: invite.map(|(id, context, _)| (id, context)),
                open: invite.is_some_and(|(_, _, open)| open),
                request,
                source,
            },
        };
        self.tell(event);
    }

    /// The INVITE a CANCEL means (§9.2), what was assigned to it, and whether it is unanswered.
    fn cancelled(&self, cancel: &Message, via: &Via<'_>) -> Option<(ServerId, Option<C>, bool)> {
        let key = self.keys.of(cancel, via, Method::Invite);
        let slot = *self.by_key.get(&key)?;
        let server = &self.servers[slot];
        let open = match &server.machine {
            ServerMachine::Invite(machine) => machine.is_open(),
            ServerMachine::Other(_) => return None,
        };
        Some((ServerId::new(slot, server.serial), server.context, open))
    }

    /// Answers without a transaction, as well as what can be read allows.
    fn refuse_malformed(&mut self, fault: Malformed, source: Hop, local: SocketAddr) {
        let status = fault.status();
        let Some(request) = fault.message else {
            return;
        };
        let Some(via) = request.header(HeaderName::Via) else {
            return;
        };
        if request.method() == Method::Ack {
            return;
        }
        let via = Via::parse(via).ok();
        let there = Way { to: source, local };
        let way = via.map_or(there, |via| way_back(&via, source, local));
        let tag = self.tag();
        let bytes = Writer::reply(&request, status, Some(&tag), Some(source.address))
            .header(
                HeaderName::Warning,
                &format_args!("399 {} \"{} {}\"", local, fault.fault, fault.field),
            )
            .finish();
        self.transmit_on(way, bytes);
    }

    fn refuse(&mut self, request: &Message, status: u16, key: Key, source: Hop, local: SocketAddr) {
        let Ok(via) = request.via() else {
            return;
        };
        let way = way_back(&via, source, local);
        let tag = self.identifiers.spell(key.token()).to_string();
        let bytes = Writer::reply(request, status, Some(&tag), Some(source.address))
            .header(HeaderName::RetryAfter, "5")
            .finish();
        self.transmit_on(way, bytes);
    }

    fn tell(&mut self, event: TransactionEvent<C>) {
        self.outputs.push_back(TransactionOutput::Event(event));
    }
}

/// Where responses go (§18.2.2, RFC 3581 §4): on the connection the request came on, or back to
/// the source where the sender asks for it, else to the port it names. `maddr` is not followed.
fn way_back(via: &Via<'_>, source: Hop, local: SocketAddr) -> Way {
    let mut to = source;
    if !source.transport.is_reliable() && via.rport().is_none() {
        to.address.set_port(via.port.unwrap_or(5060));
    }
    Way { to, local }
}
