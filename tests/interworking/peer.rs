//! The IMS of the ladders: what its messages say beyond what the ladder does, out of the dialog they
//! belong to (RFC 3261 §8, §12, §17).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use codecs::sip::{HeaderName, Message, phrase};

use crate::body;
use crate::sip::{Line, Start};

/// The address of the first I-CSCF, which stands for the whole IMS.
pub(crate) const ADDRESS: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 40)), 5060);
const CONTACT: &str = "<sip:192.0.2.50:5062>";

/// Every call of a ladder by its name there.
#[derive(Default)]
pub(crate) struct Peer {
    calls: HashMap<String, Call>,
    branches: u32,
}

/// Our end of a call.
#[derive(Default)]
struct Call {
    /// Requests that came, the latest last.
    received: Vec<Message>,
    /// Our INVITE, or the latest one.
    invite: Option<Request>,
    /// The status of the latest response to it.
    status: u16,
    id: String,
    /// Our URI, and the tag of our latest dialog.
    local: String,
    tag: String,
    /// The gateway's name with its tag, once it has one.
    remote: String,
    /// Where requests in the dialog go.
    target: String,
    cseq: u32,
    /// What PRACK acknowledges (RFC 3262 §7.2).
    rack: Option<String>,
}

#[derive(Clone)]
struct Request {
    uri: String,
    branch: String,
    cseq: u32,
}

type Fields = Vec<(String, String)>;

impl Peer {
    /// A message of the gateway that was expected.
    pub(crate) fn hear(&mut self, name: &str, message: &Message) -> Result<(), String> {
        let call = self.calls.entry(name.to_owned()).or_default();
        let id = text(message, HeaderName::CallId);
        if call.id.is_empty() {
            call.id.clone_from(&id);
        } else if call.id != id {
            return Err(format!("it belongs to another call than call={name}"));
        }
        if let Some(target) = message.text(HeaderName::Contact) {
            let target = target.trim_start_matches('<');
            target
                .split('>')
                .next()
                .unwrap()
                .clone_into(&mut call.target);
        }
        match message.is_request() {
            true => call.requested(message),
            false => call.answered(message),
        }
        Ok(())
    }

    /// The octets of a line's message.
    pub(crate) fn compose(&mut self, line: &Line) -> Result<Vec<u8>, String> {
        let own = line.headers.iter();
        let own = own.map(|(name, value)| Ok((name, self.filled(name, value)?)));
        let own = own.collect::<Result<Vec<_>, String>>()?;
        let call = self.calls.entry(line.call.clone()).or_default();
        if let Some(tag) = &line.tag {
            call.tag.clone_from(tag);
        }
        let (start, mut fields) = match &line.start {
            Start::Response { status, of } => call.respond(*status, of.as_deref())?,
            Start::Request { method, uri } => {
                self.branches += 1;
                let branch = format!("z9hG4bKladder{}", self.branches);
                let from = line.peer.unwrap_or(ADDRESS);
                call.request(method, uri.as_deref(), branch, from, &line.call)?
            }
        };
        let wants_description = line.sdp == Some(true) || !line.body.is_empty();
        let description = wants_description.then(|| body::description(&line.body));
        let (kind, content) = body::compose(description, line.isup.as_ref());
        fields.extend(kind.map(|kind| ("Content-Type".into(), kind)));
        for (name, value) in &own {
            set(&mut fields, name, value);
        }
        fields.push(("Content-Length".into(), content.len().to_string()));
        let head: String = fields
            .iter()
            .map(|(n, v)| format!("{n}: {v}\r\n"))
            .collect();
        Ok([format!("{start}\r\n{head}\r\n").into_bytes(), content].concat())
    }
}

impl Peer {
    /// A value in which `{dialog 2}` stands for the identifiers of a call as the gateway sees them
    /// (RFC 3891 §6.1), escaped where it is part of a URI.
    fn filled(&self, field: &str, value: &str) -> Result<String, String> {
        let Some((head, rest)) = value.split_once("{dialog ") else {
            return Ok(value.to_owned());
        };
        let (name, tail) = rest.split_once('}').ok_or("expected {dialog NAME}")?;
        let call = self.calls.get(name);
        let call = call.ok_or_else(|| format!("there is no call {name}"))?;
        let theirs = call.remote.split(";tag=").nth(1).unwrap_or_default();
        let dialog = format!("{};to-tag={theirs};from-tag={}", call.id, call.tag);
        let dialog = match field {
            "Replaces" => dialog,
            _ => dialog
                .replace(';', "%3B")
                .replace('=', "%3D")
                .replace('@', "%40"),
        };
        Ok(format!("{head}{dialog}{tail}"))
    }
}

impl Call {
    fn requested(&mut self, message: &Message) {
        self.remote = text(message, HeaderName::From);
        if self.local.is_empty() {
            self.local = text(message, HeaderName::To);
            self.tag = "called".to_owned();
        }
        self.received.push(message.clone());
    }

