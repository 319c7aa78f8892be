//! One circuit: its state, its blocking, and the order in which the messages of a call may come
//! (`Q.764 §2.1`, `§2.8`).

use std::time::Instant;

use codecs::isup::{Cic, Iam, Message, Rel, Variant};

use super::blocking::Blocking;
use super::bounds::Meter;
use super::config::GroupId;
use super::hunting::Links;
use super::output::Continuity;
use super::timers::Timer;

/// A circuit: a dense number, 0 to [`super::Circuits::len`] exclusive, stable for the life of the
/// machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CircuitId(pub(super) u32);

impl CircuitId {
    /// The number, to index tables kept beside the machine.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Who began the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// This exchange sent the IAM.
    Outgoing,
    /// This exchange received the IAM.
    Incoming,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Incoming only: the circuit is being checked, and looped back until COT.
    LoopedBack,
    /// Incoming only: COT is to come of a check on a previous circuit.
    AwaitingContinuity,
    AwaitingComplete,
    AwaitingAnswer,
    Answered,
}

/// How a circuit is being reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reset {
    /// Its turn has not come, or the destination is unavailable.
    Queued,
    /// RSC sent. `paced`: it takes one of the places for unanswered resets.
    Single { paced: bool },
    /// GRS sent with this circuit as the first of `range` + 1.
    Lead { range: u8, paced: bool },
    /// Within the range of a GRS whose first circuit is this one.
    Member(CircuitId),
}

#[derive(Debug)]
pub(super) enum State {
    Idle,
    /// IAM sent, no backward message yet: the call can still move to another circuit.
    Offered(Box<Offer>),
    Call(Direction, Phase),
    /// Neither idle nor with a call.
    Apart(Apart),
    /// REL sent.
    Releasing(Box<Rel>),
    Resetting(Reset),
    /// The other exchange says that it does not have this circuit.
    OutOfService,
}

/// An outgoing call for which nothing has come back yet.
#[derive(Debug)]
pub(super) struct Offer {
    /// As another circuit would send it: with the digits of later SAMs.
    pub(super) iam: Iam,
    pub(super) check: Check,
}

/// The continuity check of the circuit of an outgoing call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Not asked for.
    None,
    Running,
    /// Successful.
    Done,
}

/// Why a circuit has no call and takes none of this exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apart {
    /// Its check failed; CCR is sent when T25 or, after a `repeated` check, T26 expires.
    Faulty { repeated: bool },
    /// CCR sent, the check tone is on.
    Testing { repeated: bool },
    /// CCR received.
    LoopedBack,
    /// COT (failed) received, CCR to come.
    Suspected,
    /// OLM received, REL to come.
    Overloaded,
    /// IAM received, which announced a segment.
    Announced,
    /// CRM received, and acknowledged; until COT it may be looped back.
    Reserved { looped_back: bool },
}

impl Apart {
    /// What a faulty circuit waits for to be checked again.
    pub(super) fn next_check(repeated: bool) -> Timer {
        match repeated {
            true => Timer::T26,
            false => Timer::T25,
        }
    }

    fn timers(self) -> &'static [Timer] {
        match self {
            Self::Faulty { .. } => &[Timer::T25, Timer::T26],
            Self::Testing { .. } => &[Timer::T24],
            Self::LoopedBack => &[Timer::T36],
            Self::Suspected => &[Timer::T27],
            Self::Overloaded => &[Timer::T3],
            Self::Announced => &[Timer::T34],
            Self::Reserved { .. } => &[Timer::TCRA],
        }
    }

    fn class(self) -> Class {
        match self {
            Self::Faulty { .. } | Self::Testing { repeated: true } => Class::Faulty,
            Self::Testing { .. } | Self::LoopedBack | Self::Suspected => Class::Testing,
            Self::Overloaded => Class::Releasing,
            Self::Announced | Self::Reserved { .. } => Class::Incoming,
        }
    }
}

impl State {
    /// The call on the circuit, if there is one to be cleared.
    pub(super) fn call(&self) -> Option<(Direction, Phase)> {
        match self {
            Self::Offered(_) => Some((Direction::Outgoing, Phase::AwaitingComplete)),
            Self::Call(direction, phase) => Some((*direction, *phase)),
            _ => None,
        }
    }

    /// What the circuit's timeslot is to do in this state.
    pub(super) fn signal(&self) -> Option<Continuity> {
        match self {
            Self::Offered(offer) if offer.check == Check::Running => Some(Continuity::SendTone),
            Self::Apart(Apart::Testing { .. }) => Some(Continuity::SendTone),
            Self::Apart(Apart::LoopedBack | Apart::Reserved { looped_back: true })
            | Self::Call(_, Phase::LoopedBack) => Some(Continuity::LoopBack),
            _ => None,
        }
    }

    /// The timers that may run in this state; they stop when it is left for one that lacks them.
    pub(super) fn timers(&self) -> &'static [Timer] {
        match self {
            Self::Offered(offer) if offer.check == Check::Running => &[Timer::T7, Timer::T24],
            Self::Offered(_) => &[Timer::T7],
            Self::Call(_, Phase::LoopedBack | Phase::AwaitingContinuity) => {
                &[Timer::T8, Timer::T35]
            }
            Self::Call(Direction::Incoming, Phase::AwaitingComplete) => &[Timer::T35],
            Self::Call(Direction::Outgoing, Phase::AwaitingAnswer) => &[Timer::T9],
            Self::Apart(apart) => apart.timers(),
            Self::Releasing(_) => &[Timer::T1, Timer::T5],
            Self::Resetting(Reset::Single { .. }) => &[Timer::T16, Timer::T17],
            Self::Resetting(Reset::Lead { .. }) => &[Timer::T22, Timer::T23],
            _ => &[],
        }
    }
}

