//! The voices of calls: an RTP terminal for each.

use std::collections::HashMap;
use std::net::SocketAddr;

use media::{RtpTerminal, RtpTerminalConfig, VoiceReport};

use super::call::Voice;
use crate::party::{CallId, Tones};
use crate::tap::Tap;

/// Which call of which terminal.
pub(super) type Speaker = (usize, CallId);

/// All voices.
pub(super) struct Voices {
    tap: Tap,
    speaking: HashMap<Speaker, Speaking>,
    tones: Tones,
}

struct Speaking {
    terminal: RtpTerminal,
    remote: SocketAddr,
    listens: bool,
}

impl Voices {
    pub(super) fn new(tap: Tap) -> Self {
        Self {
            tap,
            speaking: HashMap::new(),
            tones: Tones::default(),
        }
    }

    /// Begins to speak and to listen, or goes on with another party.
    pub(super) fn connect(&mut self, speaker: Speaker, voice: &Voice) {
        if let Some(speaking) = self.speaking.get_mut(&speaker) {
            if speaking.remote != voice.remote {
                speaking.remote = voice.remote;
                speaking.terminal.connect(voice.remote);
            }
            return;
        }
        let law = voice.payload.law;
        let config = RtpTerminalConfig {
            local: voice.local,
            payload: voice.payload,
            say: voice.says.map(|hertz| self.tones.spoken_in(law, hertz)),
            hear: voice.expects.map(|pitch| self.tones.heard_in(law, pitch)),
            observer: self.tap.voice(),
        };
        match RtpTerminal::start(config) {
            Ok(terminal) => {
                terminal.connect(voice.remote);
                let speaking = Speaking {
                    terminal,
                    remote: voice.remote,
                    listens: voice.expects.is_some(),
                };
                self.speaking.insert(speaker, speaking);
            }
            Err(error) => tracing::error!("RTP port {} cannot be used: {error}", voice.local),
        }
    }

    /// Falls silent; what was heard, if somebody listened.
    pub(super) fn disconnect(&mut self, speaker: Speaker) -> Option<VoiceReport> {
        let speaking = self.speaking.remove(&speaker)?;
        let report = speaking.terminal.stop();
        speaking.listens.then_some(report)
    }
}
