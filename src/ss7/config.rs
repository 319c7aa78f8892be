//! `[ss7]` of a configuration file: our point code and our M3UA associations.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use codecs::m3ua;
use codecs::mtp::{NetworkIndicator, PointCode, PointCodeFormat, ServiceIndicator};
use protocols::sctp;
use serde::{Deserialize, Deserializer};

use super::networks::NetworkConfig;
use super::servers::ServerConfig;
use super::times::{M3uaConfig, SctpConfig};
use crate::config::Fault;
use crate::config::point_code::{point_codes, some_point_code, some_point_code_format};
use crate::sctp::{Backend, Paths};

/// `[ss7]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the network writes point codes.
    #[serde(default, deserialize_with = "some_point_code_format")]
    pub(super) point_code_format: Option<&'static PointCodeFormat>,
    /// Our point code.
    #[serde(default, deserialize_with = "some_point_code")]
    pub(super) point_code: Option<PointCode>,
    /// Further point codes of ours.
    #[serde(default, deserialize_with = "point_codes")]
    pub(super) also: Vec<PointCode>,
    /// The network the point codes belong to: 0 international, 2 national.
    #[serde(default, deserialize_with = "some_indicator")]
    pub(super) network_indicator: Option<NetworkIndicator>,
    /// Networks with point codes of their own, instead of that one.
    #[serde(default)]
    pub network: Vec<NetworkConfig>,
    /// Whether messages for other point codes are passed on, as a signalling gateway does.
    #[serde(default)]
    pub relay: bool,
    /// The user parts we have; messages for others are answered with DUPU. Those that the program
    /// has, when empty.
    #[serde(default)]
    pub service_indicators: Vec<u8>,
    /// As `sgp`: how many routing keys peers may register beyond those of `application_server`;
    /// without, none is registered at all.
    pub registrations: Option<usize>,
    /// Our associations.
    #[serde(default)]
    pub peer: Vec<PeerConfig>,
    /// Application servers on several associations.
    #[serde(default)]
    pub application_server: Vec<ServerConfig>,
    /// Timers of M3UA.
    #[serde(default)]
    pub m3ua: M3uaConfig,
    /// Timers of SCTP.
    #[serde(default)]
    pub sctp: SctpConfig,
}

/// `[[ss7.peer]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
    /// Its name, for the log.
    pub name: String,
    /// The network it belongs to, where there are several.
    pub network: Option<String>,
    /// What we are towards it.
    pub role: Role,
    /// Our addresses, with the UDP port of the encapsulation; none, which is 0, for SCTP over IP.
    #[serde(deserialize_with = "addresses")]
    pub local: Vec<SocketAddr>,
    /// Its addresses, the primary one first. Where the peer connects, none listed means any.
    #[serde(default, deserialize_with = "addresses")]
    pub remote: Vec<SocketAddr>,
    /// SCTP port of both sides.
    #[serde(default = "m3ua_port")]
    pub sctp_port: u16,
    /// Names the application server, where the signalling gateway wants it named.
    pub routing_context: Option<u32>,
    /// Tells networks apart that share an association.
    pub network_appearance: Option<u32>,
    /// How several active processes share the traffic.
    pub traffic_mode: Option<TrafficMode>,
    /// What its messages say of the network, if it is not what the network's say.
    #[serde(default, deserialize_with = "some_indicator")]
    pub network_indicator: Option<NetworkIndicator>,
    /// Point codes reached through it.
    #[serde(default, deserialize_with = "point_codes")]
    pub point_codes: Vec<PointCode>,
    /// Among those that reach a point code the smallest number is used, equal ones share by SLS.
    #[serde(default)]
    pub priority: u8,
    /// The application servers it carries, by name, instead of one of its own.
    #[serde(default)]
    pub application_servers: Vec<String>,
    /// What our process calls itself; as `sgp`, what the peer must call itself.
    pub asp_identifier: Option<u32>,
    /// Whether to leave the traffic to other processes as long as there are any.
    #[serde(default)]
    pub standby: bool,
    /// Whether the peer is locked out: where it asks for traffic, it is refused.
    #[serde(default)]
    pub locked: bool,
    /// Between IP servers: whether both ask for traffic, each for its own direction.
    #[serde(default)]
    pub double_exchange: bool,
    /// Names the application server of the messages to us in a double exchange.
    pub own_routing_context: Option<u32>,
}

