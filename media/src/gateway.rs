//! The media gateway on its thread: sockets, commands, events.

use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use codecs::cesopsn::{FRAMES, PACKET};

use crate::command::{Command, ConnectionId, Event, Failure, Observer, Transport};
use crate::connection::Plan;
use crate::fabric::{Depths, Fabric, Lines};
use crate::port::Port;
use crate::socket::{Batch, Poller, Waker};
use crate::span::Counters;

/// Addresses of one span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanConfig {
    /// Where the gateway listens: the port tells the span (RFC 5086 §4.1).
    pub local: SocketAddr,
    /// The far end, and the only place from which packets are taken.
    pub remote: SocketAddr,
}

/// How a gateway is set up.
#[derive(Clone)]
pub struct Config {
    /// The spans, numbered from 0.
    pub spans: Vec<SpanConfig>,
    /// Duration of an RTP packet sent: whole milliseconds, as many as [`Self::PACKET_MS`].
    pub packet_time: Duration,
    /// Depth of the jitter buffers: whole milliseconds, as many as [`Self::JITTER_MS`].
    pub jitter_depth: Duration,
    /// Depth of the queues between joined timeslots: whole milliseconds, as many as
    /// [`Self::JOINT_MS`].
    pub joint_depth: Duration,
    /// Is shown every packet.
    pub observer: Option<Observer>,
}

impl Config {
    /// How long an RTP packet may be.
    pub const PACKET_MS: RangeInclusive<u64> = 10..=60;
    /// How deep jitter buffers may be.
    pub const JITTER_MS: RangeInclusive<u64> = 0..=300;
    /// How deep the queues between joined timeslots may be.
    pub const JOINT_MS: RangeInclusive<u64> = 1..=200;

    /// The usual 20 ms packets, 60 ms of jitter buffer, 3 ms between joined timeslots.
    pub fn new(spans: Vec<SpanConfig>) -> Self {
        Self {
            spans,
            packet_time: Duration::from_millis(20),
            jitter_depth: Duration::from_millis(60),
            joint_depth: Duration::from_millis(3),
            observer: None,
        }
    }
}

