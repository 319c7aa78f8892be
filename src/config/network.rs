//! What the configurations of exchanges share: numbering, trunk groups and the spans beneath them.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use codecs::mtp::PointCode;
use codecs::number::Digits;
use protocols::isup::{Control, Group, Hunting, Timers};
use routing::NumberingArea;
use serde::Deserialize;

use super::value::point_code;
use super::{Fault, from_text};
use crate::exchange::settings::CircuitRange;
use crate::ss7;

/// `[numbering]`: where an exchange stands in the world's numbering.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberingConfig {
    #[serde(deserialize_with = "from_text")]
    country_code: Digits,
    #[serde(default, deserialize_with = "from_text")]
    area_code: Digits,
    #[serde(default, deserialize_with = "from_text")]
    international_prefix: Digits,
    #[serde(default, deserialize_with = "from_text")]
    national_prefix: Digits,
}

/// `[[trunk]]`: circuits to one exchange.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrunkConfig {
    /// Its name.
    pub name: String,
    /// The exchange at the other end.
    #[serde(deserialize_with = "point_code")]
    pub point_code: PointCode,
    /// Its circuits.
    pub circuits: Vec<CircuitsConfig>,
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

/// `[[span]]`: 31 timeslots as CESoPSN over UDP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpanConfig {
    /// Its number, as circuits name it.
    pub id: u16,
    /// Our UDP address.
    pub local: SocketAddr,
    /// The far end's UDP address.
    pub remote: SocketAddr,
}

/// All of it together, as one configuration has it.
pub(crate) struct Network<'a> {
    pub(crate) numbering: &'a NumberingConfig,
    pub(crate) ss7: &'a ss7::Config,
    pub(crate) trunk: &'a [TrunkConfig],
    pub(crate) span: &'a [SpanConfig],
}

impl Network<'_> {
    /// The trunk groups; a group's id is its place.
    pub(crate) fn groups(&self) -> Vec<Group> {
        self.trunk
            .iter()
            .map(|trunk| trunk.group(self.ss7))
            .collect()
    }

    /// What is well-formed but cannot work.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = self.ss7.faults();
        if !(1..=3).contains(&self.numbering.country_code.len()) {
            let message = "expected 1 to 3 digits (E.164)";
            faults.push(Fault::new("numbering.country_code", message));
        }
        self.span_faults(&mut faults);
        self.trunk_faults(&mut faults);
        self.circuit_faults(&mut faults);
        faults
    }

    fn span_faults(&self, faults: &mut Vec<Fault>) {
        let (mut ids, mut addresses) = (HashSet::new(), HashSet::new());
        for (index, span) in self.span.iter().enumerate() {
            if !ids.insert(span.id) {
                let message = format!("{} is already the id of another span", span.id);
                faults.push(Fault::new(format!("span[{index}].id"), message));
            }
            if !addresses.insert(span.local) {
                let message = "another span has this address; the port tells which it is";
                faults.push(Fault::new(format!("span[{index}].local"), message));
            }
            let mut peers = self.ss7.peer.iter();
            if peers.any(|peer| peer.local.contains(&span.local)) {
                let message = "an [[ss7.peer]] has this address";
                faults.push(Fault::new(format!("span[{index}].local"), message));
            }
        }
    }

    fn trunk_faults(&self, faults: &mut Vec<Fault>) {
        let mut names = HashSet::new();
        for (index, trunk) in self.trunk.iter().enumerate() {
            if !names.insert(&trunk.name) {
                let message = format!("{:?} is already the name of another trunk", trunk.name);
                faults.push(Fault::new(format!("trunk[{index}].name"), message));
            }
            faults.extend(self.unreached(&format!("trunk[{index}].point_code"), trunk.point_code));
        }
    }

    /// A fault of the value at `key` if no association leads to that point code.
    pub(crate) fn unreached(&self, key: &str, point_code: PointCode) -> Option<Fault> {
        let mut peers = self.ss7.peer.iter();
        let reached = peers.any(|peer| peer.point_codes.contains(&point_code));
        (!reached).then(|| Fault::new(key, "no [[ss7.peer]] has it among its point_codes"))
    }

    fn circuit_faults(&self, faults: &mut Vec<Fault>) {
        let mut taken = Taken::default();
        for (trunk_index, trunk) in self.trunk.iter().enumerate() {
            for (index, range) in trunk.circuits.iter().enumerate() {
                let fault = range.fault(self.span).or_else(|| taken.claim(trunk, range));
                if let Some(message) = fault {
                    let key = format!("trunk[{trunk_index}].circuits[{index}]");
                    faults.push(Fault::new(key, message));
                }
            }
        }
    }
}

/// Circuits, by the exchange they lead to, and timeslots that belong to a trunk.
#[derive(Default)]
struct Taken<'a> {
    circuits: HashSet<(PointCode, u16)>,
    timeslots: HashMap<(u16, u32), &'a str>,
}

