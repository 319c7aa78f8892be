//! Maps for keys that are made here, so that nobody outside can choose them to collide.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from numbers of our own: slots, serials, random tokens, keyed hashes. A key that a peer
/// may choose must not be put in.
pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;

/// One multiplication a number.
#[derive(Debug, Default, Clone, Copy)]
pub struct QuickHasher(u64);

/// An odd number whose bits look random: 2⁶⁴ divided by the golden ratio.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for QuickHasher {
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(29) ^ number).wrapping_mul(FACTOR);
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u8(byte);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    /// The product's high bits are the mixed ones; a table looks at both ends.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::hash::{BuildHasher, Hash};

    fn distinct<T: Hash>(keys: impl Iterator<Item = T>, bits: u64) -> usize {
        let state = BuildHasherDefault::<QuickHasher>::default();
        let hashes = keys.map(|key| state.hash_one(key) & bits);
        hashes.collect::<HashSet<_>>().len()
    }

    #[test]
    fn numbers_that_follow_each_other_spread_over_both_ends_of_the_hash() {
        // Of 4096 balls in 65536 boxes about 124 meet another one.
        for bits in [0xFFFF, 0xFFFF << 48] {
            assert!(distinct(0u32..4096, bits) > 3800);
            assert!(distinct((0usize..4096).map(|n| (n % 64, n / 64)), bits) > 3800);
            assert!(distinct((0u64..4096).map(|n| n << 24), bits) > 3800);
        }
        assert_eq!(distinct(0u64..100_000, u64::MAX), 100_000);
    }
}
