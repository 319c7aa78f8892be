//! The neutral half of a call: what one leg says to the call and the call to the other leg.
//!
//! Each protocol maps to this vocabulary once. What was received in ISUP travels along, so that a
//! transit call passes it on as it came.

use codecs::isup::{
    CallingPartyCategory, CauseIndicators, HopCounter, Iam, Message, PrecedenceLevel, Presentation,
    RedirectionReason, Screening, SuspendResume, TransmissionMediumRequirement,
    UserToUserInformation,
};
use codecs::number::Digits;
use routing::E164;

use super::interworking::subaddress::Subaddresses;

/// A call that someone wants to make.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Whom to reach.
    pub called: E164,
    /// What the called number's network is known by.
    pub portability: Portability,
    /// The subaddresses of both parties.
    pub subaddresses: Subaddresses,
    /// The carrier that the caller wants: a network identification, country code first
    /// (`Q.763 §3.53`, RFC 4694 §4 `cic`).
    pub carrier: Option<Digits>,
    /// Who calls.
    pub calling: LineIdentity,
    /// The number that the caller gives, where the network knows another one as well
    /// (generic number, "additional calling party number").
    pub additional_calling: Option<LineIdentity>,
    /// Ordinary subscriber, operator, payphone …
    pub category: CallingPartyCategory,
    /// Speech, 3.1 kHz audio, 64 kbit/s …
    pub medium: TransmissionMediumRequirement,
    /// What gives the call precedence over others.
    pub priority: Option<Priority>,
    /// The diversions that brought the call here.
    pub redirection: Option<Box<Redirection>>,
    /// What the calling user says to the called one (user-to-user signalling, service 1 implicit).
    pub user_to_user: Option<UserToUserInformation>,
    /// Whether the caller wants to be told who answers (COLP).
    pub wants_connected: bool,
    /// How many more exchanges the call may pass (hop counter, Max-Forwards), where it is known.
    pub hops: Option<HopCounter>,
    /// What responses say for charging records (`P-Charging-Vector`), where the call came by SIP.
    pub charging: Option<Box<str>>,
    /// Whether the call is for another number by now than the one it came with.
    pub rerouted: bool,
    /// The IAM, where the call came by ISUP.
    pub isup: Option<Box<Iam>>,
}

impl Setup {
    /// The digits that lead to the called number's network, country code first: those of the
    /// routing number of a ported number, otherwise its own (RFC 4694 §5).
    pub fn leading_digits(&self) -> &Digits {
        self.portability.leading_digits(&self.called)
    }

    /// Sends the call elsewhere, because its called party wants so (`Q.732.2`).
    pub fn divert(&mut self, to: E164, reason: RedirectionReason) {
        let from = Diversion {
            number: Some(self.called),
            presentation: Presentation::ALLOWED,
            reason,
        };
        self.redirection = Some(Box::new(match self.redirection.take() {
            None => Redirection::first(from),
            Some(earlier) => Redirection {
                count: (earlier.count + 1).min(Redirection::MAX),
                original: earlier.original,
                last: from,
            },
        }));
        self.reroute(to);
    }

    /// What the caller is told of who answered, which is nothing unless wanted.
    pub fn told_of(&self, connected: Option<Connected>) -> Option<Connected> {
        const NOBODY: Connected = Connected {
            line: LineIdentity::UNKNOWN,
            additional: None,
        };
        self.wants_connected.then(|| connected.unwrap_or(NOBODY))
    }

    /// Sends the call to another number that stands for the one called, such as a roaming number.
    pub fn reroute(&mut self, to: E164) {
        self.called = to;
        self.portability = Portability::default();
        self.rerouted = true;
    }
}

/// What is known of a called number that may be ported (`Q.769.1`, RFC 4694).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Portability {
    /// The routing number, country code first; some countries' have hexadecimal digits.
    pub routing_number: Option<Digits>,
    /// Whether the database has been asked.
    pub queried: bool,
}

impl Portability {
    /// The digits that lead to the network of this number.
    pub fn leading_digits<'a>(&'a self, called: &'a E164) -> &'a Digits {
        let own = called.digits();
        self.routing_number.as_ref().unwrap_or(own)
    }
}

