//! Which way a request goes: over which transport, and from which listener of ours (RFC 3261
//! §18.1.1).

use std::fmt;
use std::net::SocketAddr;
use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{BRANCH_COOKIE, Message};
use memchr::memmem;

use super::events::{Failure, TransactionEvent};
use super::slots::ClientMachine;
use super::{Branch, ClientId, Slot, TransactionConfig, TransactionOutput, Transactions};
use crate::sip::identifiers::Spelled;
use crate::sip::{Hop, Transmit, Transport};

/// The most octets of a request that goes in a datagram where it could go over TCP.
const MAX_DATAGRAM: usize = 1300;

/// From which of our addresses to whom the messages of a transaction go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sip) struct Way {
    pub(super) to: Hop,
    pub(super) local: SocketAddr,
}

impl Way {
    /// Our end of it.
    pub(in crate::sip) fn listener(self) -> Hop {
        Hop {
            transport: self.to.transport,
            address: self.local,
        }
    }
}

impl TransactionConfig {
    /// The way to a hop. Where we do not listen on its transport, it is tried over one that we
    /// have, but nothing that asks for TLS goes in clear text.
    pub(in crate::sip) fn way(&self, to: Hop) -> Way {
        let over = |transport| self.way_over(transport, to.address);
        let other = || match to.transport {
            Transport::Udp => over(Transport::Tcp),
            Transport::Tcp => over(Transport::Udp),
            Transport::Tls => None,
        };
        over(to.transport).or_else(other).unwrap_or(Way {
            to,
            local: self.local.address,
        })
    }

    fn way_over(&self, transport: Transport, address: SocketAddr) -> Option<Way> {
        let suits = |listener: &&Hop| {
            listener.transport == transport && listener.address.is_ipv4() == address.is_ipv4()
        };
        let mut listeners = std::iter::once(&self.local).chain(&self.others);
        listeners.find(suits).map(|listener| Way {
            to: Hop { transport, address },
            local: listener.address,
        })
    }
}

impl<C: Copy> Transactions<C> {
    /// The listener of ours that a neighbour is given to reach us.
    pub fn local(&self, to: Hop) -> Hop {
        self.config.way(to).listener()
    }

    /// The Via of a request with this branch to this hop. Responses are asked for at the request's
    /// source (RFC 3581).
    pub fn via(&self, branch: Branch, to: Hop) -> impl fmt::Display + '_ {
        TopVia {
            local: self.local(to),
            branch: self.identifiers.spell(branch.0),
        }
    }

    /// A request that is too long for a datagram as it goes over TCP, if we have TCP.
    pub(super) fn switched(&self, bytes: &Bytes, way: Way) -> Option<(Bytes, Way)> {
        if way.to.transport != Transport::Udp || bytes.len() <= MAX_DATAGRAM {
            return None;
        }
        let way = self.config.way_over(Transport::Tcp, way.to.address)?;
        Some((over(bytes, way.listener())?, way))
    }

    /// A message that was to be transmitted could not be (§18.4). A request that went over TCP for
    /// its size alone is tried over UDP (§18.1.1).
    pub fn transport_failed(&mut self, transmit: Transmit, now: Instant) {
        let Ok(message) = Message::parse(transmit.bytes) else {
            return;
        };
        let Some(slot) = self.client_of(&message).filter(|_| message.is_request()) else {
            return;
        };
        if self.switch_back(slot, now) {
            return;
        }
        let client = &self.clients[slot];
        self.outputs
            .push_back(TransactionOutput::Event(TransactionEvent::Failed {
                transaction: ClientId::new(slot, client.serial),
                context: client.context,
                failure: Failure::Transport,
            }));
        self.end(Slot::Client(slot));
    }

    /// Begins a transaction again over UDP that went over TCP for its size and has heard nothing.
    fn switch_back(&mut self, slot: usize, now: Instant) -> bool {
        let client = &mut self.clients[slot];
        if !std::mem::take(&mut client.switched) {
            return false;
        }
        let request = match &client.machine {
            ClientMachine::Invite(machine) => machine.unanswered(),
            ClientMachine::Other(machine) => machine.unanswered(),
        };
        let way = (self.config).way_over(Transport::Udp, client.way.to.address);
        let Some((bytes, way)) = request.zip(way).and_then(|(request, way)| {
            let bytes = over(request, way.listener())?;
            Some((bytes, way))
        }) else {
            return false;
        };
        client.way = way;
        self.restart(slot, bytes, now);
        true
    }
}

/// A request of ours with another listener in its topmost Via, which is its first header field.
fn over(request: &Bytes, listener: Hop) -> Option<Bytes> {
    let start = memmem::find(request, b"\r\n")? + 2;
    let rest = &request[start..];
    let parameters = memchr::memchr(b';', rest)?;
    let via = format!("Via: {}", SentBy(listener));
    Some(
        [&request[..start], via.as_bytes(), &rest[parameters..]]
            .concat()
            .into(),
    )
}

struct TopVia<'a> {
    local: Hop,
    branch: Spelled<'a>,
}

impl fmt::Display for TopVia<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { local, branch } = self;
        write!(f, "{};branch={BRANCH_COOKIE}{branch};rport", SentBy(*local))
    }
}

/// Protocol and sender, with which a Via begins.
struct SentBy(Hop);

impl fmt::Display for SentBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Hop { transport, address }) = self;
        write!(f, "SIP/2.0/{} {address}", transport.name())
    }
}

#[cfg(test)]
mod tests {
    use codecs::sip::{HeaderName, Method, Writer};

    use super::*;

    const NEIGHBOUR: &str = "192.0.2.9:5060";

