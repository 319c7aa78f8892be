//! The endpoint: finds the association of a packet, opens and ends associations, and answers
//! packets out of the blue (RFC 9260 §8.4).

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::association::{Association, Told};
use super::cookie::{Cookies, Opened};
use super::packet::{
    self, ABORT, CAUSE_INVALID_PARAMETER, CAUSE_OUT_OF_RESOURCE, CAUSE_STALE_COOKIE, COOKIE_ACK,
    COOKIE_ECHO, ERROR, INIT, Packet, REFLECTED, SHUTDOWN_ACK, SHUTDOWN_COMPLETE,
};
use super::{AssociationId, Config, ConnectError, Datagram, Event, Loss, Output, Path, SendError};
use crate::deadlines::Deadlines;

/// An association's timers are looked at no more often than this.
const TICK: Duration = Duration::from_millis(1);

/// What an endpoint ignored, refused or could not deliver, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that are no SCTP packet, or damaged.
    pub malformed: u64,
    /// Packets from hosts not in [`Config::peers`].
    pub strangers: u64,
    /// Packets of no association that ask for nothing.
    pub out_of_the_blue: u64,
    /// INITs refused: no listener, no room, or no streams.
    pub refused: u64,
    /// Cookies that are forged or too old.
    pub bad_cookies: u64,
    /// Packets and chunks an association found at fault.
    pub faults: u64,
    /// Messages taken but not sent, because the peer had begun to shut down.
    pub unsent: u64,
}

impl std::ops::Add for Counters {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            malformed: self.malformed + more.malformed,
            strangers: self.strangers + more.strangers,
            out_of_the_blue: self.out_of_the_blue + more.out_of_the_blue,
            refused: self.refused + more.refused,
            bad_cookies: self.bad_cookies + more.bad_cookies,
            faults: self.faults + more.faults,
            unsent: self.unsent + more.unsent,
        }
    }
}

/// Associations on one local UDP address.
#[derive(Debug)]
pub struct Endpoint {
    config: Config,
    listening: Vec<u16>,
    associations: HashMap<AssociationId, Association>,
    by_path: HashMap<Path, AssociationId>,
    next_id: u64,
    cookies: Cookies,
    deadlines: Deadlines<AssociationId>,
    /// Associations with messages to flush.
    dirty: Vec<(AssociationId, Instant)>,
    outputs: VecDeque<Output>,
    counters: Counters,
}

impl Endpoint {
    /// An endpoint that neither listens nor has associations.
    pub fn new(config: Config) -> Self {
        Self {
            cookies: Cookies::new(config.cookie_life),
            config,
            listening: Vec::new(),
            associations: HashMap::new(),
            by_path: HashMap::new(),
            next_id: 0,
            deadlines: Deadlines::new(),
            dirty: Vec::new(),
            outputs: VecDeque::new(),
            counters: Counters::default(),
        }
    }

    /// Accepts associations on SCTP port `port` from now on.
    pub fn listen(&mut self, port: u16) {
        if !self.listening.contains(&port) {
            self.listening.push(port);
        }
    }

    /// Begins to open an association: `Up` or `Lost` follows.
    pub fn connect(&mut self, path: Path, now: Instant) -> Result<AssociationId, ConnectError> {
        if self.by_path.contains_key(&path) {
            return Err(ConnectError::InUse);
        }
        if self.is_full() {
            return Err(ConnectError::TooMany);
        }
        let mut association = Association::new(path, &self.config, now);
        association.connect();
        let id = self.insert(association);
        self.settle(id, false, now);
        Ok(id)
    }

    /// Sends a message of 1 byte to 256 KiB, in order within its stream.
    pub fn send(
        &mut self,
        id: AssociationId,
        stream: u16,
        ppid: u32,
        payload: Bytes,
        now: Instant,
    ) -> Result<(), SendError> {
        let association = self.associations.get_mut(&id).ok_or(SendError::NotUp)?;
        if association.send(stream, ppid, payload)? {
            self.dirty.push((id, now));
        }
        Ok(())
    }

    /// Ends an association in order once all it sent is acknowledged: `Closed` follows.
    pub fn shutdown(&mut self, id: AssociationId, now: Instant) {
        self.flush(id, now);
        self.with(id, now, Association::shutdown);
    }

    /// Ends an association at once by ABORT: `Lost` follows.
    pub fn abort(&mut self, id: AssociationId, now: Instant) {
        self.with(id, now, Association::abort);
    }

