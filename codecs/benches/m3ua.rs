//! Reading and writing a DATA message as a call in progress carries it.
#![allow(missing_docs)] // criterion_group! makes a public function

use std::hint::black_box;

use bytes::Bytes;
use codecs::m3ua::{Data, Message};
use codecs::mtp::{NetworkIndicator, PointCode, ServiceIndicator, Transfer};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn data() -> Message {
    Message::Data(Data {
        network_appearance: None,
        routing_context: Some(100),
        transfer: Transfer {
            opc: PointCode(2057),
            dpc: PointCode(4114),
            si: ServiceIndicator::ISUP,
            ni: NetworkIndicator::NATIONAL,
            priority: 0,
            sls: 5,
            data: Bytes::from_static(&[0x5A; 40]),
        },
        correlation: None,
        other: Vec::new(),
    })
}

fn m3ua(criterion: &mut Criterion) {
    let message = data();
    let mut octets = Vec::new();
    if message.encode(&mut octets).is_err() {
        return;
    }
    let octets = Bytes::from(octets);
    let mut group = criterion.benchmark_group("m3ua DATA");
    group.throughput(Throughput::Elements(1));
    group.bench_function("decode", |b| b.iter(|| Message::decode(black_box(&octets))));
    let mut out = Vec::with_capacity(128);
    group.bench_function("encode", |b| {
        b.iter(|| {
            out.clear();
            black_box(&message).encode(&mut out)
        });
    });
    group.finish();
}

criterion_group!(benches, m3ua);
criterion_main!(benches);
