//! All spans and connections of a gateway, without IO.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use codecs::cesopsn::{FRAMES, PACKET, TIMESLOTS};
use slab::Slab;

use crate::command::{ConnectionId, Event, Failure, Mode, Payload, Statistics, Timeslot};
use crate::connection::{Connection, Plan, SPAN_LAW};
use crate::span::{Receiver, Transmitter, gather, scatter};

/// How long a span may be silent before the gateway goes on by its own clock.
const PATIENCE: Duration = Duration::from_millis(200);
const MILLISECOND: Duration = Duration::from_millis(1);
/// Most milliseconds made up for in one go; time beyond has passed in silence.
const CATCH_UP: u32 = 1000;

/// Where packets go to.
pub(crate) trait Lines {
    /// A packet for the far end of a span.
    fn tdm(&mut self, span: usize, packet: &[u8; PACKET]);
    /// A packet from the port of a connection.
    fn rtp(&mut self, connection: usize, to: SocketAddr, packet: &[u8]);
}

struct Span {
    remote: SocketAddr,
    receiver: Receiver,
    transmitter: Transmitter,
    connections: [Option<usize>; TIMESLOTS],
    /// When the gateway goes on by itself: at first when patience ends, then every millisecond.
    due: Instant,
    /// Whether packets arrive.
    up: bool,
    /// Packets sent by the gateway's own clock for which none had arrived yet.
    ahead: u32,
}

/// Joins timeslots and RTP streams. Connections are known by a number which stays the same while
/// they exist, so that finding one costs nothing.
pub(crate) struct Fabric {
    spans: Vec<Span>,
    connections: Slab<Connection>,
    numbers: HashMap<ConnectionId, usize>,
    duration: usize,
    depth: u32,
    random: RandomState,
    drawn: u64,
    events: VecDeque<Event>,
}

impl Fabric {
    /// `remotes` are the far ends of the spans; `duration` and `depth` are octets of an RTP
    /// packet and of the jitter buffers.
    pub(crate) fn new(
        remotes: impl Iterator<Item = SocketAddr>,
        duration: usize,
        depth: u32,
        now: Instant,
    ) -> Self {
        let random = RandomState::new();
        let span = |(number, remote): (usize, _)| Span {
            remote,
            receiver: Receiver::new(),
            transmitter: Transmitter::new(random.hash_one(number) as u16),
            connections: [None; TIMESLOTS],
            due: now + PATIENCE,
            up: false,
            ahead: 0,
        };
        Self {
            spans: remotes.enumerate().map(span).collect(),
            connections: Slab::new(),
            numbers: HashMap::new(),
            duration,
            depth,
            random,
            drawn: 0,
            events: VecDeque::new(),
        }
    }

    /// Adds a connection and says its number.
    pub(crate) fn connect(&mut self, plan: &Plan) -> Result<usize, Failure> {
        if self.numbers.contains_key(&plan.id) {
            return Err(Failure::Exists);
        }
        if self
            .place(plan.timeslot)
            .ok_or(Failure::NoTimeslot)?
            .is_some()
        {
            return Err(Failure::TimeslotInUse);
        }
        self.drawn += 1;
        let random = self.random.hash_one((plan.id.0, self.drawn));
        let connection = Connection::new(plan, self.duration, self.depth, random)?;
        let number = self.connections.insert(connection);
        if let Some(place) = self.place(plan.timeslot) {
            *place = Some(number);
        }
        self.numbers.insert(plan.id, number);
        Ok(number)
    }

    /// Changes a connection.
    pub(crate) fn modify(
        &mut self,
        id: ConnectionId,
        remote: Option<SocketAddr>,
        payload: Option<Payload>,
        mode: Option<Mode>,
    ) -> Result<(), Failure> {
        let number = self.numbers.get(&id).ok_or(Failure::NoConnection)?;
        let connection = &mut self.connections[*number];
        if let Some(payload) = payload {
            connection.set_payload(payload)?;
        }
        if let Some(remote) = remote {
            connection.set_remote(remote);
        }
        if let Some(mode) = mode {
            connection.set_mode(mode);
        }
        Ok(())
    }

    /// Removes a connection; its timeslot is idle again.
    pub(crate) fn disconnect(&mut self, id: ConnectionId) -> Result<(usize, Statistics), Failure> {
        let number = self.numbers.remove(&id).ok_or(Failure::NoConnection)?;
        let connection = self.connections.remove(number);
        let Timeslot { span, slot } = connection.timeslot;
        if let Some(place) = self.place(connection.timeslot) {
            *place = None;
        }
        let timeslots = self.spans[usize::from(span)].transmitter.timeslots();
        scatter(&[SPAN_LAW.silence(); FRAMES], timeslots, slot);
        Ok((number, connection.statistics))
    }

