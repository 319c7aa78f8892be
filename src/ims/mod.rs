//! `tandem ims`: an IMS core for a bench, with I-CSCFs, an S-CSCF and terminals, over SIP, Diameter
//! Cx and RTP.
//!
//! ```text
//!   gateway ──▶ I-CSCF ──Cx──▶ HSS
//!                 │
//!                 ▼
//!   gateway ◀─▶ S-CSCF ◀─▶ terminals, each with its tone
//! ```

mod call;
mod config;
mod control;
mod cscf;
mod element;
mod hss;
mod phone;
mod report;
mod run;
mod socket;
#[cfg(test)]
mod tests;
mod voice;

pub use call::{Answer, CallId, Order, Voice};
pub use config::{
    CallConfig, Codec, Config, IcscfConfig, ScscfConfig, Takes, TerminalConfig, UserConfig,
};
pub use control::{Control, Handle, NotPlaced, control};
pub use cscf::{CscfOutput, Icscf, Location, Scscf, User};
pub use phone::{Phone, PhoneConfig, PhoneOutput};
pub use report::{CallReport, Direction, ReleasedBy};
pub use run::{Error, run, run_controlled};
