//! The layer's inputs and outputs, and what follows when an association or a server changes.

use std::collections::{HashSet, VecDeque};
use std::time::Instant;

use bytes::Bytes;
use codecs::m3ua::{ErrorCode, Message};
use codecs::mtp::{ServiceIndicator, SignallingPoint};

use super::association::{Answering, Asking, Association, Seat};
use super::config::{Config, Key, Side, Timers};
use super::management::Refusal;
use super::routes::Routes;
use super::server::{MemberState, Server};
use super::{Input, Output, ProcessState, ServerState};
use crate::deadlines::Deadlines;

/// The M3UA machine of one program.
#[derive(Debug)]
pub struct Layer {
    pub(super) times: Timers,
    pub(super) associations: Vec<Association>,
    pub(super) servers: Vec<Server>,
    pub(super) routes: Routes,
    pub(super) own: HashSet<SignallingPoint>,
    pub(super) users: Vec<ServiceIndicator>,
    pub(super) relays: bool,
    pub(super) registrations: Option<usize>,
    /// How congested our own point codes are.
    pub(super) congestion: u8,
    pub(super) timers: Deadlines<Timer>,
    outputs: VecDeque<Output>,
    is_stopping: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Timer {
    /// T(ack) of an association.
    Ack(usize),
    /// T(beat) of an association.
    Beat(usize),
    /// T(r) of a server.
    Recovery(usize),
    /// The next audit of the destinations behind a server.
    Audit(usize),
}

impl Layer {
    /// A layer none of whose associations is up.
    pub fn new(config: Config) -> Self {
        let associations = config.associations.into_iter();
        let mut layer = Self {
            times: config.timers,
            associations: associations.map(Association::new).collect(),
            servers: Vec::new(),
            routes: Routes::default(),
            own: config.own.into_iter().collect(),
            users: config.users,
            relays: config.relays,
            registrations: config.registrations,
            congestion: 0,
            timers: Deadlines::new(),
            outputs: VecDeque::new(),
            is_stopping: false,
        };
        for server in config.servers {
            layer.add_server(Server::new(server));
        }
        layer
    }

