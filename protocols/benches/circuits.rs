//! What circuits cost: many of them at start-up and at rest, and a message on its way from M3UA to
//! the machine.
#![allow(missing_docs, reason = "criterion writes the main function")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::isup::*;
use codecs::m3ua::{Data, Message as M3ua};
use codecs::mtp::{NetworkIndicator, PointCode, ServiceIndicator, Transfer};
use codecs::number::{NatureOfAddress, NumberingPlan};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use protocols::isup::{Circuits, Config, Group, GroupId, Hunting, Input, Output};

const HERE: PointCode = PointCode(100);

/// 25 exchanges with 4000 circuits each.
fn large(hunting: Hunting) -> Config {
    let groups = (0..25).map(|number| Group {
        local: HERE,
        remote: PointCode(1000 + number),
        cics: vec![0..=3999],
        hunting,
        ..Group::default()
    });
    Config {
        groups: groups.collect(),
        ..Config::default()
    }
}

/// All circuits idle.
fn started(hunting: Hunting) -> Option<Circuits> {
    let mut circuits = Circuits::new(large(hunting)).ok()?;
    let now = Instant::now();
    for number in 0..25 {
        circuits.handle(Input::Available(PointCode(1000 + number)), now);
    }
    while let Some(output) = circuits.poll_output() {
        let Output::Send {
            group,
            cic,
            message: Message::Grs(grs),
        } = output
        else {
            continue;
        };
        let message = Message::Gra(Gra {
            range_and_status: RangeAndStatus::new(grs.range, |_| false),
        });
        circuits.handle(received(group, cic, message), now);
    }
    Some(circuits)
}

fn received(group: GroupId, cic: Cic, message: Message) -> Input {
    Input::Received {
        opc: PointCode(1000 + u32::from(group.0)),
        dpc: HERE,
        pdu: Pdu { cic, message },
    }
}

fn iam() -> Option<Iam> {
    Some(Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators::default(),
        category: CallingPartyCategory::ORDINARY,
        medium: TransmissionMediumRequirement::SPEECH,
        called: CalledPartyNumber {
            nature: NatureOfAddress::NATIONAL,
            inn_not_allowed: false,
            plan: NumberingPlan::E164,
            digits: "7219578290".parse().ok()?,
        },
        optional: Parameters::default(),
    })
}

/// A message as SCTP brings it.
fn datagram(cic: u16, message: Message) -> Option<Bytes> {
    let mut isup = Vec::new();
    Pdu {
        cic: cic.try_into().ok()?,
        message,
    }
    .encode(&mut isup);
    let mut octets = Vec::new();
    let data = M3ua::Data(Data {
        network_appearance: None,
        routing_context: Some(100),
        transfer: Transfer {
            opc: PointCode(1000),
            dpc: HERE,
            si: ServiceIndicator::ISUP,
            ni: NetworkIndicator::INTERNATIONAL,
            priority: 0,
            sls: 5,
            data: isup.into(),
        },
        correlation: None,
        other: Vec::new(),
    });
    data.encode(&mut octets).ok()?;
    Some(octets.into())
}

/// From the octets of SCTP to the last output of the machine.
fn through(circuits: &mut Circuits, octets: &Bytes, now: Instant) {
    let Ok(M3ua::Data(data)) = M3ua::decode(octets) else {
        return;
    };
    let Transfer { opc, dpc, data, .. } = data.transfer;
    let variant = circuits.variant(dpc, opc).unwrap_or(&Variant::ITU);
    if let Ok(pdu) = Pdu::decode_as(variant, &data) {
        circuits.handle(Input::Received { opc, dpc, pdu }, now);
    }
    while let Some(output) = circuits.poll_output() {
        black_box(output);
    }
}

fn many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("100,000 circuits");
    group.sample_size(10);
    group.bench_function("configured", |b| {
        b.iter(|| Circuits::new(large(Hunting::ControlledFirst)));
    });
    group.bench_function("configured and reset", |b| {
        b.iter(|| started(Hunting::ControlledFirst));
    });
    for hunting in [Hunting::MostIdle, Hunting::Linear] {
        let (Some(mut circuits), Some(iam)) = (started(hunting), iam()) else {
            return;
        };
        assert_eq!(circuits.poll_timeout(), None, "idle circuits have timers");
        let mut now = Instant::now();
        let name = format!("seized and released again, {hunting:?}");
        group.bench_function(name, |b| {
            b.iter(|| {
                now += Duration::from_millis(1);
                let Ok(circuit) = circuits.seize(GroupId(7), iam.clone(), now) else {
                    return;
                };
                let Some((group, cic)) = circuits.identity(circuit) else {
                    return;
                };
                let rel = Message::Rel(Rel {
                    cause: CauseIndicators::new(Cause::NORMAL_CLEARING, Location::USER),
                    optional: Parameters::default(),
                });
                circuits.handle(received(group, cic, rel), now);
                while let Some(output) = circuits.poll_output() {
                    black_box(output);
                }
            });
        });
    }
    group.finish();
}

/// IAM and REL of calls on a hundred circuits in turn.
fn messages(criterion: &mut Criterion) {
    let rel = Rel {
        cause: CauseIndicators::new(Cause::NORMAL_CLEARING, Location::USER),
        optional: Parameters::default(),
    };
    let calls: Option<Vec<[Bytes; 2]>> = (1..=100)
        .map(|cic| {
            Some([
                datagram(cic, Message::Iam(iam()?))?,
                datagram(cic, Message::Rel(rel.clone()))?,
            ])
        })
        .collect();
    let (Some(mut circuits), Some(calls)) = (started(Hunting::ControlledFirst), calls) else {
        return;
    };
    let mut now = Instant::now();
    let mut group = criterion.benchmark_group("M3UA DATA to the circuits");
    group.throughput(Throughput::Elements(200));
    group.bench_function("IAM and REL of 100 calls", |b| {
        b.iter(|| {
            now += Duration::from_millis(1);
            for half in 0..2 {
                for call in &calls {
                    through(&mut circuits, &call[half], now);
                }
            }
        });
    });
    group.finish();
}

criterion_group!(benches, many, messages);
criterion_main!(benches);
