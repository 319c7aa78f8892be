//! Peers that go without a word, and networks that lose packets.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::mpsc;

use bytes::Bytes;
use protocols::sctp::Config;
use tandem::sctp::{Event, Kernel, Loss, Paths, Sctp};

use crate::network::{self, block_on, counter, far, near, on_far};
use crate::{M3UA, config, connect, echo, event, exchange, guest, kernel, listening, number, up};

#[test]
fn a_peer_that_lost_its_memory_starts_again() {
    guest::inside(|| {
        network::build();
        let (say, said) = mpsc::channel();
        let listen = || listening(kernel(), far(0));
        let far_end = on_far(listen, async move |mut server| {
            loop {
                let event = server.event().await;
                say.send(event.clone()).unwrap();
                match event {
                    Event::Message {
                        association,
                        stream,
                        ppid,
                        payload,
                    } => server.send(association, stream, ppid, payload).unwrap(),
                    Event::Closed { .. } | Event::Lost { .. } => return,
                    _ => {}
                }
            }
        });
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            exchange(&mut client, association).await;
            // It goes without a word that gets through.
            network::cut(0);
            network::cut(1);
            client.abort(association);
            drop(client);
            // Before the far node's packets get through again, which nobody knows any more.
            let mut again = kernel();
            let association = connect(&mut again, near(0), far(0));
            network::mend(0);
            network::mend(1);
            up(&mut again).await;
            exchange(&mut again, association).await;
            again.shutdown(association);
            assert_eq!(event(&mut again).await, Event::Closed { association });
        });
        far_end.join().unwrap();
        let lives: Vec<_> = said
            .iter()
            .filter(|event| !matches!(event, Event::Message { .. } | Event::Path { .. }))
            .collect();
        let one = lives[0].association();
        assert!(lives.iter().all(|event| event.association() == one));
        assert!(
            matches!(
                lives[..],
                [
                    Event::Up { accepted: true, .. },
                    Event::Restarted { .. },
                    Event::Closed { .. }
                ]
            ),
            "{lives:?}"
        );
    });
}

#[test]
fn a_peer_that_falls_silent_is_given_up_by_both() {
    guest::inside(|| {
        network::build();
        let listen = || listening(kernel(), far(0));
        let far_end = on_far(listen, async |mut server| {
            let (association, _) = up(&mut server).await;
            (association, event(&mut server).await)
        });
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            network::cut(0);
            network::cut(1);
            // One of them waits for an acknowledgement, the other has its heartbeats only.
            client.send(association, 1, M3UA, number(0)).unwrap();
            let reason = Loss::Unreachable;
            let lost = Event::Lost {
                association,
                reason,
            };
            assert_eq!(event(&mut client).await, lost);
            assert_eq!(client.counters().unsent, 1);
        });
        let (association, lost) = far_end.join().unwrap();
        let reason = Loss::Unreachable;
        let expected = Event::Lost {
            association,
            reason,
        };
        assert_eq!(lost, expected);
    });
}

fn long(number: u32) -> Bytes {
    number.to_be_bytes().repeat(100).into()
}

#[test]
fn nothing_is_lost_on_networks_that_lose_two_percent() {
    const MESSAGES: u32 = 5000;
    guest::inside(|| {
        network::build();
        network::set(0, "loss 2% delay 2ms");
        network::set(1, "loss 2% delay 2ms");
        let far_end = on_far(|| listening(kernel(), far(0)), echo);
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            let before = counter("SctpFastRetransmits") + counter("SctpT3Retransmits");
            let (mut sent, mut returned) = (0, 0);
            while returned < MESSAGES {
                // As many under way as several packets hold.
                while sent < MESSAGES.min(returned + 200) {
                    client.send(association, 1, M3UA, long(sent)).unwrap();
                    sent += 1;
                }
                match event(&mut client).await {
                    Event::Message { payload, .. } => assert_eq!(payload, long(returned)),
                    other => panic!("unexpected {other:?}"),
                }
                returned += 1;
            }
            let after = counter("SctpFastRetransmits") + counter("SctpT3Retransmits");
            println!(
                "{MESSAGES} messages and their echoes, {} retransmissions",
                after - before
            );
            assert!(after > before, "nothing was lost on the way");
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
        });
        let end = far_end.join().unwrap();
        assert!(matches!(end, Event::Closed { .. }), "{end:?}");
    });
}

/// It has to arrive in pieces, as it does not fit into the receiver's window.
#[test]
fn a_message_larger_than_the_window_arrives_whole() {
    guest::inside(|| {
        network::build();
        let listen = || {
            let small = Config {
                receive_window: 16 * 1024,
                ..config()
            };
            listening(Kernel::new(small, Paths::default()), far(0))
        };
        let far_end = on_far(listen, echo);
        block_on(async {
            let mut client = kernel();
            let association = connect(&mut client, near(0), far(0));
            up(&mut client).await;
            for (stream, length) in [(1, 250_000), (2, 100), (1, 130_000)] {
                let payload: Bytes = (0..length).map(|index: u32| (index % 251) as u8).collect();
                let sent = payload.clone();
                client.send(association, stream, M3UA, sent).unwrap();
                // Others wait for it.
                client.send(association, 3, M3UA, number(length)).unwrap();
                let mut arrived = [event(&mut client).await, event(&mut client).await];
                arrived.sort_by_key(|event| matches!(event, Event::Message { stream: 3, .. }));
                let [long, short] = arrived;
                assert!(matches!(long, Event::Message { payload: here, .. } if here == payload));
                assert!(
                    matches!(short, Event::Message { payload, .. } if payload == number(length))
                );
            }
            client.shutdown(association);
            assert_eq!(event(&mut client).await, Event::Closed { association });
        });
        far_end.join().unwrap();
    });
}
