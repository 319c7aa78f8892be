//! INVITE within a session of ours: answered, refused, crossed, without offer (RFC 3261 §14).

use super::*;

fn reinvite(net: &mut Net, party: usize, session: SessionId, body: Option<&'static str>) {
    net.act(party, |agent, now| {
        agent.reinvite(session, &[], body.map(sdp).as_ref(), now);
    });
}

fn answer(net: &mut Net, party: usize, session: SessionId, body: &'static str) {
    net.act(party, |agent, now| {
        agent.answer(session, &[], Some(&sdp(body)), now);
    });
}

#[test]
fn either_end_changes_the_session() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    for (asks, answers, ours, theirs) in [(ALICE, BOB, alice, bob), (BOB, ALICE, bob, alice)] {
        reinvite(&mut net, asks, ours, Some("v=2"));
        net.run(LATENCY);
        answer(&mut net, answers, theirs, "v=3");
        net.run(LATENCY);
        let Event::Replied {
            asked: Asked::Reinvite,
            status: 200,
            offers: false,
            response: Some(response),
            ..
        } = net.last_event(asks)
        else {
            panic!("no answer");
        };
        assert_eq!(response.body(), b"v=3");
        net.run(S);
        let said = net.says();
        assert_eq!(said.len(), 7, "{said:?}");
        assert!(said[6].ends_with(": Acknowledged"));
    }
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

#[test]
fn a_refusal_leaves_the_session_as_it_was() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    for _ in 0..2 {
        reinvite(&mut net, ALICE, alice, Some("v=2"));
        net.run(LATENCY);
        net.act(BOB, |agent, now| agent.reject(bob, 488, &[], now));
        net.run(S);
        assert_eq!(
            net.says(),
            [
                "alice>bob INVITE",
                "bob>alice 100 INVITE",
                "bob: Reinvited",
                "bob>alice 488 INVITE",
                "alice>bob ACK",
                "alice: Reinvite 488",
            ]
        );
    }
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

#[test]
fn those_that_cross_meet_491_and_the_callee_tries_first() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    reinvite(&mut net, ALICE, alice, Some("v=2"));
    reinvite(&mut net, BOB, bob, Some("v=3"));
    net.run(5 * LATENCY);
    let said = net.says();
    for line in ["bob>alice 491 INVITE", "alice>bob 491 INVITE"] {
        assert!(said.contains(&line.into()), "{said:?}");
    }
    assert!(!said.iter().any(|line| line.contains(": ")), "{said:?}");
    net.run(2 * S);
    // Bob's attempt makes Alice's a thing of the past, which her owner is told.
    assert_eq!(
        net.says(),
        [
            "bob>alice INVITE",
            "alice: Reinvite 491",
            "alice>bob 100 INVITE",
            "alice: Reinvited",
        ]
    );
    answer(&mut net, ALICE, alice, "v=4");
    net.run(10 * S);
    assert_eq!(
        net.says(),
        [
            "alice>bob 200 INVITE",
            "bob>alice ACK",
            "bob: Reinvite 200",
            "alice: Acknowledged",
        ]
    );
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

/// Carol refuses with 491, once: Alice, who made the Call-ID, waits 2.1 to 4 s (§14.1).
#[test]
fn the_caller_waits_longer() {
    let mut net = Net::new();
    let alice = carol_answers(&mut net, Some("v=1"));
    reinvite(&mut net, ALICE, alice, Some("v=2"));
    net.run(LATENCY);
    let first = net.received_last(CAROL);
    let refusal = Writer::reply(&first, 491, None, None).finish();
    net.inject(CAROL, ALICE, refusal);
    net.run(LATENCY);
    net.says();
    let sent = times(&mut net, "alice>carol INVITE", S * 41 / 10);
    assert!(sent[0] >= 2.1 && sent[0] <= 4.1, "{sent:?}");
    let second = net.received_last(CAROL);
    assert_eq!(second.body(), b"v=2");
    assert_eq!(
        second.cseq().unwrap().number,
        first.cseq().unwrap().number + 1
    );
    let branch = |message: &Message| message.via().unwrap().branch().map(str::to_owned);
    assert_ne!(branch(&first), branch(&second));
    assert_eq!(first.to().unwrap().tag(), second.to().unwrap().tag());
}

