//! Every M3UA message with every parameter, judged by Wireshark.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytes::Bytes;
use codecs::m3ua::*;
use codecs::mtp::{
    NetworkId, NetworkIndicator, PointCode, PointCodeFormat, ServiceIndicator, Transfer,
};

#[path = "support/tshark.rs"]
mod tshark;

/// Fields as Wireshark names them, with the value it shows.
type Shown = &'static [(&'static str, &'static str)];

const INFO: Option<Bytes> = Some(Bytes::from_static(b"for people"));
const CONTEXTS: [u32; 2] = [100, 200];

fn masked(mask: u8, code: u16) -> MaskedPointCode {
    MaskedPointCode {
        mask,
        code: PointCode::new(code),
    }
}

fn destinations() -> Destinations {
    Destinations {
        network_appearance: Some(7),
        routing_contexts: CONTEXTS.to_vec(),
        affected: vec![masked(0, 4899), masked(3, 8)],
        info: INFO,
        other: Vec::new(),
    }
}

fn asp_up() -> AspUp {
    AspUp {
        asp_identifier: Some(5),
        info: INFO,
        other: Vec::new(),
    }
}

fn asp_down() -> AspDown {
    AspDown {
        info: INFO,
        other: Vec::new(),
    }
}

fn beat() -> Beat {
    Beat {
        data: Some(Bytes::from_static(b"tick")),
        other: Vec::new(),
    }
}

fn asp_active() -> AspActive {
    AspActive {
        mode: Some(TrafficMode::LOADSHARE),
        routing_contexts: CONTEXTS.to_vec(),
        info: INFO,
        other: Vec::new(),
    }
}

fn asp_inactive() -> AspInactive {
    AspInactive {
        routing_contexts: CONTEXTS.to_vec(),
        info: INFO,
        other: Vec::new(),
    }
}

const DESTINATIONS: Shown = &[
    ("m3ua.network_appearance", "7"),
    ("m3ua.routing_context", "100"),
    ("m3ua.affected_point_code_pc", "4899"),
    ("m3ua.affected_point_code_mask", "0"),
    ("m3ua.info_string", "for people"),
];

fn management() -> Vec<(Message, Shown)> {
    vec![
        (
            Message::Error(Error {
                code: ErrorCode::INVALID_ROUTING_CONTEXT,
                routing_contexts: CONTEXTS.to_vec(),
                network_appearance: Some(7),
                affected: vec![masked(0, 4899)],
                diagnostic: Some(Bytes::from_static(&[1, 2, 3])),
                other: Vec::new(),
            }),
            &[
                ("m3ua.error_code", "25"),
                ("m3ua.diagnostic_information", "01:02:03"),
            ],
        ),
        (
            Message::Notify(Notify {
                status: Status::AS_PENDING,
                asp_identifier: Some(5),
                routing_contexts: CONTEXTS.to_vec(),
                info: INFO,
                other: Vec::new(),
            }),
            &[("m3ua.status_type", "1"), ("m3ua.status_info", "4")],
        ),
    ]
}

fn transfer() -> (Message, Shown) {
    let transfer = Transfer {
        network: NetworkId::default(),
        opc: PointCodeFormat::ITU.read("1-1-1").unwrap(),
        dpc: PointCodeFormat::ITU.read("2-2-2").unwrap(),
        si: ServiceIndicator::ISUP,
        ni: NetworkIndicator::NATIONAL,
        priority: 1,
        sls: 9,
        data: Bytes::from_static(&[1, 0, 0x12]), // reset circuit 1
    };
    let data = Message::Data(Data {
        network_appearance: Some(7),
        routing_context: Some(100),
        transfer,
        correlation: Some(3),
        other: Vec::new(),
    });
    let shown = &[
        ("m3ua.network_appearance", "7"),
        ("m3ua.routing_context", "100"),
        ("m3ua.protocol_data_opc", "2057"),
        ("m3ua.protocol_data_dpc", "4114"),
        ("m3ua.protocol_data_si", "5"),
        ("m3ua.protocol_data_ni", "2"),
        ("m3ua.protocol_data_mp", "1"),
        ("m3ua.protocol_data_sls", "9"),
        ("m3ua.correlation_identifier", "3"),
        ("isup.message_type", "18"),
    ];
    (data, shown)
}

