//! Several programs over SCTP in user space: application servers with several processes, several
//! gateways, relays.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode};
use tokio::sync::mpsc::Receiver;
use tokio::task::LocalSet;

use super::*;
use crate::sctp::tests::address;

pub(super) const GATEWAY: PointCode = PointCode::new(2 << 11 | 2 << 3 | 2);
pub(super) const PSTN: PointCode = PointCode::new(1 << 11 | 1 << 3 | 1);
pub(super) const OTHER: PointCode = PointCode::new(3 << 11 | 3 << 3 | 3);

/// A program's service and what it tells.
pub(super) struct Program {
    pub(super) ss7: Ss7,
    events: Receiver<Event>,
}

impl Program {
    /// With this point code, in `head` what else `[ss7]` has, and these peers.
    pub(super) fn start(own: PointCode, head: &str, peers: &[String]) -> Self {
        let text = format!(
            "point_code = \"{}\"\n{head}\nsctp = {{ rto_initial_ms = 300, heartbeat_ms = 300 }}\n{}",
            own.value(),
            peers.concat()
        );
        let config: Config = toml::from_str(&text).unwrap();
        assert_eq!(config.faults(), []);
        let (ss7, events) = Ss7::start(config, Tap::default()).unwrap();
        Self { ss7, events }
    }

    async fn expect(&mut self, expected: Event) {
        assert_eq!(self.events.recv().await, Some(expected));
    }

