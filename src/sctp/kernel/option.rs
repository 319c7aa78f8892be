//! Socket options of level IPPROTO_SCTP, by their numbers in `linux/sctp.h`.

use std::ffi::c_int;

pub(super) const RTO_INFO: c_int = 0;
pub(super) const ASSOCIATION_INFO: c_int = 1;
pub(super) const INIT_MESSAGE: c_int = 2;
pub(super) const NO_DELAY: c_int = 3;
pub(super) const PRIMARY_ADDRESS: c_int = 6;
pub(super) const PEER_ADDRESS_PARAMETERS: c_int = 9;
pub(super) const STATUS: c_int = 14;
pub(super) const DELAYED_SACK: c_int = 16;
pub(super) const RECEIVE_INFO: c_int = 32;
pub(super) const BIND_ADD: c_int = 100;
pub(super) const CONNECT: c_int = 110;
pub(super) const EVENT: c_int = 127;
pub(super) const REMOTE_UDP_PORT: c_int = 132;
