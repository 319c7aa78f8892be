//! Answering what breaches the protocol, notifying, and heartbeats (RFC 4666 §3.8, §4.3.4.5,
//! §4.3.4.6).

use std::time::Instant;

use bytes::Bytes;
use codecs::m3ua::{Beat, Error, ErrorCode, MaskedPointCode, Message, Notify, Status, TrafficMode};
use codecs::mtp::NetworkId;

use super::association::Answering;
use super::config::Role;
use super::layer::{Layer, Timer};
use super::mismatch::{Mismatch, Setting};
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
    affected: Vec<MaskedPointCode>,
    mismatch: Option<Box<Mismatch>>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            routing_contexts: Vec::new(),
            network_appearance: None,
            affected: Vec::new(),
            mismatch: None,
        }
    }
}

impl Refusal {
    /// Contexts that are none of `ours`.
    pub(super) fn contexts(ours: Vec<u32>, strange: Vec<u32>) -> Self {
        let mismatch = Mismatch::new(Setting::RoutingContext, ours, strange.iter().copied());
        Self {
            routing_contexts: strange,
            ..ErrorCode::INVALID_ROUTING_CONTEXT.because(mismatch)
        }
    }

    /// A network that is none of ours, or one that is not named.
    pub(super) fn network(ours: impl IntoIterator<Item = u32>, theirs: Option<u32>) -> Self {
        let mismatch = Mismatch::new(Setting::NetworkAppearance, ours, theirs);
        Self {
            network_appearance: theirs,
            ..ErrorCode::INVALID_NETWORK_APPEARANCE.because(mismatch)
        }
    }

    /// Destinations whose status is not for the one who asks.
    pub(super) fn destinations(
        affected: Vec<MaskedPointCode>,
        routing_context: Option<u32>,
        network_appearance: Option<u32>,
    ) -> Self {
        Self {
            routing_contexts: routing_context.into_iter().collect(),
            network_appearance,
            affected,
            ..ErrorCode::DESTINATION_UNKNOWN.into()
        }
    }
}

/// A code that a setting leads to which differs at the two ends.
pub(super) trait Because {
    fn because(self, mismatch: Mismatch) -> Refusal;
}

impl Because for ErrorCode {
    fn because(self, mismatch: Mismatch) -> Refusal {
        Refusal {
            mismatch: Some(Box::new(mismatch)),
            ..self.into()
        }
    }
}

impl Layer {
    /// Answers `offending` with an Error message, unless it is one itself.
    pub(super) fn refuse(&mut self, association: usize, refusal: Refusal, offending: &Bytes) {
        let code = refusal.code;
        if let Some(mismatch) = refusal.mismatch {
            self.differ(association, *mismatch);
        }
        self.put(Output::Rejected { association, code });
        if offending.get(2..4) == Some(&[0, 0]) {
            return;
        }
        let error = Message::Error(Error {
            code,
            routing_contexts: refusal.routing_contexts,
            network_appearance: refusal.network_appearance,
            affected: refusal.affected,
            diagnostic: Some(offending.slice(..offending.len().min(DIAGNOSTIC))),
            other: Vec::new(),
        });
        self.send(association, &error);
    }

    /// What the peer says is wrong with us is for the log; requests are repeated (`§4.3.4`).
    pub(super) fn errored(&mut self, association: usize, error: &Error) {
        let code = error.code;
        if let Some((setting, ours)) = self.disputed(association, error) {
            let theirs = None;
            self.differ(
                association,
                Mismatch {
                    setting,
                    network: NetworkId::default(),
                    ours,
                    theirs,
                },
            );
        }
        self.put(Output::Error { association, code });
    }

    /// The setting of ours that the peer does not take: as it names it, or as we have it.
    fn disputed(&self, index: usize, error: &Error) -> Option<(Setting, Vec<u32>)> {
        let association = &self.associations[index];
        let seats = association.inbound();
        let servers = || seats.all().iter().map(|seat| &self.servers[seat.server]);
        let named = |named: &[u32], ours: Vec<u32>| match named {
            [] => ours,
            named => named.to_vec(),
        };
        Some(match error.code {
            ErrorCode::INVALID_ROUTING_CONTEXT | ErrorCode::NO_CONFIGURED_AS => {
                let ours = named(&error.routing_contexts, seats.contexts());
                (Setting::RoutingContext, ours)
            }
            ErrorCode::INVALID_NETWORK_APPEARANCE => {
                let ours = servers().filter_map(|server| server.config.key.network_appearance);
                let ours = named(error.network_appearance.as_slice(), ours.collect());
                (Setting::NetworkAppearance, ours)
            }
            ErrorCode::UNSUPPORTED_TRAFFIC_MODE => {
                let ours = servers().filter_map(|server| server.mode);
                let ours = ours.map(|TrafficMode(mode)| mode).collect();
                (Setting::TrafficMode, ours)
            }
            ErrorCode::ASP_IDENTIFIER_REQUIRED | ErrorCode::INVALID_ASP_IDENTIFIER => {
                let ours = association.config.asp_identifier;
                (Setting::AspIdentifier, ours.into_iter().collect())
            }
            _ => return None,
        })
    }

    /// Tells the owner of a setting that differs.
    pub(super) fn differ(&mut self, association: usize, mismatch: Mismatch) {
        self.put(Output::Mismatch {
            association,
            mismatch,
        });
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
