//! A terminal as one machine without IO: a user agent whose user answers calls and places them.

mod placed;
mod taken;

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use codecs::isup::Cause;
use codecs::sdp::{self, Address, Agreement, AudioDescription, Encoding};
use codecs::sip::Message;
use media::{Law, Payload};
use protocols::deadlines::Deadlines;
use protocols::sip::{
    self, AgentConfig, Body, Datagram, Event, Hop, SessionId, TransactionConfig, Transmit,
    UserAgent,
};
use routing::E164;
use slab::Slab;

use self::taken::canceller;
use super::call::{Answer, Call, Next, Voice};
use crate::party::{CallId, CallReport, Conversation, Direction, ReleasedBy};

/// What a terminal is told.
#[derive(Debug, Clone)]
pub struct PhoneConfig {
    /// Its name, which is also the user part of its Contact.
    pub name: String,
    /// Where it listens for SIP.
    pub address: SocketAddr,
    /// The number it calls under.
    pub number: E164,
    /// The domain of its user.
    pub domain: String,
    /// Where it sends its calls to.
    pub scscf: SocketAddr,
    /// How it takes calls.
    pub answer: Answer,
    /// What it does once it has taken one.
    pub conversation: Conversation,
    /// The laws it speaks, the preferred first.
    pub codecs: Vec<Law>,
    /// The first of its RTP ports; every call at a time takes the next even one.
    pub rtp_port: u16,
}

/// What the owner of a [`Phone`] is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum PhoneOutput {
    /// Send a datagram.
    Transmit(Transmit),
    /// Let voice through; if that call has voice already, let it through there from now on.
    Voice(Voice),
    /// A call is over, and its voice with it.
    Ended {
        /// Which.
        call: CallId,
        /// What became of it; the voice is for the owner to add.
        report: CallReport,
    },
}

/// A terminal.
#[derive(Debug)]
pub struct Phone {
    config: PhoneConfig,
    agent: UserAgent,
    calls: HashMap<SessionId, Call>,
    ports: Slab<()>,
    deadlines: Deadlines<SessionId>,
    outputs: VecDeque<PhoneOutput>,
    next_id: u64,
}

impl Phone {
    /// Idle. `seed` makes tags and branches unguessable.
    pub fn new(config: PhoneConfig, seed: [u8; 32]) -> Self {
        let agent = AgentConfig {
            user: Some(config.name.clone()),
            product: "tandem ims".into(),
            ..AgentConfig::new(TransactionConfig::new(Hop::udp(config.address)))
        };
        Self {
            agent: UserAgent::new(agent, seed),
            config,
            calls: HashMap::new(),
            ports: Slab::new(),
            deadlines: Deadlines::new(),
            outputs: VecDeque::new(),
            next_id: 0,
        }
    }

    /// Takes a datagram in.
    pub fn handle(&mut self, datagram: Datagram, now: Instant) {
        self.agent.handle(datagram, now);
        self.settle(now);
    }

    /// A datagram could not be sent.
    pub fn transport_failed(&mut self, transmit: Transmit, now: Instant) {
        self.agent.transport_failed(transmit, now);
        self.settle(now);
    }

