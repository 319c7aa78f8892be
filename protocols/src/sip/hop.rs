//! Where messages go and come from: an address and what carries them there (RFC 3261 §18, §19.1.1).

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use codecs::sip::{Host, Uri};

/// What carries messages (RFC 3261 §18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    /// Datagrams, which may be lost.
    Udp,
    /// A stream.
    Tcp,
    /// An encrypted stream (RFC 3261 §26.2.1).
    Tls,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Udp, Self::Tcp, Self::Tls];

    /// Whether it delivers by itself, so that nothing is sent again (§17).
    pub fn is_reliable(self) -> bool {
        self != Self::Udp
    }

    /// Its name in a Via: `UDP`, `TCP`, `TLS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// Its name in a URI and in configurations: `udp`, `tcp`, `tls`.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }

    /// The port where none is given (§19.1.2).
    pub fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
        }
    }
}

impl FromStr for Transport {
    type Err = UnknownTransport;

    fn from_str(text: &str) -> Result<Self, UnknownTransport> {
        let is_it = |transport: &Self| transport.parameter().eq_ignore_ascii_case(text);
        Self::ALL
            .into_iter()
            .find(is_it)
            .ok_or_else(|| UnknownTransport(text.into()))
    }
}

/// Not one of the transports there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?}: expected \"udp\", \"tcp\" or \"tls\"")]
pub struct UnknownTransport(String);

/// A neighbour, or a listener of ours: an address and the transport used there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hop {
    /// What carries the messages.
    pub transport: Transport,
    /// The address.
    pub address: SocketAddr,
}

impl Hop {
    /// A hop over UDP.
    pub const fn udp(address: SocketAddr) -> Self {
        Self {
            transport: Transport::Udp,
            address,
        }
    }

    /// Where a SIP URI leads whose host is an address (RFC 3263 §4.1: UDP unless it says
    /// otherwise, TLS for `sips:`). `None` for names, and for transports we do not have.
    pub fn of_uri(uri: &Uri<'_>) -> Option<Self> {
        let uri = uri.sip()?;
        let Host::Ip(ip) = uri.host else {
            return None;
        };
        let transport = match uri.params.get("transport") {
            _ if uri.secure => Transport::Tls,
            Some(transport) => transport.parse().ok()?,
            None => Transport::Udp,
        };
        let port = uri.port.unwrap_or(transport.default_port());
        Some(Self {
            transport,
            address: SocketAddr::new(ip, port),
        })
    }

    /// The SIP URI under which a listener is reached.
    pub fn uri<'a>(&self, user: Option<&'a str>) -> impl fmt::Display + use<'a> {
        Reached { hop: *self, user }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.transport.parameter(), self.address)
    }
}

impl FromStr for Hop {
    type Err = NotAHop;

    /// Reads `transport:address:port`; without a transport it is UDP.
    fn from_str(text: &str) -> Result<Self, NotAHop> {
        if let Ok(address) = text.parse() {
            return Ok(Self::udp(address));
        }
        let (transport, address) = text.split_once(':').ok_or(NotAHop::Address)?;
        Ok(Self {
            transport: transport.parse()?,
            address: address.parse().map_err(|_| NotAHop::Address)?,
        })
    }
}

/// Why a text names no hop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAHop {
    /// The transport is none.
    #[error(transparent)]
    Transport(#[from] UnknownTransport),
    /// The address is none.
    #[error("expected an IP address and a port, with udp:, tcp: or tls: before it if need be")]
    Address,
}

struct Reached<'a> {
    hop: Hop,
    user: Option<&'a str>,
}

impl fmt::Display for Reached<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hop { transport, address } = self.hop;
        f.write_str("sip:")?;
        if let Some(user) = self.user {
            write!(f, "{user}@")?;
        }
        write!(f, "{address}")?;
        if transport.is_reliable() {
            write!(f, ";transport={}", transport.parameter())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_lead_to_hops() {
        for (uri, hop) in [
            ("sip:192.0.2.1", Some("192.0.2.1:5060")),
            (
                "sip:a@192.0.2.1:5070;transport=TCP",
                Some("tcp:192.0.2.1:5070"),
            ),
            (
                "sip:[2001:db8::1];transport=tls",
                Some("tls:[2001:db8::1]:5061"),
            ),
            ("sips:192.0.2.1", Some("tls:192.0.2.1:5061")),
            ("sip:192.0.2.1;transport=sctp", None),
            ("sip:example.com", None),
            ("tel:+4989", None),
        ] {
            let expected = hop.map(|hop| hop.parse().unwrap());
            assert_eq!(Hop::of_uri(&Uri::parse(uri).unwrap()), expected, "{uri}");
        }
    }

    #[test]
    fn a_listener_is_reached_under_its_uri() {
        for (hop, uri) in [
            ("192.0.2.1:5060", "sip:192.0.2.1:5060"),
            ("tcp:192.0.2.1:5060", "sip:192.0.2.1:5060;transport=tcp"),
            ("tls:[::1]:5061", "sip:[::1]:5061;transport=tls"),
        ] {
            let hop: Hop = hop.parse().unwrap();
            let written = hop.uri(None).to_string();
            assert_eq!(written, uri);
            assert_eq!(Hop::of_uri(&Uri::parse(&written).unwrap()), Some(hop));
        }
        let hop: Hop = "udp:192.0.2.1:5060".parse().unwrap();
        assert_eq!(hop.uri(Some("a")).to_string(), "sip:a@192.0.2.1:5060");
    }

    #[test]
    fn what_is_no_hop_is_refused() {
        for (text, error) in [
            (
                "sctp:192.0.2.1:5060",
                "\"sctp\": expected \"udp\", \"tcp\" or \"tls\"",
            ),
            ("tcp:192.0.2.1", NotAHop::Address.to_string().as_str()),
            ("example.com", NotAHop::Address.to_string().as_str()),
        ] {
            assert_eq!(text.parse::<Hop>().unwrap_err().to_string(), error);
        }
    }
}
