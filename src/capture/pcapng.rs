//! Blocks of a pcapng file (draft-ietf-opsawg-pcapng).

use std::time::SystemTime;

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const ENHANCED_PACKET: u32 = 6;

const OPTION_NAME: u16 = 2;
const OPTION_RESOLUTION: u16 = 9;
const OPTION_APPLICATION: u16 = 4;

const RAW_IP: u16 = 101;
const UPPER_PDU: u16 = 252;

/// What kind of frame a packet is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Interface {
    /// It begins with an IP header.
    Ip = 0,
    /// It begins with tags that name a dissector.
    Upper = 1,
}

/// Section header and the descriptions of both interfaces, in their order.
pub(super) fn preamble() -> Vec<u8> {
    let mut body = Vec::new();
    body.extend_from_slice(&0x1A2B_3C4D_u32.to_le_bytes());
    body.extend_from_slice(&[1, 0, 0, 0]);
    body.extend_from_slice(&u64::MAX.to_le_bytes());
    option(
        &mut body,
        OPTION_APPLICATION,
        concat!("tandem ", env!("CARGO_PKG_VERSION")).as_bytes(),
    );
    option(&mut body, 0, &[]);
    let mut out = block(SECTION_HEADER, &body);
    out.extend(interface(RAW_IP, "ip"));
    out.extend(interface(UPPER_PDU, "tdm"));
    out
}

/// A packet of which the first `captured` octets are kept.
pub(super) fn packet(
    interface: Interface,
    at: SystemTime,
    frame: &[u8],
    captured: usize,
) -> Vec<u8> {
    let kept = &frame[..captured.min(frame.len())];
    let nanoseconds = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    let mut body = Vec::with_capacity(24 + kept.len());
    body.extend_from_slice(&(interface as u32).to_le_bytes());
    body.extend_from_slice(&((nanoseconds >> 32) as u32).to_le_bytes());
    body.extend_from_slice(&(nanoseconds as u32).to_le_bytes());
    body.extend_from_slice(&(kept.len() as u32).to_le_bytes());
    body.extend_from_slice(&(frame.len() as u32).to_le_bytes());
    body.extend_from_slice(kept);
    block(ENHANCED_PACKET, &body)
}

fn interface(link: u16, name: &str) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend_from_slice(&link.to_le_bytes());
    // Reserved, and no limit to the octets captured.
    body.extend_from_slice(&[0; 6]);
    option(&mut body, OPTION_NAME, name.as_bytes());
    // Timestamps count 10⁻⁹ seconds.
    option(&mut body, OPTION_RESOLUTION, &[9]);
    option(&mut body, 0, &[]);
    block(INTERFACE, &body)
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    out.extend_from_slice(&code.to_le_bytes());
    out.extend_from_slice(&(value.len() as u16).to_le_bytes());
    out.extend_from_slice(value);
    pad(out);
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 16);
    out.extend_from_slice(&kind.to_le_bytes());
    let length = (12 + body.len().next_multiple_of(4)) as u32;
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(body);
    pad(&mut out);
    out.extend_from_slice(&length.to_le_bytes());
    out
}

fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}
