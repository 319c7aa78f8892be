//! Associations between two endpoints, from INIT to their end.

use std::time::Duration;

use bytes::Bytes;

use super::super::*;
use super::network::{CLIENT, Faults, M3UA, SERVER, World, address, path};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn streams(count: u16) -> Streams {
    Streams {
        incoming: count,
        outgoing: count,
    }
}

fn lost(association: AssociationId, reason: Loss) -> Vec<Event> {
    vec![Event::Lost {
        association,
        reason,
    }]
}

#[test]
fn both_sides_come_up_and_learn_the_path() {
    let mut world = World::new(Config::default());
    let association = world.connect();
    world.run(SECOND);
    let up = |association, path, accepted| Event::Up {
        association,
        path,
        streams: streams(17),
        accepted,
    };
    assert_eq!(
        world.events(CLIENT),
        [up(association, path(CLIENT, SERVER), false)]
    );
    assert_eq!(
        world.events(SERVER),
        [up(AssociationId(0), path(SERVER, CLIENT), true)]
    );
}

#[test]
fn messages_go_both_ways_and_share_packets() {
    let (mut world, [server, client]) = World::connected(Config::default());
    let before = world.sent.len();
    for stream in 1..=5 {
        world.send(CLIENT, client, stream, b"to the server");
    }
    world.send(SERVER, server, 16, b"to the client");
    world.run(Duration::from_millis(1));
    assert_eq!(world.sent.len() - before, 2);
    world.run(SECOND);
    let received = world.messages(SERVER);
    let expected = |stream| (stream, Bytes::from_static(b"to the server"));
    assert_eq!(received, (1..=5).map(expected).collect::<Vec<_>>());
    let expected = (16, Bytes::from_static(b"to the client"));
    assert_eq!(world.messages(CLIENT), [expected]);
}

#[test]
fn a_message_of_60_kilobytes_arrives_whole() {
    let (mut world, [_, client]) = World::connected(Config::default());
    let big: Vec<u8> = (0..60_000u32).map(|index| (index % 251) as u8).collect();
    world.send(CLIENT, client, 3, &big);
    world.run(10 * SECOND);
    assert_eq!(world.messages(SERVER), [(3, Bytes::from(big))]);
}

#[test]
fn loss_duplication_and_reordering_are_mended() {
    let (mut world, [server, client]) = World::connected(Config {
        max_retransmissions: 20,
        ..Config::default()
    });
    world.faults = Faults {
        loss: 0.1,
        duplication: 0.1,
        jitter: Duration::from_millis(20),
    };
    for number in 0..400u32 {
        let stream = (number % 16) as u16 + 1;
        world.send(CLIENT, client, stream, &number.to_be_bytes());
        world.send(SERVER, server, stream, &number.to_be_bytes());
        world.run(Duration::from_millis(3));
    }
    world.run(MINUTE);
    for end in [SERVER, CLIENT] {
        let received = world.messages(end);
        for stream in 1..=16 {
            let number =
                |(_, payload): &(u16, Bytes)| u32::from_be_bytes(payload[..].try_into().unwrap());
            let numbers: Vec<u32> = received
                .iter()
                .filter(|(on, _)| *on == stream)
                .map(number)
                .collect();
            let expected: Vec<u32> = (0..400)
                .filter(|number| number % 16 + 1 == u32::from(stream))
                .collect();
            assert_eq!(numbers, expected, "stream {stream} to {end}");
        }
    }
}

#[test]
fn an_idle_association_notices_that_the_peer_died() {
    let (mut world, [server, client]) = World::connected(Config::default());
    world.faults.loss = 1.0;
    world.run(MINUTE);
    assert_eq!(world.events(CLIENT), lost(client, Loss::Unreachable));
    assert_eq!(world.events(SERVER), lost(server, Loss::Unreachable));
    assert_eq!(world.ends[CLIENT].poll_timeout(), None);
}

#[test]
fn heartbeats_more_frequent_than_the_retransmission_timeout_notice_it_too() {
    let (mut world, [_, client]) = World::connected(Config {
        heartbeat_interval: Duration::from_millis(100),
        ..Config::default()
    });
    world.run(MINUTE);
    assert_eq!(world.events(CLIENT), []);
    world.faults.loss = 1.0;
    world.run(5 * SECOND);
    assert_eq!(world.events(CLIENT), lost(client, Loss::Unreachable));
}

