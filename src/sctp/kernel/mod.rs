//! The kernel's SCTP (Linux), multi-homed: one-to-one sockets (RFC 6458 §4).
//!
//! An address with port 0 is reached by SCTP over IP; one with a port by SCTP over UDP (RFC 6951),
//! for which the kernel has one port of its own, the sysctl `net.sctp.udp_port`.

mod association;
mod control;
mod layout;
mod notification;
mod option;
mod parameters;
mod shown;
mod socket;
mod sys;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use protocols::sctp::{AssociationId, Config, ConnectError, Counters, Event, Loss, Path};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tracing::{debug, warn};

use self::association::Association;
use self::control::Label;
use self::socket::Socket;
use super::{Connect, Error, Listen, Sctp, SendError};
use crate::tap::Tap;

/// Connections accepted before others get their turn.
const BATCH: usize = 64;
/// Size of a read.
const BUFFER: usize = 64 * 1024;
/// How often to look after an association that ends without a sound.
const LOOK: Duration = Duration::from_millis(10);

/// What only a multi-homed stack can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Path.Max.Retrans: unanswered transmissions before one of the peer's addresses counts as
    /// unreachable.
    pub max_retransmissions: u32,
    /// Addresses that are to be the primary ones of associations that peers open.
    pub primary: Vec<IpAddr>,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            max_retransmissions: 2,
            primary: Vec::new(),
        }
    }
}

/// SCTP of the Linux kernel.
pub struct Kernel {
    config: Config,
    paths: Paths,
    listeners: Vec<Listener>,
    associations: HashMap<AssociationId, Association>,
    next_id: u64,
    events: VecDeque<Event>,
    counters: Counters,
    buffer: Box<[u8]>,
    tap: Tap,
}

struct Listener {
    socket: AsyncFd<Socket>,
    hosts: Vec<IpAddr>,
    port: u16,
}

impl Kernel {
    /// A stack without sockets; they are bound as they are needed.
    pub fn new(config: Config, paths: Paths) -> Self {
        Self {
            config,
            paths,
            listeners: Vec::new(),
            associations: HashMap::new(),
            next_id: 0,
            events: VecDeque::new(),
            counters: Counters::default(),
            buffer: vec![0; BUFFER].into(),
            tap: Tap::default(),
        }
    }

    /// Shows every message to this tap, in packets made up around it: the kernel's own are not to
    /// be seen. Handshakes, acknowledgements and repetitions are missing, and of several addresses
    /// at either end it names one.
    #[must_use]
    pub fn with_tap(self, tap: Tap) -> Self {
        Self { tap, ..self }
    }

    /// Whether this kernel has SCTP.
    pub fn is_possible() -> bool {
        Socket::is_possible()
    }

    /// The UDP port on which this kernel takes encapsulated SCTP; 0 for none.
    pub fn encapsulation_port() -> u16 {
        socket::encapsulation_port()
    }