    /// Handles one datagram.
    pub fn handle(&mut self, datagram: Datagram<'_>, now: Instant) {
        // What was sent before a SHUTDOWN arrived is still to go.
        self.flush_all();
        let Some(packet) = Packet::parse(datagram.bytes) else {
            self.counters.malformed += 1;
            return;
        };
        let path = Path {
            peer: datagram.from,
            peer_port: packet.source(),
            local_port: packet.destination(),
        };
        match self.by_path.get(&path).copied() {
            Some(id) => self.received(id, &packet, datagram.bytes, now),
            None if !self.config.allows(path.peer.ip()) => self.counters.strangers += 1,
            None if !packet.is_intact() => self.counters.malformed += 1,
            None => self.out_of_the_blue(&path, &packet, datagram.bytes, now),
        }
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(id) = self.deadlines.expire(now) {
            self.with(id, now, |_| {});
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.flush_all();
        self.outputs.pop_front()
    }

    /// When [`Endpoint::handle_timeout`] is due.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.deadlines.earliest()
    }

    /// What was ignored, refused or not delivered so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// How many associations exist, established or not.
    pub fn associations(&self) -> usize {
        self.associations.len()
    }

    fn received(&mut self, id: AssociationId, packet: &Packet<'_>, bytes: &[u8], now: Instant) {
        let Some(association) = self.associations.get_mut(&id) else {
            return;
        };
        let path = association.path;
        let genuine;
        let bytes = if packet.first().kind == COOKIE_ECHO {
            match open(&mut self.cookies, &mut self.counters, packet, &path, now) {
                Opened::Genuine(opened) => {
                    genuine = opened;
                    &genuine[..]
                }
                _ => return,
            }
        } else {
            bytes
        };
        match association.handle(packet, bytes, now) {
            Some(loss) => self.remove(id, Err(loss)),
            None => self.settle(id, false, now),
        }
    }

    /// A packet of no association: rules of RFC 9260 §8.4 in their order.
    fn out_of_the_blue(&mut self, path: &Path, packet: &Packet<'_>, bytes: &[u8], now: Instant) {
        let first = packet.first();
        let mut kinds = packet.chunks().map(|chunk| chunk.kind);
        match first.kind {
            _ if kinds.any(|kind| kind == ABORT) => self.counters.out_of_the_blue += 1,
            INIT if packet.tag() == 0 => self.init(path, packet, bytes, now),
            COOKIE_ECHO => self.cookie_echo(path, packet, now),
            SHUTDOWN_ACK => {
                self.answer(path, packet.tag(), SHUTDOWN_COMPLETE, REFLECTED, &[]);
            }
            SHUTDOWN_COMPLETE | COOKIE_ACK | ERROR => self.counters.out_of_the_blue += 1,
            _ if packet.tag() == 0 => self.counters.out_of_the_blue += 1,
            _ => {
                self.counters.out_of_the_blue += 1;
                self.answer(path, packet.tag(), ABORT, REFLECTED, &[]);
            }
        }
    }

    /// Answers an INIT without keeping anything (RFC 9260 §5.1 B).
    fn init(&mut self, path: &Path, packet: &Packet<'_>, bytes: &[u8], now: Instant) {
        let value = packet.first().value;
        let tag = packet::word(value);
        if value.len() < 16 || tag == 0 || !packet.after_first().is_empty() {
            self.counters.malformed += 1;
            return;
        }
        let no_streams = value[8..10] == [0, 0] || value[10..12] == [0, 0];
        if !self.listening.contains(&path.local_port) {
            self.refuse(path, tag, &[]);
        } else if no_streams {
            self.refuse(path, tag, &packet::element(CAUSE_INVALID_PARAMETER, &[]));
        } else if self.is_full() {
            self.refuse(path, tag, &packet::element(CAUSE_OUT_OF_RESOURCE, &[]));
        } else {
            self.init_ack(path, packet, bytes, now);
        }
    }

    fn init_ack(&mut self, path: &Path, packet: &Packet<'_>, bytes: &[u8], now: Instant) {
        let mut passing = Association::new(*path, &self.config, now);
        passing.handle(packet, bytes, now);
        while let Some(told) = passing.poll() {
            match told {
                Told::Transmit(bytes) => self.transmit(path, bytes, now),
                _ => self.counters.malformed += 1,
            }
        }
    }

