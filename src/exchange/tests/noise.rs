//! Calls among noise: what should come, what should not, and what is damaged, in any order, while
//! time passes. Nothing panics, whatever is sent can be read, and nothing is left in the end.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use codecs::isup::{Cic, Message, Pdu};
use codecs::map::{
    AddressString, ErrorCode, ExtendedRoutingInfo, ExtensionContainer, RoutingInfo,
    SendRoutingInfoRes, UserError,
};
use codecs::mtp::{PointCode, ServiceIndicator};
use codecs::sip::{self, HeaderName};
use proptest::collection::vec;
use proptest::prelude::*;

use super::bench::*;
use super::from_ims::invite_with;
use crate::exchange::{Input, Media, PathId};

/// One message of every type, after the circuit code.
const ISUP: [&[u8]; 28] = [
    &[0x02, 2, 0, 3, 0x00, 0x21, 0x43], // SAM
    &[0x03, 1, 0, 0],                   // INR
    &[0x04, 2, 0, 0],                   // INF
    &[0x05, 1],                         // COT
    ACM,
    &[0x07, 0x16, 0x01, 0], // CON
    ANM,
    &[0x0C, 2, 0, 2, 0x80, 0x90], // REL
    &[0x0D, 1, 0],                // SUS
    &[0x0E, 1, 0],                // RES
    RLC,
    &[0x11],                // CCR
    &[0x12],                // RSC
    &[0x13],                // BLO
    &[0x14],                // UBL
    &[0x15],                // BLA
    &[0x16],                // UBA
    &[0x17, 1, 1, 2],       // GRS
    &[0x18, 0, 1, 2, 2, 7], // CGB
    &[0x19, 0, 1, 2, 2, 7], // CGU
    &[0x1A, 0, 1, 2, 2, 7], // CGBA
    &[0x1B, 0, 1, 2, 2, 7], // CGUA
    &[0x24],                // LPA
    GRA,
    &[0x2C, 1, 0],                // CPG
    &[0x2E],                      // UCIC
    &[0x2F, 2, 0, 2, 0x80, 0xE1], // CFN
    &[0xFE, 0],                   // unknown
];

const ACM: &[u8] = &[0x06, 0x16, 0x01, 0];
const ANM: &[u8] = &[0x09, 0];
const RLC: &[u8] = &[0x10, 0];
const GRA: &[u8] = &[0x29, 1, 2, 2, 0];

const STATUSES: [u16; 14] = [
    100, 180, 181, 183, 200, 202, 302, 404, 408, 481, 486, 487, 503, 603,
];

const METHODS: [&str; 7] = ["ACK", "BYE", "CANCEL", "INVITE", "OPTIONS", "INFO", "FOO"];

