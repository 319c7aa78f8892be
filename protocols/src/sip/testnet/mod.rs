//! Parties on a simulated network, in virtual time.

mod request;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sip::Message;

use codecs::sip::HeaderName;

use super::{
    AgentConfig, Body, Datagram, Event, ForwardId, Hop, Invite, Output, Proxy, ProxyConfig,
    ProxyOutput, Reliability, SessionId, TransactionConfig, UserAgent,
};

pub(in crate::sip) use request::{CAROLS, Request};

pub(in crate::sip) const LATENCY: Duration = Duration::from_millis(10);
pub(in crate::sip) const MS: Duration = Duration::from_millis(1);
pub(in crate::sip) const S: Duration = Duration::from_secs(1);

pub(in crate::sip) const ALICE: usize = 0;
pub(in crate::sip) const BOB: usize = 1;
pub(in crate::sip) const CAROL: usize = 2;
pub(in crate::sip) const PROXY: usize = 3;
pub(in crate::sip) const DAVE: usize = 4;

/// A party: a user agent, or an address whose messages the test reads and writes itself.
struct Party {
    name: &'static str,
    player: Player,
    events: VecDeque<Event>,
    /// What the proxy's owner is asked.
    asked: VecDeque<ForwardId>,
    inbox: VecDeque<Message>,
}

/// Who plays a party.
#[allow(clippy::large_enum_variant)] // a handful of them
enum Player {
    Agent(UserAgent),
    Proxy(Proxy),
    Test,
}

impl Player {
    fn poll_timeout(&mut self) -> Option<Instant> {
        match self {
            Self::Agent(agent) => agent.poll_timeout(),
            Self::Proxy(proxy) => proxy.poll_timeout(),
            Self::Test => None,
        }
    }
}

impl Party {
    fn new(name: &'static str, player: Player) -> Self {
        Self {
            name,
            player,
            events: VecDeque::new(),
            asked: VecDeque::new(),
            inbox: VecDeque::new(),
        }
    }
}

struct Flight {
    at: Instant,
    from: Hop,
    to: Hop,
    bytes: Bytes,
}

/// Parties joined by a network of 10 ms latency that loses what it is told to.
pub(in crate::sip) struct Net {
    pub(in crate::sip) now: Instant,
    parties: Vec<Party>,
    flights: VecDeque<Flight>,
    said: Vec<String>,
    lose: Box<dyn FnMut(&str) -> bool>,
}

pub(in crate::sip) fn hop(party: usize) -> Hop {
    Hop::udp(address(party))
}

pub(in crate::sip) fn address(party: usize) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, u8::try_from(party).unwrap() + 1], 5060))
}

pub(in crate::sip) fn config(party: usize) -> AgentConfig {
    let mut transactions = TransactionConfig::new(hop(party));
    transactions.owner = format!("x{party}");
    AgentConfig {
        user: None,
        bridges: true,
        ..AgentConfig::new(transactions)
    }
}

pub(in crate::sip) fn sdp(text: &'static str) -> Body {
    Body {
        content_type: "application/sdp".into(),
        bytes: Bytes::from_static(text.as_bytes()),
    }
}

/// A message in short: `INVITE`, `200 BYE`.
pub(in crate::sip) fn short(message: &Message) -> String {
    if message.is_request() {
        message.method().to_string()
    } else {
        format!("{} {}", message.status(), message.method())
    }
}

impl Net {
    /// Alice and Bob are user agents, Carol is played by the test.
    pub(in crate::sip) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(in crate::sip) fn with(change: impl Fn(&mut AgentConfig)) -> Self {
        let agent = |index: usize| {
            let mut config = config(index);
            change(&mut config);
            Player::Agent(UserAgent::new(config, [u8::try_from(index).unwrap(); 32]))
        };
        Self {
            now: Instant::now(),
            parties: vec![
                Party::new("alice", agent(ALICE)),
                Party::new("bob", agent(BOB)),
                Party::new("carol", Player::Test),
            ],
            flights: VecDeque::new(),
            said: Vec::new(),
            lose: Box::new(|_| false),
        }
    }

