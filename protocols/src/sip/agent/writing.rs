//! Messages of ours: what they say about us, and whether they describe the session (RFC 3261
//! §12.2.1.1, RFC 3264).

use std::borrow::Cow;
use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Writer};

use super::{AgentConfig, Body, Context, DialogId, Header, SessionId, UserAgent};
use crate::sip::dialog::{Dialog, Local};
use crate::sip::{Branch, Hop, Transactions};

/// The methods that are served, all of them.
pub(super) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER";

/// The types of bodies that are understood from everybody, as Accept has them (RFC 3261 §20.1,
/// RFC 5621 §3.1).
pub const ACCEPT: &str = "application/sdp, multipart/mixed";

/// The extensions that the agent has by itself, and those of its owner.
pub(super) fn supported(config: &AgentConfig) -> Box<str> {
    let timer = config.session_timer.map(|_| "timer");
    let own = ["100rel", "199"].into_iter().chain(timer);
    let owners = config.options.iter().map(AsRef::as_ref);
    own.chain(owners).collect::<Vec<_>>().join(", ").into()
}

/// Whether a message describes the session, if only in a part of its body.
pub(super) fn describes(message: &Message) -> bool {
    let content_type = message.header(HeaderName::ContentType).unwrap_or_default();
    !message.is_encoded() && holds_description(content_type, message.body())
}

impl Body {
    pub(super) fn describes(&self) -> bool {
        holds_description(self.content_type.as_bytes(), &self.bytes)
    }

    /// Whether it is a body of MIME, which the message then says (RFC 3261 §20.24).
    fn is_multipart(&self) -> bool {
        self.content_type.starts_with("multipart/")
    }
}

fn holds_description(content_type: &[u8], body: &[u8]) -> bool {
    const SDP: &[u8] = b"application/sdp";
    let begins = |text: &[u8], with: &[u8]| {
        text.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    if begins(content_type, b"multipart/") {
        return (body.windows(SDP.len())).any(|window| window.eq_ignore_ascii_case(SDP));
    }
    !body.is_empty() && begins(content_type, SDP)
}

/// A request of ours within a dialog.
pub(super) struct Within<'a> {
    pub(super) method: Method<'static>,
    pub(super) dialog: &'a Dialog,
    pub(super) local: Local<'a>,
    pub(super) cseq: u32,
    pub(super) headers: &'a [Header],
    pub(super) body: Option<&'a Body>,
}

impl Within<'_> {
    pub(super) fn write(
        &self,
        transactions: &Transactions<Context>,
        branch: Branch,
        us: &Us<'_>,
    ) -> (Bytes, Hop) {
        let to = self.dialog.next_hop();
        let via = transactions.via(branch, to);
        let via = format_args!("{via}");
        let mut writer = self.dialog.request(self.method, self.local, self.cseq, via);
        writer.header(HeaderName::UserAgent, &us.config.product);
        if matches!(
            self.method,
            Method::Invite | Method::Update | Method::Notify
        ) {
            us.introduce(&mut writer, transactions.local(to));
        }
        add(&mut writer, self.headers);
        (finish(&mut writer, self.body), to)
    }
}

/// What messages say about this end.
pub(super) struct Us<'a> {
    pub(super) config: &'a AgentConfig,
    pub(super) supported: &'a str,
}

impl Us<'_> {
    /// Where we are reached within the call, and what we are able to do.
    pub(super) fn introduce(&self, writer: &mut Writer, listener: Hop) {
        let contact = listener.uri(self.config.user.as_deref());
        writer
            .header(HeaderName::Contact, &format_args!("<{contact}>"))
            .header(HeaderName::Allow, ALLOW)
            .header(HeaderName::Supported, self.supported);
    }
}

