//! Calls that take the place of others (RFC 3891 §3).

use super::*;

fn net() -> Net {
    Net::with(|config| config.options = vec!["replaces".into()])
}

/// Carol's second call to Bob, with this in Replaces and this of Bob's tag.
fn instead(net: &mut Net, branch: &str, replaces: &str) -> Option<Message> {
    let more = format!("Contact: <sip:carol@192.0.2.3>\r\nReplaces: {replaces}\r\n");
    let text = Request {
        branch,
        more: &more,
        ..CAROLS
    }
    .bytes();
    let text = String::from_utf8(text.to_vec()).unwrap();
    let text = text
        .replace("Call-ID: carols-call", &format!("Call-ID: {branch}"))
        .replace(";tag=c", ";tag=another");
    net.inject(CAROL, BOB, text.into());
    net.run(2 * LATENCY);
    let mut last = None;
    while net.has_received(CAROL) {
        last = Some(net.received(CAROL));
    }
    last.filter(|response| response.status() > 100)
}

#[test]
fn an_answered_call_is_replaced() {
    let mut net = net();
    let (bob, tag) = crossings::carols_call(&mut net);
    crossings::acknowledge(&mut net, &tag, 1);
    let named = format!("carols-call;to-tag={tag};from-tag=c");
    assert!(instead(&mut net, "z9hG4bKinstead", &named).is_none());
    let Event::Invite { replaces, .. } = net.last_event(BOB) else {
        panic!("no call");
    };
    assert_eq!(replaces, Some(bob));
    // Another branch, so that it is another call: what is answered is not early.
    let early = format!("{named};early-only");
    let refused = instead(&mut net, "z9hG4bKearly", &early).unwrap();
    assert_eq!(refused.status(), 486);
}

#[test]
fn what_cannot_be_replaced_has_its_status() {
    let mut net = net();
    let (bob, tag) = crossings::carols_call(&mut net);
    crossings::acknowledge(&mut net, &tag, 1);
    let named = format!("carols-call;to-tag={tag};from-tag=c");
    let twice = format!("{named}\r\nReplaces: {named}");
    let join = format!("{named}\r\nJoin: {named}");
    let stranger = "carols-call;to-tag=0;from-tag=c".to_owned();
    let other = format!("another;to-tag={tag};from-tag=c");
    let peer = format!("carols-call;to-tag={tag};from-tag=d");
    for (at, (value, status)) in [
        (twice, 400),
        (join, 400),
        ("nonsense".into(), 400),
        (stranger, 481),
        (other, 481),
        (peer, 481),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = instead(&mut net, &format!("z9hG4bK{at}"), &value).unwrap();
        assert_eq!(refused.status(), status, "{value}");
    }
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.run(LATENCY);
    let over = instead(&mut net, "z9hG4bKover", &named).unwrap();
    assert_eq!(over.status(), 603);
}

/// A dialog that is early is replaced only by who placed the call.
#[test]
fn a_call_that_rings_here_is_not_replaced() {
    let mut net = net();
    net.inject(CAROL, BOB, CAROLS.bytes());
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now);
    });
    net.run(2 * LATENCY);
    let ringing = net.received_last(CAROL);
    let tag = ringing.to().unwrap().tag().unwrap().to_owned();
    let named = format!("carols-call;to-tag={tag};from-tag=c");
    let refused = instead(&mut net, "z9hG4bKinstead", &named).unwrap();
    assert_eq!(refused.status(), 481);
}

/// Without the option the field is one that nobody here knows.
#[test]
fn who_does_not_announce_it_takes_another_call() {
    let mut net = Net::new();
    let (_, tag) = crossings::carols_call(&mut net);
    crossings::acknowledge(&mut net, &tag, 1);
    let named = format!("carols-call;to-tag={tag};from-tag=c");
    assert!(instead(&mut net, "z9hG4bKinstead", &named).is_none());
    let Event::Invite { replaces, .. } = net.last_event(BOB) else {
        panic!("no call");
    };
    assert_eq!(replaces, None);
}
