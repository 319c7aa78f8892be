//! The userspace backend: UDP sockets around [`protocols::sctp::Endpoint`]s.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Instant;

use bytes::Bytes;
use protocols::sctp::{AssociationId, Config, Counters, Datagram, Endpoint, Event, Output, Path};
use socket2::{Domain, SockRef, Socket, Type};
use tokio::net::UdpSocket;
use tracing::{debug, warn};

use super::{Connect, Error, Listen, Sctp, SendError};
use crate::tap::{Seen, Tap, Transport};

/// Datagrams read from a socket before what they cause is looked at.
const BATCH: usize = 64;
/// Room for bursts between two polls.
const SOCKET_BUFFER: usize = 4 << 20;

/// SCTP over UDP (RFC 6951), without privilege or kernel module.
pub struct Userspace {
    config: Config,
    tap: Tap,
    locals: Vec<Local>,
    associations: HashMap<AssociationId, Association>,
    /// Associations by local address and the endpoint's own name for them.
    names: HashMap<(usize, AssociationId), AssociationId>,
    next_id: u64,
    events: VecDeque<Event>,
    buffer: Box<[u8]>,
}

struct Local {
    address: SocketAddr,
    socket: UdpSocket,
    endpoint: Endpoint,
}

struct Association {
    local: usize,
    name: AssociationId,
    /// Remote addresses not tried yet, last first; none once the association is up.
    untried: Vec<(usize, Path)>,
}

impl Userspace {
    /// A stack without sockets; they are bound as they are needed.
    pub fn new(config: Config, tap: Tap) -> Self {
        Self {
            config,
            tap,
            locals: Vec::new(),
            associations: HashMap::new(),
            names: HashMap::new(),
            next_id: 0,
            events: VecDeque::new(),
            buffer: vec![0; 1 << 16].into(),
        }
    }

    /// What was ignored, refused or not delivered so far.
    pub fn counters(&self) -> Counters {
        let counters = self.locals.iter().map(|local| local.endpoint.counters());
        counters.fold(Counters::default(), |sum, more| sum + more)
    }

    /// Index of a local address, bound if it is not yet.
    fn local(&mut self, address: SocketAddr) -> Result<usize, Error> {
        let same = |local: &Local| local.address == address;
        if let Some(index) = self.locals.iter().position(same) {
            return Ok(index);
        }
        if address.port() == 0 {
            return Err(Error::NoUdpPort(address.ip()));
        }
        let socket = bind(address).map_err(|source| Error::Bind { address, source })?;
        self.locals.push(Local {
            address: socket.local_addr().unwrap_or(address),
            socket,
            endpoint: Endpoint::new(self.config.clone()),
        });
        Ok(self.locals.len() - 1)
    }

    fn name(
        &mut self,
        local: usize,
        name: AssociationId,
        untried: Vec<(usize, Path)>,
    ) -> AssociationId {
        let id = AssociationId(self.next_id);
        self.next_id += 1;
        self.names.insert((local, name), id);
        let association = Association {
            local,
            name,
            untried,
        };
        self.associations.insert(id, association);
        id
    }

    fn find(&mut self, id: AssociationId) -> Option<(&mut Endpoint, AssociationId)> {
        let Association { local, name, .. } = self.associations.get(&id)?;
        Some((&mut self.locals.get_mut(*local)?.endpoint, *name))
    }

    /// Sends what the endpoints have to send and takes their events.
    pub(super) fn drain(&mut self) {
        for index in 0..self.locals.len() {
            while let Some(output) = self.locals[index].endpoint.poll_output() {
                match output {
                    Output::Transmit { to, bytes } => self.transmit(index, to, &bytes),
                    Output::Event(event) => self.take(index, event),
                }
            }
        }
    }

    fn transmit(&self, index: usize, to: SocketAddr, bytes: &[u8]) {
        let local = &self.locals[index];
        // Shown first, so that no answer can be shown before it.
        self.tap
            .packet(Transport::Udp, Seen::Sent, local.address, to, bytes);
        // Past tokio, which takes a new socket for not writable. SCTP sends again what gets lost.
        if let Err(error) = SockRef::from(&local.socket).send_to(bytes, &to.into()) {
            debug!(%to, %error, "datagram not sent");
        }
    }

    /// Takes an endpoint's event under our name for the association.
    fn take(&mut self, index: usize, mut event: Event) {
        let name = event.association();
        let id = match &event {
            Event::Up { accepted: true, .. } => self.name(index, name, Vec::new()),
            _ => match self.names.get(&(index, name)) {
                Some(&id) => id,
                None => return,
            },
        };
        match &event {
            Event::Up { .. } => self.settled(id),
            Event::Lost { reason, .. } if self.try_next(id) => {
                debug!(association = id.0, %reason, "trying the peer's next address");
                return;
            }
            Event::Closed { .. } | Event::Lost { .. } => self.forget(id),
            Event::Message { .. } | Event::Restarted { .. } | Event::Path { .. } => {}
        }
        *event.association_mut() = id;
        self.events.push_back(event);
    }

