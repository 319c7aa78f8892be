//! The whole exchange under test: calls of the PT go on to its far side, where the PT stands, too.

use std::time::{Duration, Instant};

use codecs::isup::{Pdu, Variant};
use codecs::mtp::{
    NetworkId, NetworkIndicator, PointCode, PointCodeFormat, ServiceIndicator, Transfer,
};
use codecs::number::Digits;
use protocols::isup::{Circuits, Config, Group, GroupId};
use protocols::sip::{AgentConfig, TransactionConfig, UserAgent};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use routing::{NumberingArea, Prefixes};
use tandem::exchange::interworking::cause::CauseTables;
use tandem::exchange::interworking::overrides::Overrides;
use tandem::exchange::settings::{CircuitRange, Destination, Rtp, Settings, Sip, Trunk};
use tandem::exchange::{Exchange, Input, Machines, Output};
use tandem::scenario::{self, Conditions, Request, Side};

use crate::bench::{Sut, acknowledgement, octets};
use crate::circuits::{PT, SUT, group};

const FAR: PointCode = PointCode::new(300);

pub(crate) struct Gateway {
    exchange: Exchange,
    variant: &'static Variant,
}

impl Gateway {
    /// Both sides are available, and the circuits are idle.
    pub(crate) fn new(conditions: &Conditions, now: Instant) -> Self {
        let near = group(conditions);
        let far = Group {
            name: "far".into(),
            remote: FAR,
            cics: conditions.far_circuits.clone().into_iter().collect(),
            ..near.clone()
        };
        let settings = settings([&near, &far]);
        let config = Config {
            groups: vec![near, far],
            ..Config::default()
        };
        let mut gateway = Self {
            exchange: Exchange::new(settings, machines(config)),
            variant: conditions.variant,
        };
        for remote in [PT, FAR] {
            gateway
                .exchange
                .handle(Input::Available(remote.into()), now);
        }
        while let Some((side, octets)) = gateway.next_message() {
            let Pdu { cic, message } = Pdu::decode_as(gateway.variant, &octets).unwrap();
            let message = acknowledgement(&message);
            gateway.receive(
                side,
                &self::octets(conditions.variant, &Pdu { cic, message }),
                now,
            );
        }
        gateway
    }

    fn next_message(&mut self) -> Option<(Side, Vec<u8>)> {
        loop {
            if let Output::Transfer(transfer) = self.exchange.poll_output()? {
                let side = if transfer.dpc == PT {
                    Side::Near
                } else {
                    Side::Far
                };
                return Some((side, transfer.data.to_vec()));
            }
        }
    }
}

impl Sut for Gateway {
    fn receive(&mut self, side: Side, octets: &[u8], now: Instant) {
        let transfer = Transfer {
            network: NetworkId::default(),
            opc: if side == Side::Near { PT } else { FAR },
            dpc: SUT,
            si: ServiceIndicator::ISUP,
            ni: NetworkIndicator::NATIONAL,
            priority: 0,
            sls: 0,
            data: octets.to_vec().into(),
        };
        self.exchange.handle(Input::Transfer(transfer), now);
    }

    fn carry_out(&mut self, request: Request, _: Instant) -> Option<scenario::Input> {
        panic!("the exchange does by itself what it does: {request:?}");
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.exchange.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.exchange.handle_timeout(now);
    }

    fn poll(&mut self) -> Option<scenario::Input> {
        let (side, octets) = self.next_message()?;
        Some(scenario::Input::Received(side, octets))
    }
}

fn digits(text: &str) -> Digits {
    text.parse().unwrap()
}

/// Every number leads to the far side.
fn settings(groups: [&Group; 2]) -> Settings {
    let mut routes = Prefixes::new();
    routes.insert(&digits(""), Destination::Trunk([GroupId(1)].into()));
    let trunk = |(span, group): (u16, &Group)| Trunk {
        name: group.name.clone(),
        circuits: group
            .cics
            .iter()
            .map(|cics| CircuitRange {
                cics: cics.clone(),
                span,
                first_timeslot: 1,
            })
            .collect(),
        asks_who_calls: false,
        returns_calls: false,
    };
    Settings {
        point_codes: (&PointCodeFormat::ITU).into(),
        numbering: NumberingArea {
            country_code: digits("49"),
            area_code: Some(digits("721")),
            international_prefix: digits("00"),
            national_prefix: digits("0"),
        },
        trunks: (0..).zip(groups).map(trunk).collect(),
        routes,
        lengths: Prefixes::new(),
        icscfs: Vec::new(),
        icscf_penalty: Duration::from_secs(30),
        sip: Sip::new(Vec::new(), CauseTables::Ts29163),
        rtp: Rtp {
            address: "192.0.2.20".parse().unwrap(),
            ports: 20000..=20099,
            packet_ms: 20,
        },
        hss: None,
        ims_roaming_prefix: None,
        overrides: Overrides::default(),
        policies: Default::default(),
        rows: Default::default(),
        flow: Default::default(),
        early_acm: Duration::from_secs(10),
    }
}

fn machines(circuits: Config) -> Machines {
    let agent = AgentConfig {
        bridges: true,
        ..AgentConfig::new(TransactionConfig::new("192.0.2.20:5060".parse().unwrap()))
    };
    Machines {
        circuits: Circuits::new(circuits).unwrap(),
        agent: UserAgent::new(agent, [7; 32]),
        locator: None,
        random: SmallRng::seed_from_u64(7),
    }
}
