//! The message transfer part as a service: M3UA (RFC 4666) over SCTP for the programs.
//!
//! ```text
//! program ── Ss7::send ──▶ service task ── M3UA layer ── Sctp ── one association per peer
//!         ◀── Event ──────
//! ```

mod associations;
mod complaints;
mod config;
mod counters;
#[cfg(test)]
mod differences;
mod networks;
mod overload;
mod peer;
mod servers;
mod service;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tests;
mod times;
mod warnings;

pub use config::{Config, PeerConfig, Role, TrafficMode};
pub use counters::{Counters, PeerState};
pub use networks::NetworkConfig;
pub(crate) use overload::overload;
pub use servers::ServerConfig;
pub use times::{M3uaConfig, SctpConfig};

use std::sync::Arc;

use codecs::mtp::{ServiceIndicator, SignallingPoint, Transfer, UnavailabilityCause};
use tokio::sync::{mpsc, oneshot};
use tracing::{info, warn};

use self::service::Service;
use crate::point_codes::PointCodes;
use crate::sctp::{Error, Kernel, Stack, Userspace};
use crate::tap::Tap;

/// Messages that may wait for the service.
const COMMANDS: usize = 8192;
/// Events that may wait for the program; the service stands still while they do.
const EVENTS: usize = 8192;

/// What the service tells the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message arrived.
    Transfer(Transfer),
    /// The point code can be reached (MTP-RESUME). None can at the start.
    Available(SignallingPoint),
    /// The point code can no longer be reached (MTP-PAUSE).
    Unavailable(SignallingPoint),
    /// The way to the point code is congested, or is so no longer (MTP-STATUS).
    Congested {
        /// Which.
        point: SignallingPoint,
        /// How much: 1 to 3, or 0 when the congestion has ended. Where the network has no levels,
        /// congestion is told as 1.
        level: u8,
    },
    /// A user part at the point code takes no messages (MTP-STATUS).
    UserPartUnavailable {
        /// Which.
        point: SignallingPoint,
        /// The user part.
        user: ServiceIndicator,
        /// Why.
        cause: UnavailabilityCause,
    },
}

/// The program's end of the service. When the last one is dropped the service stops, too.
#[derive(Debug, Clone)]
pub struct Ss7 {
    commands: mpsc::Sender<Command>,
    counters: Arc<Counters>,
    written: PointCodes,
}

/// Why a peer is not locked out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// No peer has the name.
    #[error("there is no peer {peer:?}, expected {expected}")]
    NoSuchPeer {
        /// The name.
        peer: String,
        /// Those that there are.
        expected: String,
    },
    /// We ask that peer for traffic; only who asks us can be locked out.
    #[error(
        "{peer:?} does not ask us for traffic: we are {role} there; \
         only where we are sgp or ipsp-server a peer can be locked out"
    )]
    Asked {
        /// The peer.
        peer: String,
        /// Our role there.
        role: &'static str,
    },
    /// The service has no room for the order, or has ended.
    #[error("the service takes no orders now")]
    Busy,
}

enum Command {
    Transfer(Transfer),
    Lock { peer: usize, locked: bool },
    Stop(oneshot::Sender<()>),
}

impl Ss7 {
    /// Starts the service: binds, listens and connects. Call it within a `LocalSet`.
    ///
    /// # Errors
    /// An address that cannot be used.
    pub fn start(config: Config, tap: Tap) -> Result<(Self, mpsc::Receiver<Event>), Error> {
        let (commands, queue) = mpsc::channel(COMMANDS);
        let (events, receiver) = mpsc::channel(EVENTS);
        let counters = Arc::new(Counters::new(&config));
        let written = config.point_codes();
        let locals = config.peer.iter().flat_map(|peer| &peer.local).copied();
        match config.sctp.backend.choose(locals)? {
            Stack::Kernel => {
                info!("SCTP of the kernel");
                if tap.is_on() {
                    info!("the capture has the messages of SS7, in packets made up around them");
                }
                let sctp = Kernel::new(config.sctp(), config.paths()).with_tap(tap);
                let service = Service::new(config, sctp, events, counters.clone())?;
                tokio::task::spawn_local(service.run(queue));
            }
            Stack::Userspace => {
                info!("SCTP in user space, over UDP");
                let sctp = Userspace::new(config.sctp(), tap);
                let service = Service::new(config, sctp, events, counters.clone())?;
                tokio::task::spawn_local(service.run(queue));
            }
        }
        let service = Self {
            commands,
            counters,
            written,
        };
        Ok((service, receiver))
    }

    /// Sends a message to its destination point code. One that cannot go is dropped, counted and
    /// logged, as the message transfer part does.
    pub fn send(&self, transfer: Transfer) {
        let dpc = self.written.write(transfer.destination());
        let sent = self.commands.try_send(Command::Transfer(transfer));
        if sent.is_err() && self.counters.dropped_overload.add() {
            warn!(%dpc, "the queue is full, or the service has ended: message dropped");
        }
    }

    /// Locks a peer out, or lets it in again, until the program ends.
    ///
    /// # Errors
    /// [`LockError`]
    pub fn lock(&self, peer: &str, locked: bool) -> Result<(), LockError> {
        let mut peers = self.counters.peers().enumerate();
        let known = peers.find(|(_, known)| known.name == peer);
        let peer = peer.to_owned();
        let Some((index, known)) = known else {
            let names = self.counters.peers().map(|peer| format!("{:?}", peer.name));
            let expected = names.collect::<Vec<_>>().join(" or ");
            return Err(LockError::NoSuchPeer { peer, expected });
        };
        if !self.counters.may_be_locked(index) {
            let role = known.role.name();
            return Err(LockError::Asked { peer, role });
        }
        let command = Command::Lock {
            peer: index,
            locked,
        };
        let sent = self.commands.try_send(command);
        sent.map_err(|_| LockError::Busy)?;
        self.counters.lock(index, locked);
        Ok(())
    }

    /// What went through the service so far.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Takes leave of all peers in order: ASP Inactive, ASP Down, SHUTDOWN. Returns when all
    /// associations are gone.
    pub async fn stop(&self) {
        let (done, wait) = oneshot::channel();
        // Either error means that the service has ended.
        if self.commands.send(Command::Stop(done)).await.is_ok() {
            let _ = wait.await;
        }
    }
}
