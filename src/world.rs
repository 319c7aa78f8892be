//! What a program gets from its surroundings besides its configuration.

use std::time::Instant;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep_until;

use crate::tap::Tap;

/// The surroundings of a program: the tap on its wires, and the word to stop.
#[derive(Clone)]
pub struct World {
    /// Takes note of every packet sent and received.
    pub tap: Tap,
    /// Turns true when the program is to wind up: release, say goodbye, return.
    pub stop: watch::Receiver<bool>,
}

impl World {
    /// Returns when the program is to stop. A dropped sender means stop, too.
    pub async fn stopped(&mut self) {
        // An error says that nobody can say stop any more: the owner is gone.
        let _ = self.stop.wait_for(|&stop| stop).await;
    }
}

/// Returns when the process is asked to end, by SIGINT or SIGTERM.
///
/// # Errors
/// Signals cannot be waited for.
pub async fn interrupted() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Returns at `deadline`; never if there is none.
pub(crate) async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(at) => sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
