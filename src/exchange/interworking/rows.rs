//! Rows of an operator's own before those of the standards, of any table but those of causes: how
//! they are looked up.

mod definition;

use std::fmt;

use codecs::isup::{
    CallingPartyCategory, Location, Presentation, RedirectionReason,
    TransmissionMediumRequirement as Medium,
};
use codecs::number::NatureOfAddress;
use serde::Deserialize;

pub use definition::{DEFINITIONS, Definition, Subject, Terms};
use definition::{NO_PRIVACY, PRESENTATIONS, PRIVACIES};

use super::overrides::Between;
use super::table::{Heading, Table};

/// What stands in a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(untagged, expecting = "expected a number or a word")]
pub enum Term {
    /// A code point, or a status.
    Number(u16),
    /// A word of a header field.
    Word(String),
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => word.fmt(f),
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Before which table.
    pub subject: Subject,
    /// For which calls.
    pub calls: Between,
    /// What is translated.
    pub from: Term,
    /// What it becomes.
    pub to: Term,
}

/// Rows in the order in which they are looked at.
#[derive(Debug, Clone, Default)]
pub struct Rows(Vec<Row>);

impl Rows {
    /// Rows in any order.
    pub fn new(mut rows: Vec<Row>) -> Self {
        rows.sort_by_key(|row| std::cmp::Reverse(row.calls.precision()));
        Self(rows)
    }
}

/// The rows for one call.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    rows: &'a [Row],
    call: Between,
}

impl<'a> Rules<'a> {
    /// Nothing but the standards.
    pub const STANDARD: Self = Self {
        rows: &[],
        call: Between::NOBODY,
    };

    /// The rows of a call between these.
    pub fn of(rows: &'a Rows, call: Between) -> Self {
        Self {
            rows: &rows.0,
            call,
        }
    }

    /// The cpc that tells of a category.
    pub fn cpc(&self, category: CallingPartyCategory) -> Option<&'a str> {
        self.word(Subject::Category, Key::Number(category.value().into()))
    }

    /// The category for a cpc.
    pub fn category(&self, cpc: &str) -> Option<CallingPartyCategory> {
        self.code_point(Subject::Cpc, Key::Word(cpc))
    }

    /// The `Privacy` for a presentation, which may be none.
    pub fn privacy(&self, presentation: Presentation) -> Option<Option<&'static str>> {
        let (name, _) = PRESENTATIONS.iter().find(|(_, of)| *of == presentation)?;
        let word = self.word(Subject::Presentation, Key::Word(name))?;
        let known = PRIVACIES.iter().find(|known| **known == word)?;
        Some(Some(*known).filter(|known| *known != NO_PRIVACY))
    }

    /// How a number is presented beside this word of `Privacy`, or beside none.
    pub fn presentation(&self, privacy: Option<&str>) -> Option<Presentation> {
        let privacy = Key::Word(privacy.unwrap_or(NO_PRIVACY));
        let word = self.word(Subject::Privacy, privacy)?;
        let (_, presentation) = PRESENTATIONS.iter().find(|(name, _)| *name == word)?;
        Some(*presentation)
    }

    /// The medium whose codecs are offered for this one.
    pub fn offered(&self, medium: Medium) -> Medium {
        let row = self.code_point(Subject::Medium, Key::Number(medium.value().into()));
        row.unwrap_or(medium)
    }

    /// The medium of an offer that is understood by this codec, or by none.
    pub fn medium(&self, codec: Option<&str>) -> Option<Medium> {
        self.code_point(Subject::Codec, Key::Word(codec.unwrap_or("none")))
    }

    /// The cause in `History-Info` for why a call is diverted.
    pub fn history(&self, reason: RedirectionReason) -> Option<u16> {
        self.number(Subject::Reason, Key::Number(reason.value().into()))
    }

    /// Why a call is diverted with this cause in `History-Info`.
    pub fn reason(&self, history: u16) -> Option<RedirectionReason> {
        self.code_point(Subject::History, Key::Number(history))
    }

    /// Where the other side is told that a call was released.
    pub fn location(&self, location: Location) -> Location {
        let row = self.code_point(Subject::Location, Key::Number(location.value().into()));
        row.unwrap_or(location)
    }

    /// The nature of address that is sent for a called number with this one.
    pub fn nature(&self, nature: NatureOfAddress) -> NatureOfAddress {
        let row = self.code_point(Subject::Nature, Key::Number(nature.value().into()));
        row.unwrap_or(nature)
    }

    /// Whether routing to an internal network number is not allowed for a called number of this
    /// nature.
    pub fn inn_not_allowed(&self, nature: NatureOfAddress) -> Option<bool> {
        let inn = self.number(Subject::Inn, Key::Number(nature.value().into()));
        inn.map(|inn| inn == 1)
    }

    fn find(&self, subject: Subject, from: Key<'_>) -> Option<&'a Term> {
        let is_its = |row: &&Row| {
            row.subject == subject && row.calls.covers(self.call) && from.is(&row.from)
        };
        self.rows.iter().find(is_its).map(|row| &row.to)
    }

    fn word(&self, subject: Subject, from: Key<'_>) -> Option<&'a str> {
        match self.find(subject, from)? {
            Term::Word(word) => Some(word),
            Term::Number(_) => None,
        }
    }

    fn number(&self, subject: Subject, from: Key<'_>) -> Option<u16> {
        match self.find(subject, from)? {
            Term::Number(number) => Some(*number),
            Term::Word(_) => None,
        }
    }

    fn code_point<T: TryFrom<u8>>(&self, subject: Subject, from: Key<'_>) -> Option<T> {
        let number = u8::try_from(self.number(subject, from)?).ok()?;
        T::try_from(number).ok()
    }
}

/// What is looked up.
#[derive(Debug, Clone, Copy)]
enum Key<'k> {
    Number(u16),
    Word(&'k str),
}

impl Key<'_> {
    fn is(self, term: &Term) -> bool {
        match (self, term) {
            (Self::Number(key), Term::Number(number)) => key == *number,
            (Self::Word(key), Term::Word(word)) => word.eq_ignore_ascii_case(key),
            _ => false,
        }
    }
}

