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
        let text = std::str::from_utf8(text).ok()?;
        let (name, rest) = text.split_once('/')?;
        let (version, rest) = rest.split_once('/')?;
        let (transport, sent_by) = trim_str(rest).split_once([' ', '\t', '\r', '\n'])?;
        let (host, port) = host_and_port(trim_str(sent_by))?;
        let well_formed = trim_str(name).eq_ignore_ascii_case("SIP")
            && trim_str(version) == "2.0"
            && is_token_text(transport.as_bytes());
        Some(Self {
            transport,
            host,
            port,
            params: well_formed.then(|| Params::of_field(params))??,
        })
    }

    /// The transaction's identifier; without [`BRANCH_COOKIE`] it comes from an RFC 2543 element.
    pub fn branch(&self) -> Option<&'a str> {
        self.params.get("branch")
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
