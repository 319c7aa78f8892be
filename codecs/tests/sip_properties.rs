//! What holds for every SIP message: nothing panics, what is written reads the same, and a second
//! parser (`sipx-sip`) reads the same from what both accept.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use codecs::sip::{
    Escaped, HeaderName, Message, Method, NameAddr, Quoted, Uri, Via, Writer, unescape_percent,
};
use proptest::prelude::*;
use sipx_sip::headers::{CSeq, From as SipxFrom, Via as SipxVia};

const INVITE: &[u8] = b"INVITE sip:+49-171-5407090;npdi@icscf.example.com;user=phone SIP/2.0\r\n\
    v: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKa;rport, SIP/2.0/TCP [2001:db8::2];branch=b\r\n\
    Max-Forwards: 70\r\n\
    To: <tel:+491715407090;phone-context=x>\r\n\
    From: \"A \\\"B\\\", C\" <sip:+498912345678@gw.example.com;user=phone>;tag=98a\r\n\
    Call-ID: f81d4fae@192.0.2.20\r\n\
    CSeq: 1 INVITE\r\n\
    Contact: <sip:192.0.2.20;transport=udp?a=b>;q=0.7;expires=3600,\r\n  sip:b@c\r\n\
    P-Asserted-Identity: \"x\" <sip:+498912345678@gw.example.com>, <tel:+498912345678>\r\n\
    Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>\r\n\
    Reason: Q.850;cause=16;text=\"a;b\"\r\n\
    Privacy: id;critical\r\nSupported: 100rel, timer\r\n\
    Content-Type: multipart/mixed;boundary=\"b\"\r\nContent-Length: 5\r\n\r\n\x00\xff\r\n1";

/// Reads all there is to read.
fn look_at_everything(bytes: &[u8]) {
    let message = match Message::parse(Bytes::copy_from_slice(bytes)) {
        Ok(message) => message,
        Err(fault) => {
            assert!(!fault.to_string().is_empty());
            match fault.message {
                Some(message) => *message,
                None => return,
            }
        }
    };
    let _ = (
        message.check(),
        message.uri(),
        message.method(),
        message.reason(),
    );
    let _ = (
        message.content_type(),
        message.privacy(),
        message.reasons().count(),
    );
    for (name, value) in message.headers_all() {
        let _ = message.headers(name).count();
        let _ = NameAddr::parse("any", value)
            .map(|address| (address.display_name().len(), address.params.iter().count()));
        let _ = Via::parse(value).map(|via| via.response_address());
    }
    let source = "192.0.2.1:5060".parse().unwrap();
    let reply = Writer::reply(&message, 400, Some("tag"), Some(source)).finish();
    Message::parse(reply).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        look_at_everything(&bytes);
    }

    #[test]
    fn a_damaged_message_does_no_harm(
        at in 0..INVITE.len(),
        cut in 0..INVITE.len(),
        bytes in prop::collection::vec(any::<u8>(), 0..6),
        remove in 0..6usize,
    ) {
        let mut damaged = INVITE.to_vec();
        damaged.splice(at..(at + remove).min(INVITE.len()), bytes);
        look_at_everything(&damaged);
        look_at_everything(&damaged[..cut.min(damaged.len())]);
    }

    #[test]
    fn lines_of_odd_characters_do_no_harm(lines in prop::collection::vec("[ -~]{0,40}", 0..20)) {
        let text = format!("INVITE sip:a@b SIP/2.0\r\n{}\r\n\r\n", lines.join("\r\n"));
        look_at_everything(text.as_bytes());
    }

    #[test]
    fn what_is_written_reads_the_same(
        method in "[A-Z]{1,12}",
        user in "\\PC{1,12}",
        display in "\\PC{0,12}",
        tag in "[a-z0-9]{1,12}",
        other in prop::collection::vec(("X-[a-z]{1,8}", prop::collection::vec(any::<u8>(), 0..20)), 0..60),
        body in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let uri = format!("sip:{}@example.com", Escaped(&user));
        let mut writer = Writer::request(Method::parse(&method), &uri);
        writer.header(HeaderName::From, &format_args!("{} <{uri}>;tag={tag}", Quoted(&display)));
        for (name, value) in &other {
            writer.header(HeaderName::Other(name), value.as_slice());
        }
        let message = Message::parse(writer.body("application/isup", &body)).unwrap();

        prop_assert_eq!(message.method().as_str(), &method);
        let read = message.uri().unwrap();
        let read = unescape_percent(read.sip().unwrap().user.unwrap());
        prop_assert_eq!(read.as_ref(), user.as_bytes());
        let from = message.from().unwrap();
        prop_assert_eq!(from.tag(), Some(tag.as_str()));
        prop_assert_eq!(from.display_name(), display.as_str());
        prop_assert_eq!(message.body(), &body[..]);
        let fields = message.headers_all().filter(|(name, _)| matches!(name, HeaderName::Other(_)));
        for ((name, value), (_, read)) in other.iter().zip(fields) {
            let is_lws = |b: &u8| b" \t\r\n".contains(b);
            let plain: Vec<u8> = value.iter().map(|b| if is_lws(b) && *b != b'\t' { b' ' } else { *b }).collect();
            let start = plain.iter().position(|b| !is_lws(b)).unwrap_or(plain.len());
            let end = plain.iter().rposition(|b| !is_lws(b)).map_or(start, |end| end + 1);
            prop_assert_eq!(read, &plain[start..end], "{}", name);
        }
    }

    #[test]
    fn both_parsers_read_the_same(
        at in 0..INVITE.len(),
        bytes in prop::collection::vec(prop::sample::select(b"aZ0 ;:,<>@=\"%+\t".to_vec()), 0..3),
        remove in 0..3usize,
    ) {
        let mut damaged = INVITE.to_vec();
        damaged.splice(at..(at + remove).min(INVITE.len()), bytes);
        agree(&damaged)?;
    }
}

