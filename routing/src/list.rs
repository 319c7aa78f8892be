//! Lists of numbers and of beginnings of numbers, of which there may be millions: eight octets an
//! entry, found by bisection.

use codecs::number::{Digits, DigitsError};

use crate::e164::{E164, E164Error};

/// Global numbers, and what others begin with.
///
/// As text it has an entry a line: `+491715407090`, or a beginning followed by `*`; the `+`, blanks,
/// hyphens and empty lines mean nothing, what follows `#` is a comment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberList {
    whole: Vec<Key>,
    beginnings: Vec<Key>,
}

/// How much of a number an entry has; the more the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// So many digits of its beginning.
    Beginning(usize),
    /// All of it.
    Whole,
}

/// Digits, left-aligned, four bits each, 1 more than the digit; so a number's order is that of its
/// text, and beginnings stand before what they begin.
type Key = u64;

const BITS: usize = 4;

fn key(digits: impl Iterator<Item = u8>) -> Key {
    let last = BITS * (E164::MAX_DIGITS - 1);
    digits
        .zip((0..=last).rev().step_by(BITS))
        .fold(0, |key, (digit, shift)| key | Key::from(digit + 1) << shift)
}

impl NumberList {
    /// Beginnings of numbers; the empty one begins every number.
    ///
    /// # Errors
    /// [`ListError`] if one of them cannot begin a number.
    pub fn of_beginnings(beginnings: &[Digits]) -> Result<Self, ListError> {
        let mut list = Self::default();
        for beginning in beginnings {
            list.beginnings.push(beginning_key(*beginning)?);
        }
        Ok(list.sorted())
    }

    /// Reads a list from its text.
    ///
    /// # Errors
    /// The number of the first line that is no entry, from 1, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (usize, ListError)> {
        let mut list = Self::default();
        for (index, line) in text.lines().enumerate() {
            let (entry, _) = line.split_once('#').unwrap_or((line, ""));
            let entry = entry.trim();
            if !entry.is_empty() {
                list.read(entry).map_err(|error| (index + 1, error))?;
            }
        }
        Ok(list.sorted())
    }

    fn read(&mut self, entry: &str) -> Result<(), ListError> {
        let digits = entry.strip_prefix('+').unwrap_or(entry);
        match digits.strip_suffix('*') {
            Some(digits) => self.beginnings.push(beginning_key(digits.parse()?)?),
            None => {
                let number = E164::new(digits.parse()?)?;
                self.whole.push(key(number.digits().signals()));
            }
        }
        Ok(())
    }

    fn sorted(mut self) -> Self {
        for keys in [&mut self.whole, &mut self.beginnings] {
            keys.sort_unstable();
            keys.dedup();
            keys.shrink_to_fit();
        }
        self
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.whole.len() + self.beginnings.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much of a number the longest entry for it has; of no number, what begins every one.
    pub fn longest(&self, number: Option<&E164>) -> Option<Match> {
        let digits = number.map_or(&Digits::EMPTY, E164::digits);
        if number.is_some() && has(&self.whole, key(digits.signals())) {
            return Some(Match::Whole);
        }
        if self.beginnings.is_empty() {
            return None;
        }
        let lengths = (0..=digits.len()).rev();
        lengths
            .into_iter()
            .find(|&length| has(&self.beginnings, key(digits.signals().take(length))))
            .map(Match::Beginning)
    }

    /// Whether an entry begins with these digits and has more of them.
    pub fn goes_on(&self, digits: &Digits) -> bool {
        if digits.len() >= E164::MAX_DIGITS {
            return false;
        }
        let own = key(digits.signals());
        let end = own | Key::MAX >> (Key::BITS as usize - BITS * (E164::MAX_DIGITS - digits.len()));
        [&self.whole, &self.beginnings].into_iter().any(|keys| {
            let next = keys.partition_point(|&key| key <= own);
            keys.get(next).is_some_and(|&key| key <= end)
        })
    }

    /// Whether both have the same entry.
    pub fn shares(&self, other: &Self) -> bool {
        let any = |keys: &[Key], others: &[Key]| keys.iter().any(|&key| has(others, key));
        any(&self.whole, &other.whole) || any(&self.beginnings, &other.beginnings)
    }
}

