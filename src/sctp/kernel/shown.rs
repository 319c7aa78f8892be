//! What goes over an association of the kernel's, shown to the tap: the messages, as the kernel
//! shows none of its packets.

use std::net::SocketAddr;

use protocols::sctp::{MadeUp, Path};

use super::control::Label;
use crate::tap::{Seen, Tap, Transport};

#[derive(Debug)]
pub(super) struct Shown {
    tap: Tap,
    /// One of our addresses, with the UDP port of the encapsulation or 0.
    local: SocketAddr,
    sent: MadeUp,
    received: MadeUp,
}

impl Shown {
    pub(super) fn new(tap: Tap, local: SocketAddr, path: &Path) -> Self {
        // Ports and tags are all that tells associations apart; no tag is 0.
        let [ours, theirs] = [(); 2].map(|()| rand::random::<u32>() | 1);
        let (here, there) = (path.local_port, path.peer_port);
        Self {
            tap,
            local,
            sent: MadeUp::new((here, there), theirs),
            received: MadeUp::new((there, here), ours),
        }
    }

    /// A message to or from one of the peer's addresses.
    pub(super) fn message(&mut self, seen: Seen, peer: SocketAddr, label: Label, message: &[u8]) {
        let Label { stream, ppid } = label;
        let (from, to, packets) = match seen {
            Seen::Sent => (self.local, peer, &mut self.sent),
            Seen::Received => (peer, self.local, &mut self.received),
        };
        let transport = match peer.port() {
            0 => Transport::Sctp,
            _ => Transport::Udp,
        };
        for packet in packets.packets(stream, ppid, message) {
            self.tap.packet(transport, seen, from, to, &packet);
        }
    }
}
