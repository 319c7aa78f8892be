//! The kernel's structures (RFC 6458, `linux/sctp.h`) as octets, written and read by place.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Size of `struct sockaddr_storage`.
pub(super) const ADDRESS: usize = size_of::<libc::sockaddr_storage>();

/// A structure in the making; numbers are in the machine's order.
#[derive(Debug, Default)]
pub(super) struct Record(Vec<u8>);

impl Record {
    /// One that begins with `SCTP_FUTURE_ASSOC`, which a one-to-one socket takes for its own.
    pub(super) fn of_association() -> Self {
        Self::default().word(0)
    }

    pub(super) fn octet(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub(super) fn half(mut self, value: u16) -> Self {
        self.0.extend(value.to_ne_bytes());
        self
    }

    pub(super) fn word(mut self, value: u32) -> Self {
        self.0.extend(value.to_ne_bytes());
        self
    }

    /// A `struct sockaddr_storage`; none stands for all addresses.
    pub(super) fn address(mut self, address: Option<SocketAddr>) -> Self {
        let end = self.0.len() + ADDRESS;
        self.0.extend(address.map(sockaddr).unwrap_or_default());
        self.0.resize(end, 0);
        self
    }

    /// Zeroes up to a multiple of `alignment`.
    pub(super) fn align(mut self, alignment: usize) -> Self {
        self.0.resize(self.0.len().next_multiple_of(alignment), 0);
        self
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn octets_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// A `struct sockaddr_in` or `sockaddr_in6`.
pub(super) fn sockaddr(address: SocketAddr) -> Vec<u8> {
    let port = address.port().to_be_bytes();
    match address {
        SocketAddr::V4(v4) => {
            let family = (libc::AF_INET as u16).to_ne_bytes();
            [&family[..], &port, &v4.ip().octets(), &[0; 8]].concat()
        }
        SocketAddr::V6(v6) => {
            let family = (libc::AF_INET6 as u16).to_ne_bytes();
            let flow = v6.flowinfo().to_ne_bytes();
            let scope = v6.scope_id().to_ne_bytes();
            [&family[..], &port, &flow, &v6.ip().octets(), &scope].concat()
        }
    }
}

/// Addresses one after another, as bindx and connectx take them.
pub(super) fn packed(addresses: impl Iterator<Item = SocketAddr>) -> Vec<u8> {
    addresses.flat_map(sockaddr).collect()
}

pub(super) fn half(octets: &[u8], at: usize) -> Option<u16> {
    let octets = octets.get(at..at + 2)?;
    Some(u16::from_ne_bytes(octets.try_into().ok()?))
}

pub(super) fn word(octets: &[u8], at: usize) -> Option<u32> {
    let octets = octets.get(at..at + 4)?;
    Some(u32::from_ne_bytes(octets.try_into().ok()?))
}

/// The address in a `struct sockaddr_storage`; IPv4 in the guise of IPv6 is shown as IPv4.
pub(super) fn address(octets: &[u8], at: usize) -> Option<SocketAddr> {
    let octets = octets.get(at..)?;
    let port = u16::from_be_bytes(octets.get(2..4)?.try_into().ok()?);
    let ip: IpAddr = match i32::from(half(octets, 0)?) {
        libc::AF_INET => {
            let octets: [u8; 4] = octets.get(4..8)?.try_into().ok()?;
            Ipv4Addr::from(octets).into()
        }
        libc::AF_INET6 => {
            let octets: [u8; 16] = octets.get(8..24)?.try_into().ok()?;
            Ipv6Addr::from(octets).to_canonical()
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        for text in ["192.0.2.1:2905", "[2001:db8::1]:2905"] {
            let expected: SocketAddr = text.parse().unwrap();
            let record = Record::of_association().address(Some(expected));
            assert_eq!(record.octets().len(), 4 + ADDRESS);
            assert_eq!(address(record.octets(), 4), Some(expected));
        }
        let mapped = sockaddr("[::ffff:192.0.2.1]:7".parse().unwrap());
        assert_eq!(address(&mapped, 0), "192.0.2.1:7".parse().ok());
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        let octets = sockaddr("[2001:db8::1]:2905".parse().unwrap());
        for length in 0..24 {
            assert_eq!(address(&octets[..length], 0), None);
        }
        assert_eq!(half(&[1], 0), None);
        assert_eq!(word(&[1, 2, 3, 4], 1), None);
        assert_eq!(address(&[0; 128], 0), None, "no family");
    }
}