    fn settled(&mut self, id: AssociationId) {
        if let Some(association) = self.associations.get_mut(&id) {
            association.untried.clear();
        }
    }

    fn forget(&mut self, id: AssociationId) {
        if let Some(Association { local, name, .. }) = self.associations.remove(&id) {
            self.names.remove(&(local, name));
        }
    }

    /// Goes on to the peer's next address.
    fn try_next(&mut self, id: AssociationId) -> bool {
        let Some(association) = self.associations.get_mut(&id) else {
            return false;
        };
        self.names.remove(&(association.local, association.name));
        while let Some((local, path)) = association.untried.pop() {
            let endpoint = &mut self.locals[local].endpoint;
            if let Ok(name) = endpoint.connect(path, Instant::now()) {
                (association.local, association.name) = (local, name);
                self.names.insert((local, name), id);
                return true;
            }
        }
        false
    }

    /// Waits for a socket or a deadline, and handles it.
    async fn work(&mut self) {
        let deadline = self
            .locals
            .iter_mut()
            .filter_map(|local| local.endpoint.poll_timeout())
            .min();
        let locals = &self.locals;
        let readable = std::future::poll_fn(|context| {
            let ready = |local: &Local| local.socket.poll_recv_ready(context).is_ready();
            match locals.iter().any(ready) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        });
        let expired = async {
            match deadline {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = readable => {}
            () = expired => {}
        }
        for index in 0..self.locals.len() {
            self.receive(index);
        }
        let now = Instant::now();
        for local in &mut self.locals {
            local.endpoint.handle_timeout(now);
        }
    }

    /// Reads what is there, up to a batch.
    fn receive(&mut self, index: usize) {
        let local = &mut self.locals[index];
        for _ in 0..BATCH {
            match local.socket.try_recv_from(&mut self.buffer) {
                Ok((length, from)) => {
                    let bytes = &self.buffer[..length];
                    self.tap
                        .packet(Transport::Udp, Seen::Received, from, local.address, bytes);
                    local
                        .endpoint
                        .handle(Datagram { from, bytes }, Instant::now());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => {
                    warn!(address = %local.address, %error, "cannot receive");
                    return;
                }
            }
        }
    }
}

impl Sctp for Userspace {
    fn listen(&mut self, listen: &Listen) -> Result<(), Error> {
        for &address in &listen.local {
            let index = self.local(address)?;
            self.locals[index].endpoint.listen(listen.port);
        }
        Ok(())
    }

    fn connect(&mut self, connect: &Connect) -> Result<AssociationId, Error> {
        let mut untried = Vec::new();
        for &peer in connect.remote.iter().rev() {
            let same = |local: &&SocketAddr| local.is_ipv4() == peer.is_ipv4();
            if let Some(&address) = connect.local.iter().find(same) {
                let path = Path {
                    peer,
                    peer_port: connect.port,
                    local_port: connect.local_port,
                };
                untried.push((self.local(address)?, path));
            }
        }
        let (local, path) = untried.pop().ok_or(Error::NoAddress)?;
        let name = self.locals[local].endpoint.connect(path, Instant::now())?;
        Ok(self.name(local, name, untried))
    }

    fn send(
        &mut self,
        association: AssociationId,
        stream: u16,
        ppid: u32,
        payload: Bytes,
    ) -> Result<(), SendError> {
        let (endpoint, name) = self.find(association).ok_or(SendError::NotUp)?;
        endpoint.send(name, stream, ppid, payload, Instant::now())
    }

    fn shutdown(&mut self, association: AssociationId) {
        if let Some((endpoint, name)) = self.find(association) {
            endpoint.shutdown(name, Instant::now());
        }
    }

    fn abort(&mut self, association: AssociationId) {
        self.settled(association);
        if let Some((endpoint, name)) = self.find(association) {
            endpoint.abort(name, Instant::now());
        }
    }

    async fn event(&mut self) -> Event {
        loop {
            // All events of a batch come first: what they cause shares packets.
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            self.drain();
            if self.events.is_empty() {
                self.work().await;
            }
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    socket.set_nonblocking(true)?;
    // The system may grant less.
    socket.set_recv_buffer_size(SOCKET_BUFFER)?;
    socket.set_send_buffer_size(SOCKET_BUFFER)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}
