//! What one side of a call says reaches the other.

use std::time::Instant;

use codecs::isup::{CauseIndicators, Message};

use protocols::isup::StateCounts;

use super::call::{Call, Leg, LegKey, Phase, Side, Timer};
use super::interworking::release::Own;
use super::interworking::{indicators, medium};
use super::leg::{Indication, Signal};
use super::telemetry::{CallRecord, Telemetry};
use super::{Exchange, Media, Output, PathId, Through, echo, isup_leg, user_to_user};

impl Exchange {
    /// A leg says something. A leg without a call is winding up and has nothing to say.
    pub(super) fn indicated(&mut self, leg: LegKey, indication: Indication, now: Instant) {
        let Some(key) = self.call_of(leg) else {
            return;
        };
        let Some(side) = self.calls[key].side(&leg) else {
            return;
        };
        match (&indication.signal, side) {
            (Signal::Release(cause), _) => self.over(key, side, cause.clone(), indication, now),
            (Signal::Answer, Side::Outgoing) => self.answered(key, indication, now),
            // The calling party's side has no answer to tell.
            (Signal::Answer, Side::Incoming) => {}
            _ if self.calls[key].phase == Phase::Answered => {
                self.tell(key, side.other(), indication, now);
            }
            (_, Side::Outgoing) => self.proceeds(key, indication, now),
            (_, Side::Incoming) => {}
        }
    }

    pub(super) fn call_of(&self, leg: LegKey) -> Option<usize> {
        match leg {
            LegKey::Circuit(circuit) => self.by_circuit.get(&circuit).copied(),
            LegKey::Session(session) => self.by_session.get(&session).copied(),
        }
    }

    fn proceeds(&mut self, key: usize, indication: Indication, now: Instant) {
        let call = &self.calls[key];
        if call.phase != Phase::Connecting {
            return;
        }
        if call.transfer.is_some() {
            self.through_connect(key, self.audible(key));
            return self.transfer_proceeds(key, &indication, now);
        }
        let call = &mut self.calls[key];
        if !std::mem::replace(&mut call.proceeding, true) {
            let (number, after) = (call.number, now - call.started);
            self.report(Telemetry::Proceeding {
                call: number,
                after,
            });
        }
        self.through_connect(key, self.audible(key));
        // The second terminal of a forked call that rings is no news to the caller; what comes in
        // ISUP passes through as it is.
        let told = self.calls[key].told.replace(indication.signal.clone());
        let news = indication.isup.is_some() || indication.forwarding.is_some();
        if news || told.as_ref() != Some(&indication.signal) {
            self.tell(key, Side::Incoming, indication, now);
        }
    }

    fn answered(&mut self, key: usize, indication: Indication, now: Instant) {
        let call = &mut self.calls[key];
        if call.phase != Phase::Connecting {
            return;
        }
        call.phase = Phase::Answered;
        if call.transfer.is_some() {
            self.through_connect(key, Through::Both);
            return self.transfer_answered(key, indication, now);
        }
        call.answered = Some(now);
        let (number, after) = (call.number, now - call.started);
        if !std::mem::replace(&mut call.proceeding, true) {
            self.report(Telemetry::Proceeding {
                call: number,
                after,
            });
        }
        self.report(Telemetry::Answered {
            call: number,
            after,
        });
        self.through_connect(key, Through::Both);
        self.tell(key, Side::Incoming, indication, now);
    }

    /// Through-connects the voice path as far as the far end of the RTP stream is known and wants
    /// it.
    pub(super) fn through_connect(&mut self, key: usize, through: Through) {
        if let Some(path) = self.calls[key].path
            && let Some(remote) = path.remote
        {
            let set = Media::Set {
                path: path.id,
                remote,
                through: through.within(path.direction),
            };
            self.outputs.push_back(Output::Media(set));
        }
    }

    /// Tells one side of a call what the other said.
    pub(super) fn tell(
        &mut self,
        key: usize,
        side: Side,
        mut indication: Indication,
        now: Instant,
    ) {
        match self.calls[key].leg(side) {
            Some(&Leg::Isup { circuit, begun }) => {
                let first = !begun && side == Side::Incoming;
                let passes = indication.isup.is_some();
                indication.connected = self.calls[key].setup.told_of(indication.connected);
                let mut message = isup_leg::backward(indication, first, &self.settings.numbering);
                if first && !passes {
                    self.answer_in_first(key, &mut message);
                }
                // What is out of sequence here was so at the other side, too: nothing is lost.
                let _ = match self.calls[key].circuit(side.other()) {
                    Some(from) => self.circuits.pass_on(from, circuit, message, now),
                    None => self.circuits.send(circuit, message, now),
                };
                self.begun(key, side);
            }
            Some(Leg::Sip { session, .. }) => {
                let session = *session;
                self.tell_sip(key, session, &indication, now);
            }
            None => {}
        }
    }

    /// The first backward message of a call to SIP answers what the IAM asked for.
    fn answer_in_first(&self, key: usize, message: &mut Message) {
        let setup = &self.calls[key].setup;
        indicators::adapt(message, setup.medium);
        if let Some(iam) = &setup.isup
            && let Some(optional) = message.optional_mut()
        {
            let asked = &iam.optional;
            let answers = [
                echo::denial(asked),
                user_to_user::denial(asked),
                medium::fallen_back(iam, setup.medium),
            ];
            answers
                .into_iter()
                .flatten()
                .for_each(|answer| optional.push(answer));
        }
    }

