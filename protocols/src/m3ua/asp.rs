//! The end that asks: ASP, or client of an exchange between IP servers (RFC 4666 §4.3.4).

use std::time::Instant;

use codecs::m3ua::{
    AspActive, AspDown, AspInactive, AspUp, Congestion, Destinations, ErrorCode, MaskedPointCode,
    Message, Notify, Status, UserPartUnavailable,
};
use codecs::mtp::Transfer;

use super::link::{Link, Refusal};
use super::{Output, Timer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The association is not up, or was given up.
    Down,
    /// ASP Up is not acknowledged yet.
    ComingUp,
    /// ASP Active is not acknowledged yet.
    Activating,
    /// Traffic flows.
    Active,
    /// Another ASP has the traffic.
    Standby,
    /// ASP Inactive is not acknowledged yet; ASP Down is next.
    Deactivating,
    /// ASP Down is not acknowledged yet.
    GoingDown,
    /// Orderly stop is done.
    Stopped,
}

/// The machine of the end that asks.
#[derive(Debug)]
pub(super) struct Asp {
    state: State,
    /// How often the outstanding request was sent.
    attempts: u32,
}

impl Asp {
    pub(super) fn new() -> Self {
        Self {
            state: State::Down,
            attempts: 0,
        }
    }

    pub(super) fn up(&mut self, link: &mut Link, now: Instant) {
        self.request(State::ComingUp, link, now);
    }

    pub(super) fn down(&mut self, link: &mut Link) {
        self.enter(State::Down, link);
    }

    pub(super) fn stop(&mut self, link: &mut Link, now: Instant) {
        match self.state {
            State::Active => self.request(State::Deactivating, link, now),
            State::Activating | State::Standby => self.request(State::GoingDown, link, now),
            State::Down | State::ComingUp => self.stopped(link),
            State::Deactivating | State::GoingDown | State::Stopped => {}
        }
    }

