//! RTP packets into octets for a timeslot: a jitter buffer of fixed depth.

use codecs::cesopsn::FRAMES;
use codecs::rtp::Header;

use crate::command::Statistics;

/// Octets the buffer holds: 512 ms.
pub(crate) const CAPACITY: usize = 4096;

/// Packets after the fact, in a row, that make a stream begin anew.
const RESTART: u32 = 16;

/// Orders packets by their timestamps and plays them as many octets later as it is deep.
///
/// Having run empty it fills up to its depth again. A packet is played where its timestamp says,
/// so what is missing stays silent and everything else keeps its time.
#[derive(Debug)]
pub(crate) struct JitterBuffer {
    ring: Box<[u8; CAPACITY]>,
    silence: u8,
    depth: u32,
    stream: Option<Stream>,
}

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    /// Another source that has sent one packet, and the sequence number it would send next.
    rival: Option<(u32, u16)>,
    next_sequence: u16,
    /// Timestamp of the octet to be played next.
    read: u32,
    /// Timestamp after the last octet that has arrived.
    end: u32,
    playing: bool,
    behind: u32,
}

impl JitterBuffer {
    /// `depth` is in octets, less than [`CAPACITY`].
    pub(crate) fn new(depth: u32, silence: u8) -> Self {
        Self {
            ring: Box::new([silence; CAPACITY]),
            silence,
            depth,
            stream: None,
        }
    }

    /// Forgets the stream, as for one with another format.
    pub(crate) fn reset(&mut self) {
        self.stream = None;
        self.ring.fill(self.silence);
    }

    /// Takes the octets of one packet, each translated by `convert`.
    pub(crate) fn push(
        &mut self,
        header: &Header,
        payload: &[u8],
        convert: Option<&[u8; 256]>,
        statistics: &mut Statistics,
    ) {
        if payload.is_empty() || payload.len() > CAPACITY / 2 || !self.admit(header, statistics) {
            statistics.refused += 1;
            return;
        }
        statistics.received += 1;
        let Some(stream) = &mut self.stream else {
            return;
        };
        stream.count_lost(header.sequence, statistics);
        let length = payload.len() as u32;
        match stream.place(header, length) {
            Place::Here => {}
            Place::Late => {
                statistics.late += 1;
                return;
            }
            Place::Anew => {
                if stream.read != stream.end {
                    statistics.restarts += 1;
                    self.ring.fill(self.silence);
                }
                stream.begin(header.timestamp);
            }
        }
        for (octet, at) in payload.iter().zip(header.timestamp as usize..) {
            let octet = convert.map_or(*octet, |table| table[usize::from(*octet)]);
            self.ring[at % CAPACITY] = octet;
        }
        let end = header.timestamp.wrapping_add(length);
        if ahead(end, stream.end) > 0 {
            stream.end = end;
        }
    }

    /// The next millisecond to be played.
    pub(crate) fn pull(&mut self, statistics: &mut Statistics) -> [u8; FRAMES] {
        let silence = [self.silence; FRAMES];
        let Some(stream) = &mut self.stream else {
            return silence;
        };
        let available = stream.end.wrapping_sub(stream.read);
        if !stream.playing {
            if available < self.depth {
                return silence;
            }
            stream.playing = true;
        }
        if available < FRAMES as u32 {
            statistics.underruns += 1;
            stream.playing = false;
            return silence;
        }
        let octets = std::array::from_fn(|i| {
            let place = &mut self.ring[(stream.read as usize + i) % CAPACITY];
            std::mem::replace(place, self.silence)
        });
        stream.read = stream.read.wrapping_add(FRAMES as u32);
        octets
    }

    /// Whether a packet belongs to the stream. Another source takes it over with two packets in
    /// sequence (RFC 3550 A.1), so that a single stray one does no harm.
    fn admit(&mut self, header: &Header, statistics: &mut Statistics) -> bool {
        let Some(stream) = &mut self.stream else {
            self.stream = Some(Stream::new(header));
            return true;
        };
        if stream.ssrc == header.ssrc {
            stream.rival = None;
            return true;
        }
        if stream.rival == Some((header.ssrc, header.sequence)) {
            statistics.restarts += 1;
            self.ring.fill(self.silence);
            *stream = Stream::new(header);
            return true;
        }
        stream.rival = Some((header.ssrc, header.sequence.wrapping_add(1)));
        false
    }
}

enum Place {
    Here,
    Late,
    Anew,
}

