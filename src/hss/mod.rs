//! The HSS: home location register for gateway MSCs (MAP sendRoutingInfo, 3GPP TS 29.002 §10.1) and
//! home subscriber server for I-CSCFs (Diameter Cx, 3GPP TS 29.228).

mod config;
mod cx;
mod entry;
mod hlr;
mod subscribers;

pub use config::{Config, IcscfSetConfig, MapConfig};
pub use entry::SubscriberConfig;

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use codecs::mtp::ServiceIndicator;

use crate::diameter;
use crate::ss7::{self, Ss7};
use crate::world::{World, until};
use hlr::Hlr;

/// Why the HSS cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address for SCTP cannot be used.
    #[error(transparent)]
    Ss7(#[from] crate::sctp::Error),
    /// The SS7 service ended.
    #[error("the SS7 service ended")]
    Ss7Ended,
    /// The address for Diameter cannot be used.
    #[error("cx.listen {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The Diameter server ended.
    #[error("the Diameter server ended")]
    DiameterEnded,
}

/// Runs the HSS until it is stopped. Call it within a `LocalSet`.
///
/// # Errors
/// [`Error`]
pub async fn run(config: Config, mut world: World) -> Result<(), Error> {
    let ss7 = config.ss7.clone().with_users(&[ServiceIndicator::SCCP]);
    let (ss7, mut events) = Ss7::start(ss7, world.tap.clone())?;
    let address = config.cx.listen;
    let (server, mut queries) = diameter::Server::start(config.cx.clone(), world.tap.clone())
        .await
        .map_err(|source| Error::Listen { address, source })?;
    tracing::info!(
        "HSS: {}; waits for I-CSCFs with Diameter at {address}",
        config.ss7.introduction()
    );
    let mut subscribers = config.subscribers();
    let mut hlr = Hlr::new(&config);
    let written = config.ss7.point_codes();
    loop {
        for transfer in hlr.drain(&mut subscribers) {
            ss7.send(transfer);
        }
        let timeout = hlr.poll_timeout();
        tokio::select! {
            event = events.recv() => match event.ok_or(Error::Ss7Ended)? {
                ss7::Event::Transfer(transfer) => hlr.receive(transfer, Instant::now()),
                ss7::Event::Available(remote) => {
                    tracing::info!(remote = %written.write(remote), "available");
                }
                ss7::Event::Unavailable(remote) => {
                    tracing::warn!(remote = %written.write(remote), "unavailable");
                }
                // What cannot be answered now, the gateway asks for again.
                ss7::Event::Congested { .. } | ss7::Event::UserPartUnavailable { .. } => {}
            },
            query = queries.recv() => {
                cx::answer(&subscribers, query.ok_or(Error::DiameterEnded)?);
            }
            () = until(timeout) => hlr.handle_timeout(Instant::now()),
            () = world.stopped() => break,
        }
    }
    tokio::join!(server.stop(), ss7.stop());
    Ok(())
}
