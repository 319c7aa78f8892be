//! A ladder: what went over the wire between the nodes of a bench, message by message.
//!
//! Packets are read from the outside in, SCTP in UDP (RFC 6951) to M3UA to ISUP or SCCP, TCAP and
//! MAP; SIP in UDP, TCP and TLS; Diameter in TCP. What is not call signalling (heartbeats, association and
//! management messages) is left out.

pub(crate) mod management;
mod messages;
mod streams;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use codecs::isup::Variant;
use codecs::mtp::{NetworkIndicator, PointCodeFormat, RoutingLabel, ServiceIndicator};

use crate::decode::Reading;
use crate::tap::{Packet, Transport};
use messages::{Chunk, Read};
use streams::Piece;

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

/// Which messages become rungs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those of calls.
    Calls,
    /// Those of circuits and of M3UA's management, too, and what cannot be decoded.
    All,
}

impl Scope {
    fn all<T>(self, make: impl FnOnce() -> T) -> Option<T> {
        (self == Self::All).then(make)
    }
}

/// Reads packets into rungs.
#[derive(Debug)]
pub struct Ladder {
    start: SystemTime,
    nodes: Nodes,
    scope: Scope,
    reading: Reading,
    /// DATA chunks read already; a retransmission is no second message.
    chunks: HashSet<(SocketAddr, SocketAddr, u32, u32)>,
    /// Messages of several chunks, by their stream, as far as they were read.
    pieces: HashMap<(SocketAddr, SocketAddr, u16), Vec<u8>>,
    /// What is left of TCP streams after the last whole message.
    streams: HashMap<(SocketAddr, SocketAddr), Piece>,
}

impl Ladder {
    /// A ladder of calls that starts at `start`.
    pub fn new(start: SystemTime, nodes: Nodes) -> Self {
        Self {
            start,
            nodes,
            scope: Scope::Calls,
            reading: Reading::new(&Variant::ITU, &PointCodeFormat::ITU),
            chunks: HashSet::new(),
            pieces: HashMap::new(),
            streams: HashMap::new(),
        }
    }

    /// The ladder with another scope.
    #[must_use]
    pub fn with_scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// The ladder for other networks than of ITU-T.
    #[must_use]
    pub(crate) fn with_reading(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// Whether a packet is worth keeping for a ladder.
    pub fn may_hold_signalling(packet: &Packet<'_>) -> bool {
        match packet.transport {
            Transport::Udp => is_sctp(packet.from, packet.to) || is_sip(packet.from, packet.to),
            Transport::Tcp | Transport::Tls | Transport::Sctp => true,
            Transport::Tdm => false,
        }
    }

    /// The call signalling in one packet.
    pub fn read(&mut self, packet: &Packet<'_>) -> Vec<Rung> {
        let Packet {
            at,
            transport,
            from,
            to,
            payload,
            ..
        } = *packet;
        match transport {
            Transport::Sctp => self.sctp(at, from, to, payload),
            Transport::Udp if is_sctp(from, to) => self.sctp(at, from, to, payload),
            Transport::Udp if is_sip(from, to) => self.sip(at, from, to, payload),
            Transport::Tcp => self.tcp(at, from, to, payload),
            Transport::Tls => self.sip(at, from, to, payload),
            Transport::Udp | Transport::Tdm => Vec::new(),
        }
    }

    /// The signalling in a UDP datagram.
    pub fn udp(
        &mut self,
        at: SystemTime,
        from: SocketAddr,
        to: SocketAddr,
        payload: &[u8],
    ) -> Vec<Rung> {
        match is_sctp(from, to) {
            true => self.sctp(at, from, to, payload),
            false => self.sip(at, from, to, payload),
        }
    }

    fn sip(&self, at: SystemTime, from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Vec<Rung> {
        let message = messages::sip_message(payload);
        message
            .into_iter()
            .map(|message| self.rung(at, from, to, message))
            .collect()
    }

    /// The signalling in an SCTP packet; the ports of the addresses are those of UDP, or 0.
    pub fn sctp(
        &mut self,
        at: SystemTime,
        from: SocketAddr,
        to: SocketAddr,
        packet: &[u8],
    ) -> Vec<Rung> {
        let mut rungs = Vec::new();
        for chunk in messages::data_chunks(packet) {
            if !self.chunks.insert((from, to, chunk.tag, chunk.tsn)) {
                continue;
            }
            let message = match (chunk.first, chunk.last) {
                (true, true) => self.m3ua(chunk.payload),
                _ => {
                    let whole = self.piece(from, to, &chunk);
                    whole.and_then(|whole| self.m3ua(&whole))
                }
            };
            rungs.extend(message.map(|message| self.rung(at, from, to, message)));
        }
        rungs
    }

    fn m3ua(&self, message: &[u8]) -> Option<Read> {
        messages::m3ua_message(self.scope, self.reading, message)
    }

    /// Joins a piece to those before it; the whole when it is the last one.
    fn piece(&mut self, from: SocketAddr, to: SocketAddr, chunk: &Chunk<'_>) -> Option<Vec<u8>> {
        let key = (from, to, chunk.stream);
        let so_far = self.pieces.entry(key).or_default();
        if chunk.first {
            so_far.clear();
        }
        so_far.extend_from_slice(chunk.payload);
        chunk.last.then(|| self.pieces.remove(&key)).flatten()
    }

    /// The signalling that a piece of a TCP stream completes.
    pub fn tcp(
        &mut self,
        at: SystemTime,
        from: SocketAddr,
        to: SocketAddr,
        payload: &[u8],
    ) -> Vec<Rung> {
        let stream = self.streams.entry((from, to)).or_default();
        let messages = stream.messages(payload);
        messages
            .into_iter()
            .map(|message| self.rung(at, from, to, message))
            .collect()
    }

    /// The octets that followed in a TCP stream are missing.
    pub fn tcp_gap(&mut self, from: SocketAddr, to: SocketAddr) {
        self.streams.remove(&(from, to));
    }

    /// The signalling in a message of MTP level 3, from the service information octet on
    /// (Q.704 §14.2); its nodes are point codes.
    pub fn mtp3(&self, at: SystemTime, message: &[u8]) -> Option<Rung> {
        let (&service, rest) = message.split_first()?;
        let reading = self.reading.within(NetworkIndicator(service >> 6));
        let (label, user) = RoutingLabel::read(reading.point_codes, rest)?;
        let service = ServiceIndicator(service & 0x0F);
        let read = messages::user_message(self.scope, reading, service, user)?;
        let written = |code| reading.point_codes.write(code).to_string();
        Some(Rung {
            at: self.since_start(at),
            from: written(label.opc),
            to: written(label.dpc),
            protocol: read.protocol,
            name: read.name,
            detail: read.detail,
        })
    }

    fn rung(&self, at: SystemTime, from: SocketAddr, to: SocketAddr, read: Read) -> Rung {
        Rung {
            at: self.since_start(at),
            from: self.nodes.name(from),
            to: self.nodes.name(to),
            protocol: read.protocol,
            name: read.name,
            detail: read.detail,
        }
    }

    fn since_start(&self, at: SystemTime) -> Duration {
        at.duration_since(self.start).unwrap_or_default()
    }
}

fn is_sctp(from: SocketAddr, to: SocketAddr) -> bool {
    from.port() == SCTP_PORT || to.port() == SCTP_PORT
}

fn is_sip(from: SocketAddr, to: SocketAddr) -> bool {
    SIP_PORTS.contains(&to.port()) || SIP_PORTS.contains(&from.port())
}