impl Stream {
    fn new(header: &Header) -> Self {
        Self {
            ssrc: header.ssrc,
            rival: None,
            next_sequence: header.sequence,
            read: header.timestamp,
            end: header.timestamp,
            playing: false,
            behind: 0,
        }
    }

    fn begin(&mut self, timestamp: u32) {
        (self.read, self.end) = (timestamp, timestamp);
        (self.playing, self.behind) = (false, 0);
    }

    fn count_lost(&mut self, sequence: u16, statistics: &mut Statistics) {
        let skipped = sequence.wrapping_sub(self.next_sequence);
        if skipped < 0x8000 {
            statistics.lost += u64::from(skipped);
            self.next_sequence = sequence.wrapping_add(1);
        } else {
            // It was counted when a later one overtook it.
            statistics.lost = statistics.lost.saturating_sub(1);
        }
    }

    fn place(&mut self, header: &Header, length: u32) -> Place {
        let (from_read, from_end) = (
            ahead(header.timestamp, self.read),
            ahead(header.timestamp, self.end),
        );
        let waiting_empty = !self.playing && self.read == self.end;
        let next_talkspurt = !self.playing && header.marker && from_end != 0;
        let elsewhere = from_end.unsigned_abs() as usize > CAPACITY;
        if waiting_empty || next_talkspurt || elsewhere {
            return Place::Anew;
        }
        if from_read < 0 {
            self.behind += 1;
            return if self.behind > RESTART {
                Place::Anew
            } else {
                Place::Late
            };
        }
        self.behind = 0;
        let full = (from_read as u32 + length) as usize > CAPACITY;
        if full { Place::Anew } else { Place::Here }
    }
}

