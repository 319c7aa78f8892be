//! How a request looks when it goes on (RFC 3261 §16.6).

use std::fmt;

use bytes::Bytes;
use codecs::sip::{HeaderName, Host, Message, Method, NameAddr, SipUri, Uri, Writer};

use super::identity::Disclosure;
use super::{Header, ProxyConfig, Target};
use crate::sip::Hop;

/// Where a request goes by itself.
pub(super) enum Way {
    /// To the next Route, or within a dialog to the request URI.
    On(Hop),
    /// There is a Route, or it is in a dialog, but that leads nowhere we can reach.
    Nowhere,
    /// The owner must say.
    Open,
}

/// The way of a request, and how many of its first Routes are ours (§16.4): two where we joined
/// two transports (RFC 5658 §5).
pub(super) fn way(request: &Message, config: &ProxyConfig) -> (Way, usize) {
    let mut routes = request.addresses(HeaderName::Route).peekable();
    let own = |route: &Result<NameAddr<'_>, _>| {
        route
            .as_ref()
            .is_ok_and(|route| is_ours(&route.uri, config))
    };
    let own_routes = std::iter::from_fn(|| routes.next_if(own)).take(2).count();
    let hop = match routes.next() {
        Some(Ok(route)) => Hop::of_uri(&route.uri),
        Some(Err(_)) => None,
        None if !is_in_dialog(request) => return (Way::Open, own_routes),
        None => request.uri().ok().and_then(|uri| Hop::of_uri(&uri)),
    };
    let hop = hop.filter(|&hop| !config.listens_at(hop));
    (hop.map_or(Way::Nowhere, Way::On), own_routes)
}

fn is_ours(uri: &Uri<'_>, config: &ProxyConfig) -> bool {
    let named = |uri: &SipUri<'_>, name: &str| uri.host == Host::Name(name);
    Hop::of_uri(uri).is_some_and(|hop| config.listens_at(hop))
        || (config.name.as_deref())
            .zip(uri.sip())
            .is_some_and(|(name, uri)| named(uri, name))
}

fn is_in_dialog(request: &Message) -> bool {
    request.to().is_ok_and(|to| to.tag().is_some())
}

/// Has the requests of a dialog come back to us from both of its ends, over the transport that
/// each of them speaks (RFC 5658 §5).
fn record_route(writer: &mut Writer, [downstream, upstream]: [Hop; 2]) {
    let mut record = |listener: Hop| {
        let uri = listener.uri(None);
        writer.header(HeaderName::RecordRoute, &format_args!("<{uri};lr>"));
    };
    record(downstream);
    if upstream != downstream {
        record(upstream);
    }
}

/// Writes the request as it goes to one target.
pub(super) fn forwarded(
    request: &Message,
    source: Hop,
    target: &Target,
    own_routes: usize,
    config: &ProxyConfig,
    via: fmt::Arguments<'_>,
) -> Bytes {
    let mut disclosure = Disclosure::of(request, config.trusts(source), config.trusts(target.to));
    let asserts = |(name, _): &Header| *name == HeaderName::PAssertedIdentity;
    disclosure.received &= !target.headers.iter().any(asserts);
    let uri = target.uri.as_deref().unwrap_or(request.request_uri());
    let mut writer = Writer::request(request.method(), uri);
    writer.header(HeaderName::Via, &via);
    if config.record_route && request.method() == Method::Invite && !is_in_dialog(request) {
        record_route(
            &mut writer,
            [target.to, source].map(|hop| config.local(hop)),
        );
    }
    if let Some(route) = &target.route {
        writer.header(HeaderName::Route, route);
    }
    for route in request.headers(HeaderName::Route).skip(own_routes) {
        writer.header(HeaderName::Route, route);
    }
    let hops = request.max_forwards().ok().flatten().unwrap_or(71);
    writer.header(HeaderName::MaxForwards, &hops.saturating_sub(1));
    for (name, value) in request.headers_all() {
        let is_ours = matches!(name, HeaderName::Route | HeaderName::MaxForwards);
        if !is_ours && disclosure.keeps(&name) {
            writer.header(name, value);
        }
    }
    for (name, value) in &target.headers {
        if disclosure.adds(name) {
            writer.header(*name, value);
        }
    }
    writer.content(request.body())
}

/// Writes a response as it goes back: without our Via (§16.7 step 3). `None` if it was for us.
pub(super) fn returned(response: &Message, disclosure: Disclosure) -> Option<Bytes> {
    let mut vias = response.headers(HeaderName::Via).skip(1).peekable();
    vias.peek()?;
    let mut writer = Writer::response(response.status(), response.reason());
    for via in vias {
        writer.header(HeaderName::Via, via);
    }
    for (name, value) in response.headers_all() {
        if name != HeaderName::Via && disclosure.keeps(&name) {
            writer.header(name, value);
        }
    }
    Some(writer.content(response.body()))
}
