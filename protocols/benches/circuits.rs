//! What circuits cost, many of them: at start-up, at rest, and to find one that is free.
#![allow(missing_docs, unreachable_pub, dead_code)]

#[path = "../../tests/support/counting.rs"]
mod counting;

use std::hint::black_box;
use std::time::{Duration, Instant};

use codecs::isup::*;
use codecs::mtp::{NetworkId, PointCode};
use codecs::number::{NatureOfAddress, NumberingPlan};
use counting::Counts;
use criterion::{Criterion, criterion_group, criterion_main};
use protocols::isup::{Circuits, Config, Group, GroupId, Hunting, Input, Output};

const HERE: PointCode = PointCode::new(100);

/// 25 exchanges with 4000 circuits each.
fn large(hunting: Hunting) -> Config {
    let groups = (0..25).map(|number| Group {
        local: HERE,
        remote: PointCode::new(1000 + number),
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
        circuits.handle(Input::Available(PointCode::new(1000 + number).into()), now);
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
        network: NetworkId::default(),
        opc: PointCode::new(1000 + group.0),
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

fn many(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("100,000 circuits");
    group.sample_size(10);
    group.bench_function("configured", |b| {
        b.iter(|| Circuits::new(large(Hunting::ControlledFirst)));
    });
    group.bench_function("configured and reset", |b| {
        b.iter(|| started(Hunting::ControlledFirst));
    });
    let before = Counts::now().live;
    let circuits = started(Hunting::ControlledFirst);
    let octets = (Counts::now().live - before) / 100_000;
    println!("100,000 circuits: {octets} octets of memory each");
    drop(circuits);
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

criterion_group!(benches, many);
criterion_main!(benches);
