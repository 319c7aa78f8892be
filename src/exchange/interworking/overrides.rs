//! Rows of an operator's own before those of the standards' cause tables, for all calls or for those
//! of one trunk group or SIP peer.

use codecs::isup::Cause;
use protocols::isup::GroupId;

use super::rows;
use super::table::Table;
use crate::exchange::settings::{Peer, PeerId, Settings};

/// Between which neighbours a call is, or which calls a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Between {
    /// The trunk group of its leg in ISUP; in a row none stands for all.
    pub trunk: Option<GroupId>,
    /// The peer of its leg in SIP; in a row none stands for all.
    pub peer: Option<PeerId>,
}

impl Between {
    /// Nobody's: only rows for all calls are for it.
    pub const NOBODY: Self = Self {
        trunk: None,
        peer: None,
    };

    /// Whether a row for these is for that call.
    pub(super) fn covers(self, call: Self) -> bool {
        let trunk = self.trunk.is_none() || self.trunk == call.trunk;
        trunk && (self.peer.is_none() || self.peer == call.peer)
    }

    /// What says more goes before what says less, a peer before a trunk group.
    pub(super) fn precision(self) -> (bool, bool) {
        (self.peer.is_some(), self.trunk.is_some())
    }
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Override<K, V> {
    /// For which calls.
    pub calls: Between,
    /// What is translated.
    pub from: K,
    /// What it becomes.
    pub to: V,
}

/// Rows in the order in which they are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    statuses: Vec<Override<Cause, u16>>,
    causes: Vec<Override<u16, Cause>>,
}

impl Overrides {
    /// Rows from causes to statuses and the other way, in any order.
    pub fn new(
        mut statuses: Vec<Override<Cause, u16>>,
        mut causes: Vec<Override<u16, Cause>>,
    ) -> Self {
        statuses.sort_by_key(|row| std::cmp::Reverse(row.calls.precision()));
        causes.sort_by_key(|row| std::cmp::Reverse(row.calls.precision()));
        Self { statuses, causes }
    }

    /// The status for a cause, where a row says so.
    pub fn status(&self, cause: Cause, call: Between) -> Option<u16> {
        first(&self.statuses, cause, call)
    }

    /// The cause for a status, where a row says so.
    pub fn cause(&self, status: u16, call: Between) -> Option<Cause> {
        first(&self.causes, status, call)
    }
}

/// The tables of causes as they are in force for each peer: rows of the operator's own, then those
/// of the standard that are left.
pub fn in_force(settings: &Settings) -> Vec<Table> {
    let of_peer = |(id, peer): (PeerId, &Peer)| {
        let [mut to_sip, mut to_isup] = peer.causes.shown();
        let calls = format!("peer {}, {}", peer.name, peer.causes.name());
        let Overrides { statuses, causes } = &settings.overrides;
        put_first(&mut to_sip, id, statuses, |row| {
            let (cause, trunk) = (row.from, on_trunk(row.calls, settings));
            vec![
                cause.value().to_string(),
                cause.name().into(),
                trunk,
                row.to.to_string(),
            ]
        });
        put_first(&mut to_isup, id, causes, |row| {
            let location = peer.causes.location(row.from).name().into();
            let trunk = on_trunk(row.calls, settings);
            let (value, name) = (row.to.value().to_string(), row.to.name().into());
            vec![row.from.to_string(), trunk, value, name, location]
        });
        [to_sip, to_isup].map(|table| Table {
            calls: Some(calls.clone()),
            ..table
        })
    };
    let own = rows::shown(&settings.rows, |calls| whose(calls, settings));
    settings.sip.peers().flat_map(of_peer).chain(own).collect()
}

/// For whom a row is, in words.
fn whose(calls: Between, settings: &Settings) -> String {
    let peer = calls.peer.map(|peer| &settings.sip.peer(peer).name);
    let peer = peer.map(|name| format!("peer {name}"));
    let trunk = Some(on_trunk(calls, settings)).filter(|trunk| !trunk.is_empty());
    let words: Vec<_> = peer.into_iter().chain(trunk).collect();
    match words.is_empty() {
        true => "all".into(),
        false => words.join(" "),
    }
}

/// Puts the rows for a peer first. What one of them is for on all trunk groups has no other row.
fn put_first<K, V>(
    table: &mut Table,
    peer: PeerId,
    rows: &[Override<K, V>],
    shown: impl Fn(&Override<K, V>) -> Vec<String>,
) {
    let rows = rows
        .iter()
        .filter(|row| row.calls.peer.is_none_or(|own| own == peer));
    for row in rows.rev() {
        let cells = shown(row);
        if row.calls.trunk.is_none() {
            table.rows.retain(|row| row[0] != cells[0]);
        }
        table.rows.insert(0, cells);
    }
}

fn on_trunk(calls: Between, settings: &Settings) -> String {
    let trunk = |GroupId(group)| settings.trunks.get(usize::from(group));
    let trunk = calls.trunk.and_then(trunk);
    trunk.map_or_else(String::new, |trunk| format!("on trunk {}", trunk.name))
}

fn first<K: PartialEq, V: Copy>(rows: &[Override<K, V>], from: K, call: Between) -> Option<V> {
    let row = rows
        .iter()
        .find(|row| row.from == from && row.calls.covers(call))?;
    Some(row.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::settings::Sip;

    const PSTN: Option<GroupId> = Some(GroupId(0));
    const IMS: Option<PeerId> = Some(Sip::UNNAMED);

    fn row(trunk: Option<GroupId>, peer: Option<PeerId>, to: u16) -> Override<Cause, u16> {
        Override {
            calls: Between { trunk, peer },
            from: Cause::NO_CIRCUIT,
            to,
        }
    }

    #[test]
    fn the_row_that_says_more_goes_first() {
        let rows = vec![
            row(None, None, 500),
            row(PSTN, None, 501),
            row(None, IMS, 502),
            row(PSTN, IMS, 503),
        ];
        let status = |rows: &[_], trunk, peer| {
            let overrides = Overrides::new(rows.to_vec(), Vec::new());
            overrides.status(Cause::NO_CIRCUIT, Between { trunk, peer })
        };
        assert_eq!(status(&rows, PSTN, IMS), Some(503));
        assert_eq!(status(&rows[..3], PSTN, IMS), Some(502));
        assert_eq!(status(&rows[..2], PSTN, IMS), Some(501));
        assert_eq!(status(&rows, Some(GroupId(1)), None), Some(500));
        assert_eq!(status(&rows[1..], Some(GroupId(1)), None), None);
    }
}
