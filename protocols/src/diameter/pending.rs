//! Requests that wait for their answers, by hop-by-hop identifier (RFC 6733 §6).

use std::collections::HashMap;

use codecs::diameter::{CommandCode, Header};

use super::RequestId;

/// Requests that wait.
#[derive(Debug, Default)]
pub(super) struct Pending {
    waiting: HashMap<u32, CommandCode>,
}

impl Pending {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn insert(&mut self, request: &Header) -> RequestId {
        self.waiting.insert(request.hop_by_hop, request.command);
        RequestId(request.hop_by_hop)
    }

    /// The request that `answer` answers, which waits no longer.
    pub(super) fn answered(&mut self, answer: &Header) -> Option<RequestId> {
        let waiting = self.waiting.get(&answer.hop_by_hop);
        waiting.filter(|&&command| command == answer.command)?;
        self.remove(RequestId(answer.hop_by_hop))
    }

    pub(super) fn remove(&mut self, RequestId(id): RequestId) -> Option<RequestId> {
        self.waiting.remove(&id).map(|_| RequestId(id))
    }

    /// All that wait, in order; none of them waits any longer.
    pub(super) fn drain(&mut self) -> Vec<RequestId> {
        let mut all: Vec<_> = self.waiting.drain().map(|(id, _)| RequestId(id)).collect();
        all.sort_unstable();
        all
    }
}
