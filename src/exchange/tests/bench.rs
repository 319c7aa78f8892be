//! The bench of the scenarios: an exchange and what it says.

use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::isup::{self, *};
use codecs::map::{AddressString, SendRoutingInfoRes, UserError};
use codecs::mtp::{
    NetworkId, NetworkIndicator, PointCode, PointCodeFormat, ServiceIndicator, Transfer,
};
use codecs::number::{Digits, NatureOfAddress, NumberingPlan};
use codecs::{sccp, sip};
use protocols::isup::{
    Circuits, Config as CircuitsConfig, Control, Group, GroupId, Hunting, Timers,
};
use protocols::map;
use protocols::sip::{
    AgentConfig, Datagram, Hop, TransactionConfig, Transmit, UserAgent, WatchConfig,
};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use routing::{NumberingArea, Prefixes};

use crate::exchange::interworking::cause::CauseTables;

use crate::exchange::interworking::overrides::Overrides;
use crate::exchange::policy::Policies;
use crate::exchange::settings::*;
use crate::exchange::telemetry::{CallRecord, Telemetry};
use crate::exchange::{Exchange, Input, Machines, Media, Output};

pub(super) const OWN: PointCode = PointCode::new(2);
pub(super) const PSTN: PointCode = PointCode::new(1);
pub(super) const HSS: PointCode = PointCode::new(3);
const PSTN_GROUP: GroupId = GroupId(0);
const MOBILE_GROUP: GroupId = GroupId(1);
pub(super) const ICSCF1: &str = "192.0.2.40:5060";
pub(super) const ICSCF2: &str = "192.0.2.41:5060";

pub(super) struct Bench {
    pub(super) exchange: Exchange,
    pub(super) now: Instant,
    pub(super) isup: Vec<(u16, isup::Message)>,
    /// Where the messages of `isup` go.
    pub(super) isup_to: Vec<PointCode>,
    pub(super) sip: Vec<(Hop, sip::Message)>,
    pub(super) media: Vec<Media>,
    pub(super) telemetry: Vec<Telemetry>,
    pub(super) records: Vec<CallRecord>,
    hss: map::Server,
    hss_answers: Option<Result<SendRoutingInfoRes, UserError>>,
    hss_asked: Option<map::DialogueId>,
    /// The latest message of the HSS.
    pub(super) hss_said: Bytes,
}

/// Where the exchange listens for SIP.
pub(super) fn own_sip() -> Hop {
    "192.0.2.20:5060".parse().unwrap()
}

/// A SIP message from an address.
pub(super) fn datagram(bytes: impl Into<Bytes>, from: &str) -> Input {
    Input::Datagram(Datagram {
        bytes: bytes.into(),
        from: from.parse().unwrap(),
        local: own_sip().address,
    })
}

pub(super) fn digits(text: &str) -> Digits {
    text.parse().unwrap()
}

fn trunk(name: &str, span: u16) -> Trunk {
    Trunk {
        name: name.into(),
        circuits: vec![CircuitRange {
            cics: 1..=3,
            span,
            first_timeslot: 1,
        }],
        asks_who_calls: false,
        returns_calls: false,
    }
}

pub(super) fn settings() -> Settings {
    let mut routes = Prefixes::new();
    routes.insert(&digits("49171"), Destination::Mobile);
    routes.insert(&digits("49721"), Destination::Fixed);
    routes.insert(&digits("4930"), Destination::Trunk([PSTN_GROUP].into()));
    routes.insert(&digits("49172"), Destination::Trunk([MOBILE_GROUP].into()));
    let both = [PSTN_GROUP, MOBILE_GROUP];
    routes.insert(&digits("4969"), Destination::Trunk(both.into()));
    let mut lengths = Prefixes::new();
    lengths.insert(&digits("4972195"), 12);
    let icscf = |name: &str, address: &str, weight| Icscf {
        name: name.into(),
        address: Some(address.parse().unwrap()),
        weight,
    };
    Settings {
        point_codes: (&PointCodeFormat::ITU).into(),
        numbering: NumberingArea {
            country_code: digits("49"),
            area_code: Some(digits("721")),
            international_prefix: digits("00"),
            national_prefix: digits("0"),
        },
        trunks: vec![trunk("pstn", 0), trunk("mobile", 1)],
        routes,
        lengths,
        icscfs: vec![
            icscf("icscf1.ims.example", ICSCF1, 1),
            icscf("icscf2.ims.example", ICSCF2, 0),
        ],
        icscf_penalty: Duration::from_secs(30),
        sip: Sip::new(vec!["192.0.2.40".parse().unwrap()], CauseTables::Ts29163),
        rtp: Rtp {
            address: "192.0.2.20".parse().unwrap(),
            ports: 20000..=20007,
            packet_ms: 20,
        },
        hss: Some(Hss {
            own_point_code: OWN,
            network_indicator: NetworkIndicator::NATIONAL,
            own_title: AddressString::international(digits("491710000020")).unwrap(),
        }),
        ims_roaming_prefix: Some(digits("491719999")),
        overrides: Overrides::default(),
        policies: Policies::default(),
        rows: Default::default(),
        flow: Flow::default(),
        early_acm: Duration::from_secs(10),
    }
}

