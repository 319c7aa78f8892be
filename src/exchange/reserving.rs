//! Preconditions of ours towards SIP: nobody is alerted before the circuits behind us are known to
//! be sound (`TS 29.163 §7.2.3.2.1`, `§7.2.3.2.3`; RFC 3312, RFC 4032).

use std::time::Instant;

use codecs::isup::ContinuityCheck;
use codecs::sdp::{AudioDescription, Description, Preconditions, Segment};
use codecs::sip::{HeaderName, Message};
use protocols::sip::{DialogId, Header, SessionId};

use super::call::{Call, LegKey};
use super::peers::Choice;
use super::resources::PRECONDITION;
use super::settings::{Peer, PeerId, Reserves};
use super::sip_leg::RELIABLE;
use super::{Exchange, encapsulation};

/// A call to SIP that went out before its circuits were known to be sound.
#[derive(Debug, Default)]
pub(super) struct Reserving {
    /// They are by now.
    sound: bool,
    /// Who has answered our offer and is to hear so.
    answered: Vec<DialogId>,
}

/// The most called parties of a forked call that are told.
const MAX_ANSWERED: usize = 16;

impl Peer {
    /// What INVITE says of our preconditions.
    pub(super) fn precondition_headers(&self) -> Option<Header> {
        let required = self.preconditions == Reserves::Required;
        required.then(|| (HeaderName::Require, PRECONDITION.to_owned()))
    }
}

impl Exchange {
    /// Whether a call may go out to any of these before COT, as all of them know preconditions.
    pub(super) fn reserves(&mut self, key: usize, order: &[Choice]) -> bool {
        let knows = |choice: &Choice| {
            let peer = self.settings.sip.peer(self.peer_at(*choice));
            peer.preconditions != Reserves::Off
        };
        let reserves = !order.is_empty() && order.iter().all(knows);
        if reserves {
            self.calls[key].reserving = Some(Box::default());
        }
        reserves
    }

    /// Our offer to a peer, with what has been reserved.
    pub(super) fn reserving_offer(
        &self,
        key: usize,
        peer: PeerId,
        local: AudioDescription,
    ) -> Description {
        let call = &self.calls[key];
        let preconditions = match self.settings.sip.peer(peer).preconditions {
            Reserves::Off => None,
            Reserves::Supported | Reserves::Required => Some(Preconditions {
                local: Segment {
                    reserved: call.is_sound(),
                    mandatory: true,
                },
                ..Preconditions::READY
            }),
        };
        Description::offer(AudioDescription {
            preconditions,
            ..local
        })
    }

    /// Another INVITE goes out for the call: nobody has answered that.
    pub(super) fn reservation_begins(&mut self, key: usize) {
        if let Some(reserving) = &mut self.calls[key].reserving {
            reserving.answered.clear();
        }
    }

    /// A called party in SIP has answered our offer, and hears as soon as the circuits are sound.
    pub(super) fn reservation_answered(
        &mut self,
        key: usize,
        dialog: Option<DialogId>,
        response: &Message,
        now: Instant,
    ) {
        let reliable = response.lists(HeaderName::Require, RELIABLE);
        let answers = encapsulation::description(response).is_some();
        let Some(dialog) = dialog.filter(|_| reliable && answers) else {
            return;
        };
        let Some(reserving) = &mut self.calls[key].reserving else {
            return;
        };
        if !reserving.sound && reserving.answered.len() < MAX_ANSWERED {
            reserving.answered.push(dialog);
        }
        if reserving.sound {
            self.tell_reserved(key, dialog, now);
        }
    }

    /// COT has come: whoever was called may be alerted.
    pub(super) fn reservation_met(&mut self, key: usize, now: Instant) {
        let Some(reserving) = &mut self.calls[key].reserving else {
            return;
        };
        reserving.sound = true;
        for dialog in std::mem::take(&mut reserving.answered) {
            self.tell_reserved(key, dialog, now);
        }
    }

    fn tell_reserved(&mut self, key: usize, dialog: DialogId, now: Instant) {
        let session = self.calls[key].session().map(|(session, _)| session);
        let (Some(session), Ok(local)) = (session, self.local_audio(key)) else {
            return;
        };
        let offer = Description::offer(AudioDescription {
            preconditions: Some(Preconditions::READY),
            ..local
        });
        let described = self.next_description(key, session, &offer, false);
        let body = described.body();
        self.describe(key, session, described);
        self.agent.update(session, dialog, &[], Some(&body), now);
    }

    /// Whether a refusal of UPDATE was for what we have reserved: then the call cannot go on.
    pub(super) fn reservation_refused(&self, session: SessionId) -> Option<usize> {
        let key = self.call_of(LegKey::Session(session))?;
        let waits = self.calls[key].answered.is_none();
        (self.calls[key].reserving.is_some() && waits).then_some(key)
    }
}

impl Call {
    /// Whether all circuits before us are known to be sound.
    pub(super) fn is_sound(&self) -> bool {
        let iam = self.setup.isup.as_deref();
        iam.is_none_or(|iam| {
            iam.nature_of_connection.continuity_check == ContinuityCheck::NOT_REQUIRED
        })
    }
}
