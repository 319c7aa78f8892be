//! Example messages of the RFCs: a session (RFC 3261 §24), a call into the PSTN (RFC 3666 §2.1),
//! and what a gateway says in the terms of RFC 3398; and that we write what we read.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Via, Writer};

fn parse(text: &str) -> Message {
    let message = Message::parse(Bytes::from(text.replace('\n', "\r\n"))).unwrap();
    message.check().unwrap();
    message
}

/// RFC 3261 §24.1 F1.
const REGISTER: &str = "REGISTER sip:registrar.biloxi.com SIP/2.0
Via: SIP/2.0/UDP bobspc.biloxi.com:5060;branch=z9hG4bKnashds7
Max-Forwards: 70
To: Bob <sip:bob@biloxi.com>
From: Bob <sip:bob@biloxi.com>;tag=456248
Call-ID: 843817637684230@998sdasdh09
CSeq: 1826 REGISTER
Contact: <sip:bob@192.0.2.4>
Expires: 7200
Content-Length: 0

";

/// RFC 3261 §24.2 F11, the 200 as the first proxy passes it on.
const OK: &str = "SIP/2.0 200 OK
Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8
 ;received=192.0.2.1
To: Bob <sip:bob@biloxi.com>;tag=a6c85cf
From: Alice <sip:alice@atlanta.com>;tag=1928301774
Call-ID: a84b4c76e66710
CSeq: 314159 INVITE
Contact: <sip:bob@192.0.2.4>
Content-Type: application/sdp
Content-Length: 4

v=0
";

/// RFC 3666 §2.1 F4, the INVITE to the gateway.
const TO_GATEWAY: &str = "INVITE sip:+19725552222@ngw1.a.example.com;user=phone SIP/2.0
Via: SIP/2.0/TCP ss1.a.example.com:5060;branch=z9hG4bK2d4790.1
Via: SIP/2.0/TCP client.a.example.com:5060;branch=z9hG4bK74bf9
 ;received=192.0.2.101
Max-Forwards: 69
Record-Route: <sip:ss1.a.example.com;lr>
From: Alice <sip:+13145551111@ss1.a.example.com;user=phone>
 ;tag=9fxced76sl
To: Bob <sip:+19725552222@ss1.a.example.com;user=phone>
Call-ID: 2xTb9vxSit55XU7p8@a.example.com
CSeq: 2 INVITE
Contact: <sip:alice@client.a.example.com;transport=tcp>
Content-Length: 0

";

#[test]
fn a_registration() {
    let message = parse(REGISTER);
    assert_eq!(message.method(), Method::Register);
    assert_eq!(message.to().unwrap().uri.as_str(), "sip:bob@biloxi.com");
    assert_eq!(
        message.contact().unwrap().unwrap().uri.as_str(),
        "sip:bob@192.0.2.4"
    );
    assert_eq!(message.text(HeaderName::Expires), Some("7200"));
}

#[test]
fn an_answer() {
    let message = parse(OK);
    assert_eq!((message.status(), message.method()), (200, Method::Invite));
    let via = message.via().unwrap();
    assert_eq!(via.received(), "192.0.2.1".parse().ok());
    assert_eq!(message.to().unwrap().tag(), Some("a6c85cf"));
    assert!(
        message
            .content_type()
            .unwrap()
            .unwrap()
            .is("application", "sdp")
    );
    assert_eq!(message.body(), b"v=0\r");
}

#[test]
fn a_call_into_the_pstn() {
    let message = parse(TO_GATEWAY);
    let called = message.uri().unwrap().telephone().unwrap();
    assert_eq!(called.digits().unwrap().to_string(), "19725552222");
    let calling = message.from().unwrap();
    assert_eq!(calling.display_name(), "Alice");
    assert_eq!(calling.tag(), Some("9fxced76sl"));
    assert_eq!(calling.uri.telephone().unwrap().number, "+13145551111");
    let route = message.addresses(HeaderName::RecordRoute).next().unwrap();
    assert!(route.unwrap().uri.sip().unwrap().is_loose_router());
    let vias = message
        .headers(HeaderName::Via)
        .map(|via| Via::parse(via).unwrap());
    let branches: Vec<_> = vias.filter_map(|via| via.branch()).collect();
    assert_eq!(branches, ["z9hG4bK2d4790.1", "z9hG4bK74bf9"]);
}

/// RFC 3398 §7.2.1: presentation restricted; RFC 3325: who it is nevertheless. RFC 6432: causes.
#[test]
fn what_a_gateway_says_of_numbers_and_causes() {
    let message = parse(
        "BYE tel:+491715407090;cpc=ordinary SIP/2.0
Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKg1
To: <tel:+491715407090>;tag=b
From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a
P-Asserted-Identity: \"Payphone\" <sip:+498912345678@gw.example.com;user=phone>, <tel:+498912345678>
Privacy: id;critical
Reason: Q.850;cause=16;text=\"Normal call clearing\", SIP;cause=200
Supported: 100rel,timer
Require: 100REL
Call-ID: 1
CSeq: 2 BYE

",
    );
    let identities: Vec<_> = message
        .addresses(HeaderName::PAssertedIdentity)
        .map(|identity| identity.unwrap().uri.telephone().unwrap().number)
        .collect();
    assert_eq!(identities, ["+498912345678", "+498912345678"]);
    assert!(message.privacy().id && message.privacy().critical && !message.privacy().none);
    let causes: Vec<_> = message.reasons().map(|reason| reason.q850()).collect();
    assert_eq!(causes, [Some(16), None]);
    assert!(message.lists(HeaderName::Supported, "timer"));
    assert!(message.lists(HeaderName::Require, "100rel"));
    assert!(!message.lists(HeaderName::Allow, "INVITE"));
    assert_eq!(
        message
            .uri()
            .unwrap()
            .telephone()
            .unwrap()
            .calling_party_category(),
        Some("ordinary")
    );
}

/// A message written from the fields of another says the same.
fn rewritten(message: &Message) -> Message {
    let mut writer = if message.is_request() {
        Writer::request(message.method(), message.request_uri())
    } else {
        Writer::response(message.status(), message.reason())
    };
    for (name, value) in message.headers_all() {
        writer.header(name, value);
    }
    Message::parse(writer.content(message.body())).unwrap()
}

#[test]
fn what_is_read_and_written_reads_the_same() {
    for text in [REGISTER, OK, TO_GATEWAY] {
        let message = parse(text);
        let again = rewritten(&message);
        again.check().unwrap();
        assert_eq!(again.request_uri(), message.request_uri());
        assert_eq!(again.reason(), message.reason());
        assert_eq!(again.body(), message.body());
        let unfolded = |message: &Message| -> Vec<String> {
            message
                .headers_all()
                .filter(|(name, _)| *name != HeaderName::ContentLength)
                .map(|(name, value)| {
                    let words = std::str::from_utf8(value).unwrap().split_whitespace();
                    format!("{name}: {}", words.collect::<Vec<_>>().join(" "))
                })
                .collect()
        };
        assert_eq!(unfolded(&again), unfolded(&message));
    }
}
