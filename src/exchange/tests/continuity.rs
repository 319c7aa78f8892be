//! Calls whose circuits are checked.

use std::time::Duration;

use codecs::isup::{ContinuityCheck, Cot, Message};
use codecs::mtp::PointCode;
use protocols::isup::Continuity;

use super::bench::*;
use super::from_ims::{alerting, invite_with};
use crate::exchange::settings::Timeslot;
use crate::exchange::{Input, Media};

const OTHER: PointCode = PointCode::new(4);

fn checked_iam(called: &str, check: ContinuityCheck) -> Message {
    let mut iam = iam(called);
    iam.nature_of_connection.continuity_check = check;
    Message::Iam(iam)
}

fn cot(successful: bool) -> Message {
    Message::Cot(Cot { successful })
}

fn checks(bench: &mut Bench) -> Vec<(u8, Continuity)> {
    let checks = bench.media.iter().filter_map(|media| match media {
        Media::Check { timeslot, action } => Some((timeslot.slot, *action)),
        _ => None,
    });
    let checks = checks.collect();
    bench.media.clear();
    checks
}

#[test]
fn the_ims_is_asked_when_the_circuit_is_known_to_be_sound() {
    let mut bench = Bench::new();
    bench.receive(1, checked_iam("7219578290", ContinuityCheck::REQUIRED));
    assert_eq!(checks(&mut bench), [(1, Continuity::LoopBack)]);
    assert!(bench.sip.is_empty());
    bench.receive(1, cot(true));
    assert_eq!(checks(&mut bench), [(1, Continuity::Stop)]);
    bench.sip_message();
}

#[test]
fn a_circuit_that_is_not_sound_ends_the_call() {
    let mut bench = Bench::new();
    bench.receive(1, checked_iam("7219578290", ContinuityCheck::REQUIRED));
    bench.receive(1, cot(false));
    assert_eq!(bench.ended_with(), 41);
    assert!(bench.sip.is_empty() && bench.isup.is_empty());
    assert_eq!(
        checks(&mut bench),
        [(1, Continuity::LoopBack), (1, Continuity::Stop)]
    );
    assert_eq!(bench.exchange.calls_up(), 0);
}

#[test]
fn a_caller_who_gives_up_meanwhile_leaves_nothing_behind() {
    let mut bench = Bench::new();
    bench.receive(
        1,
        checked_iam("7219578290", ContinuityCheck::PREVIOUS_CIRCUIT),
    );
    bench.receive(1, rel(codecs::isup::Cause::NORMAL_CLEARING));
    bench.receive(1, cot(true));
    assert!(bench.sip.is_empty());
    assert_eq!(bench.exchange.calls_up(), 0);
}

/// In transit the next exchange waits, and hears of it.
#[test]
fn continuity_is_passed_on_in_transit() {
    let mut bench = Bench::new();
    bench.receive(1, checked_iam("1721234567", ContinuityCheck::REQUIRED));
    let Message::Iam(iam) = bench.isup_message() else {
        panic!("no IAM");
    };
    assert_eq!(
        iam.nature_of_connection.continuity_check,
        ContinuityCheck::PREVIOUS_CIRCUIT
    );
    bench.receive(1, cot(true));
    assert_eq!(bench.isup_message(), cot(true));
}

fn seized(bench: &mut Bench) -> u16 {
    let messages = bench.take_isup();
    let [(cic, Message::Iam(_))] = messages[..] else {
        panic!("{messages:?}");
    };
    cic
}

#[test]
fn a_call_whose_circuit_fails_its_check_moves_to_another() {
    let mut bench = Bench::checking();
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    let first = seized(&mut bench);
    let slot = first as u8;
    let sends_tone = checks(&mut bench);
    assert!(sends_tone.contains(&(slot, Continuity::SendTone)));
    bench.advance(Duration::from_secs(1));
    let messages = bench.take_isup();
    let [(failed, Message::Cot(outcome)), (second, Message::Iam(_))] = messages[..] else {
        panic!("{messages:?}");
    };
    assert_eq!((failed, outcome.successful), (first, false));
    assert_ne!(second, first);
    bench.media.clear();

    let timeslot = Timeslot {
        span: 0,
        slot: second as u8,
    };
    bench.input(Input::ContinuityHeard {
        timeslot,
        heard: true,
    });
    assert_eq!(bench.take_isup(), [(second, cot(true))]);
    assert_eq!(checks(&mut bench), [(timeslot.slot, Continuity::Stop)]);
    bench.receive(second, alerting());
    assert!(bench.sip_methods().contains(&"180".to_owned()));
}

#[test]
fn a_call_does_not_try_for_ever() {
    let mut bench = Bench::checking();
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    bench.advance(Duration::from_secs(10));
    assert_eq!(bench.ended_with(), 34);
    assert_eq!(bench.exchange.calls_up(), 0);
}

#[test]
fn the_other_exchange_s_own_checks_need_no_call() {
    let mut bench = Bench::new();
    bench.receive_from(OTHER, 2, Message::Ccr);
    let checks: Vec<_> = bench.media.drain(..).collect();
    let timeslot = Timeslot { span: 1, slot: 2 };
    let action = Continuity::LoopBack;
    assert_eq!(checks, [Media::Check { timeslot, action }]);
}
