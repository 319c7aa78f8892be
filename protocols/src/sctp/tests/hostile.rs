//! Floods, forgeries, strangers and noise.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use proptest::prelude::*;

use super::super::packet::{self, Packet};
use super::super::*;
use super::network::{CLIENT, M3UA, SERVER, World, address, path};

const SECOND: Duration = Duration::from_secs(1);

fn init(tag: u32, streams: u16) -> Vec<u8> {
    let streams = streams.to_be_bytes();
    let value = [
        &tag.to_be_bytes()[..],
        &[0, 1, 0, 0],
        &streams,
        &streams,
        &[0, 0, 0, 9],
    ]
    .concat();
    packet::build((M3UA, M3UA), 0, packet::INIT, 0, &value, &[])
}

/// What an endpoint answers to one packet.
fn answers(endpoint: &mut Endpoint, from: SocketAddr, bytes: &[u8], world: &World) -> Vec<Vec<u8>> {
    endpoint.handle(Datagram { from, bytes }, world.now);
    let bytes = |output| match output {
        Output::Transmit { to, bytes } => {
            assert_eq!(to, from);
            bytes
        }
        Output::Event(event) => panic!("unexpected {event:?}"),
    };
    std::iter::from_fn(|| endpoint.poll_output())
        .map(bytes)
        .collect()
}

fn listener(config: Config) -> Endpoint {
    let mut endpoint = Endpoint::new(config);
    endpoint.listen(M3UA);
    endpoint
}

/// Kind, flags and tag of the first chunk of each packet.
fn kinds(packets: &[Vec<u8>]) -> Vec<(u8, u8, u32)> {
    let kind = |bytes: &Vec<u8>| {
        let packet = Packet::parse(bytes).unwrap();
        assert!(packet.is_intact());
        (packet.first().kind, packet.first().flags, packet.tag())
    };
    packets.iter().map(kind).collect()
}

#[test]
fn a_flood_of_inits_leaves_nothing_behind() {
    let world = World::new(Config::default());
    let mut endpoint = listener(Config::default());
    for number in 0..5000u32 {
        let host = Ipv4Addr::from(0x0a00_0000 + number);
        let from = SocketAddr::from((host, 9899));
        let packets = answers(&mut endpoint, from, &init(number + 1, 10), &world);
        assert_eq!(kinds(&packets), [(packet::INIT_ACK, 0, number + 1)]);
    }
    assert!(endpoint.associations() == 0);
    assert_eq!(endpoint.poll_timeout(), None);
}

#[test]
fn associations_over_the_limit_are_refused() {
    let (world, _) = World::connected(Config {
        max_associations: 1,
        ..Config::default()
    });
    let [mut server, _] = world.ends;
    let world = World::new(Config::default());
    let from = SocketAddr::from(([10, 0, 0, 1], 9899));
    let packets = answers(&mut server, from, &init(5, 10), &world);
    assert_eq!(kinds(&packets), [(packet::ABORT, 0, 5)]);
    let cause = Packet::parse(&packets[0]).unwrap().first().value;
    assert_eq!(cause, [0, 4, 0, 4]);
}

#[test]
fn an_init_without_streams_is_refused() {
    let world = World::new(Config::default());
    let mut endpoint = listener(Config::default());
    let packets = answers(&mut endpoint, address(CLIENT), &init(5, 0), &world);
    assert_eq!(kinds(&packets), [(packet::ABORT, 0, 5)]);
}

#[test]
fn strangers_are_not_answered() {
    let world = World::new(Config::default());
    let mut endpoint = listener(Config {
        peers: vec![address(CLIENT).ip(), IpAddr::from([192, 0, 2, 77])],
        ..Config::default()
    });
    let stranger = SocketAddr::from(([10, 0, 0, 1], 9899));
    assert_eq!(
        answers(&mut endpoint, stranger, &init(5, 1), &world).len(),
        0
    );
    assert_eq!(endpoint.counters().strangers, 1);
    assert_eq!(
        answers(&mut endpoint, address(CLIENT), &init(5, 1), &world).len(),
        1
    );
}

/// Packets out of the blue and their answers: RFC 9260 §8.4.
#[test]
fn packets_out_of_the_blue_are_answered_by_the_book() {
    let world = World::new(Config::default());
    let mut endpoint = listener(Config::default());
    let abort = (packet::ABORT, 1, 7);
    let complete = (packet::SHUTDOWN_COMPLETE, 1, 7);
    let cases: [(u8, &[_]); 9] = [
        (0, &[abort]),
        (packet::INIT_ACK, &[abort]),
        (3, &[abort]),
        (packet::ABORT, &[]),
        (packet::SHUTDOWN_ACK, &[complete]),
        (packet::SHUTDOWN_COMPLETE, &[]),
        (packet::COOKIE_ECHO, &[]),
        (packet::COOKIE_ACK, &[]),
        (packet::ERROR, &[]),
    ];
    for (kind, expected) in cases {
        let bytes = packet::build((M3UA, M3UA), 7, kind, 0, &[0; 16], &[]);
        let packets = answers(&mut endpoint, address(CLIENT), &bytes, &world);
        assert_eq!(kinds(&packets), expected, "chunk {kind}");
    }
    let data = packet::build((M3UA, M3UA), 0, 0, 0, &[0; 16], &[]);
    assert!(answers(&mut endpoint, address(CLIENT), &data, &world).is_empty());
}

