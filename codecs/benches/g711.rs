//! G.711: one 20 ms packet encoded, decoded and converted between the laws.
#![allow(missing_docs)]

use std::hint::black_box;

use codecs::g711::Law;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const PACKET: usize = 160;

fn laws(c: &mut Criterion) {
    let octets: [u8; PACKET] = std::array::from_fn(|i| (i * 31) as u8);
    let samples = octets.map(|octet| Law::A.decode(octet));
    let mut group = c.benchmark_group("g711");
    group.throughput(Throughput::Elements(PACKET as u64));
    for (name, law) in [("alaw", Law::A), ("ulaw", Law::Mu)] {
        group.bench_function(format!("decode {name}"), |b| {
            b.iter(|| black_box(octets).map(|octet| law.decode(octet)))
        });
        group.bench_function(format!("encode {name}"), |b| {
            b.iter(|| black_box(samples).map(|sample| law.encode(sample)))
        });
    }
    let mut packet = octets;
    group.bench_function("convert alaw to ulaw", |b| {
        b.iter(|| Law::A.convert_all(Law::Mu, black_box(&mut packet)))
    });
    group.finish();
}

criterion_group!(benches, laws);
criterion_main!(benches);
