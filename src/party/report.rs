//! What became of a call.

use std::fmt;
use std::time::Duration;

use codecs::isup::Cause;
use media::VoiceReport;

use super::heard::Heard;

/// A call of a party that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReport {
    /// Its name, for one that was placed here under a name.
    pub name: Option<String>,
    /// The name of the IMS terminal whose call it was.
    pub terminal: Option<String>,
    /// Which way it went.
    pub direction: Direction,
    /// Who called, if that was told: a telephone number, or else a URI.
    pub calling: Option<String>,
    /// Who was called, likewise; the digits as received if they mean nobody.
    pub called: String,
    /// Whether the call was answered.
    pub answered: bool,
    /// The SIP status that refused it.
    pub status: Option<u16>,
    /// Why it ended (Q.850), where that was said or follows from how it ended: always in the
    /// telephone network.
    pub release_cause: Option<Cause>,
    /// Who ended it.
    pub released_by: ReleasedBy,
    /// Of an outgoing call, from dialling to the first sign that the called party is free or
    /// answers.
    pub post_dial_delay: Option<Duration>,
    /// From answer to release.
    pub conversation: Option<Duration>,
    /// What was heard, where a tone was expected.
    pub voice: Option<VoiceReport>,
}

/// Which way a call goes, as its party here sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Placed here.
    Outgoing,
    /// Answered, or not, here.
    Incoming,
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReleasedBy {
    /// The party here, or the exchange that serves it.
    Here,
    /// The other party, or its network.
    There,
    /// Another terminal of the same user answered.
    Elsewhere,
    /// Nobody: the call failed on its way.
    Failure,
}

impl CallReport {
    /// What was heard of the conversation, where a tone was expected.
    pub fn heard(&self) -> Option<Heard> {
        Some(Heard {
            voice: self.voice?,
            conversation: self.conversation.unwrap_or_default(),
        })
    }
}

impl fmt::Display for CallReport {
    /// One line for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in self.name.iter().chain(&self.terminal) {
            write!(f, "{name}: ")?;
        }
        let direction = match self.direction {
            Direction::Outgoing => "outgoing",
            Direction::Incoming => "incoming",
        };
        let calling = self.calling.as_deref().unwrap_or("unknown");
        write!(f, "{direction} {calling} -> {}: ", self.called)?;
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
            write!(f, ", cause {}", cause.value())?;
        }
        match self.heard() {
            Some(heard) => write!(f, ", voice {heard}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_known_and_nothing_else() {
        let mut report = CallReport {
            name: None,
            terminal: None,
            direction: Direction::Incoming,
            calling: None,
            called: "+493090026000".into(),
            answered: false,
            status: None,
            release_cause: Some(Cause::USER_BUSY),
            released_by: ReleasedBy::Here,
            post_dial_delay: None,
            conversation: None,
            voice: None,
        };
        assert_eq!(
            report.to_string(),
            "incoming unknown -> +493090026000: not answered, released here, cause 17"
        );
        report = CallReport {
            name: Some("outgoing".into()),
            terminal: Some("mobile".into()),
            direction: Direction::Outgoing,
            calling: Some("+491715407090".into()),
            answered: true,
            status: Some(480),
            release_cause: None,
            released_by: ReleasedBy::Failure,
            post_dial_delay: Some(Duration::from_millis(12)),
            conversation: Some(Duration::from_secs(3)),
            voice: Some(VoiceReport {
                samples: 24_000,
                exact: true,
            }),
            ..report
        };
        assert_eq!(
            report.to_string(),
            "outgoing: mobile: outgoing +491715407090 -> +493090026000: rang after 0.012 s, \
             answered for 3.000 s, failed, status 480, voice exact, heard 3.00 of 3.00 s"
        );
    }
}
