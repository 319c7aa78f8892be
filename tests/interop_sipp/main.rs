//! The user agent against SIPp, over UDP sockets: calls placed and taken, given up and refused, and
//! calls over a network that loses messages.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sdp::{Address, AudioDescription, Description, Direction, Payload, Session};
use codecs::sip::{HeaderName, Message};
use protocols::sip::{
    AgentConfig, Body, Datagram, Event, Hop, Invite, Output, Reliability, SessionId,
    TransactionConfig, UserAgent,
};

#[path = "support/sipp.rs"]
mod sipp;

use sipp::{Scenario, Sipp};

const CALLED: &str = "tel:+491715407090";

/// A user agent on a socket, and what it was told.
struct Agent {
    agent: UserAgent,
    socket: UdpSocket,
    local: SocketAddr,
    events: Vec<(SessionId, &'static str)>,
    /// Where messages get lost: those lost so far, each once.
    lost: Option<HashSet<Bytes>>,
}

/// What the agent does about an event.
type Conduct = fn(&mut Agent, &Event);

impl Agent {
    fn new(local: SocketAddr) -> Self {
        let config = AgentConfig {
            bridges: true,
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
    fn run(&mut self, mut sipp: Sipp, conduct: Conduct) {
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

    fn drain(&mut self, conduct: Conduct) {
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

    fn call(&mut self, target: SocketAddr) -> SessionId {
        let invite = Invite {
            request_uri: CALLED.into(),
            target: Hop::udp(target),
            from: format!("<sip:+498912345678@{};user=phone>", self.local.ip()),
            to: format!("<{CALLED}>"),
            headers: vec![(HeaderName::PAssertedIdentity, "<tel:+498912345678>".into())],
            body: Some(sdp(&Description::offer(self.audio()))),
        };
        self.agent.invite(invite, Instant::now())
    }

    fn audio(&self) -> AudioDescription {
        AudioDescription {
            address: Address::Ip(self.local.ip()),
            port: 40_000,
            payloads: vec![Payload::PCMA, Payload::telephone_event(101)],
            ptime: Some(20),
            maxptime: None,
            direction: Direction::SendRecv,
        }
    }

    /// Takes a call: rings and answers.
    fn pick_up(&mut self, session: SessionId, request: &Message) {
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
    fn stories(&self) -> Vec<Vec<&'static str>> {
        let mut stories: HashMap<SessionId, Vec<_>> = HashMap::new();
        for (session, name) in &self.events {
            stories.entry(*session).or_default().push(*name);
        }
        stories.into_values().collect()
    }
}

fn sdp(description: &Description) -> Body {
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
        Event::Replied { session, .. } => (*session, "replied"),
        Event::Refresh { session } => (*session, "refresh"),
        Event::Probed { .. } => unreachable!("nobody asks OPTIONS here"),
    }
}

/// SIPp calls the agent.
fn called_by(scenario: Scenario<'_>, conduct: Conduct) -> Option<Vec<Vec<&'static str>>> {
    meet(scenario, false, false, conduct)
}

/// The agent calls SIPp.
fn calling(scenario: Scenario<'_>, conduct: Conduct) -> Option<Vec<Vec<&'static str>>> {
    meet(scenario, true, false, conduct)
}

fn meet(
    scenario: Scenario<'_>,
    agent_calls: bool,
    messages_get_lost: bool,
    conduct: Conduct,
) -> Option<Vec<Vec<&'static str>>> {
    if !sipp::is_installed() {
        return None;
    }
    let (local, peer) = sipp::two_addresses();
    let mut agent = Agent::new(local);
    agent.lost = messages_get_lost.then(HashSet::new);
    let sipp = Sipp::start(&Scenario {
        local: peer,
        remote: (!agent_calls).then_some(local),
        ..scenario
    });
    if agent_calls {
        for _ in 0..scenario.calls {
            agent.call(peer);
        }
        agent.drain(conduct);
    }
    agent.run(sipp, conduct);
    Some(agent.stories())
}

fn pick_up(agent: &mut Agent, event: &Event) {
    if let Event::Invite {
        session, request, ..
    } = event
    {
        agent.pick_up(*session, request);
    }
}

/// Hangs up on who answers, having looked at the answer.
fn hang_up(agent: &mut Agent, event: &Event) {
    if let Event::Answered {
        session, response, ..
    } = event
    {
        let answer = Description::parse(response.body()).unwrap();
        let agreement = Description::offer(agent.audio()).agree(&answer).unwrap();
        assert_eq!(agreement.send, Payload::PCMA);
        agent.agent.hang_up(*session, &[], Instant::now());
    }
}

const TAKEN: [&str; 4] = ["invite", "acknowledged", "bye", "terminated"];
const PLACED: [&str; 3] = ["progress", "answered", "terminated"];

#[test]
fn calls_taken_and_ended_by_the_caller() {
    let scenario = Scenario {
        calls: 5,
        ..Scenario::default()
    };
    if let Some(stories) = called_by(scenario, pick_up) {
        assert_eq!(stories, vec![TAKEN; 5]);
    }
}

#[test]
fn a_call_given_up_while_it_rings() {
    let scenario = Scenario {
        name: "caller_gives_up",
        ..Scenario::default()
    };
    let ring = |agent: &mut Agent, event: &Event| {
        if let Event::Invite { session, .. } = event {
            agent.agent.progress(
                *session,
                180,
                &[],
                None,
                Reliability::WhenRequired,
                Instant::now(),
            );
        }
    };
    if let Some(stories) = called_by(scenario, ring) {
        assert_eq!(stories, [["invite", "cancelled", "terminated"]]);
    }
}

#[test]
fn a_call_refused() {
    let scenario = Scenario {
        name: "caller_meets_busy",
        ..Scenario::default()
    };
    let refuse = |agent: &mut Agent, event: &Event| {
        if let Event::Invite { session, .. } = event {
            let reason = (HeaderName::Reason, "Q.850;cause=17".into());
            agent.agent.reject(*session, 486, &[reason], Instant::now());
        }
    };
    if let Some(stories) = called_by(scenario, refuse) {
        assert_eq!(stories, [["invite", "terminated"]]);
    }
}

#[test]
fn calls_placed_and_ended_by_the_caller() {
    let scenario = Scenario {
        name: "called",
        calls: 5,
        ..Scenario::default()
    };
    if let Some(stories) = calling(scenario, hang_up) {
        assert_eq!(stories, vec![PLACED; 5]);
    }
}

#[test]
fn a_call_placed_and_ended_by_the_called() {
    let scenario = Scenario {
        name: "called_hangs_up",
        ..Scenario::default()
    };
    if let Some(stories) = calling(scenario, |_, _| {}) {
        assert_eq!(stories, [["answered", "bye", "terminated"]]);
    }
}

#[test]
fn a_placed_call_given_up_while_it_rings() {
    let scenario = Scenario {
        name: "called_rings_only",
        ..Scenario::default()
    };
    let give_up = |agent: &mut Agent, event: &Event| {
        if let Event::Progress { session, .. } = event {
            agent.agent.hang_up(*session, &[], Instant::now());
        }
    };
    if let Some(stories) = calling(scenario, give_up) {
        let [story] = &stories[..] else {
            panic!("one call: {stories:?}")
        };
        assert_eq!(
            (story[0], story[story.len() - 1]),
            ("progress", "terminated")
        );
        assert!(!story.contains(&"answered"), "{story:?}");
    }
}

#[test]
fn a_placed_call_refused() {
    let scenario = Scenario {
        name: "called_is_busy",
        ..Scenario::default()
    };
    let see = |_: &mut Agent, event: &Event| {
        if let Event::Rejected {
            status, response, ..
        } = event
        {
            let cause = response.as_ref().unwrap().reasons().next().unwrap().q850();
            assert_eq!((*status, cause), (486, Some(17)));
        }
    };
    if let Some(stories) = calling(scenario, see) {
        assert_eq!(stories, [["rejected", "terminated"]]);
    }
}

/// The first copy of every message is lost, each way. What is sent again arrives.
#[test]
fn calls_taken_over_a_network_that_loses() {
    let scenario = Scenario {
        pause: 3000, // long enough for ACK to be sent again before BYE
        ..Scenario::default()
    };
    if let Some(stories) = meet(scenario, false, true, pick_up) {
        assert_eq!(stories, [TAKEN]);
    }
}

#[test]
fn calls_placed_over_a_network_that_loses() {
    let scenario = Scenario {
        name: "called_hangs_up",
        ..Scenario::default()
    };
    if let Some(stories) = meet(scenario, true, true, |_, _| {}) {
        assert_eq!(stories, [["answered", "bye", "terminated"]]);
    }
}
