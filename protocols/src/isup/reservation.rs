//! A circuit is reserved before its call comes (T1.113.4, circuit reservation): an exchange whose
//! caller's digits come in tones wants the circuit checked before it has them. Digits do not come
//! so to this exchange, and it reserves no circuit itself.

use std::time::Instant;

use codecs::isup::{Cause, Crm, Message};

use super::circuit::{Apart, CircuitId, State};
use super::circuits::Circuits;
use super::continuity::REQUIRED_ON_THIS_CIRCUIT;
use super::timers::Timer;

impl Circuits {
    /// CRM takes a circuit as an IAM does: a blocked one is blocked again, and in a dual seizure the
    /// exchange that controls the circuit has it.
    pub(super) fn received_crm(&mut self, id: CircuitId, crm: Crm, now: Instant) {
        let controlled = self.circuits[id.index()].controlled;
        match self.state(id) {
            State::Idle if self.blocking_of(id).locally() => self.block_again(id, now),
            State::Idle | State::OutOfService => self.reserve(id, crm, now),
            // Our acknowledgement got lost.
            State::Apart(Apart::Reserved { .. }) => self.reserve(id, crm, now),
            State::Offered(_) if !controlled => self.reserve(id, crm, now),
            _ => {}
        }
    }

    fn reserve(&mut self, id: CircuitId, crm: Crm, now: Instant) {
        let check = crm.nature_of_connection.continuity_check;
        self.say(id, Message::Cra);
        self.await_call(id, check == REQUIRED_ON_THIS_CIRCUIT, now);
    }

    /// The next message is the IAM, or of a circuit that is looped back COT.
    pub(super) fn await_call(&mut self, id: CircuitId, looped_back: bool, now: Instant) {
        let cause = self.cause(Cause::NORMAL_UNSPECIFIED);
        self.lose_call(id, State::Apart(Apart::Reserved { looped_back }), cause);
        self.arm(id, Timer::TCRA, now);
    }
}
