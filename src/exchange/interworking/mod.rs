//! The interworking tables of ISUP and SIP (3GPP TS 29.163, ITU-T Q.1912.5, RFC 3398): data beside
//! its citation, and the small functions that read it.

pub mod cause;
pub mod early_media;
pub mod forwarding;
pub mod identity;
pub mod indicators;
pub mod line;
pub mod medium;
pub mod number;
pub mod overrides;
pub mod priority;
pub mod progress;
pub mod reason;
pub mod redirection;
pub mod table;
pub mod timers;

use table::Table;

/// Every table, by subject: each module shows those it reads.
pub fn tables() -> Vec<Table> {
    [
        cause::tables,
        reason::tables,
        medium::tables,
        indicators::tables,
        progress::tables,
        early_media::tables,
    ]
    .into_iter()
    .flat_map(|tables| tables())
    .collect()
}
