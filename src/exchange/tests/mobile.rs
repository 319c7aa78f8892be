//! Calls from the telephone network to mobile subscribers: what the HSS says decides.

use std::time::Duration;

use codecs::isup::{
    Acm, Anm, BackwardCallIndicators, CalledStatus, Cause, Charge, Message, Parameter, Parameters,
};
use codecs::map::{
    AddressString, ErrorCode, ExtendedRoutingInfo, ExtensionContainer, ForwardingData, HostName,
    RoutingInfo, SendRoutingInfoRes, UserError,
};
use codecs::mtp::PointCode;
use codecs::sip::HeaderName;

use super::bench::*;
use crate::exchange::{Input, Media};

pub(super) const VISITED: PointCode = PointCode::new(4);

fn address(number: &str) -> AddressString {
    AddressString::international(digits(number)).unwrap()
}

fn icscf(host: &str) -> SendRoutingInfoRes {
    let host: HostName = host.parse().unwrap();
    SendRoutingInfoRes {
        extension_container: Some(ExtensionContainer::of_icscf(&host)),
        ..SendRoutingInfoRes::default()
    }
}

pub(super) fn roaming(number: &str) -> SendRoutingInfoRes {
    let routing = RoutingInfo::RoamingNumber(address(number));
    SendRoutingInfoRes {
        extended_routing_info: Some(ExtendedRoutingInfo::Routing(routing)),
        ..SendRoutingInfoRes::default()
    }
}

fn forwarded(number: &str) -> SendRoutingInfoRes {
    let data = ForwardingData {
        forwarded_to_number: Some(address(number)),
        ..ForwardingData::default()
    };
    SendRoutingInfoRes {
        extended_routing_info: Some(ExtendedRoutingInfo::Routing(RoutingInfo::Forwarding(data))),
        ..SendRoutingInfoRes::default()
    }
}

fn call(answer: Result<SendRoutingInfoRes, UserError>) -> Bench {
    let mut bench = Bench::new();
    bench.hss_answers(answer);
    bench.receive(1, Message::Iam(iam("1715407090")));
    bench
}

#[test]
fn the_icscf_that_the_hss_names_gets_the_invite() {
    let mut bench = call(Ok(icscf("icscf2.ims.example")));
    let (to, invite) = bench.sip.remove(0);
    assert_eq!(to, ICSCF2.parse().unwrap());
    assert_eq!(invite.request_uri(), "tel:+491715407090");
    assert_eq!(
        invite.text(HeaderName::Route),
        Some("<sip:icscf2.ims.example;lr>")
    );
}

#[test]
fn a_roaming_number_of_the_ims_goes_to_an_icscf_with_the_subscribers_number() {
    let mut bench = call(Ok(roaming("4917199990001")));
    assert_eq!(bench.sip_message().request_uri(), "tel:+491715407090");
}

#[test]
fn a_roaming_number_is_called_on_a_trunk_and_isup_passes_through() {
    let mut bench = Bench::new();
    bench.hss_answers(Ok(roaming("491720001234")));
    let mut incoming = iam("1715407090");
    incoming
        .optional
        .push(Parameter::HopCounter(10.try_into().unwrap()));
    bench.receive(1, Message::Iam(incoming));
    let sent = bench.take_isup();
    let [(cic, Message::Iam(outgoing))] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(outgoing.called.digits, digits("1720001234"));
    assert_eq!(outgoing.optional.hop_counter().unwrap().value(), 9);
    assert!(outgoing.optional.calling_party_number().is_some());
    assert!(matches!(bench.media[..], [Media::Join { .. }]));

    let acm = Acm {
        backward_call: BackwardCallIndicators {
            called_status: CalledStatus::SUBSCRIBER_FREE,
            charge: Charge::NO_CHARGE,
            ..Default::default()
        },
        optional: Parameters::default(),
    };
    bench.receive_from(VISITED, *cic, Message::Acm(acm.clone()));
    assert_eq!(bench.take_isup(), [(1, Message::Acm(acm))]);
    bench.receive_from(VISITED, *cic, Message::Anm(Anm::default()));
    assert_eq!(bench.take_isup(), [(1, Message::Anm(Anm::default()))]);
    bench.receive_from(VISITED, *cic, rel(Cause::NORMAL_CLEARING));
    assert_eq!(
        bench.take_isup(),
        [(*cic, rlc()), (1, rel(Cause::NORMAL_CLEARING))]
    );
    bench.receive(1, rlc());
    assert_eq!(bench.ended_with(), 16);
    bench.is_clean();
}

