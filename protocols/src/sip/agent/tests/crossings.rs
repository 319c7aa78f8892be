//! Messages that cross on their way (RFC 3261 §9, §14, §15; RFC 5407).

use super::*;

#[test]
fn cancel_waits_for_a_provisional_response() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>bob INVITE",
            "bob>alice 100 INVITE",
            "bob: Invite",
            "alice>bob CANCEL",
            "bob>alice 200 CANCEL",
            "bob: Cancelled",
            "bob>alice 487 INVITE",
            "bob: Terminated",
            "alice>bob ACK",
            "alice: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn cancel_repeats_what_identifies_the_invite_and_says_why() {
    let mut net = Net::new();
    let alice = net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    let ringing = Writer::reply(&invite, 180, Some("c"), None).finish();
    net.inject(CAROL, ALICE, ringing);
    net.run(LATENCY);
    let reason = (HeaderName::Reason, "Q.850;cause=16".to_string());
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[reason], now));
    net.run(LATENCY);
    let cancel = net.received(CAROL);
    for name in [
        HeaderName::Via,
        HeaderName::From,
        HeaderName::To,
        HeaderName::CallId,
    ] {
        assert_eq!(cancel.header(name), invite.header(name), "{name}");
    }
    assert_eq!(cancel.request_uri(), invite.request_uri());
    assert_eq!(cancel.cseq().unwrap().number, 1);
    assert_eq!(cancel.reasons().next().unwrap().q850(), Some(16));
}

#[test]
fn an_answer_that_crosses_cancel_is_acknowledged_and_ended() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(S);
    let bob = net.incoming(BOB);
    net.says();
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "bob>alice 200 INVITE",
            "alice>bob CANCEL",
            "alice>bob ACK",
            "alice>bob BYE",
            "bob>alice 200 CANCEL",
            "bob: Acknowledged",
            "bob>alice 200 BYE",
            "bob: Bye",
            "bob: Terminated",
            "alice: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn a_refusal_that_crosses_cancel_ends_the_call_quietly() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(S);
    let bob = net.incoming(BOB);
    net.says();
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    let said = net.says();
    assert!(
        !said.iter().any(|line| line.contains("Rejected")),
        "{said:?}"
    );
    assert!(said.contains(&"bob>alice 200 CANCEL".into()));
    net.rest();
}

#[test]
fn byes_that_cross_are_both_answered() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>bob BYE",
            "bob>alice BYE",
            "bob>alice 200 BYE",
            "alice>bob 200 BYE",
            "alice: Terminated",
            "bob: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn the_callee_sends_bye_only_after_ack() {
    let mut net = Net::new();
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    net.act(BOB, |agent, now| {
        agent.answer(bob, &[], None, now);
        agent.hang_up(bob, &[], now);
    });
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "bob>alice 200 INVITE",
            "alice>bob ACK",
            "alice: Answered",
            "bob>alice BYE",
            "alice>bob 200 BYE",
            "alice: Bye",
            "alice: Terminated",
            "bob: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn commands_that_come_too_late_have_no_effect() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    net.says();
    for (party, session) in [(ALICE, alice), (BOB, bob)] {
        net.act(party, |agent, now| {
            agent.progress(session, 180, &[], None, Reliability::WhenRequired, now);
            agent.answer(session, &[], None, now);
            agent.reject(session, 486, &[], now);
            agent.hang_up(session, &[], now);
        });
    }
    assert_eq!(net.says(), [""; 0]);
    net.rest();
}

#[test]
fn bye_in_an_early_dialog_ends_the_call_with_487() {
    let mut net = Net::new();
    net.inject(CAROL, BOB, CAROLS.bytes());
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now)
    });
    net.run(LATENCY);
    net.received(CAROL);
    let tag = net.received(CAROL).to().unwrap().tag().unwrap().to_string();
    net.says();
    let bye = Request {
        method: "BYE",
        branch: "z9hG4bKcarol2",
        cseq: 2,
        to_tag: &tag,
        ..CAROLS
    };
    net.inject(CAROL, BOB, bye.bytes());
    net.run(LATENCY);
    assert_eq!(
        net.says(),
        [
            "carol>bob BYE",
            "bob>carol 200 BYE",
            "bob>carol 487 INVITE",
            "bob: Bye",
            "bob: Terminated",
        ]
    );
    net.rest();
}