/// What a far end that means well would say next.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant)] // a handful of them, in a test
enum Reply {
    Isup(PointCode, u16, &'static [u8]),
    Response(Box<sip::Message>, u16),
    /// The ACK of this call.
    Ack(usize),
}

/// Something happens. Numbers choose among what there is, modulo how much there is.
#[derive(Debug, Clone)]
enum Step {
    /// What is due comes, the latest first.
    Onward { reply: usize },
    /// A call from a trunk, to a mobile subscriber or not.
    Call { trunk: bool, cic: u16, mobile: bool },
    /// An ISUP message.
    Isup {
        trunk: bool,
        cic: u16,
        message: usize,
    },
    /// A call from the IMS: to a trunk, to a mobile subscriber, to nobody.
    Invite { number: usize },
    /// A request within a call from the IMS.
    Request {
        call: usize,
        method: usize,
        described: bool,
    },
    /// A response to a request of the exchange.
    Respond {
        request: usize,
        status: usize,
        tag: usize,
        described: bool,
    },
    /// A BYE or re-INVITE of the party in the IMS in a call to it.
    Counter { request: usize, bye: bool },
    /// A request of the exchange comes back.
    Undeliverable { request: usize },
    /// The HSS answers.
    Hss { answer: usize },
    /// Something that has been received comes again, damaged.
    Again { what: usize, damage: Damage },
    /// Bytes that mean nothing.
    Bytes { port: usize, bytes: Vec<u8> },
    /// The voice path of a call fails.
    PathFails { call: usize },
    /// The signalling network loses or finds an exchange.
    Network { trunk: bool, available: bool },
    /// Time passes.
    Wait(u16),
}

#[derive(Debug, Clone)]
struct Damage {
    flips: Vec<(usize, u8)>,
    cut: usize,
}

fn step() -> impl Strategy<Value = Step> {
    let trunk = any::<bool>();
    let cic = 0u16..5;
    let some = 0usize..8;
    let isup = (trunk, cic.clone(), 0..ISUP.len());
    let damage = (vec((any::<usize>(), any::<u8>()), 0..3), 0usize..40)
        .prop_map(|(flips, cut)| Damage { flips, cut });
    prop_oneof![
        30 => (0usize..3).prop_map(|reply| Step::Onward { reply }),
        4 => (trunk, cic, any::<bool>())
            .prop_map(|(trunk, cic, mobile)| Step::Call { trunk, cic, mobile }),
        12 => isup.prop_map(|(trunk, cic, message)| Step::Isup { trunk, cic, message }),
        4 => (0usize..5).prop_map(|number| Step::Invite { number }),
        6 => (some.clone(), 0..METHODS.len(), any::<bool>()).prop_map(|(call, method, described)| {
            Step::Request { call, method, described }
        }),
        12 => (some.clone(), 0..STATUSES.len(), 0usize..3, any::<bool>()).prop_map(
            |(request, status, tag, described)| Step::Respond { request, status, tag, described }
        ),
        2 => (some.clone(), any::<bool>()).prop_map(|(request, bye)| Step::Counter { request, bye }),
        1 => some.clone().prop_map(|request| Step::Undeliverable { request }),
        3 => (0usize..6).prop_map(|answer| Step::Hss { answer }),
        4 => (any::<usize>(), damage).prop_map(|(what, damage)| Step::Again { what, damage }),
        2 => (0usize..3, vec(any::<u8>(), 0..60))
            .prop_map(|(port, bytes)| Step::Bytes { port, bytes }),
        1 => some.prop_map(|call| Step::PathFails { call }),
        1 => (trunk, any::<bool>())
            .prop_map(|(trunk, available)| Step::Network { trunk, available }),
        4 => prop_oneof![0u16..10, 10u16..40, 100u16..400].prop_map(Step::Wait),
    ]
}

/// What has come in, by where.
#[derive(Debug, Clone)]
enum Received {
    Sip(Vec<u8>),
    Isup(PointCode, Vec<u8>),
    Sccp(Vec<u8>),
}

struct World {
    bench: Bench,
    due: VecDeque<Reply>,
    /// Requests of the exchange, the latest first.
    requests: VecDeque<sip::Message>,
    /// Calls from the IMS, by the name in their Call-ID and To as it was tagged last.
    calls: Vec<(String, String)>,
    received: VecDeque<Received>,
    cseq: u32,
}

impl World {
    fn new() -> Self {
        Self {
            bench: Bench::new(),
            due: VecDeque::new(),
            requests: VecDeque::new(),
            calls: Vec::new(),
            received: VecDeque::new(),
            cseq: 10,
        }
    }

    fn receive(&mut self, received: Received) {
        let input = match received.clone() {
            Received::Sip(bytes) => datagram(bytes, ICSCF1),
            Received::Isup(opc, octets) => {
                Input::Transfer(transfer(opc, ServiceIndicator::ISUP, octets.into()))
            }
            Received::Sccp(octets) => {
                Input::Transfer(transfer(HSS, ServiceIndicator::SCCP, octets.into()))
            }
        };
        self.received.push_front(received);
        self.received.truncate(20);
        self.bench.input(input);
    }

