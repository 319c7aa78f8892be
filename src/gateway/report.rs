//! What the exchange reports becomes log lines, one span a call, and metrics.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocols::sip::PeerState;
use tracing::{Span, debug, info, info_span, warn};

use super::metrics::Metrics;
use crate::alerts;
use crate::exchange::telemetry::{CallNumber, CallRecord, Direction, Lookup, Telemetry, Way};
use crate::repeats::Repeats;

/// Takes the reports of an exchange.
pub(super) struct Reporter {
    metrics: Arc<Metrics>,
    spans: HashMap<CallNumber, Span>,
    alerts: alerts::Log,
    /// Protocols with messages of no use.
    malformed: Repeats<&'static str>,
    /// Peers that say what is not theirs to say.
    not_believed: Repeats<String>,
    /// Peers that have the wrong password.
    not_proven: Repeats<String>,
}

impl Reporter {
    /// A reporter that counts in `metrics`.
    pub(super) fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            spans: HashMap::new(),
            alerts: alerts::Log::default(),
            malformed: Repeats::default(),
            not_believed: Repeats::default(),
            not_proven: Repeats::default(),
        }
    }

    /// Takes one report.
    pub(super) fn take(&mut self, telemetry: Telemetry) {
        self.metrics.count(&telemetry);
        match telemetry {
            Telemetry::Started {
                call,
                from,
                called,
                calling,
            } => {
                let span = info_span!("call", number = call.0, %called);
                let calling = calling
                    .number
                    .map_or_else(|| "unknown".into(), |n| n.to_string());
                span.in_scope(|| info!(%from, %calling, "call comes in"));
                self.spans.insert(call, span);
            }
            Telemetry::Located {
                call,
                lookup,
                after,
            } => self.in_call(call, || {
                let after_ms = milliseconds(after);
                match lookup {
                    Lookup::Icscf(host) => info!(%host, %after_ms, "HSS: I-CSCF"),
                    Lookup::RoamingNumber(number) => {
                        info!(%number, %after_ms, "HSS: roaming number");
                    }
                    Lookup::Forwarded(number) => info!(%number, %after_ms, "HSS: forwarded to"),
                    Lookup::Failed(reason) => {
                        warn!(%reason, %after_ms, "HSS: no routing information")
                    }
                }
            }),
            Telemetry::Routed { call, to } => self.in_call(call, || info!(%to, "call goes out")),
            Telemetry::Denied { call, rule, reason } => self.in_call(call, || {
                info!(%rule, %reason, "a policy does not let the call through");
            }),
            Telemetry::Looped { call } => self.in_call(call, || {
                warn!("its route leads only back to the exchange it comes from (return_calls)");
            }),
            Telemetry::Proceeding { call, after } => self.in_call(call, || {
                info!(after_ms = %milliseconds(after), "call proceeds");
            }),
            Telemetry::Answered { call, after } => self.in_call(call, || {
                info!(after_ms = %milliseconds(after), "answered");
            }),
            Telemetry::Ended(record) => self.ended(&record),
            Telemetry::Refused { from, reason } => warn!(%from, %reason, "call refused"),
            Telemetry::NotBelieved { peer, field, .. } => {
                if let Some(omitted) = self.not_believed.due(peer.clone(), Instant::now()) {
                    warn!(peer, field, omitted, "not trusted with what it says");
                }
            }
            Telemetry::NotProven { peer, from } => {
                if let Some(omitted) = self.not_proven.due(peer.clone(), Instant::now()) {
                    warn!(peer, %from, omitted, "wrong user or password (sip.peer.challenge)");
                }
            }
            Telemetry::Isup(Way::Received, message) => debug!(message, "ISUP received"),
            Telemetry::Isup(Way::Sent, message) => debug!(message, "ISUP sent"),
            Telemetry::Sip(Way::Received, message) => debug!(%message, "SIP received"),
            Telemetry::Sip(Way::Sent, message) => debug!(%message, "SIP sent"),
            Telemetry::Malformed { protocol, reason } => {
                match self.malformed.due(protocol, Instant::now()) {
                    Some(omitted) => warn!(protocol, %reason, omitted, "message of no use"),
                    None => debug!(protocol, %reason, "message of no use"),
                }
            }
            Telemetry::MalformedAgain { protocol } => debug!(protocol, "message of no use again"),
            Telemetry::PassedOver {
                icscf,
                status,
                pause,
            } => {
                let pause = pause.as_secs();
                let what =
                    status.map_or("does not answer".into(), |it| format!("refuses with {it}"));
                warn!("{icscf} {what}, passed over for {pause} s");
            }
            Telemetry::Peer { peer, state } => log_peer(&peer, state),
            Telemetry::Queried { trunk, cic, answer } => alerts::log_answer(&trunk, cic, answer),
            Telemetry::Alert { trunk, cic, alert } => {
                self.alerts.take(&trunk, cic, alert, Instant::now());
            }
        }
    }

    fn in_call(&self, call: CallNumber, log: impl FnOnce()) {
        match self.spans.get(&call) {
            Some(span) => span.in_scope(log),
            None => log(),
        }
    }

    fn ended(&mut self, record: &CallRecord) {
        let span = self.spans.remove(&record.call).unwrap_or_else(Span::none);
        span.in_scope(|| {
            let sip = record.sip.as_ref();
            let silent = &record.silent;
            let no_answer = || format!("no answer from {}", silent.join(", "));
            let said = sip.map(|end| format!("{} {}", end.way.name(), end.message));
            let said = said.or_else(|| (!silent.is_empty()).then(no_answer));
            let reason = sip.and_then(|end| end.reason.as_deref());
            info!(
                direction = record.direction.map_or("none", Direction::name),
                cause = record.cause.cause.value(),
                location = record.cause.location.name(),
                sip = said,
                reason,
                answered = record.answered.is_some(),
                duration_ms = %milliseconds(record.duration),
                "call released: {}",
                record.cause.cause.name(),
            );
        });
    }
}

/// An I-CSCF that does not answer, or answers again, is worth a line.
fn log_peer(peer: &str, state: PeerState) {
    match state {
        PeerState::Up => info!(peer, "I-CSCF answers"),
        PeerState::Probing => debug!(peer, "I-CSCF has not answered"),
        PeerState::Down => warn!(peer, "I-CSCF is down: it does not answer OPTIONS"),
    }
}

/// A delay as the log shows it.
fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1000.0)
}
