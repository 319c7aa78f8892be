//! Progress of a call: ACM and CPG of ISUP, provisional responses of SIP
//! (`TS 29.163 §7.2.3.1.4`–`7`, `§7.2.3.2.5`–`7`; `RFC 3398 §7.2.5`–`7`, `§8.2.3`).

use codecs::isup::{
    Acm, BackwardCallIndicators, CalledCategory, CalledStatus, Charge, Cpg, Event,
    EventInformation, Notification, OptionalBackwardCallIndicators, Parameter, Parameters,
};

use super::table::{Direction, Heading, Table};
use crate::exchange::leg::Signal;

/// What an address complete message says.
pub fn of_acm(acm: &Acm) -> Signal {
    let in_band = acm
        .optional
        .optional_backward_call()
        .is_some_and(|indicators| indicators.in_band);
    match acm.backward_call.called_status {
        CalledStatus::SUBSCRIBER_FREE => Signal::Alerting { in_band },
        _ => Signal::Progress { in_band },
    }
}

/// What a call progress message says.
pub fn of_cpg(cpg: &Cpg) -> Signal {
    match cpg.optional.notification() {
        Some(&Notification::REMOTE_HOLD) => return Signal::Hold,
        Some(&Notification::REMOTE_RETRIEVAL) => return Signal::Retrieve,
        _ => {}
    }
    let in_band = cpg
        .optional
        .optional_backward_call()
        .is_some_and(|indicators| indicators.in_band);
    match cpg.event.event {
        Event::ALERTING => Signal::Alerting { in_band },
        Event::IN_BAND => Signal::Progress { in_band: true },
        _ => Signal::Progress { in_band },
    }
}

/// What a provisional response other than 100 says; `early_media` is whether it came with a
/// session description, so that there is something to hear.
pub fn of_provisional(status: u16, early_media: bool) -> Signal {
    match status {
        180 => Signal::Alerting {
            in_band: early_media,
        },
        _ => Signal::Progress {
            in_band: early_media,
        },
    }
}

/// The provisional response that says so.
pub fn provisional(signal: &Signal) -> Option<(u16, &'static str)> {
    match signal {
        Signal::Alerting { .. } => Some((180, "Ringing")),
        Signal::Progress { .. } => Some((183, "Session Progress")),
        _ => None,
    }
}

/// Backward call indicators towards ISUP for a call that goes on in SIP: interworking was
/// encountered, ISUP is not used all the way (`TS 29.163 §7.2.3.2.5.1`).
pub fn backward_call(alerting: bool) -> BackwardCallIndicators {
    BackwardCallIndicators {
        charge: Charge::CHARGE,
        called_status: match alerting {
            true => CalledStatus::SUBSCRIBER_FREE,
            false => CalledStatus::NO_INDICATION,
        },
        called_category: CalledCategory::ORDINARY,
        interworking: true,
        ..BackwardCallIndicators::default()
    }
}

/// The first backward message for a call that goes on in SIP.
pub fn acm(alerting: bool, in_band: bool) -> Acm {
    Acm {
        backward_call: backward_call(alerting),
        optional: in_band_information(in_band),
    }
}

/// A further backward message for a call that goes on in SIP.
pub fn cpg(alerting: bool, in_band: bool) -> Cpg {
    let event = match (alerting, in_band) {
        (true, _) => Event::ALERTING,
        (false, true) => Event::IN_BAND,
        (false, false) => Event::PROGRESS,
    };
    Cpg {
        event: EventInformation {
            event,
            presentation_restricted: false,
        },
        optional: in_band_information(alerting && in_band),
    }
}

/// The message that tells of hold or retrieval (`TS 29.163 §7.4.10`, `Q.733.2 §2.5`).
pub fn notification(notification: Notification) -> Cpg {
    Cpg {
        optional: Parameters::default().with(Parameter::Notification(notification)),
        ..cpg(false, false)
    }
}

fn in_band_information(in_band: bool) -> Parameters {
    let mut optional = Parameters::default();
    if in_band {
        optional.push(Parameter::OptionalBackwardCall(
            OptionalBackwardCallIndicators {
                in_band,
                ..OptionalBackwardCallIndicators::default()
            },
        ));
    }
    optional
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    vec![shown_to_sip()]
}

fn shown_to_sip() -> Table {
    let heading = Heading {
        subject: "progress",
        title: "The provisional response that tells how a call goes",
        clause: "TS 29.163 §7.2.3.1.4–7",
        direction: Direction::ToSip,
    };
    let response = |signal: Signal| {
        let answer = provisional(&signal);
        answer.map_or_else(String::new, |(status, reason)| format!("{status} {reason}"))
    };
    let acms = [CalledStatus::NO_INDICATION, CalledStatus::SUBSCRIBER_FREE].map(|status| {
        let acm = acm(status == CalledStatus::SUBSCRIBER_FREE, false);
        ["ACM".into(), status.name().into(), response(of_acm(&acm))]
    });
    let cpgs = (Event::ALERTING.value()..=Event::FORWARDED.value()).filter_map(|event| {
        let mut cpg = cpg(false, false);
        cpg.event.event = Event::try_from(event).ok()?;
        let name = cpg.event.event.name().into();
        Some(["CPG".into(), name, response(of_cpg(&cpg))])
    });
    Table::new(
        heading,
        ["message", "says", "response"],
        acms.into_iter().chain(cpgs),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_agree() {
        for alerting in [false, true] {
            for in_band in [false, true] {
                let signal = if alerting {
                    Signal::Alerting { in_band }
                } else {
                    Signal::Progress { in_band }
                };
                assert_eq!(of_acm(&acm(alerting, in_band)), signal);
                assert_eq!(of_cpg(&cpg(alerting, in_band)), signal);
            }
        }
        let of = |value| of_cpg(&notification(value));
        assert_eq!(of(Notification::REMOTE_HOLD), Signal::Hold);
        assert_eq!(of(Notification::REMOTE_RETRIEVAL), Signal::Retrieve);
    }

    #[test]
    fn ringing_is_180_and_anything_else_on_the_way_is_183() {
        assert_eq!(
            of_provisional(180, false),
            Signal::Alerting { in_band: false }
        );
        assert_eq!(
            of_provisional(183, true),
            Signal::Progress { in_band: true }
        );
        assert_eq!(
            of_provisional(181, false),
            Signal::Progress { in_band: false }
        );
        assert_eq!(
            provisional(&Signal::Alerting { in_band: true }),
            Some((180, "Ringing"))
        );
        assert_eq!(provisional(&Signal::Answer), None);
    }
}
