//! UPDATE and INFO, early and later (RFC 3311, RFC 6086).

use super::*;
use crate::sip::ServerId;

fn update(net: &mut Net, party: usize, session: SessionId, body: Option<&'static str>) {
    net.act(party, |agent, now| {
        let body = body.map(sdp);
        agent.update(session, DialogId::FIRST, &[], body.as_ref(), now);
    });
}

/// The transaction of the UPDATE, INFO or PRACK that a party was told of last.
fn asked(net: &mut Net, party: usize) -> ServerId {
    match net.last_event(party) {
        Event::Updated {
            transaction: Some(transaction),
            ..
        }
        | Event::Info {
            transaction: Some(transaction),
            ..
        } => transaction,
        other => panic!("{other:?}"),
    }
}

fn respond(
    net: &mut Net,
    party: usize,
    session: SessionId,
    status: u16,
    body: Option<&'static str>,
) {
    let transaction = asked(net, party);
    net.act(party, |agent, now| {
        let body = body.map(sdp);
        agent.respond(session, transaction, status, &[], body.as_ref(), now);
    });
}

/// Alice has called Bob, who has answered her offer in a reliable 183.
fn early(net: &mut Net) -> (SessionId, SessionId) {
    let alice = net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        let (reliability, answer) = (Reliability::WhenSupported, sdp("v=1"));
        agent.progress(bob, 183, &[], Some(&answer), reliability, now);
    });
    net.run(S);
    net.says();
    (alice, bob)
}

#[test]
fn either_end_changes_an_early_session() {
    let mut net = Net::new();
    let (alice, bob) = early(&mut net);
    for (asks, answers, ours, theirs) in [(ALICE, BOB, alice, bob), (BOB, ALICE, bob, alice)] {
        update(&mut net, asks, ours, Some("v=2"));
        net.run(LATENCY);
        respond(&mut net, answers, theirs, 200, Some("v=3"));
        net.run(LATENCY);
        let Event::Replied {
            asked: Asked::Update,
            status: 200,
            response: Some(response),
            ..
        } = net.last_event(asks)
        else {
            panic!("no answer");
        };
        assert_eq!(response.body(), b"v=3");
        let said = net.says();
        assert_eq!(said.len(), 4, "{said:?}");
        assert!(said[0].ends_with(" UPDATE") && said[1].ends_with(": Updated"));
    }
    net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
    net.run(S);
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

#[test]
fn updates_that_cross_meet_491_and_come_again() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    update(&mut net, ALICE, alice, Some("v=2"));
    update(&mut net, BOB, bob, Some("v=3"));
    net.run(3 * LATENCY);
    assert_eq!(
        net.says(),
        [
            "alice>bob UPDATE",
            "bob>alice UPDATE",
            "bob>alice 491 UPDATE",
            "alice>bob 491 UPDATE",
        ]
    );
    // Bob did not make the Call-ID: he tries within two seconds, Alice not before 2.1.
    net.run(2 * S);
    assert_eq!(
        net.says()[..3],
        ["bob>alice UPDATE", "alice: Update 491", "alice: Updated"]
    );
    respond(&mut net, ALICE, alice, 200, Some("v=4"));
    net.run(5 * S);
    assert_eq!(net.says(), ["alice>bob 200 UPDATE", "bob: Update 200"]);
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

#[test]
fn one_offer_at_a_time() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    update(&mut net, ALICE, alice, Some("v=2"));
    for body in [Some("v=2"), None] {
        update(&mut net, ALICE, alice, body);
    }
    net.act(ALICE, |agent, now| {
        agent.reinvite(alice, &[], Some(&sdp("v=2")), now);
    });
    net.run(LATENCY);
    update(&mut net, BOB, bob, Some("v=3"));
    assert_eq!(
        net.says(),
        [
            "alice>bob UPDATE",
            "alice: Update 491",
            "alice: Update 491",
            "alice: Reinvite 491",
            "bob: Updated",
            "bob: Update 491",
        ]
    );
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    // What Bob's owner had not answered is answered for it (§15.1.2).
    assert!(net.says().contains(&"bob>alice 487 UPDATE".into()));
    net.rest();
}

