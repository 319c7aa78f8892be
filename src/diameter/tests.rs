//! Both ends over loopback, and each against what is no Diameter.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use codecs::diameter::cx::{LocationInfoAnswer, result};
use codecs::diameter::{Outcome, ResultCode};
use protocols::diameter::Failure;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;
use crate::tap::{Observer, Packet, Seen, Tap, Transport};

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn server_config() -> ServerConfig {
    ServerConfig {
        host: "hss.ims.example".into(),
        realm: "ims.example".into(),
        listen: ANY_PORT,
        peers: Vec::new(),
        connections: 64,
        watchdog_s: 30,
    }
}

fn client_config(connect: SocketAddr) -> ClientConfig {
    ClientConfig {
        host: "icscf.ims.example".into(),
        realm: "ims.example".into(),
        connect,
        local: Some(Ipv4Addr::LOCALHOST.into()),
        destination_realm: None,
        destination_host: Some("hss.ims.example".into()),
        answer_ms: 5_000,
        watchdog_s: 30,
    }
}

async fn server(config: ServerConfig) -> Server {
    let (server, queries) = Server::start(config, Tap::default()).await.unwrap();
    tokio::spawn(subscribers(queries));
    server
}

/// An HSS with one subscriber. It is at a loss about a certain other one.
async fn subscribers(mut queries: mpsc::Receiver<Query>) {
    while let Some(query) = queries.recv().await {
        match query.request.public_identity.as_str() {
            "tel:+491715407090" => query.answer(LocationInfoAnswer::found("sip:scscf.ims.example")),
            "tel:+1" => drop(query),
            _ => query.answer(LocationInfoAnswer::failed(result::USER_UNKNOWN)),
        }
    }
}

async fn open_client(server: &Server) -> Client {
    let client = Client::start(client_config(server.local()), Tap::default());
    client.opened().await;
    client
}

async fn finds_its_subscriber(client: &Client) {
    let answer = client.location_info("tel:+491715407090").await;
    let expected = LocationInfoAnswer::found("sip:scscf.ims.example");
    assert_eq!(answer, Ok(expected));
}

#[tokio::test]
async fn queries_are_answered_each_with_its_own_answer() {
    let server = server(server_config()).await;
    let client = open_client(&server).await;
    let (found, unknown, unable) = tokio::join!(
        client.location_info("tel:+491715407090"),
        client.location_info("sip:nobody@ims.example"),
        client.location_info("tel:+1"),
    );
    let found = found.unwrap().server_name;
    assert_eq!(found.as_deref(), Some("sip:scscf.ims.example"));
    assert_eq!(unknown.unwrap().outcome, result::USER_UNKNOWN);
    let expected = Outcome::Base(ResultCode::UNABLE_TO_COMPLY);
    assert_eq!(unable.unwrap().outcome, expected);
    assert_eq!(client.counters().queries.get(), 3);
    assert_eq!(server.counters().queries.get(), 3);
}

#[tokio::test]
async fn many_clients_share_a_server() {
    let server = server(server_config()).await;
    let mut clients = Vec::new();
    for _ in 0..8 {
        clients.push(open_client(&server).await);
    }
    for client in &clients {
        finds_its_subscriber(client).await;
    }
    assert_eq!(server.counters().opened.get(), 8);
}

#[tokio::test]
async fn both_part_in_order() {
    let server = server(server_config()).await;
    let (first, second) = (open_client(&server).await, open_client(&server).await);
    first.stop().await;
    assert_eq!(first.location_info("tel:+1").await, Err(Failure::NotOpen));
    server.stop().await;
    assert_eq!(server.counters().lost.get(), 0);
    assert_eq!(second.counters().lost.get(), 0);
}

#[tokio::test]
async fn both_may_leave_at_once() {
    let server = server(server_config()).await;
    let client = open_client(&server).await;
    tokio::join!(client.stop(), server.stop());
    assert_eq!(server.counters().lost.get(), 0);
    assert_eq!(client.counters().lost.get(), 0);
}

#[tokio::test]
async fn a_connection_that_is_never_used_is_no_loss() {
    let server = server(server_config()).await;
    drop(TcpStream::connect(server.local()).await.unwrap());
    // Accepted after the probe, so the probe has its task.
    finds_its_subscriber(&open_client(&server).await).await;
    server.stop().await;
    assert_eq!(server.counters().lost.get(), 0);
}

#[tokio::test]
async fn a_client_comes_back_when_the_server_does() {
    let first = server(server_config()).await;
    let local = first.local();
    let client = open_client(&first).await;
    finds_its_subscriber(&client).await;
    first.stop().await;
    drop(first);
    while client.location_info("tel:+491715407090").await != Err(Failure::NotOpen) {}
    let _second = server(ServerConfig {
        listen: local,
        ..server_config()
    })
    .await;
    client.opened().await;
    finds_its_subscriber(&client).await;
    assert_eq!(client.counters().opened.get(), 2);
}

/// Reads until the other side closes; what it sent.
async fn until_closed(stream: &mut TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    // A reset is a close, too: the other side did not read all we sent.
    let _ = stream.read_to_end(&mut received).await;
    received
}

