//! Rules that rewrite numbers as messages have them: by nature of address and prefix, digits are
//! stripped and added, nature and plan set (the fields are those of `Q.763 §3.9`).

use codecs::number::{Digits, NatureOfAddress, NumberingPlan};

/// A number as a message has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// The plan that they are of.
    pub plan: NumberingPlan,
    /// The digits.
    pub digits: Digits,
}

/// For which numbers a rule is, and what becomes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// Only numbers of this nature; none: of any.
    pub nature: Option<NatureOfAddress>,
    /// Only numbers that begin so.
    pub prefix: Digits,
    /// How many digits are taken off the front.
    pub strip: usize,
    /// What is put in front of the rest.
    pub add: Digits,
    /// What nature the number has then; none: the one it had.
    pub set_nature: Option<NatureOfAddress>,
    /// What plan it is of then; none: the one it was of.
    pub set_plan: Option<NumberingPlan>,
}

impl Rewrite {
    /// The number that a rule makes of `number`; none if the rule is not for it, or it would be
    /// longer than [`Digits::MAX`].
    pub fn apply(&self, number: &Written) -> Option<Written> {
        let Written {
            nature,
            plan,
            digits,
        } = *number;
        let is_of_nature = self.nature.is_none_or(|wanted| wanted == nature);
        let has_digits = digits.starts_with(&self.prefix) && digits.len() >= self.strip;
        if !(is_of_nature && has_digits) {
            return None;
        }
        Some(Written {
            nature: self.set_nature.unwrap_or(nature),
            plan: self.set_plan.unwrap_or(plan),
            digits: self.add.join(&digits.skip(self.strip)).ok()?,
        })
    }

    /// Whether it takes every number that `later` is for, so that this one is never asked.
    pub fn covers(&self, later: &Self) -> bool {
        let nature = self.nature.is_none() || self.nature == later.nature;
        let long_enough = later.prefix.len().max(later.strip) >= self.strip;
        nature && long_enough && later.prefix.starts_with(&self.prefix)
    }

    /// Whether further digits may bring a number of this nature under the rule.
    pub fn awaits(&self, nature: NatureOfAddress, digits: &Digits) -> bool {
        let is_of_nature = self.nature.is_none_or(|wanted| wanted == nature);
        is_of_nature && self.prefix.len() > digits.len() && self.prefix.starts_with(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(nature: Option<NatureOfAddress>, prefix: &str, strip: usize, add: &str) -> Rewrite {
        Rewrite {
            nature,
            prefix: prefix.parse().unwrap(),
            strip,
            add: add.parse().unwrap(),
            set_nature: None,
            set_plan: None,
        }
    }

    fn national(digits: &str) -> Written {
        Written {
            nature: NatureOfAddress::NATIONAL,
            plan: NumberingPlan::E164,
            digits: digits.parse().unwrap(),
        }
    }

    #[test]
    fn digits_are_stripped_and_added() {
        let rule = rule(None, "01033", 5, "49");
        let got = rule.apply(&national("01033721")).unwrap();
        assert_eq!(got, national("49721"));
        assert_eq!(rule.apply(&national("0103")), None);
        assert_eq!(rule.apply(&national("0104721")), None);
    }

    #[test]
    fn nature_and_plan_are_set() {
        let rule = Rewrite {
            set_nature: Some(NatureOfAddress::INTERNATIONAL),
            set_plan: Some(NumberingPlan::PRIVATE),
            ..rule(Some(NatureOfAddress::NATIONAL), "", 0, "49")
        };
        let international = Written {
            nature: NatureOfAddress::INTERNATIONAL,
            plan: NumberingPlan::PRIVATE,
            digits: "49721".parse().unwrap(),
        };
        assert_eq!(rule.apply(&national("721")), Some(international));
        assert_eq!(rule.apply(&international), None);
    }

    #[test]
    fn a_number_that_would_be_too_long_is_left_as_it_is() {
        let rule = rule(None, "", 0, "1");
        assert_eq!(rule.apply(&national(&"1".repeat(Digits::MAX))), None);
    }

    #[test]
    fn a_number_with_fewer_digits_than_are_stripped_is_left_as_it_is() {
        assert_eq!(rule(None, "", 3, "").apply(&national("12")), None);
    }

    #[test]
    fn a_rule_covers_those_it_takes_all_numbers_of() {
        let national = Some(NatureOfAddress::NATIONAL);
        let international = Some(NatureOfAddress::INTERNATIONAL);
        for (first, later, covers) in [
            (rule(None, "49", 0, ""), rule(national, "497", 0, ""), true),
            (rule(None, "", 0, ""), rule(None, "", 0, ""), true),
            (rule(national, "49", 0, ""), rule(None, "49", 0, ""), false),
            (
                rule(national, "", 0, ""),
                rule(international, "", 0, ""),
                false,
            ),
            (rule(None, "497", 0, ""), rule(None, "49", 0, ""), false),
            (rule(None, "", 3, ""), rule(None, "49", 0, ""), false),
            (rule(None, "", 3, ""), rule(None, "497", 0, ""), true),
        ] {
            assert_eq!(first.covers(&later), covers, "{first:?} {later:?}");
        }
    }

    #[test]
    fn digits_may_still_come_under_a_rule() {
        let rule = rule(Some(NatureOfAddress::NATIONAL), "72", 0, "");
        let awaits = |nature, digits: &str| rule.awaits(nature, &digits.parse().unwrap());
        assert!(awaits(NatureOfAddress::NATIONAL, "7"));
        assert!(!awaits(NatureOfAddress::NATIONAL, "72"));
        assert!(!awaits(NatureOfAddress::NATIONAL, "8"));
        assert!(!awaits(NatureOfAddress::INTERNATIONAL, "7"));
    }
}
