//! The continuity check of a timeslot: tone, tone receiver, loop (`Q.724 §7`).
//!
//! 2000 Hz is a quarter of the sampling rate, so the tone repeats after four octets: a millisecond
//! that is lost or doubled on the way does not disturb it.

use codecs::cesopsn::FRAMES;

use crate::command::Statistics;
use crate::connection::SPAN_LAW;
use crate::joint::Queue;

/// −12 dBm0 where a sine of full scale has 3.14 dBm0: the peak is at 5734 of 32768, and the samples
/// lie 45° on either side of it.
const SAMPLE: i16 = 4055;

/// −20.5 dBm0: between the weakest tone to be heard (−18) and the strongest to be ignored (−22), and
/// allowing for what a tone 30 Hz off loses in [`BLOCK`].
const WEAKEST: i64 = 2155;

/// Octets that are judged together, 10 ms.
const BLOCK: i64 = 80;

/// Blocks with the tone until it is heard, without it until it is not: 40 ms (30 to 60 are allowed)
/// and 20 ms.
const HEARD: u8 = 4;
const GONE: u8 = 2;

/// What a timeslot is doing for a check.
#[derive(Debug)]
pub(crate) enum Check {
    /// The tone goes out, and is listened for.
    Tone(Receiver),
    /// What comes in goes out.
    LoopBack(Queue),
}

impl Check {
    pub(crate) fn tone() -> Self {
        Self::Tone(Receiver::default())
    }

    pub(crate) fn loop_back() -> Self {
        Self::LoopBack(Queue::new(1))
    }

    /// Takes a millisecond of the timeslot; says when the tone begins or ends to be heard.
    pub(crate) fn timeslot_said(&mut self, octets: [u8; FRAMES]) -> Option<bool> {
        match self {
            Self::Tone(receiver) => octets.iter().filter_map(|&it| receiver.take(it)).last(),
            Self::LoopBack(queue) => {
                // Nobody counts what a loop loses: the other end's receiver does.
                queue.push(octets, &mut Statistics::default());
                None
            }
        }
    }

    /// The next millisecond for the timeslot.
    pub(crate) fn timeslot_hears(&mut self) -> [u8; FRAMES] {
        match self {
            Self::Tone(_) => check_tone(),
            Self::LoopBack(queue) => queue.pull(&mut Statistics::default()),
        }
    }
}

/// A millisecond of the tone: two whole periods.
fn check_tone() -> [u8; FRAMES] {
    let octet = |position: usize| match position % 4 {
        0 | 1 => SPAN_LAW.encode(SAMPLE),
        _ => SPAN_LAW.encode(-SAMPLE),
    };
    std::array::from_fn(octet)
}

/// Tells the check tone from everything else: a block counts when it is loud enough and at least
/// half of its power lies near 2000 Hz.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    /// Samples of the block so far.
    count: i64,
    /// Their correlation with 2000 Hz, in phase and in quadrature, and their energy.
    in_phase: i64,
    quadrature: i64,
    energy: i64,
    /// Blocks in a row that speak against what is known.
    contrary: u8,
    heard: bool,
}

impl Receiver {
    fn take(&mut self, octet: u8) -> Option<bool> {
        let sample = i64::from(SPAN_LAW.decode(octet));
        match self.count % 4 {
            0 => self.in_phase += sample,
            1 => self.quadrature += sample,
            2 => self.in_phase -= sample,
            _ => self.quadrature -= sample,
        }
        self.energy += sample * sample;
        self.count += 1;
        (self.count == BLOCK).then(|| self.judge()).flatten()
    }

