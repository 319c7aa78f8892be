//! The packet path of the media gateway: CPU time of its thread, system calls included, for
//! conversations in every timeslot of some spans, over real sockets and as fast as they are spoken:
//! 20 ms of CPU time for 20 ms of voice would be a whole core.
#![allow(missing_docs, clippy::unwrap_used)]

use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use media::{Command, Config, ConnectionId, Gateway, Law, Mode, Payload, SpanConfig, Timeslot};

const HOST: &str = "127.62.1.1";
/// Where nobody else has ports.
const GATEWAY: &str = "127.62.1.2";
const SPANS: u16 = 16;
const SLOTS: u8 = 31;
const PATIENCE: Duration = Duration::from_secs(10);

/// A far end and the port of the gateway it speaks to.
struct Peer {
    socket: UdpSocket,
    gateway: SocketAddr,
}

impl Peer {
    /// `port` is the gateway's.
    fn new(port: u16) -> Self {
        let socket = UdpSocket::bind((HOST, 0)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            socket,
            gateway: SocketAddr::new(GATEWAY.parse().unwrap(), port),
        }
    }

    fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }
}

struct Bench {
    _gateway: Gateway,
    switches: Vec<Peer>,
    terminals: Vec<Peer>,
    payload: Payload,
    packets: u16,
    /// When the next millisecond is said.
    due: Instant,
}

impl Bench {
    fn new(payload: Payload) -> Self {
        let switches: Vec<Peer> = (2142..).take(SPANS.into()).map(Peer::new).collect();
        let ports = (20_000..).step_by(2);
        let conversations = usize::from(SPANS) * usize::from(SLOTS);
        let terminals: Vec<Peer> = ports.take(conversations).map(Peer::new).collect();
        let spans = switches
            .iter()
            .map(|switch| SpanConfig {
                local: switch.gateway,
                remote: switch.address(),
            })
            .collect();
        let (report, events) = channel();
        let gateway = Gateway::start(Config::new(spans), move |event| {
            let _ = report.send(event);
        })
        .unwrap();
        for (number, terminal) in (0..).zip(&terminals) {
            terminal.socket.set_nonblocking(true).unwrap();
            let timeslot = Timeslot {
                span: number / u16::from(SLOTS),
                slot: 1 + (number % u16::from(SLOTS)) as u8,
            };
            gateway.command(Command::Connect {
                id: ConnectionId(number.into()),
                timeslot,
                local: terminal.gateway,
                remote: Some(terminal.address()),
                payload,
                mode: Mode::SendRecv,
            });
        }
        // Refused, which says that everything before it has been obeyed.
        gateway.command(Command::Disconnect {
            id: ConnectionId(u64::MAX),
        });
        events.recv_timeout(PATIENCE).unwrap();
        Self {
            _gateway: gateway,
            switches,
            terminals,
            payload,
            packets: 0,
            due: Instant::now(),
        }
    }

    /// Twenty milliseconds: twenty packets of each span there and back, one of each RTP stream
    /// there and back.
    fn pass(&mut self) {
        let mut rtp = [0xD5; 172];
        rtp[..2].copy_from_slice(&[0x80, self.payload.pt]);
        rtp[2..4].copy_from_slice(&self.packets.to_be_bytes());
        rtp[4..8].copy_from_slice(&(u32::from(self.packets) * 160).to_be_bytes());
        let mut received = [0; 252];
        for terminal in &self.terminals {
            terminal.socket.send_to(&rtp, terminal.gateway).unwrap();
            while terminal.socket.recv(&mut received).is_ok() {}
        }
        let mut tdm = [0xD5; 252];
        tdm[..2].fill(0);
        for millisecond in 0..20 {
            std::thread::sleep(self.due.saturating_duration_since(Instant::now()));
            self.due += Duration::from_millis(1);
            let number = self.packets.wrapping_mul(20).wrapping_add(millisecond);
            tdm[2..4].copy_from_slice(&number.to_be_bytes());
            for switch in &self.switches {
                switch.socket.send_to(&tdm, switch.gateway).unwrap();
            }
            for switch in &self.switches {
                switch.socket.recv(&mut received).unwrap();
            }
        }
        self.packets = self.packets.wrapping_add(1);
    }
}

fn clock(which: libc::clockid_t) -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to `time`, which outlives the call.
    unsafe { libc::clock_gettime(which, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// What all threads but this one have used: that is the gateway's.
fn used() -> Duration {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID) - clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

fn relay(c: &mut Criterion) {
    let mut group = c.benchmark_group("20 ms of 16 E1, both ways");
    group.sample_size(10);
    group.throughput(Throughput::Elements(u64::from(SPANS) * u64::from(SLOTS)));
    for (name, payload) in [
        ("alaw", Payload { pt: 8, law: Law::A }),
        (
            "ulaw",
            Payload {
                pt: 0,
                law: Law::Mu,
            },
        ),
    ] {
        let mut bench = Bench::new(payload);
        group.bench_function(name, |b| {
            b.iter_custom(|passes| {
                let before = used();
                (0..passes).for_each(|_| bench.pass());
                used() - before
            });
        });
    }
    group.finish();
}

criterion_group!(benches, relay);
criterion_main!(benches);
