//! What the parties of a call do, and a call as the switch keeps it.

use std::time::{Duration, Instant};

use codecs::isup::{CalledPartyNumber, Cause, Presentation};
use media::Timeslot;
use protocols::isup::GroupId;
use routing::E164;

use crate::party::{self, CallId, CallReport, Conversation, Direction, Pitch, ReleasedBy};

/// How a subscriber takes a call.
pub type Answer = party::Answer<Cause>;

/// Someone who can be called here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// How a call is taken.
    pub answer: Answer,
    /// What follows.
    pub conversation: Conversation,
}

/// A call to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its name in the report.
    pub name: Option<String>,
    /// The trunk group.
    pub group: GroupId,
    /// Who calls.
    pub calling: Option<E164>,
    /// Whether that may be shown.
    pub presentation: Presentation,
    /// Who is called.
    pub called: E164,
    /// When the caller gives up if nobody answers; never by itself if nothing.
    pub give_up_after: Option<Duration>,
    /// What follows the answer.
    pub conversation: Conversation,
}

/// What a call's timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    GiveUpDigits,
    Answer,
    Reject(Cause),
    HangUp,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) name: Option<String>,
    pub(super) group: GroupId,
    pub(super) direction: Direction,
    pub(super) calling: Option<E164>,
    pub(super) called: Called,
    pub(super) give_up_after: Option<Duration>,
    pub(super) conversation: Conversation,
    pub(super) next: Next,
    /// Circuits lost before anything came back.
    pub(super) attempts: u8,
    pub(super) begun: Instant,
    pub(super) rang: Option<Instant>,
    pub(super) answered: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Called {
    Number(E164),
    /// As received, to be continued or nobody's.
    Digits(CalledPartyNumber),
}

/// The voice of a call begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Where.
    pub timeslot: Timeslot,
    /// The frequency of the tone to speak, in A-law.
    pub says: Option<u16>,
    /// What to listen for.
    pub expects: Option<Pitch>,
}

impl Call {
    /// The voice that begins with the answer.
    pub(super) fn voice(&self, timeslot: Timeslot) -> Voice {
        let Conversation { says, expects, .. } = self.conversation;
        Voice {
            timeslot,
            says,
            expects,
        }
    }

    pub(super) fn offered(
        id: CallId,
        group: GroupId,
        called: CalledPartyNumber,
        now: Instant,
    ) -> Self {
        Self {
            id,
            name: None,
            group,
            direction: Direction::Incoming,
            calling: None,
            called: Called::Digits(called),
            give_up_after: None,
            conversation: Conversation::default(),
            next: Next::Nothing,
            attempts: 0,
            begun: now,
            rang: None,
            answered: None,
        }
    }

    pub(super) fn placed(id: CallId, order: Order, now: Instant) -> Self {
        Self {
            id,
            name: order.name,
            group: order.group,
            direction: Direction::Outgoing,
            calling: order.calling,
            called: Called::Number(order.called),
            give_up_after: order.give_up_after,
            conversation: order.conversation,
            next: Next::Nothing,
            attempts: 0,
            begun: now,
            rang: None,
            answered: None,
        }
    }

    /// What became of it, but for the voice.
    pub(super) fn report(self, cause: Cause, by: ReleasedBy, now: Instant) -> CallReport {
        let placed = self.direction == Direction::Outgoing;
        CallReport {
            name: self.name,
            terminal: None,
            direction: self.direction,
            calling: self.calling.map(|number| number.to_string()),
            called: match self.called {
                Called::Number(number) => number.to_string(),
                Called::Digits(called) => called.digits.to_string(),
            },
            answered: self.answered.is_some(),
            status: None,
            release_cause: Some(cause),
            released_by: by,
            post_dial_delay: self.rang.filter(|_| placed).map(|at| at - self.begun),
            conversation: self.answered.map(|at| now - at),
            voice: None,
        }
    }
}
