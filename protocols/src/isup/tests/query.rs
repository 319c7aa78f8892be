//! Circuit group query in both directions, and what its outcome calls for.

use super::script::*;
use crate::isup::*;

/// The octets of Q.763 §3.14: 0c idle, 04 incoming busy, 08 outgoing busy, 00 transient, 03
/// unequipped; 01 and 02 in it blocked by that exchange and by the other one, 10 and 20 because of
/// a hardware failure.
#[test]
fn we_tell_the_states_of_our_circuits() {
    Bench::ready(config(&[1..=9])).run(
        "< CQM 1 range=0
         > CQR 1 range=0 states=0c
         seize
         > IAM 1
         < CQM 1 range=1
         > CQR 1 range=1 states=000c
         < ACM 1
         1 ACM
         < IAM 2
         2 setup
         block 3
         > BLO 3
         < BLO 4
         > BLA 4
         block 5 hardware
         > CGB 5 range=1 status=01 hardware
         < CGBA 5 range=1 status=01 hardware
         < CGB 6 range=1 status=01 hardware
         > CGBA 6 range=1 status=01 hardware
         < BLO 3
         > BLA 3
         < CQM 1 range=9
         > CQR 1 range=9 states=0804000e1c2c0c0c0c03
         < BLA 3
         < CQM 3 range=0
         > CQR 3 range=0 states=0f
         < CQM 100 range=1
         > CQR 100 range=1 states=0303
         < CQM 1 range=32",
    );
}

#[test]
fn the_answer_is_compared_with_what_we_think() {
    Bench::ready(config(&[1..=9])).run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         < IAM 2
         2 setup
         block 3
         > BLO 3
         < BLA 3
         < BLO 4
         > BLA 4
         query 1-9
         > CQM 1 range=8
         < CQR 1 range=8 states=04080e0d0c03000908
         1 here=08 there=04 Nothing
         2 here=04 there=08 Nothing
         3 here=0d there=0e Nothing
         4 here=0e there=0d Nothing
         5 here=0c there=0c Nothing
         6 here=0c there=03 OutOfService
         7 here=0c there=00 AskAgain
         8 here=0c there=09 Reset
         9 here=0c there=08 Reset
         < CQR 1 range=8 states=04080e0d0c03000908
         wait 10s",
    );
}

#[test]
fn an_audit_puts_things_right() {
    let mut bench = Bench::ready(config(&[1..=9]));
    bench.run(
        "seize
         > IAM 1
         < ACM 1
         1 ACM
         < IAM 2
         2 setup
         block 3
         > BLO 3
         < BLA 3
         < BLO 4
         > BLA 4
         < CGB 9 range=1 status=01 hardware
         > CGBA 9 range=1 status=01 hardware
         audit 1-9
         > CQM 1 range=8
         < CQR 1 range=8 states=0c0c0c0c0e0d031c0c
         1 here=08 there=0c Reset
         1 failed 31
         > RSC 1
         2 here=04 there=0c Reset
         2 failed 31
         > RSC 2
         3 here=0d there=0c Blocking
         > BLO 3
         4 here=0e there=0c Blocking
         5 here=0c there=0e Blocking
         > UBL 5
         6 here=0c there=0d Blocking
         7 here=0c there=03 OutOfService
         ! 7 UnequippedThere
         8 here=0c there=1c Blocking
         9 here=2c there=0c Blocking
         < RLC 1
         1 idle
         < RLC 2
         2 idle
         < BLA 3
         < UBA 5
         audit 1-9
         > CQM 1 range=8
         < CQR 1 range=8 states=0c0c0e0c0c0d0c1c0c
         1 here=0c there=0c Nothing
         2 here=0c there=0c Nothing
         3 here=0d there=0e Nothing
         4 here=0c there=0c Nothing
         5 here=0c there=0c Nothing
         6 here=0e there=0d Nothing
         7 here=0c there=0c Reset
         > RSC 7
         8 here=2c there=1c Nothing
         9 here=0c there=0c Nothing
         < RLC 7
         7 idle
         wait 9999s",
    );
}

#[test]
fn a_call_on_a_circuit_that_has_failed_there_is_released() {
    Bench::ready(config(&[1..=2])).run(
        "< IAM 2
         2 setup
         audit 2
         > CQM 2 range=0
         < CQR 2 range=0 states=18
         2 here=04 there=18 Blocking
         > REL 2 31
         2 failed 31",
    );
}

/// T28.
#[test]
fn staff_hears_of_a_query_without_answer() {
    Bench::ready(config(&[1..=70])).run(
        "query 1-32,40
         > CQM 1 range=31
         > CQM 40 range=0
         < CQR 1 range=30 states=0c
         < CQR 40 range=0 states=0c0c
         wait 9s
         < CQR 40 range=0 states=0c
         40 here=0c there=0c Nothing
         wait 1s
         ! 1 QueryUnanswered
         wait 9999s",
    );
}

/// EN 300 356-1 has no query.
#[test]
fn a_variant_without_the_query_is_not_asked() {
    let group = Group {
        variant: &codecs::isup::Variant::ETSI,
        ..group(&[1..=2])
    };
    Bench::ready(Config {
        groups: vec![group],
        ..Config::default()
    })
    .run("query 1-2\n wait 9999s");
}
