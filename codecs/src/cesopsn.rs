//! Structure-aware TDM over packets (RFC 5086): basic NxDS0 service of a whole E1, over UDP.
//!
//! A packet carries one millisecond of a span: 8 frames of 31 timeslots, frame by frame
//! (`§4.1`, structure locked). The UDP port tells the span. The optional RTP header, which would
//! stand before the control word over UDP, is not used.

use thiserror::Error;

/// Frames in a packet: one millisecond.
pub const FRAMES: usize = 8;
/// Timeslots of an E1 that are carried: 1 to 31, all but the framing.
pub const TIMESLOTS: usize = 31;
/// Octets of TDM data in a packet.
pub const PAYLOAD: usize = FRAMES * TIMESLOTS;
/// Octets of the control word.
pub const CONTROL_WORD: usize = 4;
/// Octets of a packet with TDM data.
pub const PACKET: usize = CONTROL_WORD + PAYLOAD;

/// One millisecond of a span: octet `frame * TIMESLOTS + timeslot - 1`.
pub type Payload = [u8; PAYLOAD];

/// Why octets are no packet of this service; such a packet is to be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Malformed {
    /// Fewer octets than a control word.
    #[error("CESoPSN packet of {0} octets has no control word")]
    Short(usize),
    /// The first four bits are not zero: no TDM data, or an RTP header.
    #[error("first octet {0:#04x} is not that of a CESoPSN control word")]
    NotData(u8),
    /// A reserved combination of the L and M bits, or signalling packets.
    #[error("L and M bits {0:#x} are reserved or signalling")]
    Condition(u8),
    /// A fragment: this service has none.
    #[error("CESoPSN fragment")]
    Fragment,
    /// The amount of TDM data is not 8 frames of 31 timeslots.
    #[error("{0} octets of TDM data instead of 248")]
    Size(usize),
    /// The length field contradicts the packet.
    #[error("length {field} in a CESoPSN packet of {packet} octets")]
    Length {
        /// What the field says.
        field: u8,
        /// How long the packet is.
        packet: usize,
    },
}

/// State of the attachment circuit whose octets a packet carries (L and M bits, `§4.3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// No fault.
    Good,
    /// The circuit reports a remote defect; the data is good.
    RemoteDefect,
    /// The data is invalid: idle octets are to be played instead.
    Fault,
}

/// One packet, read in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// State of the circuit.
    pub condition: Condition,
    /// R bit: the sender has lost the packets of the opposite direction.
    pub receive_fault: bool,
    /// Counts packets; zero follows 65535.
    pub sequence: u16,
    /// The data; with [`Condition::Fault`] it may be left out.
    pub payload: Option<&'a Payload>,
}

const L: u8 = 0x08;
const R: u8 = 0x04;
const REMOTE_DEFECT: u8 = 0x02;

impl<'a> Packet<'a> {
    /// Reads one datagram.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (&[flags, length, s0, s1], data) = bytes
            .split_first_chunk::<CONTROL_WORD>()
            .ok_or(Malformed::Short(bytes.len()))?;
        if flags & 0xF0 != 0 {
            return Err(Malformed::NotData(flags));
        }
        if length & 0xC0 != 0 {
            return Err(Malformed::Fragment);
        }
        let condition = match flags & !R {
            0 => Condition::Good,
            REMOTE_DEFECT => Condition::RemoteDefect,
            L => Condition::Fault,
            reserved => return Err(Malformed::Condition(reserved)),
        };
        let payload = read_payload(condition, length, data)?;
        let sequence = u16::from_be_bytes([s0, s1]);
        Ok(Self {
            condition,
            receive_fault: flags & R != 0,
            sequence,
            payload,
        })
    }

    /// The control word (`§4.3`).
    pub fn control_word(&self) -> [u8; CONTROL_WORD] {
        let condition = match self.condition {
            Condition::Good => 0,
            Condition::RemoteDefect => REMOTE_DEFECT,
            Condition::Fault => L,
        };
        let flags = if self.receive_fault {
            condition | R
        } else {
            condition
        };
        // The length is given only where the packet is shorter than 64 octets.
        let length = if self.payload.is_none() { 4 } else { 0 };
        let [s0, s1] = self.sequence.to_be_bytes();
        [flags, length, s0, s1]
    }
}