impl UserAgent {
    pub(super) fn us(&self) -> Us<'_> {
        Us {
            config: &self.config,
            supported: &self.supported,
        }
    }

    /// Begins a response that makes or refreshes a dialog (§12.1.1).
    pub(super) fn reply_in_dialog(
        &self,
        request: &Message,
        status: u16,
        tag: &str,
        source: Hop,
    ) -> Writer {
        let mut writer = self.reply(request, status, tag, source);
        writer.copy(request, HeaderName::RecordRoute);
        self.us()
            .introduce(&mut writer, self.transactions.local(source));
        writer
    }

    /// Sends a request in a dialog of a session, if it still has that; the request.
    pub(super) fn send_within(
        &mut self,
        (id, dialog): (SessionId, DialogId),
        method: Method<'static>,
        headers: &[Header],
        body: Option<&Body>,
        context: Context,
        now: Instant,
    ) -> Option<Bytes> {
        let branch = self.transactions.branch();
        let proofs = self.proofs_within((id, dialog), method);
        let headers = with_proofs(headers, &proofs);
        let session = self.sessions.get_mut(id.slot)?;
        let (local, dialog) = (session.serial == id.serial)
            .then(|| session.speaker(dialog))
            .flatten()?;
        dialog.cseq += 1;
        let us = Us {
            config: &self.config,
            supported: &self.supported,
        };
        let request = Within {
            method,
            cseq: dialog.cseq,
            dialog,
            local,
            headers: &headers,
            body,
        };
        let (bytes, to) = request.write(&self.transactions, branch, &us);
        self.transactions
            .request(branch, method, bytes.clone(), to, context, now);
        Some(bytes)
    }

    /// Sends a request once more, as a new one (§8.1.3.5), with these header fields changed.
    pub(super) fn send_changed(
        &mut self,
        request: &Bytes,
        cseq: u32,
        changed: &[Header],
        to: Hop,
        context: Context,
        now: Instant,
    ) -> Option<(crate::sip::ClientId, Bytes)> {
        let request = Message::parse(request.clone()).ok()?;
        let branch = self.transactions.branch();
        let method = match request.method() {
            Method::Update => Method::Update,
            Method::Bye => Method::Bye,
            _ => Method::Invite,
        };
        let mut writer = Writer::request(method, request.request_uri());
        writer.header(
            HeaderName::Via,
            &format_args!("{}", self.transactions.via(branch, to)),
        );
        let is_changed = |name: HeaderName<'_>| changed.iter().any(|(other, _)| *other == name);
        for (name, value) in request.headers_all() {
            match name {
                HeaderName::Via => {}
                HeaderName::CSeq => {
                    writer.header(name, &format_args!("{cseq} {method}"));
                }
                name if is_changed(name) => {}
                name => {
                    writer.header(name, value);
                }
            }
        }
        add(&mut writer, changed);
        let bytes = writer.content(request.body());
        let client = self
            .transactions
            .request(branch, method, bytes.clone(), to, context, now);
        Some((client, bytes))
    }
}

/// Header fields with those that prove who sends a request, if there are any.
pub(super) fn with_proofs<'a>(headers: &'a [Header], proofs: &[Header]) -> Cow<'a, [Header]> {
    match proofs {
        [] => Cow::Borrowed(headers),
        _ => Cow::Owned([headers, proofs].concat()),
    }
}

pub(super) fn add(writer: &mut Writer, headers: &[Header]) {
    for (name, value) in headers {
        writer.header(*name, value);
    }
}

pub(super) fn finish(writer: &mut Writer, body: Option<&Body>) -> Bytes {
    let Some(body) = body else {
        return writer.finish();
    };
    if body.is_multipart() {
        writer.header(HeaderName::MimeVersion, "1.0");
    }
    writer.body(&body.content_type, &body.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_may_be_one_part_of_a_body() {
        for (content_type, body, describes) in [
            ("application/sdp", "v=0", true),
            ("Application/SDP;charset=utf-8", "v=0", true),
            ("application/sdp", "", false),
            ("application/isup", "v=0", false),
            (
                "multipart/mixed;boundary=b",
                "--b\r\nContent-Type: Application/Sdp\r\n\r\nv=0\r\n--b--",
                true,
            ),
            (
                "multipart/mixed;boundary=b",
                "--b\r\nContent-Type: application/isup\r\n\r\n1\r\n--b--",
                false,
            ),
        ] {
            let body = Body {
                content_type: content_type.into(),
                bytes: Bytes::from_static(body.as_bytes()),
            };
            assert_eq!(body.describes(), describes, "{content_type}");
        }
    }
}
