//! Where requests within a dialog go (RFC 3261 §12.2.1.1, §12.2, RFC 3581).

use super::*;

/// Alice has called Carol, who answered with these header fields; Alice's ACK, and where it went.
fn ack_after(headers: &[(HeaderName<'static>, &str)]) -> (Message, Hop) {
    let now = Instant::now();
    let mut agent = UserAgent::new(config(ALICE), [7; 32]);
    let invite = Invite {
        request_uri: "tel:+1".into(),
        target: hop(CAROL),
        from: "<tel:+2>".into(),
        to: "<tel:+1>".into(),
        headers: Vec::new(),
        body: None,
    };
    agent.invite(invite, now);
    let request = transmitted(&mut agent).0;
    let mut reply = Writer::reply(&request, 200, Some("c"), None);
    for (name, value) in headers {
        reply.header(*name, *value);
    }
    let datagram = Datagram {
        bytes: reply.finish(),
        from: hop(CAROL),
        local: address(ALICE),
    };
    agent.handle(datagram, now);
    transmitted(&mut agent)
}

fn transmitted(agent: &mut UserAgent) -> (Message, Hop) {
    loop {
        if let Output::Transmit(transmit) = agent.poll_output().unwrap() {
            return (Message::parse(transmit.bytes).unwrap(), transmit.to);
        }
    }
}

fn routes(message: &Message) -> Vec<&[u8]> {
    message.headers(HeaderName::Route).collect()
}

#[test]
fn loose_routes_are_followed_in_reverse_order() {
    let (ack, to) = ack_after(&[
        (HeaderName::Contact, "<sip:carol@192.0.2.77>"),
        (
            HeaderName::RecordRoute,
            "<sip:192.0.2.20:5070;lr>, <sip:p.example.com;lr>",
        ),
        (HeaderName::RecordRoute, "<sip:192.0.2.10:5080;lr>"),
    ]);
    assert_eq!(ack.request_uri(), "sip:carol@192.0.2.77");
    assert_eq!(
        routes(&ack),
        [
            &b"<sip:192.0.2.10:5080;lr>"[..],
            b"<sip:p.example.com;lr>",
            b"<sip:192.0.2.20:5070;lr>",
        ]
    );
    assert_eq!(to, "192.0.2.10:5080".parse().unwrap());
    assert_eq!(ack.cseq().unwrap().number, 1);
}

#[test]
fn a_strict_router_gets_its_address_in_the_request_uri() {
    let (ack, to) = ack_after(&[
        (HeaderName::Contact, "<sip:carol@192.0.2.77>"),
        (
            HeaderName::RecordRoute,
            "<sip:192.0.2.20;lr>, <sip:192.0.2.10>",
        ),
    ]);
    assert_eq!(ack.request_uri(), "sip:192.0.2.10");
    assert_eq!(
        routes(&ack),
        [&b"<sip:192.0.2.20;lr>"[..], b"<sip:carol@192.0.2.77>"]
    );
    assert_eq!(to, "192.0.2.10:5060".parse().unwrap());
}

#[test]
fn a_hop_that_is_a_name_is_reached_where_the_peer_sent_from() {
    let (ack, to) = ack_after(&[(HeaderName::Contact, "<sip:carol@host.example.com>")]);
    assert_eq!(ack.request_uri(), "sip:carol@host.example.com");
    assert_eq!(to, hop(CAROL));
    let (ack, to) = ack_after(&[]);
    assert_eq!(ack.request_uri(), "tel:+1");
    assert_eq!(to, hop(CAROL));
}

#[test]
fn a_callee_records_the_route_it_was_called_by() {
    let mut net = Net::new();
    let invite = Request {
        more: "Contact: <sip:carol@host.example.com>\r\n\
               Record-Route: <sip:192.0.2.3;lr>, <sip:192.0.2.20:5070;lr>\r\n",
        ..CAROLS
    };
    net.inject(CAROL, BOB, invite.bytes());
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| {
        agent.progress(bob, 180, &[], None, Reliability::WhenRequired, now);
        agent.answer(bob, &[], None, now);
    });
    net.run(LATENCY);
    net.received(CAROL);
    for status in [180, 200] {
        let response = net.received(CAROL);
        assert_eq!(response.status(), status);
        assert_eq!(response.headers(HeaderName::RecordRoute).count(), 2);
        assert_eq!(
            response.header(HeaderName::Contact),
            Some(&b"<sip:192.0.2.2:5060>"[..])
        );
    }
    // No ACK: BYE after 32 s.
    net.run(33 * S);
    let bye = net.received_last(CAROL);
    assert_eq!(bye.method().as_str(), "BYE");
    assert_eq!(bye.request_uri(), "sip:carol@host.example.com");
    assert_eq!(
        routes(&bye),
        [&b"<sip:192.0.2.3;lr>"[..], b"<sip:192.0.2.20:5070;lr>"]
    );
    net.rest();
}

#[test]
fn responses_go_where_the_via_says_or_the_source_was() {
    let mut agent = UserAgent::new(config(BOB), [7; 32]);
    let ask = |agent: &mut UserAgent, via: &str| {
        let text = format!(
            "OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/UDP {via}\r\nFrom: <sip:c>;tag=1\r\n\
             To: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"
        );
        let datagram = Datagram {
            bytes: text.into(),
            from: "198.51.100.9:1024".parse().unwrap(),
            local: address(BOB),
        };
        agent.handle(datagram, Instant::now());
        transmitted(agent).1.address.to_string()
    };
    let cases = [
        ("192.0.2.3;branch=z9hG4bK1", "198.51.100.9:5060"),
        ("192.0.2.3:5070;branch=z9hG4bK2", "198.51.100.9:5070"),
        ("192.0.2.3:5070;rport;branch=z9hG4bK3", "198.51.100.9:1024"),
        ("c.example.com;branch=z9hG4bK4", "198.51.100.9:5060"),
    ];
    for (via, to) in cases {
        assert_eq!(ask(&mut agent, via), to, "{via}");
    }
}
