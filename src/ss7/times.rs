//! `[ss7.m3ua]` and `[ss7.sctp]`: timers and counts (RFC 4666 §4.3.4, RFC 9260 §16).

use std::ops::RangeInclusive;
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
        faults.extend(outside("m3ua.ack_ms", self.ack_ms, 10..=60_000));
        if self.attempts == 0 {
            faults.push(Fault::new("ss7.m3ua.attempts", "expected 1 or more"));
        }
        faults.extend(outside("m3ua.beat_s", self.beat_s, 0..=3600));
        faults.extend(outside("m3ua.recovery_ms", self.recovery_ms, 0..=600_000));
        faults.extend(outside("m3ua.audit_s", self.audit_s, 1..=3600));
    }
}

/// What is said of a value that lies outside of its range.
fn outside(key: &str, value: u64, range: RangeInclusive<u64>) -> Option<Fault> {
    let (least, most) = (range.start(), range.end());
    let message = || format!("{value}, expected {least} to {most}");
    (!range.contains(&value)).then(|| Fault::new(format!("ss7.{key}"), message()))
}

impl SctpConfig {
    pub(super) fn faults(&self, faults: &mut Vec<Fault>) {
        faults.extend(outside("sctp.rto_min_ms", self.rto_min_ms, 10..=600_000));
        faults.extend(outside("sctp.rto_max_ms", self.rto_max_ms, 10..=600_000));
        let heartbeat = 100..=3_600_000;
        faults.extend(outside("sctp.heartbeat_ms", self.heartbeat_ms, heartbeat));
        let mut expect = |holds: bool, key: &str, message: &str| {
            if !holds {
                faults.push(Fault::new(format!("ss7.sctp.{key}"), message));
            }
        };
        let initial = self.rto_min_ms..=self.rto_max_ms;
        let message = "expected a value from rto_min_ms to rto_max_ms";
        expect(
            initial.contains(&self.rto_initial_ms),
            "rto_initial_ms",
            message,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// TOML has integers that no clock can be moved by.
    #[test]
    fn times_that_never_come_are_faults() {
        let mut faults = Vec::new();
        M3uaConfig {
            ack_ms: u64::MAX,
            attempts: 5,
            beat_s: u64::MAX,
            recovery_ms: u64::MAX,
            audit_s: u64::MAX,
        }
        .faults(&mut faults);
        let sctp = SctpConfig {
            rto_max_ms: u64::MAX,
            heartbeat_ms: u64::MAX,
            ..SctpConfig::default()
        };
        sctp.faults(&mut faults);
        let keys: Vec<_> = faults.iter().map(|fault| &*fault.key).collect();
        let expected = [
            "ss7.m3ua.ack_ms",
            "ss7.m3ua.beat_s",
            "ss7.m3ua.recovery_ms",
            "ss7.m3ua.audit_s",
            "ss7.sctp.rto_max_ms",
            "ss7.sctp.heartbeat_ms",
        ];
        assert_eq!(keys, expected);
        assert!(faults[1].message.ends_with("expected 0 to 3600"));
    }
}
