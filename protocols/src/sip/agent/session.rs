//! A call as seen from one end of it (RFC 3261 §13–15).

use std::time::Duration;

use bytes::Bytes;
use codecs::sip::Message;
use smallvec::SmallVec;

use super::Header;
use crate::sip::dialog::{Dialog, Local};
use crate::sip::{ClientId, Hop, ServerId};

/// The most branches of a forked call whose early dialogs are remembered.
const MAX_EARLY: usize = 16;

#[derive(Debug)]
pub(super) struct Session {
    pub(super) serial: u32,
    /// The token of our tag.
    pub(super) tag: u64,
    pub(super) call_id: Box<str>,
    /// Our address with its tag.
    pub(super) local: Box<[u8]>,
    /// What copies of the INVITE that was received have in common.
    pub(super) origin: Option<u64>,
    /// The number of our last request but ACK and CANCEL.
    pub(super) cseq: u32,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) enum State {
    /// INVITE was sent.
    Calling(Calling),
    /// INVITE was received and not answered finally.
    Offered(Box<Offer>, Dialog),
    /// 2xx was sent and not acknowledged.
    Answered(Box<Answer>, Dialog),
    /// Both sides agree.
    Confirmed(Dialog),
    /// As `Confirmed`, and a re-INVITE was received and not answered finally.
    Reoffered(Box<Offer>, Dialog),
    /// BYE was sent.
    Closing(Dialog),
    /// In between, while a state is being replaced.
    Void,
}

#[derive(Debug)]
pub(super) struct Calling {
    pub(super) invite: ClientId,
    pub(super) phase: Phase,
    /// Tags of those who have sent a provisional response.
    pub(super) early: SmallVec<[Box<str>; 1]>,
}

/// How far an INVITE that was sent has come.
#[derive(Debug)]
pub(super) enum Phase {
    /// No response, so that it cannot be cancelled.
    Sent,
    /// To be cancelled, with these header fields, as soon as it can be.
    Leaving(Vec<Header>),
    /// A provisional response has come.
    Proceeding,
    /// CANCEL was sent.
    Cancelled,
}

impl Phase {
    /// Whether the owner has hung up.
    pub(super) fn is_leaving(&self) -> bool {
        matches!(self, Self::Leaving(_) | Self::Cancelled)
    }
}

impl Calling {
    /// Remembers the dialog of a provisional response.
    pub(super) fn heard(&mut self, response: &Message) {
        let Ok(to) = response.to() else {
            return;
        };
        let Some(tag) = to.tag().filter(|tag| !self.has(tag)) else {
            return;
        };
        if self.early.len() < MAX_EARLY {
            self.early.push(tag.into());
        }
    }

    fn has(&self, tag: &str) -> bool {
        self.early.iter().any(|early| **early == *tag)
    }
}

/// An INVITE or re-INVITE that waits for its answer.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) transaction: ServerId,
    pub(super) request: Message,
    pub(super) source: Hop,
}

/// A 2xx that waits for its ACK.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) transaction: ServerId,
    pub(super) response: Bytes,
    pub(super) cseq: u32,
    pub(super) interval: Duration,
    /// To be ended with a BYE of these header fields, as soon as it can be.
    pub(super) leaving: Option<Vec<Header>>,
}

impl Session {
    pub(super) fn local(&self) -> Local<'_> {
        Local {
            call_id: &self.call_id,
            from: &self.local,
        }
    }

    /// The dialog, once there is exactly one.
    pub(super) fn dialog(&mut self) -> Option<&mut Dialog> {
        match &mut self.state {
            State::Offered(_, dialog)
            | State::Answered(_, dialog)
            | State::Confirmed(dialog)
            | State::Reoffered(_, dialog)
            | State::Closing(dialog) => Some(dialog),
            State::Calling(_) | State::Void => None,
        }
    }

    /// Whether the peer with this tag is in the session.
    pub(super) fn knows(&mut self, remote_tag: &str) -> bool {
        if let State::Calling(calling) = &self.state {
            return calling.has(remote_tag);
        }
        self.dialog()
            .is_some_and(|dialog| dialog.remote_tag() == remote_tag)
    }
}
