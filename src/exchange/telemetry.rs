//! What an exchange reports of itself: one vocabulary for log, metrics and call records.

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use codecs::isup::{CauseIndicators, Cic};
use codecs::sip::Method;
use protocols::isup;
use protocols::sip::PeerState;
use routing::E164;

use super::leg::LineIdentity;

/// The number of a call, counted from the start of the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallNumber(pub u64);

impl fmt::Display for CallNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// From the network to the exchange.
    Received,
    /// From the exchange to the network.
    Sent,
}

impl Way {
    /// As metrics and logs name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sent => "sent",
        }
    }
}

/// What metrics call a SIP message. Methods nobody knows share one name, so that no peer can fill
/// the metrics with names of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageLabel {
    /// A request.
    Method(&'static str),
    /// A response.
    Status(u16),
}

impl MessageLabel {
    /// Anything without a name of its own.
    pub const OTHER: Self = Self::Method("other");

    /// The label of a request.
    pub fn of_method(method: &Method<'_>) -> Self {
        const KNOWN: &[&str] = &[
            "INVITE",
            "ACK",
            "BYE",
            "CANCEL",
            "OPTIONS",
            "PRACK",
            "UPDATE",
            "INFO",
            "REFER",
            "NOTIFY",
            "SUBSCRIBE",
            "MESSAGE",
            "PUBLISH",
            "REGISTER",
        ];
        let known = KNOWN.iter().find(|&&known| known == method.as_str());
        known.map_or(Self::OTHER, |known| Self::Method(known))
    }
}

impl MessageLabel {
    /// The label as text.
    pub fn text(&self) -> Cow<'static, str> {
        match self {
            Self::Method(method) => Cow::Borrowed(method),
            Self::Status(status) => Cow::Owned(status.to_string()),
        }
    }
}

impl fmt::Display for MessageLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Which way a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the telephone network to the IMS.
    ToIms,
    /// From the IMS to the telephone network.
    ToPstn,
    /// From a trunk to a trunk.
    Transit,
}

impl Direction {
    /// As metrics and logs name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ToIms => "to_ims",
            Self::ToPstn => "to_pstn",
            Self::Transit => "transit",
        }
    }
}

/// How a question to the HSS ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// An I-CSCF to go to.
    Icscf(String),
    /// A roaming number of another exchange.
    RoamingNumber(String),
    /// A forwarded-to number.
    Forwarded(String),
    /// No answer that a call can follow, and why.
    Failed(String),
}

impl Lookup {
    /// As metrics name it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Icscf(_) => "icscf",
            Self::RoamingNumber(_) => "roaming_number",
            Self::Forwarded(_) => "forwarded",
            Self::Failed(_) => "failed",
        }
    }
}

/// Something worth a log line or a count.
#[derive(Debug, Clone)]
pub enum Telemetry {
    /// A call came in.
    Started {
        /// The call.
        call: CallNumber,
        /// What its incoming side is: a trunk's name and circuit, or "sip".
        from: String,
        /// Whom it is for, as analysed.
        called: E164,
        /// Who calls.
        calling: LineIdentity,
    },
    /// The HSS answered, or did not.
    Located {
        /// The call.
        call: CallNumber,
        /// With what.
        lookup: Lookup,
        /// After how long.
        after: Duration,
    },
    /// The call goes out.
    Routed {
        /// The call.
        call: CallNumber,
        /// Where to: an I-CSCF, or a trunk's name and circuit.
        to: String,
    },
    /// A policy does not let a call through, or not there.
    Denied {
        /// The call.
        call: CallNumber,
        /// The name of the rule.
        rule: String,
        /// What about the call it is for.
        reason: String,
    },
    /// The call is refused: its route leads only back to the exchange that it comes from.
    Looped {
        /// The call.
        call: CallNumber,
    },
    /// The called party is alerted, or otherwise the first backward message came.
    Proceeding {
        /// The call.
        call: CallNumber,
        /// How long after the call came in.
        after: Duration,
    },
    /// The called party answered.
    Answered {
        /// The call.
        call: CallNumber,
        /// How long after the call came in.
        after: Duration,
    },
    /// An I-CSCF is otherwise than before.
    Peer {
        /// Its name.
        peer: String,
        /// How it is.
        state: PeerState,
    },
    /// An I-CSCF did not take a call, and stands behind the others for a while.
    PassedOver {
        /// Its name.
        icscf: String,
        /// Its refusal; none: it did not answer.
        status: Option<u16>,
        /// For how long.
        pause: Duration,
    },
    /// A call is over.
    Ended(Box<CallRecord>),
    /// A call was refused before there was one.
    Refused {
        /// Where it came from.
        from: String,
        /// Why.
        reason: String,
    },
    /// A peer outside of the trust domain has set header fields that are not its to set.
    NotBelieved {
        /// The peer's name.
        peer: String,
        /// The first of them.
        field: String,
        /// How many they are.
        fields: usize,
    },
    /// A request had credentials, but not those that its peer must have. It was challenged again.
    NotProven {
        /// The peer's name.
        peer: String,
        /// Where it came from.
        from: SocketAddr,
    },
    /// An ISUP message, by its name.
    Isup(Way, &'static str),
    /// A SIP message, by its method or status.
    Sip(Way, MessageLabel),
    /// A message that could not be read, or not used.
    Malformed {
        /// The protocol.
        protocol: &'static str,
        /// What was wrong with it.
        reason: String,
    },
    /// One more message like one that was reported as [`Self::Malformed`] before.
    MalformedAgain {
        /// The protocol.
        protocol: &'static str,
    },
    /// The other exchange has told what it thinks of a circuit.
    Queried {
        /// The trunk group's name.
        trunk: String,
        /// The circuit.
        cic: Cic,
        /// What both think.
        answer: isup::Answer,
    },
    /// Maintenance staff should know of a circuit.
    Alert {
        /// The trunk group's name.
        trunk: String,
        /// The circuit, for a group of circuits the first one.
        cic: Cic,
        /// What.
        alert: isup::Alert,
    },
}

/// What ended a call in SIP: a final response, BYE or CANCEL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SipEnd {
    /// Who said it.
    pub way: Way,
    /// What.
    pub message: MessageLabel,
    /// Its first Reason header field (`RFC 3326`).
    pub reason: Option<String>,
}

/// What is left of a call when it is over.
#[derive(Debug, Clone)]
pub struct CallRecord {
    /// The call.
    pub call: CallNumber,
    /// Which way it went; none if it never found one.
    pub direction: Option<Direction>,
    /// Whom it was for.
    pub called: E164,
    /// Who called.
    pub calling: LineIdentity,
    /// Why it ended, and where, as ISUP has it.
    pub cause: CauseIndicators,
    /// Why it ended, as SIP has it; none if it never came to that.
    pub sip: Option<SipEnd>,
    /// The I-CSCFs that did not answer, in the order in which they were asked.
    pub silent: Vec<String>,
    /// How long after its start it was answered.
    pub answered: Option<Duration>,
    /// How long it lasted from its start.
    pub duration: Duration,
}
