//! How far a call may still go: the hop counter of ISUP and Max-Forwards of SIP
//! (`TS 29.163 §7.2.3.1.2.12`, `§7.2.3.2.2.9`).

use codecs::isup::HopCounter;

use super::table::{Direction, Heading, Table};

/// The factor where none is configured: 70, the Max-Forwards of RFC 3261 §8.1.1.6, stays within the
/// 31 of a hop counter.
pub const FACTOR: u8 = 3;

/// The hop counter for a Max-Forwards: its integer quotient by the factor, at most 31.
pub fn counter(max_forwards: u8, factor: u8) -> HopCounter {
    let quotient = max_forwards.checked_div(factor).unwrap_or(max_forwards);
    HopCounter::try_from(quotient.min(31)).unwrap_or_default()
}

/// The Max-Forwards for a hop counter: its product with the factor, at most 255.
pub fn max_forwards(counter: HopCounter, factor: u8) -> u8 {
    counter.value().saturating_mul(factor)
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = |direction, clause| Heading {
        subject: "hops",
        title: "hop counter and Max-Forwards",
        clause,
        direction,
    };
    let to_sip = heading(Direction::ToSip, "TS 29.163 §7.2.3.2.2.9");
    let to_isup = heading(Direction::ToIsup, "TS 29.163 §7.2.3.1.2.12");
    let product = ["n", "n x factor"].map(str::to_owned);
    let quotient = ["m", "integer part of m / factor, at most 31"].map(str::to_owned);
    vec![
        Table::new(to_sip, ["hop counter", "Max-Forwards"], [product]),
        Table::new(to_isup, ["Max-Forwards", "hop counter"], [quotient]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_goes_to_and_fro_has_fewer_hops_each_time() {
        assert_eq!(counter(70, 3).value(), 23);
        assert_eq!(max_forwards(counter(70, 3), 3), 69);
        assert_eq!(counter(255, 3).value(), 31);
        assert_eq!(counter(2, 3).value(), 0);
        for hops in 0..=u8::MAX {
            for factor in 1..10 {
                assert!(max_forwards(counter(hops, factor), factor) <= hops);
            }
        }
    }
}
