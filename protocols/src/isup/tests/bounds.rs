//! Floods of what does not belong to a call: answered at a bounded rate, calls untouched.

use std::time::Duration;

use super::script::*;
use crate::isup::*;

const FLOOD: usize = 100_000;

/// Circuit 1 is in conversation, circuits 2 to 40 are idle.
fn in_conversation() -> Bench {
    let mut bench = Bench::ready(Config {
        outside_calls: Rate {
            per_second: 100,
            burst: 200,
        },
        ..config(&[1..=40])
    });
    bench.run("seize\n > IAM 1\n < CON 1\n 1 CON");
    // What setting it up has used comes back.
    bench.wait(Duration::from_secs(60));
    bench
}

/// Floods for ten seconds; answers how many outputs came of it, and how many alerts.
fn flood(
    bench: &mut Bench,
    circuits: impl Fn(usize) -> u16,
    name: &str,
    details: &[&str],
) -> [usize; 2] {
    let (mut outputs, mut alerts) = (0, 0);
    for number in 0..FLOOD {
        bench.receive(circuits(number), message(name, details));
        bench.wait(Duration::from_micros(100));
        for output in bench.drain() {
            outputs += 1;
            alerts += usize::from(matches!(
                output,
                Output::Alert {
                    alert: Alert::Flooded,
                    ..
                }
            ));
        }
    }
    [outputs, alerts]
}

/// 200 at once and 100 a second are acted on, each with one or two outputs.
#[test]
fn floods_are_answered_at_a_bounded_rate_and_calls_go_on() {
    let range = ["range=30"];
    let group = ["range=7", "status=ff"];
    for (name, details, circuits) in [
        ("RSC", &[][..], 2..=40),
        ("GRS", &range, 2..=9),
        ("CQM", &range, 2..=9),
        ("CGB", &group, 2..=9),
        ("BLO", &[], 2..=40),
        ("UBA", &[], 2..=40),
        ("UPT", &[], 0..=0),
        ("REL", &["16"], 2..=40),
        ("ACM", &[], 2..=40),
        ("IAM", &[], 1..=1),
        ("IAM", &[], 50..=90),
        ("RSC", &[], 50..=90),
    ] {
        let mut bench = in_conversation();
        let width = usize::from(*circuits.end() - *circuits.start()) + 1;
        let next = |number: usize| *circuits.start() + (number % width) as u16;
        let [outputs, alerts] = flood(&mut bench, next, name, details);
        assert_eq!(alerts, 1, "{name}");
        assert!(outputs <= 2 * (200 + 1000) + 4, "{name}: {outputs}");
        assert_eq!(bench.counts().answered, 1, "{name}");
        assert!(bench.machine.requests.is_empty() && bench.machine.queries.is_empty());
        bench.run("release 1 16\n > REL 1 16");
    }
}

/// Of what a call can do without 100 messages at once and 10 a second are acted on.
#[test]
fn floods_within_a_call_are_answered_at_a_bounded_rate() {
    for (name, details) in [
        ("OTHER", &["fe", "00"][..]),
        ("INR", &[]),
        ("IDR", &[]),
        ("CPG", &["par=fe"]),
        ("SUS", &["par=fe"]),
    ] {
        let mut bench = in_conversation();
        let [outputs, alerts] = flood(&mut bench, |_| 1, name, details);
        assert_eq!(alerts, 1, "{name}");
        assert!(outputs <= 2 * (100 + 100) + 4, "{name}: {outputs}");
        assert_eq!(bench.counts().answered, 1, "{name}");
        bench.run("< REL 1 16\n > RLC 1\n 1 released 16\n 1 idle");
    }
}

/// A second flood after a silence is news again.
#[test]
fn staff_hears_of_each_flood() {
    let mut bench = in_conversation();
    let circuit = |_| 2;
    assert_eq!(flood(&mut bench, circuit, "RSC", &[])[1], 1);
    bench.wait(Duration::from_secs(60));
    assert_eq!(flood(&mut bench, circuit, "RSC", &[])[1], 1);
}

/// The default lets an exchange start that resets and blocks each of its circuits by itself.
#[test]
fn the_start_of_a_large_exchange_is_no_flood() {
    let mut bench = Bench::ready(config(&[0..=4095]));
    for cic in 0..=4095 {
        bench.receive(cic, message("RSC", &[]));
    }
    let outputs = bench.drain();
    assert_eq!(outputs.len(), 4096);
    assert!(
        bench
            .tell(&outputs)
            .iter()
            .all(|line| line.starts_with("> RLC"))
    );
}
