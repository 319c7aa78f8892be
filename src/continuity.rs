//! Continuity checks: what the circuits want of a timeslot, in the words of the media side.

use protocols::isup;

pub(crate) fn action(action: isup::Continuity) -> media::Continuity {
    match action {
        isup::Continuity::SendTone => media::Continuity::SendTone,
        isup::Continuity::LoopBack => media::Continuity::LoopBack,
        isup::Continuity::Stop => media::Continuity::Stop,
    }
}
