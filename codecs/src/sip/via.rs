//! The Via header field (RFC 3261 §20.42, rport RFC 3581).

use std::net::{IpAddr, SocketAddr};

use super::Malformed;
use super::grammar::{find_outside, is_token_text, trim_str};
use super::host::{Host, host_and_port};
use super::params::Params;

const CLAUSE: &str = "RFC 3261 §20.42";

/// What begins the branch of every transaction of RFC 3261 (§8.1.1.7).
pub const BRANCH_COOKIE: &str = "z9hG4bK";

/// One hop of the way a request came.
#[derive(Debug, Clone, Copy)]
pub struct Via<'a> {
    /// `UDP`, `TCP`, `TLS`, …
    pub transport: &'a str,
    /// Who sent it, as it names itself.
    pub host: Host<'a>,
    /// Its port, where one is given.
    pub port: Option<u16>,
    /// `;branch=…;received=…;rport=…`
    pub params: Params<'a>,
}

impl<'a> Via<'a> {
    /// Reads one value of a Via field.
    ///
    /// # Errors
    /// [`Malformed`] unless it is `SIP/2.0/transport host[:port][;params]`.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(value).ok_or_else(|| Malformed::syntax("Via", value, CLAUSE))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let (text, params) = value.split_at(find_outside(value, b';').unwrap_or(value.len()));
        let rest = after_version(std::str::from_utf8(text).ok()?)?;
        let (transport, sent_by) = rest.split_once([' ', '\t', '\r', '\n'])?;
        let (host, port) = host_and_port(trim_str(sent_by))?;
        is_token_text(transport.as_bytes()).then_some(Self {
            transport,
            host,
            port,
            params: Params::of_field(params)?,
        })
    }

    /// The transaction's identifier; without [`BRANCH_COOKIE`] it comes from an RFC 2543 element.
    pub fn branch(&self) -> Option<&'a str> {
        self.params
            .get("branch")
            .filter(|branch| !branch.is_empty())
    }

    /// Where the request really came from, as its receiver saw it.
    pub fn received(&self) -> Option<IpAddr> {
        self.params
            .get("received")
            .and_then(|ip| Host::parse(ip)?.ip())
    }

    /// The source port its receiver saw: `Some(None)` where the sender asks for it.
    pub fn rport(&self) -> Option<Option<u16>> {
        self.params.get("rport").map(|port| port.parse().ok())
    }

    /// Where a response goes over UDP (RFC 3261 §18.2.2, RFC 3581 §4), `None` where `maddr` or the
    /// sender's name must be resolved first.
    pub fn response_address(&self) -> Option<SocketAddr> {
        if self.params.has("maddr") {
            return None;
        }
        let ip = self.received().or(self.host.ip())?;
        let port = self.rport().flatten().or(self.port).unwrap_or(5060);
        Some(SocketAddr::new(ip, port))
    }
}

/// What follows `SIP/2.0/`, around whose slashes there may be white space.
fn after_version(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("SIP/2.0/") {
        return Some(trim_str(rest));
    }
    let (name, rest) = text.split_once('/')?;
    let (version, rest) = rest.split_once('/')?;
    (trim_str(name).eq_ignore_ascii_case("SIP") && trim_str(version) == "2.0")
        .then(|| trim_str(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_go_where_the_request_came_from() {
        for (via, address) in [
            ("SIP/2.0/UDP 192.0.2.1", Some("192.0.2.1:5060")),
            ("SIP/2.0/UDP 192.0.2.1:5070;rport", Some("192.0.2.1:5070")),
            (
                "SIP/2.0/UDP a:5070;received=192.0.2.9;rport=7",
                Some("192.0.2.9:7"),
            ),
            (
                "SIP/2.0/UDP [::1];received=2001:db8::5",
                Some("[2001:db8::5]:5060"),
            ),
            ("SIP/2.0/UDP a.example.com", None),
            ("SIP/2.0/UDP 192.0.2.1;maddr=224.2.0.1", None),
        ] {
            let expected = address.map(|address| address.parse().unwrap());
            let parsed = Via::parse(via.as_bytes()).unwrap();
            assert_eq!(parsed.response_address(), expected, "{via}");
        }
    }

    #[test]
    fn what_is_no_via_is_refused() {
        for bad in [
            "",
            "SIP/2.0/UDP",
            "SIP/3.0/UDP a",
            "SIP/2.0/U P a",
            "SIP/2.0/UDP a b",
            "SIP/2.0/UDP a;;b",
        ] {
            assert!(Via::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