#[test]
fn unanswered_data_shows_that_the_peer_died() {
    let (mut world, [_, client]) = World::connected(Config {
        heartbeat_interval: Duration::from_secs(3600),
        ..Config::default()
    });
    world.send(CLIENT, client, 1, b"anyone?");
    world.faults.loss = 1.0;
    world.run(MINUTE);
    assert_eq!(world.events(CLIENT), lost(client, Loss::Unreachable));
}

#[test]
fn nobody_answers_the_init() {
    let mut world = World::new(Config::default());
    world.faults.loss = 1.0;
    let client = world.connect();
    world.run(MINUTE);
    assert_eq!(world.events(CLIENT), lost(client, Loss::Unreachable));
    assert_eq!(world.sent.len(), 5);
}

#[test]
fn a_port_without_listener_refuses() {
    let mut world = World::new(Config::default());
    let nowhere = Path {
        peer_port: 2906,
        ..path(CLIENT, SERVER)
    };
    let client = world.ends[CLIENT].connect(nowhere, world.now).unwrap();
    world.run(SECOND);
    assert_eq!(world.events(CLIENT), lost(client, Loss::Refused));
    assert_eq!(world.ends[SERVER].counters().refused, 1);
}

#[test]
fn a_peer_that_starts_again_is_noticed() {
    let (mut world, [server, _]) = World::connected(Config::default());
    world.ends[CLIENT] = Endpoint::new(Config::default());
    let client = world.connect();
    world.run(SECOND);
    let restarted = Event::Restarted {
        association: server,
        streams: streams(17),
    };
    assert_eq!(world.events(SERVER), [restarted]);
    assert!(matches!(world.events(CLIENT)[..], [Event::Up { .. }]));

    world.send(CLIENT, client, 1, b"again");
    world.send(SERVER, server, 1, b"welcome back");
    world.run(SECOND);
    assert_eq!(world.messages(SERVER).len(), 1);
    assert_eq!(world.messages(CLIENT).len(), 1);
}

#[test]
fn a_listener_that_starts_again_aborts_what_it_does_not_know() {
    let (mut world, [_, client]) = World::connected(Config::default());
    world.ends[SERVER] = Endpoint::new(Config::default());
    world.ends[SERVER].listen(M3UA);
    world.send(CLIENT, client, 1, b"still there?");
    world.run(SECOND);
    assert_eq!(
        world.events(CLIENT),
        lost(client, Loss::Aborted(String::new()))
    );
    world.connect();
    world.run(SECOND);
    assert!(matches!(world.events(CLIENT)[..], [Event::Up { .. }]));
}

#[test]
fn either_side_shuts_down_in_order_and_loses_nothing() {
    for end in [SERVER, CLIENT] {
        let (mut world, ids) = World::connected(Config::default());
        let big = vec![7; 60_000];
        for stream in 0..4 {
            world.send(end, ids[end], stream, &big);
        }
        let now = world.now;
        world.ends[end].shutdown(ids[end], now);
        let late = world.ends[end].send(ids[end], 1, 3, Bytes::from_static(b"late"), now);
        assert_eq!(late, Err(SendError::Closing));
        world.run(10 * SECOND);

        let closed = |association| Event::Closed { association };
        assert_eq!(world.events(end), [closed(ids[end])]);
        let mut other = world.events(1 - end);
        assert_eq!(other.pop(), Some(closed(ids[1 - end])));
        assert_eq!(other.len(), 4);
        assert_eq!(world.ends[end].poll_timeout(), None);
    }
}

#[test]
fn a_lost_shutdown_complete_is_answered_out_of_the_blue() {
    let (mut world, [server, client]) = World::connected(Config::default());
    let now = world.now;
    world.ends[CLIENT].shutdown(client, now);
    // SHUTDOWN and SHUTDOWN ACK pass, SHUTDOWN COMPLETE is lost.
    world.run(Duration::from_millis(8));
    world.faults.loss = 1.0;
    world.run(Duration::from_millis(8));
    assert_eq!(
        world.events(CLIENT),
        [Event::Closed {
            association: client
        }]
    );
    assert_eq!(world.events(SERVER), []);
    world.faults.loss = 0.0;
    world.run(10 * SECOND);
    assert_eq!(
        world.events(SERVER),
        [Event::Closed {
            association: server
        }]
    );
}

