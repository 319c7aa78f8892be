//! The network's management: what a gateway says of destinations, and what we say as one
//! (RFC 4666 §4.5).

use std::time::Instant;

use codecs::m3ua::{
    Congestion, CongestionLevel, Destinations, ErrorCode, MaskedPointCode, Message, UserCause,
    UserPartUnavailable,
};
use codecs::mtp::{NetworkId, PointCode, SignallingPoint};

use super::Output;
use super::association::{Answering, Asking, Seat};
use super::config::{Role, Side};
use super::layer::{Layer, Timer};
use super::management::Refusal;
use super::routes::{Change, Status};
use super::server::MemberState;

/// Destinations named in one message at most, so that it fits one packet.
const LIST: usize = 256;

impl Layer {
    /// DUNA, DAVA, DRST or DUPU from a gateway.
    pub(super) fn network_reported(
        &mut self,
        index: usize,
        message: Message,
        now: Instant,
    ) -> Result<(), Refusal> {
        match message {
            Message::Duna(to) => self.status_reported(index, &to, Status::Unavailable, now),
            Message::Dava(to) => self.status_reported(index, &to, Status::Available, now),
            Message::Drst(to) => self.status_reported(index, &to, Status::Restricted, now),
            Message::Dupu(dupu) => self.user_part_reported(index, &dupu, now),
            _ => Err(ErrorCode::UNEXPECTED_MESSAGE.into()),
        }
    }

    fn status_reported(
        &mut self,
        index: usize,
        to: &Destinations,
        status: Status,
        now: Instant,
    ) -> Result<(), Refusal> {
        for seat in self.concerned(index, &to.routing_contexts, to.network_appearance)? {
            let points = self.covered(seat.server, &to.affected);
            let changes = self.routes.report(seat.server, &points, status);
            self.spread(changes);
            self.watch(seat.server, &points, now);
        }
        Ok(())
    }

    /// SCON, from a gateway or, about itself, from an ASP.
    pub(super) fn congestion_reported(
        &mut self,
        index: usize,
        congestion: &Congestion,
        now: Instant,
    ) -> Result<(), Refusal> {
        let Congestion {
            routing_contexts,
            network_appearance,
            affected,
            ..
        } = congestion;
        // Networks without levels of congestion do not say any.
        let level = match congestion.level {
            None => 1,
            Some(CongestionLevel(level @ 0..=3)) => level as u8,
            Some(_) => return Err(ErrorCode::INVALID_PARAMETER_VALUE.into()),
        };
        for seat in self.concerned(index, routing_contexts, *network_appearance)? {
            let points = self.covered(seat.server, affected);
            let changes = self.routes.congest(seat.server, &points, level);
            self.spread(changes);
            self.watch(seat.server, &points, now);
        }
        Ok(())
    }

    fn user_part_reported(
        &mut self,
        index: usize,
        dupu: &UserPartUnavailable,
        now: Instant,
    ) -> Result<(), Refusal> {
        let seats = self.concerned(index, &dupu.routing_contexts, dupu.network_appearance)?;
        // It names one point code (`§3.4.5`).
        if dupu.affected.mask != 0 {
            return Err(ErrorCode::INVALID_PARAMETER_VALUE.into());
        }
        let code = dupu.affected.code;
        let mut networks: Vec<NetworkId> = seats.iter().map(|seat| self.network(*seat)).collect();
        networks.sort();
        networks.dedup();
        for network in networks {
            let point = network.point(code);
            self.put(Output::UserPartUnavailable(point, dupu.user_cause));
        }
        for seat in seats {
            self.ask_about(seat.server, vec![MaskedPointCode::exact(code)], now);
        }
        Ok(())
    }

    /// The servers a message about the network is about, if traffic flows.
    fn concerned(
        &self,
        index: usize,
        contexts: &[u32],
        appearance: Option<u32>,
    ) -> Result<Vec<Seat>, Refusal> {
        let inbound = self.associations[index].inbound();
        let (seats, strange) = inbound.sort(contexts)?;
        inbound.refuse(strange)?;
        let asks = self.associations[index].config.role.asks();
        let flows = |seat: &&Seat| match self.state(**seat) {
            MemberState::Active => true,
            // It may overtake ASP Active Ack, and be overtaken by ASP Inactive Ack.
            MemberState::Activating | MemberState::Deactivating => true,
            MemberState::Standby | MemberState::Deregistering => asks,
            _ => false,
        };
        let concerned: Vec<Seat> = seats.iter().filter(flows).copied().collect();
        let asking = self.associations[index].asking;
        let is_leaving = matches!(asking, Asking::Leaving | Asking::GoingDown);
        if concerned.is_empty() && !is_leaving {
            return Err(ErrorCode::UNEXPECTED_MESSAGE.into());
        }
        if contexts.is_empty() {
            return self.in_network(&concerned, appearance);
        }
        for seat in &concerned {
            self.servers[seat.server].check_network(appearance)?;
        }
        Ok(concerned)
    }

