use std::collections::BTreeMap;

use codecs::cesopsn::Packet;
use codecs::g711::Law;
use codecs::rtp::{Header, PayloadType};

use super::*;
use crate::comparer::{ExactComparer, VoiceReport};
use crate::packetiser::Packetiser;
use crate::tone::Tone;

const SWITCH: &str = "127.0.0.10:40000";
const TERMINAL: &str = "127.0.0.43:50000";
const PCMA: Payload = Payload { pt: 8, law: Law::A };
const PCMU: Payload = Payload {
    pt: 0,
    law: Law::Mu,
};

/// 20 ms, 60 ms, 3 ms.
pub(super) const DEPTHS: Depths = Depths {
    packet: 160,
    jitter: 480,
    joint: 3,
};

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// What the fabric has sent.
#[derive(Default)]
struct Sent {
    tdm: Vec<Vec<u8>>,
    rtp: Vec<(SocketAddr, Vec<u8>)>,
}

impl Lines for Sent {
    fn tdm(&mut self, _span: usize, packet: &[u8; PACKET]) {
        self.tdm.push(packet.to_vec());
    }

    fn rtp(&mut self, _connection: usize, to: SocketAddr, packet: &[u8]) {
        self.rtp.push((to, packet.to_vec()));
    }
}

struct Bench {
    fabric: Fabric,
    sent: Sent,
    start: Instant,
    switch: Transmitter,
}

impl Bench {
    fn new() -> Self {
        let start = Instant::now();
        let fabric = Fabric::new([address(SWITCH)].into_iter(), DEPTHS, start);
        Self {
            fabric,
            sent: Sent::default(),
            start,
            switch: Transmitter::new(65_500),
        }
    }

    fn connect(&mut self, id: u64, slot: u8, payload: Payload, mode: Mode) -> usize {
        self.fabric.connect(&plan(id, slot, payload, mode)).unwrap()
    }

    fn tdm(&mut self, at: u64, from: &str, datagram: &[u8]) {
        let now = self.start + milliseconds(at);
        self.fabric
            .tdm_received(0, address(from), datagram, now, &mut self.sent);
        self.fabric.answer(&mut self.sent);
    }

    /// The switch's next packet, arriving at once.
    fn tick(&mut self, at: u64) {
        let packet = *self.switch.packet(false);
        self.tdm(at, SWITCH, &packet);
    }

    /// The thread wakes and does all that is due, in as many goes as it takes.
    fn timeout(&mut self, at: u64) {
        let now = self.start + milliseconds(at);
        self.fabric.handle_timeout(now, &mut self.sent);
        while self.fabric.poll_timeout().is_some_and(|due| due <= now) {
            self.fabric.handle_timeout(now, &mut self.sent);
        }
    }

    fn disconnect(&mut self, id: u64) -> Statistics {
        self.fabric.disconnect(ConnectionId(id)).unwrap().1
    }
}

fn plan(id: u64, slot: u8, payload: Payload, mode: Mode) -> Plan {
    Plan {
        id: ConnectionId(id),
        timeslot: Timeslot { span: 0, slot },
        remote: Some(address(TERMINAL)),
        payload,
        mode,
    }
}

/// Says a tone over RTP.
struct Speaker {
    tone: Tone,
    said: u64,
    packetiser: Packetiser,
}

impl Speaker {
    fn new(hertz: u16, payload: Payload) -> Self {
        let payload_type = PayloadType::new(payload.pt).unwrap();
        let (sequence, timestamp) = (u16::MAX - 5, u32::MAX - 1000);
        let header = Header {
            marker: true,
            payload_type,
            sequence,
            timestamp,
            ssrc: 1,
        };
        let tone = Tone::new(hertz, payload.law);
        Self {
            tone,
            said: 0,
            packetiser: Packetiser::new(header, 160),
        }
    }

    fn packet(&mut self) -> Vec<u8> {
        loop {
            let mut octets = [0; FRAMES];
            self.tone.fill(self.said, &mut octets);
            self.said += FRAMES as u64;
            if let Some(packet) = self.packetiser.push(&octets) {
                return packet.to_vec();
            }
        }
    }
}

