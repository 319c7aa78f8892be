//! A call finds its way: route, question to the HSS, I-CSCF or trunk.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use codecs::isup::{CauseIndicators, Iam, Parameters, RedirectionReason, Rel};
use codecs::mtp::SignallingPoint;
use codecs::sdp::Direction::SendRecv;
use protocols::isup::{CircuitId, GroupId, Unavailable};
use rand::Rng;
use routing::E164;

use super::call::{Leg, Path, Phase, Side, Timer};
use super::interworking::early_media::EarlyMedia;
use super::interworking::medium;
use super::interworking::overrides::Between;
use super::interworking::release::Own;
use super::policy::Untaken;
use super::settings::{Destination, Timeslot};
use super::telemetry::{Direction, Telemetry};
use super::{Exchange, Media, Output, PathId, applications, isup_leg, user_to_user};

/// How many circuits one call tries (`Q.764 §2.8.1`: automatic repeat attempt).
const MAX_ATTEMPTS: u8 = 4;

/// How often one call may be forwarded by the HSS.
const MAX_FORWARDINGS: u8 = 5;

impl Exchange {
    /// Sends a call where its called number leads.
    pub(super) fn route(&mut self, key: usize, now: Instant) {
        let call = &self.calls[key];
        let from_sip = matches!(call.incoming, Leg::Sip { .. });
        let destination = self
            .settings
            .routes
            .longest(call.setup.leading_digits())
            .cloned();
        match destination {
            Some(Destination::Mobile) if self.locator.is_some() => self.locate(key, now),
            // What the IMS hands us for itself would only come back.
            Some(Destination::Fixed) if !from_sip => self.connect_ims(key, None, now),
            Some(Destination::Trunk(groups)) => self.lead_on(key, groups, now),
            _ => self.end(key, Own::NoRoute, now),
        }
    }

    /// Sends a call to one of these trunk groups, but not back to the exchange that sent it here by
    /// this very number: it would only come again. One that is forwarded may well go back.
    fn lead_on(&mut self, key: usize, groups: Arc<[GroupId]>, now: Instant) {
        let call = &self.calls[key];
        let origin = match call.incoming {
            Leg::Isup { circuit, .. } if call.forwardings == 0 && call.transfer.is_none() => {
                self.origin(circuit)
            }
            _ => None,
        };
        let back = |group: &GroupId| origin.is_some() && self.remote(*group) == origin;
        if !groups.iter().any(back) {
            return self.connect_trunk(key, groups, now);
        }
        let onwards: Arc<[GroupId]> = groups
            .iter()
            .copied()
            .filter(|group| !back(group))
            .collect();
        if !onwards.is_empty() {
            return self.connect_trunk(key, onwards, now);
        }
        let call = call.number;
        self.report(Telemetry::Looped { call });
        self.end(key, Own::Loop, now);
    }

    /// The exchange that a call on this circuit comes from and may not return to.
    fn origin(&self, circuit: CircuitId) -> Option<SignallingPoint> {
        let (group, _) = self.circuits.identity(circuit)?;
        let trunk = self.settings.trunks.get(usize::from(group.0))?;
        if trunk.returns_calls {
            return None;
        }
        self.remote(group)
    }

    fn remote(&self, group: GroupId) -> Option<SignallingPoint> {
        Some(self.circuits.group(group)?.destination())
    }

    /// Sends a call to a roaming number: to a trunk, never to the HSS again (`TS 23.066`: a
    /// second question about the same call would loop).
    pub(super) fn route_to_trunk(&mut self, key: usize, now: Instant) {
        let called = self.calls[key].setup.called;
        match self.settings.routes.longest(called.digits()).cloned() {
            Some(Destination::Trunk(groups)) => self.connect_trunk(key, groups, now),
            _ => self.end(key, Own::NoRoute, now),
        }
    }

    /// Sends a call to the number that the HSS forwards it to.
    pub(super) fn forward(
        &mut self,
        key: usize,
        to: E164,
        reason: RedirectionReason,
        now: Instant,
    ) {
        let call = &mut self.calls[key];
        call.forwardings += 1;
        call.setup.divert(to, reason);
        if call.forwardings > MAX_FORWARDINGS {
            self.end(key, Own::Loop, now);
        } else {
            self.route(key, now);
        }
    }

