//! Damaged messages.

use super::*;
use proptest::prelude::*;

/// A TCAP message as it is, in unitdata for the server.
fn damaged(tcap: Vec<u8>) -> Received {
    let message = sccp::Message::Data {
        unit: UnitData {
            called: hlr(),
            calling: gmsc(),
            data: tcap.into(),
        },
        return_on_error: false,
    };
    Received {
        from: GMSC,
        message: message.encode().unwrap().into(),
    }
}

#[test]
fn damaged_messages_are_answered_as_q774_says() {
    let whole = codecs::tcap::encode(&Message::Begin(begin(vec![]))).unwrap();
    let mut bench = Bench::new();

    let mut unknown_type = whole.clone();
    unknown_type[0] = 0x6A;
    bench.server.handle(&damaged(unknown_type), bench.now);
    let cause = PAbortCause::UNRECOGNIZED_MESSAGE_TYPE;
    assert_eq!(
        server_sent(&bench.server_says()),
        Message::Abort(Abort::p_abort(id(b"peer"), cause))
    );

    bench
        .server
        .handle(&damaged(whole[..9].to_vec()), bench.now);
    assert!(matches!(
        bench.server_says()[..],
        [ServerOutput::Discarded { .. }] | [ServerOutput::Send(_), ServerOutput::Discarded { .. }]
    ));

    let good = invoke(1, 22, question().encode());
    let mut bad_component = codecs::tcap::encode(&Message::Begin(begin(vec![
        good,
        invoke(2, 22, vec![0x05, 0x00]),
    ])))
    .unwrap();
    let at = bad_component.len() - 10;
    assert_eq!(bad_component[at], 0xA1);
    bad_component[at] = 0xAF;
    bench.server.handle(&damaged(bad_component), bench.now);
    let outputs = bench.server_says();
    let ServerOutput::SendRoutingInfo { dialogue, .. } = outputs[0] else {
        panic!("the component before the bad one counts: {outputs:?}");
    };
    bench.server.respond(dialogue, Ok(result()));
    let message = server_sent(&bench.server_says());
    let unrecognized = Reject::general(None, GeneralProblem::UNRECOGNIZED_COMPONENT);
    assert_eq!(rejected(&message), [unrecognized]);
    assert_eq!(message.components().len(), 2);
}

#[test]
fn a_damaged_answer_is_a_failure_of_its_question() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let answer = Component::ReturnResultLast(answer_of(&roaming("1")));
    let mut bytes = codecs::tcap::encode(&carry_on(&otid(&outgoing), vec![answer])).unwrap();
    let result = [0x02, 0x01, 0x01];
    let at = bytes
        .windows(3)
        .rposition(|octets| octets == result)
        .unwrap()
        - 2;
    assert_eq!(bytes[at], 0xA2);
    bytes[at] = 0xAF;
    let message = sccp::Message::Data {
        unit: UnitData {
            called: gmsc(),
            calling: hlr(),
            data: bytes.into(),
        },
        return_on_error: false,
    };
    let received = Received {
        from: HLR,
        message: message.encode().unwrap().into(),
    };
    bench.client.handle(&received, bench.now);
    let outputs = std::iter::from_fn(|| bench.client.poll_output()).collect();
    let (sent, outcome, _) = sorted(outputs);
    assert_eq!(rejected(&sent.unwrap()).len(), 1);
    assert!(matches!(outcome, Some(Err(Failure::NotUnderstood(_)))));
    assert_eq!(bench.client.open_dialogues(), 0);
}

proptest! {
    #[test]
    fn random_bytes_hurt_neither_end(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        tcap in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut bench = Bench::new();
        bench.ask();
        for received in [Received { from: HLR, message: bytes.into() }, damaged(tcap)] {
            bench.client.handle(&received, bench.now);
            bench.server.handle(&received, bench.now);
        }
        prop_assert_eq!(bench.client.open_dialogues(), 1);
    }

    #[test]
    fn a_flipped_octet_leaves_no_dialogue_behind(at in 0..200usize, octet in any::<u8>()) {
        let mut bench = Bench::new();
        let (_, outgoing) = bench.ask();
        let mut message = outgoing.message.to_vec();
        let at = at % message.len();
        message[at] = octet;
        bench.server.handle(&Received { from: GMSC, message: message.into() }, bench.now);
        for output in bench.server_says() {
            if let ServerOutput::SendRoutingInfo { dialogue, .. } = output {
                bench.server.respond(dialogue, Ok(result()));
            }
        }
        bench.advance(Duration::from_secs(30));
        prop_assert_eq!(bench.server.open_dialogues(), 0);
        prop_assert_eq!(bench.client.open_dialogues(), 0);
    }
}
