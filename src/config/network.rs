//! What the configurations of exchanges share: numbering, trunk groups and the spans beneath them.

use std::collections::HashSet;
use std::net::SocketAddr;

use codecs::isup::Location;
use codecs::mtp::SignallingPoint;
use codecs::number::Digits;
use protocols::isup;
use routing::NumberingArea;
use serde::Deserialize;

use super::isup::IsupConfig;
use super::trunk::{TrunkConfig, circuit_faults};
use super::{Fault, decimal};
use crate::ss7;

/// `[numbering]`: where an exchange stands in the world's numbering.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberingConfig {
    #[serde(deserialize_with = "decimal")]
    country_code: Digits,
    #[serde(default, deserialize_with = "decimal")]
    area_code: Digits,
    #[serde(default, deserialize_with = "decimal")]
    international_prefix: Digits,
    #[serde(default, deserialize_with = "decimal")]
    national_prefix: Digits,
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
    pub(crate) isup: &'a IsupConfig,
}

impl Network<'_> {
    /// The trunk groups, where a group's id is its place, and what holds for all of them.
    /// `location` stands in the causes that the exchange makes itself.
    pub(crate) fn circuits(&self, location: Location) -> isup::Config {
        let groups = self.trunk.iter().map(|trunk| trunk.group(self.ss7));
        self.isup.machine(groups.collect(), location)
    }

    /// What is well-formed but cannot work.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = self.ss7.faults();
        let country_code = self.numbering.country_code;
        if !(1..=3).contains(&country_code.len()) || country_code.signals().next() == Some(0) {
            let message =
                format!("\"{country_code}\", expected 1 to 3 digits, the first not 0 (E.164)");
            faults.push(Fault::new("numbering.country_code", message));
        }
        self.span_faults(&mut faults);
        self.trunk_faults(&mut faults);
        faults.extend(circuit_faults(self.trunk, self.span, self.ss7));
        faults.extend(self.isup.faults());
        faults
    }

    /// What works, but hardly as it is meant.
    pub(crate) fn warnings(&self) -> Vec<Fault> {
        let trunks = self.trunk.iter().enumerate();
        let warnings =
            |(index, trunk): (usize, &TrunkConfig)| trunk.warnings(&place(index), self.ss7);
        trunks.flat_map(warnings).collect()
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
            let key = place(index);
            if !names.insert(&trunk.name) {
                let message = format!("{:?} is already the name of another trunk", trunk.name);
                faults.push(Fault::new(format!("{key}.name"), message));
            }
            let exchange = trunk.destination(self.ss7);
            faults.extend(self.unreached(&format!("{key}.point_code"), exchange));
            faults.extend(trunk.faults(&key, self.ss7));
        }
    }

    /// A fault of the value at `key` if no association leads to that point code.
    pub(crate) fn unreached(&self, key: &str, point: SignallingPoint) -> Option<Fault> {
        let written = self.ss7.point_codes();
        let written = written.write(point);
        let message = || format!("no [[ss7.peer]] has {written} among its point_codes");
        (!self.ss7.reaches(point)).then(|| Fault::new(key, message()))
    }
}

fn place(trunk: usize) -> String {
    format!("trunk[{trunk}]")
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

#[cfg(test)]
mod tests;
