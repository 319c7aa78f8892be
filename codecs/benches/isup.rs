//! Reading and writing ISUP messages, `itu-isup` beside it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use codecs::isup::*;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

/// The IAM of a call in a live network (sipcapture/hepgen.js): seven optional parameters.
const LIVE: &str = "a900011020010a00020a0803102618850325f80a08831398264822461\
    9fe01001d038090a33102005a3d011e03047d0291813906fed031c03dc000";

/// An IAM with called and calling party number.
const PLAIN: &str = "010001000020 0a00 020a 08 0410 9471510470 09 0a 08 8413 949821436587 00";

/// A release with cause 16.
const RELEASE: &str = "07000c0200028090";

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

fn isup(c: &mut Criterion) {
    for (name, hex) in [("iam", PLAIN), ("iam, live", LIVE), ("rel", RELEASE)] {
        let octets = octets(hex);
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
