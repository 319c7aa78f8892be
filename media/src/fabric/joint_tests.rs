use codecs::g711::Law;

use super::tests::DEPTHS;
use super::*;
use crate::comparer::{ExactComparer, VoiceReport};
use crate::tone::Tone;

const SWITCHES: [&str; 2] = ["127.0.0.10:2142", "127.0.0.11:2142"];
const HERTZ: [u16; 2] = [440, 620];
const JOINT: ConnectionId = ConnectionId(7);
/// When the parties begin to speak: the path is built before the answer.
const SPEAK: u64 = 1000;
const END: u64 = 5000;

fn timeslot(span: u16, slot: u8) -> Timeslot {
    Timeslot { span, slot }
}

fn address(span: u16) -> SocketAddr {
    SWITCHES[usize::from(span)].parse().unwrap()
}

/// The far ends of two spans: everything said there and heard there.
struct Bench {
    fabric: Fabric,
    start: Instant,
    switches: [Transmitter; 2],
    heard: Switches,
}

#[derive(Default)]
struct Switches([Vec<[u8; PACKET]>; 2]);

impl Lines for Switches {
    fn tdm(&mut self, span: usize, packet: &[u8; PACKET]) {
        self.0[span].push(*packet);
    }

    fn rtp(&mut self, _: usize, _: SocketAddr, _: &[u8]) {
        panic!("a joint has no RTP");
    }
}

impl Bench {
    fn new() -> Self {
        let start = Instant::now();
        Self {
            fabric: Fabric::new([0, 1].map(address).into_iter(), DEPTHS, start),
            start,
            switches: [Transmitter::new(65_500), Transmitter::new(17)],
            heard: Switches::default(),
        }
    }

    fn receive(&mut self, span: u16, packet: &[u8], at: u64) {
        let now = self.start + Duration::from_millis(at);
        self.fabric.tdm_received(
            usize::from(span),
            address(span),
            packet,
            now,
            &mut self.heard,
        );
    }

    /// What a switch heard in a timeslot, packet by packet.
    fn in_timeslot(&self, Timeslot { span, slot }: Timeslot) -> Vec<[u8; FRAMES]> {
        let mut receiver = Receiver::new();
        let mut octets = Vec::new();
        for packet in &self.heard.0[usize::from(span)] {
            receiver.receive(packet, |payload| octets.push(gather(payload, slot)));
        }
        assert_eq!(receiver.counters.lost + receiver.counters.late, 0);
        octets
    }

    fn voice(&self, timeslot: Timeslot, hertz: u16) -> VoiceReport {
        let mut comparer = ExactComparer::new(Tone::new(hertz, Law::A));
        for octets in self.in_timeslot(timeslot) {
            comparer.push(&octets);
        }
        comparer.report()
    }
}

/// A small generator, the same in every run.
fn jitter(state: &mut u32, up_to: u64) -> u64 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    u64::from(*state >> 16) % (up_to + 1)
}

/// A conversation between two timeslots. Packets may be late by `late` milliseconds; the gateway's
/// thread looks every `wakes` milliseconds.
fn converse(a: Timeslot, b: Timeslot, late: u64, wakes: u64) -> ([VoiceReport; 2], Statistics) {
    let mut bench = Bench::new();
    bench.fabric.join(JOINT, a, b).unwrap();
    let tones = HERTZ.map(|hertz| Tone::new(hertz, Law::A));
    let mut seed = 1;
    let mut arrivals = Vec::new();
    for at in 0..END {
        for (tone, Timeslot { span, slot }) in tones.iter().zip([a, b]) {
            let mut octets = [SPAN_LAW.silence(); FRAMES];
            if at >= SPEAK {
                tone.fill((at - SPEAK) * 8, &mut octets);
            }
            let switch = &mut bench.switches[usize::from(span)];
            scatter(&octets, switch.timeslots(), slot);
        }
        for (span, switch) in (0..).zip(&mut bench.switches) {
            let arrival = (at + jitter(&mut seed, late)) / wakes * wakes;
            arrivals.push((arrival, span, *switch.packet(false)));
        }
    }
    // A wake-up hears one span first, then the other.
    arrivals.sort_by_key(|&(at, span, _)| (at, span));
    for wake in arrivals.chunk_by(|one, next| one.0 == next.0) {
        for (at, span, packet) in wake {
            bench.receive(*span, packet, *at);
        }
        bench.fabric.answer(&mut bench.heard);
    }
    let reports = [bench.voice(b, HERTZ[0]), bench.voice(a, HERTZ[1])];
    (reports, bench.fabric.disconnect(JOINT).unwrap().1)
}

#[test]
fn voice_is_exact_both_ways_within_a_span_and_between_spans() {
    let spoken = (END - SPEAK) * 8;
    for b in [timeslot(0, 2), timeslot(1, 1), timeslot(1, 31)] {
        let (reports, statistics) = converse(timeslot(0, 1), b, 0, 1);
        for report in reports {
            assert!(report.exact, "{b:?}: {report:?}");
            // The queue has the rest; a tone begins with a sample that could be silence.
            assert_eq!(report.samples, spoken - 8 * 2 - 1, "{b:?}");
        }
        assert_eq!(statistics, Statistics::default());
    }
}

