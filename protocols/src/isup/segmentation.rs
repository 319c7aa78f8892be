//! Simple segmentation: what a message has no room for follows in SGM (`Q.764 §2.1.12`).

use std::time::Instant;

use codecs::isup::{
    Cic, Message, MessageType, OptionalBackwardCallIndicators, OptionalForwardCallIndicators,
    Parameter, ParameterCode, Parameters, Pdu, Sgm, Variant,
};

use super::circuit::{Apart, CircuitId, Direction, State};
use super::circuits::Circuits;
use super::timers::Timer;

/// The most octets of CIC, type and parameters: 272 of MTP less those of the longest routing label.
const MAX_OCTETS: usize = 272 - 7;

/// Less than this many parameters of a few octets each fit in any case.
const MANY: usize = 6;

/// What SGM may carry (`Q.763 table 49`), the largest first.
const MOVABLE: [ParameterCode; 5] = [
    ParameterCode::USER_TO_USER_INFORMATION,
    ParameterCode::ACCESS_TRANSPORT,
    ParameterCode::GENERIC_DIGITS,
    ParameterCode::GENERIC_NUMBER,
    ParameterCode::GENERIC_NOTIFICATION_INDICATOR,
];

// Segments received.
impl Circuits {
    /// What is to be acted upon now that a message came: nothing while it waits for its segment,
    /// two messages when one waited in vain.
    pub(super) fn assemble(
        &mut self,
        id: CircuitId,
        message: Message,
        now: Instant,
    ) -> [Option<Message>; 2] {
        let waits = self.waiting(id).is_some();
        match message {
            Message::Sgm(sgm) if waits => [self.stop_waiting(id).map(|it| join(it, sgm)), None],
            // Too late, or never announced.
            Message::Sgm(_) => [None, None],
            message if waits && interrupts(&message) => [self.stop_waiting(id), Some(message)],
            message if announces(&message) && self.can_wait(id, &message) => {
                self.wait_for_segment(id, message, now);
                [None, None]
            }
            message => [Some(message), None],
        }
    }

    fn waiting(&self, id: CircuitId) -> Option<&Message> {
        self.circuits[id.index()].aside.as_ref()?.announced.as_ref()
    }

    fn stop_waiting(&mut self, id: CircuitId) -> Option<Message> {
        self.stop(id, Timer::T34);
        self.circuits[id.index()].aside.as_mut()?.announced.take()
    }

    /// A message nobody awaits is not worth waiting for.
    fn can_wait(&self, id: CircuitId, message: &Message) -> bool {
        match self.state(id) {
            _ if !self.trunk_of(id).config.variant.has(MessageType::SGM) => false,
            State::Idle => matches!(message, Message::Iam(_)),
            State::Offered(_) => true,
            State::Call(Direction::Outgoing, _) => !matches!(message, Message::Iam(_)),
            _ => false,
        }
    }

    /// The circuit of an IAM is not idle any more.
    fn wait_for_segment(&mut self, id: CircuitId, message: Message, now: Instant) {
        if matches!(self.state(id), State::Idle) {
            self.enter(id, State::Apart(Apart::Announced));
        }
        self.aside(id).announced = Some(message);
        self.arm(id, Timer::T34, now);
    }

    /// T34: the call goes on without the segment.
    pub(super) fn segment_missing(&mut self, id: CircuitId, now: Instant) {
        if let Some(message) = self.stop_waiting(id) {
            self.act_on(id, message, now);
        }
    }
}

// Segments sent.
impl Circuits {
    /// Sends a message of a call, in two where it is too long for one. A variant without SGM loses
    /// what has no room: the message must arrive.
    pub(super) fn say_whole(&mut self, id: CircuitId, message: Message) {
        if !may_be_long(&message) {
            return self.say(id, message);
        }
        let variant = self.trunk_of(id).config.variant;
        let (first, rest) = split(message, self.circuits[id.index()].cic, variant);
        self.say(id, first);
        if let Some(rest) = rest.filter(|_| variant.has(MessageType::SGM)) {
            self.say(id, Message::Sgm(rest));
        }
    }
}

fn announces(message: &Message) -> bool {
    let Some(optional) = message.optional() else {
        return false;
    };
    match message {
        Message::Iam(_) => optional
            .optional_forward_call()
            .is_some_and(|indicators| indicators.segmentation),
        Message::Acm(_) | Message::Cpg(_) | Message::Anm(_) | Message::Con(_) => optional
            .optional_backward_call()
            .is_some_and(|indicators| indicators.segmentation),
        _ => false,
    }
}

