//! What the configuration says of digest authentication: `challenge` and `account` of
//! `[[sip.peer]]`.

use std::net::IpAddr;

use protocols::sip::{Account, Algorithm, Demand, Proof, Proofs};
use serde::Deserialize;

use super::SipConfig;
use crate::config::Fault;

/// What a peer has to prove.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChallengeConfig {
    realm: String,
    user: String,
    password: String,
    #[serde(default = "all")]
    algorithms: Vec<AlgorithmConfig>,
}

/// As whom we prove ourselves to a peer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountConfig {
    user: String,
    password: String,
    realm: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum AlgorithmConfig {
    #[serde(rename = "sha-256")]
    Sha256,
    #[serde(rename = "md5")]
    Md5,
}

fn all() -> Vec<AlgorithmConfig> {
    vec![AlgorithmConfig::Sha256, AlgorithmConfig::Md5]
}

impl ChallengeConfig {
    fn demand(&self) -> Demand {
        let algorithm = |config: &AlgorithmConfig| match config {
            AlgorithmConfig::Sha256 => Algorithm::Sha256,
            AlgorithmConfig::Md5 => Algorithm::Md5,
        };
        Demand {
            realm: self.realm.clone(),
            account: Account {
                user: self.user.clone(),
                password: self.password.clone(),
                realm: None,
            },
            algorithms: self.algorithms.iter().map(algorithm).collect(),
        }
    }

    fn texts(&self) -> [(&'static str, &str); 3] {
        [
            ("challenge.realm", &self.realm),
            ("challenge.user", &self.user),
            ("challenge.password", &self.password),
        ]
    }
}

impl AccountConfig {
    fn account(&self) -> Account {
        Account {
            user: self.user.clone(),
            password: self.password.clone(),
            realm: self.realm.clone(),
        }
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = [
            ("account.user", self.user.as_str()),
            ("account.password", &self.password),
        ];
        let realm = self.realm.iter().map(|it| ("account.realm", it.as_str()));
        own.into_iter().chain(realm)
    }
}

impl SipConfig {
    /// Who proves who they are, and to whom we do.
    pub(in crate::gateway) fn proofs(&self) -> Proofs {
        let peers = self.peer.iter().flat_map(|peer| {
            let proof = Proof {
                demand: peer.challenge.as_ref().map(ChallengeConfig::demand),
                account: peer.account.as_ref().map(AccountConfig::account),
            };
            let addresses = peer.addresses.iter();
            addresses.map(move |address| (*address, proof.clone()))
        });
        let proves =
            |(_, proof): &(IpAddr, Proof)| proof.demand.is_some() || proof.account.is_some();
        peers.filter(proves).collect()
    }

    pub(super) fn proof_faults(&self, faults: &mut Vec<Fault>) {
        for (index, peer) in self.peer.iter().enumerate() {
            let mut fault = |key: &str, message: &str| {
                faults.push(Fault::new(format!("sip.peer[{index}].{key}"), message));
            };
            let challenge = peer.challenge.iter().flat_map(ChallengeConfig::texts);
            let account = peer.account.iter().flat_map(AccountConfig::texts);
            for (key, text) in challenge.chain(account) {
                if text.is_empty() || text.contains(char::is_control) {
                    fault(key, "expected a text without control characters");
                }
            }
            let algorithms = peer.challenge.as_ref().map(|it| &it.algorithms);
            if algorithms.is_some_and(Vec::is_empty) {
                fault("challenge.algorithms", "expected at least one");
            }
        }
    }
}
