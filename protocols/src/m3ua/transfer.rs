//! The way of users' messages through the layer: from peers to users, and on; from users to where
//! their destination is reached (RFC 4666 §3.3.1, §4.3.4.3).

use std::time::Instant;

use codecs::m3ua::{Data, ErrorCode, Message, TrafficMode, UserCause};
use codecs::mtp::{NetworkIndicator, Transfer};

use super::association::{Answering, Asking, Seat, Seats};
use super::config::Side;
use super::layer::Layer;
use super::management::{Because, Refusal};
use super::mismatch::{Mismatch, Setting};
use super::routing_key::MAX_SERVICE;
use super::server::MemberState;
use super::{Output, ServerState, stream_for};

impl Layer {
    /// Takes DATA from a peer (`§4.3.4.3`: it may overtake and be overtaken by what is on stream
    /// 0).
    pub(super) fn arrived(
        &mut self,
        index: usize,
        data: Data,
        now: Instant,
    ) -> Result<(), Refusal> {
        let association = &self.associations[index];
        let seat = self.addressed(association.inbound(), &data)?;
        let server = &self.servers[seat.server];
        let member = &server.members[seat.member];
        let flows = match member.state {
            MemberState::Active
            | MemberState::Activating
            | MemberState::Standby
            | MemberState::Deactivating => true,
            _ if association.answering == Answering::Stopped => true,
            _ if matches!(
                association.asking,
                Asking::Leaving | Asking::GoingDown | Asking::Stopped
            ) =>
            {
                true
            }
            MemberState::Inactive => member.is_just_left(now, self.times.recovery),
            _ => false,
        };
        if !flows {
            return Err(ErrorCode::UNEXPECTED_MESSAGE.into());
        }
        server.check_network(data.network_appearance)?;
        let [ours, theirs] = [server.config.network_indicator, data.transfer.ni];
        if ours != theirs {
            let [ours, theirs] = [ours, theirs].map(|NetworkIndicator(ni)| Some(ni.into()));
            let mismatch = Mismatch::new(Setting::NetworkIndicator, ours, theirs);
            return Err(ErrorCode::INVALID_PARAMETER_VALUE.because(mismatch));
        }
        if data.transfer.si.0 > MAX_SERVICE {
            return Err(ErrorCode::INVALID_PARAMETER_VALUE.into());
        }
        let mut transfer = data.transfer;
        transfer.network = server.config.network;
        self.deliver(index, seat, transfer);
        Ok(())
    }

    /// The server a message belongs to: by its routing context, or else by its network (`§3.3.1`).
    fn addressed(&self, seats: &Seats, data: &Data) -> Result<Seat, Refusal> {
        if data.routing_context.is_some() || !self.are_of_several_networks(seats.all()) {
            return seats.find(data.routing_context);
        }
        match self.in_network(seats.all(), data.network_appearance)?[..] {
            [only] => Ok(only),
            _ => seats.find(None),
        }
    }

    /// Of servers that a message without routing context may be about, those of its network
    /// (`§1.4.2.4`).
    ///
    /// # Errors
    /// It names none of theirs, or there are several and it names none at all.
    pub(super) fn in_network(
        &self,
        seats: &[Seat],
        appearance: Option<u32>,
    ) -> Result<Vec<Seat>, Refusal> {
        let ours = |seat: &Seat| self.servers[seat.server].config.key.network_appearance;
        if !self.are_of_several_networks(seats) {
            for seat in seats {
                self.servers[seat.server].check_network(appearance)?;
            }
            return Ok(seats.to_vec());
        }
        let is_named = |seat: &&Seat| appearance.is_some() && ours(seat) == appearance;
        let named: Vec<Seat> = seats.iter().filter(is_named).copied().collect();
        match named.is_empty() {
            true => Err(Refusal::network(seats.iter().filter_map(ours), appearance)),
            false => Ok(named),
        }
    }

    fn are_of_several_networks(&self, seats: &[Seat]) -> bool {
        let network = |seat: &Seat| self.servers[seat.server].config.network;
        seats
            .windows(2)
            .any(|pair| network(&pair[0]) != network(&pair[1]))
    }

