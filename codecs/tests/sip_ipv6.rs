//! The messages of RFC 5118, restated: what they torment a reader with, clause by clause. How they
//! are answered is tested in the user agent.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::{IpAddr, SocketAddr};

use codecs::sdp::{Address, Description, Stream};
use codecs::sip::{NameAddr, SipUri, Uri, Via};

fn uri(text: &str) -> SipUri<'_> {
    match Uri::parse(text) {
        Ok(Uri::Sip(uri)) => uri,
        other => panic!("{other:?}"),
    }
}

fn ip(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

#[test]
fn clauses_4_1_to_4_4_brackets_tell_addresses_from_ports() {
    for (text, address, port) in [
        ("sip:[2001:db8::10]", "2001:db8::10", None),
        ("sip:[2001:db8::10:5070]", "2001:db8::10:5070", None),
        ("sip:[2001:db8::10]:5070", "2001:db8::10", Some(5070)),
    ] {
        let uri = uri(text);
        assert_eq!((uri.host.ip(), uri.port), (ip(address), port), "{text}");
    }
    assert!(Uri::parse("sip:2001:db8::10").is_err());
}

#[test]
fn clause_4_5_received_with_and_without_brackets() {
    for received in ["[2001:db8::9:255]", "2001:db8::9:255"] {
        let via = format!("SIP/2.0/UDP [2001:db8::9:1];received={received};branch=z9hG4bKas3-111");
        let via = Via::parse(via.as_bytes()).unwrap();
        assert_eq!(via.host.ip(), ip("2001:db8::9:1"));
        assert_eq!(via.received(), ip("2001:db8::9:255"));
        let answer: SocketAddr = "[2001:db8::9:255]:5060".parse().unwrap();
        assert_eq!(via.response_address(), Some(answer));
    }
}

#[test]
fn clauses_4_6_and_4_8_addresses_in_session_descriptions() {
    let audio = |connection: &str| {
        let sdp = format!(
            "v=0\r\no=assistant 971731711378798081 0 IN IP6 2001:db8::20\r\ns=Live video\r\n\
             c=IN IP6 2001:db8::1\r\nt=3338481189 3370017201\r\nm=audio 6000 RTP/AVP 8\r\n\
             {connection}m=video 6024 RTP/AVP 107\r\na=rtpmap:107 H263-1998/90000\r\n"
        );
        let description = Description::parse(sdp.as_bytes()).unwrap();
        match description.streams.into_iter().next() {
            Some(Stream::Audio(audio)) => audio.address,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(audio(""), Address::Ip(ip("2001:db8::1").unwrap()));
    let own = audio("c=IN IP4 192.0.2.1\r\n");
    assert_eq!(own, Address::Ip(ip("192.0.2.1").unwrap()));
}

#[test]
fn clause_4_7_both_versions_in_one_message() {
    let via = b"SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200";
    let via = Via::parse(via).unwrap();
    assert_eq!(via.host.ip(), ip("2001:db8::9:255"));
    assert_eq!(via.received(), ip("192.0.2.200"));
}

#[test]
fn clauses_4_9_and_4_10_ipv4_within_ipv6() {
    let contact = b"\"T. desk phone\" <sip:ted@[::ffff:192.0.2.2]>";
    let contact = NameAddr::parse("Contact", contact).unwrap();
    assert_eq!(contact.uri.sip().unwrap().host.ip(), ip("::ffff:192.0.2.2"));
    assert!(Uri::parse("sip:user@[2001:db8:::192.0.2.1]").is_err());
    let sound = uri("sip:user@[2001:db8::192.0.2.1]");
    assert_eq!(sound.host.ip(), ip("2001:db8::192.0.2.1"));
}
