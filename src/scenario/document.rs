//! `docs/scenarios.md` tells what the parser reads.
#![allow(clippy::unwrap_used, clippy::panic)]

use codecs::isup::{ParameterCode, Variant};

use super::field::{FIELDS, Field, fields};
use super::layout::{ANSI, LAYOUTS};
use super::notice;
use super::value::Kind;
use super::*;

const DOCUMENT: &str = include_str!("../../docs/scenarios.md");

/// What stands between `<!-- name -->` and `<!-- /name -->`.
#[track_caller]
fn contains(name: &str, table: &str) {
    let (_, rest) = DOCUMENT.split_once(&format!("<!-- {name} -->\n")).unwrap();
    let (found, _) = rest.split_once(&format!("<!-- /{name} -->")).unwrap();
    assert!(found == table, "docs/scenarios.md is to say:\n{table}");
}

fn listed<'a>(fields: impl Iterator<Item = &'a Field>) -> String {
    let names: Vec<_> = fields.map(|field| format!("`{}`", field.name)).collect();
    names.join(" ")
}

#[test]
fn every_message_is_documented_with_its_settings() {
    for (name, layouts) in [("messages", LAYOUTS), ("messages of ANSI", ANSI)] {
        let mut table = String::from(
            "| message | of mandatory parameters | of optional ones |\n|---|---|---|\n",
        );
        for layout in layouts {
            let mandatory = fields(layout).filter(|field| layout.requires(field.parameter));
            let optional = fields(layout).filter(|field| !layout.requires(field.parameter));
            let (mandatory, optional) = (listed(mandatory), listed(optional));
            table += &format!("| `{}` | {mandatory} | {optional} |\n", layout.name);
        }
        contains(name, &table);
    }
}

#[test]
fn every_setting_is_documented_with_its_values() {
    let mut table = String::from("| setting | parameter | values |\n|---|---|---|\n");
    for field in FIELDS {
        let parameter = ParameterCode(field.parameter);
        let is_itu = LAYOUTS.iter().any(|layout| layout.allows(field.parameter));
        let name = match is_itu {
            true => parameter.to_string(),
            false => format!(
                "{} ({})",
                Variant::ANSI.parameter_name(parameter),
                parameter.0
            ),
        };
        let values = values(field.kind);
        table += &format!("| `{}` | {name} | {values} |\n", field.name);
    }
    contains("settings", &table);
}

fn values(kind: Kind) -> String {
    match kind {
        Kind::Bits { width, names, .. } => {
            let highest = (1 << width) - 1;
            let names = names
                .iter()
                .map(|(name, value)| format!("`{name}` {value}, "));
            format!("{}0 … {highest}", names.collect::<String>())
        }
        Kind::Wide => "0 … 65535".into(),
        Kind::Digits { .. } => "digits".into(),
        Kind::Cause => "0 … 127 (Q.850)".into(),
        Kind::Location => "0 … 15".into(),
        Kind::Status => "0 or 1 for each circuit, the first circuit first".into(),
        Kind::Instruction | Kind::Instructions => "instructions, see below".into(),
        Kind::Diagnostic | Kind::Octets => "octets in hexadecimal".into(),
    }
}

#[test]
fn every_notice_is_documented() {
    for words in notice::ALERTS.iter().chain(notice::ACTIONS) {
        assert!(DOCUMENT.contains(&format!("`{words}`")), "{words}");
    }
}

/// The examples in tables are lines of a ladder.
#[test]
fn the_examples_are_read() {
    let (_, rest) = DOCUMENT.split_once("### Conditions").unwrap();
    let (tables, _) = rest.split_once("### Settings of messages").unwrap();
    let rows: Vec<&str> = tables
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), 20);
    for row in rows {
        let cell = row.split('|').nth(1).unwrap();
        for line in cell.split('`').skip(1).step_by(2) {
            let text = match line.starts_with("variant") {
                true => line.to_owned(),
                false => format!("far circuits 33\n{line}"),
            };
            let read = Scenario::parse(line, &text);
            assert!(read.is_ok(), "{}", read.unwrap_err());
        }
    }
}
