//! Reading and writing ISUP messages, `itu-isup` beside it.
#![allow(clippy::unwrap_used, missing_docs)]

mod samples;

use std::hint::black_box;

use codecs::isup::*;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

fn isup(c: &mut Criterion) {
    for (name, hex) in samples::ISUP {
        let octets = samples::octets(hex);
        let ours = Pdu::decode(&octets).unwrap();
        let theirs = itu_isup::Message::decode(&octets).unwrap();
        let mut group = c.benchmark_group(name);
        group.bench_function("decode", |b| b.iter(|| Pdu::decode(black_box(&octets))));
        group.bench_function("decode itu-isup", |b| {
            b.iter(|| itu_isup::Message::decode(black_box(&octets)));
        });
        group.bench_function("encode", |b| {
            b.iter(|| {
                let mut out = Vec::new();
                black_box(&ours).encode(&mut out);
                out
            });
        });
        group.bench_function("encode into a used buffer", |b| {
            let mut out = Vec::new();
            b.iter(|| {
                out.clear();
                black_box(&ours).encode(&mut out);
                out.len()
            });
        });
        group.bench_function("encode itu-isup", |b| {
            b.iter(|| black_box(&theirs).encode())
        });
        group.bench_function("clone", |b| {
            b.iter_batched(|| (), |()| black_box(&ours).clone(), BatchSize::SmallInput);
        });
    }
}

criterion_group!(benches, isup);
criterion_main!(benches);
