//! What the configuration says of the interworking, and of the translation of causes.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use codecs::isup::Cause;
use protocols::isup::GroupId;
use routing::E164;
use serde::Deserialize;

use super::row::RowConfig;
use super::{Config, four, ten};
use crate::config::{Fault, from_text};
use crate::exchange::interworking::cause::CauseTables;
use crate::exchange::interworking::early_media::Unsaid;
use crate::exchange::interworking::overrides::{Between, Override, Overrides};
use crate::exchange::interworking::timers::{self, Definition};
use crate::exchange::interworking::{hops, priority};
use crate::exchange::settings::{
    Asserted, DiversionFields, Flow, Identities, Overlap, Redirects, Reliable, Sip,
};

/// `[interworking]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterworkingConfig {
    #[serde(default)]
    pub(super) causes: CauseTables,
    #[serde(default)]
    early_media: Unsaid,
    #[serde(default)]
    pub(super) reliable: Reliable,
    #[serde(default)]
    overlap: Overlap,
    #[serde(default)]
    redirects: Redirects,
    #[serde(default = "ten")]
    pub(super) early_acm_s: u64,
    #[serde(default = "four")]
    last_digit_s: u64,
    #[serde(default = "four")]
    more_digits_s: u64,
    #[serde(default)]
    asserted: Asserted,
    #[serde(default)]
    diversions: DiversionFields,
    #[serde(default = "hop_factor")]
    hop_factor: u8,
    /// Our network's name in charging vectors.
    ioi: Option<String>,
    /// The numbers of services such as `urn:service:sos`.
    #[serde(default)]
    emergency: BTreeMap<String, GlobalNumber>,
    #[serde(default)]
    cause: Vec<CauseConfig>,
    #[serde(default)]
    status: Vec<StatusConfig>,
    #[serde(default)]
    pub(super) row: Vec<RowConfig>,
}

/// A number with `+` and country code.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct GlobalNumber(#[serde(deserialize_with = "from_text")] pub(super) E164);

/// `[[interworking.cause]]`: a cause becomes this status.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
struct CauseConfig {
    cause: u8,
    status: u16,
    trunk: Option<String>,
    peer: Option<String>,
}

/// `[[interworking.status]]`: a status becomes this cause.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusConfig {
    status: u16,
    cause: u8,
    trunk: Option<String>,
    peer: Option<String>,
}

/// What a final response may be.
pub(super) const FAILURES: std::ops::RangeInclusive<u16> = 300..=699;

fn hop_factor() -> u8 {
    hops::FACTOR
}

impl Default for InterworkingConfig {
    fn default() -> Self {
        Self {
            causes: CauseTables::default(),
            early_media: Unsaid::default(),
            reliable: Reliable::default(),
            overlap: Overlap::default(),
            redirects: Redirects::default(),
            early_acm_s: ten(),
            last_digit_s: four(),
            more_digits_s: four(),
            asserted: Asserted::default(),
            diversions: DiversionFields::default(),
            hop_factor: hop_factor(),
            ioi: None,
            emergency: BTreeMap::new(),
            cause: Vec::new(),
            status: Vec::new(),
            row: Vec::new(),
        }
    }
}

impl InterworkingConfig {
    /// The timers with their values in seconds.
    pub(super) fn timers(&self) -> [(&'static Definition, u64); 3] {
        [
            (&timers::T_OIW1, self.last_digit_s),
            (&timers::T_OIW2, self.early_acm_s),
            (&timers::T_OIW3, self.more_digits_s),
        ]
    }

    /// How calls go on after the set-up.
    pub(super) fn flow(&self) -> Flow {
        Flow {
            early_media: self.early_media,
            overlap: self.overlap,
            redirects: self.redirects,
            last_digit: Duration::from_secs(self.last_digit_s),
            more_digits: Duration::from_secs(self.more_digits_s),
        }
    }

    pub(super) fn identities(&self) -> Identities {
        Identities {
            asserted: self.asserted,
            numbers: Vec::new(),
            diversions: self.diversions,
            hop_factor: self.hop_factor,
            network: self.ioi.clone(),
            emergency: numbers(&self.emergency),
        }
    }

    pub(super) fn identity_faults(&self, faults: &mut Vec<Fault>) {
        let said = Said {
            hop_factor: Some(self.hop_factor),
            ioi: self.ioi.as_deref(),
            emergency: &self.emergency,
        };
        said.faults("interworking", faults);
    }
}

/// What is said of identities, here and for a peer.
pub(super) struct Said<'a> {
    pub(super) hop_factor: Option<u8>,
    pub(super) ioi: Option<&'a str>,
    pub(super) emergency: &'a BTreeMap<String, GlobalNumber>,
}

