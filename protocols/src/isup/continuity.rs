//! Continuity checks of circuits: with a call, repeated after a failure, or by themselves
//! (`Q.764 §2.1.8`, `§2.1.9`, `Q.724 §7`).
//!
//! Which tone or loop a circuit needs follows from its state alone ([`State::signal`]).

use std::time::Instant;

use codecs::isup::{Cause, ContinuityCheck, Cot, Iam, Message, MessageType};

use super::circuit::{Apart, Check, CircuitId, Heading, Offer, Phase, State, sequence};
use super::circuits::Circuits;
use super::config::GroupId;
use super::output::{Alert, Continuity, Output, Refused};
use super::timers::Timer;

/// Continuity check indicator (`Q.763 §3.35`).
pub(super) const REQUIRED_ON_THIS_CIRCUIT: ContinuityCheck = ContinuityCheck::REQUIRED;
const PERFORMED_ON_A_PREVIOUS_CIRCUIT: ContinuityCheck = ContinuityCheck::PREVIOUS_CIRCUIT;

/// The most backward messages that wait for COT.
const MAX_HELD: usize = 8;

/// How an incoming call begins.
pub(super) fn first_phase(iam: &Iam) -> Phase {
    match iam.nature_of_connection.continuity_check {
        REQUIRED_ON_THIS_CIRCUIT => Phase::LoopedBack,
        PERFORMED_ON_A_PREVIOUS_CIRCUIT => Phase::AwaitingContinuity,
        _ => Phase::AwaitingComplete,
    }
}

fn awaits_previous(iam: &Iam) -> bool {
    iam.nature_of_connection.continuity_check == PERFORMED_ON_A_PREVIOUS_CIRCUIT
}

// Every check.
impl Circuits {
    /// Tells the media side when what a circuit's timeslot is to do has changed.
    pub(super) fn follow_signal(&mut self, circuit: CircuitId, before: Option<Continuity>) {
        let signal = self.state(circuit).signal();
        if signal != before {
            let action = signal.unwrap_or(Continuity::Stop);
            self.output(Output::Continuity { circuit, action });
        }
    }

    /// The tone that was sent came back. That it ends says nothing.
    pub(super) fn continuity_heard(&mut self, circuit: CircuitId, heard: bool, now: Instant) {
        if !heard || !self.exists(circuit) {
            return;
        }
        match self.state(circuit) {
            State::Offered(offer) if offer.check == Check::Running => {
                let previous = awaits_previous(&offer.iam);
                self.set_check(circuit, Check::Done);
                self.stop(circuit, Timer::T24);
                if !previous {
                    self.say(circuit, Message::Cot(Cot { successful: true }));
                }
            }
            State::Apart(Apart::Testing { .. }) => {
                let rel = self.rel(Cause::NORMAL_CLEARING);
                self.say(circuit, Message::Rel(rel.clone()));
                self.enter(circuit, State::Releasing(Box::new(rel)));
                self.arm_release(circuit, now);
                self.alert(circuit, Alert::ContinuityPassed);
            }
            _ => {}
        }
    }

    /// T24: the tone did not come back. A call tries another circuit; this one is checked again.
    pub(super) fn continuity_failed(&mut self, id: CircuitId, now: Instant) {
        let repeated = matches!(
            self.state(id),
            State::Apart(Apart::Testing { repeated: true })
        );
        self.say(id, Message::Cot(Cot { successful: false }));
        let cause = self.cause(Cause::TEMPORARY_FAILURE);
        self.lose_call(id, State::Apart(Apart::Faulty { repeated }), cause);
        self.alert(id, Alert::ContinuityFailed);
        self.arm(id, Apart::next_check(repeated), now);
    }
}

// Checks of the circuit of an outgoing call.
impl Circuits {
    /// Whether the next call of a group asks for a check: as many of a hundred as are configured,
    /// evenly spread.
    pub(super) fn check_for(&mut self, group: GroupId) -> Check {
        let trunk = &mut self.trunks[usize::from(group.0)];
        trunk.checks += trunk.config.continuity_check.min(100);
        match trunk.checks.checked_sub(100) {
            Some(rest) => {
                trunk.checks = rest;
                Check::Running
            }
            None => Check::None,
        }
    }

    fn set_check(&mut self, id: CircuitId, check: Check) {
        let before = self.state(id).signal();
        if let State::Offered(offer) = &mut self.circuits[id.index()].state {
            offer.check = check;
        }
        self.follow_signal(id, before);
    }

