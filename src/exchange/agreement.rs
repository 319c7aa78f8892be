//! What is agreed upon about voice: offers and answers of a session, and what becomes of its voice
//! path (RFC 3264, RFC 6337).

use std::net::SocketAddr;
use std::time::Instant;

use codecs::isup::{Message as IsupMessage, TransmissionMediumRequirement as Medium};
use codecs::sdp::{Agreement, AudioDescription, Description, Direction, Origin, Stream};
use codecs::sip::Message;
use protocols::sip::{Body, ServerId, SessionId};

use super::Exchange;
use super::call::{Described, Leg, LegKey, Phase};
use super::encapsulation::{self, carriage::Place};
use super::interworking::cause::beyond;
use super::interworking::medium;
use super::interworking::rows::Rules;
use super::leg::Signal;
use super::settings::Rtp;
use super::sip_leg::{self, Refusal};

/// Stands for a port while it is seen whether an offer could be answered at all (discard, RFC 863).
const PROBE_PORT: u16 = 9;

impl Described {
    /// As the body of a message.
    pub(super) fn body(&self) -> Body {
        Body {
            content_type: "application/sdp".into(),
            bytes: self.body.clone(),
        }
    }
}

impl Exchange {
    /// The offer of an INVITE, which may leave it to us. Nothing is seized for a call whose voice
    /// could not be carried.
    pub(super) fn acceptable_offer(
        &self,
        request: &Message,
        rules: Rules<'_>,
    ) -> Result<Option<Description>, Refusal> {
        let Some(offer) = encapsulation::description(request).transpose()? else {
            return Ok(None);
        };
        let (_, agreement) = answer(
            &offer,
            &self.audio_at(PROBE_PORT, medium::of_offer(Some(&offer), rules)),
        )?;
        sip_leg::remote(&agreement)?;
        Ok(Some(offer))
    }

    /// Prepares what we say to the caller in SIP: the answer to the offer, or an offer of ours.
    pub(super) fn describe_incoming(&mut self, key: usize) -> Result<(), Refusal> {
        let (Leg::Sip { session, .. }, None) = (&self.calls[key].incoming, self.described(key))
        else {
            return Ok(());
        };
        let session = *session;
        let local = self.local_audio(key)?;
        let described = match self.calls[key].offer.take() {
            Some(offer) => {
                let (answer, agreement) = answer(&offer, &local)?;
                self.agreed(key, &agreement)?;
                self.first_description(key, &answer, false)
            }
            None => self.first_description(key, &Description::offer(local), true),
        };
        self.describe(key, session, described);
        Ok(())
    }

    fn described(&self, key: usize) -> Option<&Described> {
        match &self.calls[key].incoming {
            Leg::Sip { description, .. } => description.as_ref(),
            Leg::Isup { .. } => None,
        }
    }

    pub(super) fn first_description(
        &self,
        key: usize,
        description: &Description,
        offers: bool,
    ) -> Described {
        let version = self.calls[key].number.0;
        self.write(key, description, version, offers)
    }

    /// A further description of the same session. Its version is a new one if it differs from the
    /// one before (RFC 3264 §8).
    pub(super) fn next_description(
        &mut self,
        key: usize,
        session: SessionId,
        description: &Description,
        offers: bool,
    ) -> Described {
        let last = self.calls[key].description(session).and_then(|d| d.take());
        let version = last
            .as_ref()
            .map_or(self.calls[key].number.0, |d| d.version);
        let next = self.write(key, description, version, offers);
        match last {
            Some(last) if last.body != next.body => {
                self.write(key, description, version + 1, offers)
            }
            _ => next,
        }
    }

    fn write(
        &self,
        key: usize,
        description: &Description,
        version: u64,
        offers: bool,
    ) -> Described {
        let origin = Origin {
            id: self.calls[key].number.0,
            version,
            host: self.settings.rtp.address,
        };
        Described {
            body: origin.write(description).into(),
            version,
            offers,
            direction: direction(description),
            told: false,
        }
    }

