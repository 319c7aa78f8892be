//! What is wrong with a message, precisely enough to answer 400 (RFC 3261 §21.4.1).

use super::{Message, Method};

/// A message, or a header field of one, that does not follow its grammar.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{fault} {field} ({clause}): {value:?}")]
pub struct Malformed {
    /// The header field, or `Request-Line`, `Status-Line`, `URI`, `message`.
    pub field: &'static str,
    /// What is wrong with it.
    pub fault: Fault,
    /// The beginning of the offending text, at most 64 bytes of it.
    pub value: Box<str>,
    /// The clause it breaks.
    pub clause: &'static str,
    /// What could be read of the message nevertheless: enough to answer a request. `None` where
    /// not even its kind is known, where it is a response, and from the views of single fields.
    pub message: Option<Box<Message>>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It must be there and is not.
    #[error("missing")]
    Missing,
    /// It may be there once and is there again.
    #[error("repeated")]
    Repeated,
    /// It does not follow its grammar.
    #[error("malformed")]
    Syntax,
    /// It contradicts another part of the message.
    #[error("contradictory")]
    Contradiction,
    /// It ends before what it announces.
    #[error("truncated")]
    Truncated,
    /// It is larger, or there are more of it, than is taken.
    #[error("oversized")]
    Oversized,
    /// A version of SIP other than 2.0.
    #[error("unsupported")]
    Version,
}

impl Malformed {
    pub(super) fn new(
        fault: Fault,
        field: &'static str,
        value: &[u8],
        clause: &'static str,
    ) -> Self {
        let excerpt = &value[..value.len().min(64)];
        Self {
            field,
            fault,
            value: String::from_utf8_lossy(excerpt).into(),
            clause,
            message: None,
        }
    }

    pub(super) fn syntax(field: &'static str, value: &[u8], clause: &'static str) -> Self {
        Self::new(Fault::Syntax, field, value, clause)
    }

    /// The status a request with this fault is answered with (RFC 3261 §21): 505 for a version
    /// of SIP other than 2.0, 513 for a message that is too large, 501 for a method nobody knows
    /// that CSeq does not name (RFC 4475 §3.1.2.18), 400 otherwise.
    pub fn status(&self) -> u16 {
        match (self.fault, self.field) {
            (Fault::Version, _) => 505,
            (Fault::Oversized, "message") => 513,
            (Fault::Contradiction, "CSeq") if self.has_unknown_method() => 501,
            _ => 400,
        }
    }

    fn has_unknown_method(&self) -> bool {
        let message = self.message.as_ref();
        message.is_some_and(|message| matches!(message.method(), Method::Other(_)))
    }
}
