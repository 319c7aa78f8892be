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

#[cfg(test)]
mod tests {
    use super::*;

    fn karlsruhe() -> NumberingArea {
        NumberingArea {
            country_code: "49".parse().unwrap(),
            area_code: Some("721".parse().unwrap()),
            international_prefix: "00".parse().unwrap(),
            national_prefix: "0".parse().unwrap(),
        }
    }

    fn of(parameters: &Parameters, event: Event) -> Option<Forwarding> {
        of_backward(parameters, Some(event), &karlsruhe())
    }

    #[test]
    fn what_is_told_is_read_again() {
        for presentation in [Presentation::ALLOWED, Presentation::RESTRICTED] {
            for to in [
                Some("+4989".parse().unwrap()),
                Some("+431".parse().unwrap()),
            ] {
                let forwarding = Forwarding {
                    to,
                    presentation,
                    reason: RedirectionReason::NO_REPLY,
                };
                let mut parameters = Parameters::default();
                tell(&forwarding, &karlsruhe(), &mut parameters);
                assert_eq!(of(&parameters, Event::PROGRESS), Some(forwarding));
            }
        }
    }

    /// `Q.763 §3.21`, `§3.6`, `§3.47`.
    #[test]
    fn events_and_restrictions_count() {
        let none = Parameters::default();
        for (event, reason) in [
            (Event::FORWARDED_BUSY, Some(1)),
            (Event::FORWARDED_NO_REPLY, Some(2)),
            (Event::FORWARDED, Some(3)),
            (Event::ALERTING, None),
        ] {
            let found = of(&none, event).map(|forwarding| forwarding.reason.value());
            assert_eq!(found, reason);
        }
        for (notification, presentation) in [
            (NotificationSubscription::WITH_NUMBER, Presentation::ALLOWED),
            (
                NotificationSubscription::WITHOUT_NUMBER,
                Presentation::RESTRICTED,
            ),
            (
                NotificationSubscription::NOT_ALLOWED,
                Presentation::RESTRICTED,
            ),
            (NotificationSubscription::UNKNOWN, Presentation::RESTRICTED),
        ] {
            let information = CallDiversionInformation {
                notification,
                reason: RedirectionReason::USER_BUSY,
            };
            let parameter = Parameter::CallDiversionInformation(information);
            let parameters = Parameters::default().with(parameter);
            let found = of(&parameters, Event::PROGRESS).unwrap();
            assert_eq!(found.presentation, presentation);
            assert_eq!(found.reason, RedirectionReason::USER_BUSY);
        }
        let restriction = RedirectionNumberRestriction {
            presentation: Restriction::RESTRICTED,
        };
        let parameter = Parameter::RedirectionNumberRestriction(restriction);
        let parameters = Parameters::default().with(parameter);
        let found = of(&parameters, Event::FORWARDED).unwrap();
        assert_eq!(found.presentation, Presentation::RESTRICTED);
    }
}
