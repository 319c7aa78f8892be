//! What is well-formed in a gateway's configuration but cannot work.

use std::collections::HashSet;
use std::net::SocketAddr;

use protocols::sip::Transport;

use super::{Config, Names, RouteTo, RtpConfig};
use crate::config::{Fault, no_such, title_fault};
use crate::sip::TlsConfig;

impl Config {
    pub(super) fn all_faults(&self) -> Vec<Fault> {
        let mut faults = self.network().faults();
        self.route_faults(&mut faults);
        self.time_faults(&mut faults);
        self.session_faults(&mut faults);
        self.interworking.identity_faults(&mut faults);
        self.hss_faults(&mut faults);
        self.sip_faults(&mut faults);
        self.icscf_faults(&mut faults);
        self.address_faults(&mut faults);
        self.sip.peer_faults(&mut faults);
        self.sip.access_faults(&mut faults);
        self.sip.proof_faults(&mut faults);
        self.override_faults(&mut faults);
        self.policy_faults(&mut faults);
        self.own_row_faults(&mut faults);
        if self.rtp.last_port < self.rtp.first_port.saturating_add(1) {
            faults.push(Fault::new(
                "rtp.last_port",
                "expected more than rtp.first_port",
            ));
        }
        faults
    }

    fn route_faults(&self, faults: &mut Vec<Fault>) {
        let mut prefixes = HashSet::new();
        for (index, route) in self.route.iter().enumerate() {
            let mut fault = |key: &str, message: String| {
                faults.push(Fault::new(format!("route[{index}].{key}"), message));
            };
            if !prefixes.insert(route.prefix) {
                fault(
                    "prefix",
                    format!("\"{}\" has a route already", route.prefix),
                );
            }
            if route.prefix.to_string().starts_with('0') {
                let message = "expected the beginning of a global number without +: \
                               no country code begins with 0";
                fault("prefix", message.into());
            }
            if let Some(digits) = route.digits
                && usize::from(digits) < route.prefix.len()
            {
                let message = format!(
                    "{digits}, expected at least the {} of the prefix",
                    route.prefix.len()
                );
                fault("digits", message);
            }
            let names = route.trunk.as_ref().map_or(&[][..], Names::as_slice);
            if let Some((_, twice)) =
                (names.iter().enumerate()).find(|(index, name)| names[..*index].contains(name))
            {
                fault("trunk", format!("{twice:?} is named twice"));
            }
            match route.to {
                RouteTo::Trunk if self.groups_of(route).is_none() => {
                    fault("trunk", self.no_trunk(names));
                }
                RouteTo::Mobile if self.hss.is_none() => {
                    fault("to", "\"mobile\" needs an [hss]".into());
                }
                RouteTo::Mobile | RouteTo::Fixed if self.icscf.is_empty() => {
                    fault("to", "needs at least one [[icscf]]".into());
                }
                _ => {}
            }
        }
    }

    /// What to say where not all names are of trunk groups, or there are none.
    fn no_trunk(&self, names: &[String]) -> String {
        let known = self.trunk.iter().map(|trunk| &trunk.name);
        let is_unknown = |name: &&String| self.trunk.iter().all(|trunk| trunk.name != **name);
        match names.iter().find(is_unknown) {
            Some(name) => no_such("trunk", name, known),
            None => "expected the name of a [[trunk]], or a list of such names".into(),
        }
    }

    fn hss_faults(&self, faults: &mut Vec<Fault>) {
        let Some(hss) = &self.hss else {
            return;
        };
        let title = title_fault(hss.own_title);
        faults.extend(title.map(|message| Fault::new("hss.own_title", message)));
        faults.extend(
            self.network()
                .unreached("hss.point_code", self.hss_point(hss)),
        );
    }

    fn icscf_faults(&self, faults: &mut Vec<Fault>) {
        let mut names = HashSet::new();
        for (index, icscf) in self.icscf.iter().enumerate() {
            if icscf.address.is_none() && icscf.host.is_none() {
                let message = "expected an address, or the host under which one is found";
                faults.push(Fault::new(format!("icscf[{index}].address"), message));
            }
            if icscf.port.is_some() && icscf.address.is_some() {
                let message = "address has the port already";
                faults.push(Fault::new(format!("icscf[{index}].port"), message));
            }
            let usual = icscf.address.map(|_| Transport::Udp);
            if let Some(transport) = icscf.transport.or(usual)
                && !self.sip.listen.has(transport)
            {
                let transport = transport.parameter();
                let message = format!("{transport:?} needs a {transport}: address in sip.listen");
                faults.push(Fault::new(format!("icscf[{index}].transport"), message));
            }
            if icscf.transport == Some(Transport::Tls) && !self.believes_certificates() {
                let message = "\"tls\" needs the ca of its certificate in [sip.tls]";
                faults.push(Fault::new(format!("icscf[{index}].transport"), message));
            }
            if !names.insert(&icscf.name) {
                let message = format!("{:?} is already the name of another I-CSCF", icscf.name);
                faults.push(Fault::new(format!("icscf[{index}].name"), message));
            }
        }
        if !self.icscf.is_empty() && self.icscf.iter().all(|icscf| icscf.weight == 0) {
            let message = "expected more than 0 for at least one I-CSCF";
            faults.push(Fault::new("icscf[0].weight", message));
        }
    }

