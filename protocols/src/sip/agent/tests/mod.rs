//! User agents on a simulated network, in virtual time.

mod bodies;
mod calls;
mod crossings;
mod dialogs;
mod forks;
mod noise;
mod proofs;
mod referrals;
mod refreshing;
mod refusals;
mod reinvites;
mod reliable;
mod replacing;
mod series;
mod timers;
mod torture;
mod updates;

use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::sip::testnet::*;

/// Virtual seconds at which a line was said.
fn times(net: &mut Net, line: &str, total: Duration) -> Vec<f32> {
    let mut times = Vec::new();
    let mut at = Duration::ZERO;
    let count = |said: Vec<String>| said.iter().filter(|said| said.starts_with(line)).count();
    let first = count(net.says());
    times.extend(std::iter::repeat_n(0.0, first));
    while at < total {
        at += 100 * MS;
        net.run(100 * MS);
        let said = count(net.says());
        times.extend(std::iter::repeat_n(at.as_secs_f32(), said));
    }
    times
}

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