    /// Takes note of `input`; then drain [`poll_output`](Self::poll_output).
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Up {
                association,
                streams,
            } => self.up(association, streams, now),
            Input::Down { association } => self.down(association, now),
            Input::Received {
                association,
                stream,
                payload,
            } => self.received(association, stream, &payload, now),
            Input::Transfer(transfer) => self.transfer(transfer),
            Input::Congestion(level) => self.congested(level),
            Input::Lock {
                association,
                locked,
            } => self.lock(association, locked, now),
            Input::Stop => self.stop(now),
        }
    }

    /// Lets timers that are due at `now` expire.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.expire(now) {
            match timer {
                Timer::Ack(association) => self.unanswered(association, now),
                Timer::Beat(association) => self.beat(association, now),
                Timer::Recovery(server) => self.not_recovered(server, now),
                Timer::Audit(server) => self.audit(server, now),
            }
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.timers.earliest()
    }

    pub(super) fn put(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// Takes a server up. Answers its number.
    pub(super) fn add_server(&mut self, server: Server) -> usize {
        let index = self.servers.len();
        for (member, seated) in server.members.iter().enumerate() {
            let association = &mut self.associations[seated.association];
            let seat = Seat {
                server: index,
                member,
            };
            match server.config.side {
                Side::Ours => association.ours.add(seat, seated.context),
                Side::Theirs if seated.seated => association.theirs.add(seat, seated.context),
                Side::Theirs => {}
            }
        }
        self.add_routes(index, &server);
        self.servers.push(server);
        index
    }

    /// The key of a server of ours is about what comes, not about what goes.
    pub(super) fn add_routes(&mut self, index: usize, server: &Server) {
        let any = Key::default();
        let key = match server.config.side {
            Side::Ours => &any,
            Side::Theirs => &server.config.key,
        };
        for &(code, priority) in &server.config.reaches {
            let point = server.config.network.point(code);
            self.routes.add(point, index, priority, key);
        }
    }

    fn up(&mut self, index: usize, streams: u16, now: Instant) {
        self.down(index, now);
        let association = &mut self.associations[index];
        association.streams = Some(streams);
        association.heard = Some(now);
        association.answering = Answering::Down;
        association.asking = Asking::Down;
        if association.config.role.asks() {
            self.come_up(index, now);
        }
    }

    /// An association is gone: its ASPs are down.
    pub(super) fn down(&mut self, index: usize, now: Instant) {
        let association = &mut self.associations[index];
        association.streams = None;
        association.heard = None;
        self.timers.cancel(&Timer::Ack(index));
        self.timers.cancel(&Timer::Beat(index));
        if association.asking != Asking::Stopped {
            association.asking = Asking::Down;
        }
        self.leave_ours(index, now);
        self.lose_asp(index, now);
    }

    fn received(&mut self, index: usize, stream: u16, payload: &Bytes, now: Instant) {
        let association = &mut self.associations[index];
        if association.streams.is_none() {
            return;
        }
        association.heard = Some(now);
        let taken = match Message::decode(payload) {
            Err(malformed) => Err(malformed.code().into()),
            Ok(message) if !association.is_stream_right(stream, &message) => {
                Err(ErrorCode::INVALID_STREAM.into())
            }
            Ok(message) if message.unexpected().is_some() => {
                Err(ErrorCode::UNEXPECTED_PARAMETER.into())
            }
            Ok(message) => self.message(index, stream, message, payload, now),
        };
        if let Err(refusal) = taken {
            self.refuse(index, refusal, payload);
        }
    }

    fn message(
        &mut self,
        index: usize,
        stream: u16,
        message: Message,
        payload: &Bytes,
        now: Instant,
    ) -> Result<(), Refusal> {
        use Message as M;
        let association = &self.associations[index];
        let role = association.config.role;
        let stopped =
            association.asking == Asking::Stopped || association.answering == Answering::Stopped;
        match message {
            M::Data(data) => self.arrived(index, data, now),
            M::Beat(beat) => {
                self.send_on(index, stream, &M::BeatAck(beat));
                Ok(())
            }
            M::BeatAck(_) => Ok(()),
            M::Error(error) => {
                self.errored(index, &error);
                Ok(())
            }
            // The association is being shut down: whatever comes now crossed that.
            _ if stopped => Ok(()),
            M::Scon(congestion) => self.congestion_reported(index, &congestion, now),
            M::AspUp(_)
            | M::AspDown(_)
            | M::AspActive(_)
            | M::AspInactive(_)
            | M::Daud(_)
            | M::RegistrationRequest(_)
            | M::DeregistrationRequest(_)
                if role.answers() =>
            {
                self.asked(index, message, payload, now)
            }
            _ if role.asks() => self.answered(index, message, now),
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    /// Sends anything but DATA.
    pub(super) fn send(&mut self, association: usize, message: &Message) {
        self.send_on(association, 0, message);
    }

    fn send_on(&mut self, association: usize, stream: u16, message: &Message) {
        let mut payload = Vec::new();
        // Echoed heartbeat data was read from a parameter, so it fits one; lists are cut to size.
        if message.encode(&mut payload).is_ok() {
            self.put(Output::Send {
                association,
                stream,
                payload: payload.into(),
            });
        }
    }

    /// Puts an ASP into a state in one server, and the server into what follows from it.
    pub(super) fn enter(&mut self, seat: Seat, state: MemberState, now: Instant) {
        let member = &mut self.servers[seat.server].members[seat.member];
        let former = std::mem::replace(&mut member.state, state);
        if former == state {
            return;
        }
        if former == MemberState::Active {
            member.left = Some(now);
        }
        let association = member.association;
        let keeps = !self.is_stopping && !self.times.recovery.is_zero();
        if self.servers[seat.server].settle(keeps) {
            self.server_changed(seat.server, now);
        }
        if former == MemberState::Active && self.servers[seat.server].is_insufficient() {
            self.call_for_more(seat.server);
        }
        self.tell_process(association);
    }

    fn server_changed(&mut self, index: usize, now: Instant) {
        let server = &self.servers[index];
        let (state, side) = (server.state, server.config.side);
        let points: Vec<SignallingPoint> = server.config.reached().collect();
        self.put(Output::Server {
            server: index,
            state,
        });
        match state {
            ServerState::Pending => {
                let at = now + self.times.recovery;
                self.timers.arm(Timer::Recovery(index), at);
            }
            _ => {
                self.timers.cancel(&Timer::Recovery(index));
            }
        }
        if side == Side::Theirs {
            self.notify_state(index);
        }
        let is_active = state == ServerState::Active;
        if !is_active {
            self.timers.cancel(&Timer::Audit(index));
        }
        let changes = self.routes.activate(index, &points, is_active);
        self.spread(changes);
        match state {
            ServerState::Active => self.release(),
            ServerState::Pending => {}
            ServerState::Inactive | ServerState::Down => self.forget(index),
        }
    }

    /// T(r) expired: the messages kept are lost.
    fn not_recovered(&mut self, server: usize, now: Instant) {
        self.servers[server].give_up();
        self.server_changed(server, now);
    }

    fn forget(&mut self, server: usize) {
        for transfer in std::mem::take(&mut self.servers[server].kept) {
            self.put(Output::Undelivered(transfer));
        }
    }

    /// Tells the owner of the ASP of an association, if it changed.
    pub(super) fn tell_process(&mut self, index: usize) {
        let association = &self.associations[index];
        let asks = association.config.role.asks();
        let (is_up, seats) = match asks {
            true => (
                !matches!(
                    association.asking,
                    Asking::Down | Asking::ComingUp | Asking::Stopped
                ),
                &association.ours,
            ),
            false => (association.answering == Answering::Up, &association.theirs),
        };
        let is_active = |seat: &Seat| {
            self.servers[seat.server].members[seat.member].state == MemberState::Active
        };
        let state = match (is_up, seats.all().iter().any(is_active)) {
            (false, _) => ProcessState::Down,
            (true, false) => ProcessState::Inactive,
            (true, true) => ProcessState::Active,
        };
        if std::mem::replace(&mut self.associations[index].told, state) != state {
            self.put(Output::Process {
                association: index,
                state,
            });
        }
    }

    fn stop(&mut self, now: Instant) {
        self.is_stopping = true;
        for association in 0..self.associations.len() {
            match self.associations[association].config.role.asks() {
                true => self.leave(association, now),
                false => self.stopped(association, now),
            }
        }
        for server in 0..self.servers.len() {
            if self.servers[server].state == ServerState::Pending {
                self.not_recovered(server, now);
            }
        }
    }

    /// Nothing is left to be said on an association.
    pub(super) fn stopped(&mut self, index: usize, now: Instant) {
        let association = &mut self.associations[index];
        association.asking = Asking::Stopped;
        association.answering = Answering::Stopped;
        self.timers.cancel(&Timer::Ack(index));
        self.timers.cancel(&Timer::Beat(index));
        self.leave_ours(index, now);
        self.leave_theirs(index, now);
        self.tell_process(index);
        self.put(Output::Stopped { association: index });
    }
}