/// Carol is in a call with Bob and knows his tag.
pub(super) fn carols_call(net: &mut Net) -> (SessionId, String) {
    net.inject(CAROL, BOB, CAROLS.bytes());
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    net.run(LATENCY);
    net.received(CAROL);
    let tag = net.received(CAROL).to().unwrap().tag().unwrap().to_string();
    net.says();
    (bob, tag)
}

pub(super) fn acknowledge(net: &mut Net, tag: &str, cseq: u32) {
    let ack = Request {
        method: "ACK",
        branch: "z9hG4bKcarolack",
        cseq,
        to_tag: tag,
        ..CAROLS
    };
    net.inject(CAROL, BOB, ack.bytes());
    net.run(LATENCY);
}

#[test]
fn a_reinvite_is_answered_rejected_or_withdrawn() {
    let mut net = Net::new();
    let (bob, tag) = carols_call(&mut net);
    acknowledge(&mut net, &tag, 1);
    let reinvite = |branch, cseq| Request {
        branch,
        cseq,
        to_tag: &tag,
        more: "Contact: <sip:carol@192.0.2.3:5060>\r\n",
        ..CAROLS
    };
    assert_eq!(net.ask(&reinvite("z9hG4bKr2", 2)).status(), 100);
    net.act(BOB, |agent, now| agent.reject(bob, 488, &[], now));
    net.run(LATENCY);
    assert_eq!(net.received(CAROL).status(), 488);
    acknowledge(&mut net, &tag, 2);

    assert_eq!(net.ask(&reinvite("z9hG4bKr3", 3)).status(), 100);
    // One at a time (§14.2).
    let refused = net.ask(&reinvite("z9hG4bKr4", 4));
    assert_eq!(refused.status(), 500);
    assert!(refused.header(HeaderName::RetryAfter).is_some());
    let cancel = Request {
        method: "CANCEL",
        ..reinvite("z9hG4bKr3", 3)
    };
    assert_eq!(net.ask(&cancel).status(), 487);
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));

    net.says();
    assert_eq!(net.ask(&reinvite("z9hG4bKr5", 5)).status(), 100);
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    net.run(LATENCY);
    assert_eq!(net.received(CAROL).status(), 200);
    // Not before the answer is acknowledged.
    assert_eq!(net.ask(&reinvite("z9hG4bKr6", 6)).status(), 491);
    acknowledge(&mut net, &tag, 5);
    assert_eq!(net.says().last().unwrap(), "bob: Acknowledged");
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.run(LATENCY);
    assert_eq!(
        net.received(CAROL).request_uri(),
        "sip:carol@192.0.2.3:5060"
    );
    net.rest();
}

#[test]
fn hanging_up_answers_a_reinvite_first() {
    let mut net = Net::new();
    let (bob, tag) = carols_call(&mut net);
    acknowledge(&mut net, &tag, 1);
    let reinvite = Request {
        branch: "z9hG4bKr2",
        cseq: 2,
        to_tag: &tag,
        ..CAROLS
    };
    net.ask(&reinvite);
    net.says();
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    assert_eq!(net.says(), ["bob>carol 487 INVITE", "bob>carol BYE"]);
    net.rest();
}

#[test]
fn a_second_invite_before_the_first_is_answered_is_refused_with_500() {
    let mut net = Net::new();
    net.inject(CAROL, BOB, CAROLS.bytes());
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        agent.progress(bob, 183, &[], None, Reliability::WhenRequired, now)
    });
    net.run(LATENCY);
    net.received(CAROL);
    let tag = net.received(CAROL).to().unwrap().tag().unwrap().to_string();
    let second = Request {
        branch: "z9hG4bKr2",
        cseq: 2,
        to_tag: &tag,
        ..CAROLS
    };
    assert_eq!(net.ask(&second).status(), 500);
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.run(LATENCY);
    assert_eq!(net.received(CAROL).status(), 480);
    net.rest();
}
