//! `[[trunk]]`: circuits to one exchange, the order in which they are seized, and their timers.

use std::collections::{HashMap, HashSet};

use codecs::isup::{MessageType, Procedures, Variant};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, PointCodeFormat, SignallingPoint};
use protocols::isup::{Control, Group, Hunting, Role, Timers};
use serde::Deserialize;

use super::Fault;
use super::network::SpanConfig;
use super::point_code::{point_code, some_point_code};
use super::timers::TimersConfig;
use crate::exchange::settings::CircuitRange;
use crate::ss7;

/// `[[trunk]]`: circuits to one exchange.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrunkConfig {
    /// Its name.
    pub name: String,
    /// The network of both exchanges, where there are several.
    pub network: Option<String>,
    /// The exchange at the other end.
    #[serde(deserialize_with = "point_code")]
    pub point_code: PointCode,
    /// Which of our point codes the other exchange knows us by, if it is not that of `[ss7]`.
    #[serde(default, deserialize_with = "some_point_code")]
    own_point_code: Option<PointCode>,
    /// Its circuits.
    pub circuits: Vec<CircuitsConfig>,
    #[serde(default)]
    variant: VariantConfig,
    #[serde(default)]
    hunting: HuntingConfig,
    #[serde(default)]
    control: ControlConfig,
    #[serde(default)]
    continuity_check_percent: u8,
    loop_back_acknowledgement: Option<bool>,
    unequipped_circuit_message: Option<bool>,
    repeat_group_messages: Option<bool>,
    #[serde(default)]
    overlap: bool,
    /// Whether callers that an IAM does not name are asked for.
    #[serde(default)]
    pub ask_who_calls: bool,
    /// Whether calls of the other exchange may go back to it.
    #[serde(default)]
    pub return_calls: bool,
    #[serde(default)]
    role: RoleConfig,
    #[serde(default)]
    timers: TimersConfig,
}

/// Whose ISUP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum VariantConfig {
    #[default]
    Itu,
    Etsi,
    Ansi,
}

/// How instructions for unknown parameters of an IAM are read.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RoleConfig {
    #[default]
    EndNode,
    Transit,
}

/// The order in which idle circuits are seized.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum HuntingConfig {
    #[default]
    ControlledFirst,
    Linear,
    Circular,
    MostIdle,
    LeastIdle,
    Even,
    Odd,
}

/// Which circuits are ours when both ends seize them at once.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ControlConfig {
    #[default]
    PointCode,
    Even,
    Odd,
    All,
    None,
}

/// One range of a trunk's `circuits`: consecutive circuits on consecutive timeslots.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitsConfig {
    first_cic: u16,
    last_cic: u16,
    span: u16,
    first_timeslot: u8,
}

/// The faults of the circuits of all trunks together.
pub(super) fn circuit_faults(
    trunks: &[TrunkConfig],
    spans: &[SpanConfig],
    ss7: &ss7::Config,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut taken = Taken::default();
    for (number, trunk) in trunks.iter().enumerate() {
        for (index, range) in trunk.circuits.iter().enumerate() {
            let fault = range
                .fault(trunk.variant.variant(), spans)
                .or_else(|| taken.claim(trunk, trunk.exchanges(ss7), range));
            if let Some(message) = fault {
                let key = format!("trunk[{number}].circuits[{index}]");
                faults.push(Fault::new(key, message));
            }
        }
    }
    faults
}

/// The network, our point code and that of the exchange a trunk leads to.
type Exchanges = (NetworkId, PointCode, PointCode);

/// Circuits, by the exchanges they connect, and timeslots that belong to a trunk.
#[derive(Default)]
struct Taken<'a> {
    variants: HashMap<Exchanges, VariantConfig>,
    circuits: HashSet<(Exchanges, u16)>,
    timeslots: HashMap<(u16, u32), &'a str>,
}

