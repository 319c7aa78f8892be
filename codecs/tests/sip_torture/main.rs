//! The torture messages of RFC 4475, restated: the lines that torment are those of the RFC, what
//! surrounds them is cut short. Each test names the message and its section.
#![allow(clippy::unwrap_used)]

mod malformed;
mod others;
mod sound;

use bytes::Bytes;
use codecs::sip::{Fault, Malformed, Message};

/// Lines become CRLF lines; an empty line ends the header.
pub(crate) fn parse(text: &str) -> Result<Message, Malformed> {
    Message::parse(Bytes::from(text.replace('\n', "\r\n")))
}

/// A request with these lines in it, and what every request must have, unless the lines have it.
pub(crate) fn request(start: &str, lines: &str) -> Result<Message, Malformed> {
    let mut text = format!("{start}\n{lines}");
    for usual in [
        "Via: SIP/2.0/UDP host.example.com;branch=z9hG4bK.1",
        "To: sip:user@example.com",
        "From: sip:caller@example.net;tag=4",
        "Call-ID: torture@192.0.2.1",
        "CSeq: 8 OPTIONS",
        "Max-Forwards: 70",
    ] {
        let (name, _) = usual.split_once(':').unwrap();
        let lower = text.to_lowercase();
        if !lower.contains(&format!("\n{}", name.to_lowercase())) {
            text += &format!("{usual}\n");
        }
    }
    parse(&format!("{text}l: 0\n\n"))
}

pub(crate) const OPTIONS: &str = "OPTIONS sip:user@example.com SIP/2.0";

/// The field a request fails with, in parsing or in the check.
pub(crate) fn refusal(start: &str, lines: &str) -> (&'static str, Fault, u16) {
    let message = request(start, lines);
    let fault = message.and_then(|message| message.check()).unwrap_err();
    (fault.field, fault.fault, fault.status())
}

pub(crate) fn text(value: &[u8]) -> &str {
    std::str::from_utf8(value).unwrap()
}