    fn sip(&mut self, text: &str) {
        let text = text.trim_start().replace('\n', "\r\n");
        self.receive(Received::Sip(text.into_bytes()));
    }

    fn isup(&mut self, trunk: bool, cic: u16, message: &[u8]) {
        let octets = [&cic.to_le_bytes(), message].concat();
        self.receive(Received::Isup(exchange(trunk), octets));
    }

    fn act(&mut self, step: Step) {
        match step {
            Step::Onward { reply } => self.onward(reply),
            Step::Call { trunk, cic, mobile } => self.call(trunk, cic, mobile),
            Step::Isup {
                trunk,
                cic,
                message,
            } => self.isup(trunk, cic, ISUP[message]),
            Step::Invite { number } => self.invite(number),
            Step::Request {
                call,
                method,
                described,
            } => self.request(call, METHODS[method], described),
            Step::Respond {
                request,
                status,
                tag,
                described,
            } => {
                if let Some(request) = choose(self.requests.make_contiguous(), request).cloned() {
                    let tag = ["alpha", "beta", "gamma"][tag];
                    let sdp = described.then_some(SDP);
                    let (status, extra) = (STATUSES[status], "");
                    self.bench.respond_with(&request, status, tag, sdp, extra);
                }
            }
            Step::Counter { request, bye } => self.counter(request, bye),
            Step::Undeliverable { request } => {
                if let Some(request) = choose(self.requests.make_contiguous(), request) {
                    let request = request.clone();
                    self.bench.undeliverable(ICSCF1, &request);
                }
            }
            Step::Hss { answer } => self.hss(answer),
            Step::Again { what, damage } => self.again(what, &damage),
            Step::Bytes { port, bytes } => self.receive(match port {
                0 => Received::Sip(bytes),
                1 => Received::Isup(PSTN, bytes),
                _ => Received::Sccp(bytes),
            }),
            Step::PathFails { call } => {
                let path = self.path(call);
                let reason = "no".to_owned();
                self.bench.input(Input::PathFailed { path, reason });
            }
            Step::Network { trunk, available } => self.bench.input(match available {
                true => Input::Available(exchange(trunk).into()),
                false => Input::Unavailable(exchange(trunk).into()),
            }),
            Step::Wait(seconds) => self.bench.advance(Duration::from_secs(seconds.into())),
        }
        self.note();
    }

    fn call(&mut self, trunk: bool, cic: u16, mobile: bool) {
        let called = if mobile { "1715407090" } else { "7219578290" };
        let message = Message::Iam(iam(called));
        let mut octets = Vec::new();
        Pdu {
            cic: Cic::try_from(cic).unwrap(),
            message,
        }
        .encode(&mut octets);
        self.receive(Received::Isup(exchange(trunk), octets));
    }

    fn invite(&mut self, number: usize) {
        let name = format!("call{}", self.calls.len());
        let called = [
            "+493090026000",
            "+491720001234",
            "+491715407090",
            "+497219578290",
            "+1",
        ][number];
        let invite = invite_with("", SDP).replace("out1", &name);
        let to = format!("<tel:{called}>");
        self.calls.push((name, to));
        self.sip(&invite.replace("+493090026000", called));
    }

    fn onward(&mut self, reply: usize) {
        let reply = reply % self.due.len().max(1);
        match self.due.remove(reply) {
            Some(Reply::Isup(from, cic, message)) => {
                self.receive(Received::Isup(from, [&cic.to_le_bytes(), message].concat()));
            }
            Some(Reply::Response(request, status)) => {
                let described = (status == 200).then_some(SDP);
                self.bench
                    .respond_with(&request, status, "alpha", described, "");
            }
            Some(Reply::Ack(call)) => self.request(call, "ACK", false),
            None => {}
        }
    }

