//! `cargo xtask fuzz`: builds the fuzzer with coverage and runs its targets.
//!
//! The coverage comes from LLVM's pass by flags the stable compiler takes; nothing but a C++
//! compiler, for libFuzzer itself, is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{cargo, root};

/// What LLVM is told, as `cargo fuzz` tells it.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks";

/// How often each target runs unless told otherwise.
const RUNS: u64 = 100_000;

/// `fuzz [TARGET] [--runs N]`.
pub(crate) fn fuzz(arguments: &[&str]) -> Result<(), String> {
    let (target, runs) = read(arguments)?;
    let targets = match target {
        Some(target) => vec![target],
        None => all_targets()?,
    };
    let fuzzer = build()?;
    for target in targets {
        run(&fuzzer, &target, runs)?;
    }
    Ok(())
}

fn read(arguments: &[&str]) -> Result<(Option<String>, u64), String> {
    let (target, rest) = match arguments {
        [target, rest @ ..] if !target.starts_with('-') => (Some((*target).to_owned()), rest),
        rest => (None, rest),
    };
    let runs = match rest {
        [] => RUNS,
        ["--runs", runs] => runs
            .parse()
            .map_err(|_| format!("--runs {runs}: expected a number"))?,
        _ => return Err(format!("fuzz {arguments:?}: expected [TARGET] [--runs N]")),
    };
    Ok((target, runs))
}

/// Every target has a file of seeds.
fn all_targets() -> Result<Vec<String>, String> {
    let directory = root().join("tests/fuzz/seeds");
    let files = fs::read_dir(&directory).map_err(|error| format!("{directory:?}: {error}"))?;
    let mut targets: Vec<_> = files
        .filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    targets.sort();
    Ok(targets)
}

fn build() -> Result<PathBuf, String> {
    let host = host()?;
    let directory = root().join("target/fuzz");
    // With a target named, the flags are not for build scripts.
    let built = cargo()
        .args(["build", "--locked", "--release", "--package", "tandem-fuzz"])
        .args(["--bin", "fuzz", "--target", &host, "--target-dir"])
        .arg(&directory)
        .env("RUSTFLAGS", COVERAGE)
        .status();
    match built {
        Ok(status) if status.success() => Ok(directory.join(host).join("release/fuzz")),
        _ => Err("the fuzzer does not build".to_owned()),
    }
}

fn host() -> Result<String, String> {
    let version = Command::new("rustc").arg("-vV").output();
    let version = version.map_err(|error| format!("rustc: {error}"))?.stdout;
    let version = String::from_utf8_lossy(&version);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc names no host".to_owned())
}

/// What a run finds is kept beside the fuzzer: inputs that led somewhere new in `corpus/TARGET`,
/// and the one that broke it, named at the end of its output.
fn run(fuzzer: &Path, target: &str, runs: u64) -> Result<(), String> {
    let directory = root().join("target/fuzz");
    let corpus = directory.join("corpus").join(target);
    plant(target, &corpus)?;
    println!("== fuzz {target}: {runs} runs");
    let output = Command::new(fuzzer)
        .arg(format!("-runs={runs}"))
        .arg(format!(
            "-artifact_prefix={}/{target}-",
            directory.display()
        ))
        .args(["-max_len=1024", "-timeout=10", "-rss_limit_mb=1024"])
        .arg("-print_final_stats=1")
        .arg(&corpus)
        .env("FUZZ_TARGET", target)
        .output()
        .map_err(|error| format!("fuzz {target}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let last: Vec<_> = said.lines().rev().take(60).collect();
        for line in last.iter().rev() {
            println!("{line}");
        }
        return Err(format!("fuzz {target}: {}", output.status));
    }
    for line in said.lines().filter(|line| line.starts_with("stat::")) {
        println!("   {}", line.trim_start_matches("stat::"));
    }
    Ok(())
}

/// Writes the seeds of a target as files, which is how libFuzzer takes them.
fn plant(target: &str, corpus: &Path) -> Result<(), String> {
    let file = root().join(format!("tests/fuzz/seeds/{target}.txt"));
    let text = fs::read_to_string(&file).map_err(|_| format!("there is no target {target:?}"))?;
    fs::create_dir_all(corpus).map_err(|error| format!("{corpus:?}: {error}"))?;
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or(""));
    for (number, digits) in lines.enumerate() {
        let digits: String = digits.split_whitespace().collect();
        let octets: Option<Vec<u8>> = (0..digits.len() / 2)
            .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok())
            .collect();
        let seed = corpus.join(format!("seed-{number}"));
        fs::write(&seed, octets.unwrap_or_default()).map_err(|e| format!("{seed:?}: {e}"))?;
    }
    Ok(())
}
