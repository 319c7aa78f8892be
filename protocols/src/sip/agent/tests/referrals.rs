//! REFER within a call, and NOTIFY of what comes of it (RFC 3515, RFC 4488).

use super::*;

/// Carol has called Bob, who has answered; Bob's session and tag.
fn carol_speaks_to_bob(net: &mut Net) -> (SessionId, String) {
    let (bob, tag) = crossings::carols_call(net);
    crossings::acknowledge(net, &tag, 1);
    net.run(LATENCY);
    net.says();
    (bob, tag)
}

fn refer(tag: &str, cseq: u32, more: &str) -> Bytes {
    let branch = format!("z9hG4bKrefer{cseq}");
    let request = Request {
        method: "REFER",
        cseq,
        to_tag: tag,
        branch: &branch,
        more,
        ..CAROLS
    };
    request.bytes()
}

const TO_DAVE: &str =
    "Contact: <sip:carol@192.0.2.3>\r\nRefer-To: <sip:+4930123456@example.com;user=phone>\r\n";

fn accept(net: &mut Net, session: SessionId) {
    let Event::Referred { transaction, .. } = net.last_event(BOB) else {
        panic!("no REFER");
    };
    net.act(BOB, |agent, now| {
        agent.accept_referral(session, transaction, 100, now);
    });
    net.run(2 * LATENCY);
}

/// Answers a request that Carol was sent, and gives it back.
fn carol_takes(net: &mut Net, method: &str) -> Message {
    let request = net.received(CAROL);
    assert_eq!(request.method().as_str(), method);
    let answer = Writer::reply(&request, 200, None, None).finish();
    net.inject(CAROL, BOB, answer);
    request
}

#[test]
fn the_sender_of_a_refer_hears_what_comes_of_it() {
    let mut net = Net::new();
    let (bob, tag) = carol_speaks_to_bob(&mut net);
    net.inject(CAROL, BOB, refer(&tag, 2, TO_DAVE));
    net.run(LATENCY);
    accept(&mut net, bob);
    let accepted = net.received(CAROL);
    assert_eq!(accepted.status(), 202);
    assert!(accepted.contact().unwrap().is_some());
    let trying = carol_takes(&mut net, "NOTIFY");
    assert_eq!(trying.text(HeaderName::Event), Some("refer;id=2"));
    let state = trying.text(HeaderName::SubscriptionState).unwrap();
    assert!(state.starts_with("active;expires="), "{state}");
    let kind = trying.text(HeaderName::ContentType);
    assert_eq!(kind, Some("message/sipfrag;version=2.0"));
    assert_eq!(trying.body(), b"SIP/2.0 100 Trying\r\n");
    net.act(BOB, |agent, now| agent.report_referral(bob, 200, now));
    net.run(LATENCY);
    let done = carol_takes(&mut net, "NOTIFY");
    assert_eq!(done.body(), b"SIP/2.0 200 OK\r\n");
    let state = done.text(HeaderName::SubscriptionState).unwrap();
    assert_eq!(state, "terminated;reason=noresource");
    net.act(BOB, |agent, now| {
        // Nobody listens any more.
        agent.report_referral(bob, 200, now);
        agent.hang_up(bob, &[], now);
    });
    net.run(LATENCY);
    carol_takes(&mut net, "BYE");
    net.rest();
}

#[test]
fn who_does_not_want_to_know_is_not_told() {
    let mut net = Net::new();
    let (bob, tag) = carol_speaks_to_bob(&mut net);
    let more = format!("{TO_DAVE}Supported: norefersub\r\nRefer-Sub: False\r\n");
    net.inject(CAROL, BOB, refer(&tag, 2, &more));
    net.run(LATENCY);
    accept(&mut net, bob);
    let accepted = net.received(CAROL);
    assert_eq!(accepted.status(), 202);
    let field = accepted.text(HeaderName::Other("Refer-Sub"));
    assert_eq!(field, Some("false"));
    net.act(BOB, |agent, now| agent.report_referral(bob, 200, now));
    net.run(LATENCY);
    assert!(!net.says().iter().any(|line| line.contains("NOTIFY")));
}

/// RFC 5057 §4.1: the subscription keeps the dialog when the call is over.
#[test]
fn a_call_that_is_over_is_still_told_of() {
    let mut net = Net::new();
    let (bob, tag) = carol_speaks_to_bob(&mut net);
    net.inject(CAROL, BOB, refer(&tag, 2, TO_DAVE));
    net.run(LATENCY);
    accept(&mut net, bob);
    net.received(CAROL);
    carol_takes(&mut net, "NOTIFY");
    let in_dialog = |method: &'static str, branch: &'static str, cseq: u32| {
        let request = Request {
            method,
            branch,
            cseq,
            to_tag: &tag,
            ..CAROLS
        };
        request.bytes()
    };
    net.says();
    net.inject(CAROL, BOB, in_dialog("BYE", "z9hG4bKbye", 3));
    net.run(2 * LATENCY);
    assert_eq!(net.received(CAROL).status(), 200);
    assert_eq!(
        net.says(),
        ["carol>bob BYE", "bob>carol 200 BYE", "bob: Bye"]
    );
    // The call itself is over.
    net.inject(CAROL, BOB, in_dialog("INVITE", "z9hG4bKagain", 4));
    net.run(2 * LATENCY);
    assert_eq!(net.received(CAROL).status(), 481);
    net.act(BOB, |agent, now| agent.report_referral(bob, 486, now));
    net.run(LATENCY);
    let busy = carol_takes(&mut net, "NOTIFY");
    assert_eq!(busy.body(), b"SIP/2.0 486 Busy Here\r\n");
    assert!(net.says().contains(&"bob: Terminated".into()));
    net.rest();
}

#[test]
fn what_is_no_referral_has_its_status() {
    let mut net = Net::new();
    let (_, tag) = carol_speaks_to_bob(&mut net);
    let none = "Contact: <sip:carol@192.0.2.3>\r\n";
    let two = format!("{TO_DAVE}Refer-To: <tel:+4930123457>\r\n");
    let broken = "Refer-To: <sip:\r\n";
    for (cseq, more) in [(2, none), (3, &*two), (4, broken)] {
        net.inject(CAROL, BOB, refer(&tag, cseq, more));
        net.run(2 * LATENCY);
        assert_eq!(net.received_last(CAROL).status(), 400, "{more}");
    }
    // Nobody's call.
    net.inject(CAROL, BOB, refer("", 5, TO_DAVE));
    net.run(2 * LATENCY);
    assert_eq!(net.received_last(CAROL).status(), 403);
    // One at a time.
    net.inject(CAROL, BOB, refer(&tag, 6, TO_DAVE));
    net.run(2 * LATENCY);
    net.inject(CAROL, BOB, refer(&tag, 7, TO_DAVE));
    net.run(2 * LATENCY);
    let later = net.received_last(CAROL);
    assert_eq!(later.status(), 500);
    assert!(later.header(HeaderName::RetryAfter).is_some());
}
