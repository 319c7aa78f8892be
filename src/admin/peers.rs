//! `tandem peers`: shows the M3UA peers of a running program, locks one out, lets it in again.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::answer::{PeerLine, PeerList};
use super::client;
use super::command::{Failure, Port, columns, finish};

/// What `tandem peers` is told.
#[derive(Debug, Args)]
pub struct PeerOptions {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the peers, and how the application server process of each is.
    #[command(after_help = "Example: tandem peers show --admin 127.0.0.20:9090")]
    Show(Port),
    /// Lock a peer out: what asks for traffic there is refused (RFC 4666 §3.8.1, management
    /// blocking), and traffic it has ends.
    #[command(after_help = "Example: tandem peers lock pstn")]
    Lock(Named),
    /// Let a peer in again.
    #[command(after_help = "Example: tandem peers unlock pstn")]
    Unlock(Named),
}

#[derive(Debug, Args)]
struct Named {
    #[command(flatten)]
    port: Port,
    /// The peer, as `[[ss7.peer]]` names it.
    #[arg(value_name = "NAME")]
    peer: String,
}

/// Runs the command.
///
/// # Errors
/// The program cannot be reached or refuses, or the output cannot be written.
pub fn run(options: &PeerOptions) -> Result<ExitCode, Box<dyn std::error::Error>> {
    finish(options.action.run())
}

impl Action {
    fn run(&self) -> Result<ExitCode, Failure> {
        match self {
            Self::Show(port) => port.tell(&client::get(port.admin, "/peers")?, peers),
            Self::Lock(named) => named.order("lock"),
            Self::Unlock(named) => named.order("unlock"),
        }
    }
}

impl Named {
    fn order(&self, order: &str) -> Result<ExitCode, Failure> {
        let body: Value = json!({ "peer": self.peer });
        let answer = client::post(self.port.admin, &format!("/peers/{order}"), &body)?;
        self.port.tell(&answer, peers)
    }
}

fn peers(list: &PeerList) -> String {
    let row = |line: &PeerLine| {
        let locked = if line.locked { "locked" } else { "-" };
        [line.peer.clone(), line.process.clone(), locked.into()]
    };
    columns(["peer", "process", "lock"], list.peers.iter().map(row))
}
