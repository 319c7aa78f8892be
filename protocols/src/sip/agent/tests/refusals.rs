//! Requests that are not served, and what they are answered with (RFC 3261 §8.2, §16.3, §21.4).

use super::*;

#[test]
fn each_fault_has_its_status() {
    let more = CAROLS.more;
    let sdp = format!("{more}Content-Type: application/sdp\r\n");
    let required = format!("{more}Require: 100rel, precondition, dance\r\n");
    let odd = format!("{more}Max-Forwards: many\r\n");
    let twice = format!("{more}Call-ID: second\r\n");
    let short = format!("{more}Content-Length: 9\r\n");
    let cases = [
        (
            405,
            Request {
                method: "REGISTER",
                ..CAROLS
            },
        ),
        (
            405,
            Request {
                method: "SUBSCRIBE",
                to_tag: "x1",
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                method: "UPDATE",
                to_tag: "x1",
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                method: "PRACK",
                ..CAROLS
            },
        ),
        (
            501,
            Request {
                method: "DANCE",
                ..CAROLS
            },
        ),
        (
            420,
            Request {
                more: &required,
                ..CAROLS
            },
        ),
        (
            400,
            Request {
                more: &odd,
                ..CAROLS
            },
        ),
        (
            400,
            Request {
                more: &twice,
                ..CAROLS
            },
        ),
        (
            400,
            Request {
                more: &short,
                ..CAROLS
            },
        ),
        (400, Request { more: "", ..CAROLS }),
        (
            400,
            Request {
                more: "Contact: *\r\n",
                ..CAROLS
            },
        ),
        (
            400,
            Request {
                uri: "sip:",
                ..CAROLS
            },
        ),
        (
            416,
            Request {
                uri: "mailto:bob@example.com",
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                method: "BYE",
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                method: "BYE",
                to_tag: "unknown",
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                method: "BYE",
                to_tag: "x10123456789abcdef",
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                method: "CANCEL",
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                to_tag: "unknown",
                more: &sdp,
                ..CAROLS
            },
        ),
        (
            481,
            Request {
                method: "OPTIONS",
                to_tag: "unknown",
                ..CAROLS
            },
        ),
    ];
    let mut net = Net::new();
    for (number, (status, request)) in cases.into_iter().enumerate() {
        let branch = format!("z9hG4bKcase{number}");
        let request = Request {
            branch: &branch,
            ..request
        };
        let response = net.ask(&request);
        assert_eq!(response.status(), status, "{:?}", request.bytes());
        assert!(response.to().unwrap().tag().is_some());
        match status {
            405 | 501 => assert!(response.lists(HeaderName::Allow, "INVITE")),
            420 => {
                assert_eq!(response.headers(HeaderName::Unsupported).count(), 2);
            }
            _ => {}
        }
        assert!(!net.says().iter().any(|line| line.starts_with("bob:")));
    }
    net.rest();
}

#[test]
fn a_body_that_is_encoded_is_415_unless_it_is_optional() {
    const OPTIONAL: &str = "Content-Disposition: render;handling=optional\r\n";
    for (encoding, status) in [
        ("Content-Encoding: gzip\r\n", Some(415)),
        ("e: identity, gzip\r\n", Some(415)),
        ("Content-Encoding: Identity\r\n", None),
        (&format!("Content-Encoding: gzip\r\n{OPTIONAL}"), None),
    ] {
        let mut net = Net::new();
        let mut text = String::from_utf8(CAROLS.bytes().to_vec()).unwrap();
        let head = text.find("\r\n\r\n").unwrap() + 2;
        text.truncate(head);
        text = text.replace("Content-Length: 0\r\n", "");
        let rest = "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";
        net.inject(CAROL, BOB, format!("{text}{encoding}{rest}").into());
        net.run(2 * LATENCY);
        let invited = net.says().iter().any(|line| line.starts_with("bob:"));
        assert_eq!(invited, status.is_none(), "{encoding}");
        if let Some(status) = status {
            let response = net.received(CAROL);
            assert_eq!(response.status(), status, "{encoding}");
            assert!(response.lists(HeaderName::AcceptEncoding, "identity"));
        }
    }
}

#[test]
fn another_version_of_sip_is_505() {
    let mut net = Net::new();
    let bytes = String::from_utf8(CAROLS.bytes().to_vec()).unwrap();
    net.inject(
        CAROL,
        BOB,
        bytes.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia").into(),
    );
    net.run(2 * LATENCY);
    assert_eq!(net.received(CAROL).status(), 505);
}

