//! Continuity checks: with a call, on a circuit before it, by themselves.

use super::script::*;
use crate::isup::*;

/// Every call asks for a check.
fn checking(cics: &[std::ops::RangeInclusive<u16>]) -> Config {
    Config {
        groups: vec![Group {
            continuity_check: 100,
            ..group(cics)
        }],
        ..Config::default()
    }
}

/// Q.784 6.1.1, 6.1.4.
#[test]
fn a_call_goes_on_when_the_tone_comes_back() {
    Bench::ready(checking(&[1..=1])).run(
        "seize
         > IAM 1 check=1
         1 SendTone
         wait 0s
         heard 1
         1 Stop
         > COT 1
         heard 1
         wait 1s
         < ACM 1
         1 ACM
         < ANM 1
         1 ANM",
    );
}

/// Q.784 6.1.2.
#[test]
fn a_check_on_a_previous_circuit_is_awaited() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1 check=2
         1 setup
         send ACM 1
         < COT 1
         1 COT
         > ACM 1
         wait 9999s",
    );
}

/// Q.784 6.1.3.
#[test]
fn a_call_that_is_released_ends_its_check() {
    Bench::ready(checking(&[1..=1])).run(
        "seize
         > IAM 1 check=1
         1 SendTone
         release 1 16
         > REL 1 16
         1 Stop
         heard 1
         < RLC 1
         1 idle
         seize
         > IAM 1 check=1
         1 SendTone
         < REL 1 34
         > RLC 1
         1 Stop
         1 released 34
         1 idle",
    );
}

/// Q.784 6.1.5, 6.2.4, 1.4.4: T24, T25, T26.
#[test]
fn without_tone_the_call_tries_another_circuit_and_the_check_is_repeated() {
    let mut bench = Bench::ready(checking(&[1..=1]));
    bench.run(
        "seize
         > IAM 1 check=1
         1 SendTone
         wait 1s
         > COT 1 failed
         1 Stop
         1 reattempt 7219578290
         ! 1 ContinuityFailed
         wait 1s
         > CCR 1
         1 SendTone
         wait 1s
         > COT 1 failed
         1 Stop
         ! 1 ContinuityFailed
         wait 59s
         wait 1s
         > CCR 1
         1 SendTone
         wait 1s
         > COT 1 failed
         1 Stop
         ! 1 ContinuityFailed",
    );
    assert_eq!(bench.counts().faulty, 1);
    let reason = bench.machine.status(bench.circuit(1)).unwrap().reason;
    assert_eq!(
        reason.unwrap().to_string(),
        "continuity failed, repeated at T26"
    );
    bench.run(
        "wait 60s
         > CCR 1
         1 SendTone
         heard 1
         > REL 1 16
         1 Stop
         ! 1 ContinuityPassed
         < RLC 1
         1 idle",
    );
}

#[test]
fn a_relayed_continuity_waits_for_the_check_of_this_circuit() {
    let cases = [
        "send COT 1\n heard 1\n 1 Stop",
        "heard 1\n 1 Stop\n send COT 1",
    ];
    for order in cases {
        Bench::ready(checking(&[1..=1])).run(&format!(
            "seize check=2
             > IAM 1 check=1
             1 SendTone
             {order}
             > COT 1"
        ));
    }
    Bench::ready(config(&[1..=1])).run(
        "seize check=2
         > IAM 1 check=2
         send COT 1
         > COT 1
         < ACM 1
         1 ACM",
    );
}

/// The percentage is spread evenly.
#[test]
fn some_calls_ask_for_a_check() {
    let mut bench = Bench::ready(Config {
        groups: vec![Group {
            continuity_check: 40,
            ..group(&[1..=5])
        }],
        ..Config::default()
    });
    let checked: Vec<bool> = (0..5)
        .map(|_| {
            bench.machine.seize(GroupId(0), iam(), bench.now).unwrap();
            bench.drain().len() > 1
        })
        .collect();
    assert_eq!(checked, [false, false, true, false, true]);
}

/// What comes back meanwhile ends the check.
#[test]
fn a_seizure_by_the_other_exchange_ends_the_check_of_a_circuit_we_do_not_control() {
    Bench::ready(checking(&[2..=2]))
        .run(
            "seize
         > IAM 2 check=1
         1 SendTone"
                .replace("1 SendTone", "2 SendTone")
                .as_str(),
        )
        .run(
            "< IAM 2
         2 Stop
         2 reattempt 7219578290
         2 setup
         wait 9999s",
        );
}

