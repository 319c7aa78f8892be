//! A complete SIP call, INVITE to 200 of BYE, between two user agents and through a proxy; the
//! figure is for all of them together.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sip::HeaderName;
use criterion::{Criterion, criterion_group, criterion_main};
use protocols::sip::{
    AgentConfig, Body, Datagram, Event, Hop, Invite, Output, Proxy, ProxyConfig, ProxyOutput,
    Reliability, SessionId, Target, TransactionConfig, Transmit, UserAgent,
};

/// Calls a second in virtual time; the transactions of the last 32 s linger.
const RATE: u32 = 1000;

const SDP: &[u8] = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
    m=audio 20000 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n";

struct Rig {
    now: Instant,
    caller: UserAgent,
    called: UserAgent,
    proxy: Option<Proxy>,
    messages: Vec<(SocketAddr, Transmit)>,
}

fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 5060))
}

fn agent(last: u8) -> UserAgent {
    let config = AgentConfig {
        bridges: true,
        ..AgentConfig::new(TransactionConfig::new(Hop::udp(address(last))))
    };
    UserAgent::new(config, [last; 32])
}

fn body() -> Body {
    Body {
        content_type: "application/sdp".into(),
        bytes: Bytes::from_static(SDP),
    }
}

impl Rig {
    fn new(proxied: bool) -> Self {
        let config = ProxyConfig {
            transactions: TransactionConfig::new(Hop::udp(address(3))),
            name: None,
            record_route: true,
            trusted: [address(1), address(2)].into(),
            timer_c: Duration::from_secs(181),
        };
        Self {
            now: Instant::now(),
            caller: agent(1),
            called: agent(2),
            proxy: proxied.then(|| Proxy::new(config, [3; 32])),
            messages: Vec::new(),
        }
    }

    fn invite(&self) -> Invite {
        Invite {
            request_uri: "tel:+491715407090".into(),
            target: Hop::udp(address(if self.proxy.is_some() { 3 } else { 2 })),
            from: "<sip:+498912345678@example.com;user=phone>".into(),
            to: "<tel:+491715407090>".into(),
            headers: vec![(HeaderName::PAssertedIdentity, "<tel:+498912345678>".into())],
            body: Some(body()),
        }
    }

    fn call(&mut self) {
        self.now += Duration::from_secs(1) / RATE;
        self.caller.handle_timeout(self.now);
        self.called.handle_timeout(self.now);
        if let Some(proxy) = &mut self.proxy {
            proxy.handle_timeout(self.now);
        }
        let session = self.caller.invite(self.invite(), self.now);
        self.pass(session);
        assert_eq!(self.caller.sessions() + self.called.sessions(), 0);
    }

    /// Passes messages until there are none; the called side rings and answers, the caller hangs
    /// up at once.
    fn pass(&mut self, session: SessionId) {
        loop {
            self.drain(session);
            let Some((from, Transmit { bytes, to, .. })) = self.messages.pop() else {
                return;
            };
            let datagram = Datagram {
                bytes,
                from: Hop::udp(from),
                local: to.address,
            };
            match (to.address, &mut self.proxy) {
                (to, Some(proxy)) if to == address(3) => proxy.handle(datagram, self.now),
                (to, _) if to == address(1) => self.caller.handle(datagram, self.now),
                _ => self.called.handle(datagram, self.now),
            }
        }
    }

    fn drain(&mut self, session: SessionId) {
        let now = self.now;
        while let Some(output) = self.caller.poll_output() {
            match output {
                Output::Transmit(transmit) => self.messages.insert(0, (address(1), transmit)),
                Output::Event(Event::Answered { .. }) => self.caller.hang_up(session, &[], now),
                Output::Event(event) => drop(black_box(event)),
            }
        }
        while let Some(output) = self.called.poll_output() {
            match output {
                Output::Transmit(transmit) => self.messages.insert(0, (address(2), transmit)),
                Output::Event(Event::Invite { session, .. }) => {
                    self.called
                        .progress(session, 180, &[], None, Reliability::WhenRequired, now);
                    self.called.answer(session, &[], Some(&body()), now);
                }
                Output::Event(event) => drop(black_box(event)),
            }
        }
        let Some(proxy) = &mut self.proxy else {
            return;
        };
        while let Some(output) = proxy.poll_output() {
            match output {
                ProxyOutput::Transmit(transmit) => self.messages.insert(0, (address(3), transmit)),
                ProxyOutput::Request { id, .. } => {
                    let target = Target {
                        uri: Some("sip:192.0.2.2".into()),
                        route: None,
                        headers: Vec::new(),
                        to: Hop::udp(address(2)),
                    };
                    proxy.forward(id, &[target], now);
                }
            }
        }
    }
}

fn calls(criterion: &mut Criterion) {
    for (name, proxied) in [("both ends", false), ("both ends and a proxy", true)] {
        let mut rig = Rig::new(proxied);
        for _ in 0..RATE * 40 {
            rig.call();
        }
        criterion.bench_function(name, |b| b.iter(|| rig.call()));
    }
}

criterion_group!(benches, calls);
criterion_main!(benches);
