//! Sets of codes, for the tables of what a variant has.

use crate::isup::{MessageType, ParameterCode};

/// A set of codes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Codes([u64; 4]);

impl Codes {
    const NONE: Self = Self([0; 4]);

    pub(super) const fn of(types: &[MessageType]) -> Self {
        Self::NONE.with(types)
    }

    pub(super) const fn with(mut self, types: &[MessageType]) -> Self {
        let mut at = 0;
        while at < types.len() {
            self = self.changed(types[at].0, true);
            at += 1;
        }
        self
    }

    pub(super) const fn without(mut self, types: &[MessageType]) -> Self {
        let mut at = 0;
        while at < types.len() {
            self = self.changed(types[at].0, false);
            at += 1;
        }
        self
    }

    pub(super) const fn of_parameters(codes: &[ParameterCode]) -> Self {
        let mut set = Self::NONE;
        let mut at = 0;
        while at < codes.len() {
            set = set.changed(codes[at].0, true);
            at += 1;
        }
        set
    }

    const fn changed(mut self, code: u8, member: bool) -> Self {
        let bit = 1 << (code % 64);
        let word = &mut self.0[code as usize / 64];
        *word = if member { *word | bit } else { *word & !bit };
        self
    }

    pub(super) fn contain(&self, code: u8) -> bool {
        self.0[usize::from(code / 64)] >> (code % 64) & 1 == 1
    }
}
