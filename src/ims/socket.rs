//! A UDP socket for SIP that tells its number with what it receives.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use protocols::sip::{Datagram, Hop, Transmit};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::tap::{Seen, Tap, Transport};

/// The largest datagram.
const MAX: usize = 65_535;

/// How long nothing is received after an error.
const PAUSE: Duration = Duration::from_millis(10);

/// Closed when it is dropped.
pub(super) struct Socket {
    socket: Rc<UdpSocket>,
    local: SocketAddr,
    tap: Tap,
    task: JoinHandle<()>,
}

impl Socket {
    pub(super) async fn open(
        local: SocketAddr,
        index: usize,
        received: mpsc::Sender<(usize, Datagram)>,
        tap: Tap,
    ) -> io::Result<Self> {
        let socket = Rc::new(UdpSocket::bind(local).await?);
        let task = receive(socket.clone(), local, index, received, tap.clone());
        Ok(Self {
            socket,
            local,
            tap,
            task: tokio::task::spawn_local(task),
        })
    }

    /// Sends a datagram. One for which there is no room at the moment is lost: SIP sends it again.
    pub(super) fn send(&self, Transmit { bytes, to, .. }: &Transmit) -> io::Result<()> {
        let Self { local, tap, .. } = self;
        // Shown first, so that no answer can be shown before it.
        tap.packet(Transport::Udp, Seen::Sent, *local, to.address, bytes);
        match self.socket.try_send_to(bytes, to.address) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(
    socket: Rc<UdpSocket>,
    local: SocketAddr,
    index: usize,
    received: mpsc::Sender<(usize, Datagram)>,
    tap: Tap,
) {
    let mut buffer = vec![0; MAX];
    loop {
        let (length, from) = match socket.recv_from(&mut buffer).await {
            Ok(datagram) => datagram,
            Err(error) => {
                tracing::warn!(%local, %error, "SIP socket");
                // It may come again at once: others are to have their turn.
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let bytes = &buffer[..length];
        tap.packet(Transport::Udp, Seen::Received, from, local, bytes);
        let bytes = Bytes::copy_from_slice(bytes);
        if received
            .send((
                index,
                Datagram {
                    bytes,
                    from: Hop::udp(from),
                    local,
                },
            ))
            .await
            .is_err()
        {
            return;
        }
    }
}
