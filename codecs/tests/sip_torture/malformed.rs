//! RFC 4475 §3.1.2: malformed messages.

use codecs::sip::{Fault, NameAddr};

use super::*;

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
    let (field, fault, _) = refusal(start, "CSeq: 8 INVITE\n");
    assert_eq!((field, fault), ("CSeq", Fault::Contradiction));
}

#[test]
fn bigcode_3_1_2_19_a_status_of_ten_digits() {
    let fault = parse("SIP/2.0 4294967301 better not break the receiver\n\n").unwrap_err();
    assert_eq!(fault.field, "Status-Line");
    assert!(fault.message.is_none(), "a response is not answered");
}

#[test]
fn scalarlg_3_1_2_5_numbers_out_of_range_in_a_response() {
    let lines = "CSeq: 9292394834772304023312 OPTIONS\nRetry-After: 949302838503028349304023988\n";
    let response = request("SIP/2.0 503 Service Unavailable", lines).unwrap();
    let fault = response.check().unwrap_err();
    assert_eq!((fault.field, fault.fault), ("CSeq", Fault::Syntax));
    assert_eq!(response.retry_after(), None);
}
