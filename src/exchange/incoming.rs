//! A call comes in, from a circuit or from SIP, and begins or is refused (`Q.764 §2.1.1`,
//! `TS 29.163 §7.2.3`).

use std::time::Instant;

use codecs::isup::{Iam, TransmissionMediumRequirement as Medium};
use codecs::sdp::Description;
use protocols::isup::CircuitId;
use protocols::sip::SessionId;
use routing::AnalysisError;

use super::call::{Call, Leg, Phase};
use super::interworking::early_media::EarlyMedia;
use super::interworking::medium;
use super::interworking::overrides::Between;
use super::interworking::release::Own;
use super::interworking::rows::Rules;
use super::leg::Setup;
use super::settings::PeerId;
use super::telemetry::{CallNumber, Telemetry};
use super::{Exchange, isup_leg};

impl Exchange {
    pub(super) fn incoming_isup(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        let from = self.name_of(circuit);
        let iam = self.rewritten(circuit, iam);
        let (why, reason) = match isup_leg::setup(iam, &self.settings.numbering) {
            Ok(_) if self.closing => (Own::Stopping, Own::Stopping.words().to_owned()),
            Ok(setup) => match unacceptable(&setup, self.rules_on(circuit)) {
                None => {
                    let key = self.begin_isup(circuit, setup, now);
                    if self.admits(key, now) {
                        self.route(key, now);
                    }
                    return;
                }
                Some(why) => (why, why.words().to_owned()),
            },
            Err(error) => (why(&error), error.to_string()),
        };
        self.report(Telemetry::Refused { from, reason });
        self.release_circuit(circuit, why.cause(), now);
    }

    /// The rows for calls of a circuit.
    fn rules_on(&self, circuit: CircuitId) -> Rules<'_> {
        let identity = self.circuits.identity(circuit);
        self.settings.rules(Between {
            trunk: identity.map(|(group, _)| group),
            peer: None,
        })
    }

    /// A call that goes nowhere: the end of its circuit, which is to follow, is its end.
    pub(super) fn end_in_vain(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        match isup_leg::setup(iam, &self.settings.numbering) {
            Ok(setup) => {
                self.begin_isup(circuit, setup, now);
            }
            Err(error) => {
                let (from, reason) = (self.name_of(circuit), error.to_string());
                self.report(Telemetry::Refused { from, reason });
            }
        }
    }

    fn begin_isup(&mut self, circuit: CircuitId, setup: Setup, now: Instant) -> usize {
        let from = self.name_of(circuit);
        let leg = Leg::Isup {
            circuit,
            begun: false,
        };
        let key = self.begin(leg, setup, from, now);
        self.by_circuit.insert(circuit, key);
        key
    }

    /// A call from SIP whose INVITE has been read and whose session description suits us.
    pub(super) fn incoming_sip(
        &mut self,
        session: SessionId,
        peer: PeerId,
        setup: Setup,
        offer: Option<Description>,
        now: Instant,
    ) -> usize {
        let leg = Leg::Sip {
            session,
            description: None,
        };
        let from = self.settings.sip.peer(peer).name.clone();
        let key = self.begin(leg, setup, from, now);
        self.calls[key].offer = offer;
        self.calls[key].peer = Some(peer);
        self.by_session.insert(session, key);
        key
    }

    fn begin(&mut self, incoming: Leg, setup: Setup, from: String, now: Instant) -> usize {
        self.started += 1;
        let number = CallNumber(self.started);
        let Setup {
            called, calling, ..
        } = setup;
        self.report(Telemetry::Started {
            call: number,
            from,
            called,
            calling,
        });
        self.calls.insert(Call {
            number,
            setup,
            origin: None,
            offer: None,
            phase: Phase::Connecting,
            incoming,
            outgoing: None,
            icscfs: Vec::new(),
            icscf: None,
            silent: Vec::new(),
            postponed: None,
            trunks: None,
            attempts: 0,
            path: None,
            forwardings: 0,
            peer: None,
            direction: None,
            started: now,
            proceeding: false,
            early_media: EarlyMedia::default(),
            authorises: false,
            told: None,
            answered: None,
            ended_by: None,
            sip_end: None,
            held: false,
            holds: false,
            holding: false,
            unready: false,
            reliable: false,
            reserving: None,
            series: None,
            transfer: None,
            places: Default::default(),
            original: None,
            denial: None,
            carrier: None,
        })
    }
}

/// Why a call cannot be carried at all: a medium of several timeslots, or no hop left
/// (`TS 29.163 §7.2.3.2.1`, `Q.764 §2.9.9`).
fn unacceptable(setup: &Setup, rules: Rules<'_>) -> Option<Own> {
    let medium = rules.offered(setup.medium);
    if medium != Medium::PREFERRED_64K && medium::codecs(medium).is_empty() {
        return Some(Own::Medium);
    }
    let none_left = setup.hops.is_some_and(|hops| hops.value() == 0);
    none_left.then_some(Own::NoHops)
}

/// Why a call goes nowhere whose number names nobody here.
fn why(error: &AnalysisError) -> Own {
    match error {
        AnalysisError::Incomplete | AnalysisError::Number(_) => Own::Incomplete,
        AnalysisError::Plan(_) | AnalysisError::Nature(_) | AnalysisError::NoAreaCode => {
            Own::NoSuchNumber
        }
    }
}
