//! Reading and writing DATA, ASPUP and ASPAC; the crate `m3ua` beside it, on the same octets.
#![allow(clippy::unwrap_used, missing_docs)]

mod samples;

use std::hint::black_box;

use bytes::Bytes;
use codecs::m3ua::Message;
use criterion::{Criterion, criterion_group, criterion_main};

fn m3ua(criterion: &mut Criterion) {
    for (name, hex) in samples::M3UA {
        let octets = Bytes::from(samples::octets(hex));
        let ours = Message::decode(&octets).unwrap();
        let (theirs, _) = samples::decode_by_m3ua(&octets).unwrap();
        let mut out = Vec::new();
        ours.encode(&mut out).unwrap();
        assert_eq!(out, octets);
        assert_eq!(theirs.encode(), octets);
        let mut group = criterion.benchmark_group(name);
        group.bench_function("decode", |b| b.iter(|| Message::decode(black_box(&octets))));
        group.bench_function("decode m3ua", |b| {
            b.iter(|| samples::decode_by_m3ua(black_box(&octets)));
        });
        group.bench_function("encode", |b| {
            b.iter(|| {
                let mut out = Vec::new();
                black_box(&ours).encode(&mut out).unwrap();
                out
            });
        });
        group.bench_function("encode into a used buffer", |b| {
            b.iter(|| {
                out.clear();
                black_box(&ours).encode(&mut out)
            });
        });
        group.bench_function("encode m3ua", |b| b.iter(|| black_box(&theirs).encode()));
        group.finish();
    }
}

criterion_group!(benches, m3ua);
criterion_main!(benches);