fn network() -> Vec<(Message, Shown)> {
    vec![
        (Message::Duna(destinations()), DESTINATIONS),
        (Message::Dava(destinations()), DESTINATIONS),
        (Message::Daud(destinations()), DESTINATIONS),
        (Message::Drst(destinations()), DESTINATIONS),
        (
            Message::Scon(Congestion {
                network_appearance: Some(7),
                routing_contexts: CONTEXTS.to_vec(),
                affected: vec![masked(0, 4899)],
                concerned: Some(masked(0, 8)),
                level: Some(CongestionLevel(2)),
                info: INFO,
                other: Vec::new(),
            }),
            &[("m3ua.concerned_dpc", "8"), ("m3ua.congestion_level", "2")],
        ),
        (
            Message::Dupu(UserPartUnavailable {
                network_appearance: Some(7),
                routing_contexts: CONTEXTS.to_vec(),
                affected: masked(0, 4899),
                user_cause: UserCause { cause: 2, user: 5 },
                info: INFO,
                other: Vec::new(),
            }),
            &[
                ("m3ua.unavailability_cause", "2"),
                ("m3ua.user_identity", "5"),
            ],
        ),
    ]
}

const ASP_UP: Shown = &[
    ("m3ua.asp_identifier", "5"),
    ("m3ua.info_string", "for people"),
];
const ASP_DOWN: Shown = &[("m3ua.info_string", "for people")];
const BEAT: Shown = &[("m3ua.heartbeat_data", "74:69:63:6b")];
const ASP_ACTIVE: Shown = &[
    ("m3ua.traffic_mode_type", "2"),
    ("m3ua.routing_context", "100"),
];
const ASP_INACTIVE: Shown = &[("m3ua.routing_context", "100")];

fn maintenance() -> Vec<(Message, Shown)> {
    vec![
        (Message::AspUp(asp_up()), ASP_UP),
        (Message::AspUpAck(asp_up()), ASP_UP),
        (Message::AspDown(asp_down()), ASP_DOWN),
        (Message::AspDownAck(asp_down()), ASP_DOWN),
        (Message::Beat(beat()), BEAT),
        (Message::BeatAck(beat()), BEAT),
        (Message::AspActive(asp_active()), ASP_ACTIVE),
        (Message::AspActiveAck(asp_active()), ASP_ACTIVE),
        (Message::AspInactive(asp_inactive()), ASP_INACTIVE),
        (Message::AspInactiveAck(asp_inactive()), ASP_INACTIVE),
    ]
}

fn registration() -> Vec<(Message, Shown)> {
    let key = RoutingKey {
        local_identifier: 1,
        routing_context: Some(100),
        mode: Some(TrafficMode::OVERRIDE),
        network_appearance: Some(7),
        destinations: vec![RoutingKeyDestination {
            code: masked(0, 4899),
            services: vec![ServiceIndicator::SCCP, ServiceIndicator::ISUP],
            originators: vec![masked(0, 8), masked(0, 9)],
        }],
        other: Vec::new(),
    };
    vec![
        (
            Message::RegistrationRequest(RegistrationRequest {
                keys: vec![key],
                other: Vec::new(),
            }),
            &[
                ("m3ua.local_rk_identifier", "1"),
                ("m3ua.dpc_pc", "4899"),
                ("m3ua.si", "3"),
                ("m3ua.opc_list_pc", "8"),
            ],
        ),
        (
            Message::RegistrationResponse(RegistrationResponse {
                results: vec![RegistrationResult {
                    local_identifier: 1,
                    status: RegistrationStatus::PERMISSION_DENIED,
                    routing_context: 0,
                    other: Vec::new(),
                }],
                other: Vec::new(),
            }),
            &[("m3ua.registration_status", "5")],
        ),
        (
            Message::DeregistrationRequest(DeregistrationRequest {
                routing_contexts: CONTEXTS.to_vec(),
                other: Vec::new(),
            }),
            &[("m3ua.routing_context", "100")],
        ),
        (
            Message::DeregistrationResponse(DeregistrationResponse {
                results: vec![DeregistrationResult {
                    routing_context: 100,
                    status: DeregistrationStatus::NOT_REGISTERED,
                    other: Vec::new(),
                }],
                other: Vec::new(),
            }),
            &[("m3ua.deregistration_status", "4")],
        ),
    ]
}

#[test]
fn wireshark_reads_every_message_as_it_was_meant() {
    let mut messages = management();
    messages.push(transfer());
    messages.extend(network());
    messages.extend(maintenance());
    messages.extend(registration());
    let written: Vec<_> = messages
        .iter()
        .map(|(message, _)| {
            let mut octets = Vec::new();
            message.encode(&mut octets).unwrap();
            octets
        })
        .collect();
    let asked: Vec<_> = written.iter().map(|m| ("m3ua", m.as_slice())).collect();
    let Some(verdicts) = tshark::judge(&asked) else {
        return;
    };
    for ((message, shown), verdict) in messages.iter().zip(&verdicts) {
        let (name, problems) = (message.name(), &verdict.problems);
        assert!(problems.is_empty(), "{name}: {problems:?}");
        for (field, value) in *shown {
            assert_eq!(verdict.first(field), Some(*value), "{name}: {field}");
        }
    }
}
