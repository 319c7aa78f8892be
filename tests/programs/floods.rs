//! Malformed SIP by the thousand, over UDP and TCP: the gateway answers what can be answered, grows
//! no further, and goes on (RFC 3261 §18.3, §21.4.1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};

use crate::caller::Caller;
use crate::metrics::Metrics;
use crate::programs::{Bench, PATIENCE, Program};
use crate::sounds::{self, Noise};

/// Messages of a flood.
const MANY: usize = 3000;
/// What a gateway may grow by from one flood to the next, in kilobytes.
const GROWTH: u64 = 8 * 1024;

fn gateway(bench: &Bench) -> Program {
    let listen = bench.moved("listen = \"127.0.0.20:5060\"");
    let both = bench.moved("listen = [\"127.0.0.20:5060\", \"tcp:127.0.0.20:5060\"]");
    let gateway = bench.start("gateway", &bench.example("gateway").with(&listen, &both));
    gateway.logs("SIP at");
    gateway
}

/// A connection from a peer of the gateway.
fn connect(to: SocketAddr, from: IpAddr) -> TcpStream {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(from, 0).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.into()
}

/// Says each message on a connection of its own, and hears nothing but answers until it is closed.
fn flood_tcp(to: SocketAddr, from: IpAddr, messages: &[Vec<u8>]) {
    for message in messages {
        let mut stream = connect(to, from);
        // It may be closed before all has been said.
        let _ = stream.write_all(message);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        let answers = heard.is_empty() || heard.starts_with(b"SIP/2.0 ") || heard == b"\r\n";
        assert!(answers, "{:?}", String::from_utf8_lossy(&heard));
    }
}

/// Says requests without Call-ID on one connection, each of which is answered.
fn be_refused(to: SocketAddr, from: IpAddr, times: usize) {
    let mut headers = sounds::MANDATORY.to_vec();
    headers.retain(|header| !header.starts_with("Call-ID"));
    headers[0] = "Via: SIP/2.0/TCP 127.0.0.1:5099;branch=z9hG4bK-noise";
    let request = sounds::invite(&headers);
    let mut stream = connect(to, from);
    let mut buffer = [0; 4096];
    for _ in 0..times {
        stream.write_all(request.as_bytes()).unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(b"\r\n\r\n") {
            let length = stream.read(&mut buffer).unwrap();
            assert!(length > 0, "closed");
            heard.extend_from_slice(&buffer[..length]);
        }
        assert!(heard.starts_with(b"SIP/2.0 400 "), "{heard:?}");
    }
}

#[test]
fn malformed_messages_by_the_thousand_leave_nothing_behind() {
    let bench = Bench::new();
    let gateway = gateway(&bench);
    let admin = bench.address("20:9090");
    let to = bench.address("20:5060");
    let from = bench.address("42:0").ip();
    let mut noise = Noise::new(7);
    let mut flood = || {
        let invite = sounds::invite(&sounds::MANDATORY);
        let messages = noise.messages(invite.as_bytes(), MANY);
        sounds::send(bench.address("42:5099"), &[to], &messages);
        flood_tcp(to, from, &messages[..MANY / 5]);
        be_refused(to, from, MANY / 5);
        Metrics::await_value(admin, "tandem_sip_connections", 0.0);
        gateway.resident()
    };
    // The first one fills the tables that later ones use.
    let before = flood();
    let after = flood();
    assert!(after < before + GROWTH, "{before} kB, then {after} kB");
    let closed = "tandem_sip_transport_total{what=\"not_framed\"}";
    assert!(Metrics::fetch(admin).get(closed) > 0.0);
    // No exchange is there; but that is an answer.
    let mut caller = Caller::new(&bench, "42:5098");
    assert_eq!(caller.invite("+493090026000").refused(480), 38);
    Metrics::await_value(admin, "tandem_calls_up", 0.0);
    gateway.stop();
}
