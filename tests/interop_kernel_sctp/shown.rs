//! The tap sees every message, though the kernel shows none of its packets.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use tandem::sctp::{Event, Sctp};
use tandem::tap::{Observer, Packet, Seen, Tap, Transport};

use crate::network::{self, block_on, far, near, on_far};
use crate::{connect, echo, event, exchange, guest, kernel, listening, up};

/// Octets of SCTP before those of a message: common header, head of the DATA chunk.
const BEFORE: usize = 28;

/// The messages' octets, by who saw them.
#[derive(Default)]
struct Notes(Mutex<[Vec<u8>; 2]>);

impl Observer for Notes {
    fn packet(&self, packet: &Packet<'_>) {
        assert_eq!(packet.transport, Transport::Sctp);
        let [sent, received] = &mut *self.0.lock().unwrap();
        let octets = match packet.seen {
            Seen::Sent => sent,
            Seen::Received => received,
        };
        let (from, to) = match packet.seen {
            Seen::Sent => (packet.from, packet.to),
            Seen::Received => (packet.to, packet.from),
        };
        assert_eq!([from], near(0)[..1]);
        assert_eq!([to], far(0)[..1]);
        // Without the padding.
        let length = packet.payload[14..16].try_into().unwrap();
        let end = 12 + usize::from(u16::from_be_bytes(length));
        octets.extend(&packet.payload[BEFORE..end]);
    }
}

#[test]
fn every_message_is_shown_once_at_either_end() {
    guest::inside(|| {
        network::build();
        let listen = || listening(kernel(), far(0));
        let far_end = on_far(listen, echo);
        let notes = Arc::new(Notes::default());
        let tap = Tap::new(notes.clone());
        block_on(async {
            let mut client = kernel().with_tap(tap);
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            exchange(&mut client, association).await;
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
        });
        far_end.join().unwrap();
        let [sent, received] = &*notes.0.lock().unwrap();
        assert_eq!(sent.len(), 1 + 100 + 3000 + 60_000);
        assert_eq!(sent, received);
    });
}
