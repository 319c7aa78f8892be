//! Writing messages, straight into one buffer (RFC 3261 §7).

use std::fmt;
use std::io::Write;
use std::net::SocketAddr;

use bytes::Bytes;

use super::grammar::{is_lws, is_token};
use super::message::Message;
use super::method::Method;
use super::name::HeaderName;
use super::status::phrase;
use super::via::Via;

/// A message in the making. Whatever it is given, it writes no line but those asked for: line ends
/// in a value become spaces, and what a name or the start line cannot hold is left out.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// Begins a request.
    pub fn request(method: Method<'_>, uri: &str) -> Self {
        let mut writer = Self::empty();
        let of_token = |b: &u8| is_token(*b);
        writer.out.extend(method.as_str().bytes().filter(of_token));
        writer.out.push(b' ');
        let of_uri = |b: &u8| !is_lws(*b) && !b.is_ascii_control();
        writer.out.extend(uri.bytes().filter(of_uri));
        writer.out.extend_from_slice(b" SIP/2.0\r\n");
        writer
    }

    /// Begins a response, `status` 100–699.
    pub fn response(status: u16, reason: &str) -> Self {
        let mut writer = Self::empty();
        writer.out.extend_from_slice(b"SIP/2.0 ");
        status.clamp(100, 699).write(&mut writer.out);
        writer.out.push(b' ');
        writer.line(reason);
        writer
    }

    /// Begins the response to a request, with Via, From, To, Call-ID, CSeq and, in 100, Timestamp
    /// of it (RFC 3261 §8.2.6.2), as far as it has them, and the usual phrase.
    ///
    /// `to_tag` is added to a To without tag. `source` is where the request came from: it is noted
    /// in the topmost Via (`received`, §18.2.1; `rport`, RFC 3581 §4).
    pub fn reply(
        request: &Message,
        status: u16,
        to_tag: Option<&str>,
        source: Option<SocketAddr>,
    ) -> Self {
        let mut writer = Self::response(status, phrase(status));
        writer.vias(request, source);
        for name in [HeaderName::From, HeaderName::CallId, HeaderName::CSeq] {
            writer.copy(request, name);
        }
        if status == 100 {
            writer.copy(request, HeaderName::Timestamp);
        }
        if let Some(to) = request.header(HeaderName::To) {
            let tagged = request.to().map_or(true, |to| to.tag().is_some());
            match to_tag.filter(|_| !tagged) {
                Some(tag) => writer.header(HeaderName::To, &Joined(to, ";tag=", tag)),
                None => writer.header(HeaderName::To, to),
            };
        }
        writer
    }

    fn vias(&mut self, request: &Message, source: Option<SocketAddr>) {
        let mut vias = request.headers(HeaderName::Via);
        if let Some(source) = source
            && let Some(top) = vias.next()
        {
            self.header(HeaderName::Via, &Noted { via: top, source });
        }
        for via in vias {
            self.header(HeaderName::Via, via);
        }
    }

    /// Adds every value of one header field of another message, each as a field of its own.
    pub fn copy(&mut self, from: &Message, name: HeaderName<'_>) -> &mut Self {
        for value in from.headers(name) {
            self.header(name, value);
        }
        self
    }

    /// Adds a header field. Content-Length is passed over: [`Writer::finish`] writes it.
    pub fn header<V: Value + ?Sized>(&mut self, name: HeaderName<'_>, value: &V) -> &mut Self {
        if name == HeaderName::ContentLength {
            return self;
        }
        match name {
            HeaderName::Other(name) => self.out.extend(name.bytes().filter(|&b| is_token(b))),
            known => self.out.extend_from_slice(known.as_str().as_bytes()),
        }
        self.out.extend_from_slice(b": ");
        self.line(value)
    }

    fn line<V: Value + ?Sized>(&mut self, value: &V) -> &mut Self {
        let start = self.out.len();
        value.write(&mut self.out);
        if memchr::memchr2(b'\r', b'\n', &self.out[start..]).is_some() {
            unfold(&mut self.out[start..]);
        }
        self.out.extend_from_slice(b"\r\n");
        self
    }

    /// Ends the message with a body of this type.
    pub fn body(&mut self, content_type: &str, body: &[u8]) -> Bytes {
        self.header(HeaderName::ContentType, content_type);
        self.content(body)
    }

    /// Ends the message with a body whose Content-Type has been added as a header field already.
    pub fn content(&mut self, body: &[u8]) -> Bytes {
        self.out.extend_from_slice(b"Content-Length: ");
        body.len().write(&mut self.out);
        self.out.extend_from_slice(b"\r\n\r\n");
        self.out.extend_from_slice(body);
        std::mem::take(&mut self.out).into()
    }

    /// Ends the message without a body.
    pub fn finish(&mut self) -> Bytes {
        self.content(&[])
    }

    fn empty() -> Self {
        Self {
            out: Vec::with_capacity(1024),
        }
    }
}

