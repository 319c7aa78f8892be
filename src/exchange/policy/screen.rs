//! Rules that let calls through or refuse them by the numbers of their parties.

use std::fmt;
use std::sync::Arc;

use codecs::isup::{Cause, Presentation};
use routing::{E164, Match, NumberList};

use super::{Denial, ListId};
use crate::exchange::leg::LineIdentity;

/// A rule for some called or calling numbers. Of the rules of a policy about the same number the one
/// with the longest entry decides, of equally long ones the first; a number that is in none passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Its name, that of its policy before it.
    pub name: Arc<str>,
    /// For which calls it is.
    pub subject: Subject,
    /// What becomes of them.
    pub verdict: Verdict,
}

/// For which calls a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Those for numbers of a list.
    Called(ListId),
    /// Those from numbers of a list. Of a caller without number an entry of no digits decides.
    Calling(ListId),
    /// Those of callers who cannot be seen.
    Callers(Callers),
}

/// Callers who cannot be seen by the called party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Callers {
    /// They do not want to be (presentation restricted).
    Withheld,
    /// Nobody knows their number.
    Unknown,
}

impl Callers {
    fn include(self, line: &LineIdentity) -> bool {
        match self {
            Self::Withheld => line.presentation == Presentation::RESTRICTED,
            Self::Unknown => line.number.is_none(),
        }
    }

    /// What refused calls of theirs are told: the rejection of anonymous calls, or that of any
    /// (RFC 5079 §4 and cause 24 of Q.850, `TS 29.163 table 8`).
    pub fn refusal(self) -> Verdict {
        match self {
            Self::Withheld => Verdict::Refuse {
                cause: Cause::REJECTED_BY_FEATURE,
                status: 433,
            },
            Self::Unknown => Verdict::REFUSE,
        }
    }
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is let through.
    Allow,
    /// It is refused.
    Refuse {
        /// What ISUP is told.
        cause: Cause,
        /// What SIP is told.
        status: u16,
    },
}

impl Verdict {
    /// Cause 21 of Q.850, and that the request was understood but is not fulfilled (RFC 3261 §21.4.4).
    pub const REFUSE: Self = Self::Refuse {
        cause: Cause::CALL_REJECTED,
        status: 403,
    };
}

/// Who calls whom.
#[derive(Debug, Clone, Copy)]
pub(in crate::exchange) struct Parties<'a> {
    pub(in crate::exchange) called: &'a E164,
    pub(in crate::exchange) calling: &'a LineIdentity,
}

/// Whether the rules of a policy let a call through.
///
/// # Errors
/// [`Denial`] of the rule that does not.
pub(super) fn pass(
    screens: &[Screen],
    lists: &[Arc<NumberList>],
    parties: Parties<'_>,
) -> Result<(), Denial> {
    let Parties { called, calling } = parties;
    for screen in screens {
        if let Subject::Callers(callers) = screen.subject
            && callers.include(calling)
        {
            screen.judge(&"the caller cannot be seen")?;
        }
    }
    let called_in = decisive(screens, |subject| match subject {
        Subject::Called(list) => lists.get(list.0)?.longest(Some(called)),
        _ => None,
    });
    if let Some(screen) = called_in {
        screen.judge(&format_args!("called {called}"))?;
    }
    let caller = calling.number.as_ref();
    let calling_in = decisive(screens, |subject| match subject {
        Subject::Calling(list) => lists.get(list.0)?.longest(caller),
        _ => None,
    });
    match (calling_in, caller) {
        (Some(screen), Some(caller)) => screen.judge(&format_args!("calling {caller}")),
        (Some(screen), None) => screen.judge(&"calling number unknown"),
        (None, _) => Ok(()),
    }
}

/// The first rule with the longest entry.
fn decisive(screens: &[Screen], found: impl Fn(Subject) -> Option<Match>) -> Option<&Screen> {
    let mut decisive: Option<(Match, &Screen)> = None;
    for screen in screens {
        if let Some(found) = found(screen.subject)
            && decisive.is_none_or(|(longest, _)| found > longest)
        {
            decisive = Some((found, screen));
        }
    }
    decisive.map(|(_, screen)| screen)
}

impl Screen {
    fn judge(&self, reason: &dyn fmt::Display) -> Result<(), Denial> {
        match self.verdict {
            Verdict::Allow => Ok(()),
            Verdict::Refuse { cause, status } => Err(Denial {
                rule: self.name.to_string(),
                cause,
                status,
                retry_after: None,
                reason: reason.to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, subject: Subject, verdict: Verdict) -> Screen {
        let name = name.into();
        Screen {
            name,
            subject,
            verdict,
        }
    }

    /// The rule that refuses a call, if one does.
    fn refusal(screens: &[Screen], lists: &[&str], called: &str, calling: &str) -> Option<String> {
        let list = |text: &&str| Arc::new(NumberList::parse(text).unwrap());
        let lists: Vec<_> = lists.iter().map(list).collect();
        let calling = LineIdentity {
            number: calling.parse().ok(),
            ..LineIdentity::UNKNOWN
        };
        let called = &called.parse().unwrap();
        let calling = &calling;
        let passed = pass(screens, &lists, Parties { called, calling });
        passed.err().map(|denial| denial.rule)
    }

    #[test]
    fn the_longest_entry_decides_and_of_equally_long_ones_the_first() {
        let called = |list| Subject::Called(ListId(list));
        let lists = ["49*", "4989*\n4930*", "4989*\n498911", "498911"];
        let screens = [
            rule("all", called(0), Verdict::REFUSE),
            rule("some", called(1), Verdict::Allow),
            rule("same", called(2), Verdict::REFUSE),
            rule("whole", called(3), Verdict::Allow),
        ];
        for (number, refused_by) in [
            ("+49721", Some("all")),
            ("+4930", None),
            ("+4989", None),
            ("+498912", None),
            ("+498911", Some("same")),
            ("+33", None),
        ] {
            let got = refusal(&screens, &lists, number, "");
            assert_eq!(got.as_deref(), refused_by, "{number}");
        }
    }

    #[test]
    fn called_and_calling_numbers_are_judged_apart() {
        let screens = [
            rule("to", Subject::Called(ListId(0)), Verdict::Allow),
            rule("from", Subject::Calling(ListId(0)), Verdict::REFUSE),
        ];
        let refused = |calling| refusal(&screens, &["49*"], "+491", calling);
        assert_eq!(refused("+492").as_deref(), Some("from"));
        assert_eq!(refused("+33"), None);
        assert_eq!(refused(""), None);
    }
}