/// Supervision of the circuit says nothing about the call.
fn interrupts(message: &Message) -> bool {
    !matches!(
        message,
        Message::Blo
            | Message::Bla
            | Message::Ubl
            | Message::Uba
            | Message::Cgb(_)
            | Message::Cgba(_)
            | Message::Cgu(_)
            | Message::Cgua(_)
            | Message::Cqm(_)
            | Message::Cqr(_)
            | Message::Cfn(_)
    )
}

fn join(mut message: Message, sgm: Sgm) -> Message {
    set_announcement(&mut message, false);
    if let Some(optional) = message.optional_mut() {
        let belongs = |parameter: &&Parameter| {
            parameter.code() != ParameterCode::MESSAGE_COMPATIBILITY_INFORMATION
        };
        for parameter in sgm.optional.iter().filter(belongs) {
            optional.push(parameter.clone());
        }
    }
    message
}

/// Sets the indicator that SGM follows; where it says nothing else any more, it goes.
fn set_announcement(message: &mut Message, segmentation: bool) {
    let forward = matches!(message, Message::Iam(_));
    let Some(optional) = message.optional_mut() else {
        return;
    };
    let indicators = match forward {
        true => forward_announcement(optional, segmentation),
        false => backward_announcement(optional, segmentation),
    };
    let code = match forward {
        true => ParameterCode::OPTIONAL_FORWARD_CALL_INDICATORS,
        false => ParameterCode::OPTIONAL_BACKWARD_CALL_INDICATORS,
    };
    optional.retain(|parameter| parameter.code() != code);
    if let Some(indicators) = indicators {
        optional.push(indicators);
    }
}

fn forward_announcement(optional: &Parameters, segmentation: bool) -> Option<Parameter> {
    let indicators = OptionalForwardCallIndicators {
        segmentation,
        ..optional
            .optional_forward_call()
            .copied()
            .unwrap_or_default()
    };
    (indicators != OptionalForwardCallIndicators::default())
        .then_some(Parameter::OptionalForwardCall(indicators))
}

fn backward_announcement(optional: &Parameters, segmentation: bool) -> Option<Parameter> {
    let indicators = OptionalBackwardCallIndicators {
        segmentation,
        ..optional
            .optional_backward_call()
            .copied()
            .unwrap_or_default()
    };
    (indicators != OptionalBackwardCallIndicators::default())
        .then_some(Parameter::OptionalBackwardCall(indicators))
}

/// Whether it is worth while to count the octets of a message.
fn may_be_long(message: &Message) -> bool {
    let Some(optional) = message.optional() else {
        return false;
    };
    let long = |parameter: &Parameter| {
        matches!(
            parameter.code(),
            ParameterCode::USER_TO_USER_INFORMATION
                | ParameterCode::ACCESS_TRANSPORT
                | ParameterCode::APPLICATION_TRANSPORT
                | ParameterCode::REMOTE_OPERATIONS
                | ParameterCode::NETWORK_SPECIFIC_FACILITY
        ) || matches!(parameter, Parameter::Other { .. })
    };
    optional.len() >= MANY || optional.iter().any(long)
}

/// Moves as few parameters as are needed into a segment, and announces it where the variant has
/// segments. What is too long without them, too, is for the signalling network to carry or not.
fn split(mut message: Message, cic: Cic, variant: &Variant) -> (Message, Option<Sgm>) {
    let splittable = matches!(
        message,
        Message::Iam(_) | Message::Acm(_) | Message::Cpg(_) | Message::Anm(_) | Message::Con(_)
    );
    let mut segment = Parameters::default();
    let mut movable = MOVABLE.iter();
    while splittable && octets(&message, cic, variant) > MAX_OCTETS {
        let Some(&code) = movable.next() else {
            break;
        };
        move_out(&mut message, code, &mut segment);
        if variant.has(MessageType::SGM) && !segment.is_empty() {
            set_announcement(&mut message, true);
        }
    }
    let segment = (!segment.is_empty()).then_some(Sgm { optional: segment });
    (message, segment)
}

fn move_out(message: &mut Message, code: ParameterCode, segment: &mut Parameters) {
    let Some(optional) = message.optional_mut() else {
        return;
    };
    optional.retain(|parameter| {
        let stays = parameter.code() != code;
        if !stays {
            segment.push(parameter.clone());
        }
        stays
    });
}

fn octets(message: &Message, cic: Cic, variant: &Variant) -> usize {
    let mut octets = Vec::new();
    let message = message.clone();
    Pdu { cic, message }.encode_as(variant, &mut octets);
    octets.len()
}
