//! Frames around payloads: IP and UDP, TCP or SCTP (RFC 791, 8200, 768, 9293, 9260), Wireshark's exported PDU.

use std::net::{IpAddr, SocketAddr};

const TCP: u8 = 6;
const UDP: u8 = 17;
const SCTP: u8 = 132;
const HOPS: u8 = 64;
const DONT_FRAGMENT: u8 = 0x40;
/// Most that fits into an IPv4 packet behind a UDP header.
const LONGEST: usize = 65_507;

/// What the header of a TCP segment says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) sequence: u32,
    pub(super) acknowledged: u32,
    pub(super) flags: u8,
}

impl Segment {
    pub(super) const SYN: u8 = 0x02;
    pub(super) const ACK: u8 = 0x10;
    /// Acknowledgement, and nothing withheld.
    pub(super) const PUSH: u8 = 0x18;
}

/// Makes `frame` a UDP packet.
pub(super) fn udp(frame: &mut Vec<u8>, from: SocketAddr, to: SocketAddr, payload: &[u8]) {
    let payload = &payload[..payload.len().min(LONGEST)];
    let mut datagram = Vec::with_capacity(8 + payload.len());
    datagram.extend_from_slice(&from.port().to_be_bytes());
    datagram.extend_from_slice(&to.port().to_be_bytes());
    datagram.extend_from_slice(&(8 + payload.len() as u16).to_be_bytes());
    datagram.extend_from_slice(&[0, 0]);
    datagram.extend_from_slice(payload);
    summed(from, to, UDP, &mut datagram, 6);
    ip(frame, from, to, UDP, &datagram);
}

/// Makes `frame` an SCTP packet.
pub(super) fn sctp(frame: &mut Vec<u8>, from: SocketAddr, to: SocketAddr, packet: &[u8]) {
    ip(frame, from, to, SCTP, &packet[..packet.len().min(LONGEST)]);
}

/// Makes `frame` a TCP segment.
pub(super) fn tcp(
    frame: &mut Vec<u8>,
    from: SocketAddr,
    to: SocketAddr,
    segment: &Segment,
    payload: &[u8],
) {
    let mut datagram = Vec::with_capacity(20 + payload.len());
    datagram.extend_from_slice(&from.port().to_be_bytes());
    datagram.extend_from_slice(&to.port().to_be_bytes());
    datagram.extend_from_slice(&segment.sequence.to_be_bytes());
    datagram.extend_from_slice(&segment.acknowledged.to_be_bytes());
    // Five words of header, the largest window, no sum yet, nothing urgent.
    datagram.extend_from_slice(&[5 << 4, segment.flags, 0xFF, 0xFF, 0, 0, 0, 0]);
    datagram.extend_from_slice(payload);
    summed(from, to, TCP, &mut datagram, 16);
    ip(frame, from, to, TCP, &datagram);
}

/// Makes `frame` the tags in front of a CESoPSN packet; returns their length.
pub(super) fn cesopsn(frame: &mut Vec<u8>, from: SocketAddr, to: SocketAddr) -> usize {
    const PORT_IS_UDP: u32 = 3;
    // Values are padded with zeroes to words; this name needs two.
    tags(frame, b"pw_cesopsn_udp\0\0", PORT_IS_UDP, from, to)
}

/// Makes `frame` the tags in front of a SIP message that was in TLS; returns their length.
pub(super) fn sip(frame: &mut Vec<u8>, from: SocketAddr, to: SocketAddr) -> usize {
    const PORT_IS_TCP: u32 = 2;
    tags(frame, b"sip\0", PORT_IS_TCP, from, to)
}

/// Tags of an exported PDU: its dissector and its addresses.
fn tags(
    frame: &mut Vec<u8>,
    dissector: &[u8],
    port_type: u32,
    from: SocketAddr,
    to: SocketAddr,
) -> usize {
    const DISSECTOR: u16 = 12;
    const PORT_TYPE: u16 = 24;
    const SOURCE_PORT: u16 = 25;
    const DESTINATION_PORT: u16 = 26;
    frame.clear();
    tag(frame, DISSECTOR, dissector);
    for (address, v4, v6) in [(from, 20, 22), (to, 21, 23)] {
        match address.ip() {
            IpAddr::V4(ip) => tag(frame, v4, &ip.octets()),
            IpAddr::V6(ip) => tag(frame, v6, &ip.octets()),
        }
    }
    tag(frame, PORT_TYPE, &port_type.to_be_bytes());
    tag(frame, SOURCE_PORT, &u32::from(from.port()).to_be_bytes());
    tag(frame, DESTINATION_PORT, &u32::from(to.port()).to_be_bytes());
    tag(frame, 0, &[]);
    frame.len()
}

fn tag(frame: &mut Vec<u8>, kind: u16, value: &[u8]) {
    frame.extend_from_slice(&kind.to_be_bytes());
    frame.extend_from_slice(&(value.len() as u16).to_be_bytes());
    frame.extend_from_slice(value);
}

/// Puts into a datagram, at `place`, the sum which covers it and the IP header's addresses.
fn summed(from: SocketAddr, to: SocketAddr, protocol: u8, datagram: &mut [u8], place: usize) {
    let pseudo = u32::from(protocol) + u32::from(datagram.len() as u16) + sum(&addresses(from, to));
    // Zero would say that there is no sum.
    let checksum = match !fold(pseudo + sum(datagram)) {
        0 => 0xFFFF,
        checksum => checksum,
    };
    datagram[place..place + 2].copy_from_slice(&checksum.to_be_bytes());
}

/// Puts an IP header before a datagram.
fn ip(frame: &mut Vec<u8>, from: SocketAddr, to: SocketAddr, protocol: u8, datagram: &[u8]) {
    frame.clear();
    let length = datagram.len() as u16;
    let addresses = addresses(from, to);
    if addresses.len() == 8 {
        frame.extend_from_slice(&[0x45, 0]);
        frame.extend_from_slice(&(20 + length).to_be_bytes());
        frame.extend_from_slice(&[0, 0, DONT_FRAGMENT, 0, HOPS, protocol, 0, 0]);
        frame.extend_from_slice(&addresses);
        let checksum = !fold(sum(frame));
        frame[10..12].copy_from_slice(&checksum.to_be_bytes());
    } else {
        frame.extend_from_slice(&[0x60, 0, 0, 0]);
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(&[protocol, HOPS]);
        frame.extend_from_slice(&addresses);
    }
    frame.extend_from_slice(datagram);
}

fn addresses(from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => [from.octets(), to.octets()].concat(),
        (from, to) => [from, to].map(|ip| v6(ip).octets()).concat(),
    }
}

fn v6(ip: IpAddr) -> std::net::Ipv6Addr {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    }
}

/// The sum of 16-bit words (RFC 1071), an odd octet padded.
fn sum(octets: &[u8]) -> u32 {
    let (words, rest) = octets.as_chunks();
    let last = rest.first().map_or(0, |&octet| u32::from(octet) << 8);
    words
        .iter()
        .map(|&word| u32::from(u16::from_be_bytes(word)))
        .sum::<u32>()
        + last
}

fn fold(mut sum: u32) -> u16 {
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    sum as u16
}