impl<'a> Taken<'a> {
    /// Takes a range's circuits and timeslots; says so if one is taken already.
    fn claim(
        &mut self,
        trunk: &'a TrunkConfig,
        exchanges: Exchanges,
        range: &CircuitsConfig,
    ) -> Option<String> {
        let variant = self.variants.entry(exchanges);
        if *variant.or_insert(trunk.variant) != trunk.variant {
            return Some("another trunk towards that exchange speaks another variant".into());
        }
        for cic in range.first_cic..=range.last_cic {
            if !self.circuits.insert((exchanges, cic)) {
                return Some(format!(
                    "circuit {cic} is listed already towards that exchange"
                ));
            }
        }
        for slot in range.timeslots() {
            if let Some(other) = self.timeslots.insert((range.span, slot), &trunk.name) {
                return Some(format!(
                    "timeslot {slot} of span {} carries a circuit of trunk {other:?} already",
                    range.span
                ));
            }
        }
        None
    }
}

impl TrunkConfig {
    /// Its circuits and the timeslots behind them.
    pub(crate) fn ranges(&self) -> Vec<CircuitRange> {
        self.circuits.iter().map(CircuitsConfig::range).collect()
    }

    /// The values of its timers.
    pub(crate) fn timers(&self) -> Timers {
        self.timers.timers(self.procedures())
    }

    /// Whose values the others are.
    pub(crate) fn procedures(&self) -> Procedures {
        self.variant.variant().procedures
    }

    fn exchanges(&self, ss7: &ss7::Config) -> Exchanges {
        let (id, network) = ss7.network(self.network.as_deref());
        let own = self.own_point_code.unwrap_or(network.point_code);
        (id, own, self.point_code)
    }

    /// The exchange at the other end, in its network.
    pub fn destination(&self, ss7: &ss7::Config) -> SignallingPoint {
        let (id, _) = ss7.network(self.network.as_deref());
        id.point(self.point_code)
    }

    /// What is wrong with it by itself, but for its circuits.
    pub(super) fn faults(&self, key: &str, ss7: &ss7::Config) -> Vec<Fault> {
        let mut faults: Vec<_> = self.timers.faults(&format!("{key}.timers")).collect();
        let (_, network) = ss7.network(self.network.as_deref());
        if self
            .own_point_code
            .is_some_and(|own| !network.own().any(|code| code == own))
        {
            let message = "expected point_code of its network or one of its also";
            faults.push(Fault::new(format!("{key}.own_point_code"), message));
        }
        // A number that comes in several messages would never be complete.
        if self.overlap
            && let Some(message) = self.lacks(MessageType::SAM)
        {
            faults.push(Fault::new(format!("{key}.overlap"), message));
        }
        if self.continuity_check_percent > 100 {
            let message = format!("{}, expected 0 to 100", self.continuity_check_percent);
            faults.push(Fault::new(
                format!("{key}.continuity_check_percent"),
                message,
            ));
        }
        faults
    }

    pub(super) fn warnings(&self, key: &str, ss7: &ss7::Config) -> Vec<Fault> {
        let timers = format!("{key}.timers");
        let mut warnings: Vec<_> = self.timers.warnings(&timers, self.procedures()).collect();
        let acknowledges = self.loop_back_acknowledgement == Some(true);
        let reports = self.unequipped_circuit_message == Some(true);
        for (set, name, message) in [
            (self.ask_who_calls, "ask_who_calls", MessageType::INR),
            (acknowledges, "loop_back_acknowledgement", MessageType::LPA),
            (reports, "unequipped_circuit_message", MessageType::UCIC),
        ] {
            if set && let Some(message) = self.lacks(message) {
                let message = format!("has no effect: {message}");
                warnings.push(Fault::new(format!("{key}.{name}"), message));
            }
        }
        warnings.extend(
            self.other_point_codes(ss7)
                .map(|message| Fault::new(format!("{key}.variant"), message)),
        );
        warnings
    }

    /// What to say of a message that the ISUP spoken does not have.
    fn lacks(&self, message: MessageType) -> Option<String> {
        let variant = self.variant.variant();
        let says = || format!("{} has no {}", variant.standard, message.name());
        (!variant.has(message)).then(says)
    }

