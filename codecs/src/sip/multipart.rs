//! The parts of a multipart body (RFC 2046 §5.1, RFC 5621).

use super::error::{Fault, Malformed};
use super::fields::ContentType;
use super::grammar::{is_lws, trim};
use super::name::HeaderName;

const CLAUSE: &str = "RFC 2046 §5.1.1";

/// One part of a multipart body.
///
/// ```
/// use codecs::sip::{ContentType, MediaPart};
///
/// let kind = ContentType::parse(b"multipart/mixed;boundary=b").unwrap();
/// let body = b"--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b--\r\n";
/// let parts = MediaPart::split(&kind, body).unwrap();
/// assert_eq!(parts[0].content, b"v=0\r\n");
/// assert!(parts[0].content_type().unwrap().is("application", "sdp"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaPart<'a> {
    head: &'a [u8],
    /// What is between its header fields and the boundary.
    pub content: &'a [u8],
}

impl<'a> MediaPart<'a> {
    /// The parts in order, by the boundary that the type of the body names. What stands before the
    /// first boundary and after the last one is passed over.
    ///
    /// # Errors
    /// [`Malformed`] where no boundary of 1 to 70 characters is named, none is in the body, or the
    /// last one is missing.
    pub fn split(kind: &ContentType<'_>, body: &'a [u8]) -> Result<Vec<Self>, Malformed> {
        let named = kind.params.get("boundary").unwrap_or_default();
        if !(1..=70).contains(&named.len()) {
            let named = named.as_bytes();
            return Err(Malformed::syntax("Content-Type", named, CLAUSE));
        }
        let mut parts = Vec::new();
        // Where the content of the part that is open begins.
        let mut open = None;
        let mut at = 0;
        while at < body.len() {
            let line = line_at(body, at);
            if let Some(delimiter) = Delimiter::read(&body[at..at + line], named.as_bytes()) {
                if let Some(start) = open {
                    parts.push(Self::read(&body[start..before_line_end(body, start, at)]));
                }
                if delimiter == Delimiter::Close {
                    return Ok(parts);
                }
                open = Some(at + line);
            }
            at += line;
        }
        Err(Malformed::new(
            Fault::Truncated,
            "multipart body",
            named.as_bytes(),
            CLAUSE,
        ))
    }

    fn read(part: &'a [u8]) -> Self {
        let mut at = 0;
        while at < part.len() {
            let line = line_at(part, at);
            if trim(&part[at..at + line]).is_empty() {
                let (head, content) = (&part[..at], &part[at + line..]);
                return Self { head, content };
            }
            at += line;
        }
        let (head, content) = (part, &[][..]);
        Self { head, content }
    }

    /// Its header fields in order; lines that are none are passed over.
    pub fn headers(&self) -> impl Iterator<Item = (HeaderName<'a>, &'a [u8])> {
        let head = self.head;
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < head.len() {
                let start = at;
                at += line_at(head, at);
                // A line that begins with a space continues the one before it.
                while head.get(at).is_some_and(|&next| is_lws(next)) {
                    at += line_at(head, at);
                }
                let field = &head[start..at];
                let colon = memchr::memchr(b':', field);
                let name = colon.and_then(|colon| std::str::from_utf8(trim(&field[..colon])).ok());
                if let Some((colon, name)) = colon.zip(name) {
                    return Some((HeaderName::parse(name), trim(&field[colon + 1..])));
                }
            }
            None
        })
    }

    /// Its type; plain text where it names none (RFC 2046 §5.2).
    ///
    /// # Errors
    /// [`Malformed`] for a Content-Type that does not follow its grammar.
    pub fn content_type(&self) -> Result<ContentType<'a>, Malformed> {
        let mut headers = self.headers();
        let named = headers.find(|(name, _)| *name == HeaderName::ContentType);
        ContentType::parse(named.map_or(b"text/plain", |(_, value)| value))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delimiter {
    Open,
    Close,
}

impl Delimiter {
    fn read(line: &[u8], boundary: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
        match trim(rest) {
            b"" => Some(Self::Open),
            [b'-', b'-', ..] => Some(Self::Close),
            _ => None,
        }
    }
}

