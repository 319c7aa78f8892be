//! RFC 4475 §3.1.1: well-formed messages.

use codecs::sip::{HeaderName, Message, Method, NameAddr, Uri, unescape_percent};

use super::*;

#[test]
fn wsinv_3_1_1_1_folding_and_white_space_wherever_they_may_be() {
    let message = parse(
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\nTO :\n \
         sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\n\
         from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\n  ;\n  tag = 98asjd8\n\
         MaX-fOrWaRdS: 0068\nCall-ID: wsinv.ndaksdj@192.0.2.1\nContent-Length   : 4\n\
         cseq: 0009\n  INVITE\nVia  : SIP  /   2.0\n /UDP\n    192.0.2.2;branch=390skdjuw\ns :\n\
         NewFangledHeader:   newfangled value\n continued newfangled value\n\
         UnknownHeaderWithUnusualValue: ;;,,;;,;\nContent-Type: application/sdp\nRoute:\n \
         <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\n\
         v:  SIP  / 2.0  / TCP     spindle.example.com   ;\n  branch  =   z9hG4bK9ikj8  ,\n \
         SIP  /    2.0   / UDP  192.168.255.111   ; branch=\n z9hG4bK30239\n\
         m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\n      newvalue ;\n  \
         secondparam ; q = 0.33\n\nv=0\n",
    );
    let message = message.unwrap();
    message.check().unwrap();
    assert_eq!(message.to().unwrap().tag(), Some("1918181833n"));
    let from = message.from().unwrap();
    assert_eq!(from.display_name(), "J Rosenberg \\\"");
    assert_eq!(from.tag(), Some("98asjd8"));
    assert_eq!(message.max_forwards().unwrap(), Some(68));
    assert_eq!(message.cseq().unwrap().number, 9);
    let vias: Vec<_> = message
        .headers(HeaderName::Via)
        .map(|via| {
            codecs::sip::Via::parse(via)
                .unwrap()
                .branch()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(vias, ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"]);
    assert_eq!(message.header(HeaderName::Subject), Some(&b""[..]));
    let unknown = message.header(HeaderName::Other("unknownheaderwithunusualvalue"));
    assert_eq!(unknown, Some(&b";;,,;;,;"[..]));
    let route = message
        .addresses(HeaderName::Route)
        .next()
        .unwrap()
        .unwrap();
    assert!(route.uri.sip().unwrap().is_loose_router());
    let contact = message.contact().unwrap().unwrap();
    assert_eq!(contact.display_name(), "Quoted string \"\"");
    assert_eq!(contact.params.get("q"), Some("0.33"));
    assert!(contact.params.has("secondparam"));
}

#[test]
fn intmeth_3_1_1_2_every_character_a_token_may_have() {
    const METHOD: &str = "!interesting-Method0123456789_*+`.%indeed'~";
    const USER: &str = "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*";
    let message = request(
        &format!(
            "{METHOD} sip:{USER}:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0"
        ),
        &format!(
            "To: \"BEL:\\\u{7} NUL:\\\0 DEL:\\\u{7f}\" <sip:{USER}@example.com>\n\
             From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>\
             ;fromParam''~+*_!.-%=\"\u{440}\u{430}\u{431}\";tag=_token~1'+`*%!-.\n\
             CSeq: 139122385 {METHOD}\n\
             extensionHeader-!.%*+_`'~:\u{feff}\u{5927}\u{505c}\u{96fb}\n"
        ),
    );
    let message = message.unwrap();
    message.check().unwrap();
    assert_eq!(message.method(), Method::Other(METHOD));
    assert_eq!(message.uri().unwrap().sip().unwrap().user, Some(USER));
    assert_eq!(
        message.to().unwrap().display_name(),
        "BEL:\u{7} NUL:\0 DEL:\u{7f}"
    );
    let from = message.from().unwrap();
    assert_eq!(
        from.params.get("fromParam''~+*_!.-%"),
        Some("\u{440}\u{430}\u{431}")
    );
}

#[test]
fn esc01_3_1_1_3_percent_escapes_are_undone_when_comparing() {
    let message = request(
        "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
        "To: sip:%75se%72@example.com\nFrom: <sip:I%20have%20spaces@example.net>;tag=938\n\
         CSeq: 234234 INVITE\nContact:\n  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>\n",
    )
    .unwrap();
    message.check().unwrap();
    let uri = message.uri().unwrap();
    let user = unescape_percent(uri.sip().unwrap().user.unwrap());
    assert_eq!(user.as_ref(), b"sips:user@example.com");
    assert!(
        message
            .to()
            .unwrap()
            .uri
            .matches(&Uri::parse("sip:user@example.com").unwrap())
    );
    let contact = message.contact().unwrap().unwrap();
    let contact = contact.uri.sip().unwrap();
    assert!(contact.is_loose_router());
    // Undone once and not twice: the value is "value%41".
    let value = unescape_percent(contact.params.get("name").unwrap());
    assert_eq!(value.as_ref(), b"value%41");
}

#[test]
fn escnull_3_1_1_4_escaped_nulls_do_not_end_a_user_part() {
    let value = b"<sip:%00@host5.example.com>;d,<sip:%00%00@host5.example.com>";
    let message = request(OPTIONS, &format!("Contact: {}\n", text(value))).unwrap();
    let users: Vec<_> = message
        .addresses(HeaderName::Contact)
        .map(|contact| unescape_percent(contact.unwrap().uri.sip().unwrap().user.unwrap()).len())
        .collect();
    assert_eq!(users, [1, 2]);
}

#[test]
fn esc02_3_1_1_5_percent_signs_that_escape_nothing() {
    let message = request(
        "RE%47IST%45R sip:registrar.example.com SIP/2.0",
        "To: \"%Z%45\" <sip:resource@example.com>\nCSeq: 29344 RE%47IST%45R\nContact: <sip:alias1@host1.example.com>\n",
    )
    .unwrap();
    message.check().unwrap();
    assert_ne!(message.method(), Method::Register);
    assert_eq!(message.to().unwrap().display_name(), "%Z%45");
}

#[test]
fn lwsdisp_3_1_1_6_no_white_space_between_name_and_bracket() {
    let address = NameAddr::parse("From", b"caller<sip:caller@example.com>;tag=323").unwrap();
    assert_eq!(address.display_name(), "caller");
    assert_eq!(address.tag(), Some("323"));
}

#[test]
fn longreq_3_1_1_7_long_values() {
    let long = "longvalue".repeat(30);
    let vias: String = (0..33)
        .map(|n| format!("v: SIP/2.0/TCP sip{n}.example.com;branch=z9hG4bK{long}\n"))
        .collect();
    let message = request(
        OPTIONS,
        &format!(
            "To: \"I have a user name of {long} proportion\" <sip:user@example.com:6000;{long}={long}>\n\
             Unknown-{long}: {long}\n{vias}Via: SIP/2.0/UDP end.example.com;branch=z9hG4bK1\n"
        ),
    )
    .unwrap();
    message.check().unwrap();
    assert_eq!(message.headers(HeaderName::Via).count(), 34);
}

#[test]
fn dblreq_3_1_1_8_what_follows_the_body_is_not_part_of_the_message() {
    let message = parse(
        "REGISTER sip:example.com SIP/2.0\nTo: sip:j.user@example.com\nContent-Length: 0\n\n\
         INVITE sip:joe@example.com SIP/2.0\nt: sip:joe@example.com\n\n",
    )
    .unwrap();
    assert_eq!(message.method(), Method::Register);
    assert!(message.body().is_empty());
    assert!(text(message.as_bytes()).ends_with("Content-Length: 0\r\n\r\n"));
}

#[test]
fn semiuri_3_1_1_9_semicolons_in_a_user_part() {
    let Ok(Uri::Sip(uri)) = Uri::parse("sip:user;par=u%40example.net@example.com") else {
        unreachable!("a sip URI")
    };
    assert_eq!(uri.user, Some("user;par=u%40example.net"));
    assert!(uri.params.is_empty());
}

#[test]
fn transports_3_1_1_10_any_transport_may_stand_in_a_via() {
    let message = request(
        OPTIONS,
        "Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw\nVia: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf\n\
         Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj\n\
         Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en\n",
    )
    .unwrap();
    message.check().unwrap();
    let last = message.headers(HeaderName::Via).last().unwrap();
    assert_eq!(codecs::sip::Via::parse(last).unwrap().transport, "UNKNOWN");
}

#[test]
fn mpart01_3_1_1_11_binary_bodies_are_kept_whole() {
    let mut bytes = b"MESSAGE sip:kumiko@example.org SIP/2.0\r\nl: 8\r\n\r\n".to_vec();
    bytes.extend([0x30, 0x82, 0x00, 0xff, b'\r', b'\n', 0xc3, 0x28]);
    let message = Message::parse(bytes.into()).unwrap();
    assert_eq!(
        message.body(),
        [0x30, 0x82, 0x00, 0xff, b'\r', b'\n', 0xc3, 0x28]
    );
}

#[test]
fn unreason_3_1_1_12_and_noreason_3_1_1_13_reason_phrases() {
    let phrase = "= 2**3 * 5**2 \u{43d}\u{43e} \u{441}\u{442}\u{43e}";
    let message = parse(&format!("SIP/2.0 200 {phrase}\n\n")).unwrap();
    assert_eq!((message.status(), message.reason()), (200, phrase));
    let message = parse("SIP/2.0 100 \n\n").unwrap();
    assert_eq!((message.status(), message.reason()), (100, ""));
}
