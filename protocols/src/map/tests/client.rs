//! What a GMSC makes of the answers it gets.

use super::*;

#[test]
fn no_answer_is_a_timeout_after_the_operation_timer() {
    let mut bench = Bench::new();
    let (asked, outgoing) = bench.ask();
    assert_eq!(
        bench.client.poll_timeout(),
        Some(bench.now + Duration::from_secs(15))
    );
    bench.advance(Duration::from_millis(14_999));
    assert_eq!(bench.client.poll_output(), None);
    bench.advance(Duration::from_millis(1));
    let expected = ClientOutput::Outcome {
        invocation: asked,
        result: Err(Failure::Timeout),
    };
    assert_eq!(bench.client.poll_output(), Some(expected));
    let late = bench.tell_client(end(
        &otid(&outgoing),
        vec![Component::ReturnResultLast(answer_of(&roaming("1")))],
    ));
    assert_eq!(
        sorted(late),
        (None, None, vec![Discard::UnknownTransaction])
    );
}

#[test]
fn a_timeout_of_an_established_dialogue_aborts_it() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    assert_eq!(bench.tell_client(carry_on(&otid(&outgoing), vec![])), []);
    bench.advance(Duration::from_secs(15));
    let outputs = std::iter::from_fn(|| bench.client.poll_output()).collect();
    let (sent, outcome, _) = sorted(outputs);
    assert!(matches!(sent, Some(Message::Abort(Abort { dtid, .. })) if dtid == id(b"hlr1")));
    assert_eq!(outcome, Some(Err(Failure::Timeout)));
}

#[test]
fn a_result_in_segments_over_several_messages_is_joined_and_the_dialogue_ended() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let dtid = otid(&outgoing);
    let first = Component::ReturnResultNotLast(answer_of(&result()));
    assert_eq!(bench.tell_client(carry_on(&dtid, vec![first])), []);
    let second = SendRoutingInfoRes {
        imsi: None,
        ..roaming("491720000123")
    };
    let last = Message::Continue(Continue {
        otid: id(b"hlr1"),
        dtid,
        dialogue_portion: None,
        components: Some(vec![Component::ReturnResultLast(answer_of(&second))]),
    });
    let (sent, outcome, _) = sorted(bench.tell_client(last));
    assert!(matches!(sent, Some(Message::End(_))));
    let info = outcome.unwrap().unwrap();
    assert_eq!(*info.result, roaming("491720000123"));
    assert_eq!(bench.client.open_dialogues(), 0);
}

#[test]
fn segments_without_end_are_not_collected() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let segment = || Component::ReturnResultNotLast(answer_of(&SendRoutingInfoRes::default()));
    let many = (0..9).map(|_| segment()).collect();
    let (sent, outcome, _) = sorted(bench.tell_client(carry_on(&otid(&outgoing), many)));
    assert!(matches!(outcome, Some(Err(Failure::NotUnderstood(_)))));
    let mistyped = Reject::return_result(1, ReturnResultProblem::MISTYPED_PARAMETER);
    assert_eq!(rejected(&sent.unwrap()), [mistyped]);
}

#[test]
fn an_answer_that_makes_no_sense_is_a_failure() {
    let mistyped = ReturnResult {
        invoke_id: 1,
        result: Some(ReturnResultValue {
            operation_code: OperationCode::Local(22),
            parameter: Some(Any::new(vec![0x30, 0x00])),
        }),
    };
    let mut other_operation = answer_of(&result());
    if let Some(value) = &mut other_operation.result {
        value.operation_code = OperationCode::Local(45);
    }
    let empty = ReturnResult {
        invoke_id: 1,
        result: None,
    };
    let global = ReturnError {
        invoke_id: 1,
        error_code: codecs::tcap::ErrorCode::Local(-1),
        parameter: None,
    };
    for component in [
        Component::ReturnResultLast(mistyped),
        Component::ReturnResultLast(other_operation),
        Component::ReturnResultLast(empty),
        Component::ReturnError(global),
    ] {
        let mut bench = Bench::new();
        let (_, outgoing) = bench.ask();
        let outputs = bench.tell_client(carry_on(&otid(&outgoing), vec![component]));
        let (sent, outcome, _) = sorted(outputs);
        assert!(matches!(outcome, Some(Err(Failure::NotUnderstood(_)))));
        assert_eq!(rejected(&sent.unwrap()).len(), 1);
        assert_eq!(bench.client.open_dialogues(), 0);
    }
}