    /// The same, with a proxy and a further user agent, Dave.
    pub(in crate::sip) fn with_proxy(change: impl Fn(&mut ProxyConfig)) -> Self {
        let mut net = Self::new();
        let mut config = ProxyConfig {
            transactions: TransactionConfig::new(hop(PROXY)),
            name: Some("proxy.example.com".into()),
            record_route: true,
            trusted: [ALICE, BOB, DAVE].map(address).into(),
            timer_c: Duration::from_secs(181),
        };
        change(&mut config);
        let proxy = Proxy::new(config, [9; 32]);
        net.parties.push(Party::new("proxy", Player::Proxy(proxy)));
        let dave = UserAgent::new(self::config(DAVE), [8; 32]);
        net.parties.push(Party::new("dave", Player::Agent(dave)));
        net
    }

    /// From now on messages are lost for whose line (`alice>bob INVITE`) this is true.
    pub(in crate::sip) fn lose(&mut self, which: impl FnMut(&str) -> bool + 'static) {
        self.lose = Box::new(which);
    }

    pub(in crate::sip) fn agent(&mut self, party: usize) -> &mut UserAgent {
        match &mut self.parties[party].player {
            Player::Agent(agent) => agent,
            _ => panic!("no user agent"),
        }
    }

    pub(in crate::sip) fn proxy(&mut self) -> &mut Proxy {
        match &mut self.parties[PROXY].player {
            Player::Proxy(proxy) => proxy,
            _ => panic!("no proxy"),
        }
    }

    /// Lets the proxy's owner decide about the request it was asked about last.
    pub(in crate::sip) fn decide(&mut self, decide: impl FnOnce(&mut Proxy, ForwardId, Instant)) {
        let id = self.parties[PROXY].asked.pop_back().unwrap();
        let now = self.now;
        decide(self.proxy(), id, now);
        self.drain(PROXY);
    }

    /// Lets a party's owner do something.
    pub(in crate::sip) fn act<T>(
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
    pub(in crate::sip) fn call(&mut self, target: usize) -> SessionId {
        self.call_with(target, Some(sdp("v=0")))
    }

    /// Alice calls whoever is at `target`, and leaves the offer to it.
    pub(in crate::sip) fn call_without_offer(&mut self, target: usize) -> SessionId {
        self.call_with(target, None)
    }

    fn call_with(&mut self, target: usize, body: Option<Body>) -> SessionId {
        let invite = Invite {
            request_uri: "tel:+491715407090".into(),
            target: hop(target),
            from: "<tel:+498912345678>".into(),
            to: "<tel:+491715407090>".into(),
            headers: vec![(HeaderName::Privacy, "id".into())],
            body,
        };
        self.act(ALICE, |agent, now| agent.invite(invite, now))
    }

    /// A call between Alice and Bob, their sessions, answered after ringing.
    pub(in crate::sip) fn conversation(&mut self) -> (SessionId, SessionId) {
        let alice = self.call(BOB);
        self.run(LATENCY);
        let bob = self.incoming(BOB);
        self.act(BOB, |agent, now| {
            agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now);
            agent.answer(bob, &[], Some(&sdp("v=1")), now);
        });
        self.run(3 * LATENCY);
        self.says();
        (alice, bob)
    }

    /// The session of the call that came in last.
    pub(in crate::sip) fn incoming(&mut self, party: usize) -> SessionId {
        let events = &self.parties[party].events;
        let session = events.iter().rev().find_map(|event| match event {
            Event::Invite { session, .. } => Some(*session),
            _ => None,
        });
        session.unwrap()
    }

    pub(in crate::sip) fn last_event(&mut self, party: usize) -> Event {
        self.parties[party].events.pop_back().unwrap()
    }

    /// Sends a request of Carol's to Bob and gives back the response.
    pub(in crate::sip) fn ask(&mut self, request: &Request<'_>) -> Message {
        self.parties[CAROL].inbox.clear();
        self.inject(CAROL, BOB, request.bytes());
        self.run(2 * LATENCY);
        self.parties[CAROL].inbox.pop_back().unwrap()
    }

    /// The next message that the test's own party was sent.
    pub(in crate::sip) fn received(&mut self, party: usize) -> Message {
        self.parties[party].inbox.pop_front().unwrap()
    }

    /// Whether the test's own party was sent something that it has not read.
    pub(in crate::sip) fn has_received(&self, party: usize) -> bool {
        !self.parties[party].inbox.is_empty()
    }

