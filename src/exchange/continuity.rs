//! Continuity of circuits in the exchange: tones by the media gateway, calls that wait for COT
//! (`Q.764 §2.1.8`, `TS 29.163 §7.2.3.1.1`).

use std::time::Instant;

use codecs::isup::{ContinuityCheck, Cot, Message};
use protocols::isup::{self, CircuitId, Continuity};

use super::call::{Leg, Postponed};
use super::settings::Timeslot;
use super::{Exchange, Media, Output};

impl Exchange {
    /// What a circuit's check wants of its timeslot.
    pub(super) fn check(&mut self, circuit: CircuitId, action: Continuity) {
        let Some(timeslot) = self.timeslot(circuit) else {
            return;
        };
        match action {
            Continuity::SendTone => self.checked.insert(timeslot, circuit),
            Continuity::LoopBack | Continuity::Stop => self.checked.remove(&timeslot),
        };
        let check = Media::Check { timeslot, action };
        self.outputs.push_back(Output::Media(check));
    }

    pub(super) fn continuity_heard(&mut self, timeslot: Timeslot, heard: bool, now: Instant) {
        if let Some(&circuit) = self.checked.get(&timeslot) {
            let input = isup::Input::ContinuityHeard { circuit, heard };
            self.circuits.handle(input, now);
        }
    }

    /// Has a call to the IMS wait until all circuits before us are known to be sound: SIP has no
    /// means to say that they are not but preconditions.
    pub(super) fn postpone(&mut self, key: usize, preferred: Option<usize>) {
        self.calls[key].postponed = Some(Postponed { preferred });
    }

    /// COT. Of an unsuccessful check the exchange that made it releases the call.
    pub(super) fn continuous(&mut self, circuit: CircuitId, cot: Cot, now: Instant) {
        if !cot.successful {
            return;
        }
        let waiting = [&mut self.collecting, &mut self.asking];
        for iam in waiting
            .into_iter()
            .filter_map(|calls| calls.get_mut(&circuit))
        {
            iam.nature_of_connection.continuity_check = ContinuityCheck::NOT_REQUIRED;
        }
        let Some(&key) = self.by_circuit.get(&circuit) else {
            return;
        };
        let call = &mut self.calls[key];
        if let Some(iam) = &mut call.setup.isup {
            iam.nature_of_connection.continuity_check = ContinuityCheck::NOT_REQUIRED;
        }
        if let Some(&Leg::Isup { circuit, .. }) = call.outgoing.as_ref() {
            // Refused where that side is past it.
            let _ = self.circuits.send(circuit, Message::Cot(cot), now);
        } else if let Some(Postponed { preferred }) = call.postponed.take() {
            self.connect_ims(key, preferred, now);
        } else {
            self.reservation_met(key, now);
        }
    }
}
