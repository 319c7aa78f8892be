//! All spans and connections of a gateway, without IO.

mod line;

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use codecs::cesopsn::{FRAMES, PACKET, TIMESLOTS};
use slab::Slab;

use crate::command::{
    ConnectionId, Continuity, Event, Failure, Mode, Payload, Statistics, Timeslot,
};
use crate::connection::{Connection, Plan, SPAN_LAW};
use crate::continuity::Check;
use crate::joint::{End, Joint};
use crate::span::{Counters, Receiver, Transmitter, gather, scatter};
use line::Line;

/// How long a span may be silent before the gateway goes on by its own clock.
const PATIENCE: Duration = Duration::from_millis(200);
const MILLISECOND: Duration = Duration::from_millis(1);
/// Most milliseconds made up for; time beyond has passed in silence.
const CATCH_UP: u32 = 1000;
/// Most of them in one go: orders are not to wait until thousands of spans have caught up.
const IN_ONE_GO: u32 = 16;

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
    owners: [Option<Owner>; TIMESLOTS],
    /// Checks under way; one takes its timeslot's owner's place.
    checks: Vec<(u8, Check)>,
    /// When the gateway goes on by itself: at first when patience ends, then every millisecond.
    due: Instant,
    /// Whether packets arrive.
    up: bool,
    /// Packets sent by the gateway's own clock for which none had arrived yet.
    ahead: u32,
    /// Packets that have arrived and are not answered yet.
    owed: u32,
}

/// Whose a timeslot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Connection(usize),
    Joint(usize, End),
}

/// How much a fabric gathers before it passes it on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depths {
    /// Octets of an RTP packet.
    pub(crate) packet: usize,
    /// Octets of the jitter buffers.
    pub(crate) jitter: u32,
    /// Milliseconds of the queues between joined timeslots.
    pub(crate) joint: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Connection(usize),
    Joint(usize),
}

/// Joins timeslots with RTP streams and with each other. Connections are known by a number which stays the same while
/// they exist, so that finding one costs nothing.
pub(crate) struct Fabric {
    spans: Vec<Span>,
    /// Those with packets that are not answered yet. Of thousands of spans a wake-up concerns few.
    owing: Vec<usize>,
    /// No span is due before.
    due: Instant,
    connections: Slab<Connection>,
    joints: Slab<Joint>,
    numbers: HashMap<ConnectionId, Number>,
    depths: Depths,
    random: RandomState,
    drawn: u64,
    events: VecDeque<Event>,
}

impl Fabric {
    /// `remotes` are the far ends of the spans.
    pub(crate) fn new(
        remotes: impl Iterator<Item = SocketAddr>,
        depths: Depths,
        now: Instant,
    ) -> Self {
        let random = RandomState::new();
        let span = |(number, remote): (usize, _)| Span {
            remote,
            receiver: Receiver::new(),
            transmitter: Transmitter::new(random.hash_one(number) as u16),
            owners: [None; TIMESLOTS],
            checks: Vec::new(),
            due: now + PATIENCE,
            up: false,
            ahead: 0,
            owed: 0,
        };
        Self {
            spans: remotes.enumerate().map(span).collect(),
            owing: Vec::new(),
            due: now + PATIENCE,
            connections: Slab::new(),
            joints: Slab::new(),
            numbers: HashMap::new(),
            depths,
            random,
            drawn: 0,
            events: VecDeque::new(),
        }
    }

    /// Adds a connection and says its number.
    pub(crate) fn connect(&mut self, plan: &Plan) -> Result<usize, Failure> {
        self.claimable(plan.id, plan.timeslot)?;
        self.drawn += 1;
        let random = self.random.hash_one((plan.id.0, self.drawn));
        let Depths { packet, jitter, .. } = self.depths;
        let connection = Connection::new(plan, packet, jitter, random)?;
        let number = self.connections.insert(connection);
        self.give(plan.timeslot, Some(Owner::Connection(number)));
        self.numbers.insert(plan.id, Number::Connection(number));
        Ok(number)
    }

    /// Joins two timeslots.
    pub(crate) fn join(
        &mut self,
        id: ConnectionId,
        a: Timeslot,
        b: Timeslot,
    ) -> Result<(), Failure> {
        self.claimable(id, a)?;
        self.claimable(id, b)?;
        if a == b {
            return Err(Failure::TimeslotInUse);
        }
        let number = self.joints.insert(Joint::new(a, b, self.depths.joint));
        self.give(a, Some(Owner::Joint(number, End::A)));
        self.give(b, Some(Owner::Joint(number, End::B)));
        self.numbers.insert(id, Number::Joint(number));
        Ok(())
    }

