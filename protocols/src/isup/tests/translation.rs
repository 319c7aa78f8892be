//! Calls between an exchange of Q.763 and one of T1.113, both ways.

use std::time::Instant;

use codecs::isup::*;
use codecs::mtp::{NetworkId, PointCode};

use super::script::{HIGH, LOW, acknowledge, group, iam};
use crate::isup::Event;
use crate::isup::*;

const ABROAD: PointCode = PointCode::new(300);

/// Instructions for parameters (`Q.763 §3.41`), as an end node reads them.
const RELEASE: u8 = 0b000_0011;
const DISCARD_MESSAGE: u8 = 0b000_1101;
const DISCARD_AND_TELL: u8 = 0b001_0101;
/// For end nodes only; an exchange in between passes on, and if it cannot, discards the parameter.
const PASS_ON: u8 = 0b100_0000;

/// Group 0 is of Q.763, group 1 of T1.113; both have circuits 1 to 3.
struct Between {
    machine: Circuits,
    now: Instant,
}

impl Between {
    fn new() -> Self {
        let ansi = Group {
            remote: ABROAD,
            variant: &Variant::ANSI,
            ..group(&[1..=3])
        };
        let config = Config {
            groups: vec![group(&[1..=3]), ansi],
            ..Config::default()
        };
        let mut between = Self {
            machine: Circuits::new(config).unwrap(),
            now: Instant::now(),
        };
        for remote in [HIGH, ABROAD] {
            let available = Input::Available(remote.into());
            between.machine.handle(available, between.now);
        }
        for (group, message) in between.said() {
            between.receive(group, 1, acknowledge(message).unwrap());
        }
        between.said();
        between
    }

    fn receive(&mut self, group: u16, cic: u16, message: Message) {
        let opc = [HIGH, ABROAD][usize::from(group)];
        let cic = Cic::try_from(cic).unwrap();
        let received = Input::Received {
            network: NetworkId::default(),
            opc,
            dpc: LOW,
            pdu: Pdu { cic, message },
        };
        self.machine.handle(received, self.now);
    }

    /// The messages sent, each with its group.
    fn said(&mut self) -> Vec<(u16, Message)> {
        let outputs = std::iter::from_fn(|| self.machine.poll_output());
        let messages = outputs.filter_map(|output| match output {
            Output::Send { group, message, .. } => Some((group.0, message)),
            _ => None,
        });
        messages.collect()
    }

    /// An IAM comes in on circuit 2 of a group and is to go on in the other.
    fn transit(&mut self, from: u16, iam: Iam) -> Result<[CircuitId; 2], Unavailable> {
        self.receive(from, 2, Message::Iam(iam));
        let event = std::iter::from_fn(|| self.machine.poll_output());
        let setup = event.into_iter().find_map(|output| match output {
            Output::Event {
                circuit,
                event: Event::Setup(iam),
            } => Some((circuit, iam)),
            _ => None,
        });
        let (incoming, iam) = setup.unwrap();
        let onward = [GroupId(1 - from)];
        let outgoing = self
            .machine
            .seize_first(&onward, iam, Some(incoming), self.now)?;
        self.machine.transit(incoming, outgoing);
        Ok([incoming, outgoing])
    }
}

fn iam_with(parameters: impl IntoIterator<Item = Parameter>) -> Iam {
    Iam {
        optional: parameters.into_iter().collect(),
        ..iam()
    }
}

fn compatibility(code: ParameterCode, instruction: u8) -> Parameter {
    let instructions = ParameterCompatibility::new(&[(code, instruction.into())]);
    Parameter::ParameterCompatibility(instructions.unwrap())
}

fn delay() -> Parameter {
    Parameter::PropagationDelay(PropagationDelay(40))
}

fn codes(message: &Message) -> Vec<u8> {
    let parameters = message.optional().unwrap().iter();
    parameters.map(|parameter| parameter.code().0).collect()
}

/// T1.113.3, called party number: no ST, and bit 8 of the numbering plan's octet is spare.
#[test]
fn a_number_is_whole_in_an_ansi_network() {
    for (from, digits) in [(0, "7219578290"), (1, "7219578290F")] {
        let mut between = Between::new();
        let called = CalledPartyNumber {
            digits: "7219578290F".parse().unwrap(),
            inn_not_allowed: true,
            ..iam().called
        };
        between.transit(from, Iam { called, ..iam() }).unwrap();
        let said = between.said();
        let [(_, Message::Iam(iam))] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!(iam.called.digits, digits.parse().unwrap());
        assert!(!iam.called.inn_not_allowed);
    }
}

#[test]
fn what_the_far_network_lacks_stays_behind() {
    for (from, parameter) in [
        (0, delay()),
        (1, Parameter::OriginatingLine(OriginatingLine::COIN)),
    ] {
        let mut between = Between::new();
        let hops = Parameter::HopCounter(9.try_into().unwrap());
        between.transit(from, iam_with([parameter, hops])).unwrap();
        let said = between.said();
        let [(to, message @ Message::Iam(_))] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!((*to, codes(message)), (1 - from, vec![61]));
    }
}

