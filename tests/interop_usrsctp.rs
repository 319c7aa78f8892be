//! Our SCTP against usrsctp, both over UDP encapsulation (RFC 6951).
//!
//! The peer is `support/usrsctp_peer.c`, compiled here against libusrsctp (Debian:
//! libusrsctp-dev). Without compiler or library the tests are skipped, unless `CI` is set.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use protocols::sctp::Config;
use tandem::sctp::{AssociationId, Connect, Event, Listen, Loss, Sctp, Userspace};
use tandem::tap::Tap;

const M3UA: u32 = 3;
const SCTP_PORT: u16 = 2905;

/// The foreign peer's process, ended with the test.
struct Peer {
    process: Child,
    words: BufReader<ChildStdout>,
}

impl Peer {
    fn start(program: &Path, role: &str, ports: Ports) -> Self {
        let ports = [ports.theirs, SCTP_PORT, ports.ours].map(|port| port.to_string());
        let mut process = Command::new(program)
            .arg(role)
            .args(ports)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let words = BufReader::new(process.stdout.take().unwrap());
        Self { process, words }
    }

    /// The next thing it says; nothing at its end.
    fn says(&mut self) -> String {
        let mut line = String::new();
        self.words.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It has gone by itself, unless the test failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// UDP ports of the encapsulation.
#[derive(Clone, Copy)]
struct Ports {
    ours: u16,
    theirs: u16,
}

impl Ports {
    fn free() -> Self {
        let sockets = [(); 2].map(|()| UdpSocket::bind("0.0.0.0:0").unwrap());
        let [ours, theirs] = sockets.map(|socket| socket.local_addr().unwrap().port());
        Self { ours, theirs }
    }
}

fn loopback(port: u16) -> SocketAddr {
    ([127, 0, 0, 1], port).into()
}

/// Compiles the peer. None, and a line that says so, where that cannot be.
fn compile() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (process, thread) = (std::process::id(), std::thread::current().id());
    let fresh = folder.join(format!("usrsctp_peer-{process}-{thread:?}"));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/usrsctp_peer.c");
    let compiled = Command::new("gcc")
        .args(["-Wall", "-Wextra", "-Werror", "-o"])
        .arg(&fresh)
        .args([source, "-lusrsctp", "-lpthread"])
        .status();
    if compiled.is_ok_and(|status| status.success()) {
        // Tests that run at the same time replace each other's, which are alike.
        let program = folder.join("usrsctp_peer");
        std::fs::rename(&fresh, &program).unwrap();
        return Some(program);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the usrsctp peer does not compile: gcc and libusrsctp-dev are needed"
    );
    println!("skipped: gcc and libusrsctp-dev are needed");
    None
}

fn config() -> Config {
    Config {
        rto_initial: Duration::from_millis(100),
        heartbeat_interval: Duration::from_millis(300),
        ..Config::default()
    }
}

async fn event(sctp: &mut Userspace) -> Event {
    let event = tokio::time::timeout(Duration::from_secs(60), sctp.event());
    event
        .await
        .unwrap_or_else(|_| panic!("no event for a minute"))
}

async fn up(sctp: &mut Userspace) -> AssociationId {
    match event(sctp).await {
        Event::Up { association, .. } => association,
        other => panic!("expected the association to come up: {other:?}"),
    }
}

async fn listen(program: &Path) -> (Userspace, Peer, AssociationId, Ports) {
    let ports = Ports::free();
    let mut sctp = Userspace::new(config(), Tap::default());
    let local = vec![loopback(ports.ours)];
    let port = SCTP_PORT;
    sctp.listen(&Listen { local, port }).unwrap();
    let mut peer = Peer::start(program, "connect", ports);
    let association = up(&mut sctp).await;
    assert_eq!(peer.says(), "up");
    (sctp, peer, association, ports)
}

async fn connect(program: &Path) -> (Userspace, Peer, AssociationId) {
    let ports = Ports::free();
    let mut peer = Peer::start(program, "listen", ports);
    assert_eq!(peer.says(), "listening");
    let mut sctp = Userspace::new(config(), Tap::default());
    let connect = Connect {
        local: vec![loopback(ports.ours)],
        local_port: SCTP_PORT,
        remote: vec![loopback(ports.theirs)],
        port: SCTP_PORT,
    };
    let association = sctp.connect(&connect).unwrap();
    assert_eq!(up(&mut sctp).await, association);
    assert_eq!(peer.says(), "up");
    (sctp, peer, association)
}

/// Messages on several streams, a large one among them, come back as they went.
async fn exchange(sctp: &mut Userspace, association: AssociationId) {
    for (stream, length) in [(0, 1), (1, 100), (5, 3000), (16, 60_000)] {
        let payload: Bytes = (0..length).map(|index: u32| (index % 253) as u8).collect();
        sctp.send(association, stream, M3UA, payload.clone())
            .unwrap();
        let expected = Event::Message {
            association,
            stream,
            ppid: M3UA,
            payload,
        };
        assert!(event(sctp).await == expected, "stream {stream}");
    }
}

fn order(sctp: &mut Userspace, association: AssociationId, order: &'static str) {
    let payload = Bytes::from_static(order.as_bytes());
    sctp.send(association, 1, M3UA, payload).unwrap();
}

#[tokio::test]
async fn they_connect_and_we_shut_down() {
    let Some(program) = compile() else { return };
    let (mut sctp, mut peer, association, _) = listen(&program).await;
    exchange(&mut sctp, association).await;
    sctp.shutdown(association);
    assert_eq!(event(&mut sctp).await, Event::Closed { association });
    assert_eq!(peer.says(), "eof");
}

#[tokio::test]
async fn they_connect_and_shut_down() {
    let Some(program) = compile() else { return };
    let (mut sctp, mut peer, association, _) = listen(&program).await;
    exchange(&mut sctp, association).await;
    order(&mut sctp, association, "close");
    assert_eq!(event(&mut sctp).await, Event::Closed { association });
    assert_eq!(peer.says(), "eof");
}

#[tokio::test]
async fn we_connect_and_shut_down() {
    let Some(program) = compile() else { return };
    let (mut sctp, mut peer, association) = connect(&program).await;
    exchange(&mut sctp, association).await;
    sctp.shutdown(association);
    assert_eq!(event(&mut sctp).await, Event::Closed { association });
    assert_eq!(peer.says(), "eof");
}

#[tokio::test]
async fn we_connect_and_they_shut_down() {
    let Some(program) = compile() else { return };
    let (mut sctp, mut peer, association) = connect(&program).await;
    exchange(&mut sctp, association).await;
    order(&mut sctp, association, "close");
    assert_eq!(event(&mut sctp).await, Event::Closed { association });
    assert_eq!(peer.says(), "eof");
}

#[tokio::test]
async fn they_abort() {
    let Some(program) = compile() else { return };
    let (mut sctp, _peer, association) = connect(&program).await;
    order(&mut sctp, association, "abort");
    let end = event(&mut sctp).await;
    assert!(
        matches!(
            end,
            Event::Lost {
                reason: Loss::Aborted(_),
                ..
            }
        ),
        "{end:?}"
    );
}

#[tokio::test]
async fn we_abort() {
    let Some(program) = compile() else { return };
    let (mut sctp, mut peer, association) = connect(&program).await;
    sctp.abort(association);
    let reason = Loss::Abandoned;
    assert_eq!(
        event(&mut sctp).await,
        Event::Lost {
            association,
            reason
        }
    );
    assert_eq!(peer.says(), "reset");
}

#[tokio::test]
async fn they_die() {
    let Some(program) = compile() else { return };
    let (mut sctp, _peer, association) = connect(&program).await;
    order(&mut sctp, association, "die");
    let reason = Loss::Unreachable;
    assert_eq!(
        event(&mut sctp).await,
        Event::Lost {
            association,
            reason
        }
    );
}

#[tokio::test]
async fn they_start_again() {
    let Some(program) = compile() else { return };
    let (mut sctp, mut peer, association, ports) = listen(&program).await;
    order(&mut sctp, association, "die");
    let dead = async {
        // Its last word: the end of its output.
        let said = tokio::task::spawn_blocking(move || peer.says());
        assert_eq!(said.await.unwrap(), "");
    };
    tokio::select! {
        end = sctp.event() => panic!("noticed too early: {end:?}"),
        () = dead => {}
    }
    let _again = Peer::start(&program, "connect", ports);
    let restarted = event(&mut sctp).await;
    assert!(
        matches!(restarted, Event::Restarted { association: same, .. } if same == association),
        "{restarted:?}"
    );
    exchange(&mut sctp, association).await;
}
