//! What an HLR answers.

use super::*;

#[test]
fn another_version_is_refused_with_ours_as_alternative() {
    for (proposed, alternative) in [
        (&[0, 4, 0, 0, 1, 0, 5, 2], &[0, 4, 0, 0, 1, 0, 5, 3]),
        (&[0, 4, 0, 0, 1, 0, 20, 3], &[0, 4, 0, 0, 1, 0, 20, 3]),
    ] {
        let mut message = begin(vec![invoke(1, 22, question().encode())]);
        message.dialogue_portion = Some(DialoguePortion::aarq(Oid::const_new(proposed)));
        let outputs = Bench::new().tell_server(Message::Begin(message));
        let Message::Abort(Abort {
            dtid,
            reason: Some(AbortReason::UAbort(portion)),
        }) = server_sent(&outputs)
        else {
            panic!("no user abort");
        };
        assert_eq!(dtid, id(b"peer"));
        let Ok(Some(DialoguePdu::Aare {
            application_context_name,
            result_source_diagnostic,
            ..
        })) = portion.dialogue_pdu()
        else {
            panic!("no dialogue response");
        };
        assert_eq!(&*application_context_name, Oid::const_new(alternative));
        assert_eq!(
            result_source_diagnostic,
            codecs::tcap::AssociateSourceDiagnostic::USER_APPLICATION_CONTEXT_NAME_NOT_SUPPORTED
        );
    }
}

#[test]
fn map_version_1_is_aborted_without_more_ado() {
    let mut message = begin(vec![invoke(1, 22, question().encode())]);
    message.dialogue_portion = None;
    let outputs = Bench::new().tell_server(Message::Begin(message));
    let abort = Abort {
        dtid: id(b"peer"),
        reason: None,
    };
    assert_eq!(server_sent(&outputs), Message::Abort(abort));
}

#[test]
fn what_the_server_cannot_do_is_rejected_and_the_dialogue_ended() {
    let mut linked = invoke(4, 22, question().encode());
    if let Component::Invoke(linked) = &mut linked {
        linked.linked_id = Some(1);
    }
    let mut bare = invoke(5, 22, vec![]);
    if let Component::Invoke(bare) = &mut bare {
        bare.parameter = None;
    }
    let cases = [
        (
            invoke(1, 45, vec![0x30, 0x00]),
            Reject::invoke(1, InvokeProblem::UNRECOGNIZED_OPERATION),
        ),
        (
            invoke(2, 22, vec![0x30, 0x00]),
            Reject::invoke(2, InvokeProblem::MISTYPED_PARAMETER),
        ),
        (bare, Reject::invoke(5, InvokeProblem::MISTYPED_PARAMETER)),
        (
            linked,
            Reject::invoke(4, InvokeProblem::UNRECOGNIZED_LINKED_ID),
        ),
        (
            Component::ReturnResultLast(answer_of(&result())),
            Reject::return_result(1, ReturnResultProblem::UNRECOGNIZED_INVOKE_ID),
        ),
    ];
    for (component, reject) in cases {
        let mut bench = Bench::new();
        let outputs = bench.tell_server(Message::Begin(begin(vec![component])));
        let message = server_sent(&outputs);
        assert!(matches!(message, Message::End(_)));
        assert_eq!(rejected(&message), [reject]);
        assert_eq!(bench.server.open_dialogues(), 0);
    }
}

#[test]
fn two_questions_in_one_dialogue_are_answered_together_and_a_third_of_the_same_id_rejected() {
    let mut bench = Bench::new();
    let components = vec![
        invoke(1, 22, question().encode()),
        invoke(2, 22, question().encode()),
        invoke(2, 22, question().encode()),
    ];
    let outputs = bench.tell_server(Message::Begin(begin(components)));
    let questions: Vec<_> = outputs
        .iter()
        .filter_map(|output| match output {
            ServerOutput::SendRoutingInfo { dialogue, .. } => Some(*dialogue),
            _ => None,
        })
        .collect();
    let [first, second] = questions[..] else {
        panic!("expected two questions, got {outputs:?}");
    };
    bench.server.respond(second, Ok(roaming("1")));
    assert_eq!(bench.server_says(), []);
    bench.server.respond(second, Ok(roaming("2")));
    let error = UserError::new(ErrorCode::UNKNOWN_SUBSCRIBER);
    bench.server.respond(first, Err(error));
    let message = server_sent(&bench.server_says());
    assert_eq!(message.components().len(), 3);
    assert_eq!(
        rejected(&message),
        [Reject::invoke(2, InvokeProblem::DUPLICATE_INVOKE_ID)]
    );
}

