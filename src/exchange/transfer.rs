//! Transfer by a party in SIP of whom it speaks to: the telephone party goes on with somebody else
//! (RFC 3515, RFC 5589 §6, §7; `TS 24.629`, `Q.732.7`).
//!
//! ```text
//!   ISUP leg ── call ── SIP leg, which says REFER
//!   ISUP leg ── call ── leg to the target         answered: the SIP leg is ended
//!                  ╰─── SIP leg, set aside        not answered: it is the call's again
//! ```

use std::time::{Duration, Instant};

use codecs::isup::{CauseIndicators, Presentation, Screening};
use codecs::sip::{HeaderName, Message, NameAddr, Replaces, unescape_percent};
use protocols::isup::CircuitId;
use protocols::sip::{Header, ServerId, SessionId};
use routing::E164;

use super::call::{Call, Leg, LegKey, Path, Phase, Side, Timer};
use super::interworking::release::Own;
use super::interworking::subaddress::Subaddresses;
use super::interworking::uri;
use super::leg::{Indication, LineIdentity, Portability, Setup, Signal};
use super::settings::{PeerId, Sip};
use super::telemetry::Direction;
use super::{Exchange, Media, Output};

/// The option tags that a gateway has which can be asked for transfers (RFC 3891, RFC 4488).
pub const TRANSFER: [&str; 2] = ["replaces", "norefersub"];

/// How long a target may take to answer: less than the sender of REFER is told of it for.
const PATIENCE: Duration = Duration::from_secs(240);

/// A call whose party in SIP wants it to go on with somebody else.
#[derive(Debug)]
pub(super) struct Transfer {
    /// The session of the party that wants so.
    session: SessionId,
    /// It has ended its call, and there is no way back.
    gone: bool,
    /// The latest that it was told.
    told: u16,
    /// What the INVITE to the target says besides.
    headers: Vec<Header>,
    before: Before,
}

/// What a call was.
#[derive(Debug)]
struct Before {
    incoming: Leg,
    outgoing: Option<Leg>,
    setup: Setup,
    path: Option<Path>,
    peer: Option<PeerId>,
    direction: Option<Direction>,
    held: bool,
    holds: bool,
    holding: bool,
}

/// Whom a REFER names.
struct Target {
    number: E164,
    /// The dialog that the new call is to take the place of.
    replaces: Option<String>,
    headers: Vec<Header>,
}

impl Exchange {
    /// REFER has come within a call.
    pub(super) fn referred(
        &mut self,
        session: SessionId,
        request: &Message,
        transaction: ServerId,
        now: Instant,
    ) {
        let target = self.transferable(session).and_then(|key| {
            let target = self.target(request)?;
            Ok((key, target))
        });
        let (key, target) = match target {
            Ok(transfer) => transfer,
            Err(status) => {
                let agent = &mut self.agent;
                return agent.respond(session, transaction, status, &[], None, now);
            }
        };
        let named = target.replaces.as_deref().map(str::as_bytes);
        let named = named.and_then(|value| Replaces::parse(value).ok());
        let other = named.and_then(|named| self.agent.session_named(named));
        let Some(other) = other else {
            self.agent.accept_referral(session, transaction, 100, now);
            return self.begin_transfer(key, session, target, now);
        };
        match self.joined(key, other) {
            Some(circuits) => {
                self.agent.accept_referral(session, transaction, 200, now);
                self.join_calls(key, (session, other), circuits, now);
            }
            None => self
                .agent
                .respond(session, transaction, 603, &[], None, now),
        }
    }

    /// The call that a party may have go on with somebody else, or the status that refuses it.
    fn transferable(&self, session: SessionId) -> Result<usize, u16> {
        let key = self.call_of(LegKey::Session(session)).ok_or(481u16)?;
        let call = &self.calls[key];
        let peer = self.settings.sip.peer(call.peer.unwrap_or(Sip::UNNAMED));
        let fits = call.phase == Phase::Answered && call.remaining().is_some();
        (peer.transfer && fits && !self.closing)
            .then_some(key)
            .ok_or(603)
    }

    fn target(&self, request: &Message) -> Result<Target, u16> {
        let mut addresses = request.addresses(HeaderName::ReferTo);
        let address = addresses.next().and_then(Result::ok).ok_or(400u16)?;
        // Only telephone numbers lead anywhere from here.
        let number = address.uri.telephone().ok_or(603u16)?;
        let number = uri::of_tel(&number, &self.settings.numbering).map_err(|_| 404u16)?;
        let sip = address.uri.sip();
        let method = sip.and_then(|sip| sip.params.get("method"));
        if method.is_some_and(|method| method != "INVITE") {
            return Err(603);
        }
        let replaces = sip.and_then(|sip| replaces(sip.headers?)).transpose()?;
        Ok(Target {
            number,
            replaces,
            headers: referred_by(request).into_iter().collect(),
        })
    }

