//! What surrounds the error codes, each of which has its case in `codes` (RFC 4666 §3.8.1).

use super::*;

fn answers(end: &mut End, code: u32) {
    let expected = [
        format!("Rejected {code:#04x}"),
        format!("0 ERR {code:#04x}"),
    ];
    assert_eq!(end.says(), expected);
}

#[test]
fn the_answer_returns_the_first_40_octets() {
    let mut sgp = End::active(Role::Sgp);
    let offending = Bytes::from(vec![9; 100]);
    sgp.hears_bytes(1, offending.clone());
    sgp.layer.poll_output();
    let Some(Output::Send { payload, .. }) = sgp.layer.poll_output() else {
        panic!("no answer");
    };
    let Ok(Message::Error(error)) = Message::decode(&payload) else {
        panic!("no Error message");
    };
    assert_eq!(error.diagnostic, Some(offending.slice(..40)));
}

#[test]
fn an_error_message_is_never_answered() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears_bytes(0, Bytes::from_static(&[1, 0, 0, 0, 0, 0, 0, 8]));
    assert_eq!(sgp.says(), ["Rejected 0x16"]);
    sgp.hears(error(ErrorCode::PROTOCOL_ERROR));
    assert_eq!(sgp.says(), ["Error 0x07"]);
}

#[test]
fn a_wrong_stream() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears_on(0, Message::Data(data("IAM")));
    answers(&mut sgp, 0x09);
    sgp.hears_on(1, aspdn());
    answers(&mut sgp, 0x09);
    sgp.hears_on(
        5,
        Message::DeregistrationRequest(DeregistrationRequest {
            routing_contexts: vec![100],
            other: Vec::new(),
        }),
    );
    answers(&mut sgp, 0x09);
}

#[test]
fn with_one_stream_there_is_no_wrong_one() {
    let mut sgp = End::of(Role::Sgp);
    sgp.input(up(1));
    sgp.hears(aspup());
    sgp.hears(aspac(&[100]));
    sgp.says();
    sgp.hears_on(0, Message::Data(data("IAM")));
    sgp.input(Input::Transfer(transfer("ACM")));
    assert_eq!(sgp.says(), ["Transfer b\"IAM\"", "0 DATA rc=100 b\"ACM\""]);
}

#[test]
fn a_wrong_context_network_or_network_indicator() {
    for role in [Role::Asp, Role::Sgp, Role::IpspClient, Role::IpspServer] {
        let mut end = End::active(role);
        end.hears(Message::Data(Data {
            routing_context: Some(7),
            ..data("IAM")
        }));
        assert_eq!(end.says(), ["Rejected 0x19", "0 ERR 0x19 rc=[7]"]);
        end.hears(Message::Data(Data {
            network_appearance: Some(5),
            ..data("IAM")
        }));
        assert_eq!(end.says(), ["Rejected 0x15", "0 ERR 0x15 na=5"]);
        let mut international = data("IAM");
        international.transfer.ni = NetworkIndicator::INTERNATIONAL;
        end.hears(Message::Data(international));
        answers(&mut end, 0x11);
    }
}

#[test]
fn a_context_is_not_needed_where_there_is_one_only() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(Message::Data(Data {
        routing_context: None,
        ..data("IAM")
    }));
    assert_eq!(sgp.says(), ["Transfer b\"IAM\""]);
}

#[test]
fn a_context_among_strangers_becomes_active_and_the_strangers_are_named() {
    let mut sgp = End::of(Role::Sgp);
    sgp.input(up(16));
    sgp.hears(aspup());
    sgp.says();
    sgp.hears(aspac(&[7, 100, 8]));
    assert_eq!(
        sgp.says(),
        [
            "0 ASPAC Ack rc=[100]",
            "Active",
            "0 NTFY 1/3 rc=[100]",
            "Rejected 0x19",
            "0 ERR 0x19 rc=[7, 8]"
        ]
    );
    sgp.hears(aspia(&[7]));
    assert_eq!(sgp.says(), ["Rejected 0x19", "0 ERR 0x19 rc=[7]"]);
}

#[test]
fn an_asp_that_is_locked_out() {
    let mut sgp = End::of(Role::Sgp);
    sgp.input(up(16));
    sgp.input(lock(true));
    sgp.hears(aspup());
    answers(&mut sgp, 0x0d);
    sgp.input(lock(false));
    sgp.hears(aspup());
    sgp.hears(aspac(&[100]));
    sgp.says();
    sgp.input(lock(true));
    assert_eq!(sgp.says(), ["0 ASPDN Ack", "Inactive"]);
    sgp.hears(aspup());
    answers(&mut sgp, 0x0d);
}

#[test]
fn an_asp_without_its_identifier_or_with_another() {
    let mut sgp = End::with(Role::Sgp, |config| {
        config.associations[0].asp_identifier = Some(3);
    });
    sgp.input(up(16));
    let up = |asp_identifier| {
        Message::AspUp(AspUp {
            asp_identifier,
            ..AspUp::default()
        })
    };
    sgp.hears(up(None));
    answers(&mut sgp, 0x0e);
    sgp.hears(up(Some(4)));
    answers(&mut sgp, 0x0f);
    sgp.hears(up(Some(3)));
    assert_eq!(sgp.says()[0], "0 ASPUP Ack");
}

#[test]
fn a_traffic_mode_that_is_not_the_agreed_one_or_none_at_all() {
    let mode = |mode| {
        Message::AspActive(AspActive {
            mode: Some(mode),
            ..active(&[100])
        })
    };
    let mut sgp = End::with(Role::Sgp, |config| {
        config.servers[0].mode = Some(TrafficMode::LOADSHARE);
    });
    sgp.input(up(16));
    sgp.hears(aspup());
    sgp.says();
    sgp.hears(mode(TrafficMode::OVERRIDE));
    answers(&mut sgp, 0x05);
    let mut sgp = End::of(Role::Sgp);
    sgp.input(up(16));
    sgp.hears(aspup());
    sgp.says();
    sgp.hears(mode(TrafficMode(4)));
    answers(&mut sgp, 0x05);
    sgp.hears(mode(TrafficMode::BROADCAST));
    assert_eq!(sgp.says()[0], "0 ASPAC Ack rc=[100]");
}

#[test]
fn registration_is_not_offered() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(Message::DeregistrationRequest(DeregistrationRequest {
        routing_contexts: vec![100],
        other: Vec::new(),
    }));
    answers(&mut sgp, 0x03);
}

#[test]
fn a_heartbeat_comes_back_with_its_data_on_its_stream() {
    for role in [Role::Asp, Role::Sgp] {
        let mut end = End::of(role);
        end.input(up(16));
        end.says();
        end.hears_on(3, Message::Beat(beat(b"tick")));
        assert_eq!(end.says(), ["3 BEAT Ack Some(b\"tick\")"]);
    }
}

#[test]
fn what_comes_while_the_association_is_down_is_not_heard() {
    let mut sgp = End::of(Role::Sgp);
    sgp.hears(aspup());
    assert_eq!(sgp.says(), [""; 0]);
}

proptest::proptest! {
    #[test]
    fn no_octets_are_too_much(
        role in proptest::sample::select(vec![Role::Asp, Role::Sgp]),
        class in 0u8..11,
        kind in 0u8..7,
        body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40),
        stream in 0u16..3,
    ) {
        let mut end = End::active(role);
        let mut octets = vec![1, 0, class, kind, 0, 0, 0, 8 + u8::try_from(body.len()).unwrap()];
        octets.extend(body);
        end.hears_bytes(stream, octets.into());
        proptest::prop_assert!(end.says().len() <= 8);
    }
}
