//! The steps of the gate. The first that fails ends it, with its own status and output.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::tools;

/// A step's name and the cargo command that is it.
type Step = (&'static str, &'static [&'static str]);

const FORMAT: Step = ("formatting", &["fmt", "--all", "--check"]);

/// All targets: programs, tests and benches compile here too.
const LINTS: Step = (
    "lints",
    &[
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ],
);

const DOCUMENTATION: Step = (
    "documentation",
    &["doc", "--locked", "--workspace", "--no-deps", "--quiet"],
);

const EXAMPLES: Step = (
    "examples in the documentation",
    &["test", "--locked", "--workspace", "--doc", "--quiet"],
);

const DENY: Step = (
    "licences, bans, advisories",
    &["deny", "--all-features", "check"],
);

const NEXTEST: Step = (
    "tests",
    &[
        "nextest",
        "run",
        "--locked",
        "--workspace",
        "--no-fail-fast",
        "--config-file",
        "tests/nextest.toml",
        "--status-level",
        "fail",
    ],
);

/// Without nextest. Examples have run already.
const TESTS: Step = (
    "tests",
    &[
        "test",
        "--locked",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--no-fail-fast",
    ],
);

/// The quick gate.
pub(crate) fn check() -> Result<(), String> {
    run(FORMAT)?;
    run(LINTS)
}

/// The whole gate; the tests come last, so that their summary is the last that is printed.
pub(crate) fn test() -> Result<(), String> {
    tools::provide()?;
    check()?;
    run(DOCUMENTATION)?;
    run(EXAMPLES)?;
    if is_installed("deny") {
        run(DENY)?;
    } else {
        // Minutes of building for what changes with the lock file only; the licences are checked
        // by tests/layering.rs all the same.
        println!("== {}: skipped, cargo-deny is not installed", DENY.0);
    }
    run(if is_installed("nextest") {
        NEXTEST
    } else {
        TESTS
    })
}

fn run((name, arguments): Step) -> Result<(), String> {
    println!("== {name}: cargo {}", arguments.join(" "));
    let status = cargo()
        .args(arguments)
        .env("RUSTDOCFLAGS", "-D warnings")
        .status()
        .map_err(|error| format!("{name}: cargo does not start: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{name}: {status}"))
    }
}

fn is_installed(subcommand: &str) -> bool {
    cargo()
        .args([subcommand, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Cargo, in the directory of the workspace.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The directory of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
