//! What an exchange is told about its surroundings: trunk groups, routes, I-CSCFs, addresses.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use codecs::isup::{CauseIndicators, Cic, Location};
use codecs::map::AddressString;
use codecs::mtp::{NetworkIndicator, PointCode};
use codecs::number::Digits;
use codecs::sip::Message;
use protocols::isup::GroupId;
use protocols::sip::{Hop, WatchConfig};
use routing::{NumberingArea, Prefixes};

use super::encapsulation::Encapsulation;
use super::interworking::cause::{CauseTables, released};
use super::interworking::early_media::Unsaid;
use super::interworking::overrides::{Between, Overrides};
use super::interworking::rows::{Rows, Rules};
use super::interworking::timers;
use super::policy::Policies;
use crate::point_codes::PointCodes;

mod identities;

pub use identities::{Asserted, DiversionFields, Identities};

/// The settings of one exchange.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the gateway stands in the world's numbering.
    pub numbering: NumberingArea,
    /// How the network writes point codes.
    pub point_codes: PointCodes,
    /// The trunk groups; a group's id is its place here.
    pub trunks: Vec<Trunk>,
    /// Where numbers go: global numbers without `+`, by longest prefix.
    pub routes: Prefixes<Destination>,
    /// How many digits global numbers that begin so have, where all have the same number of them:
    /// for digits that come in several messages.
    pub lengths: Prefixes<u8>,
    /// The I-CSCFs that share the incoming calls.
    pub icscfs: Vec<Icscf>,
    /// How long an I-CSCF that failed is tried last.
    pub icscf_penalty: Duration,
    /// SIP as this gateway speaks it.
    pub sip: Sip,
    /// The RTP address and ports of the media gateway.
    pub rtp: Rtp,
    /// The HSS, where mobile subscribers are served.
    pub hss: Option<Hss>,
    /// Roaming numbers that begin so lead to the IMS, not to another exchange.
    pub ims_roaming_prefix: Option<Digits>,
    /// Rows of our own before those of the standards' tables of causes.
    pub overrides: Overrides,
    /// What holds for the calls of trunk groups and SIP peers.
    pub policies: Policies,
    /// Rows of our own before those of all other tables.
    pub rows: Rows,
    /// How calls go on after the set-up.
    pub flow: Flow,
    /// T(oiw2): after an INVITE without an answer for so long, ACM is sent (`TS 29.163 table 20`).
    pub early_acm: Duration,
}

impl Settings {
    /// The host part of URIs for numbers that are reached through us, as a peer is told: our
    /// network's name, or our address.
    pub(super) fn domain(&self, peer: &Peer) -> String {
        match (&peer.identities.network, self.rtp.address) {
            (Some(network), _) => network.clone(),
            (None, IpAddr::V4(address)) => address.to_string(),
            (None, IpAddr::V6(address)) => format!("[{address}]"),
        }
    }
}

/// How calls go on after the set-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// When a called party in SIP is heard before it answers and P-Early-Media does not say.
    pub early_media: Unsaid,
    /// How digits that come in several messages go on in SIP.
    pub overlap: Overlap,
    /// What becomes of a 3xx.
    pub redirects: Redirects,
    /// T(oiw1): so long after its last digit a number of unknown length is complete.
    pub last_digit: Duration,
    /// T(oiw3): so long after 484 a further digit may come.
    pub more_digits: Duration,
}

impl Default for Flow {
    /// TS 29.163 table 22.
    fn default() -> Self {
        Self {
            early_media: Unsaid::default(),
            overlap: Overlap::default(),
            redirects: Redirects::default(),
            last_digit: timers::T_OIW1.default,
            more_digits: timers::T_OIW3.default,
        }
    }
}

/// How digits that come in several messages go on in SIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overlap {
    /// The INVITE waits for all of them (`TS 29.163 §7.2.3.2.1`).
    #[default]
    EnBloc,
    /// Each message is an INVITE with all digits so far (`TS 29.163 §7.2.3.2.1a`).
    Invites,
}

/// What becomes of a 3xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Redirects {
    /// The call is released with the cause of the status.
    #[default]
    Release,
    /// The call goes to the number that it names.
    Follow,
}

