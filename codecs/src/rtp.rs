//! RTP packets (RFC 3550 §5.1, header extension §5.3.1).

use thiserror::Error;

/// Octets of the header that every packet has.
pub const HEADER: usize = 12;

const VERSION: u8 = 2;

/// Why octets are no RTP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Malformed {
    /// The packet ends within the named part.
    #[error("RTP packet ends within its {0}")]
    Short(&'static str),
    /// The version is not 2.
    #[error("RTP version {0} instead of 2")]
    Version(u8),
    /// The padding count is zero or more than there is.
    #[error("{0} octets of RTP padding do not fit")]
    Padding(u8),
}

/// Payload type (RFC 3551 §6): 0 to 127.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PayloadType(u8);

impl PayloadType {
    /// G.711 µ-law, 8000 Hz.
    pub const PCMU: Self = Self(0);
    /// G.711 A-law, 8000 Hz.
    pub const PCMA: Self = Self(8);

    /// The payload type, unless it is over 127.
    pub const fn new(value: u8) -> Option<Self> {
        if value <= 127 {
            Some(Self(value))
        } else {
            None
        }
    }

    /// Its number.
    pub const fn value(self) -> u8 {
        self.0
    }
}

/// The part of the header that says what a packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// For voice: the first packet after a silence (RFC 3551 §4.1).
    pub marker: bool,
    /// Format of the payload.
    pub payload_type: PayloadType,
    /// Counts packets.
    pub sequence: u16,
    /// Counts samples: the first one of the payload.
    pub timestamp: u32,
    /// Synchronisation source: who made the stream.
    pub ssrc: u32,
}

impl Header {
    /// The header of a packet with neither padding, extension nor contributing sources.
    pub fn to_bytes(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0] = VERSION << 6;
        bytes[1] = (u8::from(self.marker) << 7) | self.payload_type.value();
        bytes[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        bytes[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
        bytes
    }
}

/// A header extension (§5.3.1); its meaning belongs to a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Identifies the kind of extension.
    pub profile: u16,
    /// A whole number of 32-bit words.
    pub words: &'a [[u8; 4]],
}

/// One packet, read in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// What it is.
    pub header: Header,
    /// Contributing sources, big endian: at most 15.
    pub sources: &'a [[u8; 4]],
    /// The header extension, if there is one.
    pub extension: Option<Extension<'a>>,
    /// The payload without padding.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads one datagram. RTP has no length of its own: the packet is the whole of `bytes`.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (fixed, rest) = bytes
            .split_first_chunk::<HEADER>()
            .ok_or(Malformed::Short("header"))?;
        let [first, second, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3] = *fixed;
        if first >> 6 != VERSION {
            return Err(Malformed::Version(first >> 6));
        }
        let (sources, rest) = words(rest, usize::from(first & 0x0F), "contributing sources")?;
        let (extension, rest) = if first & 0x10 != 0 {
            read_extension(rest)?
        } else {
            (None, rest)
        };
        let payload = if first & 0x20 != 0 {
            strip_padding(rest)?
        } else {
            rest
        };
        let header = Header {
            marker: second & 0x80 != 0,
            payload_type: PayloadType(second & 0x7F),
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([r0, r1, r2, r3]),
        };
        Ok(Self {
            header,
            sources,
            extension,
            payload,
        })
    }
}

fn words<'a>(
    bytes: &'a [u8],
    count: usize,
    what: &'static str,
) -> Result<(&'a [[u8; 4]], &'a [u8]), Malformed> {
    let (words, rest) = bytes
        .split_at_checked(4 * count)
        .ok_or(Malformed::Short(what))?;
    Ok((words.as_chunks().0, rest))
}

fn read_extension(bytes: &[u8]) -> Result<(Option<Extension<'_>>, &[u8]), Malformed> {
    const WHAT: &str = "header extension";
    let (&[p0, p1, l0, l1], rest) = bytes
        .split_first_chunk::<4>()
        .ok_or(Malformed::Short(WHAT))?;
    let (words, rest) = words(rest, usize::from(u16::from_be_bytes([l0, l1])), WHAT)?;
    Ok((
        Some(Extension {
            profile: u16::from_be_bytes([p0, p1]),
            words,
        }),
        rest,
    ))
}

