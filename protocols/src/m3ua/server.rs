//! The state machine of one application server, and how its traffic is shared (RFC 4666 §4.3.2,
//! §4.3.4.3).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use codecs::m3ua::TrafficMode;
use codecs::mtp::Transfer;

use super::config::{ServerConfig, Side};
use super::management::Refusal;
use super::mismatch::{Mismatch, Setting};

/// The state of an application server (`RFC 4666 §4.3.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServerState {
    /// All its ASPs are down.
    Down,
    /// ASPs are there, but not enough are active.
    Inactive,
    /// Traffic flows.
    Active,
    /// The last active ASP left; messages are kept while T(r) runs.
    Pending,
}

/// What an ASP is to one application server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberState {
    Down,
    Inactive,
    /// We: the routing key is to be registered first.
    Registering,
    /// We: ASP Active is not acknowledged yet.
    Activating,
    Active,
    /// We: another ASP has the traffic.
    Standby,
    /// We: ASP Inactive is not acknowledged yet.
    Deactivating,
    /// We: the routing key is to be deregistered.
    Deregistering,
}

/// One ASP of an application server, which is one association.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) association: usize,
    pub(super) state: MemberState,
    /// The routing context on this association.
    pub(super) context: Option<u32>,
    /// Whether it is a member: where membership comes by registration, only then.
    pub(super) seated: bool,
    /// When it last ceased to be active.
    pub(super) left: Option<Instant>,
}

/// How many values a signalling link selection has.
const SELECTIONS: usize = 256;

#[derive(Debug)]
pub(super) struct Server {
    pub(super) config: ServerConfig,
    pub(super) members: Vec<Member>,
    pub(super) state: ServerState,
    /// The traffic mode in force.
    pub(super) mode: Option<TrafficMode>,
    /// Which members messages go to, in the order of the configuration.
    active: Vec<usize>,
    /// Which member a message goes to, by its SLS.
    shares: Vec<usize>,
    /// Messages kept while the server is pending.
    pub(super) kept: VecDeque<Transfer>,
    /// Broadcast: traffic flows whose next message is to be marked with a correlation.
    unmarked: [bool; SELECTIONS],
    correlations: u32,
    /// Registered at run time.
    pub(super) is_dynamic: bool,
}

impl Server {
    pub(super) fn new(config: ServerConfig) -> Self {
        let seated = config.side == Side::Ours || !config.registered;
        let context = config.routing_context;
        let associations = config.associations.iter();
        let members = associations.map(|&association| Member {
            context: context.filter(|_| seated),
            seated,
            ..Member::new(association)
        });
        Self {
            members: members.collect(),
            state: ServerState::Down,
            mode: config.mode,
            active: Vec::new(),
            shares: Vec::new(),
            kept: VecDeque::new(),
            unmarked: [false; SELECTIONS],
            correlations: 0,
            is_dynamic: false,
            config,
        }
    }

    /// Takes another association in. Answers which member it is.
    pub(super) fn admit(&mut self, association: usize) -> usize {
        self.members.push(Member::new(association));
        self.members.len() - 1
    }

    pub(super) fn mode(&self) -> TrafficMode {
        self.mode.unwrap_or(TrafficMode::OVERRIDE)
    }

    /// Whether the ASPs share one traffic mode, which this one is not.
    pub(super) fn refuses(&self, mode: Option<TrafficMode>) -> bool {
        match (mode, self.mode) {
            (None, _) => false,
            (Some(asked), Some(ours)) => asked != ours,
            (Some(asked), None) => !matches!(asked, TrafficMode(1..=3)),
        }
    }

    /// The mode in force against one that is refused.
    pub(super) fn differs(&self, mode: Option<TrafficMode>) -> Mismatch {
        let [ours, theirs] = [self.mode, mode].map(|mode| mode.map(|TrafficMode(mode)| mode));
        Mismatch::new(Setting::TrafficMode, ours, theirs)
    }

