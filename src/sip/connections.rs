//! How connections come about and end (RFC 3261 §18.1.1, §18.2.2).

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use codecs::sip::Message;
use protocols::sip::{Hop, Transmit, Transport};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;
use tracing::{debug, warn};

use super::connection::{End, Line, Why};
use super::location::{Found, Locator, Name};
use super::table::{Item, Opened, Place, Table, Waiting};
use super::tls::Tls;
use super::{Counters, Event, Listener, Tally, TcpConfig};
use crate::tap::Tap;

/// How long a connection may take to come about; an I-CSCF that takes longer is passed over.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How often a name is resolved at most.
const LEAST: Duration = Duration::from_secs(5);
/// How long after a name was not found it is looked up again; until then the former addresses hold.
const AGAIN: Duration = Duration::from_secs(10);
/// The wait after the system had no connection to give for want of resources.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// What sockets, listeners and connections share.
pub(super) struct Office {
    limits: TcpConfig,
    tls: Option<Tls>,
    tap: Tap,
    events: mpsc::Sender<Event>,
    pub(super) counters: Counters,
    table: RefCell<Table>,
    names: RefCell<HashMap<Hop, ServerName<'static>>>,
    listeners: RefCell<JoinSet<()>>,
    connections: RefCell<JoinSet<()>>,
}

impl Office {
    pub(super) fn new(
        limits: TcpConfig,
        tls: Option<Tls>,
        tap: Tap,
        events: mpsc::Sender<Event>,
    ) -> Self {
        Self {
            limits,
            tls,
            tap,
            events,
            counters: Counters::default(),
            table: RefCell::default(),
            names: RefCell::default(),
            listeners: RefCell::default(),
            connections: RefCell::default(),
        }
    }

    pub(super) fn name(&self, hop: Hop, host: &str) {
        match ServerName::try_from(host.to_owned()) {
            Ok(name) => drop(self.names.borrow_mut().insert(hop, name)),
            Err(error) => warn!(%hop, host, %error, "not a name for a certificate"),
        }
    }

