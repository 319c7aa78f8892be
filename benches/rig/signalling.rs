//! The signalling network at the far end: exchanges of the PSTN, and an HSS.

use std::time::Instant;

use bytes::Bytes;
use codecs::isup::*;
use codecs::map::{ExtensionContainer, SendRoutingInfoRes};
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator, Transfer};
use codecs::number::{Digits, NatureOfAddress, NumberingPlan};
use codecs::sccp::{self, SubsystemNumber};
use protocols::map;

use super::template::{Place, Template};
use super::{HSS, OWN};

/// A circuit: the exchange it leads to, and its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circuit {
    pub exchange: PointCode,
    pub cic: u16,
}

/// Exchanges of the PSTN.
pub struct Pstn {
    iam: Template,
    acm: Template,
    anm: Template,
    rel: Template,
    rlc: Template,
}

impl Pstn {
    /// Subscribers that call this national number.
    pub fn new(called: &str) -> Self {
        let template = |message| {
            let cic = Cic::NONE;
            let mut data = Vec::new();
            Pdu { cic, message }.encode(&mut data);
            Template::new(&data, &[&[0, 0]])
        };
        let backward_call = BackwardCallIndicators {
            called_status: CalledStatus::SUBSCRIBER_FREE,
            ..BackwardCallIndicators::default()
        };
        let optional = Parameters::default();
        Self {
            iam: template(Message::Iam(iam(called))),
            acm: template(Message::Acm(Acm {
                backward_call,
                optional: optional.clone(),
            })),
            anm: template(Message::Anm(Anm::default())),
            rel: template(Message::Rel(Rel {
                cause: CauseIndicators::new(Cause::NORMAL_CLEARING, Location::USER),
                optional,
            })),
            rlc: template(Message::Rlc(Rlc::default())),
        }
    }

    pub fn iam(&self, circuit: Circuit) -> Transfer {
        message(&self.iam, circuit)
    }

    pub fn acm(&self, circuit: Circuit) -> Transfer {
        message(&self.acm, circuit)
    }

    pub fn anm(&self, circuit: Circuit) -> Transfer {
        message(&self.anm, circuit)
    }

    pub fn rel(&self, circuit: Circuit) -> Transfer {
        message(&self.rel, circuit)
    }

    pub fn rlc(&self, circuit: Circuit) -> Transfer {
        message(&self.rlc, circuit)
    }

    /// The circuit of a message that has come from the gateway.
    pub fn circuit_of(transfer: &Transfer) -> Circuit {
        Circuit {
            exchange: transfer.dpc,
            cic: u16::from_le_bytes([transfer.data[0], transfer.data[1]]),
        }
    }
}

fn message(template: &Template, circuit: Circuit) -> Transfer {
    let data = template.fill(&[&circuit.cic.to_le_bytes()]);
    transfer(circuit.exchange, ServiceIndicator::ISUP, data)
}

/// A message to the gateway.
pub fn transfer(opc: PointCode, si: ServiceIndicator, data: Bytes) -> Transfer {
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

/// An IAM as a local exchange sends it, from +49 89 12345678.
fn iam(called: &str) -> Iam {
    let digits = |text: &str| text.parse::<Digits>().unwrap();
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

/// An HSS that answers every question with an I-CSCF. The first answer is that of a
/// [`map::Server`]; the others are the same for another transaction.
pub struct Hss {
    answer: Option<Template>,
    asking: Place,
}

impl Hss {
    pub fn new() -> Self {
        Self {
            answer: None,
            asking: Place::after(&[0x48, 0x04]),
        }
    }

    pub fn answer(&mut self, question: &Transfer, now: Instant) -> Transfer {
        let transaction = self.asking.read::<4>(&question.data);
        let template = self
            .answer
            .get_or_insert_with(|| Template::new(&served(question, now), &[&transaction]));
        transfer(HSS, ServiceIndicator::SCCP, template.fill(&[&transaction]))
    }
}

fn served(question: &Transfer, now: Instant) -> Bytes {
    let title = "491710000030".parse().unwrap();
    let mut server = map::Server::new(map::ServerConfig::new(sccp::e164(
        &title,
        SubsystemNumber::Hlr,
    )));
    let received = map::Received {
        from: OWN.into(),
        message: question.data.clone(),
    };
    server.handle(&received, now);
    let Some(map::ServerOutput::SendRoutingInfo { dialogue, .. }) = server.poll_output() else {
        panic!("no question")
    };
    let icscf = "icscf1.ims.example".parse().unwrap();
    let result = SendRoutingInfoRes {
        extension_container: Some(ExtensionContainer::of_icscf(&icscf)),
        ..SendRoutingInfoRes::default()
    };
    server.respond(dialogue, Ok(result));
    match server.poll_output() {
        Some(map::ServerOutput::Send(answer)) => answer.message,
        other => panic!("{other:?}"),
    }
}
