//! The machine: circuits found by point codes and CIC, commands, and the four verbs.

use std::collections::VecDeque;
use std::time::Instant;

use codecs::isup::{Cause, Cic, Message, Pdu, RangeAndStatus};
use codecs::mtp::{NetworkId, PointCode, SignallingPoint, UnavailabilityCause};

use super::blocking::Blocking;
use super::bounds::Meter;
use super::circuit::{Circuit, CircuitId, Reset, State};
use super::config::{Config, ConfigError, Group, GroupId};
use super::group::{StateCounts, Trunk};
use super::group_blocking::{Change, Request};
use super::hunting::Links;
use super::output::Output;
use super::query::Query;
use super::relation::Relation;
use super::timers::Timer;
use crate::deadlines::Deadlines;
use crate::quick::QuickMap;

/// All circuits of an exchange. See the [module](super) for how a call lives on one.
#[derive(Debug)]
pub struct Circuits {
    pub(super) circuits: Vec<Circuit>,
    pub(super) trunks: Vec<Trunk>,
    pub(super) relations: Vec<Relation>,
    /// Relation by network, local and remote point code.
    pub(super) by_point_codes: QuickMap<Exchanges, usize>,
    pub(super) deadlines: Deadlines<Deadline>,
    /// Group blocking and unblocking of ours that is not acknowledged.
    pub(super) requests: QuickMap<Request, RangeAndStatus>,
    /// Circuit group queries of ours that are not answered, by their first circuit.
    pub(super) queries: QuickMap<CircuitId, Query>,
    /// The automatic congestion level of this exchange.
    pub(super) overload: u8,
    /// The latest moment the owner told.
    pub(super) clock: Option<Instant>,
    pub(super) settings: Config,
    pub(super) outputs: VecDeque<Output>,
}

/// A network, one of our point codes in it, and another exchange's.
pub(super) type Exchanges = (NetworkId, PointCode, PointCode);

