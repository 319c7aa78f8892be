//! A SIP message as an index over the datagram it came in (RFC 3261 §7, §18.3).

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use smallvec::SmallVec;

use super::grammar::Elements;
use super::method::Method;
use super::name::HeaderName;

/// A request or response. Cheap to move; its bytes are shared when it is cloned.
#[derive(Clone)]
pub struct Message {
    pub(super) bytes: Bytes,
    pub(super) start: Start,
    /// Inline up to 48 fields, which is more than any message in an IMS has.
    pub(super) fields: SmallVec<[Field; 48]>,
    pub(super) body: Span,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Start {
    Request { method: Span, uri: Span },
    Response { status: u16, reason: Span },
}

/// A part of the message; 16 bits do, as a message has at most 65,535 bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) start: u16,
    pub(super) end: u16,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) id: u8,
    pub(super) name: Span,
    pub(super) value: Span,
}

impl Span {
    pub(super) fn range(self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.end)
    }
}

impl Message {
    /// Whether it is a request.
    pub fn is_request(&self) -> bool {
        matches!(self.start, Start::Request { .. })
    }

    /// The method of a request, or of the request a response answers (from its CSeq).
    pub fn method(&self) -> Method<'_> {
        match self.start {
            Start::Request { method, .. } => Method::parse(self.str(method)),
            Start::Response { .. } => self.cseq().map_or(Method::Other(""), |cseq| cseq.method),
        }
    }

    /// The status of a response, 100–699; 0 of a request.
    pub fn status(&self) -> u16 {
        match self.start {
            Start::Response { status, .. } => status,
            Start::Request { .. } => 0,
        }
    }

    /// The request URI as received; empty of a response.
    pub fn request_uri(&self) -> &str {
        match self.start {
            Start::Request { uri, .. } => self.str(uri),
            Start::Response { .. } => "",
        }
    }

    /// The reason phrase of a response, up to the first byte that is no UTF-8; empty of a request.
    pub fn reason(&self) -> &str {
        match self.start {
            Start::Response { reason, .. } => self.str(reason),
            Start::Request { .. } => "",
        }
    }

    /// The first value of a header field, trimmed. Of a list (`Via: a, b`) that is its first
    /// element. A folded value keeps its line ends.
    pub fn header(&self, name: HeaderName<'_>) -> Option<&[u8]> {
        self.headers(name).next()
    }

    /// The first value of a header field, where it is UTF-8.
    pub fn text(&self, name: HeaderName<'_>) -> Option<&str> {
        std::str::from_utf8(self.header(name)?).ok()
    }

    /// All values of a header field in order, the elements of lists one by one.
    pub fn headers<'m, 'n>(&'m self, name: HeaderName<'n>) -> Values<'m, 'n> {
        Values {
            message: self,
            name,
            fields: self.fields.iter(),
            elements: None,
        }
    }

    /// Every header field in order, lists unsplit.
    pub fn headers_all(&self) -> impl Iterator<Item = (HeaderName<'_>, &[u8])> {
        self.fields.iter().map(|field| {
            let name = HeaderName::of(field.id, self.str(field.name));
            (name, self.slice(field.value))
        })
    }

    /// Takes out the header fields that `goes` picks, and answers how many they were. The octets of
    /// the message ([`Message::as_bytes`]) stay as they were received.
    pub fn remove(&mut self, mut goes: impl FnMut(HeaderName<'_>) -> bool) -> usize {
        let (bytes, before) = (&self.bytes, self.fields.len());
        self.fields.retain(|field| {
            let name = std::str::from_utf8(&bytes[field.name.range()]).unwrap_or_default();
            !goes(HeaderName::of(field.id, name))
        });
        before - self.fields.len()
    }

    /// The body, empty where there is none.
    pub fn body(&self) -> &[u8] {
        self.slice(self.body)
    }

    /// The body without copying it.
    pub fn body_bytes(&self) -> Bytes {
        self.bytes.slice(self.body.range())
    }

    /// The whole message as received, without what followed its body.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.body.end)]
    }

    fn slice(&self, span: Span) -> &[u8] {
        &self.bytes[span.range()]
    }

    fn str(&self, span: Span) -> &str {
        let bytes = self.slice(span);
        std::str::from_utf8(bytes)
            .or_else(|error| std::str::from_utf8(&bytes[..error.valid_up_to()]))
            .unwrap_or_default()
    }

    fn is_named(&self, field: &Field, name: &HeaderName<'_>) -> bool {
        match name {
            HeaderName::Other(name) => self.slice(field.name).eq_ignore_ascii_case(name.as_bytes()),
            _ => field.id == name.id(),
        }
    }
}

/// The values of one header field.
#[derive(Clone)]
pub struct Values<'m, 'n> {
    message: &'m Message,
    name: HeaderName<'n>,
    fields: std::slice::Iter<'m, Field>,
    elements: Option<Elements<'m>>,
}

impl<'m> Iterator for Values<'m, '_> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<&'m [u8]> {
        loop {
            if let Some(element) = self.elements.as_mut().and_then(Iterator::next) {
                return Some(element);
            }
            let (message, name) = (self.message, &self.name);
            let field = self.fields.find(|field| message.is_named(field, name))?;
            let value = self.message.slice(field.value);
            if !self.name.is_list() {
                return Some(value);
            }
            self.elements = Some(Elements::new(value));
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.as_bytes()))
    }
}
