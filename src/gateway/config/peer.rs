//! What the configuration says of SIP peers.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use codecs::isup::Variant;
use codecs::sip;
use serde::Deserialize;

use super::SipConfig;
use super::interworking::{GlobalNumber, InterworkingConfig, Said, numbers};
use super::proof::{AccountConfig, ChallengeConfig};
use crate::config::Fault;
use crate::exchange::encapsulation::Encapsulation;
use crate::exchange::interworking::cause::CauseTables;
use crate::exchange::interworking::profile::Profile;
use crate::exchange::settings::{
    Asserted, DiversionFields, Identities, Peer, Reliable, Reserves, Sip,
};

/// `[[sip.peer]]`. What it leaves out is as its profile says, or as in `[interworking]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
    name: String,
    pub(super) addresses: Vec<IpAddr>,
    #[serde(default = "yes")]
    trusted: bool,
    profile: Option<Profile>,
    causes: Option<CauseTables>,
    reliable: Option<Reliable>,
    #[serde(default)]
    preconditions: Reserves,
    #[serde(default)]
    transfer: bool,
    ims_fields: Option<bool>,
    /// Those of a user.
    #[serde(default)]
    numbers: Vec<GlobalNumber>,
    asserted: Option<Asserted>,
    diversions: Option<DiversionFields>,
    hop_factor: Option<u8>,
    ioi: Option<String>,
    isup_version: Option<String>,
    isup_base: Option<String>,
    isup_handling: Option<Handling>,
    #[serde(default)]
    emergency: BTreeMap<String, GlobalNumber>,
    /// What it proves who it is with.
    pub(super) challenge: Option<ChallengeConfig>,
    /// What we prove who we are with.
    pub(super) account: Option<AccountConfig>,
}

/// What becomes of a message whose ISUP is not understood (RFC 3204 §6).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Handling {
    /// It is refused.
    Required,
    /// It is taken without.
    Optional,
}

impl Handling {
    fn value(self) -> sip::Handling {
        match self {
            Self::Required => sip::Handling::Required,
            Self::Optional => sip::Handling::Optional,
        }
    }
}

fn yes() -> bool {
    true
}

impl PeerConfig {
    fn settings(&self, interworking: &InterworkingConfig) -> Peer {
        let terms = self.profile.map(Profile::terms);
        let reliable = self.reliable.or(terms.map(|terms| terms.reliable));
        let ims_fields = self.ims_fields.or(terms.map(|terms| terms.ims_fields));
        Peer {
            name: self.name.clone(),
            addresses: self.addresses.clone(),
            trusted: self.trusted,
            causes: self.causes.unwrap_or(interworking.causes),
            reliable: reliable.unwrap_or(interworking.reliable),
            preconditions: self.preconditions,
            transfer: self.transfer,
            ims_fields: ims_fields.unwrap_or(true),
            identities: self.identities(interworking),
            isup: self.encapsulation(),
        }
    }

    /// How ISUP travels with it: profile C alone has it.
    fn encapsulation(&self) -> Option<Encapsulation> {
        let usual = Encapsulation::default();
        let version = self.isup_version.as_deref().unwrap_or(&usual.version);
        let standard = self.isup_base.as_deref().unwrap_or(version);
        (self.profile == Some(Profile::C)).then(|| Encapsulation {
            version: version.to_owned(),
            base: self.isup_base.clone(),
            variant: Variant::of_base(standard).unwrap_or(usual.variant),
            handling: self.isup_handling.map_or(usual.handling, Handling::value),
        })
    }