/// The rows of an operator's own, a table for each that has some.
pub(super) fn shown(rows: &Rows, whose: impl Fn(Between) -> String) -> Vec<Table> {
    let table = |definition: &Definition| {
        let own = rows
            .0
            .iter()
            .filter(|row| row.subject == definition.subject);
        let cells = |row: &Row| [row.from.to_string(), row.to.to_string(), whose(row.calls)];
        let heading = Heading {
            subject: "rows",
            title: definition.name,
            clause: "[[interworking.row]], before the rows of the table",
            direction: definition.direction,
        };
        Table::new(heading, ["from", "to", "for calls"], own.map(cells))
    };
    let tables = DEFINITIONS.iter().map(table);
    tables.filter(|table| !table.rows.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::settings::Sip;

    #[test]
    fn rows_are_looked_up_by_what_they_are_of_and_for_whom() {
        let peer = Between {
            peer: Some(Sip::UNNAMED),
            trunk: None,
        };
        let row = |subject, calls, from, to| Row {
            subject,
            calls,
            from,
            to,
        };
        let number = Term::Number;
        let word = |word: &str| Term::Word(word.into());
        let all = Between::default();
        let rows = Rows::new(vec![
            row(Subject::Category, all, number(15), word("prison")),
            row(Subject::Category, peer, number(15), word("hotel")),
            row(Subject::Cpc, peer, word("prison"), number(15)),
            row(Subject::Presentation, all, word("restricted"), word("none")),
            row(Subject::Privacy, all, word("none"), word("restricted")),
        ]);
        let of = |call| Rules::of(&rows, call);
        let payphone = CallingPartyCategory::PAYPHONE;
        assert_eq!(of(all).cpc(payphone), Some("prison"));
        assert_eq!(of(peer).cpc(payphone), Some("hotel"));
        assert_eq!(of(peer).cpc(CallingPartyCategory::ORDINARY), None);
        assert_eq!(of(peer).category("Prison"), Some(payphone));
        assert_eq!(of(all).category("prison"), None);
        assert_eq!(of(all).privacy(Presentation::RESTRICTED), Some(None));
        assert_eq!(of(all).privacy(Presentation::ALLOWED), None);
        assert_eq!(of(all).presentation(None), Some(Presentation::RESTRICTED));
        assert_eq!(Rules::STANDARD.cpc(payphone), None);
    }
}
