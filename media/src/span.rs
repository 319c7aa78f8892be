//! One end of a span: order out of packets and packets out of order (RFC 5086 §5).

use std::net::SocketAddr;

use codecs::cesopsn::{
    CONTROL_WORD, Condition, FRAMES, PACKET, PAYLOAD, Packet, Payload, TIMESLOTS,
};
use codecs::g711::Law;

/// Packets that may overtake one another without being taken for lost.
const WINDOW: u16 = 8;
/// Lost packets in a row that are replaced; after more the sender has started anew.
const LONGEST_GAP: u16 = 1000;
/// Packets from the past in a row after which the sender has started anew.
const RESTART: u16 = 16;

/// A millisecond in which nobody speaks.
pub(crate) const IDLE: Payload = [Law::A.silence(); PAYLOAD];

/// The eight octets a packet has of one timeslot (1 to 31).
pub(crate) fn gather(payload: &Payload, slot: u8) -> [u8; FRAMES] {
    let first = usize::from(slot) - 1;
    std::array::from_fn(|frame| payload[frame * TIMESLOTS + first])
}

/// Puts eight octets into one timeslot (1 to 31).
pub(crate) fn scatter(octets: &[u8; FRAMES], payload: &mut [u8], slot: u8) {
    let slots = payload
        .iter_mut()
        .skip(usize::from(slot) - 1)
        .step_by(TIMESLOTS);
    for (place, octet) in slots.zip(octets) {
        *place = *octet;
    }
}

/// What arrived on a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Packets whose octets were used.
    pub received: u64,
    /// Packets that never arrived; idle octets stood in for them.
    pub lost: u64,
    /// Packets that arrived twice or after they had been given up.
    pub late: u64,
    /// Packets that said their circuit had a fault; idle octets stood in for them.
    pub faults: u64,
    /// Datagrams that were no CESoPSN packet of a whole E1.
    pub malformed: u64,
    /// Datagrams from elsewhere.
    pub foreign: u64,
    /// Who sent the last one of those.
    pub stranger: Option<SocketAddr>,
    /// Times the sender started anew.
    pub restarts: u64,
}

/// Puts the packets of a span in order. Every millisecond the sender counted is delivered once.
#[derive(Debug)]
pub(crate) struct Receiver {
    next: Option<u16>,
    held: [Option<Payload>; WINDOW as usize],
    behind: u16,
    pub(crate) counters: Counters,
}

impl Receiver {
    pub(crate) fn new() -> Self {
        Self {
            next: None,
            held: [None; WINDOW as usize],
            behind: 0,
            counters: Counters::default(),
        }
    }

    /// Takes note of a datagram from elsewhere.
    pub(crate) fn refuse(&mut self, from: SocketAddr) {
        self.counters.foreign += 1;
        self.counters.stranger = Some(from);
    }

    /// Takes one datagram and delivers what is due, oldest first.
    pub(crate) fn receive(&mut self, datagram: &[u8], mut deliver: impl FnMut(&Payload)) {
        let Ok(packet) = Packet::parse(datagram) else {
            self.counters.malformed += 1;
            return;
        };
        let next = *self.next.get_or_insert(packet.sequence);
        match packet.sequence.wrapping_sub(next) {
            0..LONGEST_GAP => {
                self.make_room(packet.sequence, &mut deliver);
                self.hold(&packet);
                self.release(&mut deliver);
            }
            0x8000.. if self.behind < RESTART => {
                self.behind += 1;
                self.counters.late += 1;
            }
            _ => self.restart(&packet, &mut deliver),
        }
    }

    /// Gives up what is missing until `sequence` fits into the window.
    fn make_room(&mut self, sequence: u16, deliver: &mut impl FnMut(&Payload)) {
        while let Some(next) = self.next
            && sequence.wrapping_sub(next) >= WINDOW
        {
            let held = self.held[usize::from(next % WINDOW)].take();
            if held.is_none() {
                self.counters.lost += 1;
            }
            deliver(held.as_ref().unwrap_or(&IDLE));
            self.next = Some(next.wrapping_add(1));
        }
    }

