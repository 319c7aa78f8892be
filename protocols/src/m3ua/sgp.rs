//! The end that answers: signalling gateway process, or server of an exchange between IP servers
//! (RFC 4666 §4.3.2–§4.3.4).

use std::collections::{BTreeSet, VecDeque};
use std::time::Instant;

use codecs::m3ua::{
    AspActive, AspDown, AspInactive, AspUp, Destinations, ErrorCode, MaskedPointCode, Message,
    Notify, Status, TrafficMode,
};
use codecs::mtp::{PointCode, Transfer};

use super::link::{Link, Refusal};
use super::{Config, Output, Role, Timer, asp};

/// The ASP, as seen from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Down,
    Inactive,
    Active,
    /// We stopped: the association is being shut down, and nothing can be said on it any more.
    Stopped,
}

/// The machine of the end that answers.
///
/// The application server has this one ASP, so its state follows: it is pending while T(r) runs,
/// otherwise what the ASP is.
#[derive(Debug)]
pub(super) struct Sgp {
    state: State,
    locked: bool,
    available: BTreeSet<PointCode>,
    /// Messages kept for the ASP while T(r) runs.
    kept: VecDeque<Transfer>,
}

impl Sgp {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            state: State::Down,
            locked: false,
            available: config.destinations.iter().copied().collect(),
            kept: VecDeque::new(),
        }
    }

    pub(super) fn down(&mut self, link: &mut Link, now: Instant) {
        self.enter(State::Down, link, now);
    }

    pub(super) fn lock(&mut self, locked: bool) {
        self.locked = locked;
    }

    /// A gateway has no message to end traffic with: the association is shut down at once.
    pub(super) fn stop(&mut self, link: &mut Link) {
        if self.state == State::Active {
            link.put(Output::Inactive);
        }
        self.state = State::Stopped;
        self.forget(link);
        link.cancel(Timer::Beat);
        link.cancel(Timer::Recovery);
        link.put(Output::Stopped);
    }

    pub(super) fn transfer(&mut self, link: &mut Link, transfer: Transfer) {
        if self.state == State::Active {
            link.send_data(transfer);
        } else if link.is_armed(Timer::Recovery) && self.kept.len() < link.config.timers.kept {
            self.kept.push_back(transfer);
        } else {
            link.put(Output::Undelivered(transfer));
        }
    }

    pub(super) fn destination(&mut self, link: &mut Link, code: PointCode, available: bool) {
        let changed = match available {
            true => self.available.insert(code),
            false => self.available.remove(&code),
        };
        if changed && self.state == State::Active {
            self.tell(link, vec![MaskedPointCode::exact(code)], available);
        }
    }

    pub(super) fn received(
        &mut self,
        link: &mut Link,
        message: Message,
        now: Instant,
    ) -> Result<(), Refusal> {
        use Message as M;
        use State as S;
        match (self.state, message) {
            (S::Active | S::Stopped, M::Data(data)) => link.deliver(data),
            // Its leave crossed ours, and the association ends with either.
            (S::Stopped, _) => Ok(()),
            // ASP Inactive, which goes on another stream, may overtake it.
            (S::Inactive, M::Data(data)) if link.is_armed(Timer::Recovery) => link.deliver(data),
            (_, M::AspUp(up)) => self.asp_up(link, up, now),
            (_, M::AspDown(_)) => self.asp_down(link, now),
            (S::Inactive | S::Active, M::AspActive(active)) => self.asp_active(link, active, now),
            (S::Inactive | S::Active, M::AspInactive(inactive)) => {
                self.asp_inactive(link, inactive, now)
            }
            (S::Inactive | S::Active, M::Daud(audit)) => self.audit(link, &audit),
            (S::Active, M::Scon(congestion)) => asp::congested(link, &congestion),
            (_, M::RegistrationRequest(_) | M::DeregistrationRequest(_)) => {
                Err(ErrorCode::UNSUPPORTED_CLASS.into())
            }
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// T(r) expired: the messages kept are lost.
    pub(super) fn not_recovered(&mut self, link: &mut Link) {
        self.forget(link);
        if self.state == State::Inactive {
            notify(link, Status::AS_INACTIVE);
        }
    }

    fn asp_up(&mut self, link: &mut Link, up: AspUp, now: Instant) -> Result<(), Refusal> {
        self.admit(link, &up)?;
        link.send(&Message::AspUpAck(AspUp {
            asp_identifier: up.asp_identifier,
            ..AspUp::default()
        }));
        match self.state {
            State::Inactive => return Ok(()),
            State::Down => link.start_beating(now),
            State::Active | State::Stopped => {}
        }
        let expected = self.state == State::Down;
        self.enter(State::Inactive, link, now);
        notify(link, inactive_or_pending(link));
        if expected {
            return Ok(());
        }
        Err(ErrorCode::UNEXPECTED_MESSAGE.into())
    }

    fn admit(&self, link: &Link, up: &AspUp) -> Result<(), Refusal> {
        match (link.config.asp_identifier, up.asp_identifier) {
            _ if self.locked => Err(ErrorCode::MANAGEMENT_BLOCKING.into()),
            (Some(_), None) => Err(ErrorCode::ASP_IDENTIFIER_REQUIRED.into()),
            (Some(ours), Some(theirs)) if ours != theirs => {
                Err(ErrorCode::INVALID_ASP_IDENTIFIER.into())
            }
            _ => Ok(()),
        }
    }

    fn asp_down(&mut self, link: &mut Link, now: Instant) -> Result<(), Refusal> {
        link.send(&Message::AspDownAck(AspDown::default()));
        link.cancel(Timer::Beat);
        self.enter(State::Down, link, now);
        Ok(())
    }

    fn asp_active(
        &mut self,
        link: &mut Link,
        active: AspActive,
        now: Instant,
    ) -> Result<(), Refusal> {
        if self.locked {
            return Err(ErrorCode::MANAGEMENT_BLOCKING.into());
        }
        check_mode(link.config.mode, active.mode)?;
        let (ours, strange) = sort_contexts(link, &active.routing_contexts)?;
        link.send(&Message::AspActiveAck(AspActive {
            mode: active.mode,
            routing_contexts: ours,
            ..AspActive::default()
        }));
        if self.state == State::Inactive {
            self.enter(State::Active, link, now);
            notify(link, Status::AS_ACTIVE);
            for transfer in std::mem::take(&mut self.kept) {
                link.send_data(transfer);
            }
        }
        strange
    }

    fn asp_inactive(
        &mut self,
        link: &mut Link,
        inactive: AspInactive,
        now: Instant,
    ) -> Result<(), Refusal> {
        let (ours, strange) = sort_contexts(link, &inactive.routing_contexts)?;
        link.send(&Message::AspInactiveAck(AspInactive {
            routing_contexts: ours,
            ..AspInactive::default()
        }));
        if self.state == State::Active {
            self.enter(State::Inactive, link, now);
            notify(link, Status::AS_PENDING);
        }
        strange
    }

    /// Answers an audit (`§4.5.3`): what is not known to be available is not.
    fn audit(&self, link: &mut Link, audit: &Destinations) -> Result<(), Refusal> {
        link.check_network(audit.network_appearance)?;
        link.check_contexts(&audit.routing_contexts)?;
        let (there, gone): (Vec<_>, Vec<_>) = audit
            .affected
            .iter()
            .partition(|asked| self.available.iter().any(|&code| asked.covers(code)));
        self.tell(link, there, true);
        self.tell(link, gone, false);
        Ok(())
    }

    fn tell(&self, link: &mut Link, affected: Vec<MaskedPointCode>, available: bool) {
        if affected.is_empty() {
            return;
        }
        let destinations = Destinations {
            network_appearance: link.config.network_appearance,
            routing_contexts: contexts(link),
            affected,
            info: None,
            other: Vec::new(),
        };
        link.send(&match available {
            true => Message::Dava(destinations),
            false => Message::Duna(destinations),
        });
    }

    fn forget(&mut self, link: &mut Link) {
        for transfer in self.kept.drain(..) {
            link.put(Output::Undelivered(transfer));
        }
    }

    /// Changes state, tells whether traffic flows, and begins or ends recovery.
    fn enter(&mut self, state: State, link: &mut Link, now: Instant) {
        match (self.state, state) {
            (State::Active, State::Inactive | State::Down) => {
                link.put(Output::Inactive);
                link.arm(Timer::Recovery, now + link.config.timers.recovery);
            }
            (State::Inactive | State::Down, State::Active) => {
                link.cancel(Timer::Recovery);
                link.put(Output::Active);
            }
            _ => {}
        }
        self.state = state;
    }
}

fn contexts(link: &Link) -> Vec<u32> {
    link.config.routing_context.into_iter().collect()
}

/// Tells the ASP of its application server; IP servers do without.
fn notify(link: &mut Link, status: Status) {
    if link.config.role != Role::Sgp {
        return;
    }
    link.send(&Message::Notify(Notify {
        status,
        asp_identifier: None,
        routing_contexts: contexts(link),
        info: None,
        other: Vec::new(),
    }));
}

fn inactive_or_pending(link: &Link) -> Status {
    match link.is_armed(Timer::Recovery) {
        true => Status::AS_PENDING,
        false => Status::AS_INACTIVE,
    }
}

fn check_mode(ours: Option<TrafficMode>, theirs: Option<TrafficMode>) -> Result<(), Refusal> {
    match (ours, theirs) {
        (_, None) => Ok(()),
        (Some(ours), Some(theirs)) if ours == theirs => Ok(()),
        (None, Some(TrafficMode(1..=3))) => Ok(()),
        _ => Err(ErrorCode::UNSUPPORTED_TRAFFIC_MODE.into()),
    }
}

/// Which contexts to acknowledge, and what to say about the others (`§4.3.4.3`).
fn sort_contexts(link: &Link, asked: &[u32]) -> Result<(Vec<u32>, Result<(), Refusal>), Refusal> {
    link.check_contexts(asked)?;
    let ours = link.config.routing_context;
    let strange: Vec<u32> = asked
        .iter()
        .copied()
        .filter(|&context| Some(context) != ours)
        .collect();
    let verdict = match strange.is_empty() {
        true => Ok(()),
        false => Err(Refusal::contexts(strange)),
    };
    Ok((contexts(link), verdict))
}