#[test]
fn both_parsers_read_the_undamaged_message_the_same() {
    assert!(agree(INVITE).unwrap(), "both accept it");
}

/// What both parsers accept, both read the same way. Returns whether both accept it.
fn agree(bytes: &[u8]) -> Result<bool, TestCaseError> {
    let bytes = Bytes::copy_from_slice(bytes);
    let theirs = sipx_sip::parse_datagram(bytes.clone(), &sipx_sip::Limits::datagram());
    let (Ok(ours), Ok(sipx_sip::Message::Request(theirs))) = (Message::parse(bytes), theirs) else {
        return Ok(false);
    };
    prop_assert_eq!(ours.method().as_str().as_bytes(), theirs.method.as_bytes());
    prop_assert_eq!(ours.request_uri().as_bytes(), &theirs.uri.to_bytes()[..]);
    prop_assert_eq!(ours.body(), &theirs.body()[..]);
    prop_assert_eq!(ours.headers_all().count(), theirs.headers.len());
    if let (Ok(ours), Some(Ok(theirs))) = (ours.cseq(), theirs.headers.typed::<CSeq>()) {
        prop_assert_eq!(ours.number, theirs.sequence);
        prop_assert_eq!(ours.method.as_str().as_bytes(), theirs.method.as_bytes());
    }
    if let (Ok(ours), Some(Ok(theirs))) = (ours.via(), theirs.headers.typed::<SipxVia>()) {
        prop_assert_eq!(ours.branch().map(str::as_bytes), theirs.branch());
        prop_assert_eq!(ours.port, theirs.port);
    }
    if let (Ok(ours), Some(Ok(theirs))) = (ours.from(), theirs.headers.typed::<SipxFrom>()) {
        prop_assert_eq!(ours.tag().map(str::as_bytes), theirs.0.tag());
        prop_assert_eq!(ours.uri.as_str().as_bytes(), &theirs.0.uri.to_bytes()[..]);
    }
    if let Ok(Uri::Sip(ours)) = ours.uri() {
        prop_assert_eq!(ours.user.map(str::as_bytes), theirs.uri.user());
        prop_assert_eq!(ours.port, theirs.uri.port());
    }
    Ok(true)
}
