//! What the configuration means for the machines: exchange, media gateway, log.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use codecs::map::{AddressError, AddressString};
use codecs::mtp::SignallingPoint;
use protocols::isup::GroupId;
use protocols::sip::{Hop, SessionTimer, Transport, WatchConfig};
use routing::Prefixes;

use super::{Config, HssConfig, IcscfConfig, RouteConfig, RouteTo, SipConfig, fifteen};

use crate::config::TrunkConfig;
use crate::config::network::{Network, SpanConfig};
use crate::exchange::interworking::timers::Definition;
use crate::exchange::settings::{Destination, Hss, Icscf, Rtp, Settings, Trunk};
use crate::sip;

impl Config {
    /// Its numbering, trunk groups and spans.
    pub(in crate::gateway) fn network(&self) -> Network<'_> {
        Network {
            numbering: &self.numbering,
            ss7: &self.ss7,
            trunk: &self.trunk,
            span: &self.span,
            isup: &self.isup,
        }
    }

    /// One line for the log: where the gateway is, and what it waits for.
    pub(in crate::gateway) fn introduction(&self) -> String {
        let metrics = self.admin.as_ref().map_or_else(String::new, |admin| {
            format!("; metrics at http://{}/metrics", admin.listen)
        });
        let listeners = self.sip.listen.hops().map(|hop| hop.to_string());
        let listeners: Vec<_> = listeners.collect();
        format!(
            "gateway: SIP at {}; {}{metrics}",
            listeners.join(", "),
            self.ss7.introduction()
        )
    }

    /// What the sockets for SIP are told.
    pub fn sip(&self) -> sip::Config {
        sip::Config {
            listen: self.sip.listen.listeners().cloned().collect(),
            tls: self.sip.tls.clone(),
            tcp: self.sip.tcp.clone(),
        }
    }

    /// Hosts whose certificates must name them, by where they are.
    pub fn hosts(&self) -> impl Iterator<Item = (Hop, &str)> {
        let hosts = self.icscf.iter();
        hosts.filter_map(|icscf| Some((icscf.hop()?, icscf.host.as_deref()?)))
    }

    /// The I-CSCFs whose names are to be resolved, by their places.
    pub fn names(&self) -> Vec<(usize, sip::Name)> {
        let icscfs = self.icscf.iter().enumerate();
        icscfs
            .filter_map(|(index, icscf)| Some((index, icscf.name()?)))
            .collect()
    }

    /// How long the HSS may take to answer.
    pub fn hss_timeout(&self) -> Duration {
        Duration::from_secs(self.hss.as_ref().map_or_else(fifteen, |hss| hss.timeout_s))
    }

    /// The signalling points that calls need.
    pub fn signalling_points(&self) -> HashSet<SignallingPoint> {
        let trunks = self.trunk.iter().map(|trunk| trunk.destination(&self.ss7));
        trunks
            .chain(self.hss.iter().map(|hss| self.hss_point(hss)))
            .collect()
    }

    /// The HSS, in its network.
    pub(in crate::gateway) fn hss_point(&self, hss: &HssConfig) -> SignallingPoint {
        let (id, _) = self.ss7.network(hss.network.as_deref());
        id.point(hss.point_code)
    }

    /// The timers of the interworking with their values in seconds.
    pub fn interworking_timers(&self) -> Vec<(&'static Definition, u64)> {
        self.interworking.timers().into()
    }

    /// How long an I-CSCF may take to answer at all.
    pub fn sip_answer(&self) -> Duration {
        Duration::from_secs(self.sip.answer_s)
    }

    /// What the exchange is told.
    ///
    /// # Errors
    /// [`AddressError`] if our global title is no international number.
    pub fn settings(&self) -> Result<Settings, AddressError> {
        let trunk = |trunk: &TrunkConfig| Trunk {
            name: trunk.name.clone(),
            circuits: trunk.ranges(),
            asks_who_calls: trunk.ask_who_calls,
            returns_calls: trunk.return_calls,
        };
        let hss = |hss: &HssConfig| {
            let (_, network) = self.ss7.network(hss.network.as_deref());
            Ok(Hss {
                own_point_code: network.point_code,
                network_indicator: network.network_indicator,
                own_title: AddressString::international(hss.own_title)?,
            })
        };
        let sip = self.sip.peers(&self.interworking);
        Ok(Settings {
            numbering: self.numbering.area(),
            point_codes: self.ss7.point_codes(),
            trunks: self.trunk.iter().map(trunk).collect(),
            routes: self.routes(),
            lengths: self.lengths(),
            icscfs: self.icscf.iter().map(IcscfConfig::settings).collect(),
            icscf_penalty: Duration::from_secs(self.sip.penalty_s),
            rtp: Rtp {
                address: self.rtp.address,
                ports: self.rtp.first_port..=self.rtp.last_port,
                packet_ms: self.rtp.packet_ms,
            },
            hss: self.hss.as_ref().map(hss).transpose()?,
            ims_roaming_prefix: self
                .hss
                .as_ref()
                .map(|hss| hss.ims_roaming_prefix)
                .filter(|prefix| !prefix.is_empty()),
            overrides: self.overrides(&sip),
            policies: self.policies(&sip),
            rows: self.rows(&sip),
            sip,
            flow: self.interworking.flow(),
            early_acm: Duration::from_secs(self.interworking.early_acm_s),
        })
    }

    /// What the media gateway is told, but for an observer.
    pub(in crate::gateway) fn media(&self) -> media::Config {
        let span = |span: &SpanConfig| media::SpanConfig {
            local: span.local,
            remote: span.remote,
        };
        media::Config {
            spans: self.span.iter().map(span).collect(),
            packet_time: Duration::from_millis(self.rtp.packet_ms.into()),
            jitter_depth: Duration::from_millis(self.rtp.jitter_ms),
            joint_depth: Duration::from_millis(self.transit.jitter_ms),
            observer: None,
        }
    }

    fn routes(&self) -> Prefixes<Destination> {
        let mut routes = Prefixes::new();
        for route in &self.route {
            let destination = match route.to {
                RouteTo::Mobile => Some(Destination::Mobile),
                RouteTo::Fixed => Some(Destination::Fixed),
                RouteTo::Trunk => self.groups_of(route).map(Destination::Trunk),
            };
            if let Some(destination) = destination {
                routes.insert(&route.prefix, destination);
            }
        }
        routes
    }

    fn lengths(&self) -> Prefixes<u8> {
        let mut lengths = Prefixes::new();
        for route in &self.route {
            if let Some(digits) = route.digits {
                lengths.insert(&route.prefix, digits);
            }
        }
        lengths
    }

    /// The trunk groups of a route, unless one that it names does not exist or it names none.
    pub(super) fn groups_of(&self, route: &RouteConfig) -> Option<Arc<[GroupId]>> {
        let group = |name: &String| {
            let index = self.trunk.iter().position(|trunk| trunk.name == *name)?;
            Some(GroupId(u16::try_from(index).ok()?))
        };
        let names = route.trunk.as_ref()?.as_slice();
        let groups: Option<Arc<[GroupId]>> = names.iter().map(group).collect();
        groups.filter(|groups| !groups.is_empty())
    }
}

