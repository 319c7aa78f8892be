//! One INVITE, several who answer (RFC 3261 §12.1.2, §13.2.2.4).

use super::*;

/// Carol's response to Alice's INVITE as the branch with this tag.
fn respond(net: &mut Net, invite: &Message, status: u16, tag: &str) {
    let bytes = Writer::reply(invite, status, Some(tag), None)
        .header(HeaderName::Contact, &format_args!("<sip:{tag}@192.0.2.3>"))
        .finish();
    net.inject(CAROL, ALICE, bytes);
    net.run(2 * LATENCY);
}

#[test]
fn branches_ring_one_answers_and_others_are_ended() {
    let mut net = Net::new();
    let alice = net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    respond(&mut net, &invite, 180, "one");
    respond(&mut net, &invite, 183, "two");
    respond(&mut net, &invite, 200, "two");
    let ack = net.received(CAROL);
    assert_eq!(ack.request_uri(), "sip:two@192.0.2.3");
    net.says();

    respond(&mut net, &invite, 200, "three");
    assert_eq!(
        net.says(),
        [
            "carol>alice 200 INVITE",
            "alice>carol ACK",
            "alice>carol BYE"
        ]
    );
    let (ack, bye) = (net.received(CAROL), net.received(CAROL));
    assert_eq!(ack.request_uri(), "sip:three@192.0.2.3");
    assert_eq!(bye.to().unwrap().tag(), Some("three"));
    assert_eq!(bye.from().unwrap().tag(), invite.from().unwrap().tag());
    assert_eq!(bye.cseq().unwrap().number, 2);
    net.inject(CAROL, ALICE, Writer::reply(&bye, 200, None, None).finish());
    net.run(LATENCY);

    // The branch that was taken is still acknowledged only.
    net.says();
    respond(&mut net, &invite, 200, "two");
    assert_eq!(net.says(), ["carol>alice 200 INVITE", "alice>carol ACK"]);
    net.received(CAROL);

    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(LATENCY);
    assert_eq!(net.received(CAROL).to().unwrap().tag(), Some("two"));
    net.rest();
}

#[test]
fn requests_in_early_dialogs_find_their_session() {
    let mut net = Net::new();
    let alice = net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    respond(&mut net, &invite, 180, "one");
    let tag = invite.from().unwrap().tag().unwrap().to_string();
    let request = |method: &str, from: &str, cseq: u32| -> Bytes {
        format!(
            "{method} sip:{} SIP/2.0\r\n\
             Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK{method}{from}\r\n\
             From: <tel:+491715407090>;tag={from}\r\n\
             To: <tel:+498912345678>;tag={tag}\r\n\
             Call-ID: {}\r\n\
             CSeq: {cseq} {method}\r\n\r\n",
            address(ALICE),
            invite.call_id().unwrap()
        )
        .into()
    };
    for (method, from, cseq, status) in [
        ("OPTIONS", "one", 1, 200),
        ("OPTIONS", "two", 1, 481),
        ("INVITE", "one", 2, 491),
        ("INFO", "one", 2, 500),
        ("BYE", "one", 3, 200),
        ("UPDATE", "one", 4, 481),
    ] {
        net.inject(CAROL, ALICE, request(method, from, cseq));
        net.run(2 * LATENCY);
        assert_eq!(net.received(CAROL).status(), status, "{method} {from}");
    }
    // The branch that said BYE is no answer to the INVITE.
    assert!(net.agent(ALICE).session(alice).is_some());
    respond(&mut net, &invite, 404, "one");
    assert!(net.agent(ALICE).session(alice).is_none());
    net.rest();
}

#[test]
fn early_dialogs_without_end_are_not_remembered() {
    let mut net = Net::new();
    let alice = net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    for branch in 0..100 {
        respond(&mut net, &invite, 180, &format!("t{branch}"));
    }
    let State::Calling(calling) = &net.agent(ALICE).session(alice).unwrap().state else {
        panic!("not calling");
    };
    assert_eq!(calling.early.len(), 16);
    respond(&mut net, &invite, 200, "t99");
    assert_eq!(net.received(CAROL).request_uri(), "sip:t99@192.0.2.3");
    assert_eq!(net.says().last().unwrap(), "alice: Answered");
}

