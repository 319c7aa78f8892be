//! The four programs of the bench with the files of `config/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::metrics::Metrics;
use crate::programs::{Bench, Program};

/// What a program says of a call that was answered, heard exactly, and released normally.
pub(crate) fn is_good(line: &str) {
    let words = ["answered for ", "cause 16", "voice exact ("];
    assert!(words.iter().all(|word| line.contains(word)), "{line}");
}

/// The verdicts of both ends on the three calls.
fn three_good_calls(pstn: &Program, ims: &Program) {
    for name in ["mobile: outgoing", "fixed: outgoing", "-> +493090026000: "] {
        is_good(&pstn.says(name));
    }
    for name in [
        "mobile: incoming",
        "desk: incoming",
        "outgoing: desk: outgoing",
    ] {
        is_good(&ims.says(name));
    }
}

fn stop(programs: impl IntoIterator<Item = Program>) {
    for program in programs {
        program.stop();
    }
}

#[test]
fn the_programs_place_the_mobile_the_fixed_and_the_outgoing_call() {
    let bench = Bench::new();
    let [hss, pstn, ims, gateway] =
        ["hss", "pstn", "ims", "gateway"].map(|p| bench.start_example(p));
    three_good_calls(&pstn, &ims);
    Metrics::await_value(bench.address("20:9090"), "tandem_calls_up", 0.0);
    stop([gateway, ims, pstn, hss]);
}

#[test]
fn the_gateway_may_be_started_before_the_others() {
    let bench = Bench::new();
    let gateway = bench.start_example("gateway");
    gateway.logs("association lost");
    let [ims, pstn, hss] = ["ims", "pstn", "hss"].map(|program| bench.start_example(program));
    three_good_calls(&pstn, &ims);
    stop([hss, pstn, ims, gateway]);
}