impl SipConfig {
    /// How sessions are kept alive, if they are.
    pub(in crate::gateway) fn session_timer(&self) -> Option<SessionTimer> {
        (self.session_s > 0).then(|| SessionTimer {
            interval: Duration::from_secs(self.session_s),
            minimum: Duration::from_secs(self.session_minimum_s),
        })
    }

    /// How the I-CSCFs are asked whether they are there, if they are.
    pub(super) fn watch(&self) -> Option<WatchConfig> {
        (self.keepalive_s > 0).then(|| WatchConfig {
            interval: Duration::from_secs(self.keepalive_s),
            answer: Duration::from_secs(self.answer_s),
            failures: self.keepalive_failures,
        })
    }
}

impl IcscfConfig {
    /// Its address, unless that is to be resolved.
    fn hop(&self) -> Option<Hop> {
        self.address.map(|address| Hop {
            transport: self.transport.unwrap_or(Transport::Udp),
            address,
        })
    }

    /// Its name, if that is to be resolved.
    fn name(&self) -> Option<sip::Name> {
        let host = self.host.clone().filter(|_| self.address.is_none())?;
        Some(sip::Name {
            host,
            port: self.port,
            transport: self.transport,
        })
    }

    fn settings(&self) -> Icscf {
        Icscf {
            name: self.name.clone(),
            address: self.hop(),
            weight: self.weight,
        }
    }
}
