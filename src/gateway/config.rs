//! The gateway's configuration file.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use codecs::map::{AddressError, AddressString};
use codecs::mtp::PointCode;
use codecs::number::Digits;
use routing::Prefixes;
use serde::Deserialize;

use crate::config::network::{Network, NumberingConfig, SpanConfig, TrunkConfig};
use crate::config::value::point_code;
use crate::config::{Configuration, Fault, from_text};
use crate::exchange::interworking::cause::CauseTables;
use crate::exchange::settings::{Destination, Hss, Icscf, Rtp, Settings, Sip, Trunk};
use crate::ss7;

/// `program = "gateway"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the gateway stands in the world's numbering.
    pub numbering: NumberingConfig,
    /// Our point code and our associations.
    pub ss7: ss7::Config,
    /// Trunk groups.
    #[serde(default)]
    pub trunk: Vec<TrunkConfig>,
    /// Spans of the media gateway.
    #[serde(default)]
    pub span: Vec<SpanConfig>,
    /// Where numbers go.
    #[serde(default)]
    pub route: Vec<RouteConfig>,
    /// The HSS, where mobile subscribers are served.
    pub hss: Option<HssConfig>,
    /// The I-CSCFs.
    #[serde(default)]
    pub icscf: Vec<IcscfConfig>,
    /// The SIP side.
    pub sip: SipConfig,
    /// The RTP side.
    pub rtp: RtpConfig,
    /// Calls from trunk to trunk.
    #[serde(default)]
    pub transit: TransitConfig,
    /// Tables and timers of the interworking.
    #[serde(default)]
    pub interworking: InterworkingConfig,
    /// The HTTP port for metrics.
    pub admin: Option<AdminConfig>,
}

/// `[[route]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteConfig {
    #[serde(deserialize_with = "from_text")]
    prefix: Digits,
    to: RouteTo,
    trunk: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RouteTo {
    Mobile,
    Fixed,
    Trunk,
}

/// `[hss]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HssConfig {
    /// The HSS's point code.
    #[serde(deserialize_with = "point_code")]
    pub point_code: PointCode,
    /// Our own global title.
    #[serde(deserialize_with = "from_text")]
    pub own_title: Digits,
    #[serde(default = "fifteen")]
    timeout_s: u64,
    #[serde(default, deserialize_with = "from_text")]
    ims_roaming_prefix: Digits,
}

/// `[[icscf]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IcscfConfig {
    name: String,
    address: SocketAddr,
    #[serde(default = "one")]
    weight: u16,
}

/// `[sip]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SipConfig {
    /// Where we listen.
    pub listen: SocketAddr,
    trusted: Vec<IpAddr>,
    #[serde(default = "four")]
    answer_s: u64,
    #[serde(default = "thirty")]
    penalty_s: u64,
}

/// `[rtp]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RtpConfig {
    address: IpAddr,
    first_port: u16,
    last_port: u16,
    #[serde(default = "twenty")]
    packet_ms: u16,
    #[serde(default = "sixty")]
    jitter_ms: u64,
}

/// `[transit]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransitConfig {
    jitter_ms: u64,
}

impl Default for TransitConfig {
    fn default() -> Self {
        Self { jitter_ms: 3 }
    }
}

/// `[interworking]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterworkingConfig {
    #[serde(default)]
    causes: CauseTables,
    #[serde(default = "ten")]
    early_acm_s: u64,
    #[serde(default = "thirty")]
    hold_calls_s: u64,
}

impl Default for InterworkingConfig {
    fn default() -> Self {
        Self {
            causes: CauseTables::default(),
            early_acm_s: ten(),
            hold_calls_s: thirty(),
        }
    }
}

/// `[admin]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminConfig {
    /// Where HTTP is served.
    pub listen: SocketAddr,
}

fn one() -> u16 {
    1
}

fn four() -> u64 {
    4
}

fn ten() -> u64 {
    10
}

fn fifteen() -> u64 {
    15
}

fn twenty() -> u16 {
    20
}

fn thirty() -> u64 {
    30
}

fn sixty() -> u64 {
    60
}

