//! Messages in a byte stream: each is as long as its Content-Length says (RFC 3261 §18.3). Between
//! messages there may be line ends, which keep the connection alive (§7.5, RFC 5626 §3.5.1).

use bytes::{Buf, Bytes, BytesMut};

use super::fields::decimal;
use super::grammar::{is_lws, is_token, trim};
use super::name::{HeaderName, lookup};
use super::parse::MAX_LEN;

/// What comes in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// One message, for [`Message::parse`](super::Message::parse).
    Message(Bytes),
    /// Two line ends, to be answered with [`PONG`] (RFC 5626 §4.4.1).
    Ping,
}

/// The answer to [`Frame::Ping`].
pub const PONG: &[u8] = b"\r\n";

/// A stream that can no longer be told apart into messages; the connection is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFramed {
    /// Something else than a message of SIP begins.
    #[error("no SIP message begins here")]
    Noise,
    /// More than [`MAX_LEN`] octets.
    #[error("a message of more than {MAX_LEN} octets")]
    TooLong,
    /// No Content-Length, which a stream cannot do without (RFC 3261 §20.14).
    #[error("a message without Content-Length")]
    NoLength,
    /// A Content-Length that is no number, or two that differ.
    #[error("a Content-Length that makes no sense")]
    BadLength,
}

/// Cuts a stream into messages. Put what was received into [`Stream::buffer`], and take frames
/// until there are none; then it holds less than [`MAX_LEN`] octets beside the last read.
#[derive(Debug, Default)]
pub struct Stream {
    buffer: BytesMut,
    /// Where the first line begins that has not been read.
    line: usize,
    /// Up to where its end has been looked for.
    searched: usize,
    length: Length,
    /// Where the message ends, once its header is there.
    end: Option<usize>,
}

/// The Content-Length of the message that is being read.
#[derive(Debug, Default, Clone, Copy)]
enum Length {
    #[default]
    Missing,
    /// The field is there, and its value is on the next, folded line.
    Folded,
    Is(usize),
}

/// What there is between messages.
enum Between {
    Ping,
    /// Nothing, or what may become a ping.
    Nothing,
    /// The beginning of a message.
    Message,
}

impl Stream {
    /// Where to append what was received.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Takes the next frame off the stream once all of it is there.
    ///
    /// # Errors
    /// [`NotFramed`], as soon as no message can come of what is there.
    pub fn frame(&mut self) -> Result<Option<Frame>, NotFramed> {
        if self.line == 0 {
            match self.between()? {
                Between::Ping => return Ok(Some(Frame::Ping)),
                Between::Nothing => return Ok(None),
                Between::Message => {}
            }
        }
        while self.end.is_none() && self.next_line()? {}
        let end = self.end.unwrap_or(self.buffer.len());
        if end > MAX_LEN {
            return Err(NotFramed::TooLong);
        }
        if self.end.is_none() || self.buffer.len() < end {
            return Ok(None);
        }
        let message = self.buffer.split_to(end).freeze();
        *self = Self {
            buffer: std::mem::take(&mut self.buffer),
            ..Self::default()
        };
        Ok(Some(Frame::Message(message)))
    }

    /// Passes over line ends before a message.
    fn between(&mut self) -> Result<Between, NotFramed> {
        const PING: &[u8] = b"\r\n\r\n";
        loop {
            match &self.buffer[..] {
                start if start.starts_with(PING) => {
                    self.buffer.advance(PING.len());
                    return Ok(Between::Ping);
                }
                start if PING.starts_with(start) => return Ok(Between::Nothing),
                [b'\r', b'\n', ..] => self.buffer.advance(2),
                [b'\n', ..] => self.buffer.advance(1),
                [first, ..] if is_token(*first) => return Ok(Between::Message),
                _ => return Err(NotFramed::Noise),
            }
        }
    }

    /// Reads a line of the header, if all of it is there.
    fn next_line(&mut self) -> Result<bool, NotFramed> {
        let Some(lf) = memchr::memchr(b'\n', &self.buffer[self.searched..]) else {
            self.searched = self.buffer.len();
            return Ok(false);
        };
        let (start, next) = (self.line, self.searched + lf + 1);
        let line = &self.buffer[start..next - 1];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if start == 0 {
            is_start_line(line).then_some(()).ok_or(NotFramed::Noise)?;
        } else if line.is_empty() {
            let Length::Is(length) = self.length else {
                return Err(NotFramed::NoLength);
            };
            self.end = Some(next.saturating_add(length));
        } else {
            self.length = self.length.with(line)?;
        }
        (self.line, self.searched) = (next, next);
        Ok(true)
    }
}

/// Whether a line is a request or status line of some version of SIP.
fn is_start_line(line: &[u8]) -> bool {
    let mut words = line.split(|&b| b == b' ');
    let first_or_last = [words.next(), words.next_back()];
    let is_version = |word: &&[u8]| {
        word.get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/"))
    };
    first_or_last.iter().flatten().any(is_version)
}

