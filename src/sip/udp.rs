//! SIP in datagrams (RFC 3261 §18).

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::BytesMut;
use protocols::sip::{Datagram, Hop, Transmit};
use socket2::SockRef;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tracing::warn;

use super::connections::Office;
use super::{Event, Listener, MAX_DATAGRAM};
use crate::tap::{Seen, Tap, Transport};

/// How long nothing is received after an error.
const PAUSE: Duration = Duration::from_millis(10);

/// One socket.
#[derive(Clone)]
pub(super) struct Socket {
    socket: Rc<UdpSocket>,
    local: SocketAddr,
    tap: Tap,
}

impl Socket {
    pub(super) async fn bind(local: SocketAddr, tap: Tap) -> io::Result<Self> {
        Ok(Self {
            socket: Rc::new(UdpSocket::bind(local).await?),
            local,
            tap,
        })
    }

    pub(super) fn send(&self, transmit: &Transmit) -> io::Result<()> {
        let (bytes, to) = (&transmit.bytes, transmit.to.address);
        // Shown first, so that no answer can be shown before it.
        self.tap
            .packet(Transport::Udp, Seen::Sent, self.local, to, bytes);
        // The system knows whether there is room; tokio may not have asked it yet.
        SockRef::from(&*self.socket)
            .send_to(bytes, &to.into())
            .map(drop)
    }

    /// Receives until nobody listens any more.
    pub(super) async fn receive(
        self,
        listener: Listener,
        office: Rc<Office>,
        events: mpsc::Sender<Event>,
    ) {
        let mut buffer = BytesMut::new();
        loop {
            let received = match self.next(&mut buffer).await {
                Ok(from) if !office.admits(&listener, from) => continue,
                Ok(from) => Datagram {
                    bytes: buffer.split().freeze(),
                    from: Hop::udp(from),
                    local: self.local,
                },
                // An ICMP error of an earlier datagram, whose transaction times out; or it comes
                // again at once, and others are to have their turn.
                Err(error) => {
                    warn!(local = %self.local, %error, "SIP socket");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            if events.send(Event::Received(received)).await.is_err() {
                return;
            }
        }
    }

    async fn next(&self, buffer: &mut BytesMut) -> io::Result<SocketAddr> {
        buffer.clear();
        buffer.reserve(MAX_DATAGRAM);
        let (_, from) = self.socket.recv_buf_from(buffer).await?;
        self.tap
            .packet(Transport::Udp, Seen::Received, from, self.local, buffer);
        Ok(from)
    }
}
