//! The transport layer of SIP (RFC 3261 §18): sockets and connections for the programs.
//!
//! ```text
//! program ── Sip::send ──▶ UDP sockets; connections over TCP and TLS, opened where there is none
//!         ◀── Event ────── a task for each socket, listener and connection
//! ```

mod access;
mod config;
mod connection;
mod connections;
mod counters;
mod location;
mod table;
#[cfg(test)]
mod tests;
mod tls;
mod udp;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use protocols::sip::{Datagram, Hop, Transmit, Transport};
use routing::Location;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tracing::warn;

use self::connections::Office;
use self::location::Locator;
use self::udp::Socket;
use crate::config::Fault;
use crate::tap::Tap;

pub use self::access::{Block, Listener, NotABlock};
pub use self::config::{Config, Listen, TcpConfig};
pub use self::counters::{Counters, Tally};
pub use self::location::{DnsConfig, Name};
pub use self::tls::TlsConfig;

/// The largest SIP datagram.
const MAX_DATAGRAM: usize = 65_535;
/// Events that may wait for the program; sockets and connections stand still while they do.
const EVENTS: usize = 1024;
/// How long connections may take to send what waits when the program stops.
const FAREWELL: Duration = Duration::from_secs(1);

/// What happened at the sockets.
#[derive(Debug)]
pub enum Event {
    /// A message arrived.
    Received(Datagram),
    /// A message could not be sent: no connection came about, or it broke.
    Undeliverable(Transmit),
    /// A name was resolved, for the first time or anew.
    Found {
        /// Which, as [`Sip::follow`] was told.
        name: usize,
        /// Where it is.
        locations: Vec<Location<Hop>>,
    },
}

/// Why SIP cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address cannot be listened on.
    #[error("sip.listen {hop}: {source}")]
    Listen {
        /// Which.
        hop: Hop,
        /// Why not.
        source: io::Error,
    },
    /// There is no way to ask for names.
    #[error("dns: {0}")]
    Dns(String),
    /// A file of `[sip.tls]` cannot be used.
    #[error("{}: {}", .0.key, .0.message)]
    Tls(Fault),
}

/// The program's end of sockets and connections. When it is dropped they are closed.
pub struct Sip {
    sockets: HashMap<SocketAddr, Socket>,
    office: Rc<Office>,
}

impl Sip {
    /// Listens everywhere. Call it within a `LocalSet`.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn start(config: Config, tap: Tap) -> Result<(Self, mpsc::Receiver<Event>), Error> {
        let (events, receiver) = mpsc::channel(EVENTS);
        let tls = config.tls.as_ref().map(|tls| tls.load("sip.tls"));
        let tls = tls.transpose().map_err(Error::Tls)?;
        let office = Rc::new(Office::new(config.tcp, tls, tap.clone(), events.clone()));
        let mut sip = Self {
            sockets: HashMap::new(),
            office,
        };
        for listener in config.listen {
            let hop = listener.hop;
            sip.listen(listener, &events, &tap)
                .await
                .map_err(|source| Error::Listen { hop, source })?;
        }
        Ok((sip, receiver))
    }

    async fn listen(
        &mut self,
        listener: Listener,
        events: &mpsc::Sender<Event>,
        tap: &Tap,
    ) -> io::Result<()> {
        let hop = listener.hop;
        if hop.transport == Transport::Udp {
            let socket = Socket::bind(hop.address, tap.clone()).await?;
            let office = self.office.clone();
            let received = socket.clone().receive(listener, office, events.clone());
            self.office.spawn(received);
            self.sockets.insert(hop.address, socket);
        } else {
            let socket = TcpListener::bind(hop.address).await?;
            self.office
                .spawn(self.office.clone().listen(socket, listener));
        }
        Ok(())
    }

    /// The host behind an address, which its certificate must name over TLS (RFC 5922 §7.1); of
    /// others the certificate must name the address.
    pub fn name(&self, hop: Hop, host: &str) {
        self.office.name(hop, host);
    }

    /// Resolves names, now and whenever what is known of them is out of date.
    ///
    /// # Errors
    /// [`Error::Dns`] if the system names no DNS server.
    pub fn follow(
        &self,
        dns: &DnsConfig,
        listeners: Vec<Hop>,
        names: Vec<(usize, Name)>,
    ) -> Result<(), Error> {
        let locator =
            Locator::new(dns, listeners).map_err(|error| Error::Dns(error.to_string()))?;
        let locator = Rc::new(locator);
        for (index, name) in names {
            let follower = self.office.clone().follow(locator.clone(), index, name);
            self.office.spawn(follower);
        }
        Ok(())
    }

    /// Sends a message: a datagram, or on the connection to its hop, or else on a new one; a
    /// response whose connection is gone goes to where its Via says (RFC 3261 §18.2.2). What cannot
    /// be sent at once comes back; what turns out later, as an [`Event`]. A datagram for which the
    /// system has no room is lost: SIP sends it again.
    ///
    /// # Errors
    /// The message.
    pub fn send(&self, transmit: Transmit) -> Result<(), Transmit> {
        if transmit.to.transport != Transport::Udp {
            return self.office.send(transmit);
        }
        let Some(socket) = self.sockets.get(&transmit.local) else {
            return Err(transmit);
        };
        match socket.send(&transmit) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if self.office.counters.add(Tally::Dropped) {
                    warn!(to = %transmit.to, "no room for a SIP datagram");
                }
                Ok(())
            }
            Err(error) => {
                warn!(to = %transmit.to, %error, "SIP datagram not sent");
                Err(transmit)
            }
        }
    }

    /// What went on so far.
    pub fn counters(&self) -> &Counters {
        &self.office.counters
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.office.connections()
    }

    /// Closes all connections when what waits has been sent, or after a second.
    pub async fn stop(self) {
        // Whoever does not read does not keep us.
        let _ = tokio::time::timeout(FAREWELL, self.office.stop()).await;
    }
}

impl Drop for Sip {
    fn drop(&mut self) {
        self.office.abort();
    }
}