fn machines(like: Group, mobile: &'static Variant) -> Machines {
    let group = |name: &str| Group {
        name: name.into(),
        local: OWN,
        remote: PointCode::new(if name == "pstn" { 1 } else { 4 }),
        network_indicator: NetworkIndicator::NATIONAL,
        unequipped_circuit_message: true,
        cics: vec![1..=3],
        control: Control::PointCode,
        hunting: Hunting::ControlledFirst,
        timers: Timers::default(),
        ..like.clone()
    };
    let circuits = CircuitsConfig {
        groups: vec![
            group("pstn"),
            Group {
                variant: mobile,
                ..group("mobile")
            },
        ],
        ..CircuitsConfig::default()
    };
    let mut transactions = TransactionConfig::new(own_sip());
    transactions.timings.timer_b = Duration::from_secs(4);
    let agent = AgentConfig {
        bridges: true,
        ..AgentConfig::new(transactions)
    };
    let gmsc = sccp::e164(&digits("491710000020"), sccp::SubsystemNumber::Msc);
    Machines {
        circuits: Circuits::new(circuits).unwrap(),
        agent: UserAgent::new(agent, [7; 32]),
        locator: Some(map::Client::new(map::ClientConfig::new(gmsc, HSS.into()))),
        random: SmallRng::seed_from_u64(7),
    }
}

impl Bench {
    /// An exchange whose circuits are reset and idle.
    pub(super) fn new() -> Self {
        Self::with(Group::default())
    }

    /// All outgoing calls ask for a continuity check.
    pub(super) fn checking() -> Self {
        Self::with(Group {
            continuity_check: 100,
            ..Group::default()
        })
    }

    /// Digits may come in several messages.
    pub(super) fn overlapping() -> Self {
        Self::with(Group {
            overlap: true,
            ..Group::default()
        })
    }

    /// Both trunk groups speak this ISUP.
    pub(super) fn speaking(variant: &'static Variant) -> Self {
        Self::with(Group {
            variant,
            ..Group::default()
        })
    }

    /// The trunk group to the mobile network speaks another ISUP.
    pub(super) fn towards(mobile: &'static Variant) -> Self {
        Self::of(Group::default(), mobile)
    }

    /// I-CSCFs are asked whether they are there.
    pub(super) fn watching() -> Self {
        let mut settings = settings();
        settings.sip.watch = Some(WatchConfig {
            interval: Duration::from_secs(30),
            answer: Duration::from_secs(4),
            failures: 2,
        });
        let group = Group::default();
        let variant = group.variant;
        Self::made_of(settings, group, variant)
    }

    fn with(like: Group) -> Self {
        let variant = like.variant;
        Self::of(like, variant)
    }

    fn of(like: Group, mobile: &'static Variant) -> Self {
        Self::made_of(settings(), like, mobile)
    }

    fn made_of(settings: Settings, like: Group, mobile: &'static Variant) -> Self {
        let hlr = sccp::e164(&digits("491710000030"), sccp::SubsystemNumber::Hlr);
        let mut bench = Self {
            exchange: Exchange::new(settings, machines(like, mobile)),
            now: Instant::now(),
            isup: Vec::new(),
            isup_to: Vec::new(),
            sip: Vec::new(),
            media: Vec::new(),
            telemetry: Vec::new(),
            records: Vec::new(),
            hss: map::Server::new(map::ServerConfig::new(hlr)),
            hss_answers: None,
            hss_asked: None,
            hss_said: Bytes::new(),
        };
        bench.input(Input::Available(HSS.into()));
        for remote in [PSTN, PointCode::new(4)] {
            bench.input(Input::Available(remote.into()));
            let reset = bench.take_isup();
            assert!(
                matches!(reset[..], [(1, isup::Message::Grs(_))]),
                "{reset:?}"
            );
            let range_and_status = RangeAndStatus::new(2, |_| false);
            bench.receive_from(remote, 1, isup::Message::Gra(Gra { range_and_status }));
        }
        bench
    }

