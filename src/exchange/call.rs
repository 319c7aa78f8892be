//! A call: its two legs, how far it has come, and its voice path.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use codecs::sdp::{Description, Direction};
use protocols::isup::{CircuitId, GroupId};
use protocols::map;
use protocols::sip::{Series, SessionId};

use super::encapsulation::Carrier;
use super::further_digits::Origin;
use super::interworking::early_media::EarlyMedia;
use super::interworking::release::Own;
use super::leg::{Setup, Signal};
use super::peers::Choice;
use super::policy::{Denial, Original, Places};
use super::reserving::Reserving;
use super::settings::PeerId;
use super::telemetry::{self, CallNumber};
use super::transfer::Transfer;
use super::{PathId, Remote};

/// A call that exists. It is gone as soon as one side is over and the other has been told; circuits
/// and sessions then wind up by themselves.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) number: CallNumber,
    pub(super) setup: Setup,
    /// What further INVITEs of a call from SIP find it by, if its digits may go on.
    pub(super) origin: Option<Origin>,
    /// The offer of a call from SIP, until it is answered.
    pub(super) offer: Option<Description>,
    pub(super) phase: Phase,
    pub(super) incoming: Leg,
    pub(super) outgoing: Option<Leg>,
    /// I-CSCFs not tried yet, best last.
    pub(super) icscfs: Vec<Choice>,
    /// The I-CSCF that was asked last.
    pub(super) icscf: Option<Choice>,
    /// I-CSCFs that did not answer, in the order in which they were asked.
    pub(super) silent: Vec<usize>,
    /// It waits for COT.
    pub(super) postponed: Option<Postponed>,
    /// The trunk groups that it may take, in order of choice.
    pub(super) trunks: Option<Arc<[GroupId]>>,
    /// How many circuits have been tried.
    pub(super) attempts: u8,
    pub(super) path: Option<Path>,
    /// How often the HSS has sent the call elsewhere.
    pub(super) forwardings: u8,
    /// Who speaks on its leg in SIP.
    pub(super) peer: Option<PeerId>,
    pub(super) direction: Option<telemetry::Direction>,
    pub(super) started: Instant,
    pub(super) proceeding: bool,
    /// What may be heard of a called party in SIP before it answers.
    pub(super) early_media: EarlyMedia,
    /// Whether the caller in SIP understands P-Early-Media.
    pub(super) authorises: bool,
    /// What the calling party heard last of how its call goes.
    pub(super) told: Option<Signal>,
    pub(super) answered: Option<Instant>,
    /// Why the gateway itself ends it.
    pub(super) ended_by: Option<Own>,
    /// What ended it in SIP.
    pub(super) sip_end: Option<telemetry::SipEnd>,
    /// Whether the party in SIP holds the other one.
    pub(super) held: bool,
    /// Whether the party in the telephone network holds the other one, and whether SIP knows.
    pub(super) holds: bool,
    pub(super) holding: bool,
    /// Whether the caller in SIP has yet to reserve what it needs.
    pub(super) unready: bool,
    /// Whether our provisional responses are acknowledged.
    pub(super) reliable: bool,
    /// It went out to SIP before its circuits were known to be sound.
    pub(super) reserving: Option<Box<Reserving>>,
    /// What further INVITEs of it need, if its digits may go on.
    pub(super) series: Option<Series>,
    /// Its party in SIP wants it to go on with somebody else.
    pub(super) transfer: Option<Box<Transfer>>,
    /// Which policies count each [`Side`] of it.
    pub(super) places: [Places; 2],
    /// Its IAM before a policy rewrote it.
    pub(super) original: Option<Box<Original>>,
    /// The policy that ends it.
    pub(super) denial: Option<Denial>,
    /// What is known of the ISUP in its session, where that has any.
    pub(super) carrier: Option<Box<Carrier>>,
}

