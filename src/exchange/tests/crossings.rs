//! Messages that cross: both sides act before they have heard of each other.

use codecs::isup::{Anm, Cause, Grs, Message};
use codecs::map::{ExtensionContainer, SendRoutingInfoRes};
use codecs::sip::HeaderName;

use super::bench::*;
use super::from_ims::alerting;
use super::stages::*;

/// A BYE of the called party in the IMS, for the call of this INVITE.
fn bye_from_ims(invite: &codecs::sip::Message) -> String {
    let field = |name| invite.text(name).unwrap();
    format!(
        "BYE sip:192.0.2.20:5060 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.40;branch=z9hG4bKbye\n\
         From: {};tag=bob\nTo: {}\nCall-ID: {}\nCSeq: 1 BYE\nMax-Forwards: 70\n\
         Content-Length: 0\n\n",
        field(HeaderName::To),
        field(HeaderName::From),
        field(HeaderName::CallId),
    )
}

#[test]
fn a_release_that_crosses_the_answer_ends_the_session_that_the_answer_began() {
    for stage in [ToIms::Trying, ToIms::Ringing, ToIms::EarlyMedia] {
        let (mut bench, invite) = to_ims(stage);
        let invite = invite.unwrap();
        bench.receive(1, rel(Cause::NORMAL_CLEARING));
        assert_eq!(bench.isup_message(), rlc());
        let cancel = bench.sip_message();
        assert_eq!(cancel.method().as_str(), "CANCEL");
        assert_eq!(q850(&cancel), 16);
        bench.respond(&invite, 200, Some(SDP));
        assert_eq!(bench.sip_methods(), ["ACK", "BYE"], "{stage:?}");
        bench.respond(&cancel, 200, None);
        assert!(bench.take_isup().is_empty());
        bench.leaves_nothing();
    }
}

#[test]
fn an_invite_that_nobody_has_answered_is_cancelled_as_soon_as_somebody_does() {
    let (mut bench, invite) = to_ims(ToIms::Invited);
    let invite = invite.unwrap();
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    assert!(bench.sip.is_empty(), "CANCEL before a provisional response");
    bench.respond(&invite, 100, None);
    let cancel = bench.sip_message();
    assert_eq!(cancel.method().as_str(), "CANCEL");
    assert_eq!(q850(&cancel), 16);
    bench.respond(&cancel, 200, None);
    bench.respond(&invite, 487, None);
    assert_eq!(bench.sip_methods(), ["ACK"]);
    bench.leaves_nothing();

    let (mut bench, invite) = to_ims(ToIms::Invited);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    bench.respond(&invite.unwrap(), 200, Some(SDP));
    assert_eq!(bench.sip_methods(), ["ACK", "BYE"]);
    bench.leaves_nothing();
}