/// What we are towards a peer (RFC 4666 §1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// An application server process: we connect, the peer is a signalling gateway.
    Asp,
    /// A signalling gateway process: the peer connects.
    Sgp,
    /// One of two equals, the one that connects.
    IpspClient,
    /// One of two equals, the one that listens.
    IpspServer,
}

/// How several active processes share the traffic (RFC 4666 §3.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrafficMode {
    /// One takes it all.
    Override,
    /// They share it.
    Loadshare,
    /// Each gets everything.
    Broadcast,
}

impl Role {
    /// Whether we connect; otherwise we listen.
    pub fn connects(self) -> bool {
        matches!(self, Self::Asp | Self::IpspClient)
    }

    /// As the configuration writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asp => "asp",
            Self::Sgp => "sgp",
            Self::IpspClient => "ipsp-client",
            Self::IpspServer => "ipsp-server",
        }
    }
}

impl From<TrafficMode> for m3ua::TrafficMode {
    fn from(mode: TrafficMode) -> Self {
        match mode {
            TrafficMode::Override => Self::OVERRIDE,
            TrafficMode::Loadshare => Self::LOADSHARE,
            TrafficMode::Broadcast => Self::BROADCAST,
        }
    }
}

impl PeerConfig {
    /// What to say where one side of an association that we open has a UDP port and the other has
    /// none.
    fn port_of_one_side(&self) -> Option<String> {
        let mut addresses = self.local.iter().chain(&self.remote);
        let first = addresses.next().filter(|_| self.role.connects())?;
        let is_other = |address: &&SocketAddr| (address.port() > 0) != (first.port() > 0);
        let other = addresses.find(is_other)?;
        let (with, without) = if first.port() > 0 {
            (first, other)
        } else {
            (other, first)
        };
        Some(format!(
            "{} has a UDP port, {} has none: expected one on both sides, or on neither, for SCTP \
             over IP",
            written(with),
            written(without)
        ))
    }

    /// Whether an association of one peer could be the other's.
    fn is_twin(&self, other: &Self) -> bool {
        let shares = |some: &[SocketAddr], others: &[SocketAddr]| {
            some.iter().any(|address| others.contains(address))
        };
        self.sctp_port == other.sctp_port
            && shares(&self.local, &other.local)
            && shares(&self.remote, &other.remote)
    }
}

