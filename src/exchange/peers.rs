//! The I-CSCFs: which of them take calls, where each is found, and in which order they are asked
//! (RFC 3263 §4.3, RFC 3261 §21.5.4).

use std::time::{Duration, Instant};

use protocols::sip::{Hop, PeerState, Watch, WatchOutput};
use routing::{Location, Locations, Pool, Server};

use super::settings::{Icscf, Settings};
use super::telemetry::Telemetry;
use super::{Exchange, Output};

/// An I-CSCF, by its place in the settings, and one of its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) icscf: usize,
    pub(super) hop: Hop,
}

/// All I-CSCFs.
pub(super) struct Peers {
    pool: Pool,
    locations: Vec<Locations<Hop>>,
    states: Vec<PeerState>,
    watch: Option<Watch>,
    penalty: Duration,
}

impl Peers {
    pub(super) fn new(settings: &Settings) -> Self {
        let server = |icscf: &Icscf| Server {
            name: icscf.name.clone(),
            weight: icscf.weight,
        };
        let icscfs = settings.icscfs.iter();
        let only = |icscf: &Icscf| icscf.address.map(Location::only);
        Self {
            pool: Pool::new(icscfs.clone().map(server).collect(), settings.icscf_penalty),
            locations: icscfs
                .map(|icscf| Locations::new(only(icscf).into_iter().collect()))
                .collect(),
            states: vec![PeerState::Probing; settings.icscfs.len()],
            watch: settings.sip.watch.map(Watch::new),
            penalty: settings.icscf_penalty,
        }
    }

    /// The I-CSCF of this name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.pool.find(name)
    }

    /// The order in which to ask them for one call.
    pub(super) fn order(&self, preferred: Option<usize>, random: u64, now: Instant) -> Vec<Choice> {
        let of_icscf = |icscf: usize| {
            let hops = self.locations[icscf].order(random, now, |hop| self.is_down(hop));
            hops.into_iter().map(move |hop| Choice { icscf, hop })
        };
        let icscfs = self.pool.order(preferred, random, now);
        icscfs.into_iter().flat_map(of_icscf).collect()
    }

    /// It answered.
    pub(super) fn answered(&mut self, Choice { icscf, hop }: Choice, now: Instant) {
        self.pool.answered(icscf);
        if let Some(locations) = self.locations.get_mut(icscf) {
            locations.answered(hop);
        }
        if let Some(watch) = &mut self.watch {
            watch.heard(hop, now);
        }
    }

    /// It did not answer, or refused for being overloaded, maybe saying for how many seconds.
    /// Answers for how long it is now passed over, if it was not before.
    pub(super) fn failed(
        &mut self,
        choice: Choice,
        retry_after: Option<u64>,
        now: Instant,
    ) -> Option<Duration> {
        let Choice { icscf, hop } = choice;
        let was_available = self.is_available(icscf, now);
        let rest = retry_after.map(|seconds| Duration::from_secs(seconds.min(MAX_REST)));
        let locations = &mut self.locations[icscf];
        match rest {
            Some(rest) => locations.rests(hop, now + rest),
            None => locations.failed(hop, now + self.penalty),
        }
        if self.has_good_location(icscf, now) {
            return None;
        }
        self.pool.failed(icscf, now);
        was_available.then_some(rest.unwrap_or(self.penalty))
    }

    /// Whether calls go there in its turn; otherwise it stands behind the others.
    pub(super) fn is_available(&self, icscf: usize, now: Instant) -> bool {
        self.pool.is_available(icscf, now) && self.has_good_location(icscf, now)
    }

    fn has_good_location(&self, icscf: usize, now: Instant) -> bool {
        let good = |hop: Hop| !self.locations[icscf].is_paused(hop, now);
        self.locations[icscf].targets().any(good)
    }

    fn is_down(&self, hop: Hop) -> bool {
        let state = self.watch.as_ref().and_then(|watch| watch.state(hop));
        state == Some(PeerState::Down)
    }

    fn follow(&mut self, now: Instant) {
        let hops: Vec<Hop> = self.locations.iter().flat_map(Locations::targets).collect();
        if let Some(watch) = &mut self.watch {
            watch.follow(&hops, now);
        }
    }

    /// I-CSCFs that are otherwise than before, after one of their addresses is.
    fn changes(&mut self) -> Vec<(usize, PeerState)> {
        let Some(watch) = &self.watch else {
            return Vec::new();
        };
        let mut changes = Vec::new();
        for (icscf, locations) in self.locations.iter().enumerate() {
            let best = locations.targets().filter_map(|hop| watch.state(hop)).max();
            let state = best.unwrap_or(PeerState::Down);
            if std::mem::replace(&mut self.states[icscf], state) != state {
                self.pool.set_down(icscf, state == PeerState::Down);
                changes.push((icscf, state));
            }
        }
        changes
    }

    pub(super) fn poll_timeout(&mut self) -> Option<Instant> {
        self.watch.as_mut().and_then(Watch::poll_timeout)
    }
}

/// No I-CSCF keeps itself from calls for longer than an hour.
const MAX_REST: u64 = 3600;

impl Exchange {
    /// Begins to ask the I-CSCFs whether they are there, where that is wanted.
    pub fn start(&mut self, now: Instant) {
        self.peers.follow(now);
        self.settle(now);
    }

    /// The I-CSCFs by name, and whether calls go to each in its turn; otherwise it did not answer or
    /// refused lately, and stands behind the others.
    pub fn icscfs(&self, now: Instant) -> impl Iterator<Item = (&str, bool)> {
        let icscfs = self.settings.icscfs.iter().enumerate();
        icscfs.map(move |(at, icscf)| (&*icscf.name, self.peers.is_available(at, now)))
    }

    /// The name of an I-CSCF was resolved.
    pub(super) fn found(&mut self, icscf: usize, found: Vec<Location<Hop>>, now: Instant) {
        if let Some(locations) = self.peers.locations.get_mut(icscf) {
            locations.replace(found);
            self.peers.follow(now);
        }
    }

    pub(super) fn watch_timeout(&mut self, now: Instant) {
        if let Some(watch) = &mut self.peers.watch {
            watch.handle_timeout(now);
        }
    }

    /// A neighbour was asked whether it is there.
    pub(super) fn probed(
        &mut self,
        hop: Hop,
        status: Option<u16>,
        rest: Option<Duration>,
        now: Instant,
    ) {
        let Some(watch) = &mut self.peers.watch else {
            return;
        };
        match (status, rest) {
            (Some(503), Some(rest)) => {
                watch.heard(hop, now);
                let until = now + rest.min(Duration::from_secs(MAX_REST));
                for locations in &mut self.peers.locations {
                    locations.rests(hop, until);
                }
            }
            (None | Some(503), _) => watch.failed(hop, now),
            (Some(_), _) => watch.heard(hop, now),
        }
    }

    /// Acts on the next thing the watch says, if there is one.
    pub(super) fn watch_output(&mut self, now: Instant) -> bool {
        let Some(output) = (self.peers.watch.as_mut()).and_then(Watch::poll_output) else {
            return false;
        };
        match output {
            WatchOutput::Probe(hop) => self.agent.probe(hop, now),
            WatchOutput::Changed(..) => {
                for (icscf, state) in self.peers.changes() {
                    let peer = self.settings.icscfs[icscf].name.clone();
                    self.outputs
                        .push_back(Output::Telemetry(Telemetry::Peer { peer, state }));
                }
            }
        }
        true
    }
}
