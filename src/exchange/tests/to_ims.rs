//! Calls from the telephone network to fixed subscribers of the IMS.

use std::time::Duration;

use codecs::isup::{
    CalledStatus, Cause, Iam, Message, Presentation, TransmissionMediumRequirement as Medium,
};
use codecs::sip::HeaderName;

use super::bench::*;
use crate::exchange::telemetry::Telemetry;
use crate::exchange::{Coding, Media, Remote, Through};

fn invited(bench: &mut Bench) -> codecs::sip::Message {
    bench.receive(1, Message::Iam(iam("7219578290")));
    bench.sip_message()
}

#[test]
fn a_call_is_set_up_answered_and_released_by_the_caller() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    assert_eq!(invite.request_uri(), "tel:+497219578290");
    assert_eq!(
        invite.text(HeaderName::PAssertedIdentity),
        Some("<tel:+498912345678>")
    );
    assert_eq!(
        invite.text(HeaderName::Route),
        Some("<sip:icscf1.ims.example;lr>")
    );
    assert!(
        invite
            .text(HeaderName::From)
            .unwrap()
            .starts_with("<tel:+498912345678>;tag=")
    );
    let offer = String::from_utf8(invite.body().to_vec()).unwrap();
    assert!(offer.contains("m=audio 20000 RTP/AVP 8 0\r\n"), "{offer}");

    bench.respond(&invite, 100, None);
    bench.respond(&invite, 180, None);
    let Message::Acm(acm) = bench.isup_message() else {
        panic!("no ACM")
    };
    assert_eq!(
        acm.backward_call.called_status,
        CalledStatus::SUBSCRIBER_FREE
    );
    assert!(acm.optional.optional_backward_call().is_none());

    bench.respond(&invite, 200, Some(SDP));
    assert!(matches!(bench.isup_message(), Message::Anm(_)));
    assert_eq!(bench.sip_methods(), ["ACK"]);
    let remote = Remote {
        address: "192.0.2.50:40000".parse().unwrap(),
        coding: Coding::Pcma,
    };
    let Some(&Media::Set {
        remote: set,
        through,
        ..
    }) = bench.media.last()
    else {
        panic!("{:?}", bench.media)
    };
    assert_eq!((set, through), (remote, Through::Both));

    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    let bye = bench.sip_message();
    assert_eq!(bye.method().as_str(), "BYE");
    assert_eq!(bye.reasons().next().unwrap().q850(), Some(16));
    bench.respond(&bye, 200, None);
    assert_eq!(bench.ended_with(), 16);
    bench.is_clean();
}

#[test]
fn the_called_party_releases() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    bench.respond(&invite, 180, None);
    bench.respond(&invite, 200, Some(SDP));
    bench.take_isup();
    let field = |name| invite.text(name).unwrap();
    let bye = format!(
        "BYE sip:192.0.2.20:5060 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.40;branch=z9hG4bKbye\n\
         From: {};tag=bob\nTo: {}\nCall-ID: {}\nCSeq: 1 BYE\nMax-Forwards: 70\n\
         Content-Length: 0\n\n",
        field(HeaderName::To),
        field(HeaderName::From),
        field(HeaderName::CallId),
    );
    bench.sip.clear();
    bench.receive_sip(ICSCF1, &bye);
    assert_eq!(bench.sip_methods(), ["200"]);
    let Message::Rel(sent) = bench.isup_message() else {
        panic!("no REL")
    };
    assert_eq!(
        (sent.cause.cause.value(), sent.cause.location.value()),
        (16, 10)
    );
    bench.receive(1, rlc());
    assert_eq!(bench.ended_with(), 16);
    bench.is_clean();
}

#[test]
fn early_media_is_heard_before_the_answer() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    bench.respond(&invite, 183, Some(SDP));
    let Message::Acm(acm) = bench.isup_message() else {
        panic!("no ACM")
    };
    assert_eq!(acm.backward_call.called_status, CalledStatus::NO_INDICATION);
    assert!(acm.optional.optional_backward_call().unwrap().in_band);
    assert!(matches!(
        bench.media.last(),
        Some(Media::Set {
            through: Through::ToTimeslot,
            ..
        })
    ));
    bench.respond(&invite, 180, None);
    assert!(matches!(bench.isup_message(), Message::Cpg(cpg) if cpg.event.event.value() == 1));
    bench.respond(&invite, 200, Some(SDP));
    assert!(matches!(bench.isup_message(), Message::Anm(_)));
    assert!(matches!(
        bench.media.last(),
        Some(Media::Set {
            through: Through::Both,
            ..
        })
    ));
}

