//! A user agent on a socket.

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sdp::{Address, AudioDescription, Description, Direction, Payload, Session};
use codecs::sip::{HeaderName, Message};
use protocols::sip::{
    AgentConfig, Body, Datagram, Event, Hop, Invite, Output, Proofs, Reliability, SessionId,
    TransactionConfig, UserAgent,
};

use crate::sipp::Sipp;

pub(crate) const CALLED: &str = "tel:+491715407090";

/// A user agent on a socket, and what it was told.
pub(crate) struct Agent {
    pub(crate) agent: UserAgent,
    socket: UdpSocket,
    local: SocketAddr,
    events: Vec<(SessionId, &'static str)>,
    /// Where messages get lost: those lost so far, each once.
    pub(crate) lost: Option<HashSet<Bytes>>,
}

/// What the agent does about an event.
pub(crate) type Conduct = fn(&mut Agent, &Event);

impl Agent {
    pub(crate) fn new(local: SocketAddr) -> Self {
        Self::proving(local, Proofs::new())
    }

    /// One that proves who it is, or has others prove it.
    pub(crate) fn proving(local: SocketAddr, proofs: Proofs) -> Self {
        let config = AgentConfig {
            bridges: true,
            proofs,
            ..AgentConfig::new(TransactionConfig::new(Hop::udp(local)))
        };
        let socket = UdpSocket::bind(local).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(5)))
            .unwrap();
        Self {
            agent: UserAgent::new(config, [7; 32]),
            socket,
            local,
            events: Vec::new(),
            lost: None,
        }
    }

    /// Whether this message gets lost.
    fn loses(&mut self, message: &Bytes) -> bool {
        self.lost
            .as_mut()
            .is_some_and(|lost| lost.insert(message.clone()))
    }

    /// Runs until SIPp has ended and all sessions are over.
    pub(crate) fn run(&mut self, mut sipp: Sipp, conduct: Conduct) {
        while !sipp.is_over() || (self.agent.sessions() > 0 && !self.is_hopeless()) {
            self.step(conduct);
        }
        sipp.assert_success();
        assert_eq!(self.agent.sessions(), 0, "no session is left");
    }

    /// Sessions that outlive SIPp by a minute will not end.
    fn is_hopeless(&mut self) -> bool {
        let timeout = self.agent.poll_timeout();
        timeout.is_none_or(|at| at > Instant::now() + Duration::from_secs(60))
    }

    fn step(&mut self, conduct: Conduct) {
        let mut buffer = [0; 65_536];
        match self.socket.recv_from(&mut buffer) {
            Ok((length, from)) => {
                let bytes = Bytes::copy_from_slice(&buffer[..length]);
                if !self.loses(&bytes) {
                    let datagram = Datagram {
                        bytes,
                        from: Hop::udp(from),
                        local: self.local,
                    };
                    self.agent.handle(datagram, Instant::now());
                }
            }
            Err(error) => assert!(
                matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
                "{error}"
            ),
        }
        if self
            .agent
            .poll_timeout()
            .is_some_and(|at| at <= Instant::now())
        {
            self.agent.handle_timeout(Instant::now());
        }
        self.drain(conduct);
    }

    pub(crate) fn drain(&mut self, conduct: Conduct) {
        while let Some(output) = self.agent.poll_output() {
            match output {
                Output::Transmit(transmit) if self.loses(&transmit.bytes) => {}
                Output::Transmit(transmit) => {
                    self.socket
                        .send_to(&transmit.bytes, transmit.to.address)
                        .unwrap();
                }
                Output::Event(event) => {
                    self.events.push(name(&event));
                    conduct(self, &event);
                }
            }
        }
    }

    pub(crate) fn call(&mut self, target: SocketAddr, offers: bool) -> SessionId {
        let invite = Invite {
            request_uri: CALLED.into(),
            target: Hop::udp(target),
            from: format!("<sip:+498912345678@{};user=phone>", self.local.ip()),
            to: format!("<{CALLED}>"),
            headers: vec![(HeaderName::PAssertedIdentity, "<tel:+498912345678>".into())],
            body: offers.then(|| self.offer()),
        };
        self.agent.invite(invite, Instant::now())
    }

    pub(crate) fn offer(&self) -> Body {
        sdp(&Description::offer(self.audio()))
    }

    /// The answer to the offer in a message.
    pub(crate) fn answer(&self, message: &Message) -> Body {
        let offer = Description::parse(message.body()).unwrap();
        sdp(&offer.answer(&self.audio()).unwrap().0)
    }

    pub(crate) fn audio(&self) -> AudioDescription {
        AudioDescription {
            address: Address::Ip(self.local.ip()),
            port: 40_000,
            payloads: vec![Payload::PCMA, Payload::telephone_event(101)],
            ptime: Some(20),
            maxptime: None,
            direction: Direction::SendRecv,
            preconditions: None,
        }
    }

    /// Takes a call: rings and answers.
    pub(crate) fn pick_up(&mut self, session: SessionId, request: &Message) {
        let now = Instant::now();
        assert_eq!(request.request_uri(), CALLED);
        let identity = request.addresses(HeaderName::PAssertedIdentity).next();
        let identity = identity.unwrap().unwrap().uri.telephone().unwrap();
        assert_eq!(identity.number, "+498912345678");
        let offer = Description::parse(request.body()).unwrap();
        let (answer, agreement) = offer.answer(&self.audio()).unwrap();
        assert_eq!(agreement.send, Payload::PCMA);
        assert_eq!(agreement.send_event, Some(96));
        self.agent
            .progress(session, 180, &[], None, Reliability::WhenRequired, now);
        self.agent.answer(session, &[], Some(&sdp(&answer)), now);
    }

    /// The events of each session, in order.
    pub(crate) fn stories(&self) -> Vec<Vec<&'static str>> {
        let mut stories: HashMap<SessionId, Vec<_>> = HashMap::new();
        for (session, name) in &self.events {
            stories.entry(*session).or_default().push(*name);
        }
        stories.into_values().collect()
    }
}

pub(crate) fn sdp(description: &Description) -> Body {
    let mut session = Session::new(1, "192.0.2.1".parse().unwrap());
    Body {
        content_type: "application/sdp".into(),
        bytes: session.write(description).into(),
    }
}

fn name(event: &Event) -> (SessionId, &'static str) {
    match event {
        Event::Invite { session, .. } => (*session, "invite"),
        Event::Progress { session, .. } => (*session, "progress"),
        Event::Answered { session, .. } => (*session, "answered"),
        Event::Rejected { session, .. } => (*session, "rejected"),
        Event::Acknowledged { session, .. } => (*session, "acknowledged"),
        Event::Reinvited { session, .. } => (*session, "reinvited"),
        Event::Bye { session, .. } => (*session, "bye"),
        Event::Cancelled { session, .. } => (*session, "cancelled"),
        Event::Terminated { session } => (*session, "terminated"),
        Event::Prack { session, .. } => (*session, "prack"),
        Event::Updated { session, .. } => (*session, "updated"),
        Event::Info { session, .. } => (*session, "info"),
        Event::Referred { session, .. } => (*session, "refer"),
        Event::Replied { session, .. } => (*session, "replied"),
        Event::Refresh { session } => (*session, "refresh"),
        Event::Probed { .. } | Event::NotProven { .. } => unreachable!("nobody asks, or lies"),
    }
}
