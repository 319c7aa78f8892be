//! What the switch's staff sees and orders: metrics, circuits, what outlives the program.

use std::time::Instant;

use codecs::isup::Cic;
use media::Counters;
use prometheus::Registry;
use protocols::isup::{Alert, Answer, CircuitId, Circuits};
use tracing::{debug, warn};

use super::config::Config;
use super::run::Error;
use super::switch::Switch;
use crate::admin::{Ask, Desk, Operated, State};
use crate::alerts;
use crate::config::network::SpanConfig;
use crate::metrics::{self, Ss7Metrics};
use crate::repeats::Repeats;
use crate::spans::SpanMetrics;
use crate::ss7::Ss7;

/// The staff's side of a switch.
pub(super) struct Staff {
    desk: Desk,
    registry: Registry,
    pub(super) metrics: Ss7Metrics,
    spans: SpanMetrics,
    alerts: alerts::Log,
    /// Protocols with messages of no use.
    malformed: Repeats<&'static str>,
}

impl Staff {
    /// Blocks what was blocked when the program ended.
    ///
    /// # Errors
    /// [`Error::State`]: the state cannot be kept.
    pub(super) fn new(config: &Config, ss7: Ss7, switch: &mut Switch) -> Result<Self, Error> {
        let registry = Registry::new();
        let metrics = Ss7Metrics::new(&registry, config.ss7.point_codes())?;
        let spans = SpanMetrics::new(&registry)?;
        let state = config.state.as_ref();
        let state = state.map(|state| State::open(&state.file)).transpose()?;
        let desk = Desk::open(state, config.ss7.point_codes(), switch, Instant::now());
        Ok(Self {
            desk: desk.with_peers(ss7),
            registry,
            metrics,
            spans,
            alerts: alerts::Log::default(),
            malformed: Repeats::default(),
        })
    }

    /// Takes over what arrived on spans.
    pub(super) fn spans(&self, (spans, counters): (&[SpanConfig], Vec<Counters>)) {
        self.spans.set(spans, &counters);
    }

    /// Answers what was asked at the port.
    pub(super) fn answer(&mut self, ask: Ask, switch: &mut Switch) {
        match ask {
            // Whoever asked may be gone.
            Ask::Metrics(answer) => drop(answer.send(self.text(switch))),
            Ask::Question(question, asker) => {
                self.desk.take(&question, asker, switch, Instant::now());
            }
        }
    }

    /// Another exchange told how it sees a circuit.
    pub(super) fn answered(&mut self, trunk: &str, cic: Cic, answer: Answer) {
        alerts::log_answer(trunk, cic, answer);
        self.desk.answered(trunk, cic, answer);
    }

    /// A message could not be read, or not used.
    pub(super) fn malformed(&mut self, protocol: &'static str, from: &str, reason: &str) {
        self.metrics.malformed(protocol);
        match self.malformed.due(protocol, Instant::now()) {
            Some(omitted) => warn!(protocol, from, reason, omitted, "message of no use"),
            None => debug!(protocol, from, reason, "message of no use"),
        }
    }

    /// The circuits have an alert.
    pub(super) fn alerted(&mut self, trunk: &str, cic: Cic, alert: Alert) {
        self.alerts.take(trunk, cic, alert, Instant::now());
        self.metrics.alert(trunk, alert);
        self.desk.alerted(trunk, cic, alert);
    }

    fn text(&self, switch: &Switch) -> Result<Vec<u8>, prometheus::Error> {
        self.metrics.circuits(switch.circuits());
        metrics::text(&self.registry)
    }
}

impl Operated for Switch {
    fn circuits(&self) -> &Circuits {
        self.circuits()
    }

    fn operate(&mut self, order: &mut dyn FnMut(&mut Circuits), now: Instant) {
        self.operate(order, now);
    }

    fn call_on(&self, circuit: CircuitId) -> Option<u64> {
        self.call_on(circuit).map(|call| call.0)
    }
}
