//! Octets that several benches read and write.
#![allow(dead_code, unreachable_pub)] // each bench takes what it needs

/// ISUP messages by name.
pub const ISUP: [(&str, &str); 3] = [
    ("iam", PLAIN),
    ("iam, seven optional parameters", LIVE),
    ("rel", RELEASE),
];

/// An IAM with called and calling party number.
const PLAIN: &str = "010001000020 0a00 020a 08 0410 9471510470 09 0a 08 8413 949821436587 00";

/// The IAM of a call in a live network (sipcapture/hepgen.js): seven optional parameters.
const LIVE: &str = "a900011020010a00020a0803102618850325f80a08831398264822461\
    9fe01001d038090a33102005a3d011e03047d0291813906fed031c03dc000";

/// A release with cause 16.
const RELEASE: &str = "07000c0200028090";

/// M3UA messages by name; of the DATA the payload is the plain IAM.
pub const M3UA: [(&str, &str); 3] = [
    (
        "DATA",
        "01000101 00000040 0006 0008 00000064 0210 002e 00000809 00001012 05020005 \
         010001000020 0a00 020a 08 0410 9471510470 09 0a 08 8413 949821436587 00 0000",
    ),
    ("ASPUP", "01000301 00000010 0011 0008 00000003"),
    (
        "ASPAC",
        "01000401 00000018 000b 0008 00000002 0006 0008 00000064",
    ),
];

/// The octets of `hex`.
pub fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).filter_map(octet).collect()
}

/// Reads a message with the crate `m3ua` as far as our own decoder does: DATA down to its label.
pub fn decode_by_m3ua(octets: &[u8]) -> Option<(m3ua::M3uaMessage, Option<m3ua::ProtocolData>)> {
    let message = m3ua::M3uaMessage::decode(octets).ok()?;
    let data = match message.message_type {
        m3ua::MessageType::Data => Some(message.protocol_data().ok()?),
        _ => None,
    };
    Some((message, data))
}
