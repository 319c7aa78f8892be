//! Hosts and ports (RFC 3261 §25.1 `hostport`, IPv6 as in RFC 5954).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a URI or a Via points: a name to be resolved or an address.
#[derive(Debug, Clone, Copy)]
pub enum Host<'a> {
    /// A domain name.
    Name(&'a str),
    /// An address; IPv6 stands in brackets in a message.
    Ip(IpAddr),
}

impl<'a> Host<'a> {
    /// Reads a host without port; IPv6 with or without brackets.
    pub fn parse(text: &'a str) -> Option<Self> {
        let bare = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        if let Some(v6) = bare {
            return v6.parse::<Ipv6Addr>().ok().map(|ip| Self::Ip(ip.into()));
        }
        let may_be_ip = text.starts_with(|c: char| c.is_ascii_digit()) || text.contains(':');
        let ip = may_be_ip.then(|| text.parse().ok()).flatten();
        ip.map(Self::Ip)
            .or_else(|| is_name(text).then_some(Self::Name(text)))
    }

    /// The address, where it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(ip) => Some(*ip),
            Self::Name(_) => None,
        }
    }
}

impl PartialEq for Host<'_> {
    /// Domain names compare without regard to case.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(a), Self::Name(b)) => a.eq_ignore_ascii_case(b),
            (Self::Ip(a), Self::Ip(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Host<'_> {}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Self::Ip(ip) => write!(f, "{ip}"),
        }
    }
}

fn is_name(text: &str) -> bool {
    let looks_like_v4 = || text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && (!looks_like_v4() || text.parse::<Ipv4Addr>().is_ok())
}

/// Splits and reads `host [":" port]`; white space around the colon is allowed in a Via.
pub(super) fn host_and_port(text: &str) -> Option<(Host<'_>, Option<u16>)> {
    let host_end = match text.strip_prefix('[') {
        Some(_) => text.find(']')? + 1,
        None => text.find(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at(host_end);
    let port = match super::grammar::trim_str(rest) {
        "" => None,
        rest => Some(port(super::grammar::trim_str(rest.strip_prefix(':')?))?),
    };
    Some((Host::parse(super::grammar::trim_str(host))?, port))
}

fn port(text: &str) -> Option<u16> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_addresses_and_ports() {
        assert_eq!(
            host_and_port("[2001:db8::1]:5061"),
            Some((Host::Ip("2001:db8::1".parse().unwrap()), Some(5061)))
        );
        assert_eq!(
            host_and_port("Example.COM"),
            Some((Host::Name("example.com"), None))
        );
        for bad in [
            "",
            "a b",
            "a:",
            "a:65536",
            "a:+1",
            "[::1",
            "[::1]x",
            "1.2.3.256",
            "a:1:2",
        ] {
            assert_eq!(host_and_port(bad), None, "{bad}");
        }
        assert_eq!(Host::parse("[::1]").unwrap().to_string(), "[::1]");
    }
}
