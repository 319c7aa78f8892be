//! The gateway as one machine, without IO: legs, calls, interworking tables, circuits and routes
//! joined.
//!
//! ```text
//!   Transfer ──► circuits ──┐                      ┌── agent ◄── Datagram
//!   (ISUP)        (Q.764)   ├─► leg ─► call ─► leg ┤   (RFC 3261)
//!   Transfer ──► locator ───┘            │         └── circuits (transit)
//!   (SCCP)        (MAP)                  └─► Media, Telemetry
//! ```
//!
//! [`Exchange`] has the four verbs of every machine. Between two calls of `poll_output` nothing
//! happens; all time comes from the arguments.

mod agreement;
mod applications;
mod border;
mod call;
mod caller;
mod continuity;
mod dispatch;
mod echo;
pub mod encapsulation;
mod further_digits;
mod holding;
mod incoming;
pub mod interworking;
mod isup_leg;
mod joining;
pub mod leg;
mod locate;
mod outgoing;
mod overlap;
mod peers;
pub mod policy;
mod ports;
mod relay;
mod replacement;
mod reserving;
mod resources;
mod services;
pub mod settings;
mod sip_leg;
mod sip_rejected;
mod sip_side;
mod sip_telling;
pub mod telemetry;
mod transfer;
mod trust_domain;
mod user_to_user;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use codecs::isup::Iam;
use codecs::mtp::{SignallingPoint, Transfer, UnavailabilityCause};
use codecs::sdp::Direction;
use protocols::deadlines::Deadlines;
use protocols::isup::{CircuitId, Circuits, Continuity, GroupId, StateCounts};
use protocols::map;
use protocols::quick::QuickMap;
use protocols::sip::{Datagram, Hop, SessionId, Transmit, UserAgent};
use rand::rngs::SmallRng;
use routing::Location;
use slab::Slab;

use call::{Call, Timer};
use further_digits::Origin;
use peers::Peers;
use policy::Rulebook;
use ports::Ports;
pub use resources::PRECONDITION;
use settings::{Settings, Timeslot};
use telemetry::{CallNumber, Telemetry};
pub use transfer::TRANSFER;

use crate::alerts::Strangers;

/// The machines of an exchange, each configured.
pub struct Machines {
    /// The circuits of all trunk groups, in the order of [`Settings::trunks`].
    pub circuits: Circuits,
    /// The SIP side.
    pub agent: UserAgent,
    /// The questions to the HSS, where there is one.
    pub locator: Option<map::Client>,
    /// Draws among I-CSCFs.
    pub random: SmallRng,
}

/// A gateway: everything between the sockets.
pub struct Exchange {
    settings: Settings,
    circuits: Circuits,
    agent: UserAgent,
    locator: Option<map::Client>,
    random: SmallRng,
    peers: Peers,
    ports: Ports,
    rulebook: Rulebook,
    calls: Slab<Call>,
    by_circuit: QuickMap<CircuitId, usize>,
    /// Calls whose numbers are not complete yet.
    collecting: QuickMap<CircuitId, Iam>,
    /// Calls whose caller the other exchange has been asked about.
    asking: QuickMap<CircuitId, Iam>,
    /// T10 of those that may be complete.
    last_digits: Deadlines<CircuitId>,
    /// Which circuits send the check tone, by timeslot.
    checked: QuickMap<Timeslot, CircuitId>,
    strangers: Strangers,
    by_session: QuickMap<SessionId, usize>,
    /// Those who want their call to go on with somebody else, while that one is called.
    transferors: QuickMap<SessionId, usize>,
    /// Calls from SIP whose digits may go on.
    by_origin: HashMap<Origin, usize>,
    by_lookup: QuickMap<map::Invocation, usize>,
    timers: Deadlines<(usize, Timer)>,
    outputs: VecDeque<Output>,
    /// Where messages are written before their length is known.
    scratch: Vec<u8>,
    started: u64,
    /// Whether the gateway winds up: no new calls.
    closing: bool,
    /// How far the program is behind, 0 to 2.
    overload: u8,
    opened: u64,
}