    /// Sends a call to an I-CSCF, the one of this index first.
    pub(super) fn connect_ims(&mut self, key: usize, preferred: Option<usize>, now: Instant) {
        if matches!(self.calls[key].incoming, Leg::Sip { .. }) {
            return self.end(key, Own::NoRoute, now);
        }
        let iam = self.calls[key].setup.isup.as_deref();
        // What is asked of the exchanges beyond goes on where all that may be next have ISUP.
        let ends_here = !self.has_isup_beyond();
        if ends_here && iam.is_some_and(user_to_user::is_essential) {
            return self.end(key, Own::UserToUser, now);
        }
        if ends_here && iam.is_some_and(|iam| applications::want_release(&iam.optional)) {
            return self.end(key, Own::Application, now);
        }
        if let Some(iam) = iam {
            let rules = self.settings.rules(self.neighbours(key));
            let Some(medium) = medium::towards_sip(iam, rules) else {
                return self.end(key, Own::Medium, now);
            };
            self.calls[key].setup.medium = medium;
        }
        let mut order = self.peers.order(preferred, self.random.random(), now);
        let unsound = !self.calls[key].is_sound();
        if unsound && !self.reserves(key, &order) {
            return self.postpone(key, preferred);
        }
        order.reverse();
        let call = &mut self.calls[key];
        call.icscfs = order;
        call.direction = Some(Direction::ToIms);
        call.phase = Phase::Connecting;
        let Leg::Isup { circuit, .. } = call.incoming else {
            return;
        };
        if self.open_path(key, circuit).is_none() {
            return self.end(key, Own::NoPath, now);
        }
        if ends_here {
            self.tell_of_applications(key, circuit, now);
        }
        self.arm_early_acm(key, now);
        self.next_icscf(key, now);
    }

    /// Starts T(oiw2) for a call from the telephone network, unless it runs already.
    pub(super) fn arm_early_acm(&mut self, key: usize, now: Instant) {
        let timer = (key, Timer::EarlyAcm);
        let from_isup = matches!(self.calls[key].incoming, Leg::Isup { begun: false, .. });
        if from_isup && !self.timers.is_armed(&timer) {
            self.timers.arm(timer, now + self.settings.early_acm);
        }
    }

    /// Asks the best I-CSCF that has not been asked yet.
    pub(super) fn next_icscf(&mut self, key: usize, now: Instant) {
        let choice = match self.next_permitted(key, now) {
            Ok(choice) => choice,
            Err(Some(denial)) => return self.deny(key, denial, now),
            Err(None) => return self.end(key, Own::NoAnswerFromSip, now),
        };
        let Some(leg) = self.invite(key, choice, now) else {
            return self.end(key, Own::NoPath, now);
        };
        let call = &mut self.calls[key];
        call.icscf = Some(choice);
        call.early_media = EarlyMedia::default();
        call.outgoing = Some(leg);
        let number = call.number;
        self.report(Telemetry::Routed {
            call: number,
            to: self.settings.icscfs[choice.icscf].name.clone(),
        });
    }

    fn connect_trunk(&mut self, key: usize, groups: Arc<[GroupId]>, now: Instant) {
        // Replaces cannot be said on a circuit, and a call without it would be another one.
        if self.would_replace(key) {
            return self.end(key, Own::NothingToReplace, now);
        }
        self.calls[key].trunks = Some(groups);
        let call = &self.calls[key];
        let rules = self.settings.rules(Between {
            trunk: call
                .trunks
                .as_deref()
                .and_then(|groups| groups.first().copied()),
            peer: call.peer,
        });
        let mut iam = isup_leg::iam(&call.setup, &self.settings.numbering, rules);
        self.hold_back(key, &mut iam);
        self.seize(key, iam, now);
    }

    /// Takes a circuit for a call, of the first of its trunk groups that has one; none left is the
    /// end of it.
    fn seize(&mut self, key: usize, iam: Iam, now: Instant) {
        self.calls[key].attempts += 1;
        if self.calls[key].attempts > MAX_ATTEMPTS {
            return self.end(key, Own::NoCircuit, now);
        }
        let groups = self.calls[key].trunks.clone().unwrap_or_default();
        let transit = self.calls[key].circuit(Side::Incoming);
        let circuit = match self.take_circuit(key, &groups, iam, now) {
            Ok(circuit) => circuit,
            Err(Untaken::Denied(denial)) => return self.deny(key, denial, now),
            Err(Untaken::Unavailable(why)) => return self.end(key, untaken(why), now),
        };
        self.by_circuit.insert(circuit, key);
        let call = &mut self.calls[key];
        call.outgoing = Some(Leg::Isup {
            circuit,
            begun: false,
        });
        call.phase = Phase::Connecting;
        let number = call.number;
        call.direction = Some(transit.map_or(Direction::ToPstn, |_| Direction::Transit));
        let to = self.name_of(circuit);
        self.report(Telemetry::Routed { call: number, to });
        if let Some(incoming) = transit {
            self.circuits.transit(incoming, circuit);
        }
        let connected = match transit {
            Some(incoming) => self.join_path(key, incoming, circuit),
            None => self.open_path(key, circuit),
        };
        if connected.is_none() || self.describe_incoming(key).is_err() {
            return self.end(key, Own::NoPath, now);
        }
        self.ask_to_reserve(key, now);
    }

