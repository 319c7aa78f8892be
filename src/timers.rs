//! The timers of the ISDN user part (`Q.764 annex A`) and of the interworking with SIP as staff looks
//! at them.

use std::collections::BTreeMap;
use std::time::Duration;

use codecs::isup::Procedures;
use protocols::isup::{Timer, Timers};
use serde::Serialize;

use crate::config::TrunkConfig;
use crate::config::span_of_time;
use crate::config::timers::range;
use crate::exchange::interworking::timers::{Definition, TIMERS};
use crate::output::wrapped;

/// The timers of one trunk group.
#[derive(Debug)]
pub struct TrunkTimers {
    /// The trunk group's name.
    pub name: String,
    /// Whose procedures hold on it.
    pub procedures: Procedures,
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
    /// In T1.113.4, where that has other values.
    t1_113: Option<Values>,
    runs: &'static str,
    expires: &'static str,
    /// Why nothing starts it; none for those that run.
    unused: Option<&'static str>,
    /// Values that trunk groups have of their own, by their names.
    trunks: BTreeMap<String, u64>,
    /// The range in words.
    #[serde(skip)]
    range: String,
    /// The standards of trunk groups whose value is outside of their range.
    #[serde(skip)]
    outside: BTreeMap<String, &'static str>,
}

/// The values of a timer in one standard.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Values {
    value_ms: u64,
    least_ms: u64,
    most_ms: u64,
    /// The range in words.
    #[serde(skip)]
    range: String,
}

impl Values {
    fn of(timer: Timer, procedures: Procedures) -> Self {
        let (least, most) = timer.range(procedures).into_inner();
        Self {
            value_ms: milliseconds(timer.default_value(procedures)),
            least_ms: milliseconds(least),
            most_ms: milliseconds(most),
            range: range(timer, procedures),
        }
    }
}

