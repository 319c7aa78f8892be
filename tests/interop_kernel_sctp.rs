//! The backend on the kernel's SCTP, in a guest that has it: the suite of all backends, and what
//! only networks that fail can show.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/guest.rs"]
mod guest;
#[path = "support/two_networks.rs"]
mod network;
#[path = "support/sctp_suite.rs"]
mod sctp_suite;

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use protocols::sctp::{Config, Endpoint, Output, Path};
use tandem::sctp::{
    AssociationId, Backend, Connect, Event, Kernel, Listen, Loss, PathChange, Paths, Sctp, Stack,
    Userspace,
};
use tandem::tap::Tap;

use network::{block_on, counter, far, near, on_far, sh};
use sctp_suite::Lab;

const M3UA: u32 = 3;
const PORT: u16 = 2905;
const UDP: u16 = 9899;

#[test]
fn the_kernel_backend_passes_the_suite() {
    guest::inside(|| {
        // One network that is all here, and one on which nobody answers. SCTP does not mix
        // 127.0.0.0/8 with others in one association.
        sh("ip addr add 10.0.0.1/8 dev lo
            ip link add silent type veth peer name nobody
            ip addr add 192.168.1.1/24 dev silent
            ip link set silent up
            ip link set nobody up
            ip neigh add 192.168.1.2 lladdr 02:00:00:00:00:01 dev silent nud permanent");
        let lab = Lab {
            stack: |config| Kernel::new(config, Paths::default()),
            network: 10,
            udp_port: 0,
            silent: "192.168.1.2:0".parse().unwrap(),
            opposite_silent: "192.168.1.1:0".parse().unwrap(),
        };
        block_on(sctp_suite::all(&lab));
    });
}

fn config() -> Config {
    Config {
        rto_initial: Duration::from_millis(200),
        rto_min: Duration::from_millis(100),
        rto_max: Duration::from_millis(400),
        sack_delay: Duration::from_millis(20),
        heartbeat_interval: Duration::from_millis(300),
        ..Config::default()
    }
}

fn kernel() -> Kernel {
    Kernel::new(config(), Paths::default())
}

fn userspace() -> Userspace {
    Userspace::new(config(), Tap::default())
}

/// A stack on the far node that listens at these addresses.
fn listening<S: Sctp>(mut stack: S, local: Vec<SocketAddr>) -> S {
    stack.listen(&Listen { local, port: PORT }).unwrap();
    stack
}

fn connect<S: Sctp>(
    stack: &mut S,
    local: Vec<SocketAddr>,
    remote: Vec<SocketAddr>,
) -> AssociationId {
    let connect = Connect {
        local,
        local_port: PORT,
        remote,
        port: PORT,
    };
    stack.connect(&connect).unwrap()
}

/// The next event that is not about a path.
async fn event<S: Sctp>(stack: &mut S) -> Event {
    loop {
        match stack.event().await {
            Event::Path { .. } => {}
            other => return other,
        }
    }
}

async fn up<S: Sctp>(stack: &mut S) -> (AssociationId, Path) {
    match event(stack).await {
        Event::Up {
            association, path, ..
        } => (association, path),
        other => panic!("expected the association to come up: {other:?}"),
    }
}

fn number(number: u32) -> Bytes {
    Bytes::copy_from_slice(&number.to_be_bytes())
}

fn long(number: u32) -> Bytes {
    number.to_be_bytes().repeat(100).into()
}

/// Echoes what it receives; answers how the association ended.
async fn echo<S: Sctp>(mut stack: S) -> Event {
    loop {
        match stack.event().await {
            Event::Message {
                association,
                stream,
                ppid,
                payload,
            } => stack.send(association, stream, ppid, payload).unwrap(),
            end @ (Event::Closed { .. } | Event::Lost { .. }) => return end,
            _ => {}
        }
    }
}

/// Sends messages of several lengths and waits for their echoes.
async fn exchange<S: Sctp>(stack: &mut S, association: AssociationId) {
    for (stream, length) in [(0, 1), (1, 100), (5, 3000), (16, 60_000)] {
        let payload: Bytes = (0..length).map(|index: u32| (index % 253) as u8).collect();
        let sent = payload.clone();
        stack.send(association, stream, M3UA, sent).unwrap();
        let expected = Event::Message {
            association,
            stream,
            ppid: M3UA,
            payload,
        };
        assert!(event(stack).await == expected, "stream {stream}");
    }
}

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

#[test]
fn a_peer_that_lost_its_memory_starts_again() {
    guest::inside(|| {
        network::build();
        let (say, said) = mpsc::channel();
        let listen = || listening(kernel(), far(0));
        let far_end = on_far(listen, async move |mut server| {
            loop {
                let event = server.event().await;
                say.send(event.clone()).unwrap();
                match event {
                    Event::Message {
                        association,
                        stream,
                        ppid,
                        payload,
                    } => server.send(association, stream, ppid, payload).unwrap(),
                    Event::Closed { .. } | Event::Lost { .. } => return,
                    _ => {}
                }
            }
        });
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            exchange(&mut client, association).await;
            // It goes without a word that gets through.
            network::cut(0);
            network::cut(1);
            client.abort(association);
            drop(client);
            // Before the far node's packets get through again, which nobody knows any more.
            let mut again = kernel();
            let association = connect(&mut again, near(0), far(0));
            network::mend(0);
            network::mend(1);
            up(&mut again).await;
            exchange(&mut again, association).await;
            again.shutdown(association);
            assert_eq!(event(&mut again).await, Event::Closed { association });
        });
        far_end.join().unwrap();
        let lives: Vec<_> = said
            .iter()
            .filter(|event| !matches!(event, Event::Message { .. } | Event::Path { .. }))
            .collect();
        let one = lives[0].association();
        assert!(lives.iter().all(|event| event.association() == one));
        assert!(
            matches!(
                lives[..],
                [
                    Event::Up { accepted: true, .. },
                    Event::Restarted { .. },
                    Event::Closed { .. }
                ]
            ),
            "{lives:?}"
        );
    });
}

