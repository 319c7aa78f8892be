//! Calls as they should go (RFC 3665 §3), also where the network loses messages.

use super::*;

#[test]
fn a_call_rings_is_answered_and_hung_up_by_the_caller() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now)
    });
    net.run(LATENCY);
    let answer = sdp("v=1");
    net.act(BOB, |agent, now| agent.answer(bob, &[], Some(&answer), now));
    net.run(S);
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>bob INVITE",
            "bob>alice 100 INVITE",
            "bob: Invite",
            "bob>alice 180 INVITE",
            "alice: Progress 180",
            "bob>alice 200 INVITE",
            "alice>bob ACK",
            "alice: Answered",
            "bob: Acknowledged",
            "alice>bob BYE",
            "bob>alice 200 BYE",
            "bob: Bye",
            "bob: Terminated",
            "alice: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn the_callee_hangs_up_with_a_reason() {
    let mut net = Net::new();
    let (_, bob) = net.conversation();
    let reason = (HeaderName::Reason, "Q.850;cause=16".to_string());
    net.act(BOB, |agent, now| agent.hang_up(bob, &[reason], now));
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "bob>alice BYE",
            "alice>bob 200 BYE",
            "alice: Bye",
            "alice: Terminated",
            "bob: Terminated",
        ]
    );
    net.last_event(ALICE);
    let Event::Bye { request, .. } = net.last_event(ALICE) else {
        panic!("no BYE");
    };
    assert_eq!(request.reasons().next().unwrap().q850(), Some(16));
    net.rest();
}

#[test]
fn a_refused_call_is_acknowledged_and_forgotten() {
    let mut net = Net::new();
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.run(LATENCY);
    assert_eq!(
        net.says()[3..],
        [
            "bob>alice 486 INVITE",
            "bob: Terminated",
            "alice>bob ACK",
            "alice: Rejected 486",
            "alice: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn offer_and_answer_pass_untouched() {
    let mut net = Net::new();
    net.call(BOB);
    net.run(LATENCY);
    let Event::Invite {
        request, session, ..
    } = net.last_event(BOB)
    else {
        panic!("no INVITE");
    };
    assert_eq!(request.request_uri(), "tel:+491715407090");
    assert_eq!(request.body(), b"v=0");
    assert!(request.privacy().id);
    assert_eq!(request.max_forwards().unwrap(), Some(70));
    assert!(
        request
            .via()
            .unwrap()
            .branch()
            .unwrap()
            .starts_with("z9hG4bKx0")
    );
    assert!(request.from().unwrap().tag().unwrap().starts_with("x0"));
    net.act(BOB, |agent, now| {
        agent.answer(session, &[], Some(&sdp("v=1")), now);
    });
    net.run(LATENCY);
    let Event::Answered { response, .. } = net.last_event(ALICE) else {
        panic!("no answer");
    };
    assert_eq!(response.body(), b"v=1");
    assert!(response.to().unwrap().tag().unwrap().starts_with("x1"));
}

/// Each message of a call is lost once, and each twice; the call goes through all the same.
#[test]
fn every_message_may_be_lost() {
    let lines = [
        "alice>bob INVITE",
        "bob>alice 100 INVITE",
        "bob>alice 180 INVITE",
        "bob>alice 200 INVITE",
        "alice>bob ACK",
        "alice>bob BYE",
        "bob>alice 200 BYE",
    ];
    for line in lines {
        for times in 1..=2 {
            let mut net = Net::new();
            let mut left = times;
            net.lose(move |said| {
                let lost = said == line && left > 0;
                left -= u32::from(lost);
                lost
            });
            let alice = net.call(BOB);
            net.run(2 * S);
            let bob = net.incoming(BOB);
            net.act(BOB, |agent, now| {
                agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now)
            });
            net.run(S);
            net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
            net.run(5 * S);
            net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
            net.run(5 * S);
            let said = net.says();
            let events: Vec<_> = said.iter().filter(|line| line.contains(": ")).collect();
            let progress = usize::from(said.contains(&"alice: Progress 180".to_string()));
            assert!(progress == 1 || line.contains("180"), "{line}");
            assert_eq!(events.len(), 6 + progress, "{line} {events:?}");
            net.rest();
        }
    }
}