/// What happened outside.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant)] // the message is the usual one
pub enum Input {
    /// A message arrived for the ISDN user part.
    Received {
        /// In which network.
        network: NetworkId,
        /// Who sent it.
        opc: PointCode,
        /// To whom: one of our point codes.
        dpc: PointCode,
        /// The circuit and the message.
        pdu: Pdu,
    },
    /// The check tone that is being sent on a circuit came back, or its end was heard.
    ContinuityHeard {
        /// The circuit.
        circuit: CircuitId,
        /// Whether it is there now.
        heard: bool,
    },
    /// MTP-RESUME: this point code can be reached.
    Available(SignallingPoint),
    /// MTP-PAUSE: this point code cannot be reached.
    Unavailable(SignallingPoint),
    /// MTP-STATUS: the way to this point code is congested.
    Congested {
        /// Where to.
        remote: SignallingPoint,
        /// How much, 1 to 3; 1 where the network has no levels, and 0 when it is over.
        level: u8,
    },
    /// MTP-STATUS: the user part there takes no messages.
    UserPartUnavailable {
        /// Where.
        remote: SignallingPoint,
        /// Why.
        cause: UnavailabilityCause,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Deadline {
    Circuit(CircuitId, Timer),
    Request(Request, Timer),
    Relation(usize, Timer),
    /// Calls have been held for long enough towards this relation.
    Hold(usize),
    /// What the exchange at the other end said of its overload counts no longer.
    Overload(usize),
}

impl Circuits {
    /// All circuits waiting to be reset, all destinations unavailable.
    ///
    /// # Errors
    /// [`ConfigError`] for a circuit code over 4095 or one that is listed twice towards the same
    /// exchange.
    pub fn new(mut config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let groups = std::mem::take(&mut config.groups);
        let mut machine = Self {
            circuits: Vec::new(),
            trunks: Vec::with_capacity(groups.len()),
            relations: Vec::new(),
            by_point_codes: QuickMap::default(),
            deadlines: Deadlines::new(),
            requests: QuickMap::default(),
            queries: QuickMap::default(),
            overload: 0,
            clock: None,
            settings: config,
            outputs: VecDeque::new(),
        };
        for (number, group) in (0u16..).zip(groups) {
            machine.add_group(GroupId(number), group);
        }
        for relation in 0..machine.relations.len() {
            machine.queue_all_resets(relation);
        }
        Ok(machine)
    }

    fn add_group(&mut self, id: GroupId, group: Group) {
        let relations = &mut self.relations;
        let relation = *self
            .by_point_codes
            .entry(group.exchanges())
            .or_insert_with(|| {
                relations.push(Relation::new(id));
                relations.len() - 1
            });
        let first = self.circuits.len();
        for (place, cic) in (first..).zip(group.codes()) {
            self.relations[relation].insert(cic, CircuitId(number(place)));
            self.circuits.push(Circuit {
                cic,
                group: id,
                controlled: group.controls(cic),
                state: State::Resetting(Reset::Queued),
                blocking: Blocking::default(),
                links: Links::default(),
                since: None,
                transit: None,
                aside: None,
                meter: Meter::default(),
            });
        }
        let mut trunk = Trunk::new(group, relation);
        trunk.counts.resetting = self.circuits.len() - first;
        trunk.circuits = number(first)..number(self.circuits.len());
        self.trunks.push(trunk);
    }

    /// Takes an input.
    pub fn handle(&mut self, input: Input, now: Instant) {
        self.tick(now);
        match input {
            Input::Received {
                network,
                opc,
                dpc,
                pdu,
            } => self.received((network, dpc, opc), pdu, now),
            Input::ContinuityHeard { circuit, heard } => {
                self.continuity_heard(circuit, heard, now);
            }
            Input::Available(remote) => self.destination_available(remote, now),
            Input::Unavailable(remote) => self.destination_unavailable(remote, now),
            Input::Congested { remote, level } => self.network_congested(remote, level, now),
            Input::UserPartUnavailable { remote, cause } => {
                self.user_part_unavailable(remote, cause, now);
            }
        }
    }

    /// Lets every timer act that is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.tick(now);
        while let Some(deadline) = self.deadlines.expire(now) {
            match deadline {
                Deadline::Circuit(id, timer) => self.expired(id, timer, now),
                Deadline::Request(request, timer) => self.request_unanswered(request, timer, now),
                Deadline::Relation(relation, timer) => self.relation_expired(relation, timer, now),
                Deadline::Hold(relation) => self.hold_expired(relation),
                Deadline::Overload(relation) => self.overload_ended(relation),
            }
        }
    }

    /// The next thing for the owner to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.deadlines.earliest()
    }

    /// How many circuits there are.
    pub fn len(&self) -> usize {
        self.circuits.len()
    }

    /// Whether there are no circuits.
    pub fn is_empty(&self) -> bool {
        self.circuits.is_empty()
    }

    /// The configuration of a group.
    pub fn group(&self, group: GroupId) -> Option<&Group> {
        Some(&self.trunk(group)?.config)
    }

    /// How many circuits of a group are in which state.
    pub fn counts(&self, group: GroupId) -> Option<StateCounts> {
        Some(self.trunk(group)?.counts)
    }

    /// The group and the code of a circuit.
    pub fn identity(&self, circuit: CircuitId) -> Option<(GroupId, Cic)> {
        let circuit = self.circuits.get(circuit.index())?;
        Some((circuit.group, circuit.cic))
    }

    /// The circuit of a group with this code.
    pub fn circuit(&self, group: GroupId, cic: Cic) -> Option<CircuitId> {
        let trunk = self.trunk(group)?;
        let id = self.relations[trunk.relation].circuit(cic)?;
        (self.circuits[id.index()].group == group).then_some(id)
    }

    pub(super) fn dispatch(&mut self, id: CircuitId, message: Message, now: Instant) {
        let messages = self.assemble(id, message, now);
        for message in messages.into_iter().flatten() {
            self.act_on(id, message, now);
        }
    }

