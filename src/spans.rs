//! What a program tells of its spans: in the log which of them nothing arrives on, or the wrong
//! sender's packets; in the metrics what arrived.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use media::Counters;
use prometheus::{IntCounterVec, Registry};
use tracing::{info, warn};

use crate::config::network::SpanConfig;
use crate::metrics;

/// How often to look at the counters of spans.
pub(crate) const LOOK: Duration = Duration::from_secs(1);
/// Silence that is worth a line.
const PATIENCE: Duration = Duration::from_secs(3);
/// Time between two lines about the packets of one stranger.
const PAUSE: Duration = Duration::from_secs(60);

/// Looks at the counters of all spans from time to time.
pub(crate) struct Watch(Vec<Span>);

struct Span {
    id: u16,
    expected: SocketAddr,
    received: u64,
    /// When packets were seen to arrive last; at first when the watch began.
    heard: Instant,
    silent: bool,
    foreign: u64,
    /// Of whose packets the log told last, and when.
    stranger: Option<(SocketAddr, Instant)>,
}

/// What is to be told of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notice {
    Silent,
    Arrives,
    Stranger(SocketAddr),
}

impl Watch {
    /// Spans in the order in which their counters come.
    pub(crate) fn new(spans: &[SpanConfig], now: Instant) -> Self {
        let span = |span: &SpanConfig| Span {
            id: span.id,
            expected: span.remote,
            received: 0,
            heard: now,
            silent: false,
            foreign: 0,
            stranger: None,
        };
        Self(spans.iter().map(span).collect())
    }

    /// Tells the log what is new.
    pub(crate) fn look(&mut self, counters: &[Counters], now: Instant) {
        for (span, counters) in self.0.iter_mut().zip(counters) {
            for notice in span.look(counters, now) {
                span.log(notice);
            }
        }
    }
}

impl Span {
    fn look(&mut self, counters: &Counters, now: Instant) -> Vec<Notice> {
        let mut notices = Vec::new();
        if counters.received > self.received {
            let first = self.received == 0;
            if std::mem::take(&mut self.silent) || first {
                notices.push(Notice::Arrives);
            }
            self.received = counters.received;
            self.heard = now;
        } else if !self.silent && now - self.heard >= PATIENCE {
            self.silent = true;
            notices.push(Notice::Silent);
        }
        if counters.foreign > self.foreign {
            self.foreign = counters.foreign;
            let told = |from| {
                let last = self.stranger.filter(|(known, _)| *known == from);
                last.is_some_and(|(_, at)| now - at < PAUSE)
            };
            if let Some(from) = counters.stranger.filter(|&from| !told(from)) {
                self.stranger = Some((from, now));
                notices.push(Notice::Stranger(from));
            }
        }
        notices
    }

    fn log(&self, notice: Notice) {
        let Self { id, expected, .. } = self;
        match notice {
            Notice::Silent => warn!("nothing arrives on span {id} (expected from {expected})"),
            Notice::Arrives => info!("packets arrive on span {id} from {expected}"),
            Notice::Stranger(from) => {
                let total = self.foreign;
                warn!(
                    total,
                    "span {id}: packets from {from}, expected {expected}: not taken"
                );
            }
        }
    }
}

/// What arrived on each span.
pub(crate) struct SpanMetrics(IntCounterVec);

impl SpanMetrics {
    /// All zero.
    ///
    /// # Errors
    /// [`prometheus::Error`] if the registry has one of this name.
    pub(crate) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let packets = metrics::counters(
            registry,
            "tandem_span_packets_total",
            "CESoPSN packets, by span and what became of them.",
            &["span", "what"],
        )?;
        Ok(Self(packets))
    }

    /// Takes over what the spans counted, in the order of the configuration.
    pub(crate) fn set(&self, spans: &[SpanConfig], counters: &[Counters]) {
        for (span, counters) in spans.iter().zip(counters) {
            let span = span.id.to_string();
            for (what, total) in [
                ("received", counters.received),
                ("lost", counters.lost),
                ("late", counters.late),
                ("foreign", counters.foreign),
                ("malformed", counters.malformed),
            ] {
                let counter = self.0.with_label_values(&[&*span, what]);
                counter.inc_by(total.saturating_sub(counter.get()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_strangers_and_the_return_of_packets_are_told_once() {
        let now = Instant::now();
        let address = |port| SocketAddr::from(([192, 0, 2, 1], port));
        let config = SpanConfig {
            id: 7,
            local: address(1),
            remote: address(2),
        };
        let mut watch = Watch::new(&[config], now);
        let mut look = |second, received, foreign, from: u16| {
            let counters = Counters {
                received,
                foreign,
                stranger: Some(address(from)),
                ..Counters::default()
            };
            watch.0[0].look(&counters, now + Duration::from_secs(second))
        };
        use Notice::{Arrives, Silent, Stranger};
        assert_eq!(look(1, 0, 1000, 3), [Stranger(address(3))]);
        assert_eq!(look(2, 0, 2000, 3), []);
        assert_eq!(look(3, 0, 3000, 3), [Silent]);
        assert_eq!(look(9, 0, 9000, 4), [Stranger(address(4))]);
        assert_eq!(look(10, 1000, 9000, 4), [Arrives]);
        assert_eq!(look(12, 1000, 9000, 4), []);
        assert_eq!(look(13, 1000, 9000, 4), [Silent]);
        assert_eq!(look(14, 2000, 9000, 4), [Arrives]);
        assert_eq!(look(15, 3000, 9000, 4), []);
        assert_eq!(look(70, 4000, 9001, 4), [Stranger(address(4))]);
    }
}