    /// Sets the party in SIP aside and calls the target in its place.
    fn begin_transfer(&mut self, key: usize, session: SessionId, target: Target, now: Instant) {
        self.by_session.remove(&session);
        self.transferors.insert(session, key);
        let call = &mut self.calls[key];
        let Some(circuit) = call.remaining() else {
            return;
        };
        let setup = onwards(call, target.number);
        let remaining = Leg::Isup {
            circuit,
            begun: true,
        };
        let mut headers = target.headers;
        if let Some(replaces) = target.replaces {
            headers.push((REPLACES, replaces));
            headers.push((HeaderName::Require, TRANSFER[0].to_owned()));
        }
        call.transfer = Some(Box::new(Transfer {
            session,
            gone: false,
            told: 100,
            headers,
            before: Before {
                incoming: std::mem::replace(&mut call.incoming, remaining),
                outgoing: call.outgoing.take(),
                setup: std::mem::replace(&mut call.setup, setup),
                path: call.path.take(),
                peer: call.peer,
                direction: call.direction,
                held: std::mem::take(&mut call.held),
                holds: std::mem::take(&mut call.holds),
                holding: std::mem::take(&mut call.holding),
            },
        }));
        call.phase = Phase::Connecting;
        call.proceeding = false;
        call.told = None;
        call.attempts = 0;
        let old = call.transfer.as_ref().and_then(|t| t.before.path);
        self.outputs
            .extend(old.map(|path| Output::Media(Media::Close(path.id))));
        self.timers.cancel(&(key, Timer::Renegotiate));
        self.timers.arm((key, Timer::Transfer), now + PATIENCE);
        self.route(key, now);
    }

    /// What the INVITE to the target of a transfer says besides.
    pub(super) fn transfer_headers(&self, key: usize) -> &[Header] {
        let transfer = self.calls[key].transfer.as_ref();
        transfer.map_or(&[], |transfer| &transfer.headers)
    }

    /// Whether the target of a transfer is to have the call take the place of another.
    pub(super) fn would_replace(&self, key: usize) -> bool {
        let mut headers = self.transfer_headers(key).iter();
        headers.any(|(name, _)| *name == REPLACES)
    }

    /// The target has not answered yet, but been heard of.
    pub(super) fn transfer_proceeds(&mut self, key: usize, indication: &Indication, now: Instant) {
        let call = &mut self.calls[key];
        call.proceeding = true;
        let alerts = matches!(indication.signal, Signal::Alerting { .. });
        let status = if alerts { 180 } else { 183 };
        let Some(transfer) = &mut call.transfer else {
            return;
        };
        if std::mem::replace(&mut transfer.told, status) == status {
            return;
        }
        let session = transfer.session;
        self.agent.report_referral(session, status, now);
        if alerts {
            let signal = Signal::Transferred { alerting: true };
            self.tell(key, Side::Incoming, signal.into(), now);
        }
    }

    /// The target has answered: the party that wanted so is out of the call.
    pub(super) fn transfer_answered(&mut self, key: usize, indication: Indication, now: Instant) {
        let Some(transfer) = self.calls[key].transfer.take() else {
            return;
        };
        self.timers.cancel(&(key, Timer::Transfer));
        self.give_back(&transfer);
        self.leave_transferor(transfer.session, 200, now);
        let indication = Indication {
            signal: Signal::Transferred { alerting: false },
            isup: None,
            ..indication
        };
        self.tell(key, Side::Incoming, indication, now);
    }

    /// The target is out of reach, and its leg is over. Answers whether the call goes on as it was.
    pub(super) fn transfer_failed(
        &mut self,
        key: usize,
        cause: &CauseIndicators,
        now: Instant,
    ) -> bool {
        let status = self.status(key, cause);
        let Some(transfer) = self.calls[key].transfer.take() else {
            return false;
        };
        self.timers.cancel(&(key, Timer::Transfer));
        self.timers.cancel(&(key, Timer::EarlyAcm));
        self.agent.report_referral(transfer.session, status, now);
        self.transferors.remove(&transfer.session);
        if transfer.gone {
            self.give_back(&transfer);
            return false;
        }
        self.close_path(key);
        self.by_session.insert(transfer.session, key);
        let call = &mut self.calls[key];
        let outgoing = call.restore(transfer.before);
        match outgoing.map(|leg| leg.key()) {
            Some(LegKey::Circuit(circuit)) => {
                self.by_circuit.remove(&circuit);
            }
            Some(LegKey::Session(session)) => {
                self.by_session.remove(&session);
            }
            None => {}
        }
        self.reopen_path(key);
        true
    }

