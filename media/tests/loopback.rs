//! The gateway between real sockets: a span on one side, RTP terminals on the other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use media::{
    Command, Config, ConnectionId, Event, Failure, Gateway, Law, Mode, Payload, RtpTerminal,
    RtpTerminalConfig, SpanConfig, SpanTerminal, Statistics, Timeslot, Tone, VoiceReport,
};

const WAIT: Duration = Duration::from_secs(30);
const PCMA: Payload = Payload { pt: 8, law: Law::A };
const PCMU: Payload = Payload {
    pt: 0,
    law: Law::Mu,
};

/// A port nobody has on an address no other test uses.
fn free(host: &str) -> SocketAddr {
    let socket = std::net::UdpSocket::bind((host, 0)).unwrap();
    socket.local_addr().unwrap()
}

struct Bench {
    gateway: Gateway,
    events: Receiver<Event>,
    span: SpanTerminal,
    gateway_port: SocketAddr,
}

impl Bench {
    fn new(host: &str) -> Self {
        let (local, remote) = (free(host), free(host));
        let (report, events) = channel();
        // Deep enough for a machine that is busy with other tests.
        let jitter_depth = Duration::from_millis(200);
        let config = Config {
            jitter_depth,
            ..Config::new(vec![SpanConfig { local, remote }])
        };
        let gateway = Gateway::start(config, move |event| report.send(event).unwrap()).unwrap();
        let span = SpanTerminal::start(remote, local, None).unwrap();
        let bench = Self {
            gateway,
            events,
            span,
            gateway_port: local,
        };
        assert!(matches!(
            bench.event(),
            Event::Span {
                span: 0,
                up: true,
                ..
            }
        ));
        bench
    }

    fn event(&self) -> Event {
        self.events.recv_timeout(WAIT).unwrap()
    }

    fn disconnect(&self, id: ConnectionId) -> Statistics {
        self.gateway.command(Command::Disconnect { id });
        loop {
            if let Event::Disconnected {
                id: which,
                statistics,
            } = self.event()
            {
                assert_eq!(which, id);
                return statistics;
            }
        }
    }

    /// Two seconds of conversation; what was heard in the timeslot and at the terminal.
    fn converse(&self, host: &str, slot: u8, payload: Payload) -> (VoiceReport, VoiceReport) {
        self.converse_at(host, slot, payload, free(host))
    }

    fn converse_at(
        &self,
        host: &str,
        slot: u8,
        payload: Payload,
        local: SocketAddr,
    ) -> (VoiceReport, VoiceReport) {
        let (forward, backward) = (Tone::new(440, Law::A), Tone::new(620, payload.law));
        let terminal = RtpTerminal::start(RtpTerminalConfig {
            local: format!("{host}:0").parse().unwrap(),
            payload,
            say: Some(backward.clone()),
            hear: Some(forward.heard_in(payload.law)),
            observer: None,
        })
        .unwrap();
        let id = ConnectionId(u64::from(slot));
        self.gateway.command(Command::Connect {
            id,
            timeslot: Timeslot { span: 0, slot },
            local,
            remote: Some(terminal.local()),
            payload,
            mode: Mode::RecvOnly,
        });
        self.span
            .open(slot, Some(forward), Some(backward.heard_in(Law::A)))
            .unwrap();
        terminal.connect(local);
        std::thread::sleep(Duration::from_millis(300));
        let mode = Some(Mode::SendRecv);
        self.gateway.command(Command::Modify {
            id,
            remote: None,
            payload: None,
            mode,
        });
        std::thread::sleep(Duration::from_millis(1700));
        let heard = terminal.stop();
        self.disconnect(id);
        (self.span.close(slot), heard)
    }
}

#[test]
fn voice_is_exact_both_ways_in_both_laws() {
    let host = "127.61.1.1";
    let bench = Bench::new(host);
    for (slot, payload) in [(1, PCMA), (31, PCMU)] {
        let (in_timeslot, at_terminal) = bench.converse(host, slot, payload);
        assert!(
            in_timeslot.exact && in_timeslot.samples > 800,
            "{in_timeslot:?}"
        );
        assert!(
            at_terminal.exact && at_terminal.samples > 800,
            "{at_terminal:?}"
        );
    }
}

