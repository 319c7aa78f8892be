//! Settings on which the two ends of an association must agree (RFC 4666 §1.4.2, §3.8.1): which one
//! differs, and its value at either end.

use codecs::mtp::NetworkId;

/// A setting that differs between the two ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Which.
    pub setting: Setting,
    /// The network of its values, where they are point codes.
    pub network: NetworkId,
    /// Its values here; none: it is not set.
    pub ours: Vec<u32>,
    /// Its values there, as they came; none: it was left out. `None`: the other end only says that
    /// it does not take ours.
    pub theirs: Option<Vec<u32>>,
}

/// What both ends must be told alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Setting {
    /// The routing context of an application server.
    RoutingContext,
    /// The number of the SS7 network.
    NetworkAppearance,
    /// The network indicator of messages.
    NetworkIndicator,
    /// How the ASPs of an application server share its traffic.
    TrafficMode,
    /// The identifier of an ASP.
    AspIdentifier,
    /// Our point codes: a message is for another one.
    OwnPointCode,
    /// The point codes reached through the peer: a message is from another one.
    PointCodes,
}

impl Setting {
    /// Every setting.
    pub const ALL: [Self; 7] = [
        Self::RoutingContext,
        Self::NetworkAppearance,
        Self::NetworkIndicator,
        Self::TrafficMode,
        Self::AspIdentifier,
        Self::OwnPointCode,
        Self::PointCodes,
    ];

    /// Whether its values are point codes.
    pub fn is_point_code(self) -> bool {
        matches!(self, Self::OwnPointCode | Self::PointCodes)
    }
}

impl Mismatch {
    /// The same of another network than the first.
    pub(super) fn within(self, network: NetworkId) -> Self {
        Self { network, ..self }
    }

    /// A setting with a value here, and the value that came.
    pub(super) fn new(
        setting: Setting,
        ours: impl IntoIterator<Item = u32>,
        theirs: impl IntoIterator<Item = u32>,
    ) -> Self {
        Self {
            setting,
            network: NetworkId::default(),
            ours: ours.into_iter().collect(),
            theirs: Some(theirs.into_iter().collect()),
        }
    }
}