impl Length {
    /// What is known of it after one more line of the header.
    fn with(self, line: &[u8]) -> Result<Self, NotFramed> {
        let value = match (self, line.split_first()) {
            (Self::Folded, Some((&first, rest))) if is_lws(first) => trim(rest),
            (Self::Folded, _) => return Err(NotFramed::BadLength),
            // A folded line of another field.
            (_, Some((&first, _))) if is_lws(first) => return Ok(self),
            _ => match value_of_length(line) {
                Some(value) => value,
                None => return Ok(self),
            },
        };
        if value.is_empty() {
            return Ok(Self::Folded);
        }
        let length = decimal(value).and_then(|length| usize::try_from(length).ok());
        match (self, length) {
            (Self::Is(other), Some(length)) if other != length => Err(NotFramed::BadLength),
            (_, Some(length)) => Ok(Self::Is(length)),
            (_, None) => Err(NotFramed::BadLength),
        }
    }
}

/// The value, if the line is a Content-Length.
fn value_of_length(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', line)?;
    let is_length = lookup(trim(&line[..colon])) == HeaderName::ContentLength.id();
    is_length.then(|| trim(&line[colon + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Message;
    use proptest::prelude::*;

    const OPTIONS: &str = "OPTIONS sip:b@example.com SIP/2.0\r\nl : 3\r\n\r\nabc";
    const OK: &str =
        "SIP/2.0 200 OK\nSubject: a\r\n Content-Length: 9\r\nContent-Length:\r\n 0\r\n\r\n";

    /// What comes of octets that arrive in pieces of this size.
    fn frames(octets: &[u8], piece: usize) -> (Vec<Frame>, Option<NotFramed>) {
        let mut stream = Stream::default();
        let mut frames = Vec::new();
        for piece in octets.chunks(piece) {
            stream.buffer().extend_from_slice(piece);
            loop {
                match stream.frame() {
                    Ok(Some(frame)) => frames.push(frame),
                    Ok(None) => break,
                    Err(error) => return (frames, Some(error)),
                }
            }
            assert!(stream.buffer().len() <= MAX_LEN);
        }
        (frames, None)
    }

    #[test]
    fn messages_and_pings_are_told_apart_however_they_arrive() {
        let stream = [
            OPTIONS,
            "\r\n",
            OK,
            "\r\n\r\n",
            OPTIONS,
            "\r\n\r\n\r\n",
            OK,
            "\r\n",
        ]
        .concat();
        let message = |text: &'static str| Frame::Message(Bytes::from_static(text.as_bytes()));
        let expected = [
            message(OPTIONS),
            message(OK),
            Frame::Ping,
            message(OPTIONS),
            Frame::Ping,
            message(OK),
        ];
        for piece in 1..=stream.len() {
            let (frames, error) = frames(stream.as_bytes(), piece);
            assert_eq!((&frames[..], error), (&expected[..], None), "{piece}");
        }
        for text in [OPTIONS, OK] {
            assert!(Message::parse(Bytes::from_static(text.as_bytes())).is_ok());
        }
    }

    #[test]
    fn what_cannot_be_a_message_is_noticed() {
        let long = format!("OPTIONS sip:b SIP/2.0\r\nSubject: {}", "x".repeat(MAX_LEN));
        for (octets, error) in [
            ("\x16\x03\x01\x02\x00", NotFramed::Noise),
            ("GET / HTTP/1.1\r\n", NotFramed::Noise),
            ("hello\r\n", NotFramed::Noise),
            ("\r\n\rX", NotFramed::Noise),
            ("BYE sip:b SIP/2.0\r\nTo: b\r\n\r\n", NotFramed::NoLength),
            ("BYE sip:b SIP/2.0\r\nl: -1\r\n", NotFramed::BadLength),
            ("BYE sip:b SIP/2.0\r\nl:\r\nTo: b\r\n", NotFramed::BadLength),
            (
                "BYE sip:b SIP/2.0\r\nl: 1\r\nl: 2\r\n",
                NotFramed::BadLength,
            ),
            ("BYE sip:b SIP/2.0\r\nl: 65535\r\n\r\n", NotFramed::TooLong),
            (&long, NotFramed::TooLong),
        ] {
            for piece in [1000, octets.len()] {
                assert_eq!(
                    frames(octets.as_bytes(), piece).1,
                    Some(error),
                    "{octets:.40}"
                );
            }
        }
    }

    proptest! {
        /// How a stream arrives makes no difference, whatever is in it.
        #[test]
        fn noise_is_read_alike_in_any_pieces(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just(OPTIONS.as_bytes().to_vec()),
                    Just(OK.as_bytes().to_vec()),
                    Just(b"\r\n".to_vec()),
                    Just(b"BYE sip:b SIP/2.0\r\nl: ".to_vec()),
                    proptest::collection::vec(any::<u8>(), 0..8),
                ],
                0..8,
            ),
            piece in 1usize..40,
        ) {
            let stream = parts.concat();
            prop_assert_eq!(frames(&stream, piece), frames(&stream, stream.len().max(1)));
        }
    }
}