    /// What is on its way.
    pub(in crate::sip) fn in_flight(&self) -> Vec<Bytes> {
        let flights = self.flights.iter();
        flights.map(|flight| flight.bytes.clone()).collect()
    }

    /// The last message that the test's own party was sent.
    pub(in crate::sip) fn received_last(&mut self, party: usize) -> Message {
        self.parties[party].inbox.pop_back().unwrap()
    }

    /// Sends a message written by the test.
    pub(in crate::sip) fn inject(&mut self, from: usize, to: usize, bytes: Bytes) {
        self.transmit(from, hop(to), bytes);
    }

    /// Lets time pass.
    pub(in crate::sip) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.next().filter(|&at| at <= end) {
            self.now = self.now.max(at);
            self.step();
        }
        self.now = end;
    }

    /// Lets everything come to rest, for an hour at most, and asserts that nothing is left.
    pub(in crate::sip) fn rest(&mut self) {
        self.run(3600 * S);
        for party in &mut self.parties {
            match &party.player {
                Player::Agent(agent) => assert!(agent.is_at_rest(), "{}", party.name),
                Player::Proxy(proxy) => assert!(proxy.is_at_rest(), "{}", party.name),
                Player::Test => {}
            }
            assert_eq!(
                party.player.poll_timeout(),
                None,
                "timers of {}",
                party.name
            );
        }
    }

    /// What was sent and what owners were told since the last time.
    pub(in crate::sip) fn says(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    fn next(&mut self) -> Option<Instant> {
        let timers = self.parties.iter_mut();
        let timers = timers.filter_map(|party| party.player.poll_timeout());
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
            match &mut self.parties[party].player {
                Player::Agent(agent) => agent.handle_timeout(now),
                Player::Proxy(proxy) => proxy.handle_timeout(now),
                Player::Test => {}
            }
            self.drain(party);
        }
    }

    fn deliver(&mut self, flight: Flight) {
        let Some(index) =
            (0..self.parties.len()).find(|&index| address(index) == flight.to.address)
        else {
            return;
        };
        let party = &mut self.parties[index];
        let datagram = Datagram {
            bytes: flight.bytes,
            from: flight.from,
            local: flight.to.address,
        };
        match &mut party.player {
            Player::Agent(agent) => agent.handle(datagram, self.now),
            Player::Proxy(proxy) => proxy.handle(datagram, self.now),
            Player::Test => party.inbox.extend(Message::parse(datagram.bytes)),
        }
        self.drain(index);
    }

    fn drain(&mut self, index: usize) {
        loop {
            let party = &mut self.parties[index];
            let transmit = match &mut party.player {
                Player::Test => return,
                Player::Agent(agent) => match agent.poll_output() {
                    None => return,
                    Some(Output::Transmit(transmit)) => transmit,
                    Some(Output::Event(event)) => {
                        self.said.push(format!("{}: {}", party.name, name(&event)));
                        party.events.push_back(event);
                        continue;
                    }
                },
                Player::Proxy(proxy) => match proxy.poll_output() {
                    None => return,
                    Some(ProxyOutput::Transmit(transmit)) => transmit,
                    Some(ProxyOutput::Request { id, request, .. }) => {
                        self.said
                            .push(format!("{}? {}", party.name, short(&request)));
                        party.asked.push_back(id);
                        continue;
                    }
                },
            };
            self.transmit(index, transmit.to, transmit.bytes);
        }
    }

    fn transmit(&mut self, from: usize, to: Hop, bytes: Bytes) {
        let from = Hop {
            address: address(from),
            ..to
        };
        let name = |hop: Hop| {
            let index = (0..self.parties.len()).find(|&index| address(index) == hop.address);
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
        Event::Prack { .. } => "Prack".into(),
        Event::Updated { .. } => "Updated".into(),
        Event::Info { .. } => "Info".into(),
        Event::Replied { asked, status, .. } => format!("{asked:?} {status}"),
        Event::Refresh { .. } => "Refresh".into(),
        Event::Reinvited { .. } => "Reinvited".into(),
        Event::Referred { .. } => "Referred".into(),
        Event::Bye { .. } => "Bye".into(),
        Event::Cancelled { .. } => "Cancelled".into(),
        Event::Probed { status, .. } => format!("Probed {status:?}"),
        Event::NotProven { .. } => "NotProven".into(),
        Event::Terminated { .. } => "Terminated".into(),
    }
}