    /// Resolves a name again and again.
    pub(super) async fn follow(self: Rc<Self>, locator: Rc<Locator>, index: usize, name: Name) {
        let mut failures = 0u64;
        loop {
            let wait = match locator.locate(&name).await {
                Ok(Found { locations, until }) if !locations.is_empty() => {
                    failures = 0;
                    for location in &locations {
                        // The certificate names whom we looked for (RFC 5922 §7.1).
                        self.name(location.target, &name.host);
                    }
                    let found = Event::Found {
                        name: index,
                        locations,
                    };
                    if self.events.send(found).await.is_err() {
                        return;
                    }
                    until.saturating_duration_since(Instant::now()).max(LEAST)
                }
                other => {
                    failures += 1;
                    if failures.is_power_of_two() {
                        let error = other.err().map_or("no address".into(), |e| e.to_string());
                        warn!(name = name.host, %error, "SIP server not found");
                    }
                    AGAIN
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    pub(super) fn connections(&self) -> usize {
        self.table.borrow().len()
    }

    /// Runs a socket or a listener.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.listeners.borrow_mut().spawn_local(task);
    }

    fn spawn_connection(&self, task: impl Future<Output = ()> + 'static) {
        let mut connections = self.connections.borrow_mut();
        // Those that have ended are forgotten.
        while connections.try_join_next().is_some() {}
        connections.spawn_local(task);
    }

    /// Ends everything at once.
    pub(super) fn abort(&self) {
        self.listeners.borrow_mut().abort_all();
        self.connections.borrow_mut().abort_all();
    }

    /// Listens no more, and ends each connection when what waits on it has been sent.
    pub(super) async fn stop(&self) {
        self.listeners.borrow_mut().abort_all();
        self.table.borrow_mut().clear();
        let mut connections = self.connections.take();
        while connections.join_next().await.is_some() {}
    }

    /// Whether somebody may speak to a listener; who may not gets no answer.
    pub(super) fn admits(&self, listener: &Listener, from: SocketAddr) -> bool {
        let admitted = listener.allows(from.ip());
        if !admitted && self.counters.add(Tally::Denied) {
            warn!(%from, listener = %listener.hop, "not allowed to speak SIP here");
        }
        admitted
    }

    pub(super) async fn listen(self: Rc<Self>, socket: TcpListener, listener: Listener) {
        let hop = listener.hop;
        loop {
            match socket.accept().await {
                Ok((_, from)) if !self.admits(&listener, from) => {}
                Ok((stream, from)) => {
                    let peer = Hop {
                        address: from,
                        ..hop
                    };
                    let local = hop.address;
                    self.accepted(stream, Place { local, peer });
                }
                Err(error) => {
                    warn!(%hop, %error, "SIP listener");
                    tokio::time::sleep(EXHAUSTED).await;
                }
            }
        }
    }

    fn accepted(self: &Rc<Self>, stream: TcpStream, place: Place) {
        if let Some(seat) = self.seat(place, Opened::There) {
            self.counters.add(Tally::Accepted);
            let office = self.clone();
            self.spawn_connection(async move { office.run(seat, Ok(stream)).await });
        }
    }

    /// A place among the connections, unless there are as many as there may be.
    fn seat(&self, place: Place, opened: Opened) -> Option<Seat> {
        let entered = self.table.borrow_mut().enter(place, opened, &self.limits);
        let Some((serial, waiting)) = entered else {
            if self.counters.add(Tally::TurnedAway) {
                warn!(peer = %place.peer, "SIP connection turned away: too many");
            }
            return None;
        };
        Some(Seat {
            place,
            opened,
            serial,
            waiting,
        })
    }

    /// Sends a message on the connection to its hop, or on a new one.
    pub(super) fn send(self: &Rc<Self>, transmit: Transmit) -> Result<(), Transmit> {
        let place = self.place_for(&transmit);
        let there = self.table.borrow().has(&place);
        if !there && !self.open(place) {
            return Err(transmit);
        }
        let pushed = self.table.borrow().push(&place, Item::Message(transmit));
        pushed.or_else(|item| match item {
            Item::Message(transmit) => Err(transmit),
            Item::Pong => Ok(()),
        })
    }

    /// The connection of a hop. A response whose connection is gone has another one: to the address
    /// in its Via (§18.2.2).
    fn place_for(&self, transmit: &Transmit) -> Place {
        let mut place = Place {
            local: transmit.local,
            peer: transmit.to,
        };
        if !self.table.borrow().has(&place)
            && let Some(address) = address_in_via(transmit)
        {
            place.peer.address = address;
        }
        place
    }

    fn open(self: &Rc<Self>, place: Place) -> bool {
        let Some(seat) = self.seat(place, Opened::Here) else {
            return false;
        };
        let office = self.clone();
        self.spawn_connection(async move {
            let stream = within(CONNECT, connect(place)).await;
            office.run(seat, stream).await;
        });
        true
    }

    /// Runs a connection until it ends, and reports what could not be sent any more.
    async fn run(self: Rc<Self>, mut seat: Seat, stream: io::Result<TcpStream>) {
        let end = match stream {
            Ok(stream) => self.on_stream(&mut seat, stream).await,
            Err(error) => End::new(Why::NotOpened(error)),
        };
        let Seat {
            place,
            serial,
            waiting,
            ..
        } = seat;
        self.table.borrow_mut().leave(&place, serial);
        self.note(place, &end.why);
        for transmit in end.unsent.into_iter().chain(waiting.rest()) {
            // Nobody listens any more where this fails.
            let _ = self.events.send(Event::Undeliverable(transmit)).await;
        }
    }

    async fn on_stream(&self, seat: &mut Seat, stream: TcpStream) -> End {
        let local = stream.set_nodelay(true).and_then(|()| stream.local_addr());
        let local = match local {
            Ok(local) => local,
            Err(error) => return End::new(Why::Broken(error)),
        };
        let line = Line {
            place: seat.place,
            local,
            tap: &self.tap,
            events: &self.events,
            table: &self.table,
            idle: self.limits.idle(),
        };
        match (seat.place.peer.transport, seat.opened) {
            (Transport::Tls, Opened::There) => match self.accept_tls(stream).await {
                Ok(stream) => self.speak(&line, stream, seat).await,
                Err(error) => End::new(Why::Untrusted(error)),
            },
            (Transport::Tls, Opened::Here) => match self.connect_tls(seat.place, stream).await {
                Ok(stream) => self.speak(&line, stream, seat).await,
                Err(error) => End::new(Why::Untrusted(error)),
            },
            (Transport::Tcp | Transport::Udp, _) => self.speak(&line, stream, seat).await,
        }
    }

    async fn speak<S>(&self, line: &Line<'_>, stream: S, seat: &mut Seat) -> End
    where
        S: AsyncRead + AsyncWrite,
    {
        let peer = line.place.peer;
        match seat.opened {
            Opened::Here => {
                self.counters.add(Tally::Opened);
                debug!(%peer, "SIP connection opened");
            }
            Opened::There => debug!(%peer, "SIP connection accepted"),
        }
        line.run(stream, &mut seat.waiting).await
    }

    async fn accept_tls(&self, stream: TcpStream) -> io::Result<impl AsyncRead + AsyncWrite> {
        let tls = self.tls.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        within(HANDSHAKE, tls.acceptor.accept(stream)).await
    }

    async fn connect_tls(
        &self,
        place: Place,
        stream: TcpStream,
    ) -> io::Result<impl AsyncRead + AsyncWrite> {
        let tls = self.tls.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let name = self.names.borrow().get(&place.peer).cloned();
        let name = name.unwrap_or_else(|| place.peer.address.ip().into());
        within(HANDSHAKE, tls.connector.connect(name, stream)).await
    }

    /// Counts how a connection ended, and says so where somebody should know.
    fn note(&self, place: Place, why: &Why) {
        let tally = match why {
            Why::Closed => return debug!(peer = %place.peer, "SIP connection closed"),
            Why::NotOpened(_) => Tally::NotOpened,
            Why::Untrusted(_) => Tally::Untrusted,
            Why::Idle => Tally::Idle,
            Why::Unread => Tally::Unread,
            Why::NotFramed(_) => Tally::NotFramed,
            Why::Broken(_) => Tally::Broken,
        };
        let worth_a_line = self.counters.add(tally);
        if matches!(why, Why::Idle) {
            debug!(peer = %place.peer, "SIP connection: {why}");
        } else if worth_a_line {
            warn!(peer = %place.peer, local = %place.local, "SIP connection: {why}");
        }
    }
}

/// A connection's task's own.
struct Seat {
    place: Place,
    opened: Opened,
    serial: u64,
    waiting: Waiting,
}

async fn within<T>(time: Duration, task: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let done = timeout(time, task).await;
    done.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Connects from the address of our listener, so that the peer sees who we are.
async fn connect(place: Place) -> io::Result<TcpStream> {
    let to = place.peer.address;
    let socket = match to {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.bind(SocketAddr::new(place.local.ip(), 0))?;
    socket.connect(to).await
}

/// Where a response goes that cannot go where its request came from.
fn address_in_via(transmit: &Transmit) -> Option<SocketAddr> {
    if !transmit.bytes.starts_with(b"SIP/2.0 ") {
        return None;
    }
    let response = Message::parse(transmit.bytes.clone()).ok()?;
    let via = response.via().ok()?;
    let ip = via.received().or(via.host.ip())?;
    let port = via.port.unwrap_or(transmit.to.transport.default_port());
    Some(SocketAddr::new(ip, port))
}
