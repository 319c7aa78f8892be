//! Counts of the service, and states of its peers, for metrics.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use protocols::m3ua::{ProcessState, ServerState, Setting};

use super::config::{Config, PeerConfig, Role};
use super::{complaints, servers};

/// What went through the service since its start, and how its peers are.
#[derive(Debug, Default)]
pub struct Counters {
    /// Messages sent to peers.
    pub sent: Count,
    /// Messages received from peers.
    pub received: Count,
    /// Messages from or to point codes that no peer leads to, and messages not meant for us.
    pub dropped_no_route: Count,
    /// Messages to point codes that could not be reached, or waited too long for it.
    pub dropped_unavailable: Count,
    /// Messages that found a queue or send buffer full.
    pub dropped_overload: Count,
    /// Associations that came up.
    pub associations_up: Count,
    /// Associations that ended other than in order, attempts included.
    pub associations_lost: Count,
    /// Breaches of M3UA, by the peer or, as it says, by us.
    pub faults: Count,
    /// Messages about the network (DUNA, DAVA, DAUD, SCON, DUPU, DRST) sent to peers.
    pub management_sent: Count,
    /// The same, received from peers.
    pub management_received: Count,
    /// Messages that did not come as M3UA: with another payload protocol identifier.
    pub other_protocol: Count,
    servers: Vec<State>,
    processes: Vec<State>,
    /// Ours towards each peer.
    roles: Vec<Role>,
    /// Of each peer: whether it is locked out, if it can be.
    locks: Vec<Option<AtomicBool>>,
    /// Of each peer, one for each setting.
    mismatches: Vec<[Count; Setting::ALL.len()]>,
}

/// The state of something with a name.
#[derive(Debug)]
struct State {
    name: String,
    value: AtomicU8,
}

impl State {
    fn new(name: String) -> Self {
        let value = AtomicU8::new(0);
        Self { name, value }
    }

    fn read(&self) -> (&str, u8) {
        (&self.name, self.value.load(Ordering::Relaxed))
    }
}

impl Counters {
    pub(super) fn new(config: &Config) -> Self {
        let (_, servers) = servers::layer(config);
        let peers = config.peer.iter().map(|peer| peer.name.clone());
        Self {
            servers: servers.into_iter().map(State::new).collect(),
            processes: peers.map(State::new).collect(),
            roles: config.peer.iter().map(|peer| peer.role).collect(),
            locks: config.peer.iter().map(lock_of).collect(),
            mismatches: config.peer.iter().map(|_| Default::default()).collect(),
            ..Self::default()
        }
    }

    /// Application servers with their states: 0 down, 1 inactive, 2 pending, 3 active.
    pub fn servers(&self) -> impl Iterator<Item = (&str, u8)> {
        self.servers.iter().map(State::read)
    }

    /// Peers with the states of the processes there, or of ours towards them where we ask for
    /// traffic: 0 down, 1 inactive, 2 active.
    pub fn processes(&self) -> impl Iterator<Item = (&str, u8)> {
        self.processes.iter().map(State::read)
    }

    /// The peers, in the order of the configuration.
    pub fn peers(&self) -> impl Iterator<Item = PeerState<'_>> {
        let peers = self.processes.iter().zip(&self.roles).zip(&self.locks);
        peers.map(|((process, &role), lock)| {
            let (name, state) = process.read();
            let process = match state {
                0 => "down",
                1 => "inactive",
                _ => "active",
            };
            let is_locked = lock
                .as_ref()
                .is_some_and(|lock| lock.load(Ordering::Relaxed));
            PeerState {
                name,
                role,
                process,
                is_locked,
            }
        })
    }

    pub(super) fn may_be_locked(&self, index: usize) -> bool {
        self.locks.get(index).is_some_and(Option::is_some)
    }

    pub(super) fn lock(&self, index: usize, locked: bool) {
        if let Some(Some(lock)) = self.locks.get(index) {
            lock.store(locked, Ordering::Relaxed);
        }
    }

    /// How often a setting at a peer was not as it is here: peer, setting, count.
    pub fn mismatches(&self) -> impl Iterator<Item = (&str, &'static str, u64)> {
        let peers = self.processes.iter().zip(&self.mismatches);
        peers.flat_map(|(peer, counts)| {
            let counts = Setting::ALL.into_iter().zip(counts);
            counts.map(|(setting, count)| (&*peer.name, complaints::name(setting), count.get()))
        })
    }

    /// All counts, by name.
    pub fn totals(&self) -> [(&'static str, u64); 11] {
        [
            ("sent", self.sent.get()),
            ("received", self.received.get()),
            ("dropped_no_route", self.dropped_no_route.get()),
            ("dropped_unavailable", self.dropped_unavailable.get()),
            ("dropped_overload", self.dropped_overload.get()),
            ("associations_up", self.associations_up.get()),
            ("associations_lost", self.associations_lost.get()),
            ("faults", self.faults.get()),
            ("management_sent", self.management_sent.get()),
            ("management_received", self.management_received.get()),
            ("other_protocol", self.other_protocol.get()),
        ]
    }

    pub(super) fn differ(&self, index: usize, setting: Setting) {
        if let Some(counts) = self.mismatches.get(index) {
            counts[setting as usize].add();
        }
    }

    pub(super) fn server_is(&self, index: usize, state: ServerState) {
        let value = match state {
            ServerState::Down => 0,
            ServerState::Inactive => 1,
            ServerState::Pending => 2,
            ServerState::Active => 3,
        };
        if let Some(server) = self.servers.get(index) {
            server.value.store(value, Ordering::Relaxed);
        }
    }

    pub(super) fn process_is(&self, index: usize, state: ProcessState) {
        let value = match state {
            ProcessState::Down => 0,
            ProcessState::Inactive => 1,
            ProcessState::Active => 2,
        };
        if let Some(process) = self.processes.get(index) {
            process.value.store(value, Ordering::Relaxed);
        }
    }

    /// The name of an application server; those registered at run time have none.
    pub(super) fn server_name(&self, index: usize) -> &str {
        self.servers
            .get(index)
            .map_or("registered", |server| &server.name)
    }
}

/// A peer as operators see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerState<'a> {
    /// Its name.
    pub name: &'a str,
    /// What we are towards it.
    pub role: Role,
    /// The process there, or ours towards it where we ask for traffic: `down`, `inactive` or
    /// `active`.
    pub process: &'static str,
    /// Whether it is locked out.
    pub is_locked: bool,
}

fn lock_of(peer: &PeerConfig) -> Option<AtomicBool> {
    peer.may_be_locked().then(|| AtomicBool::new(peer.locked))
}

/// One count, read and increased from any thread.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts one more. Answers whether that is worth a line in the log: ever more seldom.
    pub(super) fn add(&self) -> bool {
        (self.0.fetch_add(1, Ordering::Relaxed) + 1).is_power_of_two()
    }
}
