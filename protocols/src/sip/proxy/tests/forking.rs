//! Forks, their best answer, and CANCEL (RFC 3261 §16.6–16.10).

use super::*;
use crate::sip::Reliability;

#[test]
fn all_ring_one_answers_and_the_others_are_cancelled() {
    let mut net = Net::with_proxy(|_| {});
    let alice = net.call(PROXY);
    net.run(LATENCY);
    let targets = [target(BOB), target(DAVE), target(CAROL)];
    net.decide(|proxy, id, now| proxy.forward(id, &targets, now));
    net.run(LATENCY);
    let (bob, dave) = (net.incoming(BOB), net.incoming(DAVE));
    net.act(BOB, |agent, now| {
        agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now)
    });
    net.act(DAVE, |agent, now| {
        agent.progress(dave, 183, &[], None, Reliability::WhenRequired, now)
    });
    let to_carol = net.received(CAROL);
    assert_eq!(to_carol.request_uri(), "sip:2@192.0.2.3:5060");
    net.run(2 * LATENCY);
    net.act(DAVE, |agent, now| {
        agent.answer(dave, &[], Some(&sdp("v=1")), now)
    });
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>proxy INVITE",
            "proxy>alice 100 INVITE",
            "proxy? INVITE",
            "proxy>bob INVITE",
            "proxy>dave INVITE",
            "proxy>carol INVITE",
            "bob>proxy 100 INVITE",
            "bob: Invite",
            "dave>proxy 100 INVITE",
            "dave: Invite",
            "bob>proxy 180 INVITE",
            "dave>proxy 183 INVITE",
            "proxy>alice 180 INVITE",
            "proxy>alice 183 INVITE",
            "alice: Progress 180",
            "alice: Progress 183",
            "dave>proxy 200 INVITE",
            "proxy>alice 200 INVITE",
            "proxy>bob CANCEL",
            "alice>proxy ACK",
            "alice: Answered",
            "bob>proxy 200 CANCEL",
            "bob: Cancelled",
            "bob>proxy 487 INVITE",
            "bob: Terminated",
            "proxy>dave ACK",
            "proxy>bob ACK",
            "dave: Acknowledged",
            "proxy>carol INVITE",
        ]
    );
    // Carol has not said anything; what she says now is too late.
    let ringing = Writer::reply(&to_carol, 180, Some("c"), None).finish();
    net.inject(CAROL, PROXY, ringing);
    net.run(3 * LATENCY);
    net.received(CAROL);
    let cancel = net.received(CAROL);
    assert_eq!(short(&cancel), "CANCEL");
    assert_eq!(cancel.reasons().next().unwrap().cause(), Some(200));
    for (request, status) in [(&cancel, 200), (&to_carol, 487)] {
        let bytes = Writer::reply(request, status, Some("c"), None).finish();
        net.inject(CAROL, PROXY, bytes);
    }
    net.run(2 * LATENCY);
    assert_eq!(short(&net.received(CAROL)), "ACK");
    assert!(said_by(&net.says(), "proxy>alice").is_empty());
    assert_eq!(net.proxy().len(), 0);

    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>proxy BYE",
            "proxy>dave BYE",
            "dave>proxy 200 BYE",
            "dave: Bye",
            "dave: Terminated",
            "proxy>alice 200 BYE",
            "alice: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn bye_of_the_callee_takes_the_same_way_back() {
    let mut net = Net::with_proxy(|_| {});
    fork(&mut net, &[BOB]);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    net.run(S);
    net.says();
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.run(S);
    assert_eq!(net.says()[..2], ["bob>proxy BYE", "proxy>alice BYE"]);
    net.rest();
}

#[test]
fn the_best_of_the_refusals_goes_back_when_all_are_there() {
    let mut net = Net::with_proxy(|_| {});
    fork(&mut net, &[BOB, DAVE]);
    let (bob, dave) = (net.incoming(BOB), net.incoming(DAVE));
    net.act(DAVE, |agent, now| agent.reject(dave, 480, &[], now));
    net.run(S);
    assert!(said_by(&net.says(), "alice").is_empty());
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.run(S);
    assert_eq!(
        said_by(&net.says(), "alice:"),
        ["alice: Rejected 486", "alice: Terminated"]
    );
    net.rest();
}

#[test]
fn a_decline_of_the_user_ends_all_branches() {
    let mut net = Net::with_proxy(|_| {});
    fork(&mut net, &[BOB, DAVE]);
    let dave = net.incoming(DAVE);
    net.act(DAVE, |agent, now| agent.reject(dave, 603, &[], now));
    net.run(S);
    let said = net.says();
    assert_eq!(
        said_by(&said, "bob:"),
        ["bob: Cancelled", "bob: Terminated"]
    );
    assert_eq!(
        said_by(&said, "alice:"),
        ["alice: Rejected 603", "alice: Terminated"]
    );
    net.rest();
}

