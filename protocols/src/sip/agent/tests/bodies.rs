//! What ends a call may have a body, CANCEL excepted (RFC 3261 table 2).

use super::*;

fn isup(text: &'static str) -> Body {
    Body {
        content_type: "application/isup;version=itu-t92+".into(),
        bytes: Bytes::from_static(text.as_bytes()),
    }
}

/// The first message on its way that begins so.
fn sent(net: &Net, start: &str) -> Message {
    let bytes = net.in_flight();
    let found = bytes.iter().find(|it| it.starts_with(start.as_bytes()));
    Message::parse(found.unwrap().clone()).unwrap()
}

#[test]
fn a_refusal_has_a_body() {
    let mut net = Net::new();
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    let body = isup("busy");
    net.act(BOB, |agent, now| {
        let content = Content {
            headers: &[],
            body: Some(&body),
        };
        agent.reject(bob, 486, content, now);
    });
    let refusal = sent(&net, "SIP/2.0 486");
    assert_eq!(refusal.body(), b"busy");
    net.run(S);
    net.rest();
}

#[test]
fn bye_and_its_answer_have_bodies() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    net.act(BOB, |agent, _| agent.part_with(bob, isup("complete")));
    let body = isup("release");
    net.act(ALICE, |agent, now| {
        let content = Content {
            headers: &[],
            body: Some(&body),
        };
        agent.hang_up(alice, content, now);
    });
    assert_eq!(sent(&net, "BYE").body(), b"release");
    net.run(LATENCY);
    assert_eq!(sent(&net, "SIP/2.0 200").body(), b"complete");
    net.run(S);
    net.rest();
}

/// CANCEL goes without; BYE has it where the answer crossed before CANCEL could be sent.
#[test]
fn cancel_has_none() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(LATENCY);
    net.run(LATENCY);
    let body = isup("release");
    net.act(ALICE, |agent, now| {
        let content = Content {
            headers: &[],
            body: Some(&body),
        };
        agent.hang_up(alice, content, now);
    });
    assert_eq!(sent(&net, "CANCEL").body(), b"");
    net.run(S);
    net.rest();
}

#[test]
fn a_call_that_is_answered_before_anything_else_is_ended_with_the_body() {
    let mut net = Net::new();
    net.lose(|line| line == "bob>alice 100 INVITE");
    let alice = net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    let body = isup("release");
    net.act(ALICE, |agent, now| {
        let content = Content {
            headers: &[],
            body: Some(&body),
        };
        agent.hang_up(alice, content, now);
    });
    let answer = sdp("v=1");
    net.act(BOB, |agent, now| agent.answer(bob, &[], Some(&answer), now));
    net.run(LATENCY);
    assert_eq!(sent(&net, "BYE").body(), b"release");
    net.run(S);
    net.rest();
}

#[test]
fn an_invite_that_is_given_up_is_answered_with_a_body() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, _| agent.give_up_with(bob, isup("release")));
    net.run(LATENCY);
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(LATENCY);
    assert_eq!(sent(&net, "SIP/2.0 487").body(), b"release");
    net.run(S);
    net.rest();
}
