//! What every SCTP backend has to do, told against the trait.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bytes::Bytes;
use protocols::sctp::Config;
use tandem::sctp::{AssociationId, Connect, Error, Event, Listen, Loss, Sctp, SendError, Streams};

const M3UA: u32 = 3;
const PORT: u16 = 2905;
/// How long anything may take that is bound to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A backend, and where it is tried.
pub(crate) struct Lab<S> {
    /// Makes a stack.
    pub(crate) stack: fn(Config) -> S,
    /// First octet of a network that is all of this machine.
    pub(crate) network: u8,
    /// UDP port of all addresses; 0 for SCTP over IP.
    pub(crate) udp_port: u16,
    /// Where nobody answers.
    pub(crate) silent: SocketAddr,
    /// Where to connect to it from.
    pub(crate) opposite_silent: SocketAddr,
}

macro_rules! tell {
    ($lab:ident: $($story:ident),* $(,)?) => {$(
        let story = tokio::time::timeout(PATIENCE, $story($lab));
        assert!(story.await.is_ok(), "{} takes too long", stringify!($story));
        println!("  {}", stringify!($story));
    )*};
}

/// Tells all stories, one after another.
pub(crate) async fn all<S: Sctp>(lab: &Lab<S>) {
    tell!(lab:
        messages_of_any_length_arrive_whole,
        a_full_buffer_neither_loses_nor_reorders,
        what_was_taken_before_a_shutdown_still_arrives,
        the_listener_may_shut_down_too,
        an_abort_is_told_to_both,
        messages_that_cannot_go_are_refused,
        streams_are_negotiated,
        several_associations_are_told_apart,
        a_port_where_nobody_listens_refuses,
        nobody_answers,
        the_next_address_answers,
        strangers_get_no_association,
        associations_over_the_limit_are_refused,
        an_address_has_one_listener,
        addresses_that_cannot_work_are_named,
    );
}

pub(crate) fn config() -> Config {
    Config {
        rto_initial: Duration::from_millis(50),
        rto_min: Duration::from_millis(50),
        rto_max: Duration::from_millis(200),
        sack_delay: Duration::from_millis(20),
        init_retries: 2,
        ..Config::default()
    }
}

impl<S: Sctp> Lab<S> {
    /// An address of this machine that nothing else here uses.
    fn address(&self) -> SocketAddr {
        static NEXT: AtomicU8 = AtomicU8::new(1);
        let [_, _, high, low] = std::process::id().to_be_bytes();
        let last = NEXT.fetch_add(1, Ordering::Relaxed);
        let host = Ipv4Addr::new(self.network, high | 0x40, low, last);
        (host, self.udp_port).into()
    }

    fn listener(&self, config: Config, at: &[SocketAddr]) -> S {
        let mut server = (self.stack)(config);
        let local = at.to_vec();
        server.listen(&Listen { local, port: PORT }).unwrap();
        server
    }

    fn to(&self, remote: &[SocketAddr]) -> Connect {
        Connect {
            local: vec![self.address()],
            local_port: PORT,
            remote: remote.to_vec(),
            port: PORT,
        }
    }

    /// Two ends of an association, the one that listened first.
    async fn pair(&self) -> [End<S>; 2] {
        let at = self.address();
        let mut server = self.listener(config(), &[at]);
        let mut client = (self.stack)(config());
        let association = client.connect(&self.to(&[at])).unwrap();
        let (up, accepted) = tokio::join!(up(&mut client), up(&mut server));
        assert_eq!(up, association);
        [End(server, accepted), End(client, association)]
    }
}

/// One end of an association.
struct End<S>(S, AssociationId);

impl<S: Sctp> End<S> {
    fn send(&mut self, stream: u16, payload: Bytes) -> Result<(), SendError> {
        self.0.send(self.1, stream, M3UA, payload)
    }

    fn number(&mut self, stream: u16, number: u32, length: usize) -> Result<(), SendError> {
        let mut payload = number.to_be_bytes().to_vec();
        payload.resize(length, number as u8);
        self.send(stream, payload.into())
    }

