//! Loss and return of the other exchange.

use std::time::Duration;

use super::script::*;
use crate::isup::*;

#[test]
fn nothing_is_seized_while_the_destination_is_away() {
    let mut bench = Bench::ready(config(&[1..=2]));
    bench.run("unavailable");
    let seized = bench.machine.seize(GroupId(0), iam(), bench.now);
    assert_eq!(seized, Err(Unavailable::Destination));
    bench.run("available\n seize\n > IAM 1");
}

#[test]
fn calls_outlive_a_short_loss() {
    Bench::ready(config(&[1..=2])).run(
        "seize
         > IAM 1
         < CON 1
         1 CON
         unavailable
         wait 29s
         unavailable
         available
         wait 9999s
         release 1 16
         > REL 1 16",
    );
}

/// Their messages are lost; the other exchange hears of it when it is back.
#[test]
fn calls_that_nobody_has_answered_end_with_the_destination() {
    Bench::ready(config(&[1..=4])).run(
        "seize
         > IAM 1
         seize
         > IAM 3
         < ACM 3
         3 ACM
         < IAM 2
         2 setup
         unavailable
         > REL 1 27
         1 reattempt 7219578290
         > REL 2 27
         2 failed 27
         > REL 3 27
         3 failed 27
         wait 10s
         available
         wait 5s
         > REL 1 27
         > REL 2 27
         > REL 3 27
         < RLC 1
         1 idle
         < RLC 2
         2 idle
         < RLC 3
         3 idle
         wait 9999s",
    );
}

#[test]
fn calls_fail_when_the_loss_lasts_and_all_circuits_are_reset_on_return() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "seize
         > IAM 1
         < CON 1
         1 CON
         < IAM 2
         2 setup
         block 4
         > BLO 4
         < BLA 4
         unavailable
         > REL 2 27
         2 failed 27
         wait 15s
         > REL 2 27
         wait 14s
         wait 1s
         > REL 2 27
         1 failed 27
         wait 9999s",
    );
    assert_eq!(bench.counts().resetting, 4);
    bench.run(
        "available
         > GRS 1 range=3
         < GRA 1 range=3 status=04
         > BLO 4
         1 idle
         2 idle
         3 idle
         4 idle
         < BLA 4",
    );
    assert_eq!((bench.counts().idle, bench.counts().blocked), (2, 2));
}

#[test]
fn a_loss_during_start_up_begins_it_again() {
    let mut bench = Bench::cold(Config {
        resets_at_once: 1,
        ..config(&[1..=2, 5..=5])
    });
    bench.run(
        "available
         > GRS 1 range=1
         unavailable
         wait 14s
         wait 1s
         > GRS 1 range=1
         wait 14s
         available
         unavailable
         wait 1s
         > GRS 1 range=1
         wait 14s
         wait 15s
         > GRS 1 range=1
         available
         > GRS 1 range=1
         < GRA 1 range=1
         1 idle
         2 idle
         > RSC 5
         < RLC 5
         5 idle
         wait 9999s",
    );
}

#[test]
fn hold_calls_may_be_for_ever_or_not_at_all() {
    let held = |hold_calls| {
        let mut bench = Bench::ready(Config {
            hold_calls,
            ..config(&[1..=1])
        });
        bench.run("seize\n > IAM 1\n < CON 1\n 1 CON\n unavailable");
        bench.wait(Duration::from_secs(1 << 20));
        bench.counts().answered
    };
    assert_eq!(held(Duration::MAX), 1);
    assert_eq!(held(Duration::ZERO), 0);
}

#[test]
fn only_the_groups_towards_that_destination_are_concerned() {
    let there = Group {
        remote: codecs::mtp::PointCode::new(300),
        ..group(&[1..=2])
    };
    let mut bench = Bench::cold(Config {
        groups: vec![group(&[1..=2]), there],
        ..Config::default()
    });
    bench.run("available\n > GRS 1 range=1");
    assert_eq!(bench.machine.counts(GroupId(1)).unwrap().resetting, 2);
    let seized = bench.machine.seize(GroupId(1), iam(), bench.now);
    assert_eq!(seized, Err(Unavailable::Destination));
}