#[tokio::test]
async fn garbage_closes_the_connection_and_harms_no_other() {
    let server = server(server_config()).await;
    let client = open_client(&server).await;
    let garbage: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\n\r\n",
        &[1, 0, 0, 3],
        &[1, 0xFF, 0xFF, 0xFC, 0x80, 0, 1, 1],
        // A watchdog request before capabilities.
        &[
            1, 0, 0, 20, 0x80, 0, 1, 24, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,
        ],
    ];
    for octets in garbage {
        let mut stream = TcpStream::connect(server.local()).await.unwrap();
        stream.write_all(octets).await.unwrap();
        assert_eq!(until_closed(&mut stream).await, [0; 0]);
    }
    finds_its_subscriber(&client).await;
    // All tasks have ended then, and counted.
    server.stop().await;
    assert_eq!(server.counters().garbage.get(), 4);
}

#[tokio::test]
async fn a_server_that_talks_garbage_is_tried_again() {
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let local = listener.local_addr().unwrap();
    let client = Client::start(client_config(local), Tap::default());
    for _ in 0..2 {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400\r\n\r\n").await.unwrap();
        let received = until_closed(&mut stream).await;
        // Our capabilities at most, if they were on their way already.
        assert!(received.first().is_none_or(|&version| version == 1));
    }
    assert_eq!(client.location_info("tel:+1").await, Err(Failure::NotOpen));
    client.stop().await;
    assert_eq!(client.counters().garbage.get(), 2);
}

#[tokio::test]
async fn no_more_connections_than_there_may_be() {
    let server = server(ServerConfig {
        connections: 1,
        ..server_config()
    })
    .await;
    let client = open_client(&server).await;
    let mut second = TcpStream::connect(server.local()).await.unwrap();
    until_closed(&mut second).await;
    assert_eq!(server.counters().turned_away.get(), 1);
    finds_its_subscriber(&client).await;
}

#[tokio::test]
async fn an_unknown_host_is_refused() {
    let server = server(ServerConfig {
        peers: vec!["other.ims.example".into()],
        ..server_config()
    })
    .await;
    let client = Client::start(client_config(server.local()), Tap::default());
    while client.counters().lost.get() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.location_info("tel:+1").await, Err(Failure::NotOpen));
    assert_eq!(client.counters().opened.get(), 0);
}

#[derive(Default)]
struct Seer(Mutex<Vec<(Seen, SocketAddr, Vec<u8>)>>);

impl Observer for Seer {
    fn packet(&self, packet: &Packet<'_>) {
        assert_eq!(packet.transport, Transport::Tcp);
        let seen = (packet.seen, packet.to, packet.payload.to_vec());
        self.0.lock().unwrap().push(seen);
    }
}

#[tokio::test]
async fn the_tap_sees_every_octet() {
    let server = server(server_config()).await;
    let seer = Arc::new(Seer::default());
    let client = Client::start(client_config(server.local()), Tap::new(seer.clone()));
    client.opened().await;
    finds_its_subscriber(&client).await;
    client.stop().await;
    let seen = seer.0.lock().unwrap();
    let octets = |which| {
        let packets = seen.iter().filter(move |(seen, ..)| *seen == which);
        packets.flat_map(|(_, _, octets)| octets.clone())
    };
    let mut sent = octets(Seen::Sent).collect::<Vec<u8>>().as_slice().into();
    let mut received = octets(Seen::Received)
        .collect::<Vec<u8>>()
        .as_slice()
        .into();
    let mut commands = Vec::new();
    for stream in [&mut sent, &mut received] {
        while let Some(octets) = codecs::diameter::take_message(stream, 4096).unwrap() {
            let message = codecs::diameter::Message::decode(&octets).unwrap();
            commands.push((message.header.command.0, message.header.request));
        }
    }
    let expected = [257, 302, 282].map(|command| (command, true));
    let answers = expected.map(|(command, _)| (command, false));
    assert_eq!(commands, [expected, answers].concat());
    assert!(
        seen.iter()
            .filter(|(seen, ..)| *seen == Seen::Sent)
            .all(|(_, to, _)| *to == server.local())
    );
}

/// Reads at the far end when octets are shown, and notes how many had arrived by then.
struct FarEnd(std::net::TcpListener, mpsc::UnboundedSender<usize>);

impl Observer for FarEnd {
    fn packet(&self, _: &Packet<'_>) {
        let (mut stream, _) = self.0.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        let arrived = std::io::Read::read(&mut stream, &mut [0; 2048]);
        // The test may have its answer already.
        let _ = self.1.send(arrived.unwrap_or(0));
    }
}

#[tokio::test]
async fn octets_are_shown_before_they_are_sent() {
    let listener = std::net::TcpListener::bind(ANY_PORT).unwrap();
    let local = listener.local_addr().unwrap();
    let (arrived, mut early) = mpsc::unbounded_channel();
    let far_end = Arc::new(FarEnd(listener, arrived));
    let _client = Client::start(client_config(local), Tap::new(far_end));
    assert_eq!(early.recv().await, Some(0));
}

#[test]
fn configuration_faults_name_their_keys() {
    let client = ClientConfig {
        host: "bad host".into(),
        answer_ms: 0,
        watchdog_s: 5,
        ..client_config(ANY_PORT)
    };
    let keys = |faults: Vec<crate::config::Fault>| -> Vec<String> {
        faults.into_iter().map(|fault| fault.key).collect()
    };
    assert_eq!(
        keys(client.faults("cx")),
        ["cx.host", "cx.watchdog_s", "cx.answer_ms"]
    );
    let server = ServerConfig {
        realm: "a..b".into(),
        connections: 0,
        ..server_config()
    };
    assert_eq!(keys(server.faults("cx")), ["cx.realm", "cx.connections"]);
    assert_eq!(keys(server_config().faults("cx")), [""; 0]);
}
