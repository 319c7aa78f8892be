//! One complete call through the exchange, bytes in and bytes out, without sockets.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic)]

mod rig;

use criterion::{Criterion, criterion_group, criterion_main};

use rig::{Kind, Rig};

/// Calls a second in virtual time; the transactions of the last 32 s linger.
const RATE: u32 = 1000;

fn calls(criterion: &mut Criterion) {
    for (name, standing) in [("call", 0), ("call, 10000 up", 10_000)] {
        let mut group = criterion.benchmark_group(name);
        for kind in Kind::ALL {
            let mut rig = Rig::new(kind, standing, RATE);
            rig.settle();
            group.bench_function(kind.name(), |b| b.iter(|| rig.turn()));
            assert_eq!(rig.calls_up(), standing);
            assert!(rig.timeouts() > 0);
            rig.go_without_exchange();
            group.bench_function(format!("{}, far end alone", kind.name()), |b| {
                b.iter(|| rig.turn());
            });
        }
    }
}

criterion_group!(benches, calls);
criterion_main!(benches);
