//! The HSS as a program: a gateway asks over SCTP, M3UA, SCCP and TCAP, an I-CSCF over Diameter, on
//! loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::time::{Duration, Instant};

use codecs::diameter::cx::{LocationInfoAnswer, result};
use codecs::map::{AddressString, ErrorCode, ForwardingOptions, SendRoutingInfoArg};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator, Transfer};
use codecs::sccp::{self, SubsystemNumber};
use protocols::map::{Client, ClientConfig, ClientOutput, Failure, Received, Route, RoutingInfo};
use tandem::config::parse;
use tandem::diameter;
use tandem::hss;
use tandem::ss7::{self, Event, Ss7};
use tandem::tap::Tap;
use tandem::world::World;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

const GATEWAY: PointCode = PointCode::new(2 << 11 | 2 << 3 | 2);
const HSS: PointCode = PointCode::new(3 << 11 | 3 << 3 | 3);

const GATEWAY_SS7: &str = r#"
point_code = "2-2-2"
[[peer]]
name = "hss"
role = "asp"
local = ["127.77.30.20:9899"]
remote = ["127.77.30.30:9899"]
routing_context = 200
point_codes = ["3-3-3"]
"#;

fn number(text: &str) -> AddressString {
    AddressString::international(text.parse().unwrap()).unwrap()
}

/// The example configuration, on addresses of this test.
fn config() -> hss::Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/hss.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    parse(&path, &text.replace("127.0.0.", "127.77.30.")).unwrap()
}

struct Gateway {
    ss7: Ss7,
    events: mpsc::Receiver<Event>,
    client: Client,
}

impl Gateway {
    async fn start() -> Self {
        let config: ss7::Config = toml::from_str(GATEWAY_SS7).unwrap();
        let (ss7, mut events) = Ss7::start(config, Tap::default()).unwrap();
        while events.recv().await.unwrap() != Event::Available(HSS.into()) {}
        let local = sccp::e164(&"491710000020".parse().unwrap(), SubsystemNumber::Msc);
        let mut client = Client::new(ClientConfig::new(local, HSS.into()));
        client.available(HSS.into());
        Self {
            ss7,
            events,
            client,
        }
    }

    fn send(&self, data: bytes::Bytes) {
        self.ss7.send(Transfer {
            network: NetworkId::default(),
            opc: GATEWAY,
            dpc: HSS,
            si: ServiceIndicator::SCCP,
            ni: NetworkIndicator::NATIONAL,
            priority: 0,
            sls: 0,
            data,
        });
    }

    async fn ask(&mut self, msisdn: &str) -> Result<RoutingInfo, Failure> {
        let arg = SendRoutingInfoArg::basic_call(number(msisdn), number("491710000020"));
        self.client.send_routing_info(&arg, Instant::now());
        loop {
            match self.client.poll_output() {
                Some(ClientOutput::Send(outgoing)) => self.send(outgoing.message),
                Some(ClientOutput::Outcome { result, .. }) => return result,
                Some(ClientOutput::Discarded { why, .. }) => panic!("{why}"),
                None => self.receive().await,
            }
        }
    }

    async fn receive(&mut self) {
        if let Event::Transfer(transfer) = self.events.recv().await.unwrap() {
            let received = Received {
                from: transfer.origin(),
                message: transfer.data,
            };
            self.client.handle(&received, Instant::now());
        }
    }
}

/// A running HSS, and the word that stops it.
fn start() -> (JoinHandle<Result<(), hss::Error>>, watch::Sender<bool>) {
    let (stop, stopped) = watch::channel(false);
    let world = World {
        tap: Tap::default(),
        stop: stopped,
    };
    (tokio::task::spawn_local(hss::run(config(), world)), stop)
}

async fn ask_as_gateway() {
    let mut gateway = Gateway::start().await;
    let route = |answer: Result<RoutingInfo, Failure>| answer.unwrap().route;
    assert_eq!(
        route(gateway.ask("491715407090").await),
        Route::Icscf("icscf1.ims.example".parse().unwrap())
    );
    assert_eq!(
        route(gateway.ask("491715407093").await),
        Route::RoamingNumber(number("491720000123"))
    );
    let to = number("493090026001");
    let reason = ForwardingOptions::NOT_REACHABLE;
    assert_eq!(
        route(gateway.ask("491715407094").await),
        Route::Forwarded { to, reason }
    );
    for (msisdn, code) in [
        ("491715407095", ErrorCode::ABSENT_SUBSCRIBER),
        ("491715407096", ErrorCode::CALL_BARRED),
        ("491715407097", ErrorCode::SYSTEM_FAILURE),
        ("491715407000", ErrorCode::UNKNOWN_SUBSCRIBER),
    ] {
        match gateway.ask(msisdn).await {
            Err(Failure::UserError(error)) => assert_eq!(error.code, code),
            other => panic!("expected {code}, got {other:?}"),
        }
    }

    gateway.send(bytes::Bytes::from_static(b"\x09\x00noise"));
    gateway.send(bytes::Bytes::new());
    assert!(
        gateway.ask("491715407090").await.is_ok(),
        "noise is survived"
    );

    gateway.ss7.stop().await;
}

async fn ask_as_icscf() {
    let config = r#"
host = "icscf1.ims.example"
realm = "ims.example"
connect = "127.77.30.30:3868"
"#;
    let client = diameter::Client::start(toml::from_str(config).unwrap(), Tap::default());
    client.opened().await;
    let found = LocationInfoAnswer::found("sip:127.77.30.42:5060");
    for identity in [
        "tel:+491715407090",
        "sip:+497219578290@ims.example;user=phone",
    ] {
        assert_eq!(client.location_info(identity).await, Ok(found.clone()));
    }
    for (identity, outcome) in [
        ("tel:+497219578291", result::IDENTITY_NOT_REGISTERED),
        ("tel:+490000000000", result::USER_UNKNOWN),
        ("no identity", result::USER_UNKNOWN),
    ] {
        let refused = LocationInfoAnswer::failed(outcome);
        assert_eq!(client.location_info(identity).await, Ok(refused));
    }
    client.stop().await;
}

async fn scenario() {
    let (hss, stop) = start();
    tokio::join!(ask_as_gateway(), ask_as_icscf());
    stop.send(true).unwrap();
    hss.await.unwrap().unwrap();
}

#[test]
fn gateway_and_icscf_are_answered_for_every_kind_of_subscriber() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let local = tokio::task::LocalSet::new();
    local
        .block_on(&runtime, async {
            tokio::time::timeout(Duration::from_secs(60), scenario()).await
        })
        .expect("an answer was missing");
}