    fn answered(&mut self, message: &Message) {
        let to = text(message, HeaderName::To);
        if to.contains("tag=") {
            self.remote = to;
        }
        let cseq = text(message, HeaderName::CSeq);
        if cseq.ends_with("INVITE") {
            self.status = message.status();
            let rseq = message.headers_all().find(|(n, _)| n.as_str() == "RSeq");
            let rack = |value: &[u8]| format!("{} {cseq}", String::from_utf8_lossy(value));
            self.rack = rseq.map(|(_, value)| rack(value)).or(self.rack.take());
        }
    }

    /// A response to the latest request, or the latest one of a method.
    fn respond(&self, status: u16, of: Option<&str>) -> Result<(String, Fields), String> {
        let fits = |request: &&Message| match (of, request.method().as_str()) {
            (Some(of), method) => of == method,
            (None, method) => method != "ACK",
        };
        let request = self.received.iter().rev().find(fits);
        let request = request.ok_or("there is no request to respond to")?;
        let mut fields: Fields = Vec::new();
        for (name, value) in request.headers_all() {
            let copied = matches!(
                name,
                HeaderName::Via
                    | HeaderName::RecordRoute
                    | HeaderName::From
                    | HeaderName::CallId
                    | HeaderName::CSeq
            );
            if copied {
                let value = String::from_utf8_lossy(value).into_owned();
                fields.push((name.as_str().to_owned(), value));
            }
        }
        let to = text(request, HeaderName::To);
        let tagged = status == 100 || to.contains("tag=");
        let to = if tagged {
            to
        } else {
            format!("{to};tag={}", self.tag)
        };
        fields.push(("To".into(), to));
        let method = request.method();
        if (101..300).contains(&status) && matches!(method.as_str(), "INVITE" | "UPDATE") {
            fields.push(("Contact".into(), CONTACT.into()));
        }
        Ok((format!("SIP/2.0 {status} {}", phrase(status)), fields))
    }

    fn request(
        &mut self,
        method: &str,
        uri: Option<&str>,
        branch: String,
        sender: SocketAddr,
        name: &str,
    ) -> Result<(String, Fields), String> {
        if method == "INVITE" && self.id.is_empty() {
            self.begin(uri.ok_or("INVITE needs a request URI")?, name);
        }
        if self.id.is_empty() {
            return Err(format!("there is no call {name}"));
        }
        let request = self.next(method, uri, branch)?;
        if method == "INVITE" {
            self.invite = Some(request.clone());
        }
        let from = format!("{};tag={}", self.local, self.tag);
        // CANCEL and the ACK of a failure have the To of INVITE and of the failure (§9.1, §17.1.1.3).
        let to = match method {
            "CANCEL" => self.remote.split(";tag=").next().unwrap().to_owned(),
            _ => self.remote.clone(),
        };
        let mut fields: Fields = vec![
            (
                "Via".into(),
                format!("SIP/2.0/UDP {sender};branch={}", request.branch),
            ),
            ("Max-Forwards".into(), "70".into()),
            ("From".into(), from),
            ("To".into(), to),
            ("Call-ID".into(), self.id.clone()),
            ("CSeq".into(), format!("{} {method}", request.cseq)),
        ];
        if matches!(method, "INVITE" | "UPDATE") {
            fields.push(("Contact".into(), CONTACT.into()));
        }
        if method == "PRACK" {
            let rack = self
                .rack
                .take()
                .ok_or("there is nothing for PRACK to acknowledge")?;
            fields.push(("RAck".into(), rack));
        }
        Ok((format!("{method} {} SIP/2.0", request.uri), fields))
    }

    /// A call from the IMS.
    fn begin(&mut self, uri: &str, name: &str) {
        self.id = format!("call-{name}@192.0.2.40");
        self.local = "<tel:+497219578290>".to_owned();
        self.tag = "calling".to_owned();
        self.remote = format!("<{uri}>");
        uri.clone_into(&mut self.target);
    }

    fn next(&mut self, method: &str, uri: Option<&str>, branch: String) -> Result<Request, String> {
        let invite = || self.invite.clone().ok_or("there is no INVITE of ours");
        match method {
            "CANCEL" => invite(),
            // Within the transaction of an INVITE that failed.
            "ACK" if self.status >= 300 => invite(),
            "ACK" => Ok(Request {
                uri: self.target.clone(),
                branch,
                cseq: invite()?.cseq,
            }),
            _ => {
                self.cseq += 1;
                Ok(Request {
                    uri: uri.unwrap_or(&self.target).to_owned(),
                    branch,
                    cseq: self.cseq,
                })
            }
        }
        .map_err(str::to_owned)
    }
}

/// Takes the place of the field of that name, if there is one; `-` takes it out.
fn set(fields: &mut Fields, name: &str, value: &str) {
    let own = [
        "Via",
        "From",
        "To",
        "Call-ID",
        "CSeq",
        "Contact",
        "Max-Forwards",
        "RAck",
        "Content-Type",
    ];
    let is_own = own.iter().any(|own| own.eq_ignore_ascii_case(name));
    if is_own || value == "-" {
        fields.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }
    if value != "-" {
        fields.push((name.to_owned(), value.to_owned()));
    }
}

fn text(message: &Message, name: HeaderName<'_>) -> String {
    message.text(name).unwrap_or_default().to_owned()
}
