//! Signed state cookies (RFC 9260 §5.1.3): the library's cookie, when it was made, and a MAC.
//!
//! The library writes its cookie in the clear and believes whatever comes back. The endpoint
//! therefore seals the cookie in each INIT ACK that leaves, and opens it in each COOKIE ECHO
//! that arrives. The MAC is keyed SipHash over cookie, time and path; the key never leaves the
//! endpoint and lives as long as it does.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::Path;
use super::packet::{self, COOKIE_ECHO, INIT_ACK, Packet};

const PARAMETER_COOKIE: u16 = 7;
const INIT_FIXED: usize = 16;
/// Time in milliseconds (8 bytes) and MAC (8 bytes).
const SEAL: usize = 16;
/// Where the library's cookie keeps the peer's verification tag.
const PEER_TAG: usize = 8;

#[derive(Debug)]
pub(super) struct Cookies {
    key: RandomState,
    epoch: Option<Instant>,
    life: Duration,
}

/// What came of a COOKIE ECHO.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// Genuine: the packet with the library's own cookie.
    Genuine(Vec<u8>),
    /// Genuine but too old.
    Stale {
        /// By how much.
        late: Duration,
        /// The tag the peer expects in an answer.
        peer_tag: u32,
    },
    /// Not ours.
    Forged,
}

impl Cookies {
    pub(super) fn new(life: Duration) -> Self {
        Self {
            key: RandomState::new(),
            epoch: None,
            life,
        }
    }

    /// Seals the cookie if `bytes` is an INIT ACK; other packets pass as they are.
    pub(super) fn seal(&mut self, bytes: Vec<u8>, path: &Path, now: Instant) -> Vec<u8> {
        let sealed = Packet::parse(&bytes)
            .filter(|packet| packet.first().kind == INIT_ACK)
            .and_then(|packet| self.seal_init_ack(&packet, path, now));
        sealed.unwrap_or(bytes)
    }

    /// Opens the cookie of a COOKIE ECHO.
    pub(super) fn open(&mut self, packet: &Packet<'_>, path: &Path, now: Instant) -> Opened {
        let value = packet.first().value;
        let Some((cookie, seal)) = value.split_last_chunk::<SEAL>() else {
            return Opened::Forged;
        };
        let (made, mac) = seal.split_at(8);
        let made = made
            .first_chunk()
            .map_or(0, |time| u64::from_be_bytes(*time));
        if mac != self.mac(cookie, made, path) {
            return Opened::Forged;
        }
        let age = self.clock(now).saturating_sub(Duration::from_millis(made));
        if age > self.life {
            return Opened::Stale {
                late: age - self.life,
                peer_tag: cookie.get(PEER_TAG..).map_or(0, packet::word),
            };
        }
        let ports = (packet.source(), packet.destination());
        let rest = packet.after_first();
        Opened::Genuine(packet::build(
            ports,
            packet.tag(),
            COOKIE_ECHO,
            0,
            cookie,
            rest,
        ))
    }

    fn seal_init_ack(&mut self, packet: &Packet<'_>, path: &Path, now: Instant) -> Option<Vec<u8>> {
        let (fixed, mut rest) = packet.first().value.split_at_checked(INIT_FIXED)?;
        let mut value = fixed.to_vec();
        while let Some(&[t0, t1, l0, l1]) = rest.first_chunk() {
            let length = usize::from(u16::from_be_bytes([l0, l1]));
            let body = rest.get(4..length)?;
            let kind = u16::from_be_bytes([t0, t1]);
            if kind == PARAMETER_COOKIE {
                let made = self.clock(now).as_millis() as u64;
                let mac = self.mac(body, made, path);
                let sealed = [body, &made.to_be_bytes(), &mac].concat();
                value.extend(packet::element(kind, &sealed));
            } else {
                value.extend(packet::element(kind, body));
            }
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or(&[]);
        }
        let ports = (packet.source(), packet.destination());
        Some(packet::build(ports, packet.tag(), INIT_ACK, 0, &value, &[]))
    }

    fn mac(&self, cookie: &[u8], made: u64, path: &Path) -> [u8; 8] {
        self.key.hash_one((cookie, made, path)).to_be_bytes()
    }

    /// Time since the first use of the clock.
    fn clock(&mut self, now: Instant) -> Duration {
        now.saturating_duration_since(*self.epoch.get_or_insert(now))
    }
}
