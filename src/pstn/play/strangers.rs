//! What comes on a live link that is not of the ladder: calls on other circuits, or to other numbers.

use std::collections::BTreeSet;

use codecs::isup::{Cause, CauseIndicators, Cic, Location, Message, Parameters, Pdu, Rel};

use super::Error;
use super::stage::{Stage, acknowledgement};
use crate::output;
use crate::scenario::{Player, Side};

/// The calls that are being turned away.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    /// Their circuits, until they are released.
    released: BTreeSet<(Side, u16)>,
}

impl Strangers {
    /// Whether a message is none of the ladder's; then it is named, and answered as an exchange does
    /// that takes no calls.
    pub(super) fn take(
        &mut self,
        stage: &Stage,
        player: &Player,
        circuits: &BTreeSet<(Side, u16)>,
        (side, octets): (Side, &[u8]),
    ) -> Result<bool, Error> {
        let Ok(Pdu { cic, message }) = Pdu::decode_as(stage.variant(), octets) else {
            // What cannot be read is for the ladder to judge.
            return Ok(false);
        };
        let place = (side, cic.value());
        let is_stranger = self.released.contains(&place)
            || !circuits.contains(&place)
            || player.awaits_other_call(side, octets);
        if is_stranger {
            self.answer(stage, place, cic, &message)?;
        }
        Ok(is_stranger)
    }

    fn answer(
        &mut self,
        stage: &Stage,
        place: (Side, u16),
        cic: Cic,
        message: &Message,
    ) -> Result<(), Error> {
        let answer = match message {
            Message::Iam(_) => {
                self.released.insert(place);
                Some(Message::Rel(refusal()))
            }
            Message::Rlc(_) => {
                self.released.remove(&place);
                None
            }
            other => acknowledgement(other),
        };
        let name = answer.as_ref().map_or("ignored", Message::name);
        let text = format!(
            "(not of this ladder: cic={} {message}: {name})",
            cic.value()
        );
        output::print(format_args!("  {text}"))?;
        match answer {
            Some(answer) => stage.say(place.0, cic, answer),
            None => Ok(()),
        }
    }
}

/// Whoever calls may try again later, or elsewhere.
fn refusal() -> Rel {
    Rel {
        cause: CauseIndicators::new(Cause::TEMPORARY_FAILURE, Location::PRIVATE_LOCAL),
        optional: Parameters::default(),
    }
}
