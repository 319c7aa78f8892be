//! What happens when nothing happens (RFC 3261 §17.1.1.2, §17.2.1, §13.3.1, §9.1).

use super::*;

#[test]
fn an_invite_nobody_hears_is_sent_seven_times_and_rejected_with_408() {
    let mut net = Net::new();
    net.lose(|line| line == "alice>bob INVITE");
    net.call(BOB);
    let sent = times(&mut net, "alice>bob INVITE", 31 * S);
    assert_eq!(sent, [0.0, 0.5, 1.5, 3.5, 7.5, 15.5]);
    net.run(2 * S);
    assert_eq!(
        net.says(),
        [
            "alice>bob INVITE (lost)",
            "alice: Rejected 408",
            "alice: Terminated"
        ]
    );
    net.rest();
}

#[test]
fn an_invite_that_cannot_be_sent_is_rejected_with_503() {
    let mut net = Net::new();
    let invite = |agent: &mut UserAgent, now| {
        let invite = Invite {
            request_uri: "tel:+1".into(),
            target: hop(BOB),
            from: "<tel:+2>".into(),
            to: "<tel:+1>".into(),
            headers: Vec::new(),
            body: None,
        };
        agent.invite(invite, now);
        let Some(Output::Transmit(transmit)) = agent.poll_output() else {
            panic!("nothing sent");
        };
        agent.transport_failed(transmit.clone(), now);
        agent.transport_failed(transmit, now);
    };
    net.act(ALICE, invite);
    assert_eq!(net.says(), ["alice: Rejected 503", "alice: Terminated"]);
    net.rest();
}

#[test]
fn an_answer_without_ack_is_sent_again_and_then_the_call_is_ended() {
    let mut net = Net::new();
    net.lose(|line| line == "alice>bob ACK");
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    let sent = times(&mut net, "bob>alice 200 INVITE", 31 * S);
    assert_eq!(
        sent,
        [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5]
    );
    net.run(2 * S);
    let said = net.says();
    assert!(said.contains(&"bob>alice BYE".into()), "{said:?}");
    assert_eq!(said.last().unwrap(), "bob: Terminated");
    net.rest();
}

#[test]
fn every_repeated_answer_is_acknowledged() {
    let mut net = Net::new();
    let mut acks = 0;
    net.lose(move |line| {
        acks += u32::from(line == "alice>bob ACK");
        line == "alice>bob ACK" && acks < 4
    });
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    net.run(10 * S);
    let said = net.says();
    let answered = said
        .iter()
        .filter(|line| *line == "alice: Answered")
        .count();
    assert_eq!(answered, 1);
    assert_eq!(said.last().unwrap(), "bob: Acknowledged");
}

#[test]
fn a_refusal_without_ack_is_sent_again_until_timer_h() {
    let mut net = Net::new();
    net.lose(|line| line == "alice>bob ACK");
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    let sent = times(&mut net, "bob>alice 486 INVITE", 40 * S);
    assert_eq!(
        sent,
        [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    );
    net.rest();
}

#[test]
fn ringing_is_said_again_every_minute() {
    let mut net = Net::new();
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    net.act(BOB, |agent, now| {
        agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now)
    });
    let sent = times(&mut net, "bob>alice 180 INVITE", 200 * S);
    assert_eq!(sent, [0.0, 60.0, 120.0, 180.0]);
    net.act(BOB, |agent, now| agent.reject(bob, 480, &[], now));
    net.rest();
}

#[test]
fn a_cancelled_call_ends_though_the_callee_is_silent() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(S);
    net.lose(|line| line.starts_with("bob>"));
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(31 * S);
    assert_eq!(net.agent(ALICE).sessions(), 1);
    net.run(2 * S);
    assert_eq!(net.agent(ALICE).sessions(), 0);
    assert_eq!(net.says().last().unwrap(), "alice: Terminated");
    net.rest();
}

#[test]
fn a_bye_without_answer_ends_the_call_after_timer_f() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    net.lose(|line| line.starts_with("bob>"));
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    let sent = times(&mut net, "alice>bob BYE", 33 * S);
    assert_eq!(
        sent,
        [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    );
    assert_eq!(net.agent(ALICE).sessions(), 0);
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

#[test]
fn over_a_reliable_transport_nothing_is_sent_twice() {
    let mut net =
        Net::with(|config| config.transactions.local.transport = crate::sip::Transport::Tcp);
    let alice = net.call(BOB);
    net.run(40 * MS);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.run(S);
    assert_eq!(net.agent(ALICE).transactions(), 0);
    assert_eq!(net.agent(BOB).transactions(), 0);
    assert!(net.agent(ALICE).session(alice).is_none());
    net.says();
    net.lose(|line| line.ends_with("BYE") || line == "alice>bob INVITE");
    net.call(BOB);
    let sent = times(&mut net, "alice>bob INVITE", 40 * S);
    assert_eq!(sent.len(), 1);
    net.rest();
}

#[test]
fn every_repeated_answer_gets_the_same_ack() {
    let mut net = Net::new();
    net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    let contact = format!("<sip:{}>", address(CAROL));
    let answer = Writer::reply(&invite, 200, Some("c"), None)
        .header(HeaderName::Contact, &contact)
        .finish();
    let mut ack = || {
        net.inject(CAROL, ALICE, answer.clone());
        net.run(LATENCY * 2);
        net.received(CAROL)
    };
    let (first, second) = (ack(), ack());
    assert_eq!(first.method().as_str(), "ACK");
    assert_eq!(first.as_bytes(), second.as_bytes());
    let branch = |message: &Message| message.via().unwrap().branch().map(str::to_owned);
    assert_ne!(branch(&first), branch(&invite));
}