    /// The next message; anything else is a fault.
    async fn message(&mut self) -> (u16, Bytes) {
        match self.0.event().await {
            Event::Message {
                association,
                stream,
                ppid: M3UA,
                payload,
            } if association == self.1 => (stream, payload),
            other => panic!("expected a message: {other:?}"),
        }
    }

    async fn expect_number(&mut self, stream: u16, number: u32, length: usize) {
        let (arrived, payload) = self.message().await;
        assert_eq!(arrived, stream);
        assert_eq!(payload.len(), length, "number {number}");
        assert_eq!(payload[..4], number.to_be_bytes(), "out of order");
        assert!(payload[4..].iter().all(|&octet| octet == number as u8));
    }

    /// Plays its part while nothing is expected.
    async fn idle(&mut self) {
        let event = self.0.event().await;
        panic!("unexpected {event:?}");
    }
}

async fn up<S: Sctp>(stack: &mut S) -> AssociationId {
    match stack.event().await {
        Event::Up { association, .. } => association,
        other => panic!("expected the association to come up: {other:?}"),
    }
}

async fn end<S: Sctp>(End(stack, association): &mut End<S>) -> Result<(), Loss> {
    loop {
        match stack.event().await {
            Event::Closed { association: ended } if ended == *association => return Ok(()),
            Event::Lost {
                association: ended,
                reason,
            } if ended == *association => return Err(reason),
            Event::Path { .. } => {}
            other => panic!("expected the end: {other:?}"),
        }
    }
}

/// Runs `side` for as long as `main` takes.
async fn beside<T>(main: impl Future<Output = T>, side: impl Future<Output = ()>) -> T {
    tokio::select! {
        result = main => result,
        () = side => panic!("the other end has finished first"),
    }
}

async fn messages_of_any_length_arrive_whole<S: Sctp>(lab: &Lab<S>) {
    let [mut server, mut client] = lab.pair().await;
    for (stream, length) in [(0, 1), (1, 80), (5, 1452), (16, 20_000), (3, 256 * 1024)] {
        let payload: Bytes = (0..length).map(|index: u32| (index % 253) as u8).collect();
        for _ in 0..2 {
            client.send(stream, payload.clone()).unwrap();
            let arrived = beside(server.message(), client.idle()).await;
            assert!(arrived == (stream, payload.clone()), "{length} octets");
            (client, server) = (server, client);
        }
    }
}

/// The receiver does not read until the sender's buffer is full; then everything arrives.
async fn a_full_buffer_neither_loses_nor_reorders<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let small = Config {
        send_buffer: 256 * 1024,
        receive_window: 128 * 1024,
        ..config()
    };
    let mut server = lab.listener(small.clone(), &[at]);
    let mut client = (lab.stack)(small);
    let association = client.connect(&lab.to(&[at])).unwrap();
    let (_, accepted) = tokio::join!(up(&mut client), up(&mut server));
    let (mut server, mut client) = (End(server, accepted), End(client, association));
    let length = |number: u32| 4 + (number as usize * 7919) % 9000;
    let mut sent = 0;
    let mut refused = 0;
    while refused < 3 {
        match client.number(2, sent, length(sent)) {
            Ok(()) => sent += 1,
            Err(error) => {
                assert_eq!(error, SendError::Full);
                refused += 1;
                // Gives the stack a moment, to fill what there is between the two.
                let moment = Duration::from_millis(50);
                assert!(
                    tokio::time::timeout(moment, client.0.event())
                        .await
                        .is_err()
                );
            }
        }
    }
    assert!(sent > 20);
    let all = async {
        for number in 0..sent {
            server.expect_number(2, number, length(number)).await;
        }
    };
    beside(all, client.idle()).await;
    assert_eq!(
        client.number(2, sent, 10),
        Ok(()),
        "the buffer is free again"
    );
    beside(server.expect_number(2, sent, 10), client.idle()).await;
}

async fn what_was_taken_before_a_shutdown_still_arrives<S: Sctp>(lab: &Lab<S>) {
    let [mut server, mut client] = lab.pair().await;
    for number in 0..500 {
        client.number(1, number, 300).unwrap();
    }
    client.0.shutdown(client.1);
    assert_eq!(client.number(1, 0, 10), Err(SendError::Closing));
    let receive = async {
        for number in 0..500 {
            server.expect_number(1, number, 300).await;
        }
        end(&mut server).await
    };
    let ends = tokio::join!(end(&mut client), receive);
    assert_eq!(ends, (Ok(()), Ok(())));
}

