//! Calls that come in one ISUP and go on in another.
//!
//! This exchange stands between two networks, and what the far one has no parameter for cannot be
//! passed on. What is to become of it then the sender may have said; of such a call this exchange is
//! of type A (`Q.764 §2.9.5.3`). Where the sender says nothing it is left out, and nobody is told:
//! it is known here.

use std::time::Instant;

use codecs::isup::{Cause, Iam, Message, Variant};

use super::circuit::CircuitId;
use super::circuits::Circuits;
use super::compatibility::{Fate, Unknown, rel};
use super::config::GroupId;
use super::output::{Refused, Unavailable};

impl Circuits {
    /// Passes a message of the call on one circuit on to the circuit where it goes on, in the ISUP
    /// that is spoken there. Messages of our own are [sent](Self::send).
    ///
    /// # Errors
    /// As of [`Self::send`].
    pub fn pass_on(
        &mut self,
        from: CircuitId,
        to: CircuitId,
        mut message: Message,
        now: Instant,
    ) -> Result<(), Refused> {
        self.tick(now);
        if !self.exists(from) || !self.exists(to) {
            return Err(Refused::NoCall);
        }
        let [source, target] = [from, to].map(|circuit| self.trunk_of(circuit).config.variant);
        let lost = match target.understands(source) {
            true => Unknown::default(),
            false => Unknown::translating(&mut message, source, target),
        };
        match (message, lost.fate()) {
            (Message::Rel(rel), _) => self.release(to, rel, now),
            (_, Fate::Release) => {
                let cause = self.unknown(Cause::PARAMETER_UNKNOWN, &lost.releasing());
                self.fail_and_send(from, rel(cause), now);
            }
            (message, Fate::DiscardMessage) => {
                self.message_discarded(from, message.message_type(), &lost);
            }
            (message, Fate::DiscardParameter | Fate::PassOn) => {
                self.tell_of(from, &lost);
                return self.send_as_it_is(to, message, now);
            }
        }
        Ok(())
    }

    /// The IAM as a group's ISUP says it, of a call that came on a circuit or is our own, and what of
    /// it could not be said.
    pub(super) fn in_terms_of(
        &self,
        group: GroupId,
        from: Option<CircuitId>,
        iam: &Iam,
    ) -> Result<(Message, Unknown), Unavailable> {
        let target = self.trunks[usize::from(group.0)].config.variant;
        let from = from.filter(|&circuit| self.exists(circuit));
        let source = from.map_or(&Variant::ITU, |circuit| {
            self.trunk_of(circuit).config.variant
        });
        let mut message = Message::Iam(iam.clone());
        if target.understands(source) {
            return Ok((message, Unknown::default()));
        }
        let lost = Unknown::translating(&mut message, source, target);
        match lost.fate() {
            // Without its IAM there is no call.
            Fate::Release | Fate::DiscardMessage => Err(Unavailable::Inexpressible),
            Fate::DiscardParameter | Fate::PassOn => Ok((message, lost)),
        }
    }
}