/// What a call to the IMS does when it need not wait any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Postponed {
    /// The I-CSCF to ask first.
    pub(super) preferred: Option<usize>,
}

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The HSS has been asked.
    Locating {
        invocation: map::Invocation,
        since: Instant,
    },
    /// Set up towards the called party, not answered.
    Connecting,
    /// Answered.
    Answered,
}

/// One half of a call, by protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leg {
    Isup {
        circuit: CircuitId,
        /// Whether a backward message went out on it: ACM or CON (incoming legs only).
        begun: bool,
    },
    Sip {
        session: SessionId,
        /// Our latest session description, once we have made one for this session.
        description: Option<Described>,
    },
}

/// What we said of our side of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) body: Bytes,
    pub(super) version: u64,
    /// It is an offer, and PRACK or ACK is to bring its answer.
    pub(super) offers: bool,
    /// What it says that we do.
    pub(super) direction: Direction,
    /// A reliable response has it: those after it need not.
    pub(super) told: bool,
}

/// Which leg of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The calling party's.
    Incoming,
    /// The called party's.
    Outgoing,
}

impl Side {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Incoming => Self::Outgoing,
            Self::Outgoing => Self::Incoming,
        }
    }
}

/// The voice path of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) id: PathId,
    /// Our RTP port, where one end is RTP.
    pub(super) port: Option<u16>,
    /// The far end of the RTP stream, once it is known.
    pub(super) remote: Option<Remote>,
    /// Which directions have been agreed upon.
    pub(super) direction: Direction,
}

/// Timers of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Timer {
    /// T(oiw2) of `TS 29.163`.
    EarlyAcm,
    /// T(oiw3).
    MoreDigits,
    /// An offer of ours had to wait for one of the other side.
    Renegotiate,
    /// The target of a transfer has not answered.
    Transfer,
}

impl Timer {
    pub(super) const ALL: [Self; 4] = [
        Self::EarlyAcm,
        Self::MoreDigits,
        Self::Renegotiate,
        Self::Transfer,
    ];
}

impl Call {
    pub(super) fn leg(&self, side: Side) -> Option<&Leg> {
        match side {
            Side::Incoming => Some(&self.incoming),
            Side::Outgoing => self.outgoing.as_ref(),
        }
    }

    /// The circuit of a side that is in ISUP.
    pub(super) fn circuit(&self, side: Side) -> Option<CircuitId> {
        match self.leg(side)? {
            Leg::Isup { circuit, .. } => Some(*circuit),
            Leg::Sip { .. } => None,
        }
    }

    /// Our latest description of a session of this call.
    pub(super) fn description(&mut self, of: SessionId) -> Option<&mut Option<Described>> {
        let legs = [Some(&mut self.incoming), self.outgoing.as_mut()];
        legs.into_iter().flatten().find_map(|leg| match leg {
            Leg::Sip {
                session,
                description,
            } if *session == of => Some(description),
            _ => None,
        })
    }

    /// The session of the side that is in SIP, and our latest description of it.
    pub(super) fn session(&self) -> Option<(SessionId, Option<&Described>)> {
        let legs = [Some(&self.incoming), self.outgoing.as_ref()];
        legs.into_iter().flatten().find_map(|leg| match leg {
            Leg::Sip {
                session,
                description,
            } => Some((*session, description.as_ref())),
            Leg::Isup { .. } => None,
        })
    }

    /// Which side a leg is on.
    pub(super) fn side(&self, leg: &LegKey) -> Option<Side> {
        let is = |own: &Leg| own.key() == *leg;
        if is(&self.incoming) {
            Some(Side::Incoming)
        } else {
            self.outgoing
                .as_ref()
                .is_some_and(is)
                .then_some(Side::Outgoing)
        }
    }
}

/// What tells a leg from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LegKey {
    Circuit(CircuitId),
    Session(SessionId),
}

impl Leg {
    pub(super) fn key(&self) -> LegKey {
        match self {
            Self::Isup { circuit, .. } => LegKey::Circuit(*circuit),
            Self::Sip { session, .. } => LegKey::Session(*session),
        }
    }
}