    /// The next message's number.
    async fn number(&mut self) -> u32 {
        loop {
            match self.events.recv().await.unwrap() {
                Event::Transfer(transfer) => return number_of(&transfer),
                Event::Unavailable(_) | Event::Available(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// All numbers that came so far.
    fn numbers(&mut self) -> Vec<u32> {
        let events = std::iter::from_fn(|| self.events.try_recv().ok());
        let number = |event| match event {
            Event::Transfer(transfer) => Some(number_of(&transfer)),
            _ => None,
        };
        events.filter_map(number).collect()
    }
}

/// A `[[ss7.peer]]` with further keys.
pub(super) fn peer(
    name: &str,
    role: &str,
    local: SocketAddr,
    remote: SocketAddr,
    keys: &str,
) -> String {
    format!(
        "\n[[peer]]\nname = \"{name}\"\nrole = \"{role}\"\nlocal = [\"{local}\"]\n\
         remote = [\"{remote}\"]\n{keys}\n"
    )
}

/// The key of a peer of its own application server.
fn reaches(codes: &[PointCode]) -> String {
    let codes: Vec<String> = codes
        .iter()
        .map(|code| format!("\"{}\"", code.value()))
        .collect();
    format!(
        "routing_context = 100\npoint_codes = [{}]",
        codes.join(", ")
    )
}

/// A table of an application server on several peers.
fn server(name: &str, code: PointCode, keys: &str) -> String {
    let code = code.value();
    format!("\n[[application_server]]\nname = \"{name}\"\npoint_codes = [\"{code}\"]\n{keys}\n")
}

pub(super) fn message(opc: PointCode, dpc: PointCode, number: u32) -> Transfer {
    Transfer {
        network: NetworkId::default(),
        opc,
        dpc,
        si: ServiceIndicator::ISUP,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: (number % 16) as u8,
        data: Bytes::copy_from_slice(&number.to_be_bytes()),
    }
}

fn number_of(transfer: &Transfer) -> u32 {
    u32::from_be_bytes(transfer.data[..].try_into().unwrap())
}

/// Runs a story, or gives it up when something in it never comes.
pub(super) async fn local(test: impl Future<Output = ()>) {
    let patience = Duration::from_secs(60);
    let story = async { tokio::time::timeout(patience, test).await };
    let told = LocalSet::new().run_until(story).await;
    told.expect("something was lost");
}

/// A process at two gateways, both of which lead to the PSTN.
fn at_two_gateways(near: SocketAddr, far: [SocketAddr; 2], priorities: [u8; 2]) -> Program {
    let one = |index: usize| {
        let keys = format!("{}\npriority = {}", reaches(&[PSTN]), priorities[index]);
        peer(&format!("gateway {index}"), "asp", near, far[index], &keys)
    };
    Program::start(GATEWAY, "", &[one(0), one(1)])
}

fn far_gateway(far: SocketAddr, near: SocketAddr) -> Program {
    let peers = [peer("process", "sgp", far, near, &reaches(&[GATEWAY]))];
    Program::start(PSTN, "", &peers)
}

#[tokio::test]
async fn two_gateways_share_by_selection_and_one_takes_over_without_loss() {
    local(async {
        let (near, far) = (address(), [address(), address()]);
        let mut first = far_gateway(far[0], near);
        let mut second = far_gateway(far[1], near);
        let mut near = at_two_gateways(near, far, [0, 0]);
        first.expect(Event::Available(GATEWAY.into())).await;
        second.expect(Event::Available(GATEWAY.into())).await;
        near.expect(Event::Available(PSTN.into())).await;
        while near.ss7.counters().processes().any(|(_, state)| state < 2) {
            tokio::task::yield_now().await;
        }
        for number in 0..32 {
            near.ss7.send(message(GATEWAY, PSTN, number));
        }
        for turn in 0..16 {
            assert_eq!(first.number().await, 2 * turn);
            assert_eq!(second.number().await, 2 * turn + 1);
        }

        let mut arrived = BTreeSet::new();
        for number in 0..3000 {
            near.ss7.send(message(GATEWAY, PSTN, number));
            if number == 1000 {
                first.ss7.stop().await;
            }
            if number % 64 == 0 {
                tokio::task::yield_now().await;
            }
        }
        while arrived.len() < 3000 {
            arrived.extend(first.numbers());
            tokio::select! {
                number = second.number() => assert!(arrived.insert(number)),
                () = tokio::task::yield_now() => {}
            }
        }
        let counters = near.ss7.counters();
        assert_eq!(counters.dropped_unavailable.get(), 0);
        assert!(
            near.events.try_recv().is_err(),
            "the PSTN was there all the time"
        );
    })
    .await;
}

#[tokio::test]
async fn the_second_gateway_stands_in_for_the_first_and_steps_back() {
    let (at, far) = (address(), [address(), address()]);
    local(async {
        let doomed = LocalSet::new();
        let mut first = doomed.run_until(async { far_gateway(far[0], at) }).await;
        let mut second = far_gateway(far[1], at);
        let mut near = at_two_gateways(at, far, [0, 1]);
        let up = async {
            first.expect(Event::Available(GATEWAY.into())).await;
            second.expect(Event::Available(GATEWAY.into())).await;
            near.expect(Event::Available(PSTN.into())).await;
            near.ss7.send(message(GATEWAY, PSTN, 1));
            assert_eq!(first.number().await, 1);
        };
        doomed.run_until(up).await;
        // Its sockets close without a word.
        drop((doomed, first));
        while near.ss7.counters().processes().any(|(_, state)| state == 2)
            && near.ss7.counters().associations_lost.get() == 0
        {
            tokio::task::yield_now().await;
        }
        near.ss7.send(message(GATEWAY, PSTN, 2));
        assert_eq!(second.number().await, 2);
        let mut first = far_gateway(far[0], at);
        first.expect(Event::Available(GATEWAY.into())).await;
        while near.ss7.counters().processes().any(|(_, state)| state < 2) {
            tokio::task::yield_now().await;
        }
        near.ss7.send(message(GATEWAY, PSTN, 3));
        assert_eq!(first.number().await, 3);
    })
    .await;
}

/// A gateway to an application server of two processes.
fn to_two_processes(far: SocketAddr, near: [SocketAddr; 2], keys: &str) -> Program {
    let carries = "application_servers = [\"both\"]";
    let peers = [
        peer("one", "sgp", far, near[0], carries),
        peer("other", "sgp", far, near[1], carries),
        server("both", GATEWAY, &format!("routing_context = 100\n{keys}")),
    ];
    Program::start(PSTN, "", &peers)
}

fn process(near: SocketAddr, far: SocketAddr, keys: &str) -> Program {
    let keys = format!("{}\n{keys}", reaches(&[PSTN]));
    Program::start(GATEWAY, "", &[peer("gateway", "asp", near, far, &keys)])
}

#[tokio::test]
async fn a_process_leaves_under_traffic_and_nothing_is_lost() {
    local(async {
        let (far, near) = (address(), [address(), address()]);
        let mut gateway = to_two_processes(far, near, "traffic_mode = \"loadshare\"\nrequired = 2");
        let mut one = process(near[0], far, "");
        let mut other = process(near[1], far, "");
        gateway.expect(Event::Available(GATEWAY.into())).await;
        let mut arrived = BTreeSet::new();
        for number in 0..3000 {
            gateway.ss7.send(message(PSTN, GATEWAY, number));
            if number == 1000 {
                assert_eq!(one.number().await, 0);
                assert_eq!(other.number().await, 1);
                one.ss7.stop().await;
            }
            if number % 64 == 0 {
                tokio::task::yield_now().await;
            }
        }
        while arrived.len() < 2998 {
            arrived.extend(one.numbers());
            tokio::select! {
                number = other.number() => assert!(arrived.insert(number)),
                () = tokio::task::yield_now() => {}
            }
        }
        let states: Vec<_> = gateway.ss7.counters().servers().collect();
        assert_eq!(states, [("both", 3)]);
    })
    .await;
}

#[tokio::test]
async fn a_standby_takes_over_what_was_kept_for_the_process_that_left() {
    local(async {
        let (far, near) = (address(), [address(), address()]);
        let mut gateway = to_two_processes(far, near, "traffic_mode = \"override\"");
        let standby = "traffic_mode = \"override\"\nstandby = true";
        let mut second = process(near[1], far, standby);
        let mut first = process(near[0], far, "traffic_mode = \"override\"");
        gateway.expect(Event::Available(GATEWAY.into())).await;
        first.expect(Event::Available(PSTN.into())).await;
        gateway.ss7.send(message(PSTN, GATEWAY, 0));
        assert_eq!(first.number().await, 0);
        first.ss7.stop().await;
        for number in 1..=100 {
            gateway.ss7.send(message(PSTN, GATEWAY, number));
        }
        let mut arrived: BTreeSet<u32> = first.numbers().into_iter().collect();
        while arrived.len() < 100 {
            assert!(arrived.insert(second.number().await));
        }
        assert_eq!(gateway.ss7.counters().dropped_unavailable.get(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_relay_joins_two_processes_and_tells_each_of_the_other() {
    local(async {
        let (at, near) = (address(), [address(), address()]);
        let server = |name, process: SocketAddr, context: u32, code: PointCode| {
            let keys = reaches(&[code]).replace("100", &context.to_string());
            peer(name, "sgp", at, process, &keys)
        };
        let peers = [
            server("gateway", near[0], 100, GATEWAY),
            server("other", near[1], 200, OTHER),
        ];
        let _relay = Program::start(PSTN, "relay = true", &peers);
        let start = |own, index: usize, context: u32, far: PointCode| {
            let keys = reaches(&[far]).replace("100", &context.to_string());
            let keys = [peer("relay", "asp", near[index], at, &keys)];
            Program::start(own, "", &keys)
        };
        let mut gateway = start(GATEWAY, 0, 100, OTHER);
        // The relay says at once that the other is not there yet, or has it there already.
        gateway.expect(Event::Available(OTHER.into())).await;
        gateway.expect(Event::Unavailable(OTHER.into())).await;
        let mut other = start(OTHER, 1, 200, GATEWAY);
        gateway.expect(Event::Available(OTHER.into())).await;
        other.expect(Event::Available(GATEWAY.into())).await;
        for number in 0..100 {
            gateway.ss7.send(message(GATEWAY, OTHER, number));
            other.ss7.send(message(OTHER, GATEWAY, number));
        }
        for _ in 0..100 {
            gateway.number().await;
            other.number().await;
        }
        other.ss7.stop().await;
        gateway.expect(Event::Unavailable(OTHER.into())).await;
        assert!(gateway.ss7.counters().management_received.get() >= 3);
    })
    .await;
}

#[tokio::test]
async fn a_routing_key_is_registered_and_serves() {
    local(async {
        let (far, near) = (address(), address());
        let carries = "application_servers = [\"ours\"]";
        let far_peers = [
            peer("process", "sgp", far, near, carries),
            server("ours", GATEWAY, "routing_context = 7\nregister = true"),
        ];
        let mut far_end = Program::start(PSTN, "registrations = 0", &far_peers);
        let near_peers = [
            peer("gateway", "asp", near, far, carries),
            server("ours", PSTN, "register = true"),
        ];
        let mut near_end = Program::start(GATEWAY, "", &near_peers);
        near_end.expect(Event::Available(PSTN.into())).await;
        far_end.expect(Event::Available(GATEWAY.into())).await;
        near_end.ss7.send(message(GATEWAY, PSTN, 1));
        assert_eq!(far_end.number().await, 1);
        near_end.ss7.stop().await;
        far_end.expect(Event::Unavailable(GATEWAY.into())).await;
        assert_eq!(far_end.ss7.counters().faults.get(), 0);
    })
    .await;
}

#[tokio::test]
async fn in_a_double_exchange_both_point_codes_and_networks_are_served() {
    local(async {
        let (one, other) = (address(), address());
        let keys = |theirs: u32, ours: u32, codes: &[PointCode]| {
            format!(
                "{}\ndouble_exchange = true\nown_routing_context = {ours}\nnetwork_indicator = 0",
                reaches(codes).replace("100", &theirs.to_string())
            )
        };
        let mut server = Program::start(
            PSTN,
            &format!("also = [\"{}\"]", OTHER.value()),
            &[peer(
                "client",
                "ipsp-server",
                one,
                other,
                &keys(10, 20, &[GATEWAY]),
            )],
        );
        let mut client = Program::start(
            GATEWAY,
            "",
            &[peer(
                "server",
                "ipsp-client",
                other,
                one,
                &keys(20, 10, &[PSTN, OTHER]),
            )],
        );
        client.expect(Event::Available(PSTN.into())).await;
        client.expect(Event::Available(OTHER.into())).await;
        server.expect(Event::Available(GATEWAY.into())).await;
        client.ss7.send(message(GATEWAY, OTHER, 1));
        server.ss7.send(message(OTHER, GATEWAY, 2));
        let international = |opc, dpc, number| {
            let ni = NetworkIndicator::INTERNATIONAL;
            Event::Transfer(Transfer {
                ni,
                ..message(opc, dpc, number)
            })
        };
        server.expect(international(GATEWAY, OTHER, 1)).await;
        client.expect(international(OTHER, GATEWAY, 2)).await;
    })
    .await;
}

#[tokio::test]
async fn a_peer_that_is_locked_out_gets_no_traffic_until_it_is_let_in() {
    local(async {
        let (far, near) = (address(), address());
        let keys = format!("{}\nlocked = true", reaches(&[GATEWAY]));
        let mut gateway = Program::start(PSTN, "", &[peer("process", "sgp", far, near, &keys)]);
        let mut near = process(near, far, "");
        while near.ss7.counters().faults.get() == 0 {
            tokio::task::yield_now().await;
        }
        let peers = |program: &Program| {
            let counters = program.ss7.counters().clone();
            let words = |peer: PeerState<'_>| (peer.process, peer.is_locked);
            counters.peers().map(words).collect::<Vec<_>>()
        };
        assert_eq!(peers(&gateway), [("down", true)]);
        gateway.ss7.lock("process", false).unwrap();
        near.expect(Event::Available(PSTN.into())).await;
        gateway.expect(Event::Available(GATEWAY.into())).await;
        assert_eq!(peers(&gateway), [("active", false)]);
        gateway.ss7.lock("process", true).unwrap();
        near.expect(Event::Unavailable(PSTN.into())).await;
        gateway.expect(Event::Unavailable(GATEWAY.into())).await;
        assert_eq!(peers(&gateway), [("down", true)]);
        let refused = |program: &Program, peer| program.ss7.lock(peer, true).unwrap_err();
        assert_eq!(
            refused(&gateway, "nobody").to_string(),
            "there is no peer \"nobody\", expected \"process\""
        );
        let asked = LockError::Asked {
            peer: "gateway".into(),
            role: "asp",
        };
        assert_eq!(refused(&near, "gateway"), asked);
    })
    .await;
}

#[test]
fn what_cannot_work_of_application_servers_is_named() {
    let text = [
        format!(
            "point_code = \"{}\"\nservice_indicators = [16]\n",
            GATEWAY.value()
        ),
        peer(
            "one",
            "sgp",
            address(),
            address(),
            "application_servers = [\"a\", \"b\", \"x\"]",
        ),
        peer(
            "two",
            "asp",
            address(),
            address(),
            "application_servers = [\"a\"]\npoint_codes = [\"1\"]",
        ),
        peer(
            "three",
            "asp",
            address(),
            address(),
            "double_exchange = true\npoint_codes = [\"1\"]",
        ),
        server("a", GATEWAY, "required = 3\nservice_indicators = [99]"),
        server(
            "a",
            PSTN,
            "routing_context = 1\nrequired = 0\nregister = true",
        ),
        "\n[[application_server]]\nname = \"c\"\npoint_codes = []\n".to_owned(),
    ];
    let config: Config = toml::from_str(&text.concat()).unwrap();
    let faults = config.faults();
    let keys: Vec<&str> = faults.iter().map(|fault| &fault.key[4..]).collect();
    assert_eq!(
        keys,
        [
            "application_server[0].name",
            "application_server[0].point_codes",
            "application_server[0].required",
            "application_server[0].service_indicators",
            "application_server[0].routing_context",
            "application_server[1].name",
            "application_server[1].name",
            "application_server[1].required",
            "application_server[1].register",
            "application_server[2].name",
            "application_server[2].point_codes",
            "peer[0].application_servers",
            "peer[1].point_codes",
            "peer[2].double_exchange",
            "service_indicators",
        ]
    );
}
