//! Which tables rows may stand before, and what may stand in them.

use std::fmt;
use std::ops::RangeInclusive;

use codecs::isup::Presentation;
use serde::Deserialize;

use super::Term;
use crate::exchange::interworking::table::Direction;

/// Which table a row stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A calling party's category, and the cpc that tells of it.
    Category,
    /// A cpc, and the category that tells of it.
    Cpc,
    /// The presentation of a calling number, and the `Privacy` that tells of it.
    Presentation,
    /// A word of `Privacy`, and the presentation that tells of it.
    Privacy,
    /// A transmission medium requirement, and the one whose codecs are offered for it.
    Medium,
    /// The codec that an offer is understood by, and the transmission medium requirement.
    Codec,
    /// Why a call is diverted, and the cause in `History-Info`.
    Reason,
    /// A cause in `History-Info`, and why the call is diverted.
    History,
    /// Where a call was released, and what the other side is told of that.
    Location,
    /// The nature of address of a called number as the table of numbers has it, and the one sent.
    Nature,
    /// The nature of address of a called number, and its internal network number indicator.
    Inn,
}

/// What may stand in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// One of these numbers.
    Number(RangeInclusive<u16>),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any word of letters, digits and hyphens.
    Token,
}

/// A table that rows may stand before.
pub struct Definition {
    /// Which.
    pub subject: Subject,
    /// Its name in configuration.
    pub name: &'static str,
    /// Which way it is read.
    pub direction: Direction,
    /// What is translated.
    pub from: Terms,
    /// What it becomes.
    pub to: Terms,
}

pub(super) const NO_PRIVACY: &str = "none";

/// What `Privacy` may say of a caller, "none" being no such field.
pub(super) const PRIVACIES: [&str; 6] =
    [NO_PRIVACY, "id", "user", "header", "id;user", "id;header"];

/// The presentations that a row may be for.
pub(super) const PRESENTATIONS: [(&str, Presentation); 2] = [
    ("allowed", Presentation::ALLOWED),
    ("restricted", Presentation::RESTRICTED),
];

/// Every table that rows may stand before.
pub const DEFINITIONS: [Definition; 11] = [
    Definition {
        subject: Subject::Category,
        name: "category",
        direction: Direction::ToSip,
        from: Terms::Number(0..=255),
        to: Terms::Token,
    },
    Definition {
        subject: Subject::Cpc,
        name: "cpc",
        direction: Direction::ToIsup,
        from: Terms::Token,
        to: Terms::Number(0..=255),
    },
    Definition {
        subject: Subject::Presentation,
        name: "presentation",
        direction: Direction::ToSip,
        from: Terms::Word(&["allowed", "restricted"]),
        to: Terms::Word(&PRIVACIES),
    },
    Definition {
        subject: Subject::Privacy,
        name: "privacy",
        direction: Direction::ToIsup,
        from: Terms::Word(&["none", "id", "user", "header"]),
        to: Terms::Word(&["allowed", "restricted"]),
    },
    Definition {
        subject: Subject::Medium,
        name: "medium",
        direction: Direction::ToSip,
        from: Terms::Number(0..=255),
        to: Terms::Number(0..=3),
    },
    Definition {
        subject: Subject::Codec,
        name: "codec",
        direction: Direction::ToIsup,
        from: Terms::Word(&["none", "PCMA", "PCMU", "CLEARMODE"]),
        to: Terms::Number(0..=3),
    },
    Definition {
        subject: Subject::Reason,
        name: "reason",
        direction: Direction::ToSip,
        from: Terms::Number(0..=15),
        to: Terms::Number(300..=699),
    },
    Definition {
        subject: Subject::History,
        name: "history",
        direction: Direction::ToIsup,
        from: Terms::Number(300..=699),
        to: Terms::Number(0..=15),
    },
    Definition {
        subject: Subject::Location,
        name: "location",
        direction: Direction::Both,
        from: Terms::Number(0..=15),
        to: Terms::Number(0..=15),
    },
    Definition {
        subject: Subject::Nature,
        name: "nature",
        direction: Direction::ToIsup,
        from: Terms::Number(3..=4),
        to: Terms::Number(2..=4),
    },
    Definition {
        subject: Subject::Inn,
        name: "inn",
        direction: Direction::ToIsup,
        from: Terms::Number(3..=4),
        to: Terms::Number(0..=1),
    },
];

impl Subject {
    /// What its rows may say.
    pub const fn definition(self) -> &'static Definition {
        &DEFINITIONS[self as usize]
    }
}

impl Terms {
    /// Whether a term is one of these.
    pub fn have(&self, term: &Term) -> bool {
        match (self, term) {
            (Self::Number(range), Term::Number(number)) => range.contains(number),
            (Self::Word(words), Term::Word(word)) => words.contains(&word.as_str()),
            (Self::Token, Term::Word(word)) => {
                let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
                !word.is_empty() && word.bytes().all(part)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(range) => write!(f, "{} to {}", range.start(), range.end()),
            Self::Word(words) => write!(f, "one of {}", words.join(", ")),
            Self::Token => f.write_str("a word of letters, digits and hyphens"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_subject_finds_its_definition() {
        for definition in &DEFINITIONS {
            assert_eq!(definition.subject.definition().name, definition.name);
        }
    }

    #[test]
    fn a_term_is_of_its_kind() {
        let privacy = &Subject::Presentation.definition().to;
        assert!(privacy.have(&Term::Word("id;user".into())));
        assert!(!privacy.have(&Term::Word("critical".into())));
        assert!(!privacy.have(&Term::Number(1)));
        assert!(Terms::Token.have(&Term::Word("mobile-hplmn".into())));
        assert!(!Terms::Token.have(&Term::Word("a;b".into())));
        assert!(!Terms::Number(0..=3).have(&Term::Number(4)));
    }
}
