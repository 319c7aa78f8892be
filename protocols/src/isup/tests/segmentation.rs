//! Messages in two parts.

use super::script::*;
use crate::isup::*;

/// Q.784 6.5.2.
#[test]
fn a_segment_is_joined_to_its_message() {
    Bench::ready(config(&[1..=2])).run(
        "< IAM 1 segment uui=100
         < SGM 1 atp=50 mci=80
         1 setup uui=100 atp=50
         wait 9999s",
    );
}

/// Q.784 6.5.5.
#[test]
fn backward_messages_have_segments_too() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < ACM 1 segment
         < SGM 1 uui=9
         1 ACM uui=9
         < CPG 1 segment
         < SGM 1 uui=8
         1 CPG uui=8
         < ANM 1 segment
         < SGM 1 uui=7
         1 ANM uui=7
         < SGM 1 uui=6",
    );
}

/// Q.784 6.5.3: T34.
#[test]
fn without_its_segment_a_message_counts_after_a_while() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1 segment
         wait 1s
         wait 1s
         1 setup segment
         < SGM 1 uui=9
         send ACM 1
         > ACM 1",
    );
}

#[test]
fn another_message_of_the_call_ends_the_wait() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1 segment
         < BLO 1
         > BLA 1
         < REL 1 16
         1 setup segment
         > RLC 1
         1 released 16
         1 idle
         wait 9999s",
    );
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < ACM 1 segment
         < ANM 1
         1 ACM segment
         1 ANM
         < SGM 1",
    );
}

#[test]
fn a_circuit_that_waits_for_a_segment_is_not_seized() {
    let mut bench = Bench::ready(config(&[1..=1]));
    bench.run("< IAM 1 segment");
    assert_eq!(bench.counts().incoming, 1);
    let seized = bench.machine.seize(GroupId(0), iam(), bench.now);
    assert_eq!(seized, Err(Unavailable::NoIdleCircuit));
    bench.run("reset 1\n > RSC 1\n < SGM 1\n < RLC 1\n 1 idle\n wait 9999s");
}

#[test]
fn a_circuit_whose_segmented_call_is_refused_is_idle_again() {
    Bench::ready(config(&[1..=1])).run(
        "< IAM 1 segment
         block 1
         > BLO 1
         < BLA 1
         wait 2s
         > BLO 1
         1 idle
         < BLA 1
         < IAM 1 category=13 segment par=fe for=fe:88
         < SGM 1
         1 idle
         wait 9999s",
    );
}

#[test]
fn what_nobody_awaits_is_not_waited_for() {
    Bench::ready(config(&[1..=1])).run(
        "< SGM 1
         < ACM 1 segment
         ! 1 UnreasonableMessage
         > RSC 1
         < RLC 1
         1 idle",
    );
}

/// Q.784 6.5.1.
#[test]
fn a_message_that_is_too_long_is_sent_in_two() {
    Bench::ready(config(&[1..=2])).run(
        "seize uui=131 atp=150
         > IAM 1 atp=150 segment
         > SGM 1 uui=131
         < ACM 1
         1 ACM",
    );
    Bench::ready(config(&[1..=2])).run(
        "seize uui=131 atp=80
         > IAM 1 uui=131 atp=80
         < IAM 2
         2 setup
         send ACM 2 uui=250 atp=250
         > ACM 2 atp=250 segment
         > SGM 2 uui=250",
    );
}

/// T1.113 has no SGM: the call is worth more than what has no room, and nothing is announced or
/// waited for.
#[test]
fn without_segments_a_message_goes_as_far_as_it_has_room() {
    let ansi = Group {
        variant: &codecs::isup::Variant::ANSI,
        ..group(&[1..=2])
    };
    Bench::ready(Config {
        groups: vec![ansi],
        ..Config::default()
    })
    .run(
        "seize uui=131 atp=150
         > IAM 1 atp=150
         < ACM 1 segment
         1 ACM segment
         < IAM 2 segment
         2 setup segment
         send ACM 2 uui=131 atp=150
         > ACM 2 atp=150",
    );
}
