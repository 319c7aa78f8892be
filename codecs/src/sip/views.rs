//! The header fields of a message as values, and the check for those it must have (RFC 3261 §8.1.1).

use super::address::NameAddr;
use super::error::{Fault, Malformed};
use super::fields::{CSeq, ContentType, Privacy, Reason, decimal};
use super::message::Message;
use super::name::HeaderName;
use super::uri::Uri;
use super::via::Via;

impl Message {
    /// The topmost Via.
    ///
    /// # Errors
    /// [`Malformed`] if there is none or it does not follow RFC 3261 §20.42.
    pub fn via(&self) -> Result<Via<'_>, Malformed> {
        Via::parse(self.required(HeaderName::Via, "RFC 3261 §20.42")?)
    }

    /// From.
    ///
    /// # Errors
    /// [`Malformed`] if there is none or it does not follow RFC 3261 §20.20.
    pub fn from(&self) -> Result<NameAddr<'_>, Malformed> {
        NameAddr::parse("From", self.required(HeaderName::From, "RFC 3261 §20.20")?)
    }

    /// To.
    ///
    /// # Errors
    /// [`Malformed`] if there is none or it does not follow RFC 3261 §20.39.
    pub fn to(&self) -> Result<NameAddr<'_>, Malformed> {
        NameAddr::parse("To", self.required(HeaderName::To, "RFC 3261 §20.39")?)
    }

    /// Call-ID.
    ///
    /// # Errors
    /// [`Malformed`] if there is none, it is empty or no UTF-8, or has white space in it.
    pub fn call_id(&self) -> Result<&str, Malformed> {
        const CLAUSE: &str = "RFC 3261 §20.8";
        let value = self.required(HeaderName::CallId, CLAUSE)?;
        std::str::from_utf8(value)
            .ok()
            .filter(|id| !id.is_empty() && !id.contains(char::is_whitespace))
            .ok_or_else(|| Malformed::syntax("Call-ID", value, CLAUSE))
    }

    /// CSeq.
    ///
    /// # Errors
    /// [`Malformed`] if there is none or it does not follow RFC 3261 §20.16.
    pub fn cseq(&self) -> Result<CSeq<'_>, Malformed> {
        CSeq::parse(self.required(HeaderName::CSeq, "RFC 3261 §20.16")?)
    }

    /// Max-Forwards, 0–255; `None` where there is none, which RFC 2543 elements leave out.
    ///
    /// # Errors
    /// [`Malformed`] if it is no such number.
    pub fn max_forwards(&self) -> Result<Option<u8>, Malformed> {
        self.header(HeaderName::MaxForwards)
            .map(|value| {
                decimal(value)
                    .and_then(|hops| u8::try_from(hops).ok())
                    .ok_or_else(|| Malformed::syntax("Max-Forwards", value, "RFC 3261 §20.22"))
            })
            .transpose()
    }

    /// Seconds for which the sender wants no further request (RFC 3261 §20.33); `None` where it does
    /// not say, or not so that it can be read.
    pub fn retry_after(&self) -> Option<u64> {
        let value = self.header(HeaderName::RetryAfter)?;
        let digits = value
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        decimal(&value[..digits]).map(u64::from)
    }

    /// The first Contact, where there is one.
    ///
    /// # Errors
    /// [`Malformed`] if it does not follow RFC 3261 §20.10, as `*` does not.
    pub fn contact(&self) -> Result<Option<NameAddr<'_>>, Malformed> {
        self.addresses(HeaderName::Contact).next().transpose()
    }

    /// The values of a header field that holds addresses: Contact, Route, Record-Route,
    /// P-Asserted-Identity, Path …
    pub fn addresses(
        &self,
        name: HeaderName<'static>,
    ) -> impl Iterator<Item = Result<NameAddr<'_>, Malformed>> {
        self.headers(name)
            .map(move |value| NameAddr::parse(name.as_str(), value))
    }

    /// The request URI.
    ///
    /// # Errors
    /// [`Malformed`] if it does not follow its grammar, or in a response.
    pub fn uri(&self) -> Result<Uri<'_>, Malformed> {
        Uri::parse(self.request_uri())
    }

    /// Content-Type, where there is one.
    ///
    /// # Errors
    /// [`Malformed`] if it does not follow RFC 3261 §20.15.
    pub fn content_type(&self) -> Result<Option<ContentType<'_>>, Malformed> {
        self.header(HeaderName::ContentType)
            .map(ContentType::parse)
            .transpose()
    }

    /// The well-formed values of Reason.
    pub fn reasons(&self) -> impl Iterator<Item = Reason<'_>> {
        self.headers(HeaderName::Reason)
            .filter_map(|value| Reason::parse(value).ok())
    }

    /// Privacy; nothing asked for where there is none.
    pub fn privacy(&self) -> Privacy {
        self.header(HeaderName::Privacy)
            .map(Privacy::parse)
            .unwrap_or_default()
    }

    /// Whether a list of tokens, such as Require, Supported or Allow, has `token` in it.
    pub fn lists(&self, name: HeaderName<'_>, token: &str) -> bool {
        self.headers(name)
            .any(|value| value.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// Whether the message has what every message must have, well-formed and once: Via, From, To,
    /// Call-ID, CSeq; that CSeq names the request's method; that Max-Forwards, if any, is a number;
    /// and that the request URI is well-formed and has no header part (RFC 3261 §8.1.1, §16.3,
    /// §19.1.1). Schemes other than `sip`, `sips` and `tel` pass: they are answered with 416.
    ///
    /// # Errors
    /// [`Malformed`] for the first that fails.
    pub fn check(&self) -> Result<(), Malformed> {
        self.none_repeated()?;
        self.via()?;
        self.from()?;
        self.to()?;
        self.call_id()?;
        self.max_forwards()?;
        let cseq = self.cseq()?;
        if cseq.method != self.method() {
            let value = cseq.method.as_str().as_bytes();
            return Err(Malformed::new(
                Fault::Contradiction,
                "CSeq",
                value,
                "RFC 3261 §8.1.1.5",
            ));
        }
        if self.is_request() {
            self.check_uri()?;
        }
        Ok(())
    }

    fn check_uri(&self) -> Result<(), Malformed> {
        let text = self.request_uri().as_bytes();
        match self.uri() {
            Ok(Uri::Sip(uri)) if uri.headers.is_some() => {}
            Ok(_) => return Ok(()),
            Err(_) => {}
        }
        Err(Malformed::syntax("Request-Line", text, "RFC 3261 §19.1.1"))
    }

    fn none_repeated(&self) -> Result<(), Malformed> {
        let mut seen = [false; ONCE.len()];
        for field in &self.fields {
            let Some(at) = ONCE.iter().position(|once| once.id() == field.id) else {
                continue;
            };
            if std::mem::replace(&mut seen[at], true) {
                let value = &self.bytes[field.value.range()];
                let (name, clause) = (ONCE[at].as_str(), "RFC 3261 §7.3.1");
                return Err(Malformed::new(Fault::Repeated, name, value, clause));
            }
        }
        Ok(())
    }

    fn required(
        &self,
        name: HeaderName<'static>,
        clause: &'static str,
    ) -> Result<&[u8], Malformed> {
        self.header(name)
            .ok_or_else(|| Malformed::new(Fault::Missing, name.as_str(), &[], clause))
    }
}

const ONCE: [HeaderName<'static>; 6] = [
    HeaderName::From,
    HeaderName::To,
    HeaderName::CallId,
    HeaderName::CSeq,
    HeaderName::MaxForwards,
    HeaderName::ContentType,
];
