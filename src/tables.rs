//! `tandem tables`: the interworking tables as staff looks at them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::exchange::interworking::table::{Heading, Table};
use crate::exchange::interworking::{self, cause, overrides};
use crate::output::{self, wrapped};
use crate::{config, gateway};

/// What is to be shown.
#[derive(Debug, Args)]
pub struct Options {
    /// What the tables are about; without it the subjects are listed.
    #[arg(value_name = "SUBJECT")]
    subject: Option<String>,
    /// Print the tables as JSON, all of them unless a subject is named.
    #[arg(long)]
    json: bool,
    /// The configuration of a gateway: show the tables of causes as they are in force for its peers.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Shows the tables of a subject, or which there are.
///
/// # Errors
/// There is no such subject, the configuration is unsound, or nobody reads what is printed.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut tables = interworking::tables();
    if let Some(path) = &options.config {
        let settings = config::load::<gateway::Config>(path)?.config.settings()?;
        let in_force = overrides::in_force(&settings);
        tables.retain(|table| table.heading.subject != cause::SUBJECT);
        tables.splice(..0, in_force);
    }
    if let Some(subject) = &options.subject {
        let subjects = subjects(&tables).join(", ");
        tables.retain(|table| table.heading.subject == subject);
        if tables.is_empty() {
            return Err(format!("{subject:?}: expected one of {subjects}").into());
        }
    }
    match options {
        Options { json: true, .. } => output::print(serde_json::to_string_pretty(&tables)?)?,
        Options { subject: None, .. } => output::print(list(&tables))?,
        Options { .. } => output::print(text(&tables))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The subjects, each once.
fn subjects(tables: &[Table]) -> Vec<&'static str> {
    let mut subjects: Vec<_> = tables.iter().map(|table| table.heading.subject).collect();
    subjects.dedup();
    subjects
}

/// Which tables there are, by subject.
fn list(tables: &[Table]) -> String {
    let row = |heading: Heading| {
        let Heading {
            subject,
            title,
            clause,
            direction,
        } = heading;
        [subject, direction.name(), title, clause].map(str::to_owned)
    };
    let rows = tables.iter().map(|table| Vec::from(row(table.heading)));
    aligned(
        &["subject", "direction", "title", "clause"],
        &rows.collect::<Vec<_>>(),
    )
}

/// Tables one below the other, each under its title.
fn text(tables: &[Table]) -> String {
    let one = |table: &Table| {
        let Heading {
            title,
            clause,
            direction,
            ..
        } = table.heading;
        let rows = aligned(&table.columns, &table.rows);
        let calls = table.calls.as_ref().map(|calls| format!(" ({calls})"));
        let calls = calls.unwrap_or_default();
        format!("{title}{calls}\n{}: {clause}\n\n{rows}", direction.name())
    };
    tables.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

/// How wide a line may be.
const WIDTH: usize = 100;

/// No column is made narrower to fit the others in.
const NARROW: usize = 12;

/// Between columns.
const GAP: &str = "  ";

/// Rows under their columns' names. Where they are too wide together, the widest are wrapped.
fn aligned(columns: &[&str], rows: &[Vec<String>]) -> String {
    let widths = widths(columns, rows);
    let names = columns.iter().map(ToString::to_string).collect();
    let lines = [&names].into_iter().chain(rows);
    let lines: Vec<_> = lines.flat_map(|row| lines_of(row, &widths)).collect();
    lines.join("\n")
}

fn widths(columns: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let width = |(index, name): (usize, &&str)| {
        let cells = rows.iter().map(|row| row[index].chars().count());
        cells.fold(name.chars().count(), usize::max)
    };
    let mut widths: Vec<_> = columns.iter().enumerate().map(width).collect();
    let gaps = GAP.len() * columns.len().saturating_sub(1);
    // A name that is one word cannot be wrapped.
    let floors = columns.iter().map(|name| {
        let words = name.split(' ').map(|word| word.chars().count());
        words.fold(NARROW, usize::max)
    });
    let floors: Vec<_> = floors.collect();
    while widths.iter().sum::<usize>() + gaps > WIDTH {
        let wrappable = widths.iter_mut().zip(&floors);
        match wrappable.filter(|(width, floor)| **width > **floor).max() {
            Some((widest, _)) => *widest -= 1,
            None => break,
        }
    }
    widths
}

/// The lines of one row, whose longest cell says how many.
fn lines_of(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells = row.iter().zip(widths);
    let cells: Vec<_> = cells.map(|(cell, &width)| wrapped(cell, width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |index| {
        let parts = cells.iter().zip(widths).map(|(lines, &width)| {
            let part = lines.get(index).map_or("", String::as_str);
            format!("{part:<width$}")
        });
        let line = parts.collect::<Vec<_>>().join(GAP);
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_a_subject_stand_together_and_fit_a_line() {
        let tables = interworking::tables();
        let subjects = subjects(&tables);
        let mut distinct = subjects.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), subjects.len(), "{subjects:?}");
        for text in [list(&tables), text(&tables)] {
            let wide = |line: &&str| line.chars().count() > WIDTH;
            assert_eq!(text.lines().find(wide), None);
        }
    }

    #[test]
    fn no_table_is_empty_and_each_names_its_clause() {
        for table in interworking::tables() {
            let Heading { title, clause, .. } = table.heading;
            assert!(!table.rows.is_empty(), "{title}");
            let names_one = ["§", "table", "RFC", "Q.", "TS ", "annex"];
            assert!(
                names_one.iter().any(|word| clause.contains(word)),
                "{title}"
            );
        }
    }

    #[test]
    fn long_cells_go_on_below_and_short_columns_stay() {
        let long = "word ".repeat(40).trim_end().to_owned();
        let table = aligned(&["key", "says"], &[vec!["17".into(), long]]);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[0], "key  says");
        assert!(lines[1].starts_with("17   word word"));
        assert!(lines[2].starts_with("     word word"));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
