//! What can work in `[ss7]`, but is seldom meant so.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::config::Config;
use crate::config::Fault;
use crate::sctp::Backend;

impl Config {
    /// What is odd; keys begin with `ss7.`.
    pub fn warnings(&self) -> Vec<Fault> {
        let peers = self.peer.iter().enumerate();
        let over_udp = |(index, peer): (usize, &super::PeerConfig)| {
            let port = peer
                .local
                .iter()
                .map(SocketAddr::port)
                .find(|&port| port > 0);
            port.map(|port| (index, port))
        };
        let over_udp: Vec<(usize, u16)> = peers.filter_map(over_udp).collect();
        let ports: BTreeSet<u16> = over_udp.iter().map(|&(_, port)| port).collect();
        let all = self.peer.iter().flat_map(|peer| &peer.local);
        let is_kernels = match self.sctp.backend {
            Backend::Userspace => false,
            Backend::Kernel => true,
            Backend::Auto => all.into_iter().any(|address| address.port() == 0),
        };
        if !is_kernels || ports.len() < 2 && over_udp.len() == self.peer.len() {
            return Vec::new();
        }
        let warning = |(index, port)| {
            let message = format!(
                "all peers are on one SCTP, here the kernel's, as addresses without UDP port or \
                 ss7.sctp.backend ask for: it has one UDP port, which must be {port} \
                 (sysctl net.sctp.udp_port={port})"
            );
            Fault::new(format!("ss7.peer[{index}].local"), message)
        };
        over_udp.into_iter().map(warning).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warned(backend: &str, locals: &[&str]) -> Vec<String> {
        let peers = locals.iter().map(|local| {
            format!(
                "[[peer]]\nname = \"p\"\nrole = \"sgp\"\nlocal = [\"{local}\"]\n\
                 point_codes = [\"1-1-1\"]\n"
            )
        });
        let peers: String = peers.collect();
        let text = format!("point_code = \"2-2-2\"\nsctp = {{ backend = \"{backend}\" }}\n{peers}");
        let config: Config = toml::from_str(&text).unwrap();
        let warnings = config.warnings().into_iter();
        warnings.map(|warning| warning.key).collect()
    }

    #[test]
    fn peers_that_mean_different_stacks_are_warned_of() {
        let none: [&str; 0] = [];
        let (ip, udp, other) = ("10.0.0.1", "10.0.0.1:9899", "10.0.0.1:9900");
        for (backend, locals, expected) in [
            ("auto", &[ip, ip][..], &none[..]),
            ("auto", &[udp, other], &none),
            ("userspace", &[udp, other], &none),
            ("kernel", &[udp, udp], &none),
            ("auto", &[ip, udp], &["ss7.peer[1].local"]),
            (
                "kernel",
                &[udp, other],
                &["ss7.peer[0].local", "ss7.peer[1].local"],
            ),
        ] {
            assert_eq!(warned(backend, locals), expected, "{backend} {locals:?}");
        }
    }
}
