//! The tap of the stack in user space; what every stack has to do is told in `tests/support`.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use protocols::sctp::Config;

use super::*;
use crate::tap::{Observer, Packet, Tap};

/// A loopback address no other test uses.
pub(crate) fn address() -> SocketAddr {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let last = NEXT.fetch_add(1, Ordering::Relaxed);
    (Ipv4Addr::new(127, high | 0x80, low, last), 9899).into()
}

fn quick() -> Config {
    Config {
        rto_initial: Duration::from_millis(20),
        init_retries: 1,
        ..Config::default()
    }
}

fn listener(local: Vec<SocketAddr>) -> Userspace {
    let mut server = Userspace::new(quick(), Tap::default());
    server.listen(&Listen { local, port: 2905 }).unwrap();
    server
}

fn to(remote: Vec<SocketAddr>) -> Connect {
    Connect {
        local: vec![address()],
        local_port: 2905,
        remote,
        port: 2905,
    }
}

/// Echoes what it receives until its association ends; answers how.
async fn echo(mut server: Userspace) -> Event {
    loop {
        match server.event().await {
            Event::Message {
                association,
                stream,
                ppid,
                payload,
            } => server.send(association, stream, ppid, payload).unwrap(),
            end @ (Event::Closed { .. } | Event::Lost { .. }) => return end,
            Event::Up { .. } | Event::Restarted { .. } | Event::Path { .. } => {}
        }
    }
}

#[derive(Default)]
struct Count(AtomicUsize, AtomicUsize);

impl Observer for Count {
    fn packet(&self, packet: &Packet<'_>) {
        match packet.seen {
            crate::tap::Seen::Sent => self.0.fetch_add(1, Ordering::Relaxed),
            crate::tap::Seen::Received => self.1.fetch_add(1, Ordering::Relaxed),
        };
    }
}

#[tokio::test]
async fn messages_go_there_and_back_and_the_tap_sees_them() {
    let at = address();
    let server = listener(vec![at]);
    let count = Arc::new(Count::default());
    let mut client = Userspace::new(quick(), Tap::new(count.clone()));
    let association = client.connect(&to(vec![at])).unwrap();
    let client = async {
        assert!(matches!(client.event().await, Event::Up { .. }));
        let payload = Bytes::from(vec![5; 20_000]);
        client.send(association, 4, 3, payload.clone()).unwrap();
        let message = Event::Message {
            association,
            stream: 4,
            ppid: 3,
            payload,
        };
        assert_eq!(client.event().await, message);
        client.shutdown(association);
        assert_eq!(client.event().await, Event::Closed { association });
    };
    let (_, end) = tokio::join!(client, echo(server));
    assert!(matches!(end, Event::Closed { .. }));
    let Count(sent, received) = &*count;
    assert!(sent.load(Ordering::Relaxed) > 15 && received.load(Ordering::Relaxed) > 15);
}

/// Reads at the far end whenever a packet is shown: nothing may have arrived yet.
struct FarEnd(UdpSocket);

impl Observer for FarEnd {
    fn packet(&self, packet: &Packet<'_>) {
        let mut buffer = [0; 2048];
        let arrived = self.0.recv(&mut buffer).map_err(|error| error.kind());
        assert_eq!(arrived, Err(std::io::ErrorKind::WouldBlock), "{packet:?}");
    }
}

#[tokio::test]
async fn a_packet_is_shown_before_it_is_sent() {
    let socket = UdpSocket::bind(address()).unwrap();
    socket.set_nonblocking(true).unwrap();
    let at = socket.local_addr().unwrap();
    let far_end = Arc::new(FarEnd(socket));
    let mut client = Userspace::new(quick(), Tap::new(far_end.clone()));
    client.connect(&to(vec![at])).unwrap();
    client.drain();
    assert!(far_end.0.recv(&mut [0; 2048]).is_ok(), "INIT");
}
