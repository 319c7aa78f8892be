//! What an SCTP association costs: messages from one endpoint to the other, acknowledged.
#![allow(missing_docs, reason = "criterion writes the main function")]

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use protocols::sctp::{AssociationId, Config, Datagram, Endpoint, Event, Output, Path};

struct Pair {
    ends: [Endpoint; 2],
    now: Instant,
    received: u64,
    up: Option<AssociationId>,
}

fn address(end: usize) -> SocketAddr {
    ([127, 0, 0, end as u8 + 1], 9899).into()
}

impl Pair {
    fn connected() -> Option<(Self, AssociationId)> {
        let config = Config::default();
        let mut ends = [Endpoint::new(config.clone()), Endpoint::new(config)];
        ends[0].listen(2905);
        let path = Path {
            peer: address(0),
            peer_port: 2905,
            local_port: 2905,
        };
        let now = Instant::now();
        ends[1].connect(path, now).ok()?;
        let mut pair = Self {
            ends,
            now,
            received: 0,
            up: None,
        };
        pair.settle();
        let up = pair.up?;
        Some((pair, up))
    }

    /// Carries packets until both are quiet.
    fn settle(&mut self) {
        let mut quiet = 0;
        let mut end = 0;
        while quiet < 2 {
            quiet += 1;
            end = 1 - end;
            while let Some(output) = self.ends[end].poll_output() {
                match output {
                    Output::Transmit { bytes, .. } => {
                        quiet = 0;
                        let datagram = Datagram {
                            from: address(end),
                            bytes: &bytes,
                        };
                        self.ends[1 - end].handle(datagram, self.now);
                    }
                    Output::Event(Event::Up { association, .. }) => self.up = Some(association),
                    Output::Event(event) => {
                        self.received += 1;
                        black_box(event);
                    }
                }
            }
        }
    }

    fn exchange(&mut self, id: AssociationId, messages: usize) {
        self.now += Duration::from_millis(1);
        for end in &mut self.ends {
            end.handle_timeout(self.now);
        }
        for _ in 0..messages {
            let payload = Bytes::from(vec![0; 80]);
            black_box(self.ends[1].send(id, 5, 3, payload, self.now)).ok();
        }
        self.settle();
    }
}

fn messages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sctp_message_of_80_octets");
    for messages in [1, 10] {
        group.throughput(Throughput::Elements(messages as u64));
        group.bench_function(format!("{messages}_at_once"), |bencher| {
            if let Some((mut pair, id)) = Pair::connected() {
                bencher.iter(|| pair.exchange(id, messages));
                assert!(pair.received > 0);
            }
        });
    }
    group.finish();
}

criterion_group!(benches, messages);
criterion_main!(benches);