#[test]
fn the_sender_may_want_no_call_without_it() {
    let code = ParameterCode::PROPAGATION_DELAY_COUNTER;
    for instruction in [RELEASE, DISCARD_MESSAGE] {
        let mut between = Between::new();
        let iam = iam_with([delay(), compatibility(code, instruction)]);
        let refused = between.transit(0, iam);
        assert_eq!(refused, Err(Unavailable::Inexpressible));
        assert!(between.said().is_empty());
    }
}

#[test]
fn the_sender_is_told_if_it_wants_to_be() {
    let code = ParameterCode::PROPAGATION_DELAY_COUNTER;
    for (instruction, told) in [(DISCARD_AND_TELL, true), (PASS_ON, false)] {
        let mut between = Between::new();
        let iam = iam_with([delay(), compatibility(code, instruction)]);
        between.transit(0, iam).unwrap();
        let said = between.said();
        let confusion = said.iter().find_map(|said| match said {
            (0, Message::Cfn(cfn)) => Some(cfn.cause.diagnostics.to_vec()),
            _ => None,
        });
        assert_eq!(confusion, told.then(|| vec![code.0]), "{said:?}");
        assert!(matches!(said.last(), Some((1, Message::Iam(_)))));
    }
}

#[test]
fn instructions_hold_for_messages_of_the_call() {
    let code = ParameterCode::ECHO_CONTROL_INFORMATION;
    for (instruction, expected) in [
        (PASS_ON, &[(1, "CPG")][..]),
        (DISCARD_MESSAGE, &[(0, "CFN")]),
        (RELEASE, &[(0, "REL")]),
    ] {
        let mut between = Between::new();
        let [incoming, outgoing] = between.transit(1, iam_with([])).unwrap();
        let acm = Message::Acm(Acm {
            backward_call: BackwardCallIndicators::default(),
            optional: Parameters::default(),
        });
        let now = between.now;
        between.receive(0, 1, acm.clone());
        assert!(
            between
                .machine
                .pass_on(outgoing, incoming, acm, now)
                .is_ok()
        );
        between.said();
        let echo = Parameter::EchoControlInformation(EchoControlInformation::default());
        let cpg = Message::Cpg(Cpg {
            event: EventInformation::default(),
            optional: Parameters::new()
                .with(echo)
                .with(compatibility(code, instruction)),
        });
        let passed = between.machine.pass_on(outgoing, incoming, cpg, now);
        assert_eq!(passed, Ok(()));
        let said = between.said();
        let said: Vec<_> = said.iter().map(|(to, m)| (*to, m.name())).collect();
        assert_eq!(said, expected, "{instruction:?}");
    }
}

/// A release always arrives.
#[test]
fn a_release_goes_on_without_what_cannot_be_said() {
    let mut between = Between::new();
    let [incoming, outgoing] = between.transit(1, iam_with([])).unwrap();
    between.said();
    let code = ParameterCode::ACCESS_DELIVERY_INFORMATION;
    let delivery = Parameter::AccessDelivery(AccessDelivery {
        set_up_generated: true,
    });
    let rel = Rel {
        cause: CauseIndicators::new(Cause::USER_BUSY, Location::USER),
        optional: Parameters::new()
            .with(delivery)
            .with(compatibility(code, RELEASE)),
    };
    let rel = Message::Rel(rel);
    let now = between.now;
    assert_eq!(
        between.machine.pass_on(outgoing, incoming, rel, now),
        Ok(())
    );
    let said = between.said();
    let [(1, message @ Message::Rel(_))] = &said[..] else {
        panic!("{said:?}");
    };
    assert_eq!(codes(message), [57]);
}

/// An exchange between two networks is one of type A: what it does not know ends there.
#[test]
fn unknown_messages_go_no_further() {
    let mut between = Between::new();
    between.transit(0, iam_with([])).unwrap();
    between.said();
    // Release if it cannot be passed on, and for end nodes only.
    let unknown = Message::Other(Other {
        code: MessageType(0x7E),
        body: vec![1, 0x38, 1, 0x80, 0],
    });
    between.receive(0, 2, unknown);
    let said = between.said();
    assert!(said.iter().all(|(group, _)| *group == 0), "{said:?}");
    // Hold is said by another code in T1.113.
    let mut between = Between::new();
    let [incoming, _] = between.transit(1, iam_with([])).unwrap();
    between.said();
    let acm = Message::Acm(Acm {
        backward_call: BackwardCallIndicators::default(),
        optional: Parameters::new().with(Parameter::Notification(Notification::REMOTE_HOLD)),
    });
    let now = between.now;
    between.machine.send(incoming, acm, now).unwrap();
    let said = between.said();
    assert_eq!(codes(&said[0].1), [225]);
}
