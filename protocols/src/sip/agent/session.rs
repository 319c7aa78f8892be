//! A call as seen from one end of it (RFC 3261 §13–15).

use std::time::Duration;

use bytes::Bytes;
use codecs::sip::Message;
use smallvec::SmallVec;

use super::events::Kept;
use super::referral::Referral;
use super::refreshing::Refreshing;
use super::reliable::Provisionals;
use super::{Asked, Body, DialogId};
use crate::sip::dialog::{Dialog, Local, Negotiation, Own};
use crate::sip::digest::Wallet;
use crate::sip::{ClientId, Hop, ServerId};

/// The most dialogs of a forked call that are remembered while it is not answered.
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
    pub(super) state: State,
    /// Requests within a dialog that wait for the owner.
    pub(super) pending: Vec<Pending>,
    /// Reliable provisional responses of ours.
    pub(super) provisionals: Option<Box<Provisionals>>,
    /// A request of ours that met one of the peer's, and is sent again later (§14.1).
    pub(super) retry: Option<Box<Retry>>,
    /// The ACK with an answer that went out last.
    pub(super) ack: Option<Box<Ack>>,
    /// Dialogs with ends that were too late.
    pub(super) losers: Vec<Dialog>,
    pub(super) refreshing: Option<Refreshing>,
    /// A REFER of the peer's that was accepted.
    pub(super) referral: Option<Referral>,
    /// Whether the peer has UPDATE.
    pub(super) updates: bool,
    /// What the 200 to a BYE of the peer's has.
    pub(super) parting: Option<Box<Body>>,
    /// What the 487 to an INVITE of the peer's has that it gives up.
    pub(super) given_up: Option<Box<Body>>,
    /// What proves to the peer that requests are ours, once it has asked.
    pub(super) wallet: Option<Box<Wallet>>,
}

#[derive(Debug)]
pub(super) enum State {
    /// INVITE was sent.
    Calling(Box<Calling>),
    /// INVITE was received and not answered finally.
    Offered(Box<Offer>, Dialog),
    /// 2xx was sent and not acknowledged.
    Answered(Box<Answer>, Dialog),
    /// 2xx with an offer was received; ACK of this number waits for the owner's answer.
    Owing(u32, Dialog),
    /// Both sides agree.
    Confirmed(Dialog),
    /// As `Confirmed`, and a re-INVITE was received and not answered finally.
    Reoffered(Box<Offer>, Dialog),
    /// As `Confirmed`, and a re-INVITE was sent and not answered finally.
    Reinviting(Box<Own>, Dialog),
    /// BYE was sent.
    Closing(Dialog),
    /// BYE was received, and the peer awaits what comes of its REFER.
    Lingering(Dialog),
    /// In between, while a state is being replaced.
    Void,
}

#[derive(Debug)]
pub(super) struct Calling {
    pub(super) invite: ClientId,
    /// The INVITE, in case it has to be sent once more.
    pub(super) request: Bytes,
    pub(super) to: Hop,
    pub(super) cseq: u32,
    /// It has an offer.
    pub(super) offers: bool,
    pub(super) phase: Phase,
    /// Dialogs with those who have sent a provisional response.
    pub(super) early: SmallVec<[Dialog; 1]>,
    /// How many there have been.
    pub(super) dialogs: u16,
}

/// How far an INVITE that was sent has come.
#[derive(Debug)]
pub(super) enum Phase {
    /// No response, so that it cannot be cancelled.
    Sent,
    /// To be cancelled, with this said, as soon as it can be.
    Leaving(Kept),
    /// A provisional response has come.
    Proceeding,
    /// CANCEL was sent.
    Cancelled,
    /// Another INVITE of the same call has taken its place.
    Superseded,
}

impl Phase {
    /// Whether the owner has hung up.
    pub(super) fn is_leaving(&self) -> bool {
        matches!(self, Self::Leaving(_) | Self::Cancelled | Self::Superseded)
    }
}

impl Calling {
    /// The early dialog of a provisional response, which may be a new one (§12.1.2).
    pub(super) fn branch(&mut self, response: &Message, source: Hop) -> Option<&mut Dialog> {
        let to = response.to().ok()?;
        let tag = to.tag()?;
        let known = |dialog: &Dialog| dialog.remote_tag() == tag;
        if let Some(at) = self.early.iter().position(known) {
            return self.early.get_mut(at);
        }
        if self.early.len() >= MAX_EARLY {
            return None;
        }
        let dialog = self.dialog(response, source)?;
        self.early.push(dialog);
        self.early.last_mut()
    }