    /// What the HSS will answer; without it, it does not.
    pub(super) fn hss_answers(&mut self, answer: Result<SendRoutingInfoRes, UserError>) {
        self.hss_answers = Some(answer);
    }

    pub(super) fn input(&mut self, input: Input) {
        self.exchange.handle(input, self.now);
        self.drain();
    }

    pub(super) fn advance(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.exchange.poll_timeout().filter(|&at| at <= until) {
            self.now = at.max(self.now);
            self.exchange.handle_timeout(self.now);
            self.drain();
        }
        self.now = until;
    }

    pub(super) fn drain(&mut self) {
        while let Some(output) = self.exchange.poll_output() {
            match output {
                Output::Transfer(transfer) if transfer.si == ServiceIndicator::ISUP => {
                    let variant = self.variant(transfer.dpc);
                    let pdu = Pdu::decode_as(variant, &transfer.data).unwrap();
                    assert_eq!(u16::from(transfer.sls), pdu.cic.value() & 0xF);
                    self.isup.push((pdu.cic.value(), pdu.message));
                    self.isup_to.push(transfer.dpc);
                }
                Output::Transfer(transfer) => self.ask_hss(transfer),
                Output::Transmit(Transmit { bytes, to, .. }) => {
                    self.sip.push((to, sip::Message::parse(bytes).unwrap()));
                }
                Output::Media(media) => self.media.push(media),
                Output::Telemetry(Telemetry::Ended(record)) => self.records.push(*record),
                Output::Telemetry(telemetry) => self.telemetry.push(telemetry),
            }
        }
    }

    fn ask_hss(&mut self, transfer: Transfer) {
        assert_eq!(transfer.opc, OWN);
        if transfer.dpc != HSS {
            return; // An answer to somebody who made no sense.
        }
        let received = map::Received {
            from: OWN.into(),
            message: transfer.data.clone(),
        };
        self.hss.handle(&received, self.now);
        self.hss_says();
    }

    /// What the HSS answers to a question that it has left unanswered so far, where there is one.
    pub(super) fn hss_answers_late(&mut self, answer: Result<SendRoutingInfoRes, UserError>) {
        if let Some(dialogue) = self.hss_asked.take() {
            self.hss.respond(dialogue, answer);
            self.hss_says();
            self.drain();
        }
    }

    fn hss_says(&mut self) {
        while let Some(output) = self.hss.poll_output() {
            match output {
                map::ServerOutput::SendRoutingInfo { dialogue, .. } => {
                    match self.hss_answers.take() {
                        Some(answer) => self.hss.respond(dialogue, answer),
                        None => self.hss_asked = Some(dialogue),
                    }
                }
                map::ServerOutput::Send(outgoing) => {
                    self.hss_said = outgoing.message.clone();
                    let transfer = transfer(HSS, ServiceIndicator::SCCP, outgoing.message);
                    self.exchange.handle(Input::Transfer(transfer), self.now);
                }
                map::ServerOutput::Discarded { .. } => {}
            }
        }
    }

    /// An ISUP message from the PSTN.
    pub(super) fn receive(&mut self, cic: u16, message: isup::Message) {
        self.receive_from(PSTN, cic, message);
    }

    pub(super) fn receive_from(&mut self, opc: PointCode, cic: u16, message: isup::Message) {
        let mut data = Vec::new();
        Pdu {
            cic: Cic::try_from(cic).unwrap(),
            message,
        }
        .encode_as(self.variant(opc), &mut data);
        self.receive_octets(opc, data);
    }