impl<'a> Taken<'a> {
    /// Takes a range's circuits and timeslots; says so if one is taken already.
    fn claim(&mut self, trunk: &'a TrunkConfig, range: &CircuitsConfig) -> Option<String> {
        for cic in range.first_cic..=range.last_cic {
            if !self.circuits.insert((trunk.point_code, cic)) {
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

impl NumberingConfig {
    /// As number analysis wants it.
    pub(crate) fn area(&self) -> NumberingArea {
        NumberingArea {
            country_code: self.country_code,
            area_code: Some(self.area_code).filter(|code| !code.is_empty()),
            international_prefix: self.international_prefix,
            national_prefix: self.national_prefix,
        }
    }
}

impl TrunkConfig {
    /// Its circuits and the timeslots behind them.
    pub(crate) fn ranges(&self) -> Vec<CircuitRange> {
        self.circuits.iter().map(CircuitsConfig::range).collect()
    }

    fn group(&self, ss7: &ss7::Config) -> Group {
        let cics = |range: &CircuitsConfig| range.first_cic..=range.last_cic;
        Group {
            name: self.name.clone(),
            local: ss7.point_code,
            remote: self.point_code,
            network: ss7.network_indicator,
            cics: self.circuits.iter().map(cics).collect(),
            control: Control::default(),
            hunting: Hunting::default(),
            timers: Timers::default(),
            ..Group::default()
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
    fn fault(&self, spans: &[SpanConfig]) -> Option<String> {
        if self.last_cic < self.first_cic || self.last_cic > 4095 {
            return Some("expected first_cic <= last_cic <= 4095 (Q.763 §1.2)".into());
        }
        let timeslots = self.timeslots();
        if *timeslots.start() == 0 || *timeslots.end() > 31 {
            return Some("expected circuits on timeslots 1 to 31".into());
        }
        let known = spans.iter().any(|span| span.id == self.span);
        (!known).then(|| format!("there is no [[span]] with id {}", self.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Exchange {
        numbering: NumberingConfig,
        ss7: ss7::Config,
        trunk: Vec<TrunkConfig>,
        span: Vec<SpanConfig>,
    }

    const SOUND: &str = r#"
[numbering]
country_code = "49"
[ss7]
point_code = "2-2-2"
[[ss7.peer]]
name = "a"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.10:9899"]
point_codes = ["1-1-1", "1-1-2"]
[[trunk]]
name = "a"
point_code = "1-1-1"
circuits = [
    { first_cic = 1, last_cic = 15, span = 0, first_timeslot = 1 },
    { first_cic = 17, last_cic = 31, span = 0, first_timeslot = 17 },
]
[[trunk]]
name = "b"
point_code = "1-1-2"
circuits = [{ first_cic = 1, last_cic = 31, span = 7, first_timeslot = 1 }]
[[span]]
id = 0
local = "127.0.0.20:2142"
remote = "127.0.0.10:2142"
[[span]]
id = 7
local = "127.0.0.20:2143"
remote = "127.0.0.11:2142"
"#;

    fn network<T>(text: &str, ask: impl FnOnce(Network<'_>) -> T) -> T {
        let exchange: Exchange = toml::from_str(text).unwrap();
        ask(Network {
            numbering: &exchange.numbering,
            ss7: &exchange.ss7,
            trunk: &exchange.trunk,
            span: &exchange.span,
        })
    }

    #[test]
    fn a_trunk_becomes_a_group_and_ranges_of_timeslots() {
        network(SOUND, |network| {
            assert_eq!(network.faults(), []);
            let groups = network.groups();
            assert_eq!(groups[0].cics, [1..=15, 17..=31]);
            assert_eq!(groups[1].remote, "1-1-2".parse().unwrap());
            let range = CircuitRange {
                cics: 1..=31,
                span: 7,
                first_timeslot: 1,
            };
            assert_eq!(network.trunk[1].ranges(), [range]);
        });
    }

    #[test]
    fn faults_are_named() {
        let cases = [
            (
                "\"49\"",
                "\"4949\"",
                "numbering.country_code: expected 1 to 3 digits",
            ),
            (
                "\"a\"\npoint",
                "\"b\"\npoint",
                "trunk[1].name: \"b\" is already the name",
            ),
            (
                "\"1-1-1\", \"1-1-2\"",
                "\"1-1-1\"",
                "trunk[1].point_code: no [[ss7.peer]] has it",
            ),
            (
                "\"1-1-1\", \"1-1-2\"",
                "\"2-2-2\", \"1-1-1\", \"1-1-2\"",
                "ss7.peer[0].point_codes: our own point code",
            ),
            (
                "first_cic = 17",
                "first_cic = 32",
                "trunk[0].circuits[1]: expected first_cic <=",
            ),
            (
                "last_cic = 31",
                "last_cic = 4096",
                "trunk[0].circuits[1]: expected first_cic <=",
            ),
            (
                "first_timeslot = 17",
                "first_timeslot = 18",
                "trunk[0].circuits[1]: expected circuits on timeslots 1 to 31",
            ),
            (
                "first_timeslot = 1 }",
                "first_timeslot = 0 }",
                "trunk[0].circuits[0]: expected circuits on timeslots 1 to 31",
            ),
            (
                "span = 7",
                "span = 8",
                "trunk[1].circuits[0]: there is no [[span]] with id 8",
            ),
            (
                "first_timeslot = 17",
                "first_timeslot = 15",
                "trunk[0].circuits[1]: timeslot 15 of span 0 carries a circuit of trunk \"a\"",
            ),
            (
                "\"1-1-2\"\ncirc",
                "\"1-1-1\"\ncirc",
                "trunk[1].circuits[0]: circuit 1 is listed",
            ),
            (
                "id = 7",
                "id = 0",
                "span[1].id: 0 is already the id of another span",
            ),
            (
                ":2143",
                ":2142",
                "span[1].local: another span has this address",
            ),
            (
                "127.0.0.20:2143",
                "127.0.0.20:9899",
                "span[1].local: an [[ss7.peer]] has this address",
            ),
        ];
        for (from, to, expected) in cases {
            assert!(SOUND.contains(from), "{from}");
            let faults = network(&SOUND.replacen(from, to, 1), |network| network.faults());
            let faults: Vec<_> = faults
                .iter()
                .map(|fault| format!("{}: {}", fault.key, fault.message))
                .collect();
            let found = faults.iter().any(|fault| fault.starts_with(expected));
            assert!(found, "{expected}: {faults:?}");
        }
    }
}