#[test]
fn two_joined_timeslots_hear_each_other_between_spans_and_within_one() {
    let host = "127.61.1.6";
    let spans = [(); 2].map(|()| SpanConfig {
        local: free(host),
        remote: free(host),
    });
    let (report, events) = channel();
    let config = Config {
        // Deep enough for a machine that is busy with other tests.
        joint_depth: Duration::from_millis(200),
        ..Config::new(spans.to_vec())
    };
    let gateway = Gateway::start(config, move |event| report.send(event).unwrap()).unwrap();
    let switches = spans.map(|span| SpanTerminal::start(span.remote, span.local, None).unwrap());
    let id = ConnectionId(1);
    for b in [
        Timeslot { span: 1, slot: 31 },
        Timeslot { span: 0, slot: 2 },
    ] {
        let a = Timeslot { span: 0, slot: 1 };
        gateway.command(Command::Join { id, a, b });
        std::thread::sleep(Duration::from_millis(500));
        let (forward, backward) = (Tone::new(440, Law::A), Tone::new(620, Law::A));
        let [at_a, at_b] = [a, b].map(|end| (&switches[usize::from(end.span)], end.slot));
        at_a.0
            .open(at_a.1, Some(forward.clone()), Some(backward.clone()))
            .unwrap();
        at_b.0.open(at_b.1, Some(backward), Some(forward)).unwrap();
        std::thread::sleep(Duration::from_millis(1500));
        for (switch, slot) in [at_a, at_b] {
            let heard = switch.close(slot);
            assert!(heard.exact && heard.samples > 800, "{b:?} {heard:?}");
        }
        gateway.command(Command::Disconnect { id });
        let ended = |event| matches!(event, Event::Disconnected { id: which, .. } if which == id);
        while !ended(events.recv_timeout(WAIT).unwrap()) {}
    }
}

/// Waits until as many events as wanted have been heard, other than those of spans.
fn calls(bench: &Bench, count: usize) -> Vec<Event> {
    let mut events = Vec::new();
    while events.len() < count {
        match bench.event() {
            Event::Span { .. } => {}
            event => events.push(event),
        }
    }
    events
}

fn connect(id: u64, slot: u8, local: SocketAddr) -> Command {
    Command::Connect {
        id: ConnectionId(id),
        timeslot: Timeslot { span: 0, slot },
        local,
        remote: None,
        payload: PCMA,
        mode: Mode::SendRecv,
    }
}

#[test]
fn a_thousand_connections_leave_no_port_open() {
    let host = "127.61.1.2";
    let bench = Bench::new(host);
    let ports: Vec<_> = (0..10).map(|_| free(host)).collect();
    for round in 0..100 {
        for (slot, port) in (1..).zip(&ports) {
            bench
                .gateway
                .command(connect(round * 10 + u64::from(slot), slot, *port));
        }
        for slot in 1..=10 {
            bench.gateway.command(Command::Disconnect {
                id: ConnectionId(round * 10 + slot),
            });
        }
    }
    for event in calls(&bench, 1000) {
        assert!(matches!(event, Event::Disconnected { .. }), "{event:?}");
    }
    for port in ports {
        std::net::UdpSocket::bind(port).expect("closed with the connection");
    }
}

#[test]
fn a_port_that_is_taken_fails_the_connection_and_frees_the_timeslot() {
    let host = "127.61.1.3";
    let bench = Bench::new(host);
    let taken = std::net::UdpSocket::bind((host, 0)).unwrap();
    let id = ConnectionId(1);
    bench
        .gateway
        .command(connect(1, 1, taken.local_addr().unwrap()));
    let reason = Failure::Port(std::io::ErrorKind::AddrInUse);
    assert_eq!(calls(&bench, 1), [Event::Failed { id, reason }]);
    bench.gateway.command(connect(1, 1, free(host)));
    bench.gateway.command(Command::Modify {
        id,
        remote: None,
        payload: None,
        mode: None,
    });
    bench.gateway.command(Command::Disconnect { id });
    assert!(matches!(calls(&bench, 1)[..], [Event::Disconnected { .. }]));
    bench.gateway.command(Command::Disconnect { id });
    assert_eq!(
        calls(&bench, 1),
        [Event::Failed {
            id,
            reason: Failure::NoConnection
        }]
    );
}

#[test]
fn random_octets_at_both_ports_disturb_nobody() {
    let host = "127.61.1.4";
    let bench = Bench::new(host);
    let attacker = std::net::UdpSocket::bind((host, 0)).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let (rtp, tdm) = (free(host), bench.gateway_port);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut seed = 7u32;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let length = (seed >> 16) as usize % 400;
                let noise: Vec<u8> = std::iter::repeat_with(|| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as u8
                })
                .take(length)
                .collect();
                for port in [rtp, tdm] {
                    attacker.send_to(&noise, port).unwrap();
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let (in_timeslot, at_terminal) = bench.converse_at(host, 2, PCMA, rtp);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(
            in_timeslot.exact && at_terminal.exact,
            "{in_timeslot:?} {at_terminal:?}"
        );
    });
}

#[test]
fn a_stopped_gateway_leaves_nothing_behind() {
    let host = "127.61.1.5";
    let span = SpanConfig {
        local: free(host),
        remote: free(host),
    };
    let gateway = Gateway::start(Config::new(vec![span]), |_| ()).unwrap();
    gateway.command(connect(1, 1, free(host)));
    drop(gateway);
    Gateway::start(Config::new(vec![span]), |_| ()).expect("the port of the span is free again");
    let packet_time = Duration::from_micros(20_500);
    let config = Config {
        packet_time,
        ..Config::new(vec![])
    };
    assert!(Gateway::start(config, |_| ()).is_err());
}