#[test]
fn a_caller_who_hangs_up_cancels_all_branches() {
    let mut net = Net::with_proxy(|_| {});
    let alice = fork(&mut net, &[BOB, DAVE, CAROL]);
    let reason = (HeaderName::Reason, "Q.850;cause=16".to_string());
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[reason], now));
    net.run(S);
    let said = net.says();
    assert_eq!(
        said_by(&said, "bob:"),
        ["bob: Cancelled", "bob: Terminated"]
    );
    assert_eq!(
        said_by(&said, "dave:"),
        ["dave: Cancelled", "dave: Terminated"]
    );
    net.last_event(BOB);
    let crate::sip::Event::Cancelled { request, .. } = net.last_event(BOB) else {
        panic!("not cancelled");
    };
    assert_eq!(request.reasons().next().unwrap().q850(), Some(16));
    // Carol never says anything: timer B ends her branch.
    net.run(33 * S);
    assert_eq!(said_by(&net.says(), "alice:"), ["alice: Terminated"]);
    net.rest();
}

#[test]
fn a_cancelled_branch_that_never_answers_is_given_up() {
    let mut net = Net::with_proxy(|_| {});
    let alice = fork(&mut net, &[BOB]);
    net.lose(|line| line.starts_with("bob>"));
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(31 * S);
    assert_eq!(net.proxy().len(), 1);
    net.run(2 * S);
    assert_eq!(net.proxy().len(), 0);
    net.rest();
}

#[test]
fn nobody_there_is_408_and_unreachable_500() {
    let mut net = Net::with_proxy(|_| {});
    net.lose(|line| line == "proxy>bob INVITE");
    fork(&mut net, &[BOB]);
    net.run(33 * S);
    assert_eq!(said_by(&net.says(), "alice: Rej"), ["alice: Rejected 408"]);

    net.call(PROXY);
    net.run(LATENCY);
    net.decide(|proxy, id, now| {
        proxy.forward(id, &[target(BOB)], now);
        while let Some(output) = proxy.poll_output() {
            if let ProxyOutput::Transmit(transmit) = output {
                proxy.transport_failed(transmit, now);
                break;
            }
        }
    });
    net.run(LATENCY);
    assert_eq!(said_by(&net.says(), "alice: Rej"), ["alice: Rejected 500"]);
    net.rest();
}

#[test]
fn a_branch_may_ring_for_three_minutes_without_a_sign() {
    let mut net = Net::with_proxy(|_| {});
    fork(&mut net, &[CAROL]);
    let invite = net.received(CAROL);
    let ringing = Writer::reply(&invite, 180, Some("c"), None).finish();
    for _ in 0..3 {
        net.inject(CAROL, PROXY, ringing.clone());
        net.run(180 * S);
    }
    assert!(said_by(&net.says(), "proxy>carol CANCEL").is_empty());
    net.run(2 * S);
    assert!(!said_by(&net.says(), "proxy>carol CANCEL").is_empty());
    net.run(40 * S);
    assert_eq!(said_by(&net.says(), "alice: Rej"), ["alice: Rejected 487"]);
    net.rest();
}

#[test]
fn a_silent_branch_ends_with_timer_c_where_timer_b_is_longer() {
    let mut net = Net::with_proxy(|config| config.timer_c = 20 * S);
    net.lose(|line| line == "proxy>bob INVITE");
    fork(&mut net, &[BOB]);
    net.run(21 * S);
    assert_eq!(said_by(&net.says(), "alice: Rej"), ["alice: Rejected 408"]);
    net.rest();
}

#[test]
fn a_second_answer_goes_back_and_is_ended_by_the_caller() {
    let mut net = Net::with_proxy(|_| {});
    let alice = fork(&mut net, &[BOB, DAVE]);
    let (bob, dave) = (net.incoming(BOB), net.incoming(DAVE));
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    net.act(DAVE, |agent, now| agent.answer(dave, &[], None, now));
    net.run(S);
    let said = net.says();
    assert_eq!(said_by(&said, "alice:"), ["alice: Answered"]);
    assert_eq!(
        said_by(&said, "dave:"),
        ["dave: Acknowledged", "dave: Bye", "dave: Terminated"]
    );
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.rest();
}

#[test]
fn a_lossy_network_is_made_up_for() {
    for loss in 3..9 {
        let mut net = Net::with_proxy(|_| {});
        let mut count = 0;
        net.lose(move |_| {
            count += 1;
            count % loss == 0
        });
        let alice = net.call(PROXY);
        net.run(2 * S);
        net.decide(|proxy, id, now| proxy.forward(id, &[target(BOB), target(DAVE)], now));
        net.run(5 * S);
        let bob = net.incoming(BOB);
        net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
        net.run(20 * S);
        net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
        net.run(40 * S);
        assert!(said_by(&net.says(), "alice: Answered").len() == 1, "{loss}");
        net.rest();
    }
}
