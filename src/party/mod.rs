//! What the programs with parties share: what a party of a call does, how calls are placed from
//! outside, and what is said of them afterwards.

mod behaviour;
mod config;
mod control;
mod heard;
mod report;
mod tones;

pub use behaviour::{Answer, CallId, Conversation, Pitch};
pub use config::{ConversationConfig, Number, Takes};
pub use control::{Control, Handle, NotPlaced, control};
pub use heard::Heard;
pub use report::{CallReport, Direction, ReleasedBy};

pub(crate) use control::{Reporter, Request};
pub(crate) use tones::Tones;