    pub(super) fn transfer(&mut self, link: &mut Link, transfer: Transfer) {
        match self.state {
            State::Active => link.send_data(transfer),
            _ => link.put(Output::Undelivered(transfer)),
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
            (S::ComingUp, M::AspUpAck(_)) => self.came_up(link, now),
            (S::Activating, M::AspActiveAck(ack)) => self.activated(link, &ack),
            (S::Deactivating, M::AspInactiveAck(_)) => self.go(S::GoingDown, link, now),
            (S::GoingDown | S::Deactivating, M::AspDownAck(_)) => self.left(link),
            // The association is being shut down: whatever comes now crossed that.
            (S::Stopped, M::Data(data)) => link.deliver(data),
            (S::Stopped, _) => Ok(()),
            (_, M::Notify(notify)) => self.notified(link, &notify, now),
            (_, M::AspUpAck(_)) => self.up_again(link, now),
            (_, M::AspDownAck(_)) => self.thrown_out(link, now),
            (_, M::AspActiveAck(_)) => self.active_again(),
            (_, M::AspInactiveAck(_)) => self.deactivated(link, now),
            // DATA may overtake ASP Active Ack, and be overtaken by ASP Inactive Ack, which go on
            // another stream (`§4.3.4.3`).
            (S::Activating | S::Active | S::Deactivating | S::GoingDown, message) => {
                traffic(link, message)
            }
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// T(ack) expired.
    pub(super) fn unanswered(&mut self, link: &mut Link, now: Instant) {
        if self.attempts < link.config.timers.attempts {
            return self.send_request(link, now);
        }
        match self.state {
            State::Deactivating | State::GoingDown => self.stopped(link),
            _ => {
                link.down();
                self.enter(State::Down, link);
                link.put(Output::Abort);
            }
        }
    }

    fn came_up(&mut self, link: &mut Link, now: Instant) -> Result<(), Refusal> {
        link.start_beating(now);
        self.go(State::Activating, link, now)
    }

    fn activated(&mut self, link: &mut Link, ack: &AspActive) -> Result<(), Refusal> {
        link.check_contexts(&ack.routing_contexts)?;
        self.enter(State::Active, link);
        Ok(())
    }

    fn left(&mut self, link: &mut Link) -> Result<(), Refusal> {
        self.stopped(link);
        Ok(())
    }

    /// ASP Up Ack nobody asked for: the peer has us inactive (`§4.3.4.1`).
    fn up_again(&mut self, link: &mut Link, now: Instant) -> Result<(), Refusal> {
        match self.state {
            State::Active => self.request(State::Activating, link, now),
            State::Deactivating => return self.go(State::GoingDown, link, now),
            State::Activating | State::Standby | State::GoingDown => return Ok(()),
            State::Down | State::ComingUp | State::Stopped => {}
        }
        Err(ErrorCode::UNEXPECTED_MESSAGE.into())
    }

    /// ASP Down Ack nobody asked for: the peer has us down (`§4.3.4.2`).
    fn thrown_out(&mut self, link: &mut Link, now: Instant) -> Result<(), Refusal> {
        match self.state {
            State::Activating | State::Active | State::Standby => {
                self.go(State::ComingUp, link, now)
            }
            State::ComingUp => Ok(()),
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// A second ASP Active Ack, as a repeated ASP Active begets (`§4.3.4.3`).
    fn active_again(&self) -> Result<(), Refusal> {
        match self.state {
            State::Active | State::Deactivating | State::GoingDown => Ok(()),
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// ASP Inactive Ack nobody asked for: the peer has us inactive (`§4.3.4.4`).
    fn deactivated(&mut self, link: &mut Link, now: Instant) -> Result<(), Refusal> {
        match self.state {
            State::Active => self.go(State::Activating, link, now),
            State::Activating | State::Standby | State::GoingDown => Ok(()),
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// Another ASP may take the traffic, and leave it again (`§4.3.4.5`).
    fn notified(&mut self, link: &mut Link, news: &Notify, now: Instant) -> Result<(), Refusal> {
        link.check_contexts(&news.routing_contexts)?;
        match (self.state, news.status) {
            (State::Active, Status::ALTERNATE_ASP_ACTIVE) => self.enter(State::Standby, link),
            (State::Standby, Status::AS_PENDING | Status::AS_INACTIVE) => {
                self.request(State::Activating, link, now);
            }
            _ => {}
        }
        Ok(())
    }

    fn go(&mut self, state: State, link: &mut Link, now: Instant) -> Result<(), Refusal> {
        self.request(state, link, now);
        Ok(())
    }

    /// Enters a state that waits for an acknowledgement, and asks for it.
    fn request(&mut self, state: State, link: &mut Link, now: Instant) {
        self.enter(state, link);
        self.attempts = 0;
        self.send_request(link, now);
    }

    fn send_request(&mut self, link: &mut Link, now: Instant) {
        let Some(request) = self.outstanding(link) else {
            return;
        };
        self.attempts += 1;
        link.send(&request);
        link.arm(Timer::Ack, now + link.config.timers.ack);
    }

    /// The request this state waits to have acknowledged.
    fn outstanding(&self, link: &Link) -> Option<Message> {
        let config = &link.config;
        let routing_contexts: Vec<u32> = config.routing_context.into_iter().collect();
        match self.state {
            State::ComingUp => Some(Message::AspUp(AspUp {
                asp_identifier: config.asp_identifier,
                ..AspUp::default()
            })),
            State::Activating => Some(Message::AspActive(AspActive {
                mode: config.mode,
                routing_contexts,
                ..AspActive::default()
            })),
            State::Deactivating => Some(Message::AspInactive(AspInactive {
                routing_contexts,
                ..AspInactive::default()
            })),
            State::GoingDown => Some(Message::AspDown(AspDown::default())),
            State::Down | State::Active | State::Standby | State::Stopped => None,
        }
    }

    fn stopped(&mut self, link: &mut Link) {
        self.enter(State::Stopped, link);
        link.cancel(Timer::Beat);
        link.put(Output::Stopped);
    }

    /// Changes state and tells whether traffic flows.
    fn enter(&mut self, state: State, link: &mut Link) {
        link.cancel(Timer::Ack);
        let was_active = self.state == State::Active;
        self.state = state;
        match (was_active, state == State::Active) {
            (false, true) => link.put(Output::Active),
            (true, false) => link.put(Output::Inactive),
            _ => {}
        }
    }
}

/// Takes what an ASP with traffic is sent: messages of users, and news of the network (`§4.5`).
fn traffic(link: &mut Link, message: Message) -> Result<(), Refusal> {
    match message {
        Message::Data(data) => link.deliver(data),
        Message::Duna(destinations) => report(link, &destinations, Output::Unavailable),
        Message::Dava(destinations) | Message::Drst(destinations) => {
            report(link, &destinations, Output::Available)
        }
        Message::Scon(congestion) => congested(link, &congestion),
        Message::Dupu(dupu) => user_part_unavailable(link, &dupu),
        _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
    }
}

fn report(
    link: &mut Link,
    destinations: &Destinations,
    news: fn(MaskedPointCode) -> Output,
) -> Result<(), Refusal> {
    link.check_network(destinations.network_appearance)?;
    link.check_contexts(&destinations.routing_contexts)?;
    for &affected in &destinations.affected {
        link.put(news(affected));
    }
    Ok(())
}

/// Passes on that the way to destinations is congested.
pub(super) fn congested(link: &mut Link, congestion: &Congestion) -> Result<(), Refusal> {
    link.check_network(congestion.network_appearance)?;
    link.check_contexts(&congestion.routing_contexts)?;
    for &affected in &congestion.affected {
        link.put(Output::Congested(affected, congestion.level));
    }
    Ok(())
}

fn user_part_unavailable(link: &mut Link, dupu: &UserPartUnavailable) -> Result<(), Refusal> {
    link.check_network(dupu.network_appearance)?;
    link.check_contexts(&dupu.routing_contexts)?;
    link.put(Output::UserPartUnavailable(
        dupu.affected.code,
        dupu.user_cause,
    ));
    Ok(())
}
