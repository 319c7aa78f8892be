//! Configuration of both ends, a table such as `[cx]` in a program's file.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use codecs::diameter::Identity;
use protocols::diameter::cx::Destination;
use protocols::diameter::{self, Timers};
use serde::Deserialize;

use crate::config::Fault;

/// The end that asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// Our host name, `Origin-Host`.
    pub host: String,
    /// Our realm, `Origin-Realm`.
    pub realm: String,
    /// Where the HSS listens.
    pub connect: SocketAddr,
    /// Our address; the system chooses if there is none.
    pub local: Option<IpAddr>,
    /// The realm to ask; ours if there is none.
    pub destination_realm: Option<String>,
    /// The host to ask; whichever the realm has if there is none.
    pub destination_host: Option<String>,
    /// How long an answer may take, in milliseconds.
    #[serde(default = "answer_ms")]
    pub answer_ms: u64,
    /// Silence after which the peer is asked whether it is there, in seconds.
    #[serde(default = "watchdog_s")]
    pub watchdog_s: u64,
}

/// The end that answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Our host name, `Origin-Host`.
    pub host: String,
    /// Our realm, `Origin-Realm`.
    pub realm: String,
    /// Where we listen.
    pub listen: SocketAddr,
    /// Hosts that may connect; any if there is none.
    #[serde(default)]
    pub peers: Vec<String>,
    /// How many may be connected at once.
    #[serde(default = "connections")]
    pub connections: usize,
    /// Silence after which a peer is asked whether it is there, in seconds.
    #[serde(default = "watchdog_s")]
    pub watchdog_s: u64,
}

fn answer_ms() -> u64 {
    5_000
}

fn watchdog_s() -> u64 {
    30
}

fn connections() -> usize {
    64
}

impl ClientConfig {
    /// What is well-formed but cannot work; keys begin with `table`, such as `cx`.
    pub fn faults(&self, table: &str) -> Vec<Fault> {
        let mut faults = identity_faults(table, &self.host, &self.realm, self.watchdog_s);
        if !(1..=600_000).contains(&self.answer_ms) {
            let key = format!("{table}.answer_ms");
            let message = format!("{}, expected 1 to 600000 ms", self.answer_ms);
            faults.push(Fault::new(key, message));
        }
        faults
    }

    pub(super) fn destination(&self) -> Destination {
        Destination {
            realm: self
                .destination_realm
                .as_ref()
                .unwrap_or(&self.realm)
                .clone(),
            host: self.destination_host.clone(),
        }
    }

    pub(super) fn peer(&self) -> diameter::Config {
        diameter::Config {
            state: started(),
            timers: Timers {
                answer: Duration::from_millis(self.answer_ms),
                ..timers(self.watchdog_s)
            },
            ..diameter::Config::cx_client(identity(&self.host, &self.realm))
        }
    }
}

impl ServerConfig {
    /// What is well-formed but cannot work; keys begin with `table`, such as `cx`.
    pub fn faults(&self, table: &str) -> Vec<Fault> {
        let mut faults = identity_faults(table, &self.host, &self.realm, self.watchdog_s);
        if self.connections == 0 {
            let key = format!("{table}.connections");
            faults.push(Fault::new(key, "expected at least 1 connection"));
        }
        faults
    }

    pub(super) fn peer(&self) -> diameter::Config {
        diameter::Config {
            state: started(),
            peers: self.peers.clone(),
            timers: timers(self.watchdog_s),
            ..diameter::Config::cx_server(identity(&self.host, &self.realm))
        }
    }
}

fn identity_faults(table: &str, host: &str, realm: &str, watchdog_s: u64) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (key, name) in [("host", host), ("realm", realm)] {
        if !is_domain_name(name) {
            let message = "expected a domain name, such as \"hss.ims.example\"";
            faults.push(Fault::new(format!("{table}.{key}"), message));
        }
    }
    if !(6..=3600).contains(&watchdog_s) {
        let message = format!("{watchdog_s}, expected 6 to 3600 seconds (RFC 3539 §3.4.1)");
        faults.push(Fault::new(format!("{table}.watchdog_s"), message));
    }
    faults
}

fn is_domain_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let mut octets = label.bytes();
        !label.is_empty()
            && label.len() <= 63
            && octets.all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
    };
    name.len() <= 255 && name.split('.').all(is_label)
}

fn identity(host: &str, realm: &str) -> Identity {
    Identity {
        host: host.to_owned(),
        realm: realm.to_owned(),
    }
}

fn timers(watchdog_s: u64) -> Timers {
    Timers {
        watchdog: Duration::from_secs(watchdog_s),
        ..Timers::default()
    }
}

/// Origin-State-Id: the time of the start, which rises from one start to the next.
fn started() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    u32::try_from(seconds).unwrap_or(u32::MAX)
}
