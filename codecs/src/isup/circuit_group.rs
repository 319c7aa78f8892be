//! Groups of circuits: range, status, kind of supervision (`Q.763 §3.13`, `§3.43`).

use serde::Serialize;

use super::Contents;
use super::indicators::single_values;
use super::wire::Field;
use crate::code_point::code_points;

/// Range and status (`Q.763 §3.43`): circuits first..=first+range, one status bit each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RangeAndStatus {
    /// Circuits after the first.
    pub range: u8,
    /// Status bits, first circuit in the least significant bit of the first octet. A sender fills
    /// `range / 8 + 1` octets; a receiver finds what came.
    pub status: Contents<32>,
}

impl RangeAndStatus {
    /// The circuits `0..=range` counted from the first, with the status bit `set` gives for each.
    pub fn new(range: u8, mut set: impl FnMut(u8) -> bool) -> Self {
        let mut octets = [0u8; 32];
        for circuit in 0..=range {
            octets[usize::from(circuit / 8)] |= u8::from(set(circuit)) << (circuit % 8);
        }
        let used = &octets[..=usize::from(range / 8)];
        Self {
            range,
            status: Contents::new(used).unwrap_or_default(),
        }
    }

    /// The status bit of circuit `first + offset`; clear where the status does not reach.
    pub fn is_set(&self, offset: u8) -> bool {
        let octet = self.status.get(usize::from(offset / 8));
        octet.is_some_and(|octet| octet >> (offset % 8) & 1 == 1)
    }
}

impl Field for RangeAndStatus {
    const NAME: &'static str = "range and status";
    const CLAUSE: &'static str = "Q.763 §3.43";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&range, status) = contents.split_first()?;
        let status = &status[..status.len().min(32)];
        Some(Self {
            range,
            status: Contents::new(status).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.range);
        self.status.write(out);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        contents.len() == 1 + self.status.len()
    }
}

/// A range without status (`Q.763 §3.43`).
pub(super) struct Range(pub(super) u8);

impl Field for Range {
    const NAME: &'static str = RangeAndStatus::NAME;
    const CLAUSE: &'static str = RangeAndStatus::CLAUSE;

    fn read(contents: &[u8]) -> Option<Self> {
        contents.first().map(|&range| Self(range))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        contents.len() == 1
    }
}

code_points! {
    /// Circuit group supervision message type (`Q.763 §3.13`): what becomes of calls in progress.
    Supervision: 2 bits, "spare" {
        MAINTENANCE = 0, "maintenance oriented";
        HARDWARE_FAILURE = 1, "hardware failure oriented";
    }
}

single_values! {
    Supervision, "circuit group supervision message type", "Q.763 §3.13";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_bits_are_those_of_the_circuits() {
        let group = RangeAndStatus::new(8, |circuit| circuit == 0 || circuit == 8);
        assert_eq!(group.status[..], [1, 1]);
        let set: Vec<u8> = (0..=255).filter(|&circuit| group.is_set(circuit)).collect();
        assert_eq!(set, [0, 8]);
        assert_eq!(RangeAndStatus::new(255, |_| true).status[..], [0xFF; 32]);
    }
}
