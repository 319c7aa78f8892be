//! `timers` of a trunk group: values in place of those of `Q.764 table A.1`.

use std::fmt;
use std::time::Duration;

use codecs::isup::Procedures;
use protocols::isup::{Timer, Timers};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Fault;
use super::span_of_time;

/// Longer than any timer makes sense.
const MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// Timers that repeat a message, the timers that end the repetition, and the message.
const PAIRS: &[(Timer, Timer, &str)] = &[
    (Timer::T1, Timer::T5, "REL"),
    (Timer::T12, Timer::T13, "BLO"),
    (Timer::T14, Timer::T15, "UBL"),
    (Timer::T16, Timer::T17, "RSC"),
    (Timer::T18, Timer::T19, "CGB"),
    (Timer::T20, Timer::T21, "CGU"),
    (Timer::T22, Timer::T23, "GRS"),
];

/// The timers that have values of their own, such as `{ t7 = "25s", t1 = "15s" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TimersConfig(Vec<(Timer, Duration)>);

impl TimersConfig {
    /// The values of all timers.
    pub(crate) fn timers(&self, procedures: Procedures) -> Timers {
        let mut timers = Timers::of(procedures);
        for &(timer, value) in &self.0 {
            timers.set(timer, value);
        }
        timers
    }

    /// The values that would make no sense at all.
    pub(crate) fn faults<'a>(&'a self, key: &'a str) -> impl Iterator<Item = Fault> + 'a {
        let nonsense = |(_, value): &&(Timer, Duration)| value.is_zero() || *value > MOST;
        self.0.iter().filter(nonsense).map(move |(timer, _)| {
            let message = "expected more than 0 and at most 24 hours";
            Fault::new(place(key, *timer), message)
        })
    }

    /// The values that the standard does not have, that undo each other, or of timers that nothing
    /// starts.
    pub(crate) fn warnings<'a>(
        &'a self,
        key: &'a str,
        procedures: Procedures,
    ) -> impl Iterator<Item = Fault> + 'a {
        let odd = self.0.iter();
        let odd = odd.filter(move |(timer, value)| !timer.range(procedures).contains(value));
        let odd = odd.map(move |&(timer, value)| {
            let message = format!(
                "{}, {} has {}",
                span_of_time::text([value], ""),
                procedures.name(),
                range(timer, procedures)
            );
            Fault::new(place(key, timer), message)
        });
        odd.chain(self.idle(key, procedures))
            .chain(self.unused(key))
    }

    fn unused<'a>(&'a self, key: &'a str) -> impl Iterator<Item = Fault> + 'a {
        self.0.iter().filter_map(move |&(timer, _)| {
            let message = format!("has no effect: {}", timer.unused()?);
            Some(Fault::new(place(key, timer), message))
        })
    }

    /// Timers that repeat a message, but would expire too late to.
    fn idle<'a>(
        &'a self,
        key: &'a str,
        procedures: Procedures,
    ) -> impl Iterator<Item = Fault> + 'a {
        let timers = self.timers(procedures);
        PAIRS.iter().filter_map(move |&(repeat, end, message)| {
            let set = |timer| self.0.iter().find(|(set, _)| *set == timer);
            let (named, _) = set(repeat).or_else(|| set(end))?;
            let late = timers.value(repeat) >= timers.value(end);
            late.then(|| {
                let message = format!(
                    "{message} is never repeated: {} ({}) does not expire before {} ({})",
                    repeat.name(),
                    span_of_time::text([timers.value(repeat)], ""),
                    end.name(),
                    span_of_time::text([timers.value(end)], ""),
                );
                Fault::new(place(key, *named), message)
            })
        })
    }
}

/// The range of a timer, for people.
pub(crate) fn range(timer: Timer, procedures: Procedures) -> String {
    let (least, most) = timer.range(procedures).into_inner();
    if least == most {
        span_of_time::text([least], "")
    } else {
        span_of_time::text([least, most], "–")
    }
}

fn place(key: &str, timer: Timer) -> String {
    format!("{key}.{}", timer.name().to_lowercase())
}

impl<'de> Deserialize<'de> for TimersConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TimersVisitor)
    }
}

struct TimersVisitor;

impl<'de> Visitor<'de> for TimersVisitor {
    type Value = TimersConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of timers, such as { t7 = \"25s\" }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TimersConfig, A::Error> {
        let mut timers = Vec::new();
        while let Some((Name(timer), Value(value))) = map.next_entry()? {
            timers.push((timer, value));
        }
        Ok(TimersConfig(timers))
    }
}

/// `t7`
struct Name(Timer);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is = |timer: &&Timer| timer.name().to_lowercase() == text;
        let timer = Timer::ALL.iter().find(is).copied();
        timer.map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "unknown key `{text}`, expected `t1` to `t39` or `tcra`"
            ))
        })
    }
}

/// `"20s"`
struct Value(Duration);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = span_of_time::EXPECTED;
        f.write_str(expected.strip_prefix("expected ").unwrap_or(expected))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        span_of_time::parse(text).map(Value).map_err(E::custom)
    }
}
