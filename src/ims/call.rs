//! Calls as a terminal keeps them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use codecs::isup::Cause;
use codecs::sdp::{self, Description};
use media::Payload;
use routing::E164;

use crate::party::{self, CallId, CallReport, Conversation, Direction, Pitch, ReleasedBy};

/// How a terminal takes a call; it rejects one with a status.
pub type Answer = party::Answer<u16>;

/// A call to be placed by a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its name in the report.
    pub name: Option<String>,
    /// Who is called.
    pub called: E164,
    /// When to give up if nobody answers.
    pub give_up_after: Option<Duration>,
    /// What follows the answer.
    pub conversation: Conversation,
}

/// The voice of a call begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Of this call.
    pub call: CallId,
    /// Where to listen.
    pub local: SocketAddr,
    /// Whom to speak to.
    pub remote: SocketAddr,
    /// The format, both ways.
    pub payload: Payload,
    /// The frequency of the tone to speak, in the format's law.
    pub says: Option<u16>,
    /// What to listen for.
    pub expects: Option<Pitch>,
}

/// What a call's timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    Answer,
    Reject(u16),
    /// Of a call that is answered, or of one that nobody answers.
    HangUp,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) name: Option<String>,
    pub(super) direction: Direction,
    pub(super) calling: Option<String>,
    pub(super) called: String,
    pub(super) conversation: Conversation,
    pub(super) next: Next,
    /// Which of the terminal's ports it has, counted from the first.
    pub(super) port: usize,
    pub(super) description: sdp::Session,
    /// What we offered, or answered.
    pub(super) ours: Description,
    pub(super) voice: Option<Voice>,
    pub(super) begun: Instant,
    pub(super) rang: Option<Instant>,
    pub(super) answered: Option<Instant>,
    pub(super) end: Option<End>,
}

/// How a call came to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) status: Option<u16>,
    pub(super) cause: Option<Cause>,
    pub(super) by: ReleasedBy,
}

impl Call {
    /// The first end counts.
    pub(super) fn ends(&mut self, status: Option<u16>, cause: Option<Cause>, by: ReleasedBy) {
        self.end.get_or_insert(End { status, cause, by });
    }

    pub(super) fn report(self, terminal: &str, now: Instant) -> CallReport {
        let end = self.end.unwrap_or(End {
            status: None,
            cause: Some(Cause::TIMER_EXPIRY),
            by: ReleasedBy::Failure,
        });
        CallReport {
            name: self.name,
            terminal: Some(terminal.to_owned()),
            direction: self.direction,
            calling: self.calling,
            called: self.called,
            answered: self.answered.is_some(),
            status: end.status,
            release_cause: end.cause,
            released_by: end.by,
            post_dial_delay: self.rang.map(|rang| rang - self.begun),
            conversation: self.answered.map(|answered| now - answered),
            voice: None,
        }
    }
}
