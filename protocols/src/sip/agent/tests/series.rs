//! INVITEs of one call whose number grows (RFC 3578 §2).

use super::*;

fn invite(digits: &str) -> Invite {
    Invite {
        request_uri: format!("tel:+{digits}"),
        target: hop(CAROL),
        from: "<tel:+498912345678>".into(),
        to: format!("<tel:+{digits}>"),
        headers: Vec::new(),
        body: Some(sdp("v=0")),
    }
}

/// Alice has called with some digits, and calls again with more; the first INVITE and what came
/// last.
fn two(net: &mut Net, answer: Option<u16>) -> [Message; 2] {
    let first = net.act(ALICE, |agent, now| agent.invite(invite("4930"), now));
    net.run(LATENCY);
    let one = net.received(CAROL);
    if let Some(status) = answer {
        let tag = (status > 100).then_some("c");
        let answer = Writer::reply(&one, status, tag, None).finish();
        net.inject(CAROL, ALICE, answer);
        net.run(LATENCY);
    }
    net.act(ALICE, |agent, now| {
        let series = agent.series(first).unwrap();
        agent.invite_further(series, invite("493012"), now);
    });
    net.run(LATENCY);
    [one, net.received_last(CAROL)]
}

#[test]
fn call_id_and_tag_stay_and_the_number_rises() {
    let mut net = Net::new();
    let [one, two] = two(&mut net, None);
    assert_eq!(one.call_id().unwrap(), two.call_id().unwrap());
    let tag = |message: &Message| message.from().unwrap().tag().map(str::to_owned);
    assert_eq!(tag(&one), tag(&two));
    assert!(two.cseq().unwrap().number > one.cseq().unwrap().number);
    assert_eq!(two.request_uri(), "tel:+493012");
    // What is said of the first is no news; the second one is the call.
    net.says();
    let incomplete = Writer::reply(&one, 484, Some("c"), None).finish();
    net.inject(CAROL, ALICE, incomplete);
    net.run(LATENCY);
    assert_eq!(
        net.says(),
        [
            "carol>alice 484 INVITE",
            "alice>carol ACK",
            "alice: Terminated"
        ]
    );
    let mut answer = Writer::reply(&two, 200, Some("d"), None);
    let answer = answer.header(HeaderName::Contact, "<sip:192.0.2.3>");
    let answer = answer.body("application/sdp", b"v=0");
    net.inject(CAROL, ALICE, answer);
    net.run(LATENCY);
    assert!(net.says().contains(&"alice: Answered".into()));
    let bye = net.received_last(CAROL);
    assert_eq!(bye.method().as_str(), "ACK");
    // The tag leads to the call that is left.
    let peer = Request {
        method: "BYE",
        ..CAROLS
    };
    let text = String::from_utf8(peer.bytes().to_vec()).unwrap();
    let text = text
        .replace(
            "Call-ID: carols-call",
            &format!("Call-ID: {}", two.call_id().unwrap()),
        )
        .replace(";tag=c\r", ";tag=d\r")
        .replace(
            "To: <sip:bob@example.com>",
            &format!("To: <x:y>;tag={}", tag(&two).unwrap()),
        );
    net.inject(CAROL, ALICE, text.into());
    net.run(2 * LATENCY);
    assert_eq!(net.received_last(CAROL).status(), 200);
    net.rest();
}

#[test]
fn one_that_alerts_somebody_is_cancelled() {
    for before in [Some(180), None] {
        let mut net = Net::new();
        let [one, _] = two(&mut net, before);
        if before.is_none() {
            let ringing = Writer::reply(&one, 180, Some("c"), None).finish();
            net.inject(CAROL, ALICE, ringing);
            net.run(2 * LATENCY);
        }
        assert!(net.says().contains(&"alice>carol CANCEL".into()));
    }
}

#[test]
fn one_that_is_never_answered_is_cancelled_in_the_end() {
    let mut net = Net::new();
    two(&mut net, Some(100));
    net.run(31 * S);
    assert!(!net.says().contains(&"alice>carol CANCEL".into()));
    net.run(2 * S);
    assert!(net.says().contains(&"alice>carol CANCEL".into()));
    net.rest();
}
