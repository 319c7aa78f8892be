//! The gateway's configuration file.

mod faults;
mod interworking;
mod peer;
mod policy;
mod policy_faults;
mod proof;
mod row;
mod settings;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};

use codecs::mtp::PointCode;
use codecs::number::Digits;
use protocols::sip::Transport;
use serde::{Deserialize, Deserializer};

use super::lists;
use crate::config::network::{NumberingConfig, SpanConfig};
use crate::config::point_code::point_code;
use crate::config::{
    AdminConfig, Configuration, Fault, IsupConfig, StateConfig, TrunkConfig, decimal, from_text,
};
use crate::sip::{DnsConfig, Listen, TcpConfig, TlsConfig};
use crate::ss7;

use interworking::InterworkingConfig;
use peer::PeerConfig;
use policy::PolicyConfig;

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
    /// What holds for the circuits of all of them.
    #[serde(default)]
    pub isup: IsupConfig,
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
    /// Who resolves names.
    #[serde(default)]
    pub dns: DnsConfig,
    /// The RTP side.
    pub rtp: RtpConfig,
    /// Calls from trunk to trunk.
    #[serde(default)]
    pub transit: TransitConfig,
    /// Tables and timers of the interworking.
    #[serde(default)]
    pub interworking: InterworkingConfig,
    /// What holds for the calls of trunk groups and SIP peers.
    #[serde(default)]
    policy: Vec<PolicyConfig>,
    /// The HTTP port for operators and metrics.
    pub admin: Option<AdminConfig>,
    /// What outlives the program.
    pub state: Option<StateConfig>,
}

/// `[[route]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteConfig {
    #[serde(deserialize_with = "decimal")]
    prefix: Digits,
    to: RouteTo,
    trunk: Option<Names>,
    /// How many digits the numbers have, the prefix included; only where all have as many.
    digits: Option<u8>,
}

/// One name, or several in order of choice.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a name or a list of names")]
enum Names {
    One(String),
    Several(Vec<String>),
}

impl Names {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
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
    /// The network it is in, where there are several.
    pub network: Option<String>,
    /// The HSS's point code.
    #[serde(deserialize_with = "point_code")]
    pub point_code: PointCode,
    /// Our own global title.
    #[serde(deserialize_with = "decimal")]
    pub own_title: Digits,
    #[serde(default = "fifteen")]
    timeout_s: u64,
    #[serde(default, deserialize_with = "decimal")]
    ims_roaming_prefix: Digits,
}

/// `[[icscf]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IcscfConfig {
    name: String,
    address: Option<SocketAddr>,
    /// The host it is found under, and whom its certificate names.
    host: Option<String>,
    port: Option<u16>,
    #[serde(default, deserialize_with = "maybe_transport")]
    transport: Option<Transport>,
    #[serde(default = "one")]
    weight: u16,
}

/// `[sip]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SipConfig {
    /// Where we listen.
    pub listen: Listen,
    /// Keys and certificates.
    pub tls: Option<TlsConfig>,
    /// Limits of connections.
    #[serde(default)]
    pub tcp: TcpConfig,
    /// Those with a name.
    #[serde(default)]
    pub peer: Vec<PeerConfig>,
    #[serde(default)]
    trusted: Vec<IpAddr>,
    #[serde(default = "four")]
    answer_s: u64,
    #[serde(default = "thirty")]
    penalty_s: u64,
    #[serde(default)]
    keepalive_s: u64,
    #[serde(default = "two")]
    keepalive_failures: u8,
    #[serde(default = "half_an_hour")]
    session_s: u64,
    #[serde(default = "ninety")]
    session_minimum_s: u64,
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

/// A transport by its name in lower case.
fn maybe_transport<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Transport>, D::Error> {
    from_text(deserializer).map(Some)
}

fn two() -> u8 {
    2
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

fn ninety() -> u64 {
    90
}

fn half_an_hour() -> u64 {
    1800
}

fn sixty() -> u64 {
    60
}

impl Configuration for Config {
    const PROGRAM: &'static str = "gateway";

    fn faults(&self) -> Vec<Fault> {
        self.all_faults()
    }

    fn file_faults(&self) -> Vec<Fault> {
        let state = self.state.as_ref().and_then(StateConfig::fault);
        let tls = self.sip.tls.as_ref();
        let tls = tls.and_then(|tls| tls.file_fault("sip.tls"));
        let lists = lists::read(self).err().map(lists::ListsError::into_faults);
        let lists = lists.into_iter().flatten();
        state.into_iter().chain(tls).chain(lists).collect()
    }

    fn warnings(&self) -> Vec<Fault> {
        let mut warnings = self.network().warnings();
        warnings.extend(self.ss7.warnings());
        warnings.extend(self.policy_warnings());
        warnings
    }
}
