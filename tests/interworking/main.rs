//! Interworking of ISUP and SIP: each ladder in the folders here is a test named by its file, played
//! on virtual time against the whole exchange. What the ladders expect is taken from the standards
//! that their titles name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bench;
mod body;
mod check;
mod document;
mod judge;
mod ladder;
#[path = "../support/ladders.rs"]
mod ladders;
mod peer;
mod sip;
#[path = "../support/tshark.rs"]
mod tshark;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::bench::Bench;
use crate::ladder::Ladder;

fn main() -> ExitCode {
    let mut trials = check::trials();
    trials.push(document::trial());
    trials.push(judge::trial());
    trials.extend(ladders().map(|(name, path)| Trial::test(name, move || play(&path))));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Every ladder, with its folder and name.
fn ladders() -> impl Iterator<Item = (String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interworking");
    let topics = entries(&folder).into_iter().filter(|path| path.is_dir());
    topics.flat_map(|topic| entries(&topic)).map(|path| {
        let [topic, name] = [path.parent().unwrap(), &path].map(|p| p.file_stem().unwrap());
        let name = format!("{}/{}", topic.to_str().unwrap(), name.to_str().unwrap());
        (name, path)
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn play(path: &Path) -> Result<(), Failed> {
    play_text(&path.display().to_string(), &std::fs::read_to_string(path)?)
}

fn play_text(name: &str, text: &str) -> Result<(), Failed> {
    let ladder = Ladder::parse(text).map_err(|fault| format!("{name}: {fault}"))?;
    if !ladder.title.ends_with(')') {
        return Err("expected a title with the clause it is from, \"# Title (standard §)\"".into());
    }
    let played = Bench::new(&ladder.config)?.play(ladder.steps);
    played.map_err(|fault| format!("{name}:{fault}"))?;
    Ok(())
}
