//! Two endpoints and a network between them, on virtual time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::super::*;

/// The endpoint that listens, and the one that connects.
pub(super) const SERVER: usize = 0;
pub(super) const CLIENT: usize = 1;
pub(super) const M3UA: u16 = 2905;

/// What the network does to a datagram.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Faults {
    pub(super) loss: f64,
    pub(super) duplication: f64,
    /// Added to the latency at random, which also reorders.
    pub(super) jitter: Duration,
}

type Flight = Reverse<(Instant, u64, usize, Vec<u8>)>;

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) ends: [Endpoint; 2],
    pub(super) faults: Faults,
    /// Packets as sent, by either.
    pub(super) sent: Vec<(usize, Vec<u8>)>,
    events: [Vec<Event>; 2],
    flying: BinaryHeap<Flight>,
    order: u64,
    random: StdRng,
}

pub(super) fn address(end: usize) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, end as u8 + 1], 9899))
}

pub(super) fn path(from: usize, to: usize) -> Path {
    assert_ne!(from, to);
    Path {
        peer: address(to),
        peer_port: M3UA,
        local_port: M3UA,
    }
}

impl World {
    pub(super) fn new(config: Config) -> Self {
        let mut server = Endpoint::new(config.clone());
        server.listen(M3UA);
        Self {
            now: Instant::now(),
            ends: [server, Endpoint::new(config)],
            faults: Faults::default(),
            sent: Vec::new(),
            events: Default::default(),
            flying: BinaryHeap::new(),
            order: 0,
            random: StdRng::seed_from_u64(7),
        }
    }

    /// A world in which the client has an association to the server.
    pub(super) fn connected(config: Config) -> (Self, [AssociationId; 2]) {
        let mut world = Self::new(config);
        let client = world.connect();
        world.run(Duration::from_secs(1));
        let [server] = world.take(SERVER)[..] else {
            panic!("one event at the server");
        };
        (world, [server, client])
    }

    /// Connects the client and takes nothing from its events but `Up`.
    fn take(&mut self, end: usize) -> Vec<AssociationId> {
        let ups = |event| match event {
            Event::Up { association, .. } => association,
            other => panic!("unexpected {other:?}"),
        };
        self.events(1 - end);
        self.events(end).into_iter().map(ups).collect()
    }

    pub(super) fn connect(&mut self) -> AssociationId {
        let path = path(CLIENT, SERVER);
        self.ends[CLIENT].connect(path, self.now).unwrap()
    }

    pub(super) fn send(&mut self, end: usize, id: AssociationId, stream: u16, payload: &[u8]) {
        let payload = Bytes::copy_from_slice(payload);
        self.ends[end]
            .send(id, stream, 3, payload, self.now)
            .unwrap();
    }

    pub(super) fn events(&mut self, end: usize) -> Vec<Event> {
        std::mem::take(&mut self.events[end])
    }

    /// Messages an end received, as (stream, payload); other events must not have occurred.
    pub(super) fn messages(&mut self, end: usize) -> Vec<(u16, Bytes)> {
        let message = |event| match event {
            Event::Message {
                stream,
                ppid: 3,
                payload,
                ..
            } => (stream, payload),
            other => panic!("unexpected {other:?}"),
        };
        self.events(end).into_iter().map(message).collect()
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            self.collect();
            let arrival = self.flying.peek().map(|Reverse((at, ..))| *at);
            let timers = self.ends.iter_mut().filter_map(Endpoint::poll_timeout);
            let Some(next) = timers.chain(arrival).min().filter(|at| *at <= until) else {
                break;
            };
            self.now = self.now.max(next);
            self.deliver();
            for end in &mut self.ends {
                end.handle_timeout(self.now);
            }
        }
        self.now = until;
    }

    fn deliver(&mut self) {
        while let Some(Reverse((at, ..))) = self.flying.peek() {
            if *at > self.now {
                return;
            }
            if let Some(Reverse((_, _, to, bytes))) = self.flying.pop() {
                let from = address(1 - to);
                let bytes = &bytes[..];
                self.ends[to].handle(Datagram { from, bytes }, self.now);
            }
        }
    }

    fn collect(&mut self) {
        for end in [SERVER, CLIENT] {
            while let Some(output) = self.ends[end].poll_output() {
                match output {
                    Output::Transmit { to, bytes } => {
                        assert!(to == address(1 - end));
                        self.transmit(end, bytes);
                    }
                    Output::Event(event) => self.events[end].push(event),
                }
            }
        }
    }

    fn transmit(&mut self, from: usize, bytes: Vec<u8>) {
        self.sent.push((from, bytes.clone()));
        let copies = 1 + u32::from(self.random.random_bool(self.faults.duplication));
        for _ in 0..copies {
            if self.random.random_bool(self.faults.loss) {
                continue;
            }
            let jitter = self.faults.jitter.mul_f64(self.random.random());
            let at = self.now + Duration::from_millis(5) + jitter;
            self.order += 1;
            let flight = (at, self.order, 1 - from, bytes.clone());
            self.flying.push(Reverse(flight));
        }
    }
}
