//! The proxy between user agents on a simulated network, in virtual time.

mod forking;
mod identity;
mod routing;

use super::*;
use crate::sip::testnet::*;
use codecs::sip::HeaderName;

impl Proxy {
    /// Whether nothing is left of any request.
    pub(in crate::sip) fn is_at_rest(&self) -> bool {
        self.is_empty() && self.transactions.is_empty()
    }
}

/// The way to a party under a request URI of its own.
fn target(party: usize) -> Target {
    Target {
        uri: Some(format!("sip:{party}@{}", address(party))),
        route: None,
        headers: Vec::new(),
        to: hop(party),
    }
}

/// Alice calls, and the proxy's owner forks to these.
fn fork(net: &mut Net, parties: &[usize]) -> crate::sip::SessionId {
    let alice = net.call(PROXY);
    net.run(LATENCY);
    let targets: Vec<_> = parties.iter().map(|&party| target(party)).collect();
    net.decide(|proxy, id, now| proxy.forward(id, &targets, now));
    net.run(2 * LATENCY);
    net.says();
    alice
}

fn said_by(said: &[String], who: &str) -> Vec<String> {
    let of_party = |line: &&String| line.starts_with(who);
    said.iter().filter(of_party).cloned().collect()
}
