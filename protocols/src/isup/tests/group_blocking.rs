//! Blocking and unblocking of circuits in groups, for maintenance and because of hardware failures.

use super::script::*;
use crate::isup::*;

/// The widest range there is, of which 32 circuits at most are meant (`Q.763 §3.43`).
#[test]
fn a_range_of_256_codes_is_answered() {
    let wide = format!("03{}", "00".repeat(31));
    Bench::ready(config(&[1..=4])).run(&format!(
        "< CGB 1 range=255 status={wide}
         > CGBA 1 range=255 status={wide}
         < CGU 1 range=255 status={wide}
         > CGUA 1 range=255 status={wide}"
    ));
}

/// Q.784 1.3.1.1a, b and c.
#[test]
fn the_other_exchange_blocks_a_group() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "< IAM 2
         2 setup
         < CGB 1 range=3 status=0a
         > CGBA 1 range=3 status=0a
         < CGB 1 range=0 status=01
         < CGU 1 range=0 status=01
         < CGB 1 range=32 status=ffffffff01
         < CGU 1 range=32 status=ffffffff01",
    );
    let counts = bench.counts();
    assert_eq!((counts.idle, counts.blocked, counts.incoming), (2, 1, 1));
    bench.run("< CGU 1 range=3 status=08\n > CGUA 1 range=3 status=08");
    assert_eq!(bench.counts().idle, 3);
}

/// Q.763 §3.43: up to 256 circuits are named, up to 32 of them are meant.
#[test]
fn the_range_may_be_long_when_few_circuits_are_meant() {
    let mut bench = Bench::ready(config(&[1..=300]));
    bench.run("< CGB 1 range=40 status=010000000001\n > CGBA 1 range=40 status=010000000001");
    assert_eq!(bench.counts().blocked, 2);
}

/// Q.764 §2.8.2.3: circuits nobody has equipped here are not acknowledged.
#[test]
fn circuits_we_do_not_have_are_left_out_of_the_acknowledgement() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "< CGB 3 range=3 status=0f
         > CGBA 3 range=3 status=03
         < CGU 0 range=3 status=0f
         > CGUA 0 range=3 status=0e
         < CGB 8 range=3 status=0f
         ! 8 UnequippedHere",
    );
    assert_eq!((bench.counts().idle, bench.counts().blocked), (3, 1));
}

/// Q.784 1.3.1.1d: of hardware failures the calls do not survive.
#[test]
fn a_hardware_failure_there_ends_the_calls() {
    Bench::ready(config(&[1..=4])).run(
        "seize
         > IAM 1
         < IAM 2
         2 setup
         < CGB 1 range=3 status=0f hardware
         > CGBA 1 range=3 status=0f hardware
         > REL 1 31
         1 reattempt 7219578290
         > REL 2 31
         2 failed 31",
    );
}

/// Q.784 1.3.1.2a.
#[test]
fn we_block_a_group() {
    let mut bench = Bench::ready(config(&[1..=40]));
    bench.run(
        "block 1-3,5,34-40
         > CGB 1 range=4 status=17
         > CGB 34 range=6 status=7f
         < CGBA 1 range=4 status=17
         < CGBA 34 range=6 status=7f
         block 2,35
         unblock 1-5
         > CGU 1 range=4 status=17
         < CGUA 1 range=4 status=17
         unblock 34-40
         > CGU 34 range=6 status=7f
         < CGUA 34 range=6 status=7f
         wait 9999s",
    );
    assert_eq!(bench.counts().idle, 40);
}

/// Q.784 1.3.1.2b: hardware failures are for groups only, so that one circuit is a group too.
#[test]
fn a_hardware_failure_here_ends_the_calls() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "< IAM 2
         2 setup
         block 2 hardware
         > CGB 2 range=1 status=01 hardware
         > REL 2 31
         2 failed 31
         < CGBA 2 range=1 status=01 hardware
         < RLC 2
         2 idle
         < IAM 2 category=13
         > CGB 2 range=1 status=01 hardware
         < CGBA 2 range=1 status=01 hardware
         unblock 2 hardware
         > CGU 2 range=1 status=01 hardware
         < CGUA 2 range=1 status=01 hardware",
    );
    assert_eq!(bench.counts().idle, 4);
}

/// The acknowledgement says as little as the request, so that its sender need not repeat it.
#[test]
fn a_request_that_selects_no_circuit_is_acknowledged_as_such() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "< CGB 1 range=3 status=00
         ! 1 NoCircuitSelected
         > CGBA 1 range=3 status=00
         < CGU 1 range=3 status=00
         ! 1 NoCircuitSelected
         > CGUA 1 range=3 status=00
         < CGB 9 range=3 status=0f
         ! 9 UnequippedHere",
    );
    assert_eq!(bench.counts().idle, 4);
}

