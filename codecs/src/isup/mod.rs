//! ISUP messages (ITU-T Q.763): one type per message, mandatory parts as fields, the optional part
//! as a list; unknown messages and parameters keep their bytes.

mod call_indicators;
mod call_messages;
mod cause;
mod circuit_group;
mod circuit_messages;
mod circuit_state;
mod code_points;
mod codec;
mod compatibility;
mod contents;
mod indicators;
mod information;
mod malformed;
mod message;
mod numbers;
mod parameter;
mod parameter_code;
mod parameters;
mod parts;
mod redirection;
mod summary;
mod user;
mod validation;
mod variant;
mod wire;

pub use call_indicators::*;
pub use call_messages::*;
pub use cause::{Cause, CauseIndicators, CodingStandard, Location};
use circuit_group::Range;
pub use circuit_group::{RangeAndStatus, Supervision};
pub use circuit_messages::*;
pub use circuit_state::{BlockedBy, CallProcessing, CircuitState, CircuitStates};
use code_points::Continuity;
pub use code_points::{
    AccessDelivery, CallHistory, CallingPartyCategory, CongestionLevel, FacilityIndicator,
    HopCounter, Notification, PropagationDelay, SuspendResume, TransmissionMediumRequirement,
};
pub use compatibility::{Instruction, MessageCompatibility, ParameterCompatibility};
pub use contents::Contents;
pub use information::{AddressResponse, InformationIndicators, InformationRequestIndicators};
pub use malformed::{Malformed, TooLong};
pub use message::{Cic, Message, MessageType, Other, Pdu};
use numbers::SubsequentNumber;
pub use numbers::{
    CalledPartyNumber, CallingPartyNumber, ConnectedNumber, GenericNumber, LocationNumber,
    NumberQualifier, Presentation, RedirectingNumber, Screening,
};
pub use parameter::Parameter;
pub use parameter_code::ParameterCode;
pub use parameters::{Iter, Parameters};
pub use redirection::{RedirectingIndicator, RedirectionInformation, RedirectionReason};
pub use user::{AccessTransport, CallReference, UserServiceInformation, UserToUserInformation};
pub use validation::*;
pub use variant::Variant;
