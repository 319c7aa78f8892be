//! An interworking table as staff looks at it: rows of text under a title and its clause.

use serde::Serialize;

/// Rules of one subject in one direction, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it is about, and from where.
    #[serde(flatten)]
    pub heading: Heading,
    /// Whose calls it is for, where it is not for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<String>,
    /// The columns' names.
    pub columns: Vec<&'static str>,
    /// The rows, each as wide as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// One word for it and its neighbours, by which they are asked for.
    pub subject: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// The standard and its clause.
    pub clause: &'static str,
    /// Which way it is read.
    pub direction: Direction,
}

/// Which way a table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Direction {
    /// From ISUP to SIP.
    #[serde(rename = "ISUP to SIP")]
    ToSip,
    /// From SIP to ISUP.
    #[serde(rename = "SIP to ISUP")]
    ToIsup,
    /// What it says holds for both.
    #[serde(rename = "both ways")]
    Both,
}

impl Direction {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToSip => "ISUP to SIP",
            Self::ToIsup => "SIP to ISUP",
            Self::Both => "both ways",
        }
    }
}

impl Table {
    /// A table of these rows.
    pub fn new<const N: usize>(
        heading: Heading,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        Self {
            heading,
            calls: None,
            columns: columns.into(),
            rows: rows.into_iter().map(Vec::from).collect(),
        }
    }
}
