//! The gateway's counts as Prometheus metrics.

use prometheus::{Histogram, HistogramOpts, IntCounterVec, IntGauge, IntGaugeVec, Registry};
use protocols::sip::PeerState;

use crate::exchange::telemetry::{Direction, Telemetry};
use crate::metrics::{self, Ss7Metrics};
use crate::point_codes::PointCodes;
use crate::sip::{Sip, Tally};
use crate::spans::SpanMetrics;

/// All metrics of a gateway.
pub(super) struct Metrics {
    registry: Registry,
    calls: IntCounterVec,
    refused: prometheus::IntCounter,
    denied: IntCounterVec,
    policies: IntGaugeVec,
    calls_up: IntGauge,
    /// What every exchange counts.
    pub(super) ss7: Ss7Metrics,
    /// What arrives on spans.
    pub(super) spans: SpanMetrics,
    rtp_ports: IntGauge,
    rtp: IntCounterVec,
    sip: IntCounterVec,
    sip_not_believed: IntCounterVec,
    sip_not_proven: IntCounterVec,
    sip_transport: IntCounterVec,
    sip_connections: IntGauge,
    sip_peers: IntGaugeVec,
    icscfs: IntGaugeVec,
    lookups: IntCounterVec,
    lookup_delay: Histogram,
    setup_delay: Histogram,
}

/// Upper bounds in seconds, for delays from a millisecond to half a minute.
const DELAYS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
];

