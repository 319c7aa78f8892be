//! Scenarios from text.

use std::ops::RangeInclusive;
use std::time::Duration;

use codecs::isup::{Cic, Variant};
use protocols::isup::{Control, Timer};

use super::message::circuit;
use super::notice;
use super::{
    Act, Conditions, Hearing, Listener, Operation, Pattern, Request, Scenario, Side, Step, Verb,
};

/// A line that is no step of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {fault}")]
pub struct Fault {
    /// The name of the file.
    pub file: String,
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it, and what was expected.
    pub fault: String,
}

const STEPS: &str = "->, <-, far ->, far <-, user:, user hears:, operator:, alert:, media:, \
                     media hears:, mtp:, wait, no more messages";

/// What a message transfer part has news of.
const MTP: &[&str] = &["user part unavailable"];

/// What messages a call control hears of are, if they are not called by their acronym.
const CALLED: &[(&str, &str)] = &[
    ("setup", "IAM"),
    ("reattempt", "IAM"),
    ("refused", "IAM"),
    ("released", "REL"),
    ("failed", "REL"),
];

impl Scenario {
    /// Reads a scenario; `file` is its name for faults.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, Fault> {
        let mut scenario = Self {
            title: String::new(),
            conditions: Conditions::default(),
            there: Vec::new(),
            steps: Vec::new(),
        };
        for (line, text) in (1..).zip(text.lines()) {
            scenario.read(line, text.trim()).map_err(|fault| Fault {
                file: file.to_owned(),
                line,
                fault,
            })?;
        }
        Ok(scenario)
    }

    fn read(&mut self, line: usize, text: &str) -> Result<(), String> {
        if let Some(comment) = text.strip_prefix('#') {
            if self.title.is_empty() {
                comment.trim().clone_into(&mut self.title);
            }
            return Ok(());
        }
        let (text, _) = text.split_once(" #").unwrap_or((text, ""));
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            return Ok(());
        }
        if self.conditions.read(&words, self.steps.is_empty())? {
            if !["circuits", "variant"]
                .iter()
                .any(|here| words.contains(here))
            {
                self.there.push(words.join(" "));
            }
            return Ok(());
        }
        let act = self.conditions.act(&words)?;
        let text = words.join(" ");
        self.steps.push(Step { line, text, act });
        Ok(())
    }
}

impl Conditions {
    /// Whether the line is a condition.
    fn read(&mut self, words: &[&str], first: bool) -> Result<bool, String> {
        match *words {
            ["variant", _] if *self != Self::default() => {
                return Err("expected variant before all other conditions".to_owned());
            }
            ["variant", name] => self.variant = variant(name)?,
            ["circuits", range] => self.circuits = self.range(range)?,
            ["far", "circuits", range] => self.far_circuits = Some(self.range(range)?),
            ["control", which] => self.control = Some(control(which)?),
            ["timer", name, "=", value] => {
                self.timers.push((timer(name)?, duration(value)?));
            }
            ["check", "continuity"] => self.check_continuity = true,
            ["overlap"] => self.overlap = true,
            _ => return Ok(false),
        }
        match first {
            true => Ok(true),
            false => Err(format!("expected a step ({STEPS}), found a condition")),
        }
    }

    fn act(&self, words: &[&str]) -> Result<Act, String> {
        Ok(match *words {
            ["->", ref message @ ..] => Act::Send(Side::Near, self.message(message)?),
            ["<-", ref message @ ..] => Act::Expect(Side::Near, self.message(message)?),
            ["far", "->", ref message @ ..] => Act::Send(Side::Far, self.far_message(message)?),
            ["far", "<-", ref message @ ..] => Act::Expect(Side::Far, self.far_message(message)?),
            ["user:", ref words @ ..] => Act::Ask(self.user(words)?),
            ["user", "hears:", ref words @ ..] => Act::Hear(self.hearing(Listener::User, words)?),
            ["operator:", ref words @ ..] => Act::Ask(Request::Operate(self.operation(words)?)),
            ["alert:", ref words @ ..] => Act::Hear(self.hearing(Listener::Staff, words)?),
            ["media:", "tone", "heard", ref rest @ ..] => {
                Act::Ask(Request::Tone(self.only_circuit(rest)?))
            }
            ["media", "hears:", ref words @ ..] => Act::Hear(self.hearing(Listener::Media, words)?),
            ["mtp:", ref words @ ..] => Act::Ask(Request::Mtp(words_of(MTP, &words.join(" "))?)),
            ["wait", time] => Act::Wait(self.time(time)?),
            ["no", "more", "messages"] => Act::Quiet(None),
            ["no", "more", "messages", "for", time] => Act::Quiet(Some(self.time(time)?)),
            _ => return Err(format!("expected {STEPS}, found {:?}", words.join(" "))),
        })
    }

    fn range(&self, text: &str) -> Result<RangeInclusive<u16>, String> {
        circuits(text, self.variant.last_cic())
    }

    /// The circuit of lines that name none.
    fn circuit(&self) -> u16 {
        *self.circuits.start()
    }

    fn message(&self, words: &[&str]) -> Result<Pattern, String> {
        Pattern::parse_as(self.variant, words, self.circuit())
    }

    fn far_message(&self, words: &[&str]) -> Result<Pattern, String> {
        let circuits = self.far_circuits.as_ref();
        let first = circuits.ok_or("expected a condition before: far circuits")?;
        Pattern::parse_as(self.variant, words, *first.start())
    }

    fn message_called(&self, acronym: &str, settings: &[&str]) -> Result<Pattern, String> {
        self.message(&[&[acronym], settings].concat())
    }