    fn layer(others: &[&str]) -> Transactions<()> {
        let mut config = TransactionConfig::new("192.0.2.1:5060".parse().unwrap());
        config.others = others.iter().map(|hop| hop.parse().unwrap()).collect();
        Transactions::new(config, [1; 32])
    }

    /// Sends a request with so long a body.
    fn send(layer: &mut Transactions<()>, to: &str, body: usize, now: Instant) {
        let to = to.parse().unwrap();
        let branch = layer.branch();
        let bytes = Writer::request(Method::Invite, "sip:b@example.com")
            .header(HeaderName::Via, &format_args!("{}", layer.via(branch, to)))
            .header(HeaderName::To, "<sip:b@example.com>")
            .header(HeaderName::From, "<sip:a@example.com>;tag=1")
            .header(HeaderName::CallId, "1")
            .header(HeaderName::CSeq, "1 INVITE")
            .body("text/plain", &vec![b'x'; body]);
        layer.request(branch, Method::Invite, bytes, to, (), now);
    }

    /// What was sent last: transport, top Via without its branch, and our address.
    #[track_caller]
    fn sent(layer: &mut Transactions<()>) -> (Transmit, String) {
        let transmit = layer.poll_transmit().unwrap();
        let message = Message::parse(transmit.bytes.clone()).unwrap();
        message.check().unwrap();
        let via = message.text(HeaderName::Via).unwrap();
        let via = via.split_once(";branch=").unwrap().0.to_owned();
        (transmit, via)
    }

    #[test]
    fn a_request_goes_from_the_listener_that_suits_its_hop() {
        let mut layer = layer(&[
            "tcp:192.0.2.1:5070",
            "tls:[2001:db8::1]:5061",
            "[2001:db8::1]:5060",
        ]);
        for (to, via) in [
            ("192.0.2.9:5060", "SIP/2.0/UDP 192.0.2.1:5060"),
            ("tcp:192.0.2.9:5060", "SIP/2.0/TCP 192.0.2.1:5070"),
            ("[2001:db8::9]:5060", "SIP/2.0/UDP [2001:db8::1]:5060"),
            ("tls:[2001:db8::9]:5061", "SIP/2.0/TLS [2001:db8::1]:5061"),
            // There is no TCP over IPv6.
            ("tcp:[2001:db8::9]:5060", "SIP/2.0/UDP [2001:db8::1]:5060"),
            // What asks for TLS does not go without.
            ("tls:192.0.2.9:5061", "SIP/2.0/TLS 192.0.2.1:5060"),
        ] {
            send(&mut layer, to, 0, Instant::now());
            let (transmit, written) = sent(&mut layer);
            assert_eq!(written, via, "{to}");
            let local = Hop {
                address: transmit.local,
                ..transmit.to
            };
            assert!(via.ends_with(&format!("{} {}", local.transport.name(), local.address)));
            assert_eq!(transmit.to.address, to.parse::<Hop>().unwrap().address);
        }
    }

    #[test]
    fn a_long_request_goes_over_tcp_and_back_to_udp_where_that_fails() {
        let mut layer = layer(&["tcp:192.0.2.1:5070"]);
        let now = Instant::now();
        send(&mut layer, NEIGHBOUR, 1300, now);
        let (first, via) = sent(&mut layer);
        assert_eq!(via, "SIP/2.0/TCP 192.0.2.1:5070");
        assert_eq!(first.to.transport, Transport::Tcp);

        layer.transport_failed(first.clone(), now);
        let (second, via) = sent(&mut layer);
        assert_eq!(via, "SIP/2.0/UDP 192.0.2.1:5060");
        assert_eq!(second.to.to_string(), "udp:192.0.2.9:5060");
        let branch = |transmit: &Transmit| {
            let message = Message::parse(transmit.bytes.clone()).unwrap();
            message.via().unwrap().branch().unwrap().to_owned()
        };
        assert_eq!(branch(&first), branch(&second));
        assert!(layer.poll_output().is_none(), "nobody hears of it");

        // Now it is sent again as over UDP, and there is no further way back.
        let due = layer.poll_timeout().unwrap();
        layer.handle_timeout(due);
        assert_eq!(sent(&mut layer).0, second);
        layer.transport_failed(second, now);
        assert!(matches!(
            layer.poll_output(),
            Some(TransactionOutput::Event(TransactionEvent::Failed { .. }))
        ));
        assert!(layer.is_empty());
    }

    #[test]
    fn a_long_request_stays_in_a_datagram_where_there_is_no_tcp() {
        let mut layer = layer(&["tcp:[2001:db8::1]:5070"]);
        send(&mut layer, NEIGHBOUR, 1300, Instant::now());
        assert_eq!(sent(&mut layer).1, "SIP/2.0/UDP 192.0.2.1:5060");
    }

    #[test]
    fn one_that_was_answered_does_not_change_its_way() {
        let mut layer = layer(&["tcp:192.0.2.1:5070"]);
        let now = Instant::now();
        send(&mut layer, NEIGHBOUR, 1300, now);
        let (transmit, _) = sent(&mut layer);
        let request = Message::parse(transmit.bytes.clone()).unwrap();
        let datagram = crate::sip::Datagram {
            bytes: Writer::reply(&request, 180, Some("b"), None).finish(),
            from: transmit.to,
            local: transmit.local,
        };
        layer.handle(datagram, now);
        layer.poll_output();
        layer.transport_failed(transmit, now);
        assert!(matches!(
            layer.poll_output(),
            Some(TransactionOutput::Event(TransactionEvent::Failed { .. }))
        ));
    }
}
