//! User agents on a simulated network, in virtual time.

mod calls;
mod crossings;
mod dialogs;
mod forks;
mod noise;
mod refusals;
mod timers;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sip::Message;

use super::*;
use crate::sip::TransactionConfig;

pub(super) const LATENCY: Duration = Duration::from_millis(10);
pub(super) const MS: Duration = Duration::from_millis(1);
pub(super) const S: Duration = Duration::from_secs(1);

pub(super) const ALICE: usize = 0;
pub(super) const BOB: usize = 1;
pub(super) const CAROL: usize = 2;

/// A party: a user agent, or an address whose messages the test reads and writes itself.
struct Party {
    name: &'static str,
    agent: Option<UserAgent>,
    events: VecDeque<Event>,
    inbox: VecDeque<Message>,
}

struct Flight {
    at: Instant,
    from: SocketAddr,
    to: SocketAddr,
    bytes: Bytes,
}

/// Parties joined by a network of 10 ms latency that loses what it is told to.
pub(super) struct Net {
    pub(super) now: Instant,
    parties: Vec<Party>,
    flights: VecDeque<Flight>,
    said: Vec<String>,
    lose: Box<dyn FnMut(&str) -> bool>,
}

pub(super) fn address(party: usize) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, u8::try_from(party).unwrap() + 1], 5060))
}

pub(super) fn config(party: usize) -> AgentConfig {
    let mut transactions = TransactionConfig::new(address(party).to_string());
    transactions.owner = format!("x{party}");
    AgentConfig {
        transactions,
        contact: format!("<sip:{}>", address(party)),
        product: "tandem".into(),
        bridges: true,
    }
}

pub(super) fn sdp(text: &'static str) -> Body {
    Body {
        content_type: "application/sdp".into(),
        bytes: Bytes::from_static(text.as_bytes()),
    }
}

/// A request that Carol writes herself.
#[derive(Clone)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) branch: &'a str,
    pub(super) cseq: u32,
    pub(super) to_tag: &'a str,
    /// Further lines, each with its line end.
    pub(super) more: &'a str,
}

pub(super) const CAROLS: Request<'static> = Request {
    method: "INVITE",
    uri: "sip:bob@192.0.2.2",
    branch: "z9hG4bKcarol1",
    cseq: 1,
    to_tag: "",
    more: "Contact: <sip:carol@192.0.2.3>\r\n",
};

impl Request<'_> {
    pub(super) fn bytes(&self) -> Bytes {
        let Self {
            method,
            uri,
            branch,
            cseq,
            to_tag,
            more,
        } = self;
        let to_tag = match *to_tag {
            "" => String::new(),
            tag => format!(";tag={tag}"),
        };
        format!(
            "{method} {uri} SIP/2.0\r\n\
             Via: SIP/2.0/UDP 192.0.2.3;branch={branch}\r\n\
             From: Carol <sip:carol@example.com>;tag=c\r\n\
             To: <sip:bob@example.com>{to_tag}\r\n\
             Call-ID: carols-call\r\n\
             CSeq: {cseq} {method}\r\n\
             {more}\r\n"
        )
        .into()
    }
}

/// A message in short: `INVITE`, `200 BYE`.
pub(super) fn short(message: &Message) -> String {
    if message.is_request() {
        message.method().to_string()
    } else {
        format!("{} {}", message.status(), message.method())
    }
}