    /// Networks of ANSI have point codes of ANSI, and no others have. Those of other countries are
    /// met with the ISUP of ITU-T.
    fn other_point_codes(&self, ss7: &ss7::Config) -> Option<String> {
        let (_, network) = ss7.network(self.network.as_deref());
        let (variant, format) = (self.variant.variant(), network.point_code_format);
        let ansi = &PointCodeFormat::ANSI;
        let differ = (variant.point_codes.name == ansi.name) != (format.name == ansi.name);
        differ.then(|| {
            format!(
                "{:?}, but its network's point_code_format is {:?}: networks of {} write {:?}",
                variant.name, format.name, variant.standard, variant.point_codes.name
            )
        })
    }

    /// UCIC is for national use (`Q.764 §2.12`).
    fn reports_unequipped(&self, indicator: NetworkIndicator) -> bool {
        self.variant.variant().reports_unequipped || indicator.is_national()
    }

    pub(super) fn group(&self, ss7: &ss7::Config) -> Group {
        let cics = |range: &CircuitsConfig| range.first_cic..=range.last_cic;
        let (network, local, remote) = self.exchanges(ss7);
        let network_indicator = ss7.network(self.network.as_deref()).1.network_indicator;
        Group {
            name: self.name.clone(),
            network,
            local,
            remote,
            network_indicator,
            cics: self.circuits.iter().map(cics).collect(),
            variant: self.variant.variant(),
            control: self.control.control(),
            hunting: self.hunting.hunting(),
            timers: self.timers(),
            continuity_check: self.continuity_check_percent,
            loop_back_acknowledgement: self
                .loop_back_acknowledgement
                .unwrap_or(self.variant.variant().acknowledges_loop_back),
            unequipped_circuit_message: self
                .unequipped_circuit_message
                .unwrap_or(self.reports_unequipped(network_indicator)),
            repeat_group_messages: self
                .repeat_group_messages
                .unwrap_or(self.procedures() == Procedures::T1113),
            overlap: self.overlap,
            role: match self.role {
                RoleConfig::EndNode => Role::EndNode,
                RoleConfig::Transit => Role::Transit,
            },
        }
    }
}

impl VariantConfig {
    fn variant(self) -> &'static Variant {
        match self {
            Self::Itu => &Variant::ITU,
            Self::Etsi => &Variant::ETSI,
            Self::Ansi => &Variant::ANSI,
        }
    }
}

impl HuntingConfig {
    fn hunting(self) -> Hunting {
        match self {
            Self::ControlledFirst => Hunting::ControlledFirst,
            Self::Linear => Hunting::Linear,
            Self::Circular => Hunting::Circular,
            Self::MostIdle => Hunting::MostIdle,
            Self::LeastIdle => Hunting::LeastIdle,
            Self::Even => Hunting::Even,
            Self::Odd => Hunting::Odd,
        }
    }
}

impl ControlConfig {
    fn control(self) -> Control {
        match self {
            Self::PointCode => Control::PointCode,
            Self::Even => Control::Even,
            Self::Odd => Control::Odd,
            Self::All => Control::All,
            Self::None => Control::None,
        }
    }
}

impl CircuitsConfig {
    fn range(&self) -> CircuitRange {
        CircuitRange {
            cics: self.first_cic..=self.last_cic,
            span: self.span,
            first_timeslot: self.first_timeslot,
        }
    }

    /// Wider than a timeslot may be, until that has been checked.
    fn timeslots(&self) -> std::ops::RangeInclusive<u32> {
        let first = u32::from(self.first_timeslot);
        first..=first + u32::from(self.last_cic.saturating_sub(self.first_cic))
    }

    /// What is wrong with it by itself.
    fn fault(&self, variant: &Variant, spans: &[SpanConfig]) -> Option<String> {
        let (from, to, last) = (self.first_cic, self.last_cic, variant.last_cic().value());
        if to < from || to > last {
            let clause = variant.cic_clause;
            return Some(format!(
                "first_cic {from}, last_cic {to}: expected first_cic <= last_cic <= {last} ({clause})"
            ));
        }
        let timeslots = self.timeslots();
        if *timeslots.start() == 0 || *timeslots.end() > 31 {
            let (first, last) = timeslots.into_inner();
            return Some(format!(
                "circuits {from} to {to} would be on timeslots {first} to {last}: a span has 1 to 31"
            ));
        }
        let known = spans.iter().any(|span| span.id == self.span);
        (!known).then(|| format!("there is no [[span]] with id {}", self.span))
    }
}
