//! A ladder: what went over the wire between the nodes of a bench, message by message.
//!
//! Packets are read from the outside in, SCTP in UDP (RFC 6951) to M3UA to ISUP or SCCP, TCAP and
//! MAP; SIP in UDP; Diameter in TCP. What is not call signalling (heartbeats, association and
//! management messages) is left out.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use codecs::isup::{self, Pdu};
use codecs::map::SEND_ROUTING_INFO;
use codecs::mtp::ServiceIndicator;
use codecs::tcap::{Component, Decoded, OperationCode};
use codecs::{diameter, m3ua, sccp, sip, tcap};

use crate::tap::{Packet, Transport};

/// One rung of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// Time since the ladder's start.
    pub at: Duration,
    /// The node that sent the message.
    pub from: String,
    /// The node it went to.
    pub to: String,
    /// `ISUP`, `MAP`, `SIP` or `Diameter`.
    pub protocol: &'static str,
    /// The message's name, as the standard calls it.
    pub name: String,
    /// What else an operator wants to know of it.
    pub detail: String,
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            from,
            to,
            protocol,
            name,
            detail,
        } = self;
        let milliseconds = at.as_secs_f64() * 1000.0;
        let line = format!("{name} {detail}");
        write!(
            f,
            "{milliseconds:>9.1} ms  {from:>9} → {to:<9} {protocol:<8} {}",
            line.trim_end()
        )
    }
}

/// UDP port of SCTP (RFC 6951).
const SCTP_PORT: u16 = 9899;
/// Base of the IMS bench's and the gateway's SIP ports: 5060 and a few above it.
const SIP_PORTS: std::ops::Range<u16> = 5060..5100;

/// The longest Diameter message that is waited for.
const MAX_DIAMETER: usize = 65_536;

/// The names of the nodes of a network.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    /// Of all ports of a host.
    pub hosts: HashMap<IpAddr, String>,
    /// Of single ports, where several nodes share a host.
    pub ports: HashMap<SocketAddr, String>,
}

impl Nodes {
    fn name(&self, address: SocketAddr) -> String {
        let name = self
            .ports
            .get(&address)
            .or_else(|| self.hosts.get(&address.ip()));
        name.cloned().unwrap_or_else(|| address.ip().to_string())
    }
}

/// Reads packets into rungs.
#[derive(Debug)]
pub struct Ladder {
    start: SystemTime,
    nodes: Nodes,
    /// DATA chunks read already; a retransmission is no second message.
    chunks: HashSet<(SocketAddr, SocketAddr, u32, u32)>,
    /// What is left of TCP streams after the last whole message.
    streams: HashMap<(SocketAddr, SocketAddr), BytesMut>,
}

impl Ladder {
    /// A ladder that starts at `start`.
    pub fn new(start: SystemTime, nodes: Nodes) -> Self {
        Self {
            start,
            nodes,
            chunks: HashSet::new(),
            streams: HashMap::new(),
        }
    }

    /// Whether a packet is worth keeping for a ladder.
    pub fn may_hold_signalling(packet: &Packet<'_>) -> bool {
        match packet.transport {
            Transport::Udp => is_sctp(packet) || is_sip(packet),
            Transport::Tcp => true,
            Transport::Tdm => false,
        }
    }

    /// The call signalling in one packet.
    pub fn read(&mut self, packet: &Packet<'_>) -> Vec<Rung> {
        let messages = match packet.transport {
            Transport::Udp if is_sctp(packet) => self.sctp(packet),
            Transport::Udp if is_sip(packet) => sip_message(packet.payload).into_iter().collect(),
            Transport::Tcp => self.diameter(packet),
            Transport::Udp | Transport::Tdm => Vec::new(),
        };
        let rung = |message: Read| Rung {
            at: packet.at.duration_since(self.start).unwrap_or_default(),
            from: self.nodes.name(packet.from),
            to: self.nodes.name(packet.to),
            protocol: message.protocol,
            name: message.name,
            detail: message.detail,
        };
        messages.into_iter().map(rung).collect()
    }

    fn sctp(&mut self, packet: &Packet<'_>) -> Vec<Read> {
        let mut messages = Vec::new();
        for chunk in data_chunks(packet.payload) {
            let key = (packet.from, packet.to, chunk.tag, chunk.tsn);
            if self.chunks.insert(key) {
                messages.extend(m3ua_message(chunk.payload));
            }
        }
        messages
    }

    fn diameter(&mut self, packet: &Packet<'_>) -> Vec<Read> {
        let stream = self.streams.entry((packet.from, packet.to)).or_default();
        stream.extend_from_slice(packet.payload);
        let mut messages = Vec::new();
        // A stream that makes no sense is of no use from here on.
        while let Ok(Some(message)) = diameter::take_message(stream, MAX_DIAMETER) {
            messages.extend(diameter_message(message));
        }
        messages
    }
}

/// A message that was read.
struct Read {
    protocol: &'static str,
    name: String,
    detail: String,
}

fn is_sctp(packet: &Packet<'_>) -> bool {
    packet.from.port() == SCTP_PORT || packet.to.port() == SCTP_PORT
}

