//! The timers of the ISDN user part (`Q.764 annex A`) as staff looks at them.

use std::collections::BTreeMap;

use protocols::isup::{Timer, Timers};
use serde::Serialize;

use crate::config::TrunkConfig;
use crate::config::span_of_time;
use crate::config::timers::range;
use crate::output::wrapped;

/// The timers of one trunk group.
#[derive(Debug)]
pub struct TrunkTimers {
    /// The trunk group's name.
    pub name: String,
    /// Their values.
    pub timers: Timers,
}

/// A timer: what it is, and where it has another value than usual.
#[derive(Debug, Serialize)]
pub struct Row {
    name: &'static str,
    value_ms: u64,
    least_ms: u64,
    most_ms: u64,
    runs: &'static str,
    expires: &'static str,
    /// Why nothing starts it; none for those that run.
    unused: Option<&'static str>,
    /// Values that trunk groups have of their own, by their names.
    trunks: BTreeMap<String, u64>,
    #[serde(skip)]
    timer: Timer,
}

/// The timers of trunk groups as they are configured.
pub fn of(trunks: &[TrunkConfig]) -> Vec<TrunkTimers> {
    let timers = |trunk: &TrunkConfig| TrunkTimers {
        name: trunk.name.clone(),
        timers: trunk.timers(),
    };
    trunks.iter().map(timers).collect()
}

/// All timers, T1 to T39 and those of T1.113.
pub fn rows(trunks: &[TrunkTimers]) -> Vec<Row> {
    Timer::ALL.iter().map(|&timer| row(timer, trunks)).collect()
}

fn row(timer: Timer, trunks: &[TrunkTimers]) -> Row {
    let others = trunks
        .iter()
        .map(|trunk| (trunk, trunk.timers.value(timer)))
        .filter(|(_, value)| *value != timer.default_value())
        .map(|(trunk, value)| (trunk.name.clone(), milliseconds(value)));
    Row {
        name: timer.name(),
        value_ms: milliseconds(timer.default_value()),
        least_ms: milliseconds(*timer.range().start()),
        most_ms: milliseconds(*timer.range().end()),
        runs: timer.runs(),
        expires: timer.expires(),
        unused: timer.unused(),
        trunks: others.collect(),
        timer,
    }
}

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The width of the column with the ranges, and a space after the longest of them.
const RANGE: usize = 11;

/// The width of the column with the words, so that a line has no more than 80 letters.
const WORDS: usize = 66 - RANGE;

/// The timers as a table for a terminal of 80 columns.
pub fn table(rows: &[Row]) -> String {
    let mut table = line("timer", "value", "range", "runs from … until …; then");
    for row in rows {
        let timer = row.timer;
        let words = format!("{}; {}", row.runs, row.expires);
        let mut words = wrapped(&words, WORDS).into_iter();
        let value = span_of_time::text([timer.default_value()], "");
        let first = words.next().unwrap_or_default();
        table += &line(row.name, &value, &range(timer), &first);
        for rest in words {
            table += &line("", "", "", &rest);
        }
        let unused = row
            .unused
            .map(|why| wrapped(&format!("not used: {why}"), WORDS));
        for words in unused.into_iter().flatten() {
            table += &line("", "", "", &words);
        }
        for (trunk, &value) in &row.trunks {
            let value = std::time::Duration::from_millis(value);
            let outside = match timer.range().contains(&value) {
                true => "",
                false => ", outside the range of Q.764",
            };
            let words = format!("on trunk {trunk}{outside}");
            table += &line("", &span_of_time::text([value], ""), "", &words);
        }
    }
    // The printer ends the last line.
    table.truncate(table.trim_end().len());
    table
}

fn line(name: &str, value: &str, range: &str, words: &str) -> String {
    let line = format!("{name:<5} {value:<7} {range:<RANGE$}{words}");
    line.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_timer_is_in_the_table_which_fits_a_terminal() {
        let table = table(&rows(&[]));
        for timer in Timer::ALL {
            let line = table
                .lines()
                .find(|line| line.starts_with(&format!("{} ", timer.name())));
            assert!(line.is_some(), "{}", timer.name());
        }
        let wide: Vec<_> = table
            .lines()
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert!(wide.is_empty(), "{wide:#?}");
        let words = table.lines().map(|line| line.chars().nth(80 - WORDS - 1));
        let run_together: Vec<_> = words.flatten().filter(|&letter| letter != ' ').collect();
        assert!(run_together.is_empty(), "{table}");
    }

    #[test]
    fn a_timer_that_nothing_starts_says_so() {
        let rows = rows(&[]);
        let table = table(&rows);
        let (_, after) = table.split_once("\nT37 ").unwrap();
        let (t37, _) = after.split_once("\nT38 ").unwrap();
        assert!(t37.ends_with("  not used: there are no echo control devices"));
        assert_eq!(table.matches("not used").count(), 4);
        let json = serde_json::to_value(&rows).unwrap();
        assert_eq!(json[36]["unused"], "there are no echo control devices");
    }

    #[test]
    fn a_trunk_group_with_another_value_is_named() {
        let trunk = TrunkTimers {
            name: "pstn".into(),
            timers: Timers::default().with(Timer::T7, Duration::from_secs(5)),
        };
        let rows = rows(&[trunk]);
        let table = table(&rows);
        let (_, after) = table.split_once("\nT7 ").unwrap();
        let (t7, _) = after.split_once("\nT8 ").unwrap();
        assert!(t7.contains("20–30 s"), "{t7}");
        assert!(
            t7.contains("5 s                on trunk pstn, outside the range of Q.764"),
            "{t7}"
        );
        let json = serde_json::to_value(&rows).unwrap();
        assert_eq!(json[6]["name"], "T7");
        assert_eq!(json[6]["unused"], serde_json::Value::Null);
        assert_eq!(json[6]["value_ms"], 20_000);
        assert_eq!(json[6]["trunks"]["pstn"], 5_000);
        assert_eq!(json[8]["trunks"], serde_json::json!({}));
    }
}
