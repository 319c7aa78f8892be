//! The messages of the ISDN user part (`Q.763 §4`).

use super::*;
use crate::number::Digits;

/// Circuit identification code (`Q.763 §1.2`): 12 bits in ITU-T networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cic(pub u16);

impl Cic {
    /// The highest code; of a higher one only the 12 low bits are sent.
    pub const MAX: Self = Self(0xFFF);
}

/// One message as MTP carries it: the circuit and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdu {
    /// The circuit, or for group messages the first one of the range.
    pub cic: Cic,
    /// The message.
    pub message: Message,
}

/// An ISUP message. Types that have no variant of their own arrive as [`Message::Other`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // the IAM is the message that matters; a box would cost every call an allocation
pub enum Message {
    /// Initial address.
    Iam(Iam),
    /// Subsequent address.
    Sam(Sam),
    /// Address complete.
    Acm(Acm),
    /// Call progress.
    Cpg(Cpg),
    /// Answer.
    Anm(Anm),
    /// Connect: address complete and answer in one.
    Con(Con),
    /// Release.
    Rel(Rel),
    /// Release complete.
    Rlc(Rlc),
    /// Continuity: outcome of the check on a previous circuit.
    Cot(Cot),
    /// Continuity check request.
    Ccr,
    /// Loop back acknowledgement.
    Lpa,
    /// Reset circuit.
    Rsc,
    /// Circuit group reset.
    Grs(Grs),
    /// Circuit group reset acknowledgement.
    Gra(Gra),
    /// Blocking.
    Blo,
    /// Blocking acknowledgement.
    Bla,
    /// Unblocking.
    Ubl,
    /// Unblocking acknowledgement.
    Uba,
    /// Circuit group blocking.
    Cgb(CircuitGroup),
    /// Circuit group blocking acknowledgement.
    Cgba(CircuitGroup),
    /// Circuit group unblocking.
    Cgu(CircuitGroup),
    /// Circuit group unblocking acknowledgement.
    Cgua(CircuitGroup),
    /// Suspend.
    Sus(Sus),
    /// Resume.
    Res(Res),
    /// Information request.
    Inr(Inr),
    /// Information.
    Inf(Inf),
    /// Confusion.
    Cfn(Cfn),
    /// Unequipped circuit identification code.
    Ucic,
    /// A type without a variant: everything after the type code, untouched.
    Other(Other),
}

impl Message {
    /// The type code that announces it.
    pub fn message_type(&self) -> MessageType {
        match self {
            Self::Iam(_) => MessageType::IAM,
            Self::Sam(_) => MessageType::SAM,
            Self::Acm(_) => MessageType::ACM,
            Self::Cpg(_) => MessageType::CPG,
            Self::Anm(_) => MessageType::ANM,
            Self::Con(_) => MessageType::CON,
            Self::Rel(_) => MessageType::REL,
            Self::Rlc(_) => MessageType::RLC,
            Self::Cot(_) => MessageType::COT,
            Self::Ccr => MessageType::CCR,
            Self::Lpa => MessageType::LPA,
            Self::Rsc => MessageType::RSC,
            Self::Grs(_) => MessageType::GRS,
            Self::Gra(_) => MessageType::GRA,
            Self::Blo => MessageType::BLO,
            Self::Bla => MessageType::BLA,
            Self::Ubl => MessageType::UBL,
            Self::Uba => MessageType::UBA,
            Self::Cgb(_) => MessageType::CGB,
            Self::Cgba(_) => MessageType::CGBA,
            Self::Cgu(_) => MessageType::CGU,
            Self::Cgua(_) => MessageType::CGUA,
            Self::Sus(_) => MessageType::SUS,
            Self::Res(_) => MessageType::RES,
            Self::Inr(_) => MessageType::INR,
            Self::Inf(_) => MessageType::INF,
            Self::Cfn(_) => MessageType::CFN,
            Self::Ucic => MessageType::UCIC,
            Self::Other(other) => other.code,
        }
    }