#[test]
fn bye_and_rel_cross_on_an_answered_call() {
    // REL first: our BYE and theirs meet.
    let (mut bench, invite) = to_ims(ToIms::Answered);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    let ours = bench.sip_message();
    assert_eq!(ours.method().as_str(), "BYE");
    bench.receive_sip(ICSCF1, &bye_from_ims(&invite.unwrap()));
    assert_eq!(bench.sip_methods(), ["200"]);
    bench.respond(&ours, 481, None);
    assert!(bench.take_isup().is_empty());
    bench.is_clean();
    bench.leaves_nothing();

    // BYE first: our REL and theirs meet, and each is answered RLC.
    let (mut bench, invite) = to_ims(ToIms::Answered);
    bench.receive_sip(ICSCF1, &bye_from_ims(&invite.unwrap()));
    assert_eq!(bench.sip_methods(), ["200"]);
    assert_eq!(bench.released_with(), 16);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    bench.receive(1, rlc());
    assert_eq!(bench.ended_with(), 16);
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn a_refusal_and_a_release_cross() {
    let (mut bench, invite) = to_ims(ToIms::Ringing);
    bench.respond(&invite.unwrap(), 486, None);
    assert_eq!(bench.sip_methods(), ["ACK"]);
    assert_eq!(bench.released_with(), 17);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    bench.receive(1, rlc());
    assert_eq!(bench.ended_with(), 17);
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn an_answer_of_the_hss_for_a_call_that_is_gone_sets_nothing_up() {
    let host = "icscf1.ims.example".parse().unwrap();
    let answer = SendRoutingInfoRes {
        extension_container: Some(ExtensionContainer::of_icscf(&host)),
        ..SendRoutingInfoRes::default()
    };
    let (mut bench, _) = to_ims(ToIms::Locating);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    bench.hss_answers_late(Ok(answer));
    assert!(!bench.hss_said.is_empty());
    assert!(bench.sip.is_empty());
    assert!(bench.take_isup().is_empty());
    assert_eq!(bench.ended_with(), 16);
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn a_circuit_that_is_reset_takes_its_call_along() {
    let group_reset = Message::Grs(Grs { range: 2 });
    for (reset, stage) in [Message::Rsc, group_reset]
        .into_iter()
        .flat_map(|reset| ToIms::ALL.map(|stage| (reset.clone(), stage)))
    {
        let (mut bench, invite) = to_ims(stage);
        let acknowledged = match reset {
            Message::Rsc => "RLC",
            _ => "GRA",
        };
        bench.receive(1, reset);
        assert_eq!(bench.isup_message().name(), acknowledged, "{stage:?}");
        let ends = match stage {
            ToIms::Locating => None,
            // Nothing may be cancelled yet.
            ToIms::Invited => {
                bench.respond(&invite.unwrap(), 100, None);
                Some("CANCEL")
            }
            ToIms::Answered => Some("BYE"),
            _ => Some("CANCEL"),
        };
        if let Some(method) = ends {
            let end = bench.sip_message();
            assert_eq!(end.method().as_str(), method, "{stage:?}");
            assert_eq!(q850(&end), 31);
        }
        assert_eq!(bench.ended_with(), 31);
        bench.is_clean();
        bench.leaves_nothing();
    }
}

#[test]
fn a_reset_before_anything_came_back_moves_a_call_from_the_ims_to_another_circuit() {
    for reset in [Message::Rsc, Message::Ucic, Message::Blo] {
        let (mut bench, first) = from_ims(FromIms::Seized);
        bench.receive(first.cic, reset.clone());
        let sent = bench.take_isup();
        let moved = sent.iter().find_map(|(cic, message)| match message {
            Message::Iam(iam) => Some((*cic, iam.clone())),
            _ => None,
        });
        let (cic, iam) = moved.unwrap_or_else(|| panic!("{reset:?}: {sent:?}"));
        assert_eq!(iam.called.digits, digits("3090026000"));
        if reset != Message::Rsc {
            assert_ne!(cic, first.cic);
        }
        bench.receive(cic, alerting());
        bench.receive(cic, Message::Anm(Anm::default()));
        let answer = bench.sip.last().unwrap().1.clone();
        assert_eq!(answer.status(), 200);
        // What the answer promises is what the media gateway was told.
        let port = bench.open_port();
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(
            body.contains(&format!("m=audio {port} RTP/AVP 8\r\n")),
            "{body}"
        );
        assert!(bench.is_through(), "{:?}", bench.media);
        bench.exchange.close(bench.now);
        bench.winds_up();
    }
}

#[test]
fn a_reset_later_ends_a_call_from_the_ims() {
    for (stage, says, cause) in [
        (FromIms::Alerting, "480", 31),
        (FromIms::Acknowledged, "BYE", 31),
    ] {
        for reset in [Message::Rsc, Message::Grs(Grs { range: 1 })] {
            let (mut bench, call) = from_ims(stage);
            let first = match reset {
                Message::Rsc => call.cic,
                _ => 2,
            };
            bench.receive(first, reset);
            let end = bench.sip_message();
            let label = match end.is_request() {
                true => end.method().as_str().to_owned(),
                false => end.status().to_string(),
            };
            assert_eq!((&*label, q850(&end)), (says, cause), "{stage:?}");
            assert_eq!(bench.ended_with(), cause);
            bench.is_clean();
            bench.leaves_nothing();
        }
    }
}

#[test]
fn a_cancel_that_crosses_the_answer_is_answered_and_changes_nothing() {
    let (mut bench, call) = from_ims(FromIms::Answered);
    bench.receive_sip(ICSCF1, &cancel());
    assert_eq!(bench.sip_methods(), ["200"]);
    assert!(bench.take_isup().is_empty());
    bench.receive_sip(ICSCF1, &call.ack());
    bench.receive_sip(ICSCF1, &call.bye());
    assert_eq!(bench.sip_methods(), ["200"]);
    assert_eq!(bench.released_with(), 16);
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn an_answer_that_crosses_a_cancel_is_too_late() {
    let (mut bench, call) = from_ims(FromIms::Alerting);
    bench.receive_sip(ICSCF1, &cancel());
    assert_eq!(bench.sip_methods(), ["200", "487"]);
    assert_eq!(bench.released_with(), 31);
    bench.receive(call.cic, Message::Anm(Anm::default()));
    assert!(bench.sip.is_empty() && bench.take_isup().is_empty());
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn a_cancel_before_anything_came_back_releases() {
    let (mut bench, call) = from_ims(FromIms::Seized);
    bench.receive_sip(ICSCF1, &cancel());
    assert_eq!(bench.sip_methods(), ["200", "487"]);
    assert_eq!(bench.released_with(), 31);
    bench.receive(call.cic, alerting());
    assert!(bench.sip.is_empty() && bench.take_isup().is_empty());
    bench.receive(call.cic, rlc());
    bench.leaves_nothing();
}

#[test]
fn a_release_before_the_ack_waits_for_it() {
    let (mut bench, call) = from_ims(FromIms::Answered);
    bench.receive(call.cic, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    assert!(bench.sip.is_empty(), "BYE before ACK");
    bench.receive_sip(ICSCF1, &call.ack());
    let bye = bench.sip_message();
    assert_eq!((bye.method().as_str(), q850(&bye)), ("BYE", 16));
    bench.respond(&bye, 200, None);
    bench.leaves_nothing();

    // No ACK ever: BYE after 64 × T1 all the same.
    let (mut bench, call) = from_ims(FromIms::Answered);
    bench.receive(call.cic, rel(Cause::NORMAL_CLEARING));
    bench.leaves_nothing();
    assert!(bench.sip_methods().contains(&"BYE".to_owned()));
}

#[test]
fn bye_and_rel_cross_on_a_call_from_the_ims() {
    let (mut bench, call) = from_ims(FromIms::Acknowledged);
    bench.receive(call.cic, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    assert_eq!(bench.sip_methods(), ["BYE"]);
    bench.receive_sip(ICSCF1, &call.bye());
    assert_eq!(bench.sip_methods(), ["200"]);
    bench.leaves_nothing();

    let (mut bench, call) = from_ims(FromIms::Acknowledged);
    bench.receive_sip(ICSCF1, &call.bye());
    assert_eq!(bench.sip_methods(), ["200"]);
    assert_eq!(bench.released_with(), 16);
    bench.receive(call.cic, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn an_answer_that_is_never_acknowledged_ends_the_call() {
    let (mut bench, call) = from_ims(FromIms::Answered);
    bench.winds_up();
    let sent = bench.take_isup();
    let Some((cic, Message::Rel(rel))) = sent.first() else {
        panic!("{sent:?}")
    };
    assert_eq!((*cic, rel.cause.cause), (call.cic, Cause::TIMER_EXPIRY));
    assert!(bench.sip_methods().contains(&"BYE".to_owned()));
}
