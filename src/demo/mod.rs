//! `tandem demo`: the whole bench in one process on loopback. Places the mobile and the fixed call
//! and a call from the IMS to the telephone network, and judges what it sees and hears.

mod bench;
mod report;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use bench::{Bench, OUTGOING};
use report::{Call, Report};
use wire::Wire;

use crate::output::{print, tell};
use crate::world::interrupted;

/// Names of the calls in the configurations of the bench.
const CALLS: [&str; 3] = ["mobile", "fixed", OUTGOING];
/// The status of a program that was interrupted: 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// The options of `tandem demo`.
#[derive(Debug, Args)]
pub struct Options {
    /// Print the result as JSON, for a program.
    #[arg(long)]
    json: bool,
    /// Write every message as it went over the wire to this file (pcapng, for Wireshark).
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
}

/// Why the demo could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The capture file.
    #[error("--pcap {0}: {1}")]
    Capture(PathBuf, std::io::Error),
    /// A configuration of the bench.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// A configuration of the bench without the call that is to be shown.
    #[error("{0} has no call named {1:?}")]
    NoCall(&'static str, &'static str),
    /// No loopback network is free.
    #[error("no loopback network is free for the bench")]
    NoNetwork,
    /// The operating system.
    #[error("cannot start: {0}")]
    Io(#[from] std::io::Error),
    /// A program of the bench ended before it was told to.
    #[error("{0}: {1}")]
    Ended(&'static str, String),
    /// The bench did not come into service.
    #[error("the bench was not in service within {0:?}")]
    NotReady(Duration),
    /// The result as JSON.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Shows the demo. Succeeds if every call was answered, heard exactly in both directions for nine
/// tenths of the conversation at least, and released normally.
///
/// # Errors
/// [`Error`] if it could not be shown.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let wire = Arc::new(Wire::create(options.pcap.as_deref())?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    tell("starting the bench, placing three calls: about 12 s");
    let report = runtime.block_on(async {
        tokio::select! {
            report = show(&wire, options.json) => report.map(Some),
            interrupted = interrupted() => interrupted.map(|()| None).map_err(Into::into),
        }
    });
    wire.flush()
        .map_err(|error| Error::Capture(options.pcap.clone().unwrap_or_default(), error))?;
    let Some(report) = report? else {
        tell("interrupted");
        return Ok(ExitCode::from(INTERRUPTED));
    };
    if options.json {
        print(serde_json::to_string(&report)?)?;
    } else {
        print(report.verdict())?;
    }
    Ok(if report.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn show(wire: &Arc<Wire>, quiet: bool) -> Result<Report, Box<dyn std::error::Error>> {
    let mut bench = Bench::start(wire).await?;
    let mut calls = Vec::new();
    for name in CALLS {
        let call = bench.call(name, wire).await?;
        if !quiet {
            print(&call)?;
        }
        calls.push(call);
    }
    bench.stop().await?;
    Ok(Report {
        ok: calls.iter().all(Call::is_good),
        calls,
    })
}
