//! Compares voice that arrives with the tone that was sent, octet by octet.

use crate::tone::{PERIOD, Tone};

/// Octets that must agree before a stream is taken for the tone: see [`Tone`].
const WINDOW: usize = 128;

/// What was heard of a tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoiceReport {
    /// Samples that arrived as they were sent, up to the first that did not.
    pub samples: u64,
    /// Nothing but silence, then the tone without a gap, an insertion or a changed octet, then
    /// perhaps silence. False if the tone was never heard.
    pub exact: bool,
}

/// Looks for a tone in a stream of octets and follows it.
#[derive(Debug)]
pub struct ExactComparer {
    tone: Tone,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The tone has not begun. `heard` are the octets since silence ended; `noise` tells that
    /// some of them were neither silence nor the tone.
    Before { heard: Vec<u8>, noise: bool },
    /// Following the tone. `silent` if it has stopped: either that is its end or this is a gap.
    Within {
        position: u64,
        samples: u64,
        silent: bool,
        exact: bool,
    },
}

impl ExactComparer {
    /// Listens for `tone` as it ought to arrive: see [`Tone::heard_in`].
    pub fn new(tone: Tone) -> Self {
        Self {
            tone,
            state: State::Before {
                heard: Vec::new(),
                noise: false,
            },
        }
    }

    /// Takes the next octets of the stream.
    pub fn push(&mut self, octets: &[u8]) {
        for &octet in octets {
            self.take(octet);
        }
    }

    /// What was heard until now.
    pub fn report(&self) -> VoiceReport {
        match self.state {
            State::Before { .. } => VoiceReport::default(),
            State::Within { samples, exact, .. } => VoiceReport { samples, exact },
        }
    }

    fn take(&mut self, octet: u8) {
        match &mut self.state {
            State::Before { heard, .. } if heard.is_empty() && is_silence(octet) => {}
            State::Before { heard, noise } => {
                heard.push(octet);
                if heard.len() == WINDOW {
                    if let Some(at) = find(&self.tone, heard) {
                        let (samples, exact) = (WINDOW as u64, !*noise);
                        let position = at + samples;
                        self.state = State::Within {
                            position,
                            samples,
                            silent: false,
                            exact,
                        };
                    } else {
                        *noise = true;
                        heard.clear();
                    }
                }
            }
            State::Within { exact: false, .. } => {}
            State::Within {
                position,
                samples,
                silent,
                exact,
            } => {
                if !*silent && octet == self.tone.octet(*position) {
                    *position += 1;
                    *samples += 1;
                } else if is_silence(octet) {
                    *silent = true;
                } else {
                    *exact = false;
                }
            }
        }
    }
}

/// Where in the tone the octets stand.
fn find(tone: &Tone, octets: &[u8]) -> Option<u64> {
    let stands_at = |at: &u64| {
        (*at..)
            .zip(octets)
            .all(|(at, &octet)| tone.octet(at) == octet)
    };
    (0..u64::from(PERIOD)).find(stands_at)
}

/// Silence as an idle timeslot, either law, a conversion of it or the alarm signal has it.
fn is_silence(octet: u8) -> bool {
    matches!(octet, 0xD5 | 0x55 | 0xFF | 0x7F | 0xFE | 0x7E)
}

#[cfg(test)]
mod tests {
    use super::*;
    use codecs::g711::Law;

    fn tone(from: u64, length: usize) -> Vec<u8> {
        let mut octets = vec![0; length];
        Tone::new(440, Law::A).fill(from, &mut octets);
        octets
    }

    fn hear(parts: &[&[u8]]) -> VoiceReport {
        let mut comparer = ExactComparer::new(Tone::new(440, Law::A));
        for part in parts {
            comparer.push(part);
        }
        comparer.report()
    }

    #[test]
    fn a_tone_between_silences_is_exact_wherever_it_begins() {
        for from in [0, 1, 777, 65_500] {
            let report = hear(&[&[0xD5; 333], &tone(from, 4000), &[0xD5; 100]]);
            assert!(report.exact);
            assert!((3990..=4000).contains(&report.samples), "{report:?}");
        }
    }

    #[test]
    fn one_changed_octet_is_found() {
        let mut heard = tone(0, 4000);
        heard[2000] ^= 0x01;
        let report = hear(&[&heard]);
        assert!(!report.exact);
        assert!((1990..=2000).contains(&report.samples), "{report:?}");
    }

    #[test]
    fn a_gap_a_slip_and_a_repetition_are_found() {
        let (before, after) = (tone(0, 1000), tone(1000, 1000));
        assert!(hear(&[&before, &after]).exact);
        assert!(
            !hear(&[&before, &[0xD5; 160], &after]).exact,
            "inserted silence"
        );
        assert!(
            !hear(&[&before, &[0xD5; 160], &after[160..]]).exact,
            "filled loss"
        );
        assert!(!hear(&[&before, &after[1..]]).exact, "lost octet");
        assert!(
            !hear(&[&before, &before[999..], &after]).exact,
            "repeated octet"
        );
    }

    #[test]
    fn noise_before_the_tone_and_the_wrong_tone_are_not_exact() {
        assert!(!hear(&[&[0xD5; 100], &[1; 5], &tone(0, 1000)]).exact);
        let mut wrong = vec![0; 1000];
        Tone::new(620, Law::A).fill(0, &mut wrong);
        assert_eq!(hear(&[&wrong]), VoiceReport::default());
        assert_eq!(hear(&[&[0xD5; 1000]]), VoiceReport::default());
    }
}
