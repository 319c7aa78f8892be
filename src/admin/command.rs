//! `tandem circuits`: asks a running program, and prints what it says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{CircuitLine, CircuitList, Outcome, Remark, TrunkLine, TrunkList, View, Views};
use super::check::Checked;
use super::client::{self, ClientError};
use super::outcome::ranges;
use crate::config::DEFAULT_ADMIN;
use crate::output::print;

/// What `tandem circuits` is told.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the trunk groups: how they are reached, and how many circuits are in which state.
    #[command(after_help = "Example: tandem circuits trunks --admin 127.0.0.20:9090")]
    Trunks(Port),
    /// Show the state of circuits, and why they are not idle.
    #[command(
        after_help = "Example: tandem circuits show --admin 127.0.0.20:9090 --trunk pstn --cic 1-31"
    )]
    Show(Which),
    /// Block circuits: calls on them go on, unless the reason is hardware.
    #[command(after_help = "Example: tandem circuits block --cic 7 --reason hardware")]
    Block(Blocked),
    /// Take our blocking away.
    #[command(after_help = "Example: tandem circuits unblock --cic 1-31")]
    Unblock(Blocked),
    /// Reset circuits: calls on them are lost.
    #[command(after_help = "Example: tandem circuits reset --trunk pstn --cic 1-15,17")]
    Reset(Which),
    /// Check the continuity of idle circuits with the tone of Q.724.
    ///
    /// Waits for the result; exit status 3 if not all of them pass.
    #[command(after_help = "Example: tandem circuits check --cic 1-31 --wait 5")]
    Check(Checked),
    /// Ask the other exchange how it sees circuits.
    #[command(after_help = "Example: tandem circuits query --cic 1-31")]
    Query(Which),
    /// Find where both exchanges see circuits differently; exit status 3 if they do.
    #[command(after_help = "Example: tandem circuits audit --trunk pstn --repair")]
    Audit(Audited),
}

#[derive(Debug, Args)]
pub(super) struct Port {
    /// Where the program has its [admin] port.
    #[arg(long, value_name = "ADDRESS", env = "TANDEM_ADMIN", default_value_t = DEFAULT_ADMIN)]
    pub(super) admin: SocketAddr,
    /// Print the answer as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Which {
    #[command(flatten)]
    pub(super) port: Port,
    /// The trunk group; needed by orders where there are several.
    #[arg(long, value_name = "NAME")]
    trunk: Option<String>,
    /// The circuits: 7, 1-31, 1-5,9 or all; orders need it.
    #[arg(long, value_name = "CODES")]
    cic: Option<String>,
}

#[derive(Debug, Args)]
struct Blocked {
    #[command(flatten)]
    which: Which,
    /// maintenance or hardware; one does not lift the other.
    #[arg(long, value_name = "WORD", default_value = "maintenance")]
    reason: String,
}

#[derive(Debug, Args)]
struct Audited {
    #[command(flatten)]
    which: Which,
    /// Put right what is found: align blocking, reset circuits of which only one knows a call.
    #[arg(long)]
    repair: bool,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the answer is not understood: {0}")]
    Answer(#[from] serde_json::Error),
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

/// The status of an audit that found differences or got no answer, and of checks that did not pass.
pub(super) const DIFFERENT: u8 = 3;

/// Runs the command.
///
/// # Errors
/// The program cannot be reached or refuses, or the output cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    finish(options.action.run())
}

/// A command's end as its starter sees it.
pub(super) fn finish(
    code: Result<ExitCode, Failure>,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    code.map_err(|failure| match failure {
        // Whoever started us decides what a reader that is gone means.
        Failure::Output(error) => error.into(),
        failure => failure.into(),
    })
}

impl Action {
    fn run(&self) -> Result<ExitCode, Failure> {
        match self {
            Self::Trunks(port) => {
                port.tell::<TrunkList>(&client::get(port.admin, "/trunks")?, trunks)
            }
            Self::Show(which) => which.port.tell::<CircuitList>(&which.get()?, circuits),
            Self::Block(order) => order.run("block"),
            Self::Unblock(order) => order.run("unblock"),
            Self::Reset(which) => which
                .port
                .tell::<Outcome>(&which.post("reset", &[])?, outcome),
            Self::Check(checked) => checked.run(),
            Self::Query(which) => which.port.tell::<Views>(&which.post("query", &[])?, views),
            Self::Audit(audited) => audited.run(),
        }
    }
}

impl Blocked {
    fn run(&self, order: &str) -> Result<ExitCode, Failure> {
        let reason = ("reason", Value::from(&*self.reason));
        let answer = self.which.post(order, &[reason])?;
        self.which.port.tell::<Outcome>(&answer, outcome)
    }
}

impl Audited {
    fn run(&self) -> Result<ExitCode, Failure> {
        let repair = ("repair", Value::from(self.repair));
        let answer = self.which.post("audit", &[repair])?;
        self.which.port.tell::<Views>(&answer, views)?;
        let found: Views = serde_json::from_str(&answer)?;
        Ok(match found.differing == 0 && found.unanswered.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(DIFFERENT),
        })
    }
}

impl Which {
    pub(super) fn get(&self) -> Result<String, ClientError> {
        let fields = [("trunk", &self.trunk), ("cic", &self.cic)];
        let fields = fields.into_iter().filter_map(|(name, value)| {
            Some(format!("{name}={}", percent_encoded(value.as_ref()?)))
        });
        let fields: Vec<_> = fields.collect();
        client::get(self.port.admin, &format!("/circuits?{}", fields.join("&")))
    }

