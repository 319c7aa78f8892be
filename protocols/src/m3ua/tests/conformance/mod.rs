//! The behaviours that the public conformance suite lists (ETSI TS 102 381), each as a test with
//! its name, on virtual time. The messages of the tester are written here octet by octet.

mod asp;
mod sgp;
mod sgp_keys;
mod sgp_network;
mod sgp_traffic;

use std::collections::VecDeque;
use std::time::Duration;

use super::*;

/// The end under test, and the tester at its associations.
struct Bench {
    end: End,
    /// What the tester received, by association.
    received: Vec<VecDeque<(u16, Bytes)>>,
}

impl Bench {
    fn new(config: Config) -> Self {
        let received = vec![VecDeque::new(); config.associations.len()];
        let mut bench = Self {
            end: End::new(config),
            received,
        };
        for association in 0..bench.received.len() {
            bench.input(up_at(association, 16));
        }
        bench
    }

    fn input(&mut self, input: Input) {
        self.end.input(input);
        self.collect();
    }

    fn collect(&mut self) {
        while let Some(output) = self.end.layer.poll_output() {
            if let Output::Send {
                association,
                stream,
                payload,
            } = output
            {
                self.received[association].push_back((stream, payload));
            }
        }
    }

    /// The tester sends a message on stream 0.
    fn send(&mut self, message: &Bytes) {
        self.send_at(0, 0, message);
    }

    fn send_at(&mut self, association: usize, stream: u16, message: &Bytes) {
        self.end
            .hears_bytes_at(association, stream, message.clone());
        self.collect();
    }

    fn seconds(&mut self, seconds: u64) {
        self.end.advance(Duration::from_secs(seconds));
        self.collect();
    }

    /// The tester receives exactly this next.
    fn expect(&mut self, message: &Bytes) {
        self.expect_at(0, message);
    }

    fn expect_at(&mut self, association: usize, message: &Bytes) {
        let next = self.received[association].pop_front();
        assert_eq!(next.map(|(_, payload)| payload), Some(message.clone()));
    }

    /// The tester has received nothing else.
    fn expect_no_more(&self) {
        assert!(
            self.received.iter().all(VecDeque::is_empty),
            "{:?}",
            self.received
        );
    }
}

/// A message of this class and type.
fn message(class: u8, kind: u8, parameters: &[Vec<u8>]) -> Bytes {
    let body = parameters.concat();
    let mut octets = vec![1, 0, class, kind];
    octets.extend(u32::try_from(8 + body.len()).unwrap().to_be_bytes());
    octets.extend(body);
    octets.into()
}

/// The same with a version that does not exist.
fn of_version_2(message: &Bytes) -> Bytes {
    let mut octets = message.to_vec();
    octets[0] = 2;
    octets.into()
}

fn parameter(tag: u16, value: &[u8]) -> Vec<u8> {
    let mut octets = tag.to_be_bytes().to_vec();
    octets.extend(u16::try_from(4 + value.len()).unwrap().to_be_bytes());
    octets.extend(value);
    octets.resize(octets.len().next_multiple_of(4), 0);
    octets
}

fn word(tag: u16, value: u32) -> Vec<u8> {
    parameter(tag, &value.to_be_bytes())
}

fn rc(contexts: &[u32]) -> Vec<u8> {
    let octets: Vec<u8> = contexts.iter().flat_map(|rc| rc.to_be_bytes()).collect();
    parameter(0x0006, &octets)
}

/// Affected point codes, each below a mask.
fn affected(mask: u8, code: u32) -> Vec<u8> {
    word(0x0012, u32::from(mask) << 24 | code)
}

fn mode(mode: u32) -> Vec<u8> {
    word(0x000b, mode)
}

fn id(identifier: u32) -> Vec<u8> {
    word(0x0011, identifier)
}

/// The Error message with this code about this message.
fn err(code: u32, offending: &Bytes) -> Bytes {
    let diagnostic = parameter(0x0007, &offending[..offending.len().min(40)]);
    message(0, 0, &[word(0x000c, code), diagnostic])
}

/// A Notify of this type and information about routing context 1.
fn ntfy(kind: u32, information: u32) -> Bytes {
    message(0, 1, &[word(0x000d, kind << 16 | information), rc(&[1])])
}

fn as_inactive() -> Bytes {
    ntfy(1, 2)
}

fn as_active() -> Bytes {
    ntfy(1, 3)
}

fn as_pending() -> Bytes {
    ntfy(1, 4)
}

fn aspup() -> Bytes {
    message(3, 1, &[])
}