#[test]
fn an_answer_without_ringing_connects() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    bench.respond(&invite, 200, Some(SDP));
    assert!(matches!(bench.isup_message(), Message::Con(_)));
}

#[test]
fn a_final_response_releases_with_its_cause_or_with_the_one_it_states() {
    for (status, reason, expected) in [
        (486, "", 17),
        (404, "", 1),
        (603, "", 21),
        (480, "", 20),
        (500, "", 127),
        (480, "Reason: Q.850;cause=19\n", 19),
    ] {
        let mut bench = Bench::new();
        let invite = invited(&mut bench);
        bench.respond_with(&invite, status, "bob", None, reason);
        let Message::Rel(sent) = bench.isup_message() else {
            panic!("no REL")
        };
        assert_eq!(sent.cause.cause.value(), expected, "{status} {reason}");
        bench.receive(1, rlc());
        bench.is_clean();
    }
}

#[test]
fn the_caller_gives_up_while_it_rings() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    bench.respond(&invite, 180, None);
    bench.take_isup();
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    let cancel = bench.sip_message();
    assert_eq!(cancel.method().as_str(), "CANCEL");
    bench.respond(&cancel, 200, None);
    bench.respond(&invite, 487, None);
    assert_eq!(bench.sip_methods(), ["ACK"]);
    bench.is_clean();
}

#[test]
fn an_icscf_that_does_not_answer_or_is_overloaded_is_passed_over() {
    let mut bench = Bench::new();
    let first = invited(&mut bench);
    bench.respond(&first, 503, None);
    let sent = std::mem::take(&mut bench.sip);
    assert_eq!(sent[0].1.method().as_str(), "ACK");
    assert_eq!(sent[1].0, ICSCF2.parse().unwrap());
    bench.respond(&sent[1].1, 486, None);
    bench.take_isup();
    bench.receive(1, rlc());

    // The next call goes to the second one at once. It is silent; so the first gets its chance.
    bench.sip.clear();
    bench.receive(1, Message::Iam(iam("7219578290")));
    assert_eq!(bench.sip[0].0, ICSCF2.parse().unwrap());
    bench.advance(Duration::from_secs(5));
    let (to, second) = bench.sip.last().unwrap().clone();
    assert_eq!(to, ICSCF1.parse().unwrap());
    bench.respond(&second, 404, None);
    assert!(matches!(bench.isup_message(), Message::Rel(_)));
    bench.receive(1, rlc());
    bench.is_clean();
}

#[test]
fn when_every_icscf_is_silent_the_network_is_out_of_order() {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam("7219578290")));
    bench.advance(Duration::from_secs(9));
    let Message::Rel(sent) = bench.isup_message() else {
        panic!("no REL")
    };
    assert_eq!(sent.cause.cause, Cause::NETWORK_OUT_OF_ORDER);
    bench.receive(1, rlc());
    bench.is_clean();
}

#[test]
fn acm_is_sent_at_the_latest_when_oiw2_expires() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    bench.respond(&invite, 100, None);
    bench.advance(Duration::from_secs(9));
    assert!(bench.take_isup().is_empty());
    bench.advance(Duration::from_secs(1));
    let Message::Acm(acm) = bench.isup_message() else {
        panic!("no ACM")
    };
    assert_eq!(acm.backward_call.called_status, CalledStatus::NO_INDICATION);
    bench.respond(&invite, 180, None);
    assert!(matches!(bench.isup_message(), Message::Cpg(_)));
}

#[test]
fn a_restricted_caller_is_anonymous() {
    let mut bench = Bench::new();
    let mut iam = iam("7219578290");
    let mut calling = *iam.optional.calling_party_number().unwrap();
    calling.presentation = Presentation::RESTRICTED;
    iam.optional = codecs::isup::Parameters::default()
        .with(codecs::isup::Parameter::CallingPartyNumber(calling));
    bench.receive(1, Message::Iam(iam));
    let invite = bench.sip_message();
    assert!(
        invite
            .text(HeaderName::From)
            .unwrap()
            .contains("anonymous.invalid")
    );
    assert!(invite.privacy().id);
    assert_eq!(
        invite.text(HeaderName::PAssertedIdentity),
        Some("<tel:+498912345678>")
    );
    assert!(
        !invite
            .text(HeaderName::Contact)
            .unwrap()
            .contains("8912345678")
    );
}

