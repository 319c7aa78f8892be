//! Which peers lead to a point code, and which point codes can be reached.

use std::collections::{HashMap, HashSet};

use codecs::mtp::PointCode;

use super::peer::Peer;

#[derive(Default)]
pub(super) struct Routes {
    /// Peers by the point codes they lead to, in the order of the configuration.
    peers: HashMap<PointCode, Vec<usize>>,
    available: HashSet<PointCode>,
}

impl Routes {
    pub(super) fn new(peers: &[Peer]) -> Self {
        let mut routes = Self::default();
        for (index, peer) in peers.iter().enumerate() {
            for &code in &peer.config.point_codes {
                routes.peers.entry(code).or_default().push(index);
            }
        }
        routes
    }

    /// The peer for messages to `code`: the first that reaches it, or else the first of all,
    /// which may keep them.
    pub(super) fn choose(&self, code: PointCode, peers: &[Peer]) -> Option<usize> {
        let candidates = self.peers.get(&code)?;
        let reaches = |index: &usize| peers[*index].reaches(code);
        let best = candidates.iter().copied().find(|index| reaches(index));
        best.or_else(|| candidates.first().copied())
    }

    /// Point codes of a peer that became available (true), or ceased to be, since last asked.
    pub(super) fn changes(&mut self, of: usize, peers: &[Peer]) -> Vec<(PointCode, bool)> {
        let mut changes = Vec::new();
        for &code in &peers[of].config.point_codes {
            let candidates = self.peers.get(&code).into_iter().flatten();
            let available = candidates
                .into_iter()
                .any(|&index| peers[index].reaches(code));
            let changed = match available {
                true => self.available.insert(code),
                false => self.available.remove(&code),
            };
            if changed {
                changes.push((code, available));
            }
        }
        changes
    }
}
