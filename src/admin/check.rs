//! `tandem circuits check`: orders continuity checks, and waits for what they find.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::answer::{CircuitLine, CircuitList, Outcome, Remark};
use super::command::{DIFFERENT, Failure, Which, table};
use super::outcome::ranges;
use super::question;
use crate::output::print;

/// Time between two looks at the circuits.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Args)]
pub(super) struct Checked {
    #[command(flatten)]
    which: Which,
    /// For how many seconds to wait for results: a check takes T24, 2 s at most, and a release.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u32,
}

/// What came of checks.
#[derive(Debug, Default, Serialize)]
struct Results {
    passed: Vec<u16>,
    failed: Vec<u16>,
    /// Still checked when the time was over, or put to another use before there was a result.
    unknown: Vec<u16>,
    /// Those that could not be checked.
    unchanged: Vec<Remark>,
    /// All circuits of the order, as they are now.
    circuits: Vec<CircuitLine>,
}

impl Checked {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let outcome: Outcome = serde_json::from_str(&self.which.post("check", &[])?)?;
        let until = Instant::now() + Duration::from_secs(self.wait.into());
        let mut results = Results::of(outcome.circuits, outcome.unchanged);
        while results.are_due() && Instant::now() < until {
            sleep(PAUSE);
            let list: CircuitList = serde_json::from_str(&self.which.get()?)?;
            results = Results::of(list.circuits, results.unchanged);
        }
        match self.which.port.json {
            true => print(serde_json::to_string(&results)?)?,
            false => print(results.words())?,
        }
        Ok(match results.failed.len() + results.unknown.len() {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::from(DIFFERENT),
        })
    }
}

impl Results {
    /// What the states of the circuits tell.
    fn of(circuits: Vec<CircuitLine>, unchanged: Vec<Remark>) -> Self {
        let left = |cic| unchanged.iter().any(|remark| names(remark, cic));
        let mut results = Self::default();
        for line in circuits.iter().filter(|line| !left(line.cic)) {
            let found = match &*line.state {
                "faulty" => &mut results.failed,
                "testing" | "releasing" | "resetting" | "out_of_service" => &mut results.unknown,
                _ => &mut results.passed,
            };
            found.push(line.cic);
        }
        Self {
            unchanged,
            circuits,
            ..results
        }
    }

    fn are_due(&self) -> bool {
        let waits = |line: &CircuitLine| matches!(&*line.state, "testing" | "releasing");
        let due = |line: &CircuitLine| waits(line) && self.unknown.contains(&line.cic);
        self.circuits.iter().any(due)
    }

    fn words(&self) -> String {
        let told = [
            ("passed", &self.passed),
            ("failed", &self.failed),
            ("without result", &self.unknown),
        ];
        let told = told.into_iter().filter(|(_, cics)| !cics.is_empty());
        let told =
            told.map(|(what, cics)| format!("\n{} {what}: cic {}", cics.len(), ranges(cics)));
        let left = self.unchanged.iter().map(|it| {
            let Remark { circuits, why, cic } = it;
            format!("\n{circuits} not checked: {why} (cic {cic})")
        });
        table(&self.circuits) + &told.chain(left).collect::<String>()
    }
}

/// Whether a remark is about this circuit.
fn names(remark: &Remark, cic: u16) -> bool {
    let named = question::cics(&remark.cic).ok().flatten();
    named.is_some_and(|ranges| ranges.iter().any(|range| range.contains(&cic)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn states_tell_what_came_of_checks() {
        let line = |(cic, state): (u16, &str)| {
            let sides = json!({ "maintenance": "unblocked", "hardware": "unblocked" });
            let there = json!({ "maintenance": false, "hardware": false });
            let line = json!({
                "trunk": "a", "cic": cic, "state": state, "local": sides, "remote": there,
                "direction": null, "reason": null, "call": null, "for_s": null,
            });
            serde_json::from_value(line).unwrap()
        };
        let states = [
            (1, "idle"),
            (2, "faulty"),
            (3, "outgoing"),
            (4, "testing"),
            (5, "answered"),
            (6, "resetting"),
        ];
        let busy = Remark {
            cic: "5".into(),
            circuits: 1,
            why: "a call is on it or being released".into(),
        };
        let results = Results::of(states.map(line).into(), vec![busy]);
        assert!(results.are_due());
        assert!(
            results.words().ends_with(
                "\n2 passed: cic 1,3\n1 failed: cic 2\n2 without result: cic 4,6\n\
                 1 not checked: a call is on it or being released (cic 5)"
            ),
            "{}",
            results.words()
        );
    }
}
