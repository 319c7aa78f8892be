//! The torture messages of RFC 4475, restated: the lines that torment are those of the RFC, what
//! surrounds them is cut short. Each test names the message and its section.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use codecs::sip::{Fault, HeaderName, Malformed, Message, Method, NameAddr, Uri, unescape_percent};

/// Lines become CRLF lines; an empty line ends the header.
fn parse(text: &str) -> Result<Message, Malformed> {
    Message::parse(Bytes::from(text.replace('\n', "\r\n")))
}

/// A request with these lines in it, and what every request must have, unless the lines have it.
fn request(start: &str, lines: &str) -> Result<Message, Malformed> {
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

const OPTIONS: &str = "OPTIONS sip:user@example.com SIP/2.0";

/// The field a request fails with, in parsing or in the check.
fn refusal(start: &str, lines: &str) -> (&'static str, Fault, u16) {
    let message = request(start, lines);
    let fault = message.and_then(|message| message.check()).unwrap_err();
    (fault.field, fault.fault, fault.status())
}

fn text(value: &[u8]) -> &str {
    std::str::from_utf8(value).unwrap()
}

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

#[test]
fn badinv01_3_1_2_1_separators_too_many() {
    let lines = "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\nContact: \"Joe\" <sip:joe@example.org>;;;;\n";
    assert_eq!(refusal(OPTIONS, lines), ("Via", Fault::Syntax, 400));
}

#[test]
fn clerr_3_1_2_2_and_ncl_3_1_2_3_content_length_too_large_and_negative() {
    let fault =
        parse("INVITE sip:user@example.com SIP/2.0\nContent-Length: 9999\n\nv=0\n").unwrap_err();
    assert_eq!(
        (fault.field, fault.fault),
        ("Content-Length", Fault::Truncated)
    );
    let fault =
        parse("INVITE sip:user@example.com SIP/2.0\nContent-Length: -999\n\nv=0\n").unwrap_err();
    assert_eq!(
        (fault.field, fault.fault),
        ("Content-Length", Fault::Syntax)
    );
    assert!(fault.message.is_some(), "it can be answered");
}

#[test]
fn scalar02_3_1_2_4_numbers_out_of_range() {
    let cseq = "CSeq: 36893488147419103232 OPTIONS\n";
    assert_eq!(refusal(OPTIONS, cseq), ("CSeq", Fault::Syntax, 400));
    assert_eq!(refusal(OPTIONS, "CSeq: 2147483648 OPTIONS\n").0, "CSeq");
    assert_eq!(refusal(OPTIONS, "Max-Forwards: 300\n").0, "Max-Forwards");
}

#[test]
fn quotbal_3_1_2_6_a_quote_without_an_end() {
    let to = "To: \"Mr. J. User <sip:j.user@example.com>\n";
    assert_eq!(refusal(OPTIONS, to), ("To", Fault::Syntax, 400));
}

#[test]
fn ltgtruri_3_1_2_7_to_trws_3_1_2_10_request_lines() {
    for start in [
        "INVITE <sip:user@example.com> SIP/2.0",
        "INVITE sip:user@example.com; lr SIP/2.0",
        "INVITE  sip:user@example.com  SIP/2.0",
        "OPTIONS sip:remote-target@example.com SIP/2.0  ",
    ] {
        let expected = ("Request-Line", Fault::Syntax, 400);
        assert_eq!(refusal(start, ""), expected, "{start}");
        let fault = request(start, "").unwrap_err();
        let message = fault.message.unwrap();
        assert_eq!(message.call_id().unwrap(), "torture@192.0.2.1", "{start}");
    }
}

#[test]
fn escruri_3_1_2_11_header_fields_in_a_request_uri() {
    let start = "INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0";
    let expected = ("Request-Line", Fault::Syntax, 400);
    assert_eq!(refusal(start, "CSeq: 1 INVITE\n"), expected);
}

#[test]
fn baddate_3_1_2_12_fields_nobody_needs_are_not_looked_at() {
    let date = "Date: Fri, 01 Jan 2010 16:00:00 EST\n";
    request(OPTIONS, date).unwrap().check().unwrap();
}

#[test]
fn regbadct_3_1_2_13_a_contact_with_headers_must_stand_in_brackets() {
    let contact = b"sip:user@example.com?Route=%3Csip:sip.example.com%3E";
    assert!(NameAddr::parse("Contact", contact).is_err());
    let bracketed = [b"<", &contact[..], b">"].concat();
    assert!(NameAddr::parse("Contact", &bracketed).is_ok());
}

#[test]
fn badaspec_3_1_2_14_and_baddn_3_1_2_15_addresses() {
    let to = "To: \"Watson, Thomas\" < sip:t.watson@example.org >\n";
    assert_eq!(refusal(OPTIONS, to).0, "To");
    let from = "From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43\n";
    assert_eq!(refusal(OPTIONS, from).0, "From");
}

#[test]
fn badvers_3_1_2_16_another_version() {
    let start = "OPTIONS sip:t.watson@example.org SIP/7.0";
    assert_eq!(refusal(start, ""), ("Request-Line", Fault::Version, 505));
}

#[test]
fn mismatch01_3_1_2_17_and_mismatch02_3_1_2_18_methods() {
    let expected = ("CSeq", Fault::Contradiction, 400);
    assert_eq!(refusal(OPTIONS, "CSeq: 8 INVITE\n"), expected);
    let start = "NEWMETHOD sip:user@example.com SIP/2.0";
    assert_eq!(refusal(start, "CSeq: 8 INVITE\n"), expected);
}

#[test]
fn bigcode_3_1_2_19_a_status_of_ten_digits() {
    let fault = parse("SIP/2.0 4294967301 better not break the receiver\n\n").unwrap_err();
    assert_eq!(fault.field, "Status-Line");
    assert!(fault.message.is_none(), "a response is not answered");
}

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
fn cparam01_3_3_13_and_regescrt_3_3_15_contacts_with_parameters_and_headers() {
    let contact =
        NameAddr::parse("Contact", b"sip:+19725552222@gw1.example.net;unknownparam").unwrap();
    assert!(contact.params.has("unknownparam"));
    let contact = b"<sip:user@example.com?Route=%3Csip:sip.example.com%3E>";
    let contact = NameAddr::parse("Contact", contact).unwrap();
    let headers = contact.uri.sip().unwrap().headers;
    assert_eq!(headers, Some("Route=%3Csip:sip.example.com%3E"));
}
