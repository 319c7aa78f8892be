//! Calls from the IMS to the telephone network.

use std::time::Duration;

use codecs::isup::{
    Acm, AddressResponse, Anm, BackwardCallIndicators, CalledStatus, Cause, Con,
    InformationRequestIndicators, Inr, Message, Parameters, Presentation,
};
use codecs::number::NatureOfAddress;

use super::bench::*;
use crate::exchange::{Media, Through};

pub(super) const INVITE: &str = "
INVITE tel:+493090026000 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.40:5060;branch=z9hG4bKout1
From: <tel:+497219578290>;tag=alice
To: <tel:+493090026000>
Call-ID: out1@192.0.2.40
CSeq: 1 INVITE
Max-Forwards: 70
Contact: <sip:alice@192.0.2.50:5062>
P-Asserted-Identity: <tel:+497219578290>
Content-Type: application/sdp
Content-Length: ";

pub(super) fn invite_with(extra: &str, sdp: &str) -> String {
    let body = sdp.replace('\n', "\r\n");
    let head = INVITE.replace("Content-Type", &format!("{extra}Content-Type"));
    format!("{head}{}\n\n{sdp}", body.len())
}

fn invited(bench: &mut Bench) -> u16 {
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    assert_eq!(bench.sip_methods(), ["100"]);
    let sent = bench.take_isup();
    let [(cic, Message::Iam(iam))] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(iam.called.nature, NatureOfAddress::NATIONAL);
    assert_eq!(iam.called.digits, digits("3090026000"));
    let calling = iam.optional.calling_party_number().unwrap();
    assert_eq!(calling.digits, digits("7219578290"));
    assert_eq!(calling.presentation, Presentation::ALLOWED);
    *cic
}

pub(super) fn alerting() -> Message {
    Message::Acm(Acm {
        backward_call: BackwardCallIndicators {
            called_status: CalledStatus::SUBSCRIBER_FREE,
            ..Default::default()
        },
        optional: Parameters::default(),
    })
}

pub(super) fn in_dialog(method: &str, to: &str) -> String {
    format!(
        "{method} sip:192.0.2.20:5060 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.40;branch=z9hG4bK{method}\n\
         From: <tel:+497219578290>;tag=alice\nTo: {to}\nCall-ID: out1@192.0.2.40\n\
         CSeq: 2 {method}\nMax-Forwards: 70\nContent-Length: 0\n\n"
    )
}