/// The identity of a line, and how much of it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineIdentity {
    /// The number; none where the network does not know it.
    pub number: Option<E164>,
    /// May it be shown.
    pub presentation: Presentation,
    /// Who vouches for it.
    pub screening: Screening,
}

impl LineIdentity {
    /// Nobody that could be named.
    pub const UNKNOWN: Self = Self {
        number: None,
        presentation: Presentation::NOT_AVAILABLE,
        screening: Screening::NETWORK,
    };

    /// Whether the network vouches for the number.
    pub fn is_vouched(&self) -> bool {
        matches!(
            self.screening,
            Screening::NETWORK | Screening::USER_VERIFIED
        )
    }

    /// Whether it may not be shown.
    pub fn is_restricted(&self) -> bool {
        self.presentation != Presentation::ALLOWED
    }
}

/// What gives a call precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// A call for help (RFC 5031).
    Emergency,
    /// International emergency preference scheme, or a national one like it.
    Preferential,
    /// Multi-level precedence (`Q.735.3`).
    Precedence(PrecedenceLevel),
}

/// The diversions of a call, of which the first and the last are known (`Q.732.2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redirection {
    /// How many there were, 1–5.
    pub count: u8,
    /// Whom the call was for at first.
    pub original: Diversion,
    /// Who sent it here; the same one, if there was one diversion.
    pub last: Diversion,
}

impl Redirection {
    /// How often a call may be diverted (`Q.732.2 §2.1.1`).
    pub const MAX: u8 = 5;

    /// The only diversion so far.
    pub const fn first(diversion: Diversion) -> Self {
        Self {
            count: 1,
            original: diversion,
            last: diversion,
        }
    }
}

/// Who diverted a call, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diversion {
    /// The number that was called; none where it is not known.
    pub number: Option<E164>,
    /// May it be shown.
    pub presentation: Presentation,
    /// Why.
    pub reason: RedirectionReason,
}

/// What one side of a call tells the other after the set-up.
#[derive(Debug, Clone)]
pub struct Indication {
    /// The meaning.
    pub signal: Signal,
    /// Who answered, or is alerted, as far as somebody said so.
    pub connected: Option<Connected>,
    /// Where the call is being sent instead.
    pub forwarding: Option<Forwarding>,
    /// What the called user says to the calling one.
    pub user_to_user: Option<UserToUserInformation>,
    /// The ISUP message that said so, where one did.
    pub isup: Option<Message>,
}

impl From<Signal> for Indication {
    fn from(signal: Signal) -> Self {
        Self {
            signal,
            connected: None,
            forwarding: None,
            user_to_user: None,
            isup: None,
        }
    }
}

/// Who answered (COLP, `Q.731.5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connected {
    /// The line.
    pub line: LineIdentity,
    /// The number that the called party gives (generic number, "additional connected number").
    pub additional: Option<LineIdentity>,
}

/// Where a call is sent while its caller waits (`Q.732.2`, `TS 24.604`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forwarding {
    /// The new number, where it is known.
    pub to: Option<E164>,
    /// May the caller be shown it.
    pub presentation: Presentation,
    /// Why.
    pub reason: RedirectionReason,
}

/// The meaning of an [`Indication`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The call goes on; there may be something to hear from the far end.
    Progress {
        /// In-band information is available.
        in_band: bool,
    },
    /// The called party is being alerted.
    Alerting {
        /// In-band information (an announcement, a ringback tone) is available.
        in_band: bool,
    },
    /// The call is being forwarded to somebody else.
    Forwarding {
        /// In-band information (an announcement) is available.
        in_band: bool,
    },
    /// The called party answered.
    Answer,
    /// A party put the call aside for a while.
    Suspend(SuspendResume),
    /// The party is back.
    Resume(SuspendResume),
    /// A party holds the other one, who may hear music instead.
    Hold,
    /// The party has retrieved the other one.
    Retrieve,
    /// The other party has been replaced by somebody else, or is about to be (`Q.732.7`).
    Transferred {
        /// Who is called in its place has not answered yet.
        alerting: bool,
    },
    /// The call is over.
    Release(CauseIndicators),
}
