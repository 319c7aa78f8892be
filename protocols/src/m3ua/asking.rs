//! The end that asks: ASP, or client of an exchange between IP servers (RFC 4666 §4.3.4, §4.4).

use std::time::Instant;

use codecs::m3ua::{
    AspActive, AspInactive, DeregistrationResponse, ErrorCode, Message, Notify,
    RegistrationResponse, RegistrationStatus, Status,
};

use super::association::{Asking, Seat};
use super::layer::Layer;
use super::management::Refusal;
use super::server::MemberState;
use super::{Output, routing_key};

impl Layer {
    /// The association is up: so is our ASP to be.
    pub(super) fn come_up(&mut self, index: usize, now: Instant) {
        self.associations[index].asking = Asking::ComingUp;
        self.request(index, now);
    }

    /// Our ASP takes leave: of its servers, of its registrations, of the peer.
    pub(super) fn leave(&mut self, index: usize, now: Instant) {
        match self.associations[index].asking {
            Asking::Down | Asking::ComingUp => self.stopped(index, now),
            Asking::Leaving | Asking::GoingDown | Asking::Stopped => {}
            Asking::Up => {
                self.associations[index].asking = Asking::Leaving;
                for seat in self.ours(index) {
                    let next = match self.state(seat) {
                        MemberState::Active => MemberState::Deactivating,
                        MemberState::Activating | MemberState::Standby => self.at_leave(seat),
                        MemberState::Registering => MemberState::Inactive,
                        _ => continue,
                    };
                    self.enter(seat, next, now);
                }
                self.go_on_leaving(index, now);
            }
        }
    }

