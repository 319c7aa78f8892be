//! ISUP messages (ITU-T Q.763): one type per message, mandatory parts as fields, the optional part
//! as a list; unknown messages and parameters keep their bytes.

mod call_indicators;
mod cause;
mod circuit_group;
mod code_points;
mod codec;
mod compatibility;
mod contents;
mod information;
mod malformed;
mod message;
mod message_type;
mod numbers;
mod parameter;
mod parameter_code;
mod redirection;
mod summary;
mod user;
mod wire;

pub use call_indicators::{
    BackwardCallIndicators, ForwardCallIndicators, NatureOfConnection,
    OptionalBackwardCallIndicators, OptionalForwardCallIndicators,
};
pub use cause::{Cause, CauseIndicators, Location};
pub use circuit_group::{RangeAndStatus, Supervision};
use code_points::Continuity;
pub use code_points::{
    AccessDelivery, CallHistory, CallingPartyCategory, CongestionLevel, Event, EventInformation,
    HopCounter, Notification, PropagationDelay, SuspendResume, TransmissionMediumRequirement,
};
pub use compatibility::{Instruction, MessageCompatibility, ParameterCompatibility};
pub use contents::Contents;
pub use information::{InformationIndicators, InformationRequestIndicators};
pub use malformed::{Malformed, TooLong};
pub use message::*;
pub use message_type::MessageType;
use numbers::SubsequentNumber;
pub use numbers::{
    CalledPartyNumber, CallingPartyNumber, ConnectedNumber, GenericNumber, LocationNumber,
    NumberQualifier, Presentation, RedirectingNumber, Screening,
};
pub use parameter::{Parameter, Parameters};
pub use parameter_code::ParameterCode;
pub use redirection::{RedirectingIndicator, RedirectionInformation, RedirectionReason};
pub use user::{
    AccessTransport, CallReference, UserServiceInformation, UserToUserIndicators,
    UserToUserInformation,
};