/// What happened outside.
#[derive(Debug, Clone)]
pub enum Input {
    /// A message arrived from the signalling network.
    Transfer(Transfer),
    /// MTP-RESUME: this point code can be reached.
    Available(SignallingPoint),
    /// MTP-PAUSE: this point code cannot be reached.
    Unavailable(SignallingPoint),
    /// MTP-STATUS: the way to this point code is congested, 1 to 3, or is so no longer, 0.
    Congested(SignallingPoint, u8),
    /// MTP-STATUS: the ISDN user part at this point code takes no messages.
    UserPartUnavailable(SignallingPoint, UnavailabilityCause),
    /// A SIP message arrived.
    Datagram(Datagram),
    /// A SIP message could not be sent.
    Undeliverable(Transmit),
    /// The name of an I-CSCF was resolved.
    Found {
        /// Which, by its place in [`Settings::icscfs`].
        icscf: usize,
        /// Where it is.
        locations: Vec<Location<Hop>>,
    },
    /// The check tone that is being sent in a timeslot began or ended to come back.
    ContinuityHeard {
        /// The timeslot.
        timeslot: Timeslot,
        /// Whether it is there now.
        heard: bool,
    },
    /// The media gateway could not do what it was told.
    PathFailed {
        /// The voice path.
        path: PathId,
        /// Why.
        reason: String,
    },
}

/// What is to be done outside.
#[derive(Debug)]
pub enum Output {
    /// Send a message to the signalling network.
    Transfer(Transfer),
    /// Send a SIP message.
    Transmit(Transmit),
    /// Tell the media gateway.
    Media(Media),
    /// Take note.
    Telemetry(Telemetry),
}

/// A voice path of the media gateway; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(pub u64);

impl PathId {
    /// A path of a call: a number which tells it from all others, and where to find the call.
    fn of(key: usize, number: u64) -> Self {
        Self(number << KEY_BITS | key as u64 & KEY_MASK)
    }

    fn key(self) -> usize {
        (self.0 & KEY_MASK) as usize
    }
}

const KEY_BITS: u32 = 24;
const KEY_MASK: u64 = (1 << KEY_BITS) - 1;

/// What the media gateway is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Media {
    /// Join a timeslot and an RTP address, nothing through-connected yet.
    Open {
        /// The new path.
        path: PathId,
        /// The timeslot.
        timeslot: Timeslot,
        /// Our RTP address.
        local: SocketAddr,
    },
    /// Where the RTP goes, how it is coded, and what is through-connected.
    Set {
        /// The path.
        path: PathId,
        /// The far end.
        remote: Remote,
        /// Which directions are through.
        through: Through,
    },
    /// Join two timeslots, both ways (transit).
    Join {
        /// The new path.
        path: PathId,
        /// One timeslot.
        a: Timeslot,
        /// The other.
        b: Timeslot,
    },
    /// Do this for a continuity check; a path of the timeslot rests meanwhile.
    Check {
        /// The timeslot.
        timeslot: Timeslot,
        /// What.
        action: Continuity,
    },
    /// Take a path down; its timeslots are silent, its port is closed.
    Close(PathId),
}

/// The far end of an RTP stream, as its session description says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote {
    /// Where to send.
    pub address: SocketAddr,
    /// Payload type and coding.
    pub coding: Coding,
}

/// How voice is coded in RTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// A-law, payload type 8.
    Pcma,
    /// µ-law, payload type 0.
    Pcmu,
    /// The octets of the timeslot as they are (RFC 4040), of this payload type.
    Clear(u8),
}

/// Which directions of a voice path are through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// From RTP to the timeslot only: early media of a called party in the IMS, or on hold.
    ToTimeslot,
    /// From the timeslot to RTP only: early media of a called party in the telephone network.
    ToRtp,
    /// Both ways.
    Both,
    /// Neither way.
    Neither,
}

