//! What a SIP peer is told of callers, diversions and help, and in which form.

use routing::E164;
use serde::Deserialize;

use crate::exchange::interworking::hops;

/// What is said of callers, diversions and help, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    /// In which forms numbers are asserted.
    pub asserted: Asserted,
    /// The numbers of a peer outside of the trust domain that is a user: it calls with the one that
    /// it prefers, or the first (RFC 3325 §6, `TS 24.229 §5.2.6.3`). Others have none.
    pub numbers: Vec<E164>,
    /// Which header fields tell SIP of diversions.
    pub diversions: DiversionFields,
    /// Max-Forwards for each of a hop counter (`TS 29.163 §7.2.3.1.2.12`), 1 or more.
    pub hop_factor: u8,
    /// Our network's name in charging vectors, and in URIs of our numbers.
    pub network: Option<String>,
    /// The numbers that serve calls for help, by their service (RFC 5031).
    pub emergency: Vec<(String, E164)>,
}

/// In which forms a number stands in `P-Asserted-Identity` (RFC 3325 §9.1: one `sip:` URI, one
/// `tel:` URI, or one of each).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asserted {
    /// A `tel:` URI.
    #[default]
    Tel,
    /// A `sip:` URI with `user=phone` (RFC 3261 §19.1.6).
    Sip,
    /// Both of them, the `sip:` URI first.
    Both,
}

/// Which header fields tell SIP of diversions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiversionFields {
    /// `History-Info` (RFC 7044).
    #[default]
    HistoryInfo,
    /// `Diversion` (RFC 5806).
    Diversion,
    /// Both of them.
    Both,
    /// Neither.
    None,
}

impl Default for Identities {
    fn default() -> Self {
        Self {
            asserted: Asserted::default(),
            numbers: Vec::new(),
            diversions: DiversionFields::default(),
            hop_factor: hops::FACTOR,
            network: None,
            emergency: Vec::new(),
        }
    }
}
