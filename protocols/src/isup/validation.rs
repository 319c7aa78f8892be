//! Whether two exchanges have a circuit set up alike (T1.113.4, circuit validation test).

use codecs::isup::{
    Carrier, Cic, ContinuityCheckRequirement, Cvr, DoubleSeizing, GroupCharacteristics, Message,
    Parameters, ValidationResponse,
};

use super::circuit::CircuitId;
use super::circuits::Circuits;
use super::config::{Control, Group, GroupId};

impl Circuits {
    /// CVT, whatever the circuit is doing.
    pub(super) fn received_cvt(&mut self, id: CircuitId) {
        let group = self.circuits[id.index()].group;
        let answer = self.validation(group, ValidationResponse::SUCCESSFUL);
        self.say(id, answer);
    }

    /// The answer to a test of a circuit of a group.
    pub(super) fn validation(&self, group: GroupId, response: ValidationResponse) -> Message {
        let group = &self.trunks[usize::from(group.0)].config;
        Message::Cvr(Cvr {
            response,
            characteristics: group.characteristics(),
            optional: Parameters::default(),
        })
    }
}

impl Group {
    /// What the other exchange compares with what it has of the group.
    fn characteristics(&self) -> GroupCharacteristics {
        GroupCharacteristics {
            carrier: Carrier::DIGITAL,
            double_seizing: match self.control {
                Control::All => DoubleSeizing::ALL,
                Control::None => DoubleSeizing::NONE,
                // Code 0 is an even one.
                Control::PointCode | Control::Even | Control::Odd => {
                    match self.controls(Cic::NONE) {
                        true => DoubleSeizing::EVEN,
                        false => DoubleSeizing::ODD,
                    }
                }
            },
            continuity_check: match self.continuity_check {
                0 => ContinuityCheckRequirement::NONE,
                1..100 => ContinuityCheckRequirement::STATISTICAL,
                100.. => ContinuityCheckRequirement::PER_CALL,
            },
            ..GroupCharacteristics::default()
        }
    }
}