    /// Accepts an association (RFC 9260 §5.1.5).
    fn cookie_echo(&mut self, path: &Path, packet: &Packet<'_>, now: Instant) {
        match open(&mut self.cookies, &mut self.counters, packet, path, now) {
            Opened::Genuine(_) if !self.listening.contains(&path.local_port) => {}
            Opened::Genuine(_) if self.is_full() => {
                let cause = packet::element(CAUSE_OUT_OF_RESOURCE, &[]);
                self.counters.refused += 1;
                self.answer(path, packet.tag(), ABORT, REFLECTED, &cause);
            }
            Opened::Genuine(bytes) => {
                let mut association = Association::new(*path, &self.config, now);
                association.handle(packet, &bytes, now);
                if association.is_established() {
                    let id = self.insert(association);
                    self.settle(id, true, now);
                } else {
                    self.counters.bad_cookies += 1;
                }
            }
            Opened::Stale { late, peer_tag } => {
                let micros = u32::try_from(late.as_micros()).unwrap_or(u32::MAX);
                let cause = packet::element(CAUSE_STALE_COOKIE, &micros.to_be_bytes());
                self.answer(path, peer_tag, ERROR, 0, &cause);
            }
            Opened::Forged => {}
        }
    }

    fn refuse(&mut self, path: &Path, tag: u32, cause: &[u8]) {
        self.counters.refused += 1;
        self.answer(path, tag, ABORT, 0, cause);
    }

    fn answer(&mut self, path: &Path, tag: u32, kind: u8, flags: u8, value: &[u8]) {
        let ports = (path.local_port, path.peer_port);
        self.outputs.push_back(Output::Transmit {
            to: path.peer,
            bytes: packet::build(ports, tag, kind, flags, value, &[]),
        });
    }

    fn is_full(&self) -> bool {
        self.associations.len() >= self.config.max_associations
    }

    fn insert(&mut self, association: Association) -> AssociationId {
        let id = AssociationId(self.next_id);
        self.next_id += 1;
        self.by_path.insert(association.path, id);
        self.associations.insert(id, association);
        id
    }

    fn flush_all(&mut self) {
        while let Some((id, now)) = self.dirty.pop() {
            self.flush(id, now);
        }
    }

    fn flush(&mut self, id: AssociationId, now: Instant) {
        let mut unsent = 0;
        self.with(id, now, |association| unsent = association.flush());
        self.counters.unsent += unsent as u64;
    }

    fn with(&mut self, id: AssociationId, now: Instant, act: impl FnOnce(&mut Association)) {
        if let Some(association) = self.associations.get_mut(&id) {
            association.advance(now);
            act(association);
            self.settle(id, false, now);
        }
    }

    /// Passes on what an association tells, and looks after its timer and its end.
    fn settle(&mut self, id: AssociationId, accepted: bool, now: Instant) {
        while let Some(association) = self.associations.get_mut(&id) {
            let path = association.path;
            match association.poll() {
                Some(Told::Transmit(bytes)) => self.transmit(&path, bytes, now),
                Some(Told::Ignored) => self.counters.faults += 1,
                Some(Told::Ended(how)) => self.remove(id, how),
                Some(told) => self.tell(id, path, told, accepted),
                None => {
                    match association.deadline() {
                        Some(at) => self.deadlines.arm(id, at.max(now + TICK)),
                        None => {
                            self.deadlines.cancel(&id);
                        }
                    }
                    return;
                }
            }
        }
    }

    fn tell(&mut self, association: AssociationId, path: Path, told: Told, accepted: bool) {
        let event = match told {
            Told::Up(streams) => Event::Up {
                association,
                path,
                streams,
                accepted,
            },
            Told::Restarted(streams) => Event::Restarted {
                association,
                streams,
            },
            Told::Message {
                stream,
                ppid,
                payload,
            } => Event::Message {
                association,
                stream,
                ppid,
                payload,
            },
            Told::Transmit(_) | Told::Ignored | Told::Ended(_) => return,
        };
        self.outputs.push_back(Output::Event(event));
    }

    fn transmit(&mut self, path: &Path, bytes: Vec<u8>, now: Instant) {
        let bytes = self.cookies.seal(bytes, path, now);
        let to = path.peer;
        self.outputs.push_back(Output::Transmit { to, bytes });
    }

    fn remove(&mut self, id: AssociationId, how: Result<(), Loss>) {
        let Some(association) = self.associations.remove(&id) else {
            return;
        };
        self.by_path.remove(&association.path);
        self.deadlines.cancel(&id);
        self.outputs.push_back(Output::Event(match how {
            Ok(()) => Event::Closed { association: id },
            Err(reason) => Event::Lost {
                association: id,
                reason,
            },
        }));
    }
}

fn open(
    cookies: &mut Cookies,
    counters: &mut Counters,
    packet: &Packet<'_>,
    path: &Path,
    now: Instant,
) -> Opened {
    let opened = match packet.is_intact() {
        true => cookies.open(packet, path, now),
        false => Opened::Forged,
    };
    if !matches!(opened, Opened::Genuine(_)) {
        counters.bad_cookies += 1;
    }
    opened
}
