//! What one sendRoutingInfo costs, between SCCP user data out and the outcome.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::time::Instant;

use codecs::map::{
    AddressString, ExtensionContainer, Imsi, SendRoutingInfoArg, SendRoutingInfoRes,
};
use codecs::mtp::{NetworkId, PointCode, SignallingPoint};
use codecs::sccp::{self, SubsystemNumber};
use criterion::{Criterion, criterion_group, criterion_main};
use protocols::map::{
    Client, ClientConfig, ClientOutput, Received, Server, ServerConfig, ServerOutput,
};

const GMSC: SignallingPoint = NetworkId(0).point(PointCode::new(4114));
const HLR: SignallingPoint = NetworkId(0).point(PointCode::new(6171));

fn number(text: &str) -> AddressString {
    AddressString::international(text.parse().unwrap()).unwrap()
}

fn result() -> SendRoutingInfoRes {
    let icscf = "icscf1.ims.example".parse().unwrap();
    SendRoutingInfoRes {
        imsi: Some(Imsi::new("262010000000001".parse().unwrap()).unwrap()),
        extension_container: Some(ExtensionContainer::of_icscf(&icscf)),
        ..SendRoutingInfoRes::default()
    }
}

fn exchange(client: &mut Client, server: &mut Server, arg: &SendRoutingInfoArg, now: Instant) {
    client.send_routing_info(arg, now);
    let Some(ClientOutput::Send(question)) = client.poll_output() else {
        panic!("no question");
    };
    let question = Received {
        from: GMSC,
        message: question.message,
    };
    server.handle(&question, now);
    let Some(ServerOutput::SendRoutingInfo { dialogue, .. }) = server.poll_output() else {
        panic!("no question arrived");
    };
    server.respond(dialogue, Ok(result()));
    let Some(ServerOutput::Send(answer)) = server.poll_output() else {
        panic!("no answer");
    };
    let answer = Received {
        from: HLR,
        message: answer.message,
    };
    client.handle(&answer, now);
    let Some(ClientOutput::Outcome { result: Ok(_), .. }) = client.poll_output() else {
        panic!("no outcome");
    };
}

fn dialogue(criterion: &mut Criterion) {
    let address = |title: &str, subsystem| sccp::e164(&title.parse().unwrap(), subsystem);
    let gmsc = address("491710000020", SubsystemNumber::Msc);
    let hlr = address("491710000030", SubsystemNumber::Hlr);
    let mut client = Client::new(ClientConfig::new(gmsc, HLR));
    client.available(HLR);
    let mut server = Server::new(ServerConfig::new(hlr));
    let arg = SendRoutingInfoArg::basic_call(number("491715407090"), number("491710000020"));
    let now = Instant::now();
    criterion.bench_function("sendRoutingInfo, both ends", |bencher| {
        bencher.iter(|| exchange(&mut client, &mut server, &arg, now));
    });
}

fn codec(criterion: &mut Criterion) {
    let arg = SendRoutingInfoArg::basic_call(number("491715407090"), number("491710000020"));
    let (arg_bytes, result_bytes) = (arg.encode(), result().encode());
    criterion.bench_function("SendRoutingInfoArg encode", |b| b.iter(|| arg.encode()));
    criterion.bench_function("SendRoutingInfoArg decode", |b| {
        b.iter(|| SendRoutingInfoArg::decode(&arg_bytes));
    });
    criterion.bench_function("SendRoutingInfoRes decode", |b| {
        b.iter(|| SendRoutingInfoRes::decode(&result_bytes));
    });
}

criterion_group!(map, dialogue, codec);
criterion_main!(map);
