//! Answering what breaches the protocol, notifying, and heartbeats (RFC 4666 §3.8, §4.3.4.5,
//! §4.3.4.6).

use std::time::Instant;

use bytes::Bytes;
use codecs::m3ua::{Beat, Error, ErrorCode, Message, Notify, Status};

use super::association::Answering;
use super::config::Role;
use super::layer::{Layer, Timer};
use super::server::MemberState;
use super::{Output, ServerState};

/// Octets of an offending message that an Error message returns (`§3.8.1`).
const DIAGNOSTIC: usize = 40;

/// Why a message is not taken, as the Error message will say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    code: ErrorCode,
    routing_contexts: Vec<u32>,
    network_appearance: Option<u32>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            routing_contexts: Vec::new(),
            network_appearance: None,
        }
    }
}

impl Refusal {
    pub(super) fn contexts(routing_contexts: Vec<u32>) -> Self {
        Self {
            routing_contexts,
            ..ErrorCode::INVALID_ROUTING_CONTEXT.into()
        }
    }

    pub(super) fn network(appearance: Option<u32>) -> Self {
        Self {
            network_appearance: appearance,
            ..ErrorCode::INVALID_NETWORK_APPEARANCE.into()
        }
    }
}

impl Layer {
    /// Answers `offending` with an Error message, unless it is one itself.
    pub(super) fn refuse(&mut self, association: usize, refusal: Refusal, offending: &Bytes) {
        let code = refusal.code;
        self.put(Output::Rejected { association, code });
        if offending.get(2..4) == Some(&[0, 0]) {
            return;
        }
        let error = Message::Error(Error {
            code,
            routing_contexts: refusal.routing_contexts,
            network_appearance: refusal.network_appearance,
            affected: Vec::new(),
            diagnostic: Some(offending.slice(..offending.len().min(DIAGNOSTIC))),
            other: Vec::new(),
        });
        self.send(association, &error);
    }

    /// Tells the ASPs of a server which state it is in.
    pub(super) fn notify_state(&mut self, server: usize) {
        for member in 0..self.servers[server].members.len() {
            self.notify_member(server, member);
        }
    }

    /// Tells one of them.
    pub(super) fn notify_member(&mut self, server: usize, member: usize) {
        let status = match self.servers[server].state {
            ServerState::Down => return,
            ServerState::Inactive => Status::AS_INACTIVE,
            ServerState::Active => Status::AS_ACTIVE,
            ServerState::Pending => Status::AS_PENDING,
        };
        self.notify(server, member, status, None);
    }

    /// Tells those ASPs of a server that have no traffic that more are needed.
    pub(super) fn call_for_more(&mut self, server: usize) {
        for member in 0..self.servers[server].members.len() {
            if self.servers[server].members[member].state == MemberState::Inactive {
                self.notify(server, member, Status::INSUFFICIENT_ASPS, None);
            }
        }
    }

    /// Tells the ASPs of a server, other than that of `failed`, that it failed.
    pub(super) fn notify_failure(&mut self, server: usize, failed: usize) {
        let identifier = self.associations[failed].identifier;
        for member in 0..self.servers[server].members.len() {
            if self.servers[server].members[member].association != failed {
                self.notify(server, member, Status::ASP_FAILURE, identifier);
            }
        }
    }

    /// Sends a Notify to an ASP that is not down. IP servers do without.
    pub(super) fn notify(
        &mut self,
        server: usize,
        member: usize,
        status: Status,
        asp_identifier: Option<u32>,
    ) {
        let member = &self.servers[server].members[member];
        let association = &self.associations[member.association];
        if association.config.role != Role::Sgp
            || association.answering != Answering::Up
            || member.state == MemberState::Down
        {
            return;
        }
        let (to, contexts) = (member.association, member.context);
        let notify = Message::Notify(Notify {
            status,
            asp_identifier,
            routing_contexts: contexts.into_iter().collect(),
            info: None,
            other: Vec::new(),
        });
        self.send(to, &notify);
    }

    /// Starts heartbeats, once the peer's M3UA is known to be there.
    pub(super) fn start_beating(&mut self, association: usize, now: Instant) {
        if let Some(interval) = self.times.beat {
            self.timers.arm(Timer::Beat(association), now + interval);
        }
    }

    /// Sends the next heartbeat, or gives a silent peer up.
    pub(super) fn beat(&mut self, index: usize, now: Instant) {
        let association = &mut self.associations[index];
        let (Some(interval), Some(heard)) = (self.times.beat, association.heard) else {
            return;
        };
        if now.saturating_duration_since(heard) >= 2 * interval {
            self.down(index, now);
            self.put(Output::Abort { association: index });
            return;
        }
        association.beats += 1;
        let beat = Message::Beat(Beat {
            data: Some(Bytes::copy_from_slice(&association.beats.to_be_bytes())),
            ..Beat::default()
        });
        self.send(index, &beat);
        self.timers.arm(Timer::Beat(index), now + interval);
    }
}
