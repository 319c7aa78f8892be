//! The common header and chunk framing (RFC 9260 §3), as far as telling packets apart needs it.

pub(super) const INIT: u8 = 1;
pub(super) const INIT_ACK: u8 = 2;
pub(super) const SACK: u8 = 3;
pub(super) const ABORT: u8 = 6;
pub(super) const SHUTDOWN: u8 = 7;
pub(super) const SHUTDOWN_ACK: u8 = 8;
pub(super) const ERROR: u8 = 9;
pub(super) const COOKIE_ECHO: u8 = 10;
pub(super) const COOKIE_ACK: u8 = 11;
pub(super) const SHUTDOWN_COMPLETE: u8 = 14;

/// Flag of ABORT and SHUTDOWN COMPLETE: the verification tag is the receiver's own, reflected.
pub(super) const REFLECTED: u8 = 1;

/// Error causes (RFC 9260 §3.3.10).
pub(super) const CAUSE_STALE_COOKIE: u16 = 3;
pub(super) const CAUSE_OUT_OF_RESOURCE: u16 = 4;
pub(super) const CAUSE_INVALID_PARAMETER: u16 = 7;

pub(super) const HEADER: usize = 12;
const CHUNK_HEADER: usize = 4;

/// A packet whose header is there and whose first chunk is whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet<'a> {
    bytes: &'a [u8],
}

/// One chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) value: &'a [u8],
}

impl<'a> Packet<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (_, chunks) = bytes.split_at_checked(HEADER)?;
        split_chunk(chunks)?;
        Some(Self { bytes })
    }

    pub(super) fn source(&self) -> u16 {
        u16::from_be_bytes([self.bytes[0], self.bytes[1]])
    }

    pub(super) fn destination(&self) -> u16 {
        u16::from_be_bytes([self.bytes[2], self.bytes[3]])
    }

    pub(super) fn tag(&self) -> u32 {
        word(&self.bytes[4..])
    }

    /// Whether the CRC32c is right (RFC 9260 Appendix A).
    pub(super) fn is_intact(&self) -> bool {
        self.bytes[8..HEADER] == checksum(self.bytes)
    }

    pub(super) fn first(&self) -> Chunk<'a> {
        self.chunks().next().unwrap_or(Chunk {
            kind: 0,
            flags: 0,
            value: &[],
        })
    }

    /// The chunks up to the first that is cut short.
    pub(super) fn chunks(&self) -> impl Iterator<Item = Chunk<'a>> + use<'a> {
        let mut rest = &self.bytes[HEADER..];
        std::iter::from_fn(move || {
            let (chunk, after) = split_chunk(rest)?;
            rest = after;
            Some(chunk)
        })
    }

    /// What follows the first chunk, padding skipped.
    pub(super) fn after_first(&self) -> &'a [u8] {
        split_chunk(&self.bytes[HEADER..]).map_or(&[], |(_, rest)| rest)
    }
}

/// Builds a packet with one chunk, `rest` behind it as it is.
pub(super) fn build(
    ports: (u16, u16),
    tag: u32,
    kind: u8,
    flags: u8,
    value: &[u8],
    rest: &[u8],
) -> Vec<u8> {
    let length = CHUNK_HEADER + value.len();
    let mut packet = Vec::with_capacity(HEADER + length.next_multiple_of(4) + rest.len());
    packet.extend(ports.0.to_be_bytes());
    packet.extend(ports.1.to_be_bytes());
    packet.extend(tag.to_be_bytes());
    packet.extend([0; 4]);
    packet.extend([kind, flags]);
    packet.extend((length as u16).to_be_bytes());
    packet.extend(value);
    packet.resize(HEADER + length.next_multiple_of(4), 0);
    packet.extend(rest);
    let sum = checksum(&packet);
    packet[8..HEADER].copy_from_slice(&sum);
    packet
}

/// An error cause or parameter: type, length, value, padded.
pub(super) fn element(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = 4 + value.len();
    let mut element = Vec::with_capacity(length.next_multiple_of(4));
    element.extend(kind.to_be_bytes());
    element.extend((length as u16).to_be_bytes());
    element.extend(value);
    element.resize(length.next_multiple_of(4), 0);
    element
}

/// The first four bytes as a number; the caller has checked the length.
pub(super) fn word(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |word| u32::from_be_bytes(*word))
}

fn split_chunk(bytes: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let &[kind, flags, high, low] = bytes.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let value = bytes.get(CHUNK_HEADER..length)?;
    let rest = bytes.get(length.next_multiple_of(4)..).unwrap_or(&[]);
    Some((Chunk { kind, flags, value }, rest))
}

/// CRC32c of a packet with its checksum field taken as zero, in the order it is sent.
fn checksum(packet: &[u8]) -> [u8; 4] {
    let fold = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8);
    let (head, rest) = (&packet[..8], &packet[HEADER..]);
    let crc = head.iter().chain(&[0; 4]).chain(rest).fold(!0, fold);
    (!crc).to_le_bytes()
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            // The Castagnoli polynomial, reflected.
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0x82f6_3b78
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The CRC of "123456789" is the check value of CRC-32C (ISCSI) in the usual catalogues.
    #[test]
    fn the_checksum_is_crc32c() {
        let fold = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8);
        assert_eq!(!b"123456789".iter().fold(!0, fold), 0xe306_9283);
    }

    #[test]
    fn a_built_packet_parses_and_is_intact() {
        let bytes = build((2905, 1024), 7, ABORT, REFLECTED, &[1, 2, 3], &[9; 4]);
        let packet = Packet::parse(&bytes).unwrap();
        assert!(packet.is_intact());
        assert_eq!((packet.source(), packet.destination()), (2905, 1024));
        assert_eq!((packet.tag(), packet.first().kind), (7, ABORT));
        assert_eq!(packet.first().value, [1, 2, 3]);
        assert_eq!(packet.after_first(), [9; 4]);

        let mut damaged = bytes.clone();
        damaged[17] ^= 1;
        assert!(!Packet::parse(&damaged).unwrap().is_intact());
    }

    #[test]
    fn a_packet_without_a_whole_chunk_is_none() {
        let bytes = build((1, 2), 3, INIT, 0, &[0; 16], &[]);
        assert!(Packet::parse(&bytes[..31]).is_none());
        assert!(Packet::parse(&bytes[..11]).is_none());
        let mut short = bytes.clone();
        short[15] = 3;
        assert!(Packet::parse(&short).is_none());
    }
}
