//! The neutral half of a call: what one leg says to the call and the call to the other leg.
//!
//! Each protocol maps to this vocabulary once. What was received in ISUP travels along, so that a
//! transit call passes it on as it came.

use codecs::isup::{
    CallingPartyCategory, CauseIndicators, HopCounter, Iam, Message, Presentation, Screening,
    SuspendResume, TransmissionMediumRequirement,
};
use routing::E164;

/// A call that someone wants to make.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Whom to reach.
    pub called: E164,
    /// Who calls.
    pub calling: Calling,
    /// Ordinary subscriber, operator, payphone …
    pub category: CallingPartyCategory,
    /// Speech, 3.1 kHz audio, 64 kbit/s …
    pub medium: TransmissionMediumRequirement,
    /// How many more exchanges the call may pass (hop counter, Max-Forwards), where it is known.
    pub hops: Option<HopCounter>,
    /// The IAM, where the call came by ISUP.
    pub isup: Option<Box<Iam>>,
}

/// Who calls, and how much of it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calling {
    /// The number; none where the network does not know it.
    pub number: Option<E164>,
    /// May it be shown.
    pub presentation: Presentation,
    /// Who vouches for it.
    pub screening: Screening,
}

impl Calling {
    /// Nobody that could be named.
    pub const UNKNOWN: Self = Self {
        number: None,
        presentation: Presentation::NOT_AVAILABLE,
        screening: Screening::NETWORK,
    };
}

/// What one side of a call tells the other after the set-up.
#[derive(Debug, Clone)]
pub struct Indication {
    /// The meaning.
    pub signal: Signal,
    /// The ISUP message that said so, where one did.
    pub isup: Option<Message>,
}

impl From<Signal> for Indication {
    fn from(signal: Signal) -> Self {
        Self { signal, isup: None }
    }
}

/// The meaning of an [`Indication`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The call goes on; there may be something to hear from the far end.
    Progress {
        /// In-band information is available.
        in_band: bool,
    },
    /// The called party is being alerted.
    Alerting {
        /// In-band information (an announcement, a ringback tone) is available.
        in_band: bool,
    },
    /// The called party answered.
    Answer,
    /// A party put the call aside for a while.
    Suspend(SuspendResume),
    /// The party is back.
    Resume(SuspendResume),
    /// A party holds the other one, who may hear music instead.
    Hold,
    /// The party has retrieved the other one.
    Retrieve,
    /// The call is over.
    Release(CauseIndicators),
}
