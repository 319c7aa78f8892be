//! Reading a datagram into a [`Message`] (RFC 3261 §7, §18.3).

use bytes::Bytes;
use smallvec::SmallVec;

use super::error::{Fault, Malformed};
use super::fields::decimal;
use super::grammar::{is_lws, is_token_text, trim};
use super::message::{Field, Message, Span, Start};
use super::name::{HeaderName, lookup};
use super::uri::is_printable_byte;

/// The most bytes of a message: what fits a UDP datagram.
pub const MAX_LEN: usize = 65_535;

/// The most header fields of a message.
pub const MAX_FIELDS: usize = 256;

impl Message {
    /// Reads the message in a datagram. The body is as long as Content-Length says, and what
    /// follows it is dropped; without Content-Length it is the rest (RFC 3261 §18.3). Line ends
    /// before the start line are passed over (§7.5), a bare LF is taken as a line end.
    ///
    /// Header fields are split but not understood here: see [`Message::check`] and the views.
    ///
    /// # Errors
    /// [`Malformed`] where the start line or a header field has no structure, no empty line ends
    /// the header, Content-Length contradicts itself or the datagram, or there are more than
    /// [`MAX_LEN`] bytes or [`MAX_FIELDS`] fields.
    pub fn parse(bytes: Bytes) -> Result<Self, Malformed> {
        if bytes.len() > MAX_LEN {
            let clause = "RFC 3261 §18.1.1";
            return Err(Malformed::new(Fault::Oversized, "message", &[], clause));
        }
        let mut reader = Reader::after_line_ends(&bytes);
        let (start, start_fault) = start_line(reader.line(), &bytes)?;
        let mut message = Self {
            bytes: Bytes::new(),
            start,
            fields: SmallVec::new(),
            body: Span::default(),
        };
        let fields = reader.fields(&mut message.fields);
        let body = reader.body(&message.fields);
        message.body = *body.as_ref().unwrap_or(&reader.rest());
        message.bytes = bytes;
        match start_fault.or(fields.err()).or(body.err()) {
            None => Ok(message),
            Some(fault) => Err(message.into_fault(fault)),
        }
    }