#[test]
fn an_answer_to_another_invoke_is_rejected_and_the_question_stays_open() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let mut stray = answer_of(&roaming("1"));
    stray.invoke_id = 2;
    let components = vec![
        Component::ReturnResultLast(stray),
        invoke(5, 44, vec![0x30, 0x00]),
        Component::Reject(Reject::general(Some(9), GeneralProblem::MISTYPED_COMPONENT)),
    ];
    let (sent, outcome, _) = sorted(bench.tell_client(carry_on(&otid(&outgoing), components)));
    assert_eq!(outcome, None);
    assert_eq!(
        rejected(&sent.unwrap()),
        [
            Reject::return_result(2, ReturnResultProblem::UNRECOGNIZED_INVOKE_ID),
            Reject::invoke(5, InvokeProblem::UNRECOGNIZED_OPERATION),
        ]
    );
    assert_eq!(bench.client.open_dialogues(), 1);
}

#[test]
fn an_end_without_answer_is_no_result() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let (_, outcome, _) = sorted(bench.tell_client(end(&otid(&outgoing), vec![])));
    assert_eq!(outcome, Some(Err(Failure::NoResult)));
}

#[test]
fn a_reject_is_a_failure_whether_or_not_it_names_the_invoke() {
    for invoke_id in [Some(1), None] {
        let mut bench = Bench::new();
        let (_, outgoing) = bench.ask();
        let problem = Problem::Invoke(InvokeProblem::UNRECOGNIZED_OPERATION);
        let reject = Component::Reject(Reject { invoke_id, problem });
        let (_, outcome, _) = sorted(bench.tell_client(end(&otid(&outgoing), vec![reject])));
        assert_eq!(outcome, Some(Err(Failure::Rejected(problem))));
    }
}

#[test]
fn every_abort_is_a_failure_of_its_own() {
    let refusal = DialoguePortion::aare_reject(
        V3,
        codecs::tcap::AssociateSourceDiagnostic::USER_APPLICATION_CONTEXT_NAME_NOT_SUPPORTED,
    );
    let cause = PAbortCause::RESOURCE_LIMITATION;
    let cases = [
        (
            Some(AbortReason::PAbort(cause)),
            Failure::ProviderAbort(cause),
        ),
        (Some(AbortReason::UAbort(refusal)), Failure::Refused),
        (
            Some(AbortReason::UAbort(DialoguePortion::abnormal_dialogue())),
            Failure::UserAbort,
        ),
        (None, Failure::UserAbort),
    ];
    for (reason, failure) in cases {
        let mut bench = Bench::new();
        let (_, outgoing) = bench.ask();
        let dtid = otid(&outgoing);
        let outputs = bench.tell_client(Message::Abort(Abort { dtid, reason }));
        assert_eq!(sorted(outputs), (None, Some(Err(failure)), vec![]));
    }
}

#[test]
fn an_answer_without_acceptance_is_abnormal() {
    let other = Oid::const_new(&[0, 4, 0, 0, 1, 0, 5, 2]);
    for portion in [None, Some(DialoguePortion::aare_accept(other))] {
        let mut bench = Bench::new();
        let (_, outgoing) = bench.ask();
        let message = Message::Continue(Continue {
            otid: id(b"hlr1"),
            dtid: otid(&outgoing),
            dialogue_portion: portion,
            components: Some(vec![Component::ReturnResultLast(answer_of(&result()))]),
        });
        let (sent, outcome, _) = sorted(bench.tell_client(message));
        assert!(matches!(sent, Some(Message::Abort(_))));
        assert!(matches!(outcome, Some(Err(Failure::NotUnderstood(_)))));
    }
}

#[test]
fn a_question_returned_by_the_network_fails_at_once() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let Ok(sccp::Message::Data { unit, .. }) = sccp::Message::decode(&outgoing.message) else {
        panic!("no unitdata");
    };
    let returned = sccp::Message::Returned {
        unit: UnitData {
            called: unit.calling,
            calling: unit.called,
            data: unit.data,
        },
        cause: ReturnCause::NoTranslationForSpecificAddress,
    };
    let received = Received {
        from: HLR,
        message: returned.encode().unwrap().into(),
    };
    bench.client.handle(&received, bench.now);
    let outputs = std::iter::from_fn(|| bench.client.poll_output()).collect();
    let failure = Failure::Undeliverable(ReturnCause::NoTranslationForSpecificAddress);
    assert_eq!(sorted(outputs), (None, Some(Err(failure)), vec![]));
    assert_eq!(bench.client.poll_timeout(), None);
}

