//! Machines behind the decoders: the octets are a history of what reaches them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::isup::{Cause, CauseIndicators, Cic, Location, Parameters, Pdu, Rel, Supervision};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, UnavailabilityCause};
use protocols::isup::{Circuits, Config, Event, Group, GroupId, Input, Output};
use protocols::{m3ua, sctp};

const HERE: PointCode = PointCode::new(1);
const THERE: PointCode = PointCode::new(2);

/// Steps of one octet of kind, one of length, and so many octets.
fn steps(mut octets: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (&[kind, length], rest) = octets.split_first_chunk()?;
        let (step, rest) = rest.split_at(usize::from(length).min(rest.len()));
        octets = rest;
        Some((kind, step))
    })
}

fn circuits() -> Option<Circuits> {
    let group = Group {
        name: "fuzz".into(),
        local: HERE,
        remote: THERE,
        network_indicator: NetworkIndicator::NATIONAL,
        cics: vec![1..=8],
        overlap: true,
        continuity_check: 50,
        ..Group::default()
    };
    Circuits::new(Config {
        groups: vec![group],
        ..Config::default()
    })
    .ok()
}

/// Kinds of steps from here on are of staff and the signalling network.
const STAFF: u8 = 0xF0;

/// Orders for all circuits from one on; news of congestion and of the user part.
fn order(circuits: &mut Circuits, kind: u8, octets: &[u8], now: Instant) {
    let number = octets.first().copied().unwrap_or_default();
    let named: Vec<_> = circuits
        .circuits_of(GroupId(0))
        .skip(number.into())
        .collect();
    let supervision = match kind >> 3 & 1 {
        0 => Supervision::MAINTENANCE,
        _ => Supervision::HARDWARE_FAILURE,
    };
    match kind & 7 {
        0 => circuits.block(&named, supervision, now),
        1 => circuits.unblock(&named, supervision, now),
        2 => circuits.reset(&named, now),
        3 => circuits.query(&named, now),
        4 => circuits.audit(&named, now),
        5 => circuits.overloaded(number),
        6 => {
            let (remote, level) = (THERE.into(), number);
            circuits.handle(Input::Congested { remote, level }, now);
        }
        _ => {
            let (remote, cause) = (THERE.into(), UnavailabilityCause(number));
            circuits.handle(Input::UserPartUnavailable { remote, cause }, now);
        }
    }
}

/// Messages of the other exchange, seizures with IAMs it sent, releases, outages, time.
pub(crate) fn isup_circuits(octets: &[u8]) {
    let Some(mut circuits) = circuits() else {
        return;
    };
    let mut now = Instant::now();
    let mut offered = None;
    circuits.handle(Input::Available(THERE.into()), now);
    for (kind, octets) in steps(octets) {
        match kind % 8 {
            _ if kind >= STAFF => order(&mut circuits, kind, octets, now),
            0 => circuits.handle(Input::Unavailable(THERE.into()), now),
            1 => circuits.handle(Input::Available(THERE.into()), now),
            2 => {
                now += Duration::from_secs(u64::from(octets.first().copied().unwrap_or(1)));
                circuits.handle_timeout(now);
            }
            3 => {
                if let Some(iam) = offered.take() {
                    let _ = circuits.seize(GroupId(0), iam, now);
                }
            }
            4 => {
                let cic = Cic::try_from(octets.first().map_or(1, |&code| code.into()))
                    .unwrap_or(Cic::NONE);
                let rel = Rel {
                    cause: CauseIndicators::new(Cause::NORMAL_CLEARING, Location::USER),
                    optional: Parameters::default(),
                };
                if let Some(circuit) = circuits.circuit(GroupId(0), cic) {
                    circuits.release(circuit, rel, now);
                }
            }
            _ => {
                if let Ok(pdu) = Pdu::decode(octets) {
                    let (opc, dpc) = (THERE, HERE);
                    circuits.handle(
                        Input::Received {
                            network: NetworkId::default(),
                            opc,
                            dpc,
                            pdu,
                        },
                        now,
                    );
                }
            }
        }
        let mut said = 0;
        while let Some(output) = circuits.poll_output() {
            said += 1;
            if let Output::Event {
                event: Event::Setup(iam),
                ..
            } = output
            {
                offered = Some(iam);
            }
        }
        assert!(said < 200, "{said} outputs for one input");
    }
    let counts = circuits.counts(GroupId(0)).unwrap_or_default();
    let all: usize = counts.by_name().iter().map(|(_, count)| count).sum();
    assert_eq!(all, circuits.len(), "{counts:?}");
}