    /// What was refused or not delivered so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    fn bound(&self, hosts: &[IpAddr], port: u16) -> Result<Socket, Error> {
        let most = self.paths.max_retransmissions;
        let bound = Socket::bound(&self.config, most, &at(hosts, port));
        bound.map_err(|(address, source)| Error::Bind { address, source })
    }

    fn next_id(&mut self) -> AssociationId {
        let id = AssociationId(self.next_id);
        self.next_id += 1;
        id
    }

    fn is_full(&self) -> bool {
        self.associations.len() >= self.config.max_associations
    }

    /// Accepts what came, up to a batch.
    fn accept(&mut self, index: usize) {
        for _ in 0..BATCH {
            let Listener { socket, port, .. } = &self.listeners[index];
            let accept = |socket: &Socket| {
                socket.accept().map_err(|error| {
                    if error.kind() != io::ErrorKind::WouldBlock {
                        warn!(port, %error, "cannot accept");
                    }
                    // Either way there is nothing to do before the next one comes.
                    io::ErrorKind::WouldBlock.into()
                })
            };
            match socket.try_io(Interest::READABLE, accept) {
                Ok(accepted) => self.accepted(accepted, *port),
                Err(_) => return,
            }
        }
    }

    /// Takes an association that a peer opened, or refuses it.
    fn accepted(&mut self, socket: Socket, local_port: u16) {
        let Ok(status) = socket.status() else {
            debug!("an association ended before it was accepted");
            return;
        };
        let host = status.primary.ip();
        if !self.config.allows(host) {
            self.counters.strangers += 1;
            debug!(%host, "association of a stranger refused");
            return refuse(socket);
        }
        if self.is_full() {
            self.counters.refused += 1;
            warn!(%host, "too many associations: refused");
            return refuse(socket);
        }
        let path = Path {
            peer: SocketAddr::new(host, socket.udp_port(status.primary)),
            peer_port: status.primary.port(),
            local_port,
        };
        if !self.paths.primary.contains(&host) {
            self.prefer(&socket, path.peer_port);
        }
        let streams = status.streams;
        match sys::watch(socket) {
            Ok(socket) => {
                let id = self.next_id();
                let mut association = Association::accepted(id, socket, path, streams);
                association.show(&self.tap);
                self.associations.insert(id, association);
            }
            Err(error) => warn!(%host, %error, "association refused"),
        }
    }

    /// Makes the address primary that is to be, if the peer has it.
    fn prefer(&self, socket: &Socket, port: u16) {
        for &host in &self.paths.primary {
            if socket.prefer(SocketAddr::new(host, port)).is_ok() {
                return;
            }
        }
    }

    /// Has every association do something, and takes the events.
    fn each(&mut self, mut act: impl FnMut(&mut Association, &mut Counters)) {
        for association in self.associations.values_mut() {
            act(association, &mut self.counters);
            self.events
                .extend(std::iter::from_fn(|| association.poll()));
        }
        self.associations
            .retain(|_, association| !association.is_over());
    }

    /// Whether a socket has something for us, or room for us.
    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        // All are asked, so that any of them wakes us.
        let mut ready = false;
        for listener in &self.listeners {
            ready |= listener.socket.poll_read_ready(context).is_ready();
        }
        for association in self.associations.values() {
            ready |= association.poll_ready(context).is_ready();
        }
        match ready {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Waits for a socket, and reads.
    async fn work(&mut self) {
        let quiet = self.associations.values().any(Association::is_quiet);
        let ready = std::future::poll_fn(|context| self.poll_ready(context));
        match quiet {
            true => {
                // Whether it was readiness or time does not matter.
                let _ = tokio::time::timeout(LOOK, ready).await;
            }
            false => ready.await,
        }
        for index in 0..self.listeners.len() {
            self.accept(index);
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        self.each(|association, counters| association.receive(&mut buffer, counters));
        self.buffer = buffer;
    }
}

impl Sctp for Kernel {
    fn listen(&mut self, listen: &Listen) -> Result<(), Error> {
        let hosts = hosts(&listen.local)?;
        let port = listen.port;
        let shares = |listener: &&mut Listener| {
            listener.port == port && listener.hosts.iter().any(|host| hosts.contains(host))
        };
        if let Some(listener) = self.listeners.iter_mut().find(shares) {
            return listener.widen(&hosts);
        }
        if let Some(address) = at(&hosts, port)
            .into_iter()
            .find(|&at| socket::has_listener(at))
        {
            let source = io::ErrorKind::AddrInUse.into();
            return Err(Error::Bind { address, source });
        }
        let socket = self.bound(&hosts, port)?;
        let begin = || {
            socket.listen()?;
            sys::watch(socket)
        };
        let socket = begin().map_err(|source| Error::Socket { source })?;
        self.listeners.push(Listener {
            socket,
            hosts,
            port,
        });
        Ok(())
    }

    fn connect(&mut self, connect: &Connect) -> Result<AssociationId, Error> {
        let local = hosts(&connect.local)?;
        let reachable =
            |peer: &&SocketAddr| local.iter().any(|local| local.is_ipv4() == peer.is_ipv4());
        let remote: Vec<_> = connect.remote.iter().filter(reachable).copied().collect();
        let path = Path {
            peer: *remote.first().ok_or(Error::NoAddress)?,
            peer_port: connect.port,
            local_port: connect.local_port,
        };
        if self.is_full() {
            return Err(ConnectError::TooMany.into());
        }
        let socket = self.bound(&local, connect.local_port)?;
        let begin = || {
            reach(&socket, &remote, connect.port)?;
            sys::watch(socket)
        };
        let socket = begin().map_err(|source| match source.raw_os_error() {
            // So says the kernel when addresses and ports are those of another association.
            Some(libc::EADDRNOTAVAIL) => ConnectError::InUse.into(),
            _ => Error::Socket { source },
        })?;
        let id = self.next_id();
        let mut association = Association::connecting(id, socket, path);
        association.show(&self.tap);
        self.associations.insert(id, association);
        Ok(id)
    }

    fn send(
        &mut self,
        association: AssociationId,
        stream: u16,
        ppid: u32,
        payload: Bytes,
    ) -> Result<(), SendError> {
        let found = self.associations.get_mut(&association);
        let label = Label { stream, ppid };
        found
            .ok_or(SendError::NotUp)?
            .send(label, payload, self.config.send_buffer)
    }

    fn shutdown(&mut self, association: AssociationId) {
        if let Some(association) = self.associations.get_mut(&association) {
            association.shutdown();
        }
    }

    fn abort(&mut self, association: AssociationId) {
        if let Some(found) = self.associations.remove(&association) {
            found.abort();
            let reason = Loss::Abandoned;
            self.events.push_back(Event::Lost {
                association,
                reason,
            });
        }
    }

    async fn event(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            self.each(Association::flush);
            if self.events.is_empty() {
                self.work().await;
            }
        }
    }
}

