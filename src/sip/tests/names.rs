//! Names resolved by a DNS server that the test plays.

use std::collections::HashMap;

use hickory_resolver::proto::op::{Message, OpCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, NAPTR, SRV};
use hickory_resolver::proto::rr::{Name as Domain, RData, Record, RecordType};
use tokio::net::UdpSocket;

use super::*;
use crate::sip::location::{Found, Locator};

const HOST: &str = "icscf.ims.example";

/// What a DNS server knows.
#[derive(Default)]
struct Zone(HashMap<(String, RecordType), Vec<RData>>);

fn domain(name: &str) -> Domain {
    Domain::from_ascii(format!("{name}.")).unwrap()
}

impl Zone {
    fn add(mut self, name: &str, data: RData) -> Self {
        let key = (format!("{name}."), data.record_type());
        self.0.entry(key).or_default().push(data);
        self
    }

    fn naptr(self, order: u16, service: &str, to: &str) -> Self {
        let flags = b"s".to_vec().into_boxed_slice();
        let service = service.as_bytes().into();
        let data = NAPTR::new(order, 50, flags, service, Box::default(), domain(to));
        self.add(HOST, RData::NAPTR(data))
    }

    fn srv(self, name: &str, priority: u16, weight: u16, port: u16, to: &str) -> Self {
        self.add(
            name,
            RData::SRV(SRV::new(priority, weight, port, domain(to))),
        )
    }

    fn a(self, name: &str, ip: &str) -> Self {
        let data = match ip.parse().unwrap() {
            IpAddr::V4(ip) => RData::A(A(ip)),
            IpAddr::V6(ip) => RData::AAAA(AAAA(ip)),
        };
        self.add(name, data)
    }

    /// Answers from now on, at this address.
    async fn serve(self) -> DnsConfig {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        tokio::task::spawn_local(async move {
            let mut buffer = [0; 4096];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                let answer = self.answer(&Message::from_vec(&buffer[..length]).unwrap());
                socket
                    .send_to(&answer.to_vec().unwrap(), from)
                    .await
                    .unwrap();
            }
        });
        toml::from_str(&format!("servers = [\"{at}\"]")).unwrap()
    }

    fn answer(&self, asked: &Message) -> Message {
        let query = asked.queries[0].clone();
        let key = (query.name().to_ascii().to_lowercase(), query.query_type());
        let known = self.0.get(&key).cloned().unwrap_or_default();
        let mut answer = Message::response(asked.id, OpCode::Query);
        let records = known.into_iter();
        answer.add_answers(records.map(|data| Record::from_rdata(query.name().clone(), 300, data)));
        answer.add_query(query);
        answer
    }
}

/// Where a server is found, by a gateway that listens there: priority, weight, hop.
fn located(zone: Zone, name: &Name, listeners: &[&str]) -> Vec<String> {
    run(async {
        let listeners = listeners.iter().map(|hop| hop.parse().unwrap()).collect();
        let locator = Locator::new(&zone.serve().await, listeners).unwrap();
        let Found { locations, until } = locator.locate(name).await.unwrap();
        assert!(until > std::time::Instant::now());
        let write = |location: Location<Hop>| {
            let Location {
                target,
                priority,
                weight,
            } = location;
            format!("{priority} {weight} {target}")
        };
        let mut written: Vec<_> = locations.into_iter().map(write).collect();
        written.sort();
        written
    })
}

fn name(port: Option<u16>, transport: Option<Transport>) -> Name {
    let host = HOST.to_owned();
    Name {
        host,
        port,
        transport,
    }
}

/// As in RFC 3263 §4.1, whose example this is but for TLS, which comes last here.
fn full() -> Zone {
    Zone::default()
        .naptr(90, "SIPS+D2T", "_sips._tcp.icscf.ims.example")
        .naptr(50, "SIP+D2T", "_sip._tcp.icscf.ims.example")
        .naptr(70, "SIP+D2U", "_sip._udp.icscf.ims.example")
        .srv("_sip._tcp.icscf.ims.example", 1, 10, 5060, "a.ims.example")
        .srv("_sip._tcp.icscf.ims.example", 2, 0, 5070, "b.ims.example")
        .srv("_sip._udp.icscf.ims.example", 1, 3, 5060, "a.ims.example")
        .srv("_sips._tcp.icscf.ims.example", 1, 0, 5061, "a.ims.example")
        .a("a.ims.example", "192.0.2.1")
        .a("a.ims.example", "2001:db8::1")
        .a("b.ims.example", "192.0.2.2")
        .a(HOST, "192.0.2.9")
}

#[test]
fn the_domain_says_which_transport_it_prefers() {
    let listeners = ["192.0.2.20:5060", "tcp:192.0.2.20:5060"];
    assert_eq!(
        located(full(), &name(None, None), &listeners),
        [
            "0 10 tcp:192.0.2.1:5060",
            "1 0 tcp:192.0.2.2:5070",
            "2 3 udp:192.0.2.1:5060",
        ]
    );
    assert_eq!(
        located(full(), &name(None, None), &["tls:[2001:db8::20]:5061"]),
        ["0 0 tls:[2001:db8::1]:5061"]
    );
}

#[test]
fn a_transport_that_is_configured_needs_no_naptr_and_a_port_no_srv() {
    let listeners = ["192.0.2.20:5060", "tcp:192.0.2.20:5060"];
    assert_eq!(
        located(full(), &name(None, Some(Transport::Udp)), &listeners),
        ["0 3 udp:192.0.2.1:5060"]
    );
    assert_eq!(
        located(full(), &name(Some(5099), Some(Transport::Tcp)), &listeners),
        ["0 0 tcp:192.0.2.9:5099"]
    );
    assert_eq!(
        located(full(), &name(Some(5099), None), &listeners),
        ["0 0 udp:192.0.2.9:5099"]
    );
}

#[test]
fn without_naptr_srv_is_looked_for_and_without_that_addresses() {
    let listeners = ["192.0.2.20:5060"];
    let zone = Zone::default()
        .srv("_sip._udp.icscf.ims.example", 1, 0, 5080, "a.ims.example")
        .a("a.ims.example", "192.0.2.1");
    assert_eq!(
        located(zone, &name(None, None), &listeners),
        ["0 0 udp:192.0.2.1:5080"]
    );
    let zone = Zone::default().a(HOST, "192.0.2.9").a(HOST, "192.0.2.8");
    assert_eq!(
        located(zone, &name(None, None), &listeners),
        ["0 0 udp:192.0.2.8:5060", "0 0 udp:192.0.2.9:5060"]
    );
    assert!(located(Zone::default(), &name(None, None), &listeners).is_empty());
}

#[test]
fn the_program_hears_where_a_server_is_and_speaks_to_it() {
    run(async {
        let mut server = End::at(Transport::Tcp, "127.0.0.1").await;
        let mut gateway = End::at(Transport::Tcp, "127.0.0.1").await;
        let port = server.hop.address.port();
        let dns = Zone::default()
            .srv("_sip._tcp.icscf.ims.example", 1, 0, port, "a.ims.example")
            .a("a.ims.example", "127.0.0.1")
            .serve()
            .await;
        let names = vec![(3, name(None, Some(Transport::Tcp)))];
        gateway.sip.follow(&dns, vec![gateway.hop], names).unwrap();
        let Some(Event::Found { name, locations }) = gateway.events.recv().await else {
            panic!("not found")
        };
        assert_eq!(name, 3);
        assert_eq!(locations.len(), 1);
        let ask = request(gateway.hop, "");
        gateway.send(locations[0].target, ask.clone()).unwrap();
        assert_eq!(server.received().await.0, ask);
    });
}