    /// What our latest description says that we do.
    fn said_direction(&self, key: usize) -> Direction {
        let described = self.calls[key]
            .session()
            .and_then(|(_, described)| described);
        described.map_or(Direction::SendRecv, |described| described.direction)
    }

    pub(super) fn describe(&mut self, key: usize, session: SessionId, described: Described) {
        if let Some(description) = self.calls[key].description(session) {
            *description = Some(described);
        }
    }

    pub(super) fn local_audio(&self, key: usize) -> Result<AudioDescription, Refusal> {
        let call = &self.calls[key];
        let port = call.path.and_then(|path| path.port);
        let port = port.ok_or_else(|| Refusal::new(500, "no voice path"))?;
        Ok(AudioDescription {
            direction: Direction::of(true, !call.holds),
            ..self.audio_at(port, call.setup.medium)
        })
    }

    fn audio_at(&self, port: u16, medium: Medium) -> AudioDescription {
        let Rtp {
            address, packet_ms, ..
        } = self.settings.rtp;
        sip_leg::local_audio(SocketAddr::new(address, port), packet_ms, medium)
    }

    /// Notes what a call's RTP stream is to be. One on hold may have no address to send to; then
    /// the one it had is kept.
    pub(super) fn agreed(&mut self, key: usize, agreement: &Agreement) -> Result<(), Refusal> {
        let remote = sip_leg::remote(agreement)?;
        if let Some(path) = &mut self.calls[key].path {
            path.direction = agreement.direction;
            if !remote.address.ip().is_unspecified() {
                path.remote = Some(remote);
            }
        }
        Ok(())
    }

    /// Reads the answer to our offer, where a message has one. Answers whether it had.
    pub(super) fn read_answer(&mut self, key: usize, message: &Message) -> Result<bool, Refusal> {
        let Some(answer) = encapsulation::description(message).transpose()? else {
            let known = self.calls[key]
                .path
                .is_some_and(|path| path.remote.is_some());
            return if known || message.status() < 200 {
                Ok(false)
            } else {
                Err(Refusal::new(488, "200 without session description"))
            };
        };
        let offer = Description::offer(AudioDescription {
            direction: self.said_direction(key),
            ..self.local_audio(key)?
        });
        let agreement = offer
            .agree(&answer)
            .map_err(|error| Refusal::new(488, error))?;
        self.agreed(key, &agreement)?;
        Ok(true)
    }

    /// A re-INVITE: what it describes changes the RTP stream, nothing else. One without an offer
    /// asks for ours.
    pub(super) fn reinvited(&mut self, session: SessionId, request: &Message, now: Instant) {
        let Some(key) = self.call_of(LegKey::Session(session)) else {
            // While it is being transferred, the call has no say any more.
            let waits = self.transferors.contains_key(&session);
            let status = if waits { 491 } else { 481 };
            return self.agent.reject(session, status, &[], now);
        };
        let enclosed = self.enclosed(key, request, Place::Reinvite);
        match self.redescribe(key, session, request) {
            Ok(described) => {
                self.agent
                    .answer(session, &[], Some(&described.body()), now);
                let offers = described.offers;
                self.describe(key, session, described);
                match enclosed {
                    _ if offers => {}
                    Some(said) => self.reconnect_as(key, session, said, now),
                    None => self.reconnect(key, session, now),
                }
            }
            Err(refusal) => {
                self.agent
                    .reject(session, refusal.status, &refusal.headers(), now);
            }
        }
    }

    /// An UPDATE or PRACK, which is to be answered if it has an offer; the answer to an offer of
    /// ours otherwise.
    pub(super) fn redescribed(
        &mut self,
        session: SessionId,
        request: &Message,
        transaction: Option<ServerId>,
        now: Instant,
    ) {
        let key = self.call_of(LegKey::Session(session));
        let (key, transaction) = match (key, transaction) {
            (Some(key), Some(transaction)) => (key, transaction),
            (None, Some(transaction)) => {
                let agent = &mut self.agent;
                return agent.respond(session, transaction, 481, &[], None, now);
            }
            (Some(_), None) => return self.acknowledged(session, request, now),
            (None, None) => return,
        };
        match self.redescribe(key, session, request) {
            Ok(mut described) => {
                described.told = true;
                let body = described.body();
                self.agent
                    .respond(session, transaction, 200, &[], Some(&body), now);
                self.describe(key, session, described);
                self.reconnect(key, session, now);
                self.reserved(key, request, now);
            }
            Err(refusal) => {
                let (status, headers) = (refusal.status, refusal.headers());
                self.agent
                    .respond(session, transaction, status, &headers, None, now);
            }
        }
    }