#[test]
fn what_cannot_be_carried_or_reached_is_released_at_once() {
    let mut no_fallback = iam("7219578290");
    no_fallback.medium = Medium::PREFERRED_64K;
    let mut no_digits = iam("7219578290");
    no_digits.called.digits = digits("");
    let multirate = |called: &str, medium| Iam {
        medium,
        ..iam(called)
    };
    for (iam, cause) in [
        (no_fallback, 65),
        (multirate("7219578290", Medium::UNRESTRICTED_2X64K), 65),
        (multirate("1721234567", Medium::UNRESTRICTED_1920K), 65),
        (no_digits, 28),
        (iam("4030201"), 3),
    ] {
        let mut bench = Bench::new();
        bench.receive(1, Message::Iam(iam));
        let Message::Rel(sent) = bench.isup_message() else {
            panic!("no REL")
        };
        assert_eq!(sent.cause.cause.value(), cause);
        bench.receive(1, rlc());
        bench.is_clean();
    }
}

#[test]
fn an_iam_on_a_circuit_that_does_not_exist_is_answered_ucic() {
    let mut bench = Bench::new();
    bench.receive(99, Message::Iam(iam("7219578290")));
    assert_eq!(bench.take_isup(), [(99, Message::Ucic)]);
    bench.is_clean();
}

#[test]
fn an_unknown_message_in_a_call_is_answered_with_confusion() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    bench.receive_octets(PSTN, vec![1, 0, 0xEE, 0]);
    let Message::Cfn(cfn) = bench.isup_message() else {
        panic!("no CFN")
    };
    assert_eq!(
        (cfn.cause.cause.value(), &*cfn.cause.diagnostics.to_vec()),
        (97, &[0xEE][..])
    );
    bench.respond(&invite, 180, None);
    assert!(matches!(bench.isup_message(), Message::Acm(_)));
}

#[test]
fn octets_that_are_no_message_are_counted_and_change_nothing() {
    let mut bench = Bench::new();
    for octets in [
        vec![],
        vec![1],
        vec![1, 0],
        vec![1, 0, 1],
        vec![1, 0, 1, 0xFF, 0xFF],
    ] {
        bench.receive_octets(PSTN, octets);
    }
    let malformed = |telemetry: &&Telemetry| matches!(telemetry, Telemetry::Malformed { .. });
    assert_eq!(bench.telemetry.iter().filter(malformed).count(), 5);
    assert!(bench.take_isup().is_empty());
    bench.is_clean();
}

#[test]
fn several_terminals_that_ring_are_one_alerting_to_the_caller() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    for tag in ["mobile", "tablet", "watch"] {
        bench.respond_with(&invite, 180, tag, None, "");
    }
    assert!(matches!(bench.take_isup()[..], [(1, Message::Acm(_))]));
}

#[test]
fn a_gateway_that_stops_releases_its_calls_and_is_quiet_when_both_sides_know() {
    let mut bench = Bench::new();
    let invite = invited(&mut bench);
    bench.respond(&invite, 180, None);
    bench.respond(&invite, 200, Some(SDP));
    bench.isup.clear();
    bench.sip.clear();
    bench.exchange.close(bench.now);
    bench.advance(Duration::ZERO);
    bench.drain();
    let Message::Rel(sent) = bench.isup_message() else {
        panic!("no REL")
    };
    assert_eq!(sent.cause.cause, Cause::TEMPORARY_FAILURE);
    assert!(!bench.exchange.is_quiet());
    let bye = bench.sip_message();
    bench.respond(&bye, 200, None);
    bench.receive(1, rlc());
    assert!(bench.exchange.is_quiet());
    bench.receive(2, Message::Iam(iam("7219578290")));
    let Message::Rel(refusal) = bench.isup_message() else {
        panic!("no REL")
    };
    assert_eq!(refusal.cause.cause, Cause::TEMPORARY_FAILURE);
}
