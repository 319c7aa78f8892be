//! What lies between this exchange and one other: the trunk groups between them share the codes of
//! their circuits and whether messages arrive.

use std::collections::VecDeque;
use std::time::Instant;

use codecs::isup::{Cic, Iam, Message, Pdu, Variant};
use codecs::mtp::{NetworkId, PointCode};

use super::bounds::Meter;
use super::circuit::CircuitId;
use super::circuits::{Circuits, Exchanges};
use super::config::GroupId;
use super::congestion::Congestion;
use super::group_blocking::Change;
use super::output::Unavailable;
use super::runs::Run;
use super::twice::Announced;

#[derive(Debug)]
pub(super) struct Relation {
    pub(super) first_group: GroupId,
    /// MTP reaches the other exchange.
    pub(super) available: bool,
    /// Its user part takes messages.
    pub(super) user_part: bool,
    pub(super) congestion: Congestion,
    pub(super) meter: Meter,
    /// How many messages were not acted on.
    pub(super) discarded: u64,
    pub(super) unanswered_resets: usize,
    pub(super) resets: VecDeque<Run>,
    pub(super) announced: Announced,
    by_cic: Vec<Option<CircuitId>>,
}

impl Relation {
    pub(super) fn new(first_group: GroupId) -> Self {
        Self {
            first_group,
            available: false,
            user_part: true,
            congestion: Congestion::default(),
            meter: Meter::default(),
            discarded: 0,
            unanswered_resets: 0,
            resets: VecDeque::new(),
            announced: Announced::default(),
            by_cic: Vec::new(),
        }
    }

    /// Whether what is sent is heard.
    pub(super) fn reached(&self) -> bool {
        self.available && self.user_part
    }

    pub(super) fn insert(&mut self, cic: Cic, id: CircuitId) {
        let index = usize::from(cic.value());
        if self.by_cic.len() <= index {
            self.by_cic.resize(index + 1, None);
        }
        self.by_cic[index] = Some(id);
    }

    pub(super) fn circuit(&self, cic: Cic) -> Option<CircuitId> {
        *self.by_cic.get(usize::from(cic.value()))?
    }

    /// The circuits in the order of their codes.
    pub(super) fn circuits(&self) -> impl Iterator<Item = CircuitId> + '_ {
        self.by_cic.iter().filter_map(|id| *id)
    }
}

impl Circuits {
    /// The ISUP spoken between one of our point codes and another exchange's in a network; none
    /// where no trunk group leads there.
    pub fn variant(
        &self,
        network: NetworkId,
        local: PointCode,
        remote: PointCode,
    ) -> Option<&'static Variant> {
        let &relation = self.by_point_codes.get(&(network, local, remote))?;
        Some(self.variant_of(relation))
    }

    pub(super) fn variant_of(&self, relation: usize) -> &'static Variant {
        let group = self.relations[relation].first_group;
        self.trunks[usize::from(group.0)].config.variant
    }

    /// The circuit of a group that is to be seized next.
    pub(super) fn hunt(&mut self, group: GroupId, iam: &Iam) -> Result<CircuitId, Unavailable> {
        let trunk = self.trunks.get_mut(usize::from(group.0));
        let trunk = trunk.ok_or(Unavailable::NoSuchGroup)?;
        let relation = &mut self.relations[trunk.relation];
        if !relation.reached() {
            return Err(Unavailable::Destination);
        }
        if trunk.counts.idle == 0 {
            return Err(Unavailable::NoIdleCircuit);
        }
        if relation.congestion.refuses(iam) {
            return Err(Unavailable::Congestion);
        }
        trunk.idle.hunt().ok_or(Unavailable::NoIdleCircuit)
    }

    /// A message arrived: for a circuit, for several, or for the user part as a whole.
    pub(super) fn received(&mut self, exchanges: Exchanges, pdu: Pdu, now: Instant) {
        // A message between point codes nobody configured has no circuit to answer for.
        let Some(&relation) = self.by_point_codes.get(&exchanges) else {
            return;
        };
        self.user_part_speaks(relation, now);
        let Pdu { cic, message } = pdu;
        let circuit = self.relations[relation].circuit(cic);
        if !self.within_bounds(relation, cic, &message, now)
            || !self.is_confirmed(relation, cic, &message, now)
        {
            return;
        }
        match (circuit, message) {
            (_, Message::Cgb(group)) => {
                self.received_group_blocking(relation, cic, &group, Change::Block, now);
            }
            (_, Message::Cgu(group)) => {
                self.received_group_blocking(relation, cic, &group, Change::Unblock, now);
            }
            (_, Message::Cqm(query)) => self.received_cqm(relation, cic, query.range),
            (_, Message::Upt(_)) => self.received_upt(relation, cic),
            // That it came has been noted.
            (_, Message::Upa(_)) => {}
            (Some(id), message) => self.dispatch(id, message, now),
            (None, message) => self.received_for_unequipped(relation, Pdu { cic, message }),
        }
    }
}