#[test]
fn a_peer_that_falls_silent_is_given_up_by_both() {
    guest::inside(|| {
        network::build();
        let listen = || listening(kernel(), far(0));
        let far_end = on_far(listen, async |mut server| {
            let (association, _) = up(&mut server).await;
            (association, event(&mut server).await)
        });
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            network::cut(0);
            network::cut(1);
            // One of them waits for an acknowledgement, the other has its heartbeats only.
            client.send(association, 1, M3UA, number(0)).unwrap();
            let reason = Loss::Unreachable;
            let lost = Event::Lost {
                association,
                reason,
            };
            assert_eq!(event(&mut client).await, lost);
            assert_eq!(client.counters().unsent, 1);
        });
        let (association, lost) = far_end.join().unwrap();
        let reason = Loss::Unreachable;
        let expected = Event::Lost {
            association,
            reason,
        };
        assert_eq!(lost, expected);
    });
}

#[test]
fn nothing_is_lost_on_networks_that_lose_two_percent() {
    const MESSAGES: u32 = 5000;
    guest::inside(|| {
        network::build();
        network::set(0, "loss 2% delay 2ms");
        network::set(1, "loss 2% delay 2ms");
        let far_end = on_far(|| listening(kernel(), far(0)), echo);
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            let before = counter("SctpFastRetransmits") + counter("SctpT3Retransmits");
            let (mut sent, mut returned) = (0, 0);
            while returned < MESSAGES {
                // As many under way as several packets hold.
                while sent < MESSAGES.min(returned + 200) {
                    client.send(association, 1, M3UA, long(sent)).unwrap();
                    sent += 1;
                }
                match event(&mut client).await {
                    Event::Message { payload, .. } => assert_eq!(payload, long(returned)),
                    other => panic!("unexpected {other:?}"),
                }
                returned += 1;
            }
            let after = counter("SctpFastRetransmits") + counter("SctpT3Retransmits");
            println!(
                "{MESSAGES} messages and their echoes, {} retransmissions",
                after - before
            );
            assert!(after > before, "nothing was lost on the way");
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
        });
        let end = far_end.join().unwrap();
        assert!(matches!(end, Event::Closed { .. }), "{end:?}");
    });
}

