//! The tables of `docs/metrics.md`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("../../docs/metrics.md");

/// Type and labels of every metric in the document.
pub(crate) fn documented() -> BTreeMap<String, (String, Vec<String>)> {
    let rows = DOCUMENT
        .lines()
        .filter(|line| line.starts_with("| `tandem_"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let quoted = |cell: &str| -> Vec<String> {
            cell.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        let name = quoted(cells[1]).pop().expect("a name");
        assert!(cells[4].len() > 10, "{name} has a meaning");
        (name, (cells[2].to_owned(), quoted(cells[3])))
    })
    .collect()
}