    /// The party that wants a transfer has ended its call, or is gone. Answers whether it was one.
    pub(super) fn transferor_left(&mut self, session: SessionId) -> bool {
        let Some(key) = self.transferors.remove(&session) else {
            return false;
        };
        if let Some(transfer) = &mut self.calls[key].transfer {
            transfer.gone = true;
        }
        true
    }

    /// The call is over while the target is being called.
    pub(super) fn transfer_ended(&mut self, call: &Call, now: Instant) {
        if let Some(transfer) = &call.transfer {
            self.give_back(transfer);
            self.leave_transferor(transfer.session, 487, now);
        }
    }

    /// Tells the party that wanted a transfer what came of it, and ends its call.
    fn leave_transferor(&mut self, session: SessionId, status: u16, now: Instant) {
        self.transferors.remove(&session);
        self.agent.report_referral(session, status, now);
        self.agent.hang_up(session, &[], now);
    }

    fn give_back(&mut self, transfer: &Transfer) {
        if let Some(port) = transfer.before.path.and_then(|path| path.port) {
            self.ports.give_back(port);
        }
    }

    /// T9 of a transfer, as it were.
    pub(super) fn transfer_waited(&mut self, key: usize, now: Instant) {
        self.end(key, Own::TransferUnanswered, now);
    }

    /// The voice path of a call is as it was.
    fn reopen_path(&mut self, key: usize) {
        let call = &mut self.calls[key];
        let timeslot = call.remaining().and_then(|circuit| self.timeslot(circuit));
        if let (Some(path), Some(timeslot)) = (self.calls[key].path.take(), timeslot) {
            self.open(key, timeslot, path);
        }
        self.through_connect(key, self.audible(key));
    }
}

impl Call {
    /// The circuit of a call with a party in SIP.
    pub(super) fn remaining(&self) -> Option<CircuitId> {
        self.session()?;
        let incoming = self.circuit(Side::Incoming);
        incoming.or_else(|| self.circuit(Side::Outgoing))
    }

    /// Takes the call back to what it was; the leg to the target.
    fn restore(&mut self, before: Before) -> Option<Leg> {
        self.phase = Phase::Answered;
        self.proceeding = true;
        self.ended_by = None;
        self.incoming = before.incoming;
        self.setup = before.setup;
        self.path = before.path;
        self.peer = before.peer;
        self.direction = before.direction;
        self.held = before.held;
        self.holds = before.holds;
        self.holding = before.holding;
        std::mem::replace(&mut self.outgoing, before.outgoing)
    }
}

/// The set-up of a call for the party that stays to its new one.
fn onwards(call: &Call, to: E164) -> Setup {
    let setup = &call.setup;
    let calls = matches!(call.incoming, Leg::Isup { .. });
    let calling = match calls {
        true => setup.calling,
        false => LineIdentity {
            number: Some(setup.called),
            presentation: Presentation::ALLOWED,
            screening: Screening::NETWORK,
        },
    };
    Setup {
        called: to,
        portability: Portability::default(),
        subaddresses: Subaddresses::default(),
        carrier: None,
        calling,
        additional_calling: setup.additional_calling.filter(|_| calls),
        redirection: None,
        user_to_user: None,
        wants_connected: true,
        charging: None,
        rerouted: false,
        isup: None,
        ..setup.clone()
    }
}

const REPLACES: HeaderName<'static> = HeaderName::Other("Replaces");
const REFERRED_BY: HeaderName<'static> = HeaderName::Other("Referred-By");

/// The Replaces among the header fields of a URI (RFC 3891 §6.2), written anew.
fn replaces(headers: &str) -> Option<Result<String, u16>> {
    let value = headers.split('&').find_map(|field| {
        let (name, value) = field.split_once('=')?;
        name.eq_ignore_ascii_case("Replaces").then_some(value)
    })?;
    let value = unescape_percent(value);
    let read = Replaces::parse(&value).map_err(|_| 400);
    Some(read.map(|replaces| replaces.to_string()))
}

/// Who wants the transfer, where REFER says so (RFC 3892 §2.2).
fn referred_by(request: &Message) -> Option<Header> {
    let value = request.header(REFERRED_BY)?;
    let address = NameAddr::parse("Referred-By", value).ok()?;
    Some((REFERRED_BY, format!("<{}>", address.uri)))
}
