//! The fuzzer as a program: it is built, starts, and knows its targets.
#![allow(clippy::unwrap_used)]

use std::process::Command;

fn fuzzer(target: &str) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_fuzz"))
        .args(["-runs=200", "-seed=1"])
        .env("FUZZ_TARGET", target)
        .output()
        .unwrap()
}

#[test]
fn it_runs_every_target() {
    for (target, _) in fuzz::TARGETS {
        let output = fuzzer(target);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{target}: {said}");
        assert!(said.contains("Done 200 runs"), "{target}: {said}");
    }
}

#[test]
fn a_target_it_does_not_have_is_an_error_that_names_those_it_has() {
    let output = fuzzer("nonsense");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("isup_circuits"), "{said}");
}