/// What Bob answers to UPDATEs of Carol's while his owner has one of hers, and one of his is open.
#[test]
fn the_wrong_moment_has_its_status() {
    let mut net = Net::new();
    let (bob, tag) = crossings::carols_call(&mut net);
    crossings::acknowledge(&mut net, &tag, 1);
    let update = |number: u32| {
        let request = Request {
            method: "UPDATE",
            cseq: number,
            to_tag: &tag,
            more: "Contact: <sip:elsewhere@192.0.2.3>\r\nContent-Type: application/sdp\r\n",
            ..CAROLS
        };
        let branch = format!("z9hG4bKupdate{number}");
        Request {
            branch: &branch,
            ..request
        }
        .with_body("v=0")
    };
    net.inject(CAROL, BOB, update(2));
    net.run(LATENCY);
    net.inject(CAROL, BOB, update(3));
    net.run(2 * LATENCY);
    let refused = net.received_last(CAROL);
    assert_eq!(refused.status(), 500);
    assert!(refused.header(HeaderName::RetryAfter).is_some());
    respond(&mut net, BOB, bob, 200, Some("v=1"));
    // It is a target refresh request.
    net.act(BOB, |agent, now| {
        agent.reinvite(bob, &[], Some(&sdp("v=2")), now);
    });
    net.run(LATENCY);
    let reinvite = net.received_last(CAROL);
    assert_eq!(reinvite.request_uri(), "sip:elsewhere@192.0.2.3");
    net.inject(CAROL, BOB, update(4));
    net.run(2 * LATENCY);
    assert_eq!(net.received_last(CAROL).status(), 491);
}

#[test]
fn an_update_without_answer_ends_the_session() {
    for status in [None, Some(481), Some(408), Some(500)] {
        let mut net = Net::new();
        let alice = net.call(CAROL);
        net.run(LATENCY);
        let invite = net.received(CAROL);
        let mut answer = Writer::reply(&invite, 200, Some("c"), None);
        let answer = answer
            .header(HeaderName::Contact, "<sip:192.0.2.3>")
            .body("application/sdp", b"v=0");
        net.inject(CAROL, ALICE, answer);
        net.run(LATENCY);
        update(&mut net, ALICE, alice, Some("v=2"));
        net.run(LATENCY);
        let request = net.received_last(CAROL);
        net.says();
        if let Some(status) = status {
            let response = Writer::reply(&request, status, None, None).finish();
            net.inject(CAROL, ALICE, response);
        }
        net.run(33 * S);
        let said = net.says();
        let told = format!("alice: Update {}", status.unwrap_or(408));
        assert!(said.contains(&told), "{said:?}");
        let ended = said.contains(&"alice>carol BYE".into());
        assert_eq!(ended, status != Some(500), "{status:?}");
    }
}

#[test]
fn an_update_without_offer_is_answered_at_once() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    update(&mut net, ALICE, alice, None);
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>bob UPDATE",
            "bob>alice 200 UPDATE",
            "bob: Updated",
            "alice: Update 200"
        ]
    );
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

#[test]
fn information_goes_both_ways() {
    let mut net = Net::new();
    let (alice, bob) = net.conversation();
    let digits = Body {
        content_type: "application/dtmf-relay".into(),
        bytes: Bytes::from_static(b"Signal=5\r\n"),
    };
    for (asks, answers, ours, theirs) in [(ALICE, BOB, alice, bob), (BOB, ALICE, bob, alice)] {
        net.act(asks, |agent, now| {
            agent.info(ours, DialogId::FIRST, &[], &digits, now);
        });
        net.run(LATENCY);
        respond(&mut net, answers, theirs, 415, None);
        net.run(LATENCY);
        assert!(net.says().last().unwrap().ends_with(": Info 415"));
    }
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}

#[test]
fn information_without_contents_or_of_a_package_is_answered_here() {
    let mut net = Net::new();
    let (_, tag) = crossings::carols_call(&mut net);
    crossings::acknowledge(&mut net, &tag, 1);
    let empty = Request {
        method: "INFO",
        branch: "z9hG4bKinfo1",
        cseq: 2,
        to_tag: &tag,
        more: "",
        ..CAROLS
    };
    assert_eq!(net.ask(&empty).status(), 200);
    let package = Request {
        branch: "z9hG4bKinfo2",
        cseq: 3,
        more: "Info-Package: conference\r\n",
        ..empty
    };
    assert_eq!(net.ask(&package).status(), 469);
}

#[test]
fn what_waits_for_the_owner_has_a_bound() {
    let mut net = Net::new();
    let (bob, tag) = crossings::carols_call(&mut net);
    crossings::acknowledge(&mut net, &tag, 1);
    for number in 0..20 {
        let request = Request {
            method: "INFO",
            branch: &format!("z9hG4bKinfo{number}"),
            cseq: 2 + number,
            to_tag: &tag,
            more: "Content-Type: text/plain\r\n",
            ..CAROLS
        };
        net.inject(CAROL, BOB, request.with_body("x"));
    }
    net.says();
    net.run(2 * LATENCY);
    let told = |said: &[String]| said.iter().filter(|line| *line == "bob: Info").count();
    assert_eq!(told(&net.says()), 8);
    net.act(BOB, |agent, now| agent.hang_up(bob, &[], now));
    net.rest();
}
