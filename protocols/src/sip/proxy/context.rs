//! The response context of a forwarded request, and which response is the best (RFC 3261 §16.7).

use bytes::Bytes;
use codecs::sip::Message;
use smallvec::SmallVec;

use super::Header;
use crate::sip::{ClientId, Hop, ServerId};

#[derive(Debug)]
pub(super) struct ResponseContext {
    pub(super) serial: u32,
    pub(super) upstream: ServerId,
    pub(super) request: Message,
    pub(super) source: Hop,
    /// Whether the owner has said where the request goes.
    pub(super) decided: bool,
    /// Whether a final response went upstream.
    pub(super) answered: bool,
    pub(super) branches: SmallVec<[Branch; 4]>,
    pub(super) best: Option<Best>,
}

#[derive(Debug)]
pub(super) struct Branch {
    pub(super) client: ClientId,
    pub(super) state: BranchState,
}

#[derive(Debug)]
pub(super) enum BranchState {
    /// No response, so that it cannot be cancelled.
    Sent,
    /// To be cancelled with these header fields as soon as it can be.
    Leaving(Vec<Header>),
    /// A provisional response has come.
    Proceeding,
    /// CANCEL was sent.
    Cancelled,
    /// A final response has come, or none will.
    Done,
}

/// A final response that waits for the other branches.
#[derive(Debug)]
pub(super) struct Best {
    pub(super) status: u16,
    /// As it goes upstream; `None` where a branch failed without one.
    pub(super) bytes: Option<Bytes>,
}

impl ResponseContext {
    /// Whether every branch has come to its end.
    pub(super) fn is_done(&self) -> bool {
        let done = |branch: &Branch| matches!(branch.state, BranchState::Done);
        self.branches.iter().all(done)
    }

    /// Keeps the better of two final responses.
    pub(super) fn consider(&mut self, status: u16, bytes: Option<Bytes>) {
        let rank_of = |best: &Best| rank(best.status);
        if self
            .best
            .as_ref()
            .is_none_or(|best| rank(status) < rank_of(best))
        {
            self.best = Some(Best { status, bytes });
        }
    }
}

/// 6xx first, then by class; within a class those that tell the caller what to mend (§16.7 step 6),
/// and those last that only say that nobody was there.
fn rank(status: u16) -> (u16, u8) {
    let class = match status / 100 {
        6 => 0,
        class => class,
    };
    let within = match status {
        401 | 407 | 415 | 420 | 484 => 0,
        404 | 408 | 480 | 487 | 503 => 2,
        _ => 1,
    };
    (class, within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_ranked() {
        let order = [603, 302, 407, 486, 480, 500, 503];
        assert!(order.is_sorted_by_key(|&status| rank(status)));
        assert_eq!(rank(408), rank(487));
    }
}
