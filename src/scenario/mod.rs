//! Scenarios of the ISDN user part: message ladders as text, which an ISUP engineer reads and a
//! machine plays, against circuits on virtual time or against an exchange on a live link.
//!
//! One end is played (PT, the "protocol tester"), the other one is under test (SUT). As in the
//! ladders of `Q.784` the PT stands left: `->` is what it sends, `<-` what it expects to receive.
//!
//! ```text
//! # 1.2.3 RSC received on a locally blocked circuit (Q.764 §2.9.3.1)
//! circuits 1-4            # between PT and SUT, 1-31 unless said; lines mean the first one
//! timer T13 = 60s         # a timer of the SUT
//!
//! operator: block         # the SUT's staff
//! <- BLO
//! -> BLA
//! -> RSC
//! <- BLO
//! -> BLA
//! <- RLC
//! no more messages
//! ```
//!
//! Everything the SUT does must stand in the scenario, in order. `docs/scenarios.md` describes the
//! format: conditions, steps, every message and its settings.

mod by_hand;
#[cfg(test)]
mod document;
mod field;
mod layout;
mod message;
mod notice;
mod parse;
mod player;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

pub use by_hand::instruction;
use codecs::isup::Variant;
pub use message::Pattern;
pub use notice::{alert, continuity};
pub use parse::Fault;
pub use player::{Input, Output, Patience, Player, Verdict};
use protocols::isup::{Control, Timer};

/// A ladder and its conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The first comment: the number of the case, then its title.
    pub title: String,
    /// What is to be so before the first step.
    pub conditions: Conditions,
    /// Those of them which only the SUT can fulfil, as they are written.
    pub there: Vec<String>,
    steps: Vec<Step>,
}

impl Scenario {
    /// The circuits on which messages pass, each with its trunk group.
    pub fn circuits(&self) -> BTreeSet<(Side, u16)> {
        let of_step = |step: &Step| match &step.act {
            Act::Send(side, message) | Act::Expect(side, message) => Some((*side, message.cic)),
            _ => None,
        };
        self.steps.iter().filter_map(of_step).collect()
    }
}

/// What is to be so before the first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// Whose ISUP the two speak.
    pub variant: &'static Variant,
    /// The circuits between the two.
    pub circuits: RangeInclusive<u16>,
    /// The circuits of the trunk group on which calls go on, where there is one.
    pub far_circuits: Option<RangeInclusive<u16>>,
    /// Which circuits are the SUT's in a dual seizure; by point codes if nothing.
    pub control: Option<Control>,
    /// Timers that have not their usual value.
    pub timers: Vec<(Timer, Duration)>,
    /// The SUT checks the continuity of every circuit it seizes.
    pub check_continuity: bool,
    /// The digits of calls to the SUT may come one by one.
    pub overlap: bool,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            variant: &Variant::ITU,
            circuits: 1..=31,
            far_circuits: None,
            control: None,
            timers: Vec::new(),
            check_continuity: false,
            overlap: false,
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    line: usize,
    text: String,
    act: Act,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    Send(Side, Pattern),
    Expect(Side, Pattern),
    Ask(Request),
    Hear(Hearing),
    Wait(Duration),
    Quiet(Option<Duration>),
}

/// Which trunk group of the SUT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The one that is tested.
    Near,
    /// Where calls go on.
    Far,
}

/// What only the SUT itself can do, or have done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Its call control begins a call with this IAM.
    Seize(Pattern),
    /// Its call control sends a message of the call.
    Say(Pattern),
    /// Its call control releases with this REL.
    Release(Pattern),
    /// Its staff wants something of circuits.
    Operate(Operation),
    /// The tone of its continuity check of this circuit came back.
    Tone(u16),
    /// Its call control is overloaded: 1, 2, or 0 when that is over.
    Overloaded(u8),
    /// Its message transfer part has news, such as "user part unavailable".
    Mtp(String),
}

/// A command of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// What is to be done.
    pub verb: Verb,
    /// With which circuits.
    pub circuits: RangeInclusive<u16>,
    /// Because of a hardware failure.
    pub hardware: bool,
}

/// What staff does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Take circuits out of service.
    Block,
    /// Put them back.
    Unblock,
    /// Put them into the idle state.
    Reset,
    /// Check their continuity.
    Check,
}

/// Who within the SUT is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// Call control.
    User,
    /// Maintenance staff.
    Staff,
    /// The sender and receiver of check tones.
    Media,
}

/// Something the SUT tells within itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// To whom.
    pub to: Listener,
    /// On which circuit.
    pub cic: u16,
    /// What: "setup", the acronym of a message, "unequipped here".
    pub what: String,
    /// The message that comes along.
    pub octets: Option<Vec<u8>>,
}

/// A notice that is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hearing {
    to: Listener,
    cic: u16,
    what: String,
    /// What must stand in the message that comes along.
    message: Option<Pattern>,
}