impl Said<'_> {
    /// What cannot be, of the keys in this table.
    pub(super) fn faults(&self, table: &str, faults: &mut Vec<Fault>) {
        let mut fault = |key: &str, message: String| {
            faults.push(Fault::new(format!("{table}.{key}"), message));
        };
        if let Some(factor) = self.hop_factor.filter(|factor| !(1..=8).contains(factor)) {
            fault("hop_factor", format!("{factor}, expected 1 to 8"));
        }
        let is_host = |name: &&str| {
            let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
            !name.is_empty() && name.bytes().all(part)
        };
        if let Some(name) = self.ioi.filter(|name| !is_host(name)) {
            let message = format!("{name:?}, expected a host name such as \"pstn.example\"");
            fault("ioi", message);
        }
        let services = self.emergency.keys();
        for service in services.filter(|service| !priority::is_emergency(service)) {
            let message = format!("{service:?}, expected urn:service:sos or a kind of it");
            fault("emergency", message);
        }
    }
}

/// The numbers of services, in the order of their names.
pub(super) fn numbers(of: &BTreeMap<String, GlobalNumber>) -> Vec<(String, E164)> {
    let numbers = of.iter();
    numbers
        .map(|(service, to)| (service.clone(), to.0))
        .collect()
}

impl Config {
    /// The rows before those of the standards; one that names nobody is left out.
    pub(super) fn overrides(&self, sip: &Sip) -> Overrides {
        let interworking = &self.interworking;
        let statuses = interworking.cause.iter().filter_map(|row| {
            Some(Override {
                calls: self.between(sip, row.trunk.as_deref(), row.peer.as_deref())?,
                from: Cause::try_from(row.cause).ok()?,
                to: row.status,
            })
        });
        let causes = interworking.status.iter().filter_map(|row| {
            Some(Override {
                calls: self.between(sip, row.trunk.as_deref(), row.peer.as_deref())?,
                from: row.status,
                to: Cause::try_from(row.cause).ok()?,
            })
        });
        Overrides::new(statuses.collect(), causes.collect())
    }

    pub(super) fn between(
        &self,
        sip: &Sip,
        trunk: Option<&str>,
        peer: Option<&str>,
    ) -> Option<Between> {
        let group = |name: &str| {
            let index = self.trunk.iter().position(|trunk| trunk.name == name)?;
            u16::try_from(index).ok().map(GroupId)
        };
        let mut calls = Between::default();
        if let Some(name) = trunk {
            calls.trunk = Some(group(name)?);
        }
        if let Some(name) = peer {
            calls.peer = Some(sip.named(name)?);
        }
        Some(calls)
    }

    pub(super) fn override_faults(&self, faults: &mut Vec<Fault>) {
        let InterworkingConfig { cause, status, .. } = &self.interworking;
        let causes = cause.iter().map(|row| {
            let CauseConfig {
                cause,
                status,
                trunk,
                peer,
            } = row;
            (*cause, *status, trunk, peer, u16::from(*cause))
        });
        let statuses = status.iter().map(|row| {
            let StatusConfig {
                status,
                cause,
                trunk,
                peer,
            } = row;
            (*cause, *status, trunk, peer, *status)
        });
        self.row_faults("cause", causes, faults);
        self.row_faults("status", statuses, faults);
    }

    /// What is wrong with rows of cause, status, trunk group, peer, and what is translated.
    fn row_faults<'a>(
        &self,
        table: &str,
        rows: impl Iterator<Item = (u8, u16, &'a Option<String>, &'a Option<String>, u16)>,
        faults: &mut Vec<Fault>,
    ) {
        let sip = self.sip.peers(&self.interworking);
        let mut taken = HashSet::new();
        for (index, (cause, status, trunk, peer, from)) in rows.enumerate() {
            let mut fault = |key: &str, message: String| {
                let key = format!("interworking.{table}[{index}].{key}");
                faults.push(Fault::new(key, message));
            };
            if !(1..=127).contains(&cause) {
                fault("cause", format!("{cause}, expected 1 to 127"));
            }
            if !FAILURES.contains(&status) {
                fault("status", format!("{status}, expected 300 to 699"));
            }
            if self.between(&sip, trunk.as_deref(), None).is_none() {
                fault("trunk", "expected the name of a [[trunk]]".into());
            }
            if self.between(&sip, None, peer.as_deref()).is_none() {
                fault("peer", "expected the name of a [[sip.peer]]".into());
            }
            if !taken.insert((from, trunk, peer)) {
                fault(table, format!("{from} has a row for these calls already"));
            }
        }
    }
}
