//! RFC 4475 §3.2 to §3.4: transactions, applications, RFC 2543.

use codecs::sip::{Authentication, Fault, HeaderName, NameAddr, Uri, Via};

use super::*;

#[test]
fn insuf_3_3_1_fields_that_must_be_there() {
    let message = parse("INVITE sip:user@example.com SIP/2.0\nCSeq: 193942 INVITE\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf\n\n").unwrap();
    let fault = message.check().unwrap_err();
    assert_eq!((fault.field, fault.fault), ("From", Fault::Missing));
}

#[test]
fn unkscm_3_3_2_novelsc_3_3_3_and_unksm2_3_3_4_schemes() {
    for scheme in [
        "nobodyKnowsThisScheme:totallyopaquecontent",
        "soap.beep://192.0.2.103:3002",
    ] {
        let message = request(&format!("OPTIONS {scheme} SIP/2.0"), "").unwrap();
        message.check().unwrap();
        assert!(matches!(message.uri(), Ok(Uri::Other(uri)) if uri == scheme));
    }
    let to = request(OPTIONS, "To: isbn:2983792873\n").unwrap();
    assert_eq!(to.to().unwrap().uri.as_str(), "isbn:2983792873");
}

#[test]
fn multi01_3_3_8_fields_that_may_be_there_once() {
    let from =
        "From: sip:caller@example.com;tag=3413415\nFrom: sip:other@example.net;tag=2923420123\n";
    assert_eq!(refusal(OPTIONS, from), ("From", Fault::Repeated, 400));
}

#[test]
fn mcl01_3_3_9_lengths_that_contradict_each_other() {
    let fault = parse("OPTIONS sip:user@example.com SIP/2.0\nContent-Length: 13\nContent-Length: 5\n\nThere's no wa").unwrap_err();
    assert_eq!(
        (fault.field, fault.fault),
        ("Content-Length", Fault::Contradiction)
    );
}

#[test]
fn zeromf_3_3_11_and_inv2543_3_4_1() {
    let message = request(OPTIONS, "Max-Forwards: 0\n").unwrap();
    assert_eq!(message.max_forwards().unwrap(), Some(0));
    let old = parse(
        "INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\n\
         From: <sip:+13035551111@ift.client.example.net;user=phone>\nTo: sip:+16505552222@ss1.example.net;user=phone\n\
         Call-ID: inv2543.1717@ift.client.example.com\nCSeq: 56 INVITE\n\nv=0\n",
    )
    .unwrap();
    old.check().unwrap();
    assert_eq!(old.max_forwards().unwrap(), None);
    assert_eq!(
        old.from().unwrap().uri.telephone().unwrap().number,
        "+13035551111"
    );
    // Without brackets the parameter is the field's and not the URI's.
    assert!(old.to().unwrap().params.has("user"));
    assert_eq!(old.body(), b"v=0\r\n");
}

#[test]
fn cparam01_3_3_12_cparam02_3_3_13_and_regescrt_3_3_14_contacts() {
    let contact =
        NameAddr::parse("Contact", b"sip:+19725552222@gw1.example.net;unknownparam").unwrap();
    assert!(contact.params.has("unknownparam"));
    let contact = NameAddr::parse(
        "Contact",
        b"<sip:+19725552222@gw1.example.net;unknownparam>",
    )
    .unwrap();
    assert!(contact.params.is_empty());
    assert!(contact.uri.sip().unwrap().params.has("unknownparam"));
    let contact = b"<sip:user@example.com?Route=%3Csip:sip.example.com%3E>";
    let contact = NameAddr::parse("Contact", contact).unwrap();
    let headers = contact.uri.sip().unwrap().headers;
    assert_eq!(headers, Some("Route=%3Csip:sip.example.com%3E"));
}

#[test]
fn badbranch_3_2_1_a_branch_that_is_nothing_but_the_cookie() {
    let message = request(OPTIONS, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK\n").unwrap();
    message.check().unwrap();
    assert_eq!(message.via().unwrap().branch(), Some("z9hG4bK"));
}

#[test]
fn bext01_3_3_5_extensions_are_listed_one_by_one() {
    let lines = "Require: nothingSupportsThis, nothingSupportsThisEither\n\
        Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis\n";
    let message = request(OPTIONS, lines).unwrap();
    assert!(message.lists(HeaderName::Require, "nothingSupportsThisEither"));
    assert_eq!(message.headers(HeaderName::ProxyRequire).count(), 2);
}

#[test]
fn invut_3_3_6_and_sdp01_3_3_15_types_nobody_knows() {
    let lines = "Content-Type: application/unknownformat\nAccept: text/nobodyKnowsThis\n";
    let message = request(OPTIONS, lines).unwrap();
    let content_type = message.content_type().unwrap().unwrap();
    assert!(content_type.is("application", "unknownformat"));
    assert!(message.lists(HeaderName::Accept, "text/nobodyKnowsThis"));
}

#[test]
fn regaut01_3_3_7_a_scheme_nobody_knows() {
    let lines = "Authorization: NoOneKnowsThisScheme opaque-data=here\n";
    let message = request(OPTIONS, lines).unwrap();
    let value = message.header(HeaderName::Authorization).unwrap();
    let credentials = Authentication::parse(value).unwrap();
    assert!(!credentials.is_digest());
    assert_eq!(credentials.scheme, "NoOneKnowsThisScheme");
}

#[test]
fn bcast_3_3_10_a_response_that_came_by_a_broadcast_address() {
    let lines = "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1\n\
        Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23\n";
    let message = request("SIP/2.0 200 OK", lines).unwrap();
    message.check().unwrap();
    let vias = message.headers(HeaderName::Via);
    let last = Via::parse(vias.last().unwrap()).unwrap();
    assert_eq!(last.host.ip(), Some("255.255.255.255".parse().unwrap()));
}
