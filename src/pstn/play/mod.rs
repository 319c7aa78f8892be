//! Scenarios on a live link: in place of the switch the PT plays its side of each ladder against
//! whatever exchange is at the other end.

mod keyboard;
mod options;
mod ready;
mod stage;
mod strangers;

use std::path::PathBuf;
use std::time::Duration;

use protocols::isup::Group;

use self::stage::Stage;
use super::config::Config;
use crate::output;
use crate::scenario::{Fault, Patience, Scenario, Side, Verdict};
use crate::world::World;

pub use options::Options;

/// A ladder, and the file it is from.
#[derive(Debug, Clone)]
pub struct Case {
    /// The file.
    pub file: PathBuf,
    /// What is in it.
    pub scenario: Scenario,
}

/// How ladders are played.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// How exact the other exchange must be.
    pub patience: Patience,
    /// How long it may take until a ladder can begin.
    pub wait: Duration,
    /// Whether the first ladder that fails ends the play.
    pub fail_fast: bool,
}

/// Why scenarios were not played, or not as they are written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{}: {error}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file is no scenario.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No ladder has a number that was asked for.
    #[error("--only and --skip leave no scenario")]
    NothingSelected,
    /// The configuration has no trunk group to play on.
    #[error("a scenario needs a [[trunk]], and one with \"far\" steps needs two")]
    NoTrunk,
    /// A trunk group speaks another ISUP than a scenario.
    #[error(
        "{} is written in the ISUP {written:?}, and the trunk {trunk:?} speaks {variant:?}: it needs \
         the condition \"variant {variant}\", or another trunk", file.display()
    )]
    OtherIsup {
        /// The scenario.
        file: PathBuf,
        /// Its variant.
        written: &'static str,
        /// The trunk group.
        trunk: String,
        /// Its variant.
        variant: &'static str,
    },
    /// A trunk group lacks a circuit on which a scenario is played.
    #[error(
        "{} is played on circuit {cic}, and the trunk {trunk:?} has {has}: it needs the condition \
         \"{condition} {has}\", or another trunk", file.display()
    )]
    OtherCircuits {
        /// The scenario.
        file: PathBuf,
        /// The circuit.
        cic: u16,
        /// The trunk group.
        trunk: String,
        /// The condition that names its circuits.
        condition: &'static str,
        /// The first range of its circuits.
        has: String,
    },
    /// An address for SCTP cannot be used.
    #[error(transparent)]
    Ss7(#[from] crate::sctp::Error),
    /// The SS7 service ended.
    #[error("the SS7 service ended")]
    Ss7Ended,
    /// The play was told to stop.
    #[error("stopped before the end")]
    Stopped,
    /// Standard output cannot be written.
    #[error(transparent)]
    Output(#[from] std::io::Error),
    /// Some went otherwise than written.
    #[error("{failed} of {all} scenarios failed")]
    Failed {
        /// How many.
        failed: usize,
        /// How many there are.
        all: usize,
    },
    /// None failed, but some could not begin.
    #[error("{rest} of {all} scenarios could not be played")]
    NotPlayed {
        /// How many.
        rest: usize,
        /// How many there are.
        all: usize,
    },
}

/// What came of a ladder.
enum Outcome {
    Played(Verdict),
    /// The circuits did not become idle.
    Busy(String),
    /// The other exchange cannot be reached.
    Unreachable(String),
}

/// Plays ladders one after the other on the first trunk group, "far" steps on the second, and
/// prints each with what came of it, and in the end what came of all. Call it within a `LocalSet`.
///
/// # Errors
/// [`Error`]; one of them is that a scenario failed.
pub async fn play(
    config: Config,
    cases: Vec<Case>,
    rules: Rules,
    world: World,
) -> Result<(), Error> {
    let groups = config.settings().circuits.groups;
    for case in &cases {
        speaks_as(case, &groups)?;
        has_circuits(case, &groups)?;
    }
    let mut stage = Stage::open(config, groups, world)?;
    let mut outcomes = Vec::new();
    for case in &cases {
        output::print(&case.scenario.title)?;
        let outcome = stage.run(&case.scenario, rules).await?;
        output::print(format_args!("{}\n", outcome.in_place()))?;
        let go_on = outcome.is_good() || !rules.fail_fast && !outcome.is_final();
        outcomes.push(outcome);
        if !go_on {
            break;
        }
    }
    stage.close().await;
    summarise(&cases, &outcomes)
}

/// ETSI's ISUP is ITU-T's with fewer messages, and its ladders are the same.
fn speaks_as(case: &Case, groups: &[Group]) -> Result<(), Error> {
    let written = case.scenario.conditions.variant;
    let other = |group: &&Group| group.variant.procedures != written.procedures;
    match groups.iter().take(2).find(other) {
        None => Ok(()),
        Some(group) => Err(Error::OtherIsup {
            file: case.file.clone(),
            written: written.name,
            trunk: group.name.clone(),
            variant: group.variant.name,
        }),
    }
}

/// Circuits beyond those of the conditions are meant to be there on neither end.
fn has_circuits(case: &Case, groups: &[Group]) -> Result<(), Error> {
    let conditions = &case.scenario.conditions;
    let near = (Some(&conditions.circuits), groups.first(), "circuits");
    let far = (
        conditions.far_circuits.as_ref(),
        groups.get(1),
        "far circuits",
    );
    for (side, cic) in case.scenario.circuits() {
        let (Some(meant), Some(group), condition) = (match side {
            Side::Near => near,
            Side::Far => far,
        }) else {
            continue;
        };
        let there = group.cics.iter().any(|cics| cics.contains(&cic));
        if let (true, false, Some(has)) = (meant.contains(&cic), there, group.cics.first()) {
            return Err(Error::OtherCircuits {
                file: case.file.clone(),
                cic,
                trunk: group.name.clone(),
                condition,
                has: format!("{}-{}", has.start(), has.end()),
            });
        }
    }
    Ok(())
}

impl Outcome {
    fn is_good(&self) -> bool {
        matches!(self, Self::Played(Verdict::Passed))
    }

    fn is_failure(&self) -> bool {
        matches!(self, Self::Played(Verdict::Failed { .. }))
    }

    /// Whether the next ladder would fare no better.
    fn is_final(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// Below the ladder.
    fn in_place(&self) -> String {
        match self {
            Self::Played(verdict) => verdict.to_string(),
            Self::Busy(why) | Self::Unreachable(why) => format!("not played: {why}"),
        }
    }

    /// Where the file is named.
    fn of_file(&self, case: &Case) -> String {
        let file = case.file.display();
        match self {
            Self::Played(Verdict::Passed) => format!("passed      {file}"),
            Self::Played(Verdict::Failed { line, why }) => {
                format!("failed      {file}:{line}: {why}")
            }
            Self::Busy(why) | Self::Unreachable(why) => format!("not played  {file}: {why}"),
        }
    }
}

/// A line for each file, and how many there are of each kind.
fn summarise(cases: &[Case], outcomes: &[Outcome]) -> Result<(), Error> {
    for (case, outcome) in cases.iter().zip(outcomes) {
        output::print(outcome.of_file(case))?;
    }
    for case in &cases[outcomes.len()..] {
        output::print(format_args!("not played  {}", case.file.display()))?;
    }
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is(outcome)).count();
    let (passed, failed) = (count(Outcome::is_good), count(Outcome::is_failure));
    let all = cases.len();
    let rest = all - passed - failed;
    output::print(format_args!(
        "{passed} passed, {failed} failed, {rest} not played"
    ))?;
    match (failed, rest) {
        (0, 0) => Ok(()),
        (0, rest) => Err(Error::NotPlayed { rest, all }),
        (failed, _) => Err(Error::Failed { failed, all }),
    }
}
