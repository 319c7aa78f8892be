//! What operators are told of trunk groups and circuits as they are at one moment.

use std::time::Instant;

use protocols::isup::{CircuitId, Circuits, Direction, Group, LocalBlocking, Sides};

use super::answer::{
    CircuitLine, CircuitList, Content, Local, Outcome, PeerLine, PeerList, Remote, TrunkLine,
    TrunkList,
};
use super::desk::{Operated, groups};
use super::outcome::Tally;
use crate::point_codes::PointCodes;
use crate::ss7;
use crate::timers::{self, TrunkTimers};

/// The timers of trunk groups.
pub(super) fn timers(circuits: &Circuits) -> Content {
    let trunks = groups(circuits).map(|(_, group)| TrunkTimers {
        name: group.name.clone(),
        procedures: group.variant.procedures,
        timers: group.timers.clone(),
    });
    let trunks: Vec<_> = trunks.collect();
    Content::Timers {
        timers: timers::rows(&trunks, &[]),
    }
}

/// The trunk groups: how they are reached, and their circuits by state.
pub(super) fn trunks(circuits: &Circuits, point_codes: &PointCodes) -> Content {
    let line = |(id, group): (_, &Group)| {
        let reach = circuits.reach(id)?;
        let counts = circuits.counts(id)?.by_name().into_iter();
        Some(TrunkLine {
            trunk: group.name.clone(),
            point_code: point_codes.write(group.destination()).to_string(),
            variant: group.variant.name.into(),
            available: reach.available,
            user_part: reach.user_part,
            refused_percent: reach.refused,
            circuits: counts.map(|(state, count)| (state.into(), count)).collect(),
        })
    };
    Content::Trunks(TrunkList {
        trunks: groups(circuits).filter_map(line).collect(),
    })
}

/// M3UA peers.
pub(super) fn peers<'a>(peers: impl Iterator<Item = ss7::PeerState<'a>>) -> Content {
    let line = |peer: ss7::PeerState<'_>| PeerLine {
        peer: peer.name.into(),
        process: peer.process.into(),
        locked: peer.is_locked,
    };
    Content::Peers(PeerList {
        peers: peers.map(line).collect(),
    })
}

/// The state of circuits.
pub(super) fn circuits(exchange: &impl Operated, circuits: &[CircuitId], now: Instant) -> Content {
    Content::Circuits(CircuitList {
        circuits: lines(exchange, circuits, now),
    })
}

/// What an order did, and the state of its circuits.
pub(super) fn outcome(
    exchange: &impl Operated,
    tally: Tally,
    circuits: &[CircuitId],
    now: Instant,
) -> Content {
    Content::Outcome(Outcome {
        changed: tally.changed,
        later: tally.later,
        unchanged: tally.unchanged,
        circuits: lines(exchange, circuits, now),
    })
}

fn lines(exchange: &impl Operated, circuits: &[CircuitId], now: Instant) -> Vec<CircuitLine> {
    let lines = circuits.iter().filter_map(|&id| line(exchange, id, now));
    lines.collect()
}

fn line(exchange: &impl Operated, id: CircuitId, now: Instant) -> Option<CircuitLine> {
    let circuits = exchange.circuits();
    let status = circuits.status(id)?;
    let blocking = status.blocking;
    Some(CircuitLine {
        trunk: circuits.group(status.group)?.name.clone(),
        cic: status.cic.value(),
        state: status.class.name().into(),
        direction: status.direction.map(direction),
        reason: status.reason.map(|reason| reason.to_string()),
        local: Local {
            maintenance: local(blocking.maintenance).into(),
            hardware: local(blocking.hardware).into(),
        },
        remote: Remote {
            maintenance: blocking.maintenance.remote,
            hardware: blocking.hardware.remote,
        },
        call: exchange.call_on(id),
        for_s: status
            .since
            .map(|since| now.saturating_duration_since(since).as_secs()),
    })
}

fn direction(direction: Direction) -> String {
    match direction {
        Direction::Outgoing => "outgoing".into(),
        Direction::Incoming => "incoming".into(),
    }
}

fn local(sides: Sides) -> &'static str {
    match sides.local {
        LocalBlocking::Unblocked => "unblocked",
        LocalBlocking::Blocking => "blocking",
        LocalBlocking::Blocked => "blocked",
        LocalBlocking::Unblocking => "unblocking",
    }
}
