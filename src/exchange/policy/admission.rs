//! Calls meet the policies: of the neighbour they come from, of those they go to.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use codecs::isup::{Cause, Iam};
use codecs::number::NumberingPlan;
use codecs::sip::HeaderName;
use protocols::isup::{CircuitId, GroupId, Unavailable};
use protocols::sip::Header;
use routing::{E164, NumberList, Written};

use super::numbers::called_in;
use super::screen::Parties;
use super::{Denial, Neighbour, Number, Way};
use crate::exchange::Exchange;
use crate::exchange::call::{Leg, Side};
use crate::exchange::interworking::cause::here;
use crate::exchange::leg::{Priority, Setup};
use crate::exchange::peers::Choice;
use crate::exchange::settings::{Destination, PeerId, Sip};
use crate::exchange::sip_leg::Refusal;
use crate::exchange::telemetry::Telemetry;

/// Why a call got no circuit.
pub(in crate::exchange) enum Untaken {
    /// A policy does not let it go there.
    Denied(Denial),
    /// There is none.
    Unavailable(Unavailable),
}

/// An IAM before it was rewritten, for another circuit that it may take.
#[derive(Debug)]
pub(in crate::exchange) struct Original {
    iam: Iam,
    /// How many digits the called number had after that; others may have followed.
    digits: usize,
}

impl Exchange {
    /// An IAM as the policies of its trunk group rewrite it.
    pub(in crate::exchange) fn rewritten(&self, circuit: CircuitId, mut iam: Iam) -> Iam {
        if let Some(group) = self.group_of(circuit) {
            let whose = (Neighbour::Trunk(group), Way::In);
            self.rulebook.rewrite_iam(whose, &mut iam);
        }
        iam
    }

    /// Rewrites a set-up as the policies of the peer that sent it want.
    ///
    /// # Errors
    /// [`Refusal`] (404, incomplete ones 484) if the called number becomes one that names nobody.
    pub(in crate::exchange) fn rewrite_set_up(
        &self,
        peer: PeerId,
        setup: &mut Setup,
    ) -> Result<(), Refusal> {
        let whose = (Neighbour::Peer(peer), Way::In);
        let area = &self.settings.numbering;
        let rewritten = self.rulebook.rewrite_setup(whose, setup, area);
        rewritten.map_err(Refusal::of_number)
    }

    /// The number that a peer means by a called number.
    ///
    /// # Errors
    /// As [`Self::rewrite_set_up`].
    pub(in crate::exchange) fn called_by(
        &self,
        peer: Option<PeerId>,
        called: &E164,
    ) -> Result<E164, Refusal> {
        let peer = peer.unwrap_or(Sip::UNNAMED);
        let (whose, area) = ((Neighbour::Peer(peer), Way::In), &self.settings.numbering);
        let meant = self
            .rulebook
            .rewrite_global(whose, Number::Called, called, area);
        meant.map_err(Refusal::of_number)
    }