fn heard_in_timeslot(sent: &Sent, slot: u8, tone: Tone) -> VoiceReport {
    let mut comparer = ExactComparer::new(tone);
    let mut receiver = Receiver::new();
    for datagram in &sent.tdm {
        receiver.receive(datagram, |payload| comparer.push(&gather(payload, slot)));
    }
    assert_eq!(receiver.counters.lost + receiver.counters.late, 0);
    comparer.report()
}

fn heard_over_rtp(sent: &Sent, tone: Tone) -> VoiceReport {
    let mut comparer = ExactComparer::new(tone);
    for (to, datagram) in &sent.rtp {
        assert_eq!(*to, address(TERMINAL));
        comparer.push(codecs::rtp::Packet::parse(datagram).unwrap().payload);
    }
    comparer.report()
}

/// A small generator, the same in every run.
fn jitter(state: &mut u32, up_to: u64) -> u64 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    u64::from(*state >> 16) % (up_to + 1)
}

enum Arrival {
    Tdm(Vec<u8>),
    Rtp(Vec<u8>),
}

/// Four seconds of conversation, in which a packet of the span may be late by `tdm_jitter`
/// milliseconds, one of RTP by `rtp_jitter`, and the RTP packet `lost` never arrives.
fn converse(
    payload: Payload,
    tdm_jitter: u64,
    rtp_jitter: u64,
    lost: Option<u64>,
) -> (VoiceReport, VoiceReport, Statistics) {
    let mut bench = Bench::new();
    let number = bench.connect(1, 17, payload, Mode::SendRecv);
    let (forward, mut terminal) = (Tone::new(440, Law::A), Speaker::new(620, payload));
    let mut arrivals = BTreeMap::new();
    let mut seed = 1;
    for at in 0..4000 {
        let mut octets = [0; FRAMES];
        forward.fill(at * 8, &mut octets);
        scatter(&octets, bench.switch.timeslots(), 17);
        let packet = bench.switch.packet(false).to_vec();
        // Distinct keys; RTP before TDM within a millisecond, as the gateway's thread has it.
        arrivals.insert(
            (at + jitter(&mut seed, tdm_jitter), 1, at),
            Arrival::Tdm(packet),
        );
        if at % 20 == 0 {
            let packet = terminal.packet();
            if lost != Some(at / 20) {
                arrivals.insert(
                    (at + jitter(&mut seed, rtp_jitter), 0, at),
                    Arrival::Rtp(packet),
                );
            }
        }
    }
    for ((at, ..), arrival) in arrivals {
        match arrival {
            Arrival::Tdm(packet) => bench.tdm(at, SWITCH, &packet),
            Arrival::Rtp(packet) => bench
                .fabric
                .rtp_received(number, address(TERMINAL), &packet),
        }
    }
    let in_timeslot = heard_in_timeslot(&bench.sent, 17, terminal.tone.heard_in(Law::A));
    let over_rtp = heard_over_rtp(&bench.sent, forward.heard_in(payload.law));
    (in_timeslot, over_rtp, bench.disconnect(1))
}

#[test]
fn voice_is_exact_both_ways_though_packets_jitter_and_overtake() {
    for payload in [PCMA, PCMU] {
        for (tdm_jitter, rtp_jitter) in [(0, 0), (6, 40)] {
            let (in_timeslot, over_rtp, statistics) =
                converse(payload, tdm_jitter, rtp_jitter, None);
            assert!(
                in_timeslot.exact && in_timeslot.samples > 30_000,
                "{in_timeslot:?}"
            );
            assert!(over_rtp.exact && over_rtp.samples > 31_000, "{over_rtp:?}");
            // What overtakes the very first packet of a span makes that one late.
            assert!(
                statistics.received == 200 && statistics.sent >= 199,
                "{statistics:?}"
            );
            assert_eq!(statistics.lost + statistics.late + statistics.underruns, 0);
        }
    }
}

