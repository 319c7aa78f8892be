//! Messages, parameters and values nobody knows here, and what their sender wants done with them
//! (`Q.764 §2.9.5.2`, `§2.9.5.3`).
//!
//! Broadband/narrowband interworking indicators (bits G F of a message's instruction, the second
//! octet of a parameter's) concern exchanges between such networks, and this one is none.

use std::time::Instant;

use codecs::isup::{
    Cause, CauseIndicators, Cfn, Contents, Iam, Message, MessageCompatibility, MessageType,
    Parameter, ParameterCode, ParameterInstruction, Parameters, PassOnNotPossible, Rel, Rlc,
    Variant,
};

use super::circuit::{CircuitId, State};
use super::circuits::Circuits;
use super::config::Role;
use super::output::Event;
use super::values;

/// What becomes of unknown information, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    PassOn,
    DiscardParameter,
    DiscardMessage,
    Release,
}

/// A fate, and whether the sender is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Remedy {
    fate: Fate,
    notify: bool,
}

impl Remedy {
    /// Of an unknown message.
    fn of_message(instruction: Option<MessageCompatibility>, role: Role) -> Self {
        let Some(instruction) = instruction else {
            return Self::without_instruction(Fate::DiscardMessage);
        };
        if role == Role::Transit && !instruction.for_end_node {
            return Self::NONE;
        }
        let fate = match (role, instruction.discard_rather_than_release) {
            _ if instruction.release_call => Fate::Release,
            _ if instruction.discard_message => Fate::DiscardMessage,
            (Role::Transit, _) => Fate::PassOn,
            (Role::EndNode, true) => Fate::DiscardMessage,
            (Role::EndNode, false) => Fate::Release,
        };
        let notify = instruction.send_notification;
        Self { fate, notify }
    }

    fn of_parameter(instruction: Option<ParameterInstruction>, role: Role) -> Self {
        let Some(instruction) = instruction else {
            return Self::without_instruction(Fate::DiscardParameter);
        };
        if role == Role::Transit && !instruction.for_end_node {
            return Self::NONE;
        }
        let fate = match (role, instruction.pass_on_not_possible) {
            _ if instruction.release_call => Fate::Release,
            _ if instruction.discard_message => Fate::DiscardMessage,
            _ if instruction.discard_parameter => Fate::DiscardParameter,
            (Role::Transit, _) => Fate::PassOn,
            (Role::EndNode, PassOnNotPossible::RELEASE_CALL) => Fate::Release,
            (Role::EndNode, PassOnNotPossible::DISCARD_MESSAGE) => Fate::DiscardMessage,
            (Role::EndNode, _) => Fate::DiscardParameter,
        };
        let notify = instruction.send_notification;
        Self { fate, notify }
    }

    /// An instruction for end nodes only does not concern an exchange in between.
    const NONE: Self = Self {
        fate: Fate::PassOn,
        notify: false,
    };

    /// What nobody says what to do with is discarded, and its sender told.
    fn without_instruction(fate: Fate) -> Self {
        Self { fate, notify: true }
    }
}

/// The unknown parameters of a message and what becomes of them.
#[derive(Default)]
pub(super) struct Unknown(Vec<(ParameterCode, Remedy)>);

impl Unknown {
    fn of(optional: &Parameters, variant: &Variant, role: Role) -> Self {
        let instructions = optional.parameter_compatibility();
        let remedy = |code| {
            let instruction = instructions.and_then(|all| all.instruction(code));
            (code, Remedy::of_parameter(instruction, role))
        };
        let unknown = unknown_to(variant, optional);
        Self(unknown.map(remedy).collect())
    }

    /// Says a message of one ISUP in another. What cannot be said is known here: only what its
    /// sender wants to become of it counts.
    pub(super) fn translating(message: &mut Message, from: &Variant, to: &Variant) -> Self {
        let lost = message.translate(from, to);
        let instructions = message
            .optional()
            .and_then(Parameters::parameter_compatibility);
        let remedy = |code| {
            let instruction = instructions?.instruction(code)?;
            let remedy = Remedy::of_parameter(Some(instruction), Role::EndNode);
            Some((code, remedy))
        };
        Self(lost.into_iter().filter_map(remedy).collect())
    }