#[test]
fn a_call_rings_is_answered_and_released_by_the_called_party() {
    let mut bench = Bench::new();
    let cic = invited(&mut bench);
    bench.receive(cic, alerting());
    let ringing = bench.sip_message();
    assert_eq!(ringing.status(), 180);
    assert!(!ringing.body().is_empty());
    assert!(matches!(
        bench.media.last(),
        Some(Media::Set {
            through: Through::ToRtp,
            ..
        })
    ));
    bench.receive(cic, Message::Anm(Anm::default()));
    let answer = bench.sip_message();
    assert_eq!(answer.status(), 200);
    assert!(String::from_utf8_lossy(answer.body()).contains("m=audio 20000 RTP/AVP 8\r\n"));
    assert!(matches!(
        bench.media.last(),
        Some(Media::Set {
            through: Through::Both,
            ..
        })
    ));
    let to = answer.text(codecs::sip::HeaderName::To).unwrap().to_owned();
    bench.receive_sip(ICSCF1, &in_dialog("ACK", &to).replace("CSeq: 2", "CSeq: 1"));

    bench.receive(cic, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    let bye = bench.sip_message();
    assert_eq!(bye.method().as_str(), "BYE");
    assert_eq!(bye.reasons().next().unwrap().q850(), Some(16));
    assert_eq!(bench.ended_with(), 16);
    bench.is_clean();
}

#[test]
fn the_caller_hangs_up() {
    let mut bench = Bench::new();
    let cic = invited(&mut bench);
    bench.receive(
        cic,
        Message::Con(Con {
            backward_call: BackwardCallIndicators::default(),
            optional: Parameters::default(),
        }),
    );
    let answer = bench.sip_message();
    let to = answer.text(codecs::sip::HeaderName::To).unwrap().to_owned();
    bench.receive_sip(ICSCF1, &in_dialog("ACK", &to).replace("CSeq: 2", "CSeq: 1"));
    bench.receive_sip(ICSCF1, &in_dialog("BYE", &to));
    assert_eq!(bench.sip_methods(), ["200"]);
    let Message::Rel(sent) = bench.isup_message() else {
        panic!("no REL")
    };
    assert_eq!(sent.cause.cause, Cause::NORMAL_CLEARING);
    bench.receive(cic, rlc());
    bench.is_clean();
}

#[test]
fn a_cancel_releases_with_cause_31() {
    let mut bench = Bench::new();
    let cic = invited(&mut bench);
    bench.receive(cic, alerting());
    bench.sip.clear();
    let cancel = in_dialog("CANCEL", "<tel:+493090026000>")
        .replace("CANCEL sip:192.0.2.20:5060", "CANCEL tel:+493090026000")
        .replace("branch=z9hG4bKCANCEL", "branch=z9hG4bKout1")
        .replace("192.0.2.40;branch", "192.0.2.40:5060;branch")
        .replace("CSeq: 2", "CSeq: 1");
    bench.receive_sip(ICSCF1, &cancel);
    assert_eq!(bench.sip_methods(), ["200", "487"]);
    let Message::Rel(sent) = bench.isup_message() else {
        panic!("no REL")
    };
    assert_eq!(sent.cause.cause, Cause::NORMAL_UNSPECIFIED);
    bench.receive(cic, rlc());
    bench.is_clean();
}

#[test]
fn a_release_before_the_answer_is_a_final_response_with_its_reason() {
    for (cause, status) in [(17, 486), (1, 404), (34, 480), (27, 502)] {
        let mut bench = Bench::new();
        let cic = invited(&mut bench);
        bench.receive(cic, rel(cause.try_into().unwrap()));
        assert_eq!(bench.isup_message(), rlc());
        let response = bench.sip_message();
        assert_eq!(response.status(), status);
        assert_eq!(response.reasons().next().unwrap().q850(), Some(cause));
        bench.is_clean();
    }
}

#[test]
fn no_answer_releases_after_t9() {
    let mut bench = Bench::new();
    let cic = invited(&mut bench);
    bench.receive(cic, alerting());
    bench.sip.clear();
    bench.advance(Duration::from_secs(240));
    let sent = bench.take_isup();
    let Some((_, Message::Rel(sent))) = sent.first() else {
        panic!("{sent:?}")
    };
    assert_eq!(sent.cause.cause, Cause::NO_ANSWER);
    assert!(bench.sip_methods().contains(&"480".to_owned()));
}

#[test]
fn when_all_circuits_are_busy_the_call_is_refused() {
    let mut bench = Bench::new();
    for number in 0..3 {
        bench.receive_sip(
            ICSCF1,
            &invite_with("", SDP).replace("out1", &format!("busy{number}")),
        );
    }
    bench.sip.clear();
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    let refusal = bench.sip.last().unwrap().1.clone();
    assert_eq!(refusal.status(), 480);
    assert_eq!(refusal.reasons().next().unwrap().q850(), Some(34));
    assert_eq!(bench.exchange.calls_up(), 3);
}

#[test]
fn what_is_not_understood_or_not_wanted_is_refused_and_seizes_nothing() {
    let no_codec = SDP.replace("RTP/AVP 8", "RTP/AVP 18");
    for (invite, status) in [
        (
            invite_with("", SDP).replace("INVITE tel:+493090026000", "INVITE sip:bob@home"),
            404,
        ),
        (
            invite_with("", SDP).replace("INVITE tel:+493090026000", "INVITE tel:+81312345678"),
            404,
        ),
        (
            invite_with("", SDP).replace("INVITE tel:+493090026000", "INVITE http://home"),
            416,
        ),
        (invite_with("", &no_codec), 488),
        (
            invite_with("", SDP).replace("application/sdp", "text/plain"),
            415,
        ),
        (invite_with("Require: precondition\n", SDP), 420),
        (
            invite_with("", SDP).replace("Max-Forwards: 70", "Max-Forwards: 0"),
            483,
        ),
        (
            invite_with("", SDP).replace("From: <tel:+497219578290>;tag=alice\n", ""),
            400,
        ),
    ] {
        let mut bench = Bench::new();
        bench.receive_sip(ICSCF1, &invite);
        assert_eq!(bench.sip.last().unwrap().1.status(), status, "{invite}");
        assert!(bench.take_isup().is_empty());
        bench.is_clean();
    }
    let mut bench = Bench::new();
    bench.receive_sip("198.51.100.1:5060", &invite_with("", SDP));
    assert_eq!(bench.sip.last().unwrap().1.status(), 403);
    bench.is_clean();
}

#[test]
fn a_circuit_lost_to_a_dual_seizure_is_replaced() {
    let mut bench = Bench::new();
    let cic = invited(&mut bench);
    bench.receive(cic, Message::Iam(iam("7219578290")));
    // Either their call wins and ours moves on, or ours stands: our point code is the higher one.
    let other = bench.take_isup();
    match &other[..] {
        [] => assert_eq!(cic % 2, 0),
        [(moved, Message::Iam(_))] => assert_ne!(*moved, cic),
        more => panic!("{more:?}"),
    }
}

#[test]
fn an_information_request_is_answered_with_what_is_known() {
    let mut bench = Bench::new();
    let cic = invited(&mut bench);
    let request = InformationRequestIndicators {
        calling_party_address: true,
        calling_party_category: true,
        ..InformationRequestIndicators::default()
    };
    bench.receive(
        cic,
        Message::Inr(Inr {
            request,
            optional: Parameters::default(),
        }),
    );
    let Message::Inf(inf) = bench.isup_message() else {
        panic!("no INF")
    };
    assert_eq!(
        inf.information.calling_party_address,
        AddressResponse::INCLUDED
    );
    assert!(inf.information.calling_party_category);
    assert_eq!(
        inf.optional.calling_party_number().unwrap().digits,
        digits("7219578290")
    );
}

#[test]
fn a_refusal_says_what_would_be_accepted() {
    let mut bench = Bench::new();
    bench.receive_sip(
        ICSCF1,
        &invite_with("", SDP).replace("application/sdp", "text/plain"),
    );
    let refusal = bench.sip.last().unwrap().1.clone();
    for kind in ["application/sdp", "multipart/mixed"] {
        assert!(refusal.lists(codecs::sip::HeaderName::Accept, kind));
    }
    let mut bench = Bench::new();
    bench.receive_sip(
        ICSCF1,
        &invite_with("", &SDP.replace("RTP/AVP 8", "RTP/AVP 18")),
    );
    let refusal = bench.sip.last().unwrap().1.clone();
    let warning = refusal.text(codecs::sip::HeaderName::Warning).unwrap();
    assert_eq!(warning, "399 tandem \"no codec in common\"");
}