    fn hold(&mut self, packet: &Packet<'_>) {
        self.behind = 0;
        let place = &mut self.held[usize::from(packet.sequence % WINDOW)];
        if place.is_some() {
            self.counters.late += 1;
            return;
        }
        self.counters.received += 1;
        *place = Some(match (packet.condition, packet.payload) {
            (Condition::Good | Condition::RemoteDefect, Some(payload)) => *payload,
            (_, _) => {
                self.counters.faults += 1;
                IDLE
            }
        });
    }

    fn release(&mut self, deliver: &mut impl FnMut(&Payload)) {
        while let Some(next) = self.next
            && let Some(payload) = self.held[usize::from(next % WINDOW)].take()
        {
            deliver(&payload);
            self.next = Some(next.wrapping_add(1));
        }
    }

    fn restart(&mut self, packet: &Packet<'_>, deliver: &mut impl FnMut(&Payload)) {
        self.counters.restarts += 1;
        self.held = [None; WINDOW as usize];
        self.next = Some(packet.sequence);
        self.hold(packet);
        self.release(deliver);
    }
}

/// Makes the packets of a span. Timeslots are filled in place and keep what they were given.
#[derive(Debug)]
pub(crate) struct Transmitter {
    packet: [u8; PACKET],
    sequence: u16,
}

impl Transmitter {
    /// Begins with every timeslot idle. The first sequence number should be random.
    pub(crate) fn new(sequence: u16) -> Self {
        Self {
            packet: [Law::A.silence(); PACKET],
            sequence,
        }
    }

    /// The octets of the next packet's timeslots.
    pub(crate) fn timeslots(&mut self) -> &mut [u8] {
        &mut self.packet[CONTROL_WORD..]
    }