    /// Lets every timer act that is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.agent.handle_timeout(now);
        self.settle(now);
        while let Some(session) = self.deadlines.expire(now) {
            self.proceed(session, now);
            self.settle(now);
        }
    }

    /// The next thing for the owner to do.
    pub fn poll_output(&mut self) -> Option<PhoneOutput> {
        self.outputs.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let agent = self.agent.poll_timeout();
        agent.into_iter().chain(self.deadlines.earliest()).min()
    }

    /// Ends every call.
    pub fn hang_up_all(&mut self, now: Instant) {
        let sessions: Vec<SessionId> = self.calls.keys().copied().collect();
        for session in sessions {
            self.hang_up(session, now);
        }
        self.settle(now);
    }

    /// How many calls there are, those being ended included.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    fn settle(&mut self, now: Instant) {
        while let Some(output) = self.agent.poll_output() {
            match output {
                sip::Output::Transmit(transmit) => {
                    self.outputs.push_back(PhoneOutput::Transmit(transmit));
                }
                sip::Output::Event(event) => self.hear(event, now),
            }
        }
    }

    fn hear(&mut self, event: Event, now: Instant) {
        match event {
            Event::Invite {
                session, request, ..
            } => self.offered(session, &request, now),
            Event::Progress {
                session, response, ..
            } => self.progress(session, &response, now),
            Event::Answered {
                session, response, ..
            } => self.answered(session, &response, now),
            Event::Acknowledged { .. } | Event::Probed { .. } | Event::NotProven { .. } => {}
            Event::Rejected {
                session,
                status,
                response,
            } => self.end(session, |call| {
                let by = match response {
                    Some(_) => ReleasedBy::There,
                    None => ReleasedBy::Failure,
                };
                call.ends(Some(status), response.as_ref().and_then(cause), by);
            }),
            Event::Reinvited { session, request } => self.reoffered(session, &request, now),
            Event::Prack {
                session,
                request,
                transaction: Some(transaction),
            }
            | Event::Updated {
                session,
                request,
                transaction: Some(transaction),
                ..
            } => self.updated(session, transaction, &request, now),
            Event::Info {
                session,
                transaction: Some(transaction),
                ..
            } => self
                .agent
                .respond(session, transaction, 415, &[], None, now),
            // A terminal stays with whom it speaks to.
            Event::Referred {
                session,
                transaction,
                ..
            } => self
                .agent
                .respond(session, transaction, 603, &[], None, now),
            Event::Refresh { session } => self.refresh(session, now),
            Event::Prack { .. }
            | Event::Updated { .. }
            | Event::Info { .. }
            | Event::Replied { .. } => {}
            Event::Bye { session, request } => self.end(session, |call| {
                let cause = cause(&request).unwrap_or(Cause::NORMAL_CLEARING);
                call.ends(None, Some(cause), ReleasedBy::There);
            }),
            Event::Cancelled { session, request } => self.end(session, |call| {
                call.ends(Some(487), cause(&request), canceller(&request));
            }),
            Event::Terminated { session } => self.terminated(session, now),
        }
    }

    fn end(&mut self, session: SessionId, end: impl FnOnce(&mut Call)) {
        if let Some(call) = self.calls.get_mut(&session) {
            end(call);
        }
    }

    fn terminated(&mut self, session: SessionId, now: Instant) {
        self.deadlines.cancel(&session);
        let Some(call) = self.calls.remove(&session) else {
            return;
        };
        self.ports.remove(call.port);
        self.outputs.push_back(PhoneOutput::Ended {
            call: call.id,
            report: call.report(&self.config.name, now),
        });
    }

    fn converse(&mut self, session: SessionId, now: Instant) {
        let Some(call) = self.calls.get_mut(&session) else {
            return;
        };
        call.answered = Some(now);
        let after = call.conversation.hang_up_after;
        if call.direction == Direction::Incoming {
            self.outputs
                .extend(call.voice.clone().map(PhoneOutput::Voice));
        }
        self.later(session, Next::HangUp, after, now);
    }

    /// A call's timer.
    fn proceed(&mut self, session: SessionId, now: Instant) {
        match self.calls.get(&session).map(|call| call.next) {
            Some(Next::Answer) => self.answer(session, now),
            Some(Next::Reject(status)) => self.reject(session, status, now),
            Some(Next::HangUp) => self.hang_up(session, now),
            Some(Next::Nothing) | None => {}
        }
    }

    fn hang_up(&mut self, session: SessionId, now: Instant) {
        self.end(session, |call| {
            call.ends(None, Some(Cause::NORMAL_CLEARING), ReleasedBy::Here);
        });
        self.agent.hang_up(session, &[], now);
    }

    fn later(&mut self, session: SessionId, next: Next, time: Option<Duration>, now: Instant) {
        if let Some(call) = self.calls.get_mut(&session) {
            call.next = next;
        }
        match time {
            Some(time) => self.deadlines.arm(session, now + time),
            None => {
                self.deadlines.cancel(&session);
            }
        }
    }

    fn voice(&self, call: &Call, agreement: &Agreement) -> Option<Voice> {
        let Address::Ip(ip) = agreement.address else {
            return None;
        };
        Some(Voice {
            call: call.id,
            local: self.config.rtp(call.port),
            remote: SocketAddr::new(ip, agreement.port),
            payload: Payload {
                pt: agreement.send.number,
                law: law(&agreement.send.encoding)?,
            },
            says: call.conversation.says,
            expects: call.conversation.expects,
        })
    }

    fn audio(&self, port: usize) -> AudioDescription {
        let payload = |law: &Law| match law {
            Law::A => sdp::Payload::PCMA,
            Law::Mu => sdp::Payload::PCMU,
        };
        let rtp = self.config.rtp(port);
        AudioDescription {
            address: Address::Ip(rtp.ip()),
            port: rtp.port(),
            payloads: self.config.codecs.iter().map(payload).collect(),
            ptime: Some(20),
            maxptime: None,
            direction: sdp::Direction::SendRecv,
            preconditions: None,
        }
    }

    fn new_description(&self) -> sdp::Session {
        sdp::Session::new(self.next_id + 1, self.config.address.ip())
    }

    fn new_id(&mut self) -> CallId {
        self.next_id += 1;
        CallId(self.next_id)
    }
}

impl PhoneConfig {
    fn rtp(&self, port: usize) -> SocketAddr {
        let offset = u16::try_from(2 * port).unwrap_or(u16::MAX);
        let ip: IpAddr = self.address.ip();
        SocketAddr::new(ip, self.rtp_port.saturating_add(offset))
    }
}

fn law(encoding: &Encoding) -> Option<Law> {
    match encoding {
        Encoding::Pcma => Some(Law::A),
        Encoding::Pcmu => Some(Law::Mu),
        _ => None,
    }
}

fn body(sdp: Vec<u8>) -> Body {
    Body {
        content_type: "application/sdp".into(),
        bytes: sdp.into(),
    }
}

/// The cause of ISUP that a message speaks of (RFC 3326, RFC 6432).
fn cause(message: &Message) -> Option<Cause> {
    message
        .reasons()
        .find_map(|reason| reason.q850())
        .and_then(|cause| Cause::try_from(cause).ok())
}
