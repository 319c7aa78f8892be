//! What the machine says: messages to send, events of calls, alerts for maintenance staff.

use codecs::isup::{CauseIndicators, Cic, Iam, Message, Rel};

use super::circuit::CircuitId;
use super::config::GroupId;
use super::query::Answer;

/// What the owner of [`super::Circuits`] is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // a call passes few of them, and a box would be an allocation each
pub enum Output {
    /// Send a message from the group's local to its remote point code.
    Send {
        /// The group.
        group: GroupId,
        /// The circuit.
        cic: Cic,
        /// The message.
        message: Message,
    },
    /// Something happened to the call on a circuit.
    Event {
        /// The circuit.
        circuit: CircuitId,
        /// What.
        event: Event,
    },
    /// Do this with the timeslot of a circuit; [`super::Input::ContinuityHeard`] tells what came of
    /// it.
    Continuity {
        /// The circuit.
        circuit: CircuitId,
        /// What.
        action: Continuity,
    },
    /// The other exchange has answered for a circuit that was queried.
    Queried {
        /// The group.
        group: GroupId,
        /// The circuit.
        cic: Cic,
        /// What both exchanges think of it.
        answer: Answer,
    },
    /// Maintenance staff should know (`Q.764`: "alert maintenance").
    Alert {
        /// The group.
        group: GroupId,
        /// The circuit, for a group of circuits the first one.
        cic: Cic,
        /// What.
        alert: Alert,
    },
}

/// What a continuity check wants of a timeslot (`Q.724 §7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// Send the check tone of 2000 Hz, and listen for it.
    SendTone,
    /// Send back what is received.
    LoopBack,
    /// Neither any more.
    Stop,
}

/// What happened to the call on a circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)]
pub enum Event {
    /// A call comes in.
    Setup(Iam),
    /// A message in sequence, whole and without the parameters that were to be discarded. What is
    /// unknown and to be passed on comes as [`Message::Other`] and as
    /// [`codecs::isup::Parameter::Other`].
    Message(Message),
    /// IDR was not answered within T39; the call goes on.
    Unidentified,
    /// The other exchange released; RLC is sent, the call is over.
    Released(Rel),
    /// The call cannot go on: a timer expired, the circuit was reset, the destination was lost.
    /// The circuit is looked after; the call is to be cleared with this cause.
    Failed(CauseIndicators),
    /// The circuit was lost before anything came back (dual seizure, blocking, reset): this IAM,
    /// with the digits of later SAMs, can be tried on another circuit (`Q.764 §2.8.1`, automatic
    /// repeat attempt).
    Reattempt(Iam),
    /// The circuit is free again.
    Idle,
}

/// Something for maintenance staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// No RLC within T5 of REL; the circuit is now being reset.
    ReleaseUnacknowledged,
    /// No RLC to RSC within T17, or no GRA to GRS within T23; it is tried for ever.
    ResetUnacknowledged,
    /// No BLA within T13, or no CGBA within T19; it is tried for ever.
    BlockingUnacknowledged,
    /// No UBA within T15, or no CGUA within T21; it is tried for ever.
    UnblockingUnacknowledged,
    /// CGBA or CGUA leaves circuits out that were to be blocked or unblocked
    /// (`Q.764 §2.8.2.3`); they stay blocked here.
    AcknowledgedInPart,
    /// CGBA or CGUA names circuits that were not to be blocked or unblocked (`Q.764 §2.8.2.3`).
    AcknowledgedUnasked,
    /// No CQR within T28.
    QueryUnanswered,
    /// The other exchange's ISDN user part takes no messages; it is tested every T4.
    UserPartUnavailable,
    /// The other exchange has no ISDN user part.
    UserPartUnequipped,
    /// The signalling network is congested, or the other exchange overloaded: part of the new calls
    /// are refused.
    TrafficReduced,
    /// More messages outside of calls than [`super::Config::outside_calls`] allows, or in a call than
    /// [`super::Config::within_call`]; those beyond are discarded.
    Flooded,
    /// UCIC received: the other exchange does not have this circuit. It is out of service.
    UnequippedThere,
    /// UCIC received for the circuit of a call that has gone on; it is ignored while the call can go
    /// on without the circuit being reset.
    UnequippedInCall,
    /// A message for a circuit this exchange does not have.
    UnequippedHere,
    /// CGB or CGU received without a status bit set: it asks for nothing (`Q.763 §3.43`).
    NoCircuitSelected,
    /// The continuity check of a circuit failed; it is repeated until it succeeds.
    ContinuityFailed,
    /// The continuity check of a circuit without a call succeeded, as it was to or after failures.
    ContinuityPassed,
    /// The other exchange found a circuit without continuity, or had it looped back, and did not
    /// say what came of it; it is being reset.
    ContinuityUnresolved,
    /// No INF within T33 of INR; the call is released.
    InformationMissing,
    /// A message out of sequence; the circuit is being reset.
    UnreasonableMessage,
}

/// Why no circuit could be seized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// There is no such trunk group.
    #[error("no such trunk group")]
    NoSuchGroup,
    /// The signalling network does not reach the other exchange, or its user part takes no
    /// messages.
    #[error("the other exchange is unavailable")]
    Destination,
    /// The call is one of those refused while the signalling network is congested or the other
    /// exchange overloaded.
    #[error("congestion towards the other exchange")]
    Congestion,
    /// The ISUP of the group cannot say what the IAM says the call must not go without.
    #[error("the ISUP there cannot say what the call needs")]
    Inexpressible,
    /// Every circuit is busy, blocked or being reset.
    #[error("no idle circuit")]
    NoIdleCircuit,
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no call on this circuit.
    #[error("no call on this circuit")]
    NoCall,
    /// The message does not fit the phase or direction of the call, such as ANM without ACM.
    #[error("message out of sequence")]
    OutOfSequence,
    /// The variant of the group does not have the message, such as SAM in ANSI T1.113.
    #[error("no such message in the ISUP of this trunk group")]
    NoSuchMessage,
}