/// The last octet counts the padding, itself included.
fn strip_padding(bytes: &[u8]) -> Result<&[u8], Malformed> {
    let count = *bytes.last().ok_or(Malformed::Short("padding"))?;
    if count == 0 || usize::from(count) > bytes.len() {
        return Err(Malformed::Padding(count));
    }
    Ok(&bytes[..bytes.len() - usize::from(count)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // Laid out by hand after RFC 3550 §5.1 and §5.3.1: two contributing sources, an extension
    // of one word, three octets of padding.
    const EVERYTHING: &[u8] = &[
        0xB2, 0x88, 0x12, 0x34, 0xDE, 0xAD, 0xBE, 0xEF, 0x01, 0x02, 0x03, 0x04, //
        0, 0, 0, 1, 0, 0, 0, 2, //
        0xBE, 0xDE, 0, 1, 9, 8, 7, 6, //
        0xD5, 0xD6, 0, 0, 3,
    ];

    #[test]
    fn every_part_of_the_header_is_told_apart() {
        let packet = Packet::parse(EVERYTHING).unwrap();
        let header = Header {
            marker: true,
            payload_type: PayloadType::PCMA,
            sequence: 0x1234,
            timestamp: 0xDEAD_BEEF,
            ssrc: 0x0102_0304,
        };
        assert_eq!(packet.header, header);
        assert_eq!(packet.sources, [[0, 0, 0, 1], [0, 0, 0, 2]]);
        let extension = Extension {
            profile: 0xBEDE,
            words: &[[9, 8, 7, 6]],
        };
        assert_eq!(packet.extension, Some(extension));
        assert_eq!(packet.payload, [0xD5, 0xD6]);
    }

    #[test]
    fn what_is_cut_short_names_the_part() {
        for (length, part) in [
            (0, "header"),
            (11, "header"),
            (19, "contributing sources"),
            (23, "header extension"),
        ] {
            assert_eq!(
                Packet::parse(&EVERYTHING[..length]),
                Err(Malformed::Short(part))
            );
        }
        assert_eq!(
            Packet::parse(&EVERYTHING[..27]),
            Err(Malformed::Short("header extension"))
        );
        assert_eq!(
            Packet::parse(&EVERYTHING[..28]),
            Err(Malformed::Short("padding"))
        );
    }

    #[test]
    fn padding_must_fit_and_the_version_must_be_two() {
        let mut bytes = EVERYTHING.to_vec();
        for wrong in [0, 6] {
            bytes[32] = wrong;
            assert_eq!(Packet::parse(&bytes), Err(Malformed::Padding(wrong)));
        }
        bytes[32] = 5;
        assert!(Packet::parse(&bytes).unwrap().payload.is_empty());
        bytes[0] = 0x72;
        assert_eq!(Packet::parse(&bytes), Err(Malformed::Version(1)));
    }

    proptest! {
        #[test]
        fn a_written_header_reads_back(
            marker: bool, payload_type in 0u8..128, sequence: u16, timestamp: u32, ssrc: u32,
            payload: Vec<u8>,
        ) {
            let payload_type = PayloadType::new(payload_type).unwrap();
            let header = Header { marker, payload_type, sequence, timestamp, ssrc };
            let bytes = [&header.to_bytes()[..], &payload].concat();
            let expected =
                Packet { header, sources: &[], extension: None, payload: &payload };
            prop_assert_eq!(Packet::parse(&bytes), Ok(expected));
        }

        #[test]
        fn arbitrary_octets_do_no_harm(mut bytes: Vec<u8>) {
            if let Some(first) = bytes.first_mut() {
                *first = *first & 0x3F | 0x80;
            }
            if let Ok(packet) = Packet::parse(&bytes) {
                prop_assert!(packet.payload.len() + HEADER <= bytes.len());
            }
        }
    }
}
