//! Messages of the far end, written once and patched in place: they cost a copy, not a writer.

use bytes::Bytes;

/// A message with holes of constant width.
pub struct Template {
    bytes: Vec<u8>,
    holes: Vec<usize>,
}

impl Template {
    /// Holes stand in the text as one-character runs, the n-th of `holes` being filled by the n-th
    /// value of [`Template::fill`].
    pub fn new(bytes: &[u8], holes: &[&[u8]]) -> Self {
        let holes = holes.iter().map(|hole| find(bytes, hole)).collect();
        let bytes = bytes.to_vec();
        Self { bytes, holes }
    }

    /// A SIP message, lines separated by `\n`, with this body.
    pub fn sip(head: &str, body: &str, holes: &[&str]) -> Self {
        let kind = match body {
            "" => "",
            _ => "Content-Type: application/sdp\n",
        };
        let body = body.replace('\n', "\r\n");
        let head = format!("{head}{kind}Content-Length: {}\n\n", body.len());
        let text = head.replace('\n', "\r\n") + &body;
        let holes: Vec<_> = holes.iter().map(|hole| hole.as_bytes()).collect();
        Self::new(text.as_bytes(), &holes)
    }

    /// The message with its holes filled.
    pub fn fill(&self, values: &[&[u8]]) -> Bytes {
        let mut bytes = self.bytes.clone();
        for (&at, value) in self.holes.iter().zip(values) {
            bytes[at..at + value.len()].copy_from_slice(value);
        }
        bytes.into()
    }
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .position(|window| window == what)
        .unwrap_or_else(|| panic!("no {:?}", String::from_utf8_lossy(what)))
}

/// Where something stands behind a marker; messages of one kind have it in the same place.
pub struct Place {
    marker: &'static [u8],
    at: usize,
}

impl Place {
    pub fn after(marker: &'static [u8]) -> Self {
        Self { marker, at: 0 }
    }

    /// The `N` bytes behind the marker.
    pub fn read<const N: usize>(&mut self, bytes: &[u8]) -> [u8; N] {
        if !bytes[..self.at].ends_with(self.marker) || self.at == 0 {
            self.at = find(bytes, self.marker) + self.marker.len();
        }
        bytes[self.at..self.at + N].try_into().unwrap()
    }
}
