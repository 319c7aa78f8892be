//! The requests that a client transaction makes of its INVITE: ACK and CANCEL.

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Writer};

/// The ACK for a response of 300 to 699 (RFC 3261 §17.1.1.3).
pub(super) fn ack(invite: &Message, response: &Message) -> Bytes {
    let mut writer = same_hop(invite, Method::Ack);
    if let Some(to) = response.header(HeaderName::To) {
        writer.header(HeaderName::To, to);
    }
    writer.finish()
}

/// The CANCEL of an INVITE (RFC 3261 §9.1), to be finished by the caller.
pub(super) fn cancel(invite: &Message) -> Writer {
    let mut writer = same_hop(invite, Method::Cancel);
    writer.copy(invite, HeaderName::To);
    writer
}

/// Request URI, topmost Via, Route, From, Call-ID and the number of CSeq as in the INVITE.
fn same_hop(invite: &Message, method: Method<'_>) -> Writer {
    let mut writer = Writer::request(method, invite.request_uri());
    if let Some(via) = invite.header(HeaderName::Via) {
        writer.header(HeaderName::Via, via);
    }
    writer.header(HeaderName::MaxForwards, "70");
    for name in [HeaderName::Route, HeaderName::From, HeaderName::CallId] {
        writer.copy(invite, name);
    }
    let number = invite.cseq().map_or(0, |cseq| cseq.number);
    writer.header(HeaderName::CSeq, &format_args!("{number} {method}"));
    writer
}
