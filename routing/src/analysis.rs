//! Number analysis: what ISUP or a dialled string says (nature of address, plan, digits) to a
//! global number, and back (`TS 29.163 §7.2.3.1.2.1`, `§7.2.3.2.2.1`).

use codecs::number::{Digits, NatureOfAddress, NumberingPlan};

use crate::e164::{E164, E164Error};

/// Where the gateway stands in the world's numbering: what a number lacks is completed from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberingArea {
    /// Home country code, such as 49.
    pub country_code: Digits,
    /// Home area code without the trunk prefix, such as 721, where subscriber numbers are dialled.
    pub area_code: Option<Digits>,
    /// What is dialled before an international number, such as 00.
    pub international_prefix: Digits,
    /// What is dialled before a national number, such as 0.
    pub national_prefix: Digits,
}

impl NumberingArea {
    /// The global number that `digits` of this nature and plan mean here. A final ST is dropped.
    ///
    /// # Errors
    /// [`AnalysisError`] for a plan other than E.164, a nature that names no subscriber, a
    /// subscriber number where no area code is configured, and numbers that E.164 does not allow.
    pub fn globalise(
        &self,
        nature: NatureOfAddress,
        plan: NumberingPlan,
        digits: &Digits,
    ) -> Result<E164, AnalysisError> {
        if plan != NumberingPlan::E164 {
            return Err(AnalysisError::Plan(plan.value()));
        }
        let (digits, _) = digits.without_st();
        if digits.is_empty() {
            return Err(AnalysisError::Incomplete);
        }
        match nature {
            NatureOfAddress::INTERNATIONAL => Ok(E164::new(digits)?),
            NatureOfAddress::NATIONAL => self.national(&digits),
            NatureOfAddress::SUBSCRIBER => self.subscriber(&digits),
            NatureOfAddress::UNKNOWN => self.dialled(&digits),
            other => Err(AnalysisError::Nature(other.value())),
        }
    }

    /// The global number that was dialled here as `digits`: with international prefix, with
    /// national prefix, or within the area.
    ///
    /// # Errors
    /// As [`NumberingArea::globalise`].
    pub fn dialled(&self, digits: &Digits) -> Result<E164, AnalysisError> {
        let has = |prefix: &Digits| !prefix.is_empty() && digits.starts_with(prefix);
        if has(&self.international_prefix) {
            Ok(E164::new(digits.skip(self.international_prefix.len()))?)
        } else if has(&self.national_prefix) {
            self.national(&digits.skip(self.national_prefix.len()))
        } else {
            self.subscriber(digits)
        }
    }

    /// How a global number is written in ISUP here: national where the country is ours,
    /// international otherwise.
    pub fn localise(&self, number: &E164) -> (NatureOfAddress, Digits) {
        let digits = number.digits();
        if digits.starts_with(&self.country_code) {
            (
                NatureOfAddress::NATIONAL,
                digits.skip(self.country_code.len()),
            )
        } else {
            (NatureOfAddress::INTERNATIONAL, *digits)
        }
    }

    fn national(&self, digits: &Digits) -> Result<E164, AnalysisError> {
        if digits.is_empty() {
            return Err(AnalysisError::Incomplete);
        }
        Ok(E164::new(
            self.country_code.join(digits).map_err(E164Error::from)?,
        )?)
    }

    fn subscriber(&self, digits: &Digits) -> Result<E164, AnalysisError> {
        let area = self.area_code.as_ref().ok_or(AnalysisError::NoAreaCode)?;
        self.national(&area.join(digits).map_err(E164Error::from)?)
    }
}

/// Why a number means nobody here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// A numbering plan other than E.164.
    #[error("numbering plan {0} is not E.164 (Q.763 §3.9 d)")]
    Plan(u8),
    /// A nature of address that cannot be completed to a global number.
    #[error("nature of address {0} names no subscriber here (Q.763 §3.9 b)")]
    Nature(u8),
    /// A subscriber number, and no home area code is configured.
    #[error("a subscriber number needs a home area code")]
    NoAreaCode,
    /// No digits, or nothing after a prefix.
    #[error("the number is incomplete")]
    Incomplete,
    /// Digits that E.164 does not allow.
    #[error(transparent)]
    Number(#[from] E164Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn karlsruhe() -> NumberingArea {
        let digits = |text: &str| text.parse::<Digits>().unwrap();
        NumberingArea {
            country_code: digits("49"),
            area_code: Some(digits("721")),
            international_prefix: digits("00"),
            national_prefix: digits("0"),
        }
    }

    fn globalise(nature: NatureOfAddress, digits: &str) -> Result<String, AnalysisError> {
        karlsruhe()
            .globalise(nature, NumberingPlan::E164, &digits.parse().unwrap())
            .map(|number| number.to_string())
    }

    #[test]
    fn every_nature_of_address_leads_to_the_same_subscriber() {
        let expected = Ok("+497219578290".to_string());
        assert_eq!(
            globalise(NatureOfAddress::INTERNATIONAL, "497219578290"),
            expected
        );
        assert_eq!(globalise(NatureOfAddress::NATIONAL, "7219578290"), expected);
        assert_eq!(
            globalise(NatureOfAddress::NATIONAL, "7219578290F"),
            expected
        );
        assert_eq!(globalise(NatureOfAddress::SUBSCRIBER, "9578290"), expected);
        assert_eq!(
            globalise(NatureOfAddress::UNKNOWN, "00497219578290"),
            expected
        );
        assert_eq!(globalise(NatureOfAddress::UNKNOWN, "07219578290"), expected);
        assert_eq!(globalise(NatureOfAddress::UNKNOWN, "9578290"), expected);
    }

    #[test]
    fn what_names_nobody_is_refused_with_its_reason() {
        use AnalysisError::*;
        assert_eq!(globalise(NatureOfAddress::NATIONAL, ""), Err(Incomplete));
        assert_eq!(globalise(NatureOfAddress::UNKNOWN, "0"), Err(Incomplete));
        assert_eq!(globalise(116.try_into().unwrap(), "123"), Err(Nature(116)));
        assert_eq!(
            globalise(NatureOfAddress::INTERNATIONAL, "1B"),
            Err(Number(E164Error::NotDecimal(11)))
        );
        let private = karlsruhe().globalise(
            NatureOfAddress::NATIONAL,
            NumberingPlan::PRIVATE,
            &"1".parse().unwrap(),
        );
        assert_eq!(private, Err(Plan(5)));
        let nowhere = NumberingArea {
            area_code: None,
            ..karlsruhe()
        };
        assert_eq!(
            nowhere.dialled(&"9578290".parse().unwrap()),
            Err(NoAreaCode)
        );
    }

    proptest! {
        #[test]
        fn localise_is_undone_by_globalise(text in "\\+[1-9][0-9]{5,14}") {
            let number: E164 = text.parse().unwrap();
            let (nature, digits) = karlsruhe().localise(&number);
            prop_assert_eq!(karlsruhe().globalise(nature, NumberingPlan::E164, &digits), Ok(number));
        }
    }
}
