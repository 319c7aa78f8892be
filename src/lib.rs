//! The gateway and its bench: sockets, tasks, configuration and programs around the machines.

pub mod config;
pub mod sctp;
pub mod ss7;
pub mod tap;
pub mod world;
