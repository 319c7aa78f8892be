//! Which circuit is seized, and what happens when both exchanges seize the same one.

use super::script::*;
use crate::isup::*;

/// Q.784 6.2.1: circuit 2 is controlled by the exchange with the higher point code.
#[test]
fn a_dual_seizure_is_lost_on_a_circuit_we_do_not_control() {
    Bench::ready(config(&[2..=2])).run(
        "seize
         > IAM 2
         < IAM 2
         2 reattempt 7219578290
         2 setup
         send ACM 2
         > ACM 2
         wait 9999s",
    );
}

/// Q.784 6.3.1.
#[test]
fn a_dual_seizure_is_won_on_a_circuit_we_control() {
    Bench::ready(config(&[1..=1])).run(
        "seize
         > IAM 1
         < IAM 1
         < ACM 1
         1 ACM",
    );
}

/// After a backward message it is no dual seizure any more.
#[test]
fn a_late_seizure_is_ignored() {
    Bench::ready(config(&[2..=2])).run(
        "seize
         > IAM 2
         < ACM 2
         2 ACM
         < IAM 2
         < ANM 2
         2 ANM",
    );
}

fn seized(bench: &mut Bench, count: usize) -> Vec<u16> {
    let seize = |bench: &mut Bench| {
        let id = bench.machine.seize(GroupId(0), iam(), bench.now).unwrap();
        bench.machine.identity(id).unwrap().1.value()
    };
    let seized = (0..count).map(|_| seize(bench)).collect();
    bench.drain();
    seized
}

fn free(bench: &mut Bench, cic: u16) {
    bench.receive(cic, message("REL", &["16"]));
    bench.drain();
}

/// Q.764 §2.9.1.3 method 2.
#[test]
fn controlled_circuits_come_first_the_longest_idle_of_them_and_then_the_latest_of_the_others() {
    let mut bench = Bench::ready(config(&[1..=6]));
    assert_eq!(seized(&mut bench, 6), [1, 3, 5, 6, 4, 2]);
    for cic in [5, 4, 2, 1, 6, 3] {
        free(&mut bench, cic);
    }
    assert_eq!(seized(&mut bench, 6), [5, 1, 3, 6, 2, 4]);
}

/// Six circuits, of which 2, 4 and 3 become free in this order while 1 is busy: the order in which
/// they and the two never used are seized.
#[test]
fn every_order_of_hunting() {
    for (hunting, first, then) in [
        (Hunting::Linear, [1, 2, 3, 4], [2, 3, 4, 5, 6]),
        (Hunting::Circular, [1, 2, 3, 4], [5, 6, 2, 3, 4]),
        (Hunting::MostIdle, [1, 2, 3, 4], [5, 6, 2, 4, 3]),
        (Hunting::LeastIdle, [6, 5, 4, 3], [3, 4, 2, 1, 6]),
        (Hunting::Even, [2, 4, 6, 1], [2, 4, 3, 5, 6]),
        (Hunting::Odd, [1, 3, 5, 2], [3, 2, 4, 6, 5]),
    ] {
        let mut bench = Bench::ready(Config {
            groups: vec![Group {
                hunting,
                ..group(&[1..=6])
            }],
            ..Config::default()
        });
        assert_eq!(seized(&mut bench, 4), first, "{hunting:?}");
        for cic in [2, 4, 3] {
            free(&mut bench, cic);
        }
        let free = bench.counts().idle;
        assert_eq!(seized(&mut bench, free), then[..free], "{hunting:?}");
    }
}

/// A call of the other exchange takes a circuit out of the middle of any order.
#[test]
fn incoming_calls_take_circuits_out_of_every_order() {
    for hunting in [
        Hunting::ControlledFirst,
        Hunting::Linear,
        Hunting::Circular,
        Hunting::MostIdle,
        Hunting::LeastIdle,
        Hunting::Even,
        Hunting::Odd,
    ] {
        let mut bench = Bench::ready(Config {
            groups: vec![Group {
                hunting,
                ..group(&[1..=5])
            }],
            ..Config::default()
        });
        for cic in [3, 1, 5] {
            bench.receive(cic, message("IAM", &[]));
        }
        let mut rest = seized(&mut bench, 2);
        rest.sort_unstable();
        assert_eq!(rest, [2, 4], "{hunting:?}");
    }
}

#[test]
fn a_group_without_circuits_left_says_so() {
    let mut bench = Bench::ready(config(&[1..=2]));
    seized(&mut bench, 2);
    let now = bench.now;
    assert_eq!(
        bench.machine.seize(GroupId(0), iam(), now),
        Err(Unavailable::NoIdleCircuit)
    );
    assert_eq!(
        bench.machine.seize(GroupId(1), iam(), now),
        Err(Unavailable::NoSuchGroup)
    );
}

#[test]
fn control_follows_point_codes_unless_it_is_configured() {
    let controls =
        |group: &Group| [1, 2].map(|cic| group.controls(codecs::isup::Cic::try_from(cic).unwrap()));
    let low = group(&[1..=2]);
    let high = Group {
        local: HIGH,
        remote: LOW,
        ..low.clone()
    };
    assert_eq!(controls(&low), [true, false]);
    assert_eq!(controls(&high), [false, true]);
    let with = |control| {
        controls(&Group {
            control,
            ..low.clone()
        })
    };
    assert_eq!(with(Control::Even), [false, true]);
    assert_eq!(with(Control::Odd), [true, false]);
    assert_eq!(with(Control::All), [true, true]);
    assert_eq!(with(Control::None), [false, false]);
}

#[test]
fn impossible_circuits_are_refused() {
    let error = |groups| {
        Circuits::new(Config {
            groups,
            ..Config::default()
        })
        .unwrap_err()
    };
    let name = || "test".to_owned();
    assert_eq!(
        error(vec![group(&[1..=2]), group(&[2..=3])]),
        ConfigError::DuplicateCic {
            group: name(),
            cic: 2
        }
    );
    assert_eq!(
        error(vec![group(&[4095..=4096])]),
        ConfigError::CicTooLarge {
            group: name(),
            cic: 4096,
            last: 4095,
            clause: "Q.763 §1.2",
        }
    );
    let ansi = |cics| Group {
        variant: &codecs::isup::Variant::ANSI,
        ..group(cics)
    };
    assert_eq!(
        error(vec![ansi(&[1..=16384])]),
        ConfigError::CicTooLarge {
            group: name(),
            cic: 16384,
            last: 16383,
            clause: "T1.113.3 §1.2",
        }
    );
    assert_eq!(
        error(vec![group(&[1..=2]), ansi(&[3..=4])]),
        ConfigError::MixedVariants {
            group: name(),
            other: "itu"
        }
    );
}
