//! Circuits with consecutive codes, which one message of circuit group supervision can name
//! (`Q.763 §3.43`).

use codecs::isup::Cic;

use super::circuit::CircuitId;
use super::circuits::Circuits;

/// The most circuits after the first one that GRS and CQM name, and a group message of ours in any
/// variant. Q.763 §3.43 allows blocking a range up to 255 with up to 32 circuits in it; older
/// exchanges do not.
pub(super) const MAX_RANGE: u8 = 31;

/// A circuit and the `range` more with the codes that follow, all of one trunk group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: CircuitId,
    pub(super) range: u8,
}

impl Circuits {
    /// Splits circuits into as few runs as possible; unknown ones and repetitions are dropped.
    pub(super) fn runs(&self, circuits: &[CircuitId]) -> Vec<Run> {
        let mut runs: Vec<(CircuitId, Run)> = Vec::new();
        for id in self.in_order(circuits) {
            match runs.last_mut() {
                Some((last, run))
                    if run.range < self.longest_range(id) && self.follows(*last, id) =>
                {
                    run.range += 1;
                    *last = id;
                }
                _ => runs.push((
                    id,
                    Run {
                        first: id,
                        range: 0,
                    },
                )),
            }
        }
        runs.into_iter().map(|(_, run)| run).collect()
    }

    /// By trunk group, in it by code.
    pub(super) fn in_order(&self, circuits: &[CircuitId]) -> Vec<CircuitId> {
        let known = circuits.iter().copied().filter(|&id| self.exists(id));
        let mut ordered: Vec<CircuitId> = known.collect();
        ordered.sort_unstable_by_key(|&id| (self.circuits[id.index()].group, self.code(id)));
        ordered.dedup();
        ordered
    }

    /// How many circuits after the first one a group message of ours names.
    pub(super) fn longest_range(&self, id: CircuitId) -> u8 {
        self.trunk_of(id).config.variant.group_range.min(MAX_RANGE)
    }

    fn follows(&self, before: CircuitId, id: CircuitId) -> bool {
        let [before, after] = [before, id].map(|id| &self.circuits[id.index()]);
        before.group == after.group && before.cic.value() + 1 == after.cic.value()
    }

    pub(super) fn code(&self, id: CircuitId) -> Cic {
        self.circuits[id.index()].cic
    }

    /// The circuits a group message names by its first one and its range, each if it exists.
    pub(super) fn named(
        &self,
        first: CircuitId,
        range: u8,
    ) -> impl Iterator<Item = Option<CircuitId>> + '_ {
        let relation = self.trunk_of(first).relation;
        let code = self.code(first).value();
        self.codes(relation, code, range)
    }

    pub(super) fn codes(
        &self,
        relation: usize,
        first: u16,
        range: u8,
    ) -> impl Iterator<Item = Option<CircuitId>> + '_ {
        let relation = &self.relations[relation];
        (first..=first + u16::from(range)).map(|code| relation.circuit(code.try_into().ok()?))
    }

    /// The circuits of a run, if all exist.
    pub(super) fn range(&self, first: CircuitId, range: u8) -> Option<Vec<CircuitId>> {
        self.named(first, range).collect()
    }
}
