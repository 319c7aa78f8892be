//! The spans of the switch and the tones on their timeslots.

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::SocketAddr;

use media::{Counters, Law, SpanTerminal, Timeslot, VoiceReport};

use protocols::isup;
use tokio::sync::mpsc;

use super::call::Voice;
use crate::config::network::SpanConfig;
use crate::continuity;
use crate::party::Tones;
use crate::tap::Tap;

/// A span that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("span[{index}].local {local}: {source}")]
pub struct SpanError {
    index: usize,
    local: SocketAddr,
    source: io::Error,
}

/// All spans.
#[derive(Default)]
pub(super) struct Spans {
    terminals: HashMap<u16, SpanTerminal>,
    configs: Vec<SpanConfig>,
    tones: Tones,
    listening: HashSet<Timeslot>,
}

impl Spans {
    /// Opens the ports; every timeslot is idle.
    pub(super) fn open(configs: &[SpanConfig], tap: &Tap) -> Result<Self, SpanError> {
        let mut spans = Self {
            configs: configs.to_vec(),
            ..Self::default()
        };
        for (index, &SpanConfig { id, local, remote }) in configs.iter().enumerate() {
            let terminal =
                SpanTerminal::start(local, remote, tap.voice()).map_err(|source| SpanError {
                    index,
                    local,
                    source,
                })?;
            spans.terminals.insert(id, terminal);
        }
        Ok(spans)
    }

    /// The spans, and what has arrived on each.
    pub(super) fn counters(&self) -> (&[SpanConfig], Vec<Counters>) {
        let terminals = self.configs.iter().map(|span| self.terminals.get(&span.id));
        let counters = terminals.map(|terminal| terminal.map(SpanTerminal::counters));
        (
            &self.configs,
            counters.map(Option::unwrap_or_default).collect(),
        )
    }

    /// Begins to speak and to listen.
    pub(super) fn connect(&mut self, voice: Voice) {
        let Timeslot { span, slot } = voice.timeslot;
        let say = voice.says.map(|hertz| self.tones.spoken_in(Law::A, hertz));
        let hear = voice
            .expects
            .map(|pitch| self.tones.heard_in(Law::A, pitch));
        if hear.is_some() {
            self.listening.insert(voice.timeslot);
        }
        let terminal = self.terminals.get(&span);
        if terminal.is_none_or(|terminal| terminal.open(slot, say, hear).is_err()) {
            tracing::error!(span, slot, "no such timeslot");
        }
    }

    /// Begins or ends a continuity check.
    pub(super) fn check(&self, Timeslot { span, slot }: Timeslot, action: isup::Continuity) {
        let terminal = self.terminals.get(&span);
        let action = continuity::action(action);
        if terminal.is_none_or(|terminal| terminal.check(slot, action).is_err()) {
            tracing::error!(span, slot, "no such timeslot");
        }
    }

    /// Where what checks hear arrives: the timeslot, and whether the tone is there.
    pub(super) fn listen(&self) -> mpsc::UnboundedReceiver<(Timeslot, bool)> {
        let (sender, heard) = mpsc::unbounded_channel();
        for (&span, terminal) in &self.terminals {
            let sender = sender.clone();
            terminal.listen(move |slot, heard| {
                // The receiver is gone when the program stops; nobody needs to know then.
                let _ = sender.send((Timeslot { span, slot }, heard));
            });
        }
        heard
    }

    /// Falls silent; what was heard, if somebody listened.
    pub(super) fn disconnect(&mut self, timeslot: Timeslot) -> Option<VoiceReport> {
        let report = self.terminals.get(&timeslot.span)?.close(timeslot.slot);
        self.listening.remove(&timeslot).then_some(report)
    }
}
