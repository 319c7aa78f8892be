//! Diversions that a call has behind it, in ISUP: redirecting number, original called number and
//! redirection information (`Q.732.2`, `Q.763 §3.39`, `§3.44`, `§3.45`; `TS 29.163 §7.5.4`).

use codecs::Uint;
use codecs::isup::{
    Parameter, ParameterCode, Parameters, Presentation, RedirectingIndicator, RedirectingNumber,
    RedirectionInformation, RedirectionReason,
};
use codecs::number::NumberingPlan;
use routing::{E164, NumberingArea};

use crate::exchange::leg::{Diversion, Redirection};

const PARAMETERS: [ParameterCode; 3] = [
    ParameterCode::REDIRECTING_NUMBER,
    ParameterCode::ORIGINAL_CALLED_NUMBER,
    ParameterCode::REDIRECTION_INFORMATION,
];

/// The diversions that an IAM tells of.
pub fn of_iam(parameters: &Parameters, area: &NumberingArea) -> Option<Redirection> {
    let information = parameters.redirection_information();
    let redirecting = parameters.redirecting_number();
    let original = parameters.original_called_number().or(redirecting);
    if information.is_none() && redirecting.is_none() {
        return None;
    }
    let (original_reason, reason) = information.map_or(
        (RedirectionReason::UNKNOWN, RedirectionReason::UNKNOWN),
        |information| (information.original_reason, information.reason),
    );
    let count = information.map_or(1, |information| information.count.value());
    let count = count.clamp(1, Redirection::MAX);
    let restricted = information.is_some_and(|information| all_restricted(information.indicator));
    let last = diversion(redirecting, reason, restricted, area);
    Some(match count {
        1 => Redirection::first(last),
        _ => Redirection {
            count,
            original: diversion(original, original_reason, restricted, area),
            last,
        },
    })
}

fn all_restricted(indicator: RedirectingIndicator) -> bool {
    matches!(
        indicator,
        RedirectingIndicator::REROUTED_RESTRICTED | RedirectingIndicator::DIVERTED_RESTRICTED
    )
}

fn diversion(
    number: Option<&RedirectingNumber>,
    reason: RedirectionReason,
    restricted: bool,
    area: &NumberingArea,
) -> Diversion {
    let presentation = number.map_or(Presentation::NOT_AVAILABLE, |number| number.presentation);
    let known = number.filter(|_| presentation != Presentation::NOT_AVAILABLE);
    Diversion {
        number: known.and_then(|n| area.globalise(n.nature, n.plan, &n.digits).ok()),
        presentation: match presentation {
            Presentation::ALLOWED if restricted => Presentation::RESTRICTED,
            presentation => presentation,
        },
        reason,
    }
}

/// Says in an IAM how the call was diverted, instead of what it says of that.
pub fn tell(redirection: &Redirection, area: &NumberingArea, to: &mut Parameters) {
    to.retain(|parameter| !PARAMETERS.contains(&parameter.code()));
    let number = |diversion: &Diversion| {
        let number = diversion.number?;
        Some(redirecting_number(&number, diversion.presentation, area))
    };
    let Redirection {
        count,
        original,
        last,
    } = redirection;
    to.push(Parameter::RedirectionInformation(RedirectionInformation {
        indicator: match last.presentation {
            Presentation::RESTRICTED => RedirectingIndicator::DIVERTED_RESTRICTED,
            _ => RedirectingIndicator::DIVERTED,
        },
        // `Q.732.2 §2.5.2.1.1`: unknown if there was one diversion only.
        original_reason: match count {
            1 => RedirectionReason::UNKNOWN,
            _ => original.reason,
        },
        count: Uint::try_from(*count).unwrap_or_default(),
        reason: last.reason,
    }));
    if let Some(number) = number(last) {
        to.push(Parameter::RedirectingNumber(number));
    }
    if let Some(number) = number(original) {
        to.push(Parameter::OriginalCalledNumber(number));
    }
}

fn redirecting_number(
    number: &E164,
    presentation: Presentation,
    area: &NumberingArea,
) -> RedirectingNumber {
    let (nature, digits) = area.localise(number);
    RedirectingNumber {
        nature,
        plan: NumberingPlan::E164,
        presentation,
        digits,
    }
}
