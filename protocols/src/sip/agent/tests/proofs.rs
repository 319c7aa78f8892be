//! Digest authentication of one end by the other (RFC 3261 §22, RFC 7616).

use super::*;
use crate::sip::{Account, Algorithm, Demand, Proof};

fn account(password: &str) -> Account {
    Account {
        user: "alice".into(),
        password: password.into(),
        realm: None,
    }
}

/// Bob demands proof of Alice and of Carol, and Alice proves herself with this.
fn guarded(password: &'static str) -> Net {
    Net::with(move |config| {
        let demand = Demand {
            realm: "bob.example".into(),
            account: account("secret"),
            algorithms: Algorithm::ALL.into(),
        };
        let demanded = Proof {
            demand: Some(demand),
            account: None,
        };
        let shown = Proof {
            demand: None,
            account: Some(account(password)),
        };
        let proofs = if config.transactions.owner == "x1" {
            vec![(ALICE, demanded.clone()), (CAROL, demanded)]
        } else {
            vec![(BOB, shown)]
        };
        let by_address = |(party, proof)| (address(party).ip(), proof);
        config.proofs = proofs.into_iter().map(by_address).collect();
    })
}

/// The values of a header field in what is on its way.
fn flying(net: &Net, name: HeaderName<'_>) -> Vec<String> {
    let message = Message::parse(net.in_flight().pop().unwrap()).unwrap();
    let values = message.headers(name);
    values
        .map(|value| String::from_utf8_lossy(value).into_owned())
        .collect()
}

#[test]
fn a_call_is_challenged_proven_and_goes_on() {
    let mut net = guarded("secret");
    let alice = net.call(BOB);
    net.run(LATENCY);
    let challenges = flying(&net, HeaderName::WwwAuthenticate);
    assert_eq!(challenges.len(), 2);
    assert!(
        challenges[0].ends_with("algorithm=SHA-256"),
        "{challenges:?}"
    );
    assert!(challenges[1].ends_with("algorithm=MD5"));
    net.run(2 * LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        agent.answer(bob, &[], Some(&sdp("v=1")), now)
    });
    net.run(LATENCY);
    // The ACK repeats what the INVITE had, what comes later counts on.
    let repeated = flying(&net, HeaderName::Authorization);
    assert!(repeated[0].contains("nc=00000001"), "{repeated:?}");
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    let counted = flying(&net, HeaderName::Authorization);
    assert!(counted[0].contains("nc=00000002"), "{counted:?}");
    net.run(LATENCY);
    assert_eq!(
        net.says(),
        [
            "alice>bob INVITE",
            "bob>alice 401 INVITE",
            "alice>bob ACK",
            "alice>bob INVITE",
            "bob>alice 100 INVITE",
            "bob: Invite",
            "bob>alice 200 INVITE",
            "alice>bob ACK",
            "alice: Answered",
            "alice>bob BYE",
            "bob: Acknowledged",
            "bob>alice 200 BYE",
            "bob: Bye",
            "bob: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn who_does_not_know_the_secret_is_refused() {
    let mut net = guarded("guessed");
    net.call(BOB);
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>bob INVITE",
            "bob>alice 401 INVITE",
            "alice>bob ACK",
            "alice>bob INVITE",
            "bob>alice 401 INVITE",
            "bob: NotProven",
            "alice>bob ACK",
            "alice: Rejected 401",
            "alice: Terminated",
        ]
    );
    net.rest();
}

/// The credentials that the password of Alice proves for OPTIONS to Bob with this nonce.
fn credentials(challenge: &str, count: u32) -> String {
    let response = format!("SIP/2.0 401 U\r\nWWW-Authenticate: {challenge}\r\n\r\n");
    let mut wallet = crate::sip::digest::Wallet::new(account("secret"));
    assert!(wallet.challenged(&Message::parse(response.into()).unwrap()));
    let mut prove = || wallet.prove("OPTIONS", "sip:bob@192.0.2.2", 7).remove(0).1;
    (1..count).for_each(|_| drop(prove()));
    prove()
}

