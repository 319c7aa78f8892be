//! What the switch is told: numbering, circuits and their timeslots, subscribers.

use std::collections::HashMap;

use codecs::isup::Cic;
use media::Timeslot;
use protocols::isup::{self, GroupId};
use routing::{E164, NumberingArea};

use super::call::Subscriber;
use crate::exchange::settings::CircuitRange;

/// The settings of [`super::switch::Switch`].
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the exchange stands in the world's numbering.
    pub numbering: NumberingArea,
    /// The trunk groups.
    pub circuits: isup::Config,
    /// The timeslots of each trunk group's circuits, in the order of the groups.
    pub timeslots: Vec<Vec<CircuitRange>>,
    /// Who can be called here.
    pub subscribers: HashMap<E164, Subscriber>,
}

impl Settings {
    /// Where the voice of a circuit is.
    pub(super) fn timeslot(&self, group: GroupId, cic: Cic) -> Option<Timeslot> {
        let ranges = self.timeslots.get(usize::from(group.0))?;
        let place = ranges.iter().find_map(|range| range.timeslot(cic))?;
        Some(Timeslot {
            span: place.span,
            slot: place.slot,
        })
    }

    /// Whether more digits could make `digits` the number of a subscriber.
    pub(super) fn is_beginning(&self, digits: &E164) -> bool {
        let mut numbers = self.subscribers.keys().map(E164::digits);
        numbers.any(|number| {
            number.len() > digits.digits().len() && number.starts_with(digits.digits())
        })
    }
}
