//! Deterministic tones: a listener can tell which octet of a tone it hears.

use std::sync::Arc;

use codecs::g711::Law;

/// Samples between two changes of the loudness mark.
const MARK: u32 = 8;
/// Marks before they repeat: a maximal-length sequence of 13 bits.
const MARKS: u32 = 8191;

/// Octets until a tone repeats, a little over eight seconds.
pub(crate) const PERIOD: u32 = MARK * MARKS;

/// A tone whose loudness is keyed by a sequence of marks, so that any stretch of 128 octets
/// occurs once before it repeats, after eight seconds. All arithmetic is on integers: the octets are the same everywhere.
#[derive(Debug, Clone)]
pub struct Tone {
    law: Law,
    octets: Arc<[u8]>,
}

impl Tone {
    /// A tone of `hertz` (300 to 3400 to be heard as one) encoded in `law`.
    pub fn new(hertz: u16, law: Law) -> Self {
        let step = (u64::from(hertz) << 32) / 8000;
        let mut marks = 1u16;
        let mut octets = Vec::with_capacity(PERIOD as usize);
        for position in 0..PERIOD {
            if position % MARK == 0 {
                marks = next_mark(marks);
            }
            let phase = (step.wrapping_mul(u64::from(position)) >> 16) as u16;
            let sample = sine(phase) >> (1 + (marks & 1));
            octets.push(law.encode(sample));
        }
        Self {
            law,
            octets: octets.into(),
        }
    }

    /// The law it is encoded in.
    pub fn law(&self) -> Law {
        self.law
    }

    /// The same tone as it is heard where a network converts it into `law` (`G.711 §3.4`).
    pub fn heard_in(&self, law: Law) -> Self {
        let mut octets = self.octets.to_vec();
        self.law.convert_all(law, &mut octets);
        Self {
            law,
            octets: octets.into(),
        }
    }

    /// The octet at `position`, counted on through the repetitions.
    pub fn octet(&self, position: u64) -> u8 {
        self.octets[(position % u64::from(PERIOD)) as usize]
    }

    /// Fills `out` from `position` on.
    pub fn fill(&self, position: u64, out: &mut [u8]) {
        for (octet, position) in out.iter_mut().zip(position..) {
            *octet = self.octet(position);
        }
    }
}

/// A linear feedback shift register over x¹³ + x⁴ + x³ + x + 1, which is primitive.
fn next_mark(state: u16) -> u16 {
    let feedback = (state ^ (state >> 1) ^ (state >> 3) ^ (state >> 4)) & 1;
    (state >> 1) | (feedback << 12)
}

/// Bhaskara's approximation of the sine, good to 0.2 % of full scale.
fn sine(phase: u16) -> i16 {
    const HALF: i64 = 1 << 15;
    let x = i64::from(phase) % HALF;
    let product = x * (HALF - x);
    let value = 4 * product * i64::from(i16::MAX) / (5 * HALF * HALF / 4 - product);
    let value = value as i16;
    if i64::from(phase) < HALF {
        value
    } else {
        -value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn any_128_octets_occur_once_in_a_period_even_after_conversion() {
        for tone in [
            Tone::new(440, Law::A),
            Tone::new(440, Law::A).heard_in(Law::Mu),
            Tone::new(1000, Law::Mu).heard_in(Law::A),
            Tone::new(2000, Law::A),
        ] {
            let twice = [&tone.octets[..], &tone.octets[..]].concat();
            let windows: HashSet<&[u8]> = (0..PERIOD as usize)
                .map(|at| &twice[at..at + 128])
                .collect();
            assert_eq!(windows.len(), PERIOD as usize);
        }
    }

    #[test]
    fn two_tones_have_no_stretch_in_common() {
        let (one, other) = (Tone::new(440, Law::A), Tone::new(620, Law::A));
        let windows: HashSet<&[u8]> = one.octets.windows(128).collect();
        assert!(
            other
                .octets
                .windows(128)
                .all(|window| !windows.contains(window))
        );
    }

    #[test]
    fn it_is_near_a_sine_of_its_frequency() {
        let tone = Tone::new(1000, Law::A);
        for position in 0..80u32 {
            let ideal = (f64::from(position) * std::f64::consts::TAU / 8.0).sin();
            let sample = f64::from(Law::A.decode(tone.octet(position.into()))) / 32768.0;
            let loudness = if sample.abs() > 0.3 { 0.5 } else { 0.25 };
            assert!(
                (sample - ideal * loudness).abs() < 0.02,
                "{position}: {sample} {ideal}"
            );
        }
    }

    #[test]
    fn it_repeats_without_a_seam_in_its_octets() {
        let tone = Tone::new(440, Law::A);
        let mut octets = [0; 4];
        tone.fill(u64::from(PERIOD) - 2, &mut octets);
        assert_eq!(octets[2..], [tone.octet(0), tone.octet(1)]);
    }
}