    /// Changes a connection.
    pub(crate) fn modify(
        &mut self,
        id: ConnectionId,
        remote: Option<SocketAddr>,
        payload: Option<Payload>,
        mode: Option<Mode>,
    ) -> Result<(), Failure> {
        let Some(&Number::Connection(number)) = self.numbers.get(&id) else {
            return Err(Failure::NoConnection);
        };
        let connection = &mut self.connections[number];
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

    /// Removes a connection; its timeslots are idle again. Says its number if it had RTP, and what
    /// went over it.
    pub(crate) fn disconnect(
        &mut self,
        id: ConnectionId,
    ) -> Result<(Option<usize>, Statistics), Failure> {
        match self.numbers.remove(&id).ok_or(Failure::NoConnection)? {
            Number::Connection(number) => {
                let connection = self.connections.remove(number);
                self.give(connection.timeslot, None);
                Ok((Some(number), connection.statistics))
            }
            Number::Joint(number) => {
                let joint = self.joints.remove(number);
                for timeslot in joint.timeslots {
                    self.give(timeslot, None);
                }
                Ok((None, joint.statistics))
            }
        }
    }

    /// Begins or ends a continuity check.
    pub(crate) fn check(&mut self, Timeslot { span, slot }: Timeslot, action: Continuity) {
        let Some(span) = self.spans.get_mut(usize::from(span)) else {
            return;
        };
        if !(1..=TIMESLOTS).contains(&usize::from(slot)) {
            return;
        }
        span.checks.retain(|(checked, _)| *checked != slot);
        match action {
            Continuity::SendTone => span.checks.push((slot, Check::tone())),
            Continuity::LoopBack => span.checks.push((slot, Check::loop_back())),
            Continuity::Stop => {
                let idle = [SPAN_LAW.silence(); FRAMES];
                scatter(&idle, span.transmitter.timeslots(), slot);
            }
        }
    }

    /// Takes a datagram of the port of connection `number`.
    pub(crate) fn rtp_received(&mut self, number: usize, from: SocketAddr, datagram: &[u8]) {
        if let Some(connection) = self.connections.get_mut(number) {
            connection.rtp_received(from, datagram);
        }
    }

    /// Takes a datagram of the port of a span; [`Self::answer`] is to follow.
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
        if from != span.remote {
            return span.receiver.refuse(from);
        }
        let before = span.receiver.counters;
        let mut line = Line {
            number,
            lines,
            owners: &span.owners,
            checks: &mut span.checks,
            connections: &mut self.connections,
            joints: &mut self.joints,
            events: &mut self.events,
        };
        span.receiver.receive(datagram, |payload| {
            line.send_on(|slot| gather(payload, slot));
            // What was sent while this was on its way has paid for it.
            if span.ahead > 0 {
                span.ahead -= 1;
                return;
            }
            if span.owed == 0 {
                self.owing.push(number);
            }
            span.owed += 1;
        });
        if span.receiver.counters.restarts != before.restarts {
            span.ahead = 0;
        }
        if span.receiver.counters.received != before.received {
            span.due = now + PATIENCE;
            self.due = self.due.min(span.due);
            self.set_up(number, true);
        }
    }

    /// Sends a packet for every one that has arrived. What all spans have said is there by now, so
    /// that joined timeslots miss nothing when this comes late.
    pub(crate) fn answer(&mut self, lines: &mut impl Lines) {
        // In the order of the spans, whichever was heard first.
        self.owing.sort_unstable();
        for number in self.owing.drain(..) {
            let span = &mut self.spans[number];
            let mut line = Line {
                number,
                lines,
                owners: &span.owners,
                checks: &mut span.checks,
                connections: &mut self.connections,
                joints: &mut self.joints,
                events: &mut self.events,
            };
            for _ in 0..std::mem::take(&mut span.owed) {
                line.answer(&mut span.transmitter, false);
            }
        }
    }

    /// Goes on by the gateway's own clock where nothing arrives.
    pub(crate) fn handle_timeout(&mut self, now: Instant, lines: &mut impl Lines) {
        if self.due > now {
            return;
        }
        for number in 0..self.spans.len() {
            if self.spans[number].due > now {
                continue;
            }
            self.set_up(number, false);
            let span = &mut self.spans[number];
            let mut made = 0;
            while span.due <= now && made < IN_ONE_GO {
                let mut line = Line {
                    number,
                    lines,
                    owners: &span.owners,
                    checks: &mut span.checks,
                    connections: &mut self.connections,
                    joints: &mut self.joints,
                    events: &mut self.events,
                };
                line.send_on(|_| [SPAN_LAW.silence(); FRAMES]);
                line.answer(&mut span.transmitter, true);
                span.ahead = (span.ahead + 1).min(CATCH_UP);
                span.due += MILLISECOND;
                made += 1;
            }
            let oldest = now.checked_sub(CATCH_UP * MILLISECOND).unwrap_or(now);
            span.due = span.due.max(oldest);
        }
        let due = self.spans.iter().map(|span| span.due).min();
        self.due = due.unwrap_or(now + PATIENCE);
    }

    /// When `handle_timeout` may have something to do.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        (!self.spans.is_empty()).then_some(self.due)
    }

    /// What arrived on each span.
    pub(crate) fn counters(&self) -> impl Iterator<Item = Counters> {
        self.spans.iter().map(|span| span.receiver.counters)
    }

    /// Takes what has happened to the spans.
    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether a connection of that name could have that timeslot.
    fn claimable(&self, id: ConnectionId, timeslot: Timeslot) -> Result<(), Failure> {
        if self.numbers.contains_key(&id) {
            return Err(Failure::Exists);
        }
        let span = self.spans.get(usize::from(timeslot.span));
        let index = usize::from(timeslot.slot).checked_sub(1);
        let owner = span
            .zip(index)
            .and_then(|(span, index)| span.owners.get(index));
        match owner {
            None => Err(Failure::NoTimeslot),
            Some(Some(_)) => Err(Failure::TimeslotInUse),
            Some(None) => Ok(()),
        }
    }

    /// Gives a timeslot that exists to somebody; if to nobody it is idle.
    fn give(&mut self, Timeslot { span, slot }: Timeslot, owner: Option<Owner>) {
        let span = &mut self.spans[usize::from(span)];
        span.owners[usize::from(slot) - 1] = owner;
        let idle = [SPAN_LAW.silence(); FRAMES];
        scatter(&idle, span.transmitter.timeslots(), slot);
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

#[cfg(test)]
mod continuity_tests;
#[cfg(test)]
mod joint_tests;
#[cfg(test)]
mod tests;