    /// Whether a message about this network is about the server's.
    pub(super) fn check_network(&self, appearance: Option<u32>) -> Result<(), Refusal> {
        let ours = self.config.key.network_appearance;
        match appearance.is_some() && appearance != ours {
            true => Err(Refusal::network(ours, appearance)),
            false => Ok(()),
        }
    }

    /// Members to which messages go.
    pub(super) fn active(&self) -> &[usize] {
        &self.active
    }

    /// The member for messages with this SLS, while there is an active one.
    pub(super) fn share(&self, sls: u8) -> Option<usize> {
        match &self.active[..] {
            [] => None,
            &[only] => Some(only),
            _ => self.shares.get(usize::from(sls)).copied(),
        }
    }

    /// Whether there are active ASPs, but fewer than it takes.
    pub(super) fn is_insufficient(&self) -> bool {
        !self.active.is_empty() && self.active.len() < self.config.required
    }

    /// The number to mark a broadcast message with (`§4.3.4.3`): the first of its traffic flow
    /// since the last ASP became active has one.
    pub(super) fn correlation(&mut self, sls: u8) -> Option<u32> {
        let unmarked = &mut self.unmarked[usize::from(sls)];
        if !std::mem::take(unmarked) {
            return None;
        }
        self.correlations = self.correlations.wrapping_add(1);
        Some(self.correlations)
    }

    /// Puts state and shares right after a member changed. `keeps`: messages are to be kept when
    /// the last active one left. Answers whether the state changed.
    pub(super) fn settle(&mut self, keeps: bool) -> bool {
        let before = self.active.len();
        let is_active = |(index, member): (usize, &Member)| {
            (member.state == MemberState::Active).then_some(index)
        };
        self.active.clear();
        self.active
            .extend(self.members.iter().enumerate().filter_map(is_active));
        self.distribute();
        if self.active.len() > before {
            self.unmarked = [true; SELECTIONS];
        }
        let state = self.next(keeps);
        if state == ServerState::Down {
            self.mode = self.config.mode;
        }
        std::mem::replace(&mut self.state, state) != state
    }

    /// T(r) expired.
    pub(super) fn give_up(&mut self) {
        self.state = self.idle();
    }

    fn next(&self, keeps: bool) -> ServerState {
        use ServerState as S;
        match (self.state, self.active.len()) {
            (S::Active, 0) if keeps => S::Pending,
            (S::Active, 0) => self.idle(),
            (S::Pending, 0) if keeps => S::Pending,
            (S::Active | S::Pending, 1..) => S::Active,
            (_, active) if active >= self.config.required.max(1) => S::Active,
            _ => self.idle(),
        }
    }

    fn idle(&self) -> ServerState {
        let is_down = |member: &Member| member.state == MemberState::Down;
        match self.members.iter().all(is_down) {
            true => ServerState::Down,
            false => ServerState::Inactive,
        }
    }

    /// Each SLS belongs to one member. While that one is not active the others share what is its,
    /// so that the rest keeps its way, and its order.
    fn distribute(&mut self) {
        self.shares.clear();
        let (members, active) = (&self.members, &self.active);
        if active.len() < 2 {
            return;
        }
        self.shares.extend((0..SELECTIONS).map(|sls| {
            let home = sls % members.len();
            match members[home].state {
                MemberState::Active => home,
                _ => active[sls / members.len() % active.len()],
            }
        }));
    }
}

impl Member {
    /// An association that has yet to join.
    fn new(association: usize) -> Self {
        Self {
            association,
            state: MemberState::Down,
            context: None,
            seated: false,
            left: None,
        }
    }

    /// Whether it had traffic a moment ago: its last messages may still be on the way.
    pub(super) fn is_just_left(&self, now: Instant, moment: Duration) -> bool {
        self.left
            .is_some_and(|at| now.saturating_duration_since(at) < moment)
    }
}
