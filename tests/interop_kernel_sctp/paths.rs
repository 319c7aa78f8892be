//! Several addresses make one association.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use tandem::sctp::{Event, Kernel, PathChange, Paths, Sctp};

use crate::network::{self, block_on, counter, far, near, on_far, sh};
use crate::{M3UA, config, connect, echo, event, exchange, guest, kernel, listening, number, up};

/// Messages go out every 10 ms while one of two networks is cut and mended again.
#[test]
fn another_path_takes_over_when_one_is_cut() {
    const MESSAGES: u32 = 600;
    guest::inside(|| {
        network::build();
        let listen = || listening(kernel(), far(0));
        let far_end = on_far(listen, async |mut server| {
            up(&mut server).await;
            let mut arrivals = Vec::new();
            loop {
                match event(&mut server).await {
                    Event::Message { payload, .. } => {
                        assert_eq!(
                            payload,
                            number(arrivals.len() as u32),
                            "lost or out of order"
                        );
                        arrivals.push(Instant::now());
                    }
                    end => return (end, arrivals),
                }
            }
        });
        let changes = block_on(send_while_a_path_fails(MESSAGES));
        let (end, arrivals) = far_end.join().unwrap();
        assert!(matches!(end, Event::Closed { .. }), "{end:?}");
        assert_eq!(arrivals.len(), MESSAGES as usize);
        let gaps = arrivals.windows(2).map(|pair| pair[1] - pair[0]);
        println!("longest gap between messages: {:?}", gaps.max().unwrap());

        let [first, second]: [IpAddr; 2] = [[10, 0, 0, 2].into(), [10, 0, 1, 2].into()];
        let of_first = changes.iter().filter(|(peer, _)| *peer == first);
        let of_first: Vec<_> = of_first.map(|(_, change)| *change).collect();
        assert!(of_first.ends_with(&[PathChange::Unreachable, PathChange::Reachable]));
        assert!(!changes.contains(&(second, PathChange::Unreachable)));
    });
}

/// Answers what became of the paths.
async fn send_while_a_path_fails(messages: u32) -> Vec<(IpAddr, PathChange)> {
    let mut client = kernel();
    connect(&mut client, near(0), far(0));
    let mut changes = Vec::new();
    let (association, path) = up(&mut client).await;
    assert_eq!(path.peer, far(0)[0], "the first is the primary one");
    let mut pace = tokio::time::interval(Duration::from_millis(10));
    let mut sent = 0;
    let mut expired = 0;
    while sent < messages || !is_over(&changes) {
        tokio::select! {
            _ = pace.tick(), if sent < messages => {
                client.send(association, 1, M3UA, number(sent)).unwrap();
                sent += 1;
                match sent {
                    100 => {
                        expired = counter("SctpT3RtxExpireds");
                        network::cut(0);
                    }
                    400 => {
                        expired = counter("SctpT3RtxExpireds") - expired;
                        network::mend(0);
                    }
                    _ => {}
                }
            }
            event = client.event() => match event {
                Event::Path { peer, change, .. } => changes.push((peer, change)),
                other => panic!("unexpected {other:?}"),
            }
        }
    }
    println!("retransmission timeouts while the path was cut: {expired}");
    // With RTO.Min 100 ms three timeouts take 100 + 200 + 400 ms, so that the switch is within 1 s.
    assert!((1..=3).contains(&expired));
    client.shutdown(association);
    assert_eq!(event(&mut client).await, Event::Closed { association });
    changes
}

/// Whether the path that failed has come back.
fn is_over(changes: &[(IpAddr, PathChange)]) -> bool {
    let failed = changes
        .iter()
        .position(|(_, change)| *change == PathChange::Unreachable);
    failed.is_some_and(|failed| {
        let later = &changes[failed..];
        later.contains(&(later[0].0, PathChange::Reachable))
    })
}

/// The peer opens the association from another address than the one that is to be the primary.
#[test]
fn the_listener_prefers_the_address_it_is_told() {
    guest::inside(|| {
        network::build();
        let preferred = near(0)[1].ip();
        let listen = move || {
            let paths = Paths {
                primary: vec![preferred],
                ..Paths::default()
            };
            listening(Kernel::new(config(), paths), far(0))
        };
        let far_end = on_far(listen, async |mut server| {
            let (association, path) = up(&mut server).await;
            let changed = loop {
                if let Event::Path { peer, change, .. } = server.event().await
                    && change == PathChange::Primary
                {
                    break peer;
                }
            };
            server.shutdown(association);
            assert_eq!(event(&mut server).await, Event::Closed { association });
            (path.peer.ip(), changed)
        });
        let ended = block_on(async {
            let mut client = kernel();
            connect(&mut client, near(0), far(0));
            up(&mut client).await;
            event(&mut client).await
        });
        assert!(matches!(ended, Event::Closed { .. }), "{ended:?}");
        let addresses = far_end.join().unwrap();
        assert_eq!(addresses, (near(0)[0].ip(), preferred));
    });
}

/// Of both families, all make one association.
#[test]
fn addresses_may_be_of_both_families() {
    guest::inside(|| {
        network::build();
        sh("ip addr add fd00::1/64 dev near1 nodad
            ip netns exec far ip addr add fd00::2/64 dev far1 nodad");
        let with = |mut addresses: Vec<SocketAddr>, more: &str| {
            addresses.push(more.parse().unwrap());
            addresses
        };
        let [near, far] = [with(near(0), "[fd00::1]:0"), with(far(0), "[fd00::2]:0")];
        let there = far.clone();
        let far_end = on_far(move || listening(kernel(), there), echo);
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near, far.clone());
            up(&mut client).await;
            network::cut(0);
            exchange(&mut client, association).await;
            let known = std::fs::read_to_string("/proc/net/sctp/remaddr").unwrap();
            for address in &far {
                let ip = address.ip().to_string();
                let shown = ip.replace("fd00::", "fd00:0000:0000:0000:0000:0000:0000:000");
                assert!(known.contains(&shown), "{shown}: {known}");
            }
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
        });
        far_end.join().unwrap();
    });
}