    /// The circuit was lost before anything came back: another one, of the route's first
    /// choice that has one (`Q.764 §2.8.1`).
    pub(super) fn reattempt(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        let Some(key) = self.by_circuit.remove(&circuit) else {
            return;
        };
        self.calls[key].outgoing = None;
        let iam = self.restored(key, iam);
        self.seize(key, iam, now);
    }

    /// A voice path between the timeslot of a circuit and an RTP port of ours. A call that moves
    /// to another circuit keeps its port, which the other end may have been told already.
    fn open_path(&mut self, key: usize, circuit: CircuitId) -> Option<()> {
        let timeslot = self.timeslot(circuit)?;
        let path = self.calls[key].path;
        let port = match path {
            Some(path) => path.port?,
            None => self.ports.take()?,
        };
        let path = Path {
            id: PathId::of(key, 0),
            port: Some(port),
            remote: path.and_then(|path| path.remote),
            direction: path.map_or(SendRecv, |path| path.direction),
        };
        self.open(key, timeslot, path);
        Some(())
    }

    /// Opens a voice path like this one in place of the one there is.
    pub(super) fn open(&mut self, key: usize, timeslot: Timeslot, like: Path) {
        let path = self.replace_path(key, |id| Path { id, ..like });
        let local = like
            .port
            .map(|port| SocketAddr::new(self.settings.rtp.address, port));
        let open = local.map(|local| Media::Open {
            path,
            timeslot,
            local,
        });
        self.outputs.extend(open.map(Output::Media));
    }

    pub(super) fn join_path(&mut self, key: usize, a: CircuitId, b: CircuitId) -> Option<()> {
        let (a, b) = (self.timeslot(a)?, self.timeslot(b)?);
        // A call that was sent on by SIP into the telephone network had one.
        if let Some(port) = self.calls[key].path.and_then(|path| path.port) {
            self.ports.give_back(port);
        }
        let path = self.replace_path(key, |id| Path {
            id,
            port: None,
            remote: None,
            direction: SendRecv,
        });
        self.outputs
            .push_back(Output::Media(Media::Join { path, a, b }));
        Some(())
    }

    fn replace_path(&mut self, key: usize, path: impl FnOnce(PathId) -> Path) -> PathId {
        self.opened += 1;
        let id = PathId::of(key, self.opened);
        if let Some(old) = self.calls[key].path.replace(path(id)) {
            self.outputs.push_back(Output::Media(Media::Close(old.id)));
        }
        id
    }

    /// Takes the voice path of a call down, and gives its port back.
    pub(super) fn close_path(&mut self, key: usize) {
        if let Some(path) = self.calls[key].path.take() {
            self.outputs.push_back(Output::Media(Media::Close(path.id)));
            if let Some(port) = path.port {
                self.ports.give_back(port);
            }
        }
    }

    pub(super) fn timeslot(&self, circuit: CircuitId) -> Option<Timeslot> {
        let (group, cic) = self.circuits.identity(circuit)?;
        self.settings
            .trunks
            .get(usize::from(group.0))?
            .timeslot(cic)
    }

    pub(super) fn name_of(&self, circuit: CircuitId) -> String {
        match self.circuits.identity(circuit) {
            Some((group, cic)) => self.circuit_name(group, cic),
            None => "?".into(),
        }
    }

    pub(super) fn release_circuit(
        &mut self,
        circuit: CircuitId,
        cause: CauseIndicators,
        now: Instant,
    ) {
        self.circuits.release(
            circuit,
            Rel {
                cause,
                optional: Parameters::default(),
            },
            now,
        );
    }
}

fn untaken(why: Unavailable) -> Own {
    match why {
        Unavailable::Inexpressible => Own::Inexpressible,
        Unavailable::NoIdleCircuit => Own::NoCircuit,
        Unavailable::Congestion => Own::Congestion,
        Unavailable::NoSuchGroup | Unavailable::Destination => Own::Unreachable,
    }
}