impl Through {
    /// What is left of it where only this direction, as our description says it, is agreed upon.
    fn within(self, direction: Direction) -> Self {
        let sends = direction.sends() && matches!(self, Self::ToRtp | Self::Both);
        let receives = direction.receives() && matches!(self, Self::ToTimeslot | Self::Both);
        match (sends, receives) {
            (true, true) => Self::Both,
            (true, false) => Self::ToRtp,
            (false, true) => Self::ToTimeslot,
            (false, false) => Self::Neither,
        }
    }
}

impl Exchange {
    /// An exchange without calls.
    pub fn new(settings: Settings, machines: Machines) -> Self {
        Self {
            peers: Peers::new(&settings),
            ports: Ports::new(settings.rtp.ports.clone()),
            rulebook: Rulebook::new(&settings.policies),
            settings,
            circuits: machines.circuits,
            agent: machines.agent,
            locator: machines.locator,
            random: machines.random,
            calls: Slab::new(),
            by_circuit: QuickMap::default(),
            collecting: QuickMap::default(),
            asking: QuickMap::default(),
            last_digits: Deadlines::new(),
            checked: QuickMap::default(),
            strangers: Strangers::default(),
            by_session: QuickMap::default(),
            transferors: QuickMap::default(),
            by_origin: HashMap::new(),
            by_lookup: QuickMap::default(),
            timers: Deadlines::new(),
            outputs: VecDeque::new(),
            scratch: Vec::new(),
            started: 0,
            closing: false,
            overload: 0,
            opened: 0,
        }
    }

    /// How overloaded the program is, 0 to 2: the exchanges it releases calls with hear of it. At 2
    /// it takes no calls from SIP (RFC 3261 §21.5.4).
    pub fn overloaded(&mut self, level: u8) {
        self.overload = level;
        self.circuits.overloaded(level);
    }

    /// Takes an input.
    pub fn handle(&mut self, input: Input, now: Instant) {
        self.accept(input, now);
        self.settle(now);
    }

    /// Lets every timer act that is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.circuits.handle_timeout(now);
        self.agent.handle_timeout(now);
        self.watch_timeout(now);
        if let Some(locator) = &mut self.locator {
            locator.handle_timeout(now);
        }
        while let Some((key, timer)) = self.timers.expire(now) {
            match timer {
                Timer::EarlyAcm => self.early_acm(key, now),
                Timer::MoreDigits => self.no_more_digits(key, now),
                Timer::Renegotiate => self.renegotiate(key, now),
                Timer::Transfer => self.transfer_waited(key, now),
            }
        }
        while let Some(circuit) = self.last_digits.expire(now) {
            self.digits_stopped(circuit, now);
        }
        self.settle(now);
    }

    /// The next thing to do outside.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let locator = self.locator.as_mut().and_then(map::Client::poll_timeout);
        [
            self.circuits.poll_timeout(),
            self.agent.poll_timeout(),
            self.peers.poll_timeout(),
            locator,
            self.timers.earliest(),
            self.last_digits.earliest(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// How many calls there are.
    pub fn calls_up(&self) -> usize {
        self.calls.len()
    }

    /// How many RTP ports are in use.
    pub fn ports_in_use(&self) -> usize {
        self.ports.in_use()
    }

    /// How many circuits of each trunk group are in which state.
    pub fn circuit_counts(&self) -> impl Iterator<Item = (&str, StateCounts)> {
        let counts = |group| self.circuits.counts(GroupId(group)).unwrap_or_default();
        (0u16..)
            .zip(&self.settings.trunks)
            .map(move |(group, trunk)| (&*trunk.name, counts(group)))
    }

    /// The circuits.
    pub fn circuits(&self) -> &Circuits {
        &self.circuits
    }

    /// Carries an order of staff out on the circuits, and what follows from it for calls.
    pub fn operate(&mut self, order: impl FnOnce(&mut Circuits), now: Instant) {
        order(&mut self.circuits);
        self.settle(now);
    }

    /// The call on a circuit.
    pub fn call_on(&self, circuit: CircuitId) -> Option<CallNumber> {
        let &key = self.by_circuit.get(&circuit)?;
        Some(self.calls[key].number)
    }

    fn report(&mut self, telemetry: Telemetry) {
        self.outputs.push_back(Output::Telemetry(telemetry));
    }
}
