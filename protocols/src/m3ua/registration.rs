//! Routing key management (RFC 4666 §4.4): keys we register, and those that ASPs register.

use std::time::Instant;

use codecs::m3ua::{
    DeregistrationRequest, DeregistrationResponse, DeregistrationResult, DeregistrationStatus,
    ErrorCode, Message, RegistrationRequest, RegistrationResponse, RegistrationResult,
    RegistrationStatus, RoutingKey, TrafficMode,
};
use codecs::mtp::{NetworkId, NetworkIndicator};

use super::association::Seat;
use super::config::{Key, ServerConfig, Side};
use super::layer::Layer;
use super::management::Refusal;
use super::mismatch::{Mismatch, Setting};
use super::server::{Member, MemberState, Server};

/// Contexts given to keys that no configuration has begin here.
const FIRST_CONTEXT: u32 = 0x8000_0000;

impl Layer {
    /// Answers a registration request, key by key.
    pub(super) fn register(
        &mut self,
        index: usize,
        request: &RegistrationRequest,
        now: Instant,
    ) -> Result<(), Refusal> {
        let Some(room) = self.registrations else {
            return Err(ErrorCode::UNSUPPORTED_CLASS.into());
        };
        let results = request.keys.iter().map(|key| {
            let (status, routing_context) = match self.register_key(index, key, room) {
                Ok(context) => (RegistrationStatus::SUCCESS, context),
                Err(status) => {
                    self.tell_difference(index, key, status);
                    (status, 0)
                }
            };
            RegistrationResult {
                local_identifier: key.local_identifier,
                status,
                routing_context,
                other: Vec::new(),
            }
        });
        let response = Message::RegistrationResponse(RegistrationResponse {
            results: results.collect(),
            other: Vec::new(),
        });
        self.send(index, &response);
        // Now that it knows its contexts it may hear of their servers.
        for seat in self.associations[index].theirs.all().to_vec() {
            if self.state(seat) == MemberState::Down {
                self.enter(seat, MemberState::Inactive, now);
            }
        }
        Ok(())
    }

    /// Tells the owner why a key is not registered, if the two ends are set up differently.
    fn tell_difference(&mut self, index: usize, key: &RoutingKey, status: RegistrationStatus) {
        use RegistrationStatus as S;
        let theirs = self.servers.iter();
        let theirs = theirs.filter(|server| server.config.side == Side::Theirs);
        let mismatch = match status {
            S::INVALID_NETWORK_APPEARANCE => Mismatch::new(
                Setting::NetworkAppearance,
                theirs.filter_map(|server| server.config.key.network_appearance),
                key.network_appearance,
            ),
            S::UNSUPPORTED_TRAFFIC_MODE => Mismatch::new(
                Setting::TrafficMode,
                theirs.filter_map(|server| server.mode.map(|mode| mode.0)),
                key.mode.map(|mode| mode.0),
            ),
            S::NOT_PROVISIONED => Mismatch::new(
                Setting::PointCodes,
                theirs.flat_map(|server| {
                    server
                        .config
                        .key
                        .destinations
                        .iter()
                        .map(|code| code.value())
                }),
                key.destinations.iter().map(|at| at.code.code.value()),
            ),
            _ => return,
        };
        let (network, _) = self.network_of(index, key.network_appearance);
        self.differ(index, mismatch.within(network));
    }

    /// Tells the owner which setting of ours keeps a key from being registered.
    pub(super) fn not_registered(&mut self, index: usize, seat: Seat, status: RegistrationStatus) {
        use RegistrationStatus as S;
        let config = &self.servers[seat.server].config;
        let (setting, ours) = match status {
            S::INVALID_NETWORK_APPEARANCE => {
                let ours = config.key.network_appearance;
                (Setting::NetworkAppearance, ours.into_iter().collect())
            }
            S::UNSUPPORTED_TRAFFIC_MODE => {
                let ours = config.mode.map(|mode| mode.0);
                (Setting::TrafficMode, ours.into_iter().collect())
            }
            S::INVALID_DPC | S::NOT_PROVISIONED => {
                let ours = config.key.destinations.iter().map(|code| code.value());
                (Setting::OwnPointCode, ours.collect())
            }
            _ => return,
        };
        let (network, theirs) = (config.network, None);
        self.differ(
            index,
            Mismatch {
                setting,
                network,
                ours,
                theirs,
            },
        );
    }

    /// Registers one key. Answers its routing context.
    fn register_key(
        &mut self,
        index: usize,
        asked: &RoutingKey,
        room: usize,
    ) -> Result<u32, RegistrationStatus> {
        use RegistrationStatus as S;
        if asked.routing_context.is_some() {
            return Err(S::CHANGE_REFUSED);
        }
        let (network, _) = self.network_of(index, asked.network_appearance);
        let key = self.read_key(asked, network)?;
        let theirs = |server: &&Server| {
            let config = &server.config;
            config.side == Side::Theirs && config.network == network && server.is_in_use()
        };
        let same = |server: &Server| theirs(&server) && server.config.key.is_same(&key);
        if let Some(server) = self.servers.iter().position(same) {
            return self.join(index, server, asked.mode);
        }
        let overlaps = |server: &Server| server.config.key.overlaps(&key);
        if self.servers.iter().filter(theirs).any(overlaps) {
            return Err(S::CANNOT_SUPPORT_UNIQUE_ROUTING);
        }
        let taken = self
            .servers
            .iter()
            .filter(|server| server.is_dynamic && server.is_in_use());
        match (room, taken.count()) {
            (0, _) => Err(S::NOT_PROVISIONED),
            (room, taken) if taken >= room => Err(S::INSUFFICIENT_RESOURCES),
            _ => Ok(self.create(index, key, asked.mode)),
        }
    }

