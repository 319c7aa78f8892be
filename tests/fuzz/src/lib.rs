//! What every decoder must bear, and the machines behind the decoders: one function per target.
//!
//! A target takes arbitrary octets. It holds the properties no input may break: nothing panics,
//! hangs or grows, and what was read can be written and read again to the same value.

mod codecs_targets;
mod machines;
pub mod seeds;

/// A target.
pub type Target = fn(&[u8]);

/// Every target by its name; `seeds/NAME.txt` holds what its runs begin with.
pub const TARGETS: &[(&str, Target)] = &[
    ("cesopsn", codecs_targets::cesopsn),
    ("diameter", codecs_targets::diameter),
    ("isup", codecs_targets::isup),
    ("isup_circuits", machines::isup_circuits),
    ("m3ua", codecs_targets::m3ua),
    ("m3ua_layer", machines::m3ua_layer),
    ("map", codecs_targets::map),
    ("rtp", codecs_targets::rtp),
    ("sccp", codecs_targets::sccp),
    ("sctp_endpoint", machines::sctp_endpoint),
    ("sdp", codecs_targets::sdp),
    ("sip", codecs_targets::sip),
    ("sip_stream", codecs_targets::sip_stream),
    ("tcap", codecs_targets::tcap),
];

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.map(|(_, target)| *target)
}

#[cfg(test)]
mod tests;