impl Settings {
    /// The rows for a call between these.
    pub fn rules(&self, call: Between) -> Rules<'_> {
        Rules::of(&self.rows, call)
    }

    /// Between whom a call from this peer to this number is, as far as its route says.
    pub fn towards(&self, called: &Digits, peer: PeerId) -> Between {
        let trunk = match self.routes.longest(called) {
            Some(Destination::Trunk(groups)) => groups.first().copied(),
            _ => None,
        };
        Between {
            trunk,
            peer: Some(peer),
        }
    }

    /// The final response that tells a call's SIP side of a release; `own` is that of a release of
    /// the gateway's own.
    pub fn status(&self, cause: &CauseIndicators, own: Option<u16>, call: Between) -> u16 {
        let operators = self.overrides.status(cause.cause, call);
        let said = operators.or(own);
        said.unwrap_or_else(|| self.tables(call).status(cause))
    }

    /// The cause that tells a call's ISUP side of a final response, unless its `Reason` does.
    pub fn cause(&self, response: &Message, call: Between) -> CauseIndicators {
        let status = response.status();
        let own = self.overrides.cause(status, call);
        let tables = self.tables(call);
        let cause = own.unwrap_or_else(|| tables.cause_of(response));
        released(response, cause, tables.location(status))
    }

    /// The cause that tells a call's ISUP side of a CANCEL.
    pub fn cancelled(&self, request: &Message, call: Between) -> CauseIndicators {
        let cause = self.tables(call).cancelled();
        released(request, cause, Location::BEYOND_INTERWORKING)
    }

    /// The tables of a call.
    pub fn tables(&self, call: Between) -> CauseTables {
        self.sip.peer(call.peer.unwrap_or(Sip::UNNAMED)).causes
    }
}

/// A trunk group: circuits to one exchange.
#[derive(Debug, Clone)]
pub struct Trunk {
    /// Its name in configuration, logs and metrics.
    pub name: String,
    /// Which circuits there are, and the timeslots behind them.
    pub circuits: Vec<CircuitRange>,
    /// Whether the other exchange is asked for the number or category of a caller that its IAM
    /// lacks (`Q.764 §2.1.6`).
    pub asks_who_calls: bool,
    /// Whether a call from the other exchange may go back to it by the number it came with.
    pub returns_calls: bool,
}

/// Consecutive circuits on consecutive timeslots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircuitRange {
    /// The circuits.
    pub cics: RangeInclusive<u16>,
    /// The span that carries them.
    pub span: u16,
    /// The timeslot of the first one.
    pub first_timeslot: u8,
}

/// A timeslot of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timeslot {
    /// The span.
    pub span: u16,
    /// The timeslot on it, 1–31.
    pub slot: u8,
}

impl Trunk {
    /// The timeslot behind a circuit.
    pub fn timeslot(&self, cic: Cic) -> Option<Timeslot> {
        self.circuits.iter().find_map(|range| range.timeslot(cic))
    }
}

impl CircuitRange {
    /// The timeslot behind a circuit, if the circuit is one of these.
    pub fn timeslot(&self, cic: Cic) -> Option<Timeslot> {
        if !self.cics.contains(&cic.value()) {
            return None;
        }
        let offset = u8::try_from(cic.value() - self.cics.start()).ok()?;
        Some(Timeslot {
            span: self.span,
            slot: self.first_timeslot.checked_add(offset)?,
        })
    }
}

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Mobile subscribers: the HSS is asked (GMSC).
    Mobile,
    /// Fixed subscribers of the IMS: straight to an I-CSCF (MGCF).
    Fixed,
    /// An exchange of the telephone network: the trunk groups to it, in order of choice.
    Trunk(Arc<[GroupId]>),
}

/// An I-CSCF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icscf {
    /// Its host name, as the HSS may name it.
    pub name: String,
    /// Where it listens; `None` where its name is resolved ([`super::Input::Found`]).
    pub address: Option<Hop>,
    /// Its share of the load.
    pub weight: u16,
}

/// How the HSS is reached.
#[derive(Debug, Clone)]
pub struct Hss {
    /// Our point code.
    pub own_point_code: PointCode,
    /// What messages say of the network.
    pub network_indicator: NetworkIndicator,
    /// Our own global title: who asks.
    pub own_title: AddressString,
}

/// SIP as this gateway speaks it: with whom, and how with each.
#[derive(Debug, Clone)]
pub struct Sip {
    /// The first one stands for all that are not named.
    peers: Vec<Peer>,
    /// How the I-CSCFs are asked whether they are there, if they are.
    pub watch: Option<WatchConfig>,
}

