//! Digits that come in several messages.

use std::time::Duration;

use codecs::isup::{Message, Sam};

use super::bench::*;

fn more(text: &str) -> Message {
    Message::Sam(Sam {
        subsequent: digits(text),
        optional: Default::default(),
    })
}

fn called(bench: &mut Bench) -> String {
    bench.sip_message().uri().unwrap().to_string()
}

/// Numbers that begin so have 12 digits.
#[test]
fn a_number_of_known_length_is_complete_with_its_last_digit() {
    let mut bench = Bench::overlapping();
    bench.receive(1, Message::Iam(iam("72195")));
    bench.advance(Duration::from_secs(10));
    bench.receive(1, more("7829"));
    assert!(bench.sip.is_empty());
    bench.receive(1, more("0"));
    assert_eq!(called(&mut bench), "tel:+497219578290");
}

#[test]
fn a_number_of_unknown_length_is_complete_when_no_digit_follows() {
    let mut bench = Bench::overlapping();
    bench.receive(1, Message::Iam(iam("7211")));
    bench.advance(Duration::from_secs(3));
    bench.receive(1, more("23"));
    bench.advance(Duration::from_secs(3));
    assert!(bench.sip.is_empty());
    bench.advance(Duration::from_secs(1));
    assert_eq!(called(&mut bench), "tel:+49721123");
}

#[test]
fn the_end_of_a_number_may_be_told() {
    let mut bench = Bench::overlapping();
    bench.receive(1, Message::Iam(iam("7211")));
    bench.receive(1, more("23F"));
    assert_eq!(called(&mut bench), "tel:+49721123");
}

/// T35.
#[test]
fn a_number_that_stays_incomplete_is_refused() {
    let mut bench = Bench::overlapping();
    bench.receive(1, Message::Iam(iam("72195")));
    bench.advance(Duration::from_secs(15));
    let Message::Rel(rel) = bench.isup_message() else {
        panic!("no REL");
    };
    assert_eq!(rel.cause.cause.value(), 28);
    assert_eq!(bench.ended_with(), 28);
    bench.receive(1, rlc());
    bench.is_clean();
}

#[test]
fn a_caller_who_gives_up_before_the_last_digit_leaves_nothing_behind() {
    let mut bench = Bench::overlapping();
    bench.receive(1, Message::Iam(iam("7211")));
    bench.receive(1, rel(codecs::isup::Cause::NORMAL_CLEARING));
    assert_eq!(bench.ended_with(), 16);
    bench.advance(Duration::from_secs(60));
    assert!(bench.sip.is_empty());
    bench.is_clean();
}

#[test]
fn a_gateway_that_winds_up_waits_for_no_digits() {
    let mut bench = Bench::overlapping();
    bench.receive(1, Message::Iam(iam("7211")));
    bench.exchange.close(bench.now);
    bench.drain();
    assert!(matches!(bench.isup_message(), Message::Rel(_)));
    assert_eq!(bench.ended_with(), 41);
    bench.receive(1, rlc());
    assert!(bench.exchange.is_quiet());
    bench.advance(Duration::from_secs(60));
    assert!(bench.sip.is_empty());
}

/// A trunk that takes digits as they come gets them.
#[test]
fn digits_go_on_to_another_exchange_one_by_one() {
    let mut bench = Bench::overlapping();
    bench.receive(1, Message::Iam(iam("172123")));
    let Message::Iam(iam) = bench.isup_message() else {
        panic!("no IAM");
    };
    assert_eq!(iam.called.digits, digits("172123"));
    bench.receive(1, more("45"));
    assert_eq!(bench.isup_message(), more("45"));
    bench.advance(Duration::from_secs(19));
    bench.receive(1, more("6"));
    assert_eq!(bench.isup_message(), more("6"));
}