#[test]
fn both_kinds_are_apart_on_both_sides() {
    let mut bench = Bench::ready(config(&[1..=2]));
    bench.run(
        "block 1-2
         > CGB 1 range=1 status=03
         block 1-2 hardware
         > CGB 1 range=1 status=03 hardware
         < CGBA 1 range=1 status=03 hardware
         < CGBA 1 range=1 status=03
         < CGB 1 range=1 status=01
         > CGBA 1 range=1 status=01
         < CGB 1 range=1 status=01 hardware
         > CGBA 1 range=1 status=01 hardware
         unblock 1-2
         > CGU 1 range=1 status=03
         < CGUA 1 range=1 status=03
         < UBL 1
         > UBA 1",
    );
    let blocking = bench.machine.status(bench.circuit(1)).unwrap().blocking;
    assert_eq!(blocking.maintenance, Sides::default());
    assert_eq!(blocking.hardware.local, LocalBlocking::Blocked);
    assert!(blocking.hardware.remote);
    bench.run(
        "unblock 1-2 hardware
         > CGU 1 range=1 status=03 hardware
         < CGUA 1 range=1 status=03 hardware
         < CGU 1 range=1 status=01 hardware
         > CGUA 1 range=1 status=01 hardware",
    );
    assert_eq!(bench.counts().idle, 2);
}

/// Q.784 1.3.2.5.
#[test]
fn a_group_may_be_unblocked_one_by_one() {
    let mut bench = Bench::ready(config(&[1..=2]));
    bench.run(
        "< CGB 1 range=1 status=03
         > CGBA 1 range=1 status=03
         < UBL 1
         > UBA 1",
    );
    assert_eq!((bench.counts().idle, bench.counts().blocked), (1, 1));
}

/// Q.784 5.2.9, 5.2.10.
#[test]
fn t18_to_t21_repeat() {
    let mut bench = Bench::ready(config(&[1..=3]));
    for (command, message, alert) in [
        ("block", "CGB", "BlockingUnacknowledged"),
        ("unblock", "CGU", "UnblockingUnacknowledged"),
    ] {
        let sent = format!("> {message} 1 range=2 status=07");
        bench.run(&format!("{command} 1-3\n {sent}"));
        for _ in 0..19 {
            bench.run(&format!("wait 15s\n {sent}"));
        }
        bench.run(&format!(
            "wait 15s
             {sent}
             {sent}
             ! 1 {alert}
             wait 300s
             {sent}
             ! 1 {alert}
             < {message}A 1 range=2 status=07
             wait 9999s"
        ));
    }
    assert_eq!(bench.counts().idle, 3);
}

#[test]
fn a_repetition_leaves_out_what_was_decided_otherwise() {
    Bench::ready(config(&[1..=3])).run(
        "block 1-3
         > CGB 1 range=2 status=07
         unblock 2
         > UBL 2
         < UBA 2
         wait 15s
         > CGB 1 range=2 status=05
         unblock 1-3
         > CGU 1 range=2 status=05
         < CGUA 1 range=2 status=05
         wait 9999s",
    );
}

/// Q.764 §2.8.2.3: what is missing in an acknowledgement, and what should not be there.
#[test]
fn acknowledgements_are_compared_with_what_was_asked_for() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "block 1-2
         > CGB 1 range=1 status=03
         < CGBA 1 range=1 status=01
         ! 1 AcknowledgedInPart
         block 3,4 hardware
         > CGB 3 range=1 status=03 hardware
         unblock 4 hardware
         > CGU 4 range=1 status=01 hardware
         < CGBA 3 range=1 status=03 hardware
         < CGUA 4 range=1 status=03 hardware
         ! 4 AcknowledgedUnasked
         < CGBA 1 range=1 status=03
         < CGUA 3 range=1 status=03
         < CGUA 1 range=1 status=03
         ! 1 AcknowledgedUnasked
         < CGBA 3 range=1 status=02
         ! 3 AcknowledgedUnasked
         < CGBA 1 range=0 status=01
         wait 9999s",
    );
}

/// The blocking waits for the end of the reset, which would lift it.
#[test]
fn circuits_being_reset_are_blocked_afterwards() {
    let mut bench = Bench::cold(config(&[1..=4]));
    bench.run(
        "block 1-2
         block 3 hardware
         block 4
         unblock 4
         available
         > GRS 1 range=3
         < GRA 1 range=3
         > CGB 1 range=1 status=03
         > CGB 3 range=1 status=01 hardware
         1 idle
         2 idle
         3 idle
         4 idle
         < CGBA 1 range=1 status=03
         < CGBA 3 range=1 status=01 hardware",
    );
    assert_eq!((bench.counts().idle, bench.counts().blocked), (1, 3));
}

#[test]
fn resets_from_there_are_answered_after_what_is_blocked() {
    Bench::ready(config(&[1..=3])).run(
        "block 1-2
         > CGB 1 range=1 status=03
         < CGBA 1 range=1 status=03
         block 2 hardware
         > CGB 2 range=1 status=01 hardware
         < CGBA 2 range=1 status=01 hardware
         < RSC 2
         > BLO 2
         > CGB 2 range=1 status=01 hardware
         > RLC 2
         < BLA 2
         < CGBA 2 range=1 status=01 hardware
         < GRS 1 range=2
         > CGB 2 range=1 status=01 hardware
         > GRA 1 range=2 status=03",
    );
}