impl Config {
    /// What is well-formed but cannot work; keys begin with `ss7.`.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut names = HashSet::new();
        for (index, peer) in self.peer.iter().enumerate() {
            let mut fault = |key: &str, message: &str| {
                faults.push(Fault::new(format!("ss7.peer[{index}].{key}"), message));
            };
            if !names.insert(&peer.name) {
                fault(
                    "name",
                    "another peer has this name; expected one of its own",
                );
            }
            if peer.local.is_empty() {
                fault(
                    "local",
                    "expected at least one address, such as \"127.0.0.20:9899\"",
                );
            }
            let lacks_port = peer.local.iter().any(|address| address.port() == 0);
            if lacks_port && self.sctp.backend == Backend::Userspace {
                fault(
                    "local",
                    "SCTP in user space needs a UDP port, such as \"127.0.0.20:9899\"",
                );
            }
            if peer.role.connects() && peer.remote.is_empty() {
                fault(
                    "remote",
                    "expected the peer's address, since we connect to it",
                );
            }
            if let Some(message) = peer.port_of_one_side() {
                fault("remote", &message);
            }
            if let Some(twin) = self.peer[..index].iter().find(|other| peer.is_twin(other)) {
                let message = format!(
                    "{:?} has the same local and remote address: one association cannot be both",
                    twin.name
                );
                fault("remote", &message);
            }
            if peer.point_codes.is_empty() && peer.application_servers.is_empty() {
                fault("point_codes", "expected at least one point code");
            }
            let (_, network) = self.network(peer.network.as_deref());
            if network.own().any(|own| peer.point_codes.contains(&own)) {
                fault(
                    "point_codes",
                    "our own point code is not reached through a peer",
                );
            }
        }
        self.network_faults(&mut faults);
        self.server_faults(&mut faults);
        if self.service_indicators.iter().any(|&service| service > 15) {
            let message = "expected numbers from 0 to 15";
            faults.push(Fault::new("ss7.service_indicators", message));
        }
        self.m3ua.faults(&mut faults);
        self.sctp.faults(&mut faults);
        faults
    }

    /// With the user parts of the program, if no others are configured.
    #[must_use]
    pub fn with_users(mut self, users: &[ServiceIndicator]) -> Self {
        if self.service_indicators.is_empty() {
            self.service_indicators = users.iter().map(|user| user.0).collect();
        }
        self
    }

    /// Words for the log: our point code, and whom we connect to or wait for.
    pub fn introduction(&self) -> String {
        let peer = |peer: &PeerConfig| match peer.role.connects() {
            true => format!("connects to {} at {}", peer.name, list(&peer.remote)),
            false => format!("waits for {} at {}", peer.name, list(&peer.local)),
        };
        let peers: Vec<_> = self.peer.iter().map(peer).collect();
        let written = self.point_codes();
        let own = self.own().into_iter();
        let own: Vec<_> = own.map(|own| written.write(own).to_string()).collect();
        format!("SS7 point code {}, {}", own.join(", "), peers.join(", "))
    }

    /// The parameters of SCTP. Hosts that are not configured are kept out, if all are named.
    pub(super) fn sctp(&self) -> sctp::Config {
        let anyone = self.peer.iter().any(|peer| peer.remote.is_empty());
        let hosts = self.peer.iter().flat_map(|peer| &peer.remote);
        let SctpConfig { streams, .. } = self.sctp;
        sctp::Config {
            rto_initial: Duration::from_millis(self.sctp.rto_initial_ms),
            rto_min: Duration::from_millis(self.sctp.rto_min_ms),
            rto_max: Duration::from_millis(self.sctp.rto_max_ms),
            sack_delay: Duration::from_millis(self.sctp.sack_delay_ms),
            heartbeat_interval: Duration::from_millis(self.sctp.heartbeat_ms),
            max_retransmissions: self.sctp.max_retransmissions,
            init_retries: self.sctp.init_retries,
            streams,
            peers: hosts.map(SocketAddr::ip).filter(|_| !anyone).collect(),
            ..sctp::Config::default()
        }
    }

    /// What concerns peers with several addresses: the first one listed is the primary one.
    pub(super) fn paths(&self) -> Paths {
        let first = |peer: &PeerConfig| peer.remote.first().map(SocketAddr::ip);
        Paths {
            max_retransmissions: self.sctp.path_retransmissions,
            primary: self.peer.iter().filter_map(first).collect(),
        }
    }
}

/// Addresses as they are written in the file.
pub(super) fn list(addresses: &[SocketAddr]) -> String {
    let addresses: Vec<_> = addresses.iter().map(written).collect();
    addresses.join(", ")
}

fn written(address: &SocketAddr) -> String {
    match address.port() {
        0 => address.ip().to_string(),
        _ => address.to_string(),
    }
}

fn m3ua_port() -> u16 {
    m3ua::PORT
}

pub(super) fn indicator<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<NetworkIndicator, D::Error> {
    match u8::deserialize(deserializer)? {
        indicator @ 0..=3 => Ok(NetworkIndicator(indicator)),
        other => Err(serde::de::Error::custom(format!(
            "{other} is no network indicator: expected 0 (international) to 3, 2 being national"
        ))),
    }
}

pub(super) fn some_indicator<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NetworkIndicator>, D::Error> {
    indicator(deserializer).map(Some)
}

/// Addresses with a UDP port, or without, which is port 0.
fn addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SocketAddr>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let address = |text: &String| {
        let bare = || text.parse().map(|host: IpAddr| SocketAddr::new(host, 0));
        text.parse().or_else(|_| bare()).map_err(|_| {
            serde::de::Error::custom(format!(
                "\"{text}\" is no address: expected an IP address with the UDP port, such as \
                 \"127.0.0.20:9899\", or without, for SCTP over IP"
            ))
        })
    };
    texts.iter().map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_are_those_of_the_program_unless_configured() {
        for (line, users) in [("", vec![5]), ("service_indicators = [3]", vec![3])] {
            let config: Config =
                toml::from_str(&format!("point_code = \"2-2-2\"\n{line}")).unwrap();
            let config = config.with_users(&[ServiceIndicator::ISUP]);
            assert_eq!(config.service_indicators, users);
        }
    }
}
