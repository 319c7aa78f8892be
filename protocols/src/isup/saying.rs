//! How procedures speak: messages, events, alerts.

use codecs::isup::{Cause, CauseIndicators, Cic, Message};

use super::circuit::{Circuit, CircuitId};
use super::circuits::Circuits;
use super::config::GroupId;
use super::output::{Alert, Event, Output};

impl Circuits {
    pub(super) fn say(&mut self, id: CircuitId, message: Message) {
        let Circuit { group, cic, .. } = self.circuits[id.index()];
        self.say_to(group, cic, message);
    }

    pub(super) fn say_to(&mut self, group: GroupId, cic: Cic, mut message: Message) {
        if let Message::Rel(rel) = &mut message {
            self.confess_overload(rel);
        }
        self.output(Output::Send {
            group,
            cic,
            message,
        });
    }

    pub(super) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) fn event(&mut self, circuit: CircuitId, event: Event) {
        self.output(Output::Event { circuit, event });
    }

    pub(super) fn alert(&mut self, id: CircuitId, alert: Alert) {
        let Circuit { group, cic, .. } = self.circuits[id.index()];
        self.alert_for(group, cic, alert);
    }

    pub(super) fn alert_for(&mut self, group: GroupId, cic: Cic, alert: Alert) {
        self.output(Output::Alert { group, cic, alert });
    }

    /// What concerns all circuits between two exchanges; it is told of the first one.
    pub(super) fn alert_of(&mut self, relation: usize, alert: Alert) {
        let first = self.relations[relation].circuits().next();
        if let Some(first) = first {
            self.alert(first, alert);
        }
    }

    pub(super) fn cause(&self, cause: Cause) -> CauseIndicators {
        CauseIndicators::new(cause, self.settings.location)
    }
}
