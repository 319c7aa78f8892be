//! The parts of a body: of a multipart one each, of another one itself (RFC 2046 §5.1, RFC 5621).

mod base64;
mod disposition;
mod write;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use self::base64::from_base64;
pub use self::disposition::{Disposition, Handling};
pub use self::write::{NewPart, multipart};
use super::error::{Fault, Malformed};
use super::fields::ContentType;
use super::grammar::{is_lws, trim};
use super::message::Message;
use super::name::HeaderName;

const CLAUSE: &str = "RFC 2046 §5.1.1";

/// How many parts of a body are read at most, those within parts included.
const MAX_PARTS: usize = 64;

/// How deep parts within parts are read.
const MAX_DEPTH: usize = 4;

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
    content_type: &'a [u8],
    disposition: Option<&'a [u8]>,
    encoding: Option<&'a [u8]>,
    /// Something other than transfer encoding is to be undone first.
    encoded: bool,
    /// It is one of several of which the receiver takes one (`multipart/alternative`).
    alternative: bool,
    /// What is between its header fields and the boundary, as it came: see
    /// [`MediaPart::decoded`].
    pub content: &'a [u8],
}

impl Message {
    /// The parts of the body in order, those of parts that are multipart themselves in their place;
    /// one part for a body that is not multipart or is encoded, none where there is no body. A body without a type
    /// is plain text (RFC 2046 §5.2).
    ///
    /// # Errors
    /// [`Malformed`] as from [`MediaPart::split`], for a type that does not follow its grammar, and
    /// for more parts than are taken: 64, or more than four within another.
    pub fn parts(&self) -> Result<Vec<MediaPart<'_>>, Malformed> {
        let mut found = Vec::new();
        if !self.body().is_empty() {
            let whole = MediaPart {
                head: &[],
                content_type: self.header(HeaderName::ContentType).unwrap_or(PLAIN_TEXT),
                disposition: self.header(HeaderName::ContentDisposition),
                encoding: self.header(TRANSFER_ENCODING),
                encoded: self.is_encoded(),
                alternative: false,
                content: self.body(),
            };
            whole.unfold(0, &mut found)?;
        }
        Ok(found)
    }

    /// Whether the body as a whole has a Content-Encoding, as if compressed (RFC 3261 §20.12).
    pub fn is_encoded(&self) -> bool {
        self.headers(HeaderName::ContentEncoding).any(is_coding)
    }
}

