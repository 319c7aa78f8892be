//! The SIP side of calls: sessions of the user agent, their descriptions, failover among I-CSCFs.

use std::time::Instant;

use codecs::isup::{Cause, Location};
use codecs::sip::{HeaderName, Message, Method};
use protocols::sip::{Content, DialogId, Event, Hop, Invite, Output as AgentOutput, SessionId};
use rand::Rng;

use super::call::{Leg, LegKey, Side};
use super::encapsulation::carriage::Place;
use super::interworking::cause::{CauseTables, released};
use super::interworking::identity::{Calling, Identity};
use super::interworking::overrides::Between;
use super::interworking::release::Own;
use super::interworking::{early_media, medium, progress, service, trust, uri};
use super::leg::{Indication, Signal};
use super::peers::Choice;
use super::settings::{Peer, Reliable, Sip};
use super::sip_leg::{self, RELIABLE, Refusal};
use super::telemetry::{MessageLabel, SipEnd, Telemetry, Way};
use super::{Exchange, Output};

/// The session of an INVITE, and the one whose place it is to take.
type Invited = (SessionId, Option<SessionId>);

impl Exchange {
    pub(super) fn agent_output(&mut self, output: AgentOutput, now: Instant) {
        match output {
            AgentOutput::Transmit(transmit) => {
                self.report(Telemetry::Sip(Way::Sent, label(&transmit.bytes)));
                self.outputs.push_back(Output::Transmit(transmit));
            }
            AgentOutput::Event(event) => self.agent_event(event, now),
        }
    }

    fn agent_event(&mut self, mut event: Event, now: Instant) {
        self.disbelieve(&mut event);
        match event {
            Event::Invite {
                session,
                request,
                source,
                replaces,
            } => {
                self.invited((session, replaces), &request, source, now);
            }
            Event::Progress {
                session,
                dialog,
                response,
                ..
            } => {
                self.spoke(session, dialog);
                self.provisional(session, dialog, &response, now);
            }
            Event::Answered {
                session,
                dialog,
                response,
                ..
            } => {
                self.spoke(session, Some(dialog));
                self.accepted(session, &response, now);
            }
            Event::Rejected {
                session,
                status,
                response,
            } => {
                self.rejected(session, status, response.as_ref(), now);
            }
            Event::Reinvited { session, request } => self.reinvited(session, &request, now),
            Event::Prack {
                session,
                request,
                transaction,
            }
            | Event::Updated {
                session,
                request,
                transaction,
                ..
            } => self.redescribed(session, &request, transaction, now),
            Event::Info {
                session,
                request,
                transaction: Some(transaction),
                ..
            } => self.info(session, &request, transaction, now),
            Event::Info { .. } => {}
            Event::Replied {
                session,
                asked,
                status,
                response,
                ..
            } => self.replied(session, asked, status, response.as_ref(), now),
            Event::Referred {
                session,
                request,
                transaction,
            } => self.referred(session, &request, transaction, now),
            Event::Bye { session, .. } | Event::Terminated { session }
                if self.transferor_left(session) => {}
            Event::Refresh { session } => self.refresh(session, now),
            Event::Bye { session, request } => {
                self.heard_end(session, MessageLabel::Method("BYE"), Some(&request));
                let cause = Cause::NORMAL_CLEARING;
                let cause = released(&request, cause, Location::BEYOND_INTERWORKING);
                let indication = sip_leg::release(cause, Some(&request));
                self.peer_released(session, indication, &request, now);
            }
            Event::Cancelled { session, request } => {
                self.heard_end(session, MessageLabel::Method("CANCEL"), Some(&request));
                let cause = self.settings.cancelled(&request, self.between(session));
                self.indicated(LegKey::Session(session), Signal::Release(cause).into(), now);
            }
            Event::Probed {
                target,
                status,
                rest,
            } => self.probed(target, status, rest, now),
            Event::NotProven { source } => self.not_proven(source),
            Event::Terminated { session } => self.session_ended(session, now),
            Event::Acknowledged { session, request } => self.acknowledged(session, &request, now),
        }
    }

