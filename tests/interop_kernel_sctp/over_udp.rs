//! The kernel takes SCTP over UDP (RFC 6951), and speaks with the stack in user space.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::net::{SocketAddr, UdpSocket};
use std::time::Instant;

use protocols::sctp::{Config, Endpoint, Output, Path};
use tandem::sctp::{Backend, Event, Kernel, Listen, Loss, Paths, Sctp, Stack, Userspace};
use tandem::tap::Tap;

use crate::network::{self, block_on, far, near, on_far, sh};
use crate::{PORT, config, connect, echo, event, exchange, guest, kernel, listening, up};

const UDP: u16 = 9899;

fn userspace() -> Userspace {
    Userspace::new(config(), Tap::default())
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

#[test]
fn the_kernel_tells_who_aborted() {
    guest::inside(|| {
        encapsulate();
        let listen = || listening(kernel(), far(UDP));
        let far_end = on_far(listen, echo);
        block_on(async {
            let mut client = userspace();
            let association = connect(&mut client, near(UDP), far(UDP));
            up(&mut client).await;
            exchange(&mut client, association).await;
            client.abort(association);
            let reason = Loss::Abandoned;
            let lost = Event::Lost {
                association,
                reason,
            };
            assert_eq!(event(&mut client).await, lost);
        });
        let lost = far_end.join().unwrap();
        assert!(
            matches!(&lost, Event::Lost { reason: Loss::Aborted(words), .. } if words == "Close called"),
            "{lost:?}"
        );
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
