//! SIP messages and session descriptions as we write them, judged by Wireshark.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytes::Bytes;
use codecs::sdp::{Address, AudioDescription, Description, Direction, Payload, Session};
use codecs::sip::{HeaderName, Message, Method, Quoted, Writer};

#[path = "support/tshark.rs"]
mod tshark;

fn audio(address: &str, direction: Direction) -> AudioDescription {
    AudioDescription {
        address: Address::Ip(address.parse().unwrap()),
        port: 40_000,
        payloads: vec![Payload::PCMA, Payload::PCMU, Payload::telephone_event(101)],
        ptime: Some(20),
        maxptime: Some(40),
        direction,
        preconditions: None,
    }
}

fn described(description: &Description) -> Vec<u8> {
    Session::new(1_795_178_318, "192.0.2.20".parse().unwrap()).write(description)
}

fn request(method: Method<'_>, uri: &str) -> Writer {
    let mut writer = Writer::request(method, uri);
    writer
        .header(
            HeaderName::Via,
            "SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKa1;rport",
        )
        .header(HeaderName::MaxForwards, "70")
        .header(
            HeaderName::From,
            &format_args!(
                "{} <sip:+498912345678@gw.example.com;user=phone>;tag=g1",
                Quoted("Quote \" and \\ back\r\nslash")
            ),
        )
        .header(HeaderName::To, &format_args!("<{uri}>"))
        .header(HeaderName::CallId, "f81d4fae@192.0.2.20")
        .header(HeaderName::CSeq, &format_args!("7 {method}"))
        .header(HeaderName::Contact, "<sip:192.0.2.20:5060>");
    writer
}

fn invite() -> Bytes {
    request(Method::Invite, "tel:+491715407090")
        .header(
            HeaderName::PAssertedIdentity,
            "<tel:+498912345678;cpc=ordinary>",
        )
        .header(HeaderName::Privacy, "id")
        .header(HeaderName::Supported, "timer")
        .header(HeaderName::Allow, "INVITE, ACK, CANCEL, BYE, OPTIONS")
        .body(
            "application/sdp",
            &described(&Description::offer(audio(
                "192.0.2.20",
                Direction::SendRecv,
            ))),
        )
}

fn replies() -> Vec<Bytes> {
    let request = Message::parse(invite()).unwrap();
    let source = Some("192.0.2.99:5070".parse().unwrap());
    let offer = Description::parse(request.body()).unwrap();
    let local = audio("2001:db8::9", Direction::SendOnly);
    let (answer, _) = offer.answer(&local).unwrap();
    let answered = Writer::reply(&request, 200, Some("t1"), source)
        .header(HeaderName::Contact, "<sip:[2001:db8::9]>")
        .body("application/sdp", &described(&answer));
    let refused = Writer::reply(&request, 486, Some("t1"), source)
        .header(HeaderName::Reason, "Q.850;cause=17;text=\"User busy\"")
        .finish();
    vec![
        Writer::reply(&request, 100, None, source).finish(),
        answered,
        refused,
    ]
}

#[test]
fn wireshark_takes_no_offence_and_reads_what_we_mean() {
    let bye = request(Method::Bye, "sip:+491715407090@192.0.2.41:5060;user=phone")
        .header(HeaderName::Route, "<sip:scscf.example.com;lr>")
        .header(HeaderName::Reason, "Q.850;cause=16")
        .finish();
    let messages: Vec<Bytes> = [vec![invite()], replies(), vec![bye]].concat();
    let expected: [&[(&str, &str)]; 5] = [
        &[
            ("sip.Method", "INVITE"),
            ("sip.r-uri", "tel:+491715407090"),
            ("sip.from.tag", "g1"),
            ("sip.CSeq.seq", "7"),
            ("sip.Via.branch", "z9hG4bKa1"),
            ("sip.Privacy", "id"),
            ("sdp.media.port", "40000"),
            ("sdp.connection_info.address", "192.0.2.20"),
            ("sdp.owner.version", "1795178318"),
        ],
        &[
            ("sip.Status-Code", "100"),
            ("sip.Via.received", "192.0.2.99"),
            ("sip.Via.rport", "5070"),
        ],
        &[
            ("sip.Status-Code", "200"),
            ("sip.to.tag", "t1"),
            ("sdp.connection_info.address", "2001:db8::9"),
            ("sdp.media.format", "ITU-T G.711 PCMA"),
        ],
        &[("sip.Status-Code", "486"), ("sip.reason_cause_q850", "17")],
        &[
            ("sip.Method", "BYE"),
            ("sip.reason_cause_q850", "16"),
            ("sip.r-uri.user", "+491715407090"),
        ],
    ];
    let given: Vec<_> = messages
        .iter()
        .map(|message| ("sip", &message[..]))
        .collect();
    let Some(verdicts) = tshark::judge(&given) else {
        return;
    };
    for ((verdict, expected), message) in verdicts.iter().zip(expected).zip(&messages) {
        let text = String::from_utf8_lossy(message);
        assert_eq!(verdict.problems, Vec::<String>::new(), "{text}");
        for (field, value) in expected {
            assert_eq!(verdict.first(field), Some(*value), "{field} of {text}");
        }
    }
}
