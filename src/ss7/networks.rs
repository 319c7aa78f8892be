//! `[[ss7.network]]`: the signalling networks that a program stands in, each with point codes of its
//! own (`Q.704 §14.2.2`); without such tables, the one of `[ss7]`.

use std::collections::HashSet;

use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, PointCodeFormat, SignallingPoint};
use serde::Deserialize;

use super::config::{Config, PeerConfig, indicator};
use super::servers::ServerConfig;
use crate::config::Fault;
use crate::config::point_code::{itu, point_code, point_code_format, point_codes};
use crate::point_codes::PointCodes;

/// Networks that a [`NetworkId`] can tell apart.
const MOST: usize = 256;

/// `[[ss7.network]]`: a signalling network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// Its name, by which peers, application servers and trunks say that they belong to it. Empty
    /// for the network of `[ss7]`.
    pub name: String,
    /// How it writes point codes.
    #[serde(default = "itu", deserialize_with = "point_code_format")]
    pub point_code_format: &'static PointCodeFormat,
    /// Our point code in it.
    #[serde(deserialize_with = "point_code")]
    pub point_code: PointCode,
    /// Further point codes of ours in it.
    #[serde(default, deserialize_with = "point_codes")]
    pub also: Vec<PointCode>,
    /// What its messages say that it is: 0 international, 2 national.
    #[serde(default = "national", deserialize_with = "indicator")]
    pub network_indicator: NetworkIndicator,
    /// The number of the network on associations, where peers have no other.
    pub network_appearance: Option<u32>,
}

impl NetworkConfig {
    /// All our point codes in it.
    pub(crate) fn own(&self) -> impl Iterator<Item = PointCode> + '_ {
        std::iter::once(self.point_code).chain(self.also.iter().copied())
    }
}

pub(super) fn national() -> NetworkIndicator {
    NetworkIndicator::NATIONAL
}

impl Config {
    /// The networks, in the order of their numbers. There is always one.
    pub fn networks(&self) -> Vec<NetworkConfig> {
        match self.network.is_empty() {
            true => vec![self.lone_network()],
            false => self.network.clone(),
        }
    }

    fn lone_network(&self) -> NetworkConfig {
        NetworkConfig {
            name: String::new(),
            point_code_format: self.point_code_format.unwrap_or(itu()),
            point_code: self.point_code.unwrap_or(PointCode::new(0)),
            also: self.also.clone(),
            network_indicator: self.network_indicator.unwrap_or(national()),
            network_appearance: None,
        }
    }

    /// The network with this name, and its number. Without a name it is the first one: whoever is
    /// to name a network and does not is refused when the file is read.
    pub fn network(&self, name: Option<&str>) -> (NetworkId, NetworkConfig) {
        let is_it = |network: &NetworkConfig| name.is_some_and(|name| network.name == name);
        let index = self.network.iter().position(is_it).unwrap_or(0);
        match self.network.get(index) {
            Some(network) => (NetworkId(number(index)), network.clone()),
            None => (NetworkId::default(), self.lone_network()),
        }
    }

    /// How the networks write point codes.
    pub fn point_codes(&self) -> PointCodes {
        let networks = self.networks().into_iter();
        PointCodes::new(networks.map(|network| (network.name, network.point_code_format)))
    }

    /// All our signalling points.
    pub(crate) fn own(&self) -> Vec<SignallingPoint> {
        let networks = self.networks();
        let own = networks.iter().enumerate().flat_map(|(index, network)| {
            let id = NetworkId(number(index));
            network.own().map(move |code| id.point(code))
        });
        own.collect()
    }

    /// What cannot work of networks; keys begin with `ss7.`.
    pub(super) fn network_faults(&self, faults: &mut Vec<Fault>) {
        if self.network.is_empty() {
            if self.point_code.is_none() {
                let message = "expected our point code, such as \"2-100-3\"";
                faults.push(Fault::new("ss7.point_code", message));
            }
            return;
        }
        for (key, is_set) in [
            ("point_code", self.point_code.is_some()),
            ("also", !self.also.is_empty()),
            ("point_code_format", self.point_code_format.is_some()),
            ("network_indicator", self.network_indicator.is_some()),
        ] {
            if is_set {
                let message = "there are [[ss7.network]] tables; expected it there";
                faults.push(Fault::new(format!("ss7.{key}"), message));
            }
        }
        if self.network.len() > MOST {
            let message = format!("expected {MOST} at most");
            faults.push(Fault::new("ss7.network", message));
        }
        let mut names = HashSet::new();
        for (index, network) in self.network.iter().enumerate() {
            if network.name.is_empty() || !names.insert(&network.name) {
                let message = "expected a name that no other network has";
                faults.push(Fault::new(format!("ss7.network[{index}].name"), message));
            }
        }
        for (index, peer) in self.peer.iter().enumerate() {
            self.shared_association(index, peer, faults);
        }
    }