fn read_payload(
    condition: Condition,
    length: u8,
    data: &[u8],
) -> Result<Option<&Payload>, Malformed> {
    let packet = CONTROL_WORD + data.len();
    let bad_length = Err(Malformed::Length {
        field: length,
        packet,
    });
    if let Ok(payload) = data.try_into() {
        return if length == 0 {
            Ok(Some(payload))
        } else {
            bad_length
        };
    }
    // Data left out; a link may have padded the packet, which the length then says.
    match (condition, length, data.len()) {
        (Condition::Fault, 0, 0) | (Condition::Fault, 4, 0..64) => Ok(None),
        (_, 0, octets) => Err(Malformed::Size(octets)),
        (_, length, _) if usize::from(length) > packet => bad_length,
        (_, length, _) => Err(Malformed::Size(
            usize::from(length).saturating_sub(CONTROL_WORD),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DATA: Payload = [0xD5; PAYLOAD];

    fn packet(word: [u8; 4], data: &[u8]) -> Vec<u8> {
        [&word, data].concat()
    }

    #[test]
    fn the_control_word_is_laid_out_as_the_rfc_draws_it() {
        let read = |word, data: &[u8]| {
            Packet::parse(&packet(word, data)).map(|p| {
                (
                    p.condition,
                    p.receive_fault,
                    p.sequence,
                    p.payload.is_some(),
                )
            })
        };
        assert_eq!(
            read([0, 0, 0x12, 0x34], &DATA),
            Ok((Condition::Good, false, 0x1234, true))
        );
        assert_eq!(
            read([6, 0, 0, 1], &DATA),
            Ok((Condition::RemoteDefect, true, 1, true))
        );
        assert_eq!(
            read([8, 0, 0, 1], &DATA),
            Ok((Condition::Fault, false, 1, true))
        );
        assert_eq!(
            read([8, 4, 0, 1], &[]),
            Ok((Condition::Fault, false, 1, false))
        );
        assert_eq!(
            read([8, 4, 0, 1], &[0; 14]),
            Ok((Condition::Fault, false, 1, false))
        );
        assert_eq!(
            read([8, 0, 0, 1], &[]),
            Ok((Condition::Fault, false, 1, false))
        );
    }

    #[test]
    fn what_is_not_this_service_is_refused() {
        let refused = |word, data: &[u8]| Packet::parse(&packet(word, data)).unwrap_err();
        assert_eq!(Packet::parse(&[0, 0, 0]), Err(Malformed::Short(3)));
        assert_eq!(refused([0x80, 0, 0, 0], &DATA), Malformed::NotData(0x80));
        assert_eq!(refused([0, 0x40, 0, 0], &DATA), Malformed::Fragment);
        for reserved in [1, 3, 9, 10, 11] {
            assert_eq!(
                refused([reserved, 0, 0, 0], &DATA),
                Malformed::Condition(reserved)
            );
        }
        assert_eq!(refused([0, 0, 0, 0], &[]), Malformed::Size(0));
        assert_eq!(refused([0, 0, 0, 0], &DATA[1..]), Malformed::Size(247));
        assert_eq!(refused([0, 0, 0, 0], &[0; 249]), Malformed::Size(249));
        assert_eq!(refused([0, 12, 0, 0], &[0; 8]), Malformed::Size(8));
        assert_eq!(
            refused([0, 13, 0, 0], &[0; 8]),
            Malformed::Length {
                field: 13,
                packet: 12
            }
        );
        assert_eq!(
            refused([0, 63, 0, 0], &DATA),
            Malformed::Length {
                field: 63,
                packet: 252
            }
        );
    }

    proptest! {
        #[test]
        fn a_written_packet_reads_back(
            which in 0..3usize, receive_fault: bool, sequence: u16, octet: u8, data: bool,
        ) {
            let condition = [Condition::Good, Condition::RemoteDefect, Condition::Fault][which];
            let payload = [octet; PAYLOAD];
            let payload = (data || condition != Condition::Fault).then_some(&payload);
            let written = Packet { condition, receive_fault, sequence, payload };
            let bytes = packet(written.control_word(), payload.map_or(&[], |p| &p[..]));
            prop_assert_eq!(Packet::parse(&bytes), Ok(written));
        }

        #[test]
        fn arbitrary_octets_do_no_harm(bytes: Vec<u8>, word: [u8; 4], size in 0usize..300) {
            let _ = Packet::parse(&bytes);
            if let Ok(read) = Packet::parse(&packet(word, &vec![0; size])) {
                prop_assert!(read.payload.is_some() == (size == PAYLOAD));
            }
        }
    }
}
