//! The gateway and its bench: sockets, tasks, configuration and programs around the machines.

pub mod admin;
mod alerts;
pub mod capture;
pub mod config;
mod continuity;
pub mod decode;
pub mod demo;
pub mod diameter;
pub mod exchange;
pub mod gateway;
pub mod hss;
pub mod ims;
pub mod ladder;
pub mod log;
mod metrics;
pub mod output;
pub mod party;
pub mod pstn;
pub mod scenario;
pub mod sctp;
pub mod sip;
mod spans;
pub mod ss7;
pub mod tables;
pub mod tap;
pub mod timers;
pub mod world;