    /// The ISUP spoken with an exchange; with one that no trunk group leads to, Q.763's.
    fn variant(&self, remote: PointCode) -> &'static Variant {
        let variant = self
            .exchange
            .circuits()
            .variant(NetworkId::default(), OWN, remote);
        variant.unwrap_or(&Variant::ITU)
    }

    pub(super) fn receive_octets(&mut self, opc: PointCode, data: Vec<u8>) {
        let transfer = transfer(opc, ServiceIndicator::ISUP, data.into());
        self.input(Input::Transfer(transfer));
    }

    /// A SIP message, lines separated by `\n`, from an address.
    pub(super) fn receive_sip(&mut self, from: &str, text: &str) {
        let bytes = Bytes::from(text.trim_start().replace('\n', "\r\n"));
        self.input(datagram(bytes, from));
    }

    /// A response to a request of the exchange, from the address it was sent to.
    pub(super) fn respond(&mut self, request: &sip::Message, status: u16, sdp: Option<&str>) {
        self.respond_with(request, status, "bob", sdp, "");
    }

    pub(super) fn respond_with(
        &mut self,
        request: &sip::Message,
        status: u16,
        tag: &str,
        sdp: Option<&str>,
        extra: &str,
    ) {
        let field = |name| request.text(name).unwrap().to_owned();
        let to = field(sip::HeaderName::To);
        let to = if to.contains("tag=") {
            to
        } else {
            format!("{to};tag={tag}")
        };
        let body = sdp.unwrap_or_default().replace('\n', "\r\n");
        let content_type = if sdp.is_some() {
            "Content-Type: application/sdp\n"
        } else {
            ""
        };
        let text = format!(
            "SIP/2.0 {status} {}\nVia: {}\nFrom: {}\nTo: {to}\nCall-ID: {}\nCSeq: {}\n\
             Contact: <sip:bob@192.0.2.50:5062>\n{extra}{content_type}Content-Length: {}\n\n",
            sip::phrase(status),
            field(sip::HeaderName::Via),
            field(sip::HeaderName::From),
            field(sip::HeaderName::CallId),
            field(sip::HeaderName::CSeq),
            body.len(),
        );
        let bytes = Bytes::from(text.replace('\n', "\r\n") + &body);
        self.input(datagram(bytes, ICSCF1));
    }

    pub(super) fn take_isup(&mut self) -> Vec<(u16, isup::Message)> {
        self.isup_to.clear();
        std::mem::take(&mut self.isup)
    }

    /// The one ISUP message that was sent since the last look.
    pub(super) fn isup_message(&mut self) -> isup::Message {
        let mut messages = self.take_isup();
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.remove(0).1
    }

    /// The one SIP message that was sent since the last look.
    pub(super) fn sip_message(&mut self) -> sip::Message {
        let mut messages = std::mem::take(&mut self.sip);
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.remove(0).1
    }

    pub(super) fn sip_methods(&mut self) -> Vec<String> {
        let label = |message: &sip::Message| match message.is_request() {
            true => message.method().as_str().to_owned(),
            false => message.status().to_string(),
        };
        let labels = self.sip.iter().map(|(_, message)| label(message)).collect();
        self.sip.clear();
        labels
    }

    /// Nothing is left of any call: no call, no port, and no circuit but idle ones.
    #[track_caller]
    pub(super) fn is_clean(&mut self) {
        assert_eq!(self.exchange.calls_up(), 0);
        assert_eq!(self.exchange.ports_in_use(), 0);
        for (trunk, counts) in self.exchange.circuit_counts() {
            assert_eq!(counts.idle, 3, "{trunk}: {counts:?}");
        }
        let opened = |media: &&Media| matches!(media, Media::Open { .. } | Media::Join { .. });
        let closed = |media: &&Media| matches!(media, Media::Close(_));
        assert_eq!(
            self.media.iter().filter(opened).count(),
            self.media.iter().filter(closed).count()
        );
    }

    /// The release cause of the one call that ended since the last look.
    #[track_caller]
    pub(super) fn ended_with(&mut self) -> u8 {
        let records = std::mem::take(&mut self.records);
        assert_eq!(records.len(), 1, "{records:?}");
        records[0].cause.cause.value()
    }
}

/// A message to the exchange.
pub(super) fn transfer(opc: PointCode, si: ServiceIndicator, data: Bytes) -> Transfer {
    Transfer {
        network: NetworkId::default(),
        opc,
        dpc: OWN,
        si,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: 0,
        data,
    }
}

pub(super) fn rel(cause: Cause) -> isup::Message {
    isup::Message::Rel(Rel {
        cause: CauseIndicators::new(cause, Location::USER),
        optional: Parameters::default(),
    })
}

pub(super) fn rlc() -> isup::Message {
    isup::Message::Rlc(Rlc::default())
}

/// An IAM for a national number, from +49 89 12345678.
pub(super) fn iam(called: &str) -> Iam {
    let calling = CallingPartyNumber {
        nature: NatureOfAddress::NATIONAL,
        incomplete: false,
        plan: NumberingPlan::E164,
        presentation: Presentation::ALLOWED,
        screening: Screening::NETWORK,
        digits: digits("8912345678"),
    };
    Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators::default(),
        category: CallingPartyCategory::ORDINARY,
        medium: TransmissionMediumRequirement::SPEECH,
        called: CalledPartyNumber {
            nature: NatureOfAddress::NATIONAL,
            inn_not_allowed: false,
            plan: NumberingPlan::E164,
            digits: digits(called),
        },
        optional: Parameters::default().with(Parameter::CallingPartyNumber(calling)),
    }
}

pub(super) const SDP: &str = "v=0
o=bob 1 1 IN IP4 192.0.2.50
s=-
c=IN IP4 192.0.2.50
t=0 0
m=audio 40000 RTP/AVP 8
";
