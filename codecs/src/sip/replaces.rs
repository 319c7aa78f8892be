//! Replaces: the dialog whose place a new call takes (RFC 3891 §6.1).

use std::fmt;

use super::error::Malformed;
use super::grammar::trim;
use super::params::Params;

/// The value of the Replaces header field, tags as the recipient of it sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaces<'a> {
    /// Call-ID of the dialog.
    pub call_id: &'a str,
    /// The recipient's own tag.
    pub to_tag: &'a str,
    /// Its peer's tag.
    pub from_tag: &'a str,
    /// Only if the dialog is not confirmed.
    pub early_only: bool,
}

impl fmt::Display for Replaces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            call_id,
            to_tag,
            from_tag,
            early_only,
        } = self;
        write!(f, "{call_id};to-tag={to_tag};from-tag={from_tag}")?;
        f.write_str(if *early_only { ";early-only" } else { "" })
    }
}

impl<'a> Replaces<'a> {
    /// Reads the value of a Replaces field, or of the `Replaces` that a URI has, once unescaped.
    ///
    /// # Errors
    /// [`Malformed`] unless it is a Call-ID with exactly one tag of either side.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(value).ok_or_else(|| Malformed::syntax("Replaces", value, "RFC 3891 §6.1"))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        // No semicolon can stand in a Call-ID.
        let at = value.iter().position(|&byte| byte == b';')?;
        let (call_id, params) = value.split_at(at);
        let params = Params::of_field(params)?;
        let call_id = std::str::from_utf8(trim(call_id)).ok()?;
        let only = |wanted: &str| {
            let mut values = params
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            match (values.next(), values.next()) {
                (Some((_, Some(value))), None) if !value.is_empty() => Some(value),
                _ => None,
            }
        };
        (!call_id.is_empty() && !call_id.contains(char::is_whitespace)).then_some(())?;
        Some(Self {
            call_id,
            to_tag: only("to-tag")?,
            from_tag: only("from-tag")?,
            early_only: params.has("early-only"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 3891 §6.1.
    #[test]
    fn a_dialog_is_named_by_three_identifiers() {
        let first =
            b"98732@sip.example.com\r\n          ;from-tag=r33th4x0r\r\n          ;to-tag=ff87ff";
        let second = b"12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only";
        for (value, call_id, to_tag, from_tag, early_only) in [
            (
                &first[..],
                "98732@sip.example.com",
                "ff87ff",
                "r33th4x0r",
                false,
            ),
            (&second[..], "12adf2f34456gs5", "12345", "54321", true),
        ] {
            let read = Replaces::parse(value).unwrap();
            assert_eq!(
                read,
                Replaces {
                    call_id,
                    to_tag,
                    from_tag,
                    early_only
                }
            );
            assert_eq!(Replaces::parse(read.to_string().as_bytes()).unwrap(), read);
        }
    }

    #[test]
    fn all_three_are_needed_and_each_once() {
        for value in [
            "",
            "call",
            "call;to-tag=1",
            "call;from-tag=1",
            "call;to-tag=1;from-tag",
            "call;to-tag=1;to-tag=2;from-tag=3",
            ";to-tag=1;from-tag=2",
            "a call;to-tag=1;from-tag=2",
        ] {
            assert!(Replaces::parse(value.as_bytes()).is_err(), "{value}");
        }
    }
}
