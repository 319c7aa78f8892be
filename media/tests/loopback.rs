//! The gateway between real sockets: a span on one side, RTP terminals on the other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use media::{
    Command, Config, ConnectionId, Event, Gateway, Law, Mode, Payload, RtpTerminal,
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
        let (forward, backward) = (Tone::new(440, Law::A), Tone::new(620, payload.law));
        let local = free(host);
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
