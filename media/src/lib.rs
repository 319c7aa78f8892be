//! The media gateway: timeslots to RTP and back.
//!
//! ```text
//!                 span                 fabric                   connection
//!  CESoPSN  ──▶ Receiver ──▶ 8 octets of each timeslot ──▶ Packetiser ──▶  RTP
//!  CESoPSN  ◀── Transmitter ◀── 8 octets of each timeslot ◀── JitterBuffer ◀──  RTP
//! ```
//!
//! While the continuity of a timeslot is [checked](Command::Check), its connection rests.
//!
//! For a transit call a [joint](Command::Join) takes the octets from one timeslot to another.
//!
//! The telephone network is the master clock: every millisecond that arrives from a span sends
//! one back, so there is nothing to slip. All of this is without IO; [`Gateway`] runs it on a
//! thread of its own between sockets. [`SpanTerminal`] and [`RtpTerminal`] are the far ends of a
//! bench: they say one tone and check another, sample by sample.

mod command;
mod comparer;
mod connection;
mod continuity;
mod fabric;
mod gateway;
mod jitter;
mod joint;
mod packetiser;
mod port;
mod rtp_terminal;
mod socket;
mod span;
mod span_terminal;
mod tone;

pub use codecs::g711::Law;
pub use command::{
    Command, ConnectionId, Continuity, Direction, Event, Failure, Mode, Observer, Payload,
    Statistics, Timeslot, Transport,
};
pub use comparer::{ExactComparer, VoiceReport};
pub use gateway::{Config, Gateway, SpanConfig, StartError};
pub use rtp_terminal::{RtpTerminal, RtpTerminalConfig};
pub use span::Counters;
pub use span_terminal::{NoTimeslot, SpanTerminal};
pub use tone::Tone;