#[derive(Debug)]
pub(super) struct Circuit {
    pub(super) cic: Cic,
    pub(super) group: GroupId,
    pub(super) controlled: bool,
    pub(super) state: State,
    pub(super) blocking: Blocking,
    pub(super) links: Links,
    /// When it last began to count as something else; never yet at first.
    pub(super) since: Option<Instant>,
    /// Of the call on it, where this exchange is a transit one: the ISUP it goes on in.
    pub(super) transit: Option<&'static Variant>,
    pub(super) aside: Option<Box<Aside>>,
    /// Of messages that its calls could do without.
    pub(super) meter: Meter,
}

/// What few calls need beside their state.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// Backward messages that wait for COT.
    pub(super) held: Vec<Message>,
    /// A message that waits for the segment it announced.
    pub(super) announced: Option<Message>,
}

impl Aside {
    /// The timers of a call that run in whatever phase it is.
    pub(super) const TIMERS: [Timer; 6] = [
        Timer::T2,
        Timer::T6,
        Timer::T33,
        Timer::T34,
        Timer::T38,
        Timer::T39,
    ];
}

/// What a circuit is occupied with, as counters and operators see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Free to be seized.
    Idle,
    /// In a call set up by this exchange, not answered.
    Outgoing,
    /// In a call set up by the other exchange, not answered.
    Incoming,
    /// In an answered call.
    Answered,
    /// REL sent, RLC awaited.
    Releasing,
    /// Its continuity is being checked outside of a call.
    Testing,
    /// Found without continuity by this exchange, which checks it again until it is sound.
    Faulty,
    /// To be reset, or reset and not acknowledged.
    Resetting,
    /// Without a call, and blocked by one exchange or both.
    Blocked,
    /// Not equipped at the other exchange, until either exchange resets it or the other one sends a
    /// call on it.
    OutOfService,
}

impl Class {
    /// As counters and operators name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Outgoing => "outgoing",
            Self::Incoming => "incoming",
            Self::Answered => "answered",
            Self::Releasing => "releasing",
            Self::Testing => "testing",
            Self::Faulty => "faulty",
            Self::Resetting => "resetting",
            Self::Blocked => "blocked",
            Self::OutOfService => "out_of_service",
        }
    }
}

impl Circuit {
    pub(super) fn class(&self) -> Class {
        match &self.state {
            State::Idle if self.blocking.locally() || self.blocking.remotely() => Class::Blocked,
            State::Idle => Class::Idle,
            State::Call(_, Phase::Answered) => Class::Answered,
            State::Offered(_) | State::Call(Direction::Outgoing, _) => Class::Outgoing,
            State::Call(Direction::Incoming, _) => Class::Incoming,
            State::Apart(apart) => apart.class(),
            State::Releasing(_) => Class::Releasing,
            State::Resetting(_) => Class::Resetting,
            State::OutOfService => Class::OutOfService,
        }
    }
}

/// Which way a message of a call travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    Forward,
    Backward,
}

impl Heading {
    pub(super) fn sent(direction: Direction) -> Self {
        match direction {
            Direction::Outgoing => Self::Forward,
            Direction::Incoming => Self::Backward,
        }
    }

    pub(super) fn received(direction: Direction) -> Self {
        match direction {
            Direction::Outgoing => Self::Backward,
            Direction::Incoming => Self::Forward,
        }
    }
}

/// The phase after `message`, or nothing when it is out of sequence. One table for both ends: what
/// one exchange may send is what the other one expects.
pub(super) fn sequence(heading: Heading, phase: Phase, message: &Message) -> Option<Phase> {
    use Heading::{Backward, Forward};
    use Phase::{Answered, AwaitingAnswer, AwaitingComplete, AwaitingContinuity, LoopedBack};
    match (message, heading, phase) {
        (Message::Cot(cot), Forward, LoopedBack | AwaitingContinuity) if cot.successful => {
            Some(AwaitingComplete)
        }
        (Message::Acm(_), Backward, AwaitingComplete) => Some(AwaitingAnswer),
        (Message::Con(_), Backward, AwaitingComplete) => Some(Answered),
        (Message::Anm(_), Backward, AwaitingAnswer) => Some(Answered),
        // COT (failed) of a check on a previous circuit: the exchange that found out releases.
        (Message::Sam(_), Forward, AwaitingComplete | LoopedBack | AwaitingContinuity)
        | (Message::Cot(_), Forward, AwaitingComplete | AwaitingContinuity)
        | (Message::Cpg(_), Backward, AwaitingAnswer)
        | (Message::Cpg(_) | Message::Sus(_) | Message::Res(_), _, Answered)
        | (Message::Fot(_), Forward, AwaitingAnswer | Answered)
        | (Message::Sdm(_), Forward, _)
        | (Message::Exm(_), Backward, _)
        | (Message::Inr(_) | Message::Inf(_) | Message::Idr(_) | Message::Irs(_), _, _)
        | (Message::Far(_) | Message::Faa(_) | Message::Frj(_) | Message::Fac(_), _, _)
        | (Message::Usr(_) | Message::Apm(_) | Message::Pri(_) | Message::Pam(_), _, _)
        | (Message::Crg(_) | Message::Nrm(_) | Message::Lop(_) | Message::Cfn(_), _, _) => {
            Some(phase)
        }
        _ => None,
    }
}
