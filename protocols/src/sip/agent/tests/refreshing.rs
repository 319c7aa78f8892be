//! Session timers, as the one who refreshes and the one who waits (RFC 4028).

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn the_caller_refreshes_the_session_at_half_time() {
    let mut net = Net::new();
    let (alice, _) = net.conversation();
    let sent = times(&mut net, "alice>bob UPDATE", HOUR);
    assert_eq!(sent.len(), 3);
    let expected = [900.0, 1800.0, 2700.0];
    let near = |(sent, expected): (&f32, &f32)| (sent - expected).abs() < 1.0;
    assert!(sent.iter().zip(&expected).all(near), "{sent:?}");
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.rest();
}

#[test]
fn owners_hear_of_a_refresh_at_the_other_end_only() {
    let mut net = Net::new();
    let (alice, _) = net.conversation();
    net.run(905 * S);
    assert_eq!(
        net.says(),
        ["alice>bob UPDATE", "bob>alice 200 UPDATE", "bob: Updated"]
    );
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.rest();
}

#[test]
fn a_peer_that_has_gone_is_noticed() {
    let mut net = Net::new();
    net.conversation();
    net.lose(|line| line.starts_with("alice>"));
    // Alice's refresh is lost: she gives up after 64 × T1, Bob 32 s before the interval ends.
    net.run(935 * S);
    assert!(net.says().contains(&"alice>bob BYE (lost)".into()));
    net.run((1768 - 935) * S - MS);
    assert_eq!(net.agent(BOB).sessions(), 1);
    net.run(2 * S);
    assert!(net.says().contains(&"bob>alice BYE".into()));
    net.rest();
}

#[test]
fn without_session_timers_sessions_last() {
    let mut net = Net::with(|config| config.session_timer = None);
    let (alice, _) = net.conversation();
    net.run(10 * HOUR);
    assert_eq!(net.says(), [""; 0]);
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.rest();
}

/// What Bob's 200 says to an INVITE of Carol's with these header fields (RFC 4028 table 2).
#[test]
fn the_answer_names_who_refreshes() {
    let supported = "Supported: timer\r\n";
    for (more, supports, expires, refreshes) in [
        ("", false, "1800;refresher=uas", true),
        ("", true, "1800;refresher=uac", false),
        ("Session-Expires: 600\r\n", false, "600;refresher=uas", true),
        ("x: 600\r\n", true, "600;refresher=uac", false),
        (
            "Session-Expires: 600;refresher=uas\r\n",
            true,
            "600;refresher=uas",
            true,
        ),
        (
            "Session-Expires: 600 ; Refresher=UAC\r\n",
            true,
            "600;refresher=uac",
            false,
        ),
        (
            "Session-Expires: 9000\r\n",
            true,
            "1800;refresher=uac",
            false,
        ),
        (
            "Session-Expires: 9000\r\nMin-SE: 7200\r\n",
            true,
            "7200;refresher=uac",
            false,
        ),
        ("Session-Expires: 60\r\n", false, "90;refresher=uas", true),
        (
            "Session-Expires: soon\r\n",
            true,
            "1800;refresher=uac",
            false,
        ),
    ] {
        let mut net = Net::new();
        let supports = if supports { supported } else { "" };
        let all = format!("{}{supports}{more}", CAROLS.more);
        net.inject(
            CAROL,
            BOB,
            Request {
                more: &all,
                ..CAROLS
            }
            .bytes(),
        );
        net.run(LATENCY);
        let bob = net.incoming(BOB);
        net.act(BOB, |agent, now| agent.answer(bob, &[], None, now));
        net.run(LATENCY);
        let answer = net.received_last(CAROL);
        let said = answer.text(HeaderName::SessionExpires).unwrap();
        assert_eq!(said, expires, "{more}");
        assert_eq!(answer.lists(HeaderName::Require, "timer"), !refreshes);
        let tag = answer.to().unwrap().tag().unwrap().to_owned();
        crossings::acknowledge(&mut net, &tag, 1);
        net.says();
        // Without UPDATE in Carol's Allow the owner is to refresh.
        net.run(2 * HOUR);
        let said = net.says();
        assert_eq!(said.contains(&"bob: Refresh".into()), refreshes, "{more}");
        assert!(said.contains(&"bob>carol BYE".into()));
    }
}