    /// The next packet; `receive_fault` says that nothing arrives the other way.
    pub(crate) fn packet(&mut self, receive_fault: bool) -> &[u8; PACKET] {
        let header = Packet {
            condition: Condition::Good,
            receive_fault,
            sequence: self.sequence,
            payload: Some(&IDLE),
        };
        self.packet[..CONTROL_WORD].copy_from_slice(&header.control_word());
        self.sequence = self.sequence.wrapping_add(1);
        &self.packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A packet whose every octet tells its sequence number.
    fn packet(sequence: u16) -> Vec<u8> {
        let mut transmitter = Transmitter::new(sequence);
        transmitter.timeslots().fill(sequence as u8);
        transmitter.packet(false).to_vec()
    }

    /// First octet of everything that is delivered.
    fn receive(receiver: &mut Receiver, datagrams: &[Vec<u8>]) -> Vec<u8> {
        let mut delivered = Vec::new();
        for datagram in datagrams {
            receiver.receive(datagram, |payload| delivered.push(payload[0]));
        }
        delivered
    }

    #[test]
    fn a_timeslot_has_one_octet_of_each_frame() {
        let octets: [u8; FRAMES] = std::array::from_fn(|i| i as u8);
        for slot in [1, 16, 31] {
            let mut payload = IDLE;
            scatter(&octets, &mut payload, slot);
            assert_eq!(gather(&payload, slot), octets);
            assert_eq!(payload[31 * 2 + usize::from(slot) - 1], 2);
            assert_eq!(
                payload.iter().filter(|&&octet| octet == 0xD5).count(),
                PAYLOAD - FRAMES
            );
        }
    }

    #[test]
    fn packets_that_overtake_are_put_in_order_across_the_wrap() {
        let mut receiver = Receiver::new();
        let order = [65534, 65535, 2, 0, 1, 4, 3, 5].map(packet);
        assert_eq!(receive(&mut receiver, &order), [254, 255, 0, 1, 2, 3, 4, 5]);
        assert_eq!(
            receiver.counters,
            Counters {
                received: 8,
                ..Counters::default()
            }
        );
    }

    #[test]
    fn a_lost_packet_is_replaced_by_an_idle_one() {
        let mut receiver = Receiver::new();
        let packets: Vec<_> = (10..30).filter(|&s| s != 13).map(packet).collect();
        let mut expected: Vec<u8> = (10..30).collect();
        expected[3] = 0xD5;
        assert_eq!(receive(&mut receiver, &packets), expected);
        assert_eq!(
            receiver.counters,
            Counters {
                received: 19,
                lost: 1,
                ..Counters::default()
            }
        );
    }

    #[test]
    fn a_long_gap_is_filled_so_that_time_stays_right() {
        let mut receiver = Receiver::new();
        let packets: Vec<_> = (100..108).chain(300..308).map(packet).collect();
        assert_eq!(receive(&mut receiver, &packets).len(), 208);
        assert_eq!(receiver.counters.lost, 192);
    }

    #[test]
    fn what_comes_twice_or_too_late_is_not_mixed_in() {
        let mut receiver = Receiver::new();
        let order = [1, 2, 2, 3, 1, 5, 5, 4].map(packet);
        assert_eq!(receive(&mut receiver, &order), [1, 2, 3, 4, 5]);
        assert_eq!(
            receiver.counters,
            Counters {
                received: 5,
                late: 3,
                ..Counters::default()
            }
        );
    }

    #[test]
    fn a_sender_that_starts_anew_is_followed() {
        for anew in [20_000, 60_000] {
            let mut receiver = Receiver::new();
            assert_eq!(
                receive(&mut receiver, &[packet(100), packet(101)]),
                [100, 101]
            );
            let packets: Vec<_> = (anew..anew + 100).map(packet).collect();
            let delivered = receive(&mut receiver, &packets);
            assert_eq!(receiver.counters.restarts, 1);
            assert!(delivered.len() >= 84);
            assert_eq!(delivered.last(), Some(&((anew + 99) as u8)));
        }
    }

    #[test]
    fn a_packet_of_a_faulty_circuit_counts_as_silence() {
        let mut receiver = Receiver::new();
        let mut faulty = packet(2);
        faulty[0] |= 0x08;
        let without_data = vec![0x08, 4, 0, 3];
        let delivered = receive(&mut receiver, &[packet(1), faulty, without_data, packet(4)]);
        assert_eq!(delivered, [1, 0xD5, 0xD5, 4]);
        assert_eq!(receiver.counters.faults, 2);
    }

    proptest! {
        #[test]
        fn any_order_within_the_window_comes_out_right(
            delays in prop::collection::vec(0usize..7, 200), first: u16,
        ) {
            let mut order: Vec<usize> = (1..delays.len()).collect();
            order.sort_by_key(|&i| i + delays[i]);
            order.insert(0, 0);
            let packets: Vec<_> =
                order.iter().map(|&i| packet(first.wrapping_add(i as u16))).collect();
            let expected: Vec<u8> =
                (0..delays.len()).map(|i| first.wrapping_add(i as u16) as u8).collect();
            prop_assert_eq!(receive(&mut Receiver::new(), &packets), expected);
        }

        #[test]
        fn arbitrary_datagrams_do_no_harm(
            words in prop::collection::vec((0u8..16, any::<u16>(), any::<bool>()), 0..60),
            noise: Vec<u8>,
        ) {
            let mut receiver = Receiver::new();
            receive(&mut receiver, &[noise]);
            for (flags, sequence, whole) in words {
                let mut datagram = packet(sequence);
                datagram[0] = flags;
                datagram.truncate(if whole { PACKET } else { 77 });
                let delivered = receive(&mut receiver, &[datagram]).len();
                prop_assert!(delivered <= usize::from(LONGEST_GAP));
            }
        }
    }
}
