//! A short run of every target over its seeds and what chance makes of them: enough to see that a
//! target works, and that no seed breaks it. `cargo xtask fuzz` is the long run.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use codecs::isup::Pdu;

use super::{TARGETS, seeds};

/// Variations of each seed.
const VARIATIONS: u64 = 400;

#[test]
fn every_target_has_seeds_and_every_seed_file_a_target() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| name.to_string()).collect();
    let files = std::fs::read_dir(seeds::directory()).unwrap();
    let files: BTreeSet<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(targets, files);
    for (name, _) in TARGETS {
        assert!(!seeds::of(name).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn seeds_and_variations_of_them_break_no_target() {
    let mut chance = Chance(0x7461_6e64_656d);
    for (name, target) in TARGETS {
        for seed in seeds::of(name).unwrap() {
            target(&seed);
            for _ in 0..VARIATIONS {
                target(&chance.vary(&seed));
            }
        }
    }
}

#[test]
fn seeds_of_isup_are_messages() {
    for seed in seeds::of("isup").unwrap() {
        assert!(Pdu::decode(&seed).is_ok(), "{seed:02x?}");
    }
}

/// The same numbers in every run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 8).unwrap() % limit.max(1)
    }

    /// A few octets changed, one taken out or put in, the end cut off.
    fn vary(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut octets = seed.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(octets.len() + 1);
            let octet = u8::try_from(self.below(256)).unwrap();
            match self.below(4) {
                0 if at < octets.len() => drop(octets.remove(at)),
                1 => octets.insert(at, octet),
                2 if at > 0 => octets.truncate(at),
                _ if at < octets.len() => octets[at] = octet,
                _ => {}
            }
        }
        octets
    }
}
