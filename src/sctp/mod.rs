//! SCTP as the programs see it: one trait over every backend.
//!
//! [`Kernel`] is the Linux kernel's, multi-homed: it makes one association of all addresses, and
//! the first of the peer's is the primary one. [`Userspace`] is the embedded backend, over UDP
//! encapsulation (RFC 6951). It is single-homed: it listens at each local address and tries remote
//! addresses one after another.

mod choice;
mod kernel;
#[cfg(test)]
pub(crate) mod tests;
mod userspace;

use std::io;
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use protocols::sctp;

pub use choice::{Backend, Stack};
pub use kernel::{Kernel, Paths};
pub use protocols::sctp::{AssociationId, Event, Loss, Path, PathChange, SendError, Streams};
pub use userspace::Userspace;

/// Where to accept associations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Our addresses, with the UDP port of the encapsulation or 0 for none; one or more.
    pub local: Vec<SocketAddr>,
    /// Our SCTP port.
    pub port: u16,
}

/// Where to open an association to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// Our addresses, with the UDP port of the encapsulation or 0 for none; one or more.
    pub local: Vec<SocketAddr>,
    /// Our SCTP port.
    pub local_port: u16,
    /// The peer's addresses, with the UDP port of its encapsulation or 0 for none; one or more.
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
    /// A socket does not do what it is asked to.
    #[error("SCTP socket: {source}")]
    Socket {
        /// Why.
        source: io::Error,
    },
    /// This machine's kernel has no SCTP.
    #[error(
        "the kernel has no SCTP: load its module (modprobe sctp), or give every address in \
         [[ss7.peer]] a UDP port and set [ss7.sctp] backend = \"userspace\""
    )]
    NoKernel,
    /// The kernel takes encapsulated SCTP at another UDP port, or at none.
    #[error(
        "{address}: the kernel's SCTP does not listen at this UDP port (net.sctp.udp_port is \
         {kernels}): set it with sysctl, leave the port out for SCTP over IP, or set [ss7.sctp] \
         backend = \"userspace\""
    )]
    Encapsulation {
        /// Our address.
        address: SocketAddr,
        /// The kernel's UDP port; 0 for none.
        kernels: u16,
    },
    /// An address without UDP port, which SCTP in user space needs.
    #[error("{0}: SCTP in user space needs a UDP port, such as {0}:9899")]
    NoUdpPort(IpAddr),
    /// No remote address, or no local one of the same family.
    #[error("no local and remote address of the same family")]
    NoAddress,
    /// One of the above, where it is known for whom.
    #[error("[[ss7.peer]] {name:?} ({addresses}): {source}")]
    Peer {
        /// The peer's name.
        name: String,
        /// Our addresses, and those that are connected to.
        addresses: String,
        /// What is wrong.
        source: Box<Error>,
    },
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
