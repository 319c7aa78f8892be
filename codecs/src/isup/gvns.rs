//! Forward GVNS: numbers of the global virtual network service (`Q.763 §3.66`).

use serde::Serialize;

use super::call_indicators::{bit, bits, flag};
use super::wire::Field;
use crate::code_point::{Bits, OutOfRange};
use crate::number::{Digits, NatureOfAddress, NumberingPlan};

/// Digits of a part of a forward GVNS, at most [`GvnsDigits::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct GvnsDigits(Digits);

impl GvnsDigits {
    /// The most digits: the length of a part is counted with four bits.
    pub const MAX: u8 = 28;

    /// The digits.
    pub fn digits(&self) -> &Digits {
        &self.0
    }

    /// The octets they take.
    fn octets(&self) -> u8 {
        u8::try_from(self.0.len().div_ceil(2)).unwrap_or(Self::MAX / 2)
    }

    /// The odd/even indicator.
    fn odd(&self) -> u8 {
        flag(self.0.len() % 2 == 1, 7)
    }

    fn from_packed(signals: &[u8], odd: bool) -> Option<Self> {
        Digits::from_packed(signals, odd)?.try_into().ok()
    }
}

impl TryFrom<Digits> for GvnsDigits {
    type Error = OutOfRange;

    fn try_from(digits: Digits) -> Result<Self, OutOfRange> {
        let count = u32::try_from(digits.len()).unwrap_or(u32::MAX);
        OutOfRange::check(count, u32::from(Self::MAX)).map(|_| Self(digits))
    }
}

/// Terminating network routing number (`Q.763 §3.66.3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct TerminatingRoutingNumber {
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// The digits.
    pub digits: GvnsDigits,
}

/// Forward GVNS (`Q.763 §3.66`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ForwardGvns {
    /// Originating participating service provider.
    pub service_provider: GvnsDigits,
    /// GVNS user group.
    pub user_group: GvnsDigits,
    /// Where the call terminates.
    pub terminating: Option<TerminatingRoutingNumber>,
}

impl Field for ForwardGvns {
    const NAME: &'static str = "forward GVNS";
    const CLAUSE: &'static str = "Q.763 §3.66";

    fn read(contents: &[u8]) -> Option<Self> {
        let (service_provider, rest) = read_digits(contents)?;
        let (user_group, rest) = read_digits(rest)?;
        let (first, rest, _) = read_part(rest)?;
        let terminating = match rest.split_first() {
            None => None,
            Some((&second, signals)) => Some(TerminatingRoutingNumber {
                plan: NumberingPlan::from_octet(first, 4),
                nature: NatureOfAddress::from_octet(second, 0),
                digits: GvnsDigits::from_packed(signals, bit(first, 7))?,
            }),
        };
        Some(Self {
            service_provider,
            user_group,
            terminating,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        for part in [&self.service_provider, &self.user_group] {
            out.push(part.odd() | part.octets());
            out.extend_from_slice(part.0.packed());
        }
        let Some(number) = &self.terminating else {
            return out.push(0);
        };
        let length = number.digits.octets() + 1;
        let first = number.digits.odd() | number.plan.in_octet(4) | length;
        out.extend_from_slice(&[first, number.nature.in_octet(0)]);
        out.extend_from_slice(number.digits.0.packed());
    }
}

fn read_digits(octets: &[u8]) -> Option<(GvnsDigits, &[u8])> {
    let (first, part, rest) = read_part(octets)?;
    Some((GvnsDigits::from_packed(part, bit(first, 7))?, rest))
}

/// The first octet of a part, the octets it counts, and what follows.
fn read_part(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&first, rest) = octets.split_first()?;
    let (part, rest) = rest.split_at_checked(usize::from(bits(first, 0, 4)))?;
    Some((first, part, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_digits_than_a_part_counts_are_refused() {
        let digits = |count| "1".repeat(count).parse::<Digits>().unwrap();
        assert!(GvnsDigits::try_from(digits(28)).is_ok());
        assert!(GvnsDigits::try_from(digits(29)).is_err());
    }
}