/// Two associations of a role, one application server on both and one on the second; keys may be
/// registered, and messages are relayed.
fn m3ua_layer_of(role: m3ua::Role) -> m3ua::Layer {
    let side = match role {
        m3ua::Role::Asp | m3ua::Role::IpspClient => m3ua::Side::Ours,
        _ => m3ua::Side::Theirs,
    };
    let mut both = m3ua::ServerConfig::new(side, 0);
    both.routing_context = Some(1);
    both.associations.push(1);
    both.reaches = vec![(THERE, 0)];
    let mut second = m3ua::ServerConfig::new(side, 1);
    second.routing_context = Some(2);
    second.registered = true;
    second.reaches = vec![(PointCode::new(3), 0)];
    m3ua::Layer::new(m3ua::Config {
        associations: vec![m3ua::AssociationConfig::new(role); 2],
        servers: vec![both, second],
        own: vec![HERE.into()],
        relays: true,
        registrations: Some(4),
        ..m3ua::Config::default()
    })
}

const ROLES: [m3ua::Role; 5] = [
    m3ua::Role::Asp,
    m3ua::Role::Sgp,
    m3ua::Role::IpspClient,
    m3ua::Role::IpspServer,
    m3ua::Role::IpspDouble,
];

/// The role; then messages of the peers, the associations' comings and goings, time.
pub(crate) fn m3ua_layer(octets: &[u8]) {
    let Some((&role, octets)) = octets.split_first() else {
        return;
    };
    let mut layer = m3ua_layer_of(ROLES[usize::from(role) % ROLES.len()]);
    let mut now = Instant::now();
    for association in 0..2 {
        let streams = 4;
        layer.handle(
            m3ua::Input::Up {
                association,
                streams,
            },
            now,
        );
    }
    for (kind, octets) in steps(octets) {
        let association = usize::from(kind >> 3 & 1);
        match kind % 8 {
            0 => layer.handle(m3ua::Input::Down { association }, now),
            1 => {
                let streams = 2;
                layer.handle(
                    m3ua::Input::Up {
                        association,
                        streams,
                    },
                    now,
                );
            }
            2 => {
                now += Duration::from_millis(100 * u64::from(kind));
                layer.handle_timeout(now);
            }
            3 => layer.handle(m3ua::Input::Stop, now),
            _ => {
                let received = m3ua::Input::Received {
                    association,
                    stream: u16::from(kind >> 4),
                    payload: Bytes::copy_from_slice(octets),
                };
                layer.handle(received, now);
            }
        }
        let said = std::iter::from_fn(|| layer.poll_output()).count();
        assert!(said < 800, "{said} outputs for one input");
    }
}

/// Packets from anywhere to an endpoint that listens.
pub(crate) fn sctp_endpoint(octets: &[u8]) {
    let mut endpoint = sctp::Endpoint::new(sctp::Config::default());
    endpoint.listen(2905);
    let now = Instant::now();
    for (kind, bytes) in steps(octets) {
        let from = SocketAddr::from(([127, 0, 0, kind], 9899));
        endpoint.handle(sctp::Datagram { from, bytes }, now);
        let said = std::iter::from_fn(|| endpoint.poll_output()).count();
        assert!(said < 50, "{said} outputs for one packet");
    }
    assert_eq!(endpoint.associations(), 0, "made of no genuine cookie");
}
