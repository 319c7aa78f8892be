//! One peer: its association, and when to connect to it again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::config::{PeerConfig, list};
use crate::sctp::{AssociationId, Connect, Error, Listen, Path};

/// Pauses between attempts to connect after the first, which is made at once.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(super) struct Peer {
    pub(super) config: PeerConfig,
    pub(super) association: Option<AssociationId>,
    /// Whether the association has come up.
    pub(super) is_up: bool,
    /// When to connect again.
    pub(super) retry: Option<Instant>,
    /// The pause that comes next.
    pause: Duration,
}

impl Peer {
    pub(super) fn new(config: PeerConfig) -> Self {
        Self {
            config,
            association: None,
            is_up: false,
            retry: None,
            pause: Duration::ZERO,
        }
    }

    /// An error that says whom it concerns.
    pub(super) fn blame(&self, error: Error) -> Error {
        let PeerConfig {
            role,
            local,
            remote,
            ..
        } = &self.config;
        let addresses = match role.connects() {
            true => format!("{} to {}", list(local), list(remote)),
            false => list(local),
        };
        Error::Peer {
            name: self.config.name.clone(),
            addresses,
            source: Box::new(error),
        }
    }

    pub(super) fn listen(&self) -> Listen {
        Listen {
            local: self.config.local.clone(),
            port: self.config.sctp_port,
        }
    }

    pub(super) fn connect(&self) -> Connect {
        Connect {
            local: self.config.local.clone(),
            local_port: self.config.sctp_port,
            remote: self.config.remote.clone(),
            port: self.config.sctp_port,
        }
    }

    /// How well an association that a peer opened is this peer's: not at all, by default, by
    /// host, or by host and port.
    pub(super) fn claim(&self, path: &Path) -> Option<u8> {
        let PeerConfig {
            role,
            remote,
            sctp_port,
            ..
        } = &self.config;
        if role.connects() || path.local_port != *sctp_port {
            return None;
        }
        let same_host = |address: &SocketAddr| address.ip() == path.peer.ip();
        match () {
            () if remote.contains(&path.peer) => Some(2),
            () if remote.iter().any(same_host) => Some(1),
            () => remote.is_empty().then_some(0),
        }
    }

    /// Traffic flows: the next attempt to connect is made at once again.
    pub(super) fn prove(&mut self) {
        self.pause = Duration::ZERO;
    }

    /// The association is gone, or an attempt failed: when to try again.
    pub(super) fn retry_later(&mut self, now: Instant) {
        if self.config.role.connects() {
            self.retry = Some(now + self.pause);
            self.pause = (2 * self.pause).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ss7::Config;

    fn peer(role: &str) -> Peer {
        let text = format!(
            r#"
            point_code = "2-2-2"
            [[peer]]
            name = "pstn"
            role = "{role}"
            local = ["127.0.0.1:9899"]
            remote = ["127.0.0.2:9899"]
            point_codes = ["1-1-1"]
            "#
        );
        let own: Config = toml::from_str(&text).unwrap();
        Peer::new(own.peer[0].clone())
    }

    #[test]
    fn attempts_begin_at_once_and_grow_rare() {
        let now = Instant::now();
        let mut peer = peer("asp");
        let mut pauses = || {
            peer.retry_later(now);
            peer.retry.map(|at| (at - now).as_secs())
        };
        let first: Vec<_> = std::iter::from_fn(&mut pauses).take(9).collect();
        assert_eq!(first, [0, 1, 2, 4, 8, 16, 30, 30, 30]);
        peer.prove();
        peer.retry_later(now);
        assert_eq!(peer.retry, Some(now));
    }

    #[test]
    fn an_error_names_the_peer_and_its_addresses() {
        use protocols::sctp::ConnectError;
        let error = |role: &str| peer(role).blame(ConnectError::InUse.into()).to_string();
        assert_eq!(
            error("asp"),
            "[[ss7.peer]] \"pstn\" (127.0.0.1:9899 to 127.0.0.2:9899): \
             an association on this path exists"
        );
        assert!(error("sgp").starts_with("[[ss7.peer]] \"pstn\" (127.0.0.1:9899): "));
    }

    #[test]
    fn a_listening_peer_is_known_by_its_address() {
        let path = |peer: &str, local_port| Path {
            peer: peer.parse().unwrap(),
            peer_port: 1,
            local_port,
        };
        let sgp = peer("sgp");
        assert_eq!(sgp.claim(&path("127.0.0.2:9899", 2905)), Some(2));
        assert_eq!(sgp.claim(&path("127.0.0.2:1000", 2905)), Some(1));
        assert_eq!(sgp.claim(&path("127.0.0.3:9899", 2905)), None);
        assert_eq!(sgp.claim(&path("127.0.0.2:9899", 2906)), None);
        assert_eq!(peer("asp").claim(&path("127.0.0.2:9899", 2905)), None);
        let mut anyone = peer("sgp");
        anyone.config.remote.clear();
        assert_eq!(anyone.claim(&path("127.0.0.3:9899", 2905)), Some(0));
    }
}
