//! Reliable provisional responses and PRACK, at both ends (RFC 3262).

use super::*;

fn progress(net: &mut Net, bob: SessionId, status: u16, body: Option<Body>) {
    net.act(BOB, |agent, now| {
        let reliability = Reliability::WhenSupported;
        agent.progress(bob, status, &[], body.as_ref(), reliability, now);
    });
}

#[test]
fn each_reliable_response_waits_for_the_acknowledgement_of_the_one_before() {
    let mut net = Net::new();
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    progress(&mut net, bob, 183, Some(sdp("v=1")));
    progress(&mut net, bob, 180, None);
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    assert_eq!(net.says(), ["bob>alice 183 INVITE"]);
    net.run(S);
    // The 2xx does not wait for a response that describes nothing.
    assert_eq!(
        net.says(),
        [
            "alice>bob PRACK",
            "alice: Progress 183",
            "bob>alice 200 PRACK",
            "bob: Prack",
            "bob>alice 200 INVITE",
            "alice>bob ACK",
            "alice: Answered",
            "bob: Acknowledged",
        ]
    );
    net.run(100 * S);
    assert_eq!(net.says(), [""; 0]);
}

#[test]
fn one_that_is_not_acknowledged_is_sent_again_and_fails_the_call() {
    let mut net = Net::new();
    net.lose(|line| line == "alice>bob PRACK");
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    progress(&mut net, bob, 180, None);
    let sent = times(&mut net, "bob>alice 180 INVITE", 31 * S);
    assert_eq!(sent, [0.0, 0.5, 1.5, 3.5, 7.5, 15.5]);
    net.run(2 * S);
    let said = net.says();
    assert!(said.contains(&"bob>alice 504 INVITE".into()), "{said:?}");
    assert!(said.contains(&"bob: Terminated".into()));
    assert!(said.contains(&"alice: Rejected 504".into()));
    net.rest();
}

#[test]
fn a_lost_response_or_acknowledgement_is_made_good() {
    for lost in [
        "bob>alice 183 INVITE",
        "alice>bob PRACK",
        "bob>alice 200 PRACK",
    ] {
        let mut net = Net::new();
        let mut left = 2;
        net.lose(move |line| {
            let lose = line == lost && left > 0;
            left -= i32::from(lose);
            lose
        });
        net.call(BOB);
        net.run(LATENCY);
        let bob = net.incoming(BOB);
        net.says();
        progress(&mut net, bob, 183, None);
        net.run(5 * S);
        let said = net.says();
        for once in ["alice: Progress 183", "bob: Prack"] {
            assert_eq!(
                said.iter().filter(|line| *line == once).count(),
                1,
                "{lost}"
            );
        }
        net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
        net.rest();
    }
}

#[test]
fn what_was_acknowledged_is_said_anew_every_minute() {
    let mut net = Net::new();
    net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.says();
    progress(&mut net, bob, 180, None);
    let sent = times(&mut net, "bob: Prack", 130 * S);
    assert_eq!(sent.len(), 3);
    net.act(BOB, |agent, now| agent.reject(bob, 480, &[], now));
    net.rest();
}

/// Carol's INVITE, and the tag of Bob.
fn carols_offer(
    net: &mut Net,
    more: &str,
    status: u16,
    body: Option<Body>,
) -> (SessionId, Message) {
    let more = format!("{}{more}", CAROLS.more);
    net.inject(
        CAROL,
        BOB,
        Request {
            more: &more,
            ..CAROLS
        }
        .bytes(),
    );
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        let reliability = Reliability::WhenRequired;
        agent.progress(bob, status, &[], body.as_ref(), reliability, now);
    });
    net.run(LATENCY);
    (bob, net.received_last(CAROL))
}

#[test]
fn only_who_requires_it_gets_it_unless_it_is_wanted() {
    for (more, reliable) in [
        ("", false),
        ("Supported: 100rel\r\n", false),
        ("Require: 100rel\r\n", true),
    ] {
        let mut net = Net::new();
        let (bob, response) = carols_offer(&mut net, more, 180, None);
        assert_eq!(response.lists(HeaderName::Require, "100rel"), reliable);
        assert_eq!(response.header(HeaderName::RSeq).is_some(), reliable);
        net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
        net.rest();
    }
}

#[test]
fn a_prack_for_nothing_is_481() {
    let mut net = Net::new();
    let (bob, response) = carols_offer(&mut net, "Require: 100rel\r\n", 180, None);
    let tag = response.to().unwrap().tag().unwrap().to_owned();
    let rseq: u32 = response.text(HeaderName::RSeq).unwrap().parse().unwrap();
    let wrong = [
        format!("{} 1 INVITE", rseq + 1),
        format!("{rseq} 2 INVITE"),
        format!("{rseq} 1 BYE"),
        format!("{rseq} 1"),
        String::new(),
    ];
    let right = format!("{rseq} 1 INVITE");
    let cases = wrong.iter().map(|rack| (rack, 481));
    let cases = cases.chain([(&right, 200), (&right, 481)]);
    for (number, (rack, status)) in cases.enumerate() {
        let more = format!("RAck: {rack}\r\n");
        let request = Request {
            method: "PRACK",
            branch: &format!("z9hG4bKprack{number}"),
            cseq: 2 + u32::try_from(number).unwrap(),
            to_tag: &tag,
            more: &more,
            ..CAROLS
        };
        assert_eq!(net.ask(&request).status(), status, "{rack}");
    }
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.rest();
}