    pub(super) fn act_on(&mut self, id: CircuitId, message: Message, now: Instant) {
        match message {
            Message::Iam(iam) => self.received_iam(id, iam, now),
            Message::Rel(rel) => {
                self.heed_overload(id, &rel, now);
                self.received_rel(id, rel);
            }
            Message::Rlc(_) => self.received_rlc(id, now),
            Message::Rsc => self.received_rsc(id, now),
            Message::Grs(grs) => self.received_grs(id, grs.range, now),
            Message::Gra(gra) => self.received_gra(id, &gra.range_and_status, now),
            Message::Blo => self.received_blo(id, now),
            Message::Bla => self.received_bla(id, now),
            Message::Ubl => self.received_ubl(id),
            Message::Uba => self.received_uba(id, now),
            Message::Ucic => self.received_ucic(id, now),
            Message::Cgba(group) => self.group_acknowledged(id, &group, Change::Block),
            Message::Cgua(group) => self.group_acknowledged(id, &group, Change::Unblock),
            Message::Ccr => self.received_ccr(id, now),
            Message::Cot(cot) => self.received_cot(id, cot, now),
            Message::Cqr(answer) => self.received_cqr(id, &answer, now),
            // The tone of a loop will tell.
            Message::Lpa => {}
            Message::Olm => self.received_olm(id, now),
            // An announcement that was not waited for (§2.1.12).
            Message::Sgm(_) => {}
            // They were never for one circuit alone.
            Message::Cgb(_) | Message::Cgu(_) | Message::Cqm(_) => {}
            Message::Upt(_) | Message::Upa(_) => {}
            Message::Crm(crm) => self.received_crm(id, crm, now),
            Message::Cvt => self.received_cvt(id),
            // Nothing of ours asks for them.
            Message::Cra | Message::Cvr(_) => {}
            Message::Other(_) => self.received_unknown(id, message, now),
            message => self.received_in_call(id, message, now),
        }
    }

    fn expired(&mut self, id: CircuitId, timer: Timer, now: Instant) {
        match timer {
            Timer::T2 | Timer::T6 | Timer::T38 => self.suspended_for_too_long(id, now),
            Timer::T3 => self.overload_over(id, now),
            Timer::T1 => self.release_unanswered(id, now),
            Timer::T5 => self.release_given_up(id, now),
            Timer::T7 => self.fail_and_release(id, Cause::NORMAL_UNSPECIFIED, now),
            Timer::T8 => self.fail_and_release(id, Cause::TEMPORARY_FAILURE, now),
            Timer::T9 => self.fail_and_release(id, Cause::NO_ANSWER, now),
            Timer::T12 | Timer::T13 | Timer::T14 | Timer::T15 => {
                self.blocking_unanswered(id, timer, now);
            }
            Timer::T16 | Timer::T17 | Timer::T22 | Timer::T23 => {
                self.reset_unanswered(id, timer, now);
            }
            Timer::T24 => self.continuity_failed(id, now),
            Timer::T25 | Timer::T26 => self.test_again(id, now),
            Timer::T28 => self.query_unanswered(id),
            Timer::T33 => self.information_missing(id, now),
            Timer::T34 => self.segment_missing(id, now),
            Timer::T35 => self.digits_missing(id, now),
            Timer::T39 => self.identification_missing(id),
            Timer::TCRA => self.fail_and_release(id, Cause::TEMPORARY_FAILURE, now),
            Timer::T27 | Timer::T36 => self.test_given_up(id, now),
            // Nothing arms them for a circuit.
            _ => {}
        }
    }

    fn relation_expired(&mut self, relation: usize, timer: Timer, now: Instant) {
        match timer {
            Timer::T4 => self.test_user_part(relation, now),
            Timer::T30 => self.congestion_eased(relation, now),
            // T29 only keeps indications from counting.
            _ => {}
        }
    }
}

/// The number of the circuit at this place.
#[allow(clippy::cast_possible_truncation)] // at most 65535 groups of 16384 circuits: 2^30
fn number(place: usize) -> u32 {
    place as u32
}
