//! A 2 kB INVITE with ISUP body and SDP: parsed and used, and written; `sipx-sip` beside it.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "samples/invite.rs"]
mod invite;

use std::hint::black_box;

use codecs::sip::{Message, Writer};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use invite::{invite, use_headers};

fn use_headers_of_sipx(message: &sipx_sip::Message) -> usize {
    use sipx_sip::headers::{CSeq, Contact, From, To, Via};
    let headers = message.headers();
    let via = headers.typed::<Via>().unwrap().unwrap();
    let from = headers.typed::<From>().unwrap().unwrap();
    let to = headers.typed::<To>().unwrap().unwrap();
    let cseq = headers.typed::<CSeq>().unwrap().unwrap();
    let contact = headers.typed::<Contact>().unwrap().unwrap();
    via.branch().unwrap().len()
        + from.0.tag().unwrap().len()
        + to.0.params.len()
        + usize::from(cseq.method == sipx_sip::Method::Invite)
        + headers.value(&sipx_sip::HeaderName::CallId).unwrap().len()
        + contact.0.params.len()
        + message.body().len()
}

fn parse(c: &mut Criterion) {
    let bytes = invite();
    let mut group = c.benchmark_group("sip/parse");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("index only", |b| {
        b.iter(|| {
            Message::parse(black_box(bytes.clone()))
                .unwrap()
                .body()
                .len()
        });
    });
    group.bench_function("headers used", |b| {
        b.iter(|| use_headers(&Message::parse(black_box(bytes.clone())).unwrap()));
    });
    group.bench_function("sipx-sip, fewer headers used", |b| {
        let limits = sipx_sip::Limits::datagram();
        b.iter(|| {
            let message = sipx_sip::parse_datagram(black_box(bytes.clone()), &limits).unwrap();
            use_headers_of_sipx(&message)
        });
    });
    group.finish();
}

fn write(c: &mut Criterion) {
    let bytes = invite();
    let message = Message::parse(bytes.clone()).unwrap();
    let theirs = sipx_sip::parse_datagram(bytes.clone(), &sipx_sip::Limits::datagram()).unwrap();
    let source = "192.0.2.3:5060".parse().unwrap();
    let mut group = c.benchmark_group("sip/write");
    group.bench_function("invite", |b| b.iter(invite));
    group.bench_function("180 to it", |b| {
        b.iter(|| Writer::reply(black_box(&message), 180, Some("a1b2c3"), Some(source)).finish());
    });
    group.bench_function("sipx-sip, invite as it was read", |b| {
        b.iter(|| theirs.to_bytes())
    });
    group.finish();
}

criterion_group!(benches, parse, write);
criterion_main!(benches);