    /// What becomes of the whole message: the severest that one of them asks for.
    pub(super) fn fate(&self) -> Fate {
        let fates = self.0.iter().map(|(_, remedy)| remedy.fate);
        fates.max().unwrap_or(Fate::PassOn)
    }

    /// The codes of those with this fate, of which the sender is to be told.
    fn told(&self, fate: Fate) -> Vec<u8> {
        let told = |(_, remedy): &&(ParameterCode, Remedy)| remedy.notify && remedy.fate == fate;
        self.0.iter().filter(told).map(|(code, _)| code.0).collect()
    }

    fn strip(&self, optional: &mut Parameters) {
        optional.retain(|parameter| {
            let is_it = |(code, remedy): &(ParameterCode, Remedy)| {
                *code == parameter.code() && remedy.fate == Fate::DiscardParameter
            };
            // Of several with one code those that are understood stay.
            is_understood(parameter) || !self.0.iter().any(is_it)
        });
    }
}

/// The codes of the parameters the variant does not have; and of its own those with an instruction
/// whose contents have not the format of their code, or a spare value. Without one they are ignored.
fn unknown_to(variant: &Variant, optional: &Parameters) -> impl Iterator<Item = ParameterCode> {
    let instructions = optional.parameter_compatibility();
    let instructed = move |code| instructions.is_some_and(|all| all.instruction(code).is_some());
    let is_unknown = move |parameter: &&Parameter| match parameter {
        Parameter::Other { code, .. } if !variant.knows(*code) => true,
        parameter => !is_understood(parameter) && instructed(parameter.code()),
    };
    optional.iter().filter(is_unknown).map(Parameter::code)
}

fn is_understood(parameter: &Parameter) -> bool {
    !matches!(parameter, Parameter::Other { .. }) && !values::is_unrecognised(parameter)
}

// Messages.
impl Circuits {
    /// A message whose type has no procedure here.
    pub(super) fn received_unknown(&mut self, id: CircuitId, message: Message, now: Instant) {
        let call = self.state(id).call().is_some();
        let idle = matches!(self.state(id), State::Idle);
        let remedy = Remedy::of_message(compatibility(&message), self.role(id));
        let cause = self.unknown(Cause::MESSAGE_TYPE_UNKNOWN, &[message.code()]);
        match remedy.fate {
            Fate::PassOn if call => self.event(id, Event::Message(message)),
            Fate::Release if call => self.fail_and_send(id, rel(cause), now),
            Fate::DiscardMessage if remedy.notify && (call || idle) => self.confuse(id, cause),
            _ => {}
        }
    }
}

// Parameters.
impl Circuits {
    /// Whether there are parameters that the ISUP of the circuit's group does not have.
    pub(super) fn has_unknown(&self, id: CircuitId, optional: &Parameters) -> bool {
        let variant = self.trunk_of(id).config.variant;
        unknown_to(variant, optional).next().is_some()
    }

    fn unknown_in(&self, id: CircuitId, optional: &Parameters) -> Unknown {
        let variant = self.trunk_of(id).config.variant;
        Unknown::of(optional, variant, self.role(id))
    }

    /// Acts upon the unknown parameters of a message of a call, and gives back what is left of it.
    pub(super) fn understood(
        &mut self,
        id: CircuitId,
        mut message: Message,
        now: Instant,
    ) -> Option<Message> {
        let unknown = self.unknown_in(id, message.optional()?);
        match unknown.fate() {
            Fate::Release => {
                let cause = self.unknown(Cause::PARAMETER_UNKNOWN, &unknown.releasing());
                if self.state(id).call().is_some() {
                    self.fail_and_send(id, rel(cause), now);
                }
                return None;
            }
            Fate::DiscardMessage => {
                self.message_discarded(id, message.message_type(), &unknown);
                return None;
            }
            Fate::DiscardParameter | Fate::PassOn => {}
        }
        self.tell_of(id, &unknown);
        unknown.strip(message.optional_mut()?);
        Some(message)
    }