impl Net {
    /// Alice and Bob are user agents, Carol is played by the test.
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl Fn(&mut AgentConfig)) -> Self {
        let party = |index: usize, name, played: bool| Party {
            name,
            agent: (!played).then(|| {
                let mut config = config(index);
                change(&mut config);
                UserAgent::new(config, [u8::try_from(index).unwrap(); 32])
            }),
            events: VecDeque::new(),
            inbox: VecDeque::new(),
        };
        Self {
            now: Instant::now(),
            parties: vec![
                party(0, "alice", false),
                party(1, "bob", false),
                party(2, "carol", true),
            ],
            flights: VecDeque::new(),
            said: Vec::new(),
            lose: Box::new(|_| false),
        }
    }

    /// From now on messages are lost for whose line (`alice>bob INVITE`) this is true.
    pub(super) fn lose(&mut self, which: impl FnMut(&str) -> bool + 'static) {
        self.lose = Box::new(which);
    }

    pub(super) fn agent(&mut self, party: usize) -> &mut UserAgent {
        self.parties[party].agent.as_mut().unwrap()
    }

    /// Lets a party's owner do something.
    pub(super) fn act<T>(
        &mut self,
        party: usize,
        act: impl FnOnce(&mut UserAgent, Instant) -> T,
    ) -> T {
        let now = self.now;
        let result = act(self.agent(party), now);
        self.drain(party);
        result
    }

    /// Alice calls whoever is at `target`.
    pub(super) fn call(&mut self, target: usize) -> SessionId {
        let invite = Invite {
            request_uri: "tel:+491715407090".into(),
            target: address(target),
            from: "<tel:+498912345678>".into(),
            to: "<tel:+491715407090>".into(),
            contact: format!("<sip:{}>", address(ALICE)),
            headers: vec![(HeaderName::Privacy, "id".into())],
            body: Some(sdp("v=0")),
        };
        self.act(ALICE, |agent, now| agent.invite(invite, now))
    }

    /// A call between Alice and Bob, their sessions, answered after ringing.
    pub(super) fn conversation(&mut self) -> (SessionId, SessionId) {
        let alice = self.call(BOB);
        self.run(LATENCY);
        let bob = self.incoming(BOB);
        self.act(BOB, |agent, now| {
            agent.progress(bob, 180, &[], None, now);
            agent.answer(bob, &[], Some(&sdp("v=1")), now);
        });
        self.run(3 * LATENCY);
        self.says();
        (alice, bob)
    }

    /// The session of the call that came in last.
    pub(super) fn incoming(&mut self, party: usize) -> SessionId {
        let events = &self.parties[party].events;
        let session = events.iter().rev().find_map(|event| match event {
            Event::Invite { session, .. } => Some(*session),
            _ => None,
        });
        session.unwrap()
    }

    pub(super) fn last_event(&mut self, party: usize) -> Event {
        self.parties[party].events.pop_back().unwrap()
    }

    /// Sends a request of Carol's to Bob and gives back the response.
    pub(super) fn ask(&mut self, request: &Request<'_>) -> Message {
        self.parties[CAROL].inbox.clear();
        self.inject(CAROL, BOB, request.bytes());
        self.run(2 * LATENCY);
        self.parties[CAROL].inbox.pop_back().unwrap()
    }

    /// The next message that the test's own party was sent.
    pub(super) fn received(&mut self, party: usize) -> Message {
        self.parties[party].inbox.pop_front().unwrap()
    }

    pub(super) fn sessions_of(&mut self, party: usize) -> Vec<SessionId> {
        let sessions = self.agent(party).sessions.iter();
        let id = |(slot, session): (usize, &Session)| SessionId {
            slot,
            serial: session.serial,
        };
        sessions.map(id).collect()
    }

    /// What is on its way.
    pub(super) fn in_flight(&self) -> Vec<Bytes> {
        let flights = self.flights.iter();
        flights.map(|flight| flight.bytes.clone()).collect()
    }

    /// Sends a message written by the test.
    pub(super) fn inject(&mut self, from: usize, to: usize, bytes: Bytes) {
        self.transmit(address(from), address(to), bytes);
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.next().filter(|&at| at <= end) {
            self.now = self.now.max(at);
            self.step();
        }
        self.now = end;
    }

    /// Lets everything come to rest, for an hour at most, and asserts that nothing is left.
    pub(super) fn rest(&mut self) {
        self.run(3600 * S);
        for party in &mut self.parties {
            if let Some(agent) = &mut party.agent {
                assert_eq!(agent.sessions(), 0, "sessions of {}", party.name);
                assert_eq!(agent.transactions(), 0, "transactions of {}", party.name);
                assert_eq!(agent.poll_timeout(), None, "timers of {}", party.name);
                assert!(agent.by_tag.is_empty() && agent.by_origin.is_empty());
            }
        }
    }

    /// What was sent and what owners were told since the last time.
    pub(super) fn says(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    fn next(&mut self) -> Option<Instant> {
        let timers = self.parties.iter_mut();
        let timers = timers.filter_map(|party| party.agent.as_mut()?.poll_timeout());
        let flight = self.flights.front().map(|flight| flight.at);
        timers.chain(flight).min()
    }

    fn step(&mut self) {
        let now = self.now;
        let due = |flight: &Flight| flight.at <= now;
        while let Some(flight) = self.flights.pop_front_if(|flight| due(flight)) {
            self.deliver(flight);
        }
        for party in 0..self.parties.len() {
            if let Some(agent) = &mut self.parties[party].agent {
                agent.handle_timeout(now);
                self.drain(party);
            }
        }
    }

    fn deliver(&mut self, flight: Flight) {
        let Some(index) = (0..self.parties.len()).find(|&index| address(index) == flight.to) else {
            return;
        };
        let party = &mut self.parties[index];
        match &mut party.agent {
            Some(agent) => {
                let datagram = Datagram {
                    bytes: flight.bytes,
                    from: flight.from,
                };
                agent.handle(datagram, self.now);
                self.drain(index);
            }
            None => party.inbox.extend(Message::parse(flight.bytes)),
        }
    }

    fn drain(&mut self, index: usize) {
        while let Some(output) = self.agent(index).poll_output() {
            match output {
                Output::Transmit(Transmit { bytes, to }) => {
                    self.transmit(address(index), to, bytes);
                }
                Output::Event(event) => {
                    let party = &mut self.parties[index];
                    self.said.push(format!("{}: {}", party.name, name(&event)));
                    party.events.push_back(event);
                }
            }
        }
    }

    fn transmit(&mut self, from: SocketAddr, to: SocketAddr, bytes: Bytes) {
        let name = |address_: SocketAddr| {
            let index = (0..self.parties.len()).find(|&index| address(index) == address_);
            index.map_or("nobody", |index| self.parties[index].name)
        };
        let what = Message::parse(bytes.clone()).map_or("noise".into(), |m| short(&m));
        let line = format!("{}>{} {what}", name(from), name(to));
        if (self.lose)(&line) {
            return self.said.push(format!("{line} (lost)"));
        }
        self.said.push(line);
        self.flights.push_back(Flight {
            at: self.now + LATENCY,
            from,
            to,
            bytes,
        });
    }
}

fn name(event: &Event) -> String {
    match event {
        Event::Invite { .. } => "Invite".into(),
        Event::Progress { response, .. } => format!("Progress {}", response.status()),
        Event::Answered { .. } => "Answered".into(),
        Event::Rejected { status, .. } => format!("Rejected {status}"),
        Event::Acknowledged { .. } => "Acknowledged".into(),
        Event::Reinvited { .. } => "Reinvited".into(),
        Event::Bye { .. } => "Bye".into(),
        Event::Cancelled { .. } => "Cancelled".into(),
        Event::Terminated { .. } => "Terminated".into(),
    }
}