/// A timer of the interworking, and its value in seconds.
pub type Interworking = (&'static Definition, u64);

/// The timers of the interworking as they are unless configured.
pub fn interworking() -> Vec<Interworking> {
    let usual = |timer: &&'static Definition| (*timer, timer.default.as_secs());
    TIMERS.iter().map(usual).collect()
}

/// The timers of trunk groups as they are configured.
pub fn of(trunks: &[TrunkConfig]) -> Vec<TrunkTimers> {
    let timers = |trunk: &TrunkConfig| TrunkTimers {
        name: trunk.name.clone(),
        procedures: trunk.procedures(),
        timers: trunk.timers(),
    };
    trunks.iter().map(timers).collect()
}

/// All timers, T1 to T39, those of T1.113, and these of the interworking.
pub fn rows(trunks: &[TrunkTimers], interworking: &[Interworking]) -> Vec<Row> {
    let isup = Timer::ALL.iter().map(|&timer| row(timer, trunks));
    isup.chain(interworking.iter().map(interworking_row))
        .collect()
}

fn interworking_row(&(timer, value): &Interworking) -> Row {
    let (least, most) = (timer.range.start(), timer.range.end());
    Row {
        name: timer.name,
        value_ms: value * 1000,
        least_ms: least * 1000,
        most_ms: most * 1000,
        t1_113: None,
        runs: timer.runs,
        expires: timer.expires,
        unused: None,
        trunks: BTreeMap::new(),
        range: format!("{least}–{most} s"),
        outside: BTreeMap::new(),
    }
}

fn row(timer: Timer, trunks: &[TrunkTimers]) -> Row {
    let usual = Values::of(timer, Procedures::Q764);
    let ansi = Values::of(timer, Procedures::T1113);
    let others = trunks
        .iter()
        .map(|trunk| (trunk.name.clone(), milliseconds(trunk.timers.value(timer))))
        .filter(|(_, value)| *value != usual.value_ms);
    let is_outside = |trunk: &&TrunkTimers| {
        let range = timer.range(trunk.procedures);
        !range.contains(&trunk.timers.value(timer))
    };
    let outside = trunks.iter().filter(is_outside);
    Row {
        name: timer.name(),
        value_ms: usual.value_ms,
        least_ms: usual.least_ms,
        most_ms: usual.most_ms,
        t1_113: (ansi != usual).then_some(ansi),
        runs: timer.runs(),
        expires: timer.expires(),
        unused: timer.unused(),
        trunks: others.collect(),
        range: usual.range,
        outside: outside
            .map(|trunk| (trunk.name.clone(), trunk.procedures.name()))
            .collect(),
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The width of the column with the ranges, and a space after the longest of them.
const RANGE: usize = 11;

/// The width of the column with the words, so that a line has no more than 80 letters.
const WORDS: usize = 64 - RANGE;

/// The timers as a table for a terminal of 80 columns.
pub fn table(rows: &[Row]) -> String {
    let mut table = line("timer", "value", "range", "runs from … until …; then");
    for row in rows {
        let words = format!("{}; {}", row.runs, row.expires);
        let mut words = wrapped(&words, WORDS).into_iter();
        let value = span_of_time::text([Duration::from_millis(row.value_ms)], "");
        let first = words.next().unwrap_or_default();
        table += &line(row.name, &value, &row.range, &first);
        for rest in words {
            table += &line("", "", "", &rest);
        }
        if let Some(ansi) = &row.t1_113 {
            let value = span_of_time::text([Duration::from_millis(ansi.value_ms)], "");
            let words = format!("in {}", Procedures::T1113.name());
            table += &line("", &value, &ansi.range, &words);
        }
        let unused = row
            .unused
            .map(|why| wrapped(&format!("not used: {why}"), WORDS));
        for words in unused.into_iter().flatten() {
            table += &line("", "", "", &words);
        }
        for (trunk, &value) in &row.trunks {
            let outside = row.outside.get(trunk).map_or(String::new(), |standard| {
                format!(", outside the range of {standard}")
            });
            let words = format!("on trunk {trunk}{outside}");
            let value = span_of_time::text([Duration::from_millis(value)], "");
            table += &line("", &value, "", &words);
        }
    }
    // The printer ends the last line.
    table.truncate(table.trim_end().len());
    table
}

fn line(name: &str, value: &str, range: &str, words: &str) -> String {
    let line = format!("{name:<7} {value:<7} {range:<RANGE$}{words}");
    line.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_timer_is_in_the_table_which_fits_a_terminal() {
        let table = table(&rows(&[], &interworking()));
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
        let rows = rows(&[], &interworking());
        let table = table(&rows);
        let (_, after) = table.split_once("\nT37 ").unwrap();
        assert!(after.contains("\nT(oiw2) 10 s    4–14 s "), "{after}");
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
            procedures: Procedures::Q764,
            timers: Timers::default().with(Timer::T7, Duration::from_secs(5)),
        };
        let rows = rows(&[trunk], &interworking());
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

    #[test]
    fn a_trunk_group_of_ansi_has_the_values_of_t1_113() {
        let trunk = TrunkTimers {
            name: "west".into(),
            procedures: Procedures::T1113,
            timers: Timers::of(Procedures::T1113).with(Timer::T5, Duration::from_secs(300)),
        };
        let rows = rows(&[trunk], &interworking());
        let table = table(&rows);
        let (t1, after) = table.split_once("\nT2 ").unwrap();
        assert!(t1.contains("10 s    4–15 s     in T1.113.4\n"), "{t1}");
        assert!(t1.ends_with("10 s               on trunk west"), "{t1}");
        let (_, after) = after.split_once("\nT5 ").unwrap();
        let (t5, _) = after.split_once("\nT6 ").unwrap();
        assert!(!t5.contains("on trunk west"), "{t5}");
        let json = serde_json::to_value(&rows).unwrap();
        assert_eq!(json[0]["t1_113"]["most_ms"], 15_000);
        assert_eq!(json[6]["t1_113"], serde_json::Value::Null);
    }
}