    pub(super) fn post(&self, order: &str, more: &[(&str, Value)]) -> Result<String, ClientError> {
        let mut body = json!({});
        for (name, value) in [("trunk", &self.trunk), ("cic", &self.cic)] {
            if let Some(value) = value {
                body[name] = Value::from(&**value);
            }
        }
        for (name, value) in more {
            body[*name] = value.clone();
        }
        client::post(self.port.admin, &format!("/circuits/{order}"), &body)
    }
}

impl Port {
    /// Prints an answer as it came, or in words.
    pub(super) fn tell<T: DeserializeOwned>(
        &self,
        answer: &str,
        words: fn(&T) -> String,
    ) -> Result<ExitCode, Failure> {
        match self.json {
            true => print(answer)?,
            false => print(words(&serde_json::from_str(answer)?))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn percent_encoded(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => char::from(byte).into(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

fn trunks(list: &TrunkList) -> String {
    let heads = [
        "trunk", "exchange", "ISUP", "reached", "refused", "idle", "busy", "blocked", "other",
    ];
    columns(heads, list.trunks.iter().map(trunk))
}

fn trunk(line: &TrunkLine) -> [String; 9] {
    let count = |states: &[&str]| {
        let counts = states.iter().filter_map(|state| line.circuits.get(*state));
        counts.sum::<usize>()
    };
    let all: usize = line.circuits.values().sum();
    let idle = count(&["idle"]);
    let busy = count(&["outgoing", "incoming", "answered", "releasing"]);
    let blocked = count(&["blocked"]);
    let reached = match (line.available, line.user_part) {
        (true, true) => "yes",
        (true, false) => "not its ISUP",
        (false, _) => "no",
    };
    [
        line.trunk.clone(),
        line.point_code.clone(),
        line.variant.clone(),
        reached.into(),
        format!("{} %", line.refused_percent),
        idle.to_string(),
        busy.to_string(),
        blocked.to_string(),
        (all - idle - busy - blocked).to_string(),
    ]
}

/// The circuits, then what was done to how many of them.
fn outcome(outcome: &Outcome) -> String {
    let told = |what: &str, remarks: &[Remark]| {
        let line = |it: &Remark| format!("\n{} {what}: {} (cic {})", it.circuits, it.why, it.cic);
        remarks.iter().map(line).collect::<String>()
    };
    format!(
        "{}\n{} changed{}{}",
        table(&outcome.circuits),
        outcome.changed,
        told("of them", &outcome.later),
        told("unchanged", &outcome.unchanged),
    )
}

fn circuits(list: &CircuitList) -> String {
    table(&list.circuits)
}

pub(super) fn table(circuits: &[CircuitLine]) -> String {
    let head = [
        "trunk",
        "cic",
        "state",
        "for",
        "blocked here",
        "blocked there",
        "call",
        "reason",
    ];
    columns(head, circuits.iter().map(circuit))
}

fn circuit(line: &CircuitLine) -> [String; 8] {
    let listed = |words: Vec<String>| match words.is_empty() {
        true => "-".to_owned(),
        false => words.join(", "),
    };
    let reasons = ["maintenance", "hardware"];
    let here = reasons
        .iter()
        .zip([&line.local.maintenance, &line.local.hardware]);
    let here = here.filter_map(|(reason, state)| match &**state {
        "unblocked" => None,
        "blocked" => Some((*reason).to_owned()),
        awaited => Some(format!("{reason} ({awaited})")),
    });
    let there = reasons
        .iter()
        .zip([line.remote.maintenance, line.remote.hardware]);
    let there = there.filter(|(_, blocked)| *blocked);
    let or_dash = |word: Option<String>| word.unwrap_or_else(|| "-".into());
    [
        line.trunk.clone(),
        line.cic.to_string(),
        state(line),
        or_dash(line.for_s.map(since)),
        listed(here.collect()),
        listed(there.map(|(reason, _)| (*reason).to_owned()).collect()),
        or_dash(line.call.map(|call| call.to_string())),
        or_dash(line.reason.clone()),
    ]
}

/// `answered (outgoing)`: the word for the state, and for who began the call where it does not say.
fn state(line: &CircuitLine) -> String {
    match &line.direction {
        Some(direction) if *direction != line.state => format!("{} ({direction})", line.state),
        _ => line.state.clone(),
    }
}

/// `12s`, `3m12s`, `2h03m`, `4d02h`.
fn since(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m{:02}s", seconds % 60),
        3600..86_400 => format!("{hours}h{:02}m", minutes % 60),
        _ => format!("{days}d{:02}h", hours % 24),
    }
}

/// Both views of circuits, and how many there are.
fn views(told: &Views) -> String {
    let row = |view: &View| {
        [
            view.trunk.clone(),
            view.cic.to_string(),
            view.here.clone(),
            view.there.clone(),
            view.remedy.clone().unwrap_or_else(|| "-".into()),
        ]
    };
    let mut text = String::new();
    if !told.circuits.is_empty() {
        let heads = ["trunk", "cic", "here", "there", "remedy"];
        text = columns(heads, told.circuits.iter().map(row)) + "\n";
    }
    text += &format!(
        "{} answered, {} differ, {} transient, {} unanswered, {} changed",
        told.answered,
        told.differing,
        told.transient,
        told.unanswered.len(),
        told.changed,
    );
    let mut silent: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for circuit in &told.unanswered {
        silent.entry(&circuit.trunk).or_default().push(circuit.cic);
    }
    for (trunk, cics) in silent {
        text += &format!("\nunanswered: {trunk} cic {}", ranges(&cics));
    }
    text
}

/// Rows beneath their heads, each column as wide as its widest entry; the last line has no end.
pub(super) fn columns<const N: usize>(
    heads: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let rows: Vec<_> = std::iter::once(heads.map(str::to_owned))
        .chain(rows)
        .collect();
    let widths: Vec<usize> = (0..N)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, &width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