/// Alice has called Carol, with an offer or without, and Carol has answered with this.
fn carol_answers(net: &mut Net, body: Option<&'static str>) -> SessionId {
    let alice = match body {
        Some(_) => net.call(CAROL),
        None => net.call_without_offer(CAROL),
    };
    net.run(LATENCY);
    let invite = net.received(CAROL);
    let bytes = Writer::reply(&invite, 200, Some("c"), None)
        .header(HeaderName::Contact, "<sip:carol@192.0.2.3>")
        .body("application/sdp", body.unwrap_or("v=9").as_bytes());
    net.inject(CAROL, ALICE, bytes);
    net.run(2 * LATENCY);
    alice
}

#[test]
fn an_offer_in_the_answer_is_answered_in_ack() {
    let mut net = Net::new();
    let alice = carol_answers(&mut net, None);
    let Event::Answered { offers: true, .. } = net.last_event(ALICE) else {
        panic!("no offer");
    };
    net.says();
    for _ in 0..2 {
        net.act(ALICE, |agent, now| {
            agent.acknowledge(alice, &[], &sdp("v=8"), now);
        });
    }
    net.run(LATENCY);
    assert_eq!(net.says(), ["alice>carol ACK"]);
    assert_eq!(net.received_last(CAROL).body(), b"v=8");

    // The same for a re-INVITE without offer, as often as its 2xx comes.
    reinvite(&mut net, ALICE, alice, None);
    net.run(LATENCY);
    let request = net.received_last(CAROL);
    let bytes = Writer::reply(&request, 200, None, None)
        .header(HeaderName::Contact, "<sip:other@192.0.2.3>")
        .body("application/sdp", b"v=7");
    net.inject(CAROL, ALICE, bytes.clone());
    net.run(LATENCY);
    let Event::Replied { offers: true, .. } = net.last_event(ALICE) else {
        panic!("no offer");
    };
    net.says();
    net.inject(CAROL, ALICE, bytes.clone());
    net.run(LATENCY);
    assert_eq!(net.says(), ["carol>alice 200 INVITE"]);
    net.act(ALICE, |agent, now| {
        agent.acknowledge(alice, &[], &sdp("v=6"), now);
    });
    net.inject(CAROL, ALICE, bytes);
    net.run(2 * LATENCY);
    assert_eq!(
        net.says(),
        [
            "alice>carol ACK",
            "carol>alice 200 INVITE",
            "alice>carol ACK"
        ]
    );
    let (second, first) = (net.received_last(CAROL), net.received_last(CAROL));
    assert_eq!(first.as_bytes(), second.as_bytes());
    assert_eq!(first.body(), b"v=6");
    assert_eq!(first.request_uri(), "sip:other@192.0.2.3");
}

#[test]
fn hanging_up_instead_of_answering_an_offer_acknowledges_it_first() {
    let mut net = Net::new();
    let alice = carol_answers(&mut net, None);
    net.says();
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    assert_eq!(net.says(), ["alice>carol ACK", "alice>carol BYE"]);
}

#[test]
fn one_without_any_answer_ends_the_session() {
    let mut net = Net::new();
    let (alice, _) = net.conversation();
    net.lose(|line| line.starts_with("bob>") && line.contains("INVITE"));
    reinvite(&mut net, ALICE, alice, Some("v=2"));
    net.run(33 * S);
    let said = net.says();
    let at = |line: &str| said.iter().position(|said| said == line).unwrap();
    assert!(at("alice: Reinvite 408") < at("alice>bob BYE"));
    net.rest();
}

#[test]
fn hanging_up_while_one_is_open_ends_both() {
    let mut net = Net::new();
    let (alice, _) = net.conversation();
    reinvite(&mut net, ALICE, alice, Some("v=2"));
    net.run(LATENCY);
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    let said = net.says();
    for line in ["alice>bob BYE", "bob>alice 487 INVITE", "alice: Terminated"] {
        assert!(said.contains(&line.into()), "{said:?}");
    }
    net.rest();
}

#[test]
fn there_is_none_before_the_answer() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    reinvite(&mut net, ALICE, alice, Some("v=2"));
    reinvite(&mut net, BOB, bob, Some("v=2"));
    assert_eq!(net.says(), ["bob: Reinvite 491"]);
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.rest();
}
