//! SCTP as the programs see it: one trait over every backend.
//!
//! [`Userspace`] is the embedded backend, over UDP encapsulation (RFC 6951). It is single-homed:
//! it listens at each local address and tries remote addresses one after another, whereas a
//! multi-homed backend makes one association of the lists.

#[cfg(test)]
pub(crate) mod tests;
mod userspace;

use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use protocols::sctp;

pub use protocols::sctp::{AssociationId, Event, Loss, Path, SendError, Streams};
pub use userspace::Userspace;

/// Where to accept associations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Our addresses, with the UDP port of the encapsulation; one or more.
    pub local: Vec<SocketAddr>,
    /// Our SCTP port.
    pub port: u16,
}

/// Where to open an association to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// Our addresses, with the UDP port of the encapsulation; one or more.
    pub local: Vec<SocketAddr>,
    /// Our SCTP port.
    pub local_port: u16,
    /// The peer's addresses, with the UDP port of its encapsulation; one or more.
    pub remote: Vec<SocketAddr>,
    /// The peer's SCTP port.
    pub port: u16,
}

/// Why listening or connecting could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A local address cannot be used.
    #[error("cannot bind {address}: {source}")]
    Bind {
        /// Which one.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// No remote address, or no local one of the same family.
    #[error("no local and remote address of the same family")]
    NoAddress,
    /// The association cannot be opened.
    #[error(transparent)]
    Connect(#[from] sctp::ConnectError),
}

/// An SCTP stack. The owner polls [`Sctp::event`] whenever it does nothing else: that drives it.
#[allow(async_fn_in_trait, reason = "stacks stay on the thread that made them")]
pub trait Sctp {
    /// Accepts associations from now on.
    ///
    /// # Errors
    /// [`Error::Bind`].
    fn listen(&mut self, listen: &Listen) -> Result<(), Error>;

    /// Begins to open an association: [`Event::Up`] or [`Event::Lost`] follows.
    ///
    /// # Errors
    /// All of [`Error`].
    fn connect(&mut self, connect: &Connect) -> Result<AssociationId, Error>;

    /// Sends a message of 1 byte to 256 KiB on a stream. It goes out with the next poll of
    /// [`Sctp::event`], together with others.
    ///
    /// # Errors
    /// All of [`SendError`]; [`SendError::Full`] passes by itself.
    fn send(
        &mut self,
        association: AssociationId,
        stream: u16,
        ppid: u32,
        payload: Bytes,
    ) -> Result<(), SendError>;

    /// Ends an association in order once everything sent is acknowledged: [`Event::Closed`]
    /// follows.
    fn shutdown(&mut self, association: AssociationId);

    /// Ends an association at once: [`Event::Lost`] follows.
    fn abort(&mut self, association: AssociationId);

    /// The next event. May be dropped and called again without loss.
    async fn event(&mut self) -> Event;
}
