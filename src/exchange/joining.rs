//! Two calls of one party in SIP become one between their circuits (`RFC 5589 §7`).

use std::time::Instant;

use codecs::isup::Cause;
use protocols::isup::CircuitId;
use protocols::sip::SessionId;

use super::Exchange;
use super::call::{Leg, LegKey, Phase, Side, Timer};
use super::interworking::cause::here;
use super::interworking::release::Own;
use super::leg::Signal;
use super::telemetry::Direction;

impl Exchange {
    /// The circuits of two calls of which the second one has this session, if they can be joined.
    pub(super) fn joined(&self, key: usize, other: SessionId) -> Option<(CircuitId, CircuitId)> {
        let other = self.call_of(LegKey::Session(other))?;
        let answered = self.calls[other].phase == Phase::Answered;
        (answered && other != key).then_some(())?;
        Some((self.calls[key].remaining()?, self.calls[other].remaining()?))
    }

    /// A party in SIP that speaks with two in the telephone network has them speak to each other
    /// (RFC 5589 §7).
    pub(super) fn join_calls(
        &mut self,
        key: usize,
        (session, consulted): (SessionId, SessionId),
        (one, two): (CircuitId, CircuitId),
        now: Instant,
    ) {
        if let Some(other) = self.call_of(LegKey::Session(consulted)) {
            self.forget(other, here(Cause::NORMAL_CLEARING), now);
        }
        self.by_session.remove(&session);
        self.by_circuit.insert(two, key);
        let leg = |circuit| Leg::Isup {
            circuit,
            begun: true,
        };
        let call = &mut self.calls[key];
        call.incoming = leg(one);
        call.outgoing = Some(leg(two));
        call.peer = None;
        call.direction = Some(Direction::Transit);
        self.timers.cancel(&(key, Timer::Renegotiate));
        self.circuits.transit(one, two);
        if self.join_path(key, one, two).is_none() {
            return self.end(key, Own::NoPath, now);
        }
        for side in [Side::Incoming, Side::Outgoing] {
            let signal = Signal::Transferred { alerting: false };
            self.tell(key, side, signal.into(), now);
        }
        for session in [session, consulted] {
            self.agent.hang_up(session, &[], now);
        }
    }
}
