//! What every exchange counts of its SS7 side and of messages it cannot read, as Prometheus metrics.

use codecs::mtp::SignallingPoint;
use prometheus::{Encoder, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};
use protocols::isup::{Alert, Circuits, GroupId};

use crate::alerts;
use crate::exchange::telemetry::Way;
use crate::point_codes::PointCodes;
use crate::ss7;

/// Circuits, messages, alerts and destinations.
pub(crate) struct Ss7Metrics {
    circuits: IntGaugeVec,
    messages: IntCounterVec,
    alerts: IntCounterVec,
    destinations: IntGaugeVec,
    congestion: IntGaugeVec,
    m3ua: IntCounterVec,
    mismatches: IntCounterVec,
    servers: IntGaugeVec,
    processes: IntGaugeVec,
    /// How the labels are written.
    point_codes: PointCodes,
    refused: IntGaugeVec,
    discarded: IntCounterVec,
    malformed: IntCounterVec,
}

impl Ss7Metrics {
    /// All zero.
    ///
    /// # Errors
    /// [`prometheus::Error`] if the registry has one of them already.
    pub(crate) fn new(
        registry: &Registry,
        point_codes: PointCodes,
    ) -> Result<Self, prometheus::Error> {
        Ok(Self {
            circuits: gauges(
                registry,
                "tandem_circuits",
                "Circuits, by trunk group and state.",
                &["trunk", "state"],
            )?,
            messages: counters(
                registry,
                "tandem_isup_messages_total",
                "ISUP messages, by way and message.",
                &["way", "message"],
            )?,
            alerts: counters(
                registry,
                "tandem_alerts_total",
                "Alerts of circuits for maintenance staff, by trunk group and kind.",
                &["trunk", "alert"],
            )?,
            destinations: gauges(
                registry,
                "tandem_ss7_destination_available",
                "Whether a point code can be reached (1) or not (0).",
                &["point_code"],
            )?,
            congestion: gauges(
                registry,
                "tandem_ss7_destination_congestion",
                "Congestion level towards a point code, as the network said last: 0 none, 3 most.",
                &["point_code"],
            )?,
            m3ua: counters(
                registry,
                "tandem_m3ua_total",
                "Messages, associations and faults of the M3UA layer, by what they were.",
                &["what"],
            )?,
            mismatches: counters(
                registry,
                "tandem_m3ua_mismatches_total",
                "Messages that showed a peer to be set up differently, by peer and setting.",
                &["peer", "setting"],
            )?,
            servers: gauges(
                registry,
                "tandem_m3ua_application_server_state",
                "Application servers: 0 down, 1 inactive, 2 pending, 3 active.",
                &["server"],
            )?,
            processes: gauges(
                registry,
                "tandem_m3ua_process_state",
                "Application server processes, by peer: 0 down, 1 inactive, 2 active.",
                &["peer"],
            )?,
            point_codes,
            refused: gauges(
                registry,
                "tandem_trunk_refused_percent",
                "Share of new calls that congestion or overload keeps from a trunk group.",
                &["trunk"],
            )?,
            discarded: counters(
                registry,
                "tandem_isup_discarded_total",
                "ISUP messages beyond isup.outside_calls_per_second and within_call_per_second, by trunk group to the exchange.",
                &["trunk"],
            )?,
            malformed: counters(
                registry,
                "tandem_malformed_messages_total",
                "Messages that could not be read or used, by protocol.",
                &["protocol"],
            )?,
        })
    }

    /// Sets how many circuits of each trunk group are in which state, and how its calls fare.
    pub(crate) fn circuits(&self, circuits: &Circuits) {
        for id in (0..).map(GroupId) {
            let (Some(group), Some(counts)) = (circuits.group(id), circuits.counts(id)) else {
                return;
            };
            for (state, count) in counts.by_name() {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                let gauge = self.circuits.with_label_values(&[&*group.name, state]);
                gauge.set(count);
            }
            let Some(reach) = circuits.reach(id) else {
                return;
            };
            let gauge = self.refused.with_label_values(&[&group.name]);
            gauge.set(reach.refused.into());
            let discarded = self.discarded.with_label_values(&[&group.name]);
            discarded.inc_by(reach.discarded.saturating_sub(discarded.get()));
        }
    }

    /// Takes over what the service counted, and how its peers are.
    pub(crate) fn m3ua(&self, counters: &ss7::Counters) {
        for (what, total) in counters.totals() {
            let counter = self.m3ua.with_label_values(&[what]);
            counter.inc_by(total.saturating_sub(counter.get()));
        }
        for (peer, setting, total) in counters.mismatches() {
            let counter = self.mismatches.with_label_values(&[peer, setting]);
            counter.inc_by(total.saturating_sub(counter.get()));
        }
        for (server, state) in counters.servers() {
            let gauge = self.servers.with_label_values(&[server]);
            gauge.set(state.into());
        }
        for (peer, state) in counters.processes() {
            let gauge = self.processes.with_label_values(&[peer]);
            gauge.set(state.into());
        }
    }

    /// Counts a message.
    pub(crate) fn message(&self, way: Way, name: &str) {
        self.messages.with_label_values(&[way.name(), name]).inc();
    }

    /// Counts a message that could not be read or used.
    pub(crate) fn malformed(&self, protocol: &str) {
        self.malformed.with_label_values(&[protocol]).inc();
    }

    /// Counts an alert.
    pub(crate) fn alert(&self, trunk: &str, alert: Alert) {
        let alert = alerts::name(alert);
        self.alerts.with_label_values(&[trunk, &alert]).inc();
    }

    /// Sets whether a point code can be reached.
    pub(crate) fn destination(&self, point: SignallingPoint, available: bool) {
        let point_code = self.point_codes.write(point).to_string();
        let gauge = self.destinations.with_label_values(&[&point_code]);
        gauge.set(available.into());
    }

    /// Sets how congested the way to a point code is.
    pub(crate) fn congestion(&self, point: SignallingPoint, level: u8) {
        let point_code = self.point_codes.write(point).to_string();
        let gauge = self.congestion.with_label_values(&[&point_code]);
        gauge.set(level.into());
    }
}

/// New counters with labels.
///
/// # Errors
/// [`prometheus::Error`] if the registry has some of this name.
pub(crate) fn counters(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
) -> Result<IntCounterVec, prometheus::Error> {
    let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
    registry.register(Box::new(counters.clone()))?;
    Ok(counters)
}

/// New gauges with labels.
///
/// # Errors
/// [`prometheus::Error`] if the registry has some of this name.
pub(crate) fn gauges(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
) -> Result<IntGaugeVec, prometheus::Error> {
    let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
    registry.register(Box::new(gauges.clone()))?;
    Ok(gauges)
}

/// All metrics in Prometheus' text format.
///
/// # Errors
/// [`prometheus::Error`] if a metric cannot be written.
pub(crate) fn text(registry: &Registry) -> Result<Vec<u8>, prometheus::Error> {
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text)?;
    Ok(text)
}
