//! Values of known parameters that the standard leaves spare: they are as good as unknown, and what
//! the sender's instruction for the parameter wants is done with it (`Q.764 §2.9.5.3.3`).
//!
//! Without an instruction such a value stays: whoever uses it has a default of its own. Values for
//! national use are left to the networks that agreed upon them.

use codecs::isup::Parameter;
#[cfg(test)]
use codecs::isup::ParameterCode;

/// Declares the parameters with spare values: the clause of Q.763 and the fields that have them.
macro_rules! values {
    ($($variant:ident($value:ident), $code:ident, $clause:literal: $($field:expr),+;)*) => {
        /// Whether one of the parameter's fields has a spare value.
        pub(super) fn is_unrecognised(parameter: &Parameter) -> bool {
            match parameter {
                $(Parameter::$variant($value) => $(!$field.is_named())||+,)*
                _ => false,
            }
        }

        /// The parameters whose values are looked at, with the clause that has them.
        #[cfg(test)]
        pub(super) const LOOKED_AT: &[(ParameterCode, &str)] = &[
            $((ParameterCode::$code, $clause),)*
        ];
    };
}

values! {
    CongestionLevel(level), AUTOMATIC_CONGESTION_LEVEL, "Q.763 §3.4": level;
    CallDiversionInformation(diversion), CALL_DIVERSION_INFORMATION, "Q.763 §3.6":
        diversion.notification, diversion.reason;
    EchoControlInformation(echo), ECHO_CONTROL_INFORMATION, "Q.763 §3.19":
        echo.outgoing_request, echo.incoming_request;
    Notification(notification), GENERIC_NOTIFICATION_INDICATOR, "Q.763 §3.25": notification;
    MlppPrecedence(mlpp), MLPP_PRECEDENCE, "Q.763 §3.34": mlpp.look_ahead, mlpp.level;
    OptionalForwardCall(indicators), OPTIONAL_FORWARD_CALL_INDICATORS, "Q.763 §3.38":
        indicators.closed_user_group;
    RedirectionInformation(information), REDIRECTION_INFORMATION, "Q.763 §3.45":
        information.indicator, information.original_reason, information.reason;
    RedirectionNumberRestriction(restriction), REDIRECTION_NUMBER_RESTRICTION, "Q.763 §3.47":
        restriction.presentation;
    TransmissionMediumRequirementPrime(medium), TRANSMISSION_MEDIUM_REQUIREMENT_PRIME,
        "Q.763 §3.55": medium;
    TransmissionMediumUsed(medium), TRANSMISSION_MEDIUM_USED, "Q.763 §3.56": medium;
    BackwardGvns(gvns), BACKWARD_GVNS, "Q.763 §3.62": gvns.terminating_access;
    LoopPrevention(indicators), LOOP_PREVENTION_INDICATORS, "Q.763 §3.67": indicators.response;
    CircuitAssignmentMap(map), CIRCUIT_ASSIGNMENT_MAP, "Q.763 §3.69": map.map_type;
    CallDiversionTreatment(treatment), CALL_DIVERSION_TREATMENT_INDICATORS, "Q.763 §3.72":
        treatment.diversion;
    CallOfferingTreatment(treatment), CALL_OFFERING_TREATMENT_INDICATORS, "Q.763 §3.74":
        treatment.offering;
    ConferenceTreatment(treatment), CONFERENCE_TREATMENT_INDICATORS, "Q.763 §3.76":
        treatment.acceptance;
}

#[cfg(test)]
mod tests {
    use codecs::isup::{Message, Pdu};

    use super::*;

    /// Whether one of the 256 octets that a parameter may begin with is unrecognised, and one not.
    fn distinguishes(code: ParameterCode) -> [bool; 2] {
        let mut seen = [false; 2];
        for octet in 0..=u8::MAX {
            let contents = [octet, 0, 0, 0, 0, 0];
            let length = match code {
                ParameterCode::GENERIC_NOTIFICATION_INDICATOR => 1,
                ParameterCode::CIRCUIT_ASSIGNMENT_MAP => 5,
                _ => contents.len(),
            };
            let head = [1, 0, 9, 1, code.0, u8::try_from(length).unwrap()];
            let message = [&head[..], &contents[..length], &[0]].concat();
            let Ok(Pdu {
                message: Message::Anm(anm),
                ..
            }) = Pdu::decode(&message)
            else {
                panic!("{code:?} is in no ANM");
            };
            for parameter in &anm.optional {
                seen[usize::from(is_unrecognised(parameter))] = true;
            }
        }
        seen
    }

    #[test]
    fn each_parameter_that_is_looked_at_has_values_of_both_kinds() {
        for &(code, clause) in LOOKED_AT {
            assert_eq!(distinguishes(code), [true, true], "{code:?}, {clause}");
        }
        assert_eq!(distinguishes(ParameterCode::HOP_COUNTER), [true, false]);
    }
}
