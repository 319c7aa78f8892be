//! `[[ss7.application_server]]`, and what the M3UA layer makes of all peers and servers.

use std::collections::HashSet;

use codecs::mtp::{NetworkIndicator, PointCode, ServiceIndicator, SignallingPoint};
use protocols::m3ua::{self as machine, AssociationConfig, Key, Side};
use serde::Deserialize;

use super::config::{Config, PeerConfig, Role, TrafficMode, some_indicator};
use crate::config::Fault;
use crate::config::point_code::point_codes;

/// `[[ss7.application_server]]`: an application server on several associations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Its name, by which peers say that they carry it.
    pub name: String,
    /// The network it belongs to, where there are several.
    pub network: Option<String>,
    /// Its routing context, where the other end wants it named.
    pub routing_context: Option<u32>,
    /// Tells networks apart that share an association.
    pub network_appearance: Option<u32>,
    /// What its messages say of the network, if it is not what the network's say.
    #[serde(default, deserialize_with = "some_indicator")]
    pub network_indicator: Option<NetworkIndicator>,
    /// How several active processes share the traffic.
    pub traffic_mode: Option<TrafficMode>,
    /// How many processes must be active before traffic begins.
    #[serde(default = "one")]
    pub required: usize,
    /// Point codes reached through it.
    #[serde(deserialize_with = "point_codes")]
    pub point_codes: Vec<PointCode>,
    /// Only messages for these users belong to it; for any, when empty.
    #[serde(default)]
    pub service_indicators: Vec<u8>,
    /// Only messages from these point codes belong to it; from any, when empty.
    #[serde(default, deserialize_with = "point_codes")]
    pub originating_point_codes: Vec<PointCode>,
    /// Among those that reach a point code the smallest number is used, equal ones share by SLS.
    #[serde(default)]
    pub priority: u8,
    /// Whether its routing key is registered: by us as `asp`, by the peers where we are `sgp`.
    #[serde(default)]
    pub register: bool,
}

fn one() -> usize {
    1
}

impl From<&PeerConfig> for ServerConfig {
    /// The application server of a peer that has one of its own.
    fn from(peer: &PeerConfig) -> Self {
        Self {
            name: peer.name.clone(),
            network: peer.network.clone(),
            routing_context: peer.routing_context,
            network_appearance: peer.network_appearance,
            network_indicator: peer.network_indicator,
            traffic_mode: peer.traffic_mode,
            required: 1,
            point_codes: peer.point_codes.clone(),
            service_indicators: Vec::new(),
            originating_point_codes: Vec::new(),
            priority: peer.priority,
            register: false,
        }
    }
}

impl ServerConfig {
    fn machine(&self, own: &Config, side: Side, associations: Vec<usize>) -> machine::ServerConfig {
        let (id, network) = own.network(self.network.as_deref());
        let destinations = match side {
            Side::Ours => network.own().collect(),
            Side::Theirs => self.point_codes.clone(),
        };
        let services = self.service_indicators.iter().copied();
        machine::ServerConfig {
            side,
            routing_context: self.routing_context,
            key: Key {
                network_appearance: self.network_appearance.or(network.network_appearance),
                destinations,
                services: services.map(ServiceIndicator).collect(),
                originators: self.originating_point_codes.clone(),
            },
            network: id,
            network_indicator: self.network_indicator.unwrap_or(network.network_indicator),
            mode: self.traffic_mode.map(Into::into),
            required: self.required,
            associations,
            registered: self.register,
            reaches: self
                .point_codes
                .iter()
                .map(|&code| (code, self.priority))
                .collect(),
        }
    }
}

/// The M3UA layer of a configuration, and the names of its servers.
pub(super) fn layer(config: &Config) -> (machine::Config, Vec<String>) {
    let (mut servers, mut names) = (Vec::new(), Vec::new());
    for (index, peer) in config.peer.iter().enumerate() {
        if !peer.application_servers.is_empty() {
            continue;
        }
        let server = ServerConfig::from(peer);
        names.push(peer.name.clone());
        servers.push(server.machine(config, peer.side(), vec![index]));
        if peer.double_exchange {
            let inbound = ServerConfig {
                routing_context: peer.own_routing_context,
                point_codes: Vec::new(),
                ..server
            };
            names.push(format!("{} inbound", peer.name));
            servers.push(inbound.machine(config, Side::Ours, vec![index]));
        }
    }
    for server in &config.application_server {
        let peers = config.carriers(&server.name);
        let side = peers.first().map_or(Side::Theirs, |(_, peer)| peer.side());
        let associations = peers.iter().map(|&(index, _)| index).collect();
        names.push(server.name.clone());
        servers.push(server.machine(config, side, associations));
    }
    let association = |peer: &PeerConfig| AssociationConfig {
        role: peer.machine_role(),
        asp_identifier: peer.asp_identifier,
        standby: peer.standby,
    };
    let users = config.service_indicators.iter().copied();
    let layer = machine::Config {
        associations: config.peer.iter().map(association).collect(),
        servers,
        own: config.own(),
        users: users.map(ServiceIndicator).collect(),
        relays: config.relay,
        registrations: config.registrations,
        timers: config.m3ua.timers(),
    };
    (layer, names)
}