#[test]
fn forged_answers_do_not_touch_the_open_question() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let mut guess = otid(&outgoing).to_vec();
    guess[3] ^= 1;
    let guess: TransactionId = guess.into();
    let answer = Component::ReturnResultLast(answer_of(&roaming("1")));
    let outputs = bench.tell_client(end(&guess, vec![answer.clone()]));
    assert_eq!(
        sorted(outputs),
        (None, None, vec![Discard::UnknownTransaction])
    );

    let (sent, outcome, _) = sorted(bench.tell_client(carry_on(&guess, vec![answer])));
    let cause = PAbortCause::UNRECOGNIZED_TRANSACTION_ID;
    assert_eq!(
        sent,
        Some(Message::Abort(Abort::p_abort(id(b"hlr1"), cause)))
    );
    assert_eq!(outcome, None);
    assert_eq!(bench.client.open_dialogues(), 1);
}

#[test]
fn only_the_first_of_two_answers_counts() {
    let mut bench = Bench::new();
    let (_, outgoing) = bench.ask();
    let answer = || {
        let component = Component::ReturnResultLast(answer_of(&roaming("491720000123")));
        end(&otid(&outgoing), vec![component])
    };
    assert!(sorted(bench.tell_client(answer())).1.unwrap().is_ok());
    let second = sorted(bench.tell_client(answer()));
    assert_eq!(second, (None, None, vec![Discard::UnknownTransaction]));
}

#[test]
fn the_client_refuses_dialogues_and_ignores_unidirectional() {
    let mut bench = Bench::new();
    let outputs = bench.tell_client(Message::Begin(begin(vec![])));
    let (sent, _, discarded) = sorted(outputs);
    assert!(matches!(sent, Some(Message::Abort(_))));
    assert_eq!(discarded, [Discard::Refused]);
    let outputs = bench.tell_client(Message::Unidirectional(codecs::tcap::Unidirectional {
        dialogue_portion: None,
        components: vec![invoke(1, 22, question().encode())],
    }));
    assert_eq!(sorted(outputs), (None, None, vec![Discard::Unidirectional]));
}

#[test]
fn more_questions_than_allowed_fail_at_once() {
    let mut config = ClientConfig::new(gmsc(), HLR);
    config.max_dialogues = 1;
    let mut client = Client::new(config);
    client.available(HLR);
    let now = Instant::now();
    client.send_routing_info(&question(), now);
    assert!(matches!(client.poll_output(), Some(ClientOutput::Send(_))));
    let invocation = client.send_routing_info(&question(), now);
    let expected = ClientOutput::Outcome {
        invocation,
        result: Err(Failure::Congestion),
    };
    assert_eq!(client.poll_output(), Some(expected));
}

fn unreachable(invocation: Invocation) -> Option<ClientOutput> {
    Some(ClientOutput::Outcome {
        invocation,
        result: Err(Failure::Undeliverable(ReturnCause::MtpFailure)),
    })
}

#[test]
fn what_waits_for_an_hlr_that_gets_out_of_reach_fails_at_once_in_the_order_of_asking() {
    let mut bench = Bench::new();
    let asked: Vec<_> = std::iter::repeat_with(|| bench.ask()).take(20).collect();
    bench.tell_client(carry_on(&otid(&asked[3].1), vec![]));
    bench.client.unavailable(PointCode::new(77).into());
    assert_eq!(bench.client.poll_output(), None);
    bench.client.unavailable(HLR);
    for (invocation, _) in &asked {
        assert_eq!(bench.client.poll_output(), unreachable(*invocation));
    }
    assert_eq!(bench.client.poll_output(), None);
    assert_eq!(bench.client.poll_timeout(), None);
    assert_eq!(bench.client.open_dialogues(), 0);
}

#[test]
fn an_hlr_out_of_reach_is_not_asked_until_it_is_back() {
    let mut client = Client::new(ClientConfig::new(gmsc(), HLR));
    let now = Instant::now();
    let invocation = client.send_routing_info(&question(), now);
    assert_eq!(client.poll_output(), unreachable(invocation));
    client.available(PointCode::new(77).into());
    let invocation = client.send_routing_info(&question(), now);
    assert_eq!(client.poll_output(), unreachable(invocation));
    client.available(HLR);
    client.send_routing_info(&question(), now);
    assert!(matches!(client.poll_output(), Some(ClientOutput::Send(_))));
}