    fn judge(&mut self) -> Option<bool> {
        // Of a sine with peak A this is (A · BLOCK)², and its energy A² · BLOCK / 2.
        let tone = 4 * (self.in_phase.pow(2) + self.quadrature.pow(2));
        let loud = tone >= (WEAKEST * BLOCK).pow(2);
        let pure = tone >= self.energy * BLOCK;
        let (heard, contrary) = (self.heard, self.contrary);
        *self = Self {
            heard,
            ..Self::default()
        };
        if (loud && pure) == heard {
            return None;
        }
        self.contrary = contrary + 1;
        if self.contrary < if heard { GONE } else { HEARD } {
            return None;
        }
        self.contrary = 0;
        self.heard = !heard;
        Some(self.heard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peak and level of a sine of full scale in A-law (`G.711 table 1a`).
    const FULL_SCALE: f64 = 32768.0;
    #[allow(clippy::approx_constant)] // it is not π
    const FULL_SCALE_DBM0: f64 = 3.14;

    fn sine(hertz: f64, dbm0: f64) -> impl Iterator<Item = u8> {
        let peak = FULL_SCALE * 10f64.powf((dbm0 - FULL_SCALE_DBM0) / 20.0);
        (0..).map(move |position| {
            let phase = f64::from(position) * hertz / 8000.0 * std::f64::consts::TAU;
            SPAN_LAW.encode((peak * phase.sin()) as i16)
        })
    }

    /// What the receiver says, and after how many milliseconds.
    fn judge(octets: impl IntoIterator<Item = u8>) -> Vec<(usize, bool)> {
        let mut receiver = Receiver::default();
        let said = octets.into_iter().enumerate();
        said.filter_map(|(at, octet)| Some((at / 8, receiver.take(octet)?)))
            .collect()
    }

    fn hears(hertz: f64, dbm0: f64) -> bool {
        !judge(sine(hertz, dbm0).take(8000)).is_empty()
    }

    #[test]
    fn the_tone_has_the_frequency_and_level_it_should_have() {
        let tone: Vec<u8> = std::iter::repeat_with(check_tone)
            .take(20)
            .flatten()
            .collect();
        let samples = tone.iter().map(|&octet| f64::from(SPAN_LAW.decode(octet)));
        let power = samples.map(|sample| sample * sample).sum::<f64>() / tone.len() as f64;
        let dbm0 = 10.0 * (power * 2.0 / FULL_SCALE.powi(2)).log10() + FULL_SCALE_DBM0;
        assert!((dbm0 + 12.0).abs() < 0.3, "{dbm0}");
        assert!(hears(2000.0, dbm0));
    }

    /// Q.724 §7.4: 2000 ± 30 Hz at −18 to −6 dBm0, between 30 and 60 ms.
    #[test]
    fn it_hears_what_it_should() {
        for hertz in [1970.0, 1980.0, 2000.0, 2013.0, 2030.0] {
            for dbm0 in [-18.0, -12.0, -6.0] {
                let heard = judge(sine(hertz, dbm0).take(8000));
                assert_eq!(heard, [(39, true)], "{hertz} Hz {dbm0} dBm0");
            }
        }
    }

    /// Q.724 §7.4: outside 2000 ± 200 Hz, or −22 dBm0 and less.
    #[test]
    fn it_does_not_hear_what_it_should_not() {
        for hertz in [300.0, 440.0, 1000.0, 1700.0, 1800.0, 2200.0, 2260.0, 3400.0] {
            for dbm0 in [-12.0, 0.0] {
                assert!(!hears(hertz, dbm0), "{hertz} Hz {dbm0} dBm0");
            }
        }
        assert!(!hears(2000.0, -22.0));
        assert!(judge(vec![SPAN_LAW.silence(); 8000]).is_empty());
    }

    /// Bursts of a conversation are shorter.
    #[test]
    fn it_does_not_hear_a_burst() {
        let silence = || std::iter::repeat_n(SPAN_LAW.silence(), 160);
        let burst = sine(2000.0, -12.0).take(240);
        assert!(judge(silence().chain(burst).chain(silence())).is_empty());
    }

    #[test]
    fn it_says_when_the_tone_is_gone() {
        let silence = std::iter::repeat_n(SPAN_LAW.silence(), 800);
        let heard = judge(sine(2000.0, -12.0).take(800).chain(silence));
        assert_eq!(heard, [(39, true), (119, false)]);
    }

    #[test]
    fn a_loop_gives_back_what_it_takes() {
        let (mut tone, mut looped) = (Check::tone(), Check::loop_back());
        let round = |_| {
            looped.timeslot_said(tone.timeslot_hears());
            tone.timeslot_said(looped.timeslot_hears())
        };
        let heard: Vec<bool> = (0..100).filter_map(round).collect();
        assert_eq!(heard, [true]);
    }
}