    fn into_fault(self, fault: Malformed) -> Malformed {
        Malformed {
            message: self.is_request().then(|| Box::new(self)),
            ..fault
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A part of `bytes`, which are at most [`MAX_LEN`].
#[allow(clippy::cast_possible_truncation)] // checked before anything is read
fn span(start: usize, end: usize) -> Span {
    Span {
        start: start as u16,
        end: end as u16,
    }
}

impl<'a> Reader<'a> {
    fn after_line_ends(bytes: &'a [u8]) -> Self {
        let at = bytes
            .iter()
            .position(|b| !matches!(b, b'\r' | b'\n'))
            .unwrap_or(bytes.len());
        Self { bytes, at }
    }

    /// The next line without its end, or what is left.
    fn line(&mut self) -> Span {
        let rest = &self.bytes[self.at..];
        let (len, next) = match memchr::memchr(b'\n', rest) {
            Some(lf) => (lf, lf + 1),
            None => (rest.len(), rest.len()),
        };
        let cr = rest[..len].last() == Some(&b'\r');
        let line = span(self.at, self.at + len - usize::from(cr));
        self.at += next;
        line
    }

    /// Header fields up to and with the empty line. Goes on after a fault to find what else is
    /// there, and reports the first.
    fn fields(&mut self, fields: &mut SmallVec<[Field; 48]>) -> Result<(), Malformed> {
        let mut fault = None;
        while self.at < self.bytes.len() {
            let line = self.line();
            if line.start == line.end {
                return fault.map_or(Ok(()), Err);
            }
            if let Err(found) = self.field(line, fields) {
                fault.get_or_insert(found);
            }
        }
        let clause = "RFC 3261 §7";
        Err(fault
            .unwrap_or_else(|| Malformed::new(Fault::Truncated, "message", self.bytes, clause)))
    }

    fn field(&self, line: Span, fields: &mut SmallVec<[Field; 48]>) -> Result<(), Malformed> {
        let text = &self.bytes[line.range()];
        let malformed = |fault| Malformed::new(fault, "header field", text, "RFC 3261 §7.3.1");
        if is_lws(text[0]) {
            let folded = fields.last_mut().ok_or_else(|| malformed(Fault::Syntax))?;
            self.fold(&mut folded.value, line);
            return Ok(());
        }
        let colon = text.iter().position(|&b| b == b':');
        let colon = colon.ok_or_else(|| malformed(Fault::Syntax))?;
        let name = trim(&text[..colon]);
        if !is_token_text(name) {
            return Err(malformed(Fault::Syntax));
        }
        if fields.len() == MAX_FIELDS {
            return Err(malformed(Fault::Oversized));
        }
        let start = usize::from(line.start);
        fields.push(Field {
            id: lookup(name),
            name: span(start, start + name.len()),
            value: self.trimmed(start + colon + 1, usize::from(line.end)),
        });
        Ok(())
    }

    /// Extends a value by a continuation line (RFC 3261 §7.3.1).
    fn fold(&self, value: &mut Span, line: Span) {
        let start = if value.start == value.end {
            line.start
        } else {
            value.start
        };
        let end = self.trimmed(usize::from(start), usize::from(line.end));
        if end.start < end.end {
            *value = end;
        }
    }

    fn trimmed(&self, mut start: usize, mut end: usize) -> Span {
        while start < end && is_lws(self.bytes[start]) {
            start += 1;
        }
        while start < end && is_lws(self.bytes[end - 1]) {
            end -= 1;
        }
        span(start, end)
    }

    fn rest(&self) -> Span {
        span(self.at, self.bytes.len())
    }

    fn body(&self, fields: &[Field]) -> Result<Span, Malformed> {
        let rest = self.rest();
        Ok(match self.content_length(fields)? {
            Some(length) => span(self.at, self.at + length),
            None => rest,
        })
    }

    fn content_length(&self, fields: &[Field]) -> Result<Option<usize>, Malformed> {
        let mut length = None;
        for field in fields {
            if field.id != HeaderName::ContentLength.id() {
                continue;
            }
            let value = &self.bytes[field.value.range()];
            let malformed =
                |fault| Malformed::new(fault, "Content-Length", value, "RFC 3261 §20.14");
            let this = decimal(value).ok_or_else(|| malformed(Fault::Syntax))?;
            let this = usize::try_from(this).map_err(|_| malformed(Fault::Syntax))?;
            if this > self.bytes.len() - self.at {
                return Err(malformed(Fault::Truncated));
            }
            if length.is_some_and(|length| length != this) {
                return Err(malformed(Fault::Contradiction));
            }
            length = Some(this);
        }
        Ok(length)
    }
}

/// Reads a request or status line. A request line that is merely malformed still yields what can
/// be made out, so that the request can be answered.
fn start_line(line: Span, bytes: &[u8]) -> Result<(Start, Option<Malformed>), Malformed> {
    let text = &bytes[line.range()];
    let base = usize::from(line.start);
    if is_sip(text) {
        Ok((status_line(text, base)?, None))
    } else {
        request_line(text, base)
    }
}

/// Whether it begins as a version of SIP does.
fn is_sip(text: &[u8]) -> bool {
    text.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/"))
}

fn request_line(text: &[u8], base: usize) -> Result<(Start, Option<Malformed>), Malformed> {
    let malformed = |fault| Malformed::new(fault, "Request-Line", text, "RFC 3261 §7.1");
    let method_end = memchr::memchr(b' ', text)
        .filter(|&end| is_token_text(&text[..end]))
        .ok_or_else(|| malformed(Fault::Syntax))?;
    let uri_end = memchr::memrchr(b' ', text).filter(|&end| end > method_end);
    let uri_end = uri_end.unwrap_or(text.len());
    let version = text.get(uri_end + 1..).unwrap_or_default();
    let start = Start::Request {
        method: span(base, base + method_end),
        uri: span(base + method_end + 1, base + uri_end),
    };
    let fault = if !is_request_uri(&text[method_end + 1..uri_end]) || !is_sip(version) {
        Some(malformed(Fault::Syntax))
    } else if !version.eq_ignore_ascii_case(b"SIP/2.0") {
        Some(malformed(Fault::Version))
    } else {
        None
    };
    Ok((start, fault))
}

/// No white space, controls, quotes, angle brackets; that it is a URI is seen when it is used.
fn is_request_uri(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().copied().all(is_printable_byte)
}

fn status_line(text: &[u8], base: usize) -> Result<Start, Malformed> {
    let malformed = |fault| Malformed::new(fault, "Status-Line", text, "RFC 3261 §7.2");
    if !text
        .get(..8)
        .is_some_and(|v| v.eq_ignore_ascii_case(b"SIP/2.0 "))
    {
        return Err(malformed(Fault::Version));
    }
    let status = text
        .get(8..11)
        .and_then(decimal)
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (100..700).contains(status))
        .filter(|_| matches!(text.get(11), None | Some(b' ')));
    Ok(Start::Response {
        status: status.ok_or_else(|| malformed(Fault::Syntax))?,
        reason: span(base + text.len().min(12), base + text.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Method, Uri};

    const INVITE: &[u8] = b"INVITE tel:+491715407090 SIP/2.0\r\n\
        v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport, SIP/2.0/TCP [2001:db8::2]:5061\r\n\
        Via: SIP/2.0/UDP third.example.com\r\n\
        To: <tel:+49-171-5407090>\r\n\
        f: \"A, B\" <sip:+4989123@example.com;user=phone>;tag=1\r\n\
        i: abc@192.0.2.1\r\n\
        CSeq: 314159\r\n  INVITE\r\n\
        P-Asserted-Identity: <tel:+4989123>, <sip:a@example.com>\r\n\
        X-Odd: \xff\xfe\r\n\
        l: 4\r\n\r\n\x00\xffab dropped";

    fn parse(bytes: &[u8]) -> Result<Message, Malformed> {
        Message::parse(Bytes::copy_from_slice(bytes))
    }

    #[test]
    fn an_invite_is_indexed_with_compact_folded_and_listed_fields() {
        let message = parse(INVITE).unwrap();
        message.check().unwrap();
        assert_eq!(message.method(), Method::Invite);
        assert_eq!(message.request_uri(), "tel:+491715407090");
        assert_eq!(message.headers(HeaderName::Via).count(), 3);
        assert_eq!(message.via().unwrap().branch(), Some("z9hG4bKa"));
        assert_eq!(message.cseq().unwrap().number, 314_159);
        assert_eq!(message.from().unwrap().display_name(), "A, B");
        assert_eq!(message.addresses(HeaderName::PAssertedIdentity).count(), 2);
        assert_eq!(
            message.header(HeaderName::Other("x-odd")),
            Some(&b"\xff\xfe"[..])
        );
        assert_eq!(message.body(), b"\x00\xffab");
        assert!(message.uri().unwrap().matches(&message.to().unwrap().uri));
        assert!(matches!(message.uri().unwrap(), Uri::Tel(_)));
    }

    #[test]
    fn a_body_shorter_than_announced_is_named_and_the_rest_is_kept_for_the_answer() {
        let fault = parse(b"BYE sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 5\r\n\r\nabc")
            .unwrap_err();
        assert_eq!(
            (fault.field, fault.fault),
            ("Content-Length", Fault::Truncated)
        );
        assert_eq!(fault.message.unwrap().call_id().unwrap(), "1");
    }

    #[test]
    fn limits_hold() {
        let mut many = b"BYE sip:a@b SIP/2.0\r\n".to_vec();
        many.extend(b"A: b\r\n".repeat(MAX_FIELDS + 1));
        many.extend(b"\r\n");
        assert_eq!(parse(&many).unwrap_err().fault, Fault::Oversized);
        let fault = parse(&vec![b'a'; MAX_LEN + 1]).unwrap_err();
        assert_eq!(fault.status(), 513);
    }

    #[test]
    fn faults_in_the_start_line() {
        for (bytes, fault, answerable) in [
            (&b""[..], Fault::Syntax, false),
            (b"\r\n\r\n", Fault::Syntax, false),
            (b"SIP/2.0 99 OK\r\n\r\n", Fault::Syntax, false),
            (b"SIP/2.0 4294967301 OK\r\n\r\n", Fault::Syntax, false),
            (b"SIP/3.0 200 OK\r\n\r\n", Fault::Version, false),
            (b"BYE sip:a@b SIP/7.0\r\n\r\n", Fault::Version, true),
            (b"BYE  sip:a@b SIP/2.0\r\n\r\n", Fault::Syntax, true),
            (b"BYE <sip:a@b> SIP/2.0\r\n\r\n", Fault::Syntax, true),
            (b"BYE sip:a@b\r\n\r\n", Fault::Syntax, true),
            (b"BYE sip:a@b SIP/2.0\r\nTo: a\r\n", Fault::Truncated, true),
        ] {
            let found = parse(bytes).unwrap_err();
            assert_eq!(found.fault, fault, "{found}");
            assert_eq!(found.message.is_some(), answerable, "{found}");
        }
    }
}