    /// The destinations behind a server that are named.
    fn covered(&self, server: usize, affected: &[MaskedPointCode]) -> Vec<SignallingPoint> {
        let is_named =
            |point: &SignallingPoint| affected.iter().any(|named| named.covers(point.code));
        let reached = self.servers[server].config.reached();
        reached.filter(is_named).collect()
    }

    /// Tells users, and as a relay the ASPs, what became of destinations.
    pub(super) fn spread(&mut self, changes: Vec<Change>) {
        for Change { point, from, to } in changes {
            match (from.0, to.0) {
                (Status::Unavailable, Status::Unavailable) => {}
                (Status::Unavailable, _) => self.put(Output::Resume(point)),
                (_, Status::Unavailable) => self.put(Output::Pause(point)),
                _ => {}
            }
            if from.1 != to.1 && to.0 != Status::Unavailable {
                self.put(Output::Congestion(point, to.1));
            }
            if !self.relays {
                continue;
            }
            if from.0 != to.0 {
                self.tell_asps(point, |destinations| status_message(to.0, destinations));
            }
            if from.1 != to.1 && to.0 != Status::Unavailable {
                self.tell_asps(point, |destinations| scon(to.1, destinations));
            }
        }
    }

    /// Our own point codes are congested, or no longer.
    pub(super) fn congested(&mut self, level: u8) {
        let level = level.min(3);
        if std::mem::replace(&mut self.congestion, level) == level {
            return;
        }
        let mut own: Vec<SignallingPoint> = self.own.iter().copied().collect();
        own.sort();
        for point in own {
            self.tell_asps(point, |destinations| scon(level, destinations));
        }
    }

    /// Tells every active ASP of ours as gateway, but those that are at the destination.
    fn tell_asps(&mut self, point: SignallingPoint, message: impl Fn(Destinations) -> Message) {
        for server in 0..self.servers.len() {
            let config = &self.servers[server].config;
            let is_there = config.reached().any(|at| at == point);
            if config.side == Side::Ours || is_there || self.is_foreign(server, point) {
                continue;
            }
            for turn in 0..self.servers[server].active().len() {
                let member = self.servers[server].active()[turn];
                let seat = Seat { server, member };
                self.tell(seat, vec![MaskedPointCode::exact(point.code)], &message);
            }
        }
    }

    /// Tells one ASP, if we are its gateway: IP servers have no network behind them (`§1.4.5`).
    fn tell(
        &mut self,
        seat: Seat,
        affected: Vec<MaskedPointCode>,
        message: impl Fn(Destinations) -> Message,
    ) {
        let server = &self.servers[seat.server];
        let member = &server.members[seat.member];
        let association = member.association;
        if self.associations[association].config.role != Role::Sgp || affected.is_empty() {
            return;
        }
        let message = message(Destinations {
            network_appearance: server.config.key.network_appearance,
            routing_contexts: member.context.into_iter().collect(),
            affected,
            info: None,
            other: Vec::new(),
        });
        self.send(association, &message);
    }

    /// Tells an ASP that became active which destinations it cannot reach (`§4.3.4.3`).
    pub(super) fn introduce(&mut self, seat: Seat) {
        if !self.relays {
            return;
        }
        let config = &self.servers[seat.server].config;
        let is_elsewhere =
            |point| config.reached().all(|at| at != point) && !self.is_foreign(seat.server, point);
        let states = self.routes.states();
        let gone = states
            .filter(|&(point, (status, _))| status == Status::Unavailable && is_elsewhere(point));
        let mut gone: Vec<PointCode> = gone.map(|(point, _)| point.code).collect();
        gone.sort();
        for some in gone.chunks(LIST) {
            let some = some.iter().copied().map(MaskedPointCode::exact).collect();
            self.tell(seat, some, Message::Duna);
        }
    }

    /// Answers an audit (`§4.5.3`): what is not known to be available is not; of destinations in
    /// other networks nothing is told.
    pub(super) fn audited(&mut self, index: usize, audit: &Destinations) -> Result<(), Refusal> {
        let theirs = &self.associations[index].theirs;
        let (seats, strange) = theirs.sort(&audit.routing_contexts)?;
        theirs.refuse(strange)?;
        let seats = match audit.routing_contexts.is_empty() {
            true => self.in_network(&seats, audit.network_appearance)?,
            false => seats,
        };
        let Some(&seat) = seats.first() else {
            return Ok(());
        };
        self.servers[seat.server].check_network(audit.network_appearance)?;
        if self.associations[index].answering != Answering::Up {
            return Ok(());
        }
        let network = self.network(seat);
        let mut answers: [Vec<MaskedPointCode>; 3] = Default::default();
        let mut foreign = Vec::new();
        for &asked in &audit.affected {
            if asked.mask == 0 && self.is_foreign(seat.server, network.point(asked.code)) {
                foreign.push(asked);
                continue;
            }
            let (status, level) = self.knowledge(seat.server, asked);
            if level > 0 && status != Status::Unavailable {
                self.tell(seat, vec![asked], |destinations| scon(level, destinations));
            }
            answers[status as usize].push(asked);
        }
        let [available, restricted, unavailable] = answers;
        self.tell(seat, available, Message::Dava);
        self.tell(seat, restricted, Message::Drst);
        self.tell(seat, unavailable, Message::Duna);
        let server = &self.servers[seat.server];
        let appearance = server.config.key.network_appearance;
        let context = server.members[seat.member].context;
        match foreign.is_empty() {
            true => Ok(()),
            false => Err(Refusal::destinations(foreign, context, appearance)),
        }
    }

