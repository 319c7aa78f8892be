//! Why and how often a call was diverted (`Q.763 §3.45`).

use super::call_indicators::{bits, put};
use super::wire::Field;

/// Redirection information (`Q.763 §3.45`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedirectionInformation {
    /// Redirecting indicator, 3 bits.
    pub indicator: RedirectingIndicator,
    /// Why the call was diverted first.
    pub original_reason: RedirectionReason,
    /// How often it was diverted so far, 1–5 (3 bits). Zero with an unknown last reason is sent as
    /// the short form of one octet.
    pub count: u8,
    /// Why it was diverted last.
    pub reason: RedirectionReason,
}

/// Redirecting indicator (`Q.763 §3.45 a)`), 3 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RedirectingIndicator(pub u8);

impl RedirectingIndicator {
    /// Call diverted.
    pub const DIVERTED: Self = Self(3);
    /// Call diverted, all redirection information presentation restricted.
    pub const DIVERTED_RESTRICTED: Self = Self(4);
    /// Call diverted, redirection number presentation restricted (national use).
    pub const DIVERTED_NUMBER_RESTRICTED: Self = Self(6);
}

/// Redirecting reason (`Q.763 §3.45 b), d)`), 4 bits; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RedirectionReason(pub u8);

impl RedirectionReason {
    /// Unknown or not available.
    pub const UNKNOWN: Self = Self(0);
    /// User busy.
    pub const USER_BUSY: Self = Self(1);
    /// No reply.
    pub const NO_REPLY: Self = Self(2);
    /// Unconditional.
    pub const UNCONDITIONAL: Self = Self(3);
    /// Deflection during alerting.
    pub const DEFLECTION_ALERTING: Self = Self(4);
    /// Deflection, immediate response.
    pub const DEFLECTION_IMMEDIATE: Self = Self(5);
    /// Mobile subscriber not reachable.
    pub const NOT_REACHABLE: Self = Self(6);
}

impl Field for RedirectionInformation {
    const NAME: &'static str = "redirection information";
    const CLAUSE: &'static str = "Q.763 §3.45";

    fn read(contents: &[u8]) -> Option<Self> {
        let &first = contents.first()?;
        let second = contents.get(1).copied().unwrap_or_default();
        Some(Self {
            indicator: RedirectingIndicator(bits(first, 0, 3)),
            original_reason: RedirectionReason(bits(first, 4, 4)),
            count: bits(second, 0, 3),
            reason: RedirectionReason(bits(second, 4, 4)),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(put(self.indicator.0, 0, 3) | put(self.original_reason.0, 4, 4));
        let second = put(self.count, 0, 3) | put(self.reason.0, 4, 4);
        if second != 0 {
            out.push(second);
        }
    }
}
