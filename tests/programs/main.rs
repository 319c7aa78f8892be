//! The programs from end to end: the real binary, one process each, over real sockets.

mod bench;
#[path = "../support/caller.rs"]
mod caller;
mod configurations;
mod demo;
mod drops;
mod floods;
mod foreign;
mod incoming;
mod ladders;
#[path = "../support/metrics.rs"]
mod metrics;
#[path = "../support/metrics_document.rs"]
mod metrics_document;
mod neighbours;
mod networks;
mod noise;
mod operators;
mod outgoing;
#[path = "../support/programs.rs"]
mod programs;
mod recipes;
mod report;
mod routes;
#[path = "../support/second_switch.rs"]
mod second_switch;
#[path = "../support/noise.rs"]
mod sounds;
mod subscribers;
mod transit;
mod transports;
#[path = "../support/tshark.rs"]
mod tshark;