fn aspup_ack() -> Bytes {
    message(3, 4, &[])
}

fn aspdn() -> Bytes {
    message(3, 2, &[])
}

fn aspdn_ack() -> Bytes {
    message(3, 5, &[])
}

fn beat(data: &[u8]) -> Bytes {
    message(3, 3, &[parameter(0x0009, data)])
}

fn beat_ack(data: &[u8]) -> Bytes {
    message(3, 6, &[parameter(0x0009, data)])
}

fn aspac(parameters: &[Vec<u8>]) -> Bytes {
    message(4, 1, parameters)
}

fn aspac_ack(parameters: &[Vec<u8>]) -> Bytes {
    message(4, 3, parameters)
}

fn aspia(parameters: &[Vec<u8>]) -> Bytes {
    message(4, 2, parameters)
}

fn aspia_ack(parameters: &[Vec<u8>]) -> Bytes {
    message(4, 4, parameters)
}

/// Protocol data of SI 0, NI 2: six octets from one point code to another.
fn protocol_data(opc: u32, dpc: u32, sls: u8) -> Vec<u8> {
    let mut octets = [opc.to_be_bytes(), dpc.to_be_bytes(), [0, 2, 0, sls]].concat();
    octets.extend([11, 34, 45, 67, 67, 89]);
    parameter(0x0210, &octets)
}

/// Point codes of the end under test and of the tester.
fn point_code(code: u32) -> PointCode {
    PointCode::try_from(code).unwrap()
}

const SUT: u32 = 4001;
const TESTER: u32 = 100;
const TESTER_2: u32 = 101;
const UNAVAILABLE: u32 = 1234;
const AVAILABLE: u32 = 1235;
const CONGESTED: u32 = 1236;
const RESTRICTED: u32 = 1237;

fn gateway() -> Config {
    Config {
        associations: vec![AssociationConfig::new(Role::Sgp)],
        servers: vec![ServerConfig {
            routing_context: Some(1),
            key: Key {
                destinations: vec![point_code(TESTER)],
                ..Key::default()
            },
            reaches: vec![(point_code(TESTER), 0)],
            ..ServerConfig::new(Side::Theirs, 0)
        }],
        own: vec![point_code(SUT).into()],
        timers: timers(),
        ..Config::default()
    }
}

/// A gateway whose application server the tester has as two processes.
fn gateway_of_two(mode: TrafficMode, required: usize) -> Bench {
    let mut config = gateway();
    config.associations.push(AssociationConfig::new(Role::Sgp));
    config.servers[0].associations.push(1);
    config.servers[0].mode = Some(mode);
    config.servers[0].required = required;
    Bench::new(config)
}

/// A gateway to which the tester is ASP-INACTIVE.
fn inactive() -> Bench {
    inactive_at(gateway())
}

fn inactive_at(config: Config) -> Bench {
    let mut bench = Bench::new(config);
    bench.send(&aspup());
    bench.expect(&aspup_ack());
    bench.expect(&as_inactive());
    bench
}

/// A gateway to which the tester is ASP-ACTIVE.
fn active() -> Bench {
    active_at(gateway())
}

fn active_at(config: Config) -> Bench {
    let mut bench = inactive_at(config);
    bench.send(&aspac(&[]));
    bench.expect(&aspac_ack(&[rc(&[1])]));
    bench.expect(&as_active());
    bench
}

const TABLE: &str = include_str!("../../../../../docs/conformance/m3ua.md");

const SOURCES: [&str; 5] = [
    include_str!("asp.rs"),
    include_str!("sgp.rs"),
    include_str!("sgp_keys.rs"),
    include_str!("sgp_network.rs"),
    include_str!("sgp_traffic.rs"),
];

#[test]
fn the_table_names_every_test_and_no_other() {
    let rows = TABLE
        .lines()
        .filter_map(|line| line.strip_prefix("| `m3ua-"));
    let listed: Vec<String> = rows
        .map(|row| row.split('`').next().unwrap().replace('-', "_"))
        .collect();
    let tests = SOURCES
        .iter()
        .flat_map(|source| source.split("#[test]\nfn m3ua_").skip(1));
    let written: BTreeSet<&str> = tests.map(|test| test.split('(').next().unwrap()).collect();
    let unique: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), listed.len(), "an id stands twice");
    assert_eq!(unique, written);
    assert_eq!(written.len(), 103);
    let verdicts = TABLE
        .lines()
        .filter(|line| line.contains("| passes |"))
        .count();
    assert_eq!(
        verdicts,
        listed.len(),
        "a row says something else than its test"
    );
}
