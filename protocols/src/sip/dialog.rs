//! The state that both ends of a dialog keep about their peer (RFC 3261 §12).

use codecs::sip::{HeaderName, Message, Method, NameAddr, Uri, Writer};

use super::Hop;

/// One dialog, without what it shares with its session: our own tag, sequence and Call-ID.
#[derive(Debug)]
pub(super) struct Dialog {
    /// The peer with its tag, as it stands in To of our requests.
    remote: Box<[u8]>,
    remote_tag: Box<str>,
    /// The peer's Contact.
    target: Box<str>,
    routes: Box<[Box<str>]>,
    /// Where the peer's last message came from, for a next hop that is no IP address.
    peer: Hop,
    remote_cseq: Option<u32>,
}

/// What all dialogs of a session put into a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local<'a> {
    pub(super) call_id: &'a str,
    /// Our address with its tag, as it stands in From.
    pub(super) from: &'a [u8],
}

impl Dialog {
    /// The dialog an INVITE asks for (§12.1.1); `None` without a Contact that can be reached.
    pub(super) fn of_request(request: &Message, source: Hop) -> Option<Self> {
        let remote = request.header(HeaderName::From)?;
        let contact = request.contact().ok().flatten()?;
        Some(Self {
            remote: remote.into(),
            remote_tag: request.from().ok()?.tag().unwrap_or_default().into(),
            target: contact.uri.as_str().into(),
            routes: routes(request).collect(),
            peer: source,
            remote_cseq: request.cseq().ok().map(|cseq| cseq.number),
        })
    }

    /// The dialog a response makes (§12.1.2). An RFC 2543 peer without Contact is spoken to under
    /// the address of To.
    pub(super) fn of_response(response: &Message, source: Hop) -> Option<Self> {
        let to = response.to().ok()?;
        let contact = response.contact().ok().flatten();
        let mut routes: Box<[_]> = routes(response).collect();
        routes.reverse();
        Some(Self {
            remote: response.header(HeaderName::To)?.into(),
            remote_tag: to.tag().unwrap_or_default().into(),
            target: contact.unwrap_or(to).uri.as_str().into(),
            routes,
            peer: source,
            remote_cseq: None,
        })
    }

    pub(super) fn remote_tag(&self) -> &str {
        &self.remote_tag
    }

    /// Whether a request of the peer is newer than those before; then it is the newest (§12.2.2).
    pub(super) fn is_next(&mut self, request: &Message) -> bool {
        let Ok(cseq) = request.cseq() else {
            return false;
        };
        let next = self.remote_cseq.is_none_or(|last| cseq.number > last);
        if next {
            self.remote_cseq = Some(cseq.number);
        }
        next
    }

    /// Notes where the peer's message came from.
    pub(super) fn heard_from(&mut self, source: Hop) {
        self.peer = source;
    }

    /// Takes a new remote target over (§12.2).
    pub(super) fn refresh(&mut self, message: &Message) {
        if let Ok(Some(contact)) = message.contact() {
            self.target = contact.uri.as_str().into();
        }
    }

    /// Begins a request within the dialog (§12.2.1.1), which goes to [`Dialog::next_hop`].
    pub(super) fn request(
        &self,
        method: Method<'_>,
        local: Local<'_>,
        cseq: u32,
        via: std::fmt::Arguments<'_>,
    ) -> Writer {
        let strict = self.routes.first().and_then(|route| strict_router(route));
        let mut writer = Writer::request(method, strict.unwrap_or(&self.target));
        writer.header(HeaderName::Via, &via);
        for route in self.routes.iter().skip(usize::from(strict.is_some())) {
            writer.header(HeaderName::Route, &**route);
        }
        if strict.is_some() {
            writer.header(HeaderName::Route, &format_args!("<{}>", self.target));
        }
        writer
            .header(HeaderName::MaxForwards, "70")
            .header(HeaderName::From, local.from)
            .header(HeaderName::To, &*self.remote)
            .header(HeaderName::CallId, local.call_id)
            .header(HeaderName::CSeq, &format_args!("{cseq} {method}"));
        writer
    }

    /// Where requests go: to the first route or the target if that is an IP address, else to where
    /// the peer last sent from.
    pub(super) fn next_hop(&self) -> Hop {
        let uri = match self.routes.first() {
            Some(route) => uri_of(route),
            None => Uri::parse(&self.target).ok(),
        };
        uri.and_then(|uri| Hop::of_uri(&uri)).unwrap_or(self.peer)
    }
}

fn routes(message: &Message) -> impl Iterator<Item = Box<str>> {
    message
        .headers(HeaderName::RecordRoute)
        .filter_map(|route| Some(std::str::from_utf8(route).ok()?.into()))
}

fn uri_of(route: &str) -> Option<Uri<'_>> {
    Some(NameAddr::parse("Route", route.as_bytes()).ok()?.uri)
}

/// The URI of a route that does not route loosely (§12.2.1.1).
fn strict_router(route: &str) -> Option<&str> {
    match uri_of(route)? {
        Uri::Sip(uri) if !uri.is_loose_router() => Some(uri.text),
        _ => None,
    }
}
