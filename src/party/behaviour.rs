//! What a party of a call does.

use std::time::Duration;

use media::Law;

/// Names a call for as long as its switch or terminal runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// A tone as the other party speaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pitch {
    /// Its frequency.
    pub hertz: u16,
    /// The law in which it is spoken; where the voice is of the other law it arrives converted.
    pub law: Law,
}

/// What a party does once a call is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Conversation {
    /// The frequency of the tone it speaks, in the law of its voice.
    pub says: Option<u16>,
    /// The tone it listens for.
    pub expects: Option<Pitch>,
    /// When it hangs up, counted from the answer; never by itself if nothing.
    pub hang_up_after: Option<Duration>,
}

/// How a party takes a call; it rejects one in the words of its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<Rejection> {
    /// Rings, then answers; without ringing first if it is for no time at all.
    After(Duration),
    /// Rings, then rejects with this.
    RejectAfter(Duration, Rejection),
    /// Rings until the caller gives up.
    Never,
    /// Is busy.
    Busy,
}
