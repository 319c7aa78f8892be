//! A trunk group at work, and how many of its circuits are in which state.

use std::ops::Range;

use super::circuit::Class;
use super::config::Group;
use super::hunting::IdleCircuits;

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
    /// Being checked for continuity without a call.
    pub testing: usize,
    /// Found without continuity by this exchange, which checks it again.
    pub faulty: usize,
    /// To be reset, or reset and not acknowledged.
    pub resetting: usize,
    /// Idle, and blocked by one exchange or both.
    pub blocked: usize,
    /// Not equipped at the other exchange.
    pub out_of_service: usize,
}

impl StateCounts {
    /// Every state's name and count.
    pub fn by_name(&self) -> [(&'static str, usize); 10] {
        [
            (Class::Idle.name(), self.idle),
            (Class::Outgoing.name(), self.outgoing),
            (Class::Incoming.name(), self.incoming),
            (Class::Answered.name(), self.answered),
            (Class::Releasing.name(), self.releasing),
            (Class::Testing.name(), self.testing),
            (Class::Faulty.name(), self.faulty),
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
            Class::Faulty => &mut self.faulty,
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