#[test]
fn a_dialogue_opened_empty_is_confirmed_and_may_ask_later() {
    let mut bench = Bench::new();
    let opened = server_sent(&bench.tell_server(Message::Begin(begin(vec![]))));
    assert!(matches!(&opened, Message::Continue(c) if c.dialogue_portion.is_some()));
    let ask = |otid: TransactionId| {
        Message::Continue(Continue {
            otid,
            dtid: opened.otid().unwrap().clone(),
            dialogue_portion: None,
            components: Some(vec![invoke(1, 22, question().encode())]),
        })
    };
    let strange = bench.tell_server(ask(id(b"fake")));
    assert!(matches!(server_sent(&strange), Message::Abort(_)));
    let outputs = bench.tell_server(ask(id(b"peer")));
    let [ServerOutput::SendRoutingInfo { dialogue, .. }] = outputs[..] else {
        panic!("expected a question, got {outputs:?}");
    };
    bench.server.respond(dialogue, Ok(result()));
    let message = server_sent(&bench.server_says());
    assert!(matches!(
        message,
        Message::End(End {
            dialogue_portion: None,
            ..
        })
    ));
}

#[test]
fn a_dialogue_nobody_answers_is_aborted_by_the_guard_timer() {
    let mut bench = Bench::new();
    let outputs = bench.tell_server(Message::Begin(begin(vec![invoke(
        1,
        22,
        question().encode(),
    )])));
    let [ServerOutput::SendRoutingInfo { dialogue, .. }] = outputs[..] else {
        panic!("expected a question, got {outputs:?}");
    };
    bench.advance(Duration::from_secs(30));
    assert!(matches!(
        server_sent(&bench.server_says()),
        Message::Abort(_)
    ));
    bench.server.respond(dialogue, Ok(result()));
    assert_eq!(bench.server_says(), []);
}

#[test]
fn a_dialogue_the_peer_gives_up_is_forgotten() {
    let mut bench = Bench::new();
    let opened = server_sent(&bench.tell_server(Message::Begin(begin(vec![]))));
    let dtid = opened.otid().unwrap().clone();
    let abort = Message::Abort(Abort { dtid, reason: None });
    assert_eq!(bench.tell_server(abort.clone()), []);
    assert_eq!(bench.server.open_dialogues(), 0);
    let why = Discard::UnknownTransaction;
    assert_eq!(
        bench.tell_server(abort),
        [ServerOutput::Discarded { from: GMSC, why }]
    );
}

#[test]
fn more_dialogues_than_allowed_are_aborted() {
    let mut config = ServerConfig::new(hlr());
    config.max_dialogues = 1;
    let mut bench = Bench::new();
    bench.server = Server::new(config);
    bench.tell_server(Message::Begin(begin(vec![])));
    let outputs = bench.tell_server(Message::Begin(begin(vec![])));
    let cause = PAbortCause::RESOURCE_LIMITATION;
    assert_eq!(
        server_sent(&outputs),
        Message::Abort(Abort::p_abort(id(b"peer"), cause))
    );
}

#[test]
fn a_subsystem_that_is_not_here_is_told_to_the_sender() {
    let mut bench = Bench::new();
    let vlr = sccp::e164(&"49171099000".parse().unwrap(), SubsystemNumber::Vlr);
    let received = Received {
        from: GMSC,
        message: wrap(vlr, gmsc(), &Message::Begin(begin(vec![]))),
    };
    bench.server.handle(&received, bench.now);
    let outputs = bench.server_says();
    let [ServerOutput::Send(outgoing), ServerOutput::Discarded { .. }] = &outputs[..] else {
        panic!("expected a unitdata service, got {outputs:?}");
    };
    assert!(matches!(
        sccp::Message::decode(&outgoing.message),
        Ok(sccp::Message::Returned {
            cause: ReturnCause::Unequipped,
            ..
        })
    ));
}
