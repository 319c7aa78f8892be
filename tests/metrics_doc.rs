//! `docs/metrics.md` names every metric that the sources declare, with its labels, and no other. What
//! programs export is compared with it wherever a test scrapes them (`tests/support/metrics.rs`).
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[path = "support/metrics_document.rs"]
mod metrics_document;

use metrics_document::documented;

/// Where metrics are declared.
const SOURCES: &[&str] = &["src/metrics.rs", "src/spans.rs", "src/gateway/metrics.rs"];

/// The labels of every metric in a source: its name, a help text, and for those with labels a list.
fn declared(source: &str) -> BTreeMap<String, Vec<String>> {
    let mut metrics = BTreeMap::new();
    for declaration in source.split("\"tandem_").skip(1) {
        let (name, rest) = declaration.split_once('"').unwrap();
        let call = rest.split_once(")?").unwrap().0;
        let labels = call.split_once("&[").map_or("", |(_, labels)| labels);
        let labels = labels.split('"').skip(1).step_by(2).map(str::to_owned);
        metrics.insert(format!("tandem_{name}"), labels.collect());
    }
    metrics
}

#[test]
fn the_document_and_the_sources_have_the_same_metrics() {
    let mut all = BTreeMap::new();
    for path in SOURCES {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        all.extend(declared(&source));
    }
    assert!(all.len() >= 30, "{all:?}");
    let document: BTreeMap<_, _> = documented()
        .into_iter()
        .map(|(name, (_, labels))| (name, labels))
        .collect();
    assert_eq!(document, all);
}

/// Nobody declares one elsewhere.
#[test]
fn metrics_are_declared_in_these_sources_only() {
    fn look(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
            } else if fs::read_to_string(&path).unwrap().contains("\"tandem_") {
                let root = Path::new(env!("CARGO_MANIFEST_DIR"));
                found.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    look(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found.sort();
    let mut expected = SOURCES.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}
