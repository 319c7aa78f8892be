//! A UDP port whose packets are shown to an observer.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;

use crate::command::{Direction, Observer, Transport};
use crate::socket::{Batch, bind};

pub(crate) struct Port {
    socket: UdpSocket,
    local: SocketAddr,
    kind: Transport,
    observer: Option<Observer>,
}

impl Port {
    pub(crate) fn open(
        local: SocketAddr,
        kind: Transport,
        observer: Option<Observer>,
    ) -> io::Result<Self> {
        let socket = bind(local)?;
        let local = socket.local_addr()?;
        Ok(Self {
            socket,
            local,
            kind,
            observer,
        })
    }

    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    /// Sends a packet. It is shown first, so that no answer can be shown before it; one the system
    /// does not take is lost, as it may be anywhere on its way.
    pub(crate) fn send(&self, to: SocketAddr, packet: &[u8]) {
        if let Some(observer) = &self.observer {
            observer(Direction::Sent, self.kind, self.local, to, packet);
        }
        let _ = self.socket.send_to(packet, to);
    }

    /// Hands everything that has arrived to `take`.
    pub(crate) fn receive(&self, batch: &mut Batch, mut take: impl FnMut(SocketAddr, &[u8])) {
        batch.drain(&self.socket, |from, datagram| {
            if let Some(observer) = &self.observer {
                observer(Direction::Received, self.kind, from, self.local, datagram);
            }
            take(from, datagram);
        });
    }
}

impl AsRawFd for Port {
    fn as_raw_fd(&self) -> i32 {
        self.socket.as_raw_fd()
    }
}