#[test]
fn a_lost_rtp_packet_is_noticed_and_leaves_its_time_silent() {
    let (in_timeslot, over_rtp, statistics) = converse(PCMA, 0, 0, Some(100));
    assert!(!in_timeslot.exact && over_rtp.exact);
    assert!(
        (15_900..=16_000).contains(&in_timeslot.samples),
        "{in_timeslot:?}"
    );
    assert_eq!(statistics.lost, 1);
    assert_eq!(statistics.underruns, 0);
}

#[test]
fn a_mode_lets_through_only_its_direction() {
    let cases = [
        (Mode::Inactive, false, false),
        (Mode::SendOnly, true, false),
        (Mode::RecvOnly, false, true),
        (Mode::SendRecv, true, true),
    ];
    for (mode, sends, receives) in cases {
        let mut bench = Bench::new();
        let number = bench.connect(1, 1, PCMA, Mode::Inactive);
        bench
            .fabric
            .modify(ConnectionId(1), None, None, Some(mode))
            .unwrap();
        let mut terminal = Speaker::new(440, PCMA);
        for at in 0..400 {
            if at % 20 == 0 {
                bench
                    .fabric
                    .rtp_received(number, address(TERMINAL), &terminal.packet());
            }
            bench.tick(at);
        }
        let heard = heard_in_timeslot(&bench.sent, 1, Tone::new(440, Law::A));
        assert_eq!(
            (!bench.sent.rtp.is_empty(), heard.exact),
            (sends, receives),
            "{mode:?}"
        );
    }
}

#[test]
fn only_the_far_end_is_heard_and_only_in_the_agreed_format() {
    let mut bench = Bench::new();
    let number = bench.connect(1, 1, PCMA, Mode::SendRecv);
    let mut terminal = Speaker::new(440, PCMA);
    for _ in 0..10 {
        bench
            .fabric
            .rtp_received(number, address("127.0.0.43:50001"), &terminal.packet());
        bench
            .fabric
            .rtp_received(number, address("127.0.0.44:50000"), &terminal.packet());
        let other_format = Speaker::new(440, PCMU).packet();
        bench
            .fabric
            .rtp_received(number, address(TERMINAL), &other_format);
        bench
            .fabric
            .rtp_received(number, address(TERMINAL), b"no RTP");
        bench.tdm(0, "127.0.0.11:40000", &[0x11; PACKET]);
    }
    assert!(bench.sent.tdm.is_empty());
    for at in 0..100 {
        bench.tick(at);
    }
    assert!(
        bench
            .sent
            .tdm
            .iter()
            .all(|packet| packet[4..] == [0xD5; 248])
    );
    let statistics = bench.disconnect(1);
    assert_eq!((statistics.received, statistics.refused), (0, 40));
    assert_eq!(bench.fabric.spans[0].receiver.counters.foreign, 10);
}

#[test]
fn without_a_known_far_end_the_first_to_speak_becomes_it() {
    let mut bench = Bench::new();
    let unknown = Plan {
        remote: None,
        ..plan(1, 1, PCMA, Mode::SendRecv)
    };
    let number = bench.fabric.connect(&unknown).unwrap();
    (0..50).for_each(|at| bench.tick(at));
    assert!(bench.sent.rtp.is_empty());
    let mut terminal = Speaker::new(440, PCMA);
    bench
        .fabric
        .rtp_received(number, address(TERMINAL), &terminal.packet());
    bench
        .fabric
        .rtp_received(number, address("127.0.0.66:6666"), &terminal.packet());
    (50..100).for_each(|at| bench.tick(at));
    assert!(!bench.sent.rtp.is_empty());
    assert!(
        bench
            .sent
            .rtp
            .iter()
            .all(|(to, _)| *to == address(TERMINAL))
    );
    assert_eq!(bench.disconnect(1).refused, 1);
}