#[test]
fn an_offer_in_prack_is_answered_in_its_200() {
    let mut net = Net::new();
    let offer = "Require: 100rel\r\nContent-Type: application/sdp\r\n";
    let more = format!("{}{offer}", CAROLS.more);
    let invite = Request {
        more: &more,
        ..CAROLS
    };
    net.inject(CAROL, BOB, invite.with_body("v=0"));
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    progress(&mut net, bob, 183, Some(sdp("v=1")));
    net.run(LATENCY);
    let response = net.received_last(CAROL);
    let tag = response.to().unwrap().tag().unwrap().to_owned();
    let rseq = response.text(HeaderName::RSeq).unwrap();
    let more = format!("RAck: {rseq} 1 INVITE\r\nContent-Type: application/sdp\r\n");
    let prack = Request {
        method: "PRACK",
        branch: "z9hG4bKprack",
        cseq: 2,
        to_tag: &tag,
        more: &more,
        ..CAROLS
    };
    net.inject(CAROL, BOB, prack.with_body("v=0 again"));
    net.run(LATENCY);
    let Event::Prack {
        transaction: Some(transaction),
        request,
        ..
    } = net.last_event(BOB)
    else {
        panic!("no offer");
    };
    assert_eq!(request.body(), b"v=0 again");
    net.says();
    // The call is not answered before the offer is.
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    assert_eq!(net.says(), [""; 0]);
    net.act(BOB, |agent, now| {
        agent.respond(bob, transaction, 200, &[], Some(&sdp("v=2")), now);
    });
    assert_eq!(net.says(), ["bob>carol 200 PRACK", "bob>carol 200 INVITE"]);
    net.run(LATENCY);
    let answer = net.received_last(CAROL);
    assert_eq!(answer.method().as_str(), "INVITE");
    assert_eq!(net.received_last(CAROL).body(), b"v=2");
}

/// Carol's reliable response to Alice's INVITE.
fn reliable(net: &mut Net, invite: &Message, tag: &str, rseq: u32, body: &str) {
    let mut writer = Writer::reply(invite, 183, Some(tag), None);
    writer
        .header(HeaderName::Contact, &format_args!("<sip:{tag}@192.0.2.3>"))
        .header(HeaderName::Require, "100rel")
        .header(HeaderName::RSeq, &rseq);
    let bytes = match body {
        "" => writer.finish(),
        body => writer.body("application/sdp", body.as_bytes()),
    };
    net.inject(CAROL, ALICE, bytes);
    net.run(2 * LATENCY);
}

#[test]
fn every_early_dialog_counts_for_itself_and_in_order() {
    let mut net = Net::new();
    net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    net.says();
    for (tag, rseq, heard) in [
        ("one", 7, true),
        ("two", 100, true),
        ("one", 7, false),
        ("one", 9, false),
        ("one", 8, true),
        ("two", 101, true),
        ("two", 99, false),
    ] {
        reliable(&mut net, &invite, tag, rseq, "");
        let expected: &[&str] = match heard {
            true => &[
                "carol>alice 183 INVITE",
                "alice>carol PRACK",
                "alice: Progress 183",
            ],
            false => &["carol>alice 183 INVITE"],
        };
        assert_eq!(net.says(), expected, "{tag} {rseq}");
        if heard {
            let prack = net.received(CAROL);
            let rack = format!("{rseq} 1 INVITE");
            assert_eq!(prack.text(HeaderName::RAck), Some(&*rack));
            assert_eq!(prack.request_uri(), format!("sip:{tag}@192.0.2.3"));
            assert_eq!(prack.to().unwrap().tag(), Some(tag));
            // Each dialog has its own sequence (RFC 3261 §12.2.1.1).
            let first = rseq == 7 || rseq == 100;
            assert_eq!(prack.cseq().unwrap().number, if first { 2 } else { 3 });
            let ok = Writer::reply(&prack, 200, None, None).finish();
            net.inject(CAROL, ALICE, ok);
            net.run(LATENCY);
            net.says();
        }
    }
}

#[test]
fn an_offer_in_a_reliable_response_is_answered_in_prack() {
    let mut net = Net::new();
    let alice = net.call_without_offer(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    net.says();
    reliable(&mut net, &invite, "one", 1, "v=3");
    assert_eq!(
        net.says(),
        ["carol>alice 183 INVITE", "alice: Progress 183"]
    );
    let Event::Progress {
        dialog: Some(dialog),
        offers: true,
        ..
    } = net.last_event(ALICE)
    else {
        panic!("no offer");
    };
    let answer = sdp("v=4");
    for _ in 0..2 {
        net.act(ALICE, |agent, now| {
            agent.prack(alice, dialog, &[], &answer, now);
        });
    }
    net.run(LATENCY);
    assert_eq!(net.says(), ["alice>carol PRACK"]);
    assert_eq!(net.received(CAROL).body(), b"v=4");
}
