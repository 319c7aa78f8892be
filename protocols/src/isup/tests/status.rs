//! What operators are told of circuits, and blocking that outlives the program.

use std::time::Duration;

use codecs::isup::Supervision;

use super::script::*;
use crate::isup::*;

fn reason(bench: &Bench, cic: u16) -> Option<Reason> {
    bench.machine.status(bench.circuit(cic)).unwrap().reason
}

#[test]
fn every_circuit_tells_why_it_is_not_idle() {
    let mut bench = Bench::cold(config(&[1..=9]));
    assert_eq!(reason(&bench, 1), Some(Reason::AwaitsReset));
    bench.run("available\n > GRS 1 range=8");
    assert_eq!(reason(&bench, 1), Some(Reason::ResetUnacknowledged));
    bench.run(
        "< GRA 1 range=8
         1 idle
         2 idle
         3 idle
         4 idle
         5 idle
         6 idle
         7 idle
         8 idle
         9 idle
         < IAM 1
         1 setup
         block 2
         > BLO 2
         < BLO 3
         > BLA 3
         block 4 hardware
         > CGB 4 range=1 status=01 hardware
         < BLO 4
         > BLA 4
         < UCIC 5
         ! 5 UnequippedThere",
    );
    let reasons: Vec<_> = (1..=6).map(|cic| reason(&bench, cic)).collect();
    assert_eq!(
        reasons,
        [
            Some(Reason::Busy),
            Some(Reason::BlockedHere),
            Some(Reason::BlockedThere),
            Some(Reason::BlockedByBoth),
            Some(Reason::UnequippedThere),
            None
        ]
    );
    bench.run("unavailable\n > REL 1 27\n 1 failed 27");
    assert_eq!(reason(&bench, 6), Some(Reason::DestinationUnavailable));
}

#[test]
fn a_status_says_since_when() {
    let mut bench = Bench::cold(config(&[1..=1]));
    let status = |bench: &Bench| bench.machine.status(bench.circuit(1)).unwrap();
    assert_eq!(status(&bench).since, None);
    bench.run("available\n > RSC 1\n < RLC 1\n 1 idle");
    let idle = bench.now;
    bench.wait(Duration::from_secs(5));
    assert_eq!(
        (status(&bench).class, status(&bench).since),
        (Class::Idle, Some(idle))
    );
    bench.run("seize\n > IAM 1");
    assert_eq!(
        (status(&bench).class, status(&bench).since),
        (Class::Outgoing, Some(bench.now))
    );
}

#[test]
fn the_circuits_of_a_group_are_listed() {
    let bench = Bench::cold(Config {
        groups: vec![group(&[1..=2]), group(&[8..=9, 4..=4])],
        ..Config::default()
    });
    let codes = |group| {
        let circuits = bench.machine.circuits_of(GroupId(group));
        let code = |id| bench.machine.identity(id).unwrap().1.value();
        circuits.map(code).collect::<Vec<_>>()
    };
    assert_eq!(codes(0), [1, 2]);
    assert_eq!(codes(1), [8, 9, 4]);
    assert!(codes(2).is_empty());
}

/// Unblocking that is not acknowledged is done; blocking that is not acknowledged is done too.
#[test]
fn blocking_survives_a_restart() {
    let mut bench = Bench::ready(config(&[1..=6]));
    bench.run(
        "block 1-3
         > CGB 1 range=2 status=07
         block 3 hardware
         > CGB 3 range=1 status=01 hardware
         unblock 2
         > UBL 2",
    );
    let snapshot: Vec<_> = bench.machine.blocking_snapshot().collect();
    let [one, three] = [1, 3].map(|cic| bench.circuit(cic));
    assert_eq!(
        snapshot,
        [
            (one, Supervision::MAINTENANCE),
            (three, Supervision::MAINTENANCE),
            (three, Supervision::HARDWARE_FAILURE),
        ]
    );
    let mut restarted = Bench::cold(config(&[1..=6]));
    restarted.machine.restore(&snapshot, restarted.now);
    restarted.run(
        "available
         > GRS 1 range=5
         < GRA 1 range=5
         > CGB 1 range=2 status=05
         > CGB 3 range=1 status=01 hardware
         1 idle
         2 idle
         3 idle
         4 idle
         5 idle
         6 idle",
    );
    let again: Vec<_> = restarted.machine.blocking_snapshot().collect();
    assert_eq!(again, snapshot);
}
