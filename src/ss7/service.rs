//! The task between program and peers.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{Command, Config, Counters, Event};
use crate::sctp::{Connect, Error, Listen, Sctp};

/// Owns the associations of one program.
pub(super) struct Service<S> {
    sctp: S,
    events: mpsc::Sender<Event>,
    counters: Arc<Counters>,
}

impl<S: Sctp> Service<S> {
    pub(super) fn new(
        config: Config,
        mut sctp: S,
        events: mpsc::Sender<Event>,
        counters: Arc<Counters>,
    ) -> Result<Self, Error> {
        for peer in config.peer {
            if peer.role.connects() {
                sctp.connect(&Connect {
                    local: peer.local,
                    local_port: peer.sctp_port,
                    remote: peer.remote,
                    port: peer.sctp_port,
                })?;
            } else {
                sctp.listen(&Listen {
                    local: peer.local,
                    port: peer.sctp_port,
                })?;
            }
        }
        Ok(Self {
            sctp,
            events,
            counters,
        })
    }

    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(Command::Transfer(_)) => self.counters.dropped_unavailable.add(),
                    Some(Command::Stop(_)) | None => return,
                },
                _ = self.sctp.event() => {}
                () = self.events.closed() => return,
            }
        }
    }
}
