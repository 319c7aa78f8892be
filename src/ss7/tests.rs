use std::future::Future;
use std::net::SocketAddr;

use bytes::Bytes;
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator};
use tokio::sync::mpsc::Receiver;
use tokio::task::LocalSet;

use super::*;
use crate::config::Fault;
use crate::sctp::tests::address;
use crate::sctp::{Connect, Listen, Loss, Sctp};

const GATEWAY: PointCode = PointCode::new(2 << 11 | 2 << 3 | 2);
const PSTN: PointCode = PointCode::new(1 << 11 | 1 << 3 | 1);

/// One end of an association: role, address, point code.
#[derive(Clone, Copy)]
struct End(&'static str, SocketAddr, PointCode);

fn config(End(role, local, own): End, End(_, remote, far): End) -> Config {
    let text = format!(
        r#"
        point_code = "{}"
        sctp = {{ rto_initial_ms = 300, heartbeat_ms = 300 }}
        [[peer]]
        name = "the other"
        role = "{role}"
        local = ["{local}"]
        remote = ["{remote}"]
        routing_context = 100
        point_codes = ["{}"]
        "#,
        own.value(),
        far.value()
    );
    toml::from_str(&text).unwrap()
}

fn ends() -> [End; 2] {
    [End("asp", address(), GATEWAY), End("sgp", address(), PSTN)]
}

fn start(own: End, far: End) -> (Ss7, Receiver<Event>) {
    Ss7::start(config(own, far), Tap::default()).unwrap()
}

fn message(opc: PointCode, dpc: PointCode, number: u32) -> Transfer {
    Transfer {
        network: NetworkId::default(),
        opc,
        dpc,
        si: ServiceIndicator::ISUP,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: 5,
        data: Bytes::copy_from_slice(&number.to_be_bytes()),
    }
}

async fn local<F: Future>(test: F) -> F::Output {
    LocalSet::new().run_until(test).await
}

async fn expect(events: &mut Receiver<Event>, expected: Event) {
    assert_eq!(events.recv().await, Some(expected));
}

async fn exchange(
    (near, near_events): (&Ss7, &mut Receiver<Event>),
    (far, far_events): (&Ss7, &mut Receiver<Event>),
) {
    for number in 0..100 {
        near.send(message(GATEWAY, PSTN, number));
        far.send(message(PSTN, GATEWAY, number));
    }
    for number in 0..100 {
        expect(far_events, Event::Transfer(message(GATEWAY, PSTN, number))).await;
        expect(near_events, Event::Transfer(message(PSTN, GATEWAY, number))).await;
    }
}

#[tokio::test]
async fn messages_go_both_ways_between_asp_and_gateway() {
    local(async {
        let [asp, sgp] = ends();
        let (far, mut far_events) = start(sgp, asp);
        let (near, mut near_events) = start(asp, sgp);
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        exchange((&near, &mut near_events), (&far, &mut far_events)).await;
        assert_eq!(near.counters().sent.get(), 100);
        assert_eq!(near.counters().received.get(), 100);
        assert_eq!(near.counters().associations_up.get(), 1);
    })
    .await;
}

#[tokio::test]
async fn two_ip_servers_do_without_a_gateway() {
    local(async {
        let [asp, sgp] = ends();
        let (client, server) = (
            End("ipsp-client", asp.1, asp.2),
            End("ipsp-server", sgp.1, sgp.2),
        );
        let (far, mut far_events) = start(server, client);
        let (near, mut near_events) = start(client, server);
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        exchange((&near, &mut near_events), (&far, &mut far_events)).await;
    })
    .await;
}

#[tokio::test]
async fn leave_is_taken_in_order_and_the_association_returns() {
    local(async {
        let [asp, sgp] = ends();
        let (near, mut near_events) = start(asp, sgp);
        let (far, mut far_events) = start(sgp, asp);
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        far.stop().await;
        expect(&mut far_events, Event::Unavailable(GATEWAY.into())).await;
        assert_eq!(far_events.recv().await, None);
        expect(&mut near_events, Event::Unavailable(PSTN.into())).await;
        assert_eq!(far.counters().associations_lost.get(), 0);

        let (far, mut far_events) = start(sgp, asp);
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        exchange((&near, &mut near_events), (&far, &mut far_events)).await;

        near.stop().await;
        expect(&mut far_events, Event::Unavailable(GATEWAY.into())).await;
        assert_eq!(near.counters().associations_lost.get(), 0);
        assert_eq!(far.counters().associations_lost.get(), 0);
    })
    .await;
}

#[tokio::test]
async fn both_may_stop_at_once_without_a_complaint() {
    local(async {
        let [asp, sgp] = ends();
        let (near, mut near_events) = start(asp, sgp);
        let (far, mut far_events) = start(sgp, asp);
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        tokio::join!(near.stop(), far.stop());
        for end in [&near, &far] {
            assert_eq!(end.counters().faults.get(), 0);
            assert_eq!(end.counters().associations_lost.get(), 0);
            assert_eq!(end.counters().dropped_unavailable.get(), 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_dies_is_found_again() {
    let [asp, sgp] = ends();
    local(async {
        let (near, mut near_events) = start(asp, sgp);
        let doomed = LocalSet::new();
        let started = doomed.run_until(async { start(sgp, asp) }).await;
        doomed
            .run_until(expect(&mut near_events, Event::Available(PSTN.into())))
            .await;
        // Its sockets close without a word.
        drop((doomed, started));
        let (far, mut far_events) = start(sgp, asp);
        expect(&mut near_events, Event::Unavailable(PSTN.into())).await;
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        exchange((&near, &mut near_events), (&far, &mut far_events)).await;
        assert!(near.counters().associations_lost.get() > 0);
    })
    .await;
}

#[tokio::test]
async fn an_asp_that_dies_is_noticed_and_taken_back() {
    let [asp, sgp] = ends();
    local(async {
        let (far, mut far_events) = start(sgp, asp);
        let doomed = LocalSet::new();
        let started = doomed.run_until(async { start(asp, sgp) }).await;
        doomed
            .run_until(expect(&mut far_events, Event::Available(GATEWAY.into())))
            .await;
        drop((doomed, started));
        let (near, mut near_events) = start(asp, sgp);
        expect(&mut far_events, Event::Unavailable(GATEWAY.into())).await;
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        exchange((&near, &mut near_events), (&far, &mut far_events)).await;
    })
    .await;
}

#[tokio::test]
async fn messages_that_cannot_go_are_counted() {
    local(async {
        let [asp, sgp] = ends();
        let (near, _events) = start(asp, sgp);
        near.send(message(GATEWAY, PointCode::new(77), 1));
        near.send(message(GATEWAY, PSTN, 2));
        near.stop().await;
        assert_eq!(near.counters().dropped_no_route.get(), 1);
        assert_eq!(near.counters().dropped_unavailable.get(), 1);
        near.send(message(GATEWAY, PSTN, 3));
        assert_eq!(near.counters().dropped_overload.get(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_for_another_node_is_not_ours() {
    local(async {
        let [asp, sgp] = ends();
        let elsewhere = PointCode::new(77);
        let (far, mut far_events) = start(sgp, asp);
        let mut near = config(asp, sgp);
        near.peer[0].point_codes.push(elsewhere);
        let (near, mut near_events) = Ss7::start(near, Tap::default()).unwrap();
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        expect(&mut near_events, Event::Available(elsewhere.into())).await;
        near.send(message(GATEWAY, elsewhere, 1));
        near.send(message(GATEWAY, PSTN, 2));
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        expect(&mut far_events, Event::Transfer(message(GATEWAY, PSTN, 2))).await;
        assert_eq!(far.counters().dropped_no_route.get(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_program_that_reads_late_loses_nothing() {
    local(async {
        const MANY: u32 = EVENTS as u32 + 2000;
        let [asp, sgp] = ends();
        let (_far, mut far_events) = start(sgp, asp);
        let (near, mut near_events) = start(asp, sgp);
        expect(&mut near_events, Event::Available(PSTN.into())).await;
        for number in 0..MANY {
            near.send(message(GATEWAY, PSTN, number));
            while near.commands.capacity() < COMMANDS / 2 {
                tokio::task::yield_now().await;
            }
        }
        expect(&mut far_events, Event::Available(GATEWAY.into())).await;
        for number in 0..MANY {
            let expected = Event::Transfer(message(GATEWAY, PSTN, number));
            expect(&mut far_events, expected).await;
        }
    })
    .await;
}

#[tokio::test]
async fn strangers_get_no_association() {
    local(async {
        let [asp, sgp] = ends();
        let (_far, mut far_events) = start(sgp, asp);
        let mut stranger = Userspace::new(
            protocols::sctp::Config {
                rto_initial: std::time::Duration::from_millis(20),
                init_retries: 1,
                ..Default::default()
            },
            Tap::default(),
        );
        let connect = Connect {
            local: vec![address()],
            local_port: 2905,
            remote: vec![sgp.1],
            port: 2905,
        };
        let association = stranger.connect(&connect).unwrap();
        let reason = Loss::Unreachable;
        let lost = crate::sctp::Event::Lost {
            association,
            reason,
        };
        assert_eq!(stranger.event().await, lost);
        assert!(far_events.try_recv().is_err());
    })
    .await;
}

/// A process that speaks M3UA word by word.
#[tokio::test]
async fn a_gateway_answers_audits_for_its_own_point_code() {
    use crate::sctp::Event as E;
    use codecs::m3ua::{AspActive, AspUp, Destinations, MaskedPointCode, Message};
    local(async {
        let [asp, sgp] = ends();
        let (_far, _events) = start(sgp, asp);
        let mut near = Userspace::new(protocols::sctp::Config::default(), Tap::default());
        let connect = Connect {
            local: vec![asp.1],
            local_port: 2905,
            remote: vec![sgp.1],
            port: 2905,
        };
        let association = near.connect(&connect).unwrap();
        assert!(matches!(near.event().await, E::Up { .. }));
        let audit = Message::Daud(Destinations {
            network_appearance: None,
            routing_contexts: vec![100],
            affected: [PSTN, PointCode::new(77)]
                .map(MaskedPointCode::exact)
                .into(),
            info: None,
            other: Vec::new(),
        });
        for message in [
            Message::AspUp(AspUp::default()),
            Message::AspActive(AspActive::default()),
            audit,
        ] {
            let mut payload = Vec::new();
            message.encode(&mut payload).unwrap();
            near.send(association, 0, 3, payload.into()).unwrap();
        }
        let mut states = Vec::new();
        while states.len() < 2 {
            let E::Message { payload, .. } = near.event().await else {
                panic!("the association ended");
            };
            match Message::decode(&payload).unwrap() {
                Message::Dava(of) => states.push((true, of.affected[0].code)),
                Message::Duna(of) => states.push((false, of.affected[0].code)),
                _ => {}
            }
        }
        assert_eq!(states, [(true, PSTN), (false, PointCode::new(77))]);
    })
    .await;
}

/// A peer whose SCTP answers but whose M3UA does not, as the ASP sees it.
#[tokio::test]
async fn noise_over_the_association_does_no_harm() {
    local(async {
        let [asp, sgp] = ends();
        let (near, mut near_events) = start(asp, sgp);
        let mut far = Userspace::new(protocols::sctp::Config::default(), Tap::default());
        let listen = Listen {
            local: vec![sgp.1],
            port: 2905,
        };
        far.listen(&listen).unwrap();
        let mut noise = vec![Bytes::from_static(b"\x01\x00\x01\x01\x00\x00\x00\x07"); 20];
        noise.extend((1..200).map(|length| vec![length as u8; length].into()));
        let mut errors = 0;
        while errors < noise.len() {
            use crate::sctp::Event as E;
            match far.event().await {
                E::Up { association, .. } => {
                    for payload in &noise {
                        far.send(association, 0, 3, payload.clone()).unwrap();
                        far.send(association, 1, 99, payload.clone()).unwrap();
                    }
                }
                // Class 0, type 0: Error.
                E::Message { payload, .. } => errors += usize::from(payload[2..4] == [0, 0]),
                other => panic!("unexpected {other:?}"),
            }
        }
        assert_eq!(near.counters().faults.get(), noise.len() as u64);
        // The last of them may still be on its way.
        assert!(near.counters().other_protocol.get() >= noise.len() as u64 / 2);
        assert!(near_events.try_recv().is_err());
    })
    .await;
}

#[test]
fn what_cannot_work_is_named() {
    let text = r#"
        point_code = "2-2-2"
        m3ua = { ack_ms = 0, attempts = 0 }
        sctp = { streams = 0, rto_min_ms = 3000, rto_max_ms = 1000, heartbeat_ms = 1 }
        [[peer]]
        name = "one"
        role = "asp"
        local = []
        point_codes = []
        [[peer]]
        name = "one"
        role = "sgp"
        local = ["127.0.0.1:9899"]
        point_codes = ["2-2-2"]
        "#;
    let faults = toml::from_str::<Config>(text).unwrap().faults();
    let keys: Vec<&str> = faults.iter().map(|Fault { key, .. }| &key[..]).collect();
    assert_eq!(
        keys,
        [
            "ss7.peer[0].local",
            "ss7.peer[0].remote",
            "ss7.peer[0].point_codes",
            "ss7.peer[1].name",
            "ss7.peer[1].point_codes",
            "ss7.m3ua.ack_ms",
            "ss7.m3ua.attempts",
            "ss7.sctp.heartbeat_ms",
            "ss7.sctp.rto_initial_ms",
            "ss7.sctp.streams",
        ]
    );
}

#[test]
fn wrong_words_are_refused() {
    for (line, complaint) in [
        ("point_code = \"9-9-9\"", "no ITU point code"),
        (
            "point_code = \"1-1-1\"\nnetwork_indicator = 4",
            "network indicator",
        ),
        ("point_code = \"1-1-1\"\ncolour = 1", "unknown field"),
        (
            "point_code = \"1-1-1\"\n[[peer]]\nrole = \"boss\"",
            "unknown variant",
        ),
    ] {
        let error = toml::from_str::<Config>(line).unwrap_err();
        assert!(error.to_string().contains(complaint), "{error}");
    }
}
