//! The timers of the interworking (`TS 29.163 table 22`, `Q.1912.5 table 41`).

use std::ops::RangeInclusive;
use std::time::Duration;

/// A timer of the interworking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name in the standards.
    pub name: &'static str,
    /// Its key in `[interworking]`.
    pub key: &'static str,
    /// Its value unless configured.
    pub default: Duration,
    /// The values that the standard has, in seconds.
    pub range: RangeInclusive<u64>,
    /// What starts it, and what stops it.
    pub runs: &'static str,
    /// What happens when it expires.
    pub expires: &'static str,
}

/// When a number of unknown length is complete.
pub const T_OIW1: Definition = Definition {
    name: "T(oiw1)",
    key: "last_digit_s",
    default: Duration::from_secs(4),
    range: 4..=6,
    runs: "the latest digits received, the number may be complete, until further ones",
    expires: "INVITE is sent",
};

/// When ACM is sent at the latest.
pub const T_OIW2: Definition = Definition {
    name: "T(oiw2)",
    key: "early_acm_s",
    default: Duration::from_secs(10),
    range: 4..=14,
    runs: "INVITE sent until ACM or CON is sent",
    expires: "ACM is sent",
};

/// How long digits are awaited that SIP has asked for.
pub const T_OIW3: Definition = Definition {
    name: "T(oiw3)",
    key: "more_digits_s",
    default: Duration::from_secs(4),
    range: 4..=6,
    runs: "404 or 484 received, no INVITE open, until further digits",
    expires: "the call is released with cause 28",
};

/// All of them.
pub const TIMERS: [&Definition; 3] = [&T_OIW1, &T_OIW2, &T_OIW3];