/// Q.764 §2.1.8: the circuit is looped back, and the call waits.
#[test]
fn an_incoming_call_waits_for_continuity() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1 check=1
         1 LoopBack
         1 setup
         < SAM 1 5
         1 SAM
         send ACM 1
         send CPG 1
         send ANM 1
         < COT 1
         1 Stop
         1 COT
         > ACM 1
         > CPG 1
         > ANM 1
         wait 9999s",
    );
}

#[test]
fn what_waits_for_continuity_must_be_in_sequence_and_is_bounded() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("< IAM 1 check=1\n 1 LoopBack\n 1 setup");
    let (id, now) = (bench.circuit(1), bench.now);
    let mut send = |name| bench.machine.send(id, message(name, &["1"]), now);
    for refused in ["ANM", "CPG", "SUS", "SAM"] {
        assert_eq!(send(refused), Err(Refused::OutOfSequence), "{refused}");
    }
    assert_eq!(send("ACM"), Ok(()));
    assert_eq!(send("CON"), Err(Refused::OutOfSequence));
    let taken = (0..100).filter(|_| send("CPG").is_ok()).count();
    assert_eq!(taken, 7);
    bench.run("< REL 1 16\n > RLC 1\n 1 Stop\n 1 released 16\n 1 idle");
}

/// Q.784 5.2.5.
#[test]
fn t8_releases_a_call_without_continuity() {
    for (check, looped, stopped) in [(1, "1 LoopBack", "1 Stop"), (2, "", "")] {
        Bench::ready(config(&[1..=1])).run(&format!(
            "< IAM 1 check={check}
             {looped}
             1 setup
             wait 9s
             wait 1s
             > REL 1 41
             {stopped}
             1 failed 41
             < RLC 1
             1 idle"
        ));
    }
}

/// Q.784 1.4.5: T27.
#[test]
fn a_failed_check_that_is_not_repeated_ends_in_a_reset() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "< IAM 1 check=1
         1 LoopBack
         1 setup
         < COT 1 failed
         1 Stop
         1 failed 41",
    );
    assert_eq!(bench.counts().testing, 1);
    bench.run(
        "wait 239s
         wait 1s
         > RSC 1
         ! 1 ContinuityUnresolved
         < RLC 1
         1 idle",
    );
}

#[test]
fn a_failed_check_of_a_previous_circuit_is_the_owners_news() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1 check=2
         1 setup
         < COT 1 failed
         1 COT
         < REL 1 41
         > RLC 1
         1 released 41
         1 idle",
    );
}

/// Q.784 1.4.1, 1.4.3.
#[test]
fn the_other_exchange_checks_a_circuit() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run(
        "< CCR 1
         1 LoopBack
         < REL 1 16
         > RLC 1
         1 Stop
         1 idle
         < CCR 1
         1 LoopBack
         < COT 1 failed
         1 Stop
         < CCR 1
         1 LoopBack
         < COT 1 failed
         1 Stop
         wait 200s
         < CCR 1
         1 LoopBack
         < RSC 1
         1 Stop
         1 idle
         > RLC 1
         wait 9999s",
    );
}

/// T36.
#[test]
fn a_loop_nobody_ends_is_reset() {
    Bench::ready(config(&[1..=1])).run(
        "< CCR 1
         1 LoopBack
         wait 9s
         wait 1s
         1 Stop
         > RSC 1
         ! 1 ContinuityUnresolved
         < RLC 1
         1 idle",
    );
}

#[test]
fn a_loop_is_acknowledged_where_the_network_wants_it() {
    Bench::ready(Config {
        groups: vec![Group {
            loop_back_acknowledgement: true,
            ..group(&[1..=1])
        }],
        ..Config::default()
    })
    .run(
        "< CCR 1
         1 LoopBack
         > LPA 1",
    );
}

/// Q.784 1.4.2.
#[test]
fn we_check_a_circuit() {
    Bench::ready(config(&[1..=1])).run(
        "check 1
         > CCR 1
         1 SendTone
         < LPA 1
         heard 1
         > REL 1 16
         1 Stop
         ! 1 ContinuityPassed
         < RLC 1
         1 idle
         seize
         > IAM 1
         check 1",
    );
}

#[test]
fn of_two_checks_that_meet_the_controlling_exchange_s_wins() {
    Bench::ready(config(&[1..=2])).run(
        "check 1
         > CCR 1
         1 SendTone
         < CCR 1
         check 2
         > CCR 2
         2 SendTone
         < CCR 2
         2 LoopBack",
    );
}
