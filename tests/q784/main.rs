//! The cases of the ISUP basic call test specification, ITU-T Q.784: each of the ladders in this
//! folder is a test named by its number, played on virtual time. Those in `ansi` are of procedures
//! that only ANSI T1.113.4 has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bench;
mod circuits;
mod exchange;
#[path = "../support/ladders.rs"]
mod ladders;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use tandem::scenario::Scenario;

fn main() -> ExitCode {
    let mut trials = table::trials();
    trials.push(Trial::test("the ladders in the documents", documents));
    trials.extend(ladders().map(|(number, path)| Trial::test(number, move || play(&path))));
    let ansi = ladders_in("tests/q784/ansi").map(|(name, path)| {
        let trial = format!("T1.113 {name}");
        Trial::test(trial, move || play(&path))
    });
    trials.extend(ansi);
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// What stands in a document as an example is sound; those of one protocol only.
fn documents() -> Result<(), Failed> {
    for name in ["docs/scenarios.md", "docs/recipes.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let text = std::fs::read_to_string(path)?;
        let examples = ladders::in_document(&text);
        let mut examples = examples.iter().filter(|text| !text.contains("SIP "));
        examples.try_for_each(|text| Scenario::parse(name, text).map(drop))?;
    }
    Ok(())
}

/// Every ladder of Q.784 with its number.
fn ladders() -> impl Iterator<Item = (String, PathBuf)> {
    ladders_in("tests/q784")
}

fn ladders_in(folder: &str) -> impl Iterator<Item = (String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let ladders = paths.filter(|path| path.extension().is_some_and(|kind| kind == "txt"));
    ladders.map(|path| {
        let number = path.file_stem().unwrap().to_str().unwrap();
        (number.to_owned(), path)
    })
}

fn play(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let number = path.file_stem().unwrap().to_str().unwrap();
    let scenario = Scenario::parse(&path.display().to_string(), &text)?;
    let title = scenario.title.strip_prefix(number);
    if !title.is_some_and(|title| title.starts_with(' ')) {
        return Err(format!("expected the title \"# {number} …\"").into());
    }
    Ok(bench::play(scenario)?)
}