    fn begun(&mut self, key: usize, side: Side) {
        self.timers.cancel(&(key, Timer::EarlyAcm));
        if side == Side::Incoming
            && let Leg::Isup { begun, .. } = &mut self.calls[key].incoming
        {
            *begun = true;
        }
    }

    /// T(oiw2) expired: the calling exchange hears that its digits were enough
    /// (`TS 29.163 §7.2.3.2.4`).
    pub(super) fn early_acm(&mut self, key: usize, now: Instant) {
        self.tell(
            key,
            Side::Incoming,
            Signal::Progress { in_band: false }.into(),
            now,
        );
    }

    /// The media gateway could not build or keep a voice path.
    pub(super) fn path_failed(&mut self, path: PathId, reason: &str, now: Instant) {
        let key = path.key();
        let is_its = |call: &Call| call.path.is_some_and(|own| own.id == path);
        if self.calls.get(key).is_some_and(is_its) {
            self.malformed("media", reason.to_owned());
            self.end(key, Own::PathLost, now);
        }
    }

    /// The gateway itself ends a call.
    pub(super) fn end(&mut self, key: usize, why: Own, now: Instant) {
        self.calls[key].ended_by = Some(why);
        self.fail(key, why.cause(), now);
    }

    /// A call cannot go on: both sides are told.
    pub(super) fn fail(&mut self, key: usize, cause: CauseIndicators, now: Instant) {
        if self.calls[key].transfer.is_some() && !self.closing {
            let release = Signal::Release(cause.clone()).into();
            self.release_side(key, Side::Outgoing, release, now);
            if self.transfer_failed(key, &cause, now) {
                return;
            }
        }
        for side in [Side::Outgoing, Side::Incoming] {
            self.release_side(key, side, Signal::Release(cause.clone()).into(), now);
        }
        self.forget(key, cause, now);
    }

    /// Releases every call and takes no new ones, for a gateway that winds up. It is done when
    /// [`Exchange::is_quiet`].
    pub fn close(&mut self, now: Instant) {
        self.closing = true;
        self.begin_no_more(now);
        let keys: Vec<usize> = self.calls.iter().map(|(key, _)| key).collect();
        for key in keys {
            self.end(key, Own::Stopping, now);
        }
        self.settle(now);
    }

    /// Whether nobody owes an answer any more: every release is acknowledged on both sides.
    pub fn is_quiet(&self) -> bool {
        let in_use = |counts: StateCounts| {
            counts.outgoing + counts.incoming + counts.answered + counts.releasing
        };
        self.calls.is_empty()
            && self.agent.sessions() == 0
            && self.circuit_counts().all(|(_, counts)| in_use(counts) == 0)
    }

    /// One side is over: the other is told.
    fn over(
        &mut self,
        key: usize,
        side: Side,
        cause: CauseIndicators,
        indication: Indication,
        now: Instant,
    ) {
        if side == Side::Outgoing && self.transfer_failed(key, &cause, now) {
            return;
        }
        self.release_side(key, side.other(), indication, now);
        self.forget(key, cause, now);
    }

    fn release_side(&mut self, key: usize, side: Side, mut indication: Indication, now: Instant) {
        let is_transit = |side| self.calls[key].circuit(side).is_some();
        if let Signal::Release(cause) = &mut indication.signal
            && ![Side::Incoming, Side::Outgoing].into_iter().all(is_transit)
        {
            let rules = self.settings.rules(self.neighbours(key));
            cause.location = rules.location(cause.location);
        }
        match self.calls[key].leg(side) {
            Some(&Leg::Isup { circuit, .. }) => {
                let message = isup_leg::backward(indication, false, &self.settings.numbering);
                match (self.calls[key].circuit(side.other()), message) {
                    (Some(from), rel) => {
                        // A release is never refused.
                        let _ = self.circuits.pass_on(from, circuit, rel, now);
                    }
                    (None, Message::Rel(rel)) => self.circuits.release(circuit, rel, now),
                    (None, _) => {}
                }
            }
            Some(Leg::Sip { session, .. }) => {
                let session = *session;
                self.release_sip(key, side, session, &indication, now);
            }
            None => {}
        }
    }

    pub(super) fn forget(&mut self, key: usize, cause: CauseIndicators, now: Instant) {
        self.close_path(key);
        for timer in Timer::ALL {
            self.timers.cancel(&(key, timer));
        }
        let call = self.calls.remove(key);
        self.transfer_ended(&call, now);
        for places in call.places {
            self.rulebook.give_back(places);
        }
        if let Some(origin) = &call.origin {
            self.by_origin.remove(origin);
        }
        for leg in [Some(call.incoming), call.outgoing].into_iter().flatten() {
            match leg.key() {
                LegKey::Circuit(circuit) => self.by_circuit.remove(&circuit),
                LegKey::Session(session) => self.by_session.remove(&session),
            };
        }
        if let Phase::Locating { invocation, .. } = call.phase {
            self.by_lookup.remove(&invocation);
        }
        let icscfs = &self.settings.icscfs;
        let silent = call.silent.iter().map(|&icscf| icscfs[icscf].name.clone());
        let silent = silent.collect();
        self.report(Telemetry::Ended(Box::new(CallRecord {
            call: call.number,
            direction: call.direction,
            called: call.setup.called,
            calling: call.setup.calling,
            cause,
            sip: call.sip_end,
            silent,
            answered: call.answered.map(|at| at - call.started),
            duration: now - call.started,
        })));
    }
}
