//! The IMS core without wires: time is jumped, messages take [`LATENCY`].

mod calls;
mod config;

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sdp::{Address, AudioDescription, Description, Payload, Session};
use codecs::sip::{HeaderName, Message};
use media::Law;
use protocols::sip::{
    AgentConfig, Body, Datagram, Event, Header, Hop, Invite, Output, Reliability, SessionId,
    TransactionConfig, Transmit, UserAgent,
};

use super::*;
use crate::party::{CallId, CallReport, Conversation, Pitch, ReleasedBy};

pub(super) const LATENCY: Duration = Duration::from_millis(10);
pub(super) const S: Duration = Duration::from_secs(1);

pub(super) fn address(last: u8, port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, last], port))
}

const GATEWAY: u8 = 20;

/// Everything there is on the SIP side of the bench, the gateway played by a user agent.
pub(super) struct Bench {
    pub(super) now: Instant,
    pub(super) gateway: UserAgent,
    pub(super) icscf: Icscf,
    pub(super) scscf: Scscf,
    pub(super) phones: Vec<Phone>,
    /// What the HSS says; nothing for ever if there is none.
    pub(super) location: Option<Location>,
    pub(super) asked: Vec<String>,
    pub(super) events: VecDeque<Event>,
    pub(super) reports: Vec<CallReport>,
    pub(super) voices: Vec<Voice>,
    flights: VecDeque<(Instant, SocketAddr, SocketAddr, Bytes)>,
    /// Nothing reaches these.
    pub(super) dead: Vec<SocketAddr>,
}

impl Bench {
    /// A user with three terminals that take calls like this; another with one.
    pub(super) fn new(answers: [Answer; 3]) -> Self {
        let mut phones: Vec<_> = (1..)
            .zip(answers)
            .map(|(n, answer)| phone(n, answer))
            .collect();
        let mut desk = phone(4, Answer::After(S));
        desk.number = "+497219578290".parse().unwrap();
        desk.codecs = vec![Law::Mu];
        phones.push(desk);
        let contact = |phone: &PhoneConfig| {
            (
                format!("sip:{}@{}", phone.name, phone.address),
                phone.address,
            )
        };
        let user = |number: &str, phones: &[PhoneConfig]| User {
            identities: vec![format!("tel:{number}"), format!("sip:{number}@ims.example")],
            terminals: phones.iter().map(contact).collect(),
        };
        let users = vec![
            user("+491715407090", &phones[..3]),
            user("+497219578290", &phones[3..]),
        ];
        let gateway = AgentConfig {
            bridges: true,
            ..AgentConfig::new(TransactionConfig::new(Hop::udp(address(GATEWAY, 5060))))
        };
        let trusted: HashSet<_> = [GATEWAY, 40, 42].map(|host| address(host, 5060)).into();
        Self {
            now: Instant::now(),
            gateway: UserAgent::new(gateway, [1; 32]),
            icscf: Icscf::new(
                address(40, 5060),
                "icscf1.ims.example".into(),
                [].into(),
                trusted.clone(),
                [2; 32],
            ),
            scscf: Scscf::new(
                address(42, 5060),
                None,
                users,
                Hop::udp(address(GATEWAY, 5060)),
                trusted,
                [3; 32],
            ),
            phones: phones
                .into_iter()
                .map(|config| Phone::new(config, [4; 32]))
                .collect(),
            location: Some(Location::Server("sip:127.0.0.42:5060".into())),
            asked: Vec::new(),
            events: VecDeque::new(),
            reports: Vec::new(),
            voices: Vec::new(),
            flights: VecDeque::new(),
            dead: Vec::new(),
        }
    }

    /// The gateway calls this number.
    pub(super) fn call(&mut self, uri: &str) -> SessionId {
        self.call_from("<sip:+498912345678@ims.example;user=phone>", &[], uri)
    }

    /// The gateway calls this number, with this From and further header fields.
    pub(super) fn call_from(&mut self, from: &str, headers: &[Header], uri: &str) -> SessionId {
        let offer = Description::offer(audio(&[Payload::PCMA, Payload::PCMU]));
        let invite = Invite {
            request_uri: uri.into(),
            target: Hop::udp(address(40, 5060)),
            from: from.into(),
            to: format!("<{uri}>"),
            headers: [
                (HeaderName::Route, "<sip:icscf1.ims.example;lr>".into()),
                (HeaderName::PAssertedIdentity, "<tel:+498912345678>".into()),
            ]
            .into_iter()
            .chain(headers.iter().cloned())
            .collect(),
            body: Some(sdp(&offer)),
        };
        let session = self.gateway.invite(invite, self.now);
        self.drain();
        session
    }

