//! Attribute-value pairs (RFC 6733 §4).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bytes::{Buf, BufMut, Bytes};

use super::VendorId;

const VENDOR: u8 = 0x80;
const MANDATORY: u8 = 0x40;
const PROTECTED: u8 = 0x20;

/// Octets before the value, without a vendor.
const HEADER: usize = 8;

/// What an AVP is: its code, in the space of a vendor; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// AVP code.
    pub code: u32,
    /// Whose code; [`VendorId::IETF`] is written as no vendor at all.
    pub vendor: VendorId,
}

impl Key {
    /// A code in the space of a vendor.
    pub const fn new(code: u32, vendor: VendorId) -> Self {
        Self { code, vendor }
    }
}

/// One attribute-value pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avp {
    /// What it is.
    pub key: Key,
    /// The M bit: whoever does not know it must refuse the request.
    pub mandatory: bool,
    /// The P bit, reserved for end-to-end security.
    pub protected: bool,
    /// Its value, without padding.
    pub value: Bytes,
}

/// An AVP whose length is below its header's or reaches beyond what holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrongLength(pub(super) Avp);

impl Avp {
    /// An AVP with the M bit.
    pub fn new(key: Key, value: impl Into<Bytes>) -> Self {
        Self {
            key,
            mandatory: true,
            protected: false,
            value: value.into(),
        }
    }

    /// An AVP which may be ignored: without the M bit.
    pub fn optional(key: Key, value: impl Into<Bytes>) -> Self {
        Self {
            mandatory: false,
            ..Self::new(key, value)
        }
    }

    /// Of type `Unsigned32` or `Enumerated`.
    pub fn u32(key: Key, value: u32) -> Self {
        Self::new(key, value.to_be_bytes().to_vec())
    }

    /// Of type `UTF8String`, `DiameterIdentity` or the like.
    pub fn text(key: Key, value: &str) -> Self {
        Self::new(key, value.as_bytes().to_vec())
    }

    /// Of type `Address` (`§4.3.1`).
    pub fn address(key: Key, value: IpAddr) -> Self {
        let mut octets = Vec::with_capacity(18);
        match value {
            IpAddr::V4(address) => {
                octets.put_u16(1);
                octets.extend_from_slice(&address.octets());
            }
            IpAddr::V6(address) => {
                octets.put_u16(2);
                octets.extend_from_slice(&address.octets());
            }
        }
        Self::new(key, octets)
    }

    /// Of type `Grouped`.
    pub fn grouped(key: Key, members: &[Avp]) -> Self {
        let mut octets = Vec::new();
        write_all(members, &mut octets);
        Self::new(key, octets)
    }

    /// The value as `Unsigned32`, if it has four octets.
    pub fn as_u32(&self) -> Option<u32> {
        Some(u32::from_be_bytes(self.value[..].try_into().ok()?))
    }

    /// The value as text, if it is UTF-8.
    pub fn as_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.value).ok()
    }

    /// The value as an IP address, if it is one.
    pub fn as_address(&self) -> Option<IpAddr> {
        match *self.value {
            [0, 1, ref octets @ ..] => {
                Some(Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?).into())
            }
            [0, 2, ref octets @ ..] => {
                Some(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).into())
            }
            _ => None,
        }
    }

    /// The AVPs in the value, if it is a group of them.
    pub fn as_group(&self) -> Option<Vec<Avp>> {
        read_all(&self.value).ok()
    }

    /// An AVP beyond 24 bits of length makes the message exceed them too, which is found there.
    fn write(&self, out: &mut Vec<u8>) {
        let vendor = Some(self.key.vendor).filter(|&vendor| vendor != VendorId::IETF);
        let length = HEADER + vendor.map_or(0, |_| 4) + self.value.len();
        let flags = [
            (vendor.is_some(), VENDOR),
            (self.mandatory, MANDATORY),
            (self.protected, PROTECTED),
        ];
        out.put_u32(self.key.code);
        out.put_u8(bits(flags));
        put_u24(out, length);
        if let Some(VendorId(vendor)) = vendor {
            out.put_u32(vendor);
        }
        out.extend_from_slice(&self.value);
        out.put_bytes(0, length.next_multiple_of(4) - length);
    }
}

/// The bits that are set.
pub(super) fn bits<const N: usize>(flags: [(bool, u8); N]) -> u8 {
    let set = flags.iter().filter(|(set, _)| *set);
    set.fold(0, |bits, (_, bit)| bits | bit)
}

/// Appends a length of 24 bits.
pub(super) fn put_u24(out: &mut Vec<u8>, length: usize) {
    let octets = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    out.extend_from_slice(&octets[1..]);
}

pub(super) fn write_all(avps: &[Avp], out: &mut Vec<u8>) {
    avps.iter().for_each(|avp| avp.write(out));
}

/// Reads AVPs to the end. The last one of a group may lack its padding.
pub(super) fn read_all(octets: &Bytes) -> Result<Vec<Avp>, WrongLength> {
    let mut rest = octets.clone();
    let mut avps = Vec::new();
    while !rest.is_empty() {
        avps.push(read(&mut rest)?);
    }
    Ok(avps)
}

fn read(rest: &mut Bytes) -> Result<Avp, WrongLength> {
    let empty = |key, mandatory| {
        WrongLength(Avp {
            mandatory,
            ..Avp::new(key, Bytes::new())
        })
    };
    let Some(&[c0, c1, c2, c3, flags, l0, l1, l2]) = rest.first_chunk() else {
        return Err(empty(Key::new(0, VendorId::IETF), false));
    };
    let code = u32::from_be_bytes([c0, c1, c2, c3]);
    let length = u32::from_be_bytes([0, l0, l1, l2]) as usize;
    let mandatory = flags & MANDATORY != 0;
    let vendor = match flags & VENDOR {
        0 => Some(VendorId::IETF),
        _ => rest[HEADER..]
            .first_chunk()
            .map(|&vendor| VendorId(u32::from_be_bytes(vendor))),
    };
    let key = Key::new(code, vendor.unwrap_or(VendorId::IETF));
    let start = HEADER + if flags & VENDOR != 0 { 4 } else { 0 };
    if vendor.is_none() || length < start || length > rest.len() {
        return Err(empty(key, mandatory));
    }
    let value = rest.slice(start..length);
    rest.advance(length.next_multiple_of(4).min(rest.len()));
    Ok(Avp {
        key,
        mandatory,
        protected: flags & PROTECTED != 0,
        value,
    })
}