/// The length of the line that begins here, with its end.
fn line_at(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)
}

/// The line end before a boundary belongs to the boundary.
fn before_line_end(body: &[u8], start: usize, at: usize) -> usize {
    let part = &body[start..at];
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    let part = part.strip_suffix(b"\r").unwrap_or(part);
    start + part.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split<'a>(kind: &str, body: &'a [u8]) -> Result<Vec<MediaPart<'a>>, String> {
        let kind = ContentType::parse(kind.as_bytes()).unwrap();
        MediaPart::split(&kind, body).map_err(|error| error.to_string())
    }

    /// The layout of the example in RFC 3204 §4.
    #[test]
    fn sdp_and_isup_stand_side_by_side() {
        let body = b"a preamble\r\n--unique-boundary-1\r\nContent-Type: application/SDP; charset=ISO-10646\r\n\
            \r\nv=0\r\nm=audio 9092 RTP/AVP 0 3 4\r\n\r\n--unique-boundary-1\r\n\
            Content-type:application/ISUP; version=nxv3;\r\n base=etsi121\r\n\
            Content-Disposition: signal; handling=optional\r\n\r\n\x01\x00\n\r\n\x60--\r\n--unique-boundary-1--\r\nmore";
        let kind = "multipart/mixed; boundary=\"unique-boundary-1\"";
        let parts = split(kind, body).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].content, b"v=0\r\nm=audio 9092 RTP/AVP 0 3 4\r\n");
        assert_eq!(parts[1].content, b"\x01\x00\n\r\n\x60--");
        let isup = parts[1].content_type().unwrap();
        assert!(isup.is("application", "isup"));
        assert_eq!(isup.params.get("base"), Some("etsi121"));
        let named: Vec<_> = parts[1].headers().map(|(name, _)| name.as_str()).collect();
        assert_eq!(named, ["Content-Type", "Content-Disposition"]);
    }

    #[test]
    fn bodies_that_are_cut_or_have_no_boundary_are_refused() {
        let body = b"--b\r\n\r\nx\r\n--b--";
        let parts = split("multipart/mixed;boundary=b", body).unwrap();
        assert_eq!((parts.len(), parts[0].content), (1, &b"x"[..]));
        assert!(parts[0].content_type().unwrap().is("text", "plain"));
        for length in 0..body.len() - 1 {
            assert!(split("multipart/mixed;boundary=b", &body[..length]).is_err());
        }
        for (kind, error) in [
            ("multipart/mixed", "malformed Content-Type"),
            ("multipart/mixed;boundary=\"\"", "malformed Content-Type"),
            ("multipart/mixed;boundary=c", "truncated multipart body"),
        ] {
            let said = split(kind, body).unwrap_err();
            assert!(said.starts_with(error), "{kind}: {said}");
        }
        assert_eq!(split("multipart/mixed;boundary=b", b"--b--"), Ok(vec![]));
        let empty = split("multipart/mixed;boundary=b", b"--b\n--b--").unwrap();
        assert_eq!(empty[0].content, b"");
    }

    proptest! {
        #[test]
        fn parts_come_back_as_they_were_put_in(
            contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..4),
        ) {
            let mut body = Vec::new();
            for content in &contents {
                body.extend_from_slice(b"--a-boundary-longer-than-any-part-could-hold-by-chance\r\n\r\n");
                body.extend_from_slice(content);
                body.extend_from_slice(b"\r\n");
            }
            body.extend_from_slice(b"--a-boundary-longer-than-any-part-could-hold-by-chance--");
            let kind = "multipart/mixed;boundary=a-boundary-longer-than-any-part-could-hold-by-chance";
            let parts = split(kind, &body).unwrap();
            let found: Vec<_> = parts.iter().map(|part| part.content.to_vec()).collect();
            prop_assert_eq!(found, contents);
        }

        #[test]
        fn nothing_panics(body in prop::collection::vec(prop::sample::select(b"-b\r\n: x".to_vec()), 0..80)) {
            for part in split("multipart/mixed;boundary=b", &body).unwrap_or_default() {
                part.headers().count();
            }
        }
    }
}
