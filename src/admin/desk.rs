//! Where operators' questions meet the circuits, within the loop of the program that has them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Instant;

use codecs::isup::{Cic, MessageType};
use protocols::isup::{self, Alert, CircuitId, CircuitStatus, Circuits, Group, GroupId};

use super::answer::{Answer, Circuit};
use super::http::Asker;
use super::outcome::{Order, Tally, ranges};
use super::picture;
use super::query::Pending;
use super::question::{Comparison, Question, Refusal, Selection};
use super::state::State;
use crate::exchange::telemetry::Telemetry;
use crate::point_codes::PointCodes;
use crate::ss7::Ss7;

/// The most circuits that one answer tells of.
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
    /// How point codes are written.
    point_codes: PointCodes,
    pending: Vec<Pending>,
    /// The signalling network, where there is one.
    ss7: Option<Ss7>,
}

impl Desk {
    /// A desk that blocks again what was blocked when the program ended.
    pub(crate) fn open(
        mut state: Option<State>,
        point_codes: PointCodes,
        exchange: &mut impl Operated,
        now: Instant,
    ) -> Self {
        if let Some(state) = &mut state {
            let blocked = state.blocked(exchange.circuits());
            if !blocked.is_empty() {
                tracing::info!(
                    circuits = blocked.len(),
                    "blocked again, as before the restart"
                );
            }
            exchange.operate(&mut |circuits| circuits.restore(&blocked, now), now);
        }
        Self {
            state,
            point_codes,
            pending: Vec::new(),
            ss7: None,
        }
    }

    /// The same, which also knows the peers of the signalling network.
    #[must_use]
    pub(crate) fn with_peers(self, ss7: Ss7) -> Self {
        let ss7 = Some(ss7);
        Self { ss7, ..self }
    }

    /// Takes a question; the answer may come later.
    pub(crate) fn take(
        &mut self,
        question: &Question,
        asker: Asker,
        exchange: &mut impl Operated,
        now: Instant,
    ) {
        let from = asker.from;
        let answer = match question {
            Question::Show(selection) => selected(exchange.circuits(), selection)
                .map(|circuits| picture::circuits(exchange, &circuits, now).into()),
            Question::Order(order, selection) => {
                let answer = self.order(*order, selection, from, exchange, now);
                log_refusal(
                    order.name(),
                    &about(exchange.circuits(), selection),
                    from,
                    answer,
                )
            }
            Question::Compare(selection, what) => {
                let about = about(exchange.circuits(), selection);
                match self.compare(selection, *what, exchange, now) {
                    Ok(awaited) => {
                        tracing::info!(order = what.name(), about, %from, "operator's order");
                        let pending = Pending::new(asker, awaited, *what);
                        return self.pending.push(pending);
                    }
                    Err(refusal) => log_refusal(what.name(), &about, from, Err(refusal)),
                }
            }
            Question::Trunks => Ok(picture::trunks(exchange.circuits(), &self.point_codes).into()),
            Question::Timers => Ok(picture::timers(exchange.circuits()).into()),
            Question::Peers => Ok(self.peers()),
            Question::Lock(peer, locked) => {
                let order = if *locked { "lock" } else { "unlock" };
                log_refusal(order, peer, from, self.lock(peer, order, *locked, from))
            }
        };
        // Who does not wait any more does not miss it.
        let _ = asker.answer.send(answer);
    }

    /// Follows what an exchange reports.
    pub(crate) fn follow(&mut self, telemetry: &Telemetry) {
        match telemetry {
            Telemetry::Queried { trunk, cic, answer } => self.answered(trunk, *cic, *answer),
            Telemetry::Alert { trunk, cic, alert } => self.alerted(trunk, *cic, *alert),
            _ => {}
        }
    }

