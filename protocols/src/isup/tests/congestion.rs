//! Traffic taken back towards congested networks and overloaded exchanges.

use std::time::Duration;

use codecs::isup::{CallingPartyCategory, Iam};

use super::script::*;
use crate::isup::*;

fn refused(bench: &Bench) -> u8 {
    bench.machine.reach(GroupId(0)).unwrap().refused
}

/// T29 and T30 (Q.764 §2.10).
#[test]
fn indications_count_once_in_t29_and_t30_eases() {
    let mut bench = Bench::ready(config(&[1..=2]));
    bench.run("congested 1\n ! 1 TrafficReduced\n congested 1\n congested 1");
    assert_eq!(refused(&bench), 25);
    bench.wait(Duration::from_millis(300));
    bench.run("congested 1");
    assert_eq!(refused(&bench), 50);
    bench.wait(Duration::from_millis(4999));
    assert_eq!(refused(&bench), 50);
    bench.wait(Duration::from_millis(1));
    assert_eq!(refused(&bench), 25);
    bench.wait(Duration::from_secs(5));
    assert_eq!(refused(&bench), 0);
    assert_eq!(bench.machine.poll_timeout(), None);
}

#[test]
fn the_level_is_the_least_and_all_ordinary_calls_the_most_that_is_refused() {
    let mut bench = Bench::ready(config(&[1..=9]));
    bench.run("congested 0\n congested 3\n ! 1 TrafficReduced");
    assert_eq!(refused(&bench), 75);
    for _ in 0..3 {
        bench.wait(Duration::from_millis(300));
        bench.run("congested 1");
    }
    assert_eq!(refused(&bench), 100);
    let now = bench.now;
    for _ in 0..9 {
        let seized = bench.machine.seize(GroupId(0), iam(), now);
        assert_eq!(seized, Err(Unavailable::Congestion));
    }
    let urgent = Iam {
        category: CallingPartyCategory::PRIORITY,
        ..iam()
    };
    assert!(bench.machine.seize(GroupId(0), urgent, now).is_ok());
}

#[test]
fn refused_calls_are_spread_evenly() {
    let mut bench = Bench::ready(config(&[1..=16]));
    bench.run("congested 1\n ! 1 TrafficReduced");
    let now = bench.now;
    let taken: Vec<bool> = (0..8)
        .map(|_| bench.machine.seize(GroupId(0), iam(), now).is_ok())
        .collect();
    assert_eq!(taken, [true, true, true, false, true, true, true, false]);
}

/// Automatic congestion level (Q.764 §2.11).
#[test]
fn what_an_overloaded_exchange_says_counts_for_five_seconds() {
    let mut bench = Bench::ready(config(&[1..=1]));
    for (level, share) in [(1, 50), (2, 75), (3, 0)] {
        let alert = if share > 0 { "! 1 TrafficReduced" } else { "" };
        bench.run(&format!(
            "seize
             > IAM 1
             < REL 1 42 overload={level}
             {alert}
             > RLC 1
             1 released 42
             1 idle"
        ));
        assert_eq!(refused(&bench), share);
        bench.wait(Duration::from_millis(4999));
        assert_eq!(refused(&bench), share);
        bench.wait(Duration::from_millis(1));
        assert_eq!(refused(&bench), 0);
    }
}

#[test]
fn our_own_overload_stands_in_every_release() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.machine.overloaded(2);
    bench.run(
        "< IAM 2
         2 setup
         release 2 42
         > REL 2 42 overload=2
         < RLC 2
         2 idle",
    );
    bench.machine.overloaded(0);
    bench.run("< IAM 2\n 2 setup\n release 2 16\n > REL 2 16");
}
