//! Group messages that come twice, as in ANSI networks.

use codecs::isup::Variant;

use super::script::*;
use crate::isup::*;

fn ansi() -> Config {
    Config {
        groups: vec![Group {
            variant: &Variant::ANSI,
            repeat_group_messages: true,
            ..group(&[1..=30])
        }],
        ..Config::default()
    }
}

#[test]
fn the_second_one_within_five_seconds_counts() {
    let mut bench = Bench::ready(ansi());
    bench.run(
        "< CGB 1 range=1 status=03
         wait 6s
         < CGB 1 range=1 status=03
         < CGB 1 range=1 status=01
         < CGU 1 range=1 status=01
         < CGB 2 range=1 status=01
         < CGB 1 range=1 status=01
         > CGBA 1 range=1 status=01
         < IAM 3
         3 setup
         < GRS 1 range=3
         wait 5s
         < GRS 1 range=3
         3 failed 31
         3 idle
         > GRA 1 range=3 status=00
         < GRS 1 range=3",
    );
    assert_eq!(bench.counts().idle, 30);
}

/// A span of T1 has 24 circuits.
#[test]
fn ours_come_twice_for_as_many_circuits_as_a_span_has() {
    let mut bench = Bench::cold(ansi());
    bench.run(
        "available
         > GRS 1 range=23
         > GRS 1 range=23
         > GRS 25 range=5
         > GRS 25 range=5",
    );
    let mut bench = Bench::ready(ansi());
    bench.run(
        "block 1-2
         > CGB 1 range=1 status=03
         > CGB 1 range=1 status=03
         wait 15s
         > CGB 1 range=1 status=03
         > CGB 1 range=1 status=03
         < CGBA 1 range=1 status=03",
    );
    assert_eq!(bench.counts().blocked, 2);
}
