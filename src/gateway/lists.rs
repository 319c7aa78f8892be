//! The files of numbers that policies look into: read at the start, and again when the process is
//! told so by SIGHUP.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use routing::NumberList;

use super::config::Config;
use crate::config::Fault;

/// Why the lists cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", said(.0))]
pub struct ListsError(Vec<Fault>);

fn said(faults: &[Fault]) -> String {
    let faults = faults.iter();
    let faults = faults.map(|Fault { key, message }| format!("{key}: {message}"));
    faults.collect::<Vec<_>>().join("; ")
}

/// All lists of a configuration, in their order.
///
/// # Errors
/// [`ListsError`] if a file cannot be read, or has a line that is no entry.
pub(super) fn read(config: &Config) -> Result<Vec<Arc<NumberList>>, ListsError> {
    let mut faults = Vec::new();
    let mut lists = Vec::new();
    for (key, list) in config.lists(read_file) {
        match list {
            Ok(list) => lists.push(Arc::new(list)),
            Err(message) => faults.push(Fault::new(key, message)),
        }
    }
    match faults.is_empty() {
        true => Ok(lists),
        false => Err(ListsError(faults)),
    }
}

fn read_file(path: &Path) -> Result<NumberList, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    NumberList::parse(&text)
        .map_err(|(line, error)| format!("{}: line {line}: {error}", path.display()))
}

impl ListsError {
    /// What is wrong with each file.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.0
    }
}
