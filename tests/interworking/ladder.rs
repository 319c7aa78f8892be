//! Ladders of both protocols from text. `docs/scenarios.md` describes the format.

use std::time::Duration;

use tandem::exchange::Through;
use tandem::scenario::{Conditions, Pattern};

use crate::sip;

/// A ladder, and what its gateway has otherwise than `gateway.toml`.
#[derive(Debug, Default)]
pub(crate) struct Ladder {
    /// The first comment.
    pub(crate) title: String,
    /// Keys of the configuration with their values, as in TOML.
    pub(crate) config: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// A line, with those that belong to it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) act: Act,
}

#[derive(Debug)]
pub(crate) enum Act {
    Isup(Way, Isup),
    Sip(Way, sip::Line),
    Wait(Duration),
    Quiet(Duration),
    Voice(Option<Through>),
}

/// An ISUP message on a trunk group.
#[derive(Debug)]
pub(crate) struct Isup {
    /// Which, by name; the first one if none is named.
    pub(crate) trunk: Option<String>,
    pub(crate) message: Pattern,
}

/// The gateway stands right, everybody else left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// `->`: to the gateway.
    In,
    /// `<-`: what the gateway is to send.
    Out,
}

const STEPS: &str = "ISUP ->, ISUP <-, SIP ->, SIP <-, wait, voice, no more messages";

/// How long `no more messages` listens unless it says so.
const QUIET: Duration = Duration::from_secs(3600);

impl Ladder {
    /// Reads a ladder.
    ///
    /// # Errors
    /// The first line that is wrong, with its number.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut ladder = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            let read = match text.starts_with([' ', '\t']) {
                true => ladder.read_detail(text.trim()),
                false => ladder.read(line, text.trim()),
            };
            read.map_err(|fault| format!("line {line}: {fault}"))?;
        }
        Ok(ladder)
    }

    fn read(&mut self, line: usize, text: &str) -> Result<(), String> {
        if let Some(comment) = text.strip_prefix('#') {
            if self.title.is_empty() {
                comment.trim().clone_into(&mut self.title);
            }
        } else if let Some(setting) = text.strip_prefix("config:") {
            match self.steps.is_empty() {
                true => self.config.push(setting.trim().to_owned()),
                false => return Err("expected a step, found a condition".into()),
            }
        } else if !text.is_empty() {
            let (text, _) = text.split_once(" #").unwrap_or((text, ""));
            let words: Vec<&str> = text.split_whitespace().collect();
            let act = act(&words)?;
            let text = words.join(" ");
            self.steps.push(Step { line, text, act });
        }
        Ok(())
    }

    /// An indented line: a header field or a part of the body of the message above.
    fn read_detail(&mut self, text: &str) -> Result<(), String> {
        match self.steps.last_mut().map(|step| &mut step.act) {
            _ if text.is_empty() || text.starts_with('#') => Ok(()),
            Some(Act::Sip(way, line)) => line.add(*way, text),
            _ => Err("expected a SIP message above this line".into()),
        }
    }
}

fn act(words: &[&str]) -> Result<Act, String> {
    let conditions = Conditions::default();
    Ok(match *words {
        ["ISUP", ref rest @ ..] => {
            let (trunk, way, message) = split(rest)?;
            let message = Pattern::parse(message, if trunk.is_none() { 1 } else { 33 })?;
            Act::Isup(way, Isup { trunk, message })
        }
        ["SIP", ref rest @ ..] => {
            let (peer, way, message) = split(rest)?;
            Act::Sip(way, sip::Line::parse(peer, way, message)?)
        }
        ["wait", time] => Act::Wait(conditions.time(time)?),
        ["no", "more", "messages"] => Act::Quiet(QUIET),
        ["no", "more", "messages", "for", time] => Act::Quiet(conditions.time(time)?),
        ["voice", ref way @ ..] => Act::Voice(voice(&way.join(" "))?),
        _ => return Err(format!("expected {STEPS}, found {:?}", words.join(" "))),
    })
}

/// Whom a message is exchanged with, if that is said; which way; the message.
fn split<'a>(words: &'a [&'a str]) -> Result<(Option<String>, Way, &'a [&'a str]), String> {
    let (name, words) = match words {
        [name, rest @ ..] if !matches!(*name, "->" | "<-") => (Some((*name).to_owned()), rest),
        _ => (None, words),
    };
    match words {
        ["->", message @ ..] => Ok((name, Way::In, message)),
        ["<-", message @ ..] => Ok((name, Way::Out, message)),
        _ => Err(format!("expected -> or <-, found {:?}", words.join(" "))),
    }
}

fn voice(text: &str) -> Result<Option<Through>, String> {
    Ok(Some(match text {
        "both ways" => Through::Both,
        "to ISUP" => Through::ToTimeslot,
        "to SIP" => Through::ToRtp,
        "neither way" => Through::Neither,
        "not yet" => return Ok(None),
        _ => {
            let ways = "both ways, to ISUP, to SIP, neither way, not yet";
            return Err(format!("expected {ways}, found {text:?}"));
        }
    }))
}
