//! The error codes of RFC 4666 §3.8.1: for each what brings it about, and the answer.

use super::*;

/// A gateway to two networks: the process's own (destination 1), and another one (destination 9).
fn gateway() -> End {
    End::with(Role::Sgp, |config| {
        config.relays = true;
        config.associations.push(AssociationConfig::new(Role::Sgp));
        config.servers[0].mode = Some(TrafficMode::LOADSHARE);
        config.servers[0].key.network_appearance = Some(5);
        config.servers.push(ServerConfig {
            network_indicator: NetworkIndicator::INTERNATIONAL,
            reaches: vec![(PointCode::new(9), 0)],
            ..ServerConfig::new(Side::Theirs, 1)
        });
    })
}

fn up() -> End {
    let mut end = gateway();
    end.input(super::up(16));
    end.hears(aspup());
    end.says();
    end
}

fn traffic() -> End {
    let mut end = up();
    end.hears(aspac(&[100]));
    end.says();
    end
}

fn locked() -> End {
    let mut end = gateway();
    end.input(super::up(16));
    end.input(lock(true));
    end
}

/// Insists on ASP identifier 3.
fn insistent() -> End {
    let mut end = End::with(Role::Sgp, |config| {
        config.associations[0].asp_identifier = Some(3);
    });
    end.input(super::up(16));
    end
}

/// A process in two application servers.
fn of_two() -> End {
    let mut end = End::with(Role::Sgp, |config| {
        config.servers.push(ServerConfig {
            routing_context: Some(200),
            reaches: vec![(PointCode::new(9), 0)],
            ..ServerConfig::new(Side::Theirs, 0)
        });
    });
    end.input(super::up(16));
    end.hears(aspup());
    end.hears(aspac(&[100]));
    end.says();
    end
}

fn called(asp_identifier: Option<u32>) -> Bytes {
    bytes_of(&Message::AspUp(AspUp {
        asp_identifier,
        ..AspUp::default()
    }))
}

fn octets(octets: &'static [u8]) -> Bytes {
    Bytes::from_static(octets)
}

fn data_with(change: impl FnOnce(&mut Data)) -> Bytes {
    let mut data = data("IAM");
    change(&mut data);
    bytes_of(&Message::Data(data))
}

