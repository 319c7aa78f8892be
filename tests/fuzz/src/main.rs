//! The fuzzer: libFuzzer over the target that the environment variable `FUZZ_TARGET` names.
//! `cargo xtask fuzz` builds it with coverage and runs every target.
#![no_main]
#![allow(clippy::panic)] // a fuzzer speaks by panics

use std::sync::OnceLock;

static TARGET: OnceLock<fuzz::Target> = OnceLock::new();

fn chosen() -> fuzz::Target {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    fuzz::target(&name).unwrap_or_else(|| {
        let names: Vec<_> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
        panic!("FUZZ_TARGET is {name:?}: expected one of {names:?}")
    })
}

libfuzzer_sys::fuzz_target!(|octets: &[u8]| TARGET.get_or_init(chosen)(octets));