    /// Another exchange told how it sees a circuit.
    pub(crate) fn answered(&mut self, trunk: &str, cic: Cic, answer: isup::Answer) {
        let circuit = Circuit {
            trunk: trunk.into(),
            cic: cic.value(),
        };
        self.proceed(|pending| pending.answered(&circuit, answer));
    }

    /// An alert: it may say that the other exchange does not answer for some circuits.
    pub(crate) fn alerted(&mut self, trunk: &str, first: Cic, alert: Alert) {
        if alert == Alert::QueryUnanswered {
            self.proceed(|pending| pending.unanswered(trunk, first));
        }
    }

    fn peers(&self) -> Answer {
        let peers = self.ss7.iter().flat_map(|ss7| ss7.counters().peers());
        picture::peers(peers).into()
    }

    fn lock(
        &self,
        peer: &str,
        order: &str,
        locked: bool,
        from: SocketAddr,
    ) -> Result<Answer, Refusal> {
        let ss7 = self.ss7.as_ref();
        let ss7 = ss7.ok_or_else(|| Refusal::of("peer", "there is none"))?;
        ss7.lock(peer, locked)
            .map_err(|error| Refusal::of("peer", error.to_string()))?;
        tracing::info!(order, peer, %from, "operator's order");
        Ok(self.peers())
    }

    fn proceed(&mut self, mut step: impl FnMut(&mut Pending)) {
        let pending = std::mem::take(&mut self.pending).into_iter();
        let proceeded = pending.filter_map(|mut pending| {
            step(&mut pending);
            pending.finish()
        });
        self.pending = proceeded.collect();
    }

    /// Asks the other exchange; answers of which circuits it is to tell.
    fn compare(
        &mut self,
        selection: &Selection,
        what: Comparison,
        exchange: &mut impl Operated,
        now: Instant,
    ) -> Result<BTreeSet<Circuit>, Refusal> {
        self.pending.retain(|pending| !pending.is_given_up());
        let ids = selected(exchange.circuits(), selection)?;
        let circuits = exchange.circuits();
        let mut awaited = BTreeSet::new();
        for &id in &ids {
            let Some((group, cic)) = circuits.identity(id) else {
                continue;
            };
            awaited.insert(Circuit {
                trunk: answering(circuits, group)?.name.clone(),
                cic: cic.value(),
            });
        }
        let repair = what == Comparison::Repair;
        let ask = |all: &mut Circuits| match repair {
            true => all.audit(&ids, now),
            false => all.query(&ids, now),
        };
        exchange.operate(&mut |all| ask(all), now);
        Ok(awaited)
    }

    /// Carries an order out, and tells what it did.
    fn order(
        &mut self,
        order: Order,
        selection: &Selection,
        from: SocketAddr,
        exchange: &mut impl Operated,
        now: Instant,
    ) -> Result<Answer, Refusal> {
        let (group, circuits) = ordered(exchange.circuits(), selection)?;
        let reached = reached(exchange.circuits(), group);
        if order == Order::Check {
            reached.clone()?;
        }
        let before = statuses(exchange, &circuits);
        exchange.operate(&mut |all| order.carry_out(all, &circuits, now), now);
        let after = statuses(exchange, &circuits);
        let tally = Tally::of(order, &before, &after, reached.is_ok());
        tracing::info!(
            order = order.name(),
            trunk = exchange.circuits().group(group).map_or("?", |it| &it.name),
            cic = selection.written(),
            reason = order.reason(),
            changed = tally.changed,
            unchanged = circuits.len() - tally.changed,
            %from,
            "operator's order"
        );
        let save = |state: &State| state.save(exchange.circuits());
        Ok(Answer {
            content: picture::outcome(exchange, tally, &circuits, now),
            saved: self.state.as_ref().map(save),
        })
    }
}

/// Trunk group and circuits as the log names them.
fn about(circuits: &Circuits, selection: &Selection) -> String {
    let only = || match &*groups(circuits).take(2).collect::<Vec<_>>() {
        [(_, only)] => only.name.clone(),
        _ => "all trunks".into(),
    };
    let trunk = selection.trunk.clone().unwrap_or_else(only);
    format!("{trunk} cic {}", selection.written())
}

