//! What became of a call.

use std::fmt;
use std::time::Duration;

use codecs::isup::Cause;
use media::VoiceReport;
use protocols::isup::Direction;
use routing::E164;

/// A call that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReport {
    /// Its name, for one that was placed here under a name.
    pub name: Option<String>,
    /// Outgoing: placed here; incoming: answered, or not, here.
    pub direction: Direction,
    /// Who called, if that was told.
    pub calling: Option<E164>,
    /// Who was called: `+` and digits, or the digits as received if they mean nobody.
    pub called: String,
    /// Whether the call was answered.
    pub answered: bool,
    /// Why it ended (Q.850).
    pub release_cause: Cause,
    /// Who ended it.
    pub released_by: ReleasedBy,
    /// From dialling to ringing: of an outgoing call from its IAM to the first message that says
    /// that the called party is free or answers.
    pub post_dial_delay: Option<Duration>,
    /// From answer to release.
    pub conversation: Option<Duration>,
    /// What was heard, where a tone was expected.
    pub voice: Option<VoiceReport>,
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleasedBy {
    /// This exchange or its subscriber.
    Here,
    /// The other exchange.
    There,
    /// Nobody: the call failed on its way.
    Failure,
}

impl fmt::Display for CallReport {
    /// One line for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}: ")?;
        }
        let direction = match self.direction {
            Direction::Outgoing => "outgoing",
            Direction::Incoming => "incoming",
        };
        let calling = self
            .calling
            .map_or("unknown".into(), |number| number.to_string());
        write!(f, "{direction} {calling} -> {}: ", self.called)?;
        if let Some(delay) = self.post_dial_delay {
            write!(f, "rang after {:.3} s, ", delay.as_secs_f64())?;
        }
        match self.conversation {
            Some(conversation) => write!(f, "answered for {:.3} s, ", conversation.as_secs_f64())?,
            None => f.write_str("not answered, ")?,
        }
        let by = match self.released_by {
            ReleasedBy::Here => "released here",
            ReleasedBy::There => "released there",
            ReleasedBy::Failure => "failed",
        };
        write!(f, "{by}, cause {}", self.release_cause.0)?;
        match self.voice {
            Some(VoiceReport {
                samples,
                exact: true,
            }) => write!(f, ", voice exact ({samples} samples)"),
            Some(VoiceReport { samples: 0, .. }) => f.write_str(", voice not heard"),
            Some(VoiceReport { samples, .. }) => {
                write!(f, ", voice exact for {samples} samples only")
            }
            None => Ok(()),
        }
    }
}
