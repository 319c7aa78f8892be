//! A trunk group at work, and what trunk groups between the same two exchanges share.

use std::collections::VecDeque;
use std::ops::Range;

use codecs::isup::Cic;

use super::circuit::{CircuitId, Class};
use super::circuits::Circuits;
use super::config::{Group, GroupId};
use super::hunting::IdleCircuits;
use super::output::Unavailable;
use super::runs::Run;

/// How many circuits of a group are in which state; together they are the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateCounts {
    /// Free to be seized.
    pub idle: usize,
    /// In a call set up by this exchange, not answered.
    pub outgoing: usize,
    /// In a call set up by the other exchange, not answered.
    pub incoming: usize,
    /// In an answered call.
    pub answered: usize,
    /// REL sent, RLC awaited.
    pub releasing: usize,
    /// Being checked for continuity without a call, or found without.
    pub testing: usize,
    /// To be reset, or reset and not acknowledged.
    pub resetting: usize,
    /// Idle, and blocked by one exchange or both.
    pub blocked: usize,
    /// Not equipped at the other exchange.
    pub out_of_service: usize,
}

impl StateCounts {
    /// Every state's name and count.
    pub fn by_name(&self) -> [(&'static str, usize); 9] {
        [
            (Class::Idle.name(), self.idle),
            (Class::Outgoing.name(), self.outgoing),
            (Class::Incoming.name(), self.incoming),
            (Class::Answered.name(), self.answered),
            (Class::Releasing.name(), self.releasing),
            (Class::Testing.name(), self.testing),
            (Class::Resetting.name(), self.resetting),
            (Class::Blocked.name(), self.blocked),
            (Class::OutOfService.name(), self.out_of_service),
        ]
    }

    pub(super) fn of(&mut self, class: Class) -> &mut usize {
        match class {
            Class::Idle => &mut self.idle,
            Class::Outgoing => &mut self.outgoing,
            Class::Incoming => &mut self.incoming,
            Class::Answered => &mut self.answered,
            Class::Releasing => &mut self.releasing,
            Class::Testing => &mut self.testing,
            Class::Resetting => &mut self.resetting,
            Class::Blocked => &mut self.blocked,
            Class::OutOfService => &mut self.out_of_service,
        }
    }
}

#[derive(Debug)]
pub(super) struct Trunk {
    pub(super) config: Group,
    pub(super) relation: usize,
    pub(super) counts: StateCounts,
    /// Adds up the percentage of calls that ask for a continuity check.
    pub(super) checks: u8,
    /// The numbers of its circuits.
    pub(super) circuits: Range<u32>,
    pub(super) idle: IdleCircuits,
}

impl Trunk {
    pub(super) fn new(config: Group, relation: usize) -> Self {
        Self {
            idle: IdleCircuits::new(config.hunting),
            config,
            relation,
            counts: StateCounts::default(),
            checks: 0,
            circuits: 0..0,
        }
    }
}

/// Everything between this exchange's point code and one other's: the trunk groups share its
/// circuit identification codes and its availability.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) first_group: GroupId,
    pub(super) available: bool,
    pub(super) unanswered_resets: usize,
    pub(super) resets: VecDeque<Run>,
    by_cic: Vec<Option<CircuitId>>,
}

impl Relation {
    pub(super) fn new(first_group: GroupId) -> Self {
        Self {
            first_group,
            available: false,
            unanswered_resets: 0,
            resets: VecDeque::new(),
            by_cic: Vec::new(),
        }
    }

    pub(super) fn insert(&mut self, cic: Cic, id: CircuitId) {
        let index = usize::from(cic.0);
        if self.by_cic.len() <= index {
            self.by_cic.resize(index + 1, None);
        }
        self.by_cic[index] = Some(id);
    }

    pub(super) fn circuit(&self, cic: Cic) -> Option<CircuitId> {
        *self.by_cic.get(usize::from(cic.0))?
    }

    /// The circuits in the order of their codes.
    pub(super) fn circuits(&self) -> impl Iterator<Item = CircuitId> + '_ {
        self.by_cic.iter().filter_map(|id| *id)
    }
}

impl Circuits {
    /// The circuit of a group that is to be seized next.
    pub(super) fn hunt(&mut self, group: GroupId) -> Result<CircuitId, Unavailable> {
        let trunk = self.trunks.get_mut(usize::from(group.0));
        let trunk = trunk.ok_or(Unavailable::NoSuchGroup)?;
        if !self.relations[trunk.relation].available {
            return Err(Unavailable::Destination);
        }
        trunk.idle.hunt().ok_or(Unavailable::NoIdleCircuit)
    }
}
