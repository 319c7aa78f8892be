//! The interworking tables of ISUP and SIP (3GPP TS 29.163, ITU-T Q.1912.5, RFC 3398): data beside
//! its citation, and the small functions that read it.

pub mod category;
pub mod cause;
pub mod charging;
pub mod early_media;
pub mod forwarding;
pub mod history;
pub mod hops;
pub mod identity;
pub mod indicators;
pub mod line;
pub mod located;
pub mod medium;
pub mod number;
pub mod overrides;
pub mod priority;
pub mod profile;
pub mod progress;
pub mod reason;
pub mod redirection;
pub mod redirection_reason;
pub mod release;
pub mod rows;
pub mod service;
pub mod subaddress;
pub mod table;
pub mod timers;
pub mod trust;
pub mod uri;
pub mod user_to_user;

use table::Table;

use super::encapsulation;

/// Every table, by subject: each module shows those it reads.
pub fn tables() -> Vec<Table> {
    let subjects = [
        cause::tables,
        release::tables,
        located::tables,
        reason::tables,
        medium::tables,
        indicators::tables,
        progress::tables,
        early_media::tables,
        uri::tables,
        identity::tables,
        category::tables,
        redirection_reason::tables,
        hops::tables,
        priority::tables,
        user_to_user::tables,
        trust::tables,
        encapsulation::carriage::tables,
        encapsulation::precedence::tables,
        profile::tables,
        service::tables,
        subaddress::tables,
    ];
    subjects.into_iter().flat_map(|tables| tables()).collect()
}
