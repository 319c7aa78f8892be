//! Digits that come in several messages.

use super::script::*;
use crate::isup::*;

fn overlap() -> Bench {
    Bench::ready(Config {
        groups: vec![Group {
            overlap: true,
            ..group(&[1..=1])
        }],
        ..Config::default()
    })
}

/// Q.784 2.2.2, and T35.
#[test]
fn digits_that_stop_coming_end_the_call() {
    overlap().run(
        "< IAM 1 called=721
         1 setup
         wait 14s
         < SAM 1 95
         1 SAM
         wait 14s
         wait 1s
         > REL 1 28
         1 failed 28
         < RLC 1
         1 idle",
    );
}

#[test]
fn address_complete_ends_the_wait_for_digits() {
    for last in [
        "send ACM 1\n > ACM 1",
        "send CON 1\n > CON 1",
        "complete 1",
        "complete 1\n < SAM 1 5\n 1 SAM",
        "< SAM 1 8290F\n 1 SAM",
        "< REL 1 16\n > RLC 1\n 1 released 16\n 1 idle",
    ] {
        overlap().run(&format!(
            "< IAM 1 called=721957\n 1 setup\n {last}\n wait 9999s"
        ));
    }
    overlap().run("< IAM 1 called=7219578290F\n 1 setup\n wait 9999s");
}

#[test]
fn continuity_does_not_stop_the_digits() {
    overlap().run(
        "< IAM 1 called=721 check=2
         1 setup
         wait 5s
         < COT 1
         1 COT
         wait 9s
         wait 1s
         > REL 1 28
         1 failed 28",
    );
}

#[test]
fn en_bloc_nobody_waits_for_digits() {
    Bench::ready(config(&[1..=1])).run("< IAM 1 called=721\n 1 setup\n wait 9999s");
}
