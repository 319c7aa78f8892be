//! Release from either side and both, and what follows when it is not acknowledged.

use super::script::*;

/// Q.784 3.1, 3.2, 4.1.
#[test]
fn a_call_is_released_before_its_answer() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < REL 1 17
         > RLC 1
         1 released 17
         1 idle
         < IAM 1
         1 setup
         release 1 1
         > REL 1 1
         < RLC 1
         1 idle",
    );
}

/// Q.784 3.8a.
#[test]
fn releases_cross() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "seize
         > IAM 1
         < CON 1
         1 CON
         release 1 16
         > REL 1 16
         < REL 1 16
         > RLC 1",
    );
    assert_eq!(bench.counts().releasing, 1, "our own RLC is still to come");
    bench.run("< RLC 1\n 1 idle\n wait 9999s");
}

#[test]
fn a_second_release_by_the_owner_is_nothing() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         < REL 1 16
         > RLC 1
         1 released 16
         1 idle
         release 1 16",
    );
}

/// Q.784 5.2.3: T1 and T5.
#[test]
fn an_unanswered_release_becomes_a_reset() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("seize\n > IAM 1\n release 1 16\n > REL 1 16");
    for _ in 0..19 {
        bench.run("wait 15s\n > REL 1 16");
    }
    bench.run(
        "wait 15s
         > REL 1 16
         ! 1 ReleaseUnacknowledged
         > RSC 1
         wait 299s
         wait 1s
         > RSC 1
         ! 1 ResetUnacknowledged
         wait 300s
         > RSC 1
         ! 1 ResetUnacknowledged
         < REL 1 16
         > RLC 1
         < IAM 1
         < RLC 1
         1 idle
         wait 9999s",
    );
}

/// Q.764 §2.9.5.1 i), ii).
#[test]
fn an_idle_circuit_acknowledges_release_and_discards_its_completion() {
    Bench::ready(config(&[1..=1])).run(
        "< REL 1 16
         > RLC 1
         < RLC 1",
    );
}

/// Q.764 §2.9.5.1 iii).
#[test]
fn release_complete_nobody_asked_for_clears_the_call() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1
         1 setup
         < RLC 1
         > REL 1 31
         1 failed 31
         < RLC 1
         1 idle",
    );
}