/// A running media gateway. It stops when it is dropped.
pub struct Gateway {
    commands: mpsc::Sender<Command>,
    counters: Arc<Mutex<Vec<Counters>>>,
    waker: Arc<Waker>,
    thread: Option<JoinHandle<()>>,
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port of a span cannot be opened.
    #[error("span[{number}].local {local}: {source}")]
    Span {
        /// The span's place in [`Config::spans`].
        number: usize,
        /// Its address.
        local: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A duration out of range, or the system has no room.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Gateway {
    /// Opens the spans and starts the thread. `events` is called on that thread.
    ///
    /// # Errors
    /// A port of a span that cannot be opened, or a duration out of range.
    pub fn start(
        config: Config,
        events: impl FnMut(Event) + Send + 'static,
    ) -> Result<Self, StartError> {
        let depths = Depths {
            packet: FRAMES * milliseconds(config.packet_time, Config::PACKET_MS)?,
            jitter: (FRAMES * milliseconds(config.jitter_depth, Config::JITTER_MS)?) as u32,
            joint: milliseconds(config.joint_depth, Config::JOINT_MS)?,
        };
        let (commands, orders) = mpsc::channel();
        let counters = Arc::new(Mutex::new(Vec::new()));
        let waker = Arc::new(Waker::new()?);
        let poller = Poller::new()?;
        poller.add(&*waker, WAKER)?;
        let mut edge = Edge {
            spans: Vec::new(),
            remotes: config.spans.iter().map(|span| span.remote).collect(),
            ports: Vec::new(),
            observer: config.observer,
        };
        for (number, span) in config.spans.iter().enumerate() {
            let local = span.local;
            let port = Port::open(local, Transport::Tdm, edge.observer.clone());
            let port = port.map_err(|source| StartError::Span {
                number,
                local,
                source,
            })?;
            poller.add(&port, SPAN | number as u64)?;
            edge.spans.push(port);
        }
        let remotes = edge.remotes.iter().copied();
        let fabric = Fabric::new(remotes, depths, Instant::now());
        let mut worker = Worker {
            counters: counters.clone(),
            publish: Instant::now(),
            fabric,
            edge,
            poller,
            waker: waker.clone(),
            orders,
            events: Box::new(events),
        };
        let thread = std::thread::Builder::new()
            .name("media".into())
            .spawn(move || worker.run())?;
        Ok(Self {
            commands,
            counters,
            waker,
            thread: Some(thread),
        })
    }

    /// What has arrived on each span, as of a moment ago.
    pub fn counters(&self) -> Vec<Counters> {
        lock(&self.counters).clone()
    }

    /// Gives an order; what becomes of it arrives as an event.
    pub fn command(&self, command: Command) {
        // The thread ends only with this handle or when the system refuses to let it wait; then
        // there is nobody left to obey.
        if self.commands.send(command).is_ok() {
            self.waker.wake();
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let (closed, _) = mpsc::channel();
        self.commands = closed;
        self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn milliseconds(time: Duration, range: RangeInclusive<u64>) -> io::Result<usize> {
    let milliseconds = time.as_millis() as u64;
    if !range.contains(&milliseconds) || !time.subsec_nanos().is_multiple_of(1_000_000) {
        let reason = format!("{time:?} is not in whole milliseconds from {range:?}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    Ok(milliseconds as usize)
}

const KIND: u64 = !0 << 32;
const WAKER: u64 = 0;
const SPAN: u64 = 1 << 32;
const RTP: u64 = 2 << 32;

/// All sockets.
struct Edge {
    spans: Vec<Port>,
    remotes: Vec<SocketAddr>,
    /// By the number of the connection.
    ports: Vec<Option<Port>>,
    observer: Option<Observer>,
}

impl Lines for &Edge {
    fn tdm(&mut self, span: usize, packet: &[u8; PACKET]) {
        self.spans[span].send(self.remotes[span], packet);
    }

    fn rtp(&mut self, connection: usize, to: SocketAddr, packet: &[u8]) {
        if let Some(Some(port)) = self.ports.get(connection) {
            port.send(to, packet);
        }
    }
}

/// How old counters may be.
const PUBLISHING: Duration = Duration::from_millis(200);

/// Nothing that is counted can be half changed.
fn lock(counters: &Mutex<Vec<Counters>>) -> MutexGuard<'_, Vec<Counters>> {
    counters.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Worker {
    /// What everybody may know, and when it is to be brought up to date.
    counters: Arc<Mutex<Vec<Counters>>>,
    publish: Instant,
    fabric: Fabric,
    edge: Edge,
    poller: Poller,
    waker: Arc<Waker>,
    orders: mpsc::Receiver<Command>,
    events: Box<dyn FnMut(Event) + Send>,
}

impl Worker {
    fn run(&mut self) {
        let mut batch = Batch::new();
        loop {
            let due = self.fabric.poll_timeout();
            let timeout = due.map(|due| due.saturating_duration_since(Instant::now()));
            if self.poller.wait(timeout).is_err() {
                return;
            }
            // What has been said must be in the buffers before a span's clock asks for it.
            self.receive_rtp(&mut batch);
            self.receive_tdm(&mut batch);
            self.fabric.answer(&mut &self.edge);
            self.fabric.handle_timeout(Instant::now(), &mut &self.edge);
            while let Some(event) = self.fabric.poll_event() {
                (self.events)(event);
            }
            self.publish();
            if self.poller.ready().any(|token| token == WAKER) && !self.obey() {
                return;
            }
        }
    }

    fn publish(&mut self) {
        let now = Instant::now();
        if self.publish <= now {
            self.publish = now + PUBLISHING;
            let mut counters = lock(&self.counters);
            counters.clear();
            counters.extend(self.fabric.counters());
        }
    }

    fn receive_rtp(&mut self, batch: &mut Batch) {
        let Self {
            fabric,
            edge,
            poller,
            ..
        } = self;
        for number in poller.ready().filter(|token| token & KIND == RTP) {
            let number = (number & !KIND) as usize;
            let Some(Some(port)) = edge.ports.get(number) else {
                continue;
            };
            port.receive(batch, |from, datagram| {
                fabric.rtp_received(number, from, datagram);
            });
        }
    }

    fn receive_tdm(&mut self, batch: &mut Batch) {
        let Self {
            fabric,
            edge,
            poller,
            ..
        } = self;
        let now = Instant::now();
        for number in poller.ready().filter(|token| token & KIND == SPAN) {
            let number = (number & !KIND) as usize;
            let port = &edge.spans[number];
            port.receive(batch, |from, datagram| {
                fabric.tdm_received(number, from, datagram, now, &mut &*edge);
            });
        }
    }

    /// Obeys what has been ordered; false when nobody is left to give orders.
    fn obey(&mut self) -> bool {
        self.waker.clear();
        loop {
            match self.orders.try_recv() {
                Ok(command) => self.carry_out(command),
                Err(mpsc::TryRecvError::Empty) => return true,
                Err(mpsc::TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn carry_out(&mut self, command: Command) {
        let (id, result) = match command {
            Command::Check { timeslot, action } => return self.fabric.check(timeslot, action),
            Command::Connect {
                id,
                timeslot,
                local,
                remote,
                payload,
                mode,
            } => (
                id,
                self.connect(
                    &Plan {
                        id,
                        timeslot,
                        remote,
                        payload,
                        mode,
                    },
                    local,
                ),
            ),
            Command::Modify {
                id,
                remote,
                payload,
                mode,
            } => (id, self.fabric.modify(id, remote, payload, mode)),
            Command::Join { id, a, b } => (id, self.fabric.join(id, a, b)),
            Command::Disconnect { id } => (id, self.disconnect(id)),
        };
        if let Err(reason) = result {
            (self.events)(Event::Failed { id, reason });
        }
    }

    fn connect(&mut self, plan: &Plan, local: SocketAddr) -> Result<(), Failure> {
        let number = self.fabric.connect(plan)?;
        if let Err(error) = self.open(number, local) {
            self.fabric.disconnect(plan.id)?;
            return Err(Failure::Port(error.kind()));
        }
        Ok(())
    }

    fn open(&mut self, number: usize, local: SocketAddr) -> io::Result<()> {
        let port = Port::open(local, Transport::Rtp, self.edge.observer.clone())?;
        self.poller.add(&port, RTP | number as u64)?;
        let ports = &mut self.edge.ports;
        ports.resize_with(ports.len().max(number + 1), || None);
        ports[number] = Some(port);
        Ok(())
    }

    fn disconnect(&mut self, id: ConnectionId) -> Result<(), Failure> {
        let (number, statistics) = self.fabric.disconnect(id)?;
        if let Some(number) = number {
            self.edge.ports[number] = None;
        }
        (self.events)(Event::Disconnected { id, statistics });
        Ok(())
    }
}