fn has(keys: &[Key], key: Key) -> bool {
    keys.binary_search(&key).is_ok()
}

fn beginning_key(digits: Digits) -> Result<Key, ListError> {
    if !digits.is_empty() {
        E164::new(digits)?;
    }
    Ok(key(digits.signals()))
}

/// Why a text is no entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// A character that does not belong there.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// No global number.
    #[error(transparent)]
    Number(#[from] E164Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn longest(list: &NumberList, number: &str) -> Option<Match> {
        list.longest(Some(&number.parse().unwrap()))
    }

    #[test]
    fn the_longest_entry_counts() {
        let text = "# nuisance callers\n+49 721 5550001\n\n49900* # premium\n4990012*\n";
        let list = NumberList::parse(text).unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(longest(&list, "+497215550001"), Some(Match::Whole));
        assert_eq!(longest(&list, "+4972155500011"), None);
        assert_eq!(longest(&list, "+499001"), Some(Match::Beginning(5)));
        assert_eq!(longest(&list, "+4990012"), Some(Match::Beginning(7)));
        assert_eq!(longest(&list, "+4990"), None);
        assert_eq!(list.longest(None), None);
        assert!(Match::Whole > Match::Beginning(15));
    }

    #[test]
    fn the_empty_beginning_begins_every_number_and_none() {
        let list = NumberList::of_beginnings(&[Digits::EMPTY]).unwrap();
        assert_eq!(longest(&list, "+1"), Some(Match::Beginning(0)));
        assert_eq!(list.longest(None), Some(Match::Beginning(0)));
        assert_eq!(NumberList::parse("*").unwrap(), list);
    }

    #[test]
    fn what_is_no_entry_is_named_with_its_line() {
        let error = |text: &str| NumberList::parse(text).unwrap_err();
        assert_eq!(error("491\n+49x").0, 2);
        assert_eq!(
            error("+"),
            (1, ListError::Number(E164Error::Empty)),
            "a + without digits"
        );
        let long = "1".repeat(16) + "*";
        assert_eq!(error(&long).1, ListError::Number(E164Error::TooLong(16)));
        assert_eq!(error("49A").1, ListError::Number(E164Error::NotDecimal(10)));
    }

    #[test]
    fn digits_go_on_as_long_as_an_entry_has_more_of_them() {
        let list = NumberList::parse("+491\n+49900*\n+999999999999999").unwrap();
        let goes_on = |digits: &str| list.goes_on(&digits.parse().unwrap());
        assert!(goes_on("") && goes_on("4") && goes_on("49") && goes_on("4990"));
        assert!(!goes_on("491") && !goes_on("49900") && !goes_on("5"));
        assert!(goes_on("99999999999999") && !goes_on("999999999999999"));
    }

    #[test]
    fn lists_share_what_both_have() {
        let list = |text| NumberList::parse(text).unwrap();
        assert!(list("491\n492").shares(&list("492\n493")));
        assert!(!list("491*").shares(&list("491")));
    }

    proptest! {
        #[test]
        fn a_list_finds_what_comparing_texts_finds(
            whole in proptest::collection::vec("[1-3]{1,6}", 0..12),
            beginnings in proptest::collection::vec("[1-3]{0,4}", 0..12),
            number in "[1-3]{1,7}",
        ) {
            let lines: Vec<String> = whole.iter().cloned()
                .chain(beginnings.iter().map(|beginning| format!("{beginning}*")))
                .collect();
            let list = NumberList::parse(&lines.join("\n")).unwrap();
            let begins = beginnings.iter().filter(|b| number.starts_with(*b)).map(String::len);
            let expected = match whole.contains(&number) {
                true => Some(Match::Whole),
                false => begins.max().map(Match::Beginning),
            };
            prop_assert_eq!(longest(&list, &format!("+{number}")), expected);
            let goes_on = whole.iter().chain(&beginnings)
                .any(|entry| entry.len() > number.len() && entry.starts_with(&number));
            prop_assert_eq!(list.goes_on(&number.parse().unwrap()), goes_on);
        }
    }
}
