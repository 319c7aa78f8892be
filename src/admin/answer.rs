//! What operators are told, as JSON has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::timers::Row;

/// An answer, and who says when a restart would remember what was ordered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(super) content: Content,
    pub(super) saved: Option<oneshot::Receiver<std::io::Result<()>>>,
}

impl From<Content> for Answer {
    fn from(content: Content) -> Self {
        Self {
            content,
            saved: None,
        }
    }
}

/// What an answer says.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Content {
    Trunks(TrunkList),
    Circuits(CircuitList),
    Outcome(Outcome),
    Views(Views),
    Peers(PeerList),
    Timers { timers: Vec<Row> },
}

/// Trunk groups, in the order of the configuration.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TrunkList {
    pub(super) trunks: Vec<TrunkLine>,
}

/// One trunk group.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TrunkLine {
    pub(super) trunk: String,
    /// The other exchange.
    pub(super) point_code: String,
    /// Whose ISUP is spoken.
    pub(super) variant: String,
    /// Whether the signalling network leads there.
    pub(super) available: bool,
    /// Whether the user part there takes messages, as far as is known.
    pub(super) user_part: bool,
    /// The share of new calls that congestion or overload keeps away.
    pub(super) refused_percent: u8,
    /// How many circuits are in which state.
    pub(super) circuits: BTreeMap<String, usize>,
}

/// M3UA peers, in the order of the configuration.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PeerList {
    pub(super) peers: Vec<PeerLine>,
}

/// One peer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PeerLine {
    pub(super) peer: String,
    /// The application server process there, or ours towards it: down, inactive or active.
    pub(super) process: String,
    /// Whether it is locked out.
    pub(super) locked: bool,
}

/// Circuits, in the order of trunk groups and codes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CircuitList {
    pub(super) circuits: Vec<CircuitLine>,
}

/// One circuit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CircuitLine {
    pub(super) trunk: String,
    pub(super) cic: u16,
    /// What it is occupied with, as the metrics name it.
    pub(super) state: String,
    /// `outgoing` or `incoming`, while a call is on it.
    pub(super) direction: Option<String>,
    /// Why it cannot be seized; none if it can.
    pub(super) reason: Option<String>,
    /// Blocking by this exchange.
    pub(super) local: Local,
    /// Blocking by the other one.
    pub(super) remote: Remote,
    /// The number of the call on it, as the log names it.
    pub(super) call: Option<u64>,
    /// For how many seconds it has been in this state.
    pub(super) for_s: Option<u64>,
}

/// `unblocked`, `blocking`, `blocked` or `unblocking`, for each reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Local {
    pub(super) maintenance: String,
    pub(super) hardware: String,
}

/// Whether the other exchange blocks, for each reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remote {
    pub(super) maintenance: bool,
    pub(super) hardware: bool,
}

/// What an order did.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// How many circuits it changed.
    pub(super) changed: usize,
    /// Those of them of which the other exchange does not hear at once.
    pub(super) later: Vec<Remark>,
    /// Those that it left as they were.
    pub(super) unchanged: Vec<Remark>,
    /// All circuits of the order, as they are now.
    pub(super) circuits: Vec<CircuitLine>,
}

/// Circuits of which the same is to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remark {
    /// Their codes, such as `1-5,9`.
    pub(super) cic: String,
    /// How many they are.
    pub(super) circuits: usize,
    pub(super) why: String,
}

/// What both exchanges think of circuits.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Views {
    /// Of how many the other exchange told.
    pub(super) answered: usize,
    /// Of how many of them both think differently.
    pub(super) differing: usize,
    /// Of how many of them one exchange or both said that they are transient: on the way from one
    /// state to another (`Q.764 §2.8.3.2`).
    pub(super) transient: usize,
    /// How many are being put right: in an audit with repair those that differ.
    pub(super) changed: usize,
    /// In a query all that were answered, in an audit those of which both think differently.
    pub(super) circuits: Vec<View>,
    /// Those of which it told nothing within T28.
    pub(super) unanswered: Vec<Circuit>,
}

/// One circuit, as this exchange and the other one see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct View {
    pub(super) trunk: String,
    pub(super) cic: u16,
    pub(super) here: String,
    pub(super) there: String,
    /// What puts it right; none where they agree.
    pub(super) remedy: Option<String>,
}

/// A circuit's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Circuit {
    pub(super) trunk: String,
    pub(super) cic: u16,
}