#[test]
fn voice_is_exact_though_packets_of_both_spans_jitter_and_overtake() {
    let (reports, statistics) = converse(timeslot(0, 17), timeslot(1, 3), 6, 1);
    for report in reports {
        assert!(report.exact && report.samples > 31_000, "{report:?}");
    }
    // It filled up while nobody spoke.
    assert!(statistics.underruns <= 4, "{statistics:?}");
    assert_eq!(statistics.dropped, 0);
}

#[test]
fn a_thread_that_is_late_loses_nothing() {
    for b in [timeslot(0, 2), timeslot(1, 1)] {
        let (reports, statistics) = converse(timeslot(0, 1), b, 0, 50);
        for report in reports {
            assert!(report.exact && report.samples > 31_000, "{report:?}");
        }
        assert_eq!(statistics, Statistics::default());
    }
}

#[test]
fn every_octet_passes_as_it_is() {
    let mut bench = Bench::new();
    let (a, b) = (timeslot(0, 31), timeslot(1, 1));
    bench.fabric.join(JOINT, a, b).unwrap();
    let said: Vec<[u8; FRAMES]> = (0..32)
        .map(|first| std::array::from_fn(|i| first * 8 + i as u8))
        .collect();
    for (at, octets) in (0..).zip(&said) {
        scatter(octets, bench.switches[0].timeslots(), 31);
        for span in [0, 1] {
            let packet = *bench.switches[usize::from(span)].packet(false);
            bench.receive(span, &packet, at);
        }
        bench.fabric.answer(&mut bench.heard);
    }
    let heard = bench.in_timeslot(b);
    assert_eq!(heard[..2], [[0xD5; FRAMES]; 2]);
    assert_eq!(heard[2..], said[..30]);
}

#[test]
fn what_cannot_be_joined_is_refused_and_leaves_no_trace() {
    let mut fabric = Bench::new().fabric;
    let (first, second, third) = (timeslot(0, 1), timeslot(1, 1), timeslot(1, 2));
    let other = ConnectionId(8);
    fabric.join(JOINT, first, second).unwrap();
    for (id, a, b, failure) in [
        (JOINT, third, timeslot(0, 2), Failure::Exists),
        (other, first, third, Failure::TimeslotInUse),
        (other, third, second, Failure::TimeslotInUse),
        (other, third, third, Failure::TimeslotInUse),
        (other, third, timeslot(0, 0), Failure::NoTimeslot),
        (other, timeslot(0, 32), third, Failure::NoTimeslot),
        (other, third, timeslot(2, 1), Failure::NoTimeslot),
    ] {
        assert_eq!(fabric.join(id, a, b), Err(failure), "{a:?} {b:?}");
    }
    let failed = fabric.modify(JOINT, None, None, Some(Mode::Inactive));
    assert_eq!(failed, Err(Failure::NoConnection));
    assert_eq!(fabric.disconnect(other), Err(Failure::NoConnection));

    assert_eq!(fabric.disconnect(JOINT), Ok((None, Statistics::default())));
    fabric.join(other, second, first).unwrap();
    fabric.join(JOINT, third, timeslot(0, 2)).unwrap();
}

#[test]
fn both_timeslots_are_idle_again_afterwards() {
    let mut bench = Bench::new();
    let ends = [timeslot(0, 5), timeslot(1, 9)];
    bench.fabric.join(JOINT, ends[0], ends[1]).unwrap();
    for at in 0..20 {
        if at == 10 {
            bench.fabric.disconnect(JOINT).unwrap();
        }
        for Timeslot { span, slot } in ends {
            let switch = &mut bench.switches[usize::from(span)];
            scatter(&[0x12; FRAMES], switch.timeslots(), slot);
            let packet = *switch.packet(false);
            bench.receive(span, &packet, at);
        }
        bench.fabric.answer(&mut bench.heard);
    }
    for end in ends {
        let heard = bench.in_timeslot(end);
        assert_eq!(heard[9], [0x12; FRAMES]);
        assert_eq!(heard[10..], [[0xD5; FRAMES]; 10]);
    }
}

#[test]
fn a_span_that_falls_silent_says_silence_to_the_other() {
    let mut bench = Bench::new();
    let (a, b) = (timeslot(0, 1), timeslot(1, 1));
    bench.fabric.join(JOINT, a, b).unwrap();
    scatter(&[0x12; FRAMES], bench.switches[0].timeslots(), 1);
    for at in 0..1000 {
        let now = bench.start + Duration::from_millis(at);
        if at < 100 {
            let packet = *bench.switches[0].packet(false);
            bench.receive(0, &packet, at);
        }
        let packet = *bench.switches[1].packet(false);
        bench.receive(1, &packet, at);
        bench.fabric.answer(&mut bench.heard);
        bench.fabric.handle_timeout(now, &mut bench.heard);
    }
    let heard = bench.in_timeslot(b);
    assert_eq!(heard.len(), 1000);
    assert_eq!(heard[101], [0x12; FRAMES]);
    assert_eq!(heard[102..], [[0xD5; FRAMES]; 898]);
    let statistics = bench.fabric.disconnect(JOINT).unwrap().1;
    assert_eq!((statistics.underruns, statistics.dropped), (1, 0));
}