/// The COOKIE ECHO a client would send to `server`.
fn cookie_echo(server: &mut Endpoint, from: SocketAddr, world: &World) -> Vec<u8> {
    let init_ack = answers(server, from, &init(5, 10), world).remove(0);
    let init_ack = Packet::parse(&init_ack).unwrap();
    let value = init_ack.first().value;
    let mut rest = &value[16..];
    while rest[..2] != [0, 7] {
        rest = &rest[usize::from(rest[3]).next_multiple_of(4)..];
    }
    let cookie = &rest[4..usize::from(rest[3])];
    let tag = packet::word(value);
    packet::build((M3UA, M3UA), tag, packet::COOKIE_ECHO, 0, cookie, &[])
}

#[test]
fn only_a_genuine_cookie_makes_an_association() {
    let mut world = World::new(Config::default());
    let mut server = listener(Config::default());
    let echo = cookie_echo(&mut server, address(CLIENT), &world);
    let parsed = Packet::parse(&echo).unwrap();
    let cookie = parsed.first().value;

    for index in 0..cookie.len() {
        let mut forged = cookie.to_vec();
        forged[index] ^= 1;
        let forged = packet::build((M3UA, M3UA), parsed.tag(), 10, 0, &forged, &[]);
        assert!(answers(&mut server, address(CLIENT), &forged, &world).is_empty());
    }
    let elsewhere = SocketAddr::from(([10, 0, 0, 1], 9899));
    assert!(answers(&mut server, elsewhere, &echo, &world).is_empty());
    // What the library itself would have believed.
    let bare = &cookie[..cookie.len() - 16];
    let bare = packet::build((M3UA, M3UA), parsed.tag(), 10, 0, bare, &[]);
    assert!(answers(&mut server, address(CLIENT), &bare, &world).is_empty());
    assert_eq!(server.counters().bad_cookies, cookie.len() as u64 + 2);
    assert!(server.associations() == 0);

    world.now += 61 * SECOND;
    let stale = answers(&mut server, address(CLIENT), &echo, &world);
    assert_eq!(kinds(&stale), [(packet::ERROR, 0, 5)]);
    let cause = Packet::parse(&stale[0]).unwrap().first().value;
    assert_eq!(cause, [0, 3, 0, 8, 0, 0x0f, 0x42, 0x40]);

    world.now -= 2 * SECOND;
    server.handle(
        Datagram {
            from: address(CLIENT),
            bytes: &echo,
        },
        world.now,
    );
    let outputs: Vec<_> = std::iter::from_fn(|| server.poll_output()).collect();
    assert!(matches!(
        outputs[..],
        [
            Output::Transmit { .. },
            Output::Event(Event::Up { accepted: true, .. })
        ] | [
            Output::Event(Event::Up { accepted: true, .. }),
            Output::Transmit { .. }
        ]
    ));
}

#[test]
fn a_cookie_too_long_to_echo_ends_the_attempt() {
    let mut world = World::new(Config::default());
    let client = world.connect();
    world.run(Duration::from_millis(1));
    let (_, init) = &world.sent[0];
    let tag = packet::word(Packet::parse(init).unwrap().first().value);
    let fixed = [0, 0, 0, 9, 0, 1, 0, 0, 0, 5, 0, 5, 0, 0, 0, 1];
    let value = [&fixed[..], &packet::element(7, &[1; 3000])].concat();
    let bytes = &packet::build((M3UA, M3UA), tag, packet::INIT_ACK, 0, &value, &[])[..];
    let from = address(SERVER);
    world.ends[CLIENT].handle(Datagram { from, bytes }, world.now);
    world.run(Duration::from_millis(1));
    assert!(matches!(
        &world.events(CLIENT)[..],
        [Event::Lost { association, reason: Loss::Violation(_) }] if *association == client
    ));
}

/// An established pair, and the last packet of each kind that went to the server.
fn established() -> (World, Vec<Vec<u8>>) {
    let (mut world, [server, client]) = World::connected(Config::default());
    world.send(CLIENT, client, 1, &[1; 3000]);
    world.send(SERVER, server, 1, &[2; 3000]);
    world.run(20 * SECOND);
    world.events(SERVER);
    let to_server = world.sent.iter().filter(|(from, _)| *from == CLIENT);
    let packets = to_server.map(|(_, bytes)| bytes.clone()).collect();
    (world, packets)
}

fn with_good_checksum(bytes: &[u8]) -> Option<Vec<u8>> {
    let packet = Packet::parse(bytes)?;
    let first = packet.first();
    let ports = (packet.source(), packet.destination());
    let rest = packet.after_first();
    Some(packet::build(
        ports,
        packet.tag(),
        first.kind,
        first.flags,
        first.value,
        rest,
    ))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn noise_is_counted_and_nothing_else(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let world = World::new(Config::default());
        let mut endpoint = listener(Config::default());
        let packets = answers(&mut endpoint, address(CLIENT), &noise, &world);
        prop_assert!(packets.is_empty());
        prop_assert_eq!(endpoint.counters().malformed, 1);
    }

    #[test]
    fn altered_packets_with_good_checksums_do_no_harm(
        choice in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (mut world, packets) = established();
        let mut bytes = choice.get(&packets).clone();
        for (index, value) in changes {
            // Ports and tag stay, so that the packet reaches the association.
            let index = 12 + index.index(bytes.len() - 12);
            bytes[index] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(16 + cut.index(bytes.len() - 15));
        }
        if let Some(bytes) = with_good_checksum(&bytes) {
            let from = address(CLIENT);
            world.ends[SERVER].handle(Datagram { from, bytes: &bytes }, world.now);
        }
        world.run(60 * SECOND);
        prop_assert!(world.ends[SERVER].associations() <= 1);
        let fresh = Path { local_port: 4000, ..path(CLIENT, SERVER) };
        let now = world.now;
        world.ends[CLIENT].connect(fresh, now).unwrap();
        world.run(SECOND);
        let up = |event: &Event| matches!(event, Event::Up { .. });
        prop_assert!(world.events(SERVER).iter().any(up));
    }
}
