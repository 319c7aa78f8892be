//! The exchange under test, as large as it would be in service: 15,872 circuits on 512 spans.

use std::ops::RangeInclusive;
use std::time::Duration;

use codecs::map::AddressString;
use codecs::mtp::{NetworkIndicator, PointCode, PointCodeFormat};
use codecs::number::Digits;
use codecs::sccp;
use protocols::isup::{Circuits, Config, Control, Group, GroupId, Hunting, Timers};
use protocols::map;
use protocols::sip::{AgentConfig, TransactionConfig, UserAgent};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use routing::{NumberingArea, Prefixes};
use tandem::exchange::interworking::cause::CauseTables;
use tandem::exchange::interworking::overrides::Overrides;
use tandem::exchange::settings::*;
use tandem::exchange::{Exchange, Machines};

use super::{HSS, OWN};

pub const ICSCF: &str = "192.0.2.40:5060";
pub(super) const LOCAL: &str = "192.0.2.20:5060";
const TRUNKS: u16 = 4;
const SPANS: u16 = 128;

/// The exchanges that the trunk groups lead to.
pub fn exchanges() -> impl Iterator<Item = PointCode> {
    (0..TRUNKS).map(|trunk| PointCode::new(100 + trunk))
}

/// The circuits of each trunk group.
pub fn cics() -> RangeInclusive<u16> {
    1..=SPANS * 31
}

fn digits(text: &str) -> Digits {
    text.parse().unwrap()
}

pub fn exchange() -> Exchange {
    let machines = Machines {
        circuits: circuits(),
        agent: agent(),
        locator: Some(locator()),
        random: SmallRng::seed_from_u64(1),
    };
    Exchange::new(settings(), machines)
}

fn circuits() -> Circuits {
    let group = |remote: PointCode| Group {
        name: format!("pstn{}", remote.value()),
        local: OWN,
        remote,
        network_indicator: NetworkIndicator::NATIONAL,
        cics: vec![cics()],
        control: Control::PointCode,
        hunting: Hunting::ControlledFirst,
        timers: Timers::default(),
        ..Group::default()
    };
    Circuits::new(Config {
        groups: exchanges().map(group).collect(),
        ..Config::default()
    })
    .unwrap()
}

fn agent() -> UserAgent {
    let config = AgentConfig {
        bridges: true,
        ..AgentConfig::new(TransactionConfig::new(LOCAL.parse().unwrap()))
    };
    UserAgent::new(config, [7; 32])
}

fn locator() -> map::Client {
    let gmsc = sccp::e164(&digits("491710000020"), sccp::SubsystemNumber::Msc);
    let mut client = map::Client::new(map::ClientConfig::new(gmsc, HSS.into()));
    client.available(HSS.into());
    client
}

fn settings() -> Settings {
    let mut routes = Prefixes::new();
    routes.insert(&digits("49171"), Destination::Mobile);
    routes.insert(&digits("49721"), Destination::Fixed);
    for trunk in 0..TRUNKS {
        let number = format!("49309002600{trunk}");
        routes.insert(
            &digits(&number),
            Destination::Trunk([GroupId(trunk)].into()),
        );
    }
    let icscf = |name: &str, address: &str| Icscf {
        name: name.into(),
        address: Some(address.parse().unwrap()),
        weight: 1,
    };
    Settings {
        point_codes: (&PointCodeFormat::ITU).into(),
        numbering: NumberingArea {
            country_code: digits("49"),
            area_code: Some(digits("721")),
            international_prefix: digits("00"),
            national_prefix: digits("0"),
        },
        trunks: (0..)
            .zip(exchanges())
            .map(|(n, remote)| trunk(n, remote))
            .collect(),
        routes,
        lengths: Prefixes::new(),
        icscfs: vec![
            icscf("icscf1.ims.example", ICSCF),
            icscf("icscf2.ims.example", "192.0.2.41:5060"),
        ],
        icscf_penalty: Duration::from_secs(30),
        sip: Sip::new(vec!["192.0.2.40".parse().unwrap()], CauseTables::Ts29163),
        rtp: Rtp {
            address: "192.0.2.20".parse().unwrap(),
            ports: 10000..=65535,
            packet_ms: 20,
        },
        hss: Some(Hss {
            own_point_code: OWN,
            network_indicator: NetworkIndicator::NATIONAL,
            own_title: AddressString::international(digits("491710000020")).unwrap(),
        }),
        ims_roaming_prefix: None,
        overrides: Overrides::default(),
        policies: Default::default(),
        rows: Default::default(),
        flow: Default::default(),
        early_acm: Duration::from_secs(10),
    }
}

fn trunk(number: u16, remote: PointCode) -> Trunk {
    let circuits = (0..SPANS).map(|span| CircuitRange {
        cics: span * 31 + 1..=span * 31 + 31,
        span: number * SPANS + span,
        first_timeslot: 1,
    });
    Trunk {
        name: format!("pstn{}", remote.value()),
        circuits: circuits.collect(),
        asks_who_calls: false,
        returns_calls: false,
    }
}