    fn invited(&mut self, call: Invited, request: &Message, source: Hop, now: Instant) {
        if let Err(refusal) = self.admit(call, request, source, now) {
            let from = source.address.to_string();
            let headers = refusal.headers();
            let body = self.refusing(request, source, refusal.status);
            let content = Content {
                headers: &headers,
                body: body.as_ref(),
            };
            self.agent.reject(call.0, refusal.status, content, now);
            self.report(Telemetry::Refused {
                from,
                reason: refusal.reason,
            });
        }
    }

    /// A call from SIP: its peer, its number and its session description must suit.
    fn admit(
        &mut self,
        (session, replaces): Invited,
        request: &Message,
        source: Hop,
        now: Instant,
    ) -> Result<(), Refusal> {
        let Some(peer) = self.settings.sip.at(source.address.ip()) else {
            return Err(Refusal::new(403, "not a SIP peer"));
        };
        if request.max_forwards().is_ok_and(|hops| hops == Some(0)) {
            return Err(Refusal::new(483, "the call may go no further"));
        }
        if self.closing {
            return Err(Refusal::new(503, "the gateway is stopping"));
        }
        if self.overload >= 2 {
            return Err(Refusal::new(503, "the gateway is overloaded"));
        }
        if let Some(old) = replaces {
            return self.replace(old, (session, peer), request, now);
        }
        if let Some(key) = self.continued(request) {
            return self.continue_call(key, session, request, now);
        }
        let known = self.settings.sip.peer(peer);
        let mut setup = sip_leg::setup(request, &self.settings, peer)?;
        self.rewrite_set_up(peer, &mut setup)?;
        if self.is_incomplete(setup.called.digits()) {
            return Err(Refusal::new(484, "the number is not complete"));
        }
        let reliable = known.reliable.of(request)?;
        let between = self.settings.towards(setup.leading_digits(), peer);
        let rules = self.settings.rules(between);
        let offer = self.acceptable_offer(request, rules)?;
        setup.medium = medium::of_offer(offer.as_ref(), rules);
        let has_isup = self.join_iam(&mut setup, request, peer)?;
        let key = self.incoming_sip(session, peer, setup, offer, now);
        if has_isup {
            self.came_with_isup(key, session);
        }
        let call = &mut self.calls[key];
        call.authorises = early_media::is_supported(request);
        call.reliable = reliable;
        if self.admits(key, now) {
            self.route(key, now);
            self.remember_origin(key, request);
        }
        Ok(())
    }

    /// Sends the INVITE of a call to an I-CSCF.
    pub(super) fn invite(&mut self, key: usize, choice: Choice, now: Instant) -> Option<Leg> {
        let charged_as = self.random.random();
        let icscf = &self.settings.icscfs[choice.icscf];
        let peer = self.peer_at(choice);
        let local = self.local_audio(key).ok()?;
        let offer = self.reserving_offer(key, peer, local);
        let described = self.first_description(key, &offer, false);
        let setup = &*self.told_to(peer, &self.calls[key].setup);
        let known = self.settings.sip.peer(peer);
        let identities = &known.identities;
        let domain = self.settings.domain(known);
        let rules = self.settings.rules(Between {
            peer: Some(peer),
            ..self.neighbours(key)
        });
        let identity = Identity::of(Calling::of(setup, rules), identities.asserted, &domain);
        let from = identity.from.clone();
        let mut headers = sip_leg::invite_headers(setup, identity, &icscf.name, identities, rules);
        headers.push((HeaderName::Route, ["<sip:", &icscf.name, ";lr>"].concat()));
        if known.ims_fields {
            headers.extend(sip_leg::ims_headers(charged_as, identities));
            headers.extend(service::headers());
        }
        if known.reliable == Reliable::Required {
            headers.push((HeaderName::Require, RELIABLE.to_owned()));
        }
        headers.extend(known.precondition_headers());
        headers.extend_from_slice(self.transfer_headers(key));
        trust::keep(&mut headers, known.trusted);
        let invite = Invite {
            target: choice.hop,
            from,
            to: ["<", &setup.called.tel_uri(), ">"].concat(),
            request_uri: uri::request_uri(setup, &self.settings.numbering),
            headers,
            body: None,
        };
        self.calls[key].peer = Some(peer);
        self.reservation_begins(key);
        let body = Some(self.opening(key, described.body()));
        let session = self.place(key, Invite { body, ..invite }, now);
        self.by_session.insert(session, key);
        self.prepare_to_part(key, session);
        Some(Leg::Sip {
            session,
            description: Some(described),
        })
    }

