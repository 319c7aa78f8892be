//! The list of cases, the ladders and docs/conformance/q784.md tell the same.

use std::collections::BTreeMap;
use std::path::PathBuf;

use libtest_mimic::{Failed, Trial};

use crate::ladders;

/// Every case of Q.784 with its title, and whether its message flow is public.
const CASES: &str = include_str!("cases.csv");

/// How many that are.
const COUNT: usize = 167;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("the list has every case once", list),
        Trial::test("every ladder has a case and its title", titles),
        Trial::test("the table agrees with the ladders", table),
    ]
}

struct Case {
    number: &'static str,
    title: &'static str,
    flow: &'static str,
}

fn cases() -> impl Iterator<Item = Case> {
    CASES.lines().skip(1).map(|line| {
        let [number, title, flow] = *line.split(';').collect::<Vec<_>>() else {
            panic!("expected number;title;flow, found {line:?}");
        };
        Case {
            number,
            title,
            flow,
        }
    })
}

fn list() -> Result<(), Failed> {
    let by_number: BTreeMap<_, _> = cases().map(|case| (case.number, case.title)).collect();
    assert_eq!((by_number.len(), cases().count()), (COUNT, COUNT));
    assert!(cases().all(|case| matches!(case.flow, "public" | "ours")));
    let public = cases().filter(|case| case.flow == "public").count();
    assert_eq!(public, 106);
    Ok(())
}

fn titles() -> Result<(), Failed> {
    let titles: BTreeMap<_, _> = cases().map(|case| (case.number, case.title)).collect();
    for (number, path) in ladders() {
        let text = std::fs::read_to_string(path)?;
        let title = titles.get(number.as_str()).ok_or(number.clone())?;
        let expected = format!("# {number} {title}");
        assert_eq!(text.lines().next(), Some(expected.as_str()));
    }
    Ok(())
}

/// The rows of the table as the list and the ladders have them, but for the remarks.
fn table() -> Result<(), Failed> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/conformance/q784.md");
    let text = std::fs::read_to_string(path)?;
    let rows = text.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<Vec<&str>> = rows
        .map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .filter(|row: &Vec<&str>| row[0].starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    let ladders: Vec<String> = ladders().map(|(number, _)| number).collect();
    assert_eq!(rows.len(), COUNT);
    let (passed, others) = (ladders.len(), COUNT - ladders.len());
    let summary = format!("{passed} pass and {others} do not apply");
    assert!(text.contains(&summary), "{summary}");
    for (row, case) in rows.iter().zip(cases()) {
        let [number, title, result, remark] = row[..] else {
            return Err(format!("expected four columns, found {row:?}").into());
        };
        assert_eq!((number, title), (case.number, case.title));
        match ladders.iter().any(|ladder| ladder == number) {
            true => assert_eq!(result, "pass", "{number}"),
            false => {
                assert_eq!(result, "does not apply", "{number}");
                assert!(!remark.is_empty(), "{number}: why does it not apply?");
            }
        }
    }
    Ok(())
}