    fn user(&self, words: &[&str]) -> Result<Request, String> {
        Ok(match *words {
            ["seize", ref settings @ ..] => Request::Seize(self.message_called("IAM", settings)?),
            ["release", ref settings @ ..] => {
                Request::Release(self.message_called("REL", settings)?)
            }
            ["overloaded", level] => {
                Request::Overloaded(one_of(level, &[("0", 0), ("1", 1), ("2", 2)])?)
            }
            _ => Request::Say(self.message(words)?),
        })
    }

    /// Words that are not those of a message stand for themselves.
    fn hearing(&self, to: Listener, words: &[&str]) -> Result<Hearing, String> {
        let (&what, settings) = words
            .split_first()
            .ok_or("expected what is heard, found the end of the line")?;
        let called = CALLED.iter().find(|(word, _)| *word == what);
        let acronym = called.map_or(what, |(_, acronym)| acronym);
        if to == Listener::User {
            let message = self.message_called(acronym, settings)?;
            return Ok(Hearing {
                to,
                cic: message.cic,
                what: what.to_owned(),
                message: Some(message).filter(|message| !message.is_bare()),
            });
        }
        let (settings, words): (Vec<&str>, Vec<&str>) =
            words.iter().partition(|word| word.contains('='));
        let notices = match to {
            Listener::Staff => notice::ALERTS,
            _ => notice::ACTIONS,
        };
        Ok(Hearing {
            to,
            cic: self.only_circuit(&settings)?,
            what: words_of(notices, &words.join(" "))?,
            message: None,
        })
    }

    fn only_circuit(&self, words: &[&str]) -> Result<u16, String> {
        match *words {
            [] => Ok(self.circuit()),
            [word] if word.starts_with("cic=") => {
                circuit(&word["cic=".len()..], self.variant.last_cic())
            }
            _ => Err(format!("expected cic=, found {:?}", words.join(" "))),
        }
    }

    fn operation(&self, words: &[&str]) -> Result<Operation, String> {
        let (verb, settings) = words
            .split_first()
            .ok_or("expected a command, found the end of the line")?;
        let verbs = [
            ("block", Verb::Block),
            ("unblock", Verb::Unblock),
            ("reset", Verb::Reset),
            ("check", Verb::Check),
        ];
        let mut operation = Operation {
            verb: one_of(verb, &verbs)?,
            circuits: self.circuit()..=self.circuit(),
            hardware: false,
        };
        for setting in settings {
            match setting.split_once('=') {
                Some(("cic", range)) => operation.circuits = self.circuits_among_ours(range)?,
                Some(("type", kind)) => {
                    let kinds = [("maintenance", false), ("hardware", true)];
                    operation.hardware = one_of(kind, &kinds)?;
                }
                _ => return Err(format!("expected cic= or type=, found {setting:?}")),
            }
        }
        Ok(operation)
    }

    fn circuits_among_ours(&self, range: &str) -> Result<RangeInclusive<u16>, String> {
        let (ours, found) = (&self.circuits, self.range(range)?);
        match ours.contains(found.start()) && ours.contains(found.end()) {
            true => Ok(found),
            false => {
                let (first, last) = (ours.start(), ours.end());
                Err(format!(
                    "expected circuits of {first}-{last}, found {range:?}"
                ))
            }
        }
    }

    /// A time such as `15s`, or the value of a timer here.
    ///
    /// # Errors
    /// What was expected.
    pub fn time(&self, text: &str) -> Result<Duration, String> {
        if !text.starts_with('T') {
            return duration(text);
        }
        let timer = timer(text)?;
        let set = self.timers.iter().rev().find(|(other, _)| *other == timer);
        Ok(set.map_or(
            timer.default_value(self.variant.procedures),
            |&(_, value)| value,
        ))
    }
}

fn variant(name: &str) -> Result<&'static Variant, String> {
    let known: Vec<_> = Variant::ALL.iter().map(|it| (it.name, *it)).collect();
    one_of(name, &known)
}

fn circuits(text: &str, highest: Cic) -> Result<RangeInclusive<u16>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let circuits = circuit(first, highest)?..=circuit(last, highest)?;
    match circuits.is_empty() {
        true => Err(format!("expected circuits such as 1-31, found {text:?}")),
        false => Ok(circuits),
    }
}

fn control(text: &str) -> Result<Control, String> {
    let which = [
        ("odd", Control::Odd),
        ("even", Control::Even),
        ("all", Control::All),
        ("none", Control::None),
    ];
    one_of(text, &which)
}

fn timer(name: &str) -> Result<Timer, String> {
    let mut timers = Timer::ALL.iter().copied();
    let found = timers.find(|timer| timer.name() == name);
    found.ok_or_else(|| format!("expected a timer T1 … T39, found {name:?}"))
}

fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("min", 60_000), ("s", 1000), ("h", 3_600_000)];
    let amount = |&(unit, factor): &(&str, u64)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(factor)
    };
    let milliseconds = units.iter().find_map(amount);
    milliseconds
        .map(Duration::from_millis)
        .ok_or_else(|| format!("expected a time such as 300ms, 15s, 5min or 1h, found {text:?}"))
}

fn words_of(known: &[&str], text: &str) -> Result<String, String> {
    let known: Vec<_> = known.iter().map(|words| (*words, *words)).collect();
    one_of(text, &known).map(str::to_owned)
}

fn one_of<T: Copy>(text: &str, names: &[(&str, T)]) -> Result<T, String> {
    let found = names.iter().find(|(name, _)| *name == text);
    found.map(|&(_, value)| value).ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
        format!("expected {}, found {text:?}", names.join(", "))
    })
}
