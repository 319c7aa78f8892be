//! Noise, the same in every run: random bytes, and messages cut short or altered.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::{SocketAddr, UdpSocket};

/// A source of noise (splitmix64).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// Up to `most` random bytes.
    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1))
            .map(|_| self.next() as u8)
            .collect()
    }

    /// `count` messages: a third random, a third `sample` cut short, a third `sample` altered.
    pub(crate) fn messages(&mut self, sample: &[u8], count: usize) -> Vec<Vec<u8>> {
        let message = |number| match number % 3 {
            0 => self.bytes(1400),
            1 => sample[..self.below(sample.len())].to_vec(),
            _ => self.altered(sample),
        };
        (0..count).map(message).collect()
    }

    fn altered(&mut self, sample: &[u8]) -> Vec<u8> {
        let mut message = sample.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(message.len());
            message[at] = self.next() as u8;
        }
        message
    }
}

/// Sends datagrams from one address to others.
pub(crate) fn send(from: SocketAddr, to: &[SocketAddr], messages: &[Vec<u8>]) {
    let socket = UdpSocket::bind(from).unwrap();
    for message in messages {
        for address in to {
            // Where nobody listens the system says so with the next datagram.
            let _ = socket.send_to(message, address);
        }
    }
}

/// An INIT from and to port 2905 (RFC 9260 §3.3.2).
pub(crate) const INIT: &[u8] = &[
    0x0B, 0x59, 0x0B, 0x59, 0, 0, 0, 0, 0, 0, 0, 0, // ports, tag, checksum
    1, 0, 0, 20, 0, 0, 0, 7, 0, 1, 0, 0, 0, 17, 0, 17, 0, 0, 0, 1,
];

/// An SCTP packet with the checksum it should have, so that it is not thrown away for that.
pub(crate) fn with_checksum(mut packet: Vec<u8>) -> Vec<u8> {
    if packet.len() >= 12 {
        packet[..4].copy_from_slice(&INIT[..4]);
        packet[8..12].fill(0);
        let checksum = crc32c(&packet);
        packet[8..12].copy_from_slice(&checksum.to_le_bytes());
    }
    packet
}

fn crc32c(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ (0x82F6_3B78 & (crc & 1).wrapping_neg());
    let octet = |crc, &byte: &u8| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc));
    !bytes.iter().fold(!0, octet)
}

/// A CESoPSN packet of 8 frames with 31 timeslots (RFC 5086 §4).
pub(crate) fn cesopsn() -> Vec<u8> {
    let mut packet = vec![0, 0, 0, 1];
    packet.extend([0xD5; 248]);
    packet
}

/// An RTP packet of 20 ms A-law.
pub(crate) fn rtp() -> Vec<u8> {
    let mut packet = vec![0x80, 8, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4];
    packet.extend([0xD5; 160]);
    packet
}

/// Capabilities-Exchange-Request, with `Origin-Host` alone (RFC 6733 §5.3.1).
pub(crate) const CER: &[u8] = &[
    1, 0, 0, 32, 0x80, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, // header
    0, 0, 1, 8, 0x40, 0, 0, 9, b'x', 0, 0, 0, // Origin-Host
];

/// Initial address on circuit 99 for +49 171 5407090 (Q.763 table 32).
pub(crate) const IAM: &[u8] = &[
    99, 0, 0x01, 0, 0x60, 0, 0x0A, 0, 2, 0, 7, 0x03, 0x10, 0x71, 0x51, 0x04, 0x07, 0x09,
];

/// Header fields that an INVITE must have (RFC 3261 §8.1.1, §8.1.1.8).
pub(crate) const MANDATORY: [&str; 7] = [
    "Via: SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bK-noise",
    "Max-Forwards: 70",
    "From: <tel:+497219578290>;tag=noise",
    "To: <tel:+493090026099>",
    "Call-ID: noise",
    "CSeq: 1 INVITE",
    "Contact: <sip:127.0.0.1:5099>",
];

/// An INVITE with these header fields.
pub(crate) fn invite(headers: &[&str]) -> String {
    let headers = headers.join("\r\n");
    format!("INVITE tel:+493090026099 SIP/2.0\r\n{headers}\r\nContent-Length: 0\r\n\r\n")
}
