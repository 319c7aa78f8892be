//! Asserted identities at the edge of the trust domain (RFC 3325 §5, §7). Carol is outside.

use super::*;
use crate::sip::Event;

const ASSERTED: &str = "P-Asserted-Identity: <tel:+49301>\r\n";

/// The identities in what reaches `to` of Carol's request, which the owner forwards there with these
/// header fields.
fn forwarded(more: &str, headers: &[Header], trusted: &[usize]) -> Vec<String> {
    let trusted = trusted.iter().copied().map(address).collect();
    let mut net = Net::with_proxy(|config| config.trusted.clone_from(&trusted));
    let request = Request { more, ..CAROLS };
    net.inject(CAROL, PROXY, request.bytes());
    net.run(LATENCY);
    let target = Target {
        headers: headers.to_vec(),
        ..target(CAROL)
    };
    net.decide(|proxy, id, now| proxy.forward(id, &[target], now));
    net.run(LATENCY);
    identities(&net.received_last(CAROL))
}

fn identities(message: &Message) -> Vec<String> {
    assert!(message.header(HeaderName::PPreferredIdentity).is_none());
    let identities = message.headers(HeaderName::PAssertedIdentity);
    let text = |value| String::from_utf8_lossy(value).into_owned();
    identities.map(text).collect()
}

#[test]
fn only_the_trusted_are_believed_and_told() {
    let ours = [(HeaderName::PAssertedIdentity, "<tel:+49302>".to_string())];
    let preferred = "P-Preferred-Identity: <tel:+49303>\r\n";
    for (privacy, trusted, alone, with_ours) in [
        ("", &[][..], &[][..], &["<tel:+49302>"][..]),
        ("", &[CAROL], &["<tel:+49301>"], &["<tel:+49302>"]),
        ("Privacy: none\r\n", &[], &[], &["<tel:+49302>"]),
        ("Privacy: id\r\n", &[], &[], &[]),
        ("Privacy: critical;user\r\n", &[], &[], &[]),
        ("Privacy: header\r\n", &[], &[], &[]),
        (
            "Privacy: id\r\n",
            &[CAROL],
            &["<tel:+49301>"],
            &["<tel:+49302>"],
        ),
    ] {
        let more = format!("{ASSERTED}{preferred}{privacy}");
        assert_eq!(
            forwarded(&more, &[], trusted),
            alone,
            "{privacy}{trusted:?}"
        );
        assert_eq!(
            forwarded(&more, &ours, trusted),
            with_ours,
            "{privacy}{trusted:?}"
        );
    }
}

#[test]
fn a_route_past_the_owner_does_not_make_an_identity_believed() {
    let mut net = Net::with_proxy(|_| {});
    let more = format!("Route: <sip:192.0.2.4;lr>, <sip:192.0.2.3;lr>\r\n{ASSERTED}");
    let request = Request {
        more: &more,
        ..CAROLS
    };
    net.inject(CAROL, PROXY, request.bytes());
    net.run(3 * LATENCY);
    let invite = net.received_last(CAROL);
    assert_eq!(short(&invite), "INVITE");
    assert_eq!(identities(&invite), [""; 0]);
}

#[test]
fn the_identity_of_who_answers_is_treated_alike() {
    for (trusted, expected) in [
        (&[ALICE][..], &[][..]),
        (&[ALICE, CAROL], &["<tel:+49301>"]),
    ] {
        let trusted = trusted.iter().copied().map(address).collect();
        let mut net = Net::with_proxy(|config| config.trusted.clone_from(&trusted));
        fork(&mut net, &[CAROL]);
        let invite = net.received(CAROL);
        let mut ringing = Writer::reply(&invite, 180, Some("c"), None);
        ringing.header(HeaderName::PAssertedIdentity, "<tel:+49301>");
        ringing.header(HeaderName::Privacy, "id");
        net.inject(CAROL, PROXY, ringing.finish());
        net.run(3 * LATENCY);
        let Event::Progress { response, .. } = net.last_event(ALICE) else {
            panic!("no response");
        };
        assert_eq!(identities(&response), expected);
    }
}