    fn network(&self, seat: Seat) -> NetworkId {
        self.servers[seat.server].config.network
    }

    /// Whether a destination is one of another network than a server's, be it only by what its
    /// messages say.
    fn is_foreign(&self, server: usize, point: SignallingPoint) -> bool {
        let indicator = |server: usize| self.servers[server].config.network_indicator;
        let mut others = self.routes.servers(point).peekable();
        point.network != self.servers[server].config.network
            || others.peek().is_some() && others.all(|other| indicator(other) != indicator(server))
    }

    /// Status and congestion level of what an audit names: of a cluster, of its best member.
    fn knowledge(&self, server: usize, asked: MaskedPointCode) -> (Status, u8) {
        let network = self.servers[server].config.network;
        let is_asked = |own: &&SignallingPoint| own.network == network && asked.covers(own.code);
        let own = self.own.iter().filter(is_asked);
        let own = own.map(|_| (Status::Available, self.congestion));
        if asked.mask == 0 {
            let mut own = own;
            let relayed = || match self.relays {
                true => self.routes.state(network.point(asked.code)),
                false => (Status::Unavailable, 0),
            };
            return own.next().unwrap_or_else(relayed);
        }
        let routes = self.routes.states();
        let relayed = routes.filter(|&(point, _)| {
            self.relays && asked.covers(point.code) && !self.is_foreign(server, point)
        });
        let states = own.chain(relayed.map(|(_, state)| state));
        states.min().unwrap_or((Status::Unavailable, 0))
    }

    /// As gateway: says that we do not have a user part.
    pub(super) fn tell_unavailable_user(
        &mut self,
        seat: Seat,
        code: PointCode,
        user_cause: UserCause,
    ) {
        self.tell(seat, vec![MaskedPointCode::exact(code)], |destinations| {
            Message::Dupu(UserPartUnavailable {
                network_appearance: destinations.network_appearance,
                routing_contexts: destinations.routing_contexts,
                affected: MaskedPointCode::exact(code),
                user_cause,
                info: None,
                other: Vec::new(),
            })
        });
    }

    /// Sees to it that the gateway is asked again about destinations in trouble.
    fn watch(&mut self, server: usize, points: &[SignallingPoint], now: Instant) {
        let is_watched = self.timers.is_armed(&Timer::Audit(server));
        let is_gateways = self.servers[server].config.side == Side::Ours;
        if is_gateways && !is_watched && self.routes.is_in_trouble(server, points) {
            let at = now + self.times.audit;
            self.timers.arm(Timer::Audit(server), at);
        }
    }

    /// Asks about all destinations behind a server that are in trouble (`§4.5.3`).
    pub(super) fn audit(&mut self, server: usize, now: Instant) {
        let points: Vec<SignallingPoint> = self.servers[server].config.reached().collect();
        let troubled = self.routes.audit(server, &points);
        self.ask_about(server, troubled, now);
    }

    fn ask_about(&mut self, server: usize, affected: Vec<MaskedPointCode>, now: Instant) {
        if self.servers[server].config.side == Side::Theirs || affected.is_empty() {
            return;
        }
        let config = &self.servers[server].config;
        let network_appearance = config.key.network_appearance;
        let Some(&member) = self.servers[server].active().first() else {
            return;
        };
        let member = &self.servers[server].members[member];
        let (association, context) = (member.association, member.context);
        for some in affected.chunks(LIST) {
            let audit = Message::Daud(Destinations {
                network_appearance,
                routing_contexts: context.into_iter().collect(),
                affected: some.to_vec(),
                info: None,
                other: Vec::new(),
            });
            self.send(association, &audit);
        }
        let at = now + self.times.audit;
        self.timers.arm(Timer::Audit(server), at);
    }
}

fn status_message(status: Status, destinations: Destinations) -> Message {
    match status {
        Status::Available => Message::Dava(destinations),
        Status::Restricted => Message::Drst(destinations),
        Status::Unavailable => Message::Duna(destinations),
    }
}

fn scon(level: u8, destinations: Destinations) -> Message {
    Message::Scon(Congestion {
        network_appearance: destinations.network_appearance,
        routing_contexts: destinations.routing_contexts,
        affected: destinations.affected,
        concerned: None,
        level: Some(CongestionLevel(level.into())),
        info: None,
        other: Vec::new(),
    })
}
