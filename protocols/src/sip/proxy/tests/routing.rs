//! What becomes of a request on its way (RFC 3261 §16.3–16.6).

use super::*;
use crate::sip::Transport;

/// Carol's INVITE to the proxy with these header lines; the proxy's answer.
fn ask(net: &mut Net, method: &str, more: &str) -> Message {
    let request = Request {
        method,
        more,
        ..CAROLS
    };
    net.inject(CAROL, PROXY, request.bytes());
    net.run(3 * LATENCY);
    net.received_last(CAROL)
}

#[test]
fn a_request_is_forwarded_with_what_a_proxy_adds() {
    let mut net = Net::with_proxy(|_| {});
    let more = "Route: <sip:Proxy.Example.com;lr>, <sip:192.0.2.3;lr>\r\n\
                Max-Forwards: 3\r\n\
                Record-Route: <sip:192.0.2.99;lr>\r\n\
                X-Unknown: kept\r\n\
                Content-Type: application/sdp\r\n\
                Content-Length: 0\r\n";
    let invite = ask(&mut net, "INVITE", more);
    assert_eq!(short(&invite), "INVITE");
    assert_eq!(invite.request_uri(), CAROLS.uri);
    let values = |name| -> Vec<_> { invite.headers(name).map(String::from_utf8_lossy).collect() };
    assert_eq!(values(HeaderName::Route), ["<sip:192.0.2.3;lr>"]);
    assert_eq!(
        values(HeaderName::RecordRoute),
        ["<sip:192.0.2.4:5060;lr>", "<sip:192.0.2.99;lr>"]
    );
    assert_eq!(values(HeaderName::MaxForwards), ["2"]);
    assert_eq!(values(HeaderName::Other("X-Unknown")), ["kept"]);
    assert_eq!(values(HeaderName::Via).len(), 2);
    assert!(values(HeaderName::Via)[0].contains("192.0.2.4:5060"));
    assert_eq!(net.proxy().len(), 1);
}

#[test]
fn an_owner_adds_routes_and_header_fields() {
    let mut net = Net::with_proxy(|config| config.record_route = false);
    net.inject(CAROL, PROXY, CAROLS.bytes());
    net.run(LATENCY);
    let target = Target {
        uri: None,
        route: Some("<sip:192.0.2.3;lr>".into()),
        headers: vec![(HeaderName::PAssertedIdentity, "<tel:+1>".into())],
        to: hop(CAROL),
    };
    net.decide(|proxy, id, now| proxy.forward(id, &[target], now));
    net.run(LATENCY);
    let invite = net.received_last(CAROL);
    assert_eq!(invite.request_uri(), CAROLS.uri);
    assert_eq!(
        invite.header(HeaderName::Route),
        Some(&b"<sip:192.0.2.3;lr>"[..])
    );
    assert_eq!(
        invite.header(HeaderName::PAssertedIdentity),
        Some(&b"<tel:+1>"[..])
    );
    assert_eq!(invite.header(HeaderName::RecordRoute), None);
    assert_eq!(invite.max_forwards().unwrap(), Some(70));
}

#[test]
fn what_a_proxy_refuses_by_itself() {
    for (method, more, status) in [
        ("INVITE", "Max-Forwards: 0\r\n", 483),
        ("INVITE", "Proxy-Require: a, b\r\n", 420),
        ("INVITE", "Route: <sip:elsewhere.example.com;lr>\r\n", 404),
        ("INVITE", "Route: nonsense\r\n", 404),
        ("CANCEL", "", 481),
    ] {
        let mut net = Net::with_proxy(|_| {});
        assert_eq!(ask(&mut net, method, more).status(), status, "{more}");
        assert_eq!(net.proxy().len(), 0);
    }
}

