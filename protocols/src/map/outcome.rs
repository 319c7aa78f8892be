//! What comes of asking an HLR where a call goes (3GPP TS 29.002 §10.1).

use codecs::map::{
    AddressString, ExtendedRoutingInfo, ForwardingOptions, HostName, SendRoutingInfoRes, UserError,
};
use codecs::sccp::ReturnCause;
use codecs::tcap::{PAbortCause, Problem};

/// The HLR's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingInfo {
    /// Where the call goes.
    pub route: Route,
    /// All the HLR said.
    pub result: Box<SendRoutingInfoRes>,
}

/// Where the HLR sends a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To the I-CSCF of an IMS subscriber.
    Icscf(HostName),
    /// To the roaming number of a subscriber on GSM or UMTS.
    RoamingNumber(AddressString),
    /// To the number the subscriber forwards to.
    Forwarded {
        /// The number.
        to: AddressString,
        /// Why: one of the constants of [`ForwardingOptions`].
        reason: u8,
    },
    /// Where CAMEL says; uninterpreted.
    Camel,
    /// The result names no destination.
    Nowhere,
}

impl Route {
    /// An I-CSCF goes before a roaming number beside it, which is for a GMSC that cannot read it.
    pub(super) fn of(result: &SendRoutingInfoRes) -> Self {
        if let Some(host) = result.icscf() {
            return Self::Icscf(host);
        }
        let data = match &result.extended_routing_info {
            None => return Self::Nowhere,
            Some(ExtendedRoutingInfo::Camel(_)) => return Self::Camel,
            Some(ExtendedRoutingInfo::Routing(codecs::map::RoutingInfo::RoamingNumber(number))) => {
                return Self::RoamingNumber(*number);
            }
            Some(ExtendedRoutingInfo::Routing(codecs::map::RoutingInfo::Forwarding(data))) => data,
        };
        let number = data.long_forwarded_to_number.or(data.forwarded_to_number);
        number.map_or(Self::Nowhere, |to| Self::Forwarded {
            to,
            reason: data
                .forwarding_options
                .map_or(ForwardingOptions::UNCONDITIONAL, |options| options.reason()),
        })
    }
}

/// Why there is no routing information.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The HLR answered with an error.
    #[error("{0}")]
    UserError(UserError),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The HLR does not know the application context in this version.
    #[error("application context refused")]
    Refused,
    /// The peer's transaction sub-layer aborted.
    #[error("aborted: {0}")]
    ProviderAbort(PAbortCause),
    /// The peer's user aborted.
    #[error("aborted by the peer")]
    UserAbort,
    /// The peer rejected the operation.
    #[error("rejected: {0}")]
    Rejected(Problem),
    /// The network could not deliver the question.
    #[error("not delivered: {0}")]
    Undeliverable(ReturnCause),
    /// The peer's answer makes no sense; what does not.
    #[error("answer not understood: {0}")]
    NotUnderstood(String),
    /// The peer ended the dialogue without an answer.
    #[error("dialogue ended without an answer")]
    NoResult,
    /// Too many dialogues are open.
    #[error("too many dialogues open")]
    Congestion,
    /// The question does not fit one SCCP message.
    #[error("question too long for one SCCP message")]
    TooLong,
}
