//! The tones that parties speak and listen for.

use std::collections::HashMap;

use media::{Law, Tone};

use super::behaviour::Pitch;

/// Tones by what is spoken and the law it is heard in. Kept, since making one takes longer than
/// the signalling of its call.
#[derive(Default)]
pub(crate) struct Tones(HashMap<(Pitch, Law), Tone>);

impl Tones {
    /// A tone as it is heard in `law`.
    pub(crate) fn heard_in(&mut self, law: Law, pitch: Pitch) -> Tone {
        let make = || Tone::new(pitch.hertz, pitch.law).heard_in(law);
        self.0.entry((pitch, law)).or_insert_with(make).clone()
    }

    /// A tone as it is spoken in `law`.
    pub(crate) fn spoken_in(&mut self, law: Law, hertz: u16) -> Tone {
        self.heard_in(law, Pitch { hertz, law })
    }
}
