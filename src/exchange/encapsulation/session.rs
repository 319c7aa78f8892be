//! A call whose session has ISUP in it: what its messages enclose, and what is heard in those of the
//! peer (`Q.1912.5 §6`, `§7`).

use codecs::isup::{Message as IsupMessage, Rlc};
use codecs::sip::Message;
use protocols::sip::{Body, DialogId, Hop, SessionId};

use super::carriage::{self, Place};
use super::contents::{self, Unreadable};
use super::{Encapsulation, precedence};
use crate::exchange::call::{Leg, LegKey};
use crate::exchange::interworking::cause::here;
use crate::exchange::leg::{Indication, Setup, Signal};
use crate::exchange::settings::{PeerId, Sip};
use crate::exchange::sip_leg::Refusal;
use crate::exchange::{Exchange, isup_leg};

/// What is known of the ISUP in a call's session.
#[derive(Debug, Default)]
pub(in crate::exchange) struct Carrier {
    /// The dialog with the end that spoke last.
    pub(super) dialog: Option<DialogId>,
    /// Whether the peer has ISUP itself. One that was offered some may have none.
    pub(super) speaks: bool,
    /// Whether it has been told the first backward message.
    begun: bool,
    /// What the latest provisional response had: one that is said again is no news.
    heard: Option<IsupMessage>,
    /// What goes with the next offer within the call.
    aside: Option<IsupMessage>,
}

impl Exchange {
    /// How ISUP travels in a call's session, where it does.
    pub(super) fn encapsulation(&self, key: usize) -> Option<&Encapsulation> {
        self.calls[key].carrier.as_ref()?;
        self.peer_of(key).isup.as_ref()
    }

    /// The body of an INVITE to the peer that a call goes out to: with the IAM, if that peer has ISUP.
    pub(in crate::exchange) fn opening(&mut self, key: usize, description: Body) -> Body {
        self.calls[key].carrier = None;
        let Some(how) = &self.peer_of(key).isup else {
            return description;
        };
        let rules = self.settings.rules(self.neighbours(key));
        let peer = self.calls[key].peer.unwrap_or(Sip::UNNAMED);
        let setup = self.told_to(peer, &self.calls[key].setup);
        let iam = isup_leg::iam(&setup, &self.settings.numbering, rules);
        let iam = IsupMessage::Iam(carriage::onward(iam));
        let body = how.body(&iam, Some(&description));
        self.calls[key].carrier = Some(Box::default());
        body
    }

    /// Whether ISUP goes on with every I-CSCF, as far as it is known where they are.
    pub(in crate::exchange) fn has_isup_beyond(&self) -> bool {
        let sip = &self.settings.sip;
        let mut addresses = self.settings.icscfs.iter().map(|icscf| icscf.address);
        addresses.all(|hop| {
            let peer = hop.and_then(|hop| sip.at(hop.address.ip()));
            peer.is_some_and(|peer| sip.peer(peer).isup.is_some())
        })
    }

    /// Has the peer's BYE answered with RLC.
    pub(in crate::exchange) fn prepare_to_part(&mut self, key: usize, session: SessionId) {
        if let Some(how) = self.encapsulation(key) {
            let complete = how.body(&IsupMessage::Rlc(Rlc::default()), None);
            self.agent.part_with(session, complete);
        }
    }

    /// Joins what the header fields of an INVITE say and its IAM, where it has one. Answers whether
    /// it has.
    ///
    /// # Errors
    /// [`Refusal`] for ISUP that cannot be read and without which the call is not to be taken.
    pub(in crate::exchange) fn join_iam(
        &mut self,
        setup: &mut Setup,
        request: &Message,
        peer: PeerId,
    ) -> Result<bool, Refusal> {
        let how = self.settings.sip.peer(peer).isup.as_ref();
        let enclosed = match contents::isup(request, how) {
            Err(Unreadable { refusal, optional }) if !optional => return Err(refusal),
            read => self.noted(read),
        };
        let Some(IsupMessage::Iam(iam)) = enclosed else {
            return Ok(false);
        };
        let rules = self.settings.towards(setup.leading_digits(), peer);
        let (area, rules) = (&self.settings.numbering, self.settings.rules(rules));
        match precedence::joined(setup, iam, area, rules) {
            Ok(joined) => *setup = joined,
            Err(error) => return Err(Refusal::new(400, format!("ISUP: {error}"))),
        }
        Ok(true)
    }

    /// A call came with ISUP in its INVITE.
    pub(in crate::exchange) fn came_with_isup(&mut self, key: usize, session: SessionId) {
        self.calls[key].carrier = Some(Box::new(Carrier {
            dialog: Some(DialogId::FIRST),
            speaks: true,
            ..Carrier::default()
        }));
        self.prepare_for_cancel(key, session);
    }

    /// Has the peer's BYE answered with RLC, and the INVITE that it cancels with REL.
    pub(in crate::exchange) fn prepare_for_cancel(&mut self, key: usize, session: SessionId) {
        self.prepare_to_part(key, session);
        let cause = here(self.tables(key).cancelled());
        if let Some(body) = self.parting(key, &Signal::Release(cause).into()) {
            self.agent.give_up_with(session, body);
        }
    }

