//! What is configured: trunk groups with their circuits, who controls which, timers.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use codecs::isup::{Cic, Location, Variant};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, SignallingPoint};

use super::bounds::Rate;
use super::circuits::Exchanges;
use super::timers::Timers;

/// The configuration of [`super::Circuits`].
#[derive(Debug, Clone)]
pub struct Config {
    /// The trunk groups; [`GroupId`] is the position in this list.
    pub groups: Vec<Group>,
    /// The location in causes this exchange makes itself.
    pub location: Location,
    /// For how long calls outlive the loss of their destination. When it is over they fail with
    /// cause 27, and when the destination returns all its circuits are reset.
    pub hold_calls: Duration,
    /// How many resets may be unanswered at a time towards one destination, at least 1.
    pub resets_at_once: usize,
    /// How many messages of each other exchange are acted on that do not belong to a call:
    /// supervision of circuits, calls on busy circuits, messages for circuits that do not exist.
    /// Those beyond are as good as lost.
    pub outside_calls: Rate,
    /// How many messages of one circuit are acted on that its call could do without. Those beyond
    /// are as good as lost.
    pub within_call: Rate,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            location: Location::TRANSIT,
            hold_calls: Duration::from_secs(30),
            resets_at_once: 8,
            // Every circuit of an exchange is reset or blocked at once when it starts.
            outside_calls: Rate {
                per_second: 500,
                burst: 4096,
            },
            within_call: Rate {
                per_second: 10,
                burst: 100,
            },
        }
    }
}

/// A trunk group: its position in [`Config::groups`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u16);

/// Circuits between this exchange and one other.
#[derive(Debug, Clone)]
pub struct Group {
    /// For people.
    pub name: String,
    /// The network of both exchanges.
    pub network: NetworkId,
    /// Our point code: OPC of what we send.
    pub local: PointCode,
    /// The other exchange: DPC of what we send.
    pub remote: PointCode,
    /// The kind of network that is, for its messages to say.
    pub network_indicator: NetworkIndicator,
    /// The ISUP spoken with the other exchange.
    pub variant: &'static Variant,
    /// The circuits, each a code of the variant.
    pub cics: Vec<RangeInclusive<u16>>,
    /// Which circuits win for us when both ends seize them at once.
    pub control: Control,
    /// In which order idle circuits are seized.
    pub hunting: Hunting,
    /// Timer values.
    pub timers: Timers,
    /// How many outgoing calls of a hundred ask for a continuity check of their circuit, 0–100
    /// (`Q.764 §2.1.8`).
    pub continuity_check: u8,
    /// Whether CCR is acknowledged by LPA, as ANSI networks do (in those of ITU-T it is a national
    /// option).
    pub loop_back_acknowledgement: bool,
    /// Whether what would set up a call on a circuit that does not exist, or supervise it, is answered
    /// by UCIC, as ANSI networks do (in those of ITU-T it is for national use, `Q.764 §2.12`).
    pub unequipped_circuit_message: bool,
    /// Whether CGB, CGU and GRS are sent twice, and acted on when the same comes again within 5 s, as
    /// in ANSI networks (T1.113.4).
    pub repeat_group_messages: bool,
    /// Whether the digits of an incoming call may come in several messages: T35 watches over them
    /// (`Q.764 §2.1.2`).
    pub overlap: bool,
    /// As what this exchange reads the compatibility instructions of an IAM on these circuits.
    pub role: Role,
}

impl Default for Group {
    /// No circuits, between point codes 0 and 0 of the international network.
    fn default() -> Self {
        Self {
            name: String::new(),
            network: NetworkId::default(),
            local: PointCode::new(0),
            remote: PointCode::new(0),
            network_indicator: NetworkIndicator::INTERNATIONAL,
            variant: &Variant::ITU,
            cics: Vec::new(),
            control: Control::default(),
            hunting: Hunting::default(),
            timers: Timers::default(),
            continuity_check: 0,
            loop_back_acknowledgement: false,
            unequipped_circuit_message: false,
            repeat_group_messages: false,
            overlap: false,
            role: Role::default(),
        }
    }
}

