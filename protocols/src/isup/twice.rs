//! Messages for groups of circuits that are sent twice, lest one that was corrupted takes many
//! circuits out of service (T1.113.4).

use std::time::{Duration, Instant};

use codecs::isup::{Cic, Message, MessageType};

use super::circuit::CircuitId;
use super::circuits::Circuits;

/// How soon the second one comes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Messages of an exchange that are to come a second time.
pub(super) type Announced = std::collections::HashMap<(Cic, MessageType), (Message, Instant)>;

impl Circuits {
    /// Sends CGB, CGU or GRS.
    pub(super) fn say_of_group(&mut self, first: CircuitId, message: Message) {
        if self.trunk_of(first).config.repeat_group_messages {
            self.say(first, message.clone());
        }
        self.say(first, message);
    }

    /// Whether a message is to be acted on: any that does not come twice, and the second of two.
    pub(super) fn is_confirmed(
        &mut self,
        relation: usize,
        cic: Cic,
        message: &Message,
        now: Instant,
    ) -> bool {
        let of_group = matches!(message, Message::Cgb(_) | Message::Cgu(_) | Message::Grs(_));
        let relation = &mut self.relations[relation];
        let group = &self.trunks[usize::from(relation.first_group.0)];
        if !of_group || !group.config.repeat_group_messages {
            return true;
        }
        let place = (cic, message.message_type());
        let first = relation.announced.remove(&place);
        let in_time = |at: Instant| now.saturating_duration_since(at) <= PATIENCE;
        if first.is_some_and(|(first, at)| first == *message && in_time(at)) {
            return true;
        }
        relation.announced.insert(place, (message.clone(), now));
        false
    }
}
