//! Continuity checks of timeslots, with and without a connection on them.

use super::tests::DEPTHS;
use super::*;
use crate::tone::Tone;
use codecs::g711::Law;

const SWITCH: &str = "127.0.0.10:2142";
const CHECKED: Timeslot = Timeslot { span: 0, slot: 5 };

/// A fabric with one span, and the far end of it, which says back in every timeslot what it heard
/// a millisecond before.
struct Bench {
    fabric: Fabric,
    start: Instant,
    at: u64,
    switch: Transmitter,
    receiver: Receiver,
    sent: Sent,
    /// What the far end heard last, by timeslot.
    heard: [[u8; FRAMES]; TIMESLOTS + 1],
    /// Whether the far end says back what it hears.
    loops: bool,
}

#[derive(Default)]
struct Sent(Vec<[u8; PACKET]>);

impl Lines for Sent {
    fn tdm(&mut self, _: usize, packet: &[u8; PACKET]) {
        self.0.push(*packet);
    }

    fn rtp(&mut self, _: usize, _: SocketAddr, _: &[u8]) {}
}

impl Bench {
    fn new(loops: bool) -> Self {
        let start = Instant::now();
        let remote = SWITCH.parse().unwrap();
        Self {
            fabric: Fabric::new([remote].into_iter(), DEPTHS, start),
            start,
            at: 0,
            switch: Transmitter::new(7),
            receiver: Receiver::new(),
            sent: Sent::default(),
            heard: [[0; FRAMES]; TIMESLOTS + 1],
            loops,
        }
    }

    /// A millisecond; what is heard in the checked timeslot.
    fn tick(&mut self, says: Option<&Tone>) -> [u8; FRAMES] {
        if let Some(tone) = says {
            let mut octets = [0; FRAMES];
            tone.fill(self.at * FRAMES as u64, &mut octets);
            scatter(&octets, self.switch.timeslots(), CHECKED.slot);
        }
        self.at += 1;
        let packet = *self.switch.packet(false);
        let now = self.start + Duration::from_millis(self.at);
        let from = SWITCH.parse().unwrap();
        self.fabric
            .tdm_received(0, from, &packet, now, &mut self.sent);
        self.fabric.answer(&mut self.sent);
        for packet in self.sent.0.drain(..) {
            self.receiver.receive(&packet, |payload| {
                for (slot, heard) in (1..).zip(&mut self.heard[1..]) {
                    *heard = gather(payload, slot);
                }
            });
        }
        if self.loops {
            for (slot, heard) in (1..).zip(&self.heard[1..]) {
                scatter(heard, self.switch.timeslots(), slot);
            }
        }
        self.heard[usize::from(CHECKED.slot)]
    }

    fn run(&mut self, milliseconds: u64) -> Vec<bool> {
        for _ in 0..milliseconds {
            self.tick(None);
        }
        let events = std::iter::from_fn(|| self.fabric.poll_event());
        let heard = |event| match event {
            Event::ContinuityHeard { timeslot, heard } => {
                assert_eq!(timeslot, CHECKED);
                Some(heard)
            }
            _ => None,
        };
        events.filter_map(heard).collect()
    }
}

#[test]
fn the_tone_is_heard_when_the_far_end_loops_it_back() {
    let mut bench = Bench::new(true);
    assert!(bench.run(100).is_empty());
    bench.fabric.check(CHECKED, Continuity::SendTone);
    assert_eq!(bench.run(60), [true]);
    assert!(bench.run(1000).is_empty());
    bench.loops = false;
    let idle = [Law::A.silence(); FRAMES];
    scatter(&idle, bench.switch.timeslots(), CHECKED.slot);
    assert_eq!(bench.run(60), [false]);
    bench.fabric.check(CHECKED, Continuity::Stop);
    assert_eq!(bench.tick(None), idle);
}

#[test]
fn the_tone_is_not_heard_when_nobody_loops_it_back() {
    let mut bench = Bench::new(false);
    bench.fabric.check(CHECKED, Continuity::SendTone);
    assert!(bench.run(2000).is_empty());
}

#[test]
fn a_loop_says_what_it_heard_until_it_ends() {
    let mut bench = Bench::new(false);
    let tone = Tone::new(440, Law::A);
    bench.fabric.check(CHECKED, Continuity::LoopBack);
    for millisecond in 0..100 {
        let heard = bench.tick(Some(&tone));
        let mut said = [0; FRAMES];
        tone.fill(millisecond * FRAMES as u64, &mut said);
        assert_eq!(heard, said, "{millisecond}");
    }
    bench.fabric.check(CHECKED, Continuity::Stop);
    assert_eq!(bench.tick(Some(&tone)), [Law::A.silence(); FRAMES]);
}

#[test]
fn a_connection_rests_while_its_timeslot_is_checked() {
    let mut bench = Bench::new(false);
    let other = Timeslot { span: 0, slot: 9 };
    let tone = Tone::new(440, Law::A);
    bench.fabric.join(ConnectionId(1), CHECKED, other).unwrap();
    let in_other = |bench: &mut Bench| {
        bench.tick(Some(&tone));
        bench.heard[usize::from(other.slot)]
    };
    let silence = [Law::A.silence(); FRAMES];
    bench.fabric.check(CHECKED, Continuity::LoopBack);
    for _ in 0..50 {
        assert_eq!(in_other(&mut bench), silence);
    }
    bench.fabric.check(CHECKED, Continuity::Stop);
    let heard = (0..20).filter(|_| in_other(&mut bench) != silence).count();
    assert!(heard > 10, "{heard}");
}

#[test]
fn a_timeslot_that_does_not_exist_is_not_checked() {
    let mut bench = Bench::new(true);
    for (span, slot) in [(1, 5), (0, 0), (0, 32)] {
        bench
            .fabric
            .check(Timeslot { span, slot }, Continuity::SendTone);
    }
    assert!(bench.run(100).is_empty());
}