    /// A dialog that a response makes.
    fn dialog(&mut self, response: &Message, source: Hop) -> Option<Dialog> {
        let mut dialog = Dialog::of_response(response, source)?;
        dialog.id = DialogId(self.dialogs);
        dialog.negotiation = match self.offers {
            true => Negotiation::OurOffer,
            false => Negotiation::Unbegun,
        };
        self.dialogs = self.dialogs.saturating_add(1);
        Some(dialog)
    }

    /// The dialog that a 2xx makes, of an early one where it belongs to one.
    pub(super) fn confirm(&mut self, response: &Message, source: Hop) -> Option<Dialog> {
        let tag = response.to().ok()?.tag().unwrap_or_default().to_owned();
        let known = |dialog: &Dialog| dialog.remote_tag() == tag;
        match self.early.iter().position(known) {
            Some(at) => {
                let confirmed = Dialog::of_response(response, source)?;
                Some(self.early.remove(at).confirm(confirmed))
            }
            None => self.dialog(response, source),
        }
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
    /// To be ended with a BYE that says this, as soon as it can be.
    pub(super) leaving: Option<Kept>,
}

/// A request within a dialog that waits for the owner.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) transaction: ServerId,
    pub(super) dialog: DialogId,
    pub(super) request: Message,
    pub(super) source: Hop,
}

/// A request to be sent again.
#[derive(Debug)]
pub(super) struct Retry {
    pub(super) asked: Asked,
    pub(super) dialog: DialogId,
    pub(super) own: Own,
}

/// An ACK that cannot be made of its 2xx alone.
#[derive(Debug)]
pub(super) struct Ack {
    pub(super) cseq: u32,
    pub(super) request: Bytes,
    pub(super) to: Hop,
}

impl Session {
    pub(super) fn new(serial: u32, tag: u64, call_id: Box<str>, local: Box<[u8]>) -> Self {
        Self {
            serial,
            tag,
            call_id,
            local,
            origin: None,
            state: State::Void,
            pending: Vec::new(),
            provisionals: None,
            retry: None,
            ack: None,
            losers: Vec::new(),
            refreshing: None,
            referral: None,
            updates: false,
            parting: None,
            given_up: None,
            wallet: None,
        }
    }

    /// What requests need that go out in one of its dialogs.
    pub(super) fn speaker(&mut self, dialog: DialogId) -> Option<(Local<'_>, &mut Dialog)> {
        let local = Local {
            call_id: &self.call_id,
            from: &self.local,
        };
        let dialog = self.state.dialogs().iter_mut().find(|d| d.id == dialog)?;
        Some((local, dialog))
    }

    /// The dialog with the peer of this tag.
    pub(super) fn dialog_with(&mut self, remote_tag: &str) -> Option<&mut Dialog> {
        let mut dialogs = self.state.dialogs().iter_mut();
        dialogs.find(|dialog| dialog.remote_tag() == remote_tag)
    }

    /// The dialog, once there is exactly one for good.
    pub(super) fn only_dialog(&mut self) -> Option<DialogId> {
        if matches!(self.state, State::Calling(_)) {
            return None;
        }
        self.state.dialogs().first().map(|dialog| dialog.id)
    }

    pub(super) fn dialog(&mut self, id: DialogId) -> Option<&mut Dialog> {
        let mut dialogs = self.state.dialogs().iter_mut();
        dialogs.find(|dialog| dialog.id == id)
    }
}

impl State {
    /// Whether the call has been ended.
    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Closing(_) | Self::Lingering(_) | Self::Void)
    }

    /// All dialogs: of a call that is placed and not answered any number, else one.
    fn dialogs(&mut self) -> &mut [Dialog] {
        match self {
            Self::Calling(calling) => &mut calling.early,
            Self::Offered(_, dialog)
            | Self::Answered(_, dialog)
            | Self::Owing(_, dialog)
            | Self::Confirmed(dialog)
            | Self::Reoffered(_, dialog)
            | Self::Reinviting(_, dialog)
            | Self::Closing(dialog)
            | Self::Lingering(dialog) => std::slice::from_mut(dialog),
            Self::Void => &mut [],
        }
    }
}