impl PeerConfig {
    /// Who are the ASPs of what this peer carries. In a double exchange what the peer's are is
    /// written in the configuration.
    fn side(&self) -> Side {
        match self.role {
            Role::Asp | Role::IpspClient if !self.double_exchange => Side::Ours,
            _ => Side::Theirs,
        }
    }

    /// Whether the peer asks us for traffic, and can be locked out therefore.
    pub(super) fn may_be_locked(&self) -> bool {
        self.double_exchange || !self.role.connects()
    }

    fn machine_role(&self) -> machine::Role {
        match (self.role, self.double_exchange) {
            (Role::Asp, _) => machine::Role::Asp,
            (Role::Sgp, _) => machine::Role::Sgp,
            (Role::IpspClient | Role::IpspServer, true) => machine::Role::IpspDouble,
            (Role::IpspClient, false) => machine::Role::IpspClient,
            (Role::IpspServer, false) => machine::Role::IpspServer,
        }
    }
}

impl Config {
    /// Whether a peer or an application server leads to this signalling point.
    pub(crate) fn reaches(&self, point: SignallingPoint) -> bool {
        let peers = self.peer.iter();
        let peers = peers.map(|peer| (peer.network.as_deref(), &peer.point_codes));
        let servers = self.application_server.iter();
        let servers = servers.map(|server| (server.network.as_deref(), &server.point_codes));
        let mut lists = peers.chain(servers);
        lists.any(|(network, codes)| {
            codes.contains(&point.code) && self.network(network).0 == point.network
        })
    }

    /// The peers that carry an application server.
    fn carriers(&self, server: &str) -> Vec<(usize, &PeerConfig)> {
        let peers = self.peer.iter().enumerate();
        let carries =
            |peer: &PeerConfig| peer.application_servers.iter().any(|name| name == server);
        peers.filter(|(_, peer)| carries(peer)).collect()
    }

    /// What cannot work of application servers; keys begin with `ss7.`.
    pub(super) fn server_faults(&self, faults: &mut Vec<Fault>) {
        let mut names = HashSet::new();
        for (index, server) in self.application_server.iter().enumerate() {
            let mut fault = |key: &str, message: &str| {
                let key = format!("ss7.application_server[{index}].{key}");
                faults.push(Fault::new(key, message));
            };
            let peers = self.carriers(&server.name);
            if !names.insert(&server.name) {
                fault(
                    "name",
                    "another application server has this name; expected one of its own",
                );
            }
            match peers.first() {
                None => fault(
                    "name",
                    "no [[ss7.peer]] has it among its application_servers",
                ),
                Some((_, first)) if peers.iter().any(|(_, peer)| peer.role != first.role) => {
                    fault(
                        "name",
                        "its peers have different roles; expected the same of all",
                    );
                }
                Some(_) => {}
            }
            if server.point_codes.is_empty() {
                fault("point_codes", "expected at least one point code");
            }
            let (_, network) = self.network(server.network.as_deref());
            if network.own().any(|own| server.point_codes.contains(&own)) {
                fault(
                    "point_codes",
                    "our own point code is not reached through a peer",
                );
            }
            if server.required == 0 || server.required > peers.len().max(1) {
                fault("required", "expected 1 to the number of its peers");
            }
            if server
                .service_indicators
                .iter()
                .any(|&service| service > 15)
            {
                fault("service_indicators", "expected numbers from 0 to 15");
            }
            let by_peers = peers.iter().any(|(_, peer)| peer.side() == Side::Theirs);
            if server.register && by_peers && self.registrations.is_none() {
                fault(
                    "register",
                    "its peers are refused without ss7.registrations; expected that key, 0 for no \
                     other routing keys",
                );
            }
            let shares = |(_, peer): &(usize, &PeerConfig)| peer.application_servers.len() > 1;
            if server.routing_context.is_none() && !server.register && peers.iter().any(shares) {
                fault(
                    "routing_context",
                    "expected one, since a peer carries other application servers, too",
                );
            }
        }
        for (index, peer) in self.peer.iter().enumerate() {
            self.peer_server_faults(index, peer, faults);
        }
    }

    fn peer_server_faults(&self, index: usize, peer: &PeerConfig, faults: &mut Vec<Fault>) {
        let mut fault = |key: &str, message: &str| {
            faults.push(Fault::new(format!("ss7.peer[{index}].{key}"), message));
        };
        let exists = |name: &String| self.application_server.iter().any(|one| one.name == *name);
        if !peer.application_servers.iter().all(exists) {
            fault(
                "application_servers",
                "expected names of [[ss7.application_server]] tables",
            );
        }
        if !peer.application_servers.is_empty() && !peer.point_codes.is_empty() {
            fault(
                "point_codes",
                "its application_servers have the point codes; expected either, not both",
            );
        }
        let may_double = matches!(peer.role, Role::IpspClient | Role::IpspServer)
            && peer.application_servers.is_empty();
        if peer.locked && !peer.may_be_locked() {
            fault(
                "locked",
                "the peer does not ask us for traffic; expected with the roles \"sgp\" and \
                 \"ipsp-server\"",
            );
        }
        if peer.double_exchange && !may_double {
            fault(
                "double_exchange",
                "expected with the roles \"ipsp-client\" and \"ipsp-server\" only, and without \
                 application_servers",
            );
        }
    }
}