impl<'a> MediaPart<'a> {
    /// The parts in order, by the boundary that the type of the body names. What stands before the
    /// first boundary and after the last one is passed over; a body without the last one ends where
    /// the message does.
    ///
    /// # Errors
    /// [`Malformed`] where no boundary of 1 to 70 characters is named, or none is in the body.
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
        let Some(start) = open else {
            let fault = Fault::Truncated;
            let named = named.as_bytes();
            return Err(Malformed::new(fault, "multipart body", named, CLAUSE));
        };
        parts.push(Self::read(&body[start..before_line_end(body, start, at)]));
        Ok(parts)
    }

    fn read(part: &'a [u8]) -> Self {
        let (head, content) = split_head(part);
        let value = |wanted: HeaderName<'_>| {
            let mut fields = Fields { head };
            fields
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value)
        };
        Self {
            head,
            content_type: value(HeaderName::ContentType).unwrap_or(PLAIN_TEXT),
            disposition: value(HeaderName::ContentDisposition),
            encoding: value(TRANSFER_ENCODING),
            encoded: Fields { head }
                .filter(|(name, _)| *name == HeaderName::ContentEncoding)
                .any(|(_, value)| value.split(|&octet| octet == b',').any(is_coding)),
            alternative: false,
            content,
        }
    }

    /// Puts this part among those found, or if it is multipart its own parts.
    fn unfold(self, depth: usize, found: &mut Vec<Self>) -> Result<(), Malformed> {
        let kind = self.content_type()?;
        if found.len() >= MAX_PARTS || depth > MAX_DEPTH {
            let fault = Fault::Oversized;
            return Err(Malformed::new(fault, "multipart body", &[], CLAUSE));
        }
        if self.encoded || !kind.kind.eq_ignore_ascii_case("multipart") {
            found.push(self);
            return Ok(());
        }
        let alternative = self.alternative || kind.subtype.eq_ignore_ascii_case("alternative");
        for part in Self::split(&kind, self.content)? {
            let part = Self {
                alternative,
                ..part
            };
            part.unfold(depth + 1, found)?;
        }
        Ok(())
    }

    /// Its header fields in order; lines that are none are passed over.
    pub fn headers(&self) -> impl Iterator<Item = (HeaderName<'a>, &'a [u8])> + use<'a> {
        Fields { head: self.head }
    }

    /// Its type; plain text where it names none (RFC 2046 §5.2).
    ///
    /// # Errors
    /// [`Malformed`] for a Content-Type that does not follow its grammar.
    pub fn content_type(&self) -> Result<ContentType<'a>, Malformed> {
        ContentType::parse(self.content_type)
    }

    /// What it is for. One that names nothing describes the session if it is `application/sdp`, and
    /// is to be shown otherwise (RFC 3261 §20.11).
    ///
    /// # Errors
    /// [`Malformed`] for a Content-Disposition that does not follow its grammar.
    pub fn disposition(&self) -> Result<Disposition<'a>, Malformed> {
        match self.disposition {
            Some(value) => Disposition::parse(value),
            None => Ok(match self.content_type()?.is("application", "sdp") {
                true => Disposition::SESSION,
                false => Disposition::RENDER,
            }),
        }
    }

    /// Whether it has a Content-Encoding, as if compressed: its content is not as its type says
    /// (RFC 3261 §20.12).
    pub fn is_encoded(&self) -> bool {
        self.encoded
    }

    /// Whether the message may be taken without the part, if the part is not understood (RFC 5621
    /// §8): where it says so, and where another part stands for it. What it says unreadably does not
    /// count.
    pub fn is_optional(&self) -> bool {
        let handling = self.disposition().map(|it| it.handling);
        self.alternative || handling.is_ok_and(|handling| handling == Handling::Optional)
    }

    /// Its content without transfer encoding: `base64` is decoded, the others leave it as it is
    /// (RFC 2045 §6).
    ///
    /// # Errors
    /// [`Malformed`] for another encoding, and for what is no base64.
    pub fn decoded(&self) -> Result<Cow<'a, [u8]>, Malformed> {
        let encoding = trim(self.encoding.unwrap_or(b"binary"));
        let is = |name: &&str| encoding.eq_ignore_ascii_case(name.as_bytes());
        if ["binary", "8bit", "7bit"].iter().any(is) {
            return Ok(Cow::Borrowed(self.content));
        }
        let decoded = is(&"base64").then(|| from_base64(self.content)).flatten();
        decoded
            .map(Cow::Owned)
            .ok_or_else(|| Malformed::syntax("Content-Transfer-Encoding", encoding, "RFC 2045 §6"))
    }
}

const PLAIN_TEXT: &[u8] = b"text/plain";

const TRANSFER_ENCODING: HeaderName<'static> = HeaderName::Other("Content-Transfer-Encoding");

/// Whether a Content-Encoding changes the content.
fn is_coding(value: &[u8]) -> bool {
    !trim(value).eq_ignore_ascii_case(b"identity")
}

/// The header fields of a part, and its content.
fn split_head(part: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while at < part.len() {
        let line = line_at(part, at);
        if trim(&part[at..at + line]).is_empty() {
            return (&part[..at], &part[at + line..]);
        }
        at += line;
    }
    (part, &[])
}

/// The header fields of a part that are yet to come.
struct Fields<'a> {
    head: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = (HeaderName<'a>, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.head.is_empty() {
            let mut end = line_at(self.head, 0);
            // A line that begins with a space continues the one before it.
            while self.head.get(end).is_some_and(|&next| is_lws(next)) {
                end += line_at(self.head, end);
            }
            let (field, rest) = self.head.split_at(end);
            self.head = rest;
            let colon = memchr::memchr(b':', field);
            let name = colon.and_then(|colon| std::str::from_utf8(trim(&field[..colon])).ok());
            if let Some((colon, name)) = colon.zip(name) {
                return Some((HeaderName::parse(name), trim(&field[colon + 1..])));
            }
        }
        None
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
