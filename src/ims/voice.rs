//! The voices of calls: an RTP terminal for each.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use media::{Direction, Law, Observer, RtpTerminal, RtpTerminalConfig, Tone, VoiceReport};

use super::call::{CallId, Voice};
use crate::pstn::Pitch;
use crate::tap::{Seen, Tap, Transport};

/// Which call of which terminal.
pub(super) type Speaker = (usize, CallId);

/// All voices.
pub(super) struct Voices {
    tap: Tap,
    speaking: HashMap<Speaker, Speaking>,
    /// Kept, since making one takes longer than the signalling of its call.
    tones: HashMap<(Pitch, Law), Tone>,
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
            tones: HashMap::new(),
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
        let says = voice.says.map(|hertz| Pitch { hertz, law });
        let config = RtpTerminalConfig {
            local: voice.local,
            payload: voice.payload,
            say: says.map(|pitch| self.tone(pitch, law)),
            hear: voice.expects.map(|pitch| self.tone(pitch, law)),
            observer: Some(observer(self.tap.clone())),
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
            Err(error) => tracing::error!(local = %voice.local, %error, "no RTP port"),
        }
    }

    /// Falls silent; what was heard, if somebody listened.
    pub(super) fn disconnect(&mut self, speaker: Speaker) -> Option<VoiceReport> {
        let speaking = self.speaking.remove(&speaker)?;
        let report = speaking.terminal.stop();
        speaking.listens.then_some(report)
    }

    /// A tone as it is heard in `law`.
    fn tone(&mut self, pitch: Pitch, law: Law) -> Tone {
        let make = || Tone::new(pitch.hertz, pitch.law).heard_in(law);
        self.tones.entry((pitch, law)).or_insert_with(make).clone()
    }
}

fn observer(tap: Tap) -> Observer {
    Arc::new(move |direction, _, from, to, payload| {
        let seen = match direction {
            Direction::Sent => Seen::Sent,
            Direction::Received => Seen::Received,
        };
        tap.packet(Transport::Udp, seen, from, to, payload);
    })
}