    /// Takes a datagram of the port of connection `number`.
    pub(crate) fn rtp_received(&mut self, number: usize, from: SocketAddr, datagram: &[u8]) {
        if let Some(connection) = self.connections.get_mut(number) {
            connection.rtp_received(from, datagram);
        }
    }

    /// Takes a datagram of the port of a span.
    pub(crate) fn tdm_received(
        &mut self,
        number: usize,
        from: SocketAddr,
        datagram: &[u8],
        now: Instant,
        lines: &mut impl Lines,
    ) {
        let Some(span) = self.spans.get_mut(number) else {
            return;
        };
        let Span {
            remote,
            receiver,
            transmitter,
            connections,
            ahead,
            ..
        } = span;
        if from != *remote {
            receiver.counters.foreign += 1;
            return;
        }
        let before = receiver.counters;
        receiver.receive(datagram, |payload| {
            let mut line = Line {
                number,
                lines,
                connections,
                all: &mut self.connections,
            };
            line.send_on(|slot| gather(payload, slot));
            // What was sent while this was on its way has paid for it.
            if *ahead > 0 {
                *ahead -= 1;
            } else {
                line.answer(transmitter, false);
            }
        });
        if receiver.counters.restarts != before.restarts {
            *ahead = 0;
        }
        if receiver.counters.received != before.received {
            span.due = now + PATIENCE;
            self.set_up(number, true);
        }
    }

    /// Goes on by the gateway's own clock where nothing arrives.
    pub(crate) fn handle_timeout(&mut self, now: Instant, lines: &mut impl Lines) {
        for number in 0..self.spans.len() {
            if self.spans[number].due > now {
                continue;
            }
            self.set_up(number, false);
            let span = &mut self.spans[number];
            let mut made = 0;
            while span.due <= now && made < CATCH_UP {
                let Span {
                    transmitter,
                    connections,
                    ..
                } = span;
                let mut line = Line {
                    number,
                    lines,
                    connections,
                    all: &mut self.connections,
                };
                line.send_on(|_| [SPAN_LAW.silence(); FRAMES]);
                line.answer(transmitter, true);
                span.ahead = (span.ahead + 1).min(CATCH_UP);
                span.due += MILLISECOND;
                made += 1;
            }
            span.due = span.due.max(now);
        }
    }

    /// When `handle_timeout` has something to do.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.spans.iter().map(|span| span.due).min()
    }

    /// Takes what has happened to the spans.
    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn place(&mut self, Timeslot { span, slot }: Timeslot) -> Option<&mut Option<usize>> {
        let span = self.spans.get_mut(usize::from(span))?;
        span.connections.get_mut(usize::from(slot).checked_sub(1)?)
    }

    fn set_up(&mut self, number: usize, up: bool) {
        let span = &mut self.spans[number];
        if span.up != up {
            span.up = up;
            let counters = span.receiver.counters;
            self.events.push_back(Event::Span {
                span: number as u16,
                up,
                counters,
            });
        }
    }
}

/// One span while a millisecond passes through it.
struct Line<'a, L> {
    number: usize,
    lines: &'a mut L,
    connections: &'a [Option<usize>; TIMESLOTS],
    all: &'a mut Slab<Connection>,
}

impl<L: Lines> Line<'_, L> {
    /// Gives each connection the octets of its timeslot.
    fn send_on(&mut self, octets: impl Fn(u8) -> [u8; FRAMES]) {
        for (slot, number) in (1..).zip(self.connections) {
            if let Some(number) = *number
                && let Some(connection) = self.all.get_mut(number)
                && let Some((to, packet)) = connection.timeslot_said(octets(slot))
            {
                self.lines.rtp(number, to, packet);
            }
        }
    }

    /// Sends a packet with what the connections have for their timeslots.
    fn answer(&mut self, transmitter: &mut Transmitter, receive_fault: bool) {
        for (slot, number) in (1..).zip(self.connections) {
            if let Some(number) = *number
                && let Some(connection) = self.all.get_mut(number)
            {
                scatter(&connection.timeslot_hears(), transmitter.timeslots(), slot);
            }
        }
        self.lines
            .tdm(self.number, transmitter.packet(receive_fault));
    }
}

#[cfg(test)]
mod tests;
