//! The end that answers: signalling gateway process, or server of an exchange between IP servers
//! (RFC 4666 §4.3.2–§4.3.4).

use std::time::Instant;

use bytes::Bytes;
use codecs::m3ua::{
    AspActive, AspDown, AspInactive, AspUp, ErrorCode, Message, Status, TrafficMode,
};

use super::association::{Answering, Seat};
use super::layer::{Layer, Timer};
use super::management::{Because, Refusal};
use super::mismatch::{Mismatch, Setting};
use super::server::MemberState;

impl Layer {
    /// Takes what an end that asks says. `payload` is the message, to be returned if refused.
    pub(super) fn asked(
        &mut self,
        index: usize,
        message: Message,
        payload: &Bytes,
        now: Instant,
    ) -> Result<(), Refusal> {
        use Message as M;
        let is_up = self.associations[index].answering == Answering::Up;
        match message {
            M::AspUp(up) => self.asp_up(index, up, payload, now),
            M::AspDown(_) => {
                self.asp_down(index, now);
                Ok(())
            }
            M::AspActive(active) if is_up => self.asp_active(index, &active, now),
            M::AspInactive(inactive) if is_up => self.asp_inactive(index, &inactive, now),
            M::Daud(audit) if is_up => self.audited(index, &audit),
            M::RegistrationRequest(request) if is_up => self.register(index, &request, now),
            M::DeregistrationRequest(request) if is_up => self.deregister(index, &request, now),
            M::RegistrationRequest(_) | M::DeregistrationRequest(_)
                if self.registrations.is_none() =>
            {
                Err(ErrorCode::UNSUPPORTED_CLASS.into())
            }
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// Management locks an ASP out, which is told so by an unasked-for ASP Down Ack (`§4.3.4.2`),
    /// or lets it in again.
    pub(super) fn lock(&mut self, index: usize, locked: bool, now: Instant) {
        self.associations[index].locked = locked;
        if locked && self.associations[index].answering == Answering::Up {
            self.asp_down(index, now);
        }
    }

    /// The association of an ASP is gone. If the ASP had not taken leave, it failed.
    pub(super) fn lose_asp(&mut self, index: usize, now: Instant) {
        let association = &mut self.associations[index];
        if association.answering == Answering::Stopped {
            return;
        }
        let failed = association.answering == Answering::Up;
        association.answering = Answering::Down;
        let seats = self.leave_theirs(index, now);
        if failed {
            for seat in seats {
                self.notify_failure(seat.server, index);
            }
        }
        self.associations[index].identifier = None;
        self.tell_process(index);
    }

    /// The peer is no ASP of any server any more. Answers where it was one.
    pub(super) fn leave_theirs(&mut self, index: usize, now: Instant) -> Vec<Seat> {
        let seats = self.associations[index].theirs.all().to_vec();
        for &seat in &seats {
            self.enter(seat, MemberState::Down, now);
        }
        for &seat in &seats {
            self.unseat(index, seat);
        }
        seats
    }

    fn asp_up(
        &mut self,
        index: usize,
        up: AspUp,
        payload: &Bytes,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.admit(index, &up)?;
        let seats = self.associations[index].theirs.all().to_vec();
        let was_down = self.associations[index].answering == Answering::Down;
        let is_active = |seat: &Seat| self.state(*seat) == MemberState::Active;
        let was_active = seats.iter().any(is_active);
        if was_active {
            self.refuse(index, ErrorCode::UNEXPECTED_MESSAGE.into(), payload);
        }
        self.associations[index].identifier = up.asp_identifier;
        self.associations[index].answering = Answering::Up;
        let ack = AspUp {
            asp_identifier: up.asp_identifier,
            ..AspUp::default()
        };
        self.send(index, &Message::AspUpAck(ack));
        if was_down {
            self.start_beating(index, now);
        }
        for seat in seats {
            let before = self.servers[seat.server].state;
            let changed = self.state(seat) != MemberState::Inactive;
            self.enter(seat, MemberState::Inactive, now);
            // It learns the state of the server, if it was not just told as all were.
            if changed && self.servers[seat.server].state == before {
                self.notify_member(seat.server, seat.member);
            }
        }
        self.tell_process(index);
        Ok(())
    }

    fn admit(&self, index: usize, up: &AspUp) -> Result<(), Refusal> {
        let association = &self.associations[index];
        let ours = association.config.asp_identifier;
        let mismatch = || Mismatch::new(Setting::AspIdentifier, ours, up.asp_identifier);
        match (ours, up.asp_identifier) {
            _ if association.locked => Err(ErrorCode::MANAGEMENT_BLOCKING.into()),
            (Some(_), None) => Err(ErrorCode::ASP_IDENTIFIER_REQUIRED.because(mismatch())),
            (Some(ours), Some(theirs)) if ours != theirs => {
                Err(ErrorCode::INVALID_ASP_IDENTIFIER.because(mismatch()))
            }
            (_, Some(theirs)) if self.is_taken(index, theirs) => {
                Err(ErrorCode::INVALID_ASP_IDENTIFIER.into())
            }
            _ => Ok(()),
        }
    }

    /// Whether another ASP of the same server goes by this identifier (`§3.5.1`).
    fn is_taken(&self, index: usize, identifier: u32) -> bool {
        let seats = self.associations[index].theirs.all().iter();
        let mut members = seats.flat_map(|seat| &self.servers[seat.server].members);
        members.any(|member| {
            let other = &self.associations[member.association];
            member.association != index
                && other.answering == Answering::Up
                && other.identifier == Some(identifier)
        })
    }

    fn asp_down(&mut self, index: usize, now: Instant) {
        self.send(index, &Message::AspDownAck(AspDown::default()));
        self.timers.cancel(&Timer::Beat(index));
        self.associations[index].answering = Answering::Down;
        self.leave_theirs(index, now);
        self.tell_process(index);
    }

    fn asp_active(
        &mut self,
        index: usize,
        active: &AspActive,
        now: Instant,
    ) -> Result<(), Refusal> {
        let (seats, strange) = self.associations[index]
            .theirs
            .sort(&active.routing_contexts)?;
        let mut servers = seats.iter().map(|seat| &self.servers[seat.server]);
        if let Some(server) = servers.find(|server| server.refuses(active.mode)) {
            let mismatch = server.differs(active.mode);
            return Err(ErrorCode::UNSUPPORTED_TRAFFIC_MODE.because(mismatch));
        }
        self.send(
            index,
            &Message::AspActiveAck(AspActive {
                mode: active.mode,
                routing_contexts: self.contexts(&seats),
                ..AspActive::default()
            }),
        );
        for seat in seats {
            let server = &mut self.servers[seat.server];
            server.mode = server.mode.or(active.mode);
            let takes_over = server.mode() == TrafficMode::OVERRIDE
                && server.members[seat.member].state != MemberState::Active;
            let former = server.active().to_vec();
            self.enter(seat, MemberState::Active, now);
            if takes_over {
                self.take_over(index, seat, &former, now);
            }
            self.introduce(seat);
        }
        self.associations[index].theirs.refuse(strange)
    }

    /// Those who had the traffic lose it to the ASP of `index` (`§4.3.4.3`).
    fn take_over(&mut self, index: usize, seat: Seat, former: &[usize], now: Instant) {
        let identifier = self.associations[index].identifier;
        for &member in former {
            let loser = Seat { member, ..seat };
            self.enter(loser, MemberState::Inactive, now);
            let news = Status::ALTERNATE_ASP_ACTIVE;
            self.notify(seat.server, member, news, identifier);
        }
    }

    fn asp_inactive(
        &mut self,
        index: usize,
        inactive: &AspInactive,
        now: Instant,
    ) -> Result<(), Refusal> {
        let contexts = &inactive.routing_contexts;
        let (seats, strange) = self.associations[index].theirs.sort(contexts)?;
        self.send(
            index,
            &Message::AspInactiveAck(AspInactive {
                routing_contexts: self.contexts(&seats),
                ..AspInactive::default()
            }),
        );
        for seat in seats {
            self.enter(seat, MemberState::Inactive, now);
        }
        self.associations[index].theirs.refuse(strange)
    }

    fn contexts(&self, seats: &[Seat]) -> Vec<u32> {
        let member = |seat: &Seat| &self.servers[seat.server].members[seat.member];
        seats
            .iter()
            .filter_map(|seat| member(seat).context)
            .collect()
    }
}
