//! What a body is for, and whether the message may be taken without it (RFC 3261 §20.11, RFC 3204
//! §6).

use crate::sip::error::Malformed;
use crate::sip::grammar::{find_outside, is_token_text, trim};
use crate::sip::params::Params;

/// The Content-Disposition header field.
///
/// ```
/// use codecs::sip::{Disposition, Handling};
///
/// let signal = Disposition::parse(b"signal;handling=optional").unwrap();
/// assert!(signal.is("Signal"));
/// assert_eq!(signal.handling, Handling::Optional);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Disposition<'a> {
    /// `session`, `signal`, `render`, …
    pub kind: &'a str,
    /// What to do where it is not understood.
    pub handling: Handling,
    /// `;handling=optional`
    pub params: Params<'a>,
}

/// What becomes of a message with a body that is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Handling {
    /// It is refused (415).
    #[default]
    Required,
    /// The body is passed over.
    Optional,
}

impl Handling {
    /// The value of the parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
        }
    }
}

impl Disposition<'static> {
    /// Of a session description that says nothing else.
    pub(super) const SESSION: Self = Self::plain("session");

    /// Of everything else that says nothing else.
    pub(super) const RENDER: Self = Self::plain("render");

    const fn plain(kind: &'static str) -> Self {
        Self {
            kind,
            handling: Handling::Required,
            params: Params::NONE,
        }
    }
}

impl<'a> Disposition<'a> {
    /// Reads the value of a Content-Disposition field. A handling that is neither one is `required`,
    /// as is none.
    ///
    /// # Errors
    /// [`Malformed`] unless it is a token with parameters.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        let clause = "RFC 3261 §20.11";
        Self::read(value).ok_or_else(|| Malformed::syntax("Content-Disposition", value, clause))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let (text, params) = value.split_at(find_outside(value, b';').unwrap_or(value.len()));
        let kind = std::str::from_utf8(trim(text)).ok()?;
        let params = Params::of_field(params)?;
        let handling = params.get("handling").unwrap_or_default();
        is_token_text(kind.as_bytes()).then_some(Self {
            kind,
            handling: match handling.eq_ignore_ascii_case(Handling::Optional.as_str()) {
                true => Handling::Optional,
                false => Handling::Required,
            },
            params,
        })
    }

    /// Whether it is this one, without regard to case.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }
}
