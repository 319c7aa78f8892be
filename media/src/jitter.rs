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