/// How far timestamp `a` is ahead of `b`; negative if it is behind.
fn ahead(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use codecs::rtp::PayloadType;
    use proptest::prelude::*;

    const SILENCE: u8 = 0xD5;

    struct Bench {
        buffer: JitterBuffer,
        statistics: Statistics,
    }

    impl Bench {
        /// 60 ms deep.
        fn new() -> Self {
            let statistics = Statistics::default();
            Self {
                buffer: JitterBuffer::new(480, SILENCE),
                statistics,
            }
        }

        /// A packet of 20 ms whose octets are its number; timestamps wrap after the second.
        fn push(&mut self, number: u8) {
            self.push_as(number, 1, u32::from(number) * 160, false);
        }

        fn push_as(&mut self, number: u8, ssrc: u32, timestamp: u32, marker: bool) {
            let header = Header {
                marker,
                payload_type: PayloadType::PCMA,
                sequence: u16::from(number).wrapping_sub(2),
                timestamp: timestamp.wrapping_sub(320),
                ssrc,
            };
            self.buffer
                .push(&header, &[number; 160], None, &mut self.statistics);
        }

        /// What is heard in so many times 20 ms: its octet, if it was the same all the time.
        fn pull(&mut self, packets: usize) -> Vec<Option<u8>> {
            let heard = |_| {
                let octets: Vec<u8> = (0..20)
                    .flat_map(|_| self.buffer.pull(&mut self.statistics))
                    .collect();
                octets
                    .iter()
                    .all(|octet| *octet == octets[0])
                    .then_some(octets[0])
            };
            (0..packets).map(heard).collect()
        }
    }

    fn heard(octets: &[u8]) -> Vec<Option<u8>> {
        octets.iter().map(|&octet| Some(octet)).collect()
    }

    #[test]
    fn it_plays_when_it_is_as_full_as_it_is_deep() {
        let mut bench = Bench::new();
        (0..2).for_each(|number| bench.push(number));
        assert_eq!(bench.pull(2), heard(&[SILENCE, SILENCE]));
        bench.push(2);
        assert_eq!(bench.pull(3), heard(&[0, 1, 2]));
        assert_eq!(bench.statistics.underruns, 0);
        assert_eq!(bench.statistics.received, 3);
    }

    #[test]
    fn order_is_restored_and_a_loss_stays_silent_for_its_time() {
        let mut bench = Bench::new();
        [0, 2, 1, 5, 3]
            .into_iter()
            .for_each(|number| bench.push(number));
        assert_eq!(bench.statistics.lost, 1);
        assert_eq!(bench.pull(6), heard(&[0, 1, 2, 3, SILENCE, 5]));
    }

    #[test]
    fn what_comes_twice_is_played_once_and_what_comes_late_never() {
        let mut bench = Bench::new();
        [0, 1, 1, 2, 4]
            .into_iter()
            .for_each(|number| bench.push(number));
        assert_eq!(bench.pull(4), heard(&[0, 1, 2, SILENCE]));
        bench.push(3);
        bench.push(5);
        assert_eq!(bench.statistics.late, 1);
        assert_eq!(bench.pull(2), heard(&[4, 5]));
    }

    #[test]
    fn having_run_empty_it_fills_up_again_and_loses_nothing() {
        let mut bench = Bench::new();
        (0..3).for_each(|number| bench.push(number));
        assert_eq!(bench.pull(4), heard(&[0, 1, 2, SILENCE]));
        assert_eq!(bench.statistics.underruns, 1);
        (3..5).for_each(|number| bench.push(number));
        assert_eq!(bench.pull(1), heard(&[SILENCE]));
        bench.push(5);
        assert_eq!(bench.pull(3), heard(&[3, 4, 5]));
        assert_eq!(bench.statistics.underruns, 1);
        assert_eq!(bench.statistics.restarts, 0);
    }

    #[test]
    fn after_a_pause_the_next_talkspurt_begins_with_its_first_packet() {
        let mut bench = Bench::new();
        (0..2).for_each(|number| bench.push(number));
        (2..5).for_each(|number| bench.push_as(number, 1, 100_000 + 160 * u32::from(number), true));
        assert_eq!(bench.pull(3), heard(&[2, 3, 4]));
    }

    #[test]
    fn another_source_takes_over_with_two_packets_in_sequence() {
        let mut bench = Bench::new();
        (0..4).for_each(|number| bench.push(number));
        assert_eq!(bench.pull(1), heard(&[0]));
        bench.push_as(77, 2, 9000, false);
        bench.push(4);
        bench.push_as(77, 2, 9000, false);
        assert_eq!(bench.pull(1), heard(&[1]));
        assert_eq!(bench.statistics.refused, 2);
        (78..81).for_each(|number| bench.push_as(number, 2, 160 * u32::from(number), false));
        assert_eq!(bench.pull(3), heard(&[78, 79, 80]));
        assert_eq!(bench.statistics.restarts, 1);
    }

    #[test]
    fn a_full_buffer_and_a_jump_in_time_begin_the_stream_anew() {
        let mut bench = Bench::new();
        (0..26).for_each(|number| bench.push(number));
        assert_eq!(bench.statistics.restarts, 1);
        (26..28).for_each(|number| bench.push(number));
        assert_eq!(bench.pull(3), heard(&[25, 26, 27]));
        for number in 28..31 {
            bench.push_as(number, 1, 0x8000_0000 + 160 * u32::from(number), false);
        }
        assert_eq!(bench.pull(3), heard(&[28, 29, 30]));
    }

    #[test]
    fn a_source_whose_timestamps_fall_back_is_followed_after_a_while() {
        let mut bench = Bench::new();
        (30..33).for_each(|number| bench.push(number));
        assert_eq!(bench.pull(3), heard(&[30, 31, 32]));
        bench.push(33);
        for number in 34..60 {
            bench.push_as(number, 1, 160 * (u32::from(number) - 20), false);
        }
        assert_eq!(bench.statistics.late, 16);
        assert!(bench.pull(30).contains(&Some(59)));
    }

    proptest! {
        #[test]
        fn arbitrary_packets_do_no_harm(
            packets in prop::collection::vec(
                (any::<bool>(), any::<u16>(), 0u32..20_000, 0u32..3, 0usize..3000), 0..100,
            ),
            base: u32,
        ) {
            let mut bench = Bench::new();
            let count = packets.len() as u64;
            for (marker, sequence, timestamp, ssrc, size) in packets {
                let payload_type = PayloadType::PCMU;
                let timestamp = base.wrapping_add(timestamp);
                let header = Header { marker, payload_type, sequence, timestamp, ssrc };
                let Bench { buffer, statistics } = &mut bench;
                buffer.push(&header, &vec![1; size], None, statistics);
                bench.pull(1);
            }
            let Statistics { received, refused, .. } = bench.statistics;
            prop_assert_eq!(received + refused, count);
            // Whatever it was, it has an end.
            bench.pull(CAPACITY / 160 + 1);
            prop_assert_eq!(bench.pull(2), heard(&[SILENCE, SILENCE]));
        }
    }
}
