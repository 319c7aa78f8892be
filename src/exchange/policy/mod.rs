//! Policies: how the numbers of a neighbour's calls are written, which of its calls are taken, what is
//! said of their callers, and how many there may be.
//!
//! A policy is for trunk groups and SIP peers, for calls from them, to them or both. A call that comes
//! in has its numbers rewritten, then is screened and counted, then its caller is put right; one that
//! goes out is screened and counted, then its caller is put right, then its numbers are rewritten. So
//! all but rewriting is about global numbers.

mod admission;
mod caller;
mod limit;
mod numbers;
mod rulebook;
mod screen;
mod trial;

use std::sync::Arc;

use codecs::isup::Cause;
use protocols::isup::GroupId;
use routing::{NumberList, Rewrite};

use super::settings::PeerId;

pub(super) use admission::{Original, Untaken};
pub use caller::{CallerLine, When};
pub(super) use limit::Places;
pub use limit::Rate;
pub(super) use rulebook::Rulebook;
pub use screen::{Callers, Screen, Subject, Verdict};
pub use trial::Trial;

/// All policies, in the order in which they apply.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// The policies.
    pub policies: Vec<Policy>,
    /// The lists of numbers that their rules look into, each at its [`ListId`].
    pub lists: Vec<Arc<NumberList>>,
}

/// A list's place in [`Policies::lists`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListId(pub usize);

/// What holds for the calls of some neighbours.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name in configuration, logs and metrics.
    pub name: Arc<str>,
    /// For whom it is. Limits are theirs together.
    pub neighbours: Vec<Neighbour>,
    /// For which of their calls; none: for all.
    pub way: Option<Way>,
    /// Of those for the same number the first one that fits is carried out.
    pub rewrites: Vec<NumberRule>,
    /// Which calls are taken.
    pub screens: Vec<Screen>,
    /// What is said of callers.
    pub caller: Option<CallerLine>,
    /// How many calls there may be at a time.
    pub calls: Option<u32>,
    /// How many may begin in a time.
    pub rate: Option<Rate>,
}

/// Who sends calls and takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Neighbour {
    /// The exchange behind a trunk group.
    Trunk(GroupId),
    /// A SIP peer.
    Peer(PeerId),
}

/// Which way a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// From the neighbour to us.
    In,
    /// From us to the neighbour.
    Out,
}

impl Way {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::In, Self::Out];
}

/// A rule that rewrites a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRule {
    /// Its name, that of its policy before it.
    pub name: Arc<str>,
    /// Which number.
    pub number: Number,
    /// How.
    pub rewrite: Rewrite,
}

/// Which number of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Number {
    /// That of the called party.
    #[default]
    Called,
    /// That of the calling party.
    Calling,
}

/// Why a policy does not let a call through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The name of the rule.
    pub rule: String,
    /// What ISUP is told.
    pub cause: Cause,
    /// What SIP is told.
    pub status: u16,
    /// After how many seconds a further call may be let through, where that is known.
    pub retry_after: Option<u64>,
    /// In words.
    pub reason: String,
}