    fn deliver(&mut self, index: usize, from: Seat, transfer: Transfer) {
        if !self.routes.knows(transfer.origin()) {
            let reached = self.servers[from.server].config.reaches.iter();
            let ours = reached.map(|(code, _)| code.value()).collect::<Vec<_>>();
            let theirs = Some(transfer.opc.value());
            let mismatch = Mismatch::new(Setting::PointCodes, ours, theirs);
            self.differ(index, mismatch.within(transfer.network));
        }
        if self.own.contains(&transfer.destination()) {
            if !self.users.is_empty() && !self.users.contains(&transfer.si) {
                // The owner counts what nobody takes.
                self.unequipped(from, &transfer);
            }
            return self.put(Output::Transfer(transfer));
        }
        if !self.relays {
            let here = self
                .own
                .iter()
                .filter(|own| own.network == transfer.network);
            let mut ours: Vec<u32> = here.map(|own| own.code.value()).collect();
            ours.sort_unstable();
            let theirs = Some(transfer.dpc.value());
            let mismatch = Mismatch::new(Setting::OwnPointCode, ours, theirs);
            self.differ(index, mismatch.within(transfer.network));
            return self.put(Output::Misdirected(transfer));
        }
        match self.routes.choose(&transfer) {
            // It would go round in circles.
            Some(server) if server == from.server => self.put(Output::Unroutable(transfer)),
            _ => self.transfer(transfer),
        }
    }

    /// Sends a message to where its destination is reached, or keeps it for a while.
    pub(super) fn transfer(&mut self, transfer: Transfer) {
        match self.routes.choose(&transfer) {
            Some(server) => self.send_data(server, transfer),
            None if self.routes.knows(transfer.destination()) => self.keep(transfer),
            None => self.put(Output::Unroutable(transfer)),
        }
    }

    fn keep(&mut self, transfer: Transfer) {
        let most = self.times.kept;
        let servers = &self.servers;
        let has_room = |&server: &usize| {
            servers[server].state == ServerState::Pending && servers[server].kept.len() < most
        };
        let found = self.routes.candidates(&transfer).find(has_room);
        match found {
            Some(server) => self.servers[server].kept.push_back(transfer),
            None => self.put(Output::Undelivered(transfer)),
        }
    }

    /// Sends what was kept, as far as there is a way by now.
    pub(super) fn release(&mut self) {
        for server in 0..self.servers.len() {
            for transfer in std::mem::take(&mut self.servers[server].kept) {
                self.transfer(transfer);
            }
        }
    }

    fn send_data(&mut self, index: usize, mut transfer: Transfer) {
        let server = &mut self.servers[index];
        transfer.ni = server.config.network_indicator;
        let Some(share) = server.share(transfer.sls) else {
            return self.put(Output::Undelivered(transfer));
        };
        let is_broadcast = server.mode() == TrafficMode::BROADCAST;
        if server.config.side == Side::Ours || !is_broadcast {
            return self.send_data_to(index, share, transfer, None);
        }
        let correlation = server.correlation(transfer.sls);
        for turn in 0..self.servers[index].active().len() {
            let member = self.servers[index].active()[turn];
            self.send_data_to(index, member, transfer.clone(), correlation);
        }
    }

    fn send_data_to(
        &mut self,
        server: usize,
        member: usize,
        transfer: Transfer,
        correlation: Option<u32>,
    ) {
        let server = &self.servers[server];
        let member = &server.members[member];
        let association = member.association;
        let streams = self.associations[association].streams.unwrap_or(0);
        let stream = stream_for(transfer.sls, streams);
        // Header, and what comes before the message of the user part.
        let mut payload = Vec::with_capacity(48 + transfer.data.len());
        let data = Message::Data(Data {
            network_appearance: server.config.key.network_appearance,
            routing_context: member.context,
            transfer,
            correlation,
            other: Vec::new(),
        });
        let output = match (data.encode(&mut payload), data) {
            (Err(_), Message::Data(data)) => Output::Undelivered(data.transfer),
            _ => Output::Send {
                association,
                stream,
                payload: payload.into(),
            },
        };
        self.put(output);
    }

    /// A user part we do not have: as gateway we say so (`§4.5.1`).
    fn unequipped(&mut self, from: Seat, transfer: &Transfer) {
        let user_cause = UserCause {
            cause: 1,
            user: u16::from(transfer.si.0),
        };
        self.tell_unavailable_user(from, transfer.dpc, user_cause);
    }
}
