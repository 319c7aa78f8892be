//! Resets that the other exchange does not acknowledge, as the log tells of them: when RSC or GRS
//! is sent again for the first time (`Q.764 §2.9.3`, T16, T22). The alert comes with T17 or T23.

use std::time::Instant;

use protocols::isup::{CircuitId, Circuits, GroupId, Reason, Timer};
use tracing::{info, warn};

use crate::admin::ranges;
use crate::point_codes::PointCodes;

/// Looks at the trunk groups from time to time.
pub(crate) struct Resets {
    groups: Vec<Group>,
    /// How the log writes point codes.
    written: PointCodes,
}

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    /// Since when some of its circuits are always being reset.
    since: Option<Instant>,
    told: bool,
}

/// What is to be told of a trunk group.
#[derive(Debug, PartialEq, Eq)]
enum Notice {
    /// Of these circuits.
    Unacknowledged(Vec<u16>),
    Acknowledged,
}

impl Resets {
    pub(crate) fn new(written: PointCodes) -> Self {
        let groups = Vec::new();
        Self { groups, written }
    }

    /// Tells the log what is new.
    pub(crate) fn look(&mut self, circuits: &Circuits, now: Instant) {
        for id in (0..).map(GroupId) {
            let Some(group) = circuits.group(id) else {
                return;
            };
            let notice = self.notice(circuits, id, now);
            let (trunk, exchange) = (&group.name, self.written.write(group.destination()));
            match notice {
                Some(Notice::Unacknowledged(cics)) => warn!(
                    trunk,
                    cic = ranges(&cics),
                    %exchange,
                    "resets are not acknowledged; has the other exchange these circuits?"
                ),
                Some(Notice::Acknowledged) => info!(trunk, %exchange, "resets are acknowledged"),
                None => {}
            }
        }
    }

    fn notice(&mut self, circuits: &Circuits, id: GroupId, now: Instant) -> Option<Notice> {
        let index = usize::from(id.0);
        self.groups
            .resize(self.groups.len().max(index + 1), Group::default());
        let group = &mut self.groups[index];
        let reach = circuits.reach(id)?;
        let reached = reach.available && reach.user_part;
        if !reached || circuits.counts(id)?.resetting == 0 {
            let told = std::mem::take(group).told;
            return (told && reached).then_some(Notice::Acknowledged);
        }
        let since = *group.since.get_or_insert(now);
        let patience = circuits.group(id)?.timers.value(Timer::T16);
        if group.told || now - since < patience {
            return None;
        }
        let is_old = |at: Option<Instant>| at.is_none_or(|at| now - at >= patience);
        let unacknowledged = |circuit: CircuitId| {
            let status = circuits.status(circuit)?;
            let waits = status.reason == Some(Reason::ResetUnacknowledged);
            (waits && is_old(status.since)).then(|| status.cic.value())
        };
        let cics: Vec<u16> = circuits
            .circuits_of(id)
            .filter_map(unacknowledged)
            .collect();
        group.told = !cics.is_empty();
        group.told.then_some(Notice::Unacknowledged(cics))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use codecs::isup::{Message, Pdu, Rlc};
    use codecs::mtp::{NetworkId, PointCode, PointCodeFormat};
    use protocols::isup;

    use super::*;

    #[test]
    fn a_reset_that_is_sent_again_is_told_once() {
        let mut now = Instant::now();
        let (local, remote) = (PointCode::new(1), PointCode::new(2));
        let group = isup::Group {
            name: "a".into(),
            local,
            remote,
            cics: vec![7..=7],
            ..isup::Group::default()
        };
        let config = isup::Config {
            groups: vec![group],
            ..isup::Config::default()
        };
        let mut circuits = Circuits::new(config).unwrap();
        let mut resets = Resets::new((&PointCodeFormat::ITU).into());
        let mut look = |circuits: &Circuits, now| resets.notice(circuits, GroupId(0), now);
        // Nothing is to be acknowledged while the exchange is unavailable.
        assert_eq!(look(&circuits, now), None);
        now += Duration::from_secs(60);
        assert_eq!(look(&circuits, now), None);
        circuits.handle(isup::Input::Available(remote.into()), now);
        assert_eq!(look(&circuits, now), None);
        now += Duration::from_secs(15);
        let told = Notice::Unacknowledged(vec![7]);
        assert_eq!(look(&circuits, now), Some(told));
        assert_eq!(look(&circuits, now), None);
        let pdu = Pdu {
            cic: 7.try_into().unwrap(),
            message: Message::Rlc(Rlc::default()),
        };
        let (opc, dpc) = (remote, local);
        circuits.handle(
            isup::Input::Received {
                network: NetworkId::default(),
                opc,
                dpc,
                pdu,
            },
            now,
        );
        assert_eq!(look(&circuits, now), Some(Notice::Acknowledged));
        assert_eq!(look(&circuits, now), None);
    }
}