    /// The owner passes on that all circuits before this one are sound. Whether the other exchange
    /// can be told, or the check of this circuit is still to come.
    pub(super) fn previous_check_done(&mut self, id: CircuitId) -> bool {
        let State::Offered(offer) = &mut self.circuits[id.index()].state else {
            return true;
        };
        let Offer { iam, check } = &mut **offer;
        iam.nature_of_connection.continuity_check = ContinuityCheck::NOT_REQUIRED;
        *check != Check::Running
    }
}

// Checks of the circuit of an incoming call.
impl Circuits {
    /// Keeps a backward message until COT says that the circuits are sound.
    pub(super) fn hold(&mut self, id: CircuitId, message: Message) -> Result<(), Refused> {
        let held = &mut self.aside(id).held;
        let phase = held
            .iter()
            .try_fold(Phase::AwaitingComplete, |phase, message| {
                sequence(Heading::Backward, phase, message)
            });
        phase
            .and_then(|phase| sequence(Heading::Backward, phase, &message))
            .filter(|_| held.len() < MAX_HELD)
            .ok_or(Refused::OutOfSequence)?;
        held.push(message);
        Ok(())
    }

    pub(super) fn received_cot(&mut self, id: CircuitId, cot: Cot, now: Instant) {
        match self.state(id) {
            State::Call(_, Phase::LoopedBack) if !cot.successful => self.suspect(id, now),
            State::Call(_, Phase::LoopedBack | Phase::AwaitingContinuity) if cot.successful => {
                self.received_in_call(id, Message::Cot(cot), now);
                self.send_held(id, now);
            }
            State::Apart(Apart::LoopedBack) if cot.successful => self.enter(id, State::Idle),
            State::Apart(Apart::Reserved { looped_back: true }) if cot.successful => {
                self.await_call(id, false, now);
            }
            State::Apart(Apart::LoopedBack | Apart::Reserved { looped_back: true }) => {
                self.suspect(id, now);
            }
            _ => self.received_in_call(id, Message::Cot(cot), now),
        }
    }

    fn send_held(&mut self, id: CircuitId, now: Instant) {
        let aside = self.circuits[id.index()].aside.as_mut();
        let held = aside.map(|aside| std::mem::take(&mut aside.held));
        for message in held.unwrap_or_default() {
            // They were in sequence when they were taken in.
            let _ = self.send(id, message, now);
        }
    }

    /// The circuit has no continuity, the other exchange says; it will look again.
    fn suspect(&mut self, id: CircuitId, now: Instant) {
        let cause = self.cause(Cause::TEMPORARY_FAILURE);
        self.fail_call(id, State::Apart(Apart::Suspected), cause);
        self.arm(id, Timer::T27, now);
    }
}

// Checks without a call.
impl Circuits {
    /// Checks an idle circuit: CCR, the tone, then REL, or COT and the next attempt after T25 and
    /// from then on after T26. A circuit that is not idle is left alone.
    pub fn check_continuity(&mut self, circuit: CircuitId, now: Instant) {
        self.tick(now);
        if self.exists(circuit) && matches!(self.state(circuit), State::Idle) {
            self.test(circuit, false, now);
        }
    }

    /// T25, T26.
    pub(super) fn test_again(&mut self, id: CircuitId, now: Instant) {
        self.test(id, true, now);
    }

    fn test(&mut self, id: CircuitId, repeated: bool, now: Instant) {
        self.say(id, Message::Ccr);
        self.enter(id, State::Apart(Apart::Testing { repeated }));
        self.arm(id, Timer::T24, now);
    }

    /// A check that meets a check or a call of ours wins on circuits we do not control.
    pub(super) fn received_ccr(&mut self, id: CircuitId, now: Instant) {
        let controlled = self.circuits[id.index()].controlled;
        let looped_back = match self.state(id) {
            State::Idle | State::OutOfService | State::Call(_, Phase::LoopedBack) => true,
            State::Apart(Apart::LoopedBack | Apart::Suspected) => true,
            State::Apart(_) | State::Offered(_) => !controlled,
            State::Call(..) | State::Releasing(_) | State::Resetting(_) => false,
        };
        if looped_back {
            let cause = self.cause(Cause::TEMPORARY_FAILURE);
            self.lose_call(id, State::Apart(Apart::LoopedBack), cause);
            self.arm(id, Timer::T36, now);
            let group = &self.trunk_of(id).config;
            if group.loop_back_acknowledgement && group.variant.has(MessageType::LPA) {
                self.say(id, Message::Lpa);
            }
        }
    }

    /// T27, T36.
    pub(super) fn test_given_up(&mut self, id: CircuitId, now: Instant) {
        self.begin_reset(id, now);
        self.alert(id, Alert::ContinuityUnresolved);
    }
}
