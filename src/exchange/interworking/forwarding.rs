//! A call that is being sent elsewhere while its caller waits, in ISUP: call diversion information,
//! redirection number and its restriction, and the notification (`Q.732.2`, `Q.763 §3.6`, `§3.46`,
//! `§3.47`; `TS 29.163 §7.5.4`).

use codecs::isup::{
    CallDiversionInformation, CalledPartyNumber, Event, Notification, NotificationSubscription,
    Parameter, Parameters, Presentation, RedirectionNumberPresentation as Restriction,
    RedirectionNumberRestriction, RedirectionReason,
};
use codecs::number::NumberingPlan;
use routing::NumberingArea;

use crate::exchange::leg::Forwarding;

/// What the events of a CPG say of a diversion (`Q.763 §3.21`).
const EVENTS: [(Event, RedirectionReason); 3] = [
    (Event::FORWARDED_BUSY, RedirectionReason::USER_BUSY),
    (Event::FORWARDED_NO_REPLY, RedirectionReason::NO_REPLY),
    (Event::FORWARDED, RedirectionReason::UNCONDITIONAL),
];

/// Where a backward message says that the call is being sent.
pub fn of_backward(
    parameters: &Parameters,
    event: Option<Event>,
    area: &NumberingArea,
) -> Option<Forwarding> {
    let mut diversion = None;
    let mut restricted = false;
    let mut notified = false;
    for parameter in parameters.iter() {
        match parameter {
            Parameter::CallDiversionInformation(information) => diversion = Some(information),
            Parameter::RedirectionNumberRestriction(restriction) => {
                restricted = restriction.presentation == Restriction::RESTRICTED;
            }
            Parameter::Notification(Notification::CALL_DIVERTING) => notified = true,
            _ => {}
        }
    }
    let event = EVENTS.iter().find(|(of, _)| Some(*of) == event);
    if diversion.is_none() && event.is_none() && !notified {
        return None;
    }
    let by_event = event.map_or(RedirectionReason::UNKNOWN, |&(_, reason)| reason);
    // Without call diversion information nobody has forbidden to show the number.
    let shown = diversion.is_none_or(|d| d.notification == NotificationSubscription::WITH_NUMBER);
    Some(Forwarding {
        to: parameters
            .redirection_number()
            .and_then(|n| area.globalise(n.nature, n.plan, &n.digits).ok()),
        presentation: match shown && !restricted {
            true => Presentation::ALLOWED,
            false => Presentation::RESTRICTED,
        },
        reason: diversion.map_or(by_event, |diversion| diversion.reason),
    })
}

/// Adds to a backward message where the call is being sent.
pub fn tell(forwarding: &Forwarding, area: &NumberingArea, to: &mut Parameters) {
    let restricted = forwarding.presentation != Presentation::ALLOWED;
    let diverting = Parameter::Notification(Notification::CALL_DIVERTING);
    if !to.iter().any(|parameter| *parameter == diverting) {
        to.push(diverting);
    }
    to.push(Parameter::CallDiversionInformation(
        CallDiversionInformation {
            notification: match (restricted, forwarding.to) {
                (false, Some(_)) => NotificationSubscription::WITH_NUMBER,
                _ => NotificationSubscription::WITHOUT_NUMBER,
            },
            reason: forwarding.reason,
        },
    ));
    if let Some(number) = forwarding.to {
        let (nature, digits) = area.localise(&number);
        to.push(Parameter::RedirectionNumber(CalledPartyNumber {
            nature,
            inn_not_allowed: false,
            plan: NumberingPlan::E164,
            digits,
        }));
        if restricted {
            to.push(Parameter::RedirectionNumberRestriction(
                RedirectionNumberRestriction {
                    presentation: Restriction::RESTRICTED,
                },
            ));
        }
    }
}
