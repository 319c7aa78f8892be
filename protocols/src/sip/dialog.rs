//! The state that both ends of a dialog keep about their peer (RFC 3261 §12).

use bytes::Bytes;
use codecs::sip::{BRANCH_COOKIE, HeaderName, Message, Method, NameAddr, Uri, Writer};

use super::{DialogId, Hop};

/// One dialog, without what it shares with its session: our own tag and Call-ID.
#[derive(Debug)]
pub(super) struct Dialog {
    /// Which one of its session.
    pub(super) id: DialogId,
    /// The number of our last request but ACK and CANCEL.
    pub(super) cseq: u32,
    /// How far offers and answers have come.
    pub(super) negotiation: Negotiation,
    /// RSeq of the last reliable provisional response received (RFC 3262 §4).
    pub(super) rseq: Option<u32>,
    /// The UPDATE of ours that is not answered yet.
    pub(super) update: Option<Box<Own>>,
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

/// Whose turn it is to describe the session (RFC 3264 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Negotiation {
    /// Nobody has offered anything.
    Unbegun,
    /// The peer has our offer.
    OurOffer,
    /// We have the peer's.
    TheirOffer,
    /// The last offer was answered.
    Agreed,
}

impl Negotiation {
    /// Whether a new offer may be made.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Unbegun | Self::Agreed)
    }

    /// After a description of ours: it answers the peer's offer, or is one.
    pub(super) fn described(self) -> Self {
        match self {
            Self::TheirOffer | Self::Agreed => Self::Agreed,
            Self::Unbegun | Self::OurOffer => Self::OurOffer,
        }
    }

    /// After a description of the peer's.
    pub(super) fn heard(self) -> Self {
        match self {
            Self::OurOffer | Self::Agreed => Self::Agreed,
            Self::Unbegun | Self::TheirOffer => Self::TheirOffer,
        }
    }
}

/// A request of ours within a dialog that may have to be sent once more.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) request: Bytes,
    pub(super) cseq: u32,
    /// It has an offer.
    pub(super) offers: bool,
    /// It only refreshes the session, and the owner knows nothing of it.
    pub(super) quiet: bool,
}

/// What all dialogs of a session put into a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local<'a> {
    pub(super) call_id: &'a str,
    /// Our address with its tag, as it stands in From.
    pub(super) from: &'a [u8],
}

impl Dialog {
    /// The dialog an INVITE asks for (§12.1.1); `None` without a Contact that can be reached. An
    /// RFC 2543 peer without Contact is spoken to under the address of From.
    pub(super) fn of_request(request: &Message, source: Hop) -> Option<Self> {
        let remote = request.header(HeaderName::From)?;
        let contact = match request.contact().ok()? {
            None if is_of_rfc_2543(request) => request.from().ok()?,
            contact => contact?,
        };
        Some(Self {
            id: DialogId::FIRST,
            cseq: 0,
            negotiation: Negotiation::Unbegun,
            rseq: None,
            update: None,
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
            id: DialogId::FIRST,
            cseq: response.cseq().ok()?.number,
            negotiation: Negotiation::Unbegun,
            rseq: None,
            update: None,
            remote: response.header(HeaderName::To)?.into(),
            remote_tag: to.tag().unwrap_or_default().into(),
            target: contact.unwrap_or(to).uri.as_str().into(),
            routes,
            peer: source,
            remote_cseq: None,
        })
    }

    /// The dialog that an early one becomes with a 2xx, which names the routes anew (§13.2.2.4).
    pub(super) fn confirm(mut self, confirmed: Self) -> Self {
        self.remote = confirmed.remote;
        self.target = confirmed.target;
        self.routes = confirmed.routes;
        self.peer = confirmed.peer;
        self
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

    /// The request URI of requests within the dialog.
    pub(super) fn request_uri(&self) -> &str {
        self.strict().unwrap_or(&self.target)
    }

    fn strict(&self) -> Option<&str> {
        self.routes.first().and_then(|route| strict_router(route))
    }

    /// Begins a request within the dialog (§12.2.1.1), which goes to [`Dialog::next_hop`].
    pub(super) fn request(
        &self,
        method: Method<'_>,
        local: Local<'_>,
        cseq: u32,
        via: std::fmt::Arguments<'_>,
    ) -> Writer {
        let strict = self.strict();
        let mut writer = Writer::request(method, self.request_uri());
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

/// Whether a request comes from an element that knows no branches (§17.2.3).
fn is_of_rfc_2543(request: &Message) -> bool {
    let via = request.via().ok();
    let branch = via.and_then(|via| via.branch());
    !branch.is_some_and(|branch| branch.starts_with(BRANCH_COOKIE))
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
