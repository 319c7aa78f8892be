//! Reset of circuits and groups: received, sent, and at start-up.

use super::script::*;
use crate::isup::*;

/// Q.784 1.2.1.
#[test]
fn an_idle_circuit_is_reset() {
    Bench::ready(config(&[1..=1])).run("< RSC 1\n > RLC 1");
}

/// Q.784 5.3.1, 5.3.2.
#[test]
fn a_reset_clears_the_call() {
    let mut bench = Bench::ready(config(&[1..=2]));
    bench.run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         < RSC 1
         1 failed 31
         1 idle
         > RLC 1
         < IAM 2
         2 setup
         < RSC 2
         2 failed 31
         2 idle
         > RLC 2",
    );
    assert_eq!(bench.counts().idle, 2);
}

/// Q.784 6.2.3.
#[test]
fn a_reset_before_a_backward_message_lets_the_call_try_again() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < RSC 1
         1 reattempt 7219578290
         1 idle
         > RLC 1",
    );
}

#[test]
fn a_reset_completes_a_release() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         release 1 16
         > REL 1 16
         < RSC 1
         1 idle
         > RLC 1
         wait 9999s",
    );
}

/// Q.784 1.2.3, 1.2.4.
#[test]
fn a_reset_lifts_remote_blocking_and_local_blocking_is_said_again() {
    let mut bench = Bench::ready(config(&[1..=2]));
    bench.run(
        "block 1
         > BLO 1
         < BLA 1
         < RSC 1
         > BLO 1
         > RLC 1
         < BLA 1
         < BLO 2
         > BLA 2
         < RSC 2
         > RLC 2
         wait 9999s",
    );
    assert_eq!((bench.counts().idle, bench.counts().blocked), (1, 1));
}

/// Q.784 1.2.2, and Q.764 §2.9.3.1 f): both reset at once.
#[test]
fn staff_resets_a_circuit() {
    Bench::ready(config(&[1..=1])).run(
        "reset 1
         > RSC 1
         reset 1
         < RSC 1
         > RLC 1
         < RLC 1
         1 idle",
    );
}

/// Q.784 5.2.8.
#[test]
fn t16_and_t17_repeat_a_reset() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("reset 1\n > RSC 1");
    for _ in 0..19 {
        bench.run("wait 15s\n > RSC 1");
    }
    bench.run(
        "wait 15s
         > RSC 1
         > RSC 1
         ! 1 ResetUnacknowledged
         wait 299s
         wait 1s
         > RSC 1
         ! 1 ResetUnacknowledged
         < RLC 1
         1 idle
         wait 9999s",
    );
}

/// Q.784 1.2.5, 1.2.7.
#[test]
fn a_group_is_reset() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.run(
        "block 2
         > BLO 2
         < BLA 2
         < BLO 3
         > BLA 3
         seize
         > IAM 1
         < IAM 4
         4 setup
         < GRS 1 range=3
         1 reattempt 7219578290
         1 idle
         4 failed 31
         4 idle
         > GRA 1 range=3 status=02",
    );
    assert_eq!((bench.counts().idle, bench.counts().blocked), (3, 1));
}

/// Q.784 1.2.5b, 1.2.5c; Q.764 §2.9.3.3.
#[test]
fn a_group_reset_with_a_range_that_is_not_allowed_is_discarded() {
    Bench::ready(config(&[1..=40])).run(
        "< IAM 2
         2 setup
         < GRS 1 range=0
         < GRS 1 range=32
         < GRS 10 range=31
         < GRS 41 range=2
         ! 41 UnequippedHere",
    );
}

#[test]
fn at_start_up_consecutive_circuits_are_reset_together() {
    let mut bench = Bench::cold(config(&[1..=31, 33..=65, 70..=70]));
    assert!(
        bench.drain().is_empty(),
        "nothing before the destination is there"
    );
    assert_eq!(bench.counts().resetting, 65);
    bench.run(
        "available
         > GRS 1 range=30
         > GRS 33 range=31
         > RSC 65
         > RSC 70
         < IAM 1
         < RLC 65
         65 idle
         < GRA 1 range=29
         < GRA 2 range=30
         < GRA 70 range=30",
    );
    assert_eq!(bench.counts().idle, 1);
    assert_eq!(
        bench.machine.seize(GroupId(0), iam(), bench.now).unwrap(),
        bench.circuit(65)
    );
}

#[test]
fn circuits_are_unusable_until_the_acknowledgement_which_tells_what_is_blocked() {
    let mut bench = Bench::cold(config(&[1..=3]));
    bench.run("available\n > GRS 1 range=2");
    let seized = bench.machine.seize(GroupId(0), iam(), bench.now);
    assert_eq!(seized, Err(Unavailable::NoIdleCircuit));
    bench.run("< GRA 1 range=2 status=02\n 1 idle\n 2 idle\n 3 idle");
    assert_eq!((bench.counts().idle, bench.counts().blocked), (2, 1));
    let status = bench.machine.status(bench.circuit(2)).unwrap();
    assert!(status.blocking.maintenance.remote);
}

/// Q.784 5.2.11.
#[test]
fn t22_and_t23_repeat_a_group_reset() {
    let mut bench = Bench::cold(config(&[1..=3]));
    bench.run("available\n > GRS 1 range=2");
    for _ in 0..19 {
        bench.run("wait 15s\n > GRS 1 range=2");
    }
    bench.run(
        "wait 15s
         > GRS 1 range=2
         > GRS 1 range=2
         ! 1 ResetUnacknowledged
         wait 300s
         > GRS 1 range=2
         ! 1 ResetUnacknowledged
         < GRA 1 range=2
         1 idle
         2 idle
         3 idle
         wait 9999s",
    );
}

#[test]
fn group_resets_are_paced_but_a_silent_one_does_not_stop_the_others() {
    let mut bench = Bench::cold(Config {
        resets_at_once: 1,
        ..config(&[1..=2, 11..=12, 21..=22])
    });
    bench.run(
        "available
         > GRS 1 range=1
         < GRA 1 range=1
         1 idle
         2 idle
         > GRS 11 range=1",
    );
    bench.wait(std::time::Duration::from_secs(300));
    let said = bench.drain();
    assert_eq!(bench.tell(&said[said.len() - 1..]), ["> GRS 21 range=1"]);
    bench.run("< GRA 11 range=1\n 11 idle\n 12 idle\n < GRA 21 range=1\n 21 idle\n 22 idle");
}

/// Our blocking survives our own resets, of which the other exchange forgets it.
#[test]
fn a_blocked_circuit_is_blocked_again_after_our_reset() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "block 1
         > BLO 1
         < BLA 1
         reset 1
         > RSC 1
         < RLC 1
         > BLO 1
         1 idle
         < BLA 1",
    );
    assert_eq!(bench.counts().blocked, 1);
}
