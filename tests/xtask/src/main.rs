//! `cargo xtask`: what CI runs, as one command.
fn main() {}
