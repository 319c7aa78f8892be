//! What the configuration says before the interworking tables.

use std::collections::HashSet;

use serde::Deserialize;

use super::Config;
use crate::config::Fault;
use crate::exchange::interworking::rows::{Row, Rows, Subject, Term};
use crate::exchange::settings::Sip;

/// `[[interworking.row]]`: what is translated, and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowConfig {
    table: Subject,
    from: Term,
    to: Term,
    trunk: Option<String>,
    peer: Option<String>,
}

impl Config {
    /// The rows before those of the standards; one that names nobody is left out.
    pub(super) fn rows(&self, sip: &Sip) -> Rows {
        let rows = self.interworking.row.iter().filter_map(|row| {
            Some(Row {
                subject: row.table,
                calls: self.between(sip, row.trunk.as_deref(), row.peer.as_deref())?,
                from: row.from.clone(),
                to: row.to.clone(),
            })
        });
        Rows::new(rows.collect())
    }

    pub(super) fn own_row_faults(&self, faults: &mut Vec<Fault>) {
        let sip = self.sip.peers(&self.interworking);
        let mut taken = HashSet::new();
        for (index, row) in self.interworking.row.iter().enumerate() {
            let mut fault = |key: &str, message: String| {
                let key = format!("interworking.row[{index}].{key}");
                faults.push(Fault::new(key, message));
            };
            let definition = row.table.definition();
            let sides = [
                ("from", &row.from, &definition.from),
                ("to", &row.to, &definition.to),
            ];
            for (key, term, terms) in sides {
                if !terms.have(term) {
                    fault(key, format!("{term}, expected {terms}"));
                }
            }
            if self.between(&sip, row.trunk.as_deref(), None).is_none() {
                fault("trunk", "expected the name of a [[trunk]]".into());
            }
            if self.between(&sip, None, row.peer.as_deref()).is_none() {
                fault("peer", "expected the name of a [[sip.peer]]".into());
            }
            if row.table == Subject::Medium && row.peer.is_some() {
                let message = "the medium of a call is settled before its peer is chosen";
                fault("peer", message.into());
            }
            if !taken.insert((row.table, &row.from, &row.trunk, &row.peer)) {
                let name = definition.name;
                let message = format!("{} of {name} has a row for these calls already", row.from);
                fault("from", message);
            }
        }
    }
}
