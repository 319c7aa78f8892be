//! `[ss7.m3ua]` and `[ss7.sctp]`: timers and counts (RFC 4666 §4.3.4, RFC 9260 §16).

use std::time::Duration;

use protocols::{m3ua as machine, sctp};
use serde::Deserialize;

use crate::config::Fault;
use crate::sctp::{Backend, Paths};

/// `[ss7.m3ua]`: RFC 4666 §4.3.4, in milliseconds, seconds and counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct M3uaConfig {
    /// T(ack): how long to wait before a request is sent again.
    pub ack_ms: u64,
    /// How often a request is sent before the association is given up.
    pub attempts: u32,
    /// Time between heartbeats, which both ends send; 0 for none.
    pub beat_s: u64,
    /// T(r): how long messages are kept while traffic is interrupted.
    pub recovery_ms: u64,
    /// Time between audits of destinations that a gateway reported to be in trouble.
    pub audit_s: u64,
}

/// `[ss7.sctp]`: RFC 9260 §16, in milliseconds and counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SctpConfig {
    /// Whose SCTP to use.
    pub backend: Backend,
    /// RTO.Initial.
    pub rto_initial_ms: u64,
    /// RTO.Min.
    pub rto_min_ms: u64,
    /// RTO.Max.
    pub rto_max_ms: u64,
    /// HB.interval.
    pub heartbeat_ms: u64,
    /// Association.Max.Retrans.
    pub max_retransmissions: u32,
    /// Path.Max.Retrans, for a peer with several addresses.
    pub path_retransmissions: u32,
    /// How long an acknowledgement may wait.
    pub sack_delay_ms: u64,
    /// Max.Init.Retransmits.
    pub init_retries: u32,
    /// Streams offered in either direction: one for management, the others shared by SLS.
    pub streams: u16,
}

impl M3uaConfig {
    pub(super) fn timers(&self) -> machine::Timers {
        machine::Timers {
            ack: Duration::from_millis(self.ack_ms),
            attempts: self.attempts,
            beat: (self.beat_s > 0).then_some(Duration::from_secs(self.beat_s)),
            recovery: Duration::from_millis(self.recovery_ms),
            audit: Duration::from_secs(self.audit_s),
            ..machine::Timers::default()
        }
    }

    pub(super) fn faults(&self, faults: &mut Vec<Fault>) {
        if self.ack_ms < 10 {
            faults.push(Fault::new("ss7.m3ua.ack_ms", "expected 10 or more"));
        }
        if self.attempts == 0 {
            faults.push(Fault::new("ss7.m3ua.attempts", "expected 1 or more"));
        }
        if self.audit_s == 0 {
            faults.push(Fault::new("ss7.m3ua.audit_s", "expected 1 or more"));
        }
    }
}

impl SctpConfig {
    pub(super) fn faults(&self, faults: &mut Vec<Fault>) {
        let mut expect = |holds: bool, key: &str, message: &str| {
            if !holds {
                faults.push(Fault::new(format!("ss7.sctp.{key}"), message));
            }
        };
        expect(self.rto_min_ms >= 10, "rto_min_ms", "expected 10 or more");
        let initial = self.rto_min_ms..=self.rto_max_ms;
        let message = "expected a value from rto_min_ms to rto_max_ms";
        expect(
            initial.contains(&self.rto_initial_ms),
            "rto_initial_ms",
            message,
        );
        expect(
            self.heartbeat_ms >= 100,
            "heartbeat_ms",
            "expected 100 or more",
        );
        expect(
            self.path_retransmissions >= 1,
            "path_retransmissions",
            "expected 1 or more",
        );
        expect(
            self.sack_delay_ms <= 500,
            "sack_delay_ms",
            "expected 500 or less",
        );
        expect(self.streams >= 1, "streams", "expected 1 or more");
    }
}

impl Default for M3uaConfig {
    fn default() -> Self {
        let defaults = machine::Timers::default();
        Self {
            ack_ms: defaults.ack.as_millis() as u64,
            attempts: defaults.attempts,
            beat_s: defaults.beat.map_or(0, |beat| beat.as_secs()),
            recovery_ms: defaults.recovery.as_millis() as u64,
            audit_s: defaults.audit.as_secs(),
        }
    }
}

impl Default for SctpConfig {
    fn default() -> Self {
        let defaults = sctp::Config::default();
        let milliseconds = |time: Duration| time.as_millis() as u64;
        Self {
            backend: Backend::default(),
            rto_initial_ms: milliseconds(defaults.rto_initial),
            rto_min_ms: milliseconds(defaults.rto_min),
            rto_max_ms: milliseconds(defaults.rto_max),
            heartbeat_ms: milliseconds(defaults.heartbeat_interval),
            max_retransmissions: defaults.max_retransmissions,
            path_retransmissions: Paths::default().max_retransmissions,
            sack_delay_ms: milliseconds(defaults.sack_delay),
            init_retries: defaults.init_retries,
            streams: defaults.streams,
        }
    }
}
