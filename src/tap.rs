//! A tap on the wire: every packet a program sends or receives, for captures and ladders.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

/// What carried a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// UDP: SIP, RTP, SCTP in its RFC 6951 encapsulation.
    Udp,
    /// An SCTP packet over IP, whose addresses have no port; its own are in it.
    Sctp,
    /// A piece of a TCP stream: Diameter, SIP.
    Tcp,
    /// A SIP message in a TLS stream, in clear text.
    Tls,
    /// A CESoPSN packet over UDP.
    Tdm,
}

/// Who saw the packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seen {
    /// Its sender, as it handed it to the socket.
    Sent,
    /// Its receiver.
    Received,
}

/// One packet on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// When.
    pub at: SystemTime,
    /// What carried it.
    pub transport: Transport,
    /// By whom it was seen.
    pub seen: Seen,
    /// Source address.
    pub from: SocketAddr,
    /// Destination address.
    pub to: SocketAddr,
    /// Payload of the transport.
    pub payload: &'a [u8],
}

/// Takes note of packets. Called on the thread that sends or receives: keep it short.
pub trait Observer: Send + Sync {
    /// One packet went by.
    fn packet(&self, packet: &Packet<'_>);
}

/// Where packets are reported: nowhere by default. Cheap to clone, one test when off.
#[derive(Clone, Default)]
pub struct Tap(Option<Arc<dyn Observer>>);

impl std::fmt::Debug for Tap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tap {{ is_on: {} }}", self.is_on())
    }
}

impl Tap {
    /// Reports to `observer`.
    pub fn new(observer: Arc<dyn Observer>) -> Self {
        Self(Some(observer))
    }

    /// Whether anybody takes note.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Shows the packets of voice, if anybody takes note.
    pub fn voice(&self) -> Option<media::Observer> {
        let tap = self.is_on().then(|| self.clone())?;
        Some(Arc::new(move |direction, transport, from, to, payload| {
            let seen = match direction {
                media::Direction::Sent => Seen::Sent,
                media::Direction::Received => Seen::Received,
            };
            let transport = match transport {
                media::Transport::Rtp => Transport::Udp,
                media::Transport::Tdm => Transport::Tdm,
            };
            tap.packet(transport, seen, from, to, payload);
        }))
    }

    /// Reports one packet.
    pub fn packet(
        &self,
        transport: Transport,
        seen: Seen,
        from: SocketAddr,
        to: SocketAddr,
        payload: &[u8],
    ) {
        if let Some(observer) = &self.0 {
            observer.packet(&Packet {
                at: SystemTime::now(),
                transport,
                seen,
                from,
                to,
                payload,
            });
        }
    }
}
