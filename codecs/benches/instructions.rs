//! Does one thing so many times and ends, for valgrind to count the instructions it takes (see
//! `docs/performance.md`): `instructions CASE TIMES`. Without arguments it names the cases.
#![allow(clippy::unwrap_used, missing_docs)]

mod samples;

use std::hint::black_box;

use bytes::Bytes;
use codecs::isup::Pdu;
use codecs::m3ua::Message;

/// A case prepared: what is to be repeated.
type Turn = Box<dyn FnMut()>;

fn cases() -> Vec<(String, Turn)> {
    let mut cases: Vec<(String, Turn)> = Vec::new();
    for (name, hex) in samples::ISUP {
        let octets = samples::octets(hex);
        let ours = Pdu::decode(&octets).unwrap();
        let theirs = itu_isup::Message::decode(&octets).unwrap();
        let mut out = Vec::new();
        let again = octets.clone();
        cases.push((
            format!("decode {name}"),
            Box::new(move || drop(black_box(Pdu::decode(black_box(&octets))))),
        ));
        cases.push((
            format!("encode {name}"),
            Box::new(move || {
                out.clear();
                black_box(&ours).encode(&mut out);
                black_box(&out);
            }),
        ));
        cases.push((
            format!("decode {name}, itu-isup"),
            Box::new(move || drop(black_box(itu_isup::Message::decode(black_box(&again))))),
        ));
        cases.push((
            format!("encode {name}, itu-isup"),
            Box::new(move || drop(black_box(black_box(&theirs).encode()))),
        ));
    }
    for (name, hex) in samples::M3UA {
        let octets = Bytes::from(samples::octets(hex));
        let ours = Message::decode(&octets).unwrap();
        let theirs = m3ua::M3uaMessage::decode(&octets).unwrap();
        let mut out = Vec::new();
        let again = octets.clone();
        cases.push((
            format!("decode {name}"),
            Box::new(move || drop(black_box(Message::decode(black_box(&octets))))),
        ));
        cases.push((
            format!("encode {name}"),
            Box::new(move || {
                out.clear();
                black_box(&ours).encode(&mut out).unwrap();
                black_box(&out);
            }),
        ));
        cases.push((
            format!("decode {name}, m3ua"),
            Box::new(move || drop(black_box(samples::decode_by_m3ua(black_box(&again))))),
        ));
        cases.push((
            format!("encode {name}, m3ua"),
            Box::new(move || drop(black_box(black_box(&theirs).encode()))),
        ));
    }
    cases
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    for (name, mut turn) in cases() {
        match &arguments[..] {
            [case, times] if *case == name => (0..times.parse().unwrap()).for_each(|_| turn()),
            [_, _] => {}
            _ => println!("{name}"),
        }
    }
}