impl Config {
    /// Its numbering, trunk groups and spans.
    pub(super) fn network(&self) -> Network<'_> {
        Network {
            numbering: &self.numbering,
            ss7: &self.ss7,
            trunk: &self.trunk,
            span: &self.span,
        }
    }

    /// One line for the log: where the gateway is, and what it waits for.
    pub(super) fn introduction(&self) -> String {
        let metrics = self.admin.as_ref().map_or_else(String::new, |admin| {
            format!("; metrics at http://{}/metrics", admin.listen)
        });
        format!(
            "gateway: SIP at {}; {}{metrics}",
            self.sip.listen,
            self.ss7.introduction()
        )
    }

    /// How long the HSS may take to answer.
    pub fn hss_timeout(&self) -> Duration {
        Duration::from_secs(self.hss.as_ref().map_or_else(fifteen, |hss| hss.timeout_s))
    }

    /// The signalling points that calls need.
    pub fn signalling_points(&self) -> HashSet<PointCode> {
        let trunks = self.trunk.iter().map(|trunk| trunk.point_code);
        trunks
            .chain(self.hss.iter().map(|hss| hss.point_code))
            .collect()
    }

    /// For how long calls outlive the loss of the exchange at the other end of their circuits.
    pub fn hold_calls(&self) -> Duration {
        Duration::from_secs(self.interworking.hold_calls_s)
    }

    /// How long an I-CSCF may take to answer at all.
    pub fn sip_answer(&self) -> Duration {
        Duration::from_secs(self.sip.answer_s)
    }

    /// What the exchange is told.
    ///
    /// # Errors
    /// [`AddressError`] if our global title is no international number.
    pub fn settings(&self) -> Result<Settings, AddressError> {
        let trunk = |trunk: &TrunkConfig| Trunk {
            name: trunk.name.clone(),
            circuits: trunk.ranges(),
        };
        let hss = |hss: &HssConfig| {
            Ok(Hss {
                own_point_code: self.ss7.point_code,
                network: self.ss7.network_indicator,
                own_title: AddressString::international(hss.own_title)?,
            })
        };
        Ok(Settings {
            numbering: self.numbering.area(),
            trunks: self.trunk.iter().map(trunk).collect(),
            routes: self.routes(),
            icscfs: self.icscf.iter().map(IcscfConfig::settings).collect(),
            icscf_penalty: Duration::from_secs(self.sip.penalty_s),
            sip: Sip {
                local: self.sip.listen,
                trusted: self.sip.trusted.clone(),
            },
            rtp: Rtp {
                address: self.rtp.address,
                ports: self.rtp.first_port..=self.rtp.last_port,
                packet_ms: self.rtp.packet_ms,
            },
            hss: self.hss.as_ref().map(hss).transpose()?,
            ims_roaming_prefix: self
                .hss
                .as_ref()
                .map(|hss| hss.ims_roaming_prefix)
                .filter(|prefix| !prefix.is_empty()),
            causes: self.interworking.causes,
            early_acm: Duration::from_secs(self.interworking.early_acm_s),
        })
    }

    /// What the media gateway is told, but for an observer.
    pub(super) fn media(&self) -> media::Config {
        let span = |span: &SpanConfig| media::SpanConfig {
            local: span.local,
            remote: span.remote,
        };
        media::Config {
            spans: self.span.iter().map(span).collect(),
            packet_time: Duration::from_millis(self.rtp.packet_ms.into()),
            jitter_depth: Duration::from_millis(self.rtp.jitter_ms),
            joint_depth: Duration::from_millis(self.transit.jitter_ms),
            observer: None,
        }
    }

    fn routes(&self) -> Prefixes<Destination> {
        let mut routes = Prefixes::new();
        for route in &self.route {
            let destination = match route.to {
                RouteTo::Mobile => Some(Destination::Mobile),
                RouteTo::Fixed => Some(Destination::Fixed),
                RouteTo::Trunk => self.trunk_index(route).map(Destination::Trunk),
            };
            if let Some(destination) = destination {
                routes.insert(&route.prefix, destination);
            }
        }
        routes
    }

    fn trunk_index(&self, route: &RouteConfig) -> Option<usize> {
        let name = route.trunk.as_deref()?;
        self.trunk.iter().position(|trunk| trunk.name == name)
    }
}

impl RtpConfig {
    fn holds(&self, address: SocketAddr) -> bool {
        let ports = self.first_port..=self.last_port;
        address.ip() == self.address && ports.contains(&address.port())
    }
}

impl IcscfConfig {
    fn settings(&self) -> Icscf {
        Icscf {
            name: self.name.clone(),
            address: self.address,
            weight: self.weight,
        }
    }
}

impl Configuration for Config {
    const PROGRAM: &'static str = "gateway";

    fn faults(&self) -> Vec<Fault> {
        let mut faults = self.network().faults();
        self.route_faults(&mut faults);
        self.time_faults(&mut faults);
        self.hss_faults(&mut faults);
        self.icscf_faults(&mut faults);
        self.address_faults(&mut faults);
        if self.rtp.last_port < self.rtp.first_port.saturating_add(1) {
            faults.push(Fault::new(
                "rtp.last_port",
                "expected more than rtp.first_port",
            ));
        }
        faults
    }
}