    /// The same for an IAM, before there is a call.
    pub(super) fn understood_iam(
        &mut self,
        id: CircuitId,
        mut iam: Iam,
        now: Instant,
    ) -> Option<Iam> {
        let unknown = self.unknown_in(id, &iam.optional);
        match unknown.fate() {
            Fate::Release => {
                let cause = self.unknown(Cause::PARAMETER_UNKNOWN, &unknown.releasing());
                self.refuse(id, rel(cause), now);
                return None;
            }
            Fate::DiscardMessage => {
                self.message_discarded(id, MessageType::IAM, &unknown);
                return None;
            }
            Fate::DiscardParameter | Fate::PassOn => {}
        }
        self.tell_of(id, &unknown);
        unknown.strip(&mut iam.optional);
        Some(iam)
    }

    /// What unknown parameters of a REL do to it: it is acted upon whatever they want, and RLC
    /// says what was not understood.
    pub(super) fn understood_rel(&self, id: CircuitId, rel: &mut Rel) -> Rlc {
        let mut rlc = Rlc::default();
        if self.has_unknown(id, &rel.optional) {
            let unknown = self.unknown_in(id, &rel.optional);
            let told = unknown.told(Fate::DiscardParameter);
            if !told.is_empty() {
                let cause = self.unknown(Cause::PARAMETER_UNKNOWN, &told);
                rlc.optional.push(Parameter::Cause(cause));
            }
            unknown.strip(&mut rel.optional);
        }
        rlc
    }

    pub(super) fn message_discarded(
        &mut self,
        id: CircuitId,
        code: MessageType,
        unknown: &Unknown,
    ) {
        let mut diagnostics = unknown.told(Fate::DiscardMessage);
        if !diagnostics.is_empty() {
            diagnostics.insert(0, code.0);
            let cause = self.unknown(Cause::MESSAGE_DISCARDED, &diagnostics);
            self.confuse(id, cause);
        }
    }

    pub(super) fn tell_of(&mut self, id: CircuitId, unknown: &Unknown) {
        let causes = [
            (Fate::DiscardParameter, Cause::PARAMETER_UNKNOWN),
            (Fate::PassOn, Cause::PARAMETER_PASSED_ON),
        ];
        for (fate, cause) in causes {
            let told = unknown.told(fate);
            if !told.is_empty() {
                let cause = self.unknown(cause, &told);
                self.confuse(id, cause);
            }
        }
    }

    fn confuse(&mut self, id: CircuitId, cause: CauseIndicators) {
        let optional = Parameters::default();
        self.say(id, Message::Cfn(Cfn { cause, optional }));
    }

    /// Codes beyond what a cause has room for are left out.
    pub(super) fn unknown(&self, cause: Cause, codes: &[u8]) -> CauseIndicators {
        CauseIndicators {
            diagnostics: Contents::new(codes).unwrap_or_default(),
            ..self.cause(cause)
        }
    }

    /// An exchange between two networks is one of type A.
    fn role(&self, id: CircuitId) -> Role {
        let config = &self.trunk_of(id).config;
        match self.circuits[id.index()].transit {
            Some(beyond) if beyond.understands(config.variant) => Role::Transit,
            Some(_) => Role::EndNode,
            None => config.role,
        }
    }
}

impl Unknown {
    /// The codes of those for which the call is released.
    pub(super) fn releasing(&self) -> Vec<u8> {
        let release = |(_, remedy): &&(ParameterCode, Remedy)| remedy.fate == Fate::Release;
        self.0
            .iter()
            .filter(release)
            .map(|(code, _)| code.0)
            .collect()
    }
}

pub(super) fn rel(cause: CauseIndicators) -> Rel {
    Rel {
        cause,
        optional: Parameters::default(),
    }
}

fn compatibility(message: &Message) -> Option<MessageCompatibility> {
    match message {
        Message::Other(other) => compatibility_in(&other.body),
        message => message.optional()?.message_compatibility().copied(),
    }
}

/// Reads the compatibility information of a message whose parameters are all optional, as those of
/// every message added since 1992 are: a pointer, then code, length and contents of each.
fn compatibility_in(body: &[u8]) -> Option<MessageCompatibility> {
    let mut rest = body.get(usize::from(*body.first()?)..)?;
    while let [code, length, tail @ ..] = rest {
        let (contents, tail) = tail.split_at_checked(usize::from(*length))?;
        if *code == ParameterCode::MESSAGE_COMPATIBILITY_INFORMATION.0 {
            return contents.first().copied().map(MessageCompatibility::from);
        }
        rest = tail;
    }
    None
}