/// What an exchange is to a call, for the instructions that come with unknown information
/// (`Q.764 §2.9.5.3`: exchange types A and B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Type A: where the call begins or ends, or goes over into another network or protocol.
    #[default]
    EndNode,
    /// Type B: the call goes on in ISUP.
    Transit,
}

/// Which circuits this exchange controls in a dual seizure (`Q.764 §2.9.1.4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Control {
    /// The exchange with the higher point code controls the even circuits, the other the odd ones.
    #[default]
    PointCode,
    /// Even ones.
    Even,
    /// Odd ones.
    Odd,
    /// All of them.
    All,
    /// None of them.
    None,
}

/// The order in which idle circuits are seized (`Q.764 §2.9.1.3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hunting {
    /// Method 2: the controlled circuit idle for longest; when there is none, the other one that
    /// became idle last.
    #[default]
    ControlledFirst,
    /// The lowest code.
    Linear,
    /// The next code after the one seized last, and the lowest after the highest.
    Circular,
    /// The circuit idle for longest, whoever controls it.
    MostIdle,
    /// The circuit that became idle last, whoever controls it.
    LeastIdle,
    /// The lowest even code; when there is none, the lowest odd one.
    Even,
    /// The lowest odd code; when there is none, the lowest even one.
    Odd,
}

impl Hunting {
    pub(super) fn by_code(self) -> bool {
        matches!(self, Self::Linear | Self::Circular | Self::Even | Self::Odd)
    }
}

impl Group {
    /// The codes of its circuits. What is no code at all does not stand here: see [`Config::check`].
    pub(super) fn codes(&self) -> impl Iterator<Item = Cic> + '_ {
        let codes = self.cics.iter().cloned().flatten();
        codes.filter_map(|code| code.try_into().ok())
    }

    /// The other exchange, in its network.
    pub fn destination(&self) -> SignallingPoint {
        self.network.point(self.remote)
    }

    pub(super) fn exchanges(&self) -> Exchanges {
        (self.network, self.local, self.remote)
    }

    /// Whether this exchange controls circuit `cic`.
    pub fn controls(&self, cic: Cic) -> bool {
        let even = cic.value().is_multiple_of(2);
        match self.control {
            Control::PointCode => even == (self.local.value() > self.remote.value()),
            Control::Even => even,
            Control::Odd => !even,
            Control::All => true,
            Control::None => false,
        }
    }
}

/// Why a configuration cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// More groups than [`GroupId`] can name.
    #[error("at most 65535 trunk groups")]
    TooManyGroups,
    /// The variant has no circuit identification code as high.
    #[error("trunk group {group:?}: circuit {cic} is over {last} ({clause})")]
    CicTooLarge {
        /// Name of the group.
        group: String,
        /// The code.
        cic: u16,
        /// The highest one.
        last: u16,
        /// The clause that says so.
        clause: &'static str,
    },
    /// Another trunk group towards the same exchange speaks another variant.
    #[error("trunk group {group:?}: the ISUP towards this exchange is {other}")]
    MixedVariants {
        /// Name of the group.
        group: String,
        /// The variant of the other group.
        other: &'static str,
    },
    /// A circuit is listed twice towards the same exchange.
    #[error("trunk group {group:?}: circuit {cic} exists already towards this exchange")]
    DuplicateCic {
        /// Name of the group.
        group: String,
        /// The code.
        cic: u16,
    },
}

impl Config {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.groups.len() > usize::from(u16::MAX) {
            return Err(ConfigError::TooManyGroups);
        }
        let mut seen = HashSet::new();
        let mut variants = HashMap::new();
        for group in &self.groups {
            let exchanges = group.exchanges();
            let variant = *variants.entry(exchanges).or_insert(group.variant);
            if variant != group.variant {
                return Err(ConfigError::MixedVariants {
                    group: group.name.clone(),
                    other: variant.name,
                });
            }
            let last = group.variant.last_cic().value();
            for cic in group.cics.iter().cloned().flatten() {
                let name = || group.name.clone();
                if cic > last {
                    return Err(ConfigError::CicTooLarge {
                        group: name(),
                        cic,
                        last,
                        clause: group.variant.cic_clause,
                    });
                }
                if !seen.insert((exchanges, cic)) {
                    return Err(ConfigError::DuplicateCic { group: name(), cic });
                }
            }
        }
        Ok(())
    }
}
