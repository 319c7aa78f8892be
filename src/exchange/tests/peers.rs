//! I-CSCFs that fall silent, want to rest, or move (RFC 3263 §4.3, RFC 3261 §21.5.4).

use std::time::Duration;

use codecs::isup::{Cause, Message};
use codecs::sip::{self, HeaderName};
use protocols::sip::{Hop, PeerState};
use routing::Location;

use super::bench::*;
use super::from_ims::invite_with;
use crate::exchange::Input;
use crate::exchange::telemetry::Telemetry;

const S: Duration = Duration::from_secs(1);

/// Where the INVITE of a new call goes; the call is taken back.
fn asked(bench: &mut Bench, cic: u16) -> String {
    bench.receive(cic, Message::Iam(iam("7219578290")));
    let (to, invite) = bench.sip.pop().unwrap();
    assert_eq!(invite.method().as_str(), "INVITE");
    bench.receive(cic, rel(Cause::NORMAL_CLEARING));
    bench.respond(&invite, 487, None);
    bench.take_isup();
    bench.sip.clear();
    to.address.to_string()
}

fn probes(bench: &mut Bench) -> Vec<(Hop, sip::Message)> {
    let sent = std::mem::take(&mut bench.sip);
    let is_probe = |(_, message): &(Hop, sip::Message)| message.method().as_str() == "OPTIONS";
    sent.into_iter().filter(is_probe).collect()
}

fn answer(bench: &mut Bench, (from, probe): &(Hop, sip::Message), status: u16, more: &str) {
    let text = format!(
        "SIP/2.0 {status} x\nVia: {}\nFrom: {}\nTo: {};tag=o\nCall-ID: {}\nCSeq: 1 OPTIONS\n{more}\n",
        probe.text(HeaderName::Via).unwrap(),
        probe.text(HeaderName::From).unwrap(),
        probe.text(HeaderName::To).unwrap(),
        probe.text(HeaderName::CallId).unwrap(),
    );
    bench.receive_sip(&from.address.to_string(), &text);
}

fn states(bench: &mut Bench) -> Vec<(String, PeerState)> {
    let state = |telemetry: Telemetry| match telemetry {
        Telemetry::Peer { peer, state } => Some((peer, state)),
        _ => None,
    };
    bench.telemetry.drain(..).filter_map(state).collect()
}

#[test]
fn calls_avoid_an_icscf_that_does_not_answer_options() {
    let mut bench = Bench::watching();
    bench.exchange.start(bench.now);
    bench.drain();
    let first = probes(&mut bench);
    let asked_first: Vec<_> = first.iter().map(|(to, _)| to.address.to_string()).collect();
    assert_eq!(asked_first, [ICSCF1, ICSCF2]);
    assert_eq!(first[0].1.request_uri(), format!("sip:{ICSCF1}"));
    for probe in &first {
        answer(&mut bench, probe, 200, "");
    }
    let up = |icscf: &str| (format!("{icscf}.ims.example"), PeerState::Up);
    assert_eq!(states(&mut bench), [up("icscf1"), up("icscf2")]);
    assert_eq!(asked(&mut bench, 1), ICSCF1);

    // The first falls silent.
    for _ in 0..12 {
        bench.advance(4 * S);
        for probe in probes(&mut bench) {
            if probe.0.address.to_string() == ICSCF2 {
                answer(&mut bench, &probe, 483, "");
            }
        }
    }
    let told = states(&mut bench);
    let is = |state| (String::from("icscf1.ims.example"), state);
    assert_eq!(told, [is(PeerState::Probing), is(PeerState::Down)]);
    assert_eq!(asked(&mut bench, 2), ICSCF2);

    // It is back.
    for _ in 0..8 {
        bench.advance(4 * S);
        for probe in probes(&mut bench) {
            answer(&mut bench, &probe, 200, "");
        }
    }
    assert_eq!(states(&mut bench), [is(PeerState::Up)]);
    assert_eq!(asked(&mut bench, 3), ICSCF1);
}

