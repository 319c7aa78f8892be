//! What went over the wires of the bench: the capture file, and the packets of one call.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::Error;
use crate::capture::{Capture, Scope};
use crate::ladder::{Ladder, Rung};
use crate::tap::{Observer, Packet, Seen, Transport};

/// Notes packets of call signalling for the ladder, and all packets for the capture.
pub(super) struct Wire {
    capture: Option<Capture>,
    packets: Mutex<Vec<Noted>>,
}

struct Noted {
    at: SystemTime,
    transport: Transport,
    from: SocketAddr,
    to: SocketAddr,
    payload: Vec<u8>,
}

impl Wire {
    pub(super) fn create(capture: Option<&Path>) -> Result<Self, Error> {
        let open = |path: &Path| {
            Capture::create(path, Scope::Sent).map_err(|error| Error::Capture(path.into(), error))
        };
        Ok(Self {
            capture: capture.map(open).transpose()?,
            packets: Mutex::default(),
        })
    }

    /// Forgets the packets noted so far: a new call begins.
    pub(super) fn forget(&self) {
        self.packets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The call signalling since [`Self::forget`].
    pub(super) fn rungs(&self, ladder: &mut Ladder) -> Vec<Rung> {
        let packets = self.packets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rungs: Vec<Rung> = packets
            .iter()
            .flat_map(|noted| ladder.read(&noted.packet()))
            .collect();
        // Threads look at the clock before they take their turn here.
        rungs.sort_by_key(|rung| rung.at);
        rungs
    }

    pub(super) fn flush(&self) -> std::io::Result<()> {
        self.capture.as_ref().map_or(Ok(()), Capture::flush)
    }
}

impl Noted {
    fn packet(&self) -> Packet<'_> {
        let Self {
            at,
            transport,
            from,
            to,
            ref payload,
        } = *self;
        Packet {
            at,
            transport,
            seen: Seen::Sent,
            from,
            to,
            payload,
        }
    }
}

impl Observer for Wire {
    fn packet(&self, packet: &Packet<'_>) {
        if let Some(capture) = &self.capture {
            capture.packet(packet);
        }
        // All programs of the bench report here: what is received was sent by one of them.
        if packet.seen == Seen::Sent && Ladder::may_hold_signalling(packet) {
            let Packet {
                at,
                transport,
                from,
                to,
                payload,
                ..
            } = *packet;
            let noted = Noted {
                at,
                transport,
                from,
                to,
                payload: payload.to_vec(),
            };
            self.packets
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(noted);
        }
    }
}
