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
