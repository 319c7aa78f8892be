//! Two ends over loopback, and one against what is no SIP.

mod access;
mod certificates;
mod names;

use std::future::Future;
use std::net::{IpAddr, SocketAddr, TcpListener as StdListener};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use certificates::Certificates;

/// Runs a test as programs run.
fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let test = async { tokio::time::timeout(Duration::from_secs(60), test).await };
    let done = tokio::task::LocalSet::new().block_on(&runtime, test);
    done.expect("no end in a minute")
}

/// A free port for a listener.
fn free(transport: Transport, ip: &str) -> Hop {
    let ip: IpAddr = ip.parse().unwrap();
    let listener = StdListener::bind((ip, 0)).unwrap();
    let address = SocketAddr::new(ip, listener.local_addr().unwrap().port());
    Hop { transport, address }
}

/// One end.
struct End {
    sip: Sip,
    events: mpsc::Receiver<Event>,
    hop: Hop,
}

impl End {
    async fn start(
        listener: impl Into<Listener>,
        tls: Option<TlsConfig>,
        change: impl FnOnce(&mut TcpConfig),
    ) -> Self {
        let mut tcp = TcpConfig::default();
        change(&mut tcp);
        let listener = listener.into();
        let hop = listener.hop;
        let listen = vec![listener];
        let config = Config { listen, tls, tcp };
        let (sip, events) = Sip::start(config, Tap::default()).await.unwrap();
        Self { sip, events, hop }
    }

    async fn at(transport: Transport, ip: &str) -> Self {
        Self::start(free(transport, ip), None, |_| {}).await
    }

    fn send(&self, to: Hop, bytes: impl Into<Bytes>) -> Result<(), Transmit> {
        let bytes = bytes.into();
        let local = self.hop.address;
        self.sip.send(Transmit { bytes, to, local })
    }

    /// What arrives next, and from whom.
    async fn received(&mut self) -> (Bytes, Hop) {
        match self.events.recv().await.unwrap() {
            Event::Received(datagram) => {
                assert_eq!(datagram.local, self.hop.address);
                (datagram.bytes, datagram.from)
            }
            other => panic!("{other:?}"),
        }
    }

