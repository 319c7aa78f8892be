//! Numbers of calls between SIP and ISUP that are not complete at first: further INVITEs of a caller
//! in SIP, further digits after 484 for one in the telephone network
//! (`TS 29.163 §7.2.3.1.3A`, `§7.2.3.2.1a`; RFC 3578).

use std::time::Instant;

use codecs::isup::{Message as IsupMessage, Parameters, Sam};
use codecs::number::Digits;
use codecs::sip::{HeaderName, Message};
use protocols::isup::{CircuitId, GroupId};
use protocols::sip::{Invite, SessionId};

use super::call::{Leg, LegKey, Phase, Side, Timer};
use super::interworking::release::Own;
use super::settings::Overlap;
use super::sip_leg::{self, Refusal};
use super::{Exchange, isup_leg, overlap};

/// What the INVITEs of one call have in common (RFC 3578 §3.1): Call-ID and the tag of From.
pub(super) type Origin = Box<str>;

impl Exchange {
    /// Whether a number from SIP lacks digits: shorter than numbers of its kind are, or than every
    /// route for numbers that begin so.
    pub(super) fn is_incomplete(&self, digits: &Digits) -> bool {
        let routes = &self.settings.routes;
        match self.settings.lengths.longest(digits) {
            Some(&length) => digits.len() < usize::from(length),
            None => routes.longest(digits).is_none() && routes.goes_on(digits),
        }
    }

    /// Has further INVITEs of a call find it, if its digits may go on.
    pub(super) fn remember_origin(&mut self, key: usize, request: &Message) {
        let outgoing = self.calls.get(key).and_then(|call| call.outgoing.as_ref());
        let Some(&Leg::Isup { circuit, .. }) = outgoing else {
            return;
        };
        let origin = origin(request).filter(|_| self.overlaps(circuit));
        if let Some(origin) = origin {
            self.by_origin.insert(origin.clone(), key);
            self.calls[key].origin = Some(origin);
        }
    }

    /// The call that an INVITE goes on with.
    pub(super) fn continued(&self, request: &Message) -> Option<usize> {
        if self.by_origin.is_empty() {
            return None;
        }
        self.by_origin.get(&origin(request)?).copied()
    }

    /// A further INVITE takes the place of the one before, and its new digits follow the others.
    ///
    /// # Errors
    /// [`Refusal`] if it does not go on with that number, or the number was complete.
    pub(super) fn continue_call(
        &mut self,
        key: usize,
        session: SessionId,
        request: &Message,
        now: Instant,
    ) -> Result<(), Refusal> {
        let identities = &self.peer_of(key).identities;
        let called = sip_leg::called(request, &self.settings.numbering, identities)?;
        let called = self.called_by(self.calls[key].peer, &called)?;
        let offer = self.acceptable_offer(request, self.settings.rules(self.neighbours(key)))?;
        let call = &self.calls[key];
        let further = further(call.setup.called.digits(), called.digits());
        let (Some(subsequent), LegKey::Session(earlier), Some(circuit)) = (
            further.filter(|_| !call.proceeding),
            call.incoming.key(),
            call.circuit(Side::Outgoing),
        ) else {
            return Err(Refusal::new(482, "the number was complete"));
        };
        let sam = IsupMessage::Sam(Sam {
            subsequent,
            optional: Parameters::default(),
        });
        let sent = self.circuits.send(circuit, sam, now);
        sent.map_err(|_| Refusal::new(482, "the number was complete"))?;
        self.by_session.remove(&earlier);
        self.by_session.insert(session, key);
        let call = &mut self.calls[key];
        call.setup.called = called;
        call.offer = offer;
        call.incoming = Leg::Sip {
            session,
            description: None,
        };
        self.prepare_for_cancel(key, session);
        let described = self.describe_incoming(key);
        self.agent.reject(earlier, 484, &[], now);
        if described.is_ok() {
            self.still_admits(key, now);
        }
        described
    }