fn unfold(value: &mut [u8]) {
    for byte in value {
        if matches!(byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
}

/// What can stand as the value of a header field.
pub trait Value {
    /// Appends the value.
    fn write(&self, out: &mut Vec<u8>);
}

impl Value for str {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl Value for [u8] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

impl<const N: usize> Value for [u8; N] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

macro_rules! displayed {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn write(&self, out: &mut Vec<u8>) {
                // Writing into memory does not fail.
                let _ = write!(out, "{self}");
            }
        }
    )*};
}

displayed!(
    fmt::Arguments<'_>,
    String,
    u8,
    u16,
    u32,
    usize,
    super::Uri<'_>,
    Method<'_>
);

impl<V: Value + ?Sized> Value for &V {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

struct Joined<'a>(&'a [u8], &'a str, &'a str);

impl Value for Joined<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
        out.extend_from_slice(self.1.as_bytes());
        out.extend_from_slice(self.2.as_bytes());
    }
}

/// A Via with the source of its request noted.
struct Noted<'a> {
    via: &'a [u8],
    source: SocketAddr,
}

impl Value for Noted<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let Ok(via) = Via::parse(self.via) else {
            return out.extend_from_slice(self.via);
        };
        let asks_for_port = via.rport().is_some();
        let sender_is_known = via.host.ip() == Some(self.source.ip());
        let _ = write!(out, "SIP/2.0/{} {}", via.transport, via.host);
        if let Some(port) = via.port {
            let _ = write!(out, ":{port}");
        }
        for (name, value) in via.params.iter() {
            if name.eq_ignore_ascii_case("rport") || name.eq_ignore_ascii_case("received") {
                continue;
            }
            let _ = write!(out, ";{name}");
            if let Some(value) = value {
                let _ = write!(out, "={value}");
            }
        }
        if asks_for_port || !sender_is_known {
            let _ = write!(out, ";received={}", self.source.ip());
        }
        if asks_for_port {
            let _ = write!(out, ";rport={}", self.source.port());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_written_can_begin_a_line_of_its_own() {
        let bytes = Writer::request(Method::Other("B Y\r\nE"), "sip:a@b\r\nX: 1")
            .header(HeaderName::Other("X\r\nY: "), "1\r\nEvil: 2")
            .header(HeaderName::ContentLength, "99")
            .finish();
        assert_eq!(
            bytes,
            "BYE sip:a@bX:1 SIP/2.0\r\nXY: 1  Evil: 2\r\nContent-Length: 0\r\n\r\n"
        );
    }

    #[test]
    fn a_reply_notes_where_the_request_came_from() {
        let request = Writer::request(Method::Options, "sip:b@example.com")
            .header(
                HeaderName::Via,
                "SIP/2.0/UDP a.example.com;rport;branch=z9hG4bK1, SIP/2.0/UDP c",
            )
            .header(HeaderName::To, "<sip:b@example.com>")
            .header(HeaderName::Timestamp, "54")
            .finish();
        let request = Message::parse(request).unwrap();
        let source = "192.0.2.9:5070".parse().unwrap();
        let reply = Writer::reply(&request, 100, Some("t"), Some(source)).finish();
        let text = std::str::from_utf8(&reply).unwrap();
        assert_eq!(
            text,
            "SIP/2.0 100 Trying\r\n\
             Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1;received=192.0.2.9;rport=5070\r\n\
             Via: SIP/2.0/UDP c\r\n\
             Timestamp: 54\r\n\
             To: <sip:b@example.com>;tag=t\r\n\
             Content-Length: 0\r\n\r\n"
        );
        let reply = Message::parse(reply).unwrap();
        assert_eq!(reply.via().unwrap().response_address(), Some(source));
    }
}
