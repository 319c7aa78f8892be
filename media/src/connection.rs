//! One timeslot joined to one RTP stream.

use std::net::SocketAddr;

use codecs::cesopsn::FRAMES;
use codecs::g711::Law;
use codecs::rtp::{Header, Packet, PayloadType};

use crate::command::{ConnectionId, Failure, Mode, Payload, Statistics, Timeslot};
use crate::jitter::JitterBuffer;
use crate::packetiser::Packetiser;

/// The law of every span.
pub(crate) const SPAN_LAW: Law = Law::A;

/// What a connection is made of.
pub(crate) struct Plan {
    pub(crate) id: ConnectionId,
    pub(crate) timeslot: Timeslot,
    pub(crate) remote: Option<SocketAddr>,
    pub(crate) payload: Payload,
    pub(crate) mode: Mode,
}

pub(crate) struct Connection {
    pub(crate) timeslot: Timeslot,
    remote: Option<SocketAddr>,
    payload: PayloadType,
    law: Law,
    mode: Mode,
    packetiser: Packetiser,
    jitter: JitterBuffer,
    pub(crate) statistics: Statistics,
}

impl Connection {
    /// `duration` and `depth` are octets of a packet sent and of the jitter buffer; `random` is
    /// for the beginnings of the stream.
    pub(crate) fn new(
        plan: &Plan,
        duration: usize,
        depth: u32,
        random: u64,
    ) -> Result<Self, Failure> {
        let payload_type = PayloadType::new(plan.payload.pt).ok_or(Failure::PayloadType)?;
        let header = Header {
            marker: true,
            payload_type,
            sequence: random as u16,
            timestamp: (random >> 8) as u32,
            ssrc: (random >> 32) as u32,
        };
        Ok(Self {
            timeslot: plan.timeslot,
            remote: plan.remote,
            payload: payload_type,
            law: plan.payload.law,
            mode: plan.mode,
            packetiser: Packetiser::new(header, duration),
            jitter: JitterBuffer::new(depth, SPAN_LAW.silence()),
            statistics: Statistics::default(),
        })
    }

    pub(crate) fn set_remote(&mut self, remote: SocketAddr) {
        if self.remote != Some(remote) {
            self.remote = Some(remote);
            self.jitter.reset();
        }
    }

    pub(crate) fn set_payload(&mut self, payload: Payload) -> Result<(), Failure> {
        let payload_type = PayloadType::new(payload.pt).ok_or(Failure::PayloadType)?;
        if (self.payload, self.law) != (payload_type, payload.law) {
            (self.payload, self.law) = (payload_type, payload.law);
            self.packetiser.set_payload_type(payload_type);
            self.jitter.reset();
        }
        Ok(())
    }

    pub(crate) fn set_mode(&mut self, mode: Mode) {
        if self.mode.receives() && !mode.receives() {
            self.jitter.reset();
        }
        self.mode = mode;
    }

    /// Takes a millisecond of the timeslot; returns a packet and where to, if one is due.
    pub(crate) fn timeslot_said(
        &mut self,
        mut octets: [u8; FRAMES],
    ) -> Option<(SocketAddr, &[u8])> {
        let remote = match self.remote {
            Some(remote) if self.mode.sends() => remote,
            _ => {
                self.packetiser.pause();
                return None;
            }
        };
        SPAN_LAW.convert_all(self.law, &mut octets);
        let packet = self.packetiser.push(&octets)?;
        self.statistics.sent += 1;
        Some((remote, packet))
    }

    /// Takes a datagram of the RTP port.
    pub(crate) fn rtp_received(&mut self, from: SocketAddr, datagram: &[u8]) {
        let packet = match Packet::parse(datagram) {
            Ok(packet) if packet.header.payload_type == self.payload => packet,
            _ => {
                self.statistics.refused += 1;
                return;
            }
        };
        if *self.remote.get_or_insert(from) != from {
            self.statistics.refused += 1;
            return;
        }
        if self.mode.receives() {
            let convert = self.law.table_to(SPAN_LAW);
            self.jitter.push(
                &packet.header,
                packet.payload,
                convert,
                &mut self.statistics,
            );
        }
    }

    /// The next millisecond for the timeslot.
    pub(crate) fn timeslot_hears(&mut self) -> [u8; FRAMES] {
        self.jitter.pull(&mut self.statistics)
    }
}
