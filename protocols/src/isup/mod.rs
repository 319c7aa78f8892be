//! Circuits of the ISDN user part: supervision, and the sequence of the messages of a basic call
//! (ITU-T Q.764), for any number of trunk groups.
//!
//! [`Circuits`] owns the circuits; the owner owns the calls. A call begins with
//! [`Circuits::seize`] or with [`Event::Setup`], and is bound to its [`CircuitId`] until one of
//! [`Event::Released`], [`Event::Failed`], [`Event::Reattempt`] or the owner's own
//! [`Circuits::release`]. After that the machine looks after the circuit alone and says
//! [`Event::Idle`] when it can be used again.
//!
//! All destinations are unavailable until [`Input::Available`]; then their circuits are reset,
//! and become idle when the other exchange acknowledges.

mod blocking;
mod bounds;
mod call;
mod changes;
mod circuit;
mod circuits;
mod compatibility;
mod config;
mod congestion;
mod continuity;
mod destination;
mod group;
mod group_blocking;
mod hunting;
mod information;
mod output;
mod overlap;
mod query;
mod relation;
mod release;
mod reservation;
mod reset;
mod runs;
mod saying;
mod segmentation;
mod status;
mod suspension;
#[cfg(test)]
mod tests;
mod timers;
mod translation;
mod twice;
mod unreasonable;
mod user_part;
mod validation;
mod values;

pub use blocking::{Blocking, LocalBlocking, Sides};
pub use bounds::Rate;
pub use circuit::{CircuitId, Class, Direction};
pub use circuits::{Circuits, Input};
pub use config::{Config, ConfigError, Control, Group, GroupId, Hunting, Role};
pub use group::StateCounts;
pub use output::{Alert, Continuity, Event, Output, Refused, Unavailable};
pub use query::{Answer, Remedy};
pub use status::{CircuitStatus, Reach, Reason};
pub use timers::{Timer, Timers};
