//! Where in a file a key stands: from a place to a key's path, and from a path to a line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The line on which a span begins.
pub(super) fn line_of(text: &str, span: &Range<usize>) -> Option<usize> {
    text.get(..span.start)
        .map(|before| before.matches('\n').count() + 1)
}

/// Appends the path of the innermost key whose name or value covers `offset`.
pub(super) fn key_at(table: &DeTable<'_>, offset: usize, path: &mut String) {
    for (name, value) in table {
        if name.span().contains(&offset) || covers(value, offset) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name.get_ref());
            key_within(value, offset, path);
            return;
        }
    }
}

fn key_within(value: &Spanned<DeValue<'_>>, offset: usize, path: &mut String) {
    match value.get_ref() {
        DeValue::Table(table) => key_at(table, offset, path),
        DeValue::Array(items) => {
            if let Some(index) = items.iter().position(|item| covers(item, offset)) {
                path.push_str(&format!("[{index}]"));
                key_within(&items[index], offset, path);
            }
        }
        _ => {}
    }
}

/// Whether `offset` lies in a value. The span of a `[table]` is its header alone, so what stands
/// below the header is asked as well.
fn covers(value: &Spanned<DeValue<'_>>, offset: usize) -> bool {
    value.span().contains(&offset)
        || match value.get_ref() {
            DeValue::Table(table) => table
                .iter()
                .any(|(name, value)| name.span().contains(&offset) || covers(value, offset)),
            DeValue::Array(items) => items.iter().any(|item| covers(item, offset)),
            _ => false,
        }
}

/// The line of the deepest part of `path` that is in the file.
pub(super) fn locate(text: &str, table: &DeTable<'_>, path: &str) -> Option<usize> {
    let mut line = None;
    let mut table = table;
    for segment in path.split('.') {
        let (name, index) = item(segment);
        let Some((key, mut value)) = table.get_key_value(name) else {
            return line;
        };
        line = line_of(text, &key.span()).or(line);
        if let (Some(index), DeValue::Array(items)) = (index, value.get_ref()) {
            value = items.get(index)?;
            line = line_of(text, &value.span()).or(line);
        }
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => return line,
        }
    }
    line
}

/// The name in a segment of a path, and the index behind it: `trunk[0]`.
pub(super) fn item(segment: &str) -> (&str, Option<usize>) {
    match segment.split_once('[') {
        Some((name, rest)) => (name, rest.trim_end_matches(']').parse().ok()),
        None => (segment, None),
    }
}