    /// The body of a refusal of an INVITE that no call has begun with: REL, where it has an IAM.
    pub(in crate::exchange) fn refusing(
        &self,
        request: &Message,
        source: Hop,
        status: u16,
    ) -> Option<Body> {
        let peer = self.settings.sip.at(source.address.ip())?;
        let peer = self.settings.sip.peer(peer);
        let how = peer.isup.as_ref()?;
        let Ok(Some(IsupMessage::Iam(_))) = contents::isup(request, Some(how)) else {
            return None;
        };
        let cause = here(peer.causes.cause(status));
        let said = Signal::Release(cause).into();
        let release = isup_leg::backward(said, false, &self.settings.numbering);
        Some(how.body(&release, None))
    }

    /// The end of a call's session that speaks now.
    pub(in crate::exchange) fn spoke(&mut self, session: SessionId, dialog: Option<DialogId>) {
        let key = self.call_of(LegKey::Session(session));
        if let Some(carrier) = key.and_then(|key| self.calls[key].carrier.as_mut()) {
            carrier.dialog = dialog.or(carrier.dialog);
        }
    }

    /// What a message of the peer's says, with what the ISUP in it adds. None for a provisional
    /// response that says neither something nor something new.
    pub(in crate::exchange) fn with_enclosed(
        &mut self,
        key: usize,
        said: Option<Indication>,
        message: &Message,
        place: Place,
    ) -> Option<Indication> {
        let Some(enclosed) = self.enclosed(key, message, place) else {
            return said;
        };
        let carrier = self.calls[key].carrier.as_mut()?;
        if place == Place::Provisional && carrier.heard.as_ref() == Some(&enclosed) {
            return None;
        }
        carrier.heard = Some(enclosed.clone());
        let own = isup_leg::indication(enclosed, &self.settings.numbering);
        let Some(own) = own else {
            return said;
        };
        Some(match said {
            None => own,
            Some(said) => Indication {
                signal: own.signal,
                connected: own.connected.or(said.connected),
                forwarding: own.forwarding.or(said.forwarding),
                user_to_user: own.user_to_user.or(said.user_to_user),
                isup: own.isup,
            },
        })
    }

    /// The ISUP message in a message of the peer's, if it may be there.
    pub(in crate::exchange) fn enclosed(
        &mut self,
        key: usize,
        message: &Message,
        place: Place,
    ) -> Option<IsupMessage> {
        let read = contents::isup(message, self.encapsulation(key));
        let enclosed = self.noted(read)?;
        if !carriage::fits(&enclosed, place) {
            let name = enclosed.name();
            self.malformed("ISUP", format!("{name} in a SIP message that has no such"));
            return None;
        }
        self.calls[key].carrier.as_mut()?.speaks = true;
        Some(enclosed)
    }

    /// Notes what cannot be read, and goes on without.
    fn noted(&mut self, read: Result<Option<IsupMessage>, Unreadable>) -> Option<IsupMessage> {
        read.unwrap_or_else(|unreadable| {
            self.malformed("ISUP", unreadable.refusal.reason);
            None
        })
    }

    /// The body of a response to an INVITE that tells its caller so: with the ISUP message that does,
    /// where the caller has ISUP.
    pub(in crate::exchange) fn telling(
        &mut self,
        key: usize,
        indication: &Indication,
        description: Option<Body>,
    ) -> Option<Body> {
        if self.encapsulation(key).is_none() {
            return description;
        }
        let begun = self.calls[key].carrier.as_mut();
        let first = begun.is_some_and(|carrier| !std::mem::replace(&mut carrier.begun, true));
        let message = self.as_isup(key, indication, first);
        let how = self.encapsulation(key)?;
        Some(how.body(&message, description.as_ref()))
    }

    /// The body of what ends a session: REL, where the peer has ISUP.
    pub(in crate::exchange) fn parting(&self, key: usize, indication: &Indication) -> Option<Body> {
        let speaks = |carrier: &Carrier| carrier.speaks;
        self.calls[key].carrier.as_deref().filter(|it| speaks(it))?;
        let message = self.as_isup(key, indication, false);
        Some(self.encapsulation(key)?.body(&message, None))
    }

    pub(super) fn as_isup(&self, key: usize, indication: &Indication, first: bool) -> IsupMessage {
        let told_of = self.calls[key].setup.told_of(indication.connected);
        let indication = Indication {
            connected: told_of,
            ..indication.clone()
        };
        isup_leg::backward(indication, first, &self.settings.numbering)
    }

    /// Keeps the ISUP message that goes with the next offer within the call.
    pub(in crate::exchange) fn set_aside(&mut self, key: usize, indication: &Indication) {
        let message = self.as_isup(key, indication, false);
        if let Some(carrier) = &mut self.calls[key].carrier {
            carrier.aside = Some(message).filter(|_| carrier.speaks);
        }
    }

    /// The body of an offer within the call.
    pub(in crate::exchange) fn offering(&mut self, key: usize, description: Body) -> Body {
        let aside = self.calls[key].carrier.as_mut();
        let Some(message) = aside.and_then(|carrier| carrier.aside.take()) else {
            return description;
        };
        match self.encapsulation(key) {
            Some(how) => how.body(&message, Some(&description)),
            None => description,
        }
    }

    /// Whether the leg of a call is a session with ISUP in it.
    pub(super) fn speaks_isup(&self, key: usize, leg: &Leg) -> bool {
        let carrier = self.calls[key].carrier.as_ref();
        matches!(leg, Leg::Sip { .. }) && carrier.is_some_and(|carrier| carrier.speaks)
    }
}
