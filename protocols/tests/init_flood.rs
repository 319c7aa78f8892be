//! A flood of INITs costs no memory, and the associations there are do not notice.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use protocols::sctp::{AssociationId, Config, Datagram, Endpoint, Event, Output, Path};

const PORT: u16 = 2905;
const INITS: u32 = 100_000;

/// Bytes allocated and not freed.
static LIVE: AtomicIsize = AtomicIsize::new(0);

struct Counting;

// SAFETY: everything is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn address(host: u8) -> SocketAddr {
    ([192, 0, 2, host], 9899).into()
}

fn to_server() -> Path {
    Path {
        peer: address(1),
        peer_port: PORT,
        local_port: PORT,
    }
}

/// What an endpoint has to say: events, and datagrams, all of which go to `peer`.
fn outputs(endpoint: &mut Endpoint, peer: SocketAddr) -> (Vec<Event>, Vec<Vec<u8>>) {
    let (mut events, mut datagrams) = (Vec::new(), Vec::new());
    while let Some(output) = endpoint.poll_output() {
        match output {
            Output::Event(event) => events.push(event),
            Output::Transmit { to, bytes } => {
                assert_eq!(to, peer);
                datagrams.push(bytes);
            }
        }
    }
    (events, datagrams)
}

struct Pair {
    server: Endpoint,
    client: Endpoint,
    now: Instant,
}

impl Pair {
    /// Carries datagrams until there are no more. Answers the events of server and client.
    fn settle(&mut self) -> [Vec<Event>; 2] {
        let mut events = [Vec::new(), Vec::new()];
        loop {
            let (told, to_client) = outputs(&mut self.server, address(2));
            events[0].extend(told);
            let (told, to_server) = outputs(&mut self.client, address(1));
            events[1].extend(told);
            if to_client.is_empty() && to_server.is_empty() {
                return events;
            }
            carry(&mut self.client, address(1), &to_client, self.now);
            carry(&mut self.server, address(2), &to_server, self.now);
        }
    }

    /// A message goes from client to server, and nothing else happens.
    fn exchange(&mut self, association: AssociationId, number: u32) {
        let payload = Bytes::copy_from_slice(&number.to_be_bytes());
        let sent = payload.clone();
        let sent = self.client.send(association, 1, 3, sent, self.now);
        assert_eq!(sent, Ok(()));
        let [server, client] = self.settle();
        assert!(
            matches!(&server[..], [Event::Message { payload: arrived, .. }] if *arrived == payload),
            "{server:?}"
        );
        assert_eq!(client, []);
        self.now += Duration::from_millis(10);
        self.server.handle_timeout(self.now);
        self.client.handle_timeout(self.now);
    }
}

fn carry(to: &mut Endpoint, from: SocketAddr, datagrams: &[Vec<u8>], now: Instant) {
    for bytes in datagrams {
        to.handle(Datagram { from, bytes }, now);
    }
}

#[test]
fn a_hundred_thousand_inits_leave_memory_as_it_was() {
    let now = Instant::now();
    let mut server = Endpoint::new(Config::default());
    server.listen(PORT);
    let mut client = Endpoint::new(Config::default());
    let association = client.connect(to_server(), now).unwrap();
    let mut pair = Pair {
        server,
        client,
        now,
    };
    let [accepted, up] = pair.settle();
    assert!(matches!(accepted[..], [Event::Up { accepted: true, .. }]));
    assert!(matches!(up[..], [Event::Up { .. }]));

    let mut stranger = Endpoint::new(Config::default());
    stranger.connect(to_server(), now).unwrap();
    let (_, inits) = outputs(&mut stranger, address(1));
    let mut before = 0;
    for number in 0..INITS {
        let from = SocketAddr::from((Ipv4Addr::from(0x0a00_0000 + number), 9899));
        carry(&mut pair.server, from, &inits, pair.now);
        let (events, answers) = outputs(&mut pair.server, from);
        assert_eq!((events.len(), answers.len()), (0, 1));
        if number % 1000 == 999 {
            pair.exchange(association, number);
        }
        if number == 10_000 {
            before = LIVE.load(Ordering::Relaxed);
        }
    }
    let grown = LIVE.load(Ordering::Relaxed) - before;
    println!("{grown} bytes more after {INITS} INITs than after 10,000");
    assert!(grown < 16 << 10, "{grown} bytes");
    assert_eq!(pair.server.associations(), 1);
}