    fn believes_certificates(&self) -> bool {
        let tls = self.sip.tls.as_ref();
        tls.is_some_and(TlsConfig::has_authorities)
    }

    /// Where SIP is spoken, and how.
    fn sip_faults(&self, faults: &mut Vec<Fault>) {
        if !(1..=10).contains(&self.sip.keepalive_failures) {
            let message = format!("{}, expected 1 to 10", self.sip.keepalive_failures);
            faults.push(Fault::new("sip.keepalive_failures", message));
        }
        let tls = self.sip.tls.as_ref();
        faults.extend(self.sip.listen.faults("sip.listen", tls.is_some()));
        faults.extend(tls.iter().flat_map(|tls| tls.faults("sip.tls")));
        faults.extend(self.sip.tcp.faults("sip.tcp"));
    }

    /// Addresses that spans and RTP would share with something else.
    fn address_faults(&self, faults: &mut Vec<Fault>) {
        let mut peers = self.ss7.peer.iter();
        let mut fault = |key: String, message: &str| faults.push(Fault::new(key, message));
        let listens = self.sip.listen.hops();
        let datagrams = listens.filter(|hop| hop.transport == Transport::Udp);
        let listens: Vec<SocketAddr> = datagrams.map(|hop| hop.address).collect();
        let is_sip = |address: &SocketAddr| listens.contains(address);
        if peers.any(|peer| peer.local.iter().any(is_sip)) {
            fault("sip.listen".into(), "an [[ss7.peer]] has this address");
        }
        for (index, span) in self.span.iter().enumerate() {
            let key = || format!("span[{index}].local");
            if is_sip(&span.local) {
                fault(key(), "sip.listen has this address");
            }
            if self.rtp.holds(span.local) {
                fault(key(), "the port is one of those in [rtp]");
            }
        }
        if listens.iter().any(|&address| self.rtp.holds(address)) {
            fault("sip.listen".into(), "the port is one of those in [rtp]");
        }
    }

    fn session_faults(&self, faults: &mut Vec<Fault>) {
        let (interval, minimum) = (self.sip.session_s, self.sip.session_minimum_s);
        if interval > 86_400 || (1..minimum).contains(&interval) {
            let message = format!("{interval}, expected 0, or session_minimum_s to 86400");
            faults.push(Fault::new("sip.session_s", message));
        }
    }

    fn time_faults(&self, faults: &mut Vec<Fault>) {
        let hss_s = self
            .hss
            .as_ref()
            .map(|hss| ("hss.timeout_s", hss.timeout_s, 1..=30));
        let interworking = self.interworking.timers();
        let interworking = interworking.map(|(timer, value)| {
            let key = format!("interworking.{}", timer.key);
            ((key, value, timer.range.clone()), "s")
        });
        let packet_ms = u64::from(self.rtp.packet_ms);
        let seconds = [
            ("sip.answer_s", self.sip.answer_s, 1..=32),
            ("sip.penalty_s", self.sip.penalty_s, 0..=3600),
            ("sip.keepalive_s", self.sip.keepalive_s, 0..=3600),
            (
                "sip.session_minimum_s",
                self.sip.session_minimum_s,
                90..=86_400,
            ),
        ];
        let milliseconds = [
            ("rtp.packet_ms", packet_ms, media::Config::PACKET_MS),
            (
                "rtp.jitter_ms",
                self.rtp.jitter_ms,
                media::Config::JITTER_MS,
            ),
            (
                "transit.jitter_ms",
                self.transit.jitter_ms,
                media::Config::JOINT_MS,
            ),
        ];
        let seconds = seconds.into_iter().chain(hss_s).map(|time| (time, "s"));
        let milliseconds = milliseconds.map(|time| (time, "ms"));
        let others = seconds.chain(milliseconds);
        let others =
            others.map(|((key, value, range), unit)| ((key.to_owned(), value, range), unit));
        for ((key, value, range), unit) in interworking.into_iter().chain(others) {
            if !range.contains(&value) {
                let (least, most) = range.into_inner();
                let message = format!("{value} {unit}, expected {least} to {most} {unit}");
                faults.push(Fault::new(key, message));
            }
        }
    }
}

impl RtpConfig {
    fn holds(&self, address: SocketAddr) -> bool {
        let ports = self.first_port..=self.last_port;
        address.ip() == self.address && ports.contains(&address.port())
    }
}
