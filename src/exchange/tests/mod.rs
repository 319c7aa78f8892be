//! Scenarios on virtual time: message sequences through the whole exchange.
//!
//! The far ends are scripted: ISUP messages of an exchange at the other end of the trunk, SIP
//! messages written out by hand, answers of an HSS.

mod agreements;
mod bench;
mod callers;
mod continuity;
mod crossings;
mod forks;
mod from_ims;
mod mobile;
mod noise;
mod overlap;
mod peers;
mod records;
mod relayed;
mod routes;
mod services;
mod stages;
mod strays;
mod supervision;
mod to_ims;
mod trust;