#[test]
fn a_forwarded_call_goes_where_the_new_number_leads() {
    let mut bench = call(Ok(forwarded("497219578290")));
    assert_eq!(bench.sip_message().request_uri(), "tel:+497219578290");
}

#[test]
fn a_call_that_is_forwarded_for_ever_is_released() {
    let mut bench = Bench::new();
    for _ in 0..6 {
        bench.hss_answers(Ok(forwarded("491715407091")));
        if bench.exchange.calls_up() == 0 {
            bench.receive(1, Message::Iam(iam("1715407090")));
        }
    }
    // The bench answers each question once; what it does not answer runs into the timer.
    bench.advance(Duration::from_secs(16));
    let sent = bench.take_isup();
    assert!(
        matches!(sent.last(), Some((1, Message::Rel(_)))),
        "{sent:?}"
    );
    bench.receive(1, rlc());
    bench.is_clean();
}

#[test]
fn a_user_error_releases_the_call_with_its_cause() {
    for (error, cause) in [
        (ErrorCode::UNKNOWN_SUBSCRIBER, 1),
        (ErrorCode::ABSENT_SUBSCRIBER, 20),
        (ErrorCode::CALL_BARRED, 21),
        (ErrorCode::SYSTEM_FAILURE, 38),
    ] {
        let mut bench = call(Err(UserError::new(error)));
        let Message::Rel(sent) = bench.isup_message() else {
            panic!("no REL")
        };
        assert_eq!(sent.cause.cause.value(), cause, "{error}");
        bench.receive(1, rlc());
        assert_eq!(bench.ended_with(), cause);
        bench.is_clean();
    }
}

#[test]
fn a_silent_hss_means_network_out_of_order() {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam("1715407090")));
    bench.advance(Duration::from_secs(9));
    assert!(bench.take_isup().is_empty());
    // The calling exchange hears that its digits were enough, before its T7 runs out.
    bench.advance(Duration::from_secs(1));
    assert!(matches!(bench.isup_message(), Message::Acm(_)));
    bench.advance(Duration::from_secs(5));
    let Message::Rel(sent) = bench.isup_message() else {
        panic!("no REL")
    };
    assert_eq!(sent.cause.cause, Cause::NETWORK_OUT_OF_ORDER);
    bench.receive(1, rlc());
    bench.is_clean();
}

fn releases(bench: &mut Bench) -> Vec<(u16, u8)> {
    let cause = |(cic, message)| match message {
        Message::Rel(rel) => (cic, rel.cause.cause.value()),
        other => panic!("{other:?} on {cic}"),
    };
    bench.take_isup().into_iter().map(cause).collect()
}

#[test]
fn an_hss_that_gets_out_of_reach_releases_the_calls_that_wait_for_it() {
    let mut bench = Bench::new();
    for cic in [1, 2] {
        bench.receive(cic, Message::Iam(iam("1715407090")));
    }
    assert!(bench.take_isup().is_empty());
    bench.input(Input::Unavailable(HSS.into()));
    assert_eq!(releases(&mut bench), [(1, 38), (2, 38)]);
    bench.receive(1, rlc());
    bench.receive(2, rlc());
    // So it does to calls that come meanwhile.
    bench.receive(3, Message::Iam(iam("1715407090")));
    assert_eq!(releases(&mut bench), [(3, 38)]);
    bench.receive(3, rlc());
    bench.is_clean();

    bench.input(Input::Available(HSS.into()));
    bench.hss_answers(Ok(icscf("icscf2.ims.example")));
    bench.receive(1, Message::Iam(iam("1715407090")));
    assert_eq!(bench.sip_message().request_uri(), "tel:+491715407090");
}

#[test]
fn a_caller_who_gives_up_before_the_hss_answers_leaves_nothing_behind() {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam("1715407090")));
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    bench.advance(Duration::from_secs(20));
    assert!(bench.sip.is_empty());
    bench.is_clean();
}
