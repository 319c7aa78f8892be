//! What an order did to each circuit, told from how it was before and how it is after.

use std::time::Instant;

use codecs::isup::Supervision;
use protocols::isup::{
    Blocking, CircuitId, CircuitStatus, Circuits, Class, LocalBlocking, Reason, Sides,
};

use super::answer::Remark;
use super::words;

/// What is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Block(Supervision),
    Unblock(Supervision),
    Reset,
    Check,
}

impl Order {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Block(_) => "block",
            Self::Unblock(_) => "unblock",
            Self::Reset => "reset",
            Self::Check => "check",
        }
    }

    /// The reason of blocking that is meant.
    pub(super) fn reason(self) -> Option<&'static str> {
        match self {
            Self::Block(kind) | Self::Unblock(kind) => Some(words::reason(kind)),
            Self::Reset | Self::Check => None,
        }
    }

    pub(super) fn carry_out(self, all: &mut Circuits, circuits: &[CircuitId], now: Instant) {
        match self {
            Self::Block(kind) => all.block(circuits, kind, now),
            Self::Unblock(kind) => all.unblock(circuits, kind, now),
            Self::Reset => all.reset(circuits, now),
            Self::Check => {
                for &circuit in circuits {
                    all.check_continuity(circuit, now);
                }
            }
        }
    }

    fn has_changed(self, before: &CircuitStatus, after: &CircuitStatus) -> bool {
        let entered = |class| before.class != class && after.class == class;
        match self {
            Self::Block(kind) | Self::Unblock(kind) => {
                sides(before.blocking, kind).locally() != sides(after.blocking, kind).locally()
            }
            Self::Reset => entered(Class::Resetting),
            Self::Check => entered(Class::Testing),
        }
    }

    /// Why a circuit is as it was.
    fn left(self, before: &CircuitStatus) -> String {
        match self {
            Self::Block(kind) => format!("blocked for {} already", words::reason(kind)),
            Self::Unblock(kind) => not_blocked(before.blocking, kind),
            Self::Reset | Self::Check => match before.reason {
                Some(reason) => reason.to_string(),
                None => "not idle".into(),
            },
        }
    }

    /// When the other exchange hears of a circuit that was changed, if not at once.
    fn later(self, after: &CircuitStatus, reached: bool) -> Option<&'static str> {
        match (self, reached, after.class) {
            // There is nothing to lift: a reset does.
            (Self::Unblock(_), _, Class::Resetting | Class::OutOfService) | (Self::Check, ..) => {
                None
            }
            (Self::Block(_) | Self::Unblock(_), false, _) => Some(
                "recorded: the other exchange is unavailable, and is told when it can be reached",
            ),
            (Self::Block(_), true, Class::Resetting) => {
                Some("recorded: the other exchange is told after the reset of the circuit")
            }
            (Self::Block(_), true, Class::OutOfService) => {
                Some("recorded: the other exchange is told once it has the circuit")
            }
            (Self::Reset, false, _) => {
                Some("recorded: the other exchange is unavailable; reset when it can be reached")
            }
            (Self::Reset, true, _) if after.reason == Some(Reason::AwaitsReset) => {
                Some("recorded: reset when others are acknowledged")
            }
            _ => None,
        }
    }
}

fn sides(blocking: Blocking, kind: Supervision) -> Sides {
    match kind {
        Supervision::HARDWARE_FAILURE => blocking.hardware,
        _ => blocking.maintenance,
    }
}

/// "not blocked for maintenance here; blocked for hardware here and maintenance there".
fn not_blocked(blocking: Blocking, kind: Supervision) -> String {
    let reason = words::reason(kind);
    if sides(blocking, kind).local == LocalBlocking::Unblocking {
        return format!("being unblocked for {reason} already");
    }
    let both = [
        ("maintenance", blocking.maintenance),
        ("hardware", blocking.hardware),
    ];
    let set = both.into_iter().flat_map(|(reason, sides)| {
        let here = sides.locally().then(|| format!("{reason} here"));
        let there = sides.remote.then(|| format!("{reason} there"));
        [here, there]
    });
    let set: Vec<_> = set.flatten().collect();
    match set.is_empty() {
        true => format!("not blocked for {reason} here, nor at all"),
        false => format!(
            "not blocked for {reason} here; blocked for {}",
            set.join(" and ")
        ),
    }
}

/// What an order did to the circuits of one trunk group.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) changed: usize,
    pub(super) later: Vec<Remark>,
    pub(super) unchanged: Vec<Remark>,
}

impl Tally {
    /// Compares the states of the same circuits before and after.
    pub(super) fn of(
        order: Order,
        before: &[CircuitStatus],
        after: &[CircuitStatus],
        reached: bool,
    ) -> Self {
        let (mut changed, mut later, mut unchanged) = (0, Remarks::default(), Remarks::default());
        for (before, after) in before.iter().zip(after) {
            if !order.has_changed(before, after) {
                unchanged.add(before.cic.value(), order.left(before));
                continue;
            }
            changed += 1;
            if let Some(when) = order.later(after, reached) {
                later.add(after.cic.value(), when.into());
            }
        }
        Self {
            changed,
            later: later.told(),
            unchanged: unchanged.told(),
        }
    }
}

/// Circuits by what is to be said of them; there are few different things to say.
#[derive(Debug, Default)]
struct Remarks(Vec<(String, Vec<u16>)>);

impl Remarks {
    fn add(&mut self, cic: u16, why: String) {
        match self.0.iter_mut().find(|(said, _)| *said == why) {
            Some((_, cics)) => cics.push(cic),
            None => self.0.push((why, vec![cic])),
        }
    }

    fn told(self) -> Vec<Remark> {
        let remark = |(why, cics): (String, Vec<u16>)| Remark {
            cic: ranges(&cics),
            circuits: cics.len(),
            why,
        };
        self.0.into_iter().map(remark).collect()
    }
}

/// `1-5,9`, as `--cic` takes them.
pub(crate) fn ranges(cics: &[u16]) -> String {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for &cic in cics {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(cic) => *last = cic,
            _ => ranges.push((cic, cic)),
        }
    }
    let words = ranges.into_iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    words.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circuits_are_named_as_orders_name_them() {
        for (cics, words) in [
            (&[][..], ""),
            (&[7], "7"),
            (&[1, 2, 3, 9, 11, 12], "1-3,9,11-12"),
            (&[65535, 0], "65535,0"),
        ] {
            assert_eq!(ranges(cics), words);
        }
    }
}
