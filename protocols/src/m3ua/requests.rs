//! What the end that asks waits to have answered, and T(ack) (RFC 4666 §4.3.4).

use std::time::Instant;

use codecs::m3ua::{
    AspActive, AspDown, AspInactive, AspUp, DeregistrationRequest, Message, RegistrationRequest,
    TrafficMode,
};

use super::association::Asking;
use super::layer::{Layer, Timer};
use super::routing_key;
use super::server::MemberState;

impl Layer {
    /// Sends what is outstanding, for the first time.
    pub(super) fn request(&mut self, index: usize, now: Instant) {
        self.associations[index].attempts = 0;
        self.send_requests(index, now);
    }

    pub(super) fn send_requests(&mut self, index: usize, now: Instant) {
        let requests = self.outstanding(index);
        if requests.is_empty() {
            self.timers.cancel(&Timer::Ack(index));
            return;
        }
        self.associations[index].attempts += 1;
        for request in &requests {
            self.send(index, request);
        }
        self.timers.arm(Timer::Ack(index), now + self.times.ack);
    }

    /// Stops T(ack) when nothing is outstanding any more.
    pub(super) fn rest(&mut self, index: usize) {
        if self.outstanding(index).is_empty() {
            self.timers.cancel(&Timer::Ack(index));
        }
    }

    /// The requests whose answers we wait for.
    fn outstanding(&self, index: usize) -> Vec<Message> {
        let association = &self.associations[index];
        match association.asking {
            Asking::ComingUp => vec![Message::AspUp(AspUp {
                asp_identifier: association.config.asp_identifier,
                ..AspUp::default()
            })],
            Asking::GoingDown => vec![Message::AspDown(AspDown::default())],
            Asking::Up | Asking::Leaving => self.outstanding_of_servers(index),
            Asking::Down | Asking::Stopped => Vec::new(),
        }
    }

    /// One request for all servers that are in the same position.
    fn outstanding_of_servers(&self, index: usize) -> Vec<Message> {
        let mut keys = Vec::new();
        let mut activating: Vec<(Option<TrafficMode>, Vec<u32>)> = Vec::new();
        let (mut deactivating, mut deregistering) = (None, Vec::new());
        for &seat in self.associations[index].ours.all() {
            let server = &self.servers[seat.server];
            let member = &server.members[seat.member];
            let context = member.context;
            match member.state {
                MemberState::Registering => {
                    keys.push(routing_key::of_server(seat.server, &server.config));
                }
                MemberState::Activating => {
                    let mode = server.config.mode;
                    match activating.iter_mut().find(|group| group.0 == mode) {
                        Some((_, contexts)) => contexts.extend(context),
                        None => activating.push((mode, context.into_iter().collect())),
                    }
                }
                MemberState::Deactivating => {
                    deactivating.get_or_insert_with(Vec::new).extend(context)
                }
                MemberState::Deregistering => deregistering.extend(context),
                _ => {}
            }
        }
        let mut requests = Vec::new();
        if !keys.is_empty() {
            let other = Vec::new();
            requests.push(Message::RegistrationRequest(RegistrationRequest {
                keys,
                other,
            }));
        }
        requests.extend(activating.into_iter().map(|(mode, routing_contexts)| {
            Message::AspActive(AspActive {
                mode,
                routing_contexts,
                ..AspActive::default()
            })
        }));
        requests.extend(deactivating.map(|routing_contexts| {
            Message::AspInactive(AspInactive {
                routing_contexts,
                ..AspInactive::default()
            })
        }));
        if !deregistering.is_empty() {
            requests.push(Message::DeregistrationRequest(DeregistrationRequest {
                routing_contexts: deregistering,
                other: Vec::new(),
            }));
        }
        requests
    }
}
