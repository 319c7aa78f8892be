//! Every subscriber of config/hss.toml is called from the telephone network, and does what that file
//! says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;

use crate::programs::{Bench, Example};

/// How a call ends for the caller, who gives up after two seconds without an answer and hangs up
/// one second after it.
const ANSWERED: &str = "released here, cause 16";
const UNANSWERED: &str = "not answered, released here, cause 16";

/// Called number, and how the caller says it ended.
const CALLS: &[(&str, &str)] = &[
    ("+491715407090", ANSWERED),
    ("+491715407091", "not answered, released there, cause 21"),
    ("+491715407092", UNANSWERED),
    ("+497219578290", ANSWERED),
    ("+497219578291", "not answered, released there, cause 20"),
    ("+491715407093", ANSWERED),
    ("+491715407094", ANSWERED),
    ("+491715407095", "not answered, released there, cause 20"),
    ("+491715407096", "not answered, released there, cause 21"),
    ("+491715407097", "not answered, released there, cause 38"),
];

/// The telephone numbers of the subscribers, each once.
fn numbers(Example(hss): &Example) -> Vec<String> {
    let subscribers = hss.split("[[subscriber]]").skip(1);
    let number = |subscriber: &str| {
        let (_, rest) = subscriber
            .split_once("msisdn = \"")
            .or_else(|| subscriber.split_once("\"tel:"))
            .expect("a number");
        rest.split('"').next().unwrap().to_owned()
    };
    subscribers.map(number).collect()
}

fn calls() -> String {
    let mut calls = String::new();
    for (called, _) in CALLS {
        writeln!(
            calls,
            "[[call]]\nname = \"to {called}\"\ncalled = \"{called}\"\ngive_up_after_ms = 2000\n\
             conversation = {{ tone_hz = 440, expect_hz = 620, hang_up_after_ms = 1000 }}"
        )
        .unwrap();
    }
    calls
}

#[test]
fn each_does_what_the_examples_say() {
    let bench = Bench::new();
    let mut numbers = numbers(&bench.example("hss"));
    let mut called: Vec<_> = CALLS.iter().map(|(number, _)| *number).collect();
    numbers.sort();
    called.sort_unstable();
    assert_eq!(numbers, called, "subscribers of hss.toml, and those called");

    let hss = bench.start_example("hss");
    let ims = bench.start("ims", &bench.example("ims").without_calls());
    let gateway = bench.start_example("gateway");
    gateway.logs("destination available code=3-3-3");
    ims.logs("Diameter connection open");
    let switch = bench.example("pstn").without_calls().and(&calls());
    let switch = bench.start("pstn", &switch);
    for (called, outcome) in CALLS {
        let said = switch.says(&format!("to {called}: outgoing"));
        assert!(said.contains(outcome), "{said}");
        assert_eq!(
            said.contains("answered for"),
            *outcome == ANSWERED,
            "{said}"
        );
    }
    // The phone on GSM and the mailbox, under the numbers that the HSS gives.
    for number in ["+491720000123", "+493090026001"] {
        let said = switch.says(&format!("-> {number}: answered for "));
        assert!(said.contains("released there, cause 16"), "{said}");
    }
    for program in [switch, gateway, ims, hss] {
        program.stop();
    }
}
