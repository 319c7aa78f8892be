//! User agents on a simulated network, in virtual time.

mod calls;
mod crossings;
mod dialogs;
mod forks;
mod noise;
mod refusals;
mod timers;

use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::sip::testnet::*;

impl UserAgent {
    /// Whether nothing is left of any call.
    pub(in crate::sip) fn is_at_rest(&self) -> bool {
        self.sessions.is_empty()
            && self.by_tag.is_empty()
            && self.by_origin.is_empty()
            && self.transactions.is_empty()
    }

    fn all_sessions(&self) -> Vec<SessionId> {
        let id = |(slot, session): (usize, &Session)| SessionId {
            slot,
            serial: session.serial,
        };
        self.sessions.iter().map(id).collect()
    }
}
