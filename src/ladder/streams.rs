//! The messages in a TCP stream: SIP (RFC 3261 §18.3) or Diameter (RFC 6733 §3), as its first octet
//! tells.

use bytes::BytesMut;
use codecs::{diameter, sip};

use super::messages::{self, Read};

/// The longest Diameter message that is waited for.
const MAX_DIAMETER: usize = 65_536;

/// What is left of a TCP stream after the last whole message.
#[derive(Debug, Default)]
pub(super) enum Piece {
    /// Nothing has come that tells what it is a stream of.
    #[default]
    New,
    Diameter(BytesMut),
    Sip(sip::Stream),
}

impl Piece {
    /// The messages that these octets complete. Where a stream makes no sense, what begins with the
    /// next octets is waited for.
    pub(super) fn messages(&mut self, octets: &[u8]) -> Vec<Read> {
        if let Self::New = self {
            *self = Self::begins(octets);
        }
        match self {
            Self::New => Vec::new(),
            Self::Diameter(stream) => {
                stream.extend_from_slice(octets);
                let mut messages = Vec::new();
                while let Ok(Some(message)) = diameter::take_message(stream, MAX_DIAMETER) {
                    messages.extend(messages::diameter_message(message));
                }
                messages
            }
            Self::Sip(stream) => {
                stream.buffer().extend_from_slice(octets);
                let (messages, broken) = framed(stream);
                if broken {
                    *self = Self::New;
                }
                messages
            }
        }
    }

    /// A Diameter message begins with its version; one of SIP with a letter, maybe after line ends
    /// that kept the connection alive.
    fn begins(octets: &[u8]) -> Self {
        const VERSION: u8 = 1;
        let first = octets.iter().find(|octet| !b"\r\n".contains(octet));
        match first {
            Some(&VERSION) => Self::Diameter(BytesMut::new()),
            Some(letter) if letter.is_ascii_alphabetic() => Self::Sip(sip::Stream::default()),
            _ => Self::New,
        }
    }
}

/// The whole messages of a stream, and whether it makes no sense after them.
fn framed(stream: &mut sip::Stream) -> (Vec<Read>, bool) {
    let mut messages = Vec::new();
    loop {
        match stream.frame() {
            Ok(Some(sip::Frame::Message(message))) => {
                messages.extend(messages::sip_message(&message));
            }
            Ok(Some(sip::Frame::Ping)) => {}
            Ok(None) => return (messages, false),
            Err(_) => return (messages, true),
        }
    }
}
