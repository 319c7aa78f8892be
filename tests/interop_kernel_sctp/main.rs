//! The backend on the kernel's SCTP, in a guest that has it: the suite of all backends, and what
//! only networks that fail can show.
#![allow(clippy::unwrap_used, clippy::panic)]

mod failures;
#[path = "../support/guest.rs"]
mod guest;
#[path = "../support/two_networks.rs"]
mod network;
mod over_udp;
mod paths;
#[path = "../support/sctp_suite.rs"]
mod sctp_suite;
mod shown;

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use protocols::sctp::{Config, Path};
use tandem::sctp::{AssociationId, Connect, Event, Kernel, Listen, Paths, Sctp};

use network::{block_on, sh};
use sctp_suite::Lab;

const M3UA: u32 = 3;
const PORT: u16 = 2905;

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