#[test]
fn a_proof_counts_once_and_for_five_minutes_only() {
    let mut net = guarded("secret");
    let mut ask = |more: &str, wait: Duration| {
        let more = format!("{}{more}", CAROLS.more);
        net.run(wait);
        let branch = format!("z9hG4bK{:?}", net.now);
        let branch = branch.replace(|c: char| !c.is_ascii_alphanumeric(), "");
        let response = net.ask(&Request {
            method: "OPTIONS",
            branch: &branch,
            more: &more,
            ..CAROLS
        });
        let challenge = response.text(HeaderName::WwwAuthenticate);
        (response.status(), challenge.map(str::to_owned))
    };
    let (status, challenge) = ask("", S);
    let challenge = challenge.unwrap();
    assert_eq!((status, challenge.contains("stale")), (401, false));
    let proof = |count| format!("Authorization: {}\r\n", credentials(&challenge, count));
    assert_eq!(ask(&proof(1), S).0, 200);
    let (status, again) = ask(&proof(1), S);
    assert_eq!((status, again.unwrap().contains("stale=true")), (401, true));
    assert_eq!(ask(&proof(3), S).0, 200);
    let (status, skipped) = ask(&proof(2), S);
    assert_eq!(
        (status, skipped.unwrap().contains("stale=true")),
        (401, true)
    );
    let (status, late) = ask(&proof(4), 300 * S);
    assert_eq!((status, late.unwrap().contains("stale=true")), (401, true));
}

#[test]
fn proofs_for_something_else_prove_nothing() {
    let mut net = guarded("secret");
    let challenge = |net: &mut Net| {
        let response = net.ask(&Request {
            method: "OPTIONS",
            ..CAROLS
        });
        response
            .text(HeaderName::WwwAuthenticate)
            .unwrap()
            .to_owned()
    };
    let sound = credentials(&challenge(&mut net), 1);
    for (number, (from, to)) in [
        ("username=\"alice\"", "username=\"eve\""),
        ("realm=\"bob.example\"", "realm=\"eve.example\""),
        ("uri=\"sip:bob@", "uri=\"sip:eve@"),
        ("qop=auth", "qop=auth-int"),
        ("nc=00000001", "nc=00000002"),
        ("algorithm=SHA-256", "algorithm=MD5"),
        ("cnonce", "canonce"),
        ("Digest ", "Basic "),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(sound.contains(from), "{sound}");
        let more = format!(
            "{}Authorization: {}\r\n",
            CAROLS.more,
            sound.replace(from, to)
        );
        let branch = format!("z9hG4bKn{number}");
        let response = net.ask(&Request {
            method: "OPTIONS",
            branch: &branch,
            more: &more,
            ..CAROLS
        });
        assert_eq!(response.status(), 401, "{to}");
        let challenge = response.text(HeaderName::WwwAuthenticate).unwrap();
        assert!(!challenge.contains("stale"), "{to}");
    }
}

#[test]
fn a_peer_that_is_never_content_is_given_up() {
    let mut net = guarded("secret");
    let alice = account("secret");
    let proof = Proof {
        demand: None,
        account: Some(alice),
    };
    net.agent(ALICE).config.proofs = [(address(CAROL).ip(), proof)].into();
    net.call(CAROL);
    net.run(LATENCY);
    for nonce in 0..8 {
        let invite = net.received(CAROL);
        assert_eq!(short(&invite), "INVITE");
        let mut writer = Writer::reply(&invite, 407, Some("c"), None);
        let challenge = format!("Digest realm=\"c\", nonce=\"{nonce}\", stale=true");
        writer.header(HeaderName::ProxyAuthenticate, &challenge);
        net.inject(CAROL, ALICE, writer.finish());
        net.run(2 * LATENCY);
        assert_eq!(short(&net.received(CAROL)), "ACK");
    }
    assert!(net.says().iter().any(|said| said == "alice: Rejected 407"));
    net.rest();
}
