//! The watchdog (RFC 3539 §3.4).

use super::*;

#[test]
fn silence_is_asked_about_and_then_ends_the_connection() {
    let mut icscf = End::open_icscf();
    icscf.asks("tel:+1").unwrap();
    icscf.seconds(29);
    icscf.says();
    icscf.seconds(1);
    assert_eq!(icscf.says(), ["280 request"]);
    icscf.seconds(30);
    assert_eq!(icscf.says(), ["280 request"]);
    icscf.seconds(30);
    assert_eq!(icscf.says(), ["Down", "Close: the peer is silent"]);
    icscf.seconds(3600);
    assert_eq!(icscf.says(), [""; 0]);
}

#[test]
fn an_answer_keeps_the_connection() {
    let mut icscf = End::open_icscf();
    for _ in 0..10 {
        icscf.seconds(30);
        let dwr = icscf.sent();
        assert_eq!(message_words(&dwr), "280 request");
        icscf.hears(&done(&dwr));
    }
    assert_eq!(icscf.says(), [""; 0]);
}

#[test]
fn any_message_puts_the_question_off() {
    let mut hss = End::open_hss();
    for _ in 0..10 {
        hss.seconds(29);
        hss.hears(&lir());
    }
    assert_eq!(hss.says(), ["Request 302"; 10]);
}

#[test]
fn a_question_is_answered() {
    let mut hss = End::open_hss();
    hss.hears(&dwr());
    assert_eq!(hss.says(), ["280 answer 2001"]);
    let mut faulty = dwr();
    faulty.avps.clear();
    hss.hears(&faulty);
    assert_eq!(hss.says(), ["280 answer 5005 failed 264"]);
}

#[test]
fn the_interval_varies_within_the_jitter() {
    let timers = Timers::default();
    let mut intervals = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let now = Instant::now();
        let mut config = hss();
        config.timers = timers;
        let mut peer = Peer::new(config, seed);
        peer.handle(Input::Connected(Role::Responder), now);
        let mut octets = Vec::new();
        cer().encode(&mut octets).unwrap();
        peer.handle(Input::Received(octets.into()), now);
        intervals.insert(peer.poll_timeout().unwrap() - now);
    }
    assert!(intervals.len() > 10);
    assert!(intervals.first().unwrap() >= &(timers.watchdog - timers.jitter));
    assert!(intervals.last().unwrap() <= &(timers.watchdog + timers.jitter));
}