#[test]
fn too_short_an_interval_is_422_for_those_who_understand_it() {
    let mut net = Net::with(|config| {
        config.session_timer = Some(SessionTimer {
            interval: 1800 * S,
            minimum: 300 * S,
        });
    });
    let more = format!(
        "{}Supported: timer\r\nSession-Expires: 299\r\n",
        CAROLS.more
    );
    let refused = net.ask(&Request {
        more: &more,
        ..CAROLS
    });
    assert_eq!(refused.status(), 422);
    assert_eq!(refused.text(HeaderName::MinSe), Some("300"));
    net.rest();
}

#[test]
fn a_call_refused_with_422_is_placed_again() {
    let mut net = Net::with(|config| {
        let interval = if config.transactions.owner == "x0" {
            100
        } else {
            1000
        };
        config.session_timer = Some(SessionTimer {
            interval: interval * S,
            minimum: (interval * S).min(600 * S),
        });
    });
    net.call(BOB);
    net.run(LATENCY * 3);
    assert_eq!(
        net.says(),
        [
            "alice>bob INVITE",
            "bob>alice 422 INVITE",
            "alice>bob ACK",
            "alice>bob INVITE",
            "bob>alice 100 INVITE",
            "bob: Invite",
        ]
    );
    let Event::Invite {
        request, session, ..
    } = net.last_event(BOB)
    else {
        panic!("no INVITE");
    };
    assert_eq!(request.cseq().unwrap().number, 2);
    assert_eq!(request.text(HeaderName::SessionExpires), Some("600"));
    assert_eq!(request.text(HeaderName::MinSe), Some("600"));
    assert_eq!(request.body(), b"v=0");
    assert!(request.privacy().id);
    net.act(BOB, |agent, now| agent.answer(session, &[], None, now));
    net.run(S);
    net.act(BOB, |agent, now| agent.hang_up(session, &[], now));
    net.rest();
}

#[test]
fn a_422_without_end_is_a_refusal() {
    let mut net = Net::new();
    net.call(CAROL);
    for _ in 0..20 {
        net.run(2 * LATENCY);
        let request = net.received_last(CAROL);
        if request.method().as_str() != "INVITE" {
            break;
        }
        let refusal = Writer::reply(&request, 422, Some("c"), None)
            .header(HeaderName::MinSe, "4000")
            .finish();
        net.inject(CAROL, ALICE, refusal);
    }
    assert_eq!(net.says().last().unwrap(), "alice: Terminated");
    net.rest();
}

#[test]
fn a_refresh_refused_with_422_is_sent_again() {
    let mut net = Net::new();
    net.call(CAROL);
    net.run(LATENCY);
    let invite = net.received(CAROL);
    let answer = Writer::reply(&invite, 200, Some("c"), None)
        .header(HeaderName::Contact, "<sip:192.0.2.3>")
        .header(HeaderName::Allow, "UPDATE")
        .header(HeaderName::SessionExpires, "1800;refresher=uac")
        .finish();
    net.inject(CAROL, ALICE, answer);
    net.run(901 * S);
    let refresh = net.received_last(CAROL);
    let expires = |message: &Message| message.text(HeaderName::SessionExpires).map(str::to_owned);
    assert_eq!(refresh.method().as_str(), "UPDATE");
    assert_eq!(expires(&refresh).as_deref(), Some("1800;refresher=uac"));
    let refusal = Writer::reply(&refresh, 422, None, None)
        .header(HeaderName::MinSe, "2000")
        .finish();
    net.inject(CAROL, ALICE, refusal);
    net.run(2 * LATENCY);
    let again = net.received_last(CAROL);
    assert_eq!(expires(&again).as_deref(), Some("2000;refresher=uac"));
    assert_eq!(again.text(HeaderName::MinSe), Some("2000"));
    // One that is refused for another reason is for the owner to make good.
    net.says();
    let refusal = Writer::reply(&again, 501, None, None).finish();
    net.inject(CAROL, ALICE, refusal);
    net.run(2 * LATENCY);
    assert_eq!(net.says(), ["carol>alice 501 UPDATE", "alice: Refresh"]);
}