    pub(super) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            self.drain();
            let Some(next) = self.next().filter(|&at| at <= end) else {
                break;
            };
            self.now = self.now.max(next);
            self.step();
        }
        self.now = end;
    }

    /// Lets everything come to rest and asserts that nothing is left.
    pub(super) fn rest(&mut self) {
        self.run(600 * S);
        assert_eq!(self.gateway.sessions(), 0);
        assert!(self.icscf.proxy().is_empty());
        assert!(self.scscf.proxy().is_empty());
        assert!(self.phones.iter().all(|phone| phone.calls() == 0));
        assert_eq!(self.next(), None);
    }

    fn next(&mut self) -> Option<Instant> {
        let flight = self.flights.front().map(|flight| flight.0);
        let phones = self.phones.iter_mut().map(Phone::poll_timeout);
        let others = [
            flight,
            self.gateway.poll_timeout(),
            self.icscf.proxy().poll_timeout(),
            self.scscf.proxy().poll_timeout(),
        ];
        phones.chain(others).flatten().min()
    }

    fn step(&mut self) {
        let now = self.now;
        while let Some((_, from, to, bytes)) = self.flights.pop_front_if(|flight| flight.0 <= now) {
            let datagram = Datagram {
                bytes,
                from: Hop::udp(from),
                local: to,
            };
            self.deliver(to, datagram);
        }
        self.gateway.handle_timeout(now);
        self.icscf.proxy().handle_timeout(now);
        self.scscf.proxy().handle_timeout(now);
        for phone in &mut self.phones {
            phone.handle_timeout(now);
        }
    }

    fn deliver(&mut self, to: SocketAddr, datagram: Datagram) {
        let now = self.now;
        if self.dead.contains(&to) {
            return;
        }
        match to.ip().to_string().as_str() {
            "127.0.0.20" => self.gateway.handle(datagram, now),
            "127.0.0.40" => self.icscf.proxy().handle(datagram, now),
            "127.0.0.42" => self.scscf.proxy().handle(datagram, now),
            _ => self.phones[usize::from(to.port() - 5061)].handle(datagram, now),
        }
        self.drain();
    }

    pub(super) fn drain(&mut self) {
        let now = self.now;
        while let Some(output) = self.gateway.poll_output() {
            match output {
                Output::Transmit(transmit) => self.transmit(address(GATEWAY, 5060), transmit),
                Output::Event(event) => self.events.push_back(event),
            }
        }
        while let Some(output) = self.icscf.poll_output(now) {
            match output {
                CscfOutput::Transmit(transmit) => self.transmit(address(40, 5060), transmit),
                CscfOutput::Locate { id, identity } => {
                    self.asked.push(identity);
                    if let Some(location) = &self.location {
                        self.icscf.located(id, location, now);
                    }
                }
            }
        }
        while let Some(transmit) = self.scscf.poll_output(now) {
            self.transmit(address(42, 5060), transmit);
        }
        for index in 0..self.phones.len() {
            while let Some(output) = self.phones[index].poll_output() {
                match output {
                    PhoneOutput::Transmit(transmit) => {
                        let port = 5061 + u16::try_from(index).unwrap();
                        self.transmit(address(43, port), transmit);
                    }
                    PhoneOutput::Voice(voice) => self.voices.push(voice),
                    PhoneOutput::Ended { report, .. } => self.reports.push(report),
                }
            }
        }
    }

    fn transmit(&mut self, from: SocketAddr, Transmit { bytes, to, .. }: Transmit) {
        self.flights
            .push_back((self.now + LATENCY, from, to.address, bytes));
    }

    /// The reports so far, each as `terminal: how it ended`.
    pub(super) fn ends(&mut self) -> Vec<String> {
        let mut ends: Vec<_> = self
            .reports
            .drain(..)
            .map(|report| {
                format!(
                    "{}: {:?}",
                    report.terminal.as_deref().unwrap(),
                    report.released_by
                )
            })
            .collect();
        ends.sort();
        ends
    }

    /// The status with which the gateway's call was refused.
    pub(super) fn refusal(&self) -> Option<u16> {
        self.events.iter().find_map(|event| match event {
            Event::Rejected { status, .. } => Some(*status),
            _ => None,
        })
    }

    pub(super) fn answer(&self) -> Option<&Message> {
        self.events.iter().find_map(|event| match event {
            Event::Answered { response, .. } => Some(response),
            _ => None,
        })
    }
}

fn phone(n: u8, answer: Answer) -> PhoneConfig {
    PhoneConfig {
        name: format!("phone{n}"),
        address: address(43, 5060 + u16::from(n)),
        number: "+491715407090".parse().unwrap(),
        domain: "ims.example".into(),
        scscf: address(42, 5060),
        answer,
        conversation: Conversation {
            says: Some(620),
            expects: Some(Pitch {
                hertz: 440,
                law: Law::A,
            }),
            hang_up_after: None,
        },
        codecs: vec![Law::A, Law::Mu],
        rtp_port: 40_000 + 100 * u16::from(n),
    }
}

pub(super) fn audio(payloads: &[Payload]) -> AudioDescription {
    AudioDescription {
        address: Address::Ip(address(GATEWAY, 0).ip()),
        port: 30_000,
        payloads: payloads.to_vec(),
        ptime: None,
        maxptime: None,
        direction: codecs::sdp::Direction::SendRecv,
        preconditions: None,
    }
}

pub(super) fn sdp(description: &Description) -> Body {
    Body {
        content_type: "application/sdp".into(),
        bytes: Session::new(7, address(GATEWAY, 0).ip())
            .write(description)
            .into(),
    }
}