async fn the_listener_may_shut_down_too<S: Sctp>(lab: &Lab<S>) {
    let [mut server, mut client] = lab.pair().await;
    server.0.shutdown(server.1);
    let ends = tokio::join!(end(&mut client), end(&mut server));
    assert_eq!(ends, (Ok(()), Ok(())));
    assert_eq!(client.number(1, 0, 10), Err(SendError::NotUp));
}

async fn an_abort_is_told_to_both<S: Sctp>(lab: &Lab<S>) {
    let [mut server, mut client] = lab.pair().await;
    client.0.abort(client.1);
    assert_eq!(end(&mut client).await, Err(Loss::Abandoned));
    let lost = beside(end(&mut server), client.idle()).await;
    assert!(matches!(lost, Err(Loss::Aborted(_))), "{lost:?}");
}

async fn messages_that_cannot_go_are_refused<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let mut server = lab.listener(config(), &[at]);
    let mut client = (lab.stack)(config());
    let association = client.connect(&lab.to(&[at])).unwrap();
    let mut client = End(client, association);
    assert_eq!(client.number(1, 0, 4), Err(SendError::NotUp));
    tokio::join!(up(&mut client.0), up(&mut server));
    let sizes = [0, 256 * 1024 + 1].map(|length| client.send(1, vec![0; length].into()));
    assert_eq!(sizes, [Err(SendError::Length); 2]);
    assert_eq!(client.number(17, 0, 4), Err(SendError::NoSuchStream));
    let other = AssociationId(association.0 + 1);
    let refused = client.0.send(other, 1, M3UA, Bytes::from_static(b"x"));
    assert_eq!(refused, Err(SendError::NotUp));
}

async fn streams_are_negotiated<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let with = |streams| Config {
        streams,
        ..config()
    };
    let mut server = lab.listener(with(5), &[at]);
    let mut client = (lab.stack)(with(9));
    client.connect(&lab.to(&[at])).unwrap();
    let both = tokio::join!(client.event(), server.event());
    for event in [both.0, both.1] {
        let agreed = matches!(
            event,
            Event::Up {
                streams: Streams {
                    incoming: 5,
                    outgoing: 5
                },
                ..
            }
        );
        assert!(agreed, "{event:?}");
    }
}

async fn several_associations_are_told_apart<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let mut server = lab.listener(config(), &[at]);
    let mut client = (lab.stack)(config());
    let first = lab.to(&[at]);
    let mut ends = Vec::new();
    for connect in [&first, &lab.to(&[at])] {
        let association = client.connect(connect).unwrap();
        tokio::join!(up(&mut client), up(&mut server));
        ends.push(association);
    }
    assert!(client.connect(&first).is_err(), "the path is in use");
    for &association in &ends {
        let payload = Bytes::copy_from_slice(&association.0.to_be_bytes());
        client.send(association, 1, M3UA, payload).unwrap();
    }
    let mut seen = Vec::new();
    for _ in &ends {
        tokio::select! {
            event = server.event() => seen.push(event),
            event = client.event() => panic!("unexpected {event:?}"),
        }
    }
    assert_ne!(seen[0].association(), seen[1].association());
    for event in seen {
        let Event::Message {
            association,
            stream,
            ppid,
            payload,
        } = event
        else {
            panic!("expected a message: {event:?}");
        };
        server.send(association, stream, ppid, payload).unwrap();
    }
    for _ in &ends {
        let event = tokio::select! {
            event = client.event() => event,
            event = server.event() => panic!("unexpected {event:?}"),
        };
        let own = event.association().0.to_be_bytes();
        assert!(matches!(event, Event::Message { payload, .. } if payload[..] == own));
    }
}