    /// Takes what an end that answers says.
    pub(super) fn answered(
        &mut self,
        index: usize,
        message: Message,
        now: Instant,
    ) -> Result<(), Refusal> {
        use Message as M;
        match message {
            M::AspUpAck(_) => self.up_acknowledged(index, now),
            M::AspDownAck(_) => self.down_acknowledged(index, now),
            M::AspActiveAck(ack) => self.active_acknowledged(index, &ack, now),
            M::AspInactiveAck(ack) => self.inactive_acknowledged(index, &ack, now),
            M::Notify(notify) => self.notified(index, &notify, now),
            M::RegistrationResponse(response) => self.registered(index, &response, now),
            M::DeregistrationResponse(response) => self.deregistered(index, &response, now),
            M::Duna(_) | M::Dava(_) | M::Drst(_) | M::Dupu(_) => {
                self.network_reported(index, message, now)
            }
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// T(ack) expired.
    pub(super) fn unanswered(&mut self, index: usize, now: Instant) {
        let association = &self.associations[index];
        if association.attempts < self.times.attempts {
            return self.send_requests(index, now);
        }
        match association.asking {
            Asking::Leaving | Asking::GoingDown => self.stopped(index, now),
            // The peer wants some of our servers only: those go on.
            Asking::Up if self.has(index, MemberState::Active) => {
                for seat in self.ours(index) {
                    if matches!(
                        self.state(seat),
                        MemberState::Activating | MemberState::Registering
                    ) {
                        self.enter(seat, MemberState::Standby, now);
                    }
                }
            }
            _ => {
                self.down(index, now);
                self.put(Output::Abort { association: index });
            }
        }
    }

    /// Our servers on an association have no ASP there any more.
    pub(super) fn leave_ours(&mut self, index: usize, now: Instant) {
        for seat in self.ours(index) {
            if self.servers[seat.server].config.registered {
                self.servers[seat.server].members[seat.member].context = None;
                self.associations[index].ours.forget(seat);
            }
            self.enter(seat, MemberState::Down, now);
        }
        self.tell_process(index);
    }

    fn up_acknowledged(&mut self, index: usize, now: Instant) -> Result<(), Refusal> {
        match self.associations[index].asking {
            Asking::ComingUp => {
                self.start_beating(index, now);
                self.associations[index].asking = Asking::Up;
                self.tell_process(index);
                self.begin(index, now);
                return Ok(());
            }
            // Nobody asked for it: the peer has us inactive in all servers (`§4.3.4.1`).
            Asking::Up if self.has(index, MemberState::Active) => self.begin(index, now),
            Asking::Leaving if self.has(index, MemberState::Deactivating) => {
                self.go_down(index, now);
                return Ok(());
            }
            Asking::Up | Asking::Leaving | Asking::GoingDown => return Ok(()),
            Asking::Down | Asking::Stopped => {}
        }
        Err(ErrorCode::UNEXPECTED_MESSAGE.into())
    }

    /// Enters all servers, as the peer knows us to be in none.
    fn begin(&mut self, index: usize, now: Instant) {
        let standby = self.associations[index].config.standby;
        for seat in self.ours(index) {
            let server = &self.servers[seat.server];
            let is_unregistered =
                server.config.registered && server.members[seat.member].context.is_none();
            let next = match (is_unregistered, standby) {
                (true, _) => MemberState::Registering,
                (false, true) => MemberState::Standby,
                (false, false) => MemberState::Activating,
            };
            self.enter(seat, next, now);
        }
        self.request(index, now);
    }

    fn down_acknowledged(&mut self, index: usize, now: Instant) -> Result<(), Refusal> {
        match self.associations[index].asking {
            Asking::GoingDown | Asking::Leaving => self.stopped(index, now),
            // Nobody asked for it: the peer has us down (`§4.3.4.2`).
            Asking::Up => {
                self.leave_ours(index, now);
                self.come_up(index, now);
                self.tell_process(index);
            }
            Asking::ComingUp => {}
            Asking::Down | Asking::Stopped => return Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
        Ok(())
    }

    fn active_acknowledged(
        &mut self,
        index: usize,
        ack: &AspActive,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.expect_up(index)?;
        let (seats, strange) = self.associations[index].ours.sort(&ack.routing_contexts)?;
        let mut is_expected = false;
        for seat in seats {
            let server = &self.servers[seat.server];
            if server.config.mode.is_some() && server.refuses(ack.mode) {
                let mismatch = server.differs(ack.mode);
                self.differ(index, mismatch);
            }
            match self.state(seat) {
                MemberState::Activating => self.enter(seat, MemberState::Active, now),
                // A second one, as a repeated ASP Active begets (`§4.3.4.3`).
                MemberState::Active | MemberState::Deactivating => {}
                _ if self.associations[index].asking != Asking::Up => {}
                _ => continue,
            }
            is_expected = true;
        }
        self.rest(index);
        match is_expected {
            false => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
            true => self.associations[index].ours.refuse(strange),
        }
    }

    fn inactive_acknowledged(
        &mut self,
        index: usize,
        ack: &AspInactive,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.expect_up(index)?;
        let (seats, strange) = self.associations[index].ours.sort(&ack.routing_contexts)?;
        let mut thrown_out = false;
        for seat in seats {
            match self.state(seat) {
                MemberState::Deactivating => self.enter(seat, self.at_leave(seat), now),
                // Nobody asked for it: the peer has us inactive (`§4.3.4.4`).
                MemberState::Active => {
                    self.enter(seat, MemberState::Activating, now);
                    thrown_out = true;
                }
                _ => {}
            }
        }
        if thrown_out {
            self.request(index, now);
        }
        if self.associations[index].asking == Asking::Leaving {
            self.go_on_leaving(index, now);
        }
        self.associations[index].ours.refuse(strange)
    }

    /// Another ASP may take the traffic, and leave it again (`§4.3.4.5`).
    fn notified(&mut self, index: usize, news: &Notify, now: Instant) -> Result<(), Refusal> {
        let (seats, strange) = self.associations[index].ours.sort(&news.routing_contexts)?;
        let mut is_wanted = false;
        for seat in seats {
            match (self.state(seat), news.status) {
                (MemberState::Active, Status::ALTERNATE_ASP_ACTIVE) => {
                    self.enter(seat, MemberState::Standby, now);
                }
                (
                    MemberState::Standby,
                    Status::AS_PENDING | Status::AS_INACTIVE | Status::INSUFFICIENT_ASPS,
                ) => {
                    self.enter(seat, MemberState::Activating, now);
                    is_wanted = true;
                }
                _ => {}
            }
        }
        if is_wanted {
            self.request(index, now);
        }
        self.associations[index].ours.refuse(strange)
    }

    fn registered(
        &mut self,
        index: usize,
        response: &RegistrationResponse,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.expect_up(index)?;
        for result in &response.results {
            let server = routing_key::server_of(result.local_identifier);
            let mut seats = self.ours(index).into_iter();
            let seat = seats.find(|seat| Some(seat.server) == server);
            let seat = seat.ok_or(ErrorCode::INVALID_PARAMETER_VALUE)?;
            if self.state(seat) != MemberState::Registering {
                continue;
            }
            match result.status {
                RegistrationStatus::SUCCESS | RegistrationStatus::ALREADY_REGISTERED => {
                    let context = Some(result.routing_context);
                    self.servers[seat.server].members[seat.member].context = context;
                    self.associations[index].ours.add(seat, context);
                    let next = match self.associations[index].config.standby {
                        true => MemberState::Standby,
                        false => MemberState::Activating,
                    };
                    self.enter(seat, next, now);
                }
                status => {
                    self.enter(seat, MemberState::Inactive, now);
                    self.not_registered(index, seat, status);
                    let server = seat.server;
                    self.put(Output::NotRegistered { server, status });
                }
            }
        }
        self.request(index, now);
        Ok(())
    }

    fn deregistered(
        &mut self,
        index: usize,
        response: &DeregistrationResponse,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.expect_up(index)?;
        if !self.has(index, MemberState::Deregistering) {
            return Err(ErrorCode::UNEXPECTED_MESSAGE.into());
        }
        for result in &response.results {
            let context = Some(result.routing_context);
            let seat = self.associations[index].ours.find(context)?;
            // Whatever the status: there is nothing else to be done about it.
            if self.state(seat) == MemberState::Deregistering {
                self.enter(seat, MemberState::Inactive, now);
            }
        }
        if self.associations[index].asking == Asking::Leaving {
            self.go_on_leaving(index, now);
        }
        Ok(())
    }

    /// Leaves the servers first, then the peer.
    fn go_on_leaving(&mut self, index: usize, now: Instant) {
        let is_busy = self.has(index, MemberState::Deactivating)
            || self.has(index, MemberState::Deregistering);
        match is_busy {
            true => self.request(index, now),
            false => self.go_down(index, now),
        }
    }

    fn go_down(&mut self, index: usize, now: Instant) {
        self.associations[index].asking = Asking::GoingDown;
        self.request(index, now);
    }

    fn at_leave(&self, seat: Seat) -> MemberState {
        let server = &self.servers[seat.server];
        let is_registered =
            server.config.registered && server.members[seat.member].context.is_some();
        match is_registered {
            true => MemberState::Deregistering,
            false => MemberState::Inactive,
        }
    }

    pub(super) fn ours(&self, index: usize) -> Vec<Seat> {
        self.associations[index].ours.all().to_vec()
    }

    pub(super) fn state(&self, seat: Seat) -> MemberState {
        self.servers[seat.server].members[seat.member].state
    }

    fn has(&self, index: usize, state: MemberState) -> bool {
        let seats = self.associations[index].ours.all();
        seats.iter().any(|&seat| self.state(seat) == state)
    }

    fn expect_up(&self, index: usize) -> Result<(), Refusal> {
        match self.associations[index].asking {
            Asking::Up | Asking::Leaving | Asking::GoingDown => Ok(()),
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }
}