    async fn undeliverable(&mut self) -> Transmit {
        match self.events.recv().await.unwrap() {
            Event::Undeliverable(transmit) => transmit,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until something was counted so often.
    async fn counted(&self, tally: Tally, times: u64) {
        while self.sip.counters().get(tally) < times {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// A request that says where its sender listens.
fn request(from: Hop, body: &str) -> String {
    let (transport, address) = (from.transport.name(), from.address);
    format!(
        "OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/{transport} {address};branch=z9hG4bK1\r\n\
         From: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn response(to: Hop) -> String {
    let request = request(to, "");
    let (_, fields) = request.split_once("\r\n").unwrap();
    format!("SIP/2.0 200 OK\r\n{fields}")
}

/// A request there, its response back, and another request on what is there already.
async fn exchange(mut a: End, mut b: End) {
    let (ask, answer) = (request(a.hop, "body"), response(a.hop));
    for _ in 0..2 {
        a.send(b.hop, ask.clone()).unwrap();
        let (bytes, from) = b.received().await;
        assert_eq!(bytes, ask);
        assert_eq!(from.address.ip(), a.hop.address.ip());
        b.send(from, answer.clone()).unwrap();
        let (bytes, from) = a.received().await;
        assert_eq!(bytes, answer);
        assert_eq!(from, b.hop);
    }
    let connections = usize::from(a.hop.transport.is_reliable());
    assert_eq!(
        (a.sip.connections(), b.sip.connections()),
        (connections, connections)
    );
    assert_eq!(a.sip.counters().get(Tally::Opened), connections as u64);
    assert_eq!(b.sip.counters().get(Tally::Accepted), connections as u64);
}

#[test]
fn messages_go_over_udp_and_tcp_by_both_versions_of_ip() {
    for transport in [Transport::Udp, Transport::Tcp] {
        for ip in ["127.0.0.1", "::1"] {
            run(async {
                exchange(End::at(transport, ip).await, End::at(transport, ip).await).await;
            });
        }
    }
}

#[test]
fn messages_go_over_tls_between_those_who_show_certificates() {
    let certificates = Certificates::make("both");
    for ip in ["127.0.0.1", "::1"] {
        run(async {
            let tls = || Some(certificates.config("gateway", "gateway", "required"));
            let a = End::start(free(Transport::Tls, ip), tls(), |_| {}).await;
            let b = End::start(free(Transport::Tls, ip), tls(), |_| {}).await;
            exchange(a, b).await;
        });
    }
}

#[test]
fn who_shows_a_certificate_of_another_host_is_not_spoken_to() {
    let certificates = Certificates::make("names");
    run(async {
        let tls = |name| Some(certificates.config(name, name, "none"));
        let mut a = End::start(free(Transport::Tls, "127.0.0.1"), tls("gateway"), |_| {}).await;
        // Its certificate names no address, but a host.
        let mut b = End::start(free(Transport::Tls, "127.0.0.1"), tls("icscf"), |_| {}).await;
        let ask = request(a.hop, "");
        for (host, believed) in [
            (None, false),
            (Some("other.ims.example"), false),
            (Some("icscf1.ims.example"), true),
        ] {
            if let Some(host) = host {
                a.sip.name(b.hop, host);
            }
            a.send(b.hop, ask.clone()).unwrap();
            if believed {
                assert_eq!(b.received().await.0, ask);
            } else {
                assert_eq!(a.undeliverable().await.bytes, ask);
            }
        }
        assert_eq!(a.sip.counters().get(Tally::Untrusted), 2);
    });
}

#[test]
fn who_shows_no_certificate_or_a_stranger_s_is_not_listened_to() {
    let (ours, theirs) = (Certificates::make("ours"), Certificates::make("theirs"));
    run(async {
        let tls = Some(ours.config("gateway", "gateway", "required"));
        let gateway = End::start(free(Transport::Tls, "127.0.0.1"), tls, |_| {}).await;
        let tls = Some(theirs.config("gateway", "gateway", "none"));
        let mut stranger = End::start(free(Transport::Tls, "127.0.0.1"), tls, |_| {}).await;
        let ask = request(stranger.hop, "");
        stranger.send(gateway.hop, ask.clone()).unwrap();
        assert_eq!(stranger.undeliverable().await.bytes, ask);
        gateway.counted(Tally::Untrusted, 1).await;

        // No TLS at all.
        let mut plain = TcpStream::connect(gateway.hop.address).await.unwrap();
        plain.write_all(ask.as_bytes()).await.unwrap();
        gateway.counted(Tally::Untrusted, 2).await;
        assert_eq!(gateway.sip.connections(), 0);
    });
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let certificates = Certificates::make("files");
    for (certificate, key, expected) in [
        ("gateway", "nobody", "sip.tls.key"),
        ("nobody", "gateway", "sip.tls.certificate"),
        ("gateway", "icscf", "sip.tls.certificate"),
    ] {
        let config = certificates.config(certificate, key, "none");
        let fault = config.file_fault("sip.tls").unwrap();
        assert_eq!(fault.key, expected, "{fault:?}");
        assert!(fault.message.contains(".pem: "), "{fault:?}");
    }
    assert!(
        certificates
            .config("icscf", "icscf", "required")
            .file_fault("sip.tls")
            .is_none()
    );
}

#[test]
fn what_cannot_be_connected_comes_back() {
    run(async {
        let mut a = End::at(Transport::Tcp, "127.0.0.1").await;
        let nobody = free(Transport::Tcp, "127.0.0.1");
        a.send(nobody, "1").unwrap();
        a.send(nobody, "2").unwrap();
        assert_eq!(a.undeliverable().await.bytes, "1");
        assert_eq!(a.undeliverable().await.bytes, "2");
        assert_eq!(a.sip.counters().get(Tally::NotOpened), 1);
        assert_eq!(a.sip.connections(), 0);
    });
}

#[test]
fn a_response_whose_connection_is_gone_goes_to_where_its_via_says() {
    run(async {
        let mut a = End::at(Transport::Tcp, "127.0.0.1").await;
        let mut b = End::at(Transport::Tcp, "127.0.0.1").await;
        let mut once = TcpStream::connect(b.hop.address).await.unwrap();
        once.write_all(request(a.hop, "").as_bytes()).await.unwrap();
        let (_, from) = b.received().await;
        drop(once);
        while b.sip.connections() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        b.send(from, response(a.hop)).unwrap();
        assert_eq!(a.received().await.0, response(a.hop));
    });
}

#[test]
fn connections_are_limited_by_peer() {
    run(async {
        let gateway = End::start(free(Transport::Tcp, "127.0.0.1"), None, |tcp| {
            tcp.connections_per_peer = 2;
        })
        .await;
        let mut kept = Vec::new();
        for _ in 0..2 {
            kept.push(TcpStream::connect(gateway.hop.address).await.unwrap());
        }
        gateway.counted(Tally::Accepted, 2).await;
        let mut third = TcpStream::connect(gateway.hop.address).await.unwrap();
        assert_eq!(third.read(&mut [0]).await.unwrap(), 0, "closed");
        assert_eq!(gateway.sip.counters().get(Tally::TurnedAway), 1);
        // One goes, another may come.
        kept.pop();
        while gateway.sip.connections() > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kept.push(TcpStream::connect(gateway.hop.address).await.unwrap());
        gateway.counted(Tally::Accepted, 3).await;
    });
}

#[test]
fn keepalives_are_answered_and_noise_ends_the_connection() {
    run(async {
        let mut gateway = End::at(Transport::Tcp, "127.0.0.1").await;
        let mut peer = TcpStream::connect(gateway.hop.address).await.unwrap();
        peer.write_all(b"\r\n\r\n").await.unwrap();
        let mut pong = [0; 2];
        peer.read_exact(&mut pong).await.unwrap();
        assert_eq!(&pong, b"\r\n");
        let ask = request(gateway.hop, "");
        peer.write_all(&[ask.as_bytes(), b"GET / HTTP/1.1\r\n"].concat())
            .await
            .unwrap();
        assert_eq!(gateway.received().await.0, ask);
        gateway.counted(Tally::NotFramed, 1).await;
        assert_eq!(peer.read(&mut [0]).await.unwrap_or(0), 0, "closed");
    });
}

#[test]
fn a_peer_that_does_not_read_gets_no_more() {
    run(async {
        let gateway = End::at(Transport::Tcp, "127.0.0.1").await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let deaf = Hop {
            transport: Transport::Tcp,
            address: listener.local_addr().unwrap(),
        };
        let message = Bytes::from(vec![b'x'; 60_000]);
        let mut sent = 0;
        while gateway.send(deaf, message.clone()).is_ok() {
            sent += message.len();
            assert!(sent < 100 * 1024 * 1024, "without bound");
            tokio::task::yield_now().await;
        }
        assert_eq!(gateway.sip.connections(), 1);
    });
}

#[test]
fn stopping_sends_what_waits() {
    run(async {
        let a = End::at(Transport::Tcp, "127.0.0.1").await;
        let mut b = End::at(Transport::Tcp, "127.0.0.1").await;
        let ask = request(a.hop, "");
        a.send(b.hop, ask.clone()).unwrap();
        a.sip.stop().await;
        assert_eq!(b.received().await.0, ask);
    });
}