/// Code, where it comes up, on which stream, what is received, and what else the answer names.
type Case = (u32, fn() -> End, u16, Bytes, &'static str);

fn cases() -> Vec<Case> {
    let misplaced = |tag| {
        let value = Bytes::from_static(&[0, 0, 0, 100]);
        bytes_of(&Message::AspUp(AspUp {
            other: vec![Unknown { tag, value }],
            ..AspUp::default()
        }))
    };
    let level = |level| Congestion {
        network_appearance: None,
        routing_contexts: vec![100],
        affected: vec![MaskedPointCode::exact(PointCode::new(1))],
        concerned: None,
        level: Some(CongestionLevel(level)),
        info: None,
        other: Vec::new(),
    };
    let broadcast = AspActive {
        mode: Some(TrafficMode::BROADCAST),
        ..active(&[100])
    };
    let network =
        |appearance| data_with(|data: &mut Data| data.network_appearance = Some(appearance));
    let daud = |codes: &[u16]| bytes_of(&Message::Daud(destinations(codes)));
    vec![
        (0x01, up, 0, octets(&[2, 0, 3, 1, 0, 0, 0, 8]), ""),
        (0x03, up, 0, octets(&[1, 0, 8, 1, 0, 0, 0, 8]), ""),
        (
            0x03,
            up,
            0,
            octets(&[1, 0, 9, 3, 0, 0, 0, 16, 0, 6, 0, 8, 0, 0, 0, 1]),
            "",
        ),
        (0x04, up, 0, octets(&[1, 0, 3, 9, 0, 0, 0, 8]), ""),
        (0x05, up, 0, bytes_of(&Message::AspActive(broadcast)), ""),
        (0x06, gateway_up, 1, data_with(|_| {}), ""),
        (0x06, up, 0, bytes_of(&aspac_ack(&[100])), ""),
        (0x07, up, 0, octets(&[1, 0, 3, 1, 0, 0, 0, 9]), ""),
        (0x07, up, 0, octets(&[1]), ""),
        (0x07, up, 0, octets(&[1, 0, 3, 1, 0, 0, 0, 10, 0, 4]), ""),
        (0x09, traffic, 0, data_with(|_| {}), ""),
        (0x09, traffic, 1, bytes_of(&aspdn()), ""),
        (0x0d, locked, 0, bytes_of(&aspup()), ""),
        (0x0e, insistent, 0, called(None), ""),
        (0x0f, insistent, 0, called(Some(4)), ""),
        (
            0x11,
            traffic,
            1,
            data_with(|data| data.transfer.ni = NetworkIndicator(0)),
            "",
        ),
        (
            0x11,
            traffic,
            1,
            data_with(|data| data.transfer.si = ServiceIndicator(16)),
            "",
        ),
        (0x11, traffic, 0, bytes_of(&Message::Scon(level(4))), ""),
        (
            0x12,
            up,
            0,
            octets(&[1, 0, 3, 1, 0, 0, 0, 12, 0, 4, 0, 99]),
            "",
        ),
        (
            0x12,
            up,
            0,
            octets(&[1, 0, 3, 1, 0, 0, 0, 16, 0, 17, 0, 7, 0, 0, 1, 0]),
            "",
        ),
        (0x13, up, 0, misplaced(Tag::ROUTING_CONTEXT), ""),
        (0x13, up, 0, misplaced(Tag::PROTOCOL_DATA), ""),
        (0x14, traffic, 0, daud(&[9]), " rc=[100] na=5 [9]"),
        (0x15, traffic, 1, network(7), " na=7"),
        (0x16, up, 0, octets(&[1, 0, 1, 1, 0, 0, 0, 8]), ""),
        (0x19, up, 0, bytes_of(&aspac(&[7])), " rc=[7]"),
        (
            0x1a,
            of_two,
            1,
            data_with(|data| data.routing_context = None),
            "",
        ),
    ]
}

fn gateway_up() -> End {
    let mut end = gateway();
    end.input(super::up(16));
    end
}

/// Assigned codes (`§3.8.1`).
const CODES: [u32; 18] = [
    0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0d, 0x0e, 0x0f, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16,
    0x19, 0x1a,
];

#[test]
fn every_code_has_its_cause() {
    let mut seen = BTreeSet::new();
    for (code, make, stream, payload, named) in cases() {
        let mut end = make();
        end.says();
        end.hears_bytes(stream, payload.clone());
        let expected = [
            format!("Rejected {code:#04x}"),
            format!("#0 0 ERR {code:#04x}{named}"),
        ];
        let alone = expected[1].replace("#0 ", "");
        let said = end.says();
        assert_eq!(said[0], expected[0], "{payload:x?}");
        assert!([&expected[1], &alone].contains(&&said[1]), "{said:?}");
        assert_eq!(said.len(), 2, "{said:?}");
        seen.insert(code);
    }
    assert!(seen.into_iter().eq(CODES));
}

#[test]
fn parameters_of_later_versions_are_let_pass() {
    let mut end = gateway_up();
    let other = Unknown {
        tag: Tag(0x7777),
        value: Bytes::new(),
    };
    end.hears(Message::AspUp(AspUp {
        other: vec![other],
        ..AspUp::default()
    }));
    assert_eq!(end.says()[0], "#0 0 ASPUP Ack");
}

#[test]
fn an_audit_of_the_unknown_is_answered_with_duna_and_of_another_network_with_an_error() {
    let mut end = traffic();
    end.hears(Message::Daud(destinations(&[2, 77, 9, 1])));
    assert_eq!(
        end.says(),
        [
            "#0 0 DAVA [2, 1]",
            "#0 0 DUNA [77]",
            "Rejected 0x14",
            "#0 0 ERR 0x14 rc=[100] na=5 [9]",
        ]
    );
}

#[test]
fn nothing_is_told_of_destinations_in_another_network() {
    let mut end = traffic();
    end.input(up_at(1, 16));
    end.hears_at(1, aspup());
    end.hears_at(1, aspac(&[]));
    end.says();
    end.input(Input::Down { association: 1 });
    let said = end.says();
    assert!(said.iter().all(|line| !line.contains("DUNA")), "{said:?}");
}
