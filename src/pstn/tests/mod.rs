//! Two switches back to back on virtual time, one switch and a script, and configuration files.

mod bench;
mod calls;
mod config;
mod driver;
