//! The same point codes and circuit codes in two networks are two exchanges (`Q.704 §14.2.2`).

use std::time::Instant;

use codecs::isup::{Message, Pdu, Rlc};
use codecs::mtp::NetworkId;

use super::script::{HIGH, LOW};
use crate::isup::*;

const NETWORKS: [NetworkId; 2] = [NetworkId(0), NetworkId(1)];

/// Circuit 1 towards the same point code in each network; the group's number is the network's.
fn machine() -> Circuits {
    let group = |network| Group {
        network,
        local: LOW,
        remote: HIGH,
        cics: vec![1..=1],
        ..Group::default()
    };
    let config = Config {
        groups: NETWORKS.map(group).into(),
        ..Config::default()
    };
    Circuits::new(config).unwrap()
}

fn idle(machine: &Circuits) -> [usize; 2] {
    [0, 1].map(|group| machine.counts(GroupId(group)).unwrap().idle)
}

#[test]
fn news_and_messages_are_of_one_network() {
    let (mut machine, now) = (machine(), Instant::now());
    let national = NETWORKS[1];
    machine.handle(Input::Available(national.point(HIGH)), now);
    let sent = std::iter::from_fn(|| machine.poll_output()).map(|output| match output {
        Output::Send { group, message, .. } => (group, message),
        other => panic!("{other:?}"),
    });
    let sent: Vec<_> = sent.collect();
    assert_eq!(sent, [(GroupId(1), Message::Rsc)]);
    for (network, expected) in [(NETWORKS[0], [0, 0]), (national, [0, 1])] {
        let pdu = Pdu {
            cic: 1.try_into().unwrap(),
            message: Message::Rlc(Rlc::default()),
        };
        let received = Input::Received {
            network,
            opc: HIGH,
            dpc: LOW,
            pdu,
        };
        machine.handle(received, now);
        assert_eq!(idle(&machine), expected);
    }
    let reached =
        |machine: &Circuits| [0, 1].map(|group| machine.reach(GroupId(group)).unwrap().available);
    assert_eq!(reached(&machine), [false, true]);
    machine.handle(Input::Unavailable(NETWORKS[0].point(HIGH)), now);
    assert_eq!(reached(&machine), [false, true]);
    machine.handle(Input::Unavailable(national.point(HIGH)), now);
    assert_eq!(reached(&machine), [false, false]);
}
