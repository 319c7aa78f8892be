//! What the sockets and connections for SIP went through, for metrics.

use std::cell::Cell;

macro_rules! tallies {
    ($($(#[$doc:meta])* $name:ident = $label:literal,)*) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Tally {
            $($(#[$doc])* $name,)*
        }

        impl Tally {
            /// All there are, with the names that metrics give them.
            pub const ALL: &[(Self, &str)] = &[$((Self::$name, $label),)*];
        }
    };
}

tallies! {
    /// Connections accepted.
    Accepted = "accepted",
    /// Connections opened from here.
    Opened = "opened",
    /// Connections that could not be opened from here.
    NotOpened = "not_opened",
    /// Datagrams and connections of those whom the listener does not allow.
    Denied = "denied",
    /// Connections not accepted or opened, since there are as many as there may be.
    TurnedAway = "turned_away",
    /// TLS handshakes that failed.
    Untrusted = "tls_failed",
    /// Connections closed because what came could not be told apart into messages.
    NotFramed = "not_framed",
    /// Connections closed because nothing came for long.
    Idle = "idle",
    /// Connections closed because the peer did not read.
    Unread = "unread",
    /// Connections that broke.
    Broken = "broken",
    /// Datagrams for which the system had no room.
    Dropped = "datagrams_dropped",
}

/// The counts.
#[derive(Debug)]
pub struct Counters([Cell<u64>; Tally::ALL.len()]);

impl Default for Counters {
    fn default() -> Self {
        Self([const { Cell::new(0) }; Tally::ALL.len()])
    }
}

impl Counters {
    /// How often something happened.
    pub fn get(&self, tally: Tally) -> u64 {
        self.0[tally as usize].get()
    }

    /// Counts one more. Answers whether that is worth a line in the log: ever more seldom.
    pub(super) fn add(&self, tally: Tally) -> bool {
        let count = &self.0[tally as usize];
        count.set(count.get() + 1);
        count.get().is_power_of_two()
    }
}
