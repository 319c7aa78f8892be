//! What configuration files say of parties.

use std::time::Duration;

use media::Law;
use routing::E164;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::behaviour::{Answer, Conversation, Pitch};
use crate::config::{Fault, from_text};

/// A global number: `+`, country code, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Number(#[serde(deserialize_with = "whole")] pub E164);

/// No country has numbers of fewer digits, the country code included.
const LEAST_DIGITS: usize = 4;

fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<E164, D::Error> {
    let number: E164 = from_text(deserializer)?;
    if number.digits().len() < LEAST_DIGITS {
        return Err(D::Error::custom(format!(
            "\"{number}\" is too short: expected a country code and a number behind it"
        )));
    }
    Ok(number)
}

/// `takes`: how a party takes calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Takes {
    /// Rings, then answers.
    #[default]
    Answer,
    /// Rings, then rejects.
    Reject,
    /// Is busy.
    Busy,
    /// Rings until the caller gives up.
    Never,
}

impl Takes {
    /// What the party is told that rings for `ring_ms` and rejects with `rejection`.
    pub(crate) fn answer<Rejection>(self, ring_ms: u64, rejection: Rejection) -> Answer<Rejection> {
        let ring = Duration::from_millis(ring_ms);
        match self {
            Self::Answer => Answer::After(ring),
            Self::Reject => Answer::RejectAfter(ring, rejection),
            Self::Busy => Answer::Busy,
            Self::Never => Answer::Never,
        }
    }
}

/// `conversation`: what a party does once a call is answered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationConfig {
    tone_hz: Option<u16>,
    expect_hz: Option<u16>,
    #[serde(default)]
    expect_law: LawConfig,
    hang_up_after_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LawConfig {
    #[default]
    A,
    Mu,
}

impl ConversationConfig {
    /// What the party is told.
    pub(crate) fn conversation(&self) -> Conversation {
        let law = match self.expect_law {
            LawConfig::A => Law::A,
            LawConfig::Mu => Law::Mu,
        };
        Conversation {
            says: self.tone_hz,
            expects: self.expect_hz.map(|hertz| Pitch { hertz, law }),
            hang_up_after: self.hang_up_after_ms.map(Duration::from_millis),
        }
    }

    /// Frequencies nobody could hear; `key` is the party's.
    pub(crate) fn faults(&self, key: &str) -> impl Iterator<Item = Fault> {
        let tones = [("tone_hz", self.tone_hz), ("expect_hz", self.expect_hz)];
        tones.into_iter().filter_map(move |(name, hertz)| {
            let hertz = hertz.filter(|hertz| !(300..=3400).contains(hertz))?;
            let message =
                format!("{hertz} Hz, expected a frequency of the telephone band, 300 to 3400");
            Some(Fault::new(format!("{key}.conversation.{name}"), message))
        })
    }
}