    fn provisional(
        &mut self,
        session: SessionId,
        dialog: Option<DialogId>,
        response: &Message,
        now: Instant,
    ) {
        let Some(key) = self.call_of(LegKey::Session(session)) else {
            return;
        };
        self.icscf_answered(key, now);
        self.reservation_answered(key, dialog, response, now);
        let described = self
            .read_answer(key, response)
            .is_ok_and(|described| described);
        let early_media = &mut self.calls[key].early_media;
        early_media.hear(response, described);
        let in_band = early_media.flows(self.settings.flow.early_media);
        let signal = progress::of_provisional(response.status(), in_band);
        let said = signal.map(|signal| self.said(key, signal, response));
        if let Some(indication) = self.with_enclosed(key, said, response, Place::Provisional) {
            self.indicated(LegKey::Session(session), indication, now);
        }
    }

    fn accepted(&mut self, session: SessionId, response: &Message, now: Instant) {
        let Some(key) = self.call_of(LegKey::Session(session)) else {
            return;
        };
        self.icscf_answered(key, now);
        match self.read_answer(key, response) {
            Ok(_) => {
                let said = Some(self.said(key, Signal::Answer, response));
                if let Some(indication) = self.with_enclosed(key, said, response, Place::Answer) {
                    self.indicated(LegKey::Session(session), indication, now);
                }
            }
            Err(refusal) => self.disagree(key, refusal, now),
        }
    }

    /// The peer of a call's session.
    pub(super) fn peer_of(&self, key: usize) -> &Peer {
        let peer = self.calls[key].peer.unwrap_or(Sip::UNNAMED);
        self.settings.sip.peer(peer)
    }

    fn said(&self, key: usize, signal: Signal, response: &Message) -> Indication {
        let (setup, area) = (&self.calls[key].setup, &self.settings.numbering);
        let rules = self.settings.rules(self.neighbours(key));
        sip_leg::indication(
            signal,
            response,
            setup,
            area,
            rules,
            self.peer_of(key).trusted,
        )
    }

    fn icscf_answered(&mut self, key: usize, now: Instant) {
        if let Some(choice) = self.calls[key].icscf {
            self.peers.answered(choice, now);
        }
    }

    /// A session is over although nobody ended it: our answer was never acknowledged.
    fn session_ended(&mut self, session: SessionId, now: Instant) {
        let cause = Own::Unacknowledged.cause();
        self.indicated(LegKey::Session(session), Signal::Release(cause).into(), now);
    }

    /// Notes for the record what ended a session.
    pub(super) fn heard_end(
        &mut self,
        session: SessionId,
        label: MessageLabel,
        message: Option<&Message>,
    ) {
        let reason = message.and_then(|message| message.header(HeaderName::Reason));
        if let Some(&key) = self.by_session.get(&session) {
            self.calls[key].sip_end = Some(SipEnd {
                way: Way::Received,
                message: label,
                reason: reason.map(|value| String::from_utf8_lossy(value).into_owned()),
            });
        }
    }

    /// Which tables are for a call.
    pub(super) fn tables(&self, key: usize) -> CauseTables {
        self.settings.tables(self.neighbours(key))
    }

    /// Between which neighbours a call is.
    pub(super) fn neighbours(&self, key: usize) -> Between {
        let call = &self.calls[key];
        let circuits = [Side::Incoming, Side::Outgoing].map(|side| call.circuit(side));
        let circuit = circuits.into_iter().flatten().next();
        let identity = circuit.and_then(|circuit| self.circuits.identity(circuit));
        Between {
            trunk: identity.map(|(group, _)| group),
            peer: call.peer,
        }
    }

    pub(super) fn between(&self, session: SessionId) -> Between {
        let key = self.by_session.get(&session);
        key.map_or_else(Between::default, |&key| self.neighbours(key))
    }
}

/// What metrics call a message: its method or its status.
pub(super) fn label(bytes: &[u8]) -> MessageLabel {
    let mut words = bytes.split(|&byte| byte == b' ');
    let mut next = || std::str::from_utf8(words.next().unwrap_or_default()).unwrap_or("");
    match next() {
        "SIP/2.0" => next()
            .parse()
            .map_or(MessageLabel::OTHER, MessageLabel::Status),
        word => MessageLabel::of_method(&Method::parse(word)),
    }
}
