//! Calls that go before others: the calling party's category and MLPP precedence of ISUP,
//! `Resource-Priority` of SIP (`Q.735.3`, `Q.763 §3.11`, `§3.34`; RFC 4412).

use codecs::Uint24;
use codecs::isup::{
    CallingPartyCategory, Iam, LookAhead, MlppPrecedence, NetworkIdentity, Parameter,
};

use crate::exchange::leg::Priority;

/// What gives the call of an IAM precedence.
pub fn of_iam(iam: &Iam) -> Option<Priority> {
    let level = iam.optional.iter().find_map(|parameter| match parameter {
        Parameter::MlppPrecedence(precedence) => Some(Priority::Precedence(precedence.level)),
        _ => None,
    });
    level.or((iam.category == CallingPartyCategory::IEPS).then_some(Priority::Preferential))
}

/// The category of an IAM for a caller of `category`: a call for help and one of the preference
/// scheme have one of their own (`TS 29.163 §7.2.3.1.2.2`).
pub fn category(
    priority: Option<Priority>,
    category: CallingPartyCategory,
) -> CallingPartyCategory {
    match priority {
        Some(Priority::Emergency) => CallingPartyCategory::PRIORITY,
        Some(Priority::Preferential) => CallingPartyCategory::IEPS,
        Some(Priority::Precedence(_)) | None => category,
    }
}

/// The precedence that an IAM states. The network and its service domain are not known in SIP.
pub fn precedence(priority: Option<Priority>) -> Option<Parameter> {
    let Some(Priority::Precedence(level)) = priority else {
        return None;
    };
    Some(Parameter::MlppPrecedence(MlppPrecedence {
        look_ahead: LookAhead::ALLOWED,
        level,
        network: NetworkIdentity::default(),
        service_domain: Uint24::default(),
    }))
}
