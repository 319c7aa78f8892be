//! What was heard of a conversation.

use std::fmt;
use std::time::Duration;

use media::VoiceReport;

/// Samples in a second of telephone voice (G.711).
const RATE: f64 = 8000.0;

/// The least part of a conversation that must be heard. Some is lost at its beginning and end,
/// where the path is not through yet, or the jitter buffer not empty.
const ENOUGH: f64 = 0.9;

/// What a party heard of the other's tone, of a conversation so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// What was heard.
    pub voice: VoiceReport,
    /// From answer to release, as the party that listened knows it.
    pub conversation: Duration,
}

impl Heard {
    /// Whether it was heard exactly, for nine tenths of the conversation at least.
    pub fn is_good(self) -> bool {
        let least = ENOUGH * self.conversation.as_secs_f64();
        self.voice.exact && self.seconds() >= least
    }

    fn seconds(self) -> f64 {
        // A conversation has far fewer than 2^52 samples.
        self.voice.samples as f64 / RATE
    }
}

impl fmt::Display for Heard {
    /// For people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, all) = (self.seconds(), self.conversation.as_secs_f64());
        match self.voice {
            VoiceReport { samples: 0, .. } => f.write_str("not heard"),
            VoiceReport { exact: false, .. } => {
                write!(f, "exact for {seconds:.2} of {all:.2} s only")
            }
            _ if self.is_good() => write!(f, "exact, heard {seconds:.2} of {all:.2} s"),
            _ => write!(f, "exact, but heard only {seconds:.2} of {all:.2} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_is_compared_with_the_conversation() {
        for (samples, exact, good, said) in [
            (24_000, true, true, "exact, heard 3.00 of 3.00 s"),
            (21_600, true, true, "exact, heard 2.70 of 3.00 s"),
            (21_599, true, false, "exact, but heard only 2.70 of 3.00 s"),
            (10_480, true, false, "exact, but heard only 1.31 of 3.00 s"),
            (23_000, false, false, "exact for 2.88 of 3.00 s only"),
            (0, false, false, "not heard"),
        ] {
            let heard = Heard {
                voice: VoiceReport { samples, exact },
                conversation: Duration::from_secs(3),
            };
            assert_eq!((heard.is_good(), heard.to_string().as_str()), (good, said));
        }
    }
}