fn is_sip(packet: &Packet<'_>) -> bool {
    SIP_PORTS.contains(&packet.to.port()) || SIP_PORTS.contains(&packet.from.port())
}

struct Chunk<'a> {
    tag: u32,
    tsn: u32,
    payload: &'a [u8],
}

/// The DATA chunks of an SCTP packet that hold a whole message (RFC 9260 §3.3.1).
fn data_chunks(packet: &[u8]) -> Vec<Chunk<'_>> {
    const HEADER: usize = 12;
    const DATA_HEADER: usize = 16;
    const WHOLE: u8 = 0x03;
    let mut chunks = Vec::new();
    let Some(tag) = packet.get(4..8).map(be32) else {
        return chunks;
    };
    let mut rest = packet.get(HEADER..).unwrap_or_default();
    while let [kind, flags, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some(chunk) = rest.get(..length).filter(|_| length >= 4) else {
            break;
        };
        if kind == 0 && flags & WHOLE == WHOLE && length >= DATA_HEADER {
            chunks.push(Chunk {
                tag,
                tsn: be32(&chunk[4..8]),
                payload: &chunk[DATA_HEADER..],
            });
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    chunks
}

fn be32(octets: &[u8]) -> u32 {
    octets
        .iter()
        .fold(0, |value, &octet| value << 8 | u32::from(octet))
}

fn m3ua_message(payload: &[u8]) -> Option<Read> {
    let message = m3ua::Message::decode(&Bytes::copy_from_slice(payload)).ok()?;
    let m3ua::Message::Data(data) = message else {
        return None;
    };
    match data.transfer.si {
        ServiceIndicator::ISUP => isup_message(&data.transfer.data),
        ServiceIndicator::SCCP => map_message(&data.transfer.data),
        _ => None,
    }
}

fn isup_message(octets: &[u8]) -> Option<Read> {
    let Pdu { cic, message } = Pdu::decode(octets).ok()?;
    if is_maintenance(&message) {
        return None;
    }
    let text = message.to_string();
    let name = message.name();
    let detail = text.strip_prefix(name).unwrap_or(&text).trim();
    Some(Read {
        protocol: "ISUP",
        name: name.to_owned(),
        detail: format!("cic={} {detail}", cic.0),
    })
}

fn is_maintenance(message: &isup::Message) -> bool {
    use isup::Message::{Bla, Blo, Gra, Grs, Uba, Ubl};
    matches!(message, Blo | Bla | Ubl | Uba | Grs(_) | Gra(_))
}

fn map_message(octets: &[u8]) -> Option<Read> {
    let unit = match sccp::Message::decode(octets).ok()? {
        sccp::Message::Data { unit, .. } => unit,
        sccp::Message::Returned { cause, .. } => {
            return Some(Read {
                protocol: "SCCP",
                name: "UDTS".into(),
                detail: cause.to_string(),
            });
        }
    };
    let Decoded::Complete(message) = tcap::decode(&unit.data) else {
        return None;
    };
    let name = message.components().first().map_or_else(
        || message.message_type().to_string(),
        |component| match component {
            Component::Invoke(invoke) => operation(&invoke.operation_code),
            Component::ReturnResultLast(_) | Component::ReturnResultNotLast(_) => {
                "sendRoutingInfoRes".to_owned()
            }
            Component::ReturnError(_) => "returnError".to_owned(),
            Component::Reject(_) => "reject".to_owned(),
        },
    );
    let detail = format!("TCAP {}", message.message_type());
    Some(Read {
        protocol: "MAP",
        name,
        detail,
    })
}

fn operation(code: &OperationCode) -> String {
    match code {
        OperationCode::Local(SEND_ROUTING_INFO) => "sendRoutingInfo".to_owned(),
        other => format!("operation {other:?}"),
    }
}

fn sip_message(payload: &[u8]) -> Option<Read> {
    let message = sip::Message::parse(Bytes::copy_from_slice(payload)).ok()?;
    let (name, detail) = if message.is_request() {
        (
            message.method().as_str().to_owned(),
            message.request_uri().to_owned(),
        )
    } else {
        let method = message
            .cseq()
            .map_or("", |cseq| cseq.method.as_str())
            .to_owned();
        (
            format!("{} {}", message.status(), message.reason()),
            format!("({method})"),
        )
    };
    Some(Read {
        protocol: "SIP",
        name,
        detail,
    })
}

fn diameter_message(octets: Bytes) -> Option<Read> {
    let message = diameter::Message::decode(&octets).ok()?;
    if message.header.command != diameter::CommandCode::LOCATION_INFO {
        return None;
    }
    let (name, key) = match message.header.request {
        true => ("LIR", diameter::Key::PUBLIC_IDENTITY),
        false => ("LIA", diameter::Key::SERVER_NAME),
    };
    let detail = message
        .find(key)
        .and_then(|avp| avp.as_text())
        .unwrap_or_default();
    Some(Read {
        protocol: "Diameter",
        name: name.into(),
        detail: detail.to_owned(),
    })
}
