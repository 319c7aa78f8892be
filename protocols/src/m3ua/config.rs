//! How the layer is set up: associations, application servers, times and limits.

use std::time::Duration;

use codecs::m3ua::TrafficMode;
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator, SignallingPoint};

/// Which end of an association this is (`RFC 4666 §1.4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Application server process: asks a gateway for traffic.
    Asp,
    /// Signalling gateway process: gives traffic to an ASP and tells it of the network.
    Sgp,
    /// IP server process which asks its peer (single exchange, `§4.3`).
    IpspClient,
    /// IP server process which is asked.
    IpspServer,
    /// IP server process which asks and is asked, each direction by itself (double exchange).
    IpspDouble,
}

impl Role {
    /// Whether this end asks for traffic.
    pub(super) fn asks(self) -> bool {
        matches!(self, Self::Asp | Self::IpspClient | Self::IpspDouble)
    }

    /// Whether the other end does.
    pub(super) fn answers(self) -> bool {
        matches!(self, Self::Sgp | Self::IpspServer | Self::IpspDouble)
    }
}

/// The whole layer.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The associations.
    pub associations: Vec<AssociationConfig>,
    /// The application servers.
    pub servers: Vec<ServerConfig>,
    /// Our own point codes.
    pub own: Vec<SignallingPoint>,
    /// The user parts we have; messages for others are answered with DUPU. Any, when empty.
    pub users: Vec<ServiceIndicator>,
    /// Whether messages for other point codes are passed on, as a signalling gateway does.
    pub relays: bool,
    /// As gateway: how many routing keys ASPs may register beyond those of `servers`. `None`:
    /// registration is not supported at all.
    pub registrations: Option<usize>,
    /// Times and limits.
    pub timers: Timers,
}

/// One association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociationConfig {
    /// Which end this is.
    pub role: Role,
    /// Where we ask: the identifier to come up with. Else: the one to insist on.
    pub asp_identifier: Option<u32>,
    /// Where we ask: come up, but leave the traffic to another ASP as long as there is one.
    pub standby: bool,
}

impl AssociationConfig {
    /// An association with nothing optional.
    pub fn new(role: Role) -> Self {
        Self {
            role,
            asp_identifier: None,
            standby: false,
        }
    }
}

/// Who are the ASPs of an application server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// We are one of them, towards the gateway at the other end of the associations.
    Ours,
    /// They are at the other end of the associations.
    Theirs,
}

/// One application server; both ends must agree on context and key.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Who are its ASPs.
    pub side: Side,
    /// Its routing context; none where the two ends know without, or where it is registered.
    pub routing_context: Option<u32>,
    /// The traffic that makes it up.
    pub key: Key,
    /// The network that its traffic and all it reaches belong to. Of destinations in one network
    /// nothing is told in another.
    pub network: NetworkId,
    /// Network indicator all its messages have.
    pub network_indicator: NetworkIndicator,
    /// How its ASPs share the traffic; where none is given, the first active ASP decides.
    pub mode: Option<TrafficMode>,
    /// How many ASPs must be active before it is (n of n+k). Of `Side::Theirs`; 1 or more.
    pub required: usize,
    /// The associations that may carry it.
    pub associations: Vec<usize>,
    /// ASPs are in it only by registering its key. Of `Side::Ours`: we register it.
    pub registered: bool,
    /// Where messages can be sent through it. Among several servers that lead to a point code
    /// those of the smallest number here that reach it share the messages by SLS.
    pub reaches: Vec<(PointCode, u8)>,
}

/// A routing key (`RFC 4666 §1.4.2.1`): which messages belong to an application server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key {
    /// The network, by a number both ends agreed on.
    pub network_appearance: Option<u32>,
    /// To one of these.
    pub destinations: Vec<PointCode>,
    /// For one of these user parts; for any, when empty.
    pub services: Vec<ServiceIndicator>,
    /// From one of these; from anywhere, when empty.
    pub originators: Vec<PointCode>,
}

impl ServerConfig {
    /// The signalling points where messages can be sent through it.
    pub(super) fn reached(&self) -> impl Iterator<Item = SignallingPoint> + '_ {
        self.reaches
            .iter()
            .map(|&(code, _)| self.network.point(code))
    }

    /// A server of national traffic on one association, with nothing optional.
    pub fn new(side: Side, association: usize) -> Self {
        Self {
            side,
            routing_context: None,
            key: Key::default(),
            network: NetworkId::default(),
            network_indicator: NetworkIndicator::NATIONAL,
            mode: None,
            required: 1,
            associations: vec![association],
            registered: false,
            reaches: Vec::new(),
        }
    }
}

/// Times and limits (`RFC 4666 §4.3.4`).
#[derive(Debug, Clone, Copy)]
pub struct Timers {
    /// T(ack): how long to wait before a request is sent again.
    pub ack: Duration,
    /// How often a request is sent before the association is given up.
    pub attempts: u32,
    /// T(beat): time between heartbeats; a peer silent for twice as long is gone. `None`: none.
    pub beat: Option<Duration>,
    /// T(r): how long messages are kept for a server that lost its last active ASP.
    pub recovery: Duration,
    /// How many messages are kept for each server.
    pub kept: usize,
    /// How often a gateway is asked about destinations that it reported to be in trouble.
    pub audit: Duration,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            ack: Duration::from_secs(2),
            attempts: 5,
            beat: Some(Duration::from_secs(30)),
            recovery: Duration::from_secs(2),
            kept: 256,
            audit: Duration::from_secs(10),
        }
    }
}
