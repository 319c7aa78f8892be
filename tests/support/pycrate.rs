//! pycrate, a codec in Python, as a second reader of ISUP parameters.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The interpreter that `cargo xtask ci` gives pycrate to, else the one of the system.
fn interpreter() -> &'static str {
    const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pycrate/bin/python3");
    if Path::new(OWN).exists() {
        OWN
    } else {
        "python3"
    }
}

/// What pycrate reads from each parameter, given as code and contents in hexadecimal: "same" if it
/// writes the same octets again, then the fields; empty for those it does not know. `None` if there
/// is no pycrate, which under `CI` is a failure.
pub(crate) fn read(parameters: &[String]) -> Option<Vec<String>> {
    let known = Command::new(interpreter())
        .args(["-c", "import pycrate_mobile.ISUP"])
        .stderr(Stdio::null())
        .status();
    if !known.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "pycrate is missing");
        println!("skipped: pycrate is missing");
        return None;
    }
    let mut python = Command::new(interpreter())
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/support/pycrate_isup.py"
        ))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = python.stdin.take().unwrap();
    input.write_all(parameters.join("\n").as_bytes()).unwrap();
    drop(input);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "pycrate failed");
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(str::to_owned).collect())
}
