//! Bytes and values of the protocols between a telephone network and an IMS.
//!
//! Everything here is stateless: a codec says what bytes mean and nothing about what happens next.
//! Reading fails with an error that names the field; writing a well-typed value cannot fail, so
//! lengths and ranges are checked where a value is made.
#![warn(clippy::cast_possible_truncation)]

pub mod cesopsn;
mod code_point;
pub mod diameter;
pub mod g711;
pub mod isup;
pub mod m3ua;
pub mod map;
pub mod mtp;
pub mod number;
pub mod rtp;
pub mod sccp;
pub mod sdp;
pub mod sip;
pub mod tcap;

pub use code_point::{OutOfRange, Uint, Uint24};