#[test]
fn an_answer_after_the_call_was_given_up_is_ended() {
    let mut net = Net::new();
    let alice = net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    respond(&mut net, &invite, 200, "one");
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(LATENCY);
    net.received(CAROL);
    let bye = net.received(CAROL);
    net.inject(CAROL, ALICE, Writer::reply(&bye, 200, None, None).finish());
    net.run(LATENCY);
    assert_eq!(net.agent(ALICE).sessions(), 0);
    net.says();
    respond(&mut net, &invite, 200, "two");
    assert_eq!(
        net.says(),
        [
            "carol>alice 200 INVITE",
            "alice>carol ACK",
            "alice>carol BYE"
        ]
    );
    net.rest();
}

#[test]
fn a_response_for_somebody_else_is_dropped() {
    let mut net = Net::new();
    net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    let two_vias = Writer::reply(&invite, 180, Some("c"), None)
        .header(HeaderName::Via, "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9")
        .finish();
    net.says();
    net.inject(CAROL, ALICE, two_vias);
    let text = String::from_utf8(invite.as_bytes().to_vec()).unwrap();
    let other = Message::parse(text.replace("z9hG4bKx0", "z9hG4bKx1").into()).unwrap();
    net.inject(
        CAROL,
        ALICE,
        Writer::reply(&other, 486, Some("c"), None).finish(),
    );
    net.run(LATENCY);
    assert_eq!(
        net.says(),
        ["carol>alice 180 INVITE", "carol>alice 486 INVITE"]
    );
}

/// The same, reliably.
fn respond_reliably(net: &mut Net, invite: &Message, status: u16, tag: &str) {
    let bytes = Writer::reply(invite, status, Some(tag), None)
        .header(HeaderName::Contact, &format_args!("<sip:{tag}@192.0.2.3>"))
        .header(HeaderName::Require, "100rel")
        .header(HeaderName::RSeq, "1")
        .finish();
    net.inject(CAROL, ALICE, bytes);
    net.run(2 * LATENCY);
}

#[test]
fn the_dialog_of_a_late_answer_goes_on_with_its_own_numbers() {
    let mut net = Net::new();
    net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    respond_reliably(&mut net, &invite, 183, "one");
    assert_eq!(net.received_last(CAROL).cseq().unwrap().number, 2);
    respond(&mut net, &invite, 200, "two");
    respond(&mut net, &invite, 200, "one");
    let bye = net.received_last(CAROL);
    assert_eq!(bye.method().as_str(), "BYE");
    assert_eq!(bye.to().unwrap().tag(), Some("one"));
    assert_eq!(bye.cseq().unwrap().number, 3);
}

#[test]
fn events_name_the_dialog_they_belong_to() {
    let mut net = Net::new();
    let alice = net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    let mut dialogs = Vec::new();
    for (status, tag) in [(180, "one"), (180, "two"), (183, "one"), (199, "one")] {
        respond(&mut net, &invite, status, tag);
        let Event::Progress { dialog, .. } = net.last_event(ALICE) else {
            panic!("no progress");
        };
        dialogs.push(dialog.unwrap());
    }
    let second = dialogs[1];
    assert_eq!(dialogs[0], DialogId::FIRST);
    assert_ne!(second, DialogId::FIRST);
    assert_eq!(dialogs, [dialogs[0], second, dialogs[0], dialogs[0]]);
    respond(&mut net, &invite, 200, "two");
    let Event::Answered { dialog, .. } = net.last_event(ALICE) else {
        panic!("no answer");
    };
    assert_eq!(dialog, second);
    // Of a dialog that is not the call there is nothing to update.
    net.says();
    for (dialog, sent) in [(dialogs[0], 0), (second, 1)] {
        net.act(ALICE, |agent, now| {
            agent.update(alice, dialog, &[], None, now);
        });
        assert_eq!(net.says().len(), sent);
    }
}

#[test]
fn what_ended_with_199_is_no_dialog_any_more() {
    let mut net = Net::new();
    let alice = net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    for (tag, status) in [("one", 183), ("two", 183), ("one", 199)] {
        respond(&mut net, &invite, status, tag);
    }
    let early = |net: &mut Net| match &net.agent(ALICE).session(alice).unwrap().state {
        State::Calling(calling) => calling.early.len(),
        _ => panic!("not calling"),
    };
    assert_eq!(early(&mut net), 1);
    respond(&mut net, &invite, 404, "two");
    assert_eq!(net.says().last().unwrap(), "alice: Terminated");
}