    /// The peer has no UPDATE: what was described last is offered once more (`RFC 4028 §7.4`).
    pub(super) fn refresh(&mut self, session: SessionId, now: Instant) {
        let Some(key) = self.call_of(LegKey::Session(session)) else {
            return;
        };
        let described = self.calls[key]
            .description(session)
            .and_then(|d| d.as_ref());
        let body = described.map(Described::body);
        self.agent.reinvite(session, &[], body.as_ref(), now);
    }

    fn redescribe(
        &mut self,
        key: usize,
        session: SessionId,
        request: &Message,
    ) -> Result<Described, Refusal> {
        let local = self.local_audio(key)?;
        let Some(offer) = encapsulation::description(request).transpose()? else {
            return Ok(self.next_description(key, session, &Description::offer(local), true));
        };
        let (answer, agreement) = answer(&offer, &local)?;
        self.agreed(key, &agreement)?;
        Ok(self.next_description(key, session, &answer, false))
    }

    /// Lets what is newly agreed upon take effect, and tells the other side of hold and retrieval.
    pub(super) fn reconnect(&mut self, key: usize, session: SessionId, now: Instant) {
        self.through_connect(key, self.audible(key));
        let call = &mut self.calls[key];
        let held = call.path.is_some_and(|path| !path.direction.sends());
        let answered = call.phase == Phase::Answered;
        if std::mem::replace(&mut call.held, held) != held && answered {
            let signal = if held { Signal::Hold } else { Signal::Retrieve };
            self.indicated(LegKey::Session(session), signal.into(), now);
        }
    }

    /// The same where the peer says in ISUP why: that is what the other side hears.
    fn reconnect_as(&mut self, key: usize, session: SessionId, said: IsupMessage, now: Instant) {
        self.through_connect(key, self.audible(key));
        let call = &mut self.calls[key];
        call.held = call.path.is_some_and(|path| !path.direction.sends());
        self.heard(LegKey::Session(session), said, now);
    }

    /// ACK has come; where our 2xx had the offer, it has the answer.
    pub(super) fn acknowledged(&mut self, session: SessionId, ack: &Message, now: Instant) {
        let Some(key) = self.call_of(LegKey::Session(session)) else {
            return;
        };
        let offered = self.calls[key]
            .description(session)
            .and_then(Option::as_mut)
            .is_some_and(|described| std::mem::take(&mut described.offers));
        if !offered {
            return;
        }
        match self.read_answer(key, ack) {
            Ok(true) => self.reconnect(key, session, now),
            // PRACK need not answer at once what another message can; ACK must.
            Ok(false) => self.disagree(key, Refusal::new(488, "ACK without an answer"), now),
            Err(refusal) => self.disagree(key, refusal, now),
        }
    }

    /// The other side answered our offer with nothing we could use: the call ends.
    pub(super) fn disagree(&mut self, key: usize, refusal: Refusal, now: Instant) {
        self.malformed("SIP", refusal.reason);
        self.fail(key, beyond(self.tables(key).cause(refusal.status)), now);
    }
}

fn direction(description: &Description) -> Direction {
    let used = description.streams.iter().find_map(|stream| match stream {
        Stream::Audio(audio) => Some(audio.direction),
        Stream::Unused { .. } => None,
    });
    used.unwrap_or_default()
}

pub(super) fn answer(
    offer: &Description,
    local: &AudioDescription,
) -> Result<(Description, Agreement), Refusal> {
    offer
        .answer(local)
        .map_err(|error| Refusal::new(488, error))
}
