//! What belongs to no call, or makes no sense: every request is answered as RFC 3261 says, and
//! nothing is set up.

use codecs::isup::Message;
use codecs::mtp::PointCode;
use codecs::sip::HeaderName;

use super::bench::*;
use super::from_ims::{in_dialog, invite_with};
use super::stages::*;
use crate::exchange::telemetry::Telemetry;
use crate::exchange::{Input, PathId};

const OPTIONS: &str = "
OPTIONS sip:192.0.2.20:5060 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.40:5060;branch=z9hG4bKoptions
From: <sip:192.0.2.40>;tag=alive
To: <sip:192.0.2.20>
Call-ID: alive@192.0.2.40
CSeq: 1 OPTIONS
Max-Forwards: 70
Content-Length: 0

";

/// What the exchange answers to a datagram, and that it does nothing else.
#[track_caller]
fn answers(request: &str, expected: &[&str]) -> Bench {
    let mut bench = Bench::new();
    bench.receive_sip(ICSCF1, request);
    let sent = bench.sip.clone();
    assert_eq!(bench.sip_methods(), expected, "{request}");
    bench.sip = sent;
    assert!(bench.take_isup().is_empty(), "{request}");
    bench.is_clean();
    bench
}

#[test]
fn options_outside_a_call_are_answered() {
    let bench = answers(OPTIONS, &["200"]);
    let allow = bench.sip[0].1.text(HeaderName::Allow).unwrap();
    assert!(allow.contains("INVITE"), "{allow}");
}

#[test]
fn methods_that_are_not_served_are_refused_by_name() {
    for (method, status) in [
        ("REGISTER", "405"),
        ("SUBSCRIBE", "405"),
        ("MESSAGE", "405"),
        ("PUBLISH", "405"),
        ("FROBNICATE", "501"),
    ] {
        let bench = answers(&OPTIONS.replace("OPTIONS", method), &[status]);
        assert!(bench.sip[0].1.text(HeaderName::Allow).is_some(), "{method}");
    }
}

#[test]
fn requests_of_no_dialog_are_refused_and_an_ack_is_passed_over() {
    let nobody = "<tel:+493090026000>;tag=nobody";
    answers(&in_dialog("BYE", nobody), &["481"]);
    answers(&in_dialog("INVITE", nobody), &["481"]);
    answers(&in_dialog("CANCEL", nobody), &["481"]);
    answers(&in_dialog("UPDATE", nobody), &["481"]);
    answers(&in_dialog("PRACK", nobody), &["481"]);
    answers(&in_dialog("ACK", nobody), &[]);
}

#[test]
fn a_request_without_a_mandatory_header_is_refused_as_far_as_it_can_be_answered() {
    for (name, expected) in [
        ("From", &["400"][..]),
        ("To", &["400"]),
        ("Call-ID", &["400"]),
        ("CSeq", &["400"]),
        ("Contact", &["400"]),
        ("Via", &[]),
    ] {
        let invite = invite_with("", SDP);
        let (head, body) = invite.split_once("\n\n").unwrap();
        let prefix = format!("{name}:");
        let left: Vec<_> = head.lines().filter(|l| !l.starts_with(&prefix)).collect();
        assert_eq!(left.len() + 1, head.lines().count(), "{name}");
        answers(&format!("{}\n\n{body}", left.join("\n")), expected);
    }
}

#[test]
fn a_response_of_no_transaction_is_passed_over() {
    let response = OPTIONS
        .replace("OPTIONS sip:192.0.2.20:5060 SIP/2.0", "SIP/2.0 200 OK")
        .replace("CSeq: 1 OPTIONS", "CSeq: 1 INVITE");
    answers(&response, &[]);
}

#[test]
fn requests_that_mean_nothing_here_do_no_harm_within_a_call() {
    let (mut bench, call) = from_ims(FromIms::Acknowledged);
    for (number, (method, status)) in [
        ("INFO", "200"),
        ("UPDATE", "200"),
        ("OPTIONS", "200"),
        // It says not whom to call (RFC 3515 §2.4.1).
        ("REFER", "400"),
    ]
    .into_iter()
    .enumerate()
    {
        let cseq = format!("CSeq: {}", number + 2);
        bench.receive_sip(
            ICSCF1,
            &in_dialog(method, &call.to).replace("CSeq: 2", &cseq),
        );
        assert_eq!(bench.sip_methods(), [status], "{method}");
    }
    assert_eq!(bench.exchange.calls_up(), 1);
    assert!(bench.take_isup().is_empty());
    bench.receive_sip(ICSCF1, &call.bye().replace("CSeq: 2", "CSeq: 9"));
    assert_eq!(bench.sip_methods(), ["200"]);
    assert_eq!(bench.released_with(), 16);
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn an_invite_that_comes_again_seizes_one_circuit() {
    let mut bench = Bench::new();
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    assert_eq!(bench.sip_methods(), ["100", "100"]);
    assert_eq!(bench.take_isup().len(), 1);
    // By another way it is a loop or a fork (§8.2.2.2).
    bench.receive_sip(
        ICSCF1,
        &invite_with("", SDP).replace("z9hG4bKout1", "z9hG4bKother"),
    );
    assert_eq!(bench.sip_methods(), ["482"]);
    assert!(bench.take_isup().is_empty());
    bench.winds_up();
}

#[test]
fn a_failure_of_a_voice_path_ends_the_call_it_belongs_to_and_no_other() {
    let reason = || "no such span".to_owned();
    let (mut bench, invite) = to_ims(ToIms::Answered);
    let other = PathId(1 << 60);
    bench.input(Input::PathFailed {
        path: other,
        reason: reason(),
    });
    assert_eq!(bench.exchange.calls_up(), 1);
    let path = bench.exchange.calls[0].path.unwrap().id;
    bench.input(Input::PathFailed {
        path,
        reason: reason(),
    });
    assert_eq!(bench.sip_methods(), ["BYE"]);
    assert_eq!(bench.released_with(), 47);
    bench.receive(1, rlc());
    bench.is_clean();
    let told = |t: &&Telemetry| {
        matches!(
            t,
            Telemetry::Malformed {
                protocol: "media",
                ..
            }
        )
    };
    assert_eq!(bench.telemetry.iter().filter(told).count(), 1);
    drop(invite);
    bench.leaves_nothing();
}

#[test]
fn messages_of_an_exchange_without_trunks_are_named_once_and_counted() {
    let mut bench = Bench::new();
    let stranger = PointCode::new(99);
    for _ in 0..3 {
        bench.receive_from(stranger, 1, Message::Rsc);
    }
    let said = |t: &Telemetry| match t {
        Telemetry::Malformed { reason, .. } => Some(reason.clone()),
        Telemetry::MalformedAgain { .. } => Some("again".into()),
        _ => None,
    };
    let said: Vec<_> = bench.telemetry.iter().filter_map(said).collect();
    let first = "from 0-12-3 to 0-0-2, which no trunk connects; said once";
    assert_eq!(said, [first, "again", "again"]);
    assert!(bench.take_isup().is_empty());
    bench.is_clean();
}