/// Passes an answer on; that an order is refused, and why, is logged.
fn log_refusal(
    order: &str,
    about: &str,
    from: SocketAddr,
    answer: Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    if let Err(Refusal { message, .. }) = &answer {
        tracing::info!(order, about, %from, why = message, "operator's order refused");
    }
    answer
}

fn statuses(exchange: &impl Operated, circuits: &[CircuitId]) -> Vec<CircuitStatus> {
    let all = exchange.circuits();
    circuits.iter().filter_map(|&id| all.status(id)).collect()
}

/// A trunk group whose other exchange can tell of its circuits.
fn answering(circuits: &Circuits, id: GroupId) -> Result<&Group, Refusal> {
    let group = circuits.group(id).ok_or_else(no_group)?;
    let variant = group.variant;
    if !variant.has(MessageType::CQM) {
        let message = format!(
            "{:?} has no circuit group query ({})",
            group.name, variant.standard
        );
        return Err(Refusal::of("trunk", message));
    }
    reached(circuits, id)?;
    Ok(group)
}

/// Whether messages get to the exchange behind a trunk group, or why not.
fn reached(circuits: &Circuits, group: GroupId) -> Result<(), Refusal> {
    let there = circuits.group(group).zip(circuits.reach(group));
    let (group, reach) = there.ok_or_else(no_group)?;
    let why = match (reach.available, reach.user_part) {
        (true, true) => return Ok(()),
        (true, false) => "has no ISDN user part that answers",
        (false, _) => "is unavailable",
    };
    let message = format!("the exchange behind {:?} {why}", group.name);
    Err(Refusal::of("trunk", message))
}

fn no_group() -> Refusal {
    Refusal::of("trunk", "there is none")
}

/// The trunk groups of an exchange.
pub(super) fn groups(circuits: &Circuits) -> impl Iterator<Item = (GroupId, &Group)> {
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
        identity.is_some_and(|(_, cic)| selection.has(cic.value()))
    };
    let all = named.iter().flat_map(|&group| circuits.circuits_of(group));
    let found: Vec<_> = all.filter(wanted).collect();
    match found.len() {
        0 => Err(no_circuit(circuits, &named, selection)),
        1..=MOST => Ok(found),
        many => Err(Refusal::of(
            "trunk",
            format!("{many} circuits, {MOST} at most: name one trunk group, or fewer circuits"),
        )),
    }
}

/// The circuits of an order, which must be meant: of one trunk group.
fn ordered(
    circuits: &Circuits,
    selection: &Selection,
) -> Result<(GroupId, Vec<CircuitId>), Refusal> {
    if selection.trunk.is_none() && groups(circuits).count() > 1 {
        let message = format!("is missing: expected {}", names(circuits));
        return Err(Refusal::of("trunk", message));
    }
    let selected = selected(circuits, selection)?;
    let group = selected.first().and_then(|&id| circuits.identity(id));
    let (group, _) = group.ok_or_else(no_group)?;
    Ok((group, selected))
}

fn no_circuit(circuits: &Circuits, groups: &[GroupId], selection: &Selection) -> Refusal {
    let there_are = groups.iter().filter_map(|&id| {
        let identities = circuits.circuits_of(id);
        let cics = identities.filter_map(|circuit| circuits.identity(circuit));
        let cics: Vec<u16> = cics.map(|(_, cic)| cic.value()).collect();
        Some(format!(
            "{:?} has {}",
            circuits.group(id)?.name,
            ranges(&cics)
        ))
    });
    let there_are: Vec<_> = there_are.collect();
    let (wanted, there_are) = (selection.written(), there_are.join(", "));
    Refusal::of("cic", format!("there is no circuit {wanted}: {there_are}"))
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