impl Config {
    fn route_faults(&self, faults: &mut Vec<Fault>) {
        let mut prefixes = HashSet::new();
        for (index, route) in self.route.iter().enumerate() {
            let mut fault = |key: &str, message: String| {
                faults.push(Fault::new(format!("route[{index}].{key}"), message));
            };
            if !prefixes.insert(route.prefix) {
                fault(
                    "prefix",
                    format!("\"{}\" has a route already", route.prefix),
                );
            }
            if route.prefix.to_string().starts_with('0') {
                let message = "expected the beginning of a global number without +: \
                               no country code begins with 0";
                fault("prefix", message.into());
            }
            match route.to {
                RouteTo::Trunk if self.trunk_index(route).is_none() => {
                    fault("trunk", "expected the name of a [[trunk]]".into());
                }
                RouteTo::Mobile if self.hss.is_none() => {
                    fault("to", "\"mobile\" needs an [hss]".into());
                }
                RouteTo::Mobile | RouteTo::Fixed if self.icscf.is_empty() => {
                    fault("to", "needs at least one [[icscf]]".into());
                }
                _ => {}
            }
        }
    }

    fn hss_faults(&self, faults: &mut Vec<Fault>) {
        let Some(hss) = &self.hss else {
            return;
        };
        if let Err(error) = AddressString::international(hss.own_title) {
            faults.push(Fault::new("hss.own_title", error.to_string()));
        }
        faults.extend(self.network().unreached("hss.point_code", hss.point_code));
    }

    fn icscf_faults(&self, faults: &mut Vec<Fault>) {
        let mut names = HashSet::new();
        for (index, icscf) in self.icscf.iter().enumerate() {
            if !names.insert(&icscf.name) {
                let message = format!("{:?} is already the name of another I-CSCF", icscf.name);
                faults.push(Fault::new(format!("icscf[{index}].name"), message));
            }
        }
        if !self.icscf.is_empty() && self.icscf.iter().all(|icscf| icscf.weight == 0) {
            let message = "expected more than 0 for at least one I-CSCF";
            faults.push(Fault::new("icscf[0].weight", message));
        }
    }

    /// Addresses that spans and RTP would share with something else.
    fn address_faults(&self, faults: &mut Vec<Fault>) {
        let mut peers = self.ss7.peer.iter();
        let mut fault = |key: String, message: &str| faults.push(Fault::new(key, message));
        if peers.any(|peer| peer.local.contains(&self.sip.listen)) {
            fault("sip.listen".into(), "an [[ss7.peer]] has this address");
        }
        for (index, span) in self.span.iter().enumerate() {
            let key = || format!("span[{index}].local");
            if span.local == self.sip.listen {
                fault(key(), "sip.listen has this address");
            }
            if self.rtp.holds(span.local) {
                fault(key(), "the port is one of those in [rtp]");
            }
        }
        if self.rtp.holds(self.sip.listen) {
            fault("sip.listen".into(), "the port is one of those in [rtp]");
        }
    }

    fn time_faults(&self, faults: &mut Vec<Fault>) {
        let hss_s = self
            .hss
            .as_ref()
            .map(|hss| ("hss.timeout_s", hss.timeout_s, 1..=30));
        let early_acm_s = self.interworking.early_acm_s;
        let hold_calls_s = self.interworking.hold_calls_s;
        let packet_ms = u64::from(self.rtp.packet_ms);
        let seconds = [
            ("interworking.early_acm_s", early_acm_s, 4..=14),
            ("interworking.hold_calls_s", hold_calls_s, 0..=600),
            ("sip.answer_s", self.sip.answer_s, 1..=32),
        ];
        let milliseconds = [
            ("rtp.packet_ms", packet_ms, media::Config::PACKET_MS),
            (
                "rtp.jitter_ms",
                self.rtp.jitter_ms,
                media::Config::JITTER_MS,
            ),
            (
                "transit.jitter_ms",
                self.transit.jitter_ms,
                media::Config::JOINT_MS,
            ),
        ];
        let seconds = seconds.into_iter().chain(hss_s).map(|time| (time, "s"));
        let milliseconds = milliseconds.map(|time| (time, "ms"));
        for ((key, value, range), unit) in seconds.chain(milliseconds) {
            if !range.contains(&value) {
                let (least, most) = range.into_inner();
                let message = format!("{value} {unit}, expected {least} to {most} {unit}");
                faults.push(Fault::new(key, message));
            }
        }
    }
}

#[cfg(test)]
mod tests;
