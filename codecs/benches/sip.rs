//! A 2 kB INVITE with ISUP body and SDP: parsed and used, and written; `sipx-sip` beside it.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Writer};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn invite() -> Bytes {
    let mut writer = Writer::request(Method::Invite, "tel:+491715407090");
    for hop in 0..4 {
        let via =
            format_args!("SIP/2.0/UDP 192.0.2.{hop}:5060;branch=z9hG4bK0a1b2c3d4e5f{hop};rport");
        writer.header(HeaderName::Via, &via);
    }
    for hop in 0..3 {
        let route = format_args!("<sip:mt@scscf{hop}.ims.mnc001.mcc262.3gppnetwork.org:5060;lr>");
        writer.header(HeaderName::RecordRoute, &route);
    }
    for (name, value) in [
        (HeaderName::MaxForwards, "66"),
        (
            HeaderName::From,
            "\"Anonymous\" <sip:+498912345678@gw.example.com;user=phone>;tag=a6c85cf",
        ),
        (HeaderName::To, "<tel:+491715407090>"),
        (HeaderName::CallId, "a84b4c76e66710d1f0b6a5@192.0.2.20"),
        (HeaderName::CSeq, "314159 INVITE"),
        (HeaderName::Contact, "<sip:192.0.2.20:5060>"),
        (
            HeaderName::PAssertedIdentity,
            "<sip:+498912345678@gw.example.com;user=phone>, <tel:+498912345678>",
        ),
        (
            HeaderName::PChargingVector,
            "icid-value=\"AyretyU0dm+6O2IrT5tAFrbHLso=023551024\";orig-ioi=home1.net",
        ),
        (HeaderName::PAccessNetworkInfo, "GSTN"),
        (HeaderName::Privacy, "id"),
        (HeaderName::Supported, "100rel,timer,precondition,histinfo"),
        (
            HeaderName::Allow,
            "INVITE,ACK,CANCEL,BYE,OPTIONS,PRACK,UPDATE,INFO",
        ),
        (HeaderName::SessionExpires, "1800;refresher=uac"),
        (HeaderName::UserAgent, "tandem"),
    ] {
        writer.header(name, value);
    }
    writer.body("multipart/mixed;boundary=b", &[0xa5; 700])
}

/// What the user agent and the gateway read of an INVITE.
fn use_headers(message: &Message) -> usize {
    let via = message.via().unwrap();
    let from = message.from().unwrap();
    let to = message.to().unwrap();
    let cseq = message.cseq().unwrap();
    let contact = message.contact().unwrap().unwrap();
    let identity = message
        .addresses(HeaderName::PAssertedIdentity)
        .next()
        .unwrap()
        .unwrap();
    let called = message.uri().unwrap().telephone().unwrap();
    let routes = message.headers(HeaderName::RecordRoute).count();
    via.branch().unwrap().len()
        + from.tag().unwrap().len()
        + to.uri.as_str().len()
        + usize::from(cseq.method == Method::Invite)
        + message.call_id().unwrap().len()
        + contact.uri.as_str().len()
        + identity.uri.telephone().unwrap().number.len()
        + called.digits().unwrap().len()
        + usize::from(message.max_forwards().unwrap().unwrap())
        + usize::from(message.privacy().id)
        + routes
        + message.body().len()
}

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
