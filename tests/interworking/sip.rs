//! SIP messages of a ladder: what a line says, and whether a message is as it says.

use std::net::SocketAddr;

use codecs::sip::Message;
use tandem::scenario::Pattern;

use crate::body;
use crate::ladder::Way;

/// A line with the indented ones below it.
#[derive(Debug)]
pub(crate) struct Line {
    /// The address of whoever sends or receives it, if that is not the first I-CSCF.
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) start: Start,
    /// The call, where there are several.
    pub(crate) call: String,
    /// Our tag in the dialog, where there are several.
    pub(crate) tag: Option<String>,
    /// Whether there is a session description; unsaid, either.
    pub(crate) sdp: Option<bool>,
    pub(crate) headers: Vec<(String, String)>,
    /// Lines of the session description.
    pub(crate) body: Vec<String>,
    /// The ISUP message that is enclosed (SIP-I).
    pub(crate) isup: Option<Pattern>,
}

#[derive(Debug)]
pub(crate) enum Start {
    Request {
        method: String,
        uri: Option<String>,
    },
    Response {
        status: u16,
        /// The method of the request.
        of: Option<String>,
    },
}

impl Line {
    /// Reads `INVITE tel:+49… sdp` or `200 INVITE sdp tag=b call=2`.
    pub(crate) fn parse(peer: Option<String>, way: Way, words: &[&str]) -> Result<Self, String> {
        let (first, rest) = words
            .split_first()
            .ok_or("expected a method or status, found the end of the line")?;
        let address = |peer: String| {
            let fault = |_| format!("expected address:port, found {peer:?}");
            peer.parse().map_err(fault)
        };
        let peer = peer.map(address).transpose()?;
        let mut line = Self {
            peer,
            start: start(first)?,
            call: "1".to_owned(),
            tag: None,
            sdp: None,
            headers: Vec::new(),
            body: Vec::new(),
            isup: None,
        };
        for word in rest {
            line.word(way, word)?;
        }
        Ok(line)
    }

    fn word(&mut self, way: Way, word: &str) -> Result<(), String> {
        match (word, word.split_once('=')) {
            ("sdp", _) => self.sdp = Some(true),
            ("no-sdp", _) if way == Way::Out => self.sdp = Some(false),
            (_, Some(("call", name))) => name.clone_into(&mut self.call),
            (_, Some(("tag", tag))) if way == Way::In => self.tag = Some(tag.to_owned()),
            _ => match &mut self.start {
                Start::Request { uri, .. } if uri.is_none() => *uri = Some(word.to_owned()),
                Start::Response { of, .. } if of.is_none() && is_method(word) => {
                    *of = Some(word.to_owned());
                }
                _ => return Err(format!("expected sdp, call= or tag=, found {word:?}")),
            },
        }
        Ok(())
    }

    /// Reads an indented line.
    pub(crate) fn add(&mut self, way: Way, text: &str) -> Result<(), String> {
        if let Some(line) = text.strip_prefix('|') {
            self.body.push(line.trim().to_owned());
        } else if let Some(message) = text.strip_prefix("isup ") {
            let words: Vec<&str> = message.split_whitespace().collect();
            self.isup = Some(Pattern::parse(&words, 0)?);
        } else {
            let (name, value) = text
                .split_once(':')
                .filter(|(name, _)| !name.contains(char::is_whitespace))
                .ok_or_else(|| {
                    format!("expected \"Header: value\", \"| line\" or \"isup\", found {text:?}")
                })?;
            let value = value.trim();
            if way == Way::In && value.starts_with(['!', '*']) {
                return Err(format!("expected what {name} says, found {value:?}"));
            }
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        Ok(())
    }

    /// Compares with a message of the gateway.
    ///
    /// # Errors
    /// The first difference.
    pub(crate) fn check(&self, message: &Message) -> Result<(), String> {
        self.check_start(message)?;
        for (name, wanted) in &self.headers {
            check_header(name, wanted, &values(message, name))?;
        }
        let description = body::part(message, "application/sdp");
        if self.sdp.is_some_and(|sdp| sdp != description.is_some()) {
            let wanted = if self.sdp == Some(true) { "a" } else { "no" };
            return Err(format!("expected {wanted} session description"));
        }
        let reported = || body::part(message, "message/sipfrag");
        let description = description.or_else(reported).unwrap_or_default();
        let description = String::from_utf8_lossy(&description);
        let lines: Vec<String> = description.lines().map(str::to_owned).collect();
        for wanted in &self.body {
            check_header("the session description", wanted, &lines)?;
        }
        self.isup.as_ref().map_or(Ok(()), |pattern| {
            let isup = body::part(message, "application/isup");
            let isup = isup.ok_or("expected an enclosed ISUP message")?;
            let octets = [&pattern.cic.to_le_bytes()[..], &isup].concat();
            pattern
                .check(&octets)
                .map_err(|why| format!("enclosed ISUP: {why}"))
        })
    }

    fn check_start(&self, message: &Message) -> Result<(), String> {
        let found = message.method();
        let fits = match &self.start {
            Start::Request { method, uri } => {
                let uri = uri.as_deref().unwrap_or("*");
                message.is_request() && method == found.as_str() && glob(uri, message.request_uri())
            }
            Start::Response { status, of } => {
                let of = of.as_deref().unwrap_or(found.as_str());
                message.status() == *status && of == found.as_str()
            }
        };
        match fits {
            true => Ok(()),
            false => Err("another message".to_owned()),
        }
    }
}

fn start(word: &str) -> Result<Start, String> {
    match word.parse() {
        Ok(status @ 100..=699) => Ok(Start::Response { status, of: None }),
        _ if is_method(word) => Ok(Start::Request {
            method: word.to_owned(),
            uri: None,
        }),
        _ => Err(format!(
            "expected a method or a status 100 … 699, found {word:?}"
        )),
    }
}

fn is_method(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A value as it stands, `-` for none, `*` within for anything, `!` before what must not be there.
fn check_header(name: &str, wanted: &str, found: &[String]) -> Result<(), String> {
    let has = |pattern: &str| found.iter().any(|value| glob(pattern, value));
    let fits = match (wanted, wanted.strip_prefix('!')) {
        ("-", _) => found.is_empty(),
        (_, Some(unwanted)) => !has(unwanted.trim()),
        (wanted, None) => has(wanted),
    };
    match fits {
        true => Ok(()),
        false => Err(format!("{name}: expected {wanted}, found {found:?}")),
    }
}

/// The fields of a name: as they stand, and element by element where it is a list.
fn values(message: &Message, name: &str) -> Vec<String> {
    let mut values = Vec::new();
    for (field, value) in message.headers_all() {
        if field.as_str().eq_ignore_ascii_case(name) {
            values.push(one_line(value));
            if field.is_list() {
                values.extend(message.headers(field).map(one_line));
            }
        }
    }
    values
}

fn one_line(value: &[u8]) -> String {
    let value = String::from_utf8_lossy(value);
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `text` is as `pattern`, in which `*` stands for anything.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|text| {
            let ends = (0..=text.len()).filter(|&at| text.is_char_boundary(at));
            ends.map(|at| &text[at..]).any(|rest| glob(tail, rest))
        }),
    }
}
