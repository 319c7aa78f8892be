//! One end of a span: order out of packets and packets out of order (RFC 5086 §5).

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