    /// Makes an ASP a member of a server whose key it names.
    fn join(
        &mut self,
        index: usize,
        server: usize,
        mode: Option<TrafficMode>,
    ) -> Result<u32, RegistrationStatus> {
        let found = &mut self.servers[server];
        if found.refuses(mode) {
            return Err(RegistrationStatus::UNSUPPORTED_TRAFFIC_MODE);
        }
        let is_it = |member: &Member| member.association == index;
        let member = match found.members.iter().position(is_it) {
            Some(member) if found.members[member].seated && found.config.registered => {
                return Err(RegistrationStatus::ALREADY_REGISTERED);
            }
            Some(member) => member,
            None if found.is_dynamic => found.admit(index),
            None => return Err(RegistrationStatus::PERMISSION_DENIED),
        };
        let context = match found.config.routing_context {
            Some(context) => context,
            None => self.free_context(server),
        };
        let found = &mut self.servers[server];
        found.config.routing_context = Some(context);
        found.mode = found.mode.or(mode);
        found.members[member].seated = true;
        found.members[member].context = Some(context);
        let seat = Seat { server, member };
        self.associations[index].theirs.add(seat, Some(context));
        Ok(context)
    }

    /// Takes a key up that no configuration has.
    fn create(&mut self, index: usize, key: Key, mode: Option<TrafficMode>) -> u32 {
        let mut config = ServerConfig::new(Side::Theirs, index);
        (config.network, config.network_indicator) = self.network_of(index, key.network_appearance);
        config.reaches = key.destinations.iter().map(|&code| (code, 0)).collect();
        (config.key, config.mode, config.registered) = (key, mode, true);
        let mut server = Server::new(config);
        server.is_dynamic = true;
        let unused = |server: &Server| server.is_dynamic && !server.is_in_use();
        let index_of = match self.servers.iter().position(unused) {
            Some(unused) => self.replace_server(unused, server),
            None => self.add_server(server),
        };
        // It was made for this ASP, with a mode that was checked.
        self.join(index, index_of, mode).unwrap_or(0)
    }

    /// The network of a key: that of a server with its appearance, best of one on this association.
    fn network_of(&self, index: usize, appearance: Option<u32>) -> (NetworkId, NetworkIndicator) {
        let rank = |server: &&ServerConfig| {
            let is_here = server.associations.contains(&index);
            let is_named = server.key.network_appearance == appearance;
            (
                is_named && is_here,
                is_named && appearance.is_some(),
                is_here,
            )
        };
        let servers = self.servers.iter().map(|server| &server.config);
        // The first of equals.
        let model = servers.rev().max_by_key(rank);
        model.map_or(
            (NetworkId::default(), NetworkIndicator::NATIONAL),
            |model| (model.network, model.network_indicator),
        )
    }

    fn free_context(&self, server: usize) -> u32 {
        let is_taken = |context: u32| {
            let mut servers = self.servers.iter();
            servers.any(|server| server.config.routing_context == Some(context))
        };
        let first = FIRST_CONTEXT | u32::try_from(server).unwrap_or(0);
        (first..=u32::MAX)
            .find(|&context| !is_taken(context))
            .unwrap_or(first)
    }

    /// Answers a deregistration request, context by context.
    pub(super) fn deregister(
        &mut self,
        index: usize,
        request: &DeregistrationRequest,
        now: Instant,
    ) -> Result<(), Refusal> {
        if self.registrations.is_none() {
            return Err(ErrorCode::UNSUPPORTED_CLASS.into());
        }
        let contexts = request.routing_contexts.iter();
        let results = contexts.map(|&routing_context| DeregistrationResult {
            routing_context,
            status: self.deregister_context(index, routing_context, now),
            other: Vec::new(),
        });
        let response = Message::DeregistrationResponse(DeregistrationResponse {
            results: results.collect(),
            other: Vec::new(),
        });
        self.send(index, &response);
        Ok(())
    }

    fn deregister_context(
        &mut self,
        index: usize,
        context: u32,
        now: Instant,
    ) -> DeregistrationStatus {
        use DeregistrationStatus as S;
        let Ok(seat) = self.associations[index].theirs.find(Some(context)) else {
            let mut servers = self.servers.iter();
            let exists = servers.any(|server| server.config.routing_context == Some(context));
            return match exists {
                true => S::NOT_REGISTERED,
                false => S::INVALID_ROUTING_CONTEXT,
            };
        };
        if !self.servers[seat.server].config.registered {
            return S::PERMISSION_DENIED;
        }
        if self.state(seat) == MemberState::Active {
            return S::CURRENTLY_ACTIVE;
        }
        self.enter(seat, MemberState::Down, now);
        self.unseat(index, seat);
        S::SUCCESS
    }

    /// Ends a membership that came by registration, and a server that has none left.
    pub(super) fn unseat(&mut self, index: usize, seat: Seat) {
        let server = &mut self.servers[seat.server];
        if server.config.side == Side::Ours || !server.config.registered {
            return;
        }
        server.members[seat.member].seated = false;
        server.members[seat.member].context = None;
        self.associations[index].theirs.remove(seat);
        if server.is_dynamic && !server.is_in_use() {
            let points: Vec<_> = server.config.reached().collect();
            server.config.reaches.clear();
            for point in points {
                self.routes.remove(point, seat.server);
            }
        }
    }

    /// Puts a server where one was that is not in use any more.
    fn replace_server(&mut self, index: usize, server: Server) -> usize {
        self.add_routes(index, &server);
        self.servers[index] = server;
        index
    }
}

impl Server {
    /// A server registered at run time is there as long as it has a member.
    fn is_in_use(&self) -> bool {
        !self.is_dynamic || self.members.iter().any(|member| member.seated)
    }
}