/// It has to arrive in pieces, as it does not fit into the receiver's window.
#[test]
fn a_message_larger_than_the_window_arrives_whole() {
    guest::inside(|| {
        network::build();
        let listen = || {
            let small = Config {
                receive_window: 16 * 1024,
                ..config()
            };
            listening(Kernel::new(small, Paths::default()), far(0))
        };
        let far_end = on_far(listen, echo);
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            for (stream, length) in [(1, 250_000), (2, 100), (1, 130_000)] {
                let payload: Bytes = (0..length).map(|index: u32| (index % 251) as u8).collect();
                let sent = payload.clone();
                client.send(association, stream, M3UA, sent).unwrap();
                // Others wait for it.
                client.send(association, 3, M3UA, number(length)).unwrap();
                let mut arrived = [event(&mut client).await, event(&mut client).await];
                arrived.sort_by_key(|event| matches!(event, Event::Message { stream: 3, .. }));
                let [long, short] = arrived;
                assert!(matches!(long, Event::Message { payload: here, .. } if here == payload));
                assert!(
                    matches!(short, Event::Message { payload, .. } if payload == number(length))
                );
            }
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
        });
        far_end.join().unwrap();
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

/// Gives the far kernel a UDP port for SCTP.
fn encapsulate() {
    network::build();
    sh(&format!(
        "ip netns exec far sysctl -q -w net.sctp.udp_port={UDP}"
    ));
}

#[test]
fn the_kernel_and_the_stack_in_user_space_understand_each_other() {
    guest::inside(|| {
        encapsulate();
        let chosen = |local: Vec<SocketAddr>| Backend::Auto.choose(local.into_iter()).unwrap();
        let choices = [chosen(near(UDP)), chosen(near(0))];
        assert_eq!(choices, [Stack::Userspace, Stack::Kernel]);

        let listen = || {
            let chosen = Backend::Auto.choose(far(UDP).into_iter()).unwrap();
            assert_eq!(chosen, Stack::Kernel);
            let refused = kernel().listen(&Listen {
                local: far(UDP + 1),
                port: PORT,
            });
            let words = "net.sctp.udp_port is 9899";
            assert!(refused.unwrap_err().to_string().contains(words));
            listening(kernel(), far(UDP))
        };
        // The far kernel listens at first, and then connects.
        let far_end = on_far(listen, async |server| {
            let ended = echo(server).await;
            assert!(matches!(ended, Event::Closed { .. }), "{ended:?}");
            let mut client = kernel();
            let association = connect(&mut client, far(UDP), near(UDP)[..1].to_vec());
            let (_, path) = up(&mut client).await;
            exchange(&mut client, association).await;
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
            path
        });
        block_on(async {
            let mut client = userspace();
            let association = connect(&mut client, near(UDP), far(UDP));
            up(&mut client).await;
            exchange(&mut client, association).await;
            // Before the peer connects, which it does when this association is over.
            let mut server = listening(client, near(UDP));
            server.shutdown(association);
            assert_eq!(event(&mut server).await, Event::Closed { association });
            let ended = echo(server).await;
            assert!(matches!(ended, Event::Closed { .. }), "{ended:?}");
        });
        let path = far_end.join().unwrap();
        assert_eq!(path.peer, near(UDP)[0]);
    });
}

/// INITs of a stranger, none like another.
fn init(count: u16) -> Vec<u8> {
    let mut stranger = Endpoint::new(config());
    let path = Path {
        peer: far(UDP)[0],
        peer_port: PORT,
        local_port: count,
    };
    stranger.connect(path, Instant::now()).unwrap();
    match stranger.poll_output() {
        Some(Output::Transmit { bytes, .. }) => bytes,
        other => panic!("no INIT: {other:?}"),
    }
}

/// Kilobytes of a line of /proc/meminfo.
fn memory(line: &str) -> i64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap();
    let found = text.lines().find(|found| found.starts_with(line)).unwrap();
    found.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_flood_of_inits_leaves_nothing_behind_and_disturbs_nobody() {
    const INITS: usize = 100_000;
    guest::inside(|| {
        encapsulate();
        sh("ip addr add 10.0.0.66/24 dev near0");
        let listen = || {
            let known = Config {
                peers: near(UDP).iter().map(SocketAddr::ip).collect(),
                ..config()
            };
            listening(Kernel::new(known, Paths::default()), far(UDP))
        };
        let far_end = on_far(listen, echo);
        let flood = UdpSocket::bind("10.0.0.66:5000").unwrap();
        flood.set_nonblocking(true).unwrap();
        flood.connect(far(UDP)[0]).unwrap();
        let mut answered = 0;
        let mut answers = || {
            let mut buffer = [0; 2000];
            while flood.recv(&mut buffer).is_ok() {
                answered += 1;
            }
        };
        let inits: Vec<_> = (1..=1000).map(init).collect();
        block_on(async {
            let mut client = userspace();
            let association = connect(&mut client, near(UDP), far(UDP)[..1].to_vec());
            up(&mut client).await;
            let mut before = 0;
            for round in 0..INITS / inits.len() {
                for init in &inits {
                    flood.send(init).unwrap();
                    answers();
                }
                exchange(&mut client, association).await;
                if round == 10 {
                    before = memory("MemAvailable");
                }
            }
            let grown = before - memory("MemAvailable");
            println!("memory grown by {grown} kB");
            assert!(grown < 2000, "{grown} kB");
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
        });
        println!("{INITS} INITs, {answered} answers");
        assert!(answered > INITS / 2, "the flood did not arrive");
        let end = far_end.join().unwrap();
        assert!(matches!(end, Event::Closed { .. }), "{end:?}");
    });
}
