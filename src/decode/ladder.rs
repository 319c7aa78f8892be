//! The signalling of a capture as a ladder.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use serde_json::json;

use super::Failure;
use super::Reading;
use crate::capture::read::{Carried, read};
use crate::ladder::{Ladder, Nodes, Rung, Scope};
use crate::output;

/// Prints every message of a capture on a line of its own.
pub(super) fn print(file: &Path, reading: Reading, json: bool) -> Result<ExitCode, Failure> {
    let mut ladder = None;
    let mut printed: io::Result<()> = Ok(());
    let told = read(file, |at, carried| {
        let ladder = ladder.get_or_insert_with(|| {
            Ladder::new(at, Nodes::default())
                .with_scope(Scope::All)
                .with_reading(reading)
        });
        for rung in rungs(ladder, at, carried) {
            if printed.is_ok() {
                printed = show(&rung, json);
            }
        }
    });
    printed?;
    told.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn rungs(ladder: &mut Ladder, at: SystemTime, carried: Carried<'_>) -> Vec<Rung> {
    match carried {
        Carried::Udp { from, to, payload } => ladder.udp(at, from, to, payload),
        Carried::Sctp { from, to, packet } => {
            ladder.sctp(at, SocketAddr::new(from, 0), SocketAddr::new(to, 0), packet)
        }
        Carried::Tcp {
            from,
            to,
            payload,
            gap,
        } => {
            if gap {
                ladder.tcp_gap(from, to);
            }
            ladder.tcp(at, from, to, payload)
        }
        Carried::Mtp3(message) => ladder.mtp3(at, message).into_iter().collect(),
    }
}

fn show(rung: &Rung, json: bool) -> io::Result<()> {
    match json {
        false => output::print(rung),
        true => output::print(json!({
            "at_ms": (rung.at.as_secs_f64() * 1_000_000.0).round() / 1000.0,
            "from": rung.from,
            "to": rung.to,
            "protocol": rung.protocol,
            "message": rung.name,
            "detail": rung.detail,
        })),
    }
}
