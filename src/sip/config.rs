//! `listen`, `[sip.tls]` and `[sip.tcp]`: where SIP is spoken, with whom, and how.

use std::net::IpAddr;
use std::time::Duration;

use protocols::sip::{Hop, Transport};
use serde::{Deserialize, Deserializer};

use super::access::{Block, Listener};
use super::tls::TlsConfig;
use crate::config::Fault;

/// One address or several: `"127.0.0.20:5060"`, `["udp:…", "tcp:…", "tls:…"]`, each alone or as
/// `{ address = "udp:…", allow = ["192.0.2.0/24"] }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    first: Listener,
    others: Vec<Listener>,
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected an address or a list of addresses")]
enum Written {
    One(WrittenListener),
    Several(Vec<WrittenListener>),
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected an address, or a table with address and allow"
)]
enum WrittenListener {
    Everybody(String),
    Some(AllowConfig),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowConfig {
    address: String,
    allow: Vec<String>,
}

impl WrittenListener {
    fn read<E: serde::de::Error>(self) -> Result<Listener, E> {
        fn read<T, E>(text: &str) -> Result<T, E>
        where
            T: std::str::FromStr<Err: std::fmt::Display>,
            E: serde::de::Error,
        {
            let error = |error| E::custom(format_args!("{text:?}: {error}"));
            text.parse().map_err(error)
        }
        Ok(match self {
            Self::Everybody(address) => read::<Hop, E>(&address)?.into(),
            Self::Some(AllowConfig { address, allow }) => Listener {
                hop: read(&address)?,
                allow: Some(
                    allow
                        .iter()
                        .map(|block| read::<Block, E>(block))
                        .collect::<Result<_, _>>()?,
                ),
            },
        })
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let written = match Written::deserialize(deserializer)? {
            Written::One(listener) => vec![listener],
            Written::Several(listeners) => listeners,
        };
        let mut listeners = written.into_iter().map(WrittenListener::read::<D::Error>);
        let first = listeners
            .next()
            .ok_or_else(|| D::Error::custom("expected at least one address"))??;
        let others = listeners.collect::<Result<_, _>>()?;
        Ok(Self { first, others })
    }
}

impl Listen {
    /// The first of them.
    pub fn first(&self) -> Hop {
        self.first.hop
    }

    /// The others.
    pub fn others(&self) -> impl Iterator<Item = Hop> {
        self.others.iter().map(|listener| listener.hop)
    }

    /// All of them.
    pub fn hops(&self) -> impl Iterator<Item = Hop> {
        self.listeners().map(|listener| listener.hop)
    }

    /// All of them, with whom they are for.
    pub fn listeners(&self) -> impl Iterator<Item = &Listener> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Whether somebody may speak to any of them.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.listeners().any(|listener| listener.allows(address))
    }

    /// Whether there is a listener of this transport.
    pub fn has(&self, transport: Transport) -> bool {
        self.hops().any(|hop| hop.transport == transport)
    }

    /// Where a neighbour finds us is named to it, so it must be an address of its own.
    pub(crate) fn faults(&self, key: &str, tls: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |message: String| faults.push(Fault::new(key, message));
        for (index, listener) in self.listeners().enumerate() {
            let hop = listener.hop;
            if listener.allow.as_ref().is_some_and(Vec::is_empty) {
                fault(format!(
                    "{hop}: allow is empty, so nobody could speak to it"
                ));
            }
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
    pub listen: Vec<Listener>,
    /// Keys and certificates, where there is a listener for TLS.
    pub tls: Option<TlsConfig>,
    /// Limits of connections.
    pub tcp: TcpConfig,
}