#[test]
fn options_tells_what_is_understood_within_a_dialog_and_without() {
    let mut net = Net::new();
    let options = Request {
        method: "OPTIONS",
        ..CAROLS
    };
    let response = net.ask(&options);
    assert_eq!(response.status(), 200);
    assert!(response.lists(HeaderName::Allow, "BYE"));
    for kind in ["application/sdp", "multipart/mixed"] {
        assert!(response.lists(HeaderName::Accept, kind), "{kind}");
    }
    for option in ["100rel", "timer", "199"] {
        assert!(response.lists(HeaderName::Supported, option), "{option}");
    }

    net.inject(
        CAROL,
        BOB,
        Request {
            branch: "z9hG4bKi",
            ..CAROLS
        }
        .bytes(),
    );
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now)
    });
    net.run(LATENCY);
    net.received(CAROL);
    let tag = net.received(CAROL).to().unwrap().tag().unwrap().to_string();
    let within = Request {
        branch: "z9hG4bKo",
        cseq: 2,
        to_tag: &tag,
        ..options
    };
    assert_eq!(net.ask(&within).status(), 200);
    // What comes out of order is refused (§12.2.2).
    let late = Request {
        branch: "z9hG4bKp",
        cseq: 1,
        ..within
    };
    assert_eq!(net.ask(&late).status(), 500);
    net.act(BOB, |agent, now| agent.reject(bob, 603, &[], now));
    net.rest();
}

#[test]
fn a_copy_of_an_invite_by_another_way_is_482() {
    let mut net = Net::new();
    net.inject(CAROL, BOB, CAROLS.bytes());
    net.run(LATENCY);
    let copy = Request {
        branch: "z9hG4bKother",
        ..CAROLS
    };
    assert_eq!(net.ask(&copy).status(), 482);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.rest();
}

#[test]
fn an_element_of_rfc_2543_is_served_as_well() {
    let mut net = Net::new();
    let invite = Request {
        branch: "1",
        ..CAROLS
    };
    net.inject(CAROL, BOB, invite.bytes());
    net.inject(CAROL, BOB, invite.bytes());
    net.run(2 * LATENCY);
    let cancel = Request {
        method: "CANCEL",
        more: "",
        ..invite.clone()
    };
    net.inject(CAROL, BOB, cancel.bytes());
    net.run(LATENCY);
    let ack = Request {
        method: "ACK",
        to_tag: "any",
        more: "",
        ..invite
    };
    net.inject(CAROL, BOB, ack.bytes());
    net.run(10 * S);
    assert_eq!(
        net.says(),
        [
            "carol>bob INVITE",
            "carol>bob INVITE",
            "bob>carol 100 INVITE",
            "bob: Invite",
            "bob>carol 100 INVITE",
            "carol>bob CANCEL",
            "bob>carol 200 CANCEL",
            "bob: Cancelled",
            "bob>carol 487 INVITE",
            "bob: Terminated",
            "carol>bob ACK",
        ]
    );
    net.rest();
}

#[test]
fn what_comes_again_is_answered_again_and_told_once() {
    let mut net = Net::new();
    let invite = CAROLS.bytes();
    net.inject(CAROL, BOB, invite.clone());
    net.inject(CAROL, BOB, invite.clone());
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.reject(bob, 486, &[], now));
    net.inject(CAROL, BOB, invite);
    net.run(LATENCY);
    let said = net.says();
    let count = |line: &str| said.iter().filter(|said| *said == line).count();
    assert_eq!(count("bob: Invite"), 1);
    assert_eq!(count("bob>carol 100 INVITE"), 2);
    assert_eq!(count("bob>carol 486 INVITE"), 2);
    net.rest();
}

#[test]
fn beyond_its_capacity_an_agent_answers_503() {
    let mut net = Net::with(|config| config.transactions.capacity = 1);
    assert_eq!(
        net.ask(&Request {
            method: "OPTIONS",
            ..CAROLS
        })
        .status(),
        200
    );
    let refused = net.ask(&Request {
        branch: "z9hG4bKtwo",
        ..CAROLS
    });
    assert_eq!(refused.status(), 503);
    assert!(refused.header(HeaderName::RetryAfter).is_some());
    net.rest();
    assert_eq!(
        net.ask(&Request {
            method: "OPTIONS",
            branch: "z9hG4bK3",
            ..CAROLS
        })
        .status(),
        200
    );
}