    /// Digits of a caller in the telephone network whose call goes on in SIP: the number is asked
    /// for anew with all of them.
    pub(super) fn more_digits_for_sip(
        &mut self,
        key: usize,
        circuit: CircuitId,
        sam: &Sam,
        now: Instant,
    ) {
        let call = &mut self.calls[key];
        let begun = matches!(call.incoming, Leg::Isup { begun: true, .. });
        if self.settings.flow.overlap != Overlap::Invites
            || begun
            || call.phase != Phase::Connecting
        {
            return;
        }
        let Some(iam) = &mut call.setup.isup else {
            return;
        };
        overlap::append(iam, sam);
        let Ok(setup) = isup_leg::setup((**iam).clone(), &self.settings.numbering) else {
            return;
        };
        call.setup.called = setup.called;
        let earlier = self.let_session_be(key);
        self.timers.cancel(&(key, Timer::MoreDigits));
        self.circuits.address_complete(circuit);
        if self.still_admits(key, now) {
            self.route(key, now);
        }
        if let Some(earlier) = earlier {
            // Where no further INVITE has taken its place: the call goes elsewhere now.
            self.agent.hang_up(earlier, &[], now);
        }
    }

    /// Sends INVITE for a call, which goes on with those before if its digits have come one by one
    /// (RFC 3578 §2).
    pub(super) fn place(&mut self, key: usize, invite: Invite, now: Instant) -> SessionId {
        let session = match self.calls[key].series.take() {
            Some(series) => self.agent.invite_further(series, invite, now),
            None => self.agent.invite(invite, now),
        };
        let incoming = self.calls[key].circuit(Side::Incoming);
        let grows = self.settings.flow.overlap == Overlap::Invites
            && incoming.is_some_and(|circuit| self.overlaps(circuit));
        if grows {
            self.calls[key].series = self.agent.series(session);
        }
        session
    }

    /// Has no ear any more for what was asked of SIP.
    fn let_session_be(&mut self, key: usize) -> Option<SessionId> {
        self.timers.cancel(&(key, Timer::EarlyAcm));
        let LegKey::Session(session) = self.calls[key].outgoing.take()?.key() else {
            return None;
        };
        self.by_session.remove(&session);
        Some(session)
    }

    /// Gives up what was asked of SIP, while the call itself goes on.
    pub(super) fn leave_session(&mut self, key: usize, now: Instant) {
        if let Some(session) = self.let_session_be(key) {
            self.agent.hang_up(session, &[], now);
        }
    }

    /// 484 or 404 has come: more digits may follow for T(oiw3). Answers whether they are awaited.
    pub(super) fn await_digits(&mut self, key: usize, status: u16, now: Instant) -> bool {
        let call = &self.calls[key];
        let Leg::Isup {
            circuit,
            begun: false,
        } = call.incoming
        else {
            return false;
        };
        let invites = self.settings.flow.overlap == Overlap::Invites;
        let awaits = invites && matches!(status, 404 | 484) && self.overlaps(circuit);
        if awaits {
            self.leave_session(key, now);
            let patience = self.settings.flow.more_digits;
            self.timers.arm((key, Timer::MoreDigits), now + patience);
        }
        awaits
    }

    /// T(oiw3): no digit has followed.
    pub(super) fn no_more_digits(&mut self, key: usize, now: Instant) {
        self.end(key, Own::NoMoreDigits, now);
    }

    pub(super) fn overlaps(&self, circuit: CircuitId) -> bool {
        let group = self.circuits.identity(circuit).map(|(group, _)| group);
        group.is_some_and(|group| self.takes_digits(group))
    }

    pub(super) fn takes_digits(&self, group: GroupId) -> bool {
        let group = self.circuits.group(group);
        group.is_some_and(|group| group.overlap)
    }
}

fn origin(request: &Message) -> Option<Origin> {
    let call_id = request.text(HeaderName::CallId)?;
    let from = request.from().ok()?;
    Some([call_id, ";", from.tag()?].concat().into())
}

/// What a number has after the digits there were, if it begins with them.
fn further(known: &Digits, all: &Digits) -> Option<Digits> {
    let goes_on = all.starts_with(known) && all.len() > known.len();
    goes_on.then(|| all.skip(known.len()))
}
