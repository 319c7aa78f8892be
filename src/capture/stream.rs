//! One direction of a TCP connection in a capture: its segments in their order (RFC 9293 §3.4).

/// How much of what came too early is held until the segments before it come.
const HELD_SEGMENTS: usize = 64;

/// The octets of a stream, as segments bring them.
#[derive(Debug)]
pub(super) struct Stream {
    /// The sequence number that is wanted next.
    next: u32,
    /// Octets before the next ones are missing.
    gap: bool,
    /// Segments that came before their time: sequence number and octets.
    held: Vec<(u32, Vec<u8>)>,
}

impl Stream {
    /// A connection that begins, or is first seen, at a sequence number. What an older one of the
    /// same addresses left does not belong to it.
    pub(super) fn new(next: u32) -> Self {
        Self {
            next,
            gap: true,
            held: Vec::new(),
        }
    }

    /// Takes a segment, and gives the octets that are next, and whether some before them are
    /// missing.
    pub(super) fn take(&mut self, sequence: u32, octets: &[u8], mut each: impl FnMut(&[u8], bool)) {
        if self.is_early(sequence) {
            self.held.push((sequence, octets.to_vec()));
            if self.held.len() > HELD_SEGMENTS {
                self.skip(&mut each);
            }
            return;
        }
        self.deliver(sequence, octets, &mut each);
        self.deliver_held(&mut each);
    }

    /// Gives what is still held when the capture ends.
    pub(super) fn finish(&mut self, mut each: impl FnMut(&[u8], bool)) {
        while !self.held.is_empty() {
            self.skip(&mut each);
        }
    }

    fn is_early(&self, sequence: u32) -> bool {
        let ahead = sequence.wrapping_sub(self.next);
        ahead != 0 && ahead < 1 << 31
    }

    /// What was seen before is left out.
    fn deliver(&mut self, sequence: u32, octets: &[u8], each: &mut impl FnMut(&[u8], bool)) {
        let seen = usize::try_from(self.next.wrapping_sub(sequence)).unwrap_or(usize::MAX);
        let Some(fresh @ [_, ..]) = octets.get(seen..) else {
            return;
        };
        each(fresh, std::mem::take(&mut self.gap));
        let length = u32::try_from(octets.len()).unwrap_or(0);
        self.next = sequence.wrapping_add(length);
    }

    fn deliver_held(&mut self, each: &mut impl FnMut(&[u8], bool)) {
        while let Some(due) = self.held.iter().position(|(at, _)| !self.is_early(*at)) {
            let (sequence, octets) = self.held.swap_remove(due);
            self.deliver(sequence, &octets, each);
        }
    }

    /// Goes on behind a gap that nothing fills.
    fn skip(&mut self, each: &mut impl FnMut(&[u8], bool)) {
        let ahead = |at: u32| at.wrapping_sub(self.next);
        if let Some(nearest) = self
            .held
            .iter()
            .map(|(at, _)| *at)
            .min_by_key(|at| ahead(*at))
        {
            self.next = nearest;
            self.gap = true;
        }
        self.deliver_held(each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of segments, a bar standing where octets are missing.
    fn text(first: u32, segments: &[(u32, &str)]) -> String {
        let mut stream = Stream::new(first);
        let mut text = String::new();
        let mut each = |octets: &[u8], gap| {
            text.push_str(if gap { "|" } else { "" });
            text.push_str(std::str::from_utf8(octets).unwrap());
        };
        for (at, octets) in segments {
            stream.take(first.wrapping_add(*at), octets.as_bytes(), &mut each);
        }
        stream.finish(each);
        text
    }

    #[test]
    fn segments_come_in_their_order_once() {
        for first in [0, u32::MAX - 2] {
            assert_eq!(
                text(first, &[(0, "ab"), (4, "ef"), (2, "cd"), (6, "g")]),
                "|abcdefg"
            );
            assert_eq!(
                text(first, &[(0, "ab"), (0, "ab"), (1, "bc"), (2, "c")]),
                "|abc"
            );
            assert_eq!(
                text(first, &[(3, "d"), (2, "c"), (0, "ab"), (2, "")]),
                "|abcd"
            );
        }
    }

    #[test]
    fn a_gap_that_is_not_filled_is_told() {
        assert_eq!(text(7, &[(0, "ab"), (5, "f"), (4, "e")]), "|ab|ef");
        let early: Vec<_> = (0..=HELD_SEGMENTS).map(|at| (2 + at as u32, "x")).collect();
        let mut stream = Stream::new(0);
        let mut given = 0;
        for (at, octets) in early {
            stream.take(at, octets.as_bytes(), |octets, _| given += octets.len());
        }
        assert_eq!(given, HELD_SEGMENTS + 1);
    }
}