    /// A call as a peer is told of it; [`Self::next_permitted`] has seen that it can be.
    pub(in crate::exchange) fn told_to<'s>(
        &self,
        peer: PeerId,
        setup: &'s Setup,
    ) -> Cow<'s, Setup> {
        let told = self.rulebook.towards(peer, setup, &self.settings.numbering);
        told.unwrap_or(Cow::Borrowed(setup))
    }

    /// When a caller in SIP may try again whose call a policy ends.
    pub(in crate::exchange) fn retry_after(&self, key: usize) -> Option<Header> {
        let seconds = self.calls[key].denial.as_ref()?.retry_after?;
        Some((HeaderName::RetryAfter, seconds.to_string()))
    }

    /// Puts other lists of numbers in place of those that policies look into, each at its
    /// [`ListId`](super::ListId).
    pub fn replace_lists(&mut self, lists: Vec<Arc<NumberList>>) {
        self.rulebook.replace_lists(lists);
    }

    /// The policies by name, and how many calls each counts now.
    pub fn policy_calls(&self) -> impl Iterator<Item = (&str, u32)> {
        self.rulebook.calls()
    }

    /// The names of the rules that may refuse a call.
    pub fn policy_rules(&self) -> impl Iterator<Item = String> {
        self.rulebook.rules()
    }

    fn group_of(&self, circuit: CircuitId) -> Option<GroupId> {
        self.circuits.identity(circuit).map(|(group, _)| group)
    }

    /// Whom a call comes from.
    fn origin_of(&self, key: usize) -> Option<Neighbour> {
        let call = &self.calls[key];
        match call.incoming {
            Leg::Isup { circuit, .. } => self.group_of(circuit).map(Neighbour::Trunk),
            Leg::Sip { .. } => call.peer.map(Neighbour::Peer),
        }
    }

    /// Has the policies of whom a call comes from judge it, count it and put its caller right.
    /// Answers whether there still is a call.
    pub(in crate::exchange) fn admits(&mut self, key: usize, now: Instant) -> bool {
        let Some(whose) = self.origin_of(key).map(|origin| (origin, Way::In)) else {
            return true;
        };
        if !self.rulebook.concerns(whose) {
            return true;
        }
        if let Err(denial) = self.permits(key, whose, now) {
            self.denied(key, &denial);
            self.deny(key, denial, now);
            return false;
        }
        let places = self.rulebook.count(whose, now);
        let call = &mut self.calls[key];
        call.places[Side::Incoming as usize] = places;
        for caller in self.rulebook.callers(whose) {
            caller.tell(&mut call.setup, &self.settings.numbering);
        }
        true
    }

    /// Has the policies judge a call anew whose called number has got longer. Answers whether there
    /// still is a call.
    pub(in crate::exchange) fn still_admits(&mut self, key: usize, now: Instant) -> bool {
        let call = &self.calls[key];
        let onward = match call.outgoing {
            Some(Leg::Isup { circuit, .. }) => self.group_of(circuit).map(Neighbour::Trunk),
            _ => None,
        };
        let origin = self.origin_of(key).map(|origin| (origin, Way::In));
        let whose = origin.into_iter().chain(onward.map(|to| (to, Way::Out)));
        let judged: Result<Vec<()>, Denial> = whose
            .map(|whose| self.screened(&call.setup, whose))
            .collect();
        if let Err(denial) = judged {
            self.denied(key, &denial);
            self.deny(key, denial, now);
            return false;
        }
        true
    }

    /// Whether the policies let a call through; calls for help and preferential ones always.
    fn permits(&self, key: usize, whose: (Neighbour, Way), now: Instant) -> Result<(), Denial> {
        let setup = &self.calls[key].setup;
        self.screened(setup, whose)?;
        match self.goes_first(setup) {
            true => Ok(()),
            false => self.rulebook.room(whose, now),
        }
    }

    fn screened(&self, setup: &Setup, whose: (Neighbour, Way)) -> Result<(), Denial> {
        let (called, calling) = (&setup.called, &setup.calling);
        match self.goes_first(setup) {
            true => Ok(()),
            false => self.rulebook.screen(whose, Parties { called, calling }),
        }
    }

    fn goes_first(&self, setup: &Setup) -> bool {
        let numbers = &self.settings.sip.peer(Sip::UNNAMED).identities.emergency;
        let for_help = numbers.iter().any(|(_, number)| *number == setup.called);
        let preferred = [Some(Priority::Emergency), Some(Priority::Preferential)];
        for_help || preferred.contains(&setup.priority)
    }

    /// Takes a circuit for a call, of the first of these trunk groups that has one and whose policies
    /// let the call go there.
    ///
    /// # Errors
    /// [`Untaken`]: why the first choice does not take it.
    pub(in crate::exchange) fn take_circuit(
        &mut self,
        key: usize,
        groups: &[GroupId],
        iam: Iam,
        now: Instant,
    ) -> Result<CircuitId, Untaken> {
        let from = self.calls[key].circuit(Side::Incoming);
        let is_as_it_was = |&group: &GroupId| {
            !self.rulebook.concerns((Neighbour::Trunk(group), Way::Out))
                && !self.is_international(key, group)
        };
        if groups.iter().all(is_as_it_was) {
            let circuit = self.circuits.seize_first(groups, iam, from, now);
            return circuit.map_err(Untaken::Unavailable);
        }
        let mut refusal = None;
        for &group in groups {
            match self.take_of(key, group, iam.clone(), now) {
                Ok(circuit) => return Ok(circuit),
                Err(untaken) => refusal = refusal.or(Some(untaken)),
            }
        }
        Err(refusal.unwrap_or(Untaken::Unavailable(Unavailable::NoSuchGroup)))
    }

    fn take_of(
        &mut self,
        key: usize,
        group: GroupId,
        iam: Iam,
        now: Instant,
    ) -> Result<CircuitId, Untaken> {
        let whose = (Neighbour::Trunk(group), Way::Out);
        if let Err(denial) = self.permits(key, whose, now) {
            self.denied(key, &denial);
            return Err(Untaken::Denied(denial));
        }
        let mut said = iam.clone();
        for caller in self.rulebook.callers(whose) {
            caller.tell_in(&mut said, &self.settings.numbering);
        }
        self.write_for(key, group, &mut said);
        self.rulebook.rewrite_iam(whose, &mut said);
        let digits = said.called.digits.len();
        let from = self.calls[key].circuit(Side::Incoming);
        let circuit = self.circuits.seize_first(&[group], said, from, now);
        let circuit = circuit.map_err(Untaken::Unavailable)?;
        self.count_outgoing(key, whose, now);
        self.calls[key].original = Some(Box::new(Original { iam, digits }));
        Ok(circuit)
    }

    /// The IAM of a call whose circuit was lost, as it was before it was rewritten, with the digits
    /// that have followed since.
    pub(in crate::exchange) fn restored(&mut self, key: usize, sent: Iam) -> Iam {
        let Some(original) = self.calls[key].original.take() else {
            return sent;
        };
        let Original { mut iam, digits } = *original;
        let further = sent.called.digits.skip(digits);
        iam.called.digits = iam
            .called
            .digits
            .join(&further)
            .unwrap_or(iam.called.digits);
        iam
    }

    /// The next I-CSCF of a call that its policies let it go to.
    ///
    /// # Errors
    /// There is none; why the first one was passed over, if one was.
    pub(in crate::exchange) fn next_permitted(
        &mut self,
        key: usize,
        now: Instant,
    ) -> Result<Choice, Option<Denial>> {
        let mut first: Option<Denial> = None;
        while let Some(choice) = self.calls[key].icscfs.pop() {
            let peer = self.peer_at(choice);
            let whose = (Neighbour::Peer(peer), Way::Out);
            let permitted = self.permits(key, whose, now);
            match permitted.and_then(|()| self.can_be_told(key, peer)) {
                Ok(()) => {
                    self.count_outgoing(key, whose, now);
                    return Ok(choice);
                }
                Err(denial) if first.as_ref().is_some_and(|it| it.rule == denial.rule) => {}
                Err(denial) => {
                    self.denied(key, &denial);
                    first.get_or_insert(denial);
                }
            }
        }
        Err(first)
    }

    /// Who speaks at the address of an I-CSCF.
    pub(in crate::exchange) fn peer_at(&self, choice: Choice) -> PeerId {
        let peer = self.settings.sip.at(choice.hop.address.ip());
        peer.unwrap_or(Sip::UNNAMED)
    }

    fn can_be_told(&self, key: usize, peer: PeerId) -> Result<(), Denial> {
        let setup = &self.calls[key].setup;
        let told = self.rulebook.towards(peer, setup, &self.settings.numbering);
        let whose = (Neighbour::Peer(peer), Way::Out);
        told.map(drop).map_err(|error| Denial {
            rule: self.rulebook.rewriter(whose),
            cause: Cause::ADDRESS_INCOMPLETE,
            status: 404,
            retry_after: None,
            reason: format!("the called number is rewritten to one that names nobody: {error}"),
        })
    }

    fn count_outgoing(&mut self, key: usize, whose: (Neighbour, Way), now: Instant) {
        let places = self.rulebook.count(whose, now);
        let earlier =
            std::mem::replace(&mut self.calls[key].places[Side::Outgoing as usize], places);
        self.rulebook.give_back(earlier);
    }

    fn denied(&mut self, key: usize, denial: &Denial) {
        let call = self.calls[key].number;
        self.report(Telemetry::Denied {
            call,
            rule: denial.rule.clone(),
            reason: denial.reason.clone(),
        });
    }

    /// A policy ends a call.
    pub(in crate::exchange) fn deny(&mut self, key: usize, denial: Denial, now: Instant) {
        let cause = here(denial.cause);
        self.calls[key].denial = Some(denial);
        self.fail(key, cause, now);
        // A call whose transfer was refused goes on.
        if let Some(call) = self.calls.get_mut(key) {
            call.denial = None;
        }
    }

    /// Whether the policies of a circuit's trunk group, or of those that a call goes on to, are to see
    /// more digits of its called number.
    pub(in crate::exchange) fn policies_await(
        &self,
        circuit: CircuitId,
        iam: &Iam,
        called: &E164,
    ) -> bool {
        let awaits = |group, way, written: &Written| {
            let whose = (Neighbour::Trunk(group), way);
            self.rulebook.awaits_digits(whose, written, called.digits())
        };
        let comes_from = self.group_of(circuit);
        let onward = match self.settings.routes.longest(called.digits()) {
            Some(Destination::Trunk(groups)) => groups.as_ref(),
            _ => &[],
        };
        let (nature, digits) = self.settings.numbering.localise(called);
        let sent = Written {
            nature,
            plan: NumberingPlan::E164,
            digits,
        };
        comes_from.is_some_and(|group| awaits(group, Way::In, &called_in(iam)))
            || onward.iter().any(|&group| awaits(group, Way::Out, &sent))
    }
}
