//! `cargo xtask`: what CI runs, as one command.
#![allow(clippy::print_stderr)] // a command line's place to say why it failed

mod fuzzing;
mod steps;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask <command>

Commands:
  test    Everything CI runs: foreign tools, formatting, lints, documentation and its examples,
          cargo deny where it is installed, and all tests. Foreign tools that are missing are
          installed with apt-get where that is possible; otherwise the tests that need them skip,
          or with CI=true set, fail.
  check   Formatting and lints only.
  fuzz [TARGET] [--runs N]
          Fuzzes one target of tests/fuzz, or all of them one after another, N times each
          (100000 unless told otherwise).
  tools   The foreign tools only.
  help    This text.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => steps::test(),
        ["check"] => steps::check(),
        ["fuzz", ref rest @ ..] => fuzzing::fuzz(rest),
        ["tools"] => tools::provide(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("unknown command {arguments:?}\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
