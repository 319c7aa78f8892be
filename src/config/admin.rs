//! `[admin]` and `[state]`: the port for operators, and what outlives the program.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use super::Fault;
use crate::admin::State;

/// `[admin]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdminConfig {
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// Who may ask and order besides this machine; the metrics are for all.
    pub operators: Vec<IpAddr>,
}

impl Default for AdminConfig {
    fn default() -> Self {
        Self {
            listen: DEFAULT_ADMIN,
            operators: Vec::new(),
        }
    }
}

/// Where HTTP is served unless something else is configured.
pub const DEFAULT_ADMIN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9080);

impl AdminConfig {
    /// Whether whoever comes from this address may ask and order.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.operators.contains(&address)
    }
}

/// `[state]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateConfig {
    /// Where the blocking of circuits is kept.
    pub file: PathBuf,
}

impl StateConfig {
    /// Why the file cannot be used, if it cannot.
    pub(crate) fn fault(&self) -> Option<Fault> {
        let error = State::check(&self.file).err()?;
        Some(Fault::new("state.file", error.message()))
    }
}