/// What is said of I-CSCFs that calls pass over.
fn passed_over(bench: &mut Bench) -> Vec<(String, Option<u16>, Duration)> {
    let told = |telemetry: Telemetry| match telemetry {
        Telemetry::PassedOver {
            icscf,
            status,
            pause,
        } => Some((icscf, status, pause)),
        _ => None,
    };
    bench.telemetry.drain(..).filter_map(told).collect()
}

#[test]
fn who_does_not_answer_a_call_is_named_and_passed_over() {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam("7219578290")));
    while bench.records.is_empty() && bench.exchange.calls_up() > 0 {
        bench.advance(S);
    }
    let names = ["icscf1.ims.example", "icscf2.ims.example"].map(String::from);
    let record = bench.records.pop().unwrap();
    assert_eq!((record.sip, &record.silent[..]), (None, &names[..]));
    let passed_over = passed_over(&mut bench);
    assert_eq!(passed_over, names.clone().map(|name| (name, None, 30 * S)));
    let available = |bench: &Bench| {
        let icscfs = bench.exchange.icscfs(bench.now);
        icscfs.map(|(_, available)| available).collect::<Vec<_>>()
    };
    assert_eq!(available(&bench).last(), Some(&false));
    bench.advance(30 * S);
    assert_eq!(available(&bench), [true, true]);
}

#[test]
fn an_icscf_rests_for_as_long_as_it_says() {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam("7219578290")));
    let (_, invite) = bench.sip.pop().unwrap();
    bench.respond_with(&invite, 503, "o", None, "Retry-After: 120 (in a while)\n");
    let (to, _) = bench.sip.pop().unwrap();
    assert_eq!(to.address.to_string(), ICSCF2);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));

    // Beyond the penalty of 30 s, and even where there is no other.
    bench.advance(100 * S);
    bench.take_isup();
    bench.sip.clear();
    bench.receive(2, Message::Iam(iam("7219578290")));
    let (to, invite) = bench.sip.pop().unwrap();
    assert_eq!(to.address.to_string(), ICSCF2);
    bench.respond(&invite, 503, None);
    assert!(
        bench
            .sip
            .iter()
            .all(|(to, _)| to.address.to_string() == ICSCF2)
    );
    assert!(matches!(bench.isup_message(), Message::Rel(_)));
    bench.advance(21 * S);
    bench.sip.clear();
    assert_eq!(asked(&mut bench, 3), ICSCF1);
}

#[test]
fn calls_follow_an_icscf_to_where_its_name_leads() {
    let mut bench = Bench::new();
    let location = |address: &str, priority| Location {
        target: address.parse().unwrap(),
        priority,
        weight: 0,
    };
    bench.input(Input::Found {
        icscf: 0,
        locations: vec![
            location("192.0.2.61:5060", 20),
            location("192.0.2.60:5060", 10),
        ],
    });
    bench.receive(1, Message::Iam(iam("7219578290")));
    let mut tried = Vec::new();
    while let Some((to, invite)) = bench.sip.pop() {
        if invite.method().as_str() == "INVITE" {
            tried.push(to.address.to_string());
            bench.undeliverable(&to.to_string(), &invite);
        }
    }
    assert_eq!(tried, ["192.0.2.60:5060", "192.0.2.61:5060", ICSCF2]);
    assert_eq!(bench.released_with(), Cause::NETWORK_OUT_OF_ORDER.value());
}

#[test]
fn an_overloaded_gateway_says_when_to_call_again() {
    let mut bench = Bench::new();
    bench.exchange.overloaded(2);
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    let refusal = bench.sip.pop().unwrap().1;
    assert_eq!(refusal.status(), 503);
    assert_eq!(refusal.retry_after(), Some(10));
    bench.exchange.overloaded(1);
    let again = invite_with("", SDP).replace("z9hG4bK", "z9hG4bK2");
    bench.receive_sip(ICSCF1, &again.replace("Call-ID: ", "Call-ID: 2"));
    assert!(bench.sip.iter().all(|(_, message)| message.status() == 100));
}
