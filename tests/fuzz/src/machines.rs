//! Machines behind the decoders: the octets are a history of what reaches them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::isup::{Cause, CauseIndicators, Cic, Location, Parameters, Pdu, Rel};
use codecs::mtp::{NetworkIndicator, PointCode};
use protocols::isup::{Circuits, Config, Event, Group, GroupId, Input, Output};
use protocols::{m3ua, sctp};

const HERE: PointCode = PointCode(1);
const THERE: PointCode = PointCode(2);

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
        network: NetworkIndicator::NATIONAL,
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

/// Messages of the other exchange, seizures with IAMs it sent, releases, outages, time.
pub(crate) fn isup_circuits(octets: &[u8]) {
    let Some(mut circuits) = circuits() else {
        return;
    };
    let mut now = Instant::now();
    let mut offered = None;
    circuits.handle(Input::Available(THERE), now);
    for (kind, octets) in steps(octets) {
        match kind % 8 {
            0 => circuits.handle(Input::Unavailable(THERE), now),
            1 => circuits.handle(Input::Available(THERE), now),
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
                let cic = Cic(u16::from(octets.first().copied().unwrap_or(1)));
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
                    circuits.handle(Input::Received { opc, dpc, pdu }, now);
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

/// Messages of the peer, the association's comings and goings, time; in each of the four roles.
pub(crate) fn m3ua_association(octets: &[u8]) {
    for role in [
        m3ua::Role::Asp,
        m3ua::Role::Sgp,
        m3ua::Role::IpspClient,
        m3ua::Role::IpspServer,
    ] {
        let mut config = m3ua::Config::new(role);
        config.routing_context = Some(1);
        config.destinations = vec![THERE];
        let mut association = m3ua::Association::new(config);
        let mut now = Instant::now();
        association.handle(m3ua::Input::Up { streams: 4 }, now);
        for (kind, octets) in steps(octets) {
            match kind % 8 {
                0 => association.handle(m3ua::Input::Down, now),
                1 => association.handle(m3ua::Input::Up { streams: 2 }, now),
                2 => {
                    now += Duration::from_millis(100 * u64::from(kind));
                    association.handle_timeout(now);
                }
                3 => association.handle(m3ua::Input::Stop, now),
                _ => {
                    let received = m3ua::Input::Received {
                        stream: u16::from(kind),
                        payload: Bytes::copy_from_slice(octets),
                    };
                    association.handle(received, now);
                }
            }
            let said = std::iter::from_fn(|| association.poll_output()).count();
            assert!(said < 400, "{said} outputs for one input");
        }
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
