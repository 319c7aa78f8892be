//! Calls from SIP whose caller has yet to reserve what it needs: ISUP is told that continuity is not
//! known yet, and COT follows (`TS 29.163 §7.2.3.1.1`, `§7.2.3.1.3`; RFC 3312).

use std::time::Instant;

use codecs::isup::{ContinuityCheck, Cot, Iam, Message};
use codecs::sdp::Description;
use codecs::sip::{HeaderName, Message as Request};
use protocols::sip::Reliability;

use super::call::{Described, Side};
use super::{Exchange, encapsulation};

/// The option tag of preconditions (`RFC 3312 §11`).
pub const PRECONDITION: &str = "precondition";

impl Exchange {
    /// Has the called exchange wait for COT, if the caller can say when it is ready.
    pub(super) fn hold_back(&mut self, key: usize, iam: &mut Iam) {
        let call = &mut self.calls[key];
        let offer = call.offer.as_ref();
        call.unready = call.reliable && offer.is_some_and(Description::awaits_resources);
        if call.unready {
            iam.nature_of_connection.continuity_check = ContinuityCheck::PREVIOUS_CIRCUIT;
        }
    }

    /// Tells a caller what it asked for to go on: our side of the session.
    pub(super) fn ask_to_reserve(&mut self, key: usize, now: Instant) {
        let call = &mut self.calls[key];
        let Some((session, Some(described))) = call.session().filter(|_| call.unready) else {
            return;
        };
        if described.told {
            return;
        }
        let body = Described::body(described);
        if let Some(Some(described)) = call.description(session) {
            described.told = true;
        }
        let headers = [(HeaderName::Require, PRECONDITION.to_owned())];
        let reliability = Reliability::WhenSupported;
        self.agent
            .progress(session, 183, &headers, Some(&body), reliability, now);
    }

    /// The caller may be ready, as its latest offer says: then the called party may be alerted.
    pub(super) fn reserved(&mut self, key: usize, offer: &Request, now: Instant) {
        let offer = encapsulation::description(offer).and_then(Result::ok);
        let ready = offer.is_some_and(|offer| !offer.awaits_resources());
        let call = &mut self.calls[key];
        if !ready || !std::mem::take(&mut call.unready) {
            return;
        }
        if let Some(circuit) = call.circuit(Side::Outgoing) {
            let cot = Message::Cot(Cot { successful: true });
            // Refused where the call is being cleared.
            let _ = self.circuits.send(circuit, cot, now);
        }
    }
}