/// A neighbour that speaks SIP, or several that are alike. Calls from others are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its name in configuration, logs and metrics.
    pub name: String,
    /// From where it speaks.
    pub addresses: Vec<IpAddr>,
    /// Whether it is of our trust domain: it is told who calls, and believed (`RFC 3325 §2.3`).
    pub trusted: bool,
    /// Which standard's tables map causes and statuses.
    pub causes: CauseTables,
    /// Whether provisional responses are acknowledged.
    pub reliable: Reliable,
    /// Whether it is sent the header fields of `TS 24.229` that are nothing outside of an IMS.
    pub ims_fields: bool,
    /// What it is told of callers, diversions and help, and how.
    pub identities: Identities,
    /// Whether it is told what is reserved for a call.
    pub preconditions: Reserves,
    /// Whether it may have the other party of a call go on with somebody else (REFER).
    pub transfer: bool,
    /// How ISUP travels with it, where it does (`Q.1912.5` profile C).
    pub isup: Option<Encapsulation>,
}

/// Whether provisional responses are acknowledged, so that none is lost (`RFC 3262`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reliable {
    /// Only where the other side requires it.
    No,
    /// Wherever the other side supports it.
    #[default]
    Supported,
    /// No call without.
    Required,
}

/// Whether preconditions are stated for calls that go to a peer, and the calls go there before all
/// circuits are known to be sound (`RFC 3312`, `TS 29.163 §7.2.3.2.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reserves {
    /// They are not: INVITE waits for COT.
    #[default]
    Off,
    /// They are, to whoever understands them (`TS 24.229 §5.1.3.1`).
    Supported,
    /// They are, and have to be understood.
    Required,
}

/// A peer's place among those of [`Sip`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PeerId(usize);

impl Sip {
    /// The peer that stands for those without a name.
    pub const UNNAMED: PeerId = PeerId(0);

    /// Peers without names, all trusted.
    pub fn new(trusted: Vec<IpAddr>, causes: CauseTables) -> Self {
        let unnamed = Peer {
            name: "sip".into(),
            addresses: trusted,
            trusted: true,
            causes,
            reliable: Reliable::default(),
            ims_fields: true,
            identities: Identities::default(),
            preconditions: Reserves::default(),
            transfer: false,
            isup: None,
        };
        Self {
            peers: vec![unnamed],
            watch: None,
        }
    }

    /// What holds for peers without names.
    pub fn unnamed(&mut self) -> &mut Peer {
        &mut self.peers[Self::UNNAMED.0]
    }

    /// Adds a peer, whose addresses no other one has.
    pub fn push(&mut self, peer: Peer) {
        self.peers.push(peer);
    }

    /// All of them, the unnamed one first.
    pub fn peers(&self) -> impl Iterator<Item = (PeerId, &Peer)> {
        self.peers
            .iter()
            .enumerate()
            .map(|(id, peer)| (PeerId(id), peer))
    }

    /// One of them.
    pub fn peer(&self, PeerId(id): PeerId) -> &Peer {
        &self.peers[id]
    }

    /// Who speaks from this address.
    pub fn at(&self, address: IpAddr) -> Option<PeerId> {
        let has = |peer: &Peer| peer.addresses.contains(&address);
        self.peers.iter().position(has).map(PeerId)
    }

    /// The peer of this name.
    pub fn named(&self, name: &str) -> Option<PeerId> {
        self.peers
            .iter()
            .position(|peer| peer.name == name)
            .map(PeerId)
    }
}

/// The RTP side of the media gateway.
#[derive(Debug, Clone)]
pub struct Rtp {
    /// The address in session descriptions.
    pub address: IpAddr,
    /// The ports in them; even ones are used.
    pub ports: RangeInclusive<u16>,
    /// Milliseconds of voice in a packet.
    pub packet_ms: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circuits_lead_to_timeslots() {
        let trunk = Trunk {
            name: "pstn".into(),
            circuits: vec![
                CircuitRange {
                    cics: 1..=15,
                    span: 0,
                    first_timeslot: 1,
                },
                CircuitRange {
                    cics: 33..=47,
                    span: 1,
                    first_timeslot: 17,
                },
            ],
            asks_who_calls: false,
            returns_calls: false,
        };
        assert_eq!(
            trunk.timeslot(Cic::try_from(7).unwrap()),
            Some(Timeslot { span: 0, slot: 7 })
        );
        assert_eq!(
            trunk.timeslot(Cic::try_from(34).unwrap()),
            Some(Timeslot { span: 1, slot: 18 })
        );
        assert_eq!(trunk.timeslot(Cic::try_from(16).unwrap()), None);
    }
}
