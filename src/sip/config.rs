//! `listen`, `[sip.tls]` and `[sip.tcp]`: where SIP is spoken, and how.

use std::time::Duration;

use protocols::sip::{Hop, Transport};
use serde::{Deserialize, Deserializer};

use super::tls::TlsConfig;
use crate::config::Fault;

/// One address or several: `"127.0.0.20:5060"`, `["udp:…", "tcp:…", "tls:…"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    first: Hop,
    others: Vec<Hop>,
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected an address or a list of addresses")]
enum Written {
    One(String),
    Several(Vec<String>),
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let texts = match Written::deserialize(deserializer)? {
            Written::One(text) => vec![text],
            Written::Several(texts) => texts,
        };
        let hop = |text: &String| {
            let error = |error| D::Error::custom(format_args!("{text:?}: {error}"));
            text.parse().map_err(error)
        };
        let hops = texts.iter().map(hop).collect::<Result<Vec<Hop>, _>>()?;
        let (&first, others) = hops
            .split_first()
            .ok_or_else(|| D::Error::custom("expected at least one address"))?;
        let others = others.to_vec();
        Ok(Self { first, others })
    }
}

impl Listen {
    /// The first of them.
    pub fn first(&self) -> Hop {
        self.first
    }

    /// The others.
    pub fn others(&self) -> &[Hop] {
        &self.others
    }

    /// All of them.
    pub fn hops(&self) -> impl Iterator<Item = Hop> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// Whether there is a listener of this transport.
    pub fn has(&self, transport: Transport) -> bool {
        self.hops().any(|hop| hop.transport == transport)
    }

    /// Where a neighbour finds us is named to it, so it must be an address of its own.
    pub(crate) fn faults(&self, key: &str, tls: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |message: String| faults.push(Fault::new(key, message));
        for (index, hop) in self.hops().enumerate() {
            if hop.address.ip().is_unspecified() {
                fault(format!(
                    "{hop}: expected the address that peers reach us at"
                ));
            }
            if self.hops().take(index).any(|other| other == hop) {
                fault(format!("{hop} is there twice"));
            }
            if hop.transport == Transport::Tls && !tls {
                fault(format!("{hop} needs [sip.tls]"));
            }
        }
        faults
    }
}

/// `[sip.tcp]`: limits of connections, TLS ones included.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TcpConfig {
    /// The most connections that others open to us.
    pub connections: usize,
    /// The most of them from one address.
    pub connections_per_peer: usize,
    idle_s: u64,
}

impl Default for TcpConfig {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_peer: 64,
            idle_s: 600,
        }
    }
}

impl TcpConfig {
    /// How long nothing may come before a connection is closed.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_s)
    }

    pub(crate) fn faults(&self, key: &str) -> Vec<Fault> {
        let ranges = [
            ("connections", self.connections as u64, 1..=100_000),
            (
                "connections_per_peer",
                self.connections_per_peer as u64,
                1..=100_000,
            ),
            ("idle_s", self.idle_s, 10..=86_400),
        ];
        let mut faults = Vec::new();
        for (name, value, range) in ranges {
            if !range.contains(&value) {
                let (least, most) = range.into_inner();
                let message = format!("{value}, expected {least} to {most}");
                faults.push(Fault::new(format!("{key}.{name}"), message));
            }
        }
        faults
    }
}

/// What the service is told.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where to listen.
    pub listen: Vec<Hop>,
    /// Keys and certificates, where there is a listener for TLS.
    pub tls: Option<TlsConfig>,
    /// Limits of connections.
    pub tcp: TcpConfig,
}
