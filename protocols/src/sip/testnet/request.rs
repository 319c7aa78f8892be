//! Requests that a test writes itself.

use bytes::Bytes;

/// A request that Carol writes herself.
#[derive(Clone)]
pub(in crate::sip) struct Request<'a> {
    pub(in crate::sip) method: &'a str,
    pub(in crate::sip) uri: &'a str,
    pub(in crate::sip) branch: &'a str,
    pub(in crate::sip) cseq: u32,
    pub(in crate::sip) to_tag: &'a str,
    /// Further lines, each with its line end.
    pub(in crate::sip) more: &'a str,
}

pub(in crate::sip) const CAROLS: Request<'static> = Request {
    method: "INVITE",
    uri: "sip:bob@192.0.2.2",
    branch: "z9hG4bKcarol1",
    cseq: 1,
    to_tag: "",
    more: "Contact: <sip:carol@192.0.2.3>\r\n",
};

impl Request<'_> {
    /// With a body, whose type is in `more`.
    pub(in crate::sip) fn with_body(&self, body: &str) -> Bytes {
        let more = format!("{}Content-Length: {}\r\n", self.more, body.len());
        let request = Request {
            more: &more,
            ..self.clone()
        };
        [&request.bytes(), body.as_bytes()].concat().into()
    }

    pub(in crate::sip) fn bytes(&self) -> Bytes {
        let Self {
            method,
            uri,
            branch,
            cseq,
            to_tag,
            more,
        } = self;
        let to_tag = match *to_tag {
            "" => String::new(),
            tag => format!(";tag={tag}"),
        };
        format!(
            "{method} {uri} SIP/2.0\r\n\
             Via: SIP/2.0/UDP 192.0.2.3;branch={branch}\r\n\
             From: Carol <sip:carol@example.com>;tag=c\r\n\
             To: <sip:bob@example.com>{to_tag}\r\n\
             Call-ID: carols-call\r\n\
             CSeq: {cseq} {method}\r\n\
             {more}\r\n"
        )
        .into()
    }
}
