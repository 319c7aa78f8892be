//! Blocking and unblocking, by either side and both, one by one and in groups.

use super::script::*;
use crate::isup::*;

/// Q.784 1.3.2.1.
#[test]
fn the_other_exchange_blocks() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("< BLO 1\n > BLA 1\n < BLO 1\n > BLA 1");
    assert_eq!(bench.counts().blocked, 1);
    let seized = bench.machine.seize(GroupId(0), iam(), bench.now);
    assert_eq!(seized, Err(Unavailable::NoIdleCircuit));
    bench.run("< UBL 1\n > UBA 1\n < UBL 1\n > UBA 1\n seize\n > IAM 1");
}

/// Q.784 1.3.2.2, 1.3.2.3.
#[test]
fn both_block_and_each_unblocks_for_itself() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "block 1
         > BLO 1
         block 1
         < BLA 1
         < BLO 1
         > BLA 1
         unblock 1
         > UBL 1
         < UBA 1
         unblock 1",
    );
    assert_eq!(bench.counts().blocked, 1);
    bench.run("< UBL 1\n > UBA 1\n wait 9999s");
    assert_eq!(bench.counts().idle, 1);
}

/// Q.784 1.3.2.4.
#[test]
fn a_call_lifts_the_blocking_of_its_own_exchange() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "< BLO 1
         > BLA 1
         < IAM 1
         1 setup
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle",
    );
    assert_eq!(bench.counts().idle, 1);
}

#[test]
fn a_test_call_leaves_the_blocking_of_its_own_exchange() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "< BLO 1
         > BLA 1
         < IAM 1 category=13
         1 setup
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle",
    );
    assert_eq!(bench.counts().blocked, 1);
}

#[test]
fn a_circuit_we_blocked_takes_test_calls_only() {
    Bench::ready(config(&[1..=1])).run(
        "block 1
         > BLO 1
         < IAM 1
         < BLA 1
         < REL 1 31
         > RLC 1
         < IAM 1
         > BLO 1
         < BLA 1
         < IAM 1 category=13
         1 setup",
    );
}

/// Q.784 2.3.5, 2.3.6.
#[test]
fn blocking_leaves_a_call_alone() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         block 1
         > BLO 1
         < BLA 1
         < BLO 1
         > BLA 1
         < ANM 1
         1 ANM
         release 1 16
         > REL 1 16
         < RLC 1
         1 idle",
    );
    assert_eq!(bench.counts().blocked, 1);
}

/// Q.784 6.2.2.
#[test]
fn a_call_for_which_nothing_came_back_leaves_a_circuit_that_is_blocked() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < BLO 1
         > BLA 1
         > REL 1 31
         1 reattempt 7219578290
         < RLC 1
         1 idle",
    );
}

/// Q.784 5.2.6, 5.2.7.
#[test]
fn t12_to_t15_repeat() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("block 1\n > BLO 1");
    for _ in 0..19 {
        bench.run("wait 15s\n > BLO 1");
    }
    bench.run(
        "wait 15s
         > BLO 1
         > BLO 1
         ! 1 BlockingUnacknowledged
         wait 300s
         > BLO 1
         ! 1 BlockingUnacknowledged
         < BLA 1
         wait 9999s
         unblock 1
         > UBL 1",
    );
    for _ in 0..19 {
        bench.run("wait 15s\n > UBL 1");
    }
    bench.run(
        "wait 15s
         > UBL 1
         > UBL 1
         ! 1 UnblockingUnacknowledged
         wait 300s
         > UBL 1
         ! 1 UnblockingUnacknowledged
         < UBA 1
         wait 9999s",
    );
}

#[test]
fn acknowledgements_nobody_asked_for_put_the_other_exchange_right() {
    Bench::ready(config(&[1..=1])).run(
        "< UBA 1
         < BLA 1
         > UBL 1
         < UBA 1
         block 1
         > BLO 1
         < UBA 1
         < BLA 1
         < BLA 1
         < UBA 1
         > BLO 1",
    );
}