#[test]
fn within_a_dialog_the_request_uri_leads_on() {
    let mut net = Net::with_proxy(|_| {});
    for (uri, party) in [("sip:bob@192.0.2.2", BOB), ("sip:alice@192.0.2.1", ALICE)] {
        let bye = Request {
            method: "BYE",
            uri,
            branch: uri,
            to_tag: "unknown",
            more: "Route: <sip:192.0.2.4:5060;lr>\r\n",
            ..CAROLS
        };
        net.inject(CAROL, PROXY, bye.bytes());
        net.run(4 * LATENCY);
        assert_eq!(net.received_last(CAROL).status(), 481);
        let name = if party == BOB { "bob" } else { "alice" };
        assert!(net.says().contains(&format!("proxy>{name} BYE")));
    }
    let to_itself = Request {
        method: "BYE",
        uri: "sip:192.0.2.4",
        to_tag: "unknown",
        ..CAROLS
    };
    net.inject(CAROL, PROXY, to_itself.bytes());
    net.run(2 * LATENCY);
    assert_eq!(net.received_last(CAROL).status(), 404);
    net.rest();
}

#[test]
fn an_owner_refuses_or_knows_nobody() {
    let mut net = Net::with_proxy(|_| {});
    net.call(PROXY);
    net.run(LATENCY);
    net.decide(|proxy, id, now| {
        proxy.reject(id, 404, now);
        proxy.forward(id, &[target(BOB)], now);
    });
    net.run(LATENCY);
    assert_eq!(said_by(&net.says(), "alice: Rej"), ["alice: Rejected 404"]);
    net.call(PROXY);
    net.run(LATENCY);
    net.decide(|proxy, id, now| proxy.forward(id, &[], now));
    net.run(LATENCY);
    assert_eq!(said_by(&net.says(), "alice: Rej"), ["alice: Rejected 480"]);
    net.rest();
}

#[test]
fn a_call_cancelled_before_the_owner_decides_ends_with_487() {
    let mut net = Net::with_proxy(|_| {});
    let alice = net.call(PROXY);
    net.run(2 * LATENCY);
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(3 * LATENCY);
    net.decide(|proxy, id, now| proxy.forward(id, &[target(BOB)], now));
    let said = net.says();
    assert_eq!(
        said[3..],
        [
            "alice>proxy CANCEL",
            "proxy>alice 200 CANCEL",
            "proxy>alice 487 INVITE",
            "alice>proxy ACK",
            "alice: Terminated",
        ]
    );
    net.rest();
}

#[test]
fn a_proxy_between_two_transports_is_on_the_way_by_both() {
    let tcp = Hop {
        transport: Transport::Tcp,
        address: address(PROXY),
    };
    let mut net = Net::with_proxy(|config| config.transactions.others = vec![tcp]);
    net.call(PROXY);
    net.run(LATENCY);
    let mut over_tcp = target(CAROL);
    over_tcp.to.transport = Transport::Tcp;
    net.decide(|proxy, id, now| proxy.forward(id, &[over_tcp], now));
    net.run(LATENCY);
    let invite = net.received_last(CAROL);
    let via = invite.text(HeaderName::Via).unwrap();
    assert!(via.starts_with("SIP/2.0/TCP 192.0.2.4:5060;"), "{via}");
    let both = "<sip:192.0.2.4:5060;transport=tcp;lr>, <sip:192.0.2.4:5060;lr>";
    let recorded: Vec<_> = invite.headers(HeaderName::RecordRoute).collect();
    assert_eq!(recorded.join(&b", "[..]), both.as_bytes());

    // Both are passed on the way back.
    net.says();
    let bye = Request {
        method: "BYE",
        uri: "sip:192.0.2.1",
        branch: "z9hG4bKback",
        to_tag: "a",
        more: &format!("Route: {both}\r\n"),
        ..CAROLS
    };
    net.inject(CAROL, PROXY, bye.bytes());
    net.run(2 * LATENCY);
    let passed = said_by(&net.says(), "proxy>alice");
    assert_eq!(passed, ["proxy>alice BYE"]);
}
