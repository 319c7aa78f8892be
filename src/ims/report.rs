//! What became of a call.

use std::fmt;
use std::time::Duration;

use codecs::isup::Cause;
use media::VoiceReport;

/// A call of a terminal that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReport {
    /// Its name, for one that was placed here under a name.
    pub name: Option<String>,
    /// The terminal's name.
    pub terminal: String,
    /// Which way it went.
    pub direction: Direction,
    /// Who called: a telephone number where one was told, else a URI.
    pub calling: String,
    /// Who was called, likewise.
    pub called: String,
    /// Whether the call was answered.
    pub answered: bool,
    /// The status that refused it.
    pub status: Option<u16>,
    /// Why it ended (Q.850), where that was said or follows from how it ended.
    pub release_cause: Option<Cause>,
    /// Who ended it.
    pub released_by: ReleasedBy,
    /// Of an outgoing call, from dialling to 180 or answer.
    pub post_dial_delay: Option<Duration>,
    /// From answer to release.
    pub conversation: Option<Duration>,
    /// What was heard, where a tone was expected.
    pub voice: Option<VoiceReport>,
}

/// Which way a call goes, as its terminal sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Placed by it.
    Outgoing,
    /// Placed to it.
    Incoming,
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReleasedBy {
    /// This terminal.
    Here,
    /// The other party.
    There,
    /// Another terminal of the same user answered.
    Elsewhere,
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
        let Self {
            terminal,
            calling,
            called,
            ..
        } = self;
        write!(f, "{terminal}: {direction} {calling} -> {called}: ")?;
        if let Some(delay) = self.post_dial_delay {
            write!(f, "rang after {:.3} s, ", delay.as_secs_f64())?;
        }
        match self.conversation {
            Some(conversation) => write!(f, "answered for {:.3} s, ", conversation.as_secs_f64())?,
            None => f.write_str("not answered, ")?,
        }
        f.write_str(match self.released_by {
            ReleasedBy::Here => "released here",
            ReleasedBy::There => "released there",
            ReleasedBy::Elsewhere => "answered elsewhere",
            ReleasedBy::Failure => "failed",
        })?;
        if let Some(status) = self.status {
            write!(f, ", status {status}")?;
        }
        if let Some(cause) = self.release_cause {
            write!(f, ", cause {}", cause.0)?;
        }
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