    fn request(&mut self, call: usize, method: &str, described: bool) {
        let Some((name, to)) = choose(&self.calls, call).cloned() else {
            return;
        };
        let (cseq, branch) = match method {
            "ACK" => (1, self.cseq.to_string()),
            "CANCEL" => (1, name.clone()),
            _ => (self.cseq, self.cseq.to_string()),
        };
        self.cseq += 1;
        let to = if method == "CANCEL" {
            untagged(&to)
        } else {
            &to
        };
        let body = if described { SDP } else { "" };
        self.sip(&format!(
            "{method} sip:192.0.2.20 SIP/2.0\n\
             Via: SIP/2.0/UDP 192.0.2.40:5060;branch=z9hG4bK{branch}\n\
             From: <tel:+497219578290>;tag=alice\nTo: {to}\nCall-ID: {name}@192.0.2.40\n\
             CSeq: {cseq} {method}\nMax-Forwards: 70\nContact: <sip:alice@192.0.2.50:5062>\n\
             Content-Type: application/sdp\nContent-Length: {}\n\n{body}",
            body.replace('\n', "\r\n").len(),
        ));
    }

    fn counter(&mut self, request: usize, bye: bool) {
        let Some(request) = choose(self.requests.make_contiguous(), request).cloned() else {
            return;
        };
        let field = |name| request.text(name).unwrap().to_owned();
        let (from, to) = (field(HeaderName::To), field(HeaderName::From));
        let call_id = field(HeaderName::CallId);
        let (method, body) = if bye { ("BYE", "") } else { ("INVITE", SDP) };
        let cseq = self.cseq;
        self.cseq += 1;
        self.sip(&format!(
            "{method} sip:192.0.2.20 SIP/2.0\n\
             Via: SIP/2.0/UDP 192.0.2.40:5060;branch=z9hG4bK{cseq}\n\
             From: {};tag=alpha\nTo: {to}\nCall-ID: {call_id}\nCSeq: {cseq} {method}\n\
             Max-Forwards: 70\nContact: <sip:bob@192.0.2.50:5062>\n\
             Content-Type: application/sdp\nContent-Length: {}\n\n{body}",
            untagged(&from),
            body.replace('\n', "\r\n").len(),
        ));
    }

    fn hss(&mut self, answer: usize) {
        let address = |number: &str| AddressString::international(digits(number)).unwrap();
        let roaming = |number: &str| SendRoutingInfoRes {
            extended_routing_info: Some(ExtendedRoutingInfo::Routing(RoutingInfo::RoamingNumber(
                address(number),
            ))),
            ..SendRoutingInfoRes::default()
        };
        let host = "icscf2.ims.example".parse().unwrap();
        self.bench.hss_answers_late(match answer {
            0 => Ok(SendRoutingInfoRes {
                extension_container: Some(ExtensionContainer::of_icscf(&host)),
                ..SendRoutingInfoRes::default()
            }),
            1 => Ok(roaming("491720001234")),
            2 => Ok(roaming("4917199990001")),
            3 => Ok(roaming("81312345678")),
            4 => Ok(SendRoutingInfoRes::default()),
            _ => Err(UserError::new(ErrorCode::ABSENT_SUBSCRIBER)),
        });
        let said = self.bench.hss_said.to_vec();
        self.received.push_front(Received::Sccp(said));
    }

    fn again(&mut self, what: usize, damage: &Damage) {
        let Some(mut again) = choose(self.received.make_contiguous(), what).cloned() else {
            return;
        };
        let (Received::Sip(bytes) | Received::Isup(_, bytes) | Received::Sccp(bytes)) = &mut again;
        for &(at, value) in &damage.flips {
            let len = bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(at % len) {
                *byte = value;
            }
        }
        bytes.truncate(bytes.len().saturating_sub(damage.cut / 2));
        self.receive(again);
    }

