//! What happens next, per protocol: machines without IO and without a clock.
//!
//! Every machine has the same four verbs: `handle(input, now)`, `handle_timeout(now)`,
//! `poll_output()` and `poll_timeout()`. After any input the owner drains `poll_output`, then
//! sleeps until `poll_timeout`. Time is always an argument.

pub mod deadlines;
pub mod diameter;
pub mod isup;
pub mod m3ua;
pub mod map;
pub mod quick;
pub mod sctp;
pub mod sip;
