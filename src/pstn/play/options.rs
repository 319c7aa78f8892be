//! Which ladders are played, and how.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::keyboard::Keyboard;
use super::{Case, Error, Rules};
use crate::config::span_of_time;
use crate::scenario::{Patience, Scenario};

/// How scenarios are named on the command line.
#[derive(Debug, Args)]
#[command(next_help_heading = "Scenarios")]
pub struct Options {
    /// Instead of answering and placing calls play these message ladders against the exchange at
    /// the other end, one after the other; of a folder all its .txt files.
    ///
    /// Status 0 if all passed, 1 if one went otherwise than written or could not be played. The
    /// last lines of the output say of each file how it went. The format is described in
    /// docs/scenarios.md.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    scenario: Vec<PathBuf>,
    /// Only the ladders of these numbers, which is the first word of the title or the name of the
    /// file; 1.2* is all that begin so.
    #[arg(long, value_name = "NUMBER", num_args = 1.., requires = "scenario")]
    only: Vec<String>,
    /// All but the ladders of these numbers.
    #[arg(long, value_name = "NUMBER", num_args = 1.., requires = "scenario")]
    skip: Vec<String>,
    /// End with the first ladder that fails, instead of going on with the next one.
    #[arg(long, requires = "scenario")]
    fail_fast: bool,
    /// How long a message that is expected may take, beyond what the ladder says.
    #[arg(long, value_name = "TIME", requires = "scenario")]
    #[arg(default_value = "5s", value_parser = span_of_time::parse)]
    step_timeout: Duration,
    /// How long a message may take that follows what is done by hand at the other exchange.
    #[arg(long, value_name = "TIME", requires = "scenario")]
    #[arg(default_value = "2min", value_parser = span_of_time::parse)]
    by_hand: Duration,
    /// How long to wait before each ladder until the exchange can be reached, and its circuits are
    /// reset.
    #[arg(long, value_name = "TIME", requires = "scenario")]
    #[arg(default_value = "30s", value_parser = span_of_time::parse)]
    wait: Duration,
}

impl Options {
    /// Whether anything is to be played.
    pub fn are_given(&self) -> bool {
        !self.scenario.is_empty()
    }

    /// How it is to be played.
    pub fn rules(&self) -> Rules {
        Rules {
            patience: Patience {
                late: self.step_timeout,
                by_hand: Some(self.by_hand),
                confirmed: Keyboard::is_there(),
                ..Patience::LIVE
            },
            wait: self.wait,
            fail_fast: self.fail_fast,
        }
    }

    /// The ladders that are selected, from their files.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Fault`]; [`Error::NothingSelected`]
    pub fn cases(&self) -> Result<Vec<Case>, Error> {
        let mut cases = Vec::new();
        for path in &self.scenario {
            for file in files(path).map_err(|error| unreadable(path, error))? {
                cases.extend(Some(case(file)?).filter(|case| self.selects(case)));
            }
        }
        match cases.is_empty() {
            true => Err(Error::NothingSelected),
            false => Ok(cases),
        }
    }

    fn selects(&self, case: &Case) -> bool {
        let is = |name: &String| case.is_called(name);
        (self.only.is_empty() || self.only.iter().any(is)) && !self.skip.iter().any(is)
    }
}

impl Case {
    fn is_called(&self, name: &str) -> bool {
        let number = self.scenario.title.split_whitespace().next();
        let stem = self.file.file_stem().and_then(|stem| stem.to_str());
        let mut names = number.into_iter().chain(stem);
        match name.strip_suffix('*') {
            Some(beginning) => names.any(|own| own.starts_with(beginning)),
            None => names.any(|own| own == name),
        }
    }
}

/// A file, or the ladders of a folder by name.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path)?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut ladders: Vec<PathBuf> = paths.map_err(|error: std::io::Error| error)?;
    ladders.retain(|path| path.extension().is_some_and(|kind| kind == "txt"));
    ladders.sort();
    Ok(ladders)
}

fn case(file: PathBuf) -> Result<Case, Error> {
    let text = std::fs::read_to_string(&file).map_err(|error| unreadable(&file, error))?;
    let scenario = Scenario::parse(&file.display().to_string(), &text)?;
    Ok(Case { file, scenario })
}

fn unreadable(file: &Path, error: std::io::Error) -> Error {
    let file = file.to_owned();
    Error::Unreadable { file, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ladders_are_called_by_their_numbers() {
        let scenario = Scenario::parse("x", "# 1.2.3 a title\n-> RSC").unwrap();
        let file = "ladders/reset.txt".into();
        let case = Case { file, scenario };
        for name in ["1.2.3", "reset", "1.2*", "res*", "*"] {
            assert!(case.is_called(name), "{name}");
        }
        for name in ["1.2", "a", "1.3*", "ladders/reset.txt"] {
            assert!(!case.is_called(name), "{name}");
        }
    }
}