/// RFC 9260 §9.2: a peer in SHUTDOWN-SENT need not send the SACK again that got lost.
#[test]
fn shutdown_acknowledges_what_no_sack_did() {
    let (mut world, [server, client]) = World::connected(Config::default());
    world.send(CLIENT, client, 1, b"the SACK for this gets lost");
    world.run(Duration::from_millis(1));
    world.faults.loss = 1.0;
    world.run(Duration::from_millis(8));
    assert_eq!(world.messages(SERVER).len(), 1);
    world.faults.loss = 0.0;
    let now = world.now;
    world.ends[SERVER].shutdown(server, now);
    world.run(Duration::from_millis(100));
    let closed = |association| [Event::Closed { association }];
    assert_eq!(world.events(SERVER), closed(server));
    assert_eq!(world.events(CLIENT), closed(client));
}

#[test]
fn abort_ends_both_sides_at_once() {
    let (mut world, [server, client]) = World::connected(Config::default());
    let now = world.now;
    world.ends[SERVER].abort(server, now);
    world.run(SECOND);
    assert_eq!(world.events(SERVER), lost(server, Loss::Abandoned));
    assert!(matches!(
        &world.events(CLIENT)[..],
        [Event::Lost { association, reason: Loss::Aborted(_) }] if *association == client
    ));
}

#[test]
fn a_connection_attempt_can_be_given_up() {
    let mut world = World::new(Config::default());
    let association = world.connect();
    let now = world.now;
    world.ends[CLIENT].shutdown(association, now);
    world.run(SECOND);
    assert_eq!(world.events(CLIENT), [Event::Closed { association }]);
    assert_eq!(world.events(SERVER), []);
}

#[test]
fn two_that_connect_to_each_other_share_one_association() {
    let mut world = World::new(Config::default());
    world.ends[CLIENT].listen(M3UA);
    let client = world.connect();
    let now = world.now;
    let server = world.ends[SERVER]
        .connect(path(SERVER, CLIENT), now)
        .unwrap();
    world.run(SECOND);
    for (end, id) in [(SERVER, server), (CLIENT, client)] {
        let events = world.events(end);
        assert!(
            matches!(events[..], [Event::Up { association, .. }] if association == id),
            "{events:?}"
        );
    }
    world.send(CLIENT, client, 1, b"one");
    world.send(SERVER, server, 1, b"two");
    world.run(SECOND);
    assert_eq!(world.messages(SERVER).len(), 1);
    assert_eq!(world.messages(CLIENT).len(), 1);
}

#[test]
fn a_message_that_cannot_go_is_refused() {
    let (mut world, [_, client]) = World::connected(Config {
        send_buffer: 100_000,
        ..Config::default()
    });
    let now = world.now;
    let mut send = |id, stream, length| {
        world.ends[CLIENT].send(id, stream, 3, Bytes::from(vec![0; length]), now)
    };
    assert_eq!(send(AssociationId(99), 1, 1), Err(SendError::NotUp));
    assert_eq!(send(client, 17, 1), Err(SendError::NoSuchStream));
    assert_eq!(send(client, 1, 0), Err(SendError::Length));
    assert_eq!(send(client, 1, 256 * 1024 + 1), Err(SendError::Length));
    let taken = (0..)
        .take_while(|_| send(client, 1, 10_000).is_ok())
        .count();
    assert_eq!(taken, 10);
    assert_eq!(send(client, 1, 10_000), Err(SendError::Full));
    world.run(10 * SECOND);
    assert_eq!(world.messages(SERVER).len(), 10);
    world.send(CLIENT, client, 1, b"room again");
}

#[test]
fn a_path_carries_one_association_and_the_limit_holds() {
    let (mut world, _) = World::connected(Config {
        max_associations: 1,
        ..Config::default()
    });
    let now = world.now;
    let mut connect = |path| world.ends[CLIENT].connect(path, now);
    assert_eq!(connect(path(CLIENT, SERVER)), Err(ConnectError::InUse));
    let other = Path {
        peer: address(SERVER),
        peer_port: M3UA,
        local_port: 1,
    };
    assert_eq!(connect(other), Err(ConnectError::TooMany));
}
