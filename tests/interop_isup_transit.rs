//! Calls between networks of Q.763 and of T1.113, on virtual time; Wireshark judges what goes out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Instant;

use codecs::isup::*;
use codecs::mtp::{NetworkId, NetworkIndicator, PointCode};
use protocols::isup::{self, Circuits, Group, GroupId, Input, Output};

#[allow(dead_code)] // Wireshark is asked other things
#[path = "support/isup_parameters.rs"]
mod parameters;
#[path = "support/isup_parameters_ansi.rs"]
mod parameters_ansi;
#[allow(dead_code)] // it uses a part of them
#[path = "support/isup_samples.rs"]
mod samples;
#[path = "support/tshark.rs"]
mod tshark;

use samples::*;

const OWN: PointCode = PointCode::new(1);
const ITU: &[&str] = &[];
/// Tells Wireshark that the network is an ANSI one.
const ANSI: &[&str] = &["-o", "mtp3.standard:ANSI"];

/// An exchange with a trunk group of each ISUP, group 0 of Q.763.
struct Exchange {
    circuits: Circuits,
    now: Instant,
}

impl Exchange {
    fn new() -> Self {
        let groups = [&Variant::ITU, &Variant::ANSI];
        let group = |(remote, variant): (u16, &'static Variant)| Group {
            name: variant.name.into(),
            local: OWN,
            remote: PointCode::new(remote),
            network_indicator: NetworkIndicator::NATIONAL,
            variant,
            cics: vec![1..=1],
            ..Group::default()
        };
        let config = isup::Config {
            groups: (2..).zip(groups).map(group).collect(),
            ..isup::Config::default()
        };
        let mut exchange = Self {
            circuits: Circuits::new(config).unwrap(),
            now: Instant::now(),
        };
        for group in [0, 1] {
            let available = Input::Available(PointCode::new(2 + group).into());
            exchange.circuits.handle(available, exchange.now);
            exchange.receive(group, &octets(group, Message::Rlc(Rlc::default())));
        }
        while exchange.circuits.poll_output().is_some() {}
        exchange
    }

    fn receive(&mut self, group: u16, octets: &[u8]) {
        let pdu = Pdu::decode_as(variant(group), octets).unwrap();
        let received = Input::Received {
            network: NetworkId::default(),
            opc: PointCode::new(2 + group),
            dpc: OWN,
            pdu,
        };
        self.circuits.handle(received, self.now);
    }

    /// The octets of the IAM that goes out to the other group when one comes in by this one.
    fn transit(&mut self, from: u16, iam: Iam) -> Vec<u8> {
        self.receive(from, &octets(from, Message::Iam(iam)));
        let outputs = std::iter::from_fn(|| self.circuits.poll_output());
        let setup = outputs.into_iter().find_map(|output| match output {
            Output::Event {
                circuit,
                event: isup::Event::Setup(iam),
            } => Some((circuit, iam)),
            _ => None,
        });
        let (circuit, iam) = setup.unwrap();
        let onward = [GroupId(1 - from)];
        let seized = self
            .circuits
            .seize_first(&onward, iam, Some(circuit), self.now);
        seized.unwrap();
        let outputs = std::iter::from_fn(|| self.circuits.poll_output());
        let sent = outputs.filter_map(|output| match output {
            Output::Send { group, message, .. } => Some(octets(group.0, message)),
            _ => None,
        });
        sent.last().unwrap()
    }
}

fn variant(group: u16) -> &'static Variant {
    [&Variant::ITU, &Variant::ANSI][usize::from(group)]
}

fn octets(group: u16, message: Message) -> Vec<u8> {
    let mut octets = Vec::new();
    let cic = Cic::try_from(1).unwrap();
    Pdu { cic, message }.encode_as(variant(group), &mut octets);
    octets
}

fn iam(optional: Parameters) -> Iam {
    Iam {
        nature_of_connection: NatureOfConnection::default(),
        forward_call: ForwardCallIndicators::default(),
        category: CallingPartyCategory::ORDINARY,
        medium: TransmissionMediumRequirement::SPEECH,
        called: called("12125551212"),
        optional,
    }
}

/// What Wireshark calls the last optional parameter of each message, if it has one. The user service
/// information of an IAM from T1.113 stands before all others in Q.763.
fn names(messages: &[Vec<u8>], standard: &[&str]) -> Option<Vec<Option<String>>> {
    let asked: Vec<_> = messages.iter().map(|m| ("isup", m.as_slice())).collect();
    let verdicts = tshark::judge_with(&asked, standard)?;
    let name = |verdict: &tshark::Verdict| {
        let mut lines = verdict.lines.iter().rev();
        let last = "Optional Parameter: ";
        let line = lines.find_map(|line| line.strip_prefix(last))?;
        let (name, _) = line.rsplit_once(" (")?;
        (name != "User service information").then(|| name.to_owned())
    };
    Some(verdicts.iter().map(name).collect())
}

/// Sends each parameter through the exchange, alone in an IAM; the names by which Wireshark knows
/// those that went on, before and after.
fn through(from: u16, parameters: Vec<Parameter>) -> Option<Vec<[String; 2]>> {
    let standards = [ITU, ANSI];
    let messages = parameters.into_iter().map(|parameter| {
        let iam = iam(Parameters::new().with(parameter));
        let before = octets(from, Message::Iam(iam.clone()));
        (before, Exchange::new().transit(from, iam))
    });
    let (before, after): (Vec<_>, Vec<_>) = messages.unzip();
    let before = names(&before, standards[usize::from(from)])?;
    let after = names(&after, standards[usize::from(1 - from)])?;
    let went_on = |(before, after): (Option<String>, Option<String>)| Some([before?, after?]);
    Some(before.into_iter().zip(after).filter_map(went_on).collect())
}

const GENERIC_NOTIFICATION: &str = "Generic notification indicator";
const NOTIFICATION: &str = "Notification indicator";

#[test]
fn a_parameter_of_q763_means_the_same_to_an_ansi_exchange_or_stays_behind() {
    let mut all: Vec<_> = every_parameter().iter().cloned().collect();
    let others = parameters::samples_of_q763();
    all.extend(others.into_iter().map(|sample| sample.parameter));
    let Some(seen) = through(0, all) else {
        return;
    };
    for [before, after] in &seen {
        match before.as_str() {
            GENERIC_NOTIFICATION => assert_eq!(after, NOTIFICATION),
            _ => assert_eq!(after, before),
        }
    }
    let has = |name: &str| seen.iter().any(|[before, _]| before == name);
    for name in [GENERIC_NOTIFICATION, "Hop counter", "Calling party number"] {
        assert!(has(name), "{name}");
    }
    for name in ["Location number", "Propagation delay counter"] {
        assert!(!has(name), "{name}");
    }
}

#[test]
fn a_parameter_of_t1_113_means_the_same_to_an_itu_exchange_or_stays_behind() {
    let all = parameters_ansi::samples_of_t1113();
    let all = all.into_iter().map(|sample| sample.parameter).collect();
    let Some(seen) = through(1, all) else {
        return;
    };
    // Wireshark calls the generic address of T1.113 what it is in Q.763.
    let expected = [
        ["Generic number", "Generic number"],
        [NOTIFICATION, GENERIC_NOTIFICATION],
    ];
    assert_eq!(seen, expected);
}
