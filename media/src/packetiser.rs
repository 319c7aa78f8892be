//! Octets of a timeslot into RTP packets (RFC 3550 §5.1, RFC 3551 §4.5.14).

use codecs::cesopsn::FRAMES;
use codecs::rtp::{HEADER, Header, PayloadType};

/// Octets in the longest packet: 60 ms.
pub(crate) const LONGEST: usize = 480;

/// Fills packets of a fixed duration. The timestamp counts on through silence and pauses.
#[derive(Debug)]
pub(crate) struct Packetiser {
    packet: [u8; HEADER + LONGEST],
    duration: usize,
    filled: usize,
    header: Header,
}

impl Packetiser {
    /// `first` has the random beginnings of sequence, timestamp and SSRC (RFC 3550 §5.1);
    /// `duration` is in octets, a multiple of 8 up to [`LONGEST`].
    pub(crate) fn new(first: Header, duration: usize) -> Self {
        let header = Header {
            marker: true,
            ..first
        };
        Self {
            packet: [0; HEADER + LONGEST],
            duration,
            filled: 0,
            header,
        }
    }

    pub(crate) fn set_payload_type(&mut self, payload_type: PayloadType) {
        self.header.payload_type = payload_type;
    }

    /// Takes one millisecond; returns a packet if that fills one.
    pub(crate) fn push(&mut self, octets: &[u8; FRAMES]) -> Option<&[u8]> {
        let start = HEADER + self.filled;
        self.packet[start..start + FRAMES].copy_from_slice(octets);
        self.filled += FRAMES;
        if self.filled < self.duration {
            return None;
        }
        self.packet[..HEADER].copy_from_slice(&self.header.to_bytes());
        self.header.marker = false;
        self.header.sequence = self.header.sequence.wrapping_add(1);
        self.advance(self.filled);
        Some(&self.packet[..HEADER + self.duration])
    }

    /// Lets one millisecond pass in which nothing is sent.
    pub(crate) fn pause(&mut self) {
        self.advance(self.filled + FRAMES);
        self.header.marker = true;
    }

    fn advance(&mut self, octets: usize) {
        self.header.timestamp = self.header.timestamp.wrapping_add(octets as u32);
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codecs::rtp::Packet;

    const FIRST: Header = Header {
        marker: true,
        payload_type: PayloadType::PCMA,
        sequence: 0xFFFF,
        timestamp: u32::MAX - 79,
        ssrc: 7,
    };

    fn packets(packetiser: &mut Packetiser, milliseconds: u8) -> Vec<Vec<u8>> {
        let mut packets = Vec::new();
        for octet in 0..milliseconds {
            packets.extend(packetiser.push(&[octet; FRAMES]).map(<[u8]>::to_vec));
        }
        packets
    }

    #[test]
    fn octets_are_packed_in_order_with_running_sequence_and_timestamp() {
        let mut packetiser = Packetiser::new(FIRST, 160);
        let packets = packets(&mut packetiser, 59);
        let packets: Vec<_> = packets
            .iter()
            .map(|bytes| Packet::parse(bytes).unwrap())
            .collect();
        assert_eq!(packets[0].header, FIRST);
        let second = Header {
            marker: false,
            sequence: 0,
            timestamp: 80,
            ..FIRST
        };
        assert_eq!(packets[1].header, second);
        assert_eq!(packets.len(), 2);
        let expected: Vec<u8> = (20..40).flat_map(|octet| [octet; FRAMES]).collect();
        assert_eq!(packets[1].payload, expected);
    }

    #[test]
    fn a_pause_takes_time_but_no_sequence_numbers_and_ends_with_a_marker() {
        let mut packetiser = Packetiser::new(FIRST, 80);
        assert_eq!(packets(&mut packetiser, 15).len(), 1);
        for _ in 0..5 {
            packetiser.pause();
        }
        let packets = packets(&mut packetiser, 10);
        let timestamp = FIRST.timestamp.wrapping_add(8 * 20);
        let resumed = Header {
            sequence: 0,
            timestamp,
            ..FIRST
        };
        assert_eq!(Packet::parse(&packets[0]).unwrap().header, resumed);
    }
}