impl Metrics {
    /// Metrics of a gateway, all zero.
    ///
    /// # Errors
    /// [`prometheus::Error`] if two metrics had the same name.
    pub(super) fn new(point_codes: PointCodes) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counters = |name, help, labels| metrics::counters(&registry, name, help, labels);
        let delays = |name: &str, help: &str| {
            let opts = HistogramOpts::new(name, help).buckets(DELAYS.to_vec());
            let histogram = Histogram::with_opts(opts)?;
            registry.register(Box::new(histogram.clone()))?;
            Ok::<_, prometheus::Error>(histogram)
        };
        let calls = counters(
            "tandem_calls_total",
            "Calls that ended, by direction and release cause (Q.850).",
            &["direction", "cause"],
        )?;
        let sip = counters(
            "tandem_sip_messages_total",
            "SIP messages, by way and method or status.",
            &["way", "message"],
        )?;
        let sip_not_believed = counters(
            "tandem_sip_fields_not_believed_total",
            "Header fields of the trust domain that peers outside of it have set.",
            &["peer"],
        )?;
        let sip_not_proven = counters(
            "tandem_sip_credentials_refused_total",
            "Requests with the wrong user or password, by peer.",
            &["peer"],
        )?;
        let sip_transport = counters(
            "tandem_sip_transport_total",
            "Connections for SIP and faults of its sockets, by what happened.",
            &["what"],
        )?;
        let sip_connections = IntGauge::new("tandem_sip_connections", "Connections for SIP now.")?;
        registry.register(Box::new(sip_connections.clone()))?;
        let sip_peers = metrics::gauges(
            &registry,
            "tandem_sip_peer_state",
            "I-CSCFs as they answer OPTIONS: 0 down, 1 probing, 2 up.",
            &["peer"],
        )?;
        let icscfs = metrics::gauges(
            &registry,
            "tandem_icscf_available",
            "Whether calls go to an I-CSCF in its turn (1), or it failed lately and comes last (0).",
            &["icscf"],
        )?;
        let lookups = counters(
            "tandem_map_lookups_total",
            "Questions to the HSS (MAP sendRoutingInfo), by outcome.",
            &["outcome"],
        )?;
        let lookup_delay = delays("tandem_map_lookup_seconds", "Delay of the HSS's answers.")?;
        let setup_delay = delays(
            "tandem_setup_delay_seconds",
            "Delay from the set-up's arrival to the first backward message.",
        )?;
        let calls_up = IntGauge::new("tandem_calls_up", "Calls that exist now.")?;
        registry.register(Box::new(calls_up.clone()))?;
        let refused =
            prometheus::IntCounter::new("tandem_calls_refused_total", "Set-ups refused at once.")?;
        registry.register(Box::new(refused.clone()))?;
        let denied = counters(
            "tandem_policy_denials_total",
            "Calls that a policy did not let through, or not where they were to go, by its rule.",
            &["rule"],
        )?;
        let policies = metrics::gauges(
            &registry,
            "tandem_policy_calls",
            "Calls that a policy counts now.",
            &["policy"],
        )?;
        let rtp_ports = IntGauge::new("tandem_rtp_ports", "RTP ports in use.")?;
        registry.register(Box::new(rtp_ports.clone()))?;
        let rtp = counters(
            "tandem_rtp_packets_total",
            "RTP packets of voice paths that have ended, by what became of them.",
            &["what"],
        )?;
        let spans = SpanMetrics::new(&registry)?;
        let ss7 = Ss7Metrics::new(&registry, point_codes)?;
        Ok(Self {
            registry,
            calls,
            refused,
            denied,
            policies,
            calls_up,
            ss7,
            spans,
            rtp_ports,
            rtp,
            sip,
            sip_not_believed,
            sip_not_proven,
            sip_transport,
            sip_connections,
            sip_peers,
            icscfs,
            lookups,
            lookup_delay,
            setup_delay,
        })
    }

    /// Counts one report of the exchange.
    pub(super) fn count(&self, telemetry: &Telemetry) {
        match telemetry {
            Telemetry::Started { .. } => self.calls_up.inc(),
            Telemetry::Located { lookup, after, .. } => {
                self.lookups.with_label_values(&[lookup.name()]).inc();
                self.lookup_delay.observe(after.as_secs_f64());
            }
            Telemetry::Proceeding { after, .. } => self.setup_delay.observe(after.as_secs_f64()),
            Telemetry::Ended(record) => {
                self.calls_up.dec();
                let direction = record.direction.map_or("none", Direction::name);
                let cause = record.cause.cause.value().to_string();
                self.calls.with_label_values(&[direction, &cause]).inc();
            }
            Telemetry::Refused { .. } => self.refused.inc(),
            Telemetry::NotBelieved { peer, fields, .. } => {
                let counter = self.sip_not_believed.with_label_values(&[peer]);
                counter.inc_by(u64::try_from(*fields).unwrap_or(u64::MAX));
            }
            Telemetry::NotProven { peer, .. } => {
                self.sip_not_proven.with_label_values(&[peer]).inc();
            }
            Telemetry::Denied { rule, .. } => self.denied.with_label_values(&[rule]).inc(),
            Telemetry::Isup(way, name) => self.ss7.message(*way, name),
            Telemetry::Alert { trunk, alert, .. } => self.ss7.alert(trunk, *alert),
            Telemetry::Sip(way, label) => {
                self.sip
                    .with_label_values(&[way.name(), &*label.text()])
                    .inc();
            }
            Telemetry::Malformed { protocol, .. } | Telemetry::MalformedAgain { protocol } => {
                self.ss7.malformed(protocol);
            }
            Telemetry::Routed { .. }
            | Telemetry::Looped { .. }
            | Telemetry::Answered { .. }
            | Telemetry::PassedOver { .. }
            | Telemetry::Queried { .. } => {}
            Telemetry::Peer { peer, state } => {
                let state = match state {
                    PeerState::Down => 0,
                    PeerState::Probing => 1,
                    PeerState::Up => 2,
                };
                self.sip_peers.with_label_values(&[peer]).set(state);
            }
        }
    }

    /// Shows the rules of policies that may refuse calls, before they do.
    pub(super) fn rules(&self, rules: impl Iterator<Item = String>) {
        for rule in rules {
            self.denied.with_label_values(&[&rule]).inc_by(0);
        }
    }

    /// Sets how many calls policies count.
    pub(super) fn policies<'a>(&self, policies: impl Iterator<Item = (&'a str, u32)>) {
        for (name, calls) in policies {
            self.policies.with_label_values(&[name]).set(calls.into());
        }
    }

    /// Sets which I-CSCFs calls go to.
    pub(super) fn icscfs<'a>(&self, icscfs: impl Iterator<Item = (&'a str, bool)>) {
        for (name, available) in icscfs {
            let gauge = self.icscfs.with_label_values(&[name]);
            gauge.set(available.into());
        }
    }

    /// Counts what went over a voice path that has ended.
    pub(super) fn rtp(&self, path: &media::Statistics) {
        for (what, packets) in [
            ("sent", path.sent),
            ("received", path.received),
            ("lost", path.lost),
            ("late", path.late),
            ("refused", path.refused),
        ] {
            self.rtp.with_label_values(&[what]).inc_by(packets);
        }
    }

    /// Sets how many RTP ports are in use.
    pub(super) fn rtp_ports(&self, count: usize) {
        self.rtp_ports.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Takes over what happened at the sockets for SIP.
    pub(super) fn sip_transport(&self, sip: &Sip) {
        for &(tally, name) in Tally::ALL {
            let counter = self.sip_transport.with_label_values(&[name]);
            counter.inc_by(sip.counters().get(tally).saturating_sub(counter.get()));
        }
        let connections = i64::try_from(sip.connections()).unwrap_or(i64::MAX);
        self.sip_connections.set(connections);
    }

    /// All metrics in Prometheus' text format.
    ///
    /// # Errors
    /// [`prometheus::Error`] if a metric cannot be written.
    pub(super) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        metrics::text(&self.registry)
    }
}