    fn path(&self, call: usize) -> PathId {
        let opened: Vec<PathId> = self
            .bench
            .media
            .iter()
            .filter_map(|media| match media {
                Media::Open { path, .. } | Media::Join { path, .. } => Some(*path),
                _ => None,
            })
            .collect();
        let latest_first: Vec<PathId> = opened.into_iter().rev().collect();
        choose(&latest_first, call).copied().unwrap_or(PathId(7))
    }

    /// Notes what the exchange has sent, and what is due then.
    fn note(&mut self) {
        for (_, message) in std::mem::take(&mut self.bench.sip) {
            if message.is_request() {
                self.expect_response(message);
            } else {
                self.expect_ack(&message);
            }
        }
        let to = std::mem::take(&mut self.bench.isup_to);
        for (to, (cic, message)) in to.into_iter().zip(self.bench.take_isup()) {
            let replies: &[&[u8]] = match message {
                Message::Iam(_) => &[ANM, ACM],
                Message::Rel(_) | Message::Rsc => &[RLC],
                Message::Grs(_) => &[GRA],
                _ => &[],
            };
            for reply in replies {
                self.due.push_front(Reply::Isup(to, cic, reply));
            }
        }
        self.requests.truncate(12);
        self.due.truncate(12);
        self.bench.telemetry.clear();
    }

    fn expect_response(&mut self, request: sip::Message) {
        let statuses: &[u16] = match request.method() {
            sip::Method::Invite => &[200, 180, 100],
            sip::Method::Ack => &[],
            _ => &[200],
        };
        for &status in statuses {
            self.due
                .push_front(Reply::Response(Box::new(request.clone()), status));
        }
        self.requests.push_front(request);
    }

    fn expect_ack(&mut self, response: &sip::Message) {
        let Some((call_id, to)) = response
            .text(HeaderName::CallId)
            .zip(response.text(HeaderName::To))
        else {
            return;
        };
        let is_its = |(name, _): &(String, String)| call_id.starts_with(&format!("{name}@"));
        if let Some(call) = self.calls.iter().position(is_its) {
            self.calls[call].1 = to.to_owned();
            if response.status() >= 200 && response.method() == sip::Method::Invite {
                self.due.push_front(Reply::Ack(call));
            }
        }
    }

    /// Every call is released, and nobody says anything any more.
    fn end(mut self) {
        let now = self.bench.now;
        self.bench.exchange.close(now);
        self.bench.drain();
        self.bench.winds_up();
        for (trunk, counts) in self.bench.exchange.circuit_counts() {
            let waiting = counts.resetting + counts.blocked + counts.out_of_service;
            assert_eq!(counts.idle + waiting, 3, "{trunk}: {counts:?}");
        }
        let opened = |media: &&Media| matches!(media, Media::Open { .. } | Media::Join { .. });
        let closed = |media: &&Media| matches!(media, Media::Close(_));
        let media = &self.bench.media;
        let count = |is: &dyn Fn(&&Media) -> bool| media.iter().filter(is).count();
        assert_eq!(count(&opened), count(&closed));
    }
}

fn exchange(trunk: bool) -> PointCode {
    if trunk { PSTN } else { PointCode::new(4) }
}

fn choose<T>(among: &[T], which: usize) -> Option<&T> {
    among.get(which % among.len().max(1))
}

fn untagged(address: &str) -> &str {
    address.split(";tag=").next().unwrap_or_default()
}

#[test]
fn the_messages_of_the_noise_are_sound() {
    for message in ISUP {
        let octets = [&[1, 0], message].concat();
        let pdu = Pdu::decode(&octets).unwrap();
        assert_eq!(pdu.message.code(), message[0]);
        let mut again = Vec::new();
        pdu.encode(&mut again);
        assert_eq!(Bytes::from(again), Bytes::from(octets), "{:?}", pdu.message);
    }
}

proptest! {
    #[test]
    fn whatever_comes_in_whatever_order_nothing_is_left(steps in vec(step(), 1..80)) {
        let mut world = World::new();
        for step in steps {
            world.act(step);
        }
        world.end();
    }
}