    /// The type code as a number.
    pub fn code(&self) -> u8 {
        self.message_type().0
    }

    /// The acronym of its type, such as "IAM".
    pub fn name(&self) -> &'static str {
        self.message_type().name()
    }
}

/// Initial address message (`Q.763 table 32`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iam {
    /// Satellite, continuity check, echo control.
    pub nature_of_connection: NatureOfConnection,
    /// What the call needs from here on, and what it met so far.
    pub forward_call: ForwardCallIndicators,
    /// Who calls: ordinary subscriber, operator, payphone …
    pub category: CallingPartyCategory,
    /// Speech, 3.1 kHz audio, 64 kbit/s …
    pub medium: TransmissionMediumRequirement,
    /// Where the call goes.
    pub called: CalledPartyNumber,
    /// Everything else, in the order received.
    pub optional: Parameters,
}

/// Subsequent address message (`Q.763 table 35`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sam {
    /// The further digits.
    pub subsequent: Digits,
    /// The optional part.
    pub optional: Parameters,
}

/// Address complete message (`Q.763 table 21`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acm {
    /// Called party's status, interworking, charge.
    pub backward_call: BackwardCallIndicators,
    /// The optional part.
    pub optional: Parameters,
}

/// Call progress message (`Q.763 table 23`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpg {
    /// Alerting, progress, in-band information …
    pub event: EventInformation,
    /// The optional part.
    pub optional: Parameters,
}

/// Answer message (`Q.763 table 22`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Anm {
    /// The optional part.
    pub optional: Parameters,
}

/// Connect message (`Q.763 table 27`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Con {
    /// Called party's status, interworking, charge.
    pub backward_call: BackwardCallIndicators,
    /// The optional part.
    pub optional: Parameters,
}

/// Release message (`Q.763 table 33`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rel {
    /// Why, and where in the network.
    pub cause: CauseIndicators,
    /// The optional part.
    pub optional: Parameters,
}

/// Release complete message (`Q.763 table 34`); a cause may stand in its optional part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rlc {
    /// The optional part.
    pub optional: Parameters,
}

/// Continuity message (`Q.763 table 28`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cot {
    /// The continuity check was successful.
    pub successful: bool,
}

/// Circuit group blocking and unblocking messages and their acknowledgements (`Q.763 table 40`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircuitGroup {
    /// Maintenance or hardware failure oriented.
    pub supervision: Supervision,
    /// The circuits, and one status bit a circuit: it is meant.
    pub range_and_status: RangeAndStatus,
}

/// Circuit group reset message (`Q.763 table 41`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grs {
    /// How many circuits after the first one (`Q.763 §3.43`), 1–31.
    pub range: u8,
}

/// Circuit group reset acknowledgement (`Q.763 table 25`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gra {
    /// The range of the reset, and one status bit a circuit: blocked for maintenance.
    pub range_and_status: RangeAndStatus,
}

/// Suspend message (`Q.763 table 38`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sus {
    /// By the subscriber or by the network.
    pub initiator: SuspendResume,
    /// The optional part.
    pub optional: Parameters,
}

/// Resume message (`Q.763 table 38`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Res {
    /// By the subscriber or by the network.
    pub initiator: SuspendResume,
    /// The optional part.
    pub optional: Parameters,
}

/// Information request message (`Q.763 table 31`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inr {
    /// What is asked for.
    pub request: InformationRequestIndicators,
    /// The optional part.
    pub optional: Parameters,
}

/// Information message (`Q.763 table 30`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inf {
    /// What is given.
    pub information: InformationIndicators,
    /// The optional part.
    pub optional: Parameters,
}

/// Confusion message (`Q.763 table 26`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cfn {
    /// Cause 97, 99, 103 or 110 with the code that was not understood as diagnostic.
    pub cause: CauseIndicators,
    /// The optional part.
    pub optional: Parameters,
}

/// A message whose type has no variant here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its type code.
    pub code: MessageType,
    /// Everything that follows the type code.
    pub body: Vec<u8>,
}