#[test]
fn what_cannot_be_joined_is_refused_and_leaves_no_trace() {
    let mut bench = Bench::new();
    bench.connect(1, 1, PCMA, Mode::SendRecv);
    let mut refused = |plan: Plan| bench.fabric.connect(&plan).unwrap_err();
    assert_eq!(refused(plan(1, 2, PCMA, Mode::SendRecv)), Failure::Exists);
    assert_eq!(
        refused(plan(2, 1, PCMA, Mode::SendRecv)),
        Failure::TimeslotInUse
    );
    for (span, slot) in [(0, 0), (0, 32), (1, 1)] {
        let timeslot = Timeslot { span, slot };
        let plan = Plan {
            timeslot,
            ..plan(2, 2, PCMA, Mode::SendRecv)
        };
        assert_eq!(refused(plan), Failure::NoTimeslot);
    }
    let payload = Payload {
        pt: 128,
        law: Law::A,
    };
    assert_eq!(
        refused(plan(2, 2, payload, Mode::SendRecv)),
        Failure::PayloadType
    );
    let failed = bench
        .fabric
        .modify(ConnectionId(1), None, Some(payload), Some(Mode::Inactive));
    assert_eq!(failed, Err(Failure::PayloadType));
    assert_eq!(
        bench.fabric.disconnect(ConnectionId(2)),
        Err(Failure::NoConnection)
    );
    bench.connect(2, 2, PCMA, Mode::SendRecv);
    bench.disconnect(1);
    bench.connect(1, 1, PCMA, Mode::SendRecv);
}

#[test]
fn a_timeslot_is_idle_again_after_its_connection() {
    let mut bench = Bench::new();
    let number = bench.connect(1, 3, PCMA, Mode::SendRecv);
    let mut terminal = Speaker::new(440, PCMA);
    (0..5).for_each(|_| {
        bench
            .fabric
            .rtp_received(number, address(TERMINAL), &terminal.packet());
    });
    (0..10).for_each(|at| bench.tick(at));
    assert_ne!(bench.sent.tdm[9][4..], [0xD5; 248]);
    bench.disconnect(1);
    bench.tick(10);
    assert_eq!(bench.sent.tdm[10][4..], [0xD5; 248]);
}

#[test]
fn a_silent_span_is_clocked_by_the_gateway_until_it_is_heard_again() {
    let mut bench = Bench::new();
    bench.connect(1, 1, PCMA, Mode::SendRecv);
    (0..100).for_each(|at| bench.tick(at));
    bench.timeout(298);
    assert_eq!(bench.sent.tdm.len(), 100);
    // Patience ends 200 ms after the last packet; the thread wakes late.
    assert_eq!(
        bench.fabric.poll_timeout(),
        Some(bench.start + milliseconds(299))
    );
    bench.timeout(398);
    assert_eq!(bench.sent.tdm.len(), 200);
    let last = Packet::parse(&bench.sent.tdm[199]).unwrap();
    assert!(last.receive_fault);
    assert_eq!(bench.sent.rtp.len(), 10);
    // The delayed packets arrive after all: those that were sent already are not sent twice.
    (0..120).for_each(|_| bench.tick(398));
    assert_eq!(bench.sent.tdm.len(), 220);
    assert!(!Packet::parse(&bench.sent.tdm[219]).unwrap().receive_fault);
    let ups: Vec<bool> = std::iter::from_fn(|| bench.fabric.poll_event())
        .map(|event| matches!(event, Event::Span { up: true, .. }))
        .collect();
    assert_eq!(ups, [true, false, true]);
}

#[test]
fn a_thread_that_was_held_up_hears_orders_while_it_catches_up() {
    let mut bench = Bench::new();
    bench.tick(0);
    let now = bench.start + milliseconds(5000);
    bench.fabric.handle_timeout(now, &mut bench.sent);
    let in_one_go = bench.sent.tdm.len() - 1;
    assert!((1..=16).contains(&in_one_go), "{in_one_go}");
    bench.timeout(5000);
    // A second is made up for and the millisecond that is due; what was before is gone.
    assert_eq!(bench.sent.tdm.len() - 1 - in_one_go, 1001);
}

#[test]
fn a_switch_that_starts_anew_is_answered_at_once() {
    let mut bench = Bench::new();
    (0..100).for_each(|at| bench.tick(at));
    bench.timeout(598);
    assert_eq!(bench.sent.tdm.len(), 400);
    bench.switch = Transmitter::new(10_000);
    (600..700).for_each(|at| bench.tick(at));
    // The first packet still counts as one sent before.
    assert_eq!(bench.sent.tdm.len(), 499);
}
