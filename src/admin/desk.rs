//! Where operators' questions meet the circuits, within the loop of the program that has them.

use std::time::Instant;

use codecs::isup::Supervision;
use protocols::isup::{CircuitId, Circuits, Group, GroupId, LocalBlocking, Sides};

use super::answer::{Answer, CircuitLine, CircuitList, Content, Local, Remote};
use super::http::Asker;
use super::question::{Question, Refusal, Selection};
use super::state::State;
use crate::timers::{self, TrunkTimers};

/// The most circuits that one answer tells of: as many as a trunk group can have.
const MOST: usize = 4096;

/// An exchange as its operators see it.
pub(crate) trait Operated {
    /// Its circuits.
    fn circuits(&self) -> &Circuits;

    /// Carries an order out, and what follows from it.
    fn operate(&mut self, order: &mut dyn FnMut(&mut Circuits), now: Instant);

    /// The number of the call on a circuit.
    fn call_on(&self, circuit: CircuitId) -> Option<u64>;
}

/// Answers the questions of operators.
#[derive(Debug)]
pub(crate) struct Desk {
    state: Option<State>,
}

impl Desk {
    /// A desk that blocks again what was blocked when the program ended.
    pub(crate) fn open(state: Option<State>, exchange: &mut impl Operated, now: Instant) -> Self {
        if let Some(state) = &state {
            let blocked = state.blocked(exchange.circuits());
            if !blocked.is_empty() {
                tracing::info!(
                    circuits = blocked.len(),
                    "blocked again, as before the restart"
                );
            }
            exchange.operate(&mut |circuits| circuits.restore(&blocked, now), now);
        }
        Self { state }
    }

    /// Takes a question; the answer may come later.
    pub(crate) fn take(
        &mut self,
        question: &Question,
        asker: Asker,
        exchange: &mut impl Operated,
        now: Instant,
    ) {
        let answer = self.answer(question, exchange, now);
        // Who does not wait any more does not miss it.
        let _ = asker.send(answer);
    }

    fn answer(
        &mut self,
        question: &Question,
        exchange: &mut impl Operated,
        now: Instant,
    ) -> Result<Answer, Refusal> {
        match question {
            Question::Show(selection) => {
                let circuits = selected(exchange.circuits(), selection)?;
                Ok(shown(exchange, &circuits, now).into())
            }
            Question::Block(selection, kind) => {
                let circuits = ordered(exchange.circuits(), selection)?;
                log("block", selection, Some(*kind), &circuits);
                exchange.operate(&mut |all| all.block(&circuits, *kind, now), now);
                Ok(self.saved(exchange, &circuits, now))
            }
            Question::Unblock(selection, kind) => {
                let circuits = ordered(exchange.circuits(), selection)?;
                log("unblock", selection, Some(*kind), &circuits);
                exchange.operate(&mut |all| all.unblock(&circuits, *kind, now), now);
                Ok(self.saved(exchange, &circuits, now))
            }
            Question::Reset(selection) => {
                let circuits = ordered(exchange.circuits(), selection)?;
                log("reset", selection, None, &circuits);
                exchange.operate(&mut |all| all.reset(&circuits, now), now);
                Ok(shown(exchange, &circuits, now).into())
            }
            Question::Timers => {
                let trunks = groups(exchange.circuits()).map(|(_, group)| TrunkTimers {
                    name: group.name.clone(),
                    timers: group.timers.clone(),
                });
                let timers = timers::rows(&trunks.collect::<Vec<_>>());
                Ok(Content::Timers { timers }.into())
            }
        }
    }

    fn saved(&mut self, exchange: &impl Operated, circuits: &[CircuitId], now: Instant) -> Answer {
        Answer {
            content: shown(exchange, circuits, now),
            saved: self
                .state
                .as_ref()
                .map(|state| state.save(exchange.circuits())),
        }
    }
}

fn log(order: &str, selection: &Selection, kind: Option<Supervision>, circuits: &[CircuitId]) {
    let trunk = selection.trunk.as_deref().unwrap_or_default();
    let reason = kind.map(super::question::reason_word);
    tracing::info!(order, trunk, reason, circuits = circuits.len(), "operator");
}

/// The trunk groups of an exchange.
fn groups(circuits: &Circuits) -> impl Iterator<Item = (GroupId, &Group)> {
    (0..)
        .map(GroupId)
        .map_while(|id| Some((id, circuits.group(id)?)))
}

pub(super) fn group_named(circuits: &Circuits, name: &str) -> Option<GroupId> {
    let mut groups = groups(circuits);
    groups
        .find(|(_, group)| group.name == name)
        .map(|(id, _)| id)
}

/// The circuits of a question.
fn selected(circuits: &Circuits, selection: &Selection) -> Result<Vec<CircuitId>, Refusal> {
    let named = match &selection.trunk {
        Some(name) => vec![group_named(circuits, name).ok_or_else(|| no_trunk(circuits, name))?],
        None => groups(circuits).map(|(id, _)| id).collect(),
    };
    let wanted = |id: &CircuitId| {
        let identity = circuits.identity(*id);
        identity.is_some_and(|(_, cic)| selection.has(cic.0))
    };
    let all = named
        .into_iter()
        .flat_map(|group| circuits.circuits_of(group));
    let found: Vec<_> = all.filter(wanted).collect();
    match found.len() {
        0 => Err(Refusal::of("cic", "there is no such circuit")),
        1..=MOST => Ok(found),
        many => Err(Refusal::of(
            "trunk",
            format!("{many} circuits: name one trunk group"),
        )),
    }
}

/// The circuits of an order, which must be meant: of one trunk group.
fn ordered(circuits: &Circuits, selection: &Selection) -> Result<Vec<CircuitId>, Refusal> {
    if selection.trunk.is_none() && groups(circuits).count() > 1 {
        let message = format!("is missing: expected {}", names(circuits));
        return Err(Refusal::of("trunk", message));
    }
    selected(circuits, selection)
}

fn no_trunk(circuits: &Circuits, name: &str) -> Refusal {
    let message = format!("there is no trunk {name:?}, expected {}", names(circuits));
    Refusal::of("trunk", message)
}

fn names(circuits: &Circuits) -> String {
    let names: Vec<_> = groups(circuits)
        .map(|(_, group)| format!("{:?}", group.name))
        .collect();
    names.join(" or ")
}

fn shown(exchange: &impl Operated, circuits: &[CircuitId], now: Instant) -> Content {
    let lines = circuits.iter().filter_map(|&id| line(exchange, id, now));
    Content::Circuits(CircuitList {
        circuits: lines.collect(),
    })
}

fn line(exchange: &impl Operated, id: CircuitId, now: Instant) -> Option<CircuitLine> {
    let circuits = exchange.circuits();
    let status = circuits.status(id)?;
    let blocking = status.blocking;
    Some(CircuitLine {
        trunk: circuits.group(status.group)?.name.clone(),
        cic: status.cic.0,
        state: status.class.name().into(),
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

fn local(sides: Sides) -> &'static str {
    match sides.local {
        LocalBlocking::Unblocked => "unblocked",
        LocalBlocking::Blocking => "blocking",
        LocalBlocking::Blocked => "blocked",
        LocalBlocking::Unblocking => "unblocking",
    }
}