    /// Networks that share an association are told apart by what their messages say, whether or not
    /// the peer names routing contexts (RFC 4666 §3.3.1).
    fn shared_association(&self, index: usize, peer: &PeerConfig, faults: &mut Vec<Fault>) {
        if peer.network.is_some() && !peer.application_servers.is_empty() {
            let message = "its application_servers have the network; expected it there";
            faults.push(Fault::new(format!("ss7.peer[{index}].network"), message));
        }
        let carried = |server: &&ServerConfig| peer.application_servers.contains(&server.name);
        let servers = self.application_server.iter().filter(carried);
        let signs: Vec<_> = servers.map(|server| self.signs(server)).collect();
        for (place, one) in signs.iter().enumerate() {
            let is_same = |other: &&Signs| {
                let differ = one.network != other.network;
                let told = one.appearance.is_some() && other.appearance.is_some();
                let by_number = told && one.appearance != other.appearance;
                differ && !by_number && (told || one.indicator == other.indicator)
            };
            if let Some(other) = signs[..place].iter().find(is_same) {
                let [one, other] = [one, other].map(|signs| &signs.name);
                let message = format!(
                    "nothing tells the networks {other:?} and {one:?} apart; expected a \
                     network_appearance of its own in each"
                );
                let key = format!("ss7.peer[{index}].application_servers");
                faults.push(Fault::new(key, message));
            }
        }
    }

    fn signs(&self, server: &ServerConfig) -> Signs {
        let (id, network) = self.network(server.network.as_deref());
        Signs {
            network: id,
            indicator: server
                .network_indicator
                .unwrap_or(network.network_indicator),
            appearance: server.network_appearance.or(network.network_appearance),
            name: network.name,
        }
    }
}

/// By what messages of an application server tell their network.
struct Signs {
    network: NetworkId,
    indicator: NetworkIndicator,
    appearance: Option<u32>,
    name: String,
}

#[allow(clippy::cast_possible_truncation)] // more than fit are refused
fn number(index: usize) -> u8 {
    index as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &str = r#"
[[network]]
name = "national"
point_code = "2-2-2"
[[network]]
name = "international"
point_code = "2-2-2"
also = ["1-1-1"]
network_indicator = 0
network_appearance = 7
[[peer]]
name = "home"
network = "national"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.10:9899"]
point_codes = ["1-1-1"]
[[peer]]
name = "stp"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.11:9899"]
application_servers = ["here", "abroad"]
[[application_server]]
name = "here"
network = "national"
routing_context = 1
point_codes = ["4-4-4"]
[[application_server]]
name = "abroad"
network = "international"
routing_context = 2
point_codes = ["4-4-4"]
"#;

    fn faults(text: &str) -> Vec<String> {
        let config: Config = toml::from_str(text).unwrap();
        let faults = config.faults().into_iter();
        let text = |fault: Fault| format!("{}: {}", fault.key, fault.message);
        faults.map(text).collect()
    }

    #[test]
    fn servers_are_of_their_networks() {
        let config: Config = toml::from_str(BOTH).unwrap();
        assert_eq!(config.faults(), []);
        let (layer, _) = super::super::servers::layer(&config);
        let [home, here, abroad] = &layer.servers[..] else {
            panic!("{layer:?}");
        };
        let told = |server: &protocols::m3ua::ServerConfig| {
            let NetworkIndicator(indicator) = server.network_indicator;
            (server.network.0, indicator, server.key.network_appearance)
        };
        assert_eq!(
            [home, here, abroad].map(told),
            [(0, 2, None), (0, 2, None), (1, 0, Some(7))]
        );
        assert_eq!(layer.own.len(), 3);
        let point = |network, code| NetworkId(network).point(code);
        let far = PointCodeFormat::ITU.read("1-1-1").unwrap();
        assert!(config.reaches(point(0, far)));
        assert!(!config.reaches(point(1, far)));
    }

    #[test]
    fn faults_are_named() {
        let apart = "ss7.peer[1].application_servers: nothing tells the networks \"national\" and \
                     \"international\" apart; expected a network_appearance of its own in each";
        for (from, to, expected) in [
            // The indicator does not tell them apart, and one has no number; then one for both.
            ("network_indicator = 0", "network_indicator = 2", apart),
            (
                "routing_context = 1",
                "routing_context = 1\nnetwork_appearance = 7",
                apart,
            ),
            (
                "name = \"international\"",
                "name = \"national\"",
                "ss7.network[1].name: expected a name that no other network has",
            ),
            (
                "name = \"stp\"",
                "name = \"stp\"\nnetwork = \"national\"",
                "ss7.peer[1].network: its application_servers have the network; expected it there",
            ),
            (
                "[[network]]\nname = \"national\"",
                "point_code = \"1-1-1\"\n[[network]]\nname = \"national\"",
                "ss7.point_code: there are [[ss7.network]] tables; expected it there",
            ),
            // Ours in that network, an exchange in the other one.
            (
                "point_codes = [\"4-4-4\"]\n[[app",
                "point_codes = [\"2-2-2\"]\n[[app",
                "ss7.application_server[0].point_codes: our own point code is not reached through \
                 a peer",
            ),
        ] {
            let text = BOTH.replacen(from, to, 1);
            assert!(
                faults(&text).iter().any(|fault| fault == expected),
                "{to}: {:?}",
                faults(&text)
            );
        }
        assert_eq!(
            faults("relay = true"),
            ["ss7.point_code: expected our point code, such as \"2-100-3\""]
        );
    }
}
