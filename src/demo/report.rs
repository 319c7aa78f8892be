//! What the demo saw and heard, for people and for programs.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::ladder::Rung;
use crate::party::{CallReport, Heard};

/// The whole demo.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) ok: bool,
    pub(super) calls: Vec<Call>,
}

/// One call.
#[derive(Debug, Serialize)]
pub(super) struct Call {
    pub(super) name: &'static str,
    pub(super) calling: String,
    pub(super) called: String,
    pub(super) answered: bool,
    pub(super) release_cause: u8,
    #[serde(rename = "post_dial_delay_ms", serialize_with = "milliseconds")]
    pub(super) post_dial_delay: Option<Duration>,
    pub(super) messages: Vec<Message>,
    pub(super) voice: Voices,
}

/// One message of a call.
#[derive(Debug)]
pub(super) struct Message(pub(super) Rung);

/// What was heard on both sides.
#[derive(Debug, Serialize)]
pub(super) struct Voices {
    pub(super) pstn_to_ims: Voice,
    pub(super) ims_to_pstn: Voice,
}

/// What was heard on one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice(Heard);

impl From<Option<CallReport>> for Voice {
    /// Of the party that listened.
    fn from(report: Option<CallReport>) -> Self {
        let report = report.as_ref();
        let conversation = report.and_then(|report| report.conversation);
        Self(Heard {
            voice: report.and_then(|report| report.voice).unwrap_or_default(),
            conversation: conversation.unwrap_or_default(),
        })
    }
}

/// 16: normal call clearing.
const NORMAL: u8 = 16;

impl Call {
    /// Whether the call was answered, heard exactly both ways for nine tenths of the conversation
    /// at least, and released normally.
    pub(super) fn is_good(&self) -> bool {
        let Voices {
            pstn_to_ims: Voice(on_ims),
            ims_to_pstn: Voice(on_pstn),
        } = self.voice;
        let heard = on_ims.is_good() && on_pstn.is_good();
        self.answered && self.release_cause == NORMAL && heard
    }
}

impl Report {
    /// The last line.
    pub(super) fn verdict(&self) -> String {
        let good = self.calls.iter().filter(|call| call.is_good()).count();
        let all = self.calls.len();
        let word = if self.ok { "ok" } else { "FAILED" };
        format!(
            "{word}: {good} of {all} calls answered, heard exactly both ways, released normally"
        )
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} calls {}", self.name, self.calling, self.called)?;
        for Message(rung) in &self.messages {
            writeln!(f, "  {rung}")?;
        }
        let word = if self.answered {
            "answered"
        } else {
            "not answered"
        };
        write!(f, "  {word}, ")?;
        if let Some(delay) = self.post_dial_delay {
            write!(
                f,
                "post-dial delay {:.0} ms, ",
                delay.as_secs_f64() * 1000.0
            )?;
        }
        let Voices {
            pstn_to_ims,
            ims_to_pstn,
        } = &self.voice;
        write!(
            f,
            "voice PSTN → IMS {pstn_to_ims}, IMS → PSTN {ims_to_pstn}, "
        )?;
        writeln!(f, "released cause {}", self.release_cause)
    }
}

impl fmt::Display for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Voice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let Heard {
            voice,
            conversation,
        } = self.0;
        let mut heard = serializer.serialize_struct("voice", 3)?;
        heard.serialize_field("samples", &voice.samples)?;
        heard.serialize_field("exact", &voice.exact)?;
        heard.serialize_field("conversation_ms", &in_milliseconds(conversation))?;
        heard.end()
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let Rung {
            at,
            from,
            to,
            protocol,
            name,
            detail,
        } = &self.0;
        let mut message = serializer.serialize_struct("message", 6)?;
        message.serialize_field("at_ms", &in_milliseconds(*at))?;
        message.serialize_field("from", from)?;
        message.serialize_field("to", to)?;
        message.serialize_field("protocol", protocol)?;
        message.serialize_field("name", name)?;
        message.serialize_field("detail", detail)?;
        message.end()
    }
}

fn milliseconds<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(in_milliseconds).serialize(serializer)
}

/// Milliseconds, to the microsecond.
fn in_milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
