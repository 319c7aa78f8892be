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
mod cscf;
mod element;
mod hss;
mod phone;
mod run;
#[cfg(test)]
mod tests;
mod voice;

pub use call::{Answer, Order, Voice};
pub use config::{CallConfig, Codec, Config, IcscfConfig, ScscfConfig, TerminalConfig, UserConfig};
pub use cscf::{CscfOutput, Icscf, Location, Scscf, User};
pub use phone::{Phone, PhoneConfig, PhoneOutput};
pub use run::{Control, Error, Handle, control, run, run_controlled};