async fn a_port_where_nobody_listens_refuses<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let mut server = lab.listener(config(), &[at]);
    let mut client = (lab.stack)(config());
    let connect = Connect {
        port: 4000,
        ..lab.to(&[at])
    };
    let association = client.connect(&connect).unwrap();
    let mut client = End(client, association);
    let lost = tokio::select! {
        lost = end(&mut client) => lost,
        event = server.event() => panic!("unexpected {event:?}"),
    };
    assert_eq!(lost, Err(Loss::Refused));
}

async fn nobody_answers<S: Sctp>(lab: &Lab<S>) {
    let mut client = (lab.stack)(config());
    let connect = Connect {
        local: vec![lab.opposite_silent],
        ..lab.to(&[lab.silent])
    };
    let association = client.connect(&connect).unwrap();
    let mut client = End(client, association);
    assert_eq!(end(&mut client).await, Err(Loss::Unreachable));
    assert_eq!(client.number(1, 0, 4), Err(SendError::NotUp));
}

async fn the_next_address_answers<S: Sctp>(lab: &Lab<S>) {
    let at = lab.opposite_silent;
    let at_home = lab.address();
    let mut server = lab.listener(config(), &[at_home]);
    let mut client = (lab.stack)(config());
    let connect = Connect {
        local: vec![at, lab.address()],
        ..lab.to(&[lab.silent, at_home])
    };
    let association = client.connect(&connect).unwrap();
    let answered = async {
        match client.event().await {
            Event::Up {
                association: up,
                path,
                ..
            } => (up, path.peer.ip()),
            other => panic!("not up: {other:?}"),
        }
    };
    let (answered, _) = tokio::join!(answered, up(&mut server));
    assert_eq!(answered, (association, at_home.ip()));
}

async fn strangers_get_no_association<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let friend = lab.to(&[at]);
    let peers = vec![friend.local[0].ip()];
    let mut server = lab.listener(Config { peers, ..config() }, &[at]);
    let mut client = (lab.stack)(config());
    let stranger = client.connect(&lab.to(&[at])).unwrap();
    let told = async {
        loop {
            match client.event().await {
                // A kernel answers before anybody can be asked.
                Event::Up { .. } => {}
                other => return other,
            }
        }
    };
    let told = tokio::select! {
        told = told => told,
        event = server.event() => panic!("unexpected {event:?}"),
    };
    assert!(matches!(told, Event::Lost { association, .. } if association == stranger));
    client.connect(&friend).unwrap();
    tokio::join!(up(&mut client), up(&mut server));
}

async fn associations_over_the_limit_are_refused<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let one = Config {
        max_associations: 1,
        ..config()
    };
    let mut server = lab.listener(one, &[at]);
    let mut client = (lab.stack)(config());
    client.connect(&lab.to(&[at])).unwrap();
    tokio::join!(up(&mut client), up(&mut server));
    let second = client.connect(&lab.to(&[at])).unwrap();
    let told = async {
        loop {
            match client.event().await {
                Event::Up { .. } => {}
                other => return other,
            }
        }
    };
    let told = tokio::select! {
        told = told => told,
        event = server.event() => panic!("unexpected {event:?}"),
    };
    assert!(matches!(told, Event::Lost { association, .. } if association == second));
}

async fn an_address_has_one_listener<S: Sctp>(lab: &Lab<S>) {
    let at = lab.address();
    let _first = lab.listener(config(), &[at]);
    let mut second = (lab.stack)(config());
    let local = vec![at];
    let refused = second.listen(&Listen { local, port: PORT });
    assert!(matches!(refused, Err(Error::Bind { address, .. }) if address.ip() == at.ip()));
}

async fn addresses_that_cannot_work_are_named<S: Sctp>(lab: &Lab<S>) {
    let mut stack = (lab.stack)(config());
    let v6 = SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], lab.udp_port));
    assert!(matches!(
        stack.connect(&lab.to(&[v6])),
        Err(Error::NoAddress)
    ));
    let foreign = SocketAddr::from(([192, 0, 2, 1], lab.udp_port));
    let local = vec![foreign];
    let refused = stack.listen(&Listen { local, port: PORT }).unwrap_err();
    assert!(
        refused.to_string().starts_with("cannot bind 192.0.2.1:"),
        "{refused}"
    );
}
