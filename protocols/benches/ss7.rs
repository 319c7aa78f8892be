//! A message on its way from SCTP to the machine of its circuit, and the answer's way back.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::isup::*;
use codecs::m3ua::{AspActive, AspUp, Data, Message as M3ua};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator, Transfer};
use codecs::number::{NatureOfAddress, NumberingPlan};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use protocols::isup::{Circuits, Config, Group, Input, Output};
use protocols::m3ua::{self, AssociationConfig, Key, Layer, Role, ServerConfig, Side};

const HERE: PointCode = PointCode::new(100);
const THERE: PointCode = PointCode::new(1000);
const CALLS: u16 = 100;
/// The stream of DATA; stream 0 is for management.
const TRAFFIC: u16 = 6;

/// The machines of a switch: an ASP towards a gateway, behind which is another switch.
struct Switch {
    layer: Layer,
    circuits: Circuits,
    now: Instant,
}

impl Switch {
    fn new() -> Self {
        let group = Group {
            local: HERE,
            remote: THERE,
            cics: vec![1..=CALLS],
            ..Group::default()
        };
        let config = Config {
            groups: vec![group],
            ..Config::default()
        };
        let mut switch = Self {
            layer: Layer::new(layer()),
            circuits: Circuits::new(config).unwrap(),
            now: Instant::now(),
        };
        let (association, streams) = (0, 16);
        let up = m3ua::Input::Up {
            association,
            streams,
        };
        switch.layer.handle(up, switch.now);
        switch.receive(0, &octets(&M3ua::AspUpAck(AspUp::default())));
        switch.receive(
            0,
            &octets(&M3ua::AspActiveAck(AspActive {
                routing_contexts: vec![100],
                ..AspActive::default()
            })),
        );
        switch.reset();
        switch
    }

    /// Puts the circuits into service.
    fn reset(&mut self) {
        self.circuits
            .handle(Input::Available(THERE.into()), self.now);
        while let Some(output) = self.circuits.poll_output() {
            let Output::Send { cic, message, .. } = output else {
                continue;
            };
            let Message::Grs(grs) = message else {
                continue;
            };
            let range_and_status = RangeAndStatus::new(grs.range, |_| false);
            let answer = datagram(cic, Message::Gra(Gra { range_and_status }));
            self.receive(TRAFFIC, &answer);
        }
    }

    /// Takes a message up to the last output of the last machine.
    fn receive(&mut self, stream: u16, payload: &Bytes) {
        let (association, payload) = (0, payload.clone());
        let input = m3ua::Input::Received {
            association,
            stream,
            payload,
        };
        self.layer.handle(input, self.now);
        while let Some(output) = self.layer.poll_output() {
            let m3ua::Output::Transfer(Transfer {
                network,
                opc,
                dpc,
                data,
                ..
            }) = output
            else {
                black_box(output);
                continue;
            };
            let variant = self.circuits.variant(network, dpc, opc).unwrap();
            let pdu = Pdu::decode_as(variant, &data).unwrap();
            let input = Input::Received {
                network,
                opc,
                dpc,
                pdu,
            };
            self.circuits.handle(input, self.now);
        }
    }

    /// Sends what the circuits have to say; answers how many messages that are.
    fn answer(&mut self) -> usize {
        let mut sent = 0;
        while let Some(output) = self.circuits.poll_output() {
            let Output::Send { cic, message, .. } = output else {
                black_box(output);
                continue;
            };
            let transfer = transfer(HERE, THERE, cic, message);
            let input = m3ua::Input::Transfer(transfer);
            self.layer.handle(input, self.now);
            while let Some(output) = self.layer.poll_output() {
                sent += usize::from(matches!(output, m3ua::Output::Send { .. }));
                black_box(output);
            }
        }
        sent
    }

    /// Takes messages and answers them; answers how many messages it sent.
    fn exchange(&mut self, messages: &[Bytes]) -> usize {
        self.now += Duration::from_millis(1);
        let answers = messages.iter().map(|message| {
            self.receive(TRAFFIC, message);
            self.answer()
        });
        answers.sum()
    }
}

fn layer() -> m3ua::Config {
    m3ua::Config {
        associations: vec![AssociationConfig::new(Role::Asp)],
        servers: vec![ServerConfig {
            side: Side::Ours,
            routing_context: Some(100),
            key: Key {
                destinations: vec![HERE],
                ..Key::default()
            },
            network: NetworkId::default(),
            network_indicator: NetworkIndicator::NATIONAL,
            mode: None,
            required: 1,
            associations: vec![0],
            registered: false,
            reaches: vec![(THERE, 0)],
        }],
        own: vec![HERE.into()],
        ..m3ua::Config::default()
    }
}

fn transfer(opc: PointCode, dpc: PointCode, cic: Cic, message: Message) -> Transfer {
    let mut data = Vec::new();
    Pdu { cic, message }.encode(&mut data);
    Transfer {
        network: NetworkId::default(),
        opc,
        dpc,
        si: ServiceIndicator::ISUP,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: 5,
        data: data.into(),
    }
}

/// A message as SCTP brings it.
fn datagram(cic: Cic, message: Message) -> Bytes {
    octets(&M3ua::Data(Data {
        network_appearance: None,
        routing_context: Some(100),
        transfer: transfer(THERE, HERE, cic, message),
        correlation: None,
        other: Vec::new(),
    }))
}

fn octets(message: &M3ua) -> Bytes {
    let mut octets = Vec::new();
    message.encode(&mut octets).unwrap();
    octets.into()
}

fn iam() -> Message {
    Message::Iam(Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators::default(),
        category: CallingPartyCategory::ORDINARY,
        medium: TransmissionMediumRequirement::SPEECH,
        called: CalledPartyNumber {
            nature: NatureOfAddress::NATIONAL,
            inn_not_allowed: false,
            plan: NumberingPlan::E164,
            digits: "7219578290".parse().unwrap(),
        },
        optional: Parameters::default(),
    })
}

fn rel() -> Message {
    Message::Rel(Rel {
        cause: CauseIndicators::new(Cause::NORMAL_CLEARING, Location::USER),
        optional: Parameters::default(),
    })
}

/// IAM and REL of calls on a hundred circuits in turn; to the REL the circuit answers RLC.
fn calls(criterion: &mut Criterion) {
    let all = |message: &Message| -> Vec<Bytes> {
        let cics = (1..=CALLS).map(|cic| Cic::try_from(cic).unwrap());
        cics.map(|cic| datagram(cic, message.clone())).collect()
    };
    let messages = [all(&iam()), all(&rel())].concat();
    let mut switch = Switch::new();
    assert_eq!(switch.exchange(&messages), usize::from(CALLS));
    let mut group = criterion.benchmark_group("SCTP to circuits and back");
    group.throughput(Throughput::Elements(messages.len() as u64));
    group.bench_function("IAM and REL of 100 calls", |b| {
        b.iter(|| switch.exchange(&messages));
    });
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