impl Listener {
    /// Listens at more addresses.
    fn widen(&mut self, hosts: &[IpAddr]) -> Result<(), Error> {
        for &host in hosts {
            if !self.hosts.contains(&host) {
                let address = SocketAddr::new(host, self.port);
                let bound = self.socket.get_ref().bind(address);
                bound.map_err(|source| Error::Bind { address, source })?;
                self.hosts.push(host);
            }
        }
        Ok(())
    }
}

fn at(hosts: &[IpAddr], port: u16) -> Vec<SocketAddr> {
    let address = |&host| SocketAddr::new(host, port);
    hosts.iter().map(address).collect()
}

/// The hosts of our addresses, if the kernel listens at their UDP ports.
fn hosts(addresses: &[SocketAddr]) -> Result<Vec<IpAddr>, Error> {
    let kernels = Kernel::encapsulation_port();
    let foreign = |address: &&SocketAddr| ![0, kernels].contains(&address.port());
    if let Some(&address) = addresses.iter().find(foreign) {
        return Err(Error::Encapsulation { address, kernels });
    }
    match addresses {
        [] => Err(Error::NoAddress),
        _ => Ok(addresses.iter().map(SocketAddr::ip).collect()),
    }
}

/// Begins to connect, to each address at its UDP port.
fn reach(socket: &Socket, remote: &[SocketAddr], port: u16) -> io::Result<()> {
    let first = remote.first().map_or(0, SocketAddr::port);
    if first != 0 {
        socket.encapsulate(None, first)?;
    }
    let at = |peer: &SocketAddr| SocketAddr::new(peer.ip(), port);
    let addresses: Vec<_> = remote.iter().map(at).collect();
    socket.connect(&addresses)?;
    let mut others = remote.iter().filter(|peer| peer.port() != first);
    others.try_for_each(|peer| socket.encapsulate(Some(at(peer)), peer.port()))
}

fn refuse(socket: Socket) {
    if let Err(error) = socket.abort() {
        debug!(%error, "an association refused ends without ABORT");
    }
}
