//! Packets made up around messages, for captures of an SCTP that does not show its own: the DATA
//! chunks (RFC 9260 §3.3.1), without handshakes and acknowledgements.

use std::collections::HashMap;

use super::packet;

/// Chunk type of DATA.
const DATA: u8 = 0;
/// Flags of DATA: the first and the last piece of a message.
const FIRST: u8 = 0b10;
const LAST: u8 = 0b01;
/// Octets of a message in one packet, as on Ethernet.
const PIECE: usize = 1400;

/// One direction of an association.
#[derive(Debug, Clone)]
pub struct MadeUp {
    ports: (u16, u16),
    tag: u32,
    /// Of the next chunk.
    tsn: u32,
    /// Of each stream's next message.
    sequences: HashMap<u16, u16>,
}

impl MadeUp {
    /// From and to these SCTP ports, with this verification tag, which is not 0.
    pub fn new(ports: (u16, u16), tag: u32) -> Self {
        Self {
            ports,
            tag,
            tsn: 1,
            sequences: HashMap::new(),
        }
    }

    /// The packets of a message, from the common header on: one, or several if it is long.
    pub fn packets(
        &mut self,
        stream: u16,
        ppid: u32,
        message: &[u8],
    ) -> impl Iterator<Item = Vec<u8>> {
        let sequence = self.sequences.entry(stream).or_default();
        let this = std::mem::replace(sequence, sequence.wrapping_add(1));
        let count = message.len().div_ceil(PIECE);
        message
            .chunks(PIECE)
            .enumerate()
            .map(move |(index, piece)| {
                let first = if index == 0 { FIRST } else { 0 };
                let last = if index + 1 == count { LAST } else { 0 };
                let mut value = Vec::with_capacity(12 + piece.len());
                value.extend(self.tsn.to_be_bytes());
                value.extend(stream.to_be_bytes());
                value.extend(this.to_be_bytes());
                value.extend(ppid.to_be_bytes());
                value.extend(piece);
                self.tsn = self.tsn.wrapping_add(1);
                packet::build(self.ports, self.tag, DATA, first | last, &value, &[])
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sctp::packet::{Packet, word};

    #[test]
    fn a_message_fills_packets_in_sequence() {
        let mut made_up = MadeUp::new((2905, 2906), 7);
        let long = vec![9; 2 * PIECE + 1];
        let mut headers = Vec::new();
        for message in [&b"one"[..], &long] {
            for packet in made_up.packets(5, 3, message) {
                let packet = Packet::parse(&packet).unwrap();
                assert!(packet.is_intact());
                assert_eq!((packet.source(), packet.destination()), (2905, 2906));
                assert_eq!(packet.tag(), 7);
                let chunk = packet.first();
                let of_stream = word(&chunk.value[4..]);
                headers.push((
                    chunk.flags,
                    word(chunk.value),
                    of_stream,
                    chunk.value.len() - 12,
                ));
            }
        }
        let stream = 5 << 16;
        assert_eq!(
            headers,
            [
                (FIRST | LAST, 1, stream, 3),
                (FIRST, 2, stream | 1, PIECE),
                (0, 3, stream | 1, PIECE),
                (LAST, 4, stream | 1, 1),
            ]
        );
    }
}
