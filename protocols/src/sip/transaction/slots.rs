//! Where transactions are kept, found and lent a [`Desk`].

use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{BRANCH_COOKIE, Message, Method};

use super::client::Client;
use super::client_invite::ClientInvite;
use super::desk::{Alarm, Desk, Outcome, Slot};
use super::key::Key;
use super::server::Server;
use super::server_invite::ServerInvite;
use super::way::Way;
use super::{ClientId, ServerId, Transactions};

#[derive(Debug)]
pub(super) struct ClientSlot<C> {
    pub(super) serial: u32,
    pub(super) branch: (u64, bool),
    pub(super) way: Way,
    /// Whether it goes over TCP for its size alone (§18.1.1).
    pub(super) switched: bool,
    pub(super) context: C,
    pub(super) machine: ClientMachine,
}

#[derive(Debug)]
pub(super) enum ClientMachine {
    Invite(ClientInvite),
    Other(Client),
}

#[derive(Debug)]
pub(super) struct ServerSlot<C> {
    pub(super) serial: u32,
    pub(super) key: Key,
    pub(super) way: Way,
    pub(super) context: Option<C>,
    pub(super) machine: ServerMachine,
}

#[derive(Debug)]
pub(super) enum ServerMachine {
    Invite(ServerInvite),
    Other(Server),
}

impl<C: Copy> Transactions<C> {
    pub(super) fn begin(
        &mut self,
        branch: (u64, bool),
        method: Method<'_>,
        (bytes, way): (Bytes, Way),
        context: C,
        now: Instant,
    ) -> ClientId {
        let switched = self.switched(&bytes, way);
        let is_switched = switched.is_some();
        let (bytes, way) = switched.unwrap_or((bytes, way));
        let entry = self.clients.vacant_entry();
        let slot = entry.key();
        let mut desk = Desk {
            outputs: &mut self.outputs,
            timers: &mut self.timers,
            timings: &self.config.timings,
            slot: Slot::Client(slot),
            way,
            now,
        };
        let machine = match method {
            Method::Invite => ClientMachine::Invite(ClientInvite::start(bytes, &mut desk)),
            _ => ClientMachine::Other(Client::start(bytes, &mut desk)),
        };
        self.serial = self.serial.wrapping_add(1);
        entry.insert(ClientSlot {
            serial: self.serial,
            branch,
            way,
            switched: is_switched,
            context,
            machine,
        });
        self.by_branch.insert(branch, slot);
        ClientId::new(slot, self.serial)
    }

    /// Sends the request of a client transaction as if for the first time.
    pub(super) fn restart(&mut self, slot: usize, bytes: Bytes, now: Instant) {
        let (client, mut desk) = self.client_desk(slot, now);
        desk.disarm();
        match &mut client.machine {
            ClientMachine::Invite(machine) => *machine = ClientInvite::start(bytes, &mut desk),
            ClientMachine::Other(machine) => *machine = Client::start(bytes, &mut desk),
        }
    }

    pub(super) fn client(&self, transaction: ClientId) -> Option<usize> {
        let slot = transaction.slot();
        let client = self.clients.get(slot)?;
        (client.serial == transaction.serial()).then_some(slot)
    }

    pub(super) fn server(&self, transaction: ServerId) -> Option<usize> {
        let slot = transaction.slot();
        let server = self.servers.get(slot)?;
        (server.serial == transaction.serial()).then_some(slot)
    }

    /// The client transaction that the topmost Via and CSeq of a message speak of (§17.1.3).
    pub(super) fn client_of(&self, message: &Message) -> Option<usize> {
        let via = message.via().ok()?;
        let method = message.cseq().ok()?.method;
        let branch = via.branch()?.strip_prefix(BRANCH_COOKIE)?;
        let token = self.identifiers.read(branch)?;
        let slot = *self.by_branch.get(&(token, method == Method::Cancel))?;
        let is_invite = matches!(self.clients[slot].machine, ClientMachine::Invite(_));
        (is_invite == (method == Method::Invite)).then_some(slot)
    }

    pub(super) fn alarm(&mut self, slot: Slot, alarm: Alarm, now: Instant) -> Outcome {
        match slot {
            Slot::Client(slot) => {
                let (client, mut desk) = self.client_desk(slot, now);
                match &mut client.machine {
                    ClientMachine::Invite(machine) => machine.alarm(alarm, &mut desk),
                    ClientMachine::Other(machine) => machine.alarm(alarm, &mut desk),
                }
            }
            Slot::Server(slot) => {
                let (server, mut desk) = self.server_desk(slot, now);
                match &mut server.machine {
                    ServerMachine::Invite(machine) => machine.alarm(alarm, &mut desk),
                    ServerMachine::Other(_) => Outcome::Ended,
                }
            }
        }
    }

    pub(super) fn sent_again(&mut self, slot: usize, now: Instant) {
        let (server, mut desk) = self.server_desk(slot, now);
        match &mut server.machine {
            ServerMachine::Invite(machine) => machine.again(&mut desk),
            ServerMachine::Other(machine) => machine.again(&mut desk),
        }
    }

    pub(super) fn client_desk(
        &mut self,
        slot: usize,
        now: Instant,
    ) -> (&mut ClientSlot<C>, Desk<'_, C>) {
        let client = &mut self.clients[slot];
        let desk = Desk {
            outputs: &mut self.outputs,
            timers: &mut self.timers,
            timings: &self.config.timings,
            slot: Slot::Client(slot),
            way: client.way,
            now,
        };
        (client, desk)
    }

    pub(super) fn server_desk(
        &mut self,
        slot: usize,
        now: Instant,
    ) -> (&mut ServerSlot<C>, Desk<'_, C>) {
        let server = &mut self.servers[slot];
        let desk = Desk {
            outputs: &mut self.outputs,
            timers: &mut self.timers,
            timings: &self.config.timings,
            slot: Slot::Server(slot),
            way: server.way,
            now,
        };
        (server, desk)
    }

    pub(super) fn end(&mut self, slot: Slot) {
        for alarm in [Alarm::Retransmit, Alarm::Expire] {
            self.timers.cancel(&(slot, alarm));
        }
        match slot {
            Slot::Client(slot) => {
                let client = self.clients.remove(slot);
                self.by_branch.remove(&client.branch);
            }
            Slot::Server(slot) => {
                let server = self.servers.remove(slot);
                self.by_key.remove(&server.key);
            }
        }
    }
}