    /// What is wrong with what it says of ISUP in SIP: the key, and why.
    fn isup_faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let keys = [
            ("isup_version", self.isup_version.is_some()),
            ("isup_base", self.isup_base.is_some()),
            ("isup_handling", self.isup_handling.is_some()),
        ];
        let Some(how) = self.encapsulation() else {
            let said = keys.into_iter().filter(|(_, is_said)| *is_said);
            let only = "only profile = \"c\" has ISUP in SIP";
            faults.extend(said.map(|(key, _)| (key, only.to_owned())));
            return faults;
        };
        if !self.trusted {
            let message = "ISUP in SIP is for trusted peers: it says who calls";
            faults.push(("profile", message.to_owned()));
        }
        let is_token = |text: &str| {
            let of_token = |c: u8| c.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&c);
            !text.is_empty() && text.bytes().all(of_token)
        };
        if !is_token(&how.version) {
            let message = format!("{:?}, expected a token such as \"itu-t92+\"", how.version);
            faults.push(("isup_version", message));
        }
        let standard = how.base.as_ref().unwrap_or(&how.version);
        if Variant::of_base(standard).is_none() {
            let key = if how.base.is_some() {
                "isup_base"
            } else {
                "isup_version"
            };
            let message =
                format!("{standard:?}, expected a standard of RFC 3204 table 1 for isup_base");
            faults.push((key, message));
        }
        faults
    }

    fn identities(&self, interworking: &InterworkingConfig) -> Identities {
        let usual = interworking.identities();
        Identities {
            asserted: self.asserted.unwrap_or(usual.asserted),
            numbers: self.numbers.iter().map(|number| number.0).collect(),
            diversions: self.diversions.unwrap_or(usual.diversions),
            hop_factor: self.hop_factor.unwrap_or(usual.hop_factor),
            network: self.ioi.clone().or(usual.network),
            emergency: match self.emergency.is_empty() {
                true => usual.emergency,
                false => numbers(&self.emergency),
            },
        }
    }

    fn said(&self) -> Said<'_> {
        Said {
            hop_factor: self.hop_factor,
            ioi: self.ioi.as_deref(),
            emergency: &self.emergency,
        }
    }
}

impl SipConfig {
    /// Everybody who speaks SIP with us.
    pub(super) fn peers(&self, interworking: &InterworkingConfig) -> Sip {
        let mut sip = Sip::new(self.trusted.clone(), interworking.causes);
        sip.watch = self.watch();
        let unnamed = sip.unnamed();
        unnamed.reliable = interworking.reliable;
        unnamed.identities = interworking.identities();
        for peer in &self.peer {
            sip.push(peer.settings(interworking));
        }
        sip
    }

    /// Those from whom we take calls, but whom no listener hears.
    pub(super) fn access_faults(&self, faults: &mut Vec<Fault>) {
        let trusted = self.trusted.iter().map(|it| ("sip.trusted".to_owned(), it));
        let peers = self.peer.iter().enumerate().flat_map(|(index, peer)| {
            let key = format!("sip.peer[{index}].addresses");
            peer.addresses.iter().map(move |it| (key.clone(), it))
        });
        for (key, address) in trusted.chain(peers) {
            if !self.listen.allows(*address) {
                let message = format!("no listener in sip.listen allows {address}");
                faults.push(Fault::new(key, message));
            }
        }
    }

    pub(super) fn peer_faults(&self, faults: &mut Vec<Fault>) {
        // The name of those that have none.
        let mut names = HashSet::from(["sip"]);
        let mut addresses: HashSet<IpAddr> = self.trusted.iter().copied().collect();
        for (index, peer) in self.peer.iter().enumerate() {
            peer.said().faults(&format!("sip.peer[{index}]"), faults);
            let mut fault = |key: &str, message: String| {
                faults.push(Fault::new(format!("sip.peer[{index}].{key}"), message));
            };
            for (key, message) in peer.isup_faults() {
                fault(key, message);
            }
            if !names.insert(&peer.name) {
                fault("name", format!("{:?} is taken", peer.name));
            }
            if peer.trusted && !peer.numbers.is_empty() {
                let message = "expected trusted = false: a trusted peer says itself who calls";
                fault("numbers", message.into());
            }
            if peer.addresses.is_empty() {
                fault("addresses", "expected at least one".into());
            }
            for address in &peer.addresses {
                if !addresses.insert(*address) {
                    let message = format!("{address} is in sip.trusted or another [[sip.peer]]");
                    fault("addresses", message);
                }
            }
        }
    }
}
