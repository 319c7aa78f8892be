//! What all elements of the IMS core have in common, for the driver.

use std::net::SocketAddr;
use std::time::Instant;

use protocols::sip::{Datagram, ForwardId, Hop, Transmit};

use super::Voice;
use super::cscf::{CscfOutput, Icscf, Location, Scscf, both};
use super::phone::{Phone, PhoneOutput};
use crate::party::{CallId, CallReport};

/// An element with its address, a terminal with its name, too.
#[allow(clippy::large_enum_variant)] // a handful of them
pub(super) enum Element {
    Icscf(SocketAddr, Icscf),
    Scscf(SocketAddr, Scscf),
    Phone(SocketAddr, String, Phone),
}

/// What the driver is to do for an element.
pub(super) enum Output {
    Transmit(Transmit),
    Locate { id: ForwardId, identity: String },
    Voice(Voice),
    Ended { call: CallId, report: CallReport },
}

impl Element {
    pub(super) fn address(&self) -> SocketAddr {
        match self {
            Self::Icscf(address, _) | Self::Scscf(address, _) | Self::Phone(address, ..) => {
                *address
            }
        }
    }

    /// Where it listens: a CSCF for datagrams and connections (RFC 3261 §18.2.1), a terminal for
    /// datagrams.
    pub(super) fn listeners(&self) -> Vec<Hop> {
        match self {
            Self::Icscf(address, _) | Self::Scscf(address, _) => both(*address).into(),
            Self::Phone(address, ..) => vec![Hop::udp(*address)],
        }
    }

    pub(super) fn handle(&mut self, datagram: Datagram, now: Instant) {
        match self {
            Self::Icscf(_, icscf) => icscf.proxy().handle(datagram, now),
            Self::Scscf(_, scscf) => scscf.proxy().handle(datagram, now),
            Self::Phone(_, _, phone) => phone.handle(datagram, now),
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Icscf(_, icscf) => icscf.proxy().handle_timeout(now),
            Self::Scscf(_, scscf) => scscf.proxy().handle_timeout(now),
            Self::Phone(_, _, phone) => phone.handle_timeout(now),
        }
    }

    pub(super) fn poll_timeout(&mut self) -> Option<Instant> {
        match self {
            Self::Icscf(_, icscf) => icscf.proxy().poll_timeout(),
            Self::Scscf(_, scscf) => scscf.proxy().poll_timeout(),
            Self::Phone(_, _, phone) => phone.poll_timeout(),
        }
    }

    pub(super) fn poll_output(&mut self, now: Instant) -> Option<Output> {
        Some(match self {
            Self::Icscf(_, icscf) => match icscf.poll_output(now)? {
                CscfOutput::Transmit(transmit) => Output::Transmit(transmit),
                CscfOutput::Locate { id, identity } => Output::Locate { id, identity },
            },
            Self::Scscf(_, scscf) => Output::Transmit(scscf.poll_output(now)?),
            Self::Phone(_, _, phone) => match phone.poll_output()? {
                PhoneOutput::Transmit(transmit) => Output::Transmit(transmit),
                PhoneOutput::Voice(voice) => Output::Voice(voice),
                PhoneOutput::Ended { call, report } => Output::Ended { call, report },
            },
        })
    }

    pub(super) fn transport_failed(&mut self, transmit: Transmit, now: Instant) {
        match self {
            Self::Icscf(_, icscf) => icscf.proxy().transport_failed(transmit, now),
            Self::Scscf(_, scscf) => scscf.proxy().transport_failed(transmit, now),
            Self::Phone(_, _, phone) => phone.transport_failed(transmit, now),
        }
    }

    pub(super) fn located(&mut self, id: ForwardId, location: &Location, now: Instant) {
        if let Self::Icscf(_, icscf) = self {
            icscf.located(id, location, now);
        }
    }

    pub(super) fn hang_up_all(&mut self, now: Instant) {
        if let Self::Phone(_, _, phone) = self {
            phone.hang_up_all(now);
        }
    }

    pub(super) fn calls(&self) -> usize {
        match self {
            Self::Phone(_, _, phone) => phone.calls(),
            Self::Icscf(..) | Self::Scscf(..) => 0,
        }
    }
}
